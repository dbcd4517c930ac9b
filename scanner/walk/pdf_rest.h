/* pdf_rest.h - the bytes of a PDF without what its helper gave: no secret is found twice, and none that only lies in the bytes is lost. */
#ifndef MAILSPILL_WALK_PDF_REST_H
#define MAILSPILL_WALK_PDF_REST_H

#include "base/arena.h"

/* A word that comes in pieces: the hash of its whole eights of bytes, 0 before the first; and what comes after them. */
struct pdf_word {
    uint64_t hash, rest;
    unsigned rest_len; /* bytes */
};

/* The words that were given: runs of ASCII letters and digits, as hashes under a key of the moment: no document can be made to hide one. */
struct pdf_words {
    uint64_t *table;
    size_t count, room;   /* of the table, a power of two */
    struct pdf_word word; /* at work */
    uint64_t key[2];
    bool is_word[256];
    struct arena *arena;
};

void pdf_words_init(struct pdf_words *words, struct arena *arena);

/* More text that was given; words may be cut between two calls. Past a bound words are no longer noted: then more is left in the bytes. */
void pdf_words_note(struct pdf_words *words, struct slice text);
void pdf_words_end(struct pdf_words *words); /* a text ends here */

/* Were all words of TEXT noted, or has it none? */
bool pdf_words_cover(const struct pdf_words *words, struct slice text);

/* Overwrite with spaces each string, and each stream that is plain text, of which all words were noted. Linear in LEN. */
void pdf_blank(struct pdf_words *words, unsigned char *file, size_t len);

#endif
