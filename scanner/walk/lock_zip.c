/* lock_zip.c - zip archives: ZipCrypto (APPNOTE 6.1) and WinZip AES (AE-1, AE-2), unlocked by writing the archive anew without either. */
#include <archive.h>
#include <stdio.h>
#include <zlib.h>

#include "walk/lock_parts.h"

#define ZIP_LOCAL 0x04034B50u
#define ZIP_CENTRAL 0x02014B50u
#define ZIP_END 0x06054B50u
#define ZIP_END64 0x06064B50u
#define ZIP_LOCATOR64 0x07064B50u
#define ZIP_EXTRA_AES 0x9901
#define ZIP_EXTRA_64 0x0001

#define ZIP_END_LEN 22
#define ZIP_COMMENT_MAX 65535
#define ZIP_CRYPTO_HEADER 12
#define ZIP_METHOD_STORED 0
#define ZIP_METHOD_DEFLATED 8
#define ZIP_METHOD_AES 99
#define ZIP_AES_ROUNDS 1000
#define ZIP_AES_MAC 10

/* Seconds that reading through one member for its proof may take. */
#define ZIP_PROOF_SECONDS 10

/* Seconds that summing up what had no CRC may take in all. */
#define ZIP_WRITE_SECONDS 20

/* The most members whose check byte a password is held against. */
#define ZIP_TRIED_MAX 64

enum zip_flag { ZIP_LOCKED = 1, ZIP_HAS_DESCRIPTOR = 8, ZIP_STRONG = 64, ZIP_UTF8 = 2048 };

struct zip_entry {
    uint16_t flags, method, time, date;
    uint32_t crc;
    uint64_t packed, size;
    uint64_t offset;      /* of the local header */
    struct slice name;    /* in the file */
    struct slice data;    /* in the file: with the header and MAC of its encryption */
    uint16_t aes_version; /* 0: ZipCrypto */
    uint8_t aes_strength; /* 1 to 3 */
    uint32_t attributes;
};

struct zip {
    struct zip_entry *entries;
    size_t count;
    size_t tried[ZIP_TRIED_MAX]; /* locked members, smallest first */
    size_t tried_count;
};

static struct slice from(struct slice file, uint64_t at)
{
    return at < file.len ? slice_skip(file, (size_t)at) : slice_of(NULL, 0);
}

