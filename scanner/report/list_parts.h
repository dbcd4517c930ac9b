/* list_parts.h - the state of the lists over a case; for list_*.c alone. */
#ifndef MAILSPILL_REPORT_LIST_PARTS_H
#define MAILSPILL_REPORT_LIST_PARTS_H

#include "report/list.h"

struct lists {
    struct case_store *store;
    sqlite3 *db; /* the store's */
    struct list_options options;
    struct error failure;
};

/* list_people.c: read --people, --custodians and --privileged into told_people, told_custodians and private_words. 0, or -1 with lists->failure
 * set: file and line. */
int list_read_people(struct lists *lists);

#endif
