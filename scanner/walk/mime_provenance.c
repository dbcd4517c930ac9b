/* mime_provenance.c - the envelope of a message, taken from its header fields one at a time. */
#include "walk/mime_provenance.h"

#include "walk/journal.h"

#define LABELS_MAX 256

void provenance_begin(struct provenance *provenance, struct arena *arena, const struct limits *limits,
                      const struct envelope *container)
{
    struct envelope *envelope = arena_alloc(arena, sizeof *envelope);
    envelope->date = ENVELOPE_NO_DATE;
    if (container) {
        envelope->folder = container->folder;
        envelope->folder_role = container->folder_role;
        envelope->custodian = container->custodian;
        if (container->is_told_beside)
            envelope->labels = container->labels;
    }
    *provenance =
        (struct provenance){ .arena = arena, .limits = limits, .envelope = envelope, .container = container };
    provenance->journal = container ? container->journal : NULL;
    provenance->container_date = container && container->is_told_beside ? container->date : ENVELOPE_NO_DATE;
}

/* One taker a field. VALUE points into the header block. */

static void take_id(struct provenance *provenance, struct slice value)
{
    struct slice all = arena_copy(provenance->arena, header_unfold(provenance->arena, value));
    struct slice rest = all;
    if (provenance->envelope->id.len > 0)
        return;
    if (header_eat_message_id(&rest, &provenance->envelope->id) != 1)
        provenance->envelope->id = slice_trim(all);
}

static void take_date(struct provenance *provenance, struct slice value)
{
    if (provenance->envelope->date == ENVELOPE_NO_DATE)
        provenance->envelope->date = header_parse_date(value);
}

static struct address_list parse_addresses(struct provenance *provenance, struct slice value)
{
    struct address_list list = { 0 };
    header_parse_addresses(provenance->arena, value, provenance->limits, &list);
    return list;
}

/* "alice at corp.example (Alice)" of Mailman's archives, as an address; TEXT itself where it is no such thing. */
static struct slice restore_address(struct arena *arena, struct slice text)
{
    size_t at = slice_find(text, 0, slice_str(" at "));
    if (at == SLICE_NONE || slice_find_byte(text, 0, '@') != SLICE_NONE)
        return text;
    struct slice user = slice_sub(text, 0, at), host = slice_skip(text, at + 4);
    host = slice_trim(slice_sub(host, 0, slice_find_byte(host, 0, '(')));
    if (user.len == 0 || slice_find_byte(user, 0, ' ') != SLICE_NONE ||
        slice_find_byte(host, 0, '.') == SLICE_NONE || slice_find_byte(host, 0, ' ') != SLICE_NONE)
        return text;
    return arena_printf(arena, "%.*s@%.*s", (int)user.len, (const char *)user.ptr, (int)host.len,
                        (const char *)host.ptr);
}

static struct slice first_address(struct provenance *provenance, struct slice value)
{
    struct address_list list = parse_addresses(provenance, value);
    return list.count > 0 ? restore_address(provenance->arena, list.at[0]) : slice_of(NULL, 0);
}

static void take_from(struct provenance *provenance, struct slice value)
{
    if (provenance->envelope->from.len == 0)
        provenance->envelope->from = first_address(provenance, value);
}

/* The list's room is a power of two, four at least: it doubles when full, so that a thousand To fields cost no more than one. */
static void append_address(struct arena *arena, struct address_list *list, struct slice address)
{
    size_t count = list->count;
    if (count == 0 || (count >= 4 && (count & (count - 1)) == 0)) {
        struct slice *wider = arena_alloc_array(arena, count ? 2 * count : 4, sizeof *wider);
        if (count > 0)
            memcpy(wider, list->at, count * sizeof *wider);
        list->at = wider;
    }
    list->at[list->count++] = address;
}

static void append_addresses(struct provenance *provenance, struct address_list *list, struct slice value)
{
    struct address_list more = parse_addresses(provenance, value);
    for (size_t i = 0; i < more.count; i++)
        append_address(provenance->arena, list, more.at[i]);
}

static void take_to(struct provenance *provenance, struct slice value)
{
    append_addresses(provenance, &provenance->envelope->to, value);
}

static void take_cc(struct provenance *provenance, struct slice value)
{
    append_addresses(provenance, &provenance->envelope->cc, value);
}

