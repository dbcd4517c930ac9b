/* spool.h - what a report must hold until its end: a temporary SQLite database that spills to an unlinked file in the spool folder, so that
 * memory does not grow with the findings. It only ever holds masked text.
 */
#ifndef MAILSPILL_REPORT_SPOOL_H
#define MAILSPILL_REPORT_SPOOL_H

#include <sqlite3.h>

#include "base/error.h"
#include "base/slice.h"

struct spool;

/* FOLDER may be NULL: the system's own. SCHEMA: statements that make the tables. NULL on error. */
struct spool *spool_new(const char *folder, const char *schema, struct error *err);
void spool_free(struct spool *spool);

/* A statement, prepared once for each SQL (a string constant) and given back reset; owned by SPOOL. NULL after a failure. */
sqlite3_stmt *spool_statement(struct spool *spool, const char *sql);

/* Bind; columns from 1. Empty text is NULL. */
void spool_bind_text(sqlite3_stmt *statement, int column, struct slice text);
void spool_bind_number(sqlite3_stmt *statement, int column, int64_t number);

/* Run a statement that gives no rows. 0, or -1 (see spool_failure). */
int spool_run(struct spool *spool, sqlite3_stmt *statement);
/* The next row. 1, 0 at the end, -1. */
int spool_next(struct spool *spool, sqlite3_stmt *statement);
struct slice spool_text(sqlite3_stmt *statement, int column); /* columns from 0; valid until the next step */

/* Why something failed, or NULL. */
const struct error *spool_failure(const struct spool *spool);

#endif
