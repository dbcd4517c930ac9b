/* gate.c - where a key that only its vendor's name tells may stand. */
#include "match/gate.h"

#include "base/vector.h"

#define VALUE_LEAST ((size_t)16)

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

/* Which of sixteen bytes are white space, or control bytes. */
static inline unsigned spaces_at(const unsigned char *ptr)
{
    return vector_bits(vector_within(vector_load(ptr), 0, ' '));
}

/* The first place at or after AT where VALUE_LEAST bytes without white space begin, or SLICE_NONE. Prose is left at once. */
static size_t skip_prose(struct slice text, size_t at)
{
    size_t before = 0; /* bytes without any that end at AT */
    for (; text.len - at >= VECTOR_LEN; at += VECTOR_LEN) {
        unsigned spaces = spaces_at(text.ptr + at);
        if (before + (spaces ? vector_first(spaces) : VECTOR_LEN) >= VALUE_LEAST)
            return at - before;
        before = (size_t)__builtin_clz(spaces << 16 | 0x8000);
    }
    size_t end = at;
    while (end < text.len && text.ptr[end] > ' ')
        end++;
    return before + end - at >= VALUE_LEAST ? at - before : SLICE_NONE;
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

static bool has_digits(struct slice run)
{
    unsigned digits = 0;
    size_t at = 0;
    for (; run.len - at >= VECTOR_LEN && digits < 2; at += VECTOR_LEN)
        digits +=
            (unsigned)__builtin_popcount(vector_bits(vector_within(vector_load(run.ptr + at), '0', '9')));
    for (; at < run.len && digits < 2; at++)
        digits += run.ptr[at] >= '0' && run.ptr[at] <= '9';
    return digits >= 2;
}

/* A value is assigned: a sign, a blank or an opening mark stands before the run, or a sign within it. */
static bool is_assigned(struct slice text, size_t from, size_t to)
{
    struct slice head = slice_sub(text, from, to - from - VALUE_LEAST);
    if (from > 0 && text.ptr[from - 1] && strchr(" \t\r\n:,>\"'`\\[(", text.ptr[from - 1]))
        return true;
    return slice_find_byte(head, 0, '=') != SLICE_NONE || slice_find_byte(head, 0, '-') != SLICE_NONE;
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
