/* scan_harvest.c - passwords that may open something: lists of them, and the words of a text that may be one. */
#include "scan_harvest.h"

#include <stdlib.h>

#include "base/utf8.h"

#define WORD_LEAST 4
#define WORD_MOST 64

void harvest_init(struct harvest *harvest)
{
    *harvest = (struct harvest){ .arena = arena_new(0), .most = HARVEST_MOST };
    arena_wipe_always(harvest->arena);
}

void harvest_release(struct harvest *harvest)
{
    arena_free(harvest->arena);
    free(harvest->at);
    *harvest = (struct harvest){ 0 };
}

static bool has_value(const struct harvest *harvest, enum harvest_rank rank, struct slice value)
{
    for (size_t i = 0; i < harvest->count; i++)
        if (harvest->at[i].rank <= rank && slice_is_equal(harvest->at[i].value, value))
            return true;
    return false;
}

static void append(struct harvest *harvest, const struct harvested *harvested)
{
    if (harvest->count == harvest->capacity) {
        size_t capacity = harvest->capacity ? harvest->capacity * 2 : 32;
        struct harvested *at = realloc(harvest->at, capacity * sizeof *at);
        if (!at)
            abort();
        harvest->at = at;
        harvest->capacity = capacity;
    }
    harvest->at[harvest->count++] = *harvested;
}

int harvest_add_lines(struct harvest *harvest, struct slice lines, uint64_t *line)
{
    struct slice value;
    for (*line = 1; slice_eat_line(&lines, &value) == 1; ++*line) {
        while (value.len > 0 && strchr("\r\n", value.ptr[value.len - 1]))
            value.len--;
        if (value.len > HARVEST_VALUE_MOST)
            return -1;
        const struct harvested harvested = { .value = arena_copy(harvest->arena, value),
                                             .rank = HARVEST_TOLD,
                                             .line = *line };
        if (value.len > 0)
            append(harvest, &harvested);
    }
    return 0;
}

void harvest_add(struct harvest *harvest, enum harvest_rank rank, struct slice value, struct slice place,
                 uint64_t line, uint64_t column)
{
    if (value.len == 0 || value.len > HARVEST_VALUE_MOST || harvest->counts[rank] == harvest->most ||
        has_value(harvest, rank, value))
        return;
    harvest->counts[rank]++;
    const struct harvested harvested = { .value = arena_copy(harvest->arena, value),
                                         .rank = rank,
                                         .place = arena_copy(harvest->arena, place),
                                         .line = line,
                                         .column = column };
    append(harvest, &harvested);
}

void harvest_add_key(struct harvest *harvest, const struct harvested_key *key)
{
    size_t at = harvest->key_count;
    if (!harvest->keys)
        harvest->keys = arena_alloc_array(harvest->arena, HARVEST_KEYS, sizeof *harvest->keys);
    for (size_t i = 0; i < harvest->key_count; i++) {
        if (memcmp(harvest->keys[i].bytes, key->bytes, sizeof key->bytes) == 0)
            return;
        if (at == HARVEST_KEYS && key->is_meant && !harvest->keys[i].is_meant)
            at = i;
    }
    if (at == HARVEST_KEYS)
        return;
    harvest->keys[at] = *key;
    harvest->keys[at].name = arena_copy(harvest->arena, key->name);
    harvest->key_count += at == harvest->key_count;
}

/* Words. */

static bool is_space(unsigned char c)
{
    return c <= ' ';
}

/* Signs of ASCII that stand around a password more often than in it. */
static bool is_around(unsigned char c)
{
    return strchr("\"'`()[]{}<>.,;:!?*_", c) && c != 0;
}

/* The byte length of a quotation mark that TEXT begins (or ends) with: « » “ ” „ ‘ ’ ‚, or 0. */
static size_t quote_at(struct slice text, bool at_end)
{
    static const char *const quotes[] = { "\xC2\xAB",     "\xC2\xBB",     "\xE2\x80\x9C", "\xE2\x80\x9D",
                                          "\xE2\x80\x9E", "\xE2\x80\x98", "\xE2\x80\x99", "\xE2\x80\x9A" };
    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++) {
        struct slice quote = slice_str(quotes[i]);
        if (text.len >= quote.len &&
            slice_is_equal(quote, slice_sub(text, at_end ? text.len - quote.len : 0, quote.len)))
            return quote.len;
    }
    return 0;
}

static struct slice trim_front(struct slice text)
{
    for (;;) {
        size_t n = text.len > 0 && is_around(text.ptr[0]) ? 1 : quote_at(text, false);
        if (n == 0)
            return text;
        text = slice_skip(text, n);
    }
}

static struct slice trim_back(struct slice text)
{
    for (;;) {
        size_t n = text.len > 0 && is_around(text.ptr[text.len - 1]) ? 1 : quote_at(text, true);
        if (n == 0)
            return text;
        text.len -= n;
    }
}

static void add_form(struct slice forms[HARVEST_FORMS], size_t *count, struct slice form)
{
    if (form.len == 0)
        return;
    for (size_t i = 0; i < *count; i++)
        if (slice_is_equal(forms[i], form))
            return;
    forms[(*count)++] = form;
}

size_t harvest_forms(struct slice value, struct slice forms[HARVEST_FORMS])
{
    size_t count = 0;
    struct slice trimmed = slice_trim(value);
    add_form(forms, &count, value);
    add_form(forms, &count, trimmed);
    add_form(forms, &count, trim_back(trimmed));
    add_form(forms, &count, trim_front(trim_back(trimmed)));
    return count;
}

/* Digits, signs inside, or capitals that do not only begin it. */
static bool is_strange(struct slice word)
{
    size_t digits = 0, signs = 0, capitals = 0, small = 0;
    for (size_t i = 0; i < word.len; i++) {
        unsigned char c = word.ptr[i];
        digits += c >= '0' && c <= '9';
        capitals += i > 0 && c >= 'A' && c <= 'Z';
        small += c >= 'a' && c <= 'z';
        signs += c < 0x80 && !(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z');
    }
    return digits > 0 || signs > 0 || (capitals > 0 && small > 0);
}

static bool is_link_or_address(struct slice word)
{
    size_t at = slice_find_byte(word, 1, '@');
    return slice_find(word, 0, slice_str("://")) != SLICE_NONE ||
           (at != SLICE_NONE && slice_find_byte(word, at, '.') != SLICE_NONE);
}

static bool is_wanted(struct slice word, enum harvest_words which)
{
    struct slice bare = trim_front(trim_back(word));
    if (bare.len > WORD_MOST)
        return false;
    if (which == HARVEST_ALL_WORDS)
        return bare.len > 0;
    return bare.len >= WORD_LEAST && is_strange(bare) && !is_link_or_address(bare);
}

void harvest_add_words(struct harvest *harvest, enum harvest_rank rank, enum harvest_words which,
                       struct slice text, struct slice place, uint64_t line)
{
    size_t at = 0, line_start = 0;
    while (at < text.len && harvest->counts[rank] < harvest->most) {
        size_t start = at;
        while (at < text.len && !is_space(text.ptr[at]))
            at++;
        struct slice word = slice_sub(text, start, at - start);
        if (word.len > 0 && is_wanted(word, which))
            harvest_add(harvest, rank, word, place, line,
                        line ? utf8_count(slice_sub(text, line_start, start - line_start)) + 1 : 0);
        if (at < text.len && text.ptr[at] == '\n' && line > 0) {
            line++;
            line_start = at + 1;
        }
        at++;
    }
}
