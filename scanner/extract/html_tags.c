/* html_tags.c - what a tag does to the text around it. */
#include "extract/html_tags.h"

#include "base/vector.h"

static const struct html_tag tags[] = {
    { "a", HTML_INLINE },      { "abbr", HTML_INLINE },    { "address", HTML_BLOCK },
    { "article", HTML_BLOCK }, { "aside", HTML_BLOCK },    { "b", HTML_INLINE },
    { "base", HTML_INLINE },   { "big", HTML_INLINE },     { "blockquote", HTML_BLOCK },
    { "body", HTML_BLOCK },    { "br", HTML_BLOCK },       { "button", HTML_BLOCK },
    { "caption", HTML_BLOCK }, { "center", HTML_BLOCK },   { "code", HTML_INLINE },
    { "dd", HTML_BLOCK },      { "details", HTML_BLOCK },  { "dir", HTML_BLOCK },
    { "div", HTML_BLOCK },     { "dl", HTML_BLOCK },       { "dt", HTML_BLOCK },
    { "em", HTML_INLINE },     { "fieldset", HTML_BLOCK }, { "figcaption", HTML_BLOCK },
    { "figure", HTML_BLOCK },  { "font", HTML_INLINE },    { "footer", HTML_BLOCK },
    { "form", HTML_BLOCK },    { "h1", HTML_BLOCK },       { "h2", HTML_BLOCK },
    { "h3", HTML_BLOCK },      { "h4", HTML_BLOCK },       { "h5", HTML_BLOCK },
    { "h6", HTML_BLOCK },      { "head", HTML_BLOCK },     { "header", HTML_BLOCK },
    { "hr", HTML_BLOCK },      { "html", HTML_BLOCK },     { "i", HTML_INLINE },
    { "iframe", HTML_BLOCK },  { "img", HTML_INLINE },     { "input", HTML_INLINE },
    { "ins", HTML_INLINE },    { "label", HTML_INLINE },   { "legend", HTML_BLOCK },
    { "li", HTML_BLOCK },      { "link", HTML_INLINE },    { "listing", HTML_PRE },
    { "main", HTML_BLOCK },    { "menu", HTML_BLOCK },     { "meta", HTML_INLINE },
    { "nav", HTML_BLOCK },     { "noscript", HTML_BLOCK }, { "object", HTML_INLINE },
    { "ol", HTML_BLOCK },      { "optgroup", HTML_BLOCK }, { "option", HTML_BLOCK },
    { "p", HTML_BLOCK },       { "pre", HTML_PRE },        { "s", HTML_INLINE },
    { "script", HTML_SCRIPT }, { "section", HTML_BLOCK },  { "select", HTML_BLOCK },
    { "small", HTML_INLINE },  { "span", HTML_INLINE },    { "strike", HTML_INLINE },
    { "strong", HTML_INLINE }, { "style", HTML_SCRIPT },   { "sub", HTML_INLINE },
    { "summary", HTML_BLOCK }, { "sup", HTML_INLINE },     { "svg", HTML_INLINE },
    { "tspan", HTML_INLINE },  { "table", HTML_BLOCK },    { "tbody", HTML_BLOCK },
    { "td", HTML_CELL },       { "textarea", HTML_PRE },   { "tfoot", HTML_BLOCK },
    { "th", HTML_CELL },       { "thead", HTML_BLOCK },    { "title", HTML_BLOCK },
    { "tr", HTML_BLOCK },      { "tt", HTML_INLINE },      { "u", HTML_INLINE },
    { "ul", HTML_BLOCK },      { "wbr", HTML_INLINE },     { "xmp", HTML_PRE },
};

#define TAGS (sizeof tags / sizeof *tags)
#define NAME_MAX_LENGTH VECTOR_LEN
#define SLOTS 256

/* The byte as a name has it, lower case; 0 where it ends one. */
static unsigned char name_byte(unsigned char c)
{
    unsigned char lower = c | 0x20;
    if ((unsigned char)(lower - 'a') < 26)
        return lower;
    return (unsigned char)(c - '0') < 10 ? c : 0;
}

size_t html_tag_name(struct slice text)
{
    size_t most = text.len < NAME_MAX_LENGTH ? text.len : NAME_MAX_LENGTH, len = 0;
    while (len < most && name_byte(text.ptr[len]))
        len++;
    return len;
}

/* Names are compared and hashed as two words: this is asked for each tag of each message. */
struct name_words {
    uint64_t word[2];
};

static struct name_words words_of(const char *name)
{
    struct name_words words;
    memcpy(&words, name, sizeof words);
    return words;
}

static unsigned slot_of(struct name_words name)
{
    return (unsigned)(((name.word[0] ^ name.word[1]) * 0x9E3779B97F4A7C15u) >> 56);
}

/* For each slot the number, from 1, of the tag that it holds; open addressing. Filled once. */
static const unsigned char *tag_slots(void)
{
    static unsigned char slots[SLOTS];
    static bool is_filled;
    for (size_t i = 0; i < TAGS && !is_filled; i++) {
        unsigned slot = slot_of(words_of(tags[i].name));
        while (slots[slot])
            slot = (slot + 1) % SLOTS;
        slots[slot] = (unsigned char)(i + 1);
    }
    is_filled = true;
    return slots;
}

/* The name at the front of TEXT in lower case, with NULs behind it; its length in *LEN. */
static struct name_words name_at(struct slice text, size_t *len)
{
    static const unsigned char kept[2 * VECTOR_LEN] = { 255, 255, 255, 255, 255, 255, 255, 255,
                                                        255, 255, 255, 255, 255, 255, 255, 255 };
    unsigned char room[VECTOR_LEN] = { 0 };
    if (text.len < VECTOR_LEN && text.len > 0)
        memcpy(room, text.ptr, text.len);
    vector16 bytes = vector_load(text.len < VECTOR_LEN ? room : text.ptr), lower = bytes | 0x20;
    unsigned ends = ~vector_bits(vector_within(lower, 'a', 'z') | vector_within(bytes, '0', '9'));
    *len = vector_first(ends | 1u << VECTOR_LEN);
    lower &= vector_load(kept + VECTOR_LEN - *len);
    struct name_words words;
    memcpy(&words, &lower, sizeof words);
    return words;
}

const struct html_tag *html_tag_at(struct slice text, size_t *len)
{
    const unsigned char *slots = tag_slots();
    struct name_words wanted = name_at(text, len);
    for (unsigned slot = slot_of(wanted); slots[slot]; slot = (slot + 1) % SLOTS) {
        struct name_words held = words_of(tags[slots[slot] - 1].name);
        if (held.word[0] == wanted.word[0] && held.word[1] == wanted.word[1])
            return &tags[slots[slot] - 1];
    }
    return NULL;
}
