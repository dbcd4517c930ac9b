/* seen.h - which spans a block has already given, so that a second view does not give them again; inside match/ only. */
#ifndef MAILSPILL_MATCH_SEEN_H
#define MAILSPILL_MATCH_SEEN_H

#include "base/slice.h"

/* Above this many, twins are no longer noticed. */
#define SEEN_MAX ((size_t)512 * 1024)

enum seen_as { SEEN_MATCH, SEEN_REJECTED };

struct sighting {
    uint64_t offset, end;
    uint32_t rule;
    uint32_t as; /* enum seen_as + 1; 0 is an empty slot */
};

struct seen {
    struct sighting *slots; /* open addressing, a power of two */
    size_t size, count;
};

void seen_init(struct seen *seen);
void seen_release(struct seen *seen);
void seen_clear(struct seen *seen);

/* Was it there before? If not, it is now. */
bool seen_add(struct seen *seen, uint32_t rule, uint64_t offset, uint64_t end, enum seen_as as);

#endif