static void take_bcc(struct provenance *provenance, struct slice value)
{
    append_addresses(provenance, &provenance->envelope->bcc, value);
}

static struct slice decode(struct provenance *provenance, struct slice value)
{
    return header_decode_text(provenance->arena, arena_copy(provenance->arena, value));
}

static void take_subject(struct provenance *provenance, struct slice value)
{
    if (provenance->envelope->subject.len == 0)
        provenance->envelope->subject = slice_trim(decode(provenance, value));
}

static struct slice without_quotes(struct slice text)
{
    if (text.len >= 2 && text.ptr[0] == '"' && text.ptr[text.len - 1] == '"')
        return slice_sub(text, 1, text.len - 2);
    return text;
}

/* Length of the label at the front of TEXT: to the next SEPARATOR outside quotes. */
static size_t label_length(struct slice text, unsigned char separator)
{
    bool is_quoted = false;
    size_t len = 0;
    for (; len < text.len && (is_quoted || text.ptr[len] != separator); len++)
        is_quoted ^= text.ptr[len] == '"';
    return len;
}

static void take_labels(struct provenance *provenance, struct slice value, unsigned char separator)
{
    struct address_list *labels = &provenance->envelope->labels;
    struct slice rest = decode(provenance, value);
    if (provenance->container && labels->at == provenance->container->labels.at)
        labels->at = NULL; /* the message's own count */
    if (!labels->at) {
        labels->at = arena_alloc_array(provenance->arena, LABELS_MAX, sizeof *labels->at);
        labels->count = 0;
    }
    while (rest.len > 0 && labels->count < LABELS_MAX) {
        size_t len = label_length(rest, separator);
        struct slice label = without_quotes(slice_trim(slice_sub(rest, 0, len)));
        rest = slice_skip(rest, len + 1);
        if (label.len > 0)
            labels->at[labels->count++] = label;
    }
}

static void take_gmail_labels(struct provenance *provenance, struct slice value)
{
    provenance->is_gmail = true;
    take_labels(provenance, value, ',');
}

static void take_comma_labels(struct provenance *provenance, struct slice value)
{
    take_labels(provenance, value, ',');
}

static void take_word_labels(struct provenance *provenance, struct slice value)
{
    take_labels(provenance, value, slice_find_byte(value, 0, ',') == SLICE_NONE ? ' ' : ',');
}

static void keep_first(struct slice *kept, struct slice value)
{
    if (kept->len == 0)
        *kept = slice_trim(value);
}

static void take_sender(struct provenance *provenance, struct slice value)
{
    keep_first(&provenance->sender, value);
}

static void take_received(struct provenance *provenance, struct slice value)
{
    provenance->received = value;
}

static void take_references(struct provenance *provenance, struct slice value)
{
    keep_first(&provenance->references, value);
}

static void take_in_reply_to(struct provenance *provenance, struct slice value)
{
    keep_first(&provenance->in_reply_to, value);
}

static void take_thread_index(struct provenance *provenance, struct slice value)
{
    keep_first(&provenance->thread_index, value);
}

static void take_gmail_thread(struct provenance *provenance, struct slice value)
{
    keep_first(&provenance->gmail_thread, value);
}

static void take_delivered_to(struct provenance *provenance, struct slice value)
{
    keep_first(&provenance->delivered_to, value);
}

/* Thunderbird's flags (nsMsgMessageFlags), four hexadecimal digits. */
static void take_mozilla_status(struct provenance *provenance, struct slice value)
{
    unsigned char flags[2];
    value = slice_trim(value);
    if (value.len != 4 || slice_unhex(value, flags) != 2)
        return;
    provenance->is_deleted |= (flags[1] & 0x08) != 0;
    provenance->is_partial |= (flags[0] & 0x04) != 0;
}

static void take_partial(struct provenance *provenance, struct slice value)
{
    (void)value;
    provenance->is_partial = true;
}

static void take_journal(struct provenance *provenance, struct slice value)
{
    (void)value;
    provenance->is_journal = true;
}

static void take_content_identifier(struct provenance *provenance, struct slice value)
{
    provenance->is_journal |= slice_is_equal_nocase(slice_trim(value), slice_str("exjournalreport"));
}

