/* wire.c - records as bytes between worker and supervisor: the writing side. */
#include "record/wire.h"

#include "base/utf8.h"
#include "record/wire_bounds.h"

static void put_u8(struct buffer *out, uint8_t value)
{
    buffer_put_byte(out, value);
}

static void put_whole(struct buffer *out, struct slice text)
{
    buffer_put_u32le(out, (uint32_t)text.len);
    buffer_put(out, text);
}

static void put_text(struct buffer *out, struct slice text, size_t max)
{
    put_whole(out, slice_sub(text, 0, text.len > max ? utf8_cut(text, max) : text.len));
}

/* The end of what comes before a secret is what stands beside it. */
static void put_text_end(struct buffer *out, struct slice text, size_t max)
{
    put_whole(out, text.len > max ? slice_skip(text, text.len - max) : text);
}

/* How many of LIST fit WIRE_LIST_MAX bytes. */
static size_t count_fitting(const struct slice *list, size_t count)
{
    size_t room = WIRE_LIST_MAX, fits = 0;
    while (fits < count) {
        size_t need = 4 + (list[fits].len < WIRE_TEXT_MAX ? list[fits].len : WIRE_TEXT_MAX);
        if (need > room)
            break;
        room -= need;
        fits++;
    }
    return fits;
}

static void put_list(struct buffer *out, const struct slice *list, size_t count)
{
    size_t fits = count_fitting(list, count);
    buffer_put_u32le(out, (uint32_t)fits);
    for (size_t i = 0; i < fits; i++)
        put_text(out, list[i], WIRE_TEXT_MAX);
}

static void put_people(struct buffer *out, const struct envelope *envelope)
{
    put_text(out, envelope->from, WIRE_NAME_MAX);
    put_list(out, envelope->to.at, envelope->to.count);
    put_list(out, envelope->cc.at, envelope->cc.count);
    put_list(out, envelope->bcc.at, envelope->bcc.count);
    put_text(out, envelope->subject, WIRE_TEXT_MAX);
    put_text(out, envelope->first_received, WIRE_TEXT_MAX);
    put_text(out, envelope->thread, WIRE_TEXT_MAX);
    put_u8(out, envelope->is_thread_guessed);
}

void wire_put_message(struct buffer *out, const struct message_record *message)
{
    const struct envelope *envelope = &message->envelope;
    buffer_put_u32le(out, message->number);
    put_u8(out, message->is_file);
    put_text(out, envelope->id, WIRE_TEXT_MAX);
    buffer_put_u64le(out, (uint64_t)envelope->date);
    put_list(out, envelope->labels.at, envelope->labels.count);
    put_text(out, envelope->folder, WIRE_TEXT_MAX);
    put_text(out, envelope->folder_role, WIRE_NAME_MAX);
    put_text(out, envelope->custodian, WIRE_NAME_MAX);
    buffer_put(out, slice_of(message->key.bytes, sizeof message->key.bytes));
    put_text(out, message->path, WIRE_PATH_MAX);
    put_people(out, envelope);
}

void wire_put_place(struct buffer *out, const struct envelope *envelope)
{
    put_text(out, envelope->custodian, WIRE_NAME_MAX);
    put_text(out, envelope->folder, WIRE_TEXT_MAX);
    put_text(out, envelope->folder_role, WIRE_NAME_MAX);
    put_list(out, envelope->labels.at, envelope->labels.count);
}

void wire_put_seen(struct buffer *out, const struct message_record *message)
{
    const struct envelope *envelope = &message->envelope;
    buffer_put_u32le(out, message->number);
    buffer_put(out, slice_of(message->key.bytes, sizeof message->key.bytes));
    buffer_put_u64le(out, (uint64_t)envelope->date);
    put_text(out, envelope->id, WIRE_TEXT_MAX);
    put_text(out, message->path, WIRE_PATH_MAX);
    wire_put_place(out, envelope);
}

static void put_opens(struct buffer *out, const struct opens *opens)
{
    put_whole(out, slice_str(opens->service));
    put_whole(out, slice_str(opens->host));
    put_whole(out, slice_str(opens->user));
    put_whole(out, slice_str(opens->account));
    put_whole(out, slice_str(opens->expires));
}

static void put_part(struct buffer *out, const struct finding_part *part)
{
    put_u8(out, (uint8_t)part->role);
    put_text(out, part->path, WIRE_TEXT_MAX);
    buffer_put_u64le(out, part->line);
    buffer_put_u64le(out, part->column);
    buffer_put_u64le(out, part->offset);
    put_text(out, part->shown, WIRE_SHOWN_MAX);
}

void wire_put_half(struct buffer *out, const struct half_record *half)
{
    buffer_put_u32le(out, half->rule);
    buffer_put_u32le(out, half->message);
    put_part(out, &half->part);
}

