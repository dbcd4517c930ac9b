/* mime_headers.c - what the header block of a MIME entity says about its body, and the block's decoded view. */
#include "walk/mime_headers.h"

/* A decoded block takes at most this many times the bytes of the raw one (three bytes of UTF-8 for one), and the raw one again. */
#define VIEW_GROWTH 6

static void take_type(struct entity *entity, struct arena *arena, struct slice value,
                      const struct limits *limits)
{
    struct header_params params;
    if (entity->has_type)
        return;
    header_parse_params(arena, value, limits, &params);
    entity->has_params_over_limit |= params.is_over_limit;
    struct slice type = arena_copy(arena, params.token);
    if (type.len == 0 || slice_find_byte(type, 0, '/') == SLICE_NONE)
        return; /* says nothing: another field may */
    entity->has_type = true;
    entity->type = type;
    entity->boundary = arena_copy(arena, header_param(&params, "boundary"));
    entity->charset = arena_copy(arena, slice_trim(header_param(&params, "charset")));
    if (entity->name.len == 0)
        entity->name = arena_copy(arena, slice_trim(header_param(&params, "name")));
    entity->external = arena_copy(arena, header_param(&params, "access-type"));
    (void)slice_to_u64(slice_trim(header_param(&params, "number")), &entity->partial_number);
    (void)slice_to_u64(slice_trim(header_param(&params, "total")), &entity->partial_total);
    if (slice_is_equal_nocase(slice_trim(header_param(&params, "format")), slice_str("flowed")))
        entity->flow = slice_is_equal_nocase(slice_trim(header_param(&params, "delsp")), slice_str("yes"))
                           ? FLOW_FLOWED_DELSP
                           : FLOW_FLOWED;
}

static void take_disposition(struct entity *entity, struct arena *arena, struct slice value,
                             const struct limits *limits)
{
    struct header_params params;
    if (entity->has_disposition)
        return;
    entity->has_disposition = true;
    header_parse_params(arena, value, limits, &params);
    entity->has_params_over_limit |= params.is_over_limit;
    entity->is_attachment = slice_is_equal(params.token, slice_str("attachment"));
    struct slice name = slice_trim(header_param(&params, "filename"));
    if (name.len == 0)
        name = slice_trim(header_param(&params, "name"));
    if (name.len > 0)
        entity->name = arena_copy(arena, name);
}

static void take_transfer(struct entity *entity, struct arena *arena, struct slice value)
{
    struct slice name = slice_trim(value);
    if (entity->has_transfer || name.len == 0)
        return;
    entity->has_transfer = true;
    entity->transfer_name = arena_copy(arena, name);
    entity->transfer = transfer_from_name(name);
}

/* Fields by which mail programs say that a part was taken out of the message. */
static void take_absence(struct entity *entity, struct slice name, struct slice value)
{
    if (slice_is_equal_nocase(name, slice_str("X-Mozilla-Cloud-Part")))
        entity->absent = "the attachment lies in a cloud store (Thunderbird Filelink): fetch it by the link "
                         "in the part's header";
    else if (slice_is_equal_nocase(name, slice_str("X-Mozilla-External-Attachment-URL")))
        entity->absent = "the attachment was detached to a file of its owner's "
                         "(X-Mozilla-External-Attachment-URL): collect it there";
    else if (slice_is_equal_nocase(name, slice_str("X-Mozilla-Altered")) && !entity->absent &&
             slice_starts_with_nocase(slice_trim(value), "AttachmentDeleted"))
        entity->absent =
            "the attachment was deleted from the message by its owner: ask the other side, or a backup";
    else if (slice_is_equal_nocase(name, slice_str("X-Apple-Content-Length")))
        entity->is_beside = true;
}

void entity_take(struct entity *entity, struct arena *arena, const struct header_field *field,
                 const struct limits *limits)
{
    struct slice name = field->name;
    if (name.len > 16 && name.ptr[1] == '-')
        take_absence(entity, name, field->value);
    if (name.len < sizeof "Content-Type" - 1 || name.ptr[7] != '-' ||
        !slice_starts_with_nocase(name, "content-"))
        return;
    name = slice_skip(name, sizeof "content-" - 1);
    if (slice_is_equal_nocase(name, slice_str("type")))
        take_type(entity, arena, field->value, limits);
    else if (slice_is_equal_nocase(name, slice_str("disposition")))
        take_disposition(entity, arena, field->value, limits);
    else if (slice_is_equal_nocase(name, slice_str("transfer-encoding")))
        take_transfer(entity, arena, field->value);
}

bool entity_is_multipart(const struct entity *entity)
{
    return slice_starts_with(entity->type, "multipart/");
}

bool entity_is_message(const struct entity *entity)
{
    return slice_is_equal(entity->type, slice_str("message/rfc822")) ||
           slice_is_equal(entity->type, slice_str("message/global")) ||
           slice_is_equal(entity->type, slice_str("message/news"));
}

/* "name*=" or "name*0": an RFC 2231 parameter. */
static bool has_star_param(struct slice text)
{
    for (size_t at = 0; (at = slice_find_byte(text, at, '*')) != SLICE_NONE; at++)
        if (at + 1 < text.len &&
            (text.ptr[at + 1] == '=' || (text.ptr[at + 1] >= '0' && text.ptr[at + 1] <= '9')))
            return true;
    return false;
}

/* "=?": question marks are rarer in headers than equals signs, so they are what is looked for. */
static bool has_encoded_word(struct slice text)
{
    for (size_t at = 1; (at = slice_find_byte(text, at, '?')) != SLICE_NONE; at++)
        if (text.ptr[at - 1] == '=')
            return true;
    return false;
}

bool headers_need_view(struct slice block)
{
    return has_encoded_word(block) || has_star_param(block);
}

static void put_params(struct buffer *out, struct arena *arena, const struct header_field *field,
                       const struct limits *limits)
{
    struct header_params params;
    header_parse_params(arena, field->value, limits, &params);
    buffer_put(out, params.token);
    for (size_t i = 0; i < params.count; i++) {
        buffer_put_str(out, "; ");
        buffer_put(out, params.list[i].name);
        buffer_put_str(out, "=");
        buffer_put(out, params.list[i].value);
    }
}

static bool is_with_params(struct slice name)
{
    return slice_is_equal_nocase(name, slice_str("content-type")) ||
           slice_is_equal_nocase(name, slice_str("content-disposition"));
}

static void put_decoded(struct buffer *out, struct arena *arena, const struct header_field *field,
                        const struct limits *limits)
{
    if (field->name.len > 0) {
        buffer_put(out, field->name);
        buffer_put_str(out, ": ");
    }
    if (is_with_params(field->name))
        put_params(out, arena, field, limits);
    else
        buffer_put(out, header_decode_text(arena, field->value));
    buffer_put_str(out, "\n");
}

struct slice headers_view(struct arena *arena, struct slice block, const struct limits *limits)
{
    struct buffer out;
    struct header_field field;
    buffer_init(&out, block.len * VIEW_GROWTH + 1024);
    for (struct slice rest = block; header_eat(&rest, &field) == 1;) {
        if (headers_need_view(field.raw))
            put_decoded(&out, arena, &field, limits);
        buffer_put(&out, field.raw);
    }
    struct slice view = arena_copy(arena, buffer_slice(&out));
    buffer_release(&out);
    return view;
}
