/* pair_finding.c - what a finding gains by its other halves. */
#include "record/pair.h"

#include "base/utf8.h"

char *pair_field(struct opens *opens, enum pair_role role, size_t *size)
{
    switch (role) {
    case PAIR_ID:
    case PAIR_USER:
        *size = sizeof opens->user;
        return opens->user;
    case PAIR_HOST:
        *size = sizeof opens->host;
        return opens->host;
    case PAIR_ACCOUNT:
    case PAIR_TENANT:
        *size = sizeof opens->account;
        return opens->account;
    default:
        return NULL;
    }
}

uint32_t pair_lacks(const struct finding *finding, const struct rule_pair *pair)
{
    uint32_t lacks = pair->role == PAIR_SECRET ? pair->needs : 0;
    for (size_t i = 0; i < finding->part_count; i++)
        lacks &= ~(1u << finding->parts[i].role);
    for (int role = PAIR_ID; role < PAIR_ROLES; role++) {
        struct opens opens = finding->opens;
        size_t size;
        if (lacks >> role & 1 && pair_field(&opens, (enum pair_role)role, &size)[0])
            lacks &= ~(1u << role);
    }
    return lacks;
}

static void add_secret_part(struct finding *finding, struct slice redacted, struct arena *arena)
{
    finding->parts = arena_alloc_array(arena, FINDING_PARTS_MAX, sizeof *finding->parts);
    finding->parts[finding->part_count++] = (struct finding_part){
        .role = PAIR_SECRET,
        .path = finding->path,
        .line = finding->line,
        .column = finding->column,
        .offset = finding->offset,
        .shown = redacted,
    };
}

void pair_add_part(struct finding *finding, const struct rule_pair *pair, struct slice redacted,
                   const struct finding_part *part, const char *where, struct arena *arena)
{
    size_t size;
    char *field = pair_field(&finding->opens, part->role, &size);
    if (!field || finding->part_count == FINDING_PARTS_MAX)
        return;
    if (finding->part_count == 0)
        add_secret_part(finding, redacted, arena);
    finding->parts[finding->part_count++] = *part;
    if (field[0] == '\0')
        utf8_escape_into(field, size, part->shown);
    finding->why = arena_printf(arena, "%.*s; its %s stands %s", (int)finding->why.len,
                                (const char *)finding->why.ptr, pair_role_name(part->role), where);
    if (pair->raises_verdict && finding->verdict == VERDICT_CONTEXTUAL && pair_lacks(finding, pair) == 0)
        finding->verdict = VERDICT_STRUCTURAL;
}
