/* blobs_content.c - what decoded bytes are: text, UTF-16, compressed, or nothing to look at. */
#include "base/utf8.h"
#include "match/blobs_parts.h"

bool blobs_is_control(unsigned char c)
{
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1B) || c == 0x7F;
}

/* Latin letters, most of them ASCII: what a wrong start in base64 gives is not. ZERO: where in a unit its zero byte stands. */
static bool is_utf16(struct slice bytes, size_t zero)
{
    size_t units = bytes.len / 2 < 8 ? bytes.len / 2 : 8, foreign = 0;
    for (size_t i = 0; i < units; i++) {
        unsigned char low = bytes.ptr[2 * i + 1 - zero];
        if (bytes.ptr[2 * i + zero] != 0 || low == 0 || blobs_is_control(low))
            return false;
        foreign += low >= 0x80;
    }
    return units >= 2 && foreign * 4 <= units;
}

/* Text in a wide sense: of many bytes one in 32 may be wrong, of few none. */
static bool is_text(struct slice bytes, bool is_whole)
{
    size_t wrong = 0, len = bytes.len;
    uint32_t code;
    for (size_t i = 0; i < bytes.len && wrong <= len / 32; i++)
        wrong += blobs_is_control(bytes.ptr[i]);
    if (wrong > len / 32 || wrong * 32 > len)
        return false;
    while (bytes.len > 0 && wrong <= len / 32) {
        size_t valid = utf8_valid_prefix(bytes);
        bytes = slice_skip(bytes, valid);
        if (bytes.len == 0 || (!is_whole && bytes.len < 4))
            break;
        wrong++;
        utf8_eat(&bytes, &code);
    }
    return len > 0 && wrong <= len / 32;
}

enum blobs_content blobs_content_of(struct slice bytes, bool is_whole)
{
    if (bytes.len < 4)
        return BLOBS_NOTHING;
    unsigned char first = bytes.ptr[0], second = bytes.ptr[1];
    if (first == 0x1F && second == 0x8B && bytes.ptr[2] == 8)
        return BLOBS_GZIP;
    if (first == 0x78 && (0x7800 | second) % 31 == 0 && !(second & 0x20) && second != '^')
        return BLOBS_ZLIB;
    if ((first == 0xFF && second == 0xFE) || is_utf16(bytes, 1))
        return BLOBS_UTF16_LE;
    if ((first == 0xFE && second == 0xFF) || is_utf16(bytes, 0))
        return BLOBS_UTF16_BE;
    if (is_text(bytes, is_whole))
        return BLOBS_TEXT;
    return first == 0x78 && second == '^' ? BLOBS_ZLIB : BLOBS_NOTHING;
}
