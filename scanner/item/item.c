/* item.c - the chain of items from an input to a leaf, and the path it spells. */
#include "item/item.h"

#include "base/utf8.h"

/* Deeper chains cannot be: container and MIME depth are limited; this bounds the loops all the same. */
#define CHAIN_MAX 256

static int put_percent(struct buffer *buffer, struct slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        if (buffer_printf(buffer, "%%%02X", bytes.ptr[i]) < 0)
            return -1;
    return 0;
}

static bool is_step_sign(uint32_t code)
{
    return code == '%' || code == '!' || code == '#';
}

/* Bytes of ASCII at the front of NAME that stand for themselves: most names are nothing else. */
static size_t plain_prefix(struct slice name)
{
    size_t len = 0;
    while (len < name.len && name.ptr[len] > 0x20 && name.ptr[len] < 0x7F && !is_step_sign(name.ptr[len]))
        len++;
    return len;
}

/* The character at the front of *NAME, encoded unless it IS_PLAIN may stand for itself. */
static int put_character(struct buffer *buffer, struct slice *name, bool (*is_plain)(uint32_t code))
{
    struct slice before = *name;
    uint32_t code;
    int got = utf8_eat(name, &code);
    struct slice bytes = slice_sub(before, 0, before.len - name->len);
    return got == 1 && is_plain(code) ? buffer_put(buffer, bytes) : put_percent(buffer, bytes);
}

static int put_encoded(struct buffer *buffer, struct slice name, bool (*is_plain)(uint32_t code))
{
    while (name.len > 0) {
        size_t plain = plain_prefix(name);
        if (buffer_put(buffer, slice_sub(name, 0, plain)) < 0)
            return -1;
        name = slice_skip(name, plain);
        if (name.len > 0 && put_character(buffer, &name, is_plain) < 0)
            return -1;
    }
    return 0;
}

static bool is_plain_in_name(uint32_t code)
{
    return code > 0x20 && !is_step_sign(code) && !utf8_is_unsafe(code);
}

static bool is_plain_in_input(uint32_t code)
{
    return code != '%' && code != '!' && !utf8_is_unsafe(code);
}

int item_put_name(struct buffer *buffer, struct slice name)
{
    return put_encoded(buffer, name, is_plain_in_name);
}

/* An input as typed: only what could be taken for a step, or is unsafe to show, is encoded. */
static int put_input(struct buffer *buffer, struct slice name)
{
    return put_encoded(buffer, name, is_plain_in_input);
}

static int put_part(struct buffer *buffer, const struct item *item, const char *word)
{
    buffer_put_str(buffer, "!/");
    buffer_put(buffer, item->part);
    if (item->part.len && *word)
        buffer_put_str(buffer, ".");
    return buffer_put_str(buffer, word);
}

static int put_member(struct buffer *buffer, const struct item *item, const char *nameless)
{
    buffer_put_str(buffer, "!/");
    return item->name.len ? item_put_name(buffer, item->name) : buffer_put_str(buffer, nameless);
}

static int put_step(struct buffer *buffer, const struct item *item)
{
    switch (item->kind) {
    case ITEM_FILE:
        return put_input(buffer, item->name);
    case ITEM_MEMBER:
        return put_member(buffer, item, "data");
    case ITEM_BLOB:
        return put_member(buffer, item, "block");
    case ITEM_MESSAGE:
        if (item->ordinal == 0)
            return 0;
        buffer_put_str(buffer, "!#");
        return buffer_put_decimal(buffer, item->ordinal);
    case ITEM_PART:
        put_part(buffer, item, "");
        if (item->name.len == 0)
            return 0;
        buffer_put_str(buffer, " ");
        return item_put_name(buffer, item->name);
    case ITEM_HEADER:
        return put_part(buffer, item, "HEADER");
    case ITEM_PREAMBLE:
        return put_part(buffer, item, "PREAMBLE");
    case ITEM_EPILOGUE:
        return put_part(buffer, item, "EPILOGUE");
    case ITEM_REST:
        return put_member(buffer, item, "REST");
    }
    return 0;
}

/* A message/rfc822 part is named by its children's numbers: "2.1" lies in the message that is part 2. */
static bool is_named_below(const struct item *item, const struct item *child)
{
    return item->kind == ITEM_PART && (item->is_message || item->is_entity) &&
           child->part.len >= item->part.len &&
           slice_is_equal(slice_sub(child->part, 0, item->part.len), item->part);
}

/* The steps below TOP (all, with TOP NULL), outermost first. */
static int put_chain(struct buffer *buffer, const struct item *item, const struct item *top)
{
    const struct item *chain[CHAIN_MAX];
    size_t count = 0;
    for (; item && item != top && count < CHAIN_MAX; item = item->parent)
        if (count == 0 || !is_named_below(item, chain[count - 1]))
            chain[count++] = item;
    while (count > 0)
        if (put_step(buffer, chain[--count]) < 0)
            return -1;
    return 0;
}

int item_put_path(struct buffer *buffer, const struct item *item)
{
    return put_chain(buffer, item, NULL);
}

int item_put_inner_path(struct buffer *buffer, const struct item *item)
{
    const struct item *top = item_outer_message(item);
    return put_chain(buffer, item, top ? top : item_input(item));
}

const struct item *item_message(const struct item *item)
{
    while (item && !item->is_message)
        item = item->parent;
    return item;
}

const struct item *item_outer_message(const struct item *item)
{
    const struct item *found = NULL;
    for (; item; item = item->parent)
        if (item->is_message)
            found = item;
    return found;
}

const struct item *item_input(const struct item *item)
{
    while (item->parent)
        item = item->parent;
    return item;
}
