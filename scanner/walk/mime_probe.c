/* mime_probe.c - how a message begins: what may stand before its header block, and whether bytes look like one. */
#include "walk/mime_probe.h"

#include "base/utf8.h"
#include "decode/header.h"

/* Fields are counted up to this many. */
#define PROBE_FIELDS 40

/* So much of a line tells whether it is a field. */
#define FIELD_LOOK ((size_t)512)

/* Fields that hardly anything but a message has, and fields that other texts have as well. */
static const char *const strong_fields[] = {
    "received",
    "message-id",
    "return-path",
    "mime-version",
    "dkim-signature",
    "delivered-to",
    "x-gm-thrid",
    "x-gmail-labels",
    "content-transfer-encoding",
    "envelope-to",
    "in-reply-to",
    "references",
    "x-mozilla-status",
    "x-mailer",
    "authentication-results",
    "arc-seal",
    "x-original-to",
    "x-received",
    "received-spf",
    "resent-from",
    "x-uidl",
    "x-mimeole",
    "x-apparently-to",
    "list-unsubscribe",
    NULL,
};
static const char *const weak_fields[] = {
    "from",         "to",     "date",         "subject",      "cc",       "bcc",
    "content-type", "sender", "reply-to",     "importance",   "priority", "newsgroups",
    "organization", "status", "thread-topic", "thread-index", NULL,
};

static bool is_in(struct slice name, const char *const *names)
{
    for (; *names; names++)
        if (slice_is_equal_nocase(name, slice_str(*names)))
            return true;
    return false;
}

static bool starts_with_field(struct slice text)
{
    struct header_field field;
    text = slice_sub(text, 0, FIELD_LOOK);
    return header_eat(&text, &field) == 1 && field.name.len > 0;
}

/* An Apple Mail message (.emlx) begins with its length, in digits, on a line of its own. */
static bool is_emlx_count(struct slice line)
{
    uint64_t count;
    line = slice_trim(line);
    return line.len <= 10 && slice_to_u64(line, &count) == 0;
}

size_t mime_lead_length(struct slice text)
{
    struct slice rest = utf8_skip_mark(slice_sub(text, 0, MIME_LEAD_MAX)), line;
    struct slice after = rest;
    while (slice_eat_line(&after, &line) == 1) {
        bool is_first = line.ptr == text.ptr;
        if (slice_trim(line).len > 0 && !slice_starts_with(line, "From ") &&
            !slice_starts_with(line, ">From ") && !(is_first && is_emlx_count(line)))
            break;
        rest = after;
    }
    size_t lead = (size_t)(rest.ptr - text.ptr);
    return lead > 0 && starts_with_field(rest) ? lead : 0;
}

static bool has_message_name(const struct item *item)
{
    return slice_ends_with_nocase(item->name, ".eml") || slice_ends_with_nocase(item->name, ".emlx") ||
           slice_ends_with_nocase(item->name, ".mht") || slice_ends_with_nocase(item->name, ".mhtml") ||
           slice_ends_with_nocase(item->name, ".nws");
}

static bool has_message_type(const struct item *item)
{
    return slice_is_equal(item->type, slice_str("message/rfc822")) ||
           slice_is_equal(item->type, slice_str("message/global")) ||
           slice_is_equal(item->type, slice_str("message/news"));
}

/* Two fields of mail, or one that nothing else has beside any other. */
static bool looks_like_message(struct slice head)
{
    struct header_field field;
    size_t blank, fields = 0, strong = 0, weak = 0, extra = 0;
    bool is_complete;
    struct slice text = slice_skip(head, mime_lead_length(head));
    struct slice block = slice_sub(text, 0, header_block_length(text, true, &blank, &is_complete));
    if (slice_starts_with_nocase(block, "BEGIN:"))
        return false; /* vCard, iCalendar: they have X- fields too */
    while (fields < PROBE_FIELDS && header_eat(&block, &field) == 1) {
        if (field.name.len == 0)
            continue;
        fields++;
        strong += is_in(field.name, strong_fields);
        weak += is_in(field.name, weak_fields);
        extra += slice_starts_with_nocase(field.name, "x-");
    }
    if (fields < 2)
        return false;
    return strong > 0 || weak > 1 || (weak > 0 && extra > 0) || extra > 2;
}

enum bid mime_probe(const struct item *item, struct slice head)
{
    bool is_named = has_message_name(item) || has_message_type(item);
    /* A body that begins with the header of the mail it quotes is a text, not a message. */
    if (item->kind == ITEM_PART && slice_starts_with(item->type, "text/") && !is_named)
        return BID_NONE;
    if (looks_like_message(head))
        return BID_SHAPE;
    return is_named ? BID_NAME : BID_NONE;
}
