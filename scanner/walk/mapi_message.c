/* mapi_message.c - a message kept as MAPI properties, given child by child. */
#include "walk/mapi_message.h"

#include "base/utf8.h"
#include "decode/lzfu.h"
#include "decode/rtf.h"
#include "walk/mapi_stub.h"
#include "walk/mapi_text.h"

/* Opening. */

/* A transport header that its bag does not hold. */
static struct slice long_header(struct walk *walk, struct mapi_message *message)
{
    const struct mapi_property *property = mapi_find(&message->bag, MAPI_TRANSPORT_HEADERS);
    if (!property || property->value.len > 0 || property->size == 0)
        return slice_of(NULL, 0);
    struct source *source = message->container->value(message->ctx, walk->arena, MAPI_THE_MESSAGE, property);
    uint64_t most = 2 * walk->env->limits->header_bytes;
    if (!source)
        return slice_of(NULL, 0);
    (void)source_fill(source, most < SOURCE_WANT_MAX ? (size_t)most : SOURCE_WANT_MAX, NULL);
    struct mapi_property whole = *property;
    whole.value = arena_copy(walk->arena, slice_sub(source->ready, 0, (size_t)most));
    if (whole.value.len < property->size)
        walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, "header-bytes",
                 "the header block is too long; the rest of it was not read");
    return mapi_text(&message->bag, &whole);
}

/* Each recipient's bag lives in an arena that is emptied before the next. */
static void take_recipients(struct walk *walk, struct mapi_message *message)
{
    struct arena *arena = arena_new(0);
    struct arena_mark empty = arena_mark(arena);
    struct error err = { 0 };
    int got = 1;
    for (size_t i = 0; message->container->recipient && got != 0; i++) {
        struct mapi_bag bag;
        if (i >= walk->env->limits->inner_entries) {
            walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, "inner-entries",
                     "too many recipients");
            break;
        }
        mapi_bag_init(&bag, arena, message->bag.codepage);
        got = message->container->recipient(message->ctx, i, &bag, &err);
        if (got < 0)
            walk_gap(walk, walk->item, gap_kind_of_error(err.kind), GAP_STANDS_FOR_REST, err.limit,
                     "recipient %zu: %s", i + 1, err.message);
        if (got == 1) {
            mapi_header_recipient(&message->header, &bag);
            mapi_text_recipient(message, &bag);
        }
        arena_rewind(arena, empty);
    }
    arena_free(arena);
}

static unsigned has_body(const struct mapi_message *message, uint16_t id)
{
    const struct mapi_property *property = mapi_find(&message->bag, id);
    return property && property->size > 0;
}

void mapi_message_open(struct walk *walk, struct mapi_message *message)
{
    struct item *item = walk->item;
    buffer_init(&message->body, (size_t)walk->env->limits->whole_bytes);
    buffer_init(&message->text, MAPI_TEXT_MAX);
    buffer_init(&message->bytes, MAPI_TEXT_MAX);
    mapi_header_begin(&message->header, item->arena ? item->arena : walk->arena, walk->env->limits,
                      item->envelope);
    take_recipients(walk, message);
    mapi_header_end(&message->header, &message->bag, long_header(walk, message));
    if (item->kind == ITEM_PART && !message->is_part)
        message->base = item->part;
    if (!message->is_part) {
        item->envelope = message->header.envelope;
        if (!item->arena)
            envelope_complete(item->envelope);
        item->is_message = true;
    }
    message->bodies =
        has_body(message, MAPI_BODY) + has_body(message, MAPI_HTML) + has_body(message, MAPI_RTF_COMPRESSED);
    mapi_stub_tell(walk, &message->bag);
    mapi_text_message(message);
}

void mapi_message_release(struct mapi_message *message)
{
    mapi_header_release(&message->header);
    buffer_release(&message->body);
    buffer_release(&message->text);
    buffer_release(&message->bytes);
}

/* Children. */

static void child_init(const struct walk *walk, const struct mapi_message *message, struct item *child,
                       enum item_kind kind)
{
    child->kind = kind;
    child->mime_depth = walk->item->mime_depth + 1;
    if (!message->is_part)
        child->container_depth = walk->item->container_depth;
}

static void child_refuse(struct item *child, enum gap_kind kind, const char *limit, struct slice reason)
{
    struct gap *gap = arena_alloc(child->arena, sizeof *gap);
    *gap = (struct gap){ .kind = kind,
                         .stands_for = GAP_STANDS_FOR_LEAF,
                         .reason = arena_copy(child->arena, reason),
                         .bytes = GAP_BYTES_UNKNOWN,
                         .limit = limit };
    child->refused = gap;
    child->source = NULL;
}

