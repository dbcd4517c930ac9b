/* html_data.c - data: URIs in markup, decoded. */
#include "extract/html_data.h"

#include "walk/type.h"

/* Decoded bytes that tell what it is, and those that one pair of the map stands for. */
#define JUDGE ((size_t)512)
#define MAP_STEP 48
#define HEADER_MAX ((size_t)128)

void html_data_init(struct html_data *data, struct extract *extract)
{
    *data = (struct html_data){ .extract = extract };
    track_init(&data->decoded, HTML_DATA_ALL + HTML_DATA_ONE);
}

void html_data_release(struct html_data *data)
{
    track_release(&data->decoded);
}

static void tell_once(struct html_data *data, enum gap_kind kind, const char *reason)
{
    if (!data->has_told[kind])
        extract_gap(data->extract, kind, NULL, "%s", reason);
    data->has_told[kind] = true;
}

static size_t uri_size(const struct html_data *data)
{
    return data->decoded.text.len - data->uri.start;
}

static void uri_skip(struct html_data *data)
{
    data->uri.is_skipped = true;
    track_cut(&data->decoded, data->uri.start);
    data->decoded.count = data->uri.start_pairs;
}

/* Text is kept, and unknown bytes too, as raw ones; a picture or a font has nothing to match. */
static void uri_judge(struct html_data *data)
{
    struct slice head = slice_skip(buffer_slice(&data->decoded.text), data->uri.start);
    struct type type = type_from_signature(head);
    data->uri.is_judged = true;
    if (type.media && type.class == TYPE_PICTURE) {
        tell_once(data, GAP_PICTURE, "picture in a data: URI");
        uri_skip(data);
    } else if (type.media && type.class == TYPE_PROGRAM) {
        uri_skip(data);
    } else if (type.media && type.class == TYPE_ENCRYPTED) {
        tell_once(data, GAP_ENCRYPTED, "encrypted content in a data: URI");
    } else if (type.media || !type_is_text(head)) {
        tell_once(data, GAP_UNSUPPORTED, "no reader for what a data: URI holds: only its bytes were read");
    }
}

static void uri_put(struct html_data *data, unsigned char byte, size_t text_at)
{
    struct html_uri *uri = &data->uri;
    if (uri->is_skipped)
        return;
    if (uri_size(data) == HTML_DATA_ONE || data->total == HTML_DATA_ALL) {
        tell_once(data, GAP_LIMIT, "data: URIs larger than 1 MiB, or 16 MiB together");
        uri->is_judged = true;
        uri_skip(data);
        return;
    }
    if (uri_size(data) % MAP_STEP == 0)
        track_put_made(&data->decoded, slice_of(&byte, 1), text_at);
    else
        buffer_put_byte(&data->decoded.text, byte);
    data->total++;
    if (!uri->is_judged && uri_size(data) == JUDGE)
        uri_judge(data);
}

static void uri_end(struct html_data *data)
{
    struct html_uri *uri = &data->uri;
    if (!uri->is_judged && uri_size(data) > 0)
        uri_judge(data);
    /* Without an escape the view of the markup shows the same. */
    if (!uri->is_base64 && !uri->has_escape && !uri->is_skipped)
        uri_skip(data);
    if (!uri->is_skipped && uri_size(data) > 0)
        buffer_put_byte(&data->decoded.text, '\n');
    uri->is_open = false;
}

