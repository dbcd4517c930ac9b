/* prose_index.c - lists of words made ready to be looked for. */
#include "validate/prose_index.h"

#include <assert.h>
#include <stdlib.h>

#include "validate/prose_words.h"

static void *must(void *ptr)
{
    if (!ptr)
        abort();
    return ptr;
}

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

static size_t words_in(const char *list)
{
    size_t count = 1;
    for (const char *c = list; c && *c; c++)
        count += *c == '|';
    return count;
}

static void add_list(struct prose_index *index, const struct prose_index_list *list, uint8_t number)
{
    struct slice rest = slice_str(list->words), word;
    bool is_prefix;
    while (next_word(&rest, &word, &is_prefix)) {
        if (!word.len)
            continue;
        size_t len = word.len < PROSE_INDEX_HEAD ? word.len : PROSE_INDEX_HEAD;
        uint16_t *head = prose_index_head(index, word.ptr, len);
        index->words[index->count] = (struct prose_index_word){
            .word = word,
            .next = *head,
            .alike = index->ends[word.ptr[word.len - 1]],
            .list = number,
            .is_prefix = is_prefix,
            .is_unspaced = list->is_unspaced && word.ptr[0] >= 0x80,
        };
        index->lengths |= 1u << len;
        index->begins[word.ptr[0]] = true;
        index->ends[word.ptr[word.len - 1]] = (uint16_t)index->count;
        *head = (uint16_t)index->count++;
    }
}

struct prose_index *prose_index_new(const struct prose_index_list *lists, size_t count)
{
    struct prose_index *index = must(calloc(1, sizeof *index));
    size_t most = 0;
    unsigned bits = 6;
    for (size_t i = 0; i < count; i++)
        most += words_in(lists[i].words);
    assert(count <= UINT8_MAX + 1 && most <= PROSE_INDEX_WORDS);
    while ((size_t)1 << bits < 2 * most && bits < 13)
        bits++;
    index->words = must(calloc(most + 1, sizeof *index->words));
    index->heads = must(malloc(sizeof *index->heads << bits));
    index->shift = 32 - bits;
    for (size_t i = 0; i < (size_t)1 << bits; i++)
        index->heads[i] = PROSE_INDEX_END;
    for (size_t i = 0; i < 256; i++)
        index->ends[i] = PROSE_INDEX_END;
    for (size_t i = 0; i < count; i++)
        add_list(index, &lists[i], (uint8_t)i);
    return index;
}

/* letters without what stands above or below them, as people type them */

#define PLAIN_LEAST 5 /* bytes; short words without accents are other words */

static const struct {
    char accented[3], plain[3], spelled[3];
} letters_of_accents[] = {
    { "à", "a", "" },   { "á", "a", "" },  { "â", "a", "" }, { "ã", "a", "" }, { "ä", "a", "ae" },
    { "å", "a", "" },   { "ç", "c", "" },  { "è", "e", "" }, { "é", "e", "" }, { "ê", "e", "" },
    { "ë", "e", "" },   { "ì", "i", "" },  { "í", "i", "" }, { "î", "i", "" }, { "ï", "i", "" },
    { "ñ", "n", "" },   { "ò", "o", "" },  { "ó", "o", "" }, { "ô", "o", "" }, { "õ", "o", "" },
    { "ö", "o", "oe" }, { "ù", "u", "" },  { "ú", "u", "" }, { "û", "u", "" }, { "ü", "u", "ue" },
    { "ý", "y", "" },   { "ß", "ss", "" }, { "ą", "a", "" }, { "ć", "c", "" }, { "č", "c", "" },
    { "ď", "d", "" },   { "ę", "e", "" },  { "ě", "e", "" }, { "ğ", "g", "" }, { "ı", "i", "" },
    { "ł", "l", "" },   { "ń", "n", "" },  { "ň", "n", "" }, { "ř", "r", "" }, { "ś", "s", "" },
    { "ş", "s", "" },   { "š", "s", "" },  { "ť", "t", "" }, { "ů", "u", "" }, { "ź", "z", "" },
    { "ż", "z", "" },   { "ž", "z", "" },
};

