/* zip.h - a zip's directory, and its members in any order (APPNOTE 4.3, with zip64); for formats that tie members to each other.
 *
 * Nothing in the directory is believed: entries are read one after the other within its bounds, members are inflated under the
 * limit of ratio, and a member's length and CRC-32 are checked at its end.
 */
#ifndef MAILSPILL_WALK_ZIP_H
#define MAILSPILL_WALK_ZIP_H

#include "base/limits.h"
#include "base/arena.h"
#include "item/source.h"

struct zip {
    struct source *in;           /* seekable */
    uint64_t directory, entries; /* where it begins; entries that its end tells */
    uint64_t directory_end;      /* no entry is read from here on */
    uint64_t shift;              /* bytes before the zip, which its offsets do not count */
    uint64_t end;                /* where the zip ends in IN, its comment with it */
    uint64_t comment_at;         /* bytes up to END */
    uint64_t out;                /* unpacked so far, all members together */
};

struct zip_entry {
    struct slice name; /* as it stands, in the arena it was read with */
    uint16_t flags, method;
    uint32_t crc;
    uint64_t packed, size, header; /* bytes; offset of the local header */
};

/* Find the end of the directory of IN. 0 or -1. */
int zip_open(struct zip *zip, struct source *in, struct error *err);

/* The directory entry at *AT (zip->directory for the first); *AT becomes the next one's. 1, 0 at the end, -1 where it breaks off. */
int zip_next(const struct zip *zip, uint64_t *at, struct arena *arena, struct zip_entry *entry);

bool zip_is_encrypted(const struct zip_entry *entry);

/* The bytes of ENTRY, unpacked, in ARENA; both outlive it. NULL where it is encrypted, packed in a way that is not read, or not there. */
struct source *zip_source(struct zip *zip, const struct zip_entry *entry, struct arena *arena,
                          const struct limits *limits);

#endif
