/* olm_message.c - one item of an Outlook for Mac archive: what mapi_message.c asks for. */
#include "walk/olm.h"

struct olm_message {
    struct mapi_message message;
    struct olm_item *item;
    const struct olm_person *person; /* the next */
    const struct olm_attachment *attachment;
    struct zip_entry data; /* of the attachment at work */
    bool has_rest;
};

static void add(struct mapi_bag *bag, uint16_t id, struct slice text)
{
    if (text.len > 0)
        mapi_bag_add(bag, id, MAPI_STRING8, slice_of(NULL, 0), text, text.len);
}

static int give_recipient(void *ctx, size_t index, struct mapi_bag *bag, struct error *err)
{
    struct olm_message *message = ctx;
    const struct olm_person *person = message->person;
    unsigned char *type;
    (void)index, (void)err;
    if (!person)
        return 0;
    message->person = person->next;
    type = arena_alloc(bag->arena, 4);
    type[0] = person->type;
    add(bag, MAPI_DISPLAY_NAME, person->name);
    add(bag, MAPI_SMTP_ADDRESS, person->address);
    mapi_bag_add(bag, MAPI_RECIPIENT_TYPE, MAPI_INT32, slice_of(NULL, 0), slice_of(type, 4), 4);
    return 1;
}

static struct slice last_name(struct slice path)
{
    for (size_t at; (at = slice_find_byte(path, 0, '/')) != SLICE_NONE;)
        path = slice_skip(path, at + 1);
    return path;
}

static int give_attachment(void *ctx, size_t index, struct mapi_bag *bag, struct error *err)
{
    struct olm_message *message = ctx;
    const struct olm_attachment *attachment = message->attachment;
    (void)index, (void)err;
    if (!attachment)
        return 0;
    message->attachment = attachment->next;
    add(bag, MAPI_ATTACH_LONG_NAME, attachment->name.len ? attachment->name : last_name(attachment->url));
    add(bag, MAPI_ATTACH_TYPE, attachment->type);
    add(bag, MAPI_ATTACH_CONTENT_ID, attachment->id);
    /* Without data: the archive promised it and does not have it. */
    if (olm_find(message->item->olm, attachment->url, bag->arena, &message->data))
        mapi_bag_add(bag, MAPI_ATTACH_DATA, MAPI_BINARY, slice_of(NULL, 0), slice_of(NULL, 0),
                     message->data.size ? message->data.size : 1);
    return 1;
}

static struct source *give_value(void *ctx, struct arena *arena, size_t index,
                                 const struct mapi_property *property)
{
    struct olm_message *message = ctx;
    if (index == MAPI_THE_MESSAGE || property->id != MAPI_ATTACH_DATA)
        return NULL;
    return olm_source(message->item->olm, &message->data, arena);
}

static const struct mapi_container container = { give_recipient, give_attachment, give_value, NULL };

static void tell_faults(struct walk *walk, const struct olm_item *item)
{
    if (item->is_over)
        walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, NULL,
                 "the item is longer than %zu bytes; the rest of its text was not read", OLM_ITEM_MAX);
    if (item->is_cut)
        walk_gap(walk, walk->item, item->fault == XML_LIMIT ? GAP_LIMIT : GAP_DAMAGED, GAP_STANDS_FOR_REST,
                 NULL, "the item's XML: %s; what follows was scanned as it stands", item->why);
}

static int message_open(struct walk *walk, struct error *err)
{
    struct olm_message *message = arena_alloc(walk->arena, sizeof *message);
    struct olm_item *item = walk->item->node;
    (void)err;
    message->item = item;
    message->person = item->people;
    message->attachment = item->attachments;
    message->message.container = &container;
    message->message.ctx = message;
    message->message.bag = item->bag;
    walk->state = message;
    tell_faults(walk, item);
    mapi_message_open(walk, &message->message);
    return 0;
}

/* The member from where its XML broke. */
static int give_rest(struct olm_message *message, struct item *child)
{
    struct olm_item *item = message->item;
    if (!item->is_cut || message->has_rest)
        return 0;
    message->has_rest = true;
    struct source *source = olm_source(item->olm, &item->entry, child->arena);
    for (uint64_t left = item->rest_at; source && left > 0 && source_fill(source, 1, NULL) == 1;) {
        size_t len = left < source->ready.len ? (size_t)left : source->ready.len;
        source_consume(source, len);
        left -= len;
    }
    if (!source || source_fill(source, 1, NULL) != 1)
        return 0;
    child->kind = ITEM_REST;
    child->content = CONTENT_TEXT;
    child->source = source;
    return 1;
}

static int message_next(struct walk *walk, struct item *child, struct error *err)
{
    struct olm_message *message = walk->state;
    int got = mapi_message_next(walk, &message->message, child, err);
    return got == 0 ? give_rest(message, child) : got;
}

static void message_close(struct walk *walk)
{
    struct olm_message *message = walk->state;
    if (message)
        mapi_message_release(&message->message);
}

static enum bid no_probe(const struct item *item, struct slice head)
{
    (void)item, (void)head;
    return BID_NONE;
}

const struct format format_olm_item = {
    .name = "olm-item",
    .title = "Item of an Outlook for Mac archive",
    .is_message = true,
    .probe = no_probe,
    .open = message_open,
    .next = message_next,
    .close = message_close,
};
