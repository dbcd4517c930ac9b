/* pdf_unread_fuzz.c - any bytes as a PDF whose pages were read: objects, filters, strings, forms, content; no helper is there to be asked again. */
#include "item/envelope.h"
#include "walk/pdf_unread.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct limits limits;
    struct walk_env env = { .limits = &limits };
    struct envelope envelope = { .date = ENVELOPE_NO_DATE };
    struct arena *arena = arena_new(0), *children = arena_new(0);
    struct item item = { .kind = ITEM_FILE, .envelope = &envelope, .arena = arena };
    struct walk walk = { .item = &item, .env = &env, .arena = arena };
    struct pdf_words words;
    limits_init(&limits);
    pdf_words_init(&words, arena);
    struct pdf_unread *unread = pdf_unread_new(&walk, slice_of(data, size), &words, NULL, false);
    struct item child = { .arena = children };
    arena_alloc(children, 1);
    struct arena_mark mark = arena_mark(children);
    while (pdf_unread_next(unread, &child) == 1) {
        (void)source_drain(child.source);
        arena_rewind(children, mark);
        child = (struct item){ .arena = children };
    }
    arena_free(children);
    arena_free(arena);
    return 0;
}
