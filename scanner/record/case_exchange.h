/* case_exchange.h - a case as JSON Lines: to archive it, to look into it with other tools, to move it.
 *
 * The first line tells schema, version and the key's name; then one line a row: {"table":"findings","row":{"finding":1,"id":{"hex":"…"},…}}. The key itself is not
 * in it: with it, a guessed secret could be tried.
 */
#ifndef MAILSPILL_RECORD_CASE_EXCHANGE_H
#define MAILSPILL_RECORD_CASE_EXCHANGE_H

#include <stdio.h>

#include "record/case.h"

/* 0, or -1: the case could not be read. Whether OUT could be written is for the caller to ask. */
int case_export(struct case_store *store, FILE *out);

/* Has anything been put into STORE? */
bool case_is_begun(struct case_store *store);

/* Fill STORE, which must be new and empty. IN was written by case_export, by this version or an older one. 0, or -1: then STORE is as empty as before.
 * HAS_OTHER_KEY: its secret_ids were made with a key that STORE does not have. */
int case_import(struct case_store *store, FILE *in, const char *name, bool *has_other_key, struct error *err);

#endif
