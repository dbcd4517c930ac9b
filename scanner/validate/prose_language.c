/* prose_language.c - which language a text is in: the words of all languages are looked for at once. */
#include "validate/prose_language.h"

#include <limits.h>

#include "validate/prose_index.h"

#define SURELY 6 /* of one list; the likeliest language with so many is not compared with others */

#define LONG 160 /* a text of so many bytes, without a word of any language, is no prose */

#define LANGUAGES_MAX 64
#define LISTS 3 /* of each language tell it */

struct languages {
    struct prose_index *index; /* list 3n + k: the kth of language n */
    struct prose_index *own[LANGUAGES_MAX];
    const struct prose_words *at[LANGUAGES_MAX];
    size_t count;
};

/* Each word of the index that stands in the text, once. */
struct tally {
    uint64_t met[PROSE_INDEX_WORDS / 64];
    unsigned of_list[LANGUAGES_MAX * LISTS];
    unsigned count;
};

static void tally_chain(struct tally *tally, const struct prose_index *index, struct slice text, size_t at,
                        uint16_t from)
{
    while ((from = prose_index_next(index, text, at, from)) != PROSE_INDEX_END) {
        uint64_t bit = (uint64_t)1 << (from & 63);
        bool is_new = !(tally->met[from >> 6] & bit);
        tally->of_list[index->words[from].list] += is_new;
        tally->count += is_new;
        tally->met[from >> 6] |= bit;
        from = index->words[from].next;
    }
}

static const struct prose_words *const *const groups[] = { prose_germanic, prose_romance, prose_slavic,
                                                           prose_eastern };

static void languages_make(struct languages *all)
{
    struct prose_index_list lists[LANGUAGES_MAX * LISTS];
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        for (size_t i = 0; groups[g][i] && all->count < LANGUAGES_MAX; i++) {
            const struct prose_words *words = groups[g][i];
            struct prose_index_list *own = &lists[all->count * LISTS];
            own[0] = (struct prose_index_list){ words->common, words->is_unspaced };
            own[1] = (struct prose_index_list){ words->places, words->is_unspaced };
            own[2] = (struct prose_index_list){ words->policy, words->is_unspaced };
            all->own[all->count] = prose_index_new(own, LISTS);
            all->at[all->count++] = words;
        }
    all->index = prose_index_new(lists, all->count * LISTS);
}

/* Up to MOST words. */
static void tally_text(struct tally *tally, const struct prose_index *index, struct slice text, unsigned most)
{
    for (size_t at = 0; tally->count < most && (at = prose_index_start(index, text, at)) < text.len; at++)
        for (size_t len = 1; len <= PROSE_INDEX_HEAD; len++) {
            uint16_t from = prose_index_chain(index, text, at, len);
            if (from != PROSE_INDEX_END)
                tally_chain(tally, index, text, at, from);
        }
}

/* The likeliest language alone: most texts are in it, and tell so in a line. */
static bool is_surely(const struct languages *all, const struct prose_words *words, struct slice text)
{
    struct tally tally = { 0 };
    size_t language = 0;
    while (language < all->count && all->at[language] != words)
        language++;
    if (language < all->count)
        tally_text(&tally, all->own[language], text, SURELY);
    return tally.count >= SURELY;
}

static unsigned count_of(const struct languages *all, const struct tally *tally,
                         const struct prose_words *words)
{
    unsigned count = 0;
    size_t language = 0;
    while (language < all->count && all->at[language] != words)
        language++;
    for (size_t k = 0; k < LISTS; k++) {
        unsigned of_list = tally->of_list[language * LISTS + k];
        count += of_list < SURELY ? of_list : SURELY;
    }
    return count;
}

static const struct prose_words *first_of(struct slice names)
{
    const struct prose_words *words = NULL;
    for (; names.len && !words; names = slice_skip(names, 3))
        words = prose_words_find(slice_sub(names, 0, 2));
    return words ? words : prose_words_find(slice_str("en"));
}

