/* pdf_syntax.h - the signs that a PDF is written in (ISO 32000-1, 7.2 and 7.3): tokens, strings, entries of dictionaries. */
#ifndef MAILSPILL_WALK_PDF_SYNTAX_H
#define MAILSPILL_WALK_PDF_SYNTAX_H

#include "base/buffer.h"

enum pdf_token_kind {
    PDF_NAME, /* without its slash */
    PDF_LITERAL,
    PDF_HEX,
    PDF_NUMBER,
    PDF_WORD, /* R, obj, stream, true … */
    PDF_OPEN_DICT,
    PDF_CLOSE_DICT,
    PDF_OPEN_ARRAY,
    PDF_CLOSE_ARRAY,
};

struct pdf_token {
    enum pdf_token_kind kind;
    struct slice text; /* of a string what lies between its brackets, as it stands */
};

/* The next token of *REST; comments are passed over. False at the end. A string that does not end is cut at a bound. */
bool pdf_token_next(struct slice *rest, struct pdf_token *token);

/* The character that an escape stands for, and how many bytes of TEXT (after the backslash) it takes; -1: none. */
int pdf_unescape(struct slice text, size_t *taken);

/* Append the bytes of the string TOKEN. */
void pdf_put_bytes(struct buffer *out, const struct pdf_token *token);

/* Append BYTES of a string as UTF-8: UTF-16 or UTF-8 by its mark, else UTF-8 where it is, else as Latin-1 (7.9.2.2). */
void pdf_put_text(struct buffer *out, struct slice bytes);

/* The value of KEY in the dictionary that BODY begins with, as it stands; empty where there is none. */
struct slice pdf_entry(struct slice body, const char *key);

/* The one name that VALUE is, or empty. A number: 0, or -1. "N G R": 0 and *NUMBER, or -1. */
struct slice pdf_as_name(struct slice value);
int pdf_as_number(struct slice value, uint64_t *number);
int pdf_as_reference(struct slice value, uint32_t *number);

/* The next "N G R" in *REST. False at the end. */
bool pdf_reference_next(struct slice *rest, uint32_t *number);

#endif
