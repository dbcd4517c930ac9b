/* mapi_header.c - the header block and the envelope of a message that is kept as MAPI properties. */
#include "walk/mapi_header.h"

#include <stdio.h>
#include <time.h>

#include "walk/mime_headers.h"
#include "walk/mime_provenance.h"

/* A list of recipients longer than this is cut; the properties themselves are scanned whole. */
#define RECIPIENTS_MAX ((size_t)4 * 1024 * 1024)

void mapi_header_begin(struct mapi_header *header, struct arena *arena, const struct limits *limits,
                       const struct envelope *container)
{
    struct envelope *envelope = arena_alloc(arena, sizeof *envelope);
    envelope->date = ENVELOPE_NO_DATE;
    if (container)
        *envelope = (struct envelope){ .date = ENVELOPE_NO_DATE,
                                       .folder = container->folder,
                                       .folder_role = container->folder_role,
                                       .custodian = container->custodian };
    *header = (struct mapi_header){ .arena = arena, .limits = limits, .envelope = envelope };
    buffer_init(&header->made, 4 * RECIPIENTS_MAX);
    buffer_init(&header->block, 4 * RECIPIENTS_MAX);
    buffer_init(&header->to, RECIPIENTS_MAX);
    buffer_init(&header->cc, RECIPIENTS_MAX);
    buffer_init(&header->bcc, RECIPIENTS_MAX);
}

void mapi_header_release(struct mapi_header *header)
{
    buffer_release(&header->made);
    buffer_release(&header->block);
    buffer_release(&header->to);
    buffer_release(&header->cc);
    buffer_release(&header->bcc);
}

/* Addresses. */

static bool is_smtp(struct slice address)
{
    return slice_find_byte(address, 0, '@') != SLICE_NONE && !slice_starts_with_nocase(address, "/o=");
}

/* "SMTP:ALICE@CORP.EXAMPLE" with a NUL: the address that something is searched by. */
static struct slice from_search_key(const struct mapi_bag *bag, uint16_t id)
{
    const struct mapi_property *key = mapi_find(bag, id);
    if (!key || !slice_starts_with_nocase(key->value, "SMTP:"))
        return slice_of(NULL, 0);
    struct slice address = slice_skip(key->value, 5);
    while (address.len > 0 && address.ptr[address.len - 1] == 0)
        address.len--;
    char *text = arena_string(bag->arena, address);
    for (char *c = text; *c; c++)
        *c = (char)slice_lower_byte((unsigned char)*c);
    return slice_str(text);
}

struct person {
    uint16_t name, smtp, address, search_key;
};

static const struct person sent = { MAPI_SENT_NAME, MAPI_SENT_SMTP, MAPI_SENT_ADDRESS, MAPI_SENT_SEARCH_KEY };
static const struct person sender = { MAPI_SENDER_NAME, MAPI_SENDER_SMTP, MAPI_SENDER_ADDRESS,
                                      MAPI_SENDER_SEARCH_KEY };
static const struct person recipient_ids = { MAPI_DISPLAY_NAME, MAPI_SMTP_ADDRESS, MAPI_ADDRESS,
                                             MAPI_SEARCH_KEY };

/* The SMTP address where anything tells it, else what there is: an Exchange address stands as it is. */
static struct slice address_of(const struct mapi_bag *bag, const struct person *person)
{
    struct slice smtp = mapi_get_text(bag, person->smtp), address = mapi_get_text(bag, person->address);
    if (is_smtp(smtp))
        return smtp;
    if (is_smtp(address))
        return address;
    struct slice key = from_search_key(bag, person->search_key);
    if (is_smtp(key))
        return key;
    struct slice name = mapi_get_text(bag, person->name);
    return is_smtp(name) && slice_find_byte(name, 0, ' ') == SLICE_NONE ? name : address;
}

/* VALUE on one line. */
static void put_line(struct buffer *out, struct slice value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = value.ptr[i];
        buffer_put_byte(out, c == '\r' || c == '\n' || c == 0 ? ' ' : c);
    }
}

