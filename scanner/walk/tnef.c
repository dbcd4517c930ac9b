/* tnef.c - winmail.dat: what Outlook sends beside or in place of MIME (MS-OXTNEF). */
#include "walk/hold.h"
#include "walk/mapi_message.h"
#include "walk/part.h"
#include "walk/tnef_props.h"

#define HEADER_LEN 6    /* signature and key */
#define ATTRIBUTE_LEN 9 /* level, number and type, length */
#define CHECKSUM_LEN 2
#define ATTRIBUTES_MAX ((size_t)200000)
#define CHECK_STEP ((size_t)64 * 1024)

enum level { LEVEL_MESSAGE = 1, LEVEL_ATTACHMENT = 2 };

struct attribute {
    uint8_t level;
    uint16_t number;
    uint64_t offset; /* of its data */
    uint32_t len;    /* that are there */
};

struct tnef {
    struct mapi_message message;
    struct source *in;
    struct arena *arena;
    struct attribute *list;
    size_t count, capacity;
    size_t next;                  /* the first attribute of the attachment after the one that was given */
    struct slice rows;            /* of the recipient table, those to come */
    uint32_t row_count;           /* of them */
    const struct attribute *data; /* of the attachment at work, or NULL */
    uint64_t end;                 /* where what was understood ends */
    unsigned bad_sums;
    bool is_cut, is_over, has_rest;
};

/* The attributes, as they follow each other. */

static bool has_sum(struct tnef *tnef, const struct attribute *attribute, uint16_t wanted)
{
    unsigned char bytes[4096];
    uint32_t sum = 0;
    for (uint64_t at = 0; at < attribute->len;) {
        uint64_t left = attribute->len - at;
        int64_t got = source_read_at(tnef->in, attribute->offset + at, bytes,
                                     left < sizeof bytes ? (size_t)left : sizeof bytes, NULL);
        if (got <= 0)
            return false;
        for (int64_t i = 0; i < got; i++)
            sum += bytes[i];
        at += (uint64_t)got;
    }
    return (uint16_t)sum == wanted;
}

static void add_attribute(struct tnef *tnef, struct attribute attribute)
{
    if (tnef->count == tnef->capacity) {
        size_t capacity = tnef->capacity ? 2 * tnef->capacity : 64;
        struct attribute *list = arena_alloc_array(tnef->arena, capacity, sizeof *list);
        if (tnef->count > 0)
            memcpy(list, tnef->list, tnef->count * sizeof *list);
        tnef->list = list;
        tnef->capacity = capacity;
    }
    tnef->list[tnef->count++] = attribute;
}

/* The attribute at tnef->end. False at the end of those that there are. */
static bool read_attribute(struct tnef *tnef)
{
    struct slice head = part_read(tnef->arena, tnef->in, tnef->end, ATTRIBUTE_LEN), sum;
    struct attribute attribute = { .offset = tnef->end + ATTRIBUTE_LEN };
    uint16_t type, wanted = 0;
    uint32_t len;
    if (slice_eat_u8(&head, &attribute.level) < 0)
        return false;
    if (attribute.level != LEVEL_MESSAGE && attribute.level != LEVEL_ATTACHMENT)
        return false;
    if (slice_eat_u16le(&head, &attribute.number) < 0 || slice_eat_u16le(&head, &type) < 0 ||
        slice_eat_u32le(&head, &len) < 0) {
        tnef->is_cut = true;
        return false;
    }
    uint64_t left = tnef->in->size - attribute.offset;
    attribute.len = len < left ? len : (uint32_t)left;
    tnef->is_cut = left < CHECKSUM_LEN || len > left - CHECKSUM_LEN;
    sum = part_read(tnef->arena, tnef->in, attribute.offset + attribute.len, CHECKSUM_LEN);
    if (slice_eat_u16le(&sum, &wanted) == 0)
        tnef->bad_sums += !has_sum(tnef, &attribute, wanted);
    tnef->end = attribute.offset + attribute.len + (tnef->is_cut ? left - attribute.len : CHECKSUM_LEN);
    add_attribute(tnef, attribute);
    return !tnef->is_cut;
}

static void read_attributes(struct tnef *tnef)
{
    tnef->end = HEADER_LEN;
    while (tnef->count < ATTRIBUTES_MAX && read_attribute(tnef))
        continue;
    tnef->is_over = tnef->count == ATTRIBUTES_MAX;
}

static struct slice data_of(struct tnef *tnef, const struct attribute *attribute)
{
    return part_read(tnef->arena, tnef->in, attribute->offset, attribute->len);
}

