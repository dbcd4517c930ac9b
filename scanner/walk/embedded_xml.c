/* embedded_xml.c - files in base64 inside XML, found by the elements that hold them; the XML may be damaged. */
#include "base/buffer.h"
#include "walk/embedded.h"

#define NAME_MOST ((size_t)200)
#define TAG_MOST ((size_t)4096)

enum element { ELEMENT_OTHER, ELEMENT_PART, ELEMENT_FILE, ELEMENT_MASHUP };

struct tag {
    enum element element;
    struct slice attributes;
    size_t end; /* of it, past its '>' */
};

static enum element element_of(struct slice name)
{
    static const struct {
        const char *name;
        enum element element;
    } known[] = {
        { "part", ELEMENT_PART },    { "binaryData", ELEMENT_FILE },   { "binary-data", ELEMENT_FILE },
        { "binData", ELEMENT_FILE }, { "DataMashup", ELEMENT_MASHUP },
    };
    size_t colon = slice_find_byte(name, 0, ':');
    struct slice local = colon == SLICE_NONE ? name : slice_skip(name, colon + 1);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (slice_is_equal(local, slice_str(known[i].name)))
            return known[i].element;
    return ELEMENT_OTHER;
}

/* The start tag at AT, or something else that begins with '<'. */
static struct tag tag_at(struct slice text, size_t at)
{
    struct slice rest = slice_sub(text, at + 1, TAG_MOST);
    struct tag tag = { .end = at + 1 };
    size_t len = 0;
    while (len < rest.len && len < 64 && !memchr(" \t\r\n/><", rest.ptr[len], 7))
        len++;
    if (len == 0 || len == rest.len)
        return tag;
    tag.element = element_of(slice_sub(rest, 0, len));
    size_t close = tag.element == ELEMENT_OTHER ? SLICE_NONE : slice_find_byte(rest, len, '>');
    if (close == SLICE_NONE || rest.ptr[close - 1] == '/') {
        tag.element = ELEMENT_OTHER;
        return tag;
    }
    tag.attributes = slice_sub(rest, len, close - len);
    tag.end = at + 1 + close + 1;
    return tag;
}

/* The value of NAME="...", or nothing. */
static struct slice value_of(struct slice attributes, const char *name)
{
    size_t at = slice_find(attributes, 0, slice_str(name));
    struct slice rest = at == SLICE_NONE ? slice_of(NULL, 0) : slice_skip(attributes, at + strlen(name));
    if (rest.len < 2 || (rest.ptr[0] != '"' && rest.ptr[0] != '\''))
        return slice_of(NULL, 0);
    size_t end = slice_find_byte(rest, 1, rest.ptr[0]);
    return end == SLICE_NONE ? slice_of(NULL, 0) : slice_sub(rest, 1, end - 1);
}

static struct slice file_name(struct embedded *embedded, struct slice part, struct slice attributes)
{
    struct slice name = value_of(attributes, "name=");
    if (name.len == 0)
        name = part;
    if (slice_starts_with(name, "/"))
        name = slice_skip(name, 1);
    if (name.len > 0)
        return slice_sub(name, 0, NAME_MOST);
    return arena_printf(embedded->arena, "OBJECT-%zu",
                        embedded->files.len / sizeof(struct embedded_file) + 1);
}

void embedded_read_xml(struct embedded *embedded)
{
    struct slice text = embedded->text, part = slice_of(NULL, 0);
    for (size_t at = 0; (at = slice_find_byte(text, at, '<')) != SLICE_NONE;) {
        struct tag tag = tag_at(text, at);
        at = tag.end;
        if (tag.element == ELEMENT_PART)
            part = value_of(tag.attributes, "name=");
        if (tag.element < ELEMENT_FILE)
            continue;
        size_t end = slice_find_byte(text, at, '<');
        struct slice content = slice_sub(text, at, end == SLICE_NONE ? SLICE_NONE : end - at);
        if (!embedded_is_base64(content))
            continue;
        if (tag.element == ELEMENT_MASHUP)
            embedded_read_mashup(embedded, content);
        else
            embedded_add(embedded, file_name(embedded, part, tag.attributes), content, true);
        embedded_cut(embedded, content);
        at += content.len;
    }
}
