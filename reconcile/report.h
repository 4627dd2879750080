/*
 * Plans, results and drift as text that people like to read. Pure: into a buffer.
 */
#pragma once

#include "base/buf.h"
#include "reconcile/apply.h"
#include "reconcile/drift.h"
#include "reconcile/plan.h"

/* What changes, field by field, old -> new, where in which file, then a summary line. */
void report_plan(const struct plan *p, bool color, struct buf *out);
/* {"id","summary","plan"}: also the form of a plan file. */
void report_plan_json(const struct plan *p, struct buf *out);
/* One line: what an op did, or why it did not. */
void report_op(
	const struct plan *p, uint32_t op, const struct op_result *r, bool color, struct buf *out);
void report_drift(const struct drift *d, bool color, struct buf *out);
void report_drift_json(const struct drift *d, struct buf *out);
/* "user ada@acme.example": an op in words, without its result. */
void report_op_name(const struct plan *p, const struct op *o, struct buf *out);