static uint16_t get16(const unsigned char *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

static uint32_t get32(const unsigned char *at)
{
    return (uint32_t)get16(at) | (uint32_t)get16(at + 2) << 16;
}

static uint64_t get64(const unsigned char *at)
{
    return get32(at) | (uint64_t)get32(at + 4) << 32;
}

static bool zip_probe(struct slice file)
{
    return file.len >= 30 && get32(file.ptr) == ZIP_LOCAL;
}

/* Where the directory stands, and how many entries it has. */
struct zip_directory {
    uint64_t offset, len, count;
    uint64_t shift; /* bytes before the archive */
};

static size_t find_end(struct slice file)
{
    size_t least = file.len > ZIP_END_LEN + ZIP_COMMENT_MAX ? file.len - ZIP_END_LEN - ZIP_COMMENT_MAX : 0;
    if (file.len < ZIP_END_LEN)
        return SLICE_NONE;
    for (size_t at = file.len - ZIP_END_LEN + 1; at-- > least;)
        if (get32(file.ptr + at) == ZIP_END)
            return at;
    return SLICE_NONE;
}

/* Zip64: the locator stands before the end record. */
static void read_end64(struct slice file, size_t end, struct zip_directory *directory)
{
    if (end < 20 || get32(file.ptr + end - 20) != ZIP_LOCATOR64)
        return;
    struct slice record = slice_sub(from(file, get64(file.ptr + end - 12)), 0, 56);
    if (record.len < 56 || get32(record.ptr) != ZIP_END64)
        return;
    directory->count = get64(record.ptr + 32);
    directory->len = get64(record.ptr + 40);
    directory->offset = get64(record.ptr + 48);
}

static int find_directory(struct slice file, struct zip_directory *directory)
{
    size_t end = find_end(file);
    if (end == SLICE_NONE)
        return -1;
    *directory = (struct zip_directory){ .count = get16(file.ptr + end + 10),
                                         .len = get32(file.ptr + end + 12),
                                         .offset = get32(file.ptr + end + 16) };
    if (directory->count == 0xFFFF || directory->len == UINT32_MAX || directory->offset == UINT32_MAX)
        read_end64(file, end, directory);
    else if (directory->len <= end && end - directory->len > directory->offset)
        directory->shift = end - directory->len - directory->offset;
    if (directory->offset > file.len - directory->shift ||
        directory->len > file.len - directory->shift - directory->offset)
        return -1;
    return 0;
}

static void read_extra64(struct slice extra, struct zip_entry *entry)
{
    if (entry->size == UINT32_MAX)
        slice_eat_u64le(&extra, &entry->size);
    if (entry->packed == UINT32_MAX)
        slice_eat_u64le(&extra, &entry->packed);
    if (entry->offset == UINT32_MAX)
        slice_eat_u64le(&extra, &entry->offset);
}

static void read_extra_aes(struct slice extra, struct zip_entry *entry)
{
    uint16_t vendor;
    if (slice_eat_u16le(&extra, &entry->aes_version) < 0 || slice_eat_u16le(&extra, &vendor) < 0 ||
        slice_eat_u8(&extra, &entry->aes_strength) < 0)
        return;
    slice_eat_u16le(&extra, &entry->method);
}

static void read_extras(struct slice extras, struct zip_entry *entry)
{
    uint16_t id, len;
    struct slice extra;
    while (slice_eat_u16le(&extras, &id) == 0 && slice_eat_u16le(&extras, &len) == 0 &&
           slice_eat(&extras, len, &extra) == 0) {
        if (id == ZIP_EXTRA_64)
            read_extra64(extra, entry);
        else if (id == ZIP_EXTRA_AES && entry->method == ZIP_METHOD_AES)
            read_extra_aes(extra, entry);
    }
}

/* The bytes of a member, behind its local header. */
static struct slice find_data(struct slice file, const struct zip_entry *entry)
{
    struct slice local = from(file, entry->offset);
    if (local.len < 30 || get32(local.ptr) != ZIP_LOCAL)
        return slice_of(NULL, 0);
    size_t head = (size_t)30 + get16(local.ptr + 26) + get16(local.ptr + 28);
    local = slice_skip(local, head);
    return entry->packed <= local.len ? slice_sub(local, 0, (size_t)entry->packed) : slice_of(NULL, 0);
}

static int eat_entry(struct slice *rest, struct slice file, uint64_t shift, struct zip_entry *entry)
{
    struct slice head, extras, comment;
    if (slice_eat(rest, 46, &head) < 0 || get32(head.ptr) != ZIP_CENTRAL)
        return -1;
    *entry = (struct zip_entry){ .flags = get16(head.ptr + 8),
                                 .method = get16(head.ptr + 10),
                                 .time = get16(head.ptr + 12),
                                 .date = get16(head.ptr + 14),
                                 .crc = get32(head.ptr + 16),
                                 .packed = get32(head.ptr + 20),
                                 .size = get32(head.ptr + 24),
                                 .attributes = get32(head.ptr + 38),
                                 .offset = get32(head.ptr + 42) };
    if (slice_eat(rest, get16(head.ptr + 28), &entry->name) < 0 ||
        slice_eat(rest, get16(head.ptr + 30), &extras) < 0 ||
        slice_eat(rest, get16(head.ptr + 32), &comment) < 0)
        return -1;
    read_extras(extras, entry);
    entry->offset = entry->offset <= UINT64_MAX - shift ? entry->offset + shift : UINT64_MAX;
    entry->data = find_data(file, entry);
    return 0;
}

static size_t salt_len(const struct zip_entry *entry)
{
    return 4 + 4 * (size_t)entry->aes_strength;
}

/* Bytes that the encryption adds before and after a member's own. */
static size_t head_len(const struct zip_entry *entry)
{
    return entry->aes_version ? salt_len(entry) + 2 : ZIP_CRYPTO_HEADER;
}

static size_t tail_len(const struct zip_entry *entry)
{
    return entry->aes_version ? ZIP_AES_MAC : 0;
}

/* Can what comes out be held against the CRC? zlib's methods and libarchive's: bzip2, LZMA, XZ. */
static bool can_be_proven(const struct zip_entry *entry)
{
    return entry->aes_version || entry->method == ZIP_METHOD_STORED || entry->method == ZIP_METHOD_DEFLATED ||
           entry->method == 12 || entry->method == 14 || entry->method == 95;
}

static bool can_be_tried(const struct zip_entry *entry)
{
    if (!(entry->flags & ZIP_LOCKED) || entry->flags & ZIP_STRONG || !can_be_proven(entry))
        return false;
    if (entry->method == ZIP_METHOD_AES ||
        (entry->aes_version && (entry->aes_strength < 1 || entry->aes_strength > 3)))
        return false;
    return entry->data.len >= head_len(entry) + tail_len(entry);
}

/* Keep the smallest of those that can be tried, in order. A member without bytes proves nothing in ZipCrypto: it comes last. */
static uint64_t trial_rank(const struct zip_entry *entry)
{
    return entry->data.len == head_len(entry) + tail_len(entry) ? UINT64_MAX : entry->data.len;
}

static void note_tried(struct zip *zip, size_t index)
{
    uint64_t rank = trial_rank(&zip->entries[index]);
    size_t at = zip->tried_count < ZIP_TRIED_MAX ? zip->tried_count++ : ZIP_TRIED_MAX;
    if (at == ZIP_TRIED_MAX) {
        if (trial_rank(&zip->entries[zip->tried[at - 1]]) <= rank)
            return;
        at--;
    }
    for (; at > 0 && trial_rank(&zip->entries[zip->tried[at - 1]]) > rank; at--)
        zip->tried[at] = zip->tried[at - 1];
    zip->tried[at] = index;
}

static void say_scheme(struct lock *lock, const struct zip *zip)
{
    const struct zip_entry *entry = &zip->entries[zip->tried[0]];
    if (entry->aes_version)
        snprintf(lock->scheme, sizeof lock->scheme, "AES-%d", 64 + 64 * entry->aes_strength);
    else
        snprintf(lock->scheme, sizeof lock->scheme, "ZipCrypto");
}

static int zip_open(struct lock *lock, struct error *err)
{
    struct zip_directory directory;
    size_t locked = 0;
    if (find_directory(lock->file, &directory) < 0)
        return 0;
    struct slice rest =
        slice_sub(from(lock->file, directory.offset + directory.shift), 0, (size_t)directory.len);
    uint64_t most = directory.len / 46 < directory.count ? directory.len / 46 : directory.count;
    if (most > lock->limits->inner_entries)
        most = lock->limits->inner_entries;
    struct zip *zip = arena_alloc(lock->arena, sizeof *zip);
    zip->entries = arena_alloc_array(lock->arena, (size_t)most, sizeof *zip->entries);
    while (zip->count < most &&
           eat_entry(&rest, lock->file, directory.shift, &zip->entries[zip->count]) == 0) {
        locked += zip->entries[zip->count].flags & ZIP_LOCKED ? 1 : 0;
        if (can_be_tried(&zip->entries[zip->count]))
            note_tried(zip, zip->count);
        zip->count++;
    }
    lock->state = zip;
    if (zip->tried_count)
        say_scheme(lock, zip);
    else if (locked)
        return error_set(err, ERROR_UNSUPPORTED,
                         "members are encrypted in a way that is not known, or cut short");
    return locked ? 1 : 0;
}

/* One member, decrypted piece by piece. */
struct zip_reader {
    struct slice left;    /* encrypted bytes */
    uint32_t keys[3];     /* ZipCrypto */
    gcry_cipher_hd_t aes; /* else */
    gcry_md_hd_t mac;
    unsigned char stream[4096];
    size_t stream_at;
    uint64_t block;
    const unsigned char *given_mac;
};

static void crypto_update(uint32_t keys[3], unsigned char byte)
{
    const z_crc_t *table = get_crc_table();
    keys[0] = (uint32_t)table[(keys[0] ^ byte) & 0xFF] ^ keys[0] >> 8;
    keys[1] = (keys[1] + (keys[0] & 0xFF)) * 134775813u + 1;
    keys[2] = (uint32_t)table[(keys[2] ^ keys[1] >> 24) & 0xFF] ^ keys[2] >> 8;
}

static unsigned char crypto_byte(uint32_t keys[3], unsigned char byte)
{
    uint32_t mix = (keys[2] & 0xFFFF) | 2;
    unsigned char plain = (unsigned char)(byte ^ (mix * (mix ^ 1)) >> 8);
    crypto_update(keys, plain);
    return plain;
}

static bool begin_crypto(struct zip_reader *reader, const struct zip_entry *entry, struct slice password)
{
    struct slice head;
    unsigned char last = 0;
    reader->keys[0] = 0x12345678;
    reader->keys[1] = 0x23456789;
    reader->keys[2] = 0x34567890;
    for (size_t i = 0; i < password.len; i++)
        crypto_update(reader->keys, password.ptr[i]);
    if (slice_eat(&reader->left, ZIP_CRYPTO_HEADER, &head) < 0)
        return false;
    for (size_t i = 0; i < head.len; i++)
        last = crypto_byte(reader->keys, head.ptr[i]);
    /* Info-ZIP holds the time against it where the CRC comes behind the data. */
    return last == entry->crc >> 24 || (entry->flags & ZIP_HAS_DESCRIPTOR && last == entry->time >> 8);
}

static bool begin_aes(struct zip_reader *reader, const struct zip_entry *entry, struct slice password)
{
    size_t key_len = 8 + 8 * (size_t)entry->aes_strength;
    unsigned char keys[2 * 32 + 2];
    struct slice salt, check, left = reader->left;
    if (slice_eat(&left, salt_len(entry), &salt) < 0 || slice_eat(&left, 2, &check) < 0 ||
        left.len < ZIP_AES_MAC)
        return false;
    if (lock_pbkdf2(GCRY_MD_SHA1, password, salt, ZIP_AES_ROUNDS, keys, 2 * key_len + 2, NULL) != LOCK_OPEN ||
        !lock_is_same(keys + 2 * key_len, check.ptr, 2))
        return false;
    reader->left = slice_sub(left, 0, left.len - ZIP_AES_MAC);
    reader->given_mac = left.ptr + left.len - ZIP_AES_MAC;
    reader->stream_at = sizeof reader->stream;
    reader->aes =
        lock_cipher_open(lock_aes(key_len), GCRY_CIPHER_MODE_ECB, slice_of(keys, key_len), slice_of(NULL, 0));
    if (gcry_md_open(&reader->mac, GCRY_MD_SHA1, GCRY_MD_FLAG_HMAC) ||
        gcry_md_setkey(reader->mac, keys + key_len, key_len))
        abort();
    explicit_bzero(keys, sizeof keys);
    return reader->aes != NULL;
}

/* Does PASSWORD pass the weak check of ENTRY? Then READER gives its bytes. reader_end in both cases. */
static bool reader_begin(struct zip_reader *reader, const struct zip_entry *entry, struct slice password)
{
    memset(reader, 0, sizeof *reader);
    reader->left = entry->data;
    return entry->aes_version ? begin_aes(reader, entry, password) : begin_crypto(reader, entry, password);
}

static void fill_stream(struct zip_reader *reader)
{
    memset(reader->stream, 0, sizeof reader->stream);
    for (size_t at = 0; at < sizeof reader->stream; at += 16) {
        uint64_t block = ++reader->block;
        for (size_t i = 0; i < 8; i++)
            reader->stream[at + i] = (unsigned char)(block >> (8 * i));
    }
    gcry_cipher_encrypt(reader->aes, reader->stream, sizeof reader->stream, NULL, 0);
    reader->stream_at = 0;
}

/* Up to LEN plain bytes; 0 at the end. */
static size_t reader_read(struct zip_reader *reader, unsigned char *out, size_t len)
{
    struct slice in;
    if (len > reader->left.len)
        len = reader->left.len;
    slice_eat(&reader->left, len, &in);
    if (reader->mac && len)
        gcry_md_write(reader->mac, in.ptr, len);
    for (size_t i = 0; i < len; i++) {
        if (!reader->aes) {
            out[i] = crypto_byte(reader->keys, in.ptr[i]);
            continue;
        }
        if (reader->stream_at == sizeof reader->stream)
            fill_stream(reader);
        out[i] = in.ptr[i] ^ reader->stream[reader->stream_at++];
    }
    return len;
}

/* Of a reader at its end: does the MAC fit? */
static bool reader_mac_fits(struct zip_reader *reader)
{
    return !reader->mac ||
           lock_is_same(gcry_md_read(reader->mac, GCRY_MD_SHA1), reader->given_mac, ZIP_AES_MAC);
}

static void reader_end(struct zip_reader *reader)
{
    gcry_cipher_close(reader->aes);
    gcry_md_close(reader->mac);
    explicit_bzero(reader, sizeof *reader);
}

/* Proof of AES: its MAC, over all bytes. */
static bool prove_mac(const struct lock *lock, struct zip_reader *reader)
{
    unsigned char plain[16 * 1024];
    while (reader_read(reader, plain, sizeof plain))
        if (lock_is_late(lock, ZIP_PROOF_SECONDS))
            return false;
    explicit_bzero(plain, sizeof plain);
    return reader_mac_fits(reader);
}

static bool prove_stored(const struct lock *lock, struct zip_reader *reader, const struct zip_entry *entry)
{
    unsigned char plain[16 * 1024];
    uLong crc = crc32(0, NULL, 0);
    size_t got;
    while ((got = reader_read(reader, plain, sizeof plain)) > 0 && !lock_is_late(lock, ZIP_PROOF_SECONDS))
        crc = crc32(crc, plain, (uInt)got);
    explicit_bzero(plain, sizeof plain);
    return reader->left.len == 0 && crc == entry->crc;
}

static bool prove_deflated(const struct lock *lock, struct zip_reader *reader, const struct zip_entry *entry)
{
    unsigned char packed[16 * 1024], plain[64 * 1024];
    z_stream stream = { 0 };
    uLong crc = crc32(0, NULL, 0);
    int state = inflateInit2(&stream, -MAX_WBITS);
    while (state == Z_OK && !lock_is_late(lock, ZIP_PROOF_SECONDS)) {
        if (stream.avail_in == 0) {
            stream.next_in = packed;
            stream.avail_in = (uInt)reader_read(reader, packed, sizeof packed);
        }
        stream.next_out = plain;
        stream.avail_out = sizeof plain;
        state = inflate(&stream, Z_NO_FLUSH);
        crc = crc32(crc, plain, (uInt)(sizeof plain - stream.avail_out));
    }
    inflateEnd(&stream);
    explicit_bzero(plain, sizeof plain);
    return state == Z_STREAM_END && crc == entry->crc;
}

static void put_u16(struct buffer *out, unsigned value)
{
    buffer_put_byte(out, (unsigned char)value);
    buffer_put_byte(out, (unsigned char)(value >> 8));
}

static uint32_t as32(uint64_t value)
{
    return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

/* What local header and directory have in common. */
static void put_common(struct buffer *out, const struct zip_entry *entry, bool is_plain, uint64_t packed)
{
    unsigned drop = is_plain ? (unsigned)ZIP_LOCKED | ZIP_HAS_DESCRIPTOR : (unsigned)ZIP_HAS_DESCRIPTOR;
    put_u16(out, 20);
    put_u16(out, entry->flags & ~drop);
    put_u16(out, !is_plain && entry->aes_version ? ZIP_METHOD_AES : entry->method);
    put_u16(out, entry->time);
    put_u16(out, entry->date);
    buffer_put_u32le(out, entry->crc);
    buffer_put_u32le(out, as32(packed));
    buffer_put_u32le(out, as32(entry->size));
    put_u16(out, (unsigned)entry->name.len);
}

static void put_extra_aes(struct buffer *out, const struct zip_entry *entry)
{
    put_u16(out, ZIP_EXTRA_AES);
    put_u16(out, 7);
    put_u16(out, entry->aes_version);
    buffer_put_str(out, "AE");
    buffer_put_byte(out, entry->aes_strength);
    put_u16(out, entry->method);
}

static bool has_extra(const struct zip_entry *entry, bool is_plain)
{
    return !is_plain && entry->aes_version;
}

static void put_local(struct buffer *out, const struct zip_entry *entry, bool is_plain, uint64_t packed)
{
    buffer_put_u32le(out, ZIP_LOCAL);
    put_common(out, entry, is_plain, packed);
    put_u16(out, has_extra(entry, is_plain) ? 11 : 0);
    buffer_put(out, entry->name);
    if (has_extra(entry, is_plain))
        put_extra_aes(out, entry);
}

static void put_central(struct buffer *out, const struct zip_entry *entry, bool is_plain, uint64_t packed,
                        size_t offset)
{
    buffer_put_u32le(out, ZIP_CENTRAL);
    put_u16(out, 0x0314);
    put_common(out, entry, is_plain, packed);
    put_u16(out, has_extra(entry, is_plain) ? 11 : 0);
    put_u16(out, 0);
    put_u16(out, 0);
    put_u16(out, 0);
    buffer_put_u32le(out, entry->attributes);
    buffer_put_u32le(out, as32(offset));
    buffer_put(out, entry->name);
    if (has_extra(entry, is_plain))
        put_extra_aes(out, entry);
}

static void put_end(struct buffer *out, size_t count, size_t start)
{
    size_t len = out->len - start;
    buffer_put_u32le(out, ZIP_END);
    buffer_put_u32le(out, 0);
    put_u16(out, (unsigned)(count < 0xFFFF ? count : 0xFFFF));
    put_u16(out, (unsigned)(count < 0xFFFF ? count : 0xFFFF));
    buffer_put_u32le(out, as32(len));
    buffer_put_u32le(out, as32(start));
    put_u16(out, 0);
}

/* A member without its encryption, or as it stands. */
static bool put_data(struct buffer *out, const struct zip_entry *entry, struct slice password,
                     uint64_t *packed)
{
    struct zip_reader reader;
    bool is_plain =
        entry->flags & ZIP_LOCKED && can_be_tried(entry) && reader_begin(&reader, entry, password);
    if (!is_plain) {
        if (entry->flags & ZIP_LOCKED && can_be_tried(entry))
            reader_end(&reader);
        *packed = entry->data.len;
        put_local(out, entry, !(entry->flags & ZIP_LOCKED), *packed);
        buffer_put(out, entry->data);
        return !(entry->flags & ZIP_LOCKED);
    }
    *packed = reader.left.len;
    put_local(out, entry, true, *packed);
    unsigned char *room = buffer_reserve(out, reader.left.len);
    if (room)
        out->len += reader_read(&reader, room, reader.left.len);
    else
        out->is_overfull = true;
    reader_end(&reader);
    return true;
}

/* AE-2 has no CRC: the reader of the new archive would hold 0 against the data. Stored data is summed as it stands, deflated data inflated. */
static uint32_t sum_plain(const struct lock *lock, struct slice data, const struct zip_entry *entry)
{
    unsigned char plain[64 * 1024];
    z_stream stream = { .next_in = (unsigned char *)(uintptr_t)data.ptr, .avail_in = (uInt)data.len };
    uLong crc = crc32(0, NULL, 0);
    uint64_t left = entry->size;
    int state = Z_OK;
    if (entry->method != ZIP_METHOD_DEFLATED)
        return (uint32_t)crc32(crc, data.ptr, (uInt)data.len);
    state = inflateInit2(&stream, -MAX_WBITS);
    while (state == Z_OK && left > 0 && !lock_is_late(lock, ZIP_WRITE_SECONDS)) {
        stream.next_out = plain;
        stream.avail_out = (uInt)(left < sizeof plain ? left : sizeof plain);
        uInt room = stream.avail_out;
        state = inflate(&stream, Z_NO_FLUSH);
        crc = crc32(crc, plain, room - stream.avail_out);
        left -= room - stream.avail_out;
    }
    inflateEnd(&stream);
    explicit_bzero(plain, sizeof plain);
    return (uint32_t)crc;
}

static void put_u32_at(struct buffer *out, size_t at, uint32_t value)
{
    for (size_t i = 0; i < 4 && at + i < out->len; i++)
        out->ptr[at + i] = (unsigned char)(value >> (8 * i));
}

static int put_archive(const struct lock *lock, struct buffer *out, const struct zip_entry *entries,
                       size_t count, struct slice password, size_t central_most)
{
    struct buffer central;
    buffer_init(&central, central_most);
    for (size_t i = 0; i < count && !out->is_overfull; i++) {
        struct zip_entry entry = entries[i];
        size_t offset = out->len;
        uint64_t packed;
        bool is_plain = put_data(out, &entry, password, &packed);
        if (is_plain && entry.aes_version == 2 && !out->is_overfull) {
            entry.crc = sum_plain(
                lock, slice_sub(buffer_slice(out), out->len - (size_t)packed, (size_t)packed), &entry);
            put_u32_at(out, offset + 14, entry.crc);
        }
        put_central(&central, &entry, is_plain, packed, offset);
    }
    size_t start = out->len;
    buffer_put(out, buffer_slice(&central));
    put_end(out, count, start);
    bool is_whole = !central.is_overfull;
    buffer_release(&central);
    return is_whole ? 0 : -1;
}

/* Methods that zlib does not know: libarchive reads the one member, out of an archive that holds nothing else, and checks its CRC. */
static bool prove_other(const struct lock *lock, const struct zip_entry *entry, struct slice password)
{
    struct buffer one;
    uint32_t crc;
    buffer_init(&one, (size_t)entry->packed + 1024 + 4 * entry->name.len);
    bool is_right =
        put_archive(lock, &one, entry, 1, password, 1024 + entry->name.len) == 0 && !one.is_overfull &&
        lock_unpack(lock, archive_read_support_format_zip, buffer_slice(&one), entry->size, NULL, &crc) ==
            0 &&
        crc == entry->crc;
    buffer_release(&one);
    return is_right;
}

/* Does PASSWORD open ENTRY for certain? */
static bool prove(const struct lock *lock, const struct zip_entry *entry, struct slice password)
{
    struct zip_reader reader;
    bool is_proven = reader_begin(&reader, entry, password);
    if (is_proven && entry->aes_version)
        is_proven = prove_mac(lock, &reader);
    else if (is_proven && reader.left.len == 0)
        is_proven = false; /* only the check byte fits */
    else if (is_proven && entry->method == ZIP_METHOD_STORED)
        is_proven = prove_stored(lock, &reader, entry);
    else if (is_proven && entry->method == ZIP_METHOD_DEFLATED)
        is_proven = prove_deflated(lock, &reader, entry);
    else if (is_proven)
        is_proven = prove_other(lock, entry, password);
    reader_end(&reader);
    return is_proven;
}

static enum lock_answer zip_try(struct lock *lock, struct slice password, struct error *err)
{
    const struct zip *zip = lock->state;
    for (size_t i = 0; i < zip->tried_count; i++) {
        if (prove(lock, &zip->entries[zip->tried[i]], password))
            return LOCK_OPEN;
        if (lock_is_late(lock, ZIP_PROOF_SECONDS))
            return lock_say(LOCK_LIMIT, err, "reading through a member took too long");
    }
    return LOCK_WRONG;
}

static int zip_content(struct lock *lock, struct lock_content *content, struct error *err)
{
    const struct zip *zip = lock->state;
    content->name = "unlocked.zip";
    /* Never larger than before: members lose their encryption's bytes, headers their extra fields. */
    buffer_reserve(content->out,
                   lock->file.len < content->out->ceiling ? lock->file.len : content->out->ceiling);
    if (put_archive(lock, content->out, zip->entries, zip->count, lock->password, lock->file.len + 1024) < 0)
        return error_set(err, ERROR_LIMIT, "the unlocked archive is too large");
    return 1;
}

const struct lock_kind lock_zip = {
    .name = "zip",
    .title = "zip archive",
    .probe = zip_probe,
    .open = zip_open,
    .try = zip_try,
    .content = zip_content,
};
