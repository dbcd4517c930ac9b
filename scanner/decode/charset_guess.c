/* charset_guess.c - what charset bytes look like: marks, escapes and shape first, statistics among what is left. */
#include "decode/charset.h"

#include <unicode/ucsdet.h>

#include "base/utf8.h"
#include "decode/decoder.h"

/* More of a sample tells no more. */
#define SAMPLE ((size_t)16 * 1024)

static const char *by_mark(struct slice s)
{
    static const struct {
        const char *mark;
        size_t len;
        const char *name;
    } marks[] = { { "\xEF\xBB\xBF", 3, "UTF-8" },
                  { "\xFF\xFE\0\0", 4, "UTF-32LE" },
                  { "\0\0\xFE\xFF", 4, "UTF-32BE" },
                  { "\xFF\xFE", 2, "UTF-16LE" },
                  { "\xFE\xFF", 2, "UTF-16BE" },
                  { "\x84\x31\x95\x33", 4, "GB18030" },
                  { "+/v8", 4, "UTF-7" } };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (s.len >= marks[i].len && memcmp(s.ptr, marks[i].mark, marks[i].len) == 0)
            return marks[i].name;
    return NULL;
}

/* Whether S, read in units of four bytes, holds characters alone: no other text does, by chance. */
static bool is_utf32(struct slice s, bool is_big)
{
    size_t units = s.len / 4;
    for (size_t i = 0; i < units; i++) {
        uint32_t code = 0;
        for (size_t k = 0; k < 4; k++)
            code = code << 8 | s.ptr[i * 4 + (is_big ? k : 3 - k)];
        if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
            return false;
    }
    return units >= 2;
}

/* UTF-16 without a mark: characters of ASCII, a zero byte at one side each, and no zero unit nor stray surrogate; a few where nearly all
 * is ASCII. */
static bool is_utf16(struct slice s, bool is_big)
{
    size_t units = s.len / 2, plain = 0, bad = 0;
    bool is_after_lead = false;
    for (size_t i = 0; i < units; i++) {
        uint32_t unit = (uint32_t)s.ptr[i * 2 + !is_big] << 8 | s.ptr[i * 2 + is_big];
        bool is_trail = unit >= 0xDC00 && unit < 0xE000;
        bad += unit == 0 || unit >= 0xFFFE || is_trail != is_after_lead;
        is_after_lead = unit >= 0xD800 && unit < 0xDC00;
        plain += unit < 0x80 && (unit >= ' ' || (unit >= '\t' && unit <= '\r'));
    }
    if (bad > 0)
        return bad <= units / 32 && plain >= units - units / 8;
    return units >= 2 && plain >= 2 && plain > units / 20;
}

static const char *by_zeros(struct slice s)
{
    if (slice_find_byte(s, 0, 0) == SLICE_NONE)
        return NULL;
    if (is_utf32(s, false))
        return "UTF-32LE";
    if (is_utf32(s, true))
        return "UTF-32BE";
    if (is_utf16(s, false))
        return "UTF-16LE";
    return is_utf16(s, true) ? "UTF-16BE" : NULL;
}

static const char *by_escapes(struct slice s)
{
    static const struct {
        const char *escape, *name;
    } escapes[] = { { "\033$)C", "ISO-2022-KR" }, { "\033$)A", "ISO-2022-CN" }, { "\033$)G", "ISO-2022-CN" },
                    { "\033$*H", "ISO-2022-CN" }, { "\033$B", "ISO-2022-JP" },  { "\033$@", "ISO-2022-JP" },
                    { "\033$(D", "ISO-2022-JP" }, { "\033(J", "ISO-2022-JP" },  { "\033(I", "ISO-2022-JP" } };
    if (slice_find_byte(s, 0, 033) == SLICE_NONE)
        return NULL;
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
        if (slice_find(s, 0, slice_str(escapes[i].escape)) != SLICE_NONE)
            return escapes[i].name;
    return NULL;
}

/* HZ (RFC 1843): pairs of bytes between "~{" and "~}". */
static bool is_hz(struct slice s)
{
    size_t open = slice_find(s, 0, slice_str("~{"));
    size_t close = open == SLICE_NONE ? SLICE_NONE : slice_find(s, open, slice_str("~}"));
    if (close == SLICE_NONE || (close - open) % 2 != 0 || close - open < 4)
        return false;
    for (size_t i = open + 2; i < close; i++)
        if (s.ptr[i] < 0x21 || s.ptr[i] > 0x7E || ((i - open) % 2 == 0 && s.ptr[i] > 0x77))
            return false;
    return true;
}

