/* column.c - validator: the cells below a heading, for what is no secret: users in a table of passwords. */
#include "validate/prose_table.h"
#include "validate/tables.h"

static void judge_column(const struct candidate *candidate, struct slice argument,
                         struct judgement *judgement)
{
    struct prose_scene scene;
    struct prose_value rows[PROSE_ROWS_MAX];
    (void)argument;
    prose_scene_init(&scene, candidate, PROSE_WORD);
    size_t count = prose_table_rows(&scene, rows);
    for (size_t i = 0; i < count && judgement->value_count < JUDGEMENT_VALUES_MAX; i++)
        judgement->values[judgement->value_count++] = prose_scene_origin(&scene, rows[i].from, rows[i].to);
    if (judgement->value_count)
        judgement_say(judgement, JUDGED_NOTHING, "the column's heading says so");
    else
        judgement_say(judgement, JUDGED_REJECT, "no column stands below it");
}

const struct validator validators_column[] = {
    { .name = "column",
      .meaning =
          "the cells below the matched word, where it heads a column of a table; rejects where it heads none",
      .judge = judge_column },
    { .name = NULL },
};
