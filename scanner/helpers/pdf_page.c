/* pdf_page.c - what stands beside the text of a PDF's page: form fields, annotations, links, scripts, files. */
#include "helpers/pdf.h"

#define LISTED_MOST 10000 /* fields, annotations or links of one page */

static void put_owned(struct buffer *text, const char *label, char *value)
{
    pdf_put_line(text, label, value);
    g_free(value);
}

void pdf_put_action(struct pdf_reading *reading, const char *label, const PopplerAction *action)
{
    struct buffer *text = &reading->text;
    switch (action->type) {
    case POPPLER_ACTION_URI:
        if (action->uri.uri && slice_find(buffer_slice(text), 0, slice_str(action->uri.uri)) == SLICE_NONE)
            pdf_put_line(text, label, action->uri.uri);
        break;
    case POPPLER_ACTION_LAUNCH:
        pdf_put_line(text, label, action->launch.file_name);
        pdf_put_line(text, label, action->launch.params);
        break;
    case POPPLER_ACTION_GOTO_REMOTE:
        pdf_put_line(text, label, action->goto_remote.file_name);
        break;
    case POPPLER_ACTION_JAVASCRIPT:
        pdf_put_line(text, "script", action->javascript.script);
        break;
    default:
        break;
    }
}

/* Form fields (ISO 32000-1, 12.7). */

static void put_choices(struct pdf_reading *reading, const char *name, PopplerFormField *field)
{
    int count = poppler_form_field_choice_get_n_items(field);
    put_owned(&reading->text, name, poppler_form_field_choice_get_text(field));
    for (int i = 0; i < count && i < LISTED_MOST; i++) {
        char *choice = poppler_form_field_choice_get_item(field, i);
        pdf_put_line(&reading->text, name, choice);
        g_free(choice);
    }
    if (count > LISTED_MOST)
        pdf_tell_cut(reading, "choices of a field");
}

static void put_field_scripts(struct pdf_reading *reading, PopplerFormField *field)
{
    PopplerAction *action = poppler_form_field_get_action(field);
    if (action)
        pdf_put_action(reading, "action", action);
    for (int type = POPPLER_ADDITIONAL_ACTION_FIELD_MODIFIED;
         type <= (int)POPPLER_ADDITIONAL_ACTION_CALCULATE_FIELD; type++) {
        action = poppler_form_field_get_additional_action(field, (PopplerAdditionalActionType)type);
        if (action)
            pdf_put_action(reading, "action", action);
    }
}

static void put_field(struct pdf_reading *reading, PopplerFormField *field)
{
    char *name = poppler_form_field_get_name(field);
    char *hint = poppler_form_field_get_alternate_ui_name(field);
    const char *label = hint && *hint ? hint : name;
    switch (poppler_form_field_get_field_type(field)) {
    case POPPLER_FORM_FIELD_TEXT:
        put_owned(&reading->text, label, poppler_form_field_text_get_text(field));
        break;
    case POPPLER_FORM_FIELD_CHOICE:
        put_choices(reading, label, field);
        break;
    default:
        break;
    }
    put_field_scripts(reading, field);
    g_free(hint);
    g_free(name);
}

void pdf_put_fields(struct pdf_reading *reading, PopplerPage *page)
{
    GList *fields = poppler_page_get_form_field_mapping(page);
    unsigned count = 0;
    GList *at = fields;
    for (; at && count < LISTED_MOST; at = at->next, count++)
        put_field(reading, ((PopplerFormFieldMapping *)at->data)->field);
    if (at)
        pdf_tell_cut(reading, "form fields on one page");
    poppler_page_free_form_field_mapping(fields);
}

/* Annotations (12.5). */

/* A file that hangs at a note and not in the document's list: a child before its page. */
static void put_file(struct pdf_reading *reading, PopplerAnnotFileAttachment *annotation)
{
    PopplerAttachment *file = poppler_annot_file_attachment_get_attachment(annotation);
    if (file)
        pdf_give_attachment(reading, file);
    else
        helper_put_gap(reading->job, HELPER_GAP_DAMAGED, "a file at a note cannot be read");
    if (file)
        g_object_unref(file);
}

static void put_annotation(struct pdf_reading *reading, PopplerAnnot *annotation)
{
    struct buffer *text = &reading->text;
    PopplerAnnotType type = poppler_annot_get_annot_type(annotation);
    if (type == POPPLER_ANNOT_WIDGET)
        return;
    put_owned(text, "note", poppler_annot_get_contents(annotation));
    if (POPPLER_IS_ANNOT_MARKUP(annotation)) {
        put_owned(text, "by", poppler_annot_markup_get_label(POPPLER_ANNOT_MARKUP(annotation)));
        put_owned(text, "subject", poppler_annot_markup_get_subject(POPPLER_ANNOT_MARKUP(annotation)));
    }
    if (type == POPPLER_ANNOT_SCREEN) {
        PopplerAction *action = poppler_annot_screen_get_action(POPPLER_ANNOT_SCREEN(annotation));
        if (action)
            pdf_put_action(reading, "action", action);
    }
    if (type == POPPLER_ANNOT_FILE_ATTACHMENT)
        put_file(reading, POPPLER_ANNOT_FILE_ATTACHMENT(annotation));
}

void pdf_put_annotations(struct pdf_reading *reading, PopplerPage *page)
{
    GList *annotations = poppler_page_get_annot_mapping(page);
    unsigned count = 0;
    GList *at = annotations;
    for (; at && count < LISTED_MOST; at = at->next, count++)
        put_annotation(reading, ((PopplerAnnotMapping *)at->data)->annot);
    if (at)
        pdf_tell_cut(reading, "notes on one page");
    poppler_page_free_annot_mapping(annotations);
}

void pdf_put_links(struct pdf_reading *reading, PopplerPage *page)
{
    GList *links = poppler_page_get_link_mapping(page);
    unsigned count = 0;
    GList *at = links;
    for (; at && count < LISTED_MOST; at = at->next, count++)
        pdf_put_action(reading, "link", ((PopplerLinkMapping *)at->data)->action);
    if (at)
        pdf_tell_cut(reading, "links on one page");
    poppler_page_free_link_mapping(links);
}

/* Files (7.11.4). */

static gboolean put_piece(const gchar *bytes, gsize len, gpointer ctx, GError **error)
{
    struct helper_job *job = ctx;
    (void)error;
    helper_put_bytes(job, slice_of(bytes, len));
    return TRUE;
}

void pdf_give_attachment(struct pdf_reading *reading, PopplerAttachment *attachment)
{
    const char *name = poppler_attachment_get_name(attachment);
    const char *shown = name && *name ? name : "attachment";
    pdf_put_line(&reading->text, shown, poppler_attachment_get_description(attachment));
    helper_put_item(reading->job, HELPER_ITEM_FILE, slice_str(shown));
    if (!poppler_attachment_save_to_callback(attachment, put_piece, reading->job, NULL))
        helper_put_gap(reading->job, HELPER_GAP_DAMAGED, "an attached file cannot be read whole");
}