void wire_put_finding(struct buffer *out, const struct finding *finding)
{
    buffer_put_u32le(out, finding->rule);
    buffer_put_u32le(out, finding->message);
    put_u8(out, (uint8_t)finding->verdict);
    put_u8(out, (uint8_t)finding->severity);
    buffer_put(out, slice_of(finding->id.bytes, sizeof finding->id.bytes));
    put_text(out, finding->why, WIRE_NAME_MAX);
    put_whole(out, finding->secret);
    put_text(out, finding->path, WIRE_PATH_MAX);
    put_text(out, finding->leaf_key, WIRE_PATH_MAX);
    put_text_end(out, finding->before, WIRE_PATH_MAX);
    put_text(out, finding->after, WIRE_PATH_MAX);
    put_u8(out, (uint8_t)finding->view);
    buffer_put_u64le(out, finding->line);
    buffer_put_u64le(out, finding->column);
    buffer_put_u64le(out, finding->offset);
    put_u8(out, finding->is_quoted);
    put_opens(out, &finding->opens);
    put_list(out, finding->also, finding->also_count);
    put_list(out, finding->also_rules, finding->also_rule_count);
    buffer_put_u32le(out, (uint32_t)finding->part_count);
    for (size_t i = 0; i < finding->part_count; i++)
        put_part(out, &finding->parts[i]);
}

void wire_put_gap(struct buffer *out, const struct gap_record *gap)
{
    put_u8(out, (uint8_t)gap->gap.kind);
    put_u8(out, (uint8_t)gap->gap.stands_for);
    struct slice reason = gap->gap.reason, more = slice_sub(gap->gap.more, 0, WIRE_NAME_MAX);
    size_t most = WIRE_TEXT_MAX - WIRE_NAME_MAX;
    reason = slice_sub(reason, 0, reason.len > most ? utf8_cut(reason, most) : reason.len);
    buffer_put_u32le(out, (uint32_t)(reason.len + more.len));
    buffer_put(out, reason);
    buffer_put(out, more);
    buffer_put_u64le(out, gap->gap.bytes);
    put_whole(out, slice_str(gap->gap.limit));
    buffer_put_u32le(out, gap->message);
    buffer_put(out, slice_of(gap->id.bytes, sizeof gap->id.bytes));
    put_text(out, gap->path, WIRE_PATH_MAX);
    put_text(out, gap->custodian, WIRE_NAME_MAX);
}

void wire_put_keys(struct buffer *out, const struct message_keys *keys)
{
    buffer_put_u64le(out, keys->id);
    buffer_put_u64le(out, keys->thread);
    put_u8(out, keys->is_thread_guessed);
    put_u8(out, keys->is_sentence);
    buffer_put_u64le(out, (uint64_t)keys->date);
    /* A case of before there were volumes has none in the upper half. */
    buffer_put_u32le(out, (uint32_t)(keys->people_count | keys->volume_count << 16));
    for (size_t i = 0; i < keys->people_count; i++)
        buffer_put_u64le(out, keys->people[i]);
    for (size_t i = 0; i < keys->volume_count; i++)
        buffer_put_u64le(out, keys->volumes[i]);
}

void wire_put_locked(struct buffer *out, const struct locked_record *locked)
{
    wire_put_keys(out, &locked->keys);
    wire_put_gap(out, &locked->gap);
}

void wire_put_opened(struct buffer *out, const struct opened_record *opened)
{
    buffer_put_u32le(out, opened->message);
    buffer_put(out, slice_of(opened->id.bytes, sizeof opened->id.bytes));
    put_text(out, opened->path, WIRE_PATH_MAX);
    put_text(out, opened->kind, WIRE_NAME_MAX);
    put_text(out, opened->custodian, WIRE_NAME_MAX);
    put_u8(out, (uint8_t)opened->from);
    put_text(out, opened->place, WIRE_PATH_MAX);
    buffer_put_u64le(out, opened->line);
    buffer_put_u64le(out, opened->column);
    put_whole(out, opened->secret);
}

void wire_put_promise(struct buffer *out, const struct promise_record *promise)
{
    put_u8(out, (uint8_t)promise->promise.what);
    put_text(out, promise->promise.name, WIRE_NAME_MAX);
    buffer_put_u64le(out, promise->promise.count);
    buffer_put(out, slice_of(promise->promise.md5, sizeof promise->promise.md5));
    put_text(out, promise->path, WIRE_PATH_MAX);
    put_text(out, promise->key, WIRE_PATH_MAX);
    put_text(out, promise->custodian, WIRE_NAME_MAX);
}

void wire_put_tally(struct buffer *out, const struct tally_record *tally)
{
    put_text(out, tally->path, WIRE_PATH_MAX);
    buffer_put_u64le(out, tally->messages);
    put_u8(out, tally->is_over);
}

void wire_put_unit(struct buffer *out, const struct unit_record *unit)
{
    buffer_put_u64le(out, unit->ordinal);
    buffer_put_u64le(out, unit->counts.bytes);
    buffer_put_u64le(out, unit->counts.messages);
    buffer_put_u64le(out, unit->counts.excluded);
    buffer_put_u64le(out, unit->counts.leaves);
    buffer_put_u64le(out, unit->counts.scanned);
    buffer_put_u64le(out, unit->counts.partial);
    buffer_put_u64le(out, unit->counts.refused);
    buffer_put_u64le(out, unit->counts.pictures);
}