/* Put WORD with plain letters, or spelled in two ("ue"), at TO, which has twice its room; its length, 0 where it has no such letter. */
static size_t put_plain(struct slice word, bool is_spelled, char *to)
{
    size_t len = 0;
    bool is_changed = false;
    for (size_t at = 0; at < word.len; at++) {
        const char *plain = NULL;
        for (size_t i = 0; i < sizeof letters_of_accents / sizeof *letters_of_accents && word.ptr[at] >= 0xC3;
             i++)
            if (slice_starts_with(slice_skip(word, at), letters_of_accents[i].accented))
                plain = is_spelled ? letters_of_accents[i].spelled : letters_of_accents[i].plain;
        if (!plain || !*plain) {
            to[len++] = (char)word.ptr[at];
            continue;
        }
        for (; *plain; plain++)
            to[len++] = *plain;
        is_changed = true;
        at++;
    }
    return is_changed ? len : 0;
}

/* The list, and its words without accents behind it. What is made is kept for as long as the program lives. */
static struct prose_index *index_with_plain(const struct prose_index_list *list)
{
    struct slice rest = slice_str(list->words), word;
    if (!rest.len)
        return prose_index_new(list, 1); /* which would keep nothing of the copy */
    char *all = must(malloc(4 * rest.len + 1)), *to = all;
    bool is_prefix;
    memcpy(to, rest.ptr, rest.len);
    to += rest.len;
    while (next_word(&rest, &word, &is_prefix))
        for (int is_spelled = 0; is_spelled < 2 && word.len > PLAIN_LEAST; is_spelled++) {
            size_t len = put_plain(word, is_spelled, to + 1);
            if (!len)
                continue;
            *to = '|';
            to += 1 + len;
            if (is_prefix)
                *to++ = '*';
        }
    *to = 0;
    return prose_index_new(&(struct prose_index_list){ all, list->is_unspaced }, 1);
}

/* By the list's address. There are some 16 lists a language; twice the room keeps the ways short. */
#define KEPT 1024

static struct kept {
    struct prose_index_list list;
    struct prose_index *index; /* NULL: free */
} kept[KEPT];

static bool is_of(const struct kept *slot, const struct prose_index_list *list)
{
    return slot->list.words == list->words && slot->list.is_unspaced == list->is_unspaced;
}

const struct prose_index *prose_index_of(const char *words, bool is_unspaced)
{
    const struct prose_index_list list = { words, is_unspaced };
    size_t at = ((uintptr_t)words >> 3) * 0x9E3779B1u % KEPT;
    for (size_t ways = 0; kept[at].index && !is_of(&kept[at], &list); at = (at + 1) % KEPT)
        assert(++ways < KEPT);
    if (!kept[at].index)
        kept[at] = (struct kept){ list, index_with_plain(&list) };
    return kept[at].index;
}

#define TEN(c) [(c)...(c) + 9] = true
#define ABC(c) [(c)...(c) + 25] = true

/* Letters and digits of ASCII. */
static const bool letters[256] = { TEN('0'), ABC('a'), ABC('A') };

/* As prose_words_border; nearly always both sides are ASCII. */
static inline bool is_border(struct slice text, size_t at)
{
    if (at > 0 && at < text.len && (text.ptr[at - 1] | text.ptr[at]) < 0x80)
        return !letters[text.ptr[at - 1]] || !letters[text.ptr[at]];
    return prose_words_border(text, at);
}

static bool stands_at(const struct prose_index_word *word, struct slice text, size_t at)
{
    size_t len = word->word.len;
    if (text.len - at < len || text.ptr[at + len - 1] != word->word.ptr[len - 1] ||
        memcmp(text.ptr + at, word->word.ptr, len) != 0)
        return false;
    return word->is_unspaced || (is_border(text, at) && (word->is_prefix || is_border(text, at + len)));
}

uint16_t prose_index_next(const struct prose_index *index, struct slice text, size_t at, uint16_t from)
{
    while (from != PROSE_INDEX_END && !stands_at(&index->words[from], text, at))
        from = index->words[from].next;
    return from;
}

size_t prose_index_start(const struct prose_index *index, struct slice text, size_t at)
{
    for (; at < text.len; at++) {
        unsigned char c = text.ptr[at];
        if (index->begins[c] && (at == 0 || !letters[c] || !letters[text.ptr[at - 1]]) &&
            (c >= 0x80 || is_border(text, at)))
            return at;
    }
    return at;
}
