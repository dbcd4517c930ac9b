/* prose_words.c - finds the words of a list in a text. */
#include "validate/prose_words.h"

/* Take the next word of a list; *IS_PREFIX where `*` stands behind it. */
static bool next_word(struct slice *list, struct slice *word, bool *is_prefix)
{
    if (!list->len)
        return false;
    size_t end = slice_find_byte(*list, 0, '|');
    *word = slice_sub(*list, 0, end == SLICE_NONE ? list->len : end);
    *list = slice_skip(*list, word->len + 1);
    *is_prefix = word->len && word->ptr[word->len - 1] == '*';
    if (*is_prefix)
        word->len--;
    return true;
}

/* What the character that ends before AT is: nothing of a word, a letter or digit, or a sign of a script without spaces. */
enum side { SIDE_NONE, SIDE_LETTER, SIDE_SIGN };

static enum side side_before(struct slice text, size_t at)
{
    size_t lead = at;
    for (int i = 0; i < 4 && lead > 0; i++)
        if ((text.ptr[--lead] & 0xC0) != 0x80)
            break;
    if (lead == at)
        return SIDE_NONE;
    unsigned char c = text.ptr[lead], low = slice_lower_byte(c);
    unsigned char next = lead + 1 < at ? text.ptr[lead + 1] : 0;
    if (c < 0x80)
        return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') ? SIDE_LETTER : SIDE_NONE;
    if (c == 0xC2 || c == 0xE2 || (c == 0xE3 && next == 0x80) || c == 0xEF)
        return SIDE_NONE;
    return c < 0xE0 ? SIDE_LETTER : SIDE_SIGN;
}

static enum side side_after(struct slice text, size_t at)
{
    size_t end = at + 1;
    if (at >= text.len)
        return SIDE_NONE;
    while (end < text.len && (text.ptr[end] & 0xC0) == 0x80)
        end++;
    return side_before(slice_sub(text, 0, end), end);
}

bool prose_words_border(struct slice text, size_t at)
{
    enum side before = side_before(text, at);
    return before == SIDE_NONE || before != side_after(text, at);
}

/* Which pairs of bytes TEXT has, roughly: most words of a list are told to be absent by their first two letters. */
struct pairs {
    uint64_t bits[64];
};

static unsigned pair_bit(const unsigned char *ptr)
{
    return (ptr[0] * 37u ^ ptr[1]) & 4095u;
}

static void pairs_of(struct pairs *pairs, struct slice text)
{
    memset(pairs, 0, sizeof *pairs);
    for (size_t i = 0; i + 1 < text.len; i++)
        pairs->bits[pair_bit(text.ptr + i) >> 6] |= (uint64_t)1 << (pair_bit(text.ptr + i) & 63);
}

static bool pairs_may_hold(const struct pairs *pairs, struct slice word)
{
    return word.len < 2 || (pairs->bits[pair_bit(word.ptr) >> 6] >> (pair_bit(word.ptr) & 63) & 1);
}

static size_t find_word(const struct prose_words *words, struct slice text, struct slice word, bool is_prefix)
{
    for (size_t at = 0; (at = slice_find(text, at, word)) != SLICE_NONE; at++) {
        if (words->is_unspaced && word.ptr[0] >= 0x80)
            return at;
        if (prose_words_border(text, at) && (is_prefix || prose_words_border(text, at + word.len)))
            return at;
    }
    return SLICE_NONE;
}

size_t prose_words_in(const struct prose_words *words, const char *list, struct slice text)
{
    struct slice rest = slice_str(list), word;
    size_t first = SLICE_NONE;
    struct pairs pairs;
    bool is_prefix;
    pairs_of(&pairs, text);
    while (next_word(&rest, &word, &is_prefix)) {
        size_t at =
            word.len && pairs_may_hold(&pairs, word) ? find_word(words, text, word, is_prefix) : SLICE_NONE;
        first = at < first ? at : first;
    }
    return first;
}

unsigned prose_words_count(const struct prose_words *words, const char *list, struct slice text,
                           unsigned most)
{
    struct slice rest = slice_str(list), word;
    unsigned count = 0;
    struct pairs pairs;
    bool is_prefix;
    pairs_of(&pairs, text);
    while (count < most && next_word(&rest, &word, &is_prefix))
        count +=
            word.len && pairs_may_hold(&pairs, word) && find_word(words, text, word, is_prefix) != SLICE_NONE;
    return count;
}

bool prose_words_has(const char *list, struct slice text)
{
    struct slice rest = slice_str(list), word;
    bool is_prefix;
    while (next_word(&rest, &word, &is_prefix))
        if (slice_is_equal(is_prefix ? slice_sub(text, 0, word.len) : text, word))
            return true;
    return false;
}

bool prose_words_inside(const char *list, struct slice text)
{
    struct slice rest = slice_str(list), word;
    bool is_prefix;
    while (next_word(&rest, &word, &is_prefix))
        if (slice_find(text, 0, word) != SLICE_NONE)
            return true;
    return false;
}

bool prose_words_end(const struct prose_words *words, const char *list, struct slice text)
{
    struct slice rest = slice_str(list), word;
    bool is_prefix;
    while (next_word(&rest, &word, &is_prefix)) {
        if (!word.len || word.len > text.len)
            continue;
        size_t at = text.len - word.len;
        bool is_free = words->is_unspaced && word.ptr[0] >= 0x80;
        if (slice_is_equal(slice_skip(text, at), word) && (is_free || prose_words_border(text, at)))
            return true;
    }
    return false;
}

const struct prose_words *prose_words_find(struct slice language)
{
    const struct prose_words *const *const groups[] = { prose_germanic, prose_romance, prose_slavic,
                                                        prose_eastern };
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        for (size_t i = 0; groups[g][i]; i++)
            if (slice_is_equal(language, slice_str(groups[g][i]->language)))
                return groups[g][i];
    return NULL;
}
