/* shaped.c - tokens that look like passwords which people make up. */
#include "match/shaped.h"

#include "base/vector.h"

#define TOKEN_LEAST ((size_t)7)
#define TOKEN_MOST ((size_t)32)
#define LOWER_LEAST 2
#define DIGITS_MOST 8
#define HEX_LEAST ((size_t)12) /* so long, a run of hex digits is a hash or an id */

bool shaped_holds(const struct rule *rule)
{
    return rule->validator_count > 0 && strcmp(rule->validators[0].validator->name, "prose-shaped") == 0;
}

enum class {
    OTHER, /* ends a token: blanks, quotes, brackets, bytes beyond ASCII */
    LOWER,
    UPPER,
    DIGIT,
    SIGN,  /* of passwords */
    STOP,  /* ends a token where a blank follows, else of a number or name */
    ALIEN, /* of addresses, paths, programs */
};

static const unsigned char classes[256] = {
    ['a' ... 'z'] = LOWER, ['A' ... 'Z'] = UPPER, ['0' ... '9'] = DIGIT, ['!'] = SIGN,   ['#'] = SIGN,
    ['$'] = SIGN,          ['%'] = SIGN,          ['&'] = SIGN,          ['*'] = SIGN,   ['+'] = SIGN,
    ['-'] = SIGN,          ['_'] = SIGN,          ['?'] = SIGN,          ['.'] = STOP,   [','] = STOP,
    [';'] = STOP,          [':'] = STOP,          ['/'] = ALIEN,         ['\\'] = ALIEN, ['@'] = ALIEN,
    ['='] = ALIEN,         ['<'] = ALIEN,         ['>'] = OTHER,         ['['] = ALIEN,  [']'] = ALIEN,
    ['{'] = ALIEN,         ['}'] = ALIEN,         ['|'] = ALIEN,         ['^'] = SIGN,   ['~'] = SIGN,
};

static bool is_hex(unsigned char c)
{
    return slice_is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool is_letter(enum class class)
{
    return class == LOWER || class == UPPER;
}

/* From START up to END, stops at its end left out. */
static bool is_made_up(struct slice text, size_t start, size_t end)
{
    size_t lower = 0, digits = 0, stops = 0, hex = 0;
    bool has_more = false, is_close = false; /* a digit or sign stands directly beside a letter */
    enum class last = OTHER;
    while (end > start && classes[text.ptr[end - 1]] == STOP)
        end--;
    if (end < text.len && text.ptr[end] == '(') /* a call */
        return false;
    if (end - start < TOKEN_LEAST || end - start > TOKEN_MOST)
        return false;
    for (size_t i = start; i < end; i++) {
        enum class class = classes[text.ptr[i]];
        if (class == ALIEN || text.ptr[i] == ':' || text.ptr[i] == ';')
            return false;
        lower += class == LOWER;
        digits += class == DIGIT;
        stops += class == STOP;
        hex += is_hex(text.ptr[i]);
        has_more |= class == UPPER || (class == SIGN && text.ptr[i] != '-' && text.ptr[i] != '_');
        is_close |= is_letter(last) ? class == DIGIT : is_letter(class) && last == DIGIT;
        last = class;
    }
    if (!is_close && !has_more) /* "part-2" */
        return false;
    if (stops > 0 && !has_more) /* a host, a file */
        return false;
    return lower >= LOWER_LEAST && digits <= DIGITS_MOST && stops <= 2 &&
           !(end - start >= HEX_LEAST && hex == end - start);
}

/* The token around AT. */
static void token_around(struct slice text, size_t at, size_t *start, size_t *end)
{
    for (*start = at; *start > 0 && at - *start <= TOKEN_MOST && classes[text.ptr[*start - 1]] != OTHER;)
        (*start)--;
    for (*end = at; *end < text.len && classes[text.ptr[*end]] != OTHER;)
        (*end)++;
}

/* Bit n: byte n is the second of a letter and a digit side by side, or a sign of passwords between two of them, or what joins words
 * between a letter and a digit. */
static unsigned meetings(const unsigned char *ptr)
{
    vector16 bytes = vector_load(ptr);
    unsigned digits = vector_bits(vector_within(bytes, '0', '9'));
    unsigned signs = vector_bits((vector16)(bytes == '!') | vector_within(bytes, '#', '$') |
                                 vector_within(bytes, '*', '+'));
    if (!(digits | signs))
        return 0;
    unsigned letters = vector_bits(vector_within(bytes | 0x20, 'a', 'z'));
    unsigned joins = vector_bits(vector_within(bytes, '-', '.') | vector_within(bytes, '%', '&') |
                                 (vector16)(bytes == '_'));
    return (digits & letters << 1) | (letters & digits << 1) |
           (signs & letters << 1 & (letters | digits) >> 1) | (joins & letters << 1 & digits >> 1);
}

/* The first meeting at or behind AT; steps of fourteen bytes: each sign lies in one with what stands beside it. */
static size_t next_meeting(struct slice text, size_t at)
{
    unsigned char rest[VECTOR_LEN] = { 0 };
    unsigned bits;
    for (; text.len - at >= VECTOR_LEN; at += VECTOR_LEN - 2)
        if ((bits = meetings(text.ptr + at)) != 0)
            return at + vector_first(bits);
    if (at < text.len)
        memcpy(rest, text.ptr + at, text.len - at);
    bits = meetings(rest);
    return bits ? at + vector_first(bits) : text.len;
}

bool shaped_next(struct shaped *shaped, size_t *start)
{
    struct slice text = shaped->text;
    while (shaped->at < text.len) {
        size_t at = next_meeting(text, shaped->at), end;
        if (at >= text.len)
            break;
        token_around(text, at, start, &end);
        shaped->at = end > at ? end : at + 1;
        if (is_made_up(text, *start, end))
            return true;
    }
    shaped->at = text.len;
    return false;
}
