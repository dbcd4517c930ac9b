/* pdf_again.c - text of a PDF that its pages do not show as they stand, read from pages made of it. */
#include "walk/pdf_again.h"

#include "walk/pdf_content.h"
#include "walk/pdf_strings.h"

#define DEPTH_MOST 32                            /* of the tree of pages */
#define NUMBER_MOST 8000000u                     /* of an object */
#define CONTENT_MOST ((size_t)256 * 1024 * 1024) /* bytes of content looked through, in all */
#define TEXT_MOST ((size_t)64 * 1024 * 1024)
#define SIDE "16000" /* of a page that cuts nothing off; points, each way */

/* A page to be made. */
struct sheet {
    const struct pdf_object *object; /* a page, or a stream of content */
    struct slice contents, resources;
    const struct pdf_object *copied; /* an older version: its stream, under a new number */
    unsigned page;                   /* as the document counts, or 0 */
};

struct pdf_again {
    struct walk *walk;
    const struct pdf_objects *objects;
    struct pdf_words *words;
    const struct pdf_key *key;
    struct buffer sheets, aside, document, text;
    size_t content; /* bytes looked through */
    bool has_hidden_layers, is_cut, is_locked, has_begun, is_aside_given, is_over, has_frame;
    unsigned page; /* of the tree */
    struct helper_call call;
    struct helper_frame frame;
};

/* What a page has from those above it. */
struct inherited {
    struct slice resources, media, crop;
};

static void again_undo(void *ptr)
{
    struct pdf_again *again = ptr;
    helper_call_end(&again->call);
    buffer_release(&again->sheets);
    buffer_release(&again->aside);
    buffer_release(&again->document);
    buffer_release(&again->text);
}

/* Which pages. */

/* What the stream OBJECT would show, added to FOUND. */
static void look_at_stream(struct pdf_again *again, const struct pdf_object *object,
                           struct pdf_content *found)
{
    struct buffer bytes;
    bool is_plain;
    struct arena_mark mark = arena_mark(again->walk->arena);
    struct source *source = pdf_stream(again->objects, object, again->walk->arena, &is_plain, NULL);
    if (!source || again->content >= CONTENT_MOST) {
        again->is_cut |= source != NULL;
        arena_rewind(again->walk->arena, mark);
        return;
    }
    buffer_init(&bytes, CONTENT_MOST - again->content);
    (void)pdf_read_all(source, CONTENT_MOST - again->content, &bytes);
    again->content += bytes.len;
    pdf_content_read(buffer_slice(&bytes), is_plain, again->words, &again->aside, found);
    buffer_release(&bytes);
    arena_rewind(again->walk->arena, mark);
}

/* What CONTENTS, one stream or several, would show. */
static void look_at(struct pdf_again *again, struct slice contents, struct pdf_content *found)
{
    uint32_t number;
    const struct pdf_object *object =
        pdf_as_reference(contents, &number) == 0 ? pdf_object_of(again->objects, number) : NULL;
    struct slice rest = object && !object->has_stream ? object->body : contents;
    while (pdf_reference_next(&rest, &number)) {
        object = pdf_object_of(again->objects, number);
        if (object && object->has_stream)
            look_at_stream(again, object, found);
    }
}

static bool has_text(const struct pdf_content *found)
{
    return found->has_codes || found->has_strange;
}

static void add_sheet(struct pdf_again *again, struct sheet sheet)
{
    if (sheet.contents.len > 0 || sheet.copied)
        again->is_cut |= buffer_put(&again->sheets, slice_of(&sheet, sizeof sheet)) < 0;
}

/* Four numbers of a box, whole ones. False where they are none. */
static bool read_box(struct slice value, double box[4])
{
    struct pdf_token token;
    unsigned count = 0;
    if (!pdf_token_next(&value, &token) || token.kind != PDF_OPEN_ARRAY)
        return false;
    while (count < 4 && pdf_token_next(&value, &token) && token.kind == PDF_NUMBER) {
        char text[32] = { 0 };
        memcpy(text, token.text.ptr, token.text.len < sizeof text - 1 ? token.text.len : sizeof text - 1);
        box[count++] = strtod(text, NULL);
    }
    return count == 4;
}

static bool is_cropped(const struct inherited *from)
{
    double media[4], crop[4];
    if (!read_box(from->media, media) || !read_box(from->crop, crop))
        return false;
    return crop[0] > media[0] + 1 || crop[1] > media[1] + 1 || crop[2] < media[2] - 1 ||
           crop[3] < media[3] - 1;
}

