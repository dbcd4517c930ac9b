/* pst_message.c - one mail item of a PST: what mapi_message.c asks of libpff. */
#include "walk/pst.h"

#include "walk/mapi_message.h"

struct pst_message {
    struct mapi_message message;
    struct pst_file *pst;
    libpff_item_t *item; /* borrowed */
    libpff_item_t *recipients;
    int recipient_count, attachment_count;
    unsigned failed; /* values that could not be read */

    /* The attachment at work. */
    libpff_item_t *attachment, *embedded;
    struct pst_node node;
};

static int read_recipient(void *ctx, size_t index, struct mapi_bag *bag, struct error *err)
{
    struct pst_message *message = ctx;
    if (index >= (size_t)message->recipient_count)
        return 0;
    if (pst_read_bag(message->recipients, (int)index, bag, &message->failed) < 0)
        return error_set(err, ERROR_FORMAT, "cannot be read");
    return 1;
}

static void close_attachment(struct pst_message *message)
{
    if (message->embedded)
        libpff_item_free(&message->embedded, NULL);
    if (message->attachment)
        libpff_item_free(&message->attachment, NULL);
}

static int read_attachment(void *ctx, size_t index, struct mapi_bag *bag, struct error *err)
{
    struct pst_message *message = ctx;
    close_attachment(message);
    if (index >= (size_t)message->attachment_count)
        return 0;
    if (libpff_message_get_attachment(message->item, (int)index, &message->attachment, NULL) != 1 ||
        pst_read_bag(message->attachment, 0, bag, &message->failed) < 0)
        return error_set(err, ERROR_FORMAT, "the attachment cannot be read");
    return 1;
}

static struct source *open_value(void *ctx, struct arena *arena, size_t index,
                                 const struct mapi_property *property)
{
    struct pst_message *message = ctx;
    if (index == MAPI_THE_MESSAGE)
        return pst_value_source(arena, message->item, property->id);
    if (property->id == MAPI_ATTACH_DATA)
        return pst_attachment_source(arena, message->attachment);
    return pst_value_source(arena, message->attachment, property->id);
}

/* An OLE object is the storage's bytes; where libpff makes an item of the data, it is a message. */
static int open_embedded(void *ctx, size_t index, const struct mapi_bag *bag, struct item *child,
                         struct error *err)
{
    struct pst_message *message = ctx;
    (void)index;
    if (mapi_get_int(bag, MAPI_ATTACH_METHOD, 0) != MAPI_ATTACH_EMBEDDED) {
        child->source = pst_attachment_source(child->arena, message->attachment);
        return child->source ? 0 : error_set(err, ERROR_FORMAT, "the object's data cannot be read");
    }
    if (libpff_attachment_get_item(message->attachment, &message->embedded, NULL) != 1)
        return error_set(err, ERROR_FORMAT, "the attached message cannot be read");
    message->node = (struct pst_node){ message->pst, message->embedded };
    child->name = slice_of(NULL, 0); /* as message/rfc822 */
    child->is_attachment = false;
    child->opener = &format_pst_message;
    child->node = &message->node;
    return 0;
}

static const struct mapi_container container = {
    .recipient = read_recipient,
    .attachment = read_attachment,
    .value = open_value,
    .embedded = open_embedded,
};

/* libpff says 0 where there is no table, and fails where there is one that it cannot read. */
static void open_tables(struct walk *walk, struct pst_message *message)
{
    int got = libpff_message_get_recipients(message->item, &message->recipients, NULL);
    message->recipient_count = got == 1 ? pst_set_count(message->recipients) : got;
    if (message->recipient_count < 0)
        walk_gap(walk, walk->item, GAP_DAMAGED, GAP_STANDS_FOR_REST, NULL, "the recipients cannot be read");
    if (message->recipient_count < 0)
        message->recipient_count = 0;
    if (libpff_message_get_number_of_attachments(message->item, &message->attachment_count, NULL) == 1)
        return;
    message->attachment_count = 0;
    walk_gap(walk, walk->item, GAP_DAMAGED, GAP_STANDS_FOR_REST, NULL, "the attachments cannot be read");
}

static int message_open(struct walk *walk, struct error *err)
{
    const struct pst_node *node = walk->item->node;
    struct pst_message *message = arena_alloc(walk->arena, sizeof *message);
    walk->state = message;
    walk->item->is_message = true;
    message->pst = node->pst;
    message->item = node->item;
    message->message.container = &container;
    message->message.ctx = message;
    mapi_bag_init(&message->message.bag, walk->arena, node->pst->codepage);
    if (pst_read_bag(message->item, 0, &message->message.bag, &message->failed) < 0)
        return error_set(err, ERROR_FORMAT, "the item's properties cannot be read");
    mapi_bag_take_codepage(&message->message.bag);
    open_tables(walk, message);
    mapi_message_open(walk, &message->message);
    return 0;
}

static int message_next(struct walk *walk, struct item *child, struct error *err)
{
    struct pst_message *message = walk->state;
    int got = mapi_message_next(walk, &message->message, child, err);
    if (got != 0 || message->failed == 0)
        return got;
    return error_set(err, ERROR_FORMAT, "%u properties cannot be read", message->failed);
}

static void message_close(struct walk *walk)
{
    struct pst_message *message = walk->state;
    if (!message)
        return;
    close_attachment(message);
    if (message->recipients)
        libpff_item_free(&message->recipients, NULL);
    mapi_message_release(&message->message);
}

static enum bid no_probe(const struct item *item, struct slice head)
{
    (void)item, (void)head;
    return BID_NONE;
}

const struct format format_pst_message = {
    .name = "pst-message",
    .title = "Item of a PST or OST",
    .is_message = true,
    .probe = no_probe,
    .open = message_open,
    .next = message_next,
    .close = message_close,
};
