/* pdf.c - mailspill-pdf: what a PDF says, by poppler. This program is under poppler's licence (GPL 2 or 3), the core is not: they meet only on a socket. */
#include "helpers/pdf.h"

#include <iconv.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>

/* From memory; of poppler's two ways there, only the old one does not need GBytes, and neither may be given a password: version 22.12 follows a NULL
 * pointer where one does not fit. */
static PopplerDocument *open_plain(struct slice bytes, GError **error)
{
    G_GNUC_BEGIN_IGNORE_DEPRECATIONS
    return poppler_document_new_from_data((char *)(uintptr_t)bytes.ptr, (int)bytes.len, NULL, error);
    G_GNUC_END_IGNORE_DEPRECATIONS
}

/* As a stream: slower, and without that fault. */
static PopplerDocument *open_locked(struct slice bytes, const char *password)
{
    GInputStream *stream = g_memory_input_stream_new_from_data(bytes.ptr, (gssize)bytes.len, NULL);
    PopplerDocument *document =
        poppler_document_new_from_stream(stream, (goffset)bytes.len, password, NULL, NULL);
    g_object_unref(stream);
    return document;
}

/* Open it with no password, else with the first that fits. NULL: a gap was told. */
static PopplerDocument *open_document(struct helper_job *job, const char **password)
{
    GError *error = NULL;
    if (job->document.len > INT_MAX) {
        helper_put_gap(job, HELPER_GAP_UNSUPPORTED, "the PDF is longer than its reader can hold");
        return NULL;
    }
    PopplerDocument *document = open_plain(job->document, &error);
    bool is_locked = g_error_matches(error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED);
    for (size_t i = 0; is_locked && !document && i < job->password_count; i++) {
        *password = (const char *)job->passwords[i].ptr;
        document = open_locked(job->document, *password);
        if (document)
            helper_put_opened(job, i);
    }
    if (!document && is_locked)
        helper_put_gap(job, HELPER_GAP_ENCRYPTED, "the PDF needs a password");
    else if (!document)
        helper_put_gap(job, HELPER_GAP_DAMAGED, "the PDF cannot be read: %s", error ? error->message : "why");
    else if (!is_locked)
        helper_put_opened(job, UINT32_MAX);
    g_clear_error(&error);
    return document;
}

void pdf_put_line(struct buffer *text, const char *label, const char *value)
{
    if (!value || !*value)
        return;
    if (label && *label) {
        buffer_put_str(text, label);
        buffer_put_str(text, ": ");
    }
    buffer_put_str(text, value);
    buffer_put_byte(text, '\n');
}

void pdf_tell_cut(struct pdf_reading *reading, const char *what)
{
    if (!reading->has_cut)
        helper_put_gap(reading->job, HELPER_GAP_TEXT, "more %s than are read of a document", what);
    reading->has_cut = true;
}

/* What was gathered as one child, unless it is blank. */
static void give_text(struct pdf_reading *reading, const char *name)
{
    if (reading->text.is_overfull)
        pdf_tell_cut(reading, "characters in one place");
    struct slice text = buffer_slice(&reading->text);
    struct slice shown = slice_trim(text);
    if (shown.len > 0 && !(shown.len == 1 && shown.ptr[0] == '\f')) {
        size_t room = helper_text_room(reading->job, text.len);
        helper_put_item(reading->job, HELPER_ITEM_TEXT, slice_str(name));
        helper_put_bytes(reading->job, slice_sub(text, 0, room));
    }
    buffer_clear(&reading->text);
}

static void put_owned(struct buffer *text, const char *label, char *value)
{
    pdf_put_line(text, label, value);
    g_free(value);
}

static void give_metadata(struct pdf_reading *reading)
{
    PopplerDocument *document = reading->document;
    struct buffer *text = &reading->text;
    put_owned(text, "Title", poppler_document_get_title(document));
    put_owned(text, "Author", poppler_document_get_author(document));
    put_owned(text, "Subject", poppler_document_get_subject(document));
    put_owned(text, "Keywords", poppler_document_get_keywords(document));
    put_owned(text, "Creator", poppler_document_get_creator(document));
    put_owned(text, "Producer", poppler_document_get_producer(document));
    put_owned(text, NULL, poppler_document_get_metadata(document));
    give_text(reading, "METADATA");
}

#define OUTLINE_DEPTH 16
#define OUTLINE_MOST 20000

/* Whether ITER, at DEPTH, has something below that is not read. */
static bool has_below(PopplerIndexIter *iter, unsigned depth)
{
    PopplerIndexIter *below = depth >= OUTLINE_DEPTH ? poppler_index_iter_get_child(iter) : NULL;
    poppler_index_iter_free(below);
    return below != NULL;
}