static void number_part(struct mapi_message *message, struct item *child)
{
    child->part =
        arena_printf(child->arena, "%.*s%s%llu", (int)message->base.len, (const char *)message->base.ptr,
                     message->base.len ? "." : "", (unsigned long long)++message->parts);
}

static bool give_header(struct walk *walk, struct mapi_message *message, struct item *child)
{
    const struct buffer *block = &message->header.block;
    if (block->len == 0)
        return false;
    if (message->is_part) {
        buffer_put(&message->text, buffer_slice(block));
        buffer_put_byte(&message->text, '\n');
        return false;
    }
    child_init(walk, message, child, ITEM_HEADER);
    child->content = CONTENT_TEXT;
    child->charset = slice_str("utf-8");
    child->part = message->base;
    child->source = source_from_memory(child->arena, buffer_slice(block));
    return true;
}

/* PROPERTY's bytes as they are stored. NULL if they can't be read. */
static struct source *source_of(struct mapi_message *message, struct arena *arena, size_t index,
                                const struct mapi_property *property)
{
    if (property->value.len == property->size)
        return source_from_memory(arena, property->value);
    return message->container->value(message->ctx, arena, index, property);
}

static struct slice charset_of(struct arena *arena, unsigned codepage)
{
    char *room = arena_room(arena, CODEPAGE_NAME_MAX);
    return codepage_charset(codepage, room);
}

/* Give PROPERTY, text or bytes in the code page, as the child's source and charset. False: it can't be read. */
static bool give_value(struct mapi_message *message, struct item *child, const struct mapi_property *property)
{
    struct mapi_bag bag = message->bag;
    bag.arena = child->arena;
    bool is_held = property->value.len == property->size;
    if (is_held && mapi_is_text(property)) {
        child->charset = slice_str("utf-8");
        child->source = source_from_memory(child->arena, mapi_text(&bag, property));
        return true;
    }
    int64_t page = mapi_get_int(&bag, MAPI_INTERNET_CODEPAGE, bag.codepage);
    if (property->type == MAPI_UNICODE)
        page = CODEPAGE_UTF16;
    else if (property->type == MAPI_STRING8 || page <= 0 || page > 0xFFFF)
        page = bag.codepage;
    child->charset = charset_of(child->arena, (unsigned)page);
    child->source = source_of(message, child->arena, MAPI_THE_MESSAGE, property);
    if (child->source)
        return true;
    child_refuse(child, GAP_DAMAGED, NULL, slice_str("its bytes cannot be found"));
    return true;
}

static bool begin_body(struct walk *walk, struct mapi_message *message, struct item *child, uint16_t id)
{
    if (!has_body(message, id))
        return false;
    child_init(walk, message, child, ITEM_PART);
    number_part(message, child);
    child->is_alternative = message->bodies > 1;
    child->alternative = message->base;
    return true;
}

static bool give_plain(struct walk *walk, struct mapi_message *message, struct item *child)
{
    if (!begin_body(walk, message, child, MAPI_BODY))
        return false;
    child->type = slice_str("text/plain");
    return give_value(message, child, mapi_find(&message->bag, MAPI_BODY));
}

static bool give_html(struct walk *walk, struct mapi_message *message, struct item *child)
{
    if (!begin_body(walk, message, child, MAPI_HTML))
        return false;
    child->type = slice_str("text/html");
    return give_value(message, child, mapi_find(&message->bag, MAPI_HTML));
}

/* All of SOURCE into OUT. False past OUT's ceiling, or where it fails. */
static bool read_whole(struct source *source, struct buffer *out)
{
    while (source_fill(source, 1, NULL) == 1) {
        if (buffer_put(out, source->ready) < 0)
            return false;
        source_consume(source, source->ready.len);
    }
    return !source->has_failed;
}

static void tell_lzfu(struct walk *walk, const struct item *child, const struct lzfu_state *state)
{
    if (state->is_cut)
        walk_gap(walk, child, GAP_TRUNCATED, GAP_STANDS_FOR_REST, NULL, "the compressed RTF is cut short");
    else if (state->is_crc_wrong)
        walk_gap(walk, child, GAP_DAMAGED, GAP_STANDS_FOR_REST, NULL,
                 "the compressed RTF does not match its checksum");
}

/* The RTF in message->body becomes the child: what it wraps, or itself. */
static void give_rtf_text(struct mapi_message *message, struct item *child)
{
    struct buffer wrapped;
    buffer_init(&wrapped, message->body.ceiling);
    enum rtf_wraps wraps = rtf_unwrap(buffer_slice(&message->body), &wrapped);
    if (wraps != RTF_WRAPS_NOTHING) {
        struct buffer rtf = message->body;
        message->body = wrapped;
        wrapped = rtf;
        child->charset = slice_str("utf-8");
    }
    buffer_release(&wrapped);
    child->type = slice_str(wraps == RTF_WRAPS_HTML   ? "text/html"
                            : wraps == RTF_WRAPS_TEXT ? "text/plain"
                                                      : "text/rtf");
    child->source = source_from_memory(child->arena, buffer_slice(&message->body));
}

