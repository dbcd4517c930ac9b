/* case_sample.h - a sample of messages without findings, for a reader's check of what was missed. */
#ifndef MAILSPILL_RECORD_CASE_SAMPLE_H
#define MAILSPILL_RECORD_CASE_SAMPLE_H

#include <stdio.h>

#include "record/case.h"

/* Draw SIZE messages in which nothing was found, from each custodian in proportion (at least one each), the same for the same SEED; written to OUT as CSV
 * with an empty column `missed`, and kept in the case. 0 or -1. */
int case_sample_draw(struct case_store *store, uint64_t size, uint64_t seed, FILE *out, struct error *err);

/* FILE is that CSV with `missed` filled in (yes or no): write the rate of misses with its 95 % interval (Clopper and Pearson). 0 or -1. */
int case_sample_result(struct case_store *store, const char *file, FILE *out, struct error *err);

#endif
