/* slice.c - a borrowed run of bytes: how all input is looked at. */
#include "base/slice.h"

#include "base/vector.h"

#define LINE_STEP 256 /* bytes searched at a time */

#define FIND_STEP ((size_t)64)
#define FIND_SHORT ((size_t)48) /* a longer needle could be made to cost its length at each place */

/* Eight bytes, with the capital letters among them made small. */
static inline uint64_t lower_bytes(const unsigned char *ptr)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = 0x80 * ones;
    uint64_t word, low;
    memcpy(&word, ptr, sizeof word);
    low = word & ~tops;
    uint64_t from_a = low + (0x80 - 'A') * ones, past_z = low + (0x7F - 'Z') * ones;
    return word | ((from_a & ~past_z & ~word & tops) >> 2);
}

bool slice_has_same_letters(struct slice a, struct slice b)
{
    size_t at = 0;
    for (; a.len - at >= sizeof(uint64_t); at += sizeof(uint64_t))
        if (lower_bytes(a.ptr + at) != lower_bytes(b.ptr + at))
            return false;
    if (at > 0) {
        at = a.len - sizeof(uint64_t);
        return lower_bytes(a.ptr + at) == lower_bytes(b.ptr + at);
    }
    for (; at < a.len; at++)
        if (slice_lower_byte(a.ptr[at]) != slice_lower_byte(b.ptr[at]))
            return false;
    return true;
}

bool slice_ends_with_nocase(struct slice s, const char *suffix)
{
    struct slice tail = slice_str(suffix);
    return s.len >= tail.len && slice_is_equal_nocase(slice_skip(s, s.len - tail.len), tail);
}

