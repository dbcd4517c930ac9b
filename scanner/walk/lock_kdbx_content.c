/* lock_kdbx_content.c - what an open KeePass safe (kdbx 3.1 and 4) shows: the XML, with protected values in clear, and the attachments behind it. */
#include <zlib.h>

#include "validate/codec.h"
#include "walk/lock_kdbx.h"

enum inner_stream { STREAM_NONE = 0, STREAM_SALSA20 = 2, STREAM_CHACHA20 = 3 };

static struct slice le(uint64_t value, size_t len, unsigned char bytes[8])
{
    for (size_t i = 0; i < len; i++)
        bytes[i] = (unsigned char)(value >> (8 * i));
    return slice_of(bytes, len);
}

/* kdbx 4: the HMAC of block INDEX, over its index and length where it has any. */
void lock_kdbx_mac(const struct kdbx *kdbx, uint64_t index, bool has_len, struct slice data,
                   unsigned char mac[LOCK_HASH_MAX])
{
    unsigned char key[LOCK_HASH_MAX], numbers[2][8];
    lock_hash2(GCRY_MD_SHA512, le(index, 8, numbers[0]), slice_of(kdbx->mac_key, 64), key);
    const struct slice pieces[] = { le(index, 8, numbers[0]), le(data.len, 4, numbers[1]), data };
    lock_hmac(GCRY_MD_SHA256, slice_of(key, 64), has_len ? pieces : pieces + 2, has_len ? 3 : 1, mac);
}

/* kdbx 4: blocks with an HMAC each, then deciphered as one. 0 or -1. */
static int read_fourth(const struct kdbx *kdbx, struct buffer *out)
{
    struct slice rest = kdbx->body, mac, data;
    unsigned char sum[LOCK_HASH_MAX];
    uint32_t len;
    for (uint64_t index = 0; slice_eat(&rest, 32, &mac) == 0 && slice_eat_u32le(&rest, &len) == 0; index++) {
        if (slice_eat(&rest, len, &data) < 0)
            return -1;
        lock_kdbx_mac(kdbx, index, true, data, sum);
        if (!lock_is_same(sum, mac.ptr, 32))
            return -1;
        buffer_put(out, data);
        if (len == 0)
            break;
    }
    return 0;
}

static int decipher(const struct kdbx *kdbx, struct buffer *out)
{
    if (out->len == 0 || (kdbx->mode == GCRY_CIPHER_MODE_CBC && out->len % 16) ||
        lock_cipher(kdbx->cipher, kdbx->mode, LOCK_DECIPHER, slice_of(kdbx->key, 32), kdbx->iv, out->ptr,
                    out->len) < 0)
        return -1;
    if (kdbx->mode == GCRY_CIPHER_MODE_CBC) {
        size_t len = lock_unpad(out->ptr, out->len, 16);
        out->len = len == SLICE_NONE ? out->len : len;
    }
    return 0;
}

/* kdbx 3.1: deciphered, then blocks with a hash each, behind the bytes that prove the key. */
static void take_hashed_blocks(struct buffer *bytes)
{
    struct slice rest = slice_skip(buffer_slice(bytes), 32), hash, data;
    uint32_t index, len;
    size_t to = 0;
    while (slice_eat_u32le(&rest, &index) == 0 && slice_eat(&rest, 32, &hash) == 0 &&
           slice_eat_u32le(&rest, &len) == 0 && len) {
        unsigned char sum[LOCK_HASH_MAX];
        if (slice_eat(&rest, len, &data) < 0)
            break;
        lock_hash2(GCRY_MD_SHA256, data, slice_of(NULL, 0), sum);
        if (!lock_is_same(sum, hash.ptr, 32))
            break;
        memmove(bytes->ptr + to, data.ptr, data.len);
        to += data.len;
    }
    bytes->len = to;
}

static int gunzip(struct slice in, const struct limits *limits, struct buffer *out)
{
    unsigned char part[32 * 1024];
    z_stream stream = { .next_in = (unsigned char *)(uintptr_t)in.ptr, .avail_in = (uInt)in.len };
    int state = inflateInit2(&stream, 16 + MAX_WBITS);
    while (state == Z_OK && !out->is_overfull) {
        stream.next_out = part;
        stream.avail_out = sizeof part;
        state = inflate(&stream, Z_NO_FLUSH);
        buffer_put(out, slice_of(part, sizeof part - stream.avail_out));
        if (out->len > limits->ratio_free && out->len / limits->ratio > in.len)
            break;
        if (stream.avail_in == 0 && stream.avail_out)
            break;
    }
    inflateEnd(&stream);
    explicit_bzero(part, sizeof part);
    return state == Z_STREAM_END && !out->is_overfull ? 0 : -1;
}

