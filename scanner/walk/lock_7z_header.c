/* lock_7z_header.c - the directory of a 7z archive, read. */
#include <zlib.h>

#include "walk/lock_7z.h"

int seven_find(struct slice file, struct slice *directory)
{
    struct slice rest = slice_skip(file, 12);
    uint64_t offset, size;
    uint32_t crc;
    if (file.len < SEVEN_HEAD || memcmp(file.ptr, SEVEN_SIGNATURE, SEVEN_SIGNATURE_LEN) != 0 ||
        slice_eat_u64le(&rest, &offset) < 0 || slice_eat_u64le(&rest, &size) < 0 ||
        slice_eat_u32le(&rest, &crc) < 0)
        return -1;
    uint64_t room = file.len - SEVEN_HEAD;
    if (offset > room || size > room - offset || size == 0)
        return -1;
    *directory = slice_sub(file, SEVEN_HEAD + (size_t)offset, (size_t)size);
    return 0;
}

/* Numbers: as many further bytes as the first has leading ones. */
static int eat_number(struct slice *rest, uint64_t *value)
{
    uint8_t first, byte;
    *value = 0;
    if (slice_eat_u8(rest, &first) < 0)
        return -1;
    unsigned mask = 0x80;
    for (unsigned i = 0; i < 8; i++, mask >>= 1) {
        if (!(first & mask)) {
            *value |= (uint64_t)(first & (mask - 1)) << (8 * i);
            return 0;
        }
        if (slice_eat_u8(rest, &byte) < 0)
            return -1;
        *value |= (uint64_t)byte << (8 * i);
    }
    return 0;
}

static int eat_id(struct slice *rest, enum seven_id id)
{
    if (rest->len == 0 || rest->ptr[0] != id)
        return -1;
    *rest = slice_skip(*rest, 1);
    return 0;
}

/* A list of CRCs, of which some may be missing: SEEN is told each that is there. */
struct digests {
    void (*seen)(void *ctx, size_t index, uint32_t crc);
    void *ctx;
};

static int eat_digests(struct slice *rest, size_t count, const struct digests *digests)
{
    uint8_t all;
    struct slice bits;
    uint32_t crc;
    if (slice_eat_u8(rest, &all) < 0)
        return -1;
    bits = slice_of(NULL, 0);
    if (!all && slice_eat(rest, (count + 7) / 8, &bits) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (!all && !(bits.ptr[i / 8] >> (7 - i % 8) & 1))
            continue;
        if (slice_eat_u32le(rest, &crc) < 0)
            return -1;
        if (digests)
            digests->seen(digests->ctx, i, crc);
    }
    return 0;
}

static int eat_pack_info(struct slice *rest, struct arena *arena, size_t most, struct seven_streams *streams)
{
    uint64_t count;
    if (eat_number(rest, &streams->pack_at) < 0 || eat_number(rest, &count) < 0 || count > most ||
        count > rest->len)
        return -1;
    streams->pack_count = (size_t)count;
    streams->packs = arena_alloc_array(arena, streams->pack_count + 1, sizeof *streams->packs);
    if (eat_id(rest, ID_SIZE) == 0)
        for (size_t i = 0; i < streams->pack_count; i++)
            if (eat_number(rest, &streams->packs[i]) < 0)
                return -1;
    if (eat_id(rest, ID_CRC) == 0 && eat_digests(rest, streams->pack_count, NULL) < 0)
        return -1;
    streams->starts = arena_alloc_array(arena, streams->pack_count + 1, sizeof *streams->starts);
    for (size_t i = 0; i < streams->pack_count; i++) {
        uint64_t start = streams->starts[i], size = streams->packs[i];
        streams->starts[i + 1] = start <= UINT64_MAX - size ? start + size : UINT64_MAX;
    }
    return eat_id(rest, ID_END);
}

static int eat_coder(struct slice *rest, struct seven_coder *coder)
{
    uint8_t flags;
    uint64_t ins = 1, outs = 1, len = 0;
    if (slice_eat_u8(rest, &flags) < 0 || flags & 0xC0 || slice_eat(rest, flags & 0x0F, &coder->id) < 0)
        return -1;
    if (flags & 0x10 && (eat_number(rest, &ins) < 0 || eat_number(rest, &outs) < 0))
        return -1;
    if (flags & 0x20 && eat_number(rest, &len) < 0)
        return -1;
    if (ins == 0 || outs == 0 || ins > SEVEN_STREAMS_MAX || outs > SEVEN_STREAMS_MAX || len > rest->len ||
        slice_eat(rest, (size_t)len, &coder->props) < 0)
        return -1;
    coder->ins = (unsigned)ins;
    coder->outs = (unsigned)outs;
    return 0;
}

