/* olm_item.c - items out of an XML file of an Outlook for Mac archive: what its elements mean. */
#include "walk/olm.h"

#include <stdio.h>
#include <time.h>

#include "decode/transfer.h"
#include "walk/type.h"

/* Shorter values are flags and numbers of Outlook's own. */
#define TEXT_LEAST 5

#define PIECE ((size_t)64 * 1024)

enum meaning {
    MEANS_TEXT,  /* a property of that name */
    MEANS_ID,    /* the Message-ID */
    MEANS_PLAIN, /* a body, plain or HTML */
    MEANS_HTML,
    MEANS_TIME,
    MEANS_INDEX, /* base64 of PidTagConversationIndex */
    MEANS_PEOPLE,
};

/* What follows "OPF…Copy" or "OPF…Get" in a field's name. */
static const struct {
    const char *name;
    enum meaning meaning;
    uint16_t id;
} fields[] = {
    { "MessageID", MEANS_ID, MAPI_INTERNET_MESSAGE_ID },
    { "Subject", MEANS_TEXT, MAPI_SUBJECT },
    { "Summary", MEANS_TEXT, MAPI_SUBJECT },
    { "Title", MEANS_TEXT, MAPI_SUBJECT },
    { "Name", MEANS_TEXT, MAPI_SUBJECT },
    { "DisplayName", MEANS_TEXT, MAPI_SUBJECT },
    { "ThreadTopic", MEANS_TEXT, MAPI_TOPIC },
    { "References", MEANS_TEXT, MAPI_REFERENCES },
    { "InReplyTo", MEANS_TEXT, MAPI_IN_REPLY_TO },
    { "Organizer", MEANS_TEXT, MAPI_SENT_SMTP },
    { "ThreadIndex", MEANS_INDEX, MAPI_CONVERSATION_INDEX },
    { "SentTime", MEANS_TIME, MAPI_SUBMIT_TIME },
    { "ReceivedTime", MEANS_TIME, MAPI_DELIVERY_TIME },
    { "CreationDate", MEANS_TIME, MAPI_CREATION_TIME },
    { "ModDate", MEANS_TIME, MAPI_MODIFICATION_TIME },
    { "Body", MEANS_PLAIN, 0 },
    { "Description", MEANS_PLAIN, 0 },
    { "DescriptionPlain", MEANS_PLAIN, 0 },
    { "Text", MEANS_PLAIN, 0 },
    { "Notes", MEANS_PLAIN, 0 },
    { "NotesPlain", MEANS_PLAIN, 0 },
    { "NotePlain", MEANS_PLAIN, 0 },
    { "HTMLBody", MEANS_HTML, 0 },
    { "FromAddresses", MEANS_PEOPLE, MAPI_SENT_SMTP },
    { "SenderAddress", MEANS_PEOPLE, MAPI_SENDER_SMTP },
    { "ToAddresses", MEANS_PEOPLE, 1 },
    { "AttendeeList", MEANS_PEOPLE, 1 },
    { "CCAddresses", MEANS_PEOPLE, 2 },
    { "BCCAddresses", MEANS_PEOPLE, 3 },
};

/* "Subject" of "OPFMessageCopySubject"; the whole name where it is not made so. */
static struct slice bare_name(struct slice name)
{
    static const char *const verbs[] = { "Copy", "Get" };
    if (!slice_starts_with(name, "OPF"))
        return name;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        size_t at = slice_find(name, 3, slice_str(verbs[i]));
        if (at != SLICE_NONE && at + strlen(verbs[i]) < name.len)
            return slice_skip(name, at + strlen(verbs[i]));
    }
    return slice_skip(name, 3);
}

static enum meaning meaning_of(struct slice field, uint16_t *id)
{
    struct slice name = bare_name(field);
    *id = 0;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (slice_is_equal(name, slice_str(fields[i].name))) {
            *id = fields[i].id;
            return fields[i].meaning;
        }
    return MEANS_TEXT;
}

/* Whether the item has no room for LEN bytes more. */
static bool is_over(struct olm_reader *reader, size_t len)
{
    if (len > OLM_ITEM_MAX || arena_used(reader->arena) > OLM_ITEM_MAX - len)
        reader->item.is_over = true;
    return reader->item.is_over;
}

