/* lock_7z_header.c - the directory of a 7z archive: reading, taking the encryption out, writing. */
#include <zlib.h>

#include "walk/lock_7z.h"

static const unsigned char signature[] = { '7', 'z', 0xBC, 0xAF, 0x27, 0x1C };

int seven_find(struct slice file, struct slice *directory)
{
    struct slice rest = slice_skip(file, 12);
    uint64_t offset, size;
    uint32_t crc;
    if (file.len < SEVEN_HEAD || memcmp(file.ptr, signature, sizeof signature) != 0 ||
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

bool seven_is_aes(const struct seven_coder *coder)
{
    static const unsigned char aes[] = { 0x06, 0xF1, 0x07, 0x01 };
    return slice_is_equal(coder->id, slice_of(aes, sizeof aes)) && coder->ins == 1 && coder->outs == 1;
}

/* The coder whose in-stream number IN is, its first in-stream and its first out-stream. */
static unsigned coder_of(const struct seven_folder *folder, unsigned in, unsigned *first_in,
                         unsigned *first_out)
{
    *first_in = *first_out = 0;
    for (unsigned i = 0; i < folder->coder_count; i++) {
        if (in - *first_in < folder->coders[i].ins)
            return i;
        *first_in += folder->coders[i].ins;
        *first_out += folder->coders[i].outs;
    }
    return folder->coder_count;
}

struct seven_coder *seven_aes_of(struct seven_folder *folder, unsigned index, uint64_t *size)
{
    unsigned first_in, first_out;
    unsigned coder = coder_of(folder, folder->packed[index], &first_in, &first_out);
    if (coder == folder->coder_count || !seven_is_aes(&folder->coders[coder]))
        return NULL;
    *size = folder->sizes[first_out];
    return &folder->coders[coder];
}

/* Take coder number INDEX out, whose streams are IN and OUT; what read from it reads packed stream PACKED. */
static int drop_coder(struct seven_folder *folder, unsigned index, unsigned in, unsigned out, unsigned packed)
{
    unsigned bind = 0;
    while (bind < folder->bind_count && folder->binds[bind].out != out)
        bind++;
    if (bind == folder->bind_count) { /* nothing reads from it: it becomes a plain copy */
        folder->coders[index].id = slice_of("\0", 1);
        folder->coders[index].props = slice_of(NULL, 0);
        return 0;
    }
    folder->packed[packed] = folder->binds[bind].in;
    memmove(folder->binds + bind, folder->binds + bind + 1,
            (folder->bind_count - bind - 1) * sizeof *folder->binds);
    folder->bind_count--;
    memmove(folder->coders + index, folder->coders + index + 1,
            (folder->coder_count - index - 1) * sizeof *folder->coders);
    folder->coder_count--;
    memmove(folder->sizes + out, folder->sizes + out + 1, (folder->outs - out - 1) * sizeof *folder->sizes);
    folder->ins--;
    folder->outs--;
    for (unsigned i = 0; i < folder->bind_count; i++) {
        folder->binds[i].in -= folder->binds[i].in > in;
        folder->binds[i].out -= folder->binds[i].out > out;
    }
    for (unsigned i = 0; i < folder->packed_count; i++)
        folder->packed[i] -= folder->packed[i] > in;
    return 0;
}

int seven_drop_aes(struct seven_folder *folder)
{
    for (unsigned i = 0; i < folder->packed_count; i++) {
        unsigned first_in, first_out;
        unsigned coder = coder_of(folder, folder->packed[i], &first_in, &first_out);
        if (coder < folder->coder_count && seven_is_aes(&folder->coders[coder]) &&
            drop_coder(folder, coder, first_in, first_out, i) < 0)
            return -1;
    }
    for (unsigned i = 0; i < folder->coder_count; i++)
        if (seven_is_aes(&folder->coders[i]))
            return -1; /* not where a packed stream is read: not a way anything packs */
    return 0;
}

static void put_number(struct buffer *out, uint64_t value)
{
    unsigned bytes = 0;
    while (bytes < 8 && value >= (uint64_t)1 << (7 * (bytes + 1)))
        bytes++;
    unsigned mask = bytes == 8 ? 0xFF : 0xFF00u >> bytes & 0xFF;
    buffer_put_byte(out, (unsigned char)(mask | (bytes < 8 ? value >> (8 * bytes) : 0)));
    for (unsigned i = 0; i < bytes; i++)
        buffer_put_byte(out, (unsigned char)(value >> (8 * i)));
}

static void put_folder(struct buffer *out, const struct seven_folder *folder)
{
    put_number(out, folder->coder_count);
    for (unsigned i = 0; i < folder->coder_count; i++) {
        const struct seven_coder *coder = &folder->coders[i];
        bool is_simple = coder->ins == 1 && coder->outs == 1;
        buffer_put_byte(
            out, (unsigned char)(coder->id.len | (is_simple ? 0u : 0x10u) | (coder->props.len ? 0x20u : 0u)));
        buffer_put(out, coder->id);
        if (!is_simple) {
            put_number(out, coder->ins);
            put_number(out, coder->outs);
        }
        if (coder->props.len) {
            put_number(out, coder->props.len);
            buffer_put(out, coder->props);
        }
    }
    for (unsigned i = 0; i < folder->bind_count; i++) {
        put_number(out, folder->binds[i].in);
        put_number(out, folder->binds[i].out);
    }
    for (unsigned i = 0; folder->packed_count > 1 && i < folder->packed_count; i++)
        put_number(out, folder->packed[i]);
}

static void put_folder_crcs(struct buffer *out, const struct seven_streams *streams)
{
    bool has_any = false;
    for (size_t i = 0; i < streams->folder_count; i++)
        has_any |= streams->folders[i].has_crc;
    if (!has_any)
        return;
    buffer_put_byte(out, ID_CRC);
    buffer_put_byte(out, 0);
    for (size_t i = 0; i < streams->folder_count; i += 8) {
        unsigned bits = 0;
        for (size_t j = 0; j < 8 && i + j < streams->folder_count; j++)
            bits |= (streams->folders[i + j].has_crc ? 0x80u : 0u) >> j;
        buffer_put_byte(out, (unsigned char)bits);
    }
    for (size_t i = 0; i < streams->folder_count; i++)
        if (streams->folders[i].has_crc)
            buffer_put_u32le(out, streams->folders[i].crc);
}

void seven_put_streams(struct buffer *out, const struct seven_streams *streams)
{
    buffer_put_byte(out, ID_PACK);
    put_number(out, streams->pack_at);
    put_number(out, streams->pack_count);
    buffer_put_byte(out, ID_SIZE);
    for (size_t i = 0; i < streams->pack_count; i++)
        put_number(out, streams->packs[i]);
    buffer_put_byte(out, ID_END);
    buffer_put_byte(out, ID_UNPACK);
    buffer_put_byte(out, ID_FOLDER);
    put_number(out, streams->folder_count);
    buffer_put_byte(out, 0);
    for (size_t i = 0; i < streams->folder_count; i++)
        put_folder(out, &streams->folders[i]);
    buffer_put_byte(out, ID_CODERS_SIZE);
    for (size_t i = 0; i < streams->folder_count; i++)
        for (unsigned j = 0; j < streams->folders[i].outs; j++)
            put_number(out, streams->folders[i].sizes[j]);
    put_folder_crcs(out, streams);
    buffer_put_byte(out, ID_END);
    buffer_put_byte(out, ID_SUB);
    if (streams->sub.len)
        buffer_put(out, streams->sub);
    else
        buffer_put_byte(out, ID_END);
    buffer_put_byte(out, ID_END);
}

static void write_at(struct buffer *out, size_t at, uint64_t value, size_t len)
{
    for (size_t i = 0; i < len && at + i < out->len; i++)
        out->ptr[at + i] = (unsigned char)(value >> (8 * i));
}

void seven_put_head(struct buffer *out, size_t start, size_t directory_at)
{
    if (out->is_overfull || start < SEVEN_HEAD)
        return;
    size_t head = start - SEVEN_HEAD;
    memcpy(out->ptr + head, signature, sizeof signature);
    write_at(out, head + 6, 4 << 8, 2);
    write_at(out, head + 12, directory_at - start, 8);
    write_at(out, head + 20, out->len - directory_at, 8);
    write_at(out, head + 28, crc32(0, out->ptr + directory_at, (uInt)(out->len - directory_at)), 4);
    write_at(out, head + 8, crc32(0, out->ptr + head + 12, 20), 4);
}

void seven_put_single(struct buffer *out, const struct seven_folder *folder, const uint64_t *packs,
                      struct slice packed, uint64_t size)
{
    static const unsigned char names[] = { ID_NAMES, 5, 0, 'x', 0, 0, 0, ID_END, ID_END };
    static const unsigned char head[SEVEN_HEAD];
    struct seven_folder one = *folder;
    struct seven_streams streams = { .packs = (uint64_t *)(uintptr_t)packs,
                                     .pack_count = folder->packed_count,
                                     .folders = &one,
                                     .folder_count = 1 };
    (void)size;
    one.has_crc = false;
    one.first_pack = 0;
    buffer_put(out, slice_of(head, sizeof head));
    buffer_put(out, packed);
    size_t at = out->len;
    buffer_put_byte(out, ID_HEADER);
    buffer_put_byte(out, ID_MAIN);
    seven_put_streams(out, &streams);
    buffer_put_byte(out, ID_FILES);
    put_number(out, 1);
    buffer_put(out, slice_of(names, sizeof names));
    seven_put_head(out, SEVEN_HEAD, at);
}