/* A page that the document has. */
static void weigh_page(struct pdf_again *again, const struct pdf_object *page, const struct inherited *from)
{
    struct pdf_content found = { 0 };
    struct slice contents = pdf_entry(page->body, "Contents");
    if (++again->page > again->walk->env->limits->pages)
        return; /* the helper told of it */
    look_at(again, contents, &found);
    bool has_more = found.has_layers || slice_find(from->resources, 0, slice_str("/XObject")) != SLICE_NONE;
    if (found.has_token || (is_cropped(from) && has_text(&found)) || (again->has_hidden_layers && has_more))
        add_sheet(again, (struct sheet){ page, contents, from->resources, NULL, again->page });
}

static void inherit(const struct pdf_objects *objects, struct slice body, struct inherited *from)
{
    struct slice resources = pdf_entry(body, "Resources"), media = pdf_entry(body, "MediaBox");
    struct slice crop = pdf_entry(body, "CropBox");
    from->resources = resources.len > 0 ? pdf_resolve(objects, resources) : from->resources;
    from->media = media.len > 0 ? pdf_resolve(objects, media) : from->media;
    from->crop = crop.len > 0 ? pdf_resolve(objects, crop) : from->crop;
}

/* One node of the tree at work: its children, and what they inherit. */
struct node {
    struct slice kids;
    struct inherited from;
};

#define SEEN 1

/* The pages of the tree below NUMBER, in order, each once: TAKEN has a byte for each object. */
static void walk_tree(struct pdf_again *again, uint32_t number, unsigned char *taken)
{
    struct node stack[DEPTH_MOST];
    const struct pdf_objects *objects = again->objects;
    unsigned depth = 0;
    struct inherited from = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
    bool has_number = true;
    while (has_number || depth > 0) {
        if (!has_number && !pdf_reference_next(&stack[depth - 1].kids, &number)) {
            depth--;
            continue;
        }
        has_number = false;
        const struct pdf_object *object = pdf_object_of(objects, number);
        if (!object || taken[object - objects->list] == SEEN)
            continue;
        taken[object - objects->list] = SEEN;
        struct inherited own = depth > 0 ? stack[depth - 1].from : from;
        inherit(objects, object->body, &own);
        struct slice kids = pdf_resolve(objects, pdf_entry(object->body, "Kids"));
        if (kids.len == 0)
            weigh_page(again, object, &own);
        else if (depth < DEPTH_MOST)
            stack[depth++] = (struct node){ kids, own };
    }
}

static bool is_type(const struct pdf_object *object, const char *key, const char *value)
{
    return slice_is_equal(pdf_as_name(pdf_entry(object->body, key)), slice_str(value));
}

/* Pages that are not in the tree, older versions of pages, and which page names which older version of a stream. */
static void weigh_gone(struct pdf_again *again, const unsigned char *taken, struct slice *resources_of)
{
    const struct pdf_objects *objects = again->objects;
    for (size_t i = 0; i < objects->count; i++) {
        const struct pdf_object *page = &objects->list[i];
        struct pdf_content found = { 0 };
        struct inherited from = { 0 };
        uint32_t number;
        if (page->has_stream || !is_type(page, "Type", "Page"))
            continue;
        inherit(objects, page->body, &from);
        struct slice contents = pdf_entry(page->body, "Contents"), rest = contents;
        while (pdf_reference_next(&rest, &number)) {
            const struct pdf_object *named = pdf_object_of(objects, number);
            for (; named && named > objects->list && named[-1].number == number; named--)
                if (resources_of[named - 1 - objects->list].len > 0)
                    break;
                else
                    resources_of[named - 1 - objects->list] = from.resources;
        }
        if (taken[i] == SEEN)
            continue;
        look_at(again, contents, &found);
        if (has_text(&found))
            add_sheet(again, (struct sheet){ page, contents, from.resources, NULL, 0 });
    }
}

static struct slice reference_to(struct pdf_again *again, const struct pdf_object *object)
{
    return arena_printf(again->walk->arena, "%u 0 R", (unsigned)object->number);
}

