/* prose_table.h - the judge of prose: rows under a header that names a column of passwords. */
#ifndef MAILSPILL_VALIDATE_PROSE_TABLE_H
#define MAILSPILL_VALIDATE_PROSE_TABLE_H

#include "validate/prose_case.h"

#define PROSE_ROWS_MAX 16

/* Where the trigger is a cell of a header ("user | password"): the cells below it, into VALUES. Their count. */
size_t prose_table_rows(const struct prose_scene *scene, struct prose_value values[PROSE_ROWS_MAX]);

#endif