static bool give_rtf(struct walk *walk, struct mapi_message *message, struct item *child)
{
    struct lzfu_state state = { false, false };
    struct error err = { 0 };
    struct buffer packed;
    if (!begin_body(walk, message, child, MAPI_RTF_COMPRESSED))
        return false;
    const struct mapi_property *property = mapi_find(&message->bag, MAPI_RTF_COMPRESSED);
    struct source *source = source_of(message, child->arena, MAPI_THE_MESSAGE, property);
    child->type = slice_str("text/rtf");
    buffer_init(&packed, message->body.ceiling);
    if (!source || !read_whole(source, &packed))
        error_set(&err, ERROR_FORMAT, "the compressed RTF cannot be read");
    else
        (void)lzfu_decode(buffer_slice(&packed), &message->body, &state, &err);
    tell_lzfu(walk, child, &state);
    if (err.kind != ERROR_NONE && message->body.len == 0) {
        /* What is no compressed RTF is read as it stands. */
        child->content = CONTENT_BYTES;
        buffer_put(&message->body, buffer_slice(&packed));
        child->source = source_from_memory(child->arena, buffer_slice(&message->body));
    } else {
        give_rtf_text(message, child);
    }
    if (err.kind != ERROR_NONE)
        walk_gap(walk, child, gap_kind_of_error(err.kind), GAP_STANDS_FOR_REST,
                 err.kind == ERROR_LIMIT ? "whole-bytes" : NULL, "%s", err.message);
    buffer_release(&packed);
    return true;
}

/* Attachments. */

static struct slice name_of(const struct mapi_bag *bag)
{
    static const uint16_t ids[] = { MAPI_ATTACH_LONG_NAME, MAPI_ATTACH_NAME, MAPI_DISPLAY_NAME };
    struct slice name = slice_of(NULL, 0);
    for (size_t i = 0; i < sizeof ids / sizeof *ids && name.len == 0; i++)
        name = mapi_get_text(bag, ids[i]);
    return name;
}

static struct slice lower(struct arena *arena, struct slice text)
{
    char *copy = arena_string(arena, text);
    for (char *c = copy; *c; c++)
        *c = (char)slice_lower_byte((unsigned char)*c);
    return slice_str(copy);
}

static void refuse_elsewhere(struct item *child, const struct mapi_bag *bag, bool is_web)
{
    struct slice path = mapi_get_text(bag, MAPI_ATTACH_LONG_PATH);
    if (path.len == 0)
        path = mapi_get_text(bag, MAPI_ATTACH_PATH);
    path = slice_sub(path, 0, utf8_cut(path, path.len < 120 ? path.len : 120));
    child_refuse(child, GAP_NOT_IN_EXPORT, NULL,
                 arena_printf(child->arena, "the attachment lies %s: '%.*s'",
                              is_web ? "in a cloud store" : "elsewhere", (int)path.len,
                              (const char *)path.ptr));
}

static void give_data(struct mapi_message *message, struct item *child, const struct mapi_bag *bag,
                      size_t index)
{
    const struct mapi_property *data = mapi_find(bag, MAPI_ATTACH_DATA);
    child->source = data ? source_of(message, child->arena, index, data) : NULL;
    if (!child->source)
        child_refuse(
            child, data ? GAP_DAMAGED : GAP_MISSING, NULL,
            slice_str(data ? "the attachment's bytes cannot be found" : "the attachment has no data"));
}

static void give_content(struct mapi_message *message, struct item *child, const struct mapi_bag *bag,
                         size_t index)
{
    int64_t method = mapi_get_int(bag, MAPI_ATTACH_METHOD, MAPI_ATTACH_BY_VALUE);
    const struct mapi_property *data = mapi_find(bag, MAPI_ATTACH_DATA);
    struct error err = { 0 };
    bool is_inner =
        method == MAPI_ATTACH_EMBEDDED || method == MAPI_ATTACH_OLE || (data && data->type == MAPI_OBJECT);
    bool is_elsewhere = (method >= MAPI_ATTACH_BY_REFERENCE && method <= MAPI_ATTACH_BY_REFERENCE_ONLY) ||
                        method == MAPI_ATTACH_WEB;
    if (method == MAPI_ATTACH_EMBEDDED) {
        child->type = slice_str("message/rfc822");
        child->is_quoted_message = true;
    }
    if (is_inner && message->container->embedded) {
        if (message->container->embedded(message->ctx, index, bag, child, &err) < 0)
            child_refuse(child, gap_kind_of_error(err.kind), err.limit, slice_str(err.message));
    } else if (is_elsewhere && (!data || data->size == 0)) {
        refuse_elsewhere(child, bag, method == MAPI_ATTACH_WEB);
    } else {
        give_data(message, child, bag, index);
    }
}

