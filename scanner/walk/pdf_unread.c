/* pdf_unread.c - what a PDF holds and its pages do not show.
 *
 * Children: `OBJECTS` (strings that the file's bytes do not show), `XFA` (the form's packets as one), `OBJECT-7` (a script, a state, a file: any
 * stream that is text and was not given, or whose bytes are of no known use), and what pdf_again.c gives.
 */
#include "walk/pdf_unread.h"

#include <gcrypt.h>

#include "walk/pdf_again.h"
#include "walk/pdf_strings.h"

#define TEXT_MOST ((size_t)64 * 1024 * 1024) /* bytes of strings, or of one stream that is text */
#define HEAD ((size_t)1024)                  /* bytes that tell what a stream is */
#define DIGEST 32
#define KNOWN_MOST ((size_t)10000)
#define FORMS_MOST 16 /* versions of a form that are read */
#define STAGES 4

struct known_file {
    struct source *source;
    bool has_digest;
    unsigned char digest[DIGEST];
};

struct pdf_unread {
    struct walk *walk;
    struct pdf_words *words;
    struct pdf_objects objects;
    struct buffer known; /* of struct known_file */
    struct buffer text;
    unsigned stage;
    size_t next; /* of the objects */
    const struct pdf_key *key;
    bool has_failed;
    struct pdf_again *again;
    unsigned forms, lost, damaged;
    char lost_why[64];
};

static void unread_undo(void *ptr)
{
    struct pdf_unread *unread = ptr;
    buffer_release(&unread->known);
    buffer_release(&unread->text);
}

struct pdf_unread *pdf_unread_new(struct walk *walk, struct slice file, struct pdf_words *words,
                                  const struct pdf_key *key, bool has_failed)
{
    struct pdf_unread *unread = arena_alloc(walk->arena, sizeof *unread);
    unread->walk = walk;
    unread->words = words;
    unread->key = key;
    unread->has_failed = has_failed;
    buffer_init(&unread->known, KNOWN_MOST * sizeof(struct known_file));
    buffer_init(&unread->text, TEXT_MOST);
    arena_defer(walk->arena, unread_undo, unread);
    pdf_objects_find(&unread->objects, file, key ? key->passwords : NULL, key ? key->count : 0,
                     walk->env->limits, walk->arena);
    if (unread->objects.is_locked)
        walk_gap(walk, walk->item, GAP_ENCRYPTED, GAP_STANDS_FOR_REST, NULL,
                 "encrypted in a way that is not known: what no page of the PDF shows was not read");
    if (unread->objects.is_locked)
        unread->stage = STAGES;
    return unread;
}

void pdf_unread_know(struct pdf_unread *unread, struct source *file)
{
    struct known_file known = { .source = file };
    buffer_put(&unread->known, slice_of(&known, sizeof known));
}

/* Files that were given. */

static void digest_begin(gcry_md_hd_t *hash)
{
    if (gcry_md_open(hash, GCRY_MD_SHA256, 0))
        abort();
}

static void digest_end(gcry_md_hd_t hash, unsigned char out[DIGEST])
{
    memcpy(out, gcry_md_read(hash, GCRY_MD_SHA256), DIGEST);
    gcry_md_close(hash);
}

static void digest_known(struct known_file *known)
{
    unsigned char piece[16384];
    gcry_md_hd_t hash;
    int64_t got;
    digest_begin(&hash);
    for (uint64_t at = 0; (got = source_read_at(known->source, at, piece, sizeof piece, NULL)) > 0;
         at += (uint64_t)got)
        gcry_md_write(hash, piece, (size_t)got);
    digest_end(hash, known->digest);
    known->has_digest = true;
}

/* Was a file of the same bytes as SOURCE given? Reads it to its end. */
static bool is_known(struct pdf_unread *unread, struct source *source)
{
    struct known_file *list = (struct known_file *)(void *)unread->known.ptr;
    size_t count = unread->known.len / sizeof *list;
    unsigned char digest[DIGEST];
    gcry_md_hd_t hash;
    uint64_t size = 0;
    if (count == 0)
        return false;
    digest_begin(&hash);
    while (source_fill(source, 1, NULL) == 1) {
        gcry_md_write(hash, source->ready.ptr, source->ready.len);
        size += source->ready.len;
        source_consume(source, source->ready.len);
    }
    digest_end(hash, digest);
    for (size_t i = 0; i < count; i++) {
        if (list[i].source->size != size)
            continue;
        if (!list[i].has_digest)
            digest_known(&list[i]);
        if (memcmp(list[i].digest, digest, DIGEST) == 0)
            return true;
    }
    return false;
}

/* Streams. */

static bool is_one_of(struct slice name, const char *const *names)
{
    for (; *names; names++)
        if (slice_is_equal(name, slice_str(*names)))
            return true;
    return false;
}