/* Properties. */

static void add_text(struct olm_reader *reader, uint16_t id, struct slice name, struct slice value)
{
    struct arena *arena = reader->arena;
    if ((id == 0 && slice_trim(value).len < TEXT_LEAST) || is_over(reader, value.len))
        return;
    mapi_bag_add(&reader->item.bag, id ? id : MAPI_NAMED, MAPI_STRING8,
                 id ? slice_of(NULL, 0) : arena_copy(arena, name), arena_copy(arena, value), value.len);
}

static void add_id(struct olm_reader *reader, struct slice value)
{
    value = slice_trim(value);
    if (!slice_starts_with(value, "<"))
        value = arena_printf(reader->arena, "<%.*s>", (int)(value.len < 4096 ? value.len : 4096),
                             (const char *)value.ptr);
    add_text(reader, MAPI_INTERNET_MESSAGE_ID, slice_of(NULL, 0), value);
}

static int number(struct slice text, size_t at, size_t len)
{
    uint64_t value;
    struct slice digits = slice_sub(text, at, len);
    return digits.len == len && slice_to_u64(digits, &value) == 0 ? (int)value : -1;
}

/* "2011-06-21T23:46:39", in UTC, as 100 ns since 1601. False if it is no such thing. */
static bool parse_time(struct slice text, uint64_t *filetime)
{
    text = slice_trim(text);
    struct tm tm = { .tm_year = number(text, 0, 4) - 1900,
                     .tm_mon = number(text, 5, 2) - 1,
                     .tm_mday = number(text, 8, 2),
                     .tm_hour = number(text, 11, 2),
                     .tm_min = number(text, 14, 2),
                     .tm_sec = number(text, 17, 2) };
    if (text.len < 19 || text.ptr[10] != 'T' || tm.tm_year < -299 || tm.tm_mon < 0 || tm.tm_mon > 11 ||
        tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour < 0 || tm.tm_hour > 23 || tm.tm_min < 0 ||
        tm.tm_min > 59 || tm.tm_sec < 0)
        return false;
    int64_t seconds = (int64_t)timegm(&tm) + INT64_C(11644473600);
    *filetime = seconds > 0 ? (uint64_t)seconds * 10000000 : 0;
    return seconds > 0;
}

static void add_time(struct olm_reader *reader, uint16_t id, struct slice value)
{
    uint64_t filetime;
    if (!parse_time(value, &filetime)) {
        add_text(reader, 0, slice_str(reader->field), value);
        return;
    }
    unsigned char *bytes = arena_alloc(reader->arena, sizeof filetime);
    for (size_t i = 0; i < sizeof filetime; i++)
        bytes[i] = (unsigned char)(filetime >> (8 * i));
    mapi_bag_add(&reader->item.bag, id, MAPI_TIME, slice_of(NULL, 0), slice_of(bytes, sizeof filetime),
                 sizeof filetime);
}

static void add_index(struct olm_reader *reader, struct slice value)
{
    struct buffer raw;
    buffer_init(&raw, 4096);
    (void)transfer_decode_base64(value, &raw, NULL);
    struct slice bytes = arena_copy(reader->arena, buffer_slice(&raw));
    buffer_release(&raw);
    if (bytes.len > 0)
        mapi_bag_add(&reader->item.bag, MAPI_CONVERSATION_INDEX, MAPI_BINARY, slice_of(NULL, 0), bytes,
                     bytes.len);
}

static void add_body(struct olm_reader *reader, enum meaning meaning, struct slice value)
{
    struct olm_item *item = &reader->item;
    struct slice *body = meaning == MEANS_HTML ? &item->html : &item->plain;
    if (is_over(reader, value.len))
        return;
    if (body->len == 0)
        *body = arena_copy(reader->arena, value);
    else if (!slice_is_equal(*body, value))
        add_text(reader, 0, bare_name(slice_str(reader->field)), value);
}

static struct slice keep(struct olm_reader *reader, const char *text)
{
    return arena_copy(reader->arena, slice_trim(slice_str(text)));
}