static int give_attachment(struct walk *walk, struct mapi_message *message, struct item *child)
{
    struct mapi_bag bag;
    struct error err = { 0 };
    size_t index = message->next++;
    mapi_bag_init(&bag, child->arena, message->bag.codepage);
    int got = message->container->attachment(message->ctx, index, &bag, &err);
    if (got == 0)
        return 0;
    child_init(walk, message, child, ITEM_PART);
    number_part(message, child);
    child->is_attachment = true;
    if (got < 0) {
        child_refuse(child, gap_kind_of_error(err.kind), err.limit, slice_str(err.message));
        return 1;
    }
    child->name = name_of(&bag);
    child->type = lower(child->arena, mapi_get_text(&bag, MAPI_ATTACH_TYPE));
    give_content(message, child, &bag, index);
    mapi_text_attachment(message, &bag);
    return 1;
}

static int next_attachment(struct walk *walk, struct mapi_message *message, struct item *child)
{
    if (message->next < walk->env->limits->parts)
        return give_attachment(walk, message, child);
    walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, "parts", "more than %llu attachments",
             (unsigned long long)walk->env->limits->parts);
    return 0;
}

/* What is left. */

static bool is_large(const struct mapi_property *property)
{
    switch (property->id) {
    case MAPI_BODY:
    case MAPI_HTML:
    case MAPI_RTF_COMPRESSED:
    case MAPI_TRANSPORT_HEADERS:
    case MAPI_ATTACH_DATA:
        return false;
    default:
        return property->value.len < property->size && property->type != MAPI_OBJECT;
    }
}

static bool give_large(struct walk *walk, struct mapi_message *message, struct item *child)
{
    while (message->next < message->bag.count) {
        const struct mapi_property *property = &message->bag.list[message->next++];
        char room[MAPI_LABEL_MAX];
        if (!is_large(property))
            continue;
        child_init(walk, message, child, ITEM_REST);
        child->name = arena_copy(child->arena, mapi_label(property, room));
        child->content = mapi_is_text(property) ? CONTENT_TEXT : CONTENT_BYTES;
        return give_value(message, child, property);
    }
    return false;
}

static bool give_rest(struct walk *walk, struct mapi_message *message, struct item *child,
                      const struct buffer *rest, bool is_text)
{
    if (rest->is_overfull)
        walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, NULL,
                 "the properties are longer than %zu bytes; the rest was not scanned", rest->ceiling);
    if (rest->len == 0)
        return false;
    child_init(walk, message, child, ITEM_REST);
    child->name = slice_str(is_text ? "PROPERTIES" : "BINARY");
    child->content = is_text ? CONTENT_TEXT : CONTENT_BYTES;
    child->charset = is_text ? slice_str("utf-8") : slice_of(NULL, 0);
    child->source = source_from_memory(child->arena, buffer_slice(rest));
    return true;
}

static int take_step(struct walk *walk, struct mapi_message *message, struct item *child)
{
    switch (message->step) {
    case MAPI_STEP_HEADER:
        return give_header(walk, message, child);
    case MAPI_STEP_PLAIN:
        return give_plain(walk, message, child);
    case MAPI_STEP_HTML:
        return give_html(walk, message, child);
    case MAPI_STEP_RTF:
        return give_rtf(walk, message, child);
    case MAPI_STEP_ATTACHMENTS:
        return next_attachment(walk, message, child);
    case MAPI_STEP_LARGE:
        return give_large(walk, message, child);
    case MAPI_STEP_PROPERTIES:
        return give_rest(walk, message, child, &message->text, true);
    case MAPI_STEP_BINARY:
        return give_rest(walk, message, child, &message->bytes, false);
    case MAPI_STEP_DONE:
        break;
    }
    return 0;
}

static bool has_many(enum mapi_step step)
{
    return step == MAPI_STEP_ATTACHMENTS || step == MAPI_STEP_LARGE;
}

int mapi_message_next(struct walk *walk, struct mapi_message *message, struct item *child, struct error *err)
{
    (void)err;
    buffer_clear(&message->body);
    while (message->step < MAPI_STEP_DONE) {
        int got = take_step(walk, message, child);
        if (got == 0 || !has_many(message->step)) {
            message->step++;
            message->next = 0;
        }
        if (got == 1)
            return 1;
    }
    return 0;
}
