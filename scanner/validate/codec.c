/* codec.c - base64, base32, base58, hex and numbers, in fixed memory. */
#include "validate/codec.h"

#include "base/utf8.h"

const char codec_base62_upper[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const char codec_base62_lower[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const char codec_base36[] = "0123456789abcdefghijklmnopqrstuvwxyz";

static const char base64_standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64_url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
static const char base58[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

int codec_base64_digit(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

static int base32_digit(unsigned char c)
{
    c = slice_lower_byte(c);
    if (c >= 'a' && c <= 'z')
        return c - 'a';
    return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

/* Bits gathered from digits of BITS each and given out as bytes. */
struct gather {
    unsigned char *out;
    size_t size, len;
    uint32_t bits;
    unsigned count;
};

static int gather_add(struct gather *gather, int digit, unsigned bits)
{
    gather->bits = gather->bits << bits | (unsigned)digit;
    gather->count += bits;
    if (gather->count < 8)
        return 0;
    if (gather->len == gather->size)
        return -1;
    gather->count -= 8;
    gather->out[gather->len++] = (unsigned char)(gather->bits >> gather->count);
    gather->bits &= (1u << gather->count) - 1;
    return 0;
}

static struct slice without_padding(struct slice in)
{
    size_t padding = 0;
    while (padding < in.len && in.ptr[in.len - 1 - padding] == '=')
        padding++;
    return slice_sub(in, 0, in.len - padding);
}

size_t codec_base64(struct slice in, unsigned char *out, size_t size)
{
    struct slice digits = without_padding(in);
    struct gather gather = { .out = out, .size = size };
    if (in.len - digits.len > 2 || digits.len % 4 == 1)
        return SLICE_NONE;
    for (size_t i = 0; i < digits.len; i++) {
        int digit = codec_base64_digit(digits.ptr[i]);
        if (digit < 0 || gather_add(&gather, digit, 6) < 0)
            return SLICE_NONE;
    }
    return gather.len;
}

size_t codec_base32(struct slice in, unsigned char *out, size_t size)
{
    struct slice digits = without_padding(in);
    struct gather gather = { .out = out, .size = size };
    if (in.len - digits.len > 6)
        return SLICE_NONE;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.ptr[i] == ' ' || digits.ptr[i] == '-')
            continue;
        int digit = base32_digit(digits.ptr[i]);
        if (digit < 0 || gather_add(&gather, digit, 5) < 0)
            return SLICE_NONE;
    }
    return gather.count >= 5 ? SLICE_NONE : gather.len;
}

size_t codec_hex(struct slice in, unsigned char *out, size_t size)
{
    if (in.len % 2 || in.len / 2 > size)
        return SLICE_NONE;
    for (size_t i = 0; i < in.len; i += 2) {
        int high = slice_hex_digit(in.ptr[i]), low = slice_hex_digit(in.ptr[i + 1]);
        if (high < 0 || low < 0)
            return SLICE_NONE;
        out[i / 2] = (unsigned char)(high << 4 | low);
    }
    return in.len / 2;
}

#define BASE58_MAX 128

size_t codec_base58(struct slice in, unsigned char *out, size_t size)
{
    unsigned char number[BASE58_MAX] = { 0 }; /* least significant first */
    size_t len = 0, zeros = 0;
    if (in.len > BASE58_MAX)
        return SLICE_NONE;
    while (zeros < in.len && in.ptr[zeros] == '1')
        zeros++;
    for (size_t i = zeros; i < in.len; i++) {
        const char *found = in.ptr[i] ? strchr(base58, in.ptr[i]) : NULL;
        if (!found)
            return SLICE_NONE;
        unsigned carry = (unsigned)(found - base58);
        for (size_t k = 0; k < len || carry; k++) {
            carry += number[k] * 58u;
            number[k] = (unsigned char)carry;
            carry >>= 8;
            len = k >= len ? k + 1 : len;
        }
    }
    if (zeros + len > size)
        return SLICE_NONE;
    memset(out, 0, zeros);
    for (size_t i = 0; i < len; i++)
        out[zeros + i] = number[len - 1 - i];
    return zeros + len;
}

void codec_number(uint64_t value, const char *alphabet, char *out, size_t width)
{
    size_t base = strlen(alphabet);
    for (size_t i = width; i-- > 0; value /= base)
        out[i] = alphabet[value % base];
}

int codec_to_number(struct slice text, const char *alphabet, uint64_t *value)
{
    size_t base = strlen(alphabet);
    *value = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char *found = text.ptr[i] ? strchr(alphabet, text.ptr[i]) : NULL;
        if (!found || *value > (UINT64_MAX - 255) / base)
            return -1;
        *value = *value * base + (uint64_t)(found - alphabet);
    }
    return text.len ? 0 : -1;
}

int codec_put_base64(struct buffer *out, struct slice bytes, enum codec_form form)
{
    const char *alphabet = form == CODEC_URL ? base64_url : base64_standard;
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t left = bytes.len - i;
        uint32_t group = (uint32_t)bytes.ptr[i] << 16;
        group |= left > 1 ? (uint32_t)bytes.ptr[i + 1] << 8 : 0;
        group |= left > 2 ? bytes.ptr[i + 2] : 0;
        for (size_t k = 0; k < 4; k++) {
            if (k <= left)
                buffer_put_byte(out, (unsigned char)alphabet[group >> (18 - 6 * k) & 63]);
            else if (form == CODEC_STANDARD)
                buffer_put_byte(out, '=');
        }
    }
    return out->is_overfull ? -1 : 0;
}

int codec_put_base32(struct buffer *out, struct slice bytes)
{
    uint32_t bits = 0;
    unsigned count = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        bits = bits << 8 | bytes.ptr[i];
        for (count += 8; count >= 5; count -= 5)
            buffer_put_byte(out, (unsigned char)base32[bits >> (count - 5) & 31]);
    }
    if (count)
        buffer_put_byte(out, (unsigned char)base32[bits << (5 - count) & 31]);
    return out->is_overfull ? -1 : 0;
}

