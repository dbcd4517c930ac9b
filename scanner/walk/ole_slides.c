/* ole_slides.c - the text of PowerPoint presentations from 97 to 2003 (MS-PPT). */
#include "walk/ole_text.h"

#include "base/utf8.h"

#define CONTAINER 0xFu
#define LOCKED_TOKEN 0xF3D1C4DFu

enum record {
    TEXT_CHARS = 0x0FA0,
    TEXT_BYTES = 0x0FA8,
    C_STRING = 0x0FBA,
    OBJECT_STORAGE = 0x1011,
    CRYPT_SESSION = 0x2F14,
};

/* Lines end with CR, and a vertical tab is a line break in a paragraph. */
static void put_lines(struct buffer *out, struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        buffer_put_byte(out, text.ptr[i] == '\r' || text.ptr[i] == 0x0B ? '\n' : text.ptr[i]);
    buffer_put_byte(out, '\n');
}

static void put_wide(struct buffer *out, struct slice units)
{
    struct buffer text;
    buffer_init(&text, 2 * units.len + 16);
    codepage_put_utf16(&text, units);
    put_lines(out, buffer_slice(&text));
    buffer_release(&text);
}

/* The lower halves of UTF-16 units. */
static void put_narrow(struct buffer *out, struct slice bytes)
{
    struct buffer text;
    buffer_init(&text, 2 * bytes.len + 16);
    for (size_t i = 0; i < bytes.len; i++)
        utf8_put(&text, bytes.ptr[i]);
    put_lines(out, buffer_slice(&text));
    buffer_release(&text);
}

static void add_object(struct ole_text *text, struct slice data, size_t at, struct arena *arena)
{
    uint32_t size;
    if (!text->objects)
        text->objects = arena_alloc_array(arena, OLE_OBJECTS_MAX, sizeof *text->objects);
    if (text->object_count == OLE_OBJECTS_MAX)
        text->fault = "it holds too many objects: some were read as bytes";
    else if (slice_eat_u32le(&data, &size) == 0)
        text->objects[text->object_count++] = (struct ole_object){ at + 4, data.len, size };
}

/* CurrentUserAtom.headerToken (MS-PPT section 2.3.2). */
static bool is_locked(struct slice user)
{
    uint32_t token;
    struct slice rest = slice_skip(user, 12);
    return slice_eat_u32le(&rest, &token) == 0 && token == LOCKED_TOKEN;
}

/* Records lie in containers, whose content simply follows. */
void ole_read_slides(struct ole_text *text, struct slice stream, struct slice user, struct arena *arena)
{
    struct slice rest = stream;
    text->is_encrypted = is_locked(user);
    uint16_t options, kind;
    uint32_t len;
    while (slice_eat_u16le(&rest, &options) == 0 && slice_eat_u16le(&rest, &kind) == 0 &&
           slice_eat_u32le(&rest, &len) == 0) {
        if (kind == CRYPT_SESSION)
            text->is_encrypted = true;
        if ((options & 0xF) == CONTAINER)
            continue;
        struct slice data = slice_sub(rest, 0, len);
        size_t at = stream.len - rest.len;
        if (data.len < len)
            text->fault = "it is cut short";
        bool is_text = kind == TEXT_CHARS || kind == C_STRING || kind == TEXT_BYTES;
        if (is_text && kind == TEXT_BYTES)
            put_narrow(&text->out, data);
        else if (is_text)
            put_wide(&text->out, data);
        else if (kind == OBJECT_STORAGE && options >> 4 == 1)
            add_object(text, data, at, arena);
        if (is_text)
            ole_text_blank(text, at, data.len);
        rest = slice_skip(rest, len);
    }
}
