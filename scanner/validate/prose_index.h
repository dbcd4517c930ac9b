/* prose_index.h - lists of words (prose_words.h) made ready to be looked for: made at their first use, and kept. */
#ifndef MAILSPILL_VALIDATE_PROSE_INDEX_H
#define MAILSPILL_VALIDATE_PROSE_INDEX_H

#include "base/slice.h"

#define PROSE_INDEX_WORDS 4096 /* at most */

#define PROSE_INDEX_END UINT16_MAX

struct prose_index_word {
    struct slice word; /* never empty */
    uint16_t next;     /* of its chain, or PROSE_INDEX_END */
    uint16_t alike;    /* the next word with the same last byte, or PROSE_INDEX_END */
    uint8_t list;      /* which of the index's lists it stands in */
    bool is_prefix;    /* only the beginning of a word, `*` behind it in the list */
    bool is_unspaced;  /* it needs no border around it */
};

struct prose_index {
    struct prose_index_word *words;
    size_t count;
    bool begins[256];   /* by byte: some word begins with it */
    uint16_t ends[256]; /* by byte: of the words that end with it the first, or PROSE_INDEX_END */
    unsigned lengths;   /* bit n: there are words of n bytes; bit PROSE_INDEX_HEAD: of so many and more */
    uint16_t *
        heads; /* of chains: words alike in their first PROSE_INDEX_HEAD bytes, or that are shorter and the same */
    unsigned shift;
};

#define PROSE_INDEX_HEAD 3

/* One of LISTS, with what prose_words.h says of its language. */
struct prose_index_list {
    const char *words; /* NULL: none */
    bool is_unspaced;
};

/* An index of its own over COUNT lists, at most 256, whose words must live as long as it. */
struct prose_index *prose_index_new(const struct prose_index_list *lists, size_t count);

/* That of one list, kept. The list must live as long as the program. */
const struct prose_index *prose_index_of(const char *words, bool is_unspaced);

/* The chain that a word of LEN bytes, of PROSE_INDEX_HEAD and more for that, must be in which begins at PTR. */
static inline uint16_t *prose_index_head(const struct prose_index *index, const unsigned char *ptr,
                                         size_t len)
{
    uint32_t key = (uint32_t)len << 24 | ptr[0];
    if (len > 1)
        key |= (uint32_t)ptr[1] << 8;
    if (len > 2)
        key |= (uint32_t)ptr[2] << 16;
    return &index->heads[key * UINT32_C(0x9E3779B1) >> index->shift];
}

/* The chain of words of LEN bytes (as above) that may stand at AT, or PROSE_INDEX_END. LEN from 1 to PROSE_INDEX_HEAD. */
static inline uint16_t prose_index_chain(const struct prose_index *index, struct slice text, size_t at,
                                         size_t len)
{
    if (!(index->lengths & 1u << len) || text.len - at < len)
        return PROSE_INDEX_END;
    return *prose_index_head(index, text.ptr + at, len);
}

/* The first place at or after AT where a word of INDEX may begin, or the end of TEXT. */
size_t prose_index_start(const struct prose_index *index, struct slice text, size_t at);

/* The first word of the chain that begins at FROM which stands at AT, or PROSE_INDEX_END. */
uint16_t prose_index_next(const struct prose_index *index, struct slice text, size_t at, uint16_t from);

#endif
