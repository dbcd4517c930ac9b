/* case_marks.h - what people decided about secrets, findings and gaps: only ever added to, taken back by a mark that names the one before. */
#ifndef MAILSPILL_RECORD_CASE_MARKS_H
#define MAILSPILL_RECORD_CASE_MARKS_H

#include "record/case.h"

enum judgement_word { MARK_FALSE, MARK_TRUE, MARK_ROTATED, MARK_NOTIFIED, MARK_ACCEPTED, MARK_UNDO, MARKS };

const char *mark_word(enum judgement_word word);
int mark_word_from_name(struct slice name); /* or -1 */

enum mark_target { TARGET_SECRET, TARGET_FINDING, TARGET_GAP };

struct mark {
    struct record_id uid; /* made by case_put_mark where it is all zero */
    int64_t at;
    struct slice author, note;
    enum mark_target kind;
    struct record_id target;
    enum judgement_word word;
    struct record_id undoes; /* of MARK_UNDO */
};

/* Add MARK; one that stands there already (by uid) is passed over. *IS_NEW may be NULL. 0 or -1. */
int case_put_mark(struct case_store *store, struct mark *mark, bool *is_new);

/* The secret, finding or gap whose id begins with PREFIX (8 hex digits or more, or fewer where it is unique). 0, or -1 with words: none, or several. */
int case_find_target(struct case_store *store, struct slice prefix, struct mark *mark, struct error *err);

/* The last mark on TARGET that nobody took back. 1, 0 if there is none, -1. */
int case_last_mark(struct case_store *store, const struct record_id *target, struct record_id *uid);

/* All findings' secrets that fit EXPRESSION: `FIELD OP VALUE` joined by "and"; see docs/mailspill-mark.1. Calls TELL for each. 0 or -1. */
int case_each_where(struct case_store *store, struct slice expression, enum mark_target kind,
                    int (*tell)(void *ctx, const struct record_id *id), void *ctx, struct error *err);

/* Marks as JSON Lines to OUT, oldest first; and back. 0 or -1. *ADDED, *KNOWN: how many were new, and were there before. */
int case_export_marks(struct case_store *store, struct buffer *out);
int case_import_marks(struct case_store *store, struct slice text, const char *file, uint64_t *added,
                      uint64_t *known, struct error *err);

#endif
