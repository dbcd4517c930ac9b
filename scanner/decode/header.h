/* header.h - the header block of a message or part: fields, unfolded (RFC 5322 section 2.2, obsolete syntax too). */
#ifndef MAILSPILL_DECODE_HEADER_H
#define MAILSPILL_DECODE_HEADER_H

#include "base/arena.h"
#include "base/limits.h"

/* One field. NAME without the colon and trailing space; VALUE as it stands, folds and all. RAW: the field's bytes with its last line end.
 * A line that is no field (no colon, "From " inside a block, junk) has an empty name and stands whole in VALUE. */
struct header_field {
    struct slice name, value, raw;
};

/* Take the next field from *REST, which starts at a header line. 1, or 0 at the end of *REST. Stops at no blank line: the caller
 * cuts the block first (header_block_length). Folds: a line that starts with space or tab goes on; any of CRLF, LF, bare CR. */
int header_eat(struct slice *rest, struct header_field *field);

/* Length of the header block at the front of TEXT, its blank line included. A missing blank line: the block ends where a line is no
 * field, no fold and no tolerated junk (Dovecot's and Outlook's habits; see docs/mail-in-the-wild.md). 0 if TEXT begins with no header.
 * *BLANK is the length of the blank line at its end (0 if missing). *IS_COMPLETE is false if TEXT stopped before the end showed. */
size_t header_block_length(struct slice text, bool text_is_all, size_t *blank, bool *is_complete);

/* Where the first empty line starts that stands after the line at AT of TEXT and ends with LF or CRLF; *LEN is its length. Or SLICE_NONE. */
size_t header_find_blank(struct slice text, size_t at, size_t *len);

/* VALUE without folds: each line end and the white space after it becomes one space; trimmed. In ARENA where it had to change. */
struct slice header_unfold(struct arena *arena, struct slice value);

/* The same without RFC 5322 comments (nested to DEPTH at most; deeper ones are kept as text). */
struct slice header_strip_comments(struct arena *arena, struct slice value, unsigned depth);

/* A structured value of the kind `token *(; name=value)`: Content-Type, Content-Disposition (RFC 2045, 2183), with RFC 2231
 * continuations and charsets, RFC 2047 words in quoted strings (against the standard, and common), missing quotes and semicolons.
 * Values are UTF-8. */
struct header_param {
    struct slice name; /* lower case */
    struct slice value;
};

struct header_params {
    struct slice token; /* "text/plain", "attachment": lower case, trimmed */
    struct header_param *list;
    size_t count;
    bool is_over_limit; /* more than limits->header_params: the rest is not in the list */
};

void header_parse_params(struct arena *arena, struct slice value, const struct limits *limits,
                         struct header_params *params);
struct slice header_param(const struct header_params *params, const char *name); /* empty if absent */

/* Encoded words (RFC 2047) of an unstructured value, to UTF-8: runs of adjacent words of one charset and encoding are joined before
 * their bytes become characters, so that a character split between two words survives; raw 8-bit bytes are UTF-8 if
 * valid (RFC 6532), else windows-1252. Also unfolds. */
struct slice header_decode_text(struct arena *arena, struct slice value);

/* Addresses of From, To, Cc, Bcc … (RFC 5322 section 3.4, obsolete routes, groups and comments to limits->address_depth). The bare
 * addresses, in order; never recursive. A list without any parsable address gives its decoded text. */
struct address_list;
void header_parse_addresses(struct arena *arena, struct slice value, const struct limits *limits,
                            struct address_list *list);

/* Date (RFC 5322 section 3.3, obsolete zones, two-digit years, asctime) as seconds since 1970 UTC, or ENVELOPE_NO_DATE. */
int64_t header_parse_date(struct slice value);

/* The date of an mbox "From " line's tail in asctime form, or ENVELOPE_NO_DATE. */
int64_t header_parse_asctime(struct slice value);

/* Message-IDs in VALUE ("<…@…>"), in order: the next one from *REST with its brackets. 1, or 0 at the end. */
int header_eat_message_id(struct slice *rest, struct slice *id);

#endif
