/* limits.h - every bound on what input may cost, by name, with its default. Each hit is a gap `limit`. */
#ifndef MAILSPILL_BASE_LIMITS_H
#define MAILSPILL_BASE_LIMITS_H

#include <stdint.h>

#include "base/error.h"
#include "base/slice.h"

/* Sizes in bytes. 0 means "no limit" only where the table in limits.c says so. */
struct limits {
    uint64_t container_depth; /* archives, mailboxes and documents in one another */
    uint64_t mime_depth;      /* multiparts and nested messages */
    uint64_t filters;         /* compressions around one stream */
    uint64_t parts;           /* MIME parts of a message */
    uint64_t header_bytes;    /* of one header block */
    uint64_t header_fields;   /* of one header block */
    uint64_t header_params;   /* of one field */
    uint64_t address_depth;   /* groups and comments */
    uint64_t inner_entries;   /* of a container that lies inside a message */
    uint64_t outer_entries;   /* of a container in an export */
    uint64_t held_bytes;      /* an item that must be sought in: memory or encrypted spool */
    uint64_t whole_bytes;     /* a format that must be held whole in memory */
    uint64_t ratio;           /* bytes out of a decompressor for each byte in */
    uint64_t ratio_free;      /* bytes out before the ratio counts */
    uint64_t decoded_depth;   /* encodings in one another in a text */
    uint64_t decoded_bytes;   /* out of encoded blocks in a text, for each 16 MiB of it */
    uint64_t decoded_blobs;   /* encoded blocks in a text, for each 16 MiB of it */
    uint64_t pages;           /* of a PDF */
    uint64_t document_text;   /* bytes of text out of a PDF or a picture */
    uint64_t pixels;          /* of a picture */
    uint64_t item_cpu;        /* seconds of CPU for each 64 MiB of an item */
    uint64_t hang;            /* seconds without progress */
    uint64_t findings;        /* held for one message */
    uint64_t thread_halves;   /* of pairs, held until their thread was seen */
    uint64_t unlock_tries;    /* passwords tried on one locked item; 0: none, not even later */
    uint64_t unlock_cpu;      /* seconds of CPU for them */
    uint64_t unlock_bytes;    /* of a locked item */
    uint64_t unlock_items;    /* locked items left until all was read */
    uint64_t unlock_places;   /* messages remembered in which a password may stand */
    uint64_t worker_memory;   /* address space of a worker beyond its start */
};

struct limit_name {
    const char *name;    /* as in --limit NAME=VALUE */
    const char *meaning; /* for help and the manual */
    size_t offset;       /* of the field in struct limits */
    uint64_t standard;
    uint64_t least; /* the smallest value that is accepted */
};

/* The table, ended by a NULL name. */
extern const struct limit_name limit_names[];

void limits_init(struct limits *limits);

/* TEXT is "name=value"; a value may end in K, M or G (1024). 0, or -1 with ERROR_USAGE. */
int limits_set(struct limits *limits, const char *text, struct error *err);

uint64_t limits_get(const struct limits *limits, const struct limit_name *name);

#endif
