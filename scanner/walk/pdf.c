/* pdf.c - PDF: its text page by page, what else it holds, the files in it, by the helper mailspill-pdf; and its bytes.
 *
 * Children: `METADATA`, `OUTLINE`, `PAGE-1` and so on (text; then form fields, annotations, links and scripts), what pictures say (`PAGE-1/PICTURE-2/QR-Code-1`, `PAGE-3/OCR`),
 * the embedded files under their names; what no page shows (pdf_unread.c); last the file's own bytes, without the strings and streams that say nothing but what was given before.
 */
#include "walk/pdf.h"

#include "walk/hold.h"
#include "walk/part.h"
#include "walk/pdf_rest.h"
#include "walk/pdf_unread.h"
#include "walk/picture.h"
#include "walk/type.h"

#define HEADER_WITHIN ((size_t)1024) /* where "%PDF-" may stand, as Acrobat takes it */
#define WINDOW ((size_t)256 * 1024)
#define HELD_MOST 10000 /* embedded files */
#define GAPS_MOST 1000  /* that a helper may tell of one document: it may have been taken over */
#define PICTURES_MOST 10000
#define PICTURE_HEAD ((size_t)64)               /* bytes before a picture's pixels */
#define BLANK_MOST ((uint64_t)64 * 1024 * 1024) /* larger files: their bytes come as they are */

/* An embedded file, held: it may be a PDF, and a helper reads one at a time. */
struct held_file {
    struct held_file *next;
    struct slice name;
    struct source *source;
};

struct pdf {
    struct helper_call call;
    struct helper_frame frame; /* the first of the next child, where has_frame */
    bool has_frame, is_open, is_over, is_rest_given, is_unread_told;
    struct error failure; /* why no more comes */
    bool is_failure_told;
    struct source *in;
    struct pdf_words words;
    struct buffer window; /* of the child at work */
    bool is_file;         /* it is one of the embedded files */
    struct held_file *held, *held_next, **held_end;
    unsigned held_count, gaps;
    struct slice all; /* of the file, where it is looked through */
    struct pdf_unread *beside;
    struct buffer shown; /* the picture at work */
    struct picture_told told;
    struct slice told_of; /* its name */
    size_t told_next;
    unsigned pictures;  /* that came, without drawings */
    unsigned looked_at; /* with them */
    unsigned unread;    /* that could not be looked at */
};

/* A child's bytes, as they come out of the helper. */
struct pdf_source {
    struct source source;
    struct pdf *pdf;
};

/* Why a PDF cannot be opened at all. */
static enum error_kind kind_of(enum helper_gap gap)
{
    switch (helper_gap_kind(gap)) {
    case GAP_ENCRYPTED:
        return ERROR_ENCRYPTED;
    case GAP_UNSUPPORTED:
        return ERROR_UNSUPPORTED;
    default:
        return ERROR_FORMAT;
    }
}

static void pdf_undo(void *ptr)
{
    struct pdf *pdf = ptr;
    helper_call_end(&pdf->call);
    buffer_release(&pdf->window);
    buffer_release(&pdf->shown);
}

/* The next frame that begins something. 1, 0 at the end, -1. */
static int pull(struct pdf *pdf, struct error *err)
{
    int got = 1;
    if (pdf->has_frame)
        return 1;
    if (pdf->is_over)
        return 0;
    got = helper_call_next(&pdf->call, &pdf->frame, err);
    pdf->has_frame = got == 1;
    pdf->is_over = got != 1;
    if (got < 0)
        pdf->failure = *err;
    return got;
}

static int pdf_fill(struct source *source, size_t want, struct error *err)
{
    struct pdf *pdf = ((struct pdf_source *)source)->pdf;
    int got = 1;
    buffer_drop(&pdf->window, pdf->window.len - source->ready.len);
    while (pdf->window.len < want || pdf->window.len < WINDOW) {
        got = pull(pdf, err);
        if (got != 1 || pdf->frame.type != HELPER_BYTES)
            break;
        pdf_words_note(&pdf->words, pdf->frame.bytes);
        buffer_put(&pdf->window, pdf->frame.bytes);
        pdf->has_frame = false;
    }
    source->ready = buffer_slice(&pdf->window);
    if (got < 0) {
        /* A text is read to its end, so that its reader tells; what opens a file may stop before. */
        pdf->is_failure_told = !pdf->is_file;
        return -1;
    }
    return pdf->window.len >= want ? 1 : 0;
}

static const struct source_class pdf_class = { .fill = pdf_fill };

static void tell_gap(struct walk *walk, struct pdf *pdf)
{
    enum helper_gap gap = (enum helper_gap)pdf->frame.detail;
    if (++pdf->gaps > GAPS_MOST)
        return;
    walk_gap(walk, walk->item, helper_gap_kind(gap), GAP_STANDS_FOR_REST, helper_gap_limit(gap), "%.*s",
             (int)pdf->frame.bytes.len, (const char *)pdf->frame.bytes.ptr);
}

