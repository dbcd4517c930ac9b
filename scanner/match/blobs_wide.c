/* blobs_wide.c - UTF-16 that was encoded, as UTF-8 with the way back. */
#include "base/utf8.h"
#include "match/blobs_parts.h"

/* The code point at AT of UTF-16; *LEN bytes. */
static uint32_t utf16_at(struct slice in, size_t at, bool is_big, size_t *len)
{
    uint32_t code = in.ptr[at + !is_big] * 256u + in.ptr[at + is_big];
    *len = 2;
    if (code < 0xD800 || code >= 0xDC00 || in.len - at < 4)
        return code;
    uint32_t low = in.ptr[at + 2 + !is_big] * 256u + in.ptr[at + 2 + is_big];
    if (low < 0xDC00 || low >= 0xE000)
        return code;
    *len = 4;
    return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
}

/* The last pair that was made for UTF-8. */
struct wide_pair {
    size_t index; /* of the encoded form's pair that it was made from */
    size_t from;
    bool is_ascii, is_aligned; /* a group of the encoded form begins there: from then on the rate is exact */
};

/* A pair where ASCII begins or ends, where the encoded form has one, where its first group begins, and now and then in text beyond ASCII. The place of a
 * character is that of its low byte, so that it is the same in a block that begins with the high one. */
static void note_wide(struct blobs *blobs, size_t count, size_t at, bool is_ascii, struct wide_pair *last)
{
    static const size_t groups[BLOBS_RATES] = { [BLOBS_4_TO_3] = 3, [BLOBS_8_TO_5] = 5, [BLOBS_2_TO_1] = 1 };
    const struct blobs_pair *pair;
    size_t from = blobs_pairs_find(blobs->pairs, count, at, &pair);
    struct wide_pair now = { (size_t)(pair - blobs->pairs), from, is_ascii,
                             (at - pair->at) % groups[pair->rate] == 0 };
    enum blobs_rate rate = is_ascii ? pair->rate + (BLOBS_8_TO_3 - BLOBS_4_TO_3) : BLOBS_1_TO_1;
    if (now.index == last->index && is_ascii == last->is_ascii && (last->is_aligned || !now.is_aligned) &&
        (is_ascii || from / 64 == last->from / 64))
        return;
    blobs_pair(blobs, blobs->other.len, from, rate);
    *last = now;
}

/* UTF-16 to UTF-8. */
struct slice blobs_to_utf8(struct blobs *blobs, bool is_big)
{
    struct slice in = buffer_slice(&blobs->bytes);
    struct wide_pair last = { .index = SIZE_MAX };
    size_t count = blobs->count, len;
    buffer_clear(&blobs->other);
    for (size_t at = 0; in.len - at >= 2; at += len) {
        uint32_t code = utf16_at(in, at, is_big, &len);
        note_wide(blobs, count, at + is_big, code < 0x80, &last);
        if (code != 0xFEFF)
            utf8_put(&blobs->other, code);
    }
    blobs->count -= count;
    memmove(blobs->pairs, blobs->pairs + count, blobs->count * sizeof *blobs->pairs);
    return buffer_slice(&blobs->other);
}
