/* scan_harvest.h - passwords that may open something: what one message or file tells, whether a rule found it or not.
 *
 * Held in memory of the worker alone, and wiped. A harvest is bounded, whatever the message: HARVEST_MOST of each rank.
 */
#ifndef MAILSPILL_SCAN_HARVEST_H
#define MAILSPILL_SCAN_HARVEST_H

#include "base/arena.h"
#include "base/slice.h"
#include "item/source.h"

/* How likely it is a password, best first. */
enum harvest_rank {
    HARVEST_TOLD,        /* a rule found it */
    HARVEST_TURNED_DOWN, /* it stands where a rule looked for one */
    HARVEST_NAME,        /* a subject, a file's name */
    HARVEST_WORD,        /* a word of the text that is none of a language */
    HARVEST_RANKS,
};

#define HARVEST_MOST ((size_t)256)
#define HARVEST_VALUE_MOST ((size_t)128) /* bytes */

struct harvested {
    struct slice value;
    enum harvest_rank rank;
    struct slice place;    /* path of the leaf; empty where it stands in none */
    uint64_t line, column; /* in it, from 1; 0: unknown */
};

/* A file that may be a key (walk/lock.h: lock_key_of_file). */
#define HARVEST_KEYS ((size_t)16)
struct harvested_key {
    unsigned char bytes[32];
    struct slice name; /* of the file */
    bool is_meant;     /* to be one */
};

/* A part of a split archive that a message or file has (scan_volumes.c). */
struct harvested_volume {
    struct slice whole; /* name of the whole archive, without folders */
    uint32_t number;
    bool is_end;
    struct source *source; /* seekable, in the harvest's arena */
    struct harvested_volume *next;
};

struct harvest {
    struct arena *arena; /* wiped */
    struct harvested_key *keys;
    size_t key_count;
    struct harvested_volume *volumes;
    struct harvested *at;
    size_t count, capacity;
    size_t counts[HARVEST_RANKS];
    size_t most; /* of each rank: HARVEST_MOST, unless changed */
};

void harvest_init(struct harvest *harvest);
void harvest_release(struct harvest *harvest); /* wipes */

/* Add VALUE, copied, unless it is there with that rank or too long. PLACE is copied too. */
void harvest_add(struct harvest *harvest, enum harvest_rank rank, struct slice value, struct slice place,
                 uint64_t line, uint64_t column);

/* Add a file NAME that may be a key, unless there are HARVEST_KEYS: one that is meant to be takes the place of one that is not. */
void harvest_add_key(struct harvest *harvest, const struct harvested_key *key);

/* A list that a person gave: a line each, in its order, without bound. 0, or -1 where a line is longer than HARVEST_VALUE_MOST. */
int harvest_add_lines(struct harvest *harvest, struct slice lines, uint64_t *line);

/* Add the words of TEXT: all of them, or those that no language has (digits, signs, capitals inside). PLACE as above; LINE of TEXT's beginning, or 0. */
enum harvest_words { HARVEST_ALL_WORDS, HARVEST_STRANGE_WORDS };
void harvest_add_words(struct harvest *harvest, enum harvest_rank rank, enum harvest_words which,
                       struct slice text, struct slice place, uint64_t line);

/* The forms in which VALUE may be meant: as it stands, without the signs around it, without those after it. They are slices of VALUE. */
#define HARVEST_FORMS ((size_t)4)
size_t harvest_forms(struct slice value, struct slice forms[HARVEST_FORMS]);

#endif
