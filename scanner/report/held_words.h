/* held_words.h - texts numbered in the order in which they first came: a few that stand in many rows. */
#ifndef MAILSPILL_REPORT_HELD_WORDS_H
#define MAILSPILL_REPORT_HELD_WORDS_H

#include "base/arena.h"

struct held_words {
    struct slice *at;
    uint32_t *table; /* 1 + the number; 0: free. Its size is a power of two. */
    uint32_t count, capacity;
};

/* The number of WORD. The words lie in ARENA, the tables in memory of their own. */
uint32_t held_word(struct held_words *words, struct arena *arena, struct slice word);
void held_words_release(struct held_words *words);

#endif