/* A shifted sequence of UTF-7 after its '+': UTF-16 units beyond ASCII, the bits left over zero, and not a number. */
static bool is_shifted(struct slice s, size_t *len)
{
    uint32_t bits = 0;
    unsigned held = 0;
    bool has_letter = false;
    for (*len = 0; *len < s.len && base64_value(s.ptr[*len]) >= 0; ++*len) {
        bits = bits << 6 | (uint32_t)base64_value(s.ptr[*len]);
        has_letter |= s.ptr[*len] >= 'A';
        held += 6;
        if (held < 16)
            continue;
        held -= 16;
        uint32_t unit = bits >> held & 0xFFFF;
        if (unit < 0x80 || unit >= 0xFFFE || (unit >= 0x0E80 && unit < 0x1E00) ||
            (unit >= 0xE000 && unit < 0xF900))
            return false;
    }
    return *len >= 3 && held < 6 && (bits & ((1u << held) - 1)) == 0 && has_letter;
}

/* Whether a '+' at AT, with LEN characters after it, stands in words or sums: "a+bcd". */
static bool is_between_words(struct slice s, size_t at, size_t len)
{
    bool is_ended = at + 1 + len < s.len && s.ptr[at + 1 + len] == '-';
    return !is_ended && at > 0 && base64_value(s.ptr[at - 1]) >= 0;
}

static bool is_utf7(struct slice s)
{
    size_t shifts = 0, len = 0;
    for (size_t at = 0; (at = slice_find_byte(s, at, '+')) != SLICE_NONE; at += len + 1) {
        len = 0;
        struct slice rest = slice_skip(s, at + 1);
        if (rest.len == 0 || rest.ptr[0] == '-')
            continue;
        if (!is_shifted(rest, &len) || is_between_words(s, at, len))
            return false;
        shifts++;
    }
    return shifts > 0;
}

/* How the pairs of bytes in a sample look. */
struct shape {
    bool is_valid;   /* every high byte is where the charset allows it */
    size_t pairs;    /* characters of two bytes or more */
    size_t frequent; /* those that make up nearly all of real text */
};

typedef size_t shape_step(struct slice s, bool *is_frequent);

static bool is_in(unsigned char c, unsigned char low, unsigned char high)
{
    return c >= low && c <= high;
}

/* Each step: the length of the character at the front of S (a high byte), 0 if it is none. */
static size_t sjis_step(struct slice s, bool *is_frequent)
{
    unsigned char a = s.ptr[0], b = s.len > 1 ? s.ptr[1] : 0;
    if (is_in(a, 0xA1, 0xDF))
        return 1;
    if (!(is_in(a, 0x81, 0x9F) || is_in(a, 0xE0, 0xFC)) || !(is_in(b, 0x40, 0x7E) || is_in(b, 0x80, 0xFC)))
        return 0;
    *is_frequent = a == 0x81 || (a == 0x82 && b >= 0x4F) || (a == 0x83 && b <= 0x96) || is_in(a, 0x88, 0x97);
    return 2;
}

static size_t eucjp_step(struct slice s, bool *is_frequent)
{
    unsigned char a = s.ptr[0], b = s.len > 1 ? s.ptr[1] : 0, c = s.len > 2 ? s.ptr[2] : 0;
    if (a == 0x8E)
        return is_in(b, 0xA1, 0xDF) ? 2 : 0;
    if (a == 0x8F)
        return is_in(b, 0xA1, 0xFE) && is_in(c, 0xA1, 0xFE) ? 3 : 0;
    *is_frequent = a == 0xA4 || a == 0xA5;
    return is_in(a, 0xA1, 0xFE) && is_in(b, 0xA1, 0xFE) ? 2 : 0;
}

static size_t euckr_step(struct slice s, bool *is_frequent)
{
    unsigned char a = s.ptr[0], b = s.len > 1 ? s.ptr[1] : 0;
    *is_frequent = (is_in(a, 0xB0, 0xC8) || a == 0xA1) && b >= 0xA1;
    return is_in(a, 0x81, 0xFE) && (is_in(b, 0x41, 0x5A) || is_in(b, 0x61, 0x7A) || is_in(b, 0x81, 0xFE)) ? 2
                                                                                                          : 0;
}

static size_t gb_step(struct slice s, bool *is_frequent)
{
    unsigned char a = s.ptr[0], b = s.len > 1 ? s.ptr[1] : 0;
    if (s.len > 3 && is_in(b, 0x30, 0x39))
        return is_in(a, 0x81, 0xFE) && is_in(s.ptr[2], 0x81, 0xFE) && is_in(s.ptr[3], 0x30, 0x39) ? 4 : 0;
    *is_frequent = (is_in(a, 0xB0, 0xD7) || is_in(a, 0xA1, 0xA3)) && b >= 0xA1;
    return is_in(a, 0x81, 0xFE) && (is_in(b, 0x40, 0x7E) || is_in(b, 0x80, 0xFE)) ? 2 : 0;
}