static void put_outline(struct pdf_reading *reading, PopplerIndexIter *iter, unsigned depth, unsigned *count)
{
    do {
        PopplerAction *action = poppler_index_iter_get_action(iter);
        PopplerIndexIter *below = depth < OUTLINE_DEPTH ? poppler_index_iter_get_child(iter) : NULL;
        if (action) {
            pdf_put_line(&reading->text, NULL, action->any.title);
            pdf_put_action(reading, NULL, action);
            poppler_action_free(action);
        }
        if (below) {
            put_outline(reading, below, depth + 1, count);
            poppler_index_iter_free(below);
        } else if (has_below(iter, depth)) {
            pdf_tell_cut(reading, "bookmarks in one another");
        }
        if (++*count >= OUTLINE_MOST) {
            pdf_tell_cut(reading, "bookmarks");
            return;
        }
    } while (poppler_index_iter_next(iter));
}

static void give_outline(struct pdf_reading *reading)
{
    unsigned count = 0;
    PopplerIndexIter *iter = poppler_index_iter_new(reading->document);
    if (!iter)
        return;
    put_outline(reading, iter, 0, &count);
    poppler_index_iter_free(iter);
    give_text(reading, "OUTLINE");
}

static void give_page(struct pdf_reading *reading, unsigned number)
{
    char name[32];
    PopplerPage *page = poppler_document_get_page(reading->document, (int)number - 1);
    if (!page) {
        helper_put_gap(reading->job, HELPER_GAP_DAMAGED, "page %u cannot be read", number);
        return;
    }
    pdf_put_text(reading, page, number);
    pdf_note_pictures(reading, page, number, slice_trim(buffer_slice(&reading->text)).len == 0);
    pdf_put_fields(reading, page);
    pdf_put_annotations(reading, page);
    pdf_put_links(reading, page);
    snprintf(name, sizeof name, "PAGE-%u", number);
    give_text(reading, name);
    g_object_unref(page);
}

static void give_pages(struct pdf_reading *reading)
{
    const struct helper_settings *settings = reading->job->settings;
    int count = poppler_document_get_n_pages(reading->document);
    if (count <= 0)
        helper_put_gap(reading->job, HELPER_GAP_DAMAGED, "no page of the PDF can be found");
    for (unsigned number = 1; count > 0 && number <= (unsigned)count; number++) {
        if (number > settings->pages) {
            helper_put_gap(reading->job, HELPER_GAP_PAGES, "%d pages; those past %u were not read", count,
                           number - 1);
            break;
        }
        if (helper_text_room(reading->job, 1) == 0)
            break;
        reading->job->told--;
        give_page(reading, number);
    }
}

static void give_attachments(struct pdf_reading *reading)
{
    GList *files = poppler_document_get_attachments(reading->document);
    for (GList *at = files; at; at = at->next)
        pdf_give_attachment(reading, at->data);
    g_list_free_full(files, g_object_unref);
    give_text(reading, "ATTACHMENTS");
}

#define PICTURED_MOST ((size_t)16 * 1024 * 1024)

static void pdf_read(struct helper_job *job)
{
    struct pdf_reading reading = { .job = job };
    const char *password = NULL;
    reading.document = open_document(job, &password);
    if (!reading.document)
        return;
    reading.flow = pdf_flow_new(job->document.ptr, job->document.len, password);
    buffer_init(&reading.text, PDF_PAGE_TEXT_MOST);
    buffer_init(&reading.pictured, PICTURED_MOST);
    reading.may_show_pictures = !reading.flow && pdf_may_show_pictures(job->document);
    give_metadata(&reading);
    give_outline(&reading);
    give_pages(&reading);
    give_attachments(&reading);
    pdf_tell_encodings(&reading);
    pdf_give_pictures(&reading);
}

/* A document of our own, so that all that poppler reads from files or makes at first use is there: its lists of encodings, its fonts. Kept open: the
 * last document to be closed takes them along. */
static const char warm_up[] =
    "%PDF-1.4\n"
    "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R"
    "/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
    "4 0 obj<</Length 38>>stream\nBT /F 12 Tf 20 100 Td (warm up) Tj ET \nendstream endobj\n"
    "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>endobj\n"
    "trailer<</Root 1 0 R>>\n";

/* What GLib converts names, fields and passwords from and to. Never closed, so that what was loaded for them stays. */
static void keep_charsets(void)
{
    static const char *const names[] = { "UTF-16BE", "UTF-16LE", "UTF-16", "ISO-8859-1" };
    setlocale(LC_ALL, "C.UTF-8");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        (void)iconv_open("UTF-8", names[i]);
        (void)iconv_open(names[i], "UTF-8");
    }
}

static void pdf_load(const struct helper_settings *settings)
{
    (void)settings;
    pdf_encodings_load();
    keep_charsets();
    g_object_unref(g_memory_input_stream_new());
    PopplerDocument *document = open_plain(slice_of(warm_up, sizeof warm_up - 1), NULL);
    if (!document)
        return;
    PopplerPage *page = poppler_document_get_page(document, 0);
    if (!page)
        return;
    g_free(poppler_page_get_text(page));
    poppler_page_free_image_mapping(poppler_page_get_image_mapping(page));
    g_object_unref(page);
}

int main(int argc, char **argv)
{
    static const struct helper_program program = { pdf_load, pdf_read };
    (void)argc;
    return helper_serve(argv, &program);
}
