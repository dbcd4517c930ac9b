/* journal.c - Exchange's journal reports: who really got the message, as the report's first text tells. */
#include "walk/journal.h"

#define PEOPLE_MOST ((size_t)4096)  /* of one report */
#define COMPARED_MOST ((size_t)512) /* addresses of a header that are looked through for each */
#define ADDRESS_MOST ((size_t)320)

/* `user@host` at the front of a line's value, before ", Expanded: list@host" and the like. */
static struct slice address_of(struct slice value)
{
    value = slice_trim(slice_sub(value, 0, slice_find_byte(value, 0, ',')));
    size_t open = slice_find_byte(value, 0, '<');
    if (open != SLICE_NONE)
        value = slice_sub(value, open + 1, slice_find_byte(value, open, '>') - open - 1);
    bool is_one =
        slice_find_byte(value, 0, '@') != SLICE_NONE && slice_find_byte(value, 0, ' ') == SLICE_NONE;
    return is_one && value.len <= ADDRESS_MOST ? value : slice_of(NULL, 0);
}

static void append(struct arena *arena, struct address_list *list, struct slice address)
{
    if (list->count >= PEOPLE_MOST)
        return;
    if ((list->count & (list->count - 1)) == 0) {
        struct slice *wider = arena_alloc_array(arena, list->count ? 2 * list->count : 1, sizeof *wider);
        if (list->count > 0)
            memcpy(wider, list->at, list->count * sizeof *wider);
        list->at = wider;
    }
    list->at[list->count++] = address;
}

static struct address_list *list_of(struct journal *journal, struct slice name)
{
    static const char *const hidden[] = { "bcc", "recipient" };
    if (slice_is_equal_nocase(name, slice_str("to")))
        return &journal->to;
    if (slice_is_equal_nocase(name, slice_str("cc")))
        return &journal->cc;
    for (size_t i = 0; i < 2; i++)
        if (slice_is_equal_nocase(name, slice_str(hidden[i])))
            return &journal->bcc;
    return NULL;
}

struct journal *journal_read(struct arena *arena, struct slice text)
{
    struct journal *journal = arena_alloc(arena, sizeof *journal);
    struct slice line;
    bool has_sender = false;
    for (size_t lines = 0; lines < 2 * PEOPLE_MOST && slice_eat_line(&text, &line) == 1; lines++) {
        size_t colon = slice_find_byte(line, 0, ':');
        if (colon == SLICE_NONE)
            continue;
        struct slice name = slice_trim(slice_sub(line, 0, colon));
        has_sender |= slice_is_equal_nocase(name, slice_str("sender"));
        struct address_list *list = list_of(journal, name);
        struct slice address = address_of(slice_skip(line, colon + 1));
        if (list && address.len > 0)
            append(arena, list, arena_copy(arena, address));
    }
    return has_sender && journal->to.count + journal->cc.count + journal->bcc.count > 0 ? journal : NULL;
}

static bool is_in(const struct address_list *list, struct slice address)
{
    for (size_t i = 0; i < list->count && i < COMPARED_MOST; i++)
        if (slice_is_equal_nocase(list->at[i], address))
            return true;
    return false;
}

static void merge(struct arena *arena, const struct address_list *more, struct envelope *envelope,
                  struct address_list *list)
{
    struct address_list all = { 0 };
    for (size_t i = 0; i < list->count; i++)
        append(arena, &all, list->at[i]);
    for (size_t i = 0; i < more->count; i++)
        if (!is_in(&envelope->to, more->at[i]) && !is_in(&envelope->cc, more->at[i]) &&
            !is_in(&envelope->bcc, more->at[i]) && !is_in(&all, more->at[i]))
            append(arena, &all, more->at[i]);
    if (all.count > list->count)
        *list = all;
}

void journal_merge(struct arena *arena, const struct journal *journal, struct envelope *envelope)
{
    merge(arena, &journal->to, envelope, &envelope->to);
    merge(arena, &journal->cc, envelope, &envelope->cc);
    merge(arena, &journal->bcc, envelope, &envelope->bcc);
}