#define NAMED(text)                                     \
    {                                                   \
        (const unsigned char *)(text), sizeof(text) - 1 \
    }

static const struct taker {
    struct slice name;
    void (*take)(struct provenance *provenance, struct slice value);
    bool can_wait;  /* until the envelope is completed */
    bool is_origin; /* of ENVELOPE_ORIGIN */
} takers[] = {
    { NAMED("received"), take_received },
    { NAMED("from"), take_from, true, true },
    { NAMED("to"), take_to, true },
    { NAMED("subject"), take_subject, true },
    { NAMED("date"), take_date, true, true },
    { NAMED("message-id"), take_id },
    { NAMED("cc"), take_cc, true },
    { NAMED("bcc"), take_bcc, true },
    { NAMED("references"), take_references },
    { NAMED("in-reply-to"), take_in_reply_to },
    { NAMED("sender"), take_sender },
    { NAMED("thread-index"), take_thread_index },
    { NAMED("x-gm-thrid"), take_gmail_thread },
    { NAMED("x-gmail-labels"), take_gmail_labels },
    { NAMED("delivered-to"), take_delivered_to },
    { NAMED("x-mozilla-status"), take_mozilla_status },
    { NAMED("sc-partially-retrieved"), take_partial },
    { NAMED("x-ms-journal-report"), take_journal },
    { NAMED("content-identifier"), take_content_identifier },
    { NAMED("x-keywords"), take_word_labels },
    { NAMED("x-mozilla-keys"), take_word_labels },
    { NAMED("keywords"), take_comma_labels },
};

/* Bit n: a name of n bytes in the table begins with this letter. Most fields of a message are not in it. */
static const uint32_t lengths_by_letter[26] = {
    ['b' - 'a'] = 1u << 3,
    ['c' - 'a'] = 1u << 2 | 1u << 18,
    ['d' - 'a'] = 1u << 4 | 1u << 12,
    ['f' - 'a'] = 1u << 4,
    ['i' - 'a'] = 1u << 11,
    ['k' - 'a'] = 1u << 8,
    ['m' - 'a'] = 1u << 10,
    ['r' - 'a'] = 1u << 8 | 1u << 10,
    ['s' - 'a'] = 1u << 6 | 1u << 7 | 1u << 22,
    ['t' - 'a'] = 1u << 2 | 1u << 12,
    ['x' - 'a'] = 1u << 10 | 1u << 14 | 1u << 16 | 1u << 19,
};

static bool may_be_taken(struct slice name)
{
    unsigned letter = (name.ptr[0] | 0x20u) - 'a';
    return letter < 26 && name.len < 32 && (lengths_by_letter[letter] >> name.len & 1) != 0;
}

struct provenance_unread {
    struct provenance_unread *next;
    const struct taker *taker;
    struct slice value;
};

static void put_off(struct provenance *provenance, const struct taker *taker, struct slice value)
{
    struct provenance_unread *unread = arena_alloc(provenance->arena, sizeof *unread);
    *unread = (struct provenance_unread){ NULL, taker, value };
    if (provenance->last)
        provenance->last->next = unread;
    else
        provenance->first = unread;
    provenance->last = unread;
}

void provenance_take(struct provenance *provenance, const struct header_field *field)
{
    if (!may_be_taken(field->name))
        return;
    for (size_t i = 0; i < sizeof takers / sizeof *takers; i++) {
        if (!slice_is_equal_nocase(takers[i].name, field->name))
            continue;
        if (takers[i].can_wait)
            put_off(provenance, &takers[i], field->value);
        else
            takers[i].take(provenance, field->value);
        return;
    }
}

/* Labels that Gmail gives by itself, in English; the others are its user's. */
static bool is_system_label(struct slice label)
{
    static const char *const names[] = { "Important", "Opened", "Unread", "Starred", "Chat" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_is_equal_nocase(label, slice_str(names[i])))
            return true;
    return slice_starts_with_nocase(label, "Category ");
}

static void set_folder(struct envelope *envelope, struct slice folder, struct slice role)
{
    envelope->folder = folder;
    envelope->folder_role = role;
}