static void add_person(struct olm_reader *reader, uint16_t id, struct slice name, struct slice address)
{
    struct olm_item *item = &reader->item;
    if (id > 3) {
        bool is_sent = id == MAPI_SENT_SMTP;
        if (address.len > 0)
            add_text(reader, id, slice_of(NULL, 0), address);
        if (name.len > 0)
            add_text(reader, is_sent ? MAPI_SENT_NAME : MAPI_SENDER_NAME, slice_of(NULL, 0), name);
        return;
    }
    struct olm_person *person = arena_alloc(reader->arena, sizeof *person);
    *person = (struct olm_person){ NULL, name, address, (uint8_t)id };
    if (item->last_person)
        item->last_person->next = person;
    else
        item->people = person;
    item->last_person = person;
}

/* Elements. */

static const char *ending(const char **attributes, const char *end)
{
    for (; attributes[0]; attributes += 2)
        if (slice_ends_with_nocase(slice_str(attributes[0]), end))
            return attributes[1];
    return NULL;
}

/* Values of an element's attributes that stand with its person or attachment. */
struct kept {
    const char *values[6];
    size_t count;
};

static struct slice keep_value(struct olm_reader *reader, struct kept *kept, const char *value)
{
    if (value)
        kept->values[kept->count++] = value;
    return keep(reader, value);
}

static bool is_kept(const struct kept *kept, const char *value)
{
    for (size_t i = 0; i < kept->count; i++)
        if (kept->values[i] == value)
            return true;
    return false;
}

/* An element in which a person may stand. */
static void take_person(struct olm_reader *reader, const char **attributes, struct kept *kept)
{
    uint16_t id;
    const char *address = ending(attributes, "AddressAddress"), *name = ending(attributes, "AddressName");
    if (!address)
        address = ending(attributes, "AttendeeAddress");
    if (!name)
        name = ending(attributes, "AttendeeName");
    if (meaning_of(slice_str(reader->field), &id) != MEANS_PEOPLE || (!address && !name) ||
        is_over(reader, 0))
        return;
    struct slice kept_name = keep_value(reader, kept, name);
    add_person(reader, id, kept_name, keep_value(reader, kept, address));
}

static void take_attachment(struct olm_reader *reader, const char **attributes, struct kept *kept)
{
    struct olm_item *item = &reader->item;
    const char *url = ending(attributes, "AttachmentURL");
    if (!url || is_over(reader, 0))
        return;
    struct olm_attachment *attachment = arena_alloc(reader->arena, sizeof *attachment);
    attachment->name = keep_value(reader, kept, ending(attributes, "AttachmentName"));
    attachment->type = keep_value(reader, kept, ending(attributes, "ContentType"));
    attachment->id = keep_value(reader, kept, ending(attributes, "ContentID"));
    attachment->url = keep_value(reader, kept, url);
    if (item->last_attachment)
        item->last_attachment->next = attachment;
    else
        item->attachments = attachment;
    item->last_attachment = attachment;
}

static bool is_idle(const char *name, const char *value)
{
    return strcmp(name, "xml:space") == 0 && strcmp(value, "preserve") == 0;
}

static void take_attributes(struct olm_reader *reader, const char **attributes)
{
    struct kept kept = { .count = 0 };
    bool is_category = slice_ends_with_nocase(slice_str(reader->element), "category");
    take_person(reader, attributes, &kept);
    take_attachment(reader, attributes, &kept);
    for (; attributes[0]; attributes += 2) {
        struct slice name = bare_name(slice_str(attributes[0])), value = slice_str(attributes[1]);
        if (is_over(reader, value.len))
            return;
        if (is_category && slice_ends_with_nocase(name, "Name") && value.len > 0)
            mapi_bag_add(&reader->item.bag, MAPI_NAMED, MAPI_STRING8, slice_str("Keywords"),
                         arena_copy(reader->arena, value), value.len);
        else if (!is_kept(&kept, attributes[1]) && !is_idle(attributes[0], attributes[1]))
            add_text(reader, 0, name, value);
    }
}

