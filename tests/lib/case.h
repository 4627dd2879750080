/*
 * Cases: files that say what a tenant and manifests are, which commands run, and what is to come of it.
 * Commands run in process, against the local tenant in process, in a folder of the case's own, under a clock
 * that stands still: each run of a case is the same, byte for byte.
 *
 *     @note TEXT                  why the case is there
 *     @manifest NAME              the lines up to the next @ are that file: org/NAME, or where NAME has
 *                                 a slash, NAME below the case's folder. Again: the file is replaced
 *     @remove NAME                takes a file away
 *     @edit NAME OLD => NEW       replaces the first OLD in a file
 *     @config                     plumb.yaml; without it, "manifests: org"
 *     @tenant                     requests as JSON lines, as providers/sandbox/sandbox.h tells; {KIND:NAME}
 *     @change                     stands for an id. @change is the same, and reads better between runs
 *     @env NAME=VALUE             a variable of the environment
 *     @secret NAME=VALUE          likewise, and VALUE may stand in bodies of requests only: not in what
 *                                 is printed, not in any file. @sent tells which requests had it
 *     @faults                     what goes wrong from here on, in the language of
 *                                 providers/sandbox/faults.h; again: instead of that
 *     @limits WHAT                the tenant's rate limits, as sandbox_limits takes them
 *     @stop METHOD PATH           Ctrl-C is pressed at the next request that begins so
 *     @run COMMAND WORD...        runs plumb; "..." keeps blanks together
 *     @settled                    plan has no changes and drift finds none
 *
 * and of the run above, each where it matters:
 *
 *     @exit N                     the exit code; without it, 0
 *     @stdout, @stderr            exactly this text; without @stderr there must be none
 *     @stdout-has TEXT            TEXT is part of it; likewise @stderr-has
 *     @stdout-lacks TEXT          and is not
 *     @sent                       the requests that were sent, GETs apart: METHOD PATH
 *     @read                       the GETs
 *     @json                       stdout is one JSON value; below it lines PATH: VALUE
 *     @get TARGET                 the tenant's answer, below it lines PATH: VALUE
 *     @state                      what the state has: KIND KEY ORIGIN
 *
 * Ids stand as {NAME}. That commands which only read send nothing but GETs is looked at every time.
 */
#pragma once

#include "base/buf.h"

/*
 * Runs the case of a file. What differs is appended to report, which stays empty when all is well; with
 * accept, the file's expected parts are rewritten instead.
 */
void case_run(const char *path, bool accept, struct buf *report);