static void put_quoted(struct buffer *out, struct slice name)
{
    buffer_put_byte(out, '"');
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = name.ptr[i];
        if (c == '"' || c == '\\')
            buffer_put_byte(out, '\\');
        buffer_put_byte(out, c == '\r' || c == '\n' || c == 0 ? ' ' : c);
    }
    buffer_put_byte(out, '"');
}

static void put_person(struct buffer *out, struct slice name, struct slice address)
{
    bool has_name = name.len > 0 && !slice_is_equal(name, address);
    if (has_name)
        put_quoted(out, name);
    if (address.len == 0)
        return;
    buffer_put_str(out, has_name ? " <" : "<");
    put_line(out, address);
    buffer_put_byte(out, '>');
}

static struct buffer *list_of(struct mapi_header *header, int64_t type)
{
    switch (type & 0xFF) {
    case 0:
        return NULL; /* who sent it */
    case 2:
        return &header->cc;
    case 3:
        return &header->bcc;
    default:
        return &header->to;
    }
}

void mapi_header_recipient(struct mapi_header *header, const struct mapi_bag *recipient)
{
    struct buffer *list = list_of(header, mapi_get_int(recipient, MAPI_RECIPIENT_TYPE, 1));
    if (!list)
        return;
    if (list->len > 0)
        buffer_put_str(list, ",\n ");
    put_person(list, mapi_get_text(recipient, MAPI_DISPLAY_NAME), address_of(recipient, &recipient_ids));
}

/* The block made of properties. */

static void put_field(struct buffer *out, const char *name, struct slice value)
{
    if (slice_trim(value).len == 0)
        return;
    buffer_printf(out, "%s: ", name);
    put_line(out, value);
    buffer_put_byte(out, '\n');
}

static void put_people(struct buffer *out, const char *name, const struct buffer *list, struct slice names)
{
    if (list->len == 0) {
        put_field(out, name, names);
        return;
    }
    buffer_printf(out, "%s: ", name);
    buffer_put(out, buffer_slice(list));
    buffer_put_byte(out, '\n');
}

static void put_from(struct buffer *out, const struct mapi_bag *bag)
{
    struct slice name = mapi_get_text(bag, MAPI_SENT_NAME), address = address_of(bag, &sent);
    struct slice by_name = mapi_get_text(bag, MAPI_SENDER_NAME), by = address_of(bag, &sender);
    bool has_sent = name.len > 0 || address.len > 0, has_sender = by_name.len > 0 || by.len > 0;
    if (!has_sent && !has_sender)
        return;
    buffer_put_str(out, "From: ");
    put_person(out, has_sent ? name : by_name, has_sent ? address : by);
    buffer_put_byte(out, '\n');
    if (!has_sent || !has_sender || slice_is_equal_nocase(address, by))
        return;
    buffer_put_str(out, "Sender: ");
    put_person(out, by_name, by);
    buffer_put_byte(out, '\n');
}

