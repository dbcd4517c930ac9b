/* shelf.h - what a report must hold until its end: a temporary SQLite database that spills to an unlinked file in the spool folder, so that
 * memory does not grow with the findings. It only ever holds masked text.
 */
#ifndef MAILSPILL_REPORT_SHELF_H
#define MAILSPILL_REPORT_SHELF_H

#include <sqlite3.h>

#include "base/error.h"
#include "base/slice.h"

struct shelf;

/* FOLDER may be NULL: the system's own. SCHEMA: statements that make the tables. NULL on error. */
struct shelf *shelf_new(const char *folder, const char *schema, struct error *err);
void shelf_free(struct shelf *shelf);

/* Let SQLite's temporary files lie in FOLDER (NULL: as it is). 0 or -1. */
int shelf_set_folder(const char *folder, struct error *err);

/* A statement, prepared once for each SQL (a string constant) and given back reset; owned by SPOOL. NULL after a failure. */
sqlite3_stmt *shelf_statement(struct shelf *shelf, const char *sql);

/* Bind; columns from 1. Empty text is NULL. */
void shelf_bind_text(sqlite3_stmt *statement, int column, struct slice text);
void shelf_bind_number(sqlite3_stmt *statement, int column, int64_t number);

/* Run a statement that gives no rows. 0, or -1 (see shelf_failure). */
int shelf_run(struct shelf *shelf, sqlite3_stmt *statement);
/* The next row. 1, 0 at the end, -1. */
int shelf_next(struct shelf *shelf, sqlite3_stmt *statement);
struct slice shelf_text(sqlite3_stmt *statement, int column); /* columns from 0; valid until the next step */

/* Why something failed, or NULL. */
const struct error *shelf_failure(const struct shelf *shelf);

#endif