static size_t big5_step(struct slice s, bool *is_frequent)
{
    unsigned char a = s.ptr[0], b = s.len > 1 ? s.ptr[1] : 0;
    *is_frequent = is_in(a, 0xA4, 0xC6) || a == 0xA1;
    return is_in(a, 0x81, 0xFE) && (is_in(b, 0x40, 0x7E) || is_in(b, 0xA1, 0xFE)) ? 2 : 0;
}

static struct shape shape_of(struct slice s, shape_step *step)
{
    struct shape shape = { .is_valid = true };
    size_t len;
    for (; s.len > 0; s = slice_skip(s, len)) {
        bool is_frequent = false;
        len = s.ptr[0] < 0x80 ? 1 : step(s, &is_frequent);
        if (len == 0) {
            shape.is_valid &= s.len < 4; /* the sample ends in the middle of a character */
            break;
        }
        shape.pairs += len > 1;
        shape.frequent += is_frequent;
    }
    return shape;
}

/* Charsets of East Asia, by the share of characters that real text is made of, least accidental first. */
static const char *by_shape(struct slice s)
{
    static const struct {
        shape_step *step;
        size_t percent; /* of frequent characters that is believed */
        const char *name;
    } shapes[] = { { eucjp_step, 25, "EUC-JP" },
                   { euckr_step, 92, "windows-949" },
                   { gb_step, 80, "GB18030" },
                   { sjis_step, 80, "Shift_JIS" },
                   { big5_step, 85, "Big5" } };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct shape shape = shape_of(s, shapes[i].step);
        if (shape.is_valid && shape.pairs >= 2 && shape.frequent * 100 >= shape.pairs * shapes[i].percent)
            return shapes[i].name;
    }
    return NULL;
}

/* Whether NAME decodes all of S. */
static bool is_decodable(const char *name, struct slice s)
{
    struct charset *charset = charset_open(slice_str(name));
    struct buffer text;
    uint64_t bad = 0;
    if (!charset)
        return false;
    buffer_init(&text, SAMPLE * 8);
    int result = charset_convert(charset, &s, false, &text, &bad);
    charset_close(charset);
    buffer_release(&text);
    return result == 0 && bad == 0;
}

/* ICU's statistics, for single bytes alone: their charsets have no shape. */
static const char *by_statistics(struct slice s)
{
    static const char *const believed[] = { "windows-1251", "KOI8-R",     "ISO-8859-5",   "ISO-8859-7",
                                            "windows-1253", "ISO-8859-8", "windows-1255", "ISO-8859-6",
                                            "windows-1256", "ISO-8859-2", "windows-1250", "ISO-8859-9",
                                            "windows-1254" };
    UErrorCode status = U_ZERO_ERROR;
    const char *guess = NULL, *found = NULL;
    UCharsetDetector *detector = ucsdet_open(&status);
    ucsdet_setText(detector, (const char *)s.ptr, (int32_t)s.len, &status);
    const UCharsetMatch *match = ucsdet_detect(detector, &status);
    if (U_SUCCESS(status) && match)
        found = ucsdet_getName(match, &status);
    for (size_t i = 0; found && i < sizeof believed / sizeof *believed; i++)
        if (strcmp(found, believed[i]) == 0)
            guess = believed[i];
    ucsdet_close(detector);
    return guess && is_decodable(guess, s) ? guess : NULL;
}

static bool is_utf8(struct slice s)
{
    size_t good = utf8_valid_prefix(s);
    return good == s.len ||
           (s.len - good < 4 && s.ptr[good] >= 0xC2 && good > 0 && !utf8_is_ascii(slice_sub(s, 0, good)));
}

const char *charset_guess(struct slice sample)
{
    sample = slice_sub(sample, 0, SAMPLE);
    const char *name = by_mark(sample);
    if (!name)
        name = by_zeros(sample);
    if (name)
        return name;
    if (utf8_is_ascii(sample)) {
        name = by_escapes(sample);
        return name ? name : is_hz(sample) ? "HZ-GB-2312" : is_utf7(sample) ? "UTF-7" : NULL;
    }
    if (is_utf8(sample))
        return "UTF-8";
    name = by_shape(sample);
    if (!name)
        name = by_statistics(sample);
    return name ? name : "windows-1252";
}