static void take_value(struct olm_reader *reader, struct slice name, struct slice value)
{
    uint16_t id;
    enum meaning meaning = meaning_of(name, &id);
    if (is_over(reader, value.len))
        return;
    if (id != 0 && mapi_find(&reader->item.bag, id))
        meaning = MEANS_TEXT, id = 0;
    switch (meaning) {
    case MEANS_TEXT:
        add_text(reader, id, bare_name(name), value);
        break;
    case MEANS_ID:
        add_id(reader, value);
        break;
    case MEANS_PLAIN:
    case MEANS_HTML:
        add_body(reader, meaning, value);
        break;
    case MEANS_TIME:
        add_time(reader, id, value);
        break;
    case MEANS_INDEX:
        add_index(reader, value);
        break;
    case MEANS_PEOPLE: {
        bool is_address = slice_find_byte(value, 0, '@') != SLICE_NONE;
        value = arena_copy(reader->arena, slice_trim(value));
        add_person(reader, id, is_address ? slice_of(NULL, 0) : value,
                   is_address ? value : slice_of(NULL, 0));
        break;
    }
    }
}

/* Text that was met since the last tag belongs to the element that it stands in. */
static void flush(struct olm_reader *reader)
{
    struct slice value = buffer_slice(&reader->text);
    if (slice_trim(value).len > 0)
        take_value(reader, slice_str(reader->element), value);
    reader->item.is_over |= reader->text.is_overfull;
    buffer_clear(&reader->text);
}

static void begin_item(struct olm_reader *reader)
{
    arena_rewind(reader->arena, reader->empty);
    reader->item = (struct olm_item){ .people = NULL };
    mapi_bag_init(&reader->item.bag, reader->arena, CODEPAGE_UTF8);
    reader->item_at = xml_at(&reader->xml);
    reader->is_open = true;
    reader->items++;
}

/* What has no sender and no id is named by its place, not by a time that thousands of contacts share. */
static void forget_times(struct mapi_bag *bag)
{
    if (mapi_find(bag, MAPI_INTERNET_MESSAGE_ID) || mapi_find(bag, MAPI_SENT_SMTP) ||
        mapi_find(bag, MAPI_SENDER_SMTP))
        return;
    for (size_t i = 0; i < bag->count; i++)
        if (bag->list[i].type == MAPI_TIME)
            bag->list[i].id = MAPI_NAMED;
}

/* Outlook writes the HTML twice where there is no plain text. */
static void end_item(struct olm_reader *reader)
{
    struct olm_item *item = &reader->item;
    bool is_html = type_is_html(item->plain);
    if (is_html && item->html.len == 0)
        item->html = item->plain;
    if (is_html && slice_is_equal(item->plain, item->html))
        item->plain = slice_of(NULL, 0);
    if (item->plain.len > 0)
        mapi_bag_add(&item->bag, MAPI_BODY, MAPI_STRING8, slice_of(NULL, 0), item->plain, item->plain.len);
    if (item->html.len > 0)
        mapi_bag_add(&item->bag, MAPI_HTML, MAPI_STRING8, slice_of(NULL, 0), item->html, item->html.len);
    forget_times(&item->bag);
    reader->is_open = false;
    reader->is_ready = true;
}

/* Outside of items. */
static void add_stray(struct olm_reader *reader, struct slice text)
{
    struct buffer *stray = &reader->stray;
    if (slice_trim(text).len > 0)
        buffer_put(stray, text);
    else if (stray->len > 0 && buffer_slice(stray).ptr[stray->len - 1] != '\n')
        buffer_put_byte(stray, '\n');
}

static void take_root(struct olm_reader *reader, const char **attributes)
{
    for (; attributes[0]; attributes += 2)
        if (!is_idle(attributes[0], attributes[1]) && strlen(attributes[1]) >= TEXT_LEAST) {
            add_stray(reader, slice_str(attributes[1]));
            add_stray(reader, slice_str("\n"));
        }
}

