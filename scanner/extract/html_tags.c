/* html_tags.c - what a tag does to the text around it. */
#include "extract/html_tags.h"

/* Sorted by name. */
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
    { "summary", HTML_BLOCK }, { "sup", HTML_INLINE },     { "table", HTML_BLOCK },
    { "tbody", HTML_BLOCK },   { "td", HTML_CELL },        { "textarea", HTML_PRE },
    { "tfoot", HTML_BLOCK },   { "th", HTML_CELL },        { "thead", HTML_BLOCK },
    { "title", HTML_BLOCK },   { "tr", HTML_BLOCK },       { "tt", HTML_INLINE },
    { "u", HTML_INLINE },      { "ul", HTML_BLOCK },       { "wbr", HTML_INLINE },
    { "xmp", HTML_PRE },
};

#define TAGS (sizeof tags / sizeof *tags)
#define NAME_MAX_LENGTH ((size_t)16)

static bool is_name_byte(unsigned char c)
{
    unsigned char lower = slice_lower_byte(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
}

size_t html_tag_name(struct slice text)
{
    size_t most = text.len < NAME_MAX_LENGTH ? text.len : NAME_MAX_LENGTH, len = 0;
    while (len < most && is_name_byte(text.ptr[len]))
        len++;
    return len;
}

/* Where the names that begin with each letter start; filled once. */
static const unsigned char *letter_starts(void)
{
    static unsigned char starts[27];
    for (size_t i = 0, letter = 0; starts[26] == 0 && letter < 27; letter++) {
        while (i < TAGS && (unsigned char)tags[i].name[0] < 'a' + letter)
            i++;
        starts[letter] = (unsigned char)i;
    }
    return starts;
}

const struct html_tag *html_tag_find(struct slice name)
{
    char lower[sizeof tags[0].name] = { 0 };
    if (name.len == 0 || name.len >= sizeof lower)
        return NULL;
    for (size_t i = 0; i < name.len; i++)
        lower[i] = (char)slice_lower_byte(name.ptr[i]);
    if (lower[0] < 'a' || lower[0] > 'z')
        return NULL;
    const unsigned char *starts = letter_starts() + (lower[0] - 'a');
    for (size_t i = starts[0]; i < starts[1]; i++)
        if (memcmp(tags[i].name, lower, sizeof lower) == 0)
            return &tags[i];
    return NULL;
}
