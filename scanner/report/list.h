/* list.h - the lists that a responder works from: what to rotate, whom to tell, what was exposed, what was not seen.
 *
 * A list is a query over a case and the views that lists_new lays over it (list_views.c): `live` (findings that nobody marked false), `who`
 * (people with their organisation and side), `reach` (what an access log says of a message), `judged` (the mark that holds). One list a row in
 * list_table; columns say what they hold, so that one writer makes text, CSV and JSON Lines of all.
 */
#ifndef MAILSPILL_REPORT_LIST_H
#define MAILSPILL_REPORT_LIST_H

#include "record/case.h"

enum list_kind {
    LIST_TEXT,
    LIST_PATH, /* text whose end tells most: where it must be cut, its beginning goes */
    LIST_NUMBER,
    LIST_TIME,     /* seconds since 1970 UTC */
    LIST_TEXTS,    /* a JSON array of strings */
    LIST_ID,       /* a blob, shown as hex */
    LIST_IDS,      /* a JSON array of ids in hex */
    LIST_SEVERITY, /* the number of one, shown by name */
    LIST_VERDICT,
    LIST_YES, /* 1 or 0, shown to a person as yes or no */
};

/* Whom a cell tells of. --no-people withholds all but the first. */
enum list_person {
    LIST_OF_NONE,
    LIST_OF_PERSON, /* withheld for privileged messages too, where the row says so */
    LIST_OF_MAIL,   /* a Message-ID or a note: what people wrote, in which names may stand */
    LIST_OF_CUSTODIAN, /* as LIST_OF_PERSON; --no-people makes "custodian 1" of it, the same one in all lists of a case */
};

struct list_column {
    const char *name; /* snake_case: the key in JSON, the heading in CSV and, without underscores, in text */
    enum list_kind kind;
    enum list_person of;
    bool is_long; /* left out of the text form, which has the width of a terminal */
};

#define LIST_COLUMNS_MAX 32

struct lists;

struct list {
    const char *name, *title;
    int (*lay)(
        struct lists *lists); /* makes what its query stands on beside the views (list_parts.h); or NULL */
    /* As many columns as `columns` has, in order; where a further one follows, it is 1 for rows of privileged messages. */
    const char *sql;
    struct list_column columns[LIST_COLUMNS_MAX]; /* ended by a NULL name */
    const char
        *says; /* for the manual and the foot of the text: what the list proves, and what it does not */
};

extern const struct list *const list_table[]; /* ended by NULL */
const struct list *list_find(struct slice name);

struct list_options {
    const char *const *internal; /* domains of the organisation: --internal */
    size_t internal_count;
    const char
        *people; /* CSV file: address, name, organisation, side (inside or outside), alias_of; or NULL */
    const char *custodians; /* CSV file: custodian (as the scan named it), name, address; or NULL */
    const char *privileged; /* file of addresses, domains and words, one a line; or NULL */
    bool is_without_people; /* --no-people */
};

/* Lay the views over STORE. NULL on error. STORE must outlive it. */
struct lists *lists_new(struct case_store *store, const struct list_options *options, struct error *err);
void lists_free(struct lists *lists);

/* Before the query of LIST is prepared: make what it stands on, once. 0 or -1. */
int lists_lay(struct lists *lists, const struct list *list, struct error *err);

struct case_store *lists_store(const struct lists *lists);
bool lists_withhold_people(const struct lists *lists); /* --no-people */

/* A cell of ROW, a row of LIST's columns, as words appended to OUT; nothing for NULL, and "(withheld)" where it must be. */
void lists_put_cell(struct buffer *out, const struct lists *lists, const struct list *list, sqlite3_stmt *row,
                    size_t column);
/* The same for a person: of a time the day, of ids the first digits. */
void lists_put_short_cell(struct buffer *out, const struct lists *lists, const struct list *list,
                          sqlite3_stmt *row, size_t column);

enum list_form { LIST_AS_TEXT, LIST_AS_CSV, LIST_AS_JSONL };

/* With --no-people: "custodian N" for the CUSTODIAN of a case, or for the address of its mailbox; "(withheld)" for any other. Else as it is. */
void lists_put_custodian(struct buffer *out, const struct lists *lists, struct slice custodian);

/* Write LIST to FD. 0, or -1: the case could not be read, or FD not be written to. */
int lists_write(struct lists *lists, const struct list *list, enum list_form form, int fd, struct error *err);

/* Warn of each domain of --internal that fits no address of the case: it was mistyped, or nobody would be inside. */
void lists_warn_of_internal(const struct lists *lists);

/* Not in the table: they need more than a case. */
extern const struct list list_between, list_since; /* list_diff.c */
extern const struct list list_runs, list_reveals;  /* list_case.c */

/* Lay the case whose database is PATH beside, for list_between. Set the run for list_since. 0 or -1. */
int lists_attach(struct lists *lists, const char *path, struct error *err);
int lists_set_since(struct lists *lists, int64_t run, struct error *err);

extern const struct list list_rotation, list_notify, list_exposure;           /* list_secrets.c */
extern const struct list list_messages, list_hunt, list_timeline, list_purge; /* list_messages.c */
extern const struct list list_gaps, list_unlocked, list_hashes, list_unresolved, list_marks; /* list_case.c */

#endif
