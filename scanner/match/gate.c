/* gate.c - where a key that only its vendor's name tells may stand. */
#include "match/gate.h"

#include "match/gate_look.h"

#define VALUE_LEAST ((size_t)16)
#define DIGITS_LEAST 2
#define WORD ((size_t)64)

/* Of the common pattern (rule_vendor.c): what may stand between a sign and its value, and from the start of a word for a key to a value. */
#define MARKS_MAX ((size_t)3)
#define BLANKS_MAX ((size_t)12)
#define KEY_REACH ((size_t)64)
#define KEY_LEAST ((size_t)3)

/* From a word for a key to a value that a sentence, a cell or the next line gives. */
#define TOLD_REACH ((size_t)96)

/* Of a token that rules ask for with `run:`: its prefix, what must follow that, and all of it. */
#define PREFIX_MAX ((size_t)64)
#define BODY_LEAST ((size_t)8)
#define PREFIXED_LEAST ((size_t)22)
#define PREFIXED_MAX ((size_t)400)
#define HEX_HEAD ((size_t)32)

bool gate_holds(const struct rule *rule)
{
    return (rule->vendor || rule->vendor_word) && !rule->value && rule->has_common_validators;
}

/* Bit n: VALUE_LEAST bits from n on are set. */
static inline uint64_t runs_of(uint64_t bits)
{
    bits &= bits >> 1;
    bits &= bits >> 2;
    bits &= bits >> 4;
    return bits & bits >> 8;
}

static inline size_t leading(uint64_t bits)
{
    return ~bits ? (size_t)__builtin_clzll(~bits) : WORD;
}

static inline size_t trailing(uint64_t bits)
{
    return ~bits ? (size_t)__builtin_ctzll(~bits) : WORD;
}

/* How many bits are set; two and more are two. */
static inline unsigned count_of(uint64_t bits)
{
    return (bits != 0) + ((bits & (bits - 1)) != 0);
}

/* The run of tokens that the last word ended in. */
struct tail {
    size_t len;
    unsigned digits;
};

/* The first run of the word at AT that may hold a value, and does not go on behind it: VALUE_LEAST bytes, of which two are digits. TAIL is moved on. */
static inline __attribute__((always_inline)) bool take_word(struct gate64 word, size_t at, struct tail *tail,
                                                            size_t *from, size_t *to)
{
    size_t over = trailing(word.tokens);
    if (over == WORD) {
        tail->len += WORD;
        tail->digits += count_of(word.digits);
        return false;
    }
    if (tail->len + over >= VALUE_LEAST &&
        tail->digits + count_of(word.digits & ((UINT64_C(1) << over) - 1)) >= DIGITS_LEAST) {
        *from = at - tail->len;
        *to = at + over;
        return true;
    }
    size_t last = leading(word.tokens), start;
    uint64_t runs = runs_of(word.tokens & ~UINT64_C(0) >> last) >> over << over;
    for (size_t end = 0; runs; runs = runs >> end << end) {
        start = (size_t)__builtin_ctzll(runs);
        end = start + trailing(word.tokens >> start);
        if (count_of(word.digits >> start << (WORD - (end - start))) < DIGITS_LEAST)
            continue;
        *from = at + start;
        *to = at + end;
        return true;
    }
    tail->len = last;
    tail->digits = last ? count_of(word.digits >> (WORD - last)) : 0;
    return false;
}

/* The next run that starts at or after AT, where no run is under way. */
GATE_SSSE3 static bool next_run(struct slice text, size_t at, size_t *from, size_t *to)
{
    struct tail tail = { 0, 0 };
    unsigned char rest[WORD] = { 0 };
    for (; text.len - at >= WORD; at += WORD)
        if (take_word(gate_look(text.ptr + at), at, &tail, from, to))
            return true;
    if (at < text.len)
        memcpy(rest, text.ptr + at, text.len - at);
    return take_word(gate_look(rest), at, &tail, from, to);
}

GATE_AVX2 static bool next_run_wide(struct slice text, size_t at, size_t *from, size_t *to)
{
    struct tail tail = { 0, 0 };
    unsigned char rest[WORD] = { 0 };
    for (; text.len - at >= WORD; at += WORD)
        if (take_word(gate_look_wide(text.ptr + at), at, &tail, from, to))
            return true;
    if (at < text.len)
        memcpy(rest, text.ptr + at, text.len - at);
    return take_word(gate_look_wide(rest), at, &tail, from, to);
}

