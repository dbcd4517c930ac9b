/* mask_preview.c - what may be shown of a secret. */
#include "base/utf8.h"
#include "record/mask.h"

#define PREVIEW_LEAST 12 /* characters a secret has before any of it is shown */
#define PREVIEW_SIDE 4   /* characters shown at each end, at most */
#define PREVIEW_ELLIPSIS "\xE2\x80\xA6"

static size_t shown_at_each_end(struct slice secret)
{
    size_t count = utf8_count(secret);
    if (count < PREVIEW_LEAST)
        return 0;
    return count / 6 < PREVIEW_SIDE ? count / 6 : PREVIEW_SIDE;
}

/* What tells one armored key from another: its text between the BEGIN and the END line. */
static struct slice without_armor(struct slice secret)
{
    static const struct slice dashes = { (const unsigned char *)"-----", 5 };
    if (!slice_starts_with(secret, "-----BEGIN "))
        return secret;
    size_t start = slice_find(secret, 11, dashes);
    if (start == SLICE_NONE)
        return secret;
    struct slice body = slice_skip(secret, start + dashes.len);
    size_t end = slice_find(body, 0, slice_str("-----END "));
    return slice_trim(slice_sub(body, 0, end == SLICE_NONE ? body.len : end));
}

void mask_put_preview(struct buffer *out, struct slice secret)
{
    secret = without_armor(secret);
    size_t side = shown_at_each_end(secret), count = utf8_count(secret);
    struct slice rest = secret;
    uint32_t code;
    if (side == 0) {
        buffer_put_str(out, MASK_TEXT);
        return;
    }
    for (size_t i = 0; i < side; i++)
        utf8_eat(&rest, &code);
    utf8_put_escaped(out, slice_sub(secret, 0, secret.len - rest.len));
    buffer_put_str(out, PREVIEW_ELLIPSIS);
    for (size_t i = side; i < count - side; i++)
        utf8_eat(&rest, &code);
    utf8_put_escaped(out, rest);
}
