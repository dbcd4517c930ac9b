/* sort.h - the standard library's sort for arrays that may be empty: qsort must not be given NULL, even for nothing. */
#ifndef MAILSPILL_BASE_SORT_H
#define MAILSPILL_BASE_SORT_H

#include <stdlib.h>

/* Sort COUNT items of SIZE bytes at ITEMS, NULL where there are none; equal ones in any order. */
static inline void sort_items(void *items, size_t count, size_t size,
                              int (*compare)(const void *left, const void *right))
{
    if (count > 1)
        qsort(items, count, size, compare);
}

/* The item that equals KEY of the sorted ITEMS, or NULL. */
static inline void *sort_find(const void *key, const void *items, size_t count, size_t size,
                              int (*compare)(const void *key, const void *item))
{
    return count > 0 ? bsearch(key, items, count, size, compare) : NULL;
}

#endif