/* By its dictionary: what a page is drawn with, what was read as objects. */
static bool is_no_text(const struct pdf_object *object)
{
    static const char *const types[] = { "XRef", "ObjStm", "Pattern", "XObject", "Halftone", "Page", NULL };
    static const char *const kinds[] = { "Image",    "Form", "Type1C", "CIDFontType0C",
                                         "OpenType", "U3D",  "PRC",    NULL };
    static const char *const keys[] = { "FunctionType", "ShadingType", "PatternType", "Length1", NULL };
    if (is_one_of(pdf_as_name(pdf_entry(object->body, "Type")), types) ||
        is_one_of(pdf_as_name(pdf_entry(object->body, "Subtype")), kinds))
        return true;
    for (size_t i = 0; keys[i]; i++)
        if (pdf_entry(object->body, keys[i]).len > 0)
            return true;
    return false;
}

static bool looks_like_text(struct slice head)
{
    if (slice_starts_with(head, "\xfe\xff") || slice_starts_with(head, "\xff\xfe"))
        return true;
    for (size_t i = 0; i < head.len; i++)
        if (head.ptr[i] < ' ' && !memchr("\t\n\r\f\b\x1b", head.ptr[i], 6))
            return false;
    return true;
}

/* A table of characters, a font in PostScript, a profile of colours. */
static bool is_drawing(struct slice head, unsigned char use)
{
    bool is_profile = head.len >= 40 && memcmp(head.ptr + 36, "acsp", 4) == 0;
    bool is_table = slice_find(head, 0, slice_str("begincmap")) != SLICE_NONE;
    bool is_font = slice_starts_with(head, "%!PS-AdobeFont") || slice_starts_with(head, "%!FontType");
    return is_profile || is_table || is_font || (use == PDF_USE_DRAWING && !looks_like_text(head));
}

static void describe(struct item *child, const struct pdf_object *object)
{
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->name =
        arena_printf(child->arena, object->is_old ? "OBJECT-%u-OLD" : "OBJECT-%u", (unsigned)object->number);
}

static void note_lost(struct pdf_unread *unread, const struct error *why)
{
    static const char *const pictures[] = { "DCTDecode", "JPXDecode", "CCITTFaxDecode", "JBIG2Decode" };
    for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++)
        if (strstr(why->message, pictures[i]))
            return;
    if (unread->lost++ == 0)
        memcpy(unread->lost_why, why->message, sizeof unread->lost_why - 1);
}

/* The text SOURCE as CHILD, unless all its words were given. */
static int give_text(struct pdf_unread *unread, struct source *source, struct item *child)
{
    struct buffer *text = &unread->text;
    buffer_clear(text);
    if (pdf_read_all(source, TEXT_MOST, text) < 0)
        unread->damaged++;
    struct slice all = buffer_slice(text);
    if (pdf_words_cover(unread->words, all))
        return 0;
    pdf_words_note(unread->words, all);
    pdf_words_end(unread->words);
    child->source = source_from_memory(child->arena, arena_copy(child->arena, all));
    return 1;
}

/* OBJECT's stream as CHILD, where it is neither drawing nor given. */
static int give_stream(struct pdf_unread *unread, const struct pdf_object *object, struct item *child)
{
    struct error why = { 0 };
    bool is_plain;
    struct source *source = pdf_stream(&unread->objects, object, child->arena, &is_plain, &why);
    bool is_file = slice_is_equal(pdf_as_name(pdf_entry(object->body, "Type")), slice_str("EmbeddedFile"));
    if (!source) {
        note_lost(unread, &why);
        return 0;
    }
    (void)source_fill(source, HEAD, NULL);
    struct slice head = slice_sub(source->ready, 0, HEAD);
    bool is_text = looks_like_text(head);
    if (head.len == 0 || is_drawing(head, object->use) || (is_plain && (is_text || !is_file)))
        return 0; /* what stands in the file as it is comes with its bytes */
    describe(child, object);
    if (!is_text || is_file) {
        bool was_given = is_known(unread, source);
        child->source = pdf_stream(&unread->objects, object, child->arena, &is_plain, NULL);
        return !was_given;
    }
    return give_text(unread, source, child);
}

static int give_streams(struct pdf_unread *unread, struct item *child)
{
    while (unread->next < unread->objects.count) {
        const struct pdf_object *object = &unread->objects.list[unread->next++];
        struct arena_mark mark = arena_mark(child->arena);
        if (!object->has_stream || object->use == PDF_USE_CONTENT || object->use == PDF_USE_FORM ||
            is_no_text(object))
            continue;
        if (give_stream(unread, object, child))
            return 1;
        arena_rewind(child->arena, mark);
        child->source = NULL;
    }
    return 0;
}

/* Strings and forms. */

static int give_whole(struct pdf_unread *unread, struct item *child, const char *name)
{
    struct slice all = buffer_slice(&unread->text);
    if (unread->text.is_overfull)
        walk_gap(unread->walk, unread->walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, NULL,
                 "%s of the PDF is longer than is read", name);
    if (slice_trim(all).len == 0)
        return 0;
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->name = slice_str(name);
    child->charset = slice_str("utf-8");
    child->source = source_from_memory(child->arena, arena_copy(child->arena, all));
    return 1;
}

