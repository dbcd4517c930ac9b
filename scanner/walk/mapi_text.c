/* mapi_text.c - the text of properties that have no leaf of their own, gathered. */
#include "walk/mapi_text.h"

/* A value is looked for in the header block if it is no longer than this, and so often. */
#define LOOKUP_LEN ((size_t)1024)
#define LOOKUPS 256

/* Shorter values cannot hold a secret and its key word. */
#define BYTES_LEAST 16

static void put_text(struct mapi_message *message, const struct mapi_property *property, struct slice text)
{
    char room[MAPI_LABEL_MAX];
    buffer_put(&message->text, mapi_label(property, room));
    buffer_put_str(&message->text, ": ");
    buffer_put(&message->text, text);
    buffer_put_byte(&message->text, '\n');
}

static void put_bytes(struct mapi_message *message, const struct mapi_property *property)
{
    if (property->value.len < BYTES_LEAST)
        return;
    buffer_put(&message->bytes, property->value);
    /* Texts in two values do not join, and UTF-16 stays on even bytes. */
    buffer_put(&message->bytes, slice_of("\0\0\n\0", 4 - property->value.len % 2));
}

/* Does the header block say this already? */
static bool is_told(struct mapi_message *message, struct slice text)
{
    text = slice_trim(text);
    if (text.len == 0)
        return true;
    if (text.len > LOOKUP_LEN || message->lookups++ >= LOOKUPS)
        return false;
    return slice_find(buffer_slice(&message->header.block), 0, text) != SLICE_NONE;
}

static void put_bag(struct mapi_message *message, const struct mapi_bag *bag, bool (*is_own)(uint16_t id),
                    struct slice told)
{
    for (size_t i = 0; i < bag->count; i++) {
        const struct mapi_property *property = &bag->list[i];
        if (is_own(property->id) || property->value.len == 0)
            continue;
        if (property->type == MAPI_BINARY) {
            put_bytes(message, property);
        } else if (mapi_is_text(property)) {
            struct slice text = mapi_text(bag, property);
            bool is_new = property->name.len > 0 || (!slice_is_equal(text, told) && !is_told(message, text));
            if (text.len > 0 && is_new)
                put_text(message, property, text);
        }
    }
}

static bool is_messages_own(uint16_t id)
{
    return id == MAPI_BODY || id == MAPI_HTML || id == MAPI_RTF_COMPRESSED || id == MAPI_TRANSPORT_HEADERS;
}

/* Recipients that the transport's header does not name. */
static void put_recipients(struct mapi_message *message, const char *field, const struct buffer *list)
{
    struct slice rest = buffer_slice(list), line;
    while (slice_eat_line(&rest, &line)) {
        line = slice_trim(line);
        if (line.len > 0 && line.ptr[line.len - 1] == ',')
            line.len--;
        if (is_told(message, line))
            continue;
        buffer_printf(&message->text, "%s: ", field);
        buffer_put(&message->text, line);
        buffer_put_byte(&message->text, '\n');
    }
}

void mapi_text_message(struct mapi_message *message)
{
    if (message->header.has_transport) {
        put_recipients(message, "To", &message->header.to);
        put_recipients(message, "Cc", &message->header.cc);
        put_recipients(message, "Bcc", &message->header.bcc);
    }
    put_bag(message, &message->bag, is_messages_own, slice_of(NULL, 0));
}

static bool is_recipients_own(uint16_t id)
{
    return id == MAPI_DISPLAY_NAME || id == MAPI_ADDRESS || id == MAPI_SMTP_ADDRESS ||
           id == MAPI_ADDRESS_TYPE;
}

/* Whether the lists of the header to come say TEXT of the recipient that was put into one of them last. */
static bool is_in_lists(const struct mapi_header *header, struct slice text)
{
    const struct buffer *const lists[] = { &header->to, &header->cc, &header->bcc };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct slice list = buffer_slice(lists[i]);
        size_t tail = 2 * LOOKUP_LEN;
        if (slice_find(slice_skip(list, list.len > tail ? list.len - tail : 0), 0, text) != SLICE_NONE)
            return true;
    }
    return false;
}

/* An address that the header does not show, since it shows another. What Exchange calls people within itself is no text of theirs. */
static void put_address(struct mapi_message *message, const struct mapi_bag *recipient, uint16_t id)
{
    const struct mapi_property *property = mapi_find(recipient, id);
    struct slice text = property ? slice_trim(mapi_text(recipient, property)) : slice_of(NULL, 0);
    if (text.len > 0 && !slice_starts_with_nocase(text, "/o=") && !is_in_lists(&message->header, text))
        put_text(message, property, text);
}

void mapi_text_recipient(struct mapi_message *message, const struct mapi_bag *recipient)
{
    struct slice name = mapi_get_text(recipient, MAPI_DISPLAY_NAME);
    put_bag(message, recipient, is_recipients_own, name);
    put_address(message, recipient, MAPI_ADDRESS);
    put_address(message, recipient, MAPI_SMTP_ADDRESS);
}

static bool is_attachments_own(uint16_t id)
{
    return id == MAPI_ATTACH_DATA;
}

void mapi_text_attachment(struct mapi_message *message, const struct mapi_bag *attachment)
{
    put_bag(message, attachment, is_attachments_own, slice_of(NULL, 0));
}