static void tell_faults(struct walk *walk, const struct tnef *tnef, bool is_damaged)
{
    if (tnef->is_cut)
        walk_gap(walk, walk->item, GAP_TRUNCATED, GAP_STANDS_FOR_REST, NULL,
                 "the TNEF ends inside an attribute");
    if (tnef->is_over)
        walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, NULL,
                 "more than %zu attributes; the rest was read as bytes", ATTRIBUTES_MAX);
    if (is_damaged)
        walk_gap(walk, walk->item, GAP_DAMAGED, GAP_STANDS_FOR_REST, NULL,
                 "a list of properties in the TNEF is damaged");
}

/* The message. */

static unsigned codepage_of(struct tnef *tnef)
{
    for (size_t i = 0; i < tnef->count; i++) {
        uint32_t number = 0;
        if (tnef->list[i].number != TNEF_CODEPAGE)
            continue;
        struct slice data = data_of(tnef, &tnef->list[i]);
        if (slice_eat_u32le(&data, &number) == 0 && number < 0xFFFF && number != CODEPAGE_UTF16 &&
            codepage_is_known(number))
            return number;
    }
    return CODEPAGE_WESTERN;
}

/* False where a block of properties is damaged. */
static bool read_message(struct tnef *tnef, struct mapi_bag *bag)
{
    bool is_whole = true;
    for (size_t i = 0; i < tnef->count; i++)
        if (tnef->list[i].level == LEVEL_MESSAGE && tnef->list[i].number == TNEF_MESSAGE_PROPERTIES) {
            struct slice data = data_of(tnef, &tnef->list[i]);
            is_whole &= tnef_take_properties(&data, bag) == 0;
        }
    for (size_t i = 0; i < tnef->count; i++) {
        const struct attribute *attribute = &tnef->list[i];
        bool is_own = attribute->number == TNEF_MESSAGE_PROPERTIES || attribute->number == TNEF_RECIPIENTS ||
                      attribute->number == TNEF_VERSION || attribute->number == TNEF_CODEPAGE;
        if (attribute->level == LEVEL_MESSAGE && !is_own)
            tnef_take_attribute((enum tnef_attribute)attribute->number, data_of(tnef, attribute), bag);
        if (attribute->level == LEVEL_MESSAGE && attribute->number == TNEF_RECIPIENTS &&
            tnef->rows.len == 0) {
            tnef->rows = data_of(tnef, attribute);
            (void)slice_eat_u32le(&tnef->rows, &tnef->row_count);
        }
    }
    return is_whole;
}

static int give_recipient(void *ctx, size_t index, struct mapi_bag *bag, struct error *err)
{
    struct tnef *tnef = ctx;
    (void)index;
    if (tnef->row_count == 0 || tnef->rows.len == 0)
        return 0;
    tnef->row_count--;
    if (tnef_take_properties(&tnef->rows, bag) == 0)
        return 1;
    tnef->row_count = 0;
    return bag->count > 0 ? 1 : error_set(err, ERROR_FORMAT, "the table of recipients is damaged");
}

/* Attachments. */

static bool is_start(const struct attribute *attribute)
{
    return attribute->level == LEVEL_ATTACHMENT && attribute->number == TNEF_ATTACH_START;
}

/* The first attribute of the next attachment. One that has no start is one too. */
static size_t find_attachment(const struct tnef *tnef, size_t at)
{
    while (at < tnef->count && tnef->list[at].level != LEVEL_ATTACHMENT)
        at++;
    return at;
}

static void take_attachment(struct tnef *tnef, const struct attribute *attribute, struct mapi_bag *bag,
                            bool is_properties)
{
    struct slice data;
    switch (attribute->number) {
    case TNEF_ATTACH_START:
        break;
    case TNEF_ATTACH_PROPERTIES:
        data = is_properties ? part_read(bag->arena, tnef->in, attribute->offset, attribute->len)
                             : slice_of(NULL, 0);
        if (is_properties)
            (void)tnef_take_properties(&data, bag);
        break;
    case TNEF_ATTACH_DATA:
        if (!is_properties)
            tnef->data = attribute;
        break;
    default:
        if (!is_properties)
            tnef_take_attribute((enum tnef_attribute)attribute->number,
                                part_read(bag->arena, tnef->in, attribute->offset, attribute->len), bag);
    }
}

static int give_attachment(void *ctx, size_t index, struct mapi_bag *bag, struct error *err)
{
    struct tnef *tnef = ctx;
    size_t first = find_attachment(tnef, tnef->next), end = first + 1;
    (void)index, (void)err;
    if (first >= tnef->count)
        return 0;
    while (end < tnef->count && !is_start(&tnef->list[end]))
        end++;
    tnef->next = end;
    tnef->data = NULL;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = first; i < end; i++)
            if (tnef->list[i].level == LEVEL_ATTACHMENT)
                take_attachment(tnef, &tnef->list[i], bag, pass == 0);
    bool has_object = mapi_find(bag, MAPI_ATTACH_DATA) != NULL;
    if (tnef->data && !has_object)
        mapi_bag_add(bag, MAPI_ATTACH_DATA, MAPI_BINARY, slice_of(NULL, 0), slice_of(NULL, 0),
                     tnef->data->len);
    return 1;
}

