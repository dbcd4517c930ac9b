/* gate.c - where a key that only its vendor's name tells may stand. */
#include "match/gate.h"

#include "base/vector.h"

#define VALUE_LEAST ((size_t)16)
#define WORD ((size_t)64)

/* Of the common pattern (rule_vendor.c): what may stand between a sign and its value, and from the start of a word for a key to a value. */
#define MARKS_MAX ((size_t)3)
#define BLANKS_MAX ((size_t)12)
#define KEY_REACH ((size_t)64)
#define KEY_LEAST ((size_t)3)

bool gate_holds(const struct rule *rule)
{
    return (rule->vendor || rule->vendor_word) && !rule->value && rule->has_common_validators;
}

/* The bytes that values are made of: \w . ~ + / = - */
static bool is_token(unsigned char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26 || (c >= '-' && c <= '9') || c == '+' || c == '=' ||
           c == '_' || c == '~';
}

/* Which of sixteen bytes are none of them. */
static inline unsigned others_at(const unsigned char *ptr)
{
    vector16 bytes = vector_load(ptr);
    vector16 token = vector_within(bytes | 0x20, 'a', 'z') | vector_within(bytes, '-', '9') |
                     (vector16)((bytes == '+') | (bytes == '=') | (bytes == '_') | (bytes == '~'));
    return ~vector_bits(token) & 0xFFFF;
}

static size_t run_end(struct slice text, size_t at)
{
    while (text.len - at >= VECTOR_LEN) {
        unsigned others = others_at(text.ptr + at);
        if (others)
            return at + vector_first(others);
        at += VECTOR_LEN;
    }
    while (at < text.len && is_token(text.ptr[at]))
        at++;
    return at;
}

static inline uint64_t spaces_at(const unsigned char *ptr)
{
    return vector_bits(vector_within(vector_load(ptr), 0, ' '));
}

/* Which of 64 bytes are neither white space nor control bytes. */
static inline uint64_t solid_at(const unsigned char *ptr)
{
    return ~(spaces_at(ptr) | spaces_at(ptr + 16) << 16 | spaces_at(ptr + 32) << 32 |
             spaces_at(ptr + 48) << 48);
}

/* Bit n: VALUE_LEAST bits from n on are set. */
static inline uint64_t runs_of(uint64_t bits)
{
    bits &= bits >> 1;
    bits &= bits >> 2;
    bits &= bits >> 4;
    return bits & bits >> 8;
}

/* The first place at or after AT where VALUE_LEAST bytes without white space begin, or SLICE_NONE. Prose is left at once. */
static size_t skip_prose(struct slice text, size_t at)
{
    size_t before = 0; /* bytes without any that end at AT */
    for (; text.len - at >= WORD; at += WORD) {
        uint64_t solid = solid_at(text.ptr + at), runs = runs_of(solid);
        if (before + (~solid ? (size_t)__builtin_ctzll(~solid) : WORD) >= VALUE_LEAST)
            return at - before;
        if (runs)
            return at + (size_t)__builtin_ctzll(runs);
        before = (size_t)__builtin_clzll(~solid);
    }
    for (; at < text.len && before < VALUE_LEAST; at++)
        before = text.ptr[at] > ' ' ? before + 1 : 0;
    return before >= VALUE_LEAST ? at - before : SLICE_NONE;
}

/* The next run of VALUE_LEAST bytes of values and more that starts at or after AT, where no run is under way. */
static bool next_run(struct slice text, size_t at, size_t *from, size_t *to)
{
    while (at < text.len && (at = skip_prose(text, at)) != SLICE_NONE) {
        *from = at;
        *to = run_end(text, at);
        if (*to - *from >= VALUE_LEAST)
            return true;
        at = *to + 1;
    }
    return false;
}

static inline unsigned digits_at(const unsigned char *ptr)
{
    return vector_bits(vector_within(vector_load(ptr), '0', '9'));
}

/* Two digits and more in a run of VALUE_LEAST bytes and more? */
static bool has_digits(struct slice run)
{
    unsigned seen = 0;
    for (size_t at = 0; at < run.len; at += VECTOR_LEN) {
        size_t left = run.len - at;
        unsigned digits = left >= VECTOR_LEN
                              ? digits_at(run.ptr + at)
                              : digits_at(run.ptr + run.len - VECTOR_LEN) >> (VECTOR_LEN - left);
        if ((digits & (digits - 1)) || (digits && seen))
            return true;
        seen |= digits;
    }
    return false;
}

static bool is_one_of(unsigned char c, const char *set)
{
    return c && strchr(set, c);
}

