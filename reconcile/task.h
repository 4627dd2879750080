/*
 * One op as HTTP calls: what is sent, what an answer means, what comes next. Part of reconcile/apply.
 */
#pragma once

#include "reconcile/apply.h"

/* Ids by name, and names by id: what the plan knew, and what was made since. */
struct book {
	const struct plan *p;
	struct snapshot *known;
	struct map ids; /* map_key(kind, key) -> strid */
};

struct task {
	uint32_t op;
	uint8_t step;    /* enum task_step */
	uint32_t writes; /* of OP_ORDER, so far */
	struct js *raw;  /* the live object, between reading and writing */
	strid id;        /* what OP_CREATE made, or what was found */
};

enum task_end { TASK_MORE, TASK_DONE, TASK_FAILED, TASK_STALE };

strid book_id(const struct book *b, uint16_t kind, strid key);
void book_learn(struct book *b, uint16_t kind, strid key, strid id);

/* The first call of an op. -1: it cannot even be asked for. */
int task_start(struct task *t, const struct book *b, const struct apply_options *o,
	struct call *ret_call, struct err *e) MUST_CHECK;
/* What an answer means; TASK_MORE fills the next call. */
enum task_end task_answer(struct task *t, const struct book *b, const struct apply_options *o,
	const struct answer *a, struct call *ret_call, struct err *e);
void task_release(struct task *t);