static int give_strings(struct pdf_unread *unread, struct item *child)
{
    buffer_clear(&unread->text);
    pdf_strings_put(&unread->objects, unread->words, &unread->text);
    child->content = CONTENT_TEXT;
    return give_whole(unread, child, "OBJECTS");
}

static void put_packet(struct pdf_unread *unread, const struct pdf_object *object, struct arena *arena)
{
    struct error why = { 0 };
    bool is_plain;
    struct source *source = pdf_stream(&unread->objects, object, arena, &is_plain, &why);
    if (!source)
        note_lost(unread, &why);
    else if (pdf_read_all(source, TEXT_MOST - unread->text.len, &unread->text) < 0)
        unread->damaged++;
}

/* The packets as the form names them, one after the other: together they are one document of XML (XFA 3.3, "Template Features for PDF"). */
static void put_form(struct pdf_unread *unread, struct slice form, struct arena *arena)
{
    const struct pdf_objects *objects = &unread->objects;
    uint32_t number;
    const struct pdf_object *object =
        pdf_as_reference(form, &number) == 0 ? pdf_object_of(objects, number) : NULL;
    struct slice rest = object ? object->body : form;
    if (object && object->has_stream) {
        put_packet(unread, object, arena);
        return;
    }
    while (unread->text.len < TEXT_MOST && pdf_reference_next(&rest, &number)) {
        object = pdf_object_of(objects, number);
        if (object && object->has_stream)
            put_packet(unread, object, arena);
    }
}

/* Each version of a dictionary with a form; of equal forms one. */
static int give_form(struct pdf_unread *unread, struct item *child)
{
    while (unread->next < unread->objects.count) {
        struct slice body = unread->objects.list[unread->next++].body;
        struct slice form = pdf_entry(body, "XFA");
        if (form.len == 0) {
            struct slice holder = pdf_entry(body, "AcroForm");
            form = holder.len > 0 && holder.ptr[0] == '<' ? pdf_entry(holder, "XFA") : form;
        }
        if (form.len == 0)
            continue;
        if (++unread->forms > FORMS_MOST) {
            walk_gap(unread->walk, unread->walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, NULL,
                     "more than %d versions of an XFA form", FORMS_MOST);
            return 0;
        }
        buffer_clear(&unread->text);
        put_form(unread, form, child->arena);
        if (pdf_words_cover(unread->words, buffer_slice(&unread->text)))
            continue;
        pdf_words_note(unread->words, buffer_slice(&unread->text));
        pdf_words_end(unread->words);
        child->content = CONTENT_ANY;
        if (give_whole(unread, child, "XFA"))
            return 1;
    }
    return 0;
}

static void tell(const struct pdf_unread *unread)
{
    const struct pdf_objects *objects = &unread->objects;
    struct walk *walk = unread->walk;
    if (objects->is_cut)
        walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, NULL,
                 "more objects in the PDF than are looked through");
    if (unread->lost > 0)
        walk_gap(walk, walk->item, GAP_UNSUPPORTED, GAP_STANDS_FOR_REST, NULL,
                 "%u stream%s beside the pages not read: %s", unread->lost, unread->lost == 1 ? "" : "s",
                 unread->lost_why);
    if (unread->damaged + objects->lost > 0)
        walk_gap(walk, walk->item, GAP_DAMAGED, GAP_STANDS_FOR_REST, NULL,
                 "%u stream%s beside the pages could not be unpacked whole", unread->damaged + objects->lost,
                 unread->damaged + objects->lost == 1 ? "" : "s");
}

static int next_child(struct pdf_unread *unread, struct item *child)
{
    if (unread->stage == 0) {
        unread->stage++;
        if (give_strings(unread, child))
            return 1;
    }
    if (unread->stage == 1) {
        if (give_form(unread, child))
            return 1;
        unread->stage++;
        unread->next = 0;
    }
    if (unread->stage == 2) {
        if (give_streams(unread, child))
            return 1;
        unread->stage++;
        tell(unread);
        if (!unread->has_failed)
            unread->again = pdf_again_new(unread->walk, &unread->objects, unread->words, unread->key);
    }
    return unread->again ? pdf_again_next(unread->again, child) : 0;
}

int pdf_unread_next(struct pdf_unread *unread, struct item *child)
{
    struct item as_it_was = *child;
    int got = next_child(unread, child);
    if (got == 0)
        *child = as_it_was;
    return got;
}

void pdf_unread_blank(const struct pdf_unread *unread, unsigned char *copy)
{
    const struct pdf_objects *objects = &unread->objects;
    for (size_t i = 0; i < objects->count; i++)
        if (objects->list[i].is_given)
            memset(copy + (objects->list[i].stream.ptr - objects->file.ptr), ' ',
                   objects->list[i].stream.len);
}
