/* pattern.h - reads the text of a rule's pattern: its tokens, its width, and the forms that the two engines get.
 *
 * Patterns are PCRE2 syntax over bytes; only as much of it is understood here as these questions need. Whether a pattern is well
 * formed is for PCRE2 to say: what is asked here of a pattern that PCRE2 refuses has no meaning, but ends.
 */
#ifndef MAILSPILL_MATCH_PATTERN_H
#define MAILSPILL_MATCH_PATTERN_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/slice.h"

#define PATTERN_DEPTH_MAX 64
#define PATTERN_UNBOUNDED UINT64_MAX

enum token_kind {
    TOKEN_ATOM,    /* takes bytes: a character, a class, an escape, a back-reference */
    TOKEN_ANCHOR,  /* takes none: ^ $ \b \B \A \z \Z \G \K */
    TOKEN_OPEN,    /* of a group */
    TOKEN_CLOSE,   /* of a group */
    TOKEN_BAR,     /* | */
    TOKEN_REPEAT,  /* ? * + {n,m}, with a following ? or + */
    TOKEN_NOTHING, /* a comment, (?i), \Q, \E */
    TOKEN_VERB,    /* (*…) */
};

enum atom { ATOM_LITERAL, ATOM_CLASS, ATOM_ESCAPE, ATOM_REFERENCE };
enum group { GROUP_PLAIN, GROUP_LOOK, GROUP_OTHER };

struct token {
    enum token_kind kind;
    struct slice text;
    size_t at;         /* offset in the pattern */
    enum atom atom;    /* of TOKEN_ATOM; a literal beyond ASCII is one token */
    enum group group;  /* of TOKEN_OPEN */
    uint64_t min, max; /* of TOKEN_REPEAT; PATTERN_UNBOUNDED where it has no upper bound */
    bool is_caseless;  /* (?i) holds here */
    bool is_quoted;    /* between \Q and \E */
};

struct pattern_reader {
    struct slice text;
    size_t at;
    unsigned depth;
    bool is_quoted;
    bool is_too_deep;
    unsigned char flags[PATTERN_DEPTH_MAX + 1];
};

/* Tokens from the start of PATTERN: 1, or 0 at the end (also where groups lie deeper than PATTERN_DEPTH_MAX: is_too_deep). */
void pattern_reader_init(struct pattern_reader *reader, const char *pattern);
int pattern_next(struct pattern_reader *reader, struct token *token);

/* Refuse what byte patterns can't mean: verbs, \b and \w beside a character beyond ASCII, such a character in a class, \K, \G, \R, \X.
 * 0, or -1 with what to do. */
int pattern_check(const char *pattern, struct error *err);

/* Append PATTERN for byte engines: a character beyond ASCII is grouped where a repeat follows, and where (?i) holds it stands in
 * both its cases. */
void pattern_spell_out(const char *pattern, struct buffer *out);

/* The bytes that one match can span at most, look-around included. 0, or -1 with the repeat to bound named. */
int pattern_width(const char *pattern, size_t *width, struct error *err);

/* Does every match of PATTERN begin with one of BEGINNING? Only told where PATTERN is written so. */
bool pattern_begins_with(const char *pattern, const char *beginning);

/* Append a cheaper pattern for Hyperscan: a repeat that begins or ends PATTERN is cut to its least count, and the two cases of a letter beyond ASCII
 * become classes of bytes. Each match of PATTERN then holds the end of a match of this one; for the same reason no SOM is needed. */
void pattern_put_find(const char *pattern, struct buffer *out);

#endif