static bool is_bound(const struct seven_folder *folder, unsigned in)
{
    for (unsigned i = 0; i < folder->bind_count; i++)
        if (folder->binds[i].in == in)
            return true;
    return false;
}

static int eat_binds(struct slice *rest, struct seven_folder *folder)
{
    folder->bind_count = folder->outs - 1;
    for (unsigned i = 0; i < folder->bind_count; i++) {
        uint64_t in, out;
        if (eat_number(rest, &in) < 0 || eat_number(rest, &out) < 0 || in >= folder->ins ||
            out >= folder->outs)
            return -1;
        folder->binds[i] = (struct seven_bind){ (unsigned)in, (unsigned)out };
    }
    return 0;
}

static int eat_packed(struct slice *rest, struct seven_folder *folder)
{
    if (folder->ins < folder->bind_count + 1)
        return -1;
    folder->packed_count = folder->ins - folder->bind_count;
    if (folder->packed_count == 1) {
        for (unsigned in = 0; in < folder->ins; in++)
            if (!is_bound(folder, in)) {
                folder->packed[0] = in;
                return 0;
            }
        return -1;
    }
    for (unsigned i = 0; i < folder->packed_count; i++) {
        uint64_t in;
        if (eat_number(rest, &in) < 0 || in >= folder->ins)
            return -1;
        folder->packed[i] = (unsigned)in;
    }
    return 0;
}

static int eat_folder(struct slice *rest, struct seven_folder *folder)
{
    uint64_t count;
    if (eat_number(rest, &count) < 0 || count == 0 || count > SEVEN_CODERS_MAX)
        return -1;
    folder->coder_count = (unsigned)count;
    for (unsigned i = 0; i < folder->coder_count; i++) {
        if (eat_coder(rest, &folder->coders[i]) < 0)
            return -1;
        folder->ins += folder->coders[i].ins;
        folder->outs += folder->coders[i].outs;
        if (folder->ins > SEVEN_STREAMS_MAX || folder->outs > SEVEN_STREAMS_MAX)
            return -1;
    }
    return eat_binds(rest, folder) < 0 ? -1 : eat_packed(rest, folder);
}

static void folder_crc(void *ctx, size_t index, uint32_t crc)
{
    struct seven_streams *streams = ctx;
    streams->folders[index].has_crc = true;
    streams->folders[index].crc = crc;
}

static int eat_folders(struct slice *rest, struct arena *arena, size_t most, struct seven_streams *streams)
{
    uint64_t count;
    uint8_t external;
    size_t pack = 0;
    if (eat_id(rest, ID_FOLDER) < 0 || eat_number(rest, &count) < 0 || slice_eat_u8(rest, &external) < 0 ||
        external || count > most || count > rest->len)
        return -1;
    streams->folder_count = (size_t)count;
    streams->folders = arena_alloc_array(arena, streams->folder_count + 1, sizeof *streams->folders);
    for (size_t i = 0; i < streams->folder_count; i++) {
        if (eat_folder(rest, &streams->folders[i]) < 0)
            return -1;
        streams->folders[i].first_pack = pack;
        pack += streams->folders[i].packed_count;
    }
    if (pack > streams->pack_count || eat_id(rest, ID_CODERS_SIZE) < 0)
        return -1;
    for (size_t i = 0; i < streams->folder_count; i++)
        for (unsigned out = 0; out < streams->folders[i].outs; out++)
            if (eat_number(rest, &streams->folders[i].sizes[out]) < 0)
                return -1;
    const struct digests digests = { folder_crc, streams };
    if (eat_id(rest, ID_CRC) == 0 && eat_digests(rest, streams->folder_count, &digests) < 0)
        return -1;
    return eat_id(rest, ID_END);
}