int codec_put_base58(struct buffer *out, struct slice bytes)
{
    unsigned char digits[BASE58_MAX + 8] = { 0 };
    size_t len = 0, zeros = 0;
    if (bytes.len > 96)
        return -1;
    while (zeros < bytes.len && !bytes.ptr[zeros])
        zeros++;
    for (size_t i = zeros; i < bytes.len; i++) {
        unsigned carry = bytes.ptr[i];
        for (size_t k = 0; k < len || carry; k++) {
            carry += digits[k] * 256u;
            digits[k] = (unsigned char)(carry % 58);
            carry /= 58;
            len = k >= len ? k + 1 : len;
        }
    }
    for (size_t i = 0; i < zeros; i++)
        buffer_put_byte(out, '1');
    for (size_t i = len; i-- > 0;)
        buffer_put_byte(out, (unsigned char)base58[digits[i]]);
    return out->is_overfull ? -1 : 0;
}

bool codec_is_printable(struct slice text)
{
    struct slice rest = text;
    uint32_t code;
    int got;
    while ((got = utf8_eat(&rest, &code)) == 1)
        if (utf8_is_unsafe(code))
            return false;
    return got == 0 && text.len;
}

size_t codec_utf16_text(struct slice in, unsigned char *out, size_t size)
{
    size_t len = 0;
    uint16_t unit;
    if (!in.len || in.len % 2)
        return SLICE_NONE;
    while (slice_eat_u16le(&in, &unit) == 0) {
        uint32_t code = unit;
        uint16_t low;
        if (unit >= 0xD800 && unit < 0xDC00 && slice_eat_u16le(&in, &low) == 0)
            code =
                low >= 0xDC00 && low < 0xE000 ? 0x10000 + ((unit - 0xD800u) << 10) + (low - 0xDC00u) : 0xD800;
        if ((code >= 0xD800 && code < 0xE000) || utf8_is_unsafe(code) || size - len < 4)
            return SLICE_NONE;
        len += utf8_write(out + len, code);
    }
    return len;
}

size_t codec_percent(struct slice in, unsigned char *out, size_t size)
{
    size_t len = 0;
    for (size_t i = 0; i < in.len; i++) {
        if (len == size)
            return SLICE_NONE;
        if (in.ptr[i] != '%')
            out[len++] = in.ptr[i];
        else if (in.len - i < 3 || codec_hex(slice_sub(in, i + 1, 2), out + len, 1) != 1)
            return SLICE_NONE;
        else
            len++, i += 2;
    }
    return len;
}

void codec_show(char *out, size_t size, struct slice text)
{
    utf8_escape_into(out, size, text);
}
