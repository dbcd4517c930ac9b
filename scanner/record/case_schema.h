/* case_schema.h - the tables of a case: what stands in case.db, and nothing else is needed to read it.
 *
 * Every text was masked before it came here (record/mask.h). Ids are blobs of RECORD_ID_SIZE bytes. Times are seconds since 1970 UTC; unknown is NULL.
 * Rows are only added: a scan, a mark, an access log never takes a row away, so that a case that was killed at any moment is a shorter case.
 */
#ifndef MAILSPILL_RECORD_CASE_SCHEMA_H
#define MAILSPILL_RECORD_CASE_SCHEMA_H

/* PRAGMA user_version. A newer one is refused, an older one is brought up by case_migrations. */
#define CASE_VERSION 1

/* "mspl": PRAGMA application_id. */
#define CASE_APPLICATION 0x6D73706C

extern const char case_schema[];

#endif