/* The stream that hides protected values, each beginning where the last ended. */
static gcry_cipher_hd_t open_stream(uint32_t stream, struct slice key)
{
    static const unsigned char salsa_iv[] = { 0xE8, 0x30, 0x09, 0x4B, 0x97, 0x20, 0x5D, 0x2A };
    unsigned char sum[LOCK_HASH_MAX];
    gcry_cipher_hd_t cipher = NULL;
    if (stream == STREAM_SALSA20) {
        lock_hash2(GCRY_MD_SHA256, key, slice_of(NULL, 0), sum);
        cipher = lock_cipher_open(GCRY_CIPHER_SALSA20, GCRY_CIPHER_MODE_STREAM, slice_of(sum, 32),
                                  slice_of(salsa_iv, sizeof salsa_iv));
    } else if (stream == STREAM_CHACHA20) {
        lock_hash2(GCRY_MD_SHA512, key, slice_of(NULL, 0), sum);
        cipher = lock_cipher_open(GCRY_CIPHER_CHACHA20, GCRY_CIPHER_MODE_STREAM, slice_of(sum, 32),
                                  slice_of(sum + 32, 12));
    }
    explicit_bzero(sum, sizeof sum);
    return cipher;
}

/* VALUE (base64) in clear, or as it stands where it is none. */
static void put_value(struct lock *lock, gcry_cipher_hd_t stream, struct slice value, struct buffer *out)
{
    struct arena_mark mark = arena_mark(lock->arena);
    size_t room = value.len / 4 * 3 + 3;
    unsigned char *bytes = arena_alloc(lock->arena, room);
    size_t len = codec_base64(slice_trim(value), bytes, room);
    if (len == SLICE_NONE || len == 0) {
        buffer_put(out, value);
    } else {
        gcry_cipher_decrypt(stream, bytes, len, NULL, 0);
        lock_keepass_put_text(out, slice_of(bytes, len));
    }
    arena_rewind(lock->arena, mark);
}

/* Does AT of XML stand inside a tag? */
static bool is_in_tag(struct slice xml, size_t at)
{
    for (size_t i = at, seen = 0; i-- > 0 && seen < 1024; seen++) {
        if (xml.ptr[i] == '<')
            return true;
        if (xml.ptr[i] == '>')
            return false;
    }
    return false;
}

/* The XML, in which elements with Protected="True" are deciphered in order. */
static void put_xml(struct lock *lock, struct slice xml, uint32_t stream_id, struct slice key,
                    struct buffer *out)
{
    gcry_cipher_hd_t stream = open_stream(stream_id, key);
    while (xml.len && stream) {
        size_t at = slice_find(xml, 0, slice_str(" Protected=\"True\"")), end, next;
        if (at == SLICE_NONE || (end = slice_find_byte(xml, at, '>')) == SLICE_NONE)
            break;
        next = slice_find_byte(xml, end, '<');
        next = next == SLICE_NONE ? xml.len : next;
        buffer_put(out, slice_sub(xml, 0, end + 1));
        if (!is_in_tag(xml, at)) {
            xml = slice_skip(xml, end + 1);
            continue;
        }
        if (xml.ptr[end - 1] != '/')
            put_value(lock, stream, slice_sub(xml, end + 1, next - end - 1), out);
        else
            next = end + 1;
        xml = slice_skip(xml, next);
    }
    buffer_put(out, xml);
    gcry_cipher_close(stream);
}

/* kdbx 4 has the stream's key and the attachments before the XML. The attachments come behind it, in base64. */
static void put_fourth(struct lock *lock, struct slice bytes, struct buffer *out)
{
    uint32_t stream = STREAM_NONE, len;
    struct slice key = slice_of(NULL, 0), value, rest = bytes;
    uint8_t id;
    while (slice_eat_u8(&rest, &id) == 0 && slice_eat_u32le(&rest, &len) == 0 &&
           slice_eat(&rest, len, &value) == 0 && id != 0) {
        if (id == 1)
            stream = (uint32_t)lock_kdbx_number(value);
        else if (id == 2)
            key = value;
    }
    put_xml(lock, rest, stream, key, out);
    rest = bytes;
    while (slice_eat_u8(&rest, &id) == 0 && slice_eat_u32le(&rest, &len) == 0 &&
           slice_eat(&rest, len, &value) == 0 && id != 0) {
        if (id != 3)
            continue;
        buffer_put_str(out, "\n<Binary>");
        codec_put_base64(out, slice_skip(value, 1), CODEC_STANDARD);
        buffer_put_str(out, "</Binary>\n");
    }
}

int lock_kdbx_content(struct lock *lock, struct lock_content *content, struct error *err)
{
    const struct kdbx *kdbx = lock->state;
    struct buffer bytes, plain;
    content->name = "unlocked.xml";
    buffer_init(&bytes, kdbx->body.len + 1);
    buffer_init(&plain, KEEPASS_XML_MAX);
    int result = kdbx->is_fourth ? read_fourth(kdbx, &bytes) : buffer_put(&bytes, kdbx->body);
    if (result == 0)
        result = decipher(kdbx, &bytes);
    if (result == 0 && !kdbx->is_fourth)
        take_hashed_blocks(&bytes);
    if (result == 0 && kdbx->is_gzip)
        result = gunzip(buffer_slice(&bytes), lock->limits, &plain);
    struct slice text = kdbx->is_gzip ? buffer_slice(&plain) : buffer_slice(&bytes);
    if (result == 0 && kdbx->is_fourth)
        put_fourth(lock, text, content->out);
    else if (result == 0)
        put_xml(lock, text, kdbx->stream, kdbx->stream_key, content->out);
    buffer_release(&bytes);
    buffer_release(&plain);
    return result < 0 ? error_set(err, ERROR_FORMAT, "the safe's content is damaged") : 1;
}
