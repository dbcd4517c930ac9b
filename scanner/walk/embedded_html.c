/* embedded_html.c - archives and documents in base64 inside HTML: data: URIs (RFC 2397) of links, objects, style sheets. */
#include "base/buffer.h"
#include "decode/transfer.h"
#include "walk/embedded.h"
#include "walk/type.h"

/* Of a URI before its content, and of the content as much as tells what it is. */
#define HEADER_MOST ((size_t)256)
#define HEAD ((size_t)400)
#define MARK ";base64,"

bool embedded_is_html(const struct item *item, struct slice head, struct slice window)
{
    bool is_called = slice_is_equal(item->type, slice_str("text/html")) ||
                     slice_is_equal(item->type, slice_str("application/xhtml+xml"));
    if (!type_is_html(head) && !(is_called && type_is_text(head)))
        return false;
    /* What the window does not show may hold one. */
    return slice_find_nocase(window, 0, slice_str(MARK)) != SLICE_NONE ||
           (window.len >= FORMAT_HEAD && !item->source->is_at_end);
}

static bool is_digit(unsigned char c)
{
    unsigned char letter = slice_lower_byte(c);
    return (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '-' ||
           c == '_' || c == '=';
}

static bool is_escape(struct slice text, size_t at)
{
    return text.ptr[at] == '%' && text.len - at > 2 && slice_hex_digit(text.ptr[at + 1]) >= 0 &&
           slice_hex_digit(text.ptr[at + 2]) >= 0;
}

/* Where the URI begins whose content stands at CONTENT, or SLICE_NONE. */
static size_t uri_at(struct slice text, size_t content)
{
    size_t end = content - (sizeof MARK - 1), least = end > HEADER_MOST ? end - HEADER_MOST : 0;
    for (size_t at = end; at > least && !memchr("\"'<>() \t\r\n,", text.ptr[at - 1], 12); at--)
        if (text.ptr[at - 1] == ':')
            return at >= 5 && slice_is_equal_nocase(slice_sub(text, at - 5, 4), slice_str("data"))
                       ? at - 5
                       : SLICE_NONE;
    return SLICE_NONE;
}

/* The bytes of the content at AT. Only in quotes it goes on over white space. */
static struct slice content_at(struct slice text, size_t at, bool is_quoted, bool *has_escape)
{
    size_t end = at;
    *has_escape = false;
    for (; end < text.len; end++) {
        if (is_escape(text, end))
            *has_escape = true;
        else if (!is_digit(text.ptr[end]) && !(is_quoted && memchr(" \t\r\n", text.ptr[end], 4)) &&
                 !(*has_escape && text.ptr[end] == '%'))
            break;
    }
    return slice_sub(text, at, end - at);
}

static struct slice without_escapes(struct arena *arena, struct slice text)
{
    unsigned char *out = arena_room(arena, text.len);
    size_t len = 0;
    for (size_t at = 0; at < text.len; at++) {
        if (is_escape(text, at)) {
            out[len++] =
                (unsigned char)(slice_hex_digit(text.ptr[at + 1]) << 4 | slice_hex_digit(text.ptr[at + 2]));
            at += 2;
        } else {
            out[len++] = text.ptr[at];
        }
    }
    return slice_of(out, len);
}

/* Text, pictures and unknown bytes are left to the reader of HTML, which looks into them where they stand. */
static bool is_file(struct slice content)
{
    struct buffer head;
    buffer_init(&head, HEAD);
    (void)transfer_decode_base64(slice_sub(content, 0, HEAD), &head, NULL);
    struct type type = type_from_signature(buffer_slice(&head));
    buffer_release(&head);
    return type.media && (type.class == TYPE_DOCUMENT || type.class == TYPE_ENCRYPTED);
}

/* The attribute NAME="..." of the tag that AT stands in, or nothing. */
static struct slice attribute_near(struct slice text, size_t at, const char *name)
{
    size_t from = at > HEADER_MOST ? at - HEADER_MOST : 0;
    struct slice before = slice_sub(text, from, at - from), value = slice_of(NULL, 0);
    size_t open = before.len;
    while (open > 0 && before.ptr[open - 1] != '<')
        open--;
    size_t found = slice_find_nocase(before, open, slice_str(name));
    if (found == SLICE_NONE)
        return value;
    value = slice_skip(before, found + strlen(name));
    if (value.len == 0 || (value.ptr[0] != '"' && value.ptr[0] != '\''))
        return slice_of(NULL, 0);
    size_t end = slice_find_byte(value, 1, value.ptr[0]);
    return end == SLICE_NONE ? slice_of(NULL, 0) : slice_sub(value, 1, end - 1);
}

void embedded_read_html(struct embedded *embedded)
{
    struct slice text = embedded->text;
    for (size_t at = 0; (at = slice_find_nocase(text, at, slice_str(MARK))) != SLICE_NONE;) {
        at += sizeof MARK - 1;
        size_t uri = uri_at(text, at);
        if (uri == SLICE_NONE)
            continue;
        bool has_escape, is_quoted = uri > 0 && (text.ptr[uri - 1] == '"' || text.ptr[uri - 1] == '\'');
        struct slice content = content_at(text, at, is_quoted, &has_escape), name;
        at += content.len;
        if (!is_file(content))
            continue;
        name = attribute_near(text, uri, "download=");
        if (name.len == 0)
            name = arena_printf(embedded->arena, "DATA-%zu",
                                embedded->files.len / sizeof(struct embedded_file) + 1);
        embedded_add(embedded, name, has_escape ? without_escapes(embedded->arena, content) : content, true);
        embedded_cut(embedded, content);
    }
}