static void put_date(struct buffer *out, const struct mapi_bag *bag)
{
    static const uint16_t ids[] = { MAPI_SUBMIT_TIME, MAPI_DELIVERY_TIME, MAPI_CREATION_TIME,
                                    MAPI_MODIFICATION_TIME };
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int64_t seconds = ENVELOPE_NO_DATE;
    struct tm tm;
    for (size_t i = 0; i < sizeof ids / sizeof *ids && seconds == ENVELOPE_NO_DATE; i++)
        seconds = mapi_get_time(bag, ids[i]);
    time_t when = (time_t)seconds;
    if (seconds == ENVELOPE_NO_DATE || !gmtime_r(&when, &tm) || tm.tm_year > 8099)
        return;
    buffer_printf(out, "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d +0000\n", days + 3 * tm.tm_wday, tm.tm_mday,
                  months + 3 * tm.tm_mon, tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static void put_thread_index(struct buffer *out, const struct mapi_bag *bag)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const struct mapi_property *index = mapi_find(bag, MAPI_CONVERSATION_INDEX);
    if (!index || index->type != MAPI_BINARY || index->value.len < 22)
        return;
    struct slice rest = slice_sub(index->value, 0, 22);
    buffer_put_str(out, "Thread-Index: ");
    while (rest.len > 0) {
        struct slice group = slice_sub(rest, 0, 3);
        unsigned bits = 0;
        for (size_t i = 0; i < 3; i++)
            bits = bits << 8 | (i < group.len ? group.ptr[i] : 0);
        for (size_t i = 0; i < 4; i++)
            buffer_put_byte(out, i <= group.len ? (unsigned char)digits[bits >> (18 - 6 * i) & 63] : '=');
        rest = slice_skip(rest, group.len);
    }
    buffer_put_byte(out, '\n');
}

static struct slice subject_of(const struct mapi_bag *bag)
{
    struct slice subject = mapi_get_text(bag, MAPI_SUBJECT);
    /* Exchange marks the length of the prefix with two control characters (MS-OXCMSG section 2.2.1.46 and what PSTs hold). */
    if (subject.len >= 2 && subject.ptr[0] == 1)
        subject = slice_skip(subject, 2);
    return subject.len > 0 ? subject : mapi_get_text(bag, MAPI_NORMALIZED_SUBJECT);
}

static void put_labels(struct buffer *out, const struct mapi_bag *bag)
{
    bool is_first = true;
    for (size_t i = 0; i < bag->count; i++) {
        const struct mapi_property *property = &bag->list[i];
        if (property->id < MAPI_NAMED || !slice_is_equal_nocase(property->name, slice_str("Keywords")))
            continue;
        struct slice label = mapi_text(bag, property);
        if (label.len == 0)
            continue;
        buffer_put_str(out, is_first ? "Keywords: " : ", ");
        is_first = false;
        put_quoted(out, label);
    }
    if (!is_first)
        buffer_put_byte(out, '\n');
}

static void make_block(struct mapi_header *header, const struct mapi_bag *bag)
{
    struct buffer *out = &header->made;
    put_field(out, "Message-ID", mapi_get_text(bag, MAPI_INTERNET_MESSAGE_ID));
    put_date(out, bag);
    put_from(out, bag);
    put_people(out, "To", &header->to, mapi_get_text(bag, MAPI_DISPLAY_TO));
    put_people(out, "Cc", &header->cc, mapi_get_text(bag, MAPI_DISPLAY_CC));
    put_people(out, "Bcc", &header->bcc, mapi_get_text(bag, MAPI_DISPLAY_BCC));
    put_field(out, "Subject", subject_of(bag));
    put_field(out, "References", mapi_get_text(bag, MAPI_REFERENCES));
    put_field(out, "In-Reply-To", mapi_get_text(bag, MAPI_IN_REPLY_TO));
    put_thread_index(out, bag);
    put_labels(out, bag);
}

/* The envelope. */

/* Is there a field of this name in BLOCK? */
static bool has_field(struct slice block, struct slice name)
{
    struct header_field field;
    while (header_eat(&block, &field) == 1)
        if (slice_is_equal_nocase(field.name, name))
            return true;
    return false;
}

static void take_block(struct mapi_header *header, struct provenance *provenance, struct slice block,
                       struct slice before)
{
    struct header_field field;
    uint64_t count = 0;
    while (header_eat(&block, &field) == 1 && count++ < header->limits->header_fields)
        if (field.name.len > 0 && (before.len == 0 || !has_field(before, field.name)))
            provenance_take(provenance, &field);
}

void mapi_header_end(struct mapi_header *header, const struct mapi_bag *bag, struct slice transport)
{
    struct provenance provenance;
    if (transport.len == 0)
        transport = mapi_get_text(bag, MAPI_TRANSPORT_HEADERS);
    /* Outlook writes a line of its own before the fields of some. */
    if (slice_starts_with_nocase(transport, "Microsoft Mail Internet Headers"))
        transport = slice_skip(transport, slice_find_byte(transport, 0, '\n') + 1);
    transport = slice_trim(transport);
    header->has_transport = transport.len > 0;
    make_block(header, bag);
    provenance_begin(&provenance, header->arena, header->limits, header->envelope);
    take_block(header, &provenance, transport, slice_of(NULL, 0));
    take_block(header, &provenance, buffer_slice(&header->made), transport);
    header->envelope = provenance_end(&provenance);
    struct slice block = header->has_transport ? transport : buffer_slice(&header->made);
    buffer_put(&header->block,
               headers_need_view(block) ? headers_view(bag->arena, block, header->limits) : block);
}
