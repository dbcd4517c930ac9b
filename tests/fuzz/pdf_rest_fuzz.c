/* pdf_rest_fuzz.c - any bytes as a PDF of which some words were given: only spaces are put in, and only over what was given. */
#include "walk/pdf_rest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(0);
    struct pdf_words words;
    struct slice all = slice_of(data, size), given = slice_sub(all, 0, size / 3),
                 file = slice_skip(all, size / 3);
    struct slice copy = arena_copy(arena, file);
    pdf_words_init(&words, arena);
    pdf_words_note(&words, slice_sub(given, 0, given.len / 2));
    pdf_words_note(&words, slice_skip(given, given.len / 2));
    pdf_words_end(&words);
    pdf_blank(&words, (unsigned char *)(uintptr_t)copy.ptr, copy.len);
    for (size_t i = 0; i < file.len; i++)
        if (copy.ptr[i] != file.ptr[i] && copy.ptr[i] != ' ')
            __builtin_trap();
    if (words.count == 0 && !slice_is_equal(copy, file))
        __builtin_trap();
    arena_free(arena);
    return 0;
}
