/* pdf_again.c - text of a PDF that its pages do not show as they stand, read from pages made of it: an update of the document, for the helper. */
#include "walk/pdf_again.h"

#include "walk/pdf_sheets.h"

#define NUMBER_MOST 8000000u /* of an object */
#define TEXT_MOST ((size_t)64 * 1024 * 1024)
#define SIDE "16000" /* of a page that cuts nothing off; points, each way */

struct pdf_again {
    struct walk *walk;
    const struct pdf_objects *objects;
    struct pdf_words *words;
    const struct pdf_key *key;
    struct pdf_sheets sheets;
    struct buffer document, text;
    bool has_begun, is_aside_given, is_over, has_frame;
    struct helper_call call;
    struct helper_frame frame;
};

static void again_undo(void *ptr)
{
    struct pdf_again *again = ptr;
    helper_call_end(&again->call);
    pdf_sheets_release(&again->sheets);
    buffer_release(&again->document);
    buffer_release(&again->text);
}

/* The document with them. */

static struct slice last_start(struct slice file)
{
    struct slice word = slice_str("startxref"), found = slice_of(NULL, 0), tail;
    size_t from = file.len > 4096 ? file.len - 4096 : 0;
    for (size_t at = from; (at = slice_find(file, at, word)) != SLICE_NONE; at += word.len) {
        struct pdf_token token;
        tail = slice_sub(file, at + word.len, 32);
        if (pdf_token_next(&tail, &token) && token.kind == PDF_NUMBER)
            found = token.text;
    }
    return found;
}

/* The next free number; 0: there is none that a reader takes. */
static uint32_t first_number(const struct pdf_objects *objects)
{
    uint64_t size = 0;
    uint32_t most = objects->count > 0 ? objects->list[objects->count - 1].number : 0;
    (void)pdf_as_number(pdf_entry(objects->trailer, "Size"), &size);
    if (most >= NUMBER_MOST || size >= NUMBER_MOST)
        return 0;
    return most + 1 > size ? most + 1 : (uint32_t)size;
}

/* Note in PLACES where an object begins, and begin it. */
static void begin_object(struct buffer *out, struct buffer *places, size_t header, uint32_t number)
{
    buffer_printf(places, "%010llu 00000 n\r\n", (unsigned long long)(out->len - header));
    buffer_printf(out, "%u 0 obj\n", (unsigned)number);
}

static void put_sheet(struct buffer *out, struct buffer *places, size_t header, const struct pdf_sheet *sheet,
                      uint32_t tree, uint32_t number)
{
    begin_object(out, places, header, number);
    buffer_printf(out,
                  "<</Type/Page/Parent %u 0 R/MediaBox[-" SIDE " -" SIDE " " SIDE " " SIDE "]/Resources ",
                  (unsigned)tree);
    if (sheet->resources.len > 0)
        buffer_put(out, sheet->resources);
    else
        buffer_put_str(out, "<<>>");
    buffer_put_str(out, "/Contents ");
    if (sheet->copied)
        buffer_printf(out, "%u 0 R", (unsigned)number + 1);
    else
        buffer_put(out, sheet->contents);
    buffer_put_str(out, ">>\nendobj\n");
    begin_object(out, places, header, number + 1);
    if (sheet->copied) {
        buffer_put(out, sheet->copied->body);
        buffer_put_str(out, "stream\r\n");
        buffer_put(out, sheet->copied->stream);
        buffer_put_str(out, "\nendstream");
    } else {
        buffer_put_str(out, "null");
    }
    buffer_put_str(out, "\nendobj\n");
}

