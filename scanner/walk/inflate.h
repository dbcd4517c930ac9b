/* inflate.h - deflated bytes (RFC 1950, RFC 1951, RFC 1952) out of a source, under the limit of ratio. */
#ifndef MAILSPILL_WALK_INFLATE_H
#define MAILSPILL_WALK_INFLATE_H

#include "base/arena.h"
#include "base/limits.h"
#include "item/source.h"

enum inflate_form {
    INFLATE_STORED,
    INFLATE_RAW,
    INFLATE_ZLIB,
    INFLATE_GZIP, /* one member, or several one after the other */
};

/* What is known of the bytes beforehand, and what all that a container unpacks may come to. */
struct inflate_check {
    uint64_t size; /* out, bytes */
    uint32_t crc;  /* CRC-32 of them */
    uint64_t *total_out;
    uint64_t total_in;
};

/* A source in ARENA of what PACKED gives, every byte up to a cut or damage; both must outlive it. PACKED is left where the packed bytes end. CHECK may be NULL. NULL where zlib does not start. */
struct source *inflate_source(struct arena *arena, struct source *packed, enum inflate_form form,
                              const struct limits *limits, const struct inflate_check *check);

#endif
