/* gap.c - something that was not, or not wholly, looked at: its words. */
#include "item/gap.h"

static const char *const kind_names[GAP_KINDS] = {
    [GAP_TRUNCATED] = "truncated", [GAP_ENCRYPTED] = "encrypted",
    [GAP_LIMIT] = "limit",         [GAP_UNSUPPORTED] = "unsupported",
    [GAP_DAMAGED] = "damaged",     [GAP_CRASHED] = "crashed",
    [GAP_TIMEOUT] = "timeout",     [GAP_UNREADABLE] = "unreadable",
    [GAP_MISSING] = "missing",     [GAP_NOT_IN_EXPORT] = "not-in-export",
    [GAP_PICTURE] = "picture",
};

const char *gap_kind_name(enum gap_kind kind)
{
    return kind_names[kind];
}

int gap_kind_from_name(struct slice name)
{
    for (int kind = 0; kind < GAP_KINDS; kind++)
        if (slice_is_equal(name, slice_str(kind_names[kind])))
            return kind;
    return -1;
}

const char *gap_stands_for_name(enum gap_stands_for stands_for)
{
    return stands_for == GAP_STANDS_FOR_LEAF ? "leaf" : "rest";
}

enum gap_kind gap_kind_of_error(enum error_kind kind)
{
    switch (kind) {
    case ERROR_TRUNCATED:
        return GAP_TRUNCATED;
    case ERROR_LIMIT:
        return GAP_LIMIT;
    case ERROR_ENCRYPTED:
        return GAP_ENCRYPTED;
    case ERROR_UNSUPPORTED:
        return GAP_UNSUPPORTED;
    case ERROR_TIMEOUT:
        return GAP_TIMEOUT;
    case ERROR_CRASHED:
        return GAP_CRASHED;
    case ERROR_SYSTEM:
        return GAP_UNREADABLE;
    default:
        return GAP_DAMAGED;
    }
}