/* 0; -1: it cannot be made. Two numbers for each sheet. */
static int make_document(struct pdf_again *again)
{
    const struct pdf_objects *objects = again->objects;
    struct buffer *out = &again->document, places;
    const struct pdf_sheet *sheets = (const struct pdf_sheet *)(const void *)again->sheets.list.ptr;
    size_t count = again->sheets.list.len / sizeof *sheets;
    size_t header = slice_find(objects->file, 0, slice_str("%PDF-"));
    uint32_t first = first_number(objects), tree = first + 1;
    struct slice previous = last_start(objects->file);
    if (first == 0 || header == SLICE_NONE || count > (NUMBER_MOST - first) / 2 - 2)
        return -1;
    buffer_init(&places, SIZE_MAX / 4);
    buffer_put(out, objects->file);
    buffer_put_str(out, "\n");
    begin_object(out, &places, header, first);
    buffer_printf(out, "<</Type/Catalog/Pages %u 0 R>>\nendobj\n", (unsigned)tree);
    begin_object(out, &places, header, tree);
    buffer_printf(out, "<</Type/Pages/Count %zu/Kids[", count);
    for (size_t i = 0; i < count; i++)
        buffer_printf(out, "%u 0 R\n", (unsigned)(tree + 1 + 2 * i));
    buffer_put_str(out, "]>>\nendobj\n");
    for (size_t i = 0; i < count; i++)
        put_sheet(out, &places, header, &sheets[i], tree, (uint32_t)(tree + 1 + 2 * i));
    size_t table = out->len - header;
    buffer_printf(out, "xref\n%u %zu\n", (unsigned)first, 2 + 2 * count);
    buffer_put(out, buffer_slice(&places));
    buffer_printf(out, "trailer\n<</Size %zu/Root %u 0 R", first + 2 + 2 * count, (unsigned)first);
    struct slice encrypt = pdf_entry(objects->trailer, "Encrypt"), id = pdf_entry(objects->trailer, "ID");
    if (encrypt.len > 0) {
        buffer_put_str(out, "/Encrypt ");
        buffer_put(out, encrypt);
        buffer_put_str(out, "/ID ");
        buffer_put(out, id);
    }
    if (previous.len > 0)
        buffer_printf(out, "/Prev %.*s", (int)previous.len, (const char *)previous.ptr);
    buffer_printf(out, ">>\nstartxref\n%zu\n%%%%EOF\n", table);
    buffer_release(&places);
    return out->is_overfull ? -1 : 0;
}

/* Its text. */

static void tell_cut(struct pdf_again *again)
{
    walk_gap(again->walk, again->walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, NULL,
             "more that no page of the PDF shows than is looked through");
}

static int begin(struct pdf_again *again, struct error *err)
{
    const struct pdf_key *key = again->key;
    if (again->sheets.is_cut)
        tell_cut(again);
    if (again->sheets.is_locked)
        walk_gap(again->walk, again->walk->item, GAP_ENCRYPTED, GAP_STANDS_FOR_REST, NULL,
                 "pages of an older version of the PDF are encrypted and were not read");
    if (again->sheets.list.len == 0 || !helper_is_there(again->walk->env->helpers, HELPER_PDF))
        return 0;
    if (make_document(again) < 0)
        return error_set(err, ERROR_UNSUPPORTED, "its objects cannot be told apart");
    struct source *document = source_from_memory(again->walk->arena, buffer_slice(&again->document));
    if (helper_call_begin(&again->call, again->walk->env->helpers, HELPER_PDF, key ? key->passwords : NULL,
                          key ? key->count : 0, document, err) < 0)
        return -1;
    return 1;
}

/* The lines of TEXT that hold a word that was not given. */
static void put_new_lines(struct pdf_again *again, struct slice text)
{
    struct slice line;
    while (slice_eat_line(&text, &line) == 1)
        if (!pdf_words_cover(again->words, line))
            buffer_put(&again->text, line);
}

static int pull(struct pdf_again *again, struct error *err)
{
    int got = 1;
    if (!again->has_frame)
        got = helper_call_next(&again->call, &again->frame, err);
    again->has_frame = got == 1;
    return got;
}

/* The bytes of the item at work, into NEW. */
static int gather(struct pdf_again *again, struct buffer *all, struct error *err)
{
    int got;
    buffer_clear(all);
    while ((got = pull(again, err)) == 1 && again->frame.type == HELPER_BYTES) {
        buffer_put(all, again->frame.bytes);
        again->has_frame = false;
    }
    return got;
}