#define LETTERS(a, b, c) ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16)

/* Does a word for a key (KEY of rule_vendor.c) begin at PTR? */
static inline bool is_key_word(const unsigned char *ptr)
{
    switch (LETTERS(ptr[0], ptr[1], ptr[2]) | LETTERS(' ', ' ', ' ')) {
    case LETTERS('k', 'e', 'y'):
    case LETTERS('a', 'p', 'i'):
    case LETTERS('t', 'o', 'k'):
    case LETTERS('s', 'e', 'c'):
    case LETTERS('a', 'c', 'c'):
    case LETTERS('p', 'r', 'i'):
    case LETTERS('a', 'u', 't'):
    case LETTERS('p', 'a', 's'):
    case LETTERS('p', 'w', 'd'):
    case LETTERS('c', 'r', 'e'):
    case LETTERS('l', 'i', 'c'):
    case LETTERS('b', 'e', 'a'):
        return true;
    default:
        return false;
    }
}

static bool has_key_word(struct slice text, size_t from, size_t to)
{
    for (size_t at = from; to - at >= KEY_LEAST; at++)
        if (is_key_word(text.ptr + at))
            return true;
    return false;
}

/* A sign within the run up to END, behind what may be a name: no boundary of MIME ("----=_Part"). */
static bool has_sign_within(struct slice text, size_t from, size_t end)
{
    struct slice head = slice_sub(text, 0, end);
    for (size_t at = from; (at = slice_find_byte(head, at, '=')) != SLICE_NONE; at++)
        if (at == from || text.ptr[at - 1] != '-')
            return true;
    return false;
}

static size_t skip_marks_back(struct slice text, size_t from)
{
    size_t at = from;
    while (at > 0 && from - at < MARKS_MAX && is_one_of(text.ptr[at - 1], "\"'`\\[("))
        at--;
    return at;
}

/* A sign before FROM, with at most a mark and some white space between. That of "http://" is none. */
static bool has_sign_before(struct slice text, size_t from)
{
    size_t end = skip_marks_back(text, from), at = end;
    while (at > 0 && end - at < BLANKS_MAX && is_one_of(text.ptr[at - 1], " \t\r\n"))
        at--;
    if (at == 0 || !is_one_of(text.ptr[at - 1], ":,>="))
        return false;
    bool is_url = at == from && text.ptr[from] == '/' && text.ptr[from + 1] == '/' && text.ptr[at - 1] == ':';
    struct slice scheme = slice_sub(text, 0, at - 1);
    return !is_url || !(slice_ends_with_nocase(scheme, "http") || slice_ends_with_nocase(scheme, "https"));
}

static bool has_blank_before(struct slice text, size_t from)
{
    size_t at = skip_marks_back(text, from);
    return at > 0 && (text.ptr[at - 1] == ' ' || text.ptr[at - 1] == '\t');
}

/* A value is assigned: by a sign before it or within the run, or, with a word for a key near it, by a blank or a hyphen too. */
static bool is_assigned(struct slice text, size_t from, size_t to)
{
    size_t last = to - VALUE_LEAST; /* where a value may begin */
    struct slice head = slice_sub(text, from, last - from);
    if (has_sign_within(text, from, last) || has_sign_before(text, from))
        return true;
    if (!has_blank_before(text, from) && slice_find_byte(head, 0, '-') == SLICE_NONE)
        return false;
    return has_key_word(text, from > KEY_REACH ? from - KEY_REACH : 0, last);
}

/* The next run that may hold a value. */
static bool next_value(struct slice text, size_t at, size_t *from, size_t *to)
{
    for (; next_run(text, at, from, to); at = *to)
        if (has_digits(slice_sub(text, *from, *to - *from)) && is_assigned(text, *from, *to))
            return true;
    return false;
}

static size_t reach_before(const struct gate *gate, size_t from)
{
    return from > gate->reach ? from - gate->reach : 0;
}

void gate_begin(struct gate *gate, struct slice text, size_t reach)
{
    *gate = (struct gate){ .text = text, .reach = reach };
    gate->has_value = next_value(text, 0, &gate->value_from, &gate->value_to);
}

bool gate_next(struct gate *gate, size_t *from, size_t *to)
{
    if (!gate->has_value)
        return false;
    *from = reach_before(gate, gate->value_from);
    do {
        *to = gate->value_to;
        gate->has_value = next_value(gate->text, *to, &gate->value_from, &gate->value_to);
    } while (gate->has_value && reach_before(gate, gate->value_from) <= *to);
    return true;
}
