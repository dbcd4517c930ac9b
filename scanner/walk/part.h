/* part.h - a range of a seekable source as a source of its own. */
#ifndef MAILSPILL_WALK_PART_H
#define MAILSPILL_WALK_PART_H

#include "item/source.h"

/* LEN bytes of IN from OFFSET on (fewer where IN ends); seekable. IN's own window does not move, and must not while the part is read. In ARENA. */
struct source *part_source(struct arena *arena, struct source *in, uint64_t offset, uint64_t len);

/* The same bytes at once: where they stand, or copied to ARENA. */
struct slice part_read(struct arena *arena, struct source *in, uint64_t offset, size_t len);

#endif
