/* pdf_sheets.c - which content of a PDF its pages do not show as it stands, seen without its fonts. */
#include "walk/pdf_sheets.h"

#include "walk/pdf_content.h"
#include "walk/pdf_exact.h"
#include "walk/pdf_strings.h"

#define DEPTH_MOST 32                            /* of the tree of pages */
#define CONTENT_MOST ((size_t)256 * 1024 * 1024) /* bytes of content looked through, in all */
#define STREAM_COST \
    ((size_t)64) /* bytes that each stream counts for at least: the same may be named again and again */
#define TEXT_MOST ((size_t)64 * 1024 * 1024)

/* What a page has from those above it. */
struct inherited {
    struct slice resources, media, crop;
};

/* All of OBJECT's bytes, unpacked, into BYTES; *IS_EXACT: its packed ones hold nothing else. 0; -1: they cannot be had. */
static int unpack(struct pdf_sheets *sheets, const struct pdf_object *object, struct buffer *bytes,
                  bool *is_plain, bool *is_exact)
{
    *is_plain = false;
    *is_exact = pdf_exact_unpack(sheets->objects, object, bytes) == 0;
    if (*is_exact)
        return 0;
    buffer_clear(bytes);
    struct source *source = pdf_stream(sheets->objects, object, sheets->arena, is_plain, NULL);
    if (source)
        (void)pdf_read_all(source, bytes->ceiling, bytes);
    return source ? 0 : -1;
}

static void add_found(struct pdf_content *all, const struct pdf_content *found)
{
    all->has_codes |= found->has_codes;
    all->has_strange |= found->has_strange;
    all->has_token |= found->has_token;
    all->has_layers |= found->has_layers;
    all->has_unread |= found->has_unread;
}

/* What the stream OBJECT would show, added to ALL. */
static void look_at_stream(struct pdf_sheets *sheets, struct pdf_object *object, struct pdf_content *all)
{
    struct pdf_content found = { 0 };
    struct buffer bytes;
    bool is_plain, is_exact;
    struct arena_mark mark = arena_mark(sheets->arena);
    if (sheets->content >= CONTENT_MOST) {
        sheets->is_cut = true;
        return;
    }
    buffer_init(&bytes, CONTENT_MOST - sheets->content);
    sheets->content += STREAM_COST;
    if (unpack(sheets, object, &bytes, &is_plain, &is_exact) == 0) {
        sheets->content += bytes.len;
        pdf_content_read(buffer_slice(&bytes), is_plain, sheets->words, &sheets->aside, &found);
        object->is_given = is_exact && !found.has_unread && !found.has_strange &&
                           (sheets->is_drawn || !found.has_codes) && !sheets->aside.is_overfull;
        add_found(all, &found);
    }
    buffer_release(&bytes);
    arena_rewind(sheets->arena, mark);
}

/* What CONTENTS, one stream or several, would show. */
static void look_at(struct pdf_sheets *sheets, struct slice contents, struct pdf_content *found)
{
    uint32_t number;
    struct pdf_object *object =
        pdf_as_reference(contents, &number) == 0 ? pdf_object_of(sheets->objects, number) : NULL;
    struct slice rest = object && !object->has_stream ? object->body : contents;
    while (pdf_reference_next(&rest, &number)) {
        object = pdf_object_of(sheets->objects, number);
        if (object && object->has_stream)
            look_at_stream(sheets, object, found);
    }
}

static bool has_text(const struct pdf_content *found)
{
    return found->has_codes || found->has_strange;
}

