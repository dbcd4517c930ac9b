/* rtf_unwrap.c - HTML and plain text that a mail program wrapped in RTF (MS-OXRTFEX section 2.2). */
#include "decode/rtf.h"

/* \fromhtml or \fromtext stands among the first tokens (section 2.1.3.2 says ten); fonts may come before it in practice. */
#define WRAPS_LOOK ((size_t)1024)

static bool names_wrapping(struct slice source)
{
    struct slice head = slice_sub(source, 0, WRAPS_LOOK);
    return slice_find(head, 0, slice_str("\\fromhtml")) != SLICE_NONE ||
           slice_find(head, 0, slice_str("\\fromtext")) != SLICE_NONE;
}

struct unwrapping {
    struct rtf rtf;
    struct buffer *out;
};

static void put_piece(void *ctx, const struct rtf_piece *piece)
{
    struct unwrapping *unwrapping = ctx;
    bool is_text = piece->kind == RTF_BODY && !piece->is_replaced;
    bool is_tag = piece->kind == RTF_TAG && unwrapping->rtf.wraps == RTF_WRAPS_HTML;
    if (is_text || is_tag)
        buffer_put(unwrapping->out, piece->bytes);
}

enum rtf_wraps rtf_unwrap(struct slice source, struct buffer *out)
{
    struct unwrapping unwrapping = { .out = out };
    const struct rtf_sink sink = { put_piece, &unwrapping };
    size_t start = out->len;
    if (!rtf_is_rtf(source) || !names_wrapping(source))
        return RTF_WRAPS_NOTHING;
    rtf_init(&unwrapping.rtf, &sink, false);
    rtf_block(&unwrapping.rtf, source, source.len, true);
    enum rtf_wraps wraps = unwrapping.rtf.wraps;
    rtf_release(&unwrapping.rtf);
    if (wraps == RTF_WRAPS_NOTHING)
        out->len = start;
    return wraps;
}
