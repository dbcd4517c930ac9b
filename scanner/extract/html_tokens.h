/* html_tokens.h - HTML taken apart into what is shown and what is markup, in linear time and without recursion.
 *
 * Every byte of the text ends in one of the two views, as itself or as the character that a reference stands for; but white space
 * that HTML collapses. Follows the tokenizer of the HTML Living Standard (section 13.2.5) as far as it decides where tags, values,
 * comments and scripts begin and end; builds no tree.
 */
#ifndef MAILSPILL_EXTRACT_HTML_TOKENS_H
#define MAILSPILL_EXTRACT_HTML_TOKENS_H

#include "extract/track.h"

enum html_mode {
    HTML_TEXT,
    HTML_TAG,          /* between the name and the '>', outside values */
    HTML_BEFORE_VALUE, /* after '=' */
    HTML_VALUE_DOUBLE,
    HTML_VALUE_SINGLE,
    HTML_VALUE_BARE,
    HTML_COMMENT,
    HTML_DECLARATION, /* up to the next '>': doctype, processing instruction, junk */
    HTML_CDATA,
    HTML_RAW, /* script and style */
};

/* Where tokenizing stands, between two bytes. */
struct html_state {
    enum html_mode mode;
    const char *raw;    /* the element whose content is HTML_RAW now or after this tag, or NULL */
    bool is_pre;        /* white space is kept */
    unsigned end_marks; /* '-' or ']' just before, in a comment or CDATA */
    size_t skip;        /* bytes that the token before has taken already */
};

struct html_tokens {
    struct track shown;  /* VIEW_HTML */
    struct track markup; /* VIEW_MARKUP */
    struct html_state state;

    struct slice text; /* the block */
    size_t at;
    size_t markup_from; /* where markup begins that is not in its view yet, SLICE_NONE for none */
    size_t markup_end;  /* where the last markup ended */
    size_t last_quotes[2];
    bool is_last;
    bool has_inner; /* comments, templates or srcdoc: markup that may be HTML by itself */
};

void html_tokens_init(struct html_tokens *tokens);
void html_tokens_release(struct html_tokens *tokens);

/* Fill both views from TEXT. The next call's text begins at NEXT of this one's, in the state that tokenizing has there. */
void html_tokens_block(struct html_tokens *tokens, struct slice text, size_t next, bool is_last);

#endif
