/* text.h - the parts of the text report: what it holds, and how it is printed. */
#ifndef MAILSPILL_REPORT_TEXT_H
#define MAILSPILL_REPORT_TEXT_H

#include "report/reporters.h"
#include "report/reveal.h"
#include "report/shelf.h"
#include "report/told.h"

struct text_state {
    struct shelf *shelf;
    struct revealed *revealed;
    struct told told; /* what knows the order to rotate: the list `rotation` of what was told */
};

enum text_style { STYLE_BOLD, STYLE_FAINT, STYLE_RED, STYLE_YELLOW, STYLE_GREEN, STYLE_CYAN };

/* TEXT, which is ours, in a style; plain without colour. */
void text_put_styled(struct report *report, enum text_style style, const char *text);

/* VALUE from input, on one line: white space squeezed, unsafe characters escaped, at most MAX characters (0: all). */
void text_put_value(struct report *report, struct slice value, size_t max);

/* "1,234" into OUT; "34.1 MB" into OUT. */
const char *text_count(uint64_t number, char out[32]);
const char *text_size(uint64_t bytes, char out[32]);

/* "4 pictures (--ocr reads text in them)": what was not read in all of a report's pictures. */
void text_put_pictures(struct report *report, uint64_t pictures);

/* What was marked false in a case, as a line; nothing where nothing was. */
void text_put_false(struct report *report, const struct report_summary *summary);

/* "nothing new: 2 of 2 inputs were in the case already", as a line; nothing where none was. */
void text_put_in_case(struct report *report, const struct report_summary *summary);

/* text_secrets.c: all secrets in the order to rotate them. text_end.c: the gaps, the sums, the exit status in words. */
void text_put_secrets(struct report *report);
void text_put_gaps(struct report *report, const struct report_summary *summary);
void text_put_totals(struct report *report, const struct report_summary *summary);

#endif