/* A label may name a folder: that of a role first, else one that a user made. False: none does. */
static bool take_folder_from_labels(struct envelope *envelope, bool takes_any)
{
    for (size_t i = 0; i < envelope->labels.count; i++) {
        struct slice role = envelope_folder_role(envelope->labels.at[i]);
        if (role.len == 0)
            continue;
        set_folder(envelope, envelope->labels.at[i], role);
        return true;
    }
    for (size_t i = 0; takes_any && i < envelope->labels.count; i++)
        if (!is_system_label(envelope->labels.at[i])) {
            set_folder(envelope, envelope->labels.at[i], slice_of(NULL, 0));
            return true;
        }
    return false;
}

/* The value of From, which may wait to be read. */
static struct slice value_of_from(const struct provenance *provenance)
{
    for (const struct provenance_unread *unread = provenance->first; unread; unread = unread->next)
        if (unread->taker->take == take_from)
            return unread->value;
    return slice_of(NULL, 0);
}

/* A mailbox that Google exported does not say whose it is; its messages do, by whom they came to or were sent from. */
static void take_account(struct provenance *provenance)
{
    struct envelope *envelope = provenance->envelope;
    struct slice value = provenance->delivered_to;
    bool is_own = slice_is_equal(envelope->folder_role, slice_str("sent")) ||
                  slice_is_equal(envelope->folder_role, slice_str("drafts"));
    if (provenance->gmail_thread.len == 0 ||
        (provenance->container && provenance->container->is_custodian_labelled))
        return;
    if (value.len == 0 && is_own)
        value = value_of_from(provenance);
    struct slice account = first_address(provenance, value);
    if (slice_find_byte(account, 0, '@') != SLICE_NONE)
        envelope->custodian = account;
}

static void take_origin(struct provenance *provenance)
{
    for (const struct provenance_unread *unread = provenance->first; unread; unread = unread->next)
        if (unread->taker->is_origin)
            unread->taker->take(provenance, unread->value);
    if (provenance->envelope->from.len == 0)
        take_from(provenance, provenance->sender);
    if (provenance->envelope->date == ENVELOPE_NO_DATE)
        provenance->envelope->date = provenance->container_date;
    provenance->envelope->first_received = header_unfold(provenance->arena, provenance->received);
}

/* What was put off. Its values were copied by provenance_end. */
static void complete(struct envelope *envelope, enum envelope_part part)
{
    struct provenance *provenance = envelope->unread;
    if (!envelope->has_origin)
        take_origin(provenance);
    if (part == ENVELOPE_ORIGIN)
        return;
    for (const struct provenance_unread *unread = provenance->first; unread; unread = unread->next)
        if (!unread->taker->is_origin)
            unread->taker->take(provenance, unread->value);
    if (provenance->journal)
        journal_merge(provenance->arena, provenance->journal, envelope);
    envelope->thread = provenance_told_thread(provenance);
    if (envelope->thread.len == 0) {
        envelope->thread = provenance_guess_thread(provenance);
        envelope->is_thread_guessed = envelope->thread.len > 0;
    }
}

static void keep(struct provenance *provenance, struct slice *value)
{
    if (value->len > 0)
        *value = arena_copy(provenance->arena, *value);
}

struct envelope *provenance_end(struct provenance *provenance)
{
    struct envelope *envelope = provenance->envelope;
    for (struct provenance_unread *unread = provenance->first; unread; unread = unread->next)
        keep(provenance, &unread->value);
    keep(provenance, &provenance->sender);
    keep(provenance, &provenance->received);
    keep(provenance, &provenance->references);
    keep(provenance, &provenance->in_reply_to);
    keep(provenance, &provenance->thread_index);
    keep(provenance, &provenance->gmail_thread);
    if (provenance->is_gmail || envelope->folder.len == 0)
        (void)take_folder_from_labels(envelope, provenance->is_gmail);
    if (provenance->is_gmail)
        take_account(provenance);
    if (provenance->is_deleted)
        envelope->folder_role = slice_str("deleted");
    if (envelope->folder_role.len == 0 && envelope->folder.len > 0)
        envelope->folder_role = envelope_folder_role(envelope->folder);
    struct provenance *kept = arena_alloc(provenance->arena, sizeof *kept);
    *kept = *provenance;
    envelope->complete = complete;
    envelope->unread = kept;
    return envelope;
}