/* PAGE-3 of what was made is the third sheet. */
static const struct pdf_sheet *sheet_of(const struct pdf_again *again, struct slice name)
{
    uint64_t number;
    if (!slice_starts_with(name, "PAGE-") || slice_to_u64(slice_skip(name, 5), &number) < 0 || number == 0 ||
        number > again->sheets.list.len / sizeof(struct pdf_sheet))
        return NULL;
    return (const struct pdf_sheet *)(const void *)again->sheets.list.ptr + (number - 1);
}

static int give(struct pdf_again *again, struct item *child, struct slice name)
{
    struct slice text = arena_copy(child->arena, buffer_slice(&again->text));
    pdf_words_note(again->words, text);
    pdf_words_end(again->words);
    buffer_clear(&again->text);
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->name = name;
    child->content = CONTENT_TEXT;
    child->charset = slice_str("utf-8");
    child->source = source_from_memory(child->arena, text);
    return 1;
}

static struct slice name_of(const struct pdf_sheet *sheet, struct arena *arena)
{
    if (sheet->page)
        return arena_printf(arena, "PAGE-%u/HIDDEN", sheet->page);
    return arena_printf(arena, sheet->object->is_old ? "OBJECT-%u-OLD" : "OBJECT-%u",
                        (unsigned)sheet->object->number);
}

/* The next text out of the helper that says something new. 1, 0, -1. */
static int read_next(struct pdf_again *again, struct item *child, struct error *err)
{
    struct buffer all;
    int got;
    buffer_init(&all, TEXT_MOST);
    while ((got = pull(again, err)) == 1) {
        again->has_frame = false;
        if (again->frame.type == HELPER_GAP && helper_gap_limit((enum helper_gap)again->frame.detail))
            tell_cut(again);
        if (again->frame.type == HELPER_ITEM && again->frame.detail != HELPER_ITEM_TEXT) {
            got = 0; /* texts come first */
            break;
        }
        if (again->frame.type != HELPER_ITEM)
            continue;
        const struct pdf_sheet *sheet = sheet_of(again, again->frame.bytes);
        if (gather(again, &all, err) < 0) {
            got = -1;
            break;
        }
        if (sheet)
            put_new_lines(again, buffer_slice(&all));
        if (again->text.len > 0) {
            got = give(again, child, name_of(sheet, child->arena));
            break;
        }
    }
    buffer_release(&all);
    return got;
}

struct pdf_again *pdf_again_new(struct walk *walk, struct pdf_objects *objects, struct pdf_words *words,
                                const struct pdf_key *key)
{
    struct pdf_again *again = arena_alloc(walk->arena, sizeof *again);
    *again = (struct pdf_again){ .walk = walk, .objects = objects, .words = words, .key = key };
    again->call.fd = -1;
    buffer_init(&again->document, objects->file.len + TEXT_MOST);
    buffer_init(&again->text, TEXT_MOST);
    arena_defer(walk->arena, again_undo, again);
    pdf_sheets_find(&again->sheets, objects, words, walk->env->limits, walk->arena);
    return again;
}

int pdf_again_next(struct pdf_again *again, struct item *child)
{
    struct error why = { 0 };
    int got;
    if (!again->is_aside_given) {
        again->is_aside_given = true;
        buffer_put(&again->text, buffer_slice(&again->sheets.aside));
        if (again->text.len > 0)
            return give(again, child, slice_str("ASIDE"));
    }
    if (again->is_over)
        return 0;
    got = again->has_begun ? 1 : begin(again, &why);
    again->has_begun = true;
    if (got == 1)
        got = read_next(again, child, &why);
    if (got < 0)
        walk_gap(again->walk, again->walk->item, gap_kind_of_error(why.kind), GAP_STANDS_FOR_REST, why.limit,
                 "what no page of the PDF shows was not read: %s", why.message);
    again->is_over = got != 1;
    if (again->is_over)
        helper_call_end(&again->call);
    return got == 1;
}