/* Up to the first child. 0; or -1 where the document cannot be opened. */
static int read_start(struct walk *walk, struct pdf *pdf, struct error *err)
{
    int got;
    while ((got = pull(pdf, err)) == 1 && pdf->frame.type != HELPER_ITEM) {
        enum helper_gap gap = (enum helper_gap)pdf->frame.detail;
        bool is_gap = pdf->frame.type == HELPER_GAP;
        if (is_gap && !pdf->is_open)
            return error_set(err, kind_of(gap), "%.*s", (int)pdf->frame.bytes.len,
                             (const char *)pdf->frame.bytes.ptr);
        if (is_gap)
            tell_gap(walk, pdf);
        pdf->is_open |= pdf->frame.type == HELPER_OPENED;
        pdf->has_frame = false;
    }
    return got < 0 ? -1 : 0;
}

static const struct pdf_key *key_of(const struct item *item)
{
    return item->opener == &format_pdf ? item->node : NULL;
}

static int begin_reading(struct walk *walk, struct pdf *pdf, struct error *err)
{
    const struct pdf_key *key = key_of(walk->item);
    const struct slice *passwords = key ? key->passwords : NULL;
    if (!helper_is_there(walk->env->helpers, HELPER_PDF))
        return helper_say_missing(walk->env->helpers, HELPER_PDF, err);
    if (pdf->in->size > walk->env->limits->whole_bytes)
        return error_set_limit(err, "whole-bytes", "the PDF is too large");
    if (helper_call_begin(&pdf->call, walk->env->helpers, HELPER_PDF, passwords, key ? key->count : 0,
                          pdf->in, err) < 0)
        return -1;
    return read_start(walk, pdf, err);
}

static int pdf_open(struct walk *walk, struct error *err)
{
    struct pdf *pdf = arena_alloc(walk->arena, sizeof *pdf);
    pdf->call.fd = -1;
    pdf->in = hold_source(walk->item->arena, walk->item->source, walk->env, err);
    walk->item->source = pdf->in;
    if (!source_is_seekable(pdf->in))
        return -1;
    buffer_init(&pdf->window, SIZE_MAX / 2);
    buffer_init(&pdf->shown, (size_t)walk->env->limits->pixels + PICTURE_HEAD);
    pdf_words_init(&pdf->words, walk->arena);
    pdf->held_end = &pdf->held;
    arena_defer(walk->arena, pdf_undo, pdf);
    if (begin_reading(walk, pdf, err) < 0)
        return -1;
    walk->state = pdf;
    return 0;
}

/* The bytes of the item that pdf->frame begins. In ARENA. */
static struct source *begin_item(struct pdf *pdf, struct arena *arena)
{
    struct pdf_source *source = arena_alloc(arena, sizeof *source);
    source->pdf = pdf;
    source->source = (struct source){ .class = &pdf_class, .size = SOURCE_SIZE_UNKNOWN };
    pdf_words_end(&pdf->words);
    buffer_wipe(&pdf->window);
    pdf->is_file = pdf->frame.detail == HELPER_ITEM_FILE;
    pdf->has_frame = false;
    return &source->source;
}

static void describe(struct item *child, struct slice name, struct source *source)
{
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->name = name;
    child->source = source;
}

static int give_text(struct pdf *pdf, struct item *child)
{
    describe(child, arena_copy(child->arena, pdf->frame.bytes), NULL);
    child->source = begin_item(pdf, child->arena);
    child->content = CONTENT_TEXT;
    child->charset = slice_str("utf-8");
    return 1;
}

/* Keep the embedded file that pdf->frame begins until the helper is done. */
static void hold_file(struct walk *walk, struct pdf *pdf)
{
    struct error why = { 0 };
    struct slice name = arena_copy(walk->arena, pdf->frame.bytes);
    struct source *bytes = begin_item(pdf, walk->arena);
    if (++pdf->held_count > HELD_MOST) {
        if (pdf->held_count == HELD_MOST + 1)
            walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, NULL,
                     "more than %d files in it; the others were not read", HELD_MOST);
        source_drain(bytes);
        return;
    }
    struct held_file *file = arena_alloc(walk->arena, sizeof *file);
    *file = (struct held_file){ NULL, name, hold_source(walk->arena, bytes, walk->env, &why) };
    if (!source_is_seekable(file->source)) {
        walk_gap(walk, walk->item, gap_kind_of_error(why.kind), GAP_STANDS_FOR_REST, why.limit,
                 "the file '%.*s' in it was not read: %s", (int)name.len, (const char *)name.ptr,
                 why.message);
        source_drain(file->source);
        return;
    }
    *pdf->held_end = file;
    pdf->held_end = &file->next;
    if (!pdf->held_next)
        pdf->held_next = file;
}

