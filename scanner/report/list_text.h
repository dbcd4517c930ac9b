/* list_text.h - the rows of a list side by side, for a person: as wide as the terminal allows; inside report/ only. */
#ifndef MAILSPILL_REPORT_LIST_TEXT_H
#define MAILSPILL_REPORT_LIST_TEXT_H

#include "report/list_parts.h"

/* The first three are the caller's, who sets the rest to 0. */
struct list_text {
    const struct lists *lists;
    const struct list *list;
    size_t columns;
    size_t widths[LIST_COLUMNS_MAX]; /* characters of the widest cell of those measured */
    size_t most;                     /* characters of a cell; the last column is never cut */
};

/* Choose the widths by the first rows of ROW, which is reset, and by the terminal behind FD, if it is one. */
void list_text_begin(struct list_text *text, sqlite3_stmt *row, int fd);

/* A line each, appended to OUT. */
void list_text_put_heading(struct list_text *text, struct buffer *out);
void list_text_put_row(const struct list_text *text, struct buffer *out, sqlite3_stmt *row);

#endif
