/* column.c - validator: the cells below a heading: users in a table of passwords, which are no secrets, and keys. */
#include "validate/placeholder.h"
#include "validate/plausible.h"
#include "validate/prose_table.h"
#include "validate/tables.h"

/* One piece of sixteen bytes and more that looks random. */
static bool is_key(struct slice value)
{
    if (value.len < 16 || value.len > 400 || plausible_classes(value).digit < 2)
        return false;
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = slice_lower_byte(value.ptr[i]);
        if (!slice_is_digit(c) && !(c >= 'a' && c <= 'z') && !(c && strchr("_.+/=~-", c)))
            return false;
    }
    return plausible_entropy(value) >= plausible_least(value, 330) &&
           placeholder_of(value) == PLACEHOLDER_NONE && !plausible_is_word(value);
}

static void judge_column(const struct candidate *candidate, struct slice argument,
                         struct judgement *judgement)
{
    struct prose_scene scene;
    struct prose_value rows[PROSE_ROWS_MAX];
    bool wants_key = slice_is_equal(argument, slice_str("key"));
    prose_scene_init(&scene, candidate, PROSE_WORD);
    size_t count = prose_table_rows(&scene, rows);
    for (size_t i = 0; i < count && judgement->value_count < JUDGEMENT_VALUES_MAX; i++)
        if (!wants_key || is_key(rows[i].raw))
            judgement->values[judgement->value_count++] =
                prose_scene_origin(&scene, rows[i].from, rows[i].to);
    if (judgement->value_count)
        judgement_say(judgement, JUDGED_NOTHING, "the column's heading says so");
    else
        judgement_say(judgement, JUDGED_REJECT, "no column stands below it");
}

const struct validator validators_column[] = {
    { .name = "column",
      .meaning = "the cells below the matched word, where it heads a column of a table; rejects where it "
                 "heads none. "
                 "column:key takes only cells that look like keys",
      .judge = judge_column },
    { .name = NULL },
};
