/* text.h - the parts of the text report: what it holds, and how it is printed. */
#ifndef MAILSPILL_REPORT_TEXT_H
#define MAILSPILL_REPORT_TEXT_H

#include "report/reporters.h"
#include "report/reveal.h"
#include "report/shelf.h"

struct text_state {
    struct shelf *shelf;
    struct revealed *revealed;
};

enum text_style { STYLE_BOLD, STYLE_FAINT, STYLE_RED, STYLE_YELLOW, STYLE_GREEN, STYLE_CYAN };

/* TEXT, which is ours, in a style; plain without colour. */
void text_put_styled(struct report *report, enum text_style style, const char *text);

/* VALUE from input, on one line: white space squeezed, unsafe characters escaped, at most MAX characters (0: all). */
void text_put_value(struct report *report, struct slice value, size_t max);

/* "1,234" into OUT; "34.1 MB" into OUT. */
const char *text_count(uint64_t number, char out[32]);
const char *text_size(uint64_t bytes, char out[32]);

/* text_secrets.c: all secrets in the order to rotate them. text_end.c: the gaps, the sums, the exit status in words. */
void text_put_secrets(struct report *report);
void text_put_gaps(struct report *report, const struct report_summary *summary);
void text_put_totals(struct report *report, const struct report_summary *summary);

#endif
