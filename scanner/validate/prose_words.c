/* prose_words.c - finds the words of a list in a text. */
#include "validate/prose_words.h"

#include "validate/prose_index.h"

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

size_t prose_words_in(const struct prose_words *words, const char *list, struct slice text)
{
    const struct prose_index *index = prose_index_of(list, words->is_unspaced);
    for (size_t at = 0; (at = prose_index_start(index, text, at)) < text.len; at++)
        for (size_t len = 1; len <= PROSE_INDEX_HEAD; len++) {
            uint16_t chain = prose_index_chain(index, text, at, len);
            if (chain != PROSE_INDEX_END && prose_index_next(index, text, at, chain) != PROSE_INDEX_END)
                return at;
        }
    return SLICE_NONE;
}

/* Of one list by itself, borders aside. */
static bool chain_has(const struct prose_index *index, struct slice text, uint16_t from)
{
    for (; from != PROSE_INDEX_END; from = index->words[from].next) {
        const struct prose_index_word *word = &index->words[from];
        if (slice_is_equal(word->is_prefix ? slice_sub(text, 0, word->word.len) : text, word->word))
            return true;
    }
    return false;
}

bool prose_words_has(const char *list, struct slice text)
{
    const struct prose_index *index = prose_index_of(list, false);
    for (size_t len = 1; len <= PROSE_INDEX_HEAD; len++)
        if (chain_has(index, text, prose_index_chain(index, text, 0, len)))
            return true;
    return false;
}

bool prose_words_inside(const char *list, struct slice text)
{
    const struct prose_index *index = prose_index_of(list, false);
    for (size_t i = 0; i < index->count; i++)
        if (slice_find(text, 0, index->words[i].word) != SLICE_NONE)
            return true;
    return false;
}

static bool ends_with(struct slice text, struct slice word)
{
    return text.len >= word.len && slice_is_equal(slice_skip(text, text.len - word.len), word);
}

/* Of the words with TEXT's last byte the first, or PROSE_INDEX_END: few are left to compare. */
static uint16_t first_alike(const struct prose_index *index, struct slice text)
{
    return text.len ? index->ends[text.ptr[text.len - 1]] : PROSE_INDEX_END;
}

bool prose_words_ending(const char *list, struct slice text)
{
    const struct prose_index *index = prose_index_of(list, false);
    for (uint16_t i = first_alike(index, text); i != PROSE_INDEX_END; i = index->words[i].alike) {
        struct slice ending = index->words[i].word;
        if (text.len >= ending.len + 3 && ends_with(text, ending))
            return true;
    }
    return false;
}

bool prose_words_end(const struct prose_words *words, const char *list, struct slice text)
{
    const struct prose_index *index = prose_index_of(list, false);
    for (uint16_t i = first_alike(index, text); i != PROSE_INDEX_END; i = index->words[i].alike) {
        struct slice word = index->words[i].word;
        if (!ends_with(text, word))
            continue;
        bool is_free = words->is_unspaced && word.ptr[0] >= 0x80;
        if (is_free || prose_words_border(text, text.len - word.len))
            return true;
    }
    return false;
}

static const struct prose_words *const *const groups[] = { prose_germanic, prose_romance, prose_slavic,
                                                           prose_eastern };

bool prose_words_ordinary_anywhere(struct slice text)
{
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        for (size_t i = 0; groups[g][i]; i++)
            if (prose_words_has(groups[g][i]->ordinary, text))
                return true;
    return false;
}

bool prose_words_ending_anywhere(struct slice text)
{
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        for (size_t i = 0; groups[g][i]; i++)
            if (groups[g][i]->endings && prose_words_ending(groups[g][i]->endings, text))
                return true;
    return false;
}

const struct prose_words *prose_words_find(struct slice language)
{
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        for (size_t i = 0; groups[g][i]; i++)
            if (slice_is_equal(language, slice_str(groups[g][i]->language)))
                return groups[g][i];
    return NULL;
}