/* Letters that, of these languages, one alone writes, or two. */
static const struct {
    char language[3], letters[40];
} alphabets[] = {
    { "de", "ß|ä|ö|ü" },  { "sv", "å|ä|ö" },   { "es", "ñ|¿|¡" },           { "pt", "ã|õ|ç" },
    { "fr", "ê|è|ç|œ" },  { "it", "è|ò|ù|ì" }, { "pl", "ł|ą|ę|ś|ż|ń|ć|ź" }, { "cs", "ě|ř|ů|č|ž|š|ý|ť" },
    { "uk", "і|ї|є|ґ" },  { "ru", "ы|э|ё|ъ" }, { "tr", "ı|ş|ğ|ç" },         { "ja", "は|の|を|で" },
    { "zh", "的|了|请" },
};

/* How many of its letters the text has, and a half; short sentences hold few words that tell. */
static unsigned letters_of(const struct prose_words *words, struct slice text)
{
    unsigned count = 0;
    for (size_t i = 0; i < sizeof alphabets / sizeof *alphabets; i++) {
        struct slice rest = slice_str(alphabets[i].letters);
        if (strcmp(alphabets[i].language, words->language) != 0)
            continue;
        while (rest.len) {
            size_t cut = slice_find_byte(rest, 0, '|');
            struct slice letter = slice_sub(rest, 0, cut == SLICE_NONE ? rest.len : cut);
            count += slice_find(text, 0, letter) != SLICE_NONE;
            rest = slice_skip(rest, letter.len + 1);
        }
    }
    return count;
}

static bool is_ascii(struct slice text)
{
    unsigned char all = 0;
    for (size_t i = 0; i < text.len; i++)
        all |= text.ptr[i];
    return all < 0x80;
}

static const struct languages *languages_all(void)
{
    static struct languages all;
    if (!all.index)
        languages_make(&all);
    return &all;
}

static const struct prose_words *most_met(struct slice names, struct slice text)
{
    const struct languages *all = languages_all();
    const struct prose_words *best = first_of(names);
    struct tally tally = { 0 };
    unsigned most = 0;
    bool has_letters = !is_ascii(text);
    if (is_surely(all, best, text))
        return best;
    tally_text(&tally, all->index, text, UINT_MAX);
    for (; names.len; names = slice_skip(names, 3)) {
        const struct prose_words *words = prose_words_find(slice_sub(names, 0, 2));
        unsigned count = words ? count_of(all, &tally, words) : 0;
        count += words && has_letters ? letters_of(words, text) : 0;
        if (count <= most)
            continue;
        best = words;
        most = count;
    }
    return best;
}

const struct prose_words *prose_language_of(struct slice names, struct slice text)
{
    const struct prose_words *only = names.len == 2 ? prose_words_find(names) : NULL;
    return only ? only : most_met(names, text);
}

static bool has_name(struct slice names, const struct prose_words *words)
{
    for (; names.len; names = slice_skip(names, 3))
        if (slice_is_equal(slice_sub(names, 0, 2), slice_str(words->language)))
            return true;
    return false;
}

bool prose_language_is_other(struct slice names, struct slice text, bool must)
{
    const struct languages *all = languages_all();
    struct tally tally = { 0 };
    unsigned ours = 0, english = 0, others = 0;
    bool has_letters = !is_ascii(text);
    struct slice own = slice_sub(names, 0, names.len - 3);
    tally_text(&tally, all->index, text, UINT_MAX);
    for (size_t i = 0; i < all->count; i++) {
        const struct prose_words *words = all->at[i];
        unsigned count = count_of(all, &tally, words) + (has_letters ? letters_of(words, text) : 0);
        unsigned *most = has_name(own, words)                 ? &ours
                         : strcmp(words->language, "en") == 0 ? &english
                                                              : &others;
        *most = count > *most ? count : *most;
    }
    bool is_long = must || text.len >= LONG;
    return ours < english || (is_long && ours == english) || ours + 1 < others || (is_long && !ours);
}
