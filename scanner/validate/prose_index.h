/* prose_index.h - lists of words (prose_words.h) made ready to be looked for: made at their first use, and kept. */
#ifndef MAILSPILL_VALIDATE_PROSE_INDEX_H
#define MAILSPILL_VALIDATE_PROSE_INDEX_H

#include "base/slice.h"

#define PROSE_INDEX_WORDS 4096 /* at most */

#define PROSE_INDEX_END UINT16_MAX

struct prose_index_word {
    struct slice word; /* never empty */
    uint16_t next;     /* of those that begin alike, or PROSE_INDEX_END */
    uint8_t list;      /* which of the index's lists it stands in */
    bool is_prefix;    /* only the beginning of a word, `*` behind it in the list */
    bool is_unspaced;  /* it needs no border around it */
};

struct prose_index {
    struct prose_index_word *words;
    size_t count;
    bool has_single; /* words of one byte, which begin like themselves and a NUL */
    uint16_t *heads; /* by the first two bytes */
    unsigned mask;
};

/* One of LISTS, with what prose_words.h says of its language. */
struct prose_index_list {
    const char *words; /* NULL: none */
    bool is_unspaced;
};

/* An index of its own over COUNT lists, at most 256, whose words must live as long as it. */
struct prose_index *prose_index_new(const struct prose_index_list *lists, size_t count);

/* That of one list, kept. The list must live as long as the program. */
const struct prose_index *prose_index_of(const char *words, bool is_unspaced);

/* The chain of words that may stand at AT: those that begin with its first two bytes, or that are its first alone. */
static inline uint16_t prose_index_two(const struct prose_index *index, struct slice text, size_t at)
{
    unsigned char second = at + 1 < text.len ? text.ptr[at + 1] : '\0';
    return index->heads[((unsigned)text.ptr[at] << 5 ^ second) & index->mask];
}

static inline uint16_t prose_index_one(const struct prose_index *index, struct slice text, size_t at)
{
    return index->has_single ? index->heads[((unsigned)text.ptr[at] << 5) & index->mask] : PROSE_INDEX_END;
}

/* The first place at or after AT where a word may begin, or the end of TEXT. */
size_t prose_index_start(struct slice text, size_t at);

/* The first word of the chain that begins at FROM which stands at AT, or PROSE_INDEX_END. */
uint16_t prose_index_next(const struct prose_index *index, struct slice text, size_t at, uint16_t from);

#endif