static int give_file(struct pdf *pdf, struct item *child)
{
    const struct held_file *file = pdf->held_next;
    pdf->held_next = file->next;
    helper_call_end(&pdf->call);
    describe(child, file->name, part_source(child->arena, file->source, 0, file->source->size));
    return 1;
}

/* Pictures. */

/* The bytes of the picture that pdf->frame begins, into pdf->shown. 0; -1: it is too large, or not whole. */
static int read_picture(struct pdf *pdf, struct error *err)
{
    bool is_whole = true;
    int got;
    pdf->has_frame = false;
    buffer_clear(&pdf->shown);
    while ((got = pull(pdf, err)) == 1 && pdf->frame.type == HELPER_BYTES) {
        is_whole &= buffer_put(&pdf->shown, pdf->frame.bytes) == 0;
        pdf->has_frame = false;
    }
    return is_whole && got >= 0 ? 0 : -1;
}

/* A part of a page that may be a code, drawn. Its text was given with the page's. */
static bool is_drawing(struct slice name)
{
    return slice_ends_with_nocase(name, "/DRAWING");
}

static void drop_text(struct picture_told *told)
{
    size_t count = 0;
    for (size_t i = 0; i < told->count; i++)
        if (!slice_is_equal(told->list[i].name, slice_str("OCR")))
            told->list[count++] = told->list[i];
    told->count = count;
}

/* What the picture that pdf->frame begins says, by the other helper: children to come. */
static void look_at(struct walk *walk, struct pdf *pdf)
{
    struct error why = { 0 };
    struct source *picture;
    bool has_helper = helper_is_there(walk->env->helpers, HELPER_PICTURE);
    pdf->told_of = arena_copy(walk->arena, pdf->frame.bytes);
    pdf->told = (struct picture_told){ .count = 0 };
    pdf->told_next = 0;
    bool is_drawn = is_drawing(pdf->told_of);
    pdf->pictures += !is_drawn || !has_helper;
    if (read_picture(pdf, &why) < 0 || ++pdf->looked_at > PICTURES_MOST || !has_helper) {
        pdf->unread++;
        return;
    }
    struct arena_mark mark = arena_mark(walk->arena);
    picture = source_from_memory(walk->arena, buffer_slice(&pdf->shown));
    if (picture_ask(walk, picture, &pdf->told, &why) < 0) {
        pdf->unread++;
        if (++pdf->gaps <= GAPS_MOST)
            walk_gap(walk, walk->item, gap_kind_of_error(why.kind), GAP_STANDS_FOR_REST, why.limit,
                     "the picture %.*s: %s", (int)pdf->told_of.len, (const char *)pdf->told_of.ptr,
                     why.message);
    }
    if (is_drawn)
        drop_text(&pdf->told);
    if (pdf->told.count == 0)
        arena_rewind(walk->arena, mark);
    buffer_clear(&pdf->shown);
}

static int give_words(struct pdf *pdf, struct item *child)
{
    const struct picture_words *words = &pdf->told.list[pdf->told_next++];
    struct slice name =
        arena_printf(child->arena, "%.*s/%.*s", (int)pdf->told_of.len, (const char *)pdf->told_of.ptr,
                     (int)words->name.len, (const char *)words->name.ptr);
    describe(child, name, source_from_memory(child->arena, words->text));
    child->content = CONTENT_TEXT;
    child->charset = slice_str("utf-8");
    return 1;
}

/* One gap for all pictures: they are not leaves, their bytes stand in the file. */
static void tell_pictures(struct walk *walk, const struct pdf *pdf)
{
    const char *some = pdf->pictures == 1 ? "picture" : "pictures";
    if (pdf->looked_at > PICTURES_MOST)
        walk_gap(walk, walk->item, GAP_PICTURE, GAP_STANDS_FOR_REST, NULL,
                 "%u pictures and drawings in it: those past %d were not read", pdf->looked_at,
                 PICTURES_MOST);
    if (pdf->pictures > 0 && !helper_is_there(walk->env->helpers, HELPER_PICTURE))
        walk_gap(walk, walk->item, GAP_PICTURE, GAP_STANDS_FOR_REST, NULL, "%u %s in it: %s", pdf->pictures,
                 some, helper_lack(HELPER_PICTURE));
    else if (pdf->pictures > pdf->unread && !walk->env->helpers->is_reading_text)
        walk_gap(walk, walk->item, GAP_PICTURE, GAP_STANDS_FOR_REST, NULL,
                 "%u %s in it: only codes were read (--ocr reads text)", pdf->pictures, some);
}