static uint64_t folder_size(const struct seven_folder *folder)
{
    for (unsigned out = 0; out < folder->outs; out++) {
        bool is_bound_out = false;
        for (unsigned i = 0; i < folder->bind_count; i++)
            is_bound_out |= folder->binds[i].out == out;
        if (!is_bound_out)
            return folder->sizes[out];
    }
    return 0;
}

/* Which of the CRCs in SubStreamsInfo belong to the first file of a folder. */
struct first_crcs {
    struct seven_streams *streams;
    const uint64_t *counts;
    size_t folder, inside; /* of the CRC that comes next */
};

static void sub_crc(void *ctx, size_t index, uint32_t crc)
{
    struct first_crcs *first = ctx;
    struct seven_streams *streams = first->streams;
    size_t at = 0;
    /* Forward only: folders that have a CRC of their own and one file have none here. */
    while (first->folder < streams->folder_count) {
        bool is_own = first->counts[first->folder] == 1 && streams->folders[first->folder].has_crc;
        uint64_t count = is_own ? 0 : first->counts[first->folder];
        if (index - first->inside < count) {
            at = index - first->inside;
            break;
        }
        first->inside += (size_t)count;
        first->folder++;
    }
    if (first->folder < streams->folder_count && at == 0) {
        streams->first_crcs[first->folder] = crc;
        streams->has_first_crc[first->folder] = true;
    }
}

static int eat_counts(struct slice *rest, const struct seven_streams *streams, uint64_t *counts, size_t most,
                      uint64_t *total)
{
    bool has_counts = eat_id(rest, ID_COUNTS) == 0;
    for (size_t i = 0; i < streams->folder_count; i++) {
        counts[i] = 1;
        if (has_counts && eat_number(rest, &counts[i]) < 0)
            return -1;
        if (counts[i] > most || *total > most - counts[i])
            return -1;
        *total += counts[i];
    }
    return 0;
}

static int eat_sub(struct slice *rest, struct arena *arena, size_t most, struct seven_streams *streams)
{
    struct slice start = *rest;
    uint64_t *counts = arena_alloc_array(arena, streams->folder_count + 1, sizeof *counts), total = 0,
             crcs = 0;
    if (eat_counts(rest, streams, counts, most, &total) < 0)
        return -1;
    bool has_sizes = eat_id(rest, ID_SIZE) == 0;
    for (size_t i = 0; i < streams->folder_count; i++) {
        uint64_t size = 0;
        for (uint64_t j = 1; has_sizes && j < counts[i]; j++) {
            if (eat_number(rest, &size) < 0)
                return -1;
            if (j == 1)
                streams->first_sizes[i] = size;
        }
        crcs += counts[i] == 1 && streams->folders[i].has_crc ? 0 : counts[i];
    }
    struct first_crcs first = { streams, counts, 0, 0 };
    const struct digests digests = { sub_crc, &first };
    if (eat_id(rest, ID_CRC) == 0 && eat_digests(rest, (size_t)crcs, &digests) < 0)
        return -1;
    if (eat_id(rest, ID_END) < 0)
        return -1;
    streams->sub = slice_sub(start, 0, start.len - rest->len);
    return 0;
}

int seven_eat_streams(struct slice *rest, struct arena *arena, size_t most, struct seven_streams *streams)
{
    *streams = (struct seven_streams){ 0 };
    if (eat_id(rest, ID_PACK) == 0 && eat_pack_info(rest, arena, most, streams) < 0)
        return -1;
    if (eat_id(rest, ID_UNPACK) == 0 && eat_folders(rest, arena, most, streams) < 0)
        return -1;
    size_t count = streams->folder_count + 1;
    streams->first_sizes = arena_alloc_array(arena, count, sizeof *streams->first_sizes);
    streams->first_crcs = arena_alloc_array(arena, count, sizeof *streams->first_crcs);
    streams->has_first_crc = arena_alloc_array(arena, count, sizeof *streams->has_first_crc);
    for (size_t i = 0; i < streams->folder_count; i++) {
        streams->first_sizes[i] = folder_size(&streams->folders[i]);
        streams->first_crcs[i] = streams->folders[i].crc;
        streams->has_first_crc[i] = streams->folders[i].has_crc;
    }
    if (eat_id(rest, ID_SUB) == 0 && eat_sub(rest, arena, 20 * most, streams) < 0)
        return -1;
    return eat_id(rest, ID_END);
}