/* Forms, appearances and patterns that no page may draw, and older versions of any content. */
static void weigh_stream(struct pdf_again *again, const struct pdf_object *object, struct slice resources)
{
    const struct pdf_objects *objects = again->objects;
    bool is_content = object->use == PDF_USE_CONTENT;
    bool is_form = is_type(object, "Subtype", "Form") || pdf_entry(object->body, "PatternType").len > 0;
    struct pdf_content found = { 0 };
    if (!(is_form || (is_content && object->is_old)))
        return;
    look_at_stream(again, object, &found);
    bool is_drawn = object->use == PDF_USE_DRAWN && !object->is_old && !again->has_hidden_layers;
    if (!has_text(&found) || (is_drawn && !found.has_token))
        return;
    struct sheet sheet = { .object = object, .resources = resources };
    if (is_form)
        sheet.resources = pdf_resolve(again->objects, pdf_entry(object->body, "Resources"));
    if (object->is_old && objects->is_encrypted && !objects->cipher.is_whole) {
        again->is_locked = true; /* its key hangs on its number */
        return;
    }
    if (object->is_old)
        sheet.copied = object;
    else
        sheet.contents = reference_to(again, object);
    add_sheet(again, sheet);
}

static bool has_hidden_layers(const struct pdf_objects *objects)
{
    for (size_t i = 0; i < objects->count; i++) {
        struct slice layers = pdf_resolve(objects, pdf_entry(objects->list[i].body, "OCProperties")), rest;
        uint32_t number;
        if (layers.len == 0)
            continue;
        struct slice settings = pdf_resolve(objects, pdf_entry(layers, "D"));
        rest = pdf_resolve(objects, pdf_entry(settings, "OFF"));
        if (pdf_reference_next(&rest, &number) ||
            slice_is_equal(pdf_as_name(pdf_entry(settings, "BaseState")), slice_str("OFF")))
            return true;
    }
    return false;
}

static void choose(struct pdf_again *again)
{
    const struct pdf_objects *objects = again->objects;
    struct slice root = pdf_resolve(objects, pdf_entry(objects->trailer, "Root"));
    unsigned char *taken = arena_alloc(again->walk->arena, objects->count + 1);
    struct slice *resources_of =
        arena_alloc_array(again->walk->arena, objects->count + 1, sizeof *resources_of);
    uint32_t number;
    again->has_hidden_layers = has_hidden_layers(objects);
    if (pdf_as_reference(pdf_entry(root, "Pages"), &number) == 0)
        walk_tree(again, number, taken);
    weigh_gone(again, taken, resources_of);
    for (size_t i = 0; i < objects->count; i++)
        if (objects->list[i].has_stream)
            weigh_stream(again, &objects->list[i], resources_of[i]);
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

static void put_sheet(struct buffer *out, struct buffer *places, size_t header, const struct sheet *sheet,
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
    const struct sheet *sheets = (const struct sheet *)(const void *)again->sheets.ptr;
    size_t count = again->sheets.len / sizeof *sheets;
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
    if (again->is_cut)
        tell_cut(again);
    if (again->is_locked)
        walk_gap(again->walk, again->walk->item, GAP_ENCRYPTED, GAP_STANDS_FOR_REST, NULL,
                 "pages of an older version of the PDF are encrypted and were not read");
    if (again->sheets.len == 0 || !helper_is_there(again->walk->env->helpers, HELPER_PDF))
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
static const struct sheet *sheet_of(const struct pdf_again *again, struct slice name)
{
    uint64_t number;
    if (!slice_starts_with(name, "PAGE-") || slice_to_u64(slice_skip(name, 5), &number) < 0 || number == 0 ||
        number > again->sheets.len / sizeof(struct sheet))
        return NULL;
    return (const struct sheet *)(const void *)again->sheets.ptr + (number - 1);
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

static struct slice name_of(const struct sheet *sheet, struct arena *arena)
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
        const struct sheet *sheet = sheet_of(again, again->frame.bytes);
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

struct pdf_again *pdf_again_new(struct walk *walk, const struct pdf_objects *objects, struct pdf_words *words,
                                const struct pdf_key *key)
{
    struct pdf_again *again = arena_alloc(walk->arena, sizeof *again);
    *again = (struct pdf_again){ .walk = walk, .objects = objects, .words = words, .key = key };
    again->call.fd = -1;
    buffer_init(&again->sheets, walk->env->limits->pages * sizeof(struct sheet));
    buffer_init(&again->aside, TEXT_MOST);
    buffer_init(&again->document, objects->file.len + TEXT_MOST);
    buffer_init(&again->text, TEXT_MOST);
    arena_defer(walk->arena, again_undo, again);
    choose(again);
    return again;
}

int pdf_again_next(struct pdf_again *again, struct item *child)
{
    struct error why = { 0 };
    int got;
    if (!again->is_aside_given) {
        again->is_aside_given = true;
        buffer_put(&again->text, buffer_slice(&again->aside));
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
