/* gap.h - something that was not, or not wholly, looked at. */
#ifndef MAILSPILL_ITEM_GAP_H
#define MAILSPILL_ITEM_GAP_H

#include "base/error.h"
#include "base/slice.h"

enum gap_kind {
    GAP_TRUNCATED,
    GAP_ENCRYPTED,
    GAP_LIMIT,
    GAP_UNSUPPORTED,
    GAP_DAMAGED,
    GAP_CRASHED,
    GAP_TIMEOUT,
    GAP_UNREADABLE,
    GAP_MISSING,
    GAP_NOT_IN_EXPORT,
    GAP_PICTURE,
    GAP_KINDS,
};

/* LEAF: a whole leaf was refused. REST: a leaf or container was read in part; what is left of it was not. */
enum gap_stands_for { GAP_STANDS_FOR_LEAF, GAP_STANDS_FOR_REST };

struct gap {
    enum gap_kind kind;
    enum gap_stands_for stands_for;
    struct slice reason; /* for a person: lower case, no full stop; UTF-8 */
    uint64_t bytes;      /* not looked at, where known, else GAP_BYTES_UNKNOWN */
    const char *limit;   /* name of the limit that was hit, from limit_names, else NULL */
    struct slice more;   /* told after the reason, and no part of the gap's id: what was tried */
};

#define GAP_BYTES_UNKNOWN UINT64_MAX

const char *gap_kind_name(enum gap_kind kind);
int gap_kind_from_name(struct slice name); /* the kind, or -1 */
const char *gap_stands_for_name(enum gap_stands_for stands_for);
enum gap_kind gap_kind_of_error(enum error_kind kind);

struct item;

/* Where walkers and extractors say what they could not read. The item is the one the gap is about. */
struct gap_sink {
    void (*put)(void *ctx, const struct item *item, const struct gap *gap);
    void *ctx;
};

#endif
