/* unit_mask.c - the secrets of a unit are taken out of every string that came out of mail with it. */
#include "work/frame.h"
#include "work/unit.h"

struct masking {
    const struct mask *mask;
    struct arena *arena;
};

static void mask_field(const struct masking *masking, struct slice *field)
{
    *field = mask_text(masking->mask, masking->arena, *field);
}

static void mask_list(const struct masking *masking, struct slice *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        mask_field(masking, &list[i]);
}

/* Of what a secret opens. */
static void mask_array(const struct masking *masking, char *text, size_t size)
{
    struct slice masked = mask_target(masking->mask, masking->arena, slice_str(text));
    size_t len = masked.len < size ? masked.len : size - 1;
    if (masked.len > 0)
        memmove(text, masked.ptr, len);
    text[len] = '\0';
}

static void mask_message(const struct masking *masking, struct message_record *message)
{
    struct envelope *envelope = &message->envelope;
    struct slice *fields[] = { &envelope->id,        &envelope->from,          &envelope->subject,
                               &envelope->thread,    &envelope->folder,        &envelope->folder_role,
                               &envelope->custodian, &envelope->first_received };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        mask_field(masking, fields[i]);
    mask_field(masking, &message->path);
    mask_list(masking, envelope->to.at, envelope->to.count);
    mask_list(masking, envelope->cc.at, envelope->cc.count);
    mask_list(masking, envelope->bcc.at, envelope->bcc.count);
    mask_list(masking, envelope->labels.at, envelope->labels.count);
}

static void mask_part(const struct masking *masking, struct finding_part *part)
{
    mask_field(masking, &part->path);
    part->shown = mask_target(masking->mask, masking->arena, part->shown);
}

static void mask_finding(const struct masking *masking, struct finding *finding)
{
    mask_field(masking, &finding->why);
    mask_field(masking, &finding->path);
    mask_field(masking, &finding->leaf_key);
    mask_field(masking, &finding->before);
    mask_field(masking, &finding->after);
    mask_list(masking, finding->also, finding->also_count);
    for (size_t i = 0; i < finding->part_count; i++)
        mask_part(masking, &finding->parts[i]);
    mask_array(masking, finding->opens.host, sizeof finding->opens.host);
    mask_array(masking, finding->opens.user, sizeof finding->opens.user);
    mask_array(masking, finding->opens.account, sizeof finding->opens.account);
}

static void mask_gap(const struct masking *masking, struct gap_record *gap)
{
    mask_field(masking, &gap->path);
    mask_field(masking, &gap->custodian);
    mask_field(masking, &gap->gap.reason);
}

static void mask_opened(const struct masking *masking, struct opened_record *opened)
{
    mask_field(masking, &opened->kind);
    mask_field(masking, &opened->path);
    mask_field(masking, &opened->custodian);
    mask_field(masking, &opened->place);
}

static void collect_secrets(const struct unit *unit, struct slice records, const struct ruleset *rules,
                            struct mask *mask)
{
    uint32_t type;
    struct slice record;
    mask_clear(mask);
    while (unit->hidden_count > 0 && unit_eat_record(&records, &type, &record) == 1)
        if (type == FRAME_HIDDEN)
            mask_add(mask, record);
    for (size_t i = 0; i < unit->finding_count; i++)
        if (!rule_is_name(&rules->rules[unit->findings[i].rule]))
            mask_add(mask, unit->findings[i].secret);
    for (size_t i = 0; i < unit->opened_count; i++)
        mask_add(mask, unit->opened[i].secret);
}

void unit_mask_gap(struct gap_record *gap, const struct mask *mask, struct arena *arena)
{
    mask_gap(&(struct masking){ mask, arena }, gap);
}

void unit_mask(struct unit *unit, struct slice records, const struct ruleset *rules, struct mask *mask,
               struct arena *arena)
{
    const struct masking *masking = &(struct masking){ mask, arena };
    collect_secrets(unit, records, rules, mask);
    for (size_t i = 0; i < unit->message_count; i++)
        mask_message(masking, &unit->messages[i]);
    for (size_t i = 0; i < unit->finding_count; i++)
        mask_finding(masking, &unit->findings[i]);
    for (size_t i = 0; i < unit->half_count; i++)
        mask_part(masking, &unit->halves[i].part);
    for (size_t i = 0; i < unit->gap_count; i++)
        mask_gap(masking, &unit->gaps[i]);
    for (size_t i = 0; i < unit->locked_count; i++)
        mask_gap(masking, &unit->locked[i].gap);
    for (size_t i = 0; i < unit->opened_count; i++)
        mask_opened(masking, &unit->opened[i]);
    for (size_t i = 0; i < unit->promise_count; i++) {
        mask_field(masking, &unit->promises[i].promise.name);
        mask_field(masking, &unit->promises[i].path);
        mask_field(masking, &unit->promises[i].custodian);
    }
}
