/* lock_zip_member.c - one member of a zip archive, deciphered piece by piece, and the proof that a password is its own. */
#include <archive.h>
#include <zlib.h>

#include "walk/lock_zip.h"

#define ZIP_CRYPTO_HEADER 12
#define ZIP_AES_ROUNDS 1000
#define ZIP_AES_MAC 10

static size_t salt_len(const struct lock_zip_entry *entry)
{
    return 4 + 4 * (size_t)entry->aes_strength;
}

/* Bytes that the encryption adds before and after a member's own. */
size_t lock_zip_head(const struct lock_zip_entry *entry)
{
    return entry->aes_version ? salt_len(entry) + 2 : ZIP_CRYPTO_HEADER;
}

size_t lock_zip_tail(const struct lock_zip_entry *entry)
{
    return entry->aes_version ? ZIP_AES_MAC : 0;
}

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

static bool begin_crypto(struct lock_zip_reader *reader, const struct lock_zip_entry *entry,
                         struct slice password)
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

static bool begin_aes(struct lock_zip_reader *reader, const struct lock_zip_entry *entry,
                      struct slice password)
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

/* Does PASSWORD pass the weak check of ENTRY? Then READER gives its bytes. lock_zip_end in both cases. */
bool lock_zip_begin(struct lock_zip_reader *reader, const struct lock_zip_entry *entry, struct slice password)
{
    memset(reader, 0, sizeof *reader);
    reader->left = entry->data;
    return entry->aes_version ? begin_aes(reader, entry, password) : begin_crypto(reader, entry, password);
}

static void fill_stream(struct lock_zip_reader *reader)
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
size_t lock_zip_read(struct lock_zip_reader *reader, unsigned char *out, size_t len)
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
static bool reader_mac_fits(struct lock_zip_reader *reader)
{
    return !reader->mac ||
           lock_is_same(gcry_md_read(reader->mac, GCRY_MD_SHA1), reader->given_mac, ZIP_AES_MAC);
}

void lock_zip_end(struct lock_zip_reader *reader)
{
    gcry_cipher_close(reader->aes);
    gcry_md_close(reader->mac);
    explicit_bzero(reader, sizeof *reader);
}

/* Proof of AES: its MAC, over all bytes. */
static bool prove_mac(const struct lock *lock, struct lock_zip_reader *reader)
{
    unsigned char plain[16 * 1024];
    while (lock_zip_read(reader, plain, sizeof plain))
        if (lock_is_late(lock, ZIP_PROOF_SECONDS))
            return false;
    explicit_bzero(plain, sizeof plain);
    return reader_mac_fits(reader);
}

static bool prove_stored(const struct lock *lock, struct lock_zip_reader *reader,
                         const struct lock_zip_entry *entry)
{
    unsigned char plain[16 * 1024];
    uLong crc = crc32(0, NULL, 0);
    size_t got;
    while ((got = lock_zip_read(reader, plain, sizeof plain)) > 0 && !lock_is_late(lock, ZIP_PROOF_SECONDS))
        crc = crc32(crc, plain, (uInt)got);
    explicit_bzero(plain, sizeof plain);
    return reader->left.len == 0 && crc == entry->crc;
}

static bool prove_deflated(const struct lock *lock, struct lock_zip_reader *reader,
                           const struct lock_zip_entry *entry)
{
    unsigned char packed[16 * 1024], plain[64 * 1024];
    z_stream stream = { 0 };
    uLong crc = crc32(0, NULL, 0);
    int state = inflateInit2(&stream, -MAX_WBITS);
    while (state == Z_OK && !lock_is_late(lock, ZIP_PROOF_SECONDS)) {
        if (stream.avail_in == 0) {
            stream.next_in = packed;
            stream.avail_in = (uInt)lock_zip_read(reader, packed, sizeof packed);
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

/* Methods that zlib does not know: libarchive reads the one member, out of an archive that holds nothing else, and checks its CRC. */
static bool prove_other(const struct lock *lock, const struct lock_zip_entry *entry, struct slice password)
{
    const struct lock_zip_list alone = { .entries = (struct lock_zip_entry *)(uintptr_t)entry, .count = 1 };
    struct buffer one;
    uint32_t crc;
    buffer_init(&one, (size_t)entry->packed + 1024 + 4 * entry->name.len);
    bool is_right =
        lock_zip_put(lock, &one, &alone, password, 1024 + entry->name.len + entry->comment.len) == 0 &&
        !one.is_overfull &&
        lock_unpack(lock, archive_read_support_format_zip, buffer_slice(&one), entry->size, NULL, &crc) ==
            0 &&
        crc == entry->crc;
    buffer_release(&one);
    return is_right;
}

/* Does PASSWORD open ENTRY for certain? */
bool lock_zip_prove(const struct lock *lock, const struct lock_zip_entry *entry, struct slice password)
{
    struct lock_zip_reader reader;
    bool is_proven = lock_zip_begin(&reader, entry, password);
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
    lock_zip_end(&reader);
    return is_proven;
}
