/* lock_kdbx_key.c - the key that a file is to a KeePass safe, beside its password or instead of one: the data of a key file in XML (versions 1 and 2), 32 bytes,
 * 64 hex digits, or the SHA-256 of any file. */
#include "validate/codec.h"
#include "walk/lock_parts.h"

#define KEY_CHECK 4 /* bytes of the hash that version 2 has beside the data */

/* The text between <NAME ...> and the next tag. */
static struct slice element(struct slice xml, const char *name, struct slice *tag)
{
    size_t at = slice_find(xml, 0, slice_str(name)), end;
    if (at == SLICE_NONE || (end = slice_find_byte(xml, at, '>')) == SLICE_NONE)
        return slice_of(NULL, 0);
    *tag = slice_sub(xml, at, end - at);
    size_t next = slice_find_byte(xml, end, '<');
    return next == SLICE_NONE ? slice_of(NULL, 0) : slice_sub(xml, end + 1, next - end - 1);
}

/* Hex digits, with any space between them. */
static bool read_hex(struct slice text, unsigned char *out, size_t len)
{
    unsigned char digits[2 * LOCK_KEY_FILE];
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (memchr(" \t\r\n", text.ptr[i], 4))
            continue;
        if (count == 2 * len)
            return false;
        digits[count++] = text.ptr[i];
    }
    return codec_hex(slice_of(digits, count), out, len) == len;
}

/* Version 2 tells the beginning of its data's hash: a file that was changed is no key. */
static bool is_intact(struct slice tag, const unsigned char key[LOCK_KEY_FILE])
{
    unsigned char sum[LOCK_HASH_MAX], given[KEY_CHECK];
    size_t at = slice_find(tag, 0, slice_str("Hash=\""));
    if (at == SLICE_NONE)
        return true;
    lock_hash2(GCRY_MD_SHA256, slice_of(key, LOCK_KEY_FILE), slice_of(NULL, 0), sum);
    return read_hex(slice_sub(tag, at + 6, 2 * KEY_CHECK), given, KEY_CHECK) &&
           lock_is_same(sum, given, KEY_CHECK);
}

static bool read_xml(struct slice file, unsigned char key[LOCK_KEY_FILE])
{
    struct slice xml = slice_sub(file, 0, LOCK_KEY_HEAD), tag = slice_of(NULL, 0);
    unsigned char bytes[64];
    if (slice_find(xml, 0, slice_str("<KeyFile")) == SLICE_NONE)
        return false;
    struct slice version = slice_trim(element(xml, "<Version", &tag));
    struct slice data = slice_trim(element(xml, "<Data", &tag));
    if (slice_starts_with(version, "1"))
        return codec_base64(data, bytes, sizeof bytes) == LOCK_KEY_FILE && memcpy(key, bytes, LOCK_KEY_FILE);
    return read_hex(data, key, LOCK_KEY_FILE) && is_intact(tag, key);
}

bool lock_key_of_file(struct slice file, unsigned char key[LOCK_KEY_FILE])
{
    unsigned char sum[LOCK_HASH_MAX];
    if (read_xml(file, key))
        return true;
    if (file.len == LOCK_KEY_FILE) {
        memcpy(key, file.ptr, LOCK_KEY_FILE);
        return true;
    }
    if (file.len == (size_t)2 * LOCK_KEY_FILE && read_hex(file, key, LOCK_KEY_FILE))
        return true;
    lock_hash2(GCRY_MD_SHA256, file, slice_of(NULL, 0), sum);
    memcpy(key, sum, LOCK_KEY_FILE);
    return false;
}