/* What no page shows. Once everything else was given. */
static int give_unread(struct walk *walk, struct pdf *pdf, struct item *child)
{
    helper_call_end(&pdf->call);
    if (!pdf->beside) {
        if (pdf->in->size > BLANK_MOST) {
            if (!pdf->is_unread_told)
                walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, NULL,
                         "the PDF is too large: what no page shows was not looked for in its packed streams");
            pdf->is_unread_told = true;
            return 0;
        }
        pdf_words_end(&pdf->words);
        pdf->all = part_read(walk->arena, pdf->in, 0, (size_t)pdf->in->size);
        pdf->beside =
            pdf_unread_new(walk, pdf->all, &pdf->words, key_of(walk->item), pdf->failure.kind != ERROR_NONE);
        for (const struct held_file *file = pdf->held; file; file = file->next)
            pdf_unread_know(pdf->beside, file->source);
    }
    return pdf_unread_next(pdf->beside, child);
}

static int give_rest(struct pdf *pdf, struct item *child)
{
    pdf_words_end(&pdf->words);
    pdf->is_rest_given = true;
    child->kind = ITEM_REST;
    child->content = CONTENT_BYTES;
    child->source = part_source(child->arena, pdf->in, 0, pdf->in->size);
    if (!pdf->beside)
        return 1;
    struct slice bytes = arena_copy(child->arena, pdf->all);
    unsigned char *copy = (unsigned char *)(uintptr_t)bytes.ptr;
    pdf_unread_blank(pdf->beside, copy);
    pdf_blank(&pdf->words, copy, bytes.len);
    child->source = source_from_memory(child->arena, bytes);
    return 1;
}

static int pdf_next(struct walk *walk, struct item *child, struct error *err)
{
    struct pdf *pdf = walk->state;
    while (pdf->told_next < pdf->told.count || pull(pdf, err) == 1) {
        if (pdf->told_next < pdf->told.count)
            return give_words(pdf, child);
        if (pdf->frame.type == HELPER_ITEM && pdf->frame.detail == HELPER_ITEM_TEXT)
            return give_text(pdf, child);
        if (pdf->frame.type == HELPER_ITEM && pdf->frame.detail == HELPER_ITEM_PICTURE) {
            look_at(walk, pdf);
            continue;
        }
        if (pdf->frame.type == HELPER_ITEM) {
            hold_file(walk, pdf);
            continue;
        }
        if (pdf->frame.type == HELPER_GAP)
            tell_gap(walk, pdf);
        pdf->has_frame = false;
    }
    if (pdf->failure.kind != ERROR_NONE && !pdf->is_failure_told)
        walk_gap(walk, walk->item, gap_kind_of_error(pdf->failure.kind), GAP_STANDS_FOR_REST,
                 pdf->failure.limit, "%s; what came before it was read", pdf->failure.message);
    tell_pictures(walk, pdf);
    pdf->pictures = pdf->looked_at = 0;
    pdf->is_failure_told = true;
    if (pdf->held_next)
        return give_file(pdf, child);
    if (!pdf->is_rest_given && give_unread(walk, pdf, child) == 1)
        return 1;
    if (!pdf->is_rest_given)
        return give_rest(pdf, child);
    pdf->in->ready = slice_of(NULL, 0);
    pdf->in->offset = pdf->in->size;
    pdf->in->is_at_end = true;
    return 0;
}

static enum bid pdf_probe(const struct item *item, struct slice head)
{
    size_t at = slice_find(slice_sub(head, 0, HEADER_WITHIN), 0, slice_str("%PDF-"));
    (void)item;
    if (at == SLICE_NONE || (at > 0 && type_is_text(head)))
        return BID_NONE;
    return BID_SIGNATURE;
}

const struct format format_pdf = {
    .name = "pdf",
    .title = "PDF (helper): text, form fields, annotations, links, attached files, metadata, pictures",
    .is_document = true,
    .probe = pdf_probe,
    .open = pdf_open,
    .next = pdf_next,
};

int pdf_unlock(const struct walk_env *env, struct source *document, const struct pdf_key *key, size_t *which,
               struct error *err)
{
    struct helper_call call;
    struct helper_frame frame;
    uint32_t number;
    int got = helper_call_begin(&call, env->helpers, HELPER_PDF, key->passwords, key->count, document, err);
    got = got < 0 ? -1 : helper_call_next(&call, &frame, err);
    int result = got < 0 ? -1 : 0;
    if (got == 1 && frame.type == HELPER_OPENED && slice_eat_u32le(&frame.bytes, &number) == 0)
        *which = number < key->count ? number : SIZE_MAX;
    result = got == 1 && frame.type == HELPER_OPENED ? 1 : result;
    helper_call_end(&call);
    return result;
}