/* What stands between a sign and its value, and what the sign is. */
enum byte_kind { BYTE_OTHER, BYTE_MARK, BYTE_BLANK, BYTE_SIGN };

static const unsigned char kinds[256] = {
    ['"'] = BYTE_MARK, ['\''] = BYTE_MARK, ['`'] = BYTE_MARK,   ['\\'] = BYTE_MARK,  ['['] = BYTE_MARK,
    ['('] = BYTE_MARK, [' '] = BYTE_BLANK, ['\t'] = BYTE_BLANK, ['\r'] = BYTE_BLANK, ['\n'] = BYTE_BLANK,
    [':'] = BYTE_SIGN, [','] = BYTE_SIGN,  ['>'] = BYTE_SIGN,   ['='] = BYTE_SIGN,
};

/* How words for a key begin (KEY of rule_vendor.c). */
static const unsigned char key_words[][KEY_LEAST + 1] = { "key", "api", "tok", "sec", "acc", "pri",
                                                          "aut", "pas", "pwd", "cre", "lic", "bea" };

static inline vector16 small_letters(const unsigned char *ptr)
{
    return vector_load(ptr) | 0x20;
}

/* So many of them, the first, are the words that a sentence about a key has. */
#define KEY_WORDS_TOLD ((size_t)4)
#define KEY_WORDS (sizeof key_words / sizeof *key_words)

/* Does one of the first COUNT begin at any of the sixteen bytes at PTR, two more behind them? */
static inline __attribute__((always_inline)) bool has_key_word_at(const unsigned char *ptr, size_t count)
{
    vector16 first = small_letters(ptr), second = small_letters(ptr + 1), third = small_letters(ptr + 2);
    vector16 found = { 0 };
    for (size_t i = 0; i < count; i++)
        found |= (vector16)(first == key_words[i][0]) & (vector16)(second == key_words[i][1]) &
                 (vector16)(third == key_words[i][2]);
    return vector_has_any(found);
}

static inline __attribute__((always_inline)) bool has_key_word(struct slice text, size_t from, size_t to,
                                                               size_t count)
{
    unsigned char rest[VECTOR_LEN + KEY_LEAST - 1] = { 0 };
    for (; to - from >= sizeof rest; from += VECTOR_LEN)
        if (has_key_word_at(text.ptr + from, count))
            return true;
    memcpy(rest, text.ptr + from, to - from);
    return has_key_word_at(rest, count);
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
    while (at > 0 && from - at < MARKS_MAX && kinds[text.ptr[at - 1]] == BYTE_MARK)
        at--;
    return at;
}

