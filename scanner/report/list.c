/* list.c - the table of lists. */
#include "report/list.h"

const struct list *const list_table[] = {
    &list_rotation, &list_notify, &list_exposure, &list_messages,   &list_hunt,  &list_timeline, &list_gaps,
    &list_unlocked, &list_hashes, &list_purge,    &list_unresolved, &list_marks, NULL,
};

const struct list *list_find(struct slice name)
{
    for (size_t i = 0; list_table[i]; i++)
        if (slice_is_equal(name, slice_str(list_table[i]->name)))
            return list_table[i];
    return NULL;
}
