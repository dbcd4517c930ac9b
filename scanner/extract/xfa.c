/* xfa.c - XFA forms (the XML of a PDF's form): each field as a line, its caption before its value; and the XML itself. */
#include "decode/xml.h"
#include "extract/feed.h"
#include "extract/track.h"

#define HEAD ((size_t)4096)
#define LABEL_MOST ((size_t)256)
#define VALUE_MOST ((size_t)64 * 1024)
#define BLOCK_SIZE ((size_t)1024 * 1024)

struct xfa {
    struct extract *extract;
    struct xml xml;
    struct slice text; /* of the block */
    uint64_t offset;
    struct track view;
    unsigned field_depth, caption_depth, value_depth; /* of the element that is open; 0 */
    struct buffer name, label, value;
    uint64_t value_at; /* in the leaf's text */
    bool is_told;
};

static void xfa_start(void *ctx, const char *name, const char **attributes)
{
    struct xfa *xfa = ctx;
    const char *local = xml_local(name), *said = xml_attribute(attributes, "name");
    unsigned depth = xfa->xml.depth;
    if (strcmp(local, "field") == 0) {
        xfa->field_depth = depth;
        xfa->caption_depth = xfa->value_depth = 0;
        buffer_clear(&xfa->name);
        buffer_clear(&xfa->label);
        buffer_clear(&xfa->value);
        if (said)
            buffer_put_str(&xfa->name, said);
    } else if (xfa->field_depth && !xfa->caption_depth && strcmp(local, "caption") == 0) {
        xfa->caption_depth = depth;
    } else if (xfa->field_depth && !xfa->caption_depth && !xfa->value_depth && strcmp(local, "value") == 0) {
        xfa->value_depth = depth;
    }
}

static void put_field(struct xfa *xfa)
{
    struct slice label = slice_trim(buffer_slice(&xfa->label)), value = slice_trim(buffer_slice(&xfa->value));
    size_t at = xfa->value_at > xfa->offset ? (size_t)(xfa->value_at - xfa->offset) : 0;
    if (value.len == 0)
        return;
    if (at > xfa->text.len)
        at = xfa->text.len;
    track_put_made(&xfa->view, label.len > 0 ? label : buffer_slice(&xfa->name), at);
    track_put_made(&xfa->view, slice_str(": "), at);
    track_put_made(&xfa->view, value, at);
    track_put_made(&xfa->view, slice_str("\n"), at);
}

static void xfa_end(void *ctx, const char *name)
{
    struct xfa *xfa = ctx;
    unsigned depth = xfa->xml.depth;
    (void)name;
    if (depth == xfa->caption_depth)
        xfa->caption_depth = 0;
    if (depth == xfa->value_depth)
        xfa->value_depth = 0;
    if (depth == xfa->field_depth) {
        put_field(xfa);
        xfa->field_depth = 0;
    }
}

static void xfa_text(void *ctx, struct slice text)
{
    struct xfa *xfa = ctx;
    if (!xfa->field_depth)
        return;
    if (xfa->caption_depth)
        buffer_put(&xfa->label, text);
    if (!xfa->value_depth)
        return;
    if (xfa->value.len == 0)
        xfa->value_at = xml_at(&xfa->xml);
    buffer_put(&xfa->value, text);
}

static void xfa_make(void *ctx, const struct feed_block *block, struct feed_views *views)
{
    struct xfa *xfa = ctx;
    track_clear(&xfa->view);
    xfa->text = block->text;
    xfa->offset = block->offset;
    (void)xml_feed(&xfa->xml, slice_skip(block->text, block->repeated), block->is_last);
    if (xfa->xml.fault != XML_SOUND && !xfa->is_told)
        extract_gap(xfa->extract, xfa->xml.fault == XML_LIMIT ? GAP_LIMIT : GAP_DAMAGED, NULL,
                    "the form's XML: %s; what follows was scanned as it stands", xfa->xml.why);
    xfa->is_told |= xfa->xml.fault != XML_SOUND;
    feed_views_add(views, (struct text_view){ VIEW_TEXT, block->text, { NULL, 0 } });
    if (xfa->view.text.len > 0)
        feed_views_add(views, track_view(&xfa->view, VIEW_DOCUMENT));
}

static enum bid xfa_probe(const struct item *item, struct slice head)
{
    head = slice_trim(slice_sub(head, 0, HEAD));
    if (item->content != CONTENT_ANY || head.len == 0 || head.ptr[0] != '<')
        return BID_NONE;
    bool is_form = slice_find(head, 0, slice_str("http://ns.adobe.com/xdp/")) != SLICE_NONE ||
                   slice_find(head, 0, slice_str("http://www.xfa.org/schema/xfa-template/")) != SLICE_NONE;
    return is_form ? BID_SIGNATURE : BID_NONE;
}

static int xfa_extract(struct extract *extract, struct error *err)
{
    struct xfa xfa = { .extract = extract };
    const struct xml_sink sink = { .start = xfa_start, .end = xfa_end, .text = xfa_text, .ctx = &xfa };
    const struct feed_maker maker = { .make = xfa_make, .ctx = &xfa, .block_size = BLOCK_SIZE };
    xml_init(&xfa.xml, &sink);
    track_init(&xfa.view, SIZE_MAX / 2);
    buffer_init(&xfa.name, LABEL_MOST);
    buffer_init(&xfa.label, LABEL_MOST);
    buffer_init(&xfa.value, VALUE_MOST);
    int result = feed_text(extract, extract->item->charset, &maker, err);
    buffer_release(&xfa.value);
    buffer_release(&xfa.label);
    buffer_release(&xfa.name);
    track_release(&xfa.view);
    xml_release(&xfa.xml);
    return result;
}

const struct extractor extractor_xfa = {
    .name = "xfa",
    .title = "XFA forms of PDFs: fields with their captions",
    .probe = xfa_probe,
    .extract = xfa_extract,
};