static void add_sheet(struct pdf_sheets *sheets, struct pdf_sheet sheet)
{
    if (sheet.contents.len > 0 || sheet.copied)
        sheets->is_cut |= buffer_put(&sheets->list, slice_of(&sheet, sizeof sheet)) < 0;
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
static void weigh_page(struct pdf_sheets *sheets, const struct pdf_object *page, const struct inherited *from)
{
    struct pdf_content found = { 0 };
    struct slice contents = pdf_entry(page->body, "Contents");
    if (++sheets->page > sheets->limits->pages)
        return; /* the helper told of it */
    sheets->is_drawn = true;
    look_at(sheets, contents, &found);
    sheets->is_drawn = false;
    bool has_more = found.has_layers || slice_find(from->resources, 0, slice_str("/XObject")) != SLICE_NONE;
    if (found.has_token || (is_cropped(from) && has_text(&found)) || (sheets->has_hidden_layers && has_more))
        add_sheet(sheets, (struct pdf_sheet){ page, contents, from->resources, NULL, sheets->page });
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

enum { SEEN = 1, GLYPH };

/* The pages of the tree below NUMBER, in order, each once: TAKEN has a byte for each object. */
static void walk_tree(struct pdf_sheets *sheets, uint32_t number, unsigned char *taken)
{
    struct node stack[DEPTH_MOST];
    const struct pdf_objects *objects = sheets->objects;
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
            weigh_page(sheets, object, &own);
        else if (depth < DEPTH_MOST)
            stack[depth++] = (struct node){ kids, own };
    }
}

static bool is_type(const struct pdf_object *object, const char *key, const char *value)
{
    return slice_is_equal(pdf_as_name(pdf_entry(object->body, key)), slice_str(value));
}

/* Pages that are not in the tree (templates are in none), older versions of pages, and which page names which older version of a stream. */
static void weigh_gone(struct pdf_sheets *sheets, const unsigned char *taken, struct slice *resources_of)
{
    const struct pdf_objects *objects = sheets->objects;
    for (size_t i = 0; i < objects->count; i++) {
        const struct pdf_object *page = &objects->list[i];
        struct pdf_content found = { 0 };
        struct inherited from = { 0 };
        uint32_t number;
        if (page->has_stream || !(is_type(page, "Type", "Page") || is_type(page, "Type", "Template")))
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
        look_at(sheets, contents, &found);
        if (has_text(&found))
            add_sheet(sheets, (struct pdf_sheet){ page, contents, from.resources, NULL, 0 });
    }
}

/* Which streams draw glyphs (9.6.5), and what they draw them with: a glyph may show text in another font. */
static void note_glyphs(struct pdf_sheets *sheets, unsigned char *taken, struct slice *resources_of)
{
    const struct pdf_objects *objects = sheets->objects;
    for (size_t i = 0; i < objects->count; i++) {
        struct slice body = objects->list[i].body, rest = pdf_resolve(objects, pdf_entry(body, "CharProcs"));
        struct slice resources = slice_of(NULL, 0);
        uint32_t number;
        if (rest.len > 0)
            resources = pdf_resolve(objects, pdf_entry(body, "Resources"));
        while (sheets->content < CONTENT_MOST && pdf_reference_next(&rest, &number)) {
            const struct pdf_object *glyph = pdf_object_of(objects, number);
            sheets->content += STREAM_COST;
            if (!glyph || !glyph->has_stream)
                continue;
            taken[glyph - objects->list] = GLYPH;
            resources_of[glyph - objects->list] = resources;
        }
    }
    sheets->is_cut |= sheets->content >= CONTENT_MOST;
}

static struct slice reference_to(struct pdf_sheets *sheets, const struct pdf_object *object)
{
    return arena_printf(sheets->arena, "%u 0 R", (unsigned)object->number);
}

/* Forms, appearances and patterns that no page may draw, glyphs, and older versions of any content. */
static void weigh_stream(struct pdf_sheets *sheets, struct pdf_object *object, bool is_glyph,
                         struct slice resources)
{
    const struct pdf_objects *objects = sheets->objects;
    bool is_content = object->use == PDF_USE_CONTENT;
    bool is_form = is_type(object, "Subtype", "Form") || pdf_entry(object->body, "PatternType").len > 0;
    struct pdf_content found = { 0 };
    if (!(is_form || is_glyph || (is_content && object->is_old)))
        return;
    look_at_stream(sheets, object, &found);
    bool is_drawn = object->use == PDF_USE_DRAWN && !object->is_old && !sheets->has_hidden_layers;
    if (!has_text(&found) || (is_drawn && !found.has_token))
        return;
    struct pdf_sheet sheet = { .object = object, .resources = resources };
    if (is_form)
        sheet.resources = pdf_resolve(sheets->objects, pdf_entry(object->body, "Resources"));
    if (object->is_old && objects->is_encrypted && !objects->cipher.is_whole) {
        sheets->is_locked = true; /* its key hangs on its number */
        return;
    }
    if (object->is_old)
        sheet.copied = object;
    else
        sheet.contents = reference_to(sheets, object);
    add_sheet(sheets, sheet);
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

static void choose(struct pdf_sheets *sheets)
{
    const struct pdf_objects *objects = sheets->objects;
    struct slice root = pdf_resolve(objects, pdf_entry(objects->trailer, "Root"));
    unsigned char *taken = arena_alloc(sheets->arena, objects->count + 1);
    struct slice *resources_of = arena_alloc_array(sheets->arena, objects->count + 1, sizeof *resources_of);
    uint32_t number;
    sheets->has_hidden_layers = has_hidden_layers(objects);
    if (pdf_as_reference(pdf_entry(root, "Pages"), &number) == 0)
        walk_tree(sheets, number, taken);
    weigh_gone(sheets, taken, resources_of);
    note_glyphs(sheets, taken, resources_of);
    for (size_t i = 0; i < objects->count; i++)
        if (objects->list[i].has_stream)
            weigh_stream(sheets, &objects->list[i], taken[i] == GLYPH, resources_of[i]);
}

void pdf_sheets_find(struct pdf_sheets *sheets, struct pdf_objects *objects, const struct pdf_words *words,
                     const struct limits *limits, struct arena *arena)
{
    *sheets = (struct pdf_sheets){ .objects = objects, .words = words, .limits = limits, .arena = arena };
    buffer_init(&sheets->list, limits->pages * sizeof(struct pdf_sheet));
    buffer_init(&sheets->aside, TEXT_MOST);
    choose(sheets);
}

void pdf_sheets_release(struct pdf_sheets *sheets)
{
    buffer_release(&sheets->list);
    buffer_release(&sheets->aside);
}