static struct source *give_value(void *ctx, struct arena *arena, size_t index,
                                 const struct mapi_property *property)
{
    struct tnef *tnef = ctx;
    if (index == MAPI_THE_MESSAGE || property->id != MAPI_ATTACH_DATA || !tnef->data)
        return NULL;
    return part_source(arena, tnef->in, tnef->data->offset, tnef->data->len);
}

/* An object begins with the id of its interface: a message is TNEF again, a storage is a compound file, a stream is bytes. */
static int give_embedded(void *ctx, size_t index, const struct mapi_bag *bag, struct item *child,
                         struct error *err)
{
    static const size_t interface_len = 16;
    const struct mapi_property *data = mapi_find(bag, MAPI_ATTACH_DATA);
    if (!data)
        return error_set(err, ERROR_FORMAT, "the object that was attached is not there");
    if (data->type == MAPI_OBJECT) {
        child->source = source_from_memory(child->arena, slice_skip(data->value, interface_len));
        return 0;
    }
    child->source = data->size > data->value.len ? give_value(ctx, child->arena, index, data)
                                                 : source_from_memory(child->arena, data->value);
    return child->source ? 0 : error_set(err, ERROR_FORMAT, "the object that was attached is not there");
}

static const struct mapi_container container = { give_recipient, give_attachment, give_value, give_embedded };

/* The format. */

/* Is the item a part of the message that is around it, rather than one attached to it? */
static bool is_part(const struct item *item)
{
    return item->parent && item_message(item->parent) &&
           !slice_is_equal(item->type, slice_str("message/rfc822"));
}

static int tnef_open(struct walk *walk, struct error *err)
{
    struct tnef *tnef = arena_alloc(walk->arena, sizeof *tnef);
    tnef->arena = walk->arena;
    tnef->in = hold_source(walk->item->arena, walk->item->source, walk->env, err);
    walk->item->source = tnef->in;
    if (!source_is_seekable(tnef->in))
        return -1;
    read_attributes(tnef);
    tnef->message =
        (struct mapi_message){ .container = &container, .ctx = tnef, .is_part = is_part(walk->item) };
    mapi_bag_init(&tnef->message.bag, walk->arena, codepage_of(tnef));
    bool is_whole = read_message(tnef, &tnef->message.bag);
    tell_faults(walk, tnef, !is_whole);
    mapi_message_open(walk, &tnef->message);
    if (tnef->bad_sums > 0)
        walk->item->note = slice_str("checksums in the TNEF do not match");
    walk->state = tnef;
    return 0;
}

/* What follows the last attribute. */
static int give_rest(struct walk *walk, struct tnef *tnef, struct item *child)
{
    uint64_t left = tnef->in->size > tnef->end ? tnef->in->size - tnef->end : 0;
    struct slice start = part_read(child->arena, tnef->in, tnef->end, 64);
    /* Mailers put a line end after it. */
    if (tnef->has_rest || left == 0 || (left <= 64 && slice_trim(start).len == 0))
        return 0;
    tnef->has_rest = true;
    child->kind = ITEM_REST;
    child->content = CONTENT_BYTES;
    child->mime_depth = walk->item->mime_depth + 1;
    child->source = part_source(child->arena, tnef->in, tnef->end, left);
    return 1;
}

/* All of the item was read. */
static void leave_source(struct source *source)
{
    source->ready = slice_of(NULL, 0);
    source->offset = source->size;
    source->is_at_end = true;
}

static int tnef_next(struct walk *walk, struct item *child, struct error *err)
{
    struct tnef *tnef = walk->state;
    int got = mapi_message_next(walk, &tnef->message, child, err);
    if (got == 0)
        got = give_rest(walk, tnef, child);
    if (got == 0)
        leave_source(tnef->in);
    return got;
}

static void tnef_close(struct walk *walk)
{
    struct tnef *tnef = walk->state;
    if (tnef)
        mapi_message_release(&tnef->message);
}

static enum bid tnef_probe(const struct item *item, struct slice head)
{
    (void)item;
    return slice_starts_with(head, "\x78\x9f\x3e\x22") ? BID_SIGNATURE : BID_NONE;
}

const struct format format_tnef = {
    .name = "tnef",
    .title = "TNEF (winmail.dat): the message that Outlook sends in Exchange's own form",
    .is_message = true,
    .probe = tnef_probe,
    .open = tnef_open,
    .next = tnef_next,
    .close = tnef_close,
};
