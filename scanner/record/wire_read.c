/* wire_read.c - records as bytes between worker and supervisor: the reading side, which trusts nothing. */
#include "record/wire.h"

#include "base/limits.h"
#include "record/wire_bounds.h"

/* What is left of a record. After the first thing that is wrong, everything read is empty. */
struct wire_reader {
    struct slice rest;
    struct arena *arena;
    const char *wrong; /* what, or NULL */
};

static void refuse(struct wire_reader *reader, const char *what)
{
    if (!reader->wrong)
        reader->wrong = what;
    reader->rest.len = 0;
}

static uint8_t get_u8(struct wire_reader *reader)
{
    uint8_t value = 0;
    if (slice_eat_u8(&reader->rest, &value) < 0)
        refuse(reader, "cut short");
    return value;
}

static uint32_t get_u32(struct wire_reader *reader)
{
    uint32_t value = 0;
    if (slice_eat_u32le(&reader->rest, &value) < 0)
        refuse(reader, "cut short");
    return value;
}

static uint64_t get_u64(struct wire_reader *reader)
{
    uint64_t value = 0;
    if (slice_eat_u64le(&reader->rest, &value) < 0)
        refuse(reader, "cut short");
    return value;
}

static bool get_bool(struct wire_reader *reader)
{
    uint8_t value = get_u8(reader);
    if (value > 1)
        refuse(reader, "a truth value is neither 0 nor 1");
    return value == 1;
}

static unsigned get_choice(struct wire_reader *reader, unsigned count)
{
    uint8_t value = get_u8(reader);
    if (value < count)
        return value;
    refuse(reader, "a choice is not one of its kind");
    return 0;
}

static struct slice get_text(struct wire_reader *reader, size_t max)
{
    struct slice text = { NULL, 0 };
    uint32_t len = get_u32(reader);
    if (len > max)
        refuse(reader, "a string is too long");
    else if (slice_eat(&reader->rest, len, &text) < 0)
        refuse(reader, "cut short");
    return text;
}

static void get_id(struct wire_reader *reader, struct record_id *id)
{
    struct slice bytes;
    if (slice_eat(&reader->rest, sizeof id->bytes, &bytes) < 0)
        refuse(reader, "cut short");
    else
        memcpy(id->bytes, bytes.ptr, sizeof id->bytes);
}

/* Each string takes 4 bytes or more, so what is left bounds their number before anything is allocated. */
static struct slice *get_list(struct wire_reader *reader, size_t *count)
{
    uint32_t many = get_u32(reader);
    *count = 0;
    if (many > WIRE_LIST_MAX / 4 || many > reader->rest.len / 4)
        refuse(reader, "a list is too long");
    if (reader->wrong || many == 0)
        return NULL;
    struct slice *list = arena_alloc_array(reader->arena, many, sizeof *list);
    for (uint32_t i = 0; i < many; i++)
        list[i] = get_text(reader, WIRE_TEXT_MAX);
    *count = many;
    return list;
}

static void get_addresses(struct wire_reader *reader, struct address_list *list)
{
    list->at = get_list(reader, &list->count);
}

/* A C string of fixed room: no NUL may be inside. */
static void get_fixed(struct wire_reader *reader, char *out, size_t size)
{
    struct slice text = get_text(reader, size - 1);
    if (slice_find_byte(text, 0, 0) != SLICE_NONE)
        refuse(reader, "a NUL inside a string");
    else if (text.len > 0)
        memcpy(out, text.ptr, text.len);
}

static void get_opens(struct wire_reader *reader, struct opens *opens)
{
    get_fixed(reader, opens->service, sizeof opens->service);
    get_fixed(reader, opens->host, sizeof opens->host);
    get_fixed(reader, opens->user, sizeof opens->user);
    get_fixed(reader, opens->account, sizeof opens->account);
    get_fixed(reader, opens->expires, sizeof opens->expires);
}