/* A sign before FROM, with at most a mark and some white space between. That of "http://" is none. */
static bool has_sign_before(struct slice text, size_t from)
{
    size_t end = skip_marks_back(text, from), at = end;
    while (at > 0 && end - at < BLANKS_MAX && kinds[text.ptr[at - 1]] == BYTE_BLANK)
        at--;
    if (at == 0 || kinds[text.ptr[at - 1]] != BYTE_SIGN)
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

/* The first argument of a call: `client("…`. */
static bool is_called(struct slice text, size_t from)
{
    return from > 1 && text.ptr[from - 2] == '(' && kinds[text.ptr[from - 1]] == BYTE_MARK;
}

/* A value is assigned: by a sign before it or within the run, by a call, or, with a word for a key near it, by a blank or a hyphen too. */
static bool is_assigned(struct slice text, size_t from, size_t to)
{
    size_t last = to - VALUE_LEAST; /* where a value may begin */
    struct slice head = slice_sub(text, from, last - from);
    if (has_sign_within(text, from, last) || has_sign_before(text, from) || is_called(text, from))
        return true;
    if (!has_blank_before(text, from) && slice_find_byte(head, 0, '-') == SLICE_NONE)
        return false;
    return has_key_word(text, from > KEY_REACH ? from - KEY_REACH : 0, last, KEY_WORDS);
}

static bool is_of_body(unsigned char c)
{
    return slice_is_digit(c) || (slice_lower_byte(c) >= 'a' && slice_lower_byte(c) <= 'z') || c == '+' ||
           c == '/';
}

/* Where a token may begin in the run: behind the last '=' that is no padding. */
static size_t token_start(struct slice run)
{
    size_t end = run.len;
    while (end > 0 && strchr("=.", run.ptr[end - 1]))
        end--;
    while (end > 0 && run.ptr[end - 1] != '=')
        end--;
    return end;
}

static bool is_hex_digit(unsigned char c)
{
    return slice_is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool begins_in_hex(struct slice token)
{
    for (size_t i = 0; i < HEX_HEAD; i++)
        if (!is_hex_digit(token.ptr[i]))
            return false;
    return token.ptr[HEX_HEAD] == '-' || token.ptr[HEX_HEAD] == '.';
}

/* Eight and more of a token behind an underscore or hyphen near the start. Words with hyphens, dates and most names of files have none. */
static bool begins_in_prefix(struct slice token)
{
    size_t body = 0, last = token.len < PREFIX_MAX + BODY_LEAST ? token.len : PREFIX_MAX + BODY_LEAST;
    bool is_body = false;
    for (size_t i = 1; i < last; i++) {
        unsigned char c = token.ptr[i];
        body = is_body && is_of_body(c) ? body + 1 : 0;
        is_body = c == '_' || c == '-' || (is_body && body);
        if (body == BODY_LEAST)
            return true;
    }
    return false;
}

static const char *const run_names[GATE_RUNS] = {
    [GATE_PREFIXED] = "prefixed",
    [GATE_HEX] = "hex",
    [GATE_TOLD] = "told",
};

const char *gate_run_name(enum gate_run run)
{
    return run_names[run];
}

int gate_run_from_name(const char *name)
{
    for (int i = 0; i < GATE_RUNS; i++)
        if (strcmp(name, run_names[i]) == 0)
            return i;
    return -1;
}

/* Of a token's start: no host, file name or parameter. */
static bool is_one_piece(const unsigned char *ptr)
{
    vector16 bytes = vector_load(ptr);
    return is_of_body(ptr[0]) && ptr[0] != '/' &&
           !vector_has_any((vector16)(bytes == '.') | (vector16)(bytes == '='));
}

/* Behind white space and marks, not far behind a word for a key. */
static bool is_told(struct slice text, size_t from)
{
    size_t at = skip_marks_back(text, from);
    return at > 0 && kinds[text.ptr[at - 1]] == BYTE_BLANK && is_one_piece(text.ptr + from) &&
           has_key_word(text, from > TOLD_REACH ? from - TOLD_REACH : 0, at, KEY_WORDS_TOLD);
}

static void tell_run(const struct gate *gate, size_t from, size_t to)
{
    if (is_told(gate->text, from))
        gate->seer.run(gate->seer.ctx, GATE_TOLD, to);
    struct slice run = slice_sub(gate->text, from, to - from), token = slice_skip(run, token_start(run));
    if (token.len < PREFIXED_LEAST || token.len > PREFIXED_MAX)
        return;
    if (begins_in_prefix(token))
        gate->seer.run(gate->seer.ctx, GATE_PREFIXED, to);
    if (token.len > HEX_HEAD && begins_in_hex(token))
        gate->seer.run(gate->seer.ctx, GATE_HEX, to);
}

/* The next run that may hold a value. */
static bool next_value(const struct gate *gate, size_t at, size_t *from, size_t *to)
{
    struct slice text = gate->text;
    bool is_wide = gate_can_look_wide();
    for (; is_wide ? next_run_wide(text, at, from, to) : next_run(text, at, from, to); at = *to) {
        if (gate->seer.run)
            tell_run(gate, *from, *to);
        if (is_assigned(text, *from, *to))
            return true;
    }
    return false;
}

static size_t reach_before(const struct gate *gate, size_t from)
{
    return from > gate->reach ? from - gate->reach : 0;
}

void gate_begin(struct gate *gate, struct slice text, size_t reach, struct gate_seer seer)
{
    *gate = (struct gate){ .text = text, .seer = seer, .reach = reach };
    gate->has_value = next_value(gate, 0, &gate->value_from, &gate->value_to);
}

bool gate_next(struct gate *gate, size_t *from, size_t *to)
{
    if (!gate->has_value)
        return false;
    *from = reach_before(gate, gate->value_from);
    do {
        *to = gate->value_to;
        gate->has_value = next_value(gate, *to, &gate->value_from, &gate->value_to);
    } while (gate->has_value && reach_before(gate, gate->value_from) <= *to);
    return true;
}