static int base64_digit(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

static void put_base64(struct html_data *data, unsigned char c, size_t text_at)
{
    struct html_uri *uri = &data->uri;
    int digit = base64_digit(c);
    if (digit < 0)
        return;
    uri->bits = uri->bits << 6 | (unsigned)digit;
    uri->bit_count += 6;
    if (uri->bit_count < 8)
        return;
    uri->bit_count -= 8;
    uri_put(data, (unsigned char)(uri->bits >> uri->bit_count), text_at);
}

static bool ends_uri(const struct html_uri *uri, unsigned char c)
{
    if (uri->is_base64)
        return base64_digit(c) < 0 && !memchr("=% \t\r\n", c, 6);
    return memchr("\"'<>) \t\r\n", c, 9) != NULL;
}

/* Go on with the open URI in MARKUP from AT. Where it ends, or the markup. */
static size_t uri_go(struct html_data *data, const struct track *markup, size_t at)
{
    const struct text_map map = { markup->pairs, markup->count };
    struct slice text = buffer_slice(&markup->text);
    size_t text_at = 0;
    for (size_t since = 0; at < text.len && !ends_uri(&data->uri, text.ptr[at]); at++, since++) {
        unsigned char c = text.ptr[at];
        if (since % MAP_STEP == 0)
            text_at = text_map_find(&map, at);
        if (c == '%' && text.len - at > 2 && slice_hex_digit(text.ptr[at + 1]) >= 0 &&
            slice_hex_digit(text.ptr[at + 2]) >= 0) {
            c = (unsigned char)(slice_hex_digit(text.ptr[at + 1]) << 4 | slice_hex_digit(text.ptr[at + 2]));
            data->uri.has_escape = true;
            at += 2;
        }
        if (data->uri.is_base64)
            put_base64(data, c, text_at);
        else
            uri_put(data, c, text_at);
    }
    return at;
}

static bool is_header_byte(unsigned char c)
{
    unsigned char lower = slice_lower_byte(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || memchr("+./;=_-*%", c, 9) != NULL;
}

/* COLON may be that of "data:". Where the URI's content begins, or SLICE_NONE. */
static size_t uri_begin(struct html_data *data, struct slice text, size_t colon)
{
    static const char base64[] = ";base64";
    struct slice header = slice_sub(text, colon + 1, HEADER_MAX);
    size_t len = 0;
    if (colon < 4 || !slice_is_equal_nocase(slice_sub(text, colon - 4, 4), slice_str("data")))
        return SLICE_NONE;
    while (len < header.len && is_header_byte(header.ptr[len]))
        len++;
    if (len == header.len || header.ptr[len] != ',')
        return SLICE_NONE;
    header.len = len;
    data->uri = (struct html_uri){
        .is_open = true,
        .is_base64 = slice_ends_with_nocase(header, base64),
        .start = data->decoded.text.len,
        .start_pairs = data->decoded.count,
    };
    return colon + 1 + len + 1;
}

/* Keep of the view only the URI that goes on. */
static void begin_block(struct html_data *data)
{
    struct html_uri *uri = &data->uri;
    if (!uri->is_open || uri->is_skipped) {
        track_clear(&data->decoded);
    } else {
        track_drop_bytes(&data->decoded, uri->start);
        data->decoded.count = 0;
        track_pair(&data->decoded, 0, 0);
    }
    uri->start = uri->start_pairs = 0;
}

static void find_uris(struct html_data *data, const struct track *markup, size_t at, bool is_last)
{
    struct slice text = buffer_slice(&markup->text);
    if (data->uri.is_open)
        at = uri_go(data, markup, at);
    while (!data->uri.is_open || at < text.len || is_last) {
        if (data->uri.is_open)
            uri_end(data);
        size_t colon = slice_find_byte(text, at, ':');
        if (colon == SLICE_NONE)
            return;
        at = colon + 1;
        size_t content = uri_begin(data, text, colon);
        if (content != SLICE_NONE)
            at = uri_go(data, markup, content);
    }
}

void html_data_block(struct html_data *data, const struct track *markup, size_t fresh, bool is_last,
                     struct feed_views *views)
{
    begin_block(data);
    find_uris(data, markup, fresh, is_last);
    struct text_view view = track_view(&data->decoded, VIEW_DECODED);
    if (data->uri.is_open)
        view.text.len = data->uri.start;
    if (view.text.len > 0)
        feed_views_add(views, view);
}