static struct finding_part get_part(struct wire_reader *reader)
{
    struct finding_part part = { .role = (enum pair_role)get_choice(reader, PAIR_ROLES) };
    part.path = get_text(reader, WIRE_TEXT_MAX);
    part.line = get_u64(reader);
    part.column = get_u64(reader);
    part.offset = get_u64(reader);
    part.shown = get_text(reader, WIRE_SHOWN_MAX);
    return part;
}

static void get_parts(struct wire_reader *reader, struct finding *finding)
{
    uint32_t count = get_u32(reader);
    if (count > FINDING_PARTS_MAX)
        refuse(reader, "too many halves");
    if (reader->wrong || count == 0)
        return;
    finding->parts = arena_alloc_array(reader->arena, count, sizeof *finding->parts);
    for (uint32_t i = 0; i < count; i++)
        finding->parts[i] = get_part(reader);
    finding->part_count = count;
}

static const char *get_limit(struct wire_reader *reader)
{
    struct slice text = get_text(reader, WIRE_NAME_MAX);
    if (text.len == 0)
        return NULL;
    for (const struct limit_name *name = limit_names; name->name; name++)
        if (slice_is_equal(text, slice_str(name->name)))
            return name->name;
    if (slice_is_equal(text, slice_str("match")))
        return "match"; /* PCRE2's own, which no option changes */
    refuse(reader, "no limit has this name");
    return NULL;
}

static int reader_end(struct wire_reader *reader, const char *record, struct error *err)
{
    if (!reader->wrong && reader->rest.len > 0)
        reader->wrong = "something is left over";
    if (reader->wrong)
        return error_set(err, ERROR_FORMAT, "bad %s record: %s", record, reader->wrong);
    return 0;
}

static struct wire_reader reader_of(struct slice bytes, struct arena *arena)
{
    struct wire_reader reader = { .rest = bytes, .arena = arena };
    if (bytes.len > WIRE_RECORD_MAX)
        refuse(&reader, "too long");
    return reader;
}

static void get_people(struct wire_reader *reader, struct envelope *envelope)
{
    envelope->from = get_text(reader, WIRE_NAME_MAX);
    get_addresses(reader, &envelope->to);
    get_addresses(reader, &envelope->cc);
    get_addresses(reader, &envelope->bcc);
    envelope->subject = get_text(reader, WIRE_TEXT_MAX);
    envelope->first_received = get_text(reader, WIRE_TEXT_MAX);
    envelope->thread = get_text(reader, WIRE_TEXT_MAX);
    envelope->is_thread_guessed = get_bool(reader);
}

int wire_get_message(struct slice bytes, struct arena *arena, struct message_record *message,
                     struct error *err)
{
    struct wire_reader reader = reader_of(bytes, arena);
    struct envelope *envelope = &message->envelope;
    *message = (struct message_record){ .number = get_u32(&reader) };
    if (message->number == RECORD_NO_MESSAGE)
        refuse(&reader, "a message without a number");
    message->is_file = get_bool(&reader);
    envelope->id = get_text(&reader, WIRE_TEXT_MAX);
    envelope->date = (int64_t)get_u64(&reader);
    get_addresses(&reader, &envelope->labels);
    envelope->folder = get_text(&reader, WIRE_TEXT_MAX);
    envelope->folder_role = get_text(&reader, WIRE_NAME_MAX);
    envelope->custodian = get_text(&reader, WIRE_NAME_MAX);
    get_id(&reader, &message->key);
    message->path = get_text(&reader, WIRE_PATH_MAX);
    get_people(&reader, envelope);
    return reader_end(&reader, "message", err);
}

int wire_get_seen(struct slice bytes, struct seen_record *seen, struct error *err)
{
    struct wire_reader reader = reader_of(bytes, NULL);
    seen->number = get_u32(&reader);
    if (seen->number == RECORD_NO_MESSAGE)
        refuse(&reader, "a message without a number");
    get_id(&reader, &seen->key);
    seen->date = (int64_t)get_u64(&reader);
    seen->id = get_text(&reader, WIRE_TEXT_MAX);
    seen->path = get_text(&reader, WIRE_PATH_MAX);
    seen->place = reader.rest;
    reader.rest.len = 0;
    return reader_end(&reader, "message", err);
}

