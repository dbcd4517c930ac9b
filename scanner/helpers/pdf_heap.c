/* pdf_heap.c - realloc by malloc and free: glibc keeps what was freed at hand for these two alone (GLIBC_TUNABLES in work/helpers.c), and poppler widens
 * six arrays of every word, so that its own realloc took a twelfth of the time of a text. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/* Stands before the C library's for poppler and its libraries. */
void *realloc(void *old, size_t size)
{
    size_t has = old ? malloc_usable_size(old) : 0;
    if (old && size == 0) {
        free(old);
        return NULL;
    }
    if (size <= has && size >= has / 2)
        return old;
    void *fresh = malloc(size);
    if (fresh && old) {
        memcpy(fresh, old, has < size ? has : size);
        free(old);
    }
    return fresh;
}
