/* limits.c - every bound on what input may cost, by name, with its default. */
#include "base/limits.h"

#include <stddef.h>

#define MIB ((uint64_t)1024 * 1024)

const struct limit_name limit_names[] = {
    { "container-depth", "archives, mailboxes and documents in one another",
      offsetof(struct limits, container_depth), 16, 1 },
    { "mime-depth", "multiparts and nested messages in one another", offsetof(struct limits, mime_depth), 64,
      1 },
    { "filters", "compressions around one stream", offsetof(struct limits, filters), 4, 0 },
    { "parts", "MIME parts of a message", offsetof(struct limits, parts), 10000, 1 },
    { "header-bytes", "bytes of one header block", offsetof(struct limits, header_bytes), MIB, 1024 },
    { "header-fields", "fields of one header block", offsetof(struct limits, header_fields), 4096, 16 },
    { "header-params", "parameters of one header field", offsetof(struct limits, header_params), 256, 4 },
    { "address-depth", "address groups and comments in one another", offsetof(struct limits, address_depth),
      16, 1 },
    { "inner-entries", "entries of a container inside a message", offsetof(struct limits, inner_entries),
      50000, 1 },
    { "outer-entries", "entries of a container in an export", offsetof(struct limits, outer_entries),
      10000000, 1 },
    { "held-bytes", "bytes of an item that must be sought in", offsetof(struct limits, held_bytes),
      4096 * MIB, MIB },
    { "whole-bytes", "bytes of an item that must be held in memory", offsetof(struct limits, whole_bytes),
      256 * MIB, MIB },
    { "ratio", "bytes out of a decompressor for each byte in", offsetof(struct limits, ratio), 200, 2 },
    { "ratio-free", "bytes out of a decompressor before the ratio counts",
      offsetof(struct limits, ratio_free), 10 * MIB, 0 },
    { "decoded-depth", "encodings in one another in a text (0: decode nothing)",
      offsetof(struct limits, decoded_depth), 3, 0 },
    { "decoded-bytes", "bytes decoded out of a text, for each 16 MiB of it",
      offsetof(struct limits, decoded_bytes), 64 * MIB, 0 },
    { "decoded-blobs", "encoded blocks in a text, for each 16 MiB of it",
      offsetof(struct limits, decoded_blobs), 250000, 0 },
    { "pages", "pages that are read of a PDF", offsetof(struct limits, pages), 2000, 1 },
    { "document-text", "bytes of text out of a PDF or a picture", offsetof(struct limits, document_text),
      32 * MIB, 1024 },
    { "pixels", "pixels of a picture that is read", offsetof(struct limits, pixels), 64 * MIB, 1024 },
    { "item-cpu", "seconds of CPU for each 64 MiB of an item", offsetof(struct limits, item_cpu), 30, 1 },
    { "hang", "seconds without progress before a worker is killed", offsetof(struct limits, hang), 120, 1 },
    { "findings", "findings held for one message", offsetof(struct limits, findings), 10000, 1 },
    { "thread-halves", "halves of pairs held until all messages of their thread were seen",
      offsetof(struct limits, thread_halves), 200000, 1 },
    { "unlock-tries", "passwords tried on one locked item (0: nothing is unlocked)",
      offsetof(struct limits, unlock_tries), 2000, 0 },
    { "unlock-cpu", "seconds of CPU for passwords on one locked item", offsetof(struct limits, unlock_cpu),
      60, 1 },
    { "unlock-bytes", "bytes of a locked item that passwords are tried on",
      offsetof(struct limits, unlock_bytes), 64 * MIB, 0 },
    { "unlock-items", "locked items that wait until all was read", offsetof(struct limits, unlock_items),
      20000, 0 },
    { "unlock-places", "messages remembered in which a password may stand",
      offsetof(struct limits, unlock_places), 200000, 0 },
    { "worker-memory", "bytes of memory a worker may add after its start",
      offsetof(struct limits, worker_memory), 512 * MIB, 128 * MIB },
    { NULL, NULL, 0, 0, 0 },
};

static uint64_t *field_of(struct limits *limits, const struct limit_name *name)
{
    return (uint64_t *)(void *)((char *)limits + name->offset);
}

void limits_init(struct limits *limits)
{
    for (const struct limit_name *name = limit_names; name->name; name++)
        *field_of(limits, name) = name->standard;
}

uint64_t limits_get(const struct limits *limits, const struct limit_name *name)
{
    return *(const uint64_t *)(const void *)((const char *)limits + name->offset);
}

static int parse_size(struct slice text, uint64_t *value)
{
    static const char units[] = "kmg";
    unsigned shift = 0;
    if (text.len > 1) {
        const char *unit = memchr(units, slice_lower_byte(text.ptr[text.len - 1]), 3);
        if (unit) {
            shift = 10 * (unsigned)(unit - units + 1);
            text.len--;
        }
    }
    if (slice_to_u64(text, value) < 0 || *value > UINT64_MAX >> shift)
        return -1;
    *value <<= shift;
    return 0;
}

int limits_set(struct limits *limits, const char *text, struct error *err)
{
    struct slice all = slice_str(text);
    size_t equals = slice_find_byte(all, 0, '=');
    uint64_t value;
    if (equals == SLICE_NONE)
        return error_set(err, ERROR_USAGE, "bad limit '%s': want NAME=VALUE", text);
    struct slice wanted = slice_sub(all, 0, equals);
    for (const struct limit_name *name = limit_names; name->name; name++) {
        if (!slice_is_equal(wanted, slice_str(name->name)))
            continue;
        if (parse_size(slice_skip(all, equals + 1), &value) < 0)
            return error_set(err, ERROR_USAGE,
                             "bad limit '%s': the value is not a number (K, M and G may follow)", text);
        if (value < name->least)
            return error_set(err, ERROR_USAGE, "bad limit '%s': the least is %llu", text,
                             (unsigned long long)name->least);
        *field_of(limits, name) = value;
        return 0;
    }
    return error_set(err, ERROR_USAGE, "no limit is named '%.*s' (see `mailspill doctor` for all limits)",
                     (int)wanted.len, text);
}