int wire_get_place(struct slice bytes, struct arena *arena, struct envelope *envelope, struct error *err)
{
    struct wire_reader reader = reader_of(bytes, arena);
    envelope->custodian = get_text(&reader, WIRE_NAME_MAX);
    envelope->folder = get_text(&reader, WIRE_TEXT_MAX);
    envelope->folder_role = get_text(&reader, WIRE_NAME_MAX);
    get_addresses(&reader, &envelope->labels);
    return reader_end(&reader, "place", err);
}

int wire_get_bare(struct slice bytes, struct arena *arena, struct message_record *message, struct error *err)
{
    struct seen_record seen;
    if (wire_get_seen(bytes, &seen, err) < 0)
        return -1;
    *message = (struct message_record){ .number = seen.number,
                                        .envelope = { .id = seen.id, .date = seen.date },
                                        .key = seen.key,
                                        .path = seen.path,
                                        .is_bare = true };
    return wire_get_place(seen.place, arena, &message->envelope, err);
}

int wire_get_finding(struct slice bytes, struct arena *arena, uint32_t rule_count, struct finding *finding,
                     struct error *err)
{
    struct wire_reader reader = reader_of(bytes, arena);
    *finding = (struct finding){ .rule = get_u32(&reader) };
    if (finding->rule >= rule_count)
        refuse(&reader, "no rule has this number");
    finding->message = get_u32(&reader);
    finding->verdict = (enum verdict)get_choice(&reader, VERDICTS);
    finding->severity = (enum severity)get_choice(&reader, SEVERITIES);
    get_id(&reader, &finding->id);
    finding->why = get_text(&reader, WIRE_NAME_MAX);
    finding->secret = get_text(&reader, WIRE_SECRET_MAX);
    finding->path = get_text(&reader, WIRE_PATH_MAX);
    finding->leaf_key = get_text(&reader, WIRE_PATH_MAX);
    finding->before = get_text(&reader, WIRE_PATH_MAX);
    finding->after = get_text(&reader, WIRE_PATH_MAX);
    finding->view = (enum view)get_choice(&reader, VIEWS);
    finding->line = get_u64(&reader);
    finding->column = get_u64(&reader);
    finding->offset = get_u64(&reader);
    finding->is_quoted = get_bool(&reader);
    get_opens(&reader, &finding->opens);
    finding->also = get_list(&reader, &finding->also_count);
    finding->also_rules = get_list(&reader, &finding->also_rule_count);
    get_parts(&reader, finding);
    return reader_end(&reader, "finding", err);
}

int wire_get_half(struct slice bytes, uint32_t rule_count, struct half_record *half, struct error *err)
{
    struct wire_reader reader = reader_of(bytes, NULL);
    *half = (struct half_record){ .rule = get_u32(&reader) };
    if (half->rule >= rule_count)
        refuse(&reader, "no rule has this number");
    half->message = get_u32(&reader);
    half->part = get_part(&reader);
    return reader_end(&reader, "half", err);
}

static void get_gap(struct wire_reader *reader, struct gap_record *gap)
{
    *gap = (struct gap_record){ .gap.kind = (enum gap_kind)get_choice(reader, GAP_KINDS) };
    gap->gap.stands_for = (enum gap_stands_for)get_choice(reader, GAP_STANDS_FOR_REST + 1);
    gap->gap.reason = get_text(reader, WIRE_TEXT_MAX);
    gap->gap.bytes = get_u64(reader);
    gap->gap.limit = get_limit(reader);
    gap->message = get_u32(reader);
    get_id(reader, &gap->id);
    gap->path = get_text(reader, WIRE_PATH_MAX);
    gap->custodian = get_text(reader, WIRE_NAME_MAX);
}

int wire_get_gap(struct slice bytes, struct arena *arena, struct gap_record *gap, struct error *err)
{
    struct wire_reader reader = reader_of(bytes, arena);
    get_gap(&reader, gap);
    return reader_end(&reader, "gap", err);
}

