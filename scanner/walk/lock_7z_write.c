/* lock_7z_write.c - the directory of a 7z archive: deciphering taken out of its folders, and written again. */
#include <zlib.h>

#include "walk/lock_7z.h"

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
    memcpy(out->ptr + head, SEVEN_SIGNATURE, SEVEN_SIGNATURE_LEN);
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
