/* list_parts.h - the state of the lists over a case; for list_*.c alone. */
#ifndef MAILSPILL_REPORT_LIST_PARTS_H
#define MAILSPILL_REPORT_LIST_PARTS_H

#include "report/list.h"

struct lists {
    struct case_store *store;
    sqlite3 *db; /* the store's */
    struct list_options options;
    struct error failure;
    struct held *held; /* held.h: who holds what, once a list asked; or NULL */
};

/* What a LEVEL of `reach` is called; and what is said of a message without one: "no-record" once a log was read, else nothing. Never "not accessed". */
#define LIST_REACHED(level) \
    "CASE " level " WHEN 3 THEN 'accessed' WHEN 2 THEN 'folder-synced' WHEN 1 THEN 'window-throttled'"
#define LIST_ACCESS(level) \
    LIST_REACHED(level)    \
    " ELSE (SELECT CASE count(*) WHEN 0 THEN NULL ELSE 'no-record' END FROM access_logs) END"
/* What a row `k` of marks judges, in words; NULL where the case holds it no more. */
#define LIST_OF_MARK(column)                                               \
    "coalesce((SELECT s." column " FROM secrets s WHERE s.id = k.target)," \
    " (SELECT min(s." column ") FROM findings f JOIN secrets s USING(secret) WHERE f.id = k.target))"
#define LIST_NAME_OF_MARK     \
    "coalesce(" LIST_OF_MARK( \
        "name") ", (SELECT min(g.kind || ': ' || g.reason) FROM gaps g WHERE g.id = k.target))"
/* --no-people, within a query. */
#define LIST_IS_WITHOUT_PEOPLE "EXISTS(SELECT 1 FROM without_people)"

#define LIST_ACCESS_OF_LEVEL LIST_ACCESS("level")
#define LIST_ACCESS_OF_ROW LIST_ACCESS("ifnull(r.level, 0)")      /* r: reach, joined */
#define LIST_ACCESS_OF_ALL LIST_ACCESS("max(ifnull(r.level, 0))") /* of a group of rows */

/* list_views.c: run SQL, of any number of statements. 0, or -1 with lists->failure set. */
int lists_run(struct lists *lists, const char *sql);

/* held_*.c: lay, once, what a list stands on. 0, or -1 with lists->failure set. */
int held_lay_secrets(struct lists *lists);       /* the table held_secrets */
int held_lay_organisations(struct lists *lists); /* the table held_orgs */
int held_lay_kinds(struct lists *lists);         /* the table held_kinds */
int held_lay_messages(struct lists *lists);      /* functions: held_count(message) … */
void held_free(struct held *held);

/* list_people.c: read --people, --custodians and --privileged into told_people, told_custodians and private_words. 0, or -1 with lists->failure
 * set: file and line. */
int list_read_people(struct lists *lists);

#endif