int slice_compare(struct slice a, struct slice b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared ? memcmp(a.ptr, b.ptr, shared) : 0;
    if (order != 0)
        return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

/* Searching, sixteen places at a time: memmem is slow where the needle is short. */

/* The places at PTR where FIRST stands, and LAST so many bytes after it. */
static vector16 both_at(const unsigned char *ptr, unsigned char first, size_t after, unsigned char last)
{
    return (vector16)((vector_load(ptr) == first) & (vector_load(ptr + after) == last));
}

static size_t find_among(struct slice s, size_t at, size_t places, struct slice needle)
{
    for (size_t stop = at + places; at < stop; at++)
        if (s.ptr[at] == needle.ptr[0] && memcmp(s.ptr + at, needle.ptr, needle.len) == 0)
            return at;
    return SLICE_NONE;
}

/* NEEDLE has two bytes or more. */
static size_t find_short(struct slice s, size_t at, struct slice needle)
{
    unsigned char first = needle.ptr[0], last = needle.ptr[needle.len - 1];
    size_t after = needle.len - 1, hit;
    for (; s.len - at >= FIND_STEP + after; at += FIND_STEP) {
        const unsigned char *ptr = s.ptr + at;
        vector16 low = both_at(ptr, first, after, last) | both_at(ptr + 16, first, after, last);
        vector16 high = both_at(ptr + 32, first, after, last) | both_at(ptr + 48, first, after, last);
        if (vector_has_any(low | high) && (hit = find_among(s, at, FIND_STEP, needle)) != SLICE_NONE)
            return hit;
    }
    return find_among(s, at, s.len - at < needle.len ? 0 : s.len - at - after, needle);
}

size_t slice_find(struct slice s, size_t at, struct slice needle)
{
    if (at > s.len || s.len - at < needle.len)
        return SLICE_NONE;
    if (needle.len < 2)
        return needle.len == 0 ? at : slice_find_byte(s, at, needle.ptr[0]);
    if (needle.len <= FIND_SHORT)
        return find_short(s, at, needle);
    const unsigned char *hit = memmem(s.ptr + at, s.len - at, needle.ptr, needle.len);
    return hit ? (size_t)(hit - s.ptr) : SLICE_NONE;
}

/* Two bytes that differ in case alone are alike with this bit set, and a few others are. */
#define CASE_BIT 0x20

static vector16 both_alike_at(const unsigned char *ptr, unsigned char first, size_t after, unsigned char last)
{
    return (vector16)(((vector_load(ptr) | CASE_BIT) == first) &
                      ((vector_load(ptr + after) | CASE_BIT) == last));
}

static size_t find_alike(struct slice s, size_t at, size_t places, struct slice needle)
{
    for (size_t stop = at + places; at < stop; at++)
        if (slice_is_equal_nocase(slice_of(s.ptr + at, needle.len), needle))
            return at;
    return SLICE_NONE;
}

size_t slice_find_nocase(struct slice s, size_t at, struct slice needle)
{
    if (at > s.len || s.len - at < needle.len)
        return SLICE_NONE;
    if (needle.len == 0)
        return at;
    size_t after = needle.len - 1, hit;
    unsigned char first = needle.ptr[0] | CASE_BIT, last = needle.ptr[after] | CASE_BIT;
    for (; s.len - at >= FIND_STEP + after; at += FIND_STEP) {
        const unsigned char *ptr = s.ptr + at;
        vector16 low = both_alike_at(ptr, first, after, last) | both_alike_at(ptr + 16, first, after, last);
        vector16 high =
            both_alike_at(ptr + 32, first, after, last) | both_alike_at(ptr + 48, first, after, last);
        if (vector_has_any(low | high) && (hit = find_alike(s, at, FIND_STEP, needle)) != SLICE_NONE)
            return hit;
    }
    return find_alike(s, at, s.len - at < needle.len ? 0 : s.len - at - after, needle);
}

static bool is_space(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct slice slice_trim(struct slice s)
{
    while (s.len > 0 && is_space(s.ptr[0]))
        s = slice_skip(s, 1);
    while (s.len > 0 && is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

int slice_to_u64(struct slice s, uint64_t *value)
{
    uint64_t sum = 0;
    if (s.len == 0)
        return -1;
    for (size_t i = 0; i < s.len; i++) {
        unsigned digit = (unsigned)(s.ptr[i] - '0');
        if (digit > 9 || sum > (UINT64_MAX - digit) / 10)
            return -1;
        sum = sum * 10 + digit;
    }
    *value = sum;
    return 0;
}

size_t slice_unhex(struct slice text, unsigned char *out)
{
    if (text.len % 2)
        return 0;
    for (size_t i = 0; i < text.len; i += 2) {
        int high = slice_hex_digit(text.ptr[i]), low = slice_hex_digit(text.ptr[i + 1]);
        if (high < 0 || low < 0)
            return 0;
        out[i / 2] = (unsigned char)(high << 4 | low);
    }
    return text.len / 2;
}

static int eat_number(struct slice *rest, size_t size, bool is_big, uint64_t *value)
{
    struct slice bytes;
    uint64_t sum = 0;
    if (slice_eat(rest, size, &bytes) < 0)
        return -1;
    for (size_t i = 0; i < size; i++)
        sum = sum << 8 | bytes.ptr[is_big ? i : size - 1 - i];
    *value = sum;
    return 0;
}

int slice_eat_u16le(struct slice *rest, uint16_t *value)
{
    uint64_t wide;
    if (eat_number(rest, 2, false, &wide) < 0)
        return -1;
    *value = (uint16_t)wide;
    return 0;
}

int slice_eat_u16be(struct slice *rest, uint16_t *value)
{
    uint64_t wide;
    if (eat_number(rest, 2, true, &wide) < 0)
        return -1;
    *value = (uint16_t)wide;
    return 0;
}

int slice_eat_u32be(struct slice *rest, uint32_t *value)
{
    uint64_t wide;
    if (eat_number(rest, 4, true, &wide) < 0)
        return -1;
    *value = (uint32_t)wide;
    return 0;
}

int slice_eat_u64be(struct slice *rest, uint64_t *value)
{
    return eat_number(rest, 8, true, value);
}

static uint64_t number_at(struct slice s, size_t at, size_t size, bool is_big)
{
    uint64_t value = 0;
    struct slice rest = slice_skip(s, at);
    (void)eat_number(&rest, size, is_big, &value);
    return value;
}

uint16_t slice_u16le(struct slice s, size_t at)
{
    return (uint16_t)number_at(s, at, 2, false);
}

uint32_t slice_u32le(struct slice s, size_t at)
{
    return (uint32_t)number_at(s, at, 4, false);
}

uint64_t slice_u64le(struct slice s, size_t at)
{
    return number_at(s, at, 8, false);
}

uint16_t slice_u16be(struct slice s, size_t at)
{
    return (uint16_t)number_at(s, at, 2, true);
}

uint32_t slice_u32be(struct slice s, size_t at)
{
    return (uint32_t)number_at(s, at, 4, true);
}

/* Where the line at the front of S ends. In steps, so that a text of bare CRs is not searched to its end for an LF at each of its lines. */
static size_t line_length(struct slice s)
{
    for (size_t at = 0; at < s.len; at += LINE_STEP) {
        size_t stop = s.len - at < LINE_STEP ? s.len : at + LINE_STEP;
        size_t lf = slice_find_byte(slice_sub(s, 0, stop), at, '\n');
        size_t cr = slice_find_byte(slice_sub(s, 0, lf == SLICE_NONE ? stop : lf), at, '\r');
        if (cr != SLICE_NONE)
            return cr + 1 < s.len && s.ptr[cr + 1] == '\n' ? cr + 2 : cr + 1;
        if (lf != SLICE_NONE)
            return lf + 1;
    }
    return s.len;
}

int slice_eat_line(struct slice *rest, struct slice *line)
{
    if (rest->len == 0)
        return 0;
    return slice_eat(rest, line_length(*rest), line) < 0 ? 0 : 1;
}

struct slice slice_chomp(struct slice line)
{
    if (line.len > 0 && line.ptr[line.len - 1] == '\n')
        line.len--;
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}