static void get_keys(struct wire_reader *reader, struct message_keys *keys)
{
    *keys = (struct message_keys){ .id = get_u64(reader) };
    keys->thread = get_u64(reader);
    keys->is_thread_guessed = get_bool(reader);
    keys->is_sentence = get_bool(reader);
    keys->date = (int64_t)get_u64(reader);
    uint32_t counts = get_u32(reader), people = counts & 0xffff, volumes = counts >> 16;
    if (people > RECORD_PEOPLE_MAX || volumes > RECORD_VOLUMES_MAX)
        refuse(reader, "too many people");
    for (uint32_t i = 0; !reader->wrong && i < people; i++)
        keys->people[keys->people_count++] = get_u64(reader);
    for (uint32_t i = 0; !reader->wrong && i < volumes; i++)
        keys->volumes[keys->volume_count++] = get_u64(reader);
}

int wire_get_keys(struct slice bytes, struct message_keys *keys, struct error *err)
{
    struct wire_reader reader = reader_of(bytes, NULL);
    get_keys(&reader, keys);
    return reader_end(&reader, "lead", err);
}

int wire_get_locked(struct slice bytes, struct arena *arena, struct locked_record *locked, struct error *err)
{
    struct wire_reader reader = reader_of(bytes, arena);
    get_keys(&reader, &locked->keys);
    get_gap(&reader, &locked->gap);
    return reader_end(&reader, "locked", err);
}

int wire_get_opened(struct slice bytes, struct opened_record *opened, struct error *err)
{
    struct wire_reader reader = reader_of(bytes, NULL);
    *opened = (struct opened_record){ .message = get_u32(&reader) };
    get_id(&reader, &opened->id);
    opened->path = get_text(&reader, WIRE_PATH_MAX);
    opened->kind = get_text(&reader, WIRE_NAME_MAX);
    opened->custodian = get_text(&reader, WIRE_NAME_MAX);
    opened->from = (enum password_from)get_choice(&reader, PASSWORD_FROMS);
    opened->place = get_text(&reader, WIRE_PATH_MAX);
    opened->line = get_u64(&reader);
    opened->column = get_u64(&reader);
    opened->secret = get_text(&reader, WIRE_SECRET_MAX);
    return reader_end(&reader, "opened", err);
}

int wire_get_promise(struct slice bytes, struct promise_record *promise, struct error *err)
{
    struct wire_reader reader = reader_of(bytes, NULL);
    struct slice md5;
    *promise = (struct promise_record){ .promise.what = get_choice(&reader, PROMISE_WHATS) };
    promise->promise.name = get_text(&reader, WIRE_NAME_MAX);
    promise->promise.count = get_u64(&reader);
    if (slice_eat(&reader.rest, sizeof promise->promise.md5, &md5) < 0)
        refuse(&reader, "cut short");
    else
        memcpy(promise->promise.md5, md5.ptr, md5.len);
    promise->path = get_text(&reader, WIRE_PATH_MAX);
    promise->key = get_text(&reader, WIRE_PATH_MAX);
    promise->custodian = get_text(&reader, WIRE_NAME_MAX);
    return reader_end(&reader, "promise", err);
}

int wire_get_tally(struct slice bytes, struct tally_record *tally, struct error *err)
{
    struct wire_reader reader = reader_of(bytes, NULL);
    *tally = (struct tally_record){ .path = get_text(&reader, WIRE_PATH_MAX) };
    tally->messages = get_u64(&reader);
    tally->is_over = get_bool(&reader);
    return reader_end(&reader, "tally", err);
}

int wire_get_unit(struct slice bytes, struct unit_record *unit, struct error *err)
{
    struct wire_reader reader = reader_of(bytes, NULL);
    struct counts *counts = &unit->counts;
    *unit = (struct unit_record){ .ordinal = get_u64(&reader) };
    counts->bytes = get_u64(&reader);
    counts->messages = get_u64(&reader);
    counts->excluded = get_u64(&reader);
    counts->leaves = get_u64(&reader);
    counts->scanned = get_u64(&reader);
    counts->partial = get_u64(&reader);
    counts->refused = get_u64(&reader);
    counts->pictures = get_u64(&reader);
    return reader_end(&reader, "unit", err);
}
