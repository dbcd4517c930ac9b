/* case_schema.h - the tables of a case: what stands in case.db, and nothing else is needed to read it.
 *
 * Every text was masked before it came here (record/mask.h). Ids are blobs of RECORD_ID_SIZE bytes. Times are seconds since 1970 UTC; unknown is NULL.
 * Rows are only added: a scan, a mark, an access log never takes a row away, so that a case that was killed at any moment is a shorter case. (But for
 * halves of pairs that became one finding, and gaps of what a password opened: they stand in `unlocked` then.)
 */
#ifndef MAILSPILL_RECORD_CASE_SCHEMA_H
#define MAILSPILL_RECORD_CASE_SCHEMA_H

/* PRAGMA user_version. A newer one is refused, an older one is brought up by case_steps (case_upgrade.c). Whoever changes the tables counts it up and
 * adds a step; tests/e2e/upgrade_test.py opens a case of each older version. */
#define CASE_VERSION 6

/* "mspl": PRAGMA application_id. */
#define CASE_APPLICATION 0x6D73706C

extern const char case_schema[];

/* What turns a case of version N into one of N + 1, by N. */
extern const char *const case_steps[CASE_VERSION];

/* Lays the view `seen_messages` over an open case: one row for each message that stands in a row of `seen`. It is none of the case's own: those may
 * use no JSON (trusted_schema). seen_list(messages), a function that every open case has, is the JSON array that schema.c tells of. */
extern const char case_seen_view[];

#endif