static void on_start(void *ctx, const char *name, const char **attributes)
{
    static const char *const roots[] = { "emails", "appointments", "contacts", "tasks", "notes",
                                         "events", "groups",       "meetings", NULL };
    struct olm_reader *reader = ctx;
    const char *local = xml_local(name);
    unsigned depth = reader->xml.depth;
    if (depth == 1)
        take_root(reader, attributes);
    if (depth == 1)
        for (size_t i = 0; roots[i]; i++)
            reader->is_items |= strcmp(local, roots[i]) == 0;
    if (depth < 2 || !reader->is_items)
        return;
    if (depth == 2)
        begin_item(reader);
    else
        flush(reader);
    snprintf(reader->element, sizeof reader->element, "%s", local);
    if (depth <= 3)
        snprintf(reader->field, sizeof reader->field, "%s", local);
    take_attributes(reader, attributes);
}

static void on_end(void *ctx, const char *name)
{
    struct olm_reader *reader = ctx;
    (void)name;
    if (!reader->is_open)
        return;
    flush(reader);
    snprintf(reader->element, sizeof reader->element, "%s", reader->field);
    if (reader->xml.depth != 2)
        return;
    end_item(reader);
    reader->is_paused = true;
    xml_pause(&reader->xml);
}

static void on_text(void *ctx, struct slice text)
{
    struct olm_reader *reader = ctx;
    if (reader->is_open)
        buffer_put(&reader->text, text);
    else
        add_stray(reader, text);
}

static void on_aside(void *ctx, struct slice text)
{
    struct olm_reader *reader = ctx;
    if (reader->is_open) {
        add_text(reader, 0, slice_str("comment"), text);
        return;
    }
    add_stray(reader, text);
    add_stray(reader, slice_str("\n"));
}

/* Reading. */

void olm_reader_init(struct olm_reader *reader)
{
    *reader = (struct olm_reader){ .arena = arena_new(0) };
    reader->empty = arena_mark(reader->arena);
    buffer_init(&reader->text, OLM_ITEM_MAX);
    buffer_init(&reader->stray, OLM_STRAY_MAX);
}

void olm_reader_release(struct olm_reader *reader)
{
    xml_release(&reader->xml);
    buffer_release(&reader->text);
    buffer_release(&reader->stray);
    arena_free(reader->arena);
    reader->arena = NULL;
}

void olm_reader_open(struct olm_reader *reader, struct source *source)
{
    xml_release(&reader->xml);
    buffer_clear(&reader->text);
    buffer_clear(&reader->stray);
    reader->sink = (struct xml_sink){ on_start, on_end, on_text, reader, on_aside };
    reader->source = source;
    reader->is_items = reader->is_open = reader->is_ready = reader->is_at_end = reader->is_paused = false;
    reader->items = 0;
    xml_init(&reader->xml, &reader->sink);
}

/* More bytes, or those that it paused in. What xml_feed says. */
static int read_on(struct olm_reader *reader)
{
    if (reader->is_paused) {
        reader->is_paused = false;
        return xml_resume(&reader->xml);
    }
    int got = source_fill(reader->source, 1, NULL);
    struct slice piece = slice_sub(reader->source->ready, 0, PIECE);
    reader->is_at_end = got != 1;
    int result = xml_feed(&reader->xml, piece, reader->is_at_end);
    source_consume(reader->source, piece.len);
    return result;
}

/* The XML broke. What was read of the item at work is the item. */
static int break_off(struct olm_reader *reader, struct error *err)
{
    enum error_kind kind = reader->xml.fault == XML_LIMIT ? ERROR_LIMIT : ERROR_FORMAT;
    reader->is_at_end = true;
    if (!reader->is_open)
        return error_set(err, kind, "%s", reader->xml.why);
    flush(reader);
    end_item(reader);
    reader->is_ready = false;
    reader->item.is_cut = true;
    reader->item.why = reader->xml.why;
    reader->item.fault = reader->xml.fault;
    reader->item.rest_at = xml_at(&reader->xml);
    return 1;
}

int olm_reader_next(struct olm_reader *reader, struct error *err)
{
    while (!reader->is_at_end || reader->is_paused) {
        int got = read_on(reader);
        if (got < 0)
            return break_off(reader, err);
        if (reader->is_ready) {
            reader->is_ready = false;
            return 1;
        }
    }
    if (!reader->is_items)
        return error_set(err, ERROR_UNSUPPORTED, "holds no items");
    return 0;
}
