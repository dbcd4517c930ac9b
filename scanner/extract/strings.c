/* strings.c - binaries: their bytes as they stand, and the UTF-16 text found in them. Claims everything that nothing else does. */
#include "extract/feed.h"
#include "extract/wide.h"
#include "walk/locked.h"
#include "walk/type.h"

/* Binaries are matched in blocks of this size, so that the maps of their UTF-16 runs stay small. */
#define STRINGS_BLOCK ((size_t)1024 * 1024)

static void strings_make(void *ctx, const struct feed_block *block, struct feed_views *views)
{
    struct wide *wide = ctx;
    wide_find(wide, block->text);
    feed_views_add(views, (struct text_view){ VIEW_BYTES, block->text, { NULL, 0 } });
    wide_views(wide, views);
}

/* Indexes that Dovecot keeps beside its mailboxes: what they have of mail is text, and is read as such. */
static bool is_index(const struct item *item)
{
    struct slice name = item->name;
    if (item_message(item))
        return false;
    for (size_t at; (at = slice_find_byte(name, 0, '/')) != SLICE_NONE;)
        name = slice_skip(name, at + 1);
    return slice_starts_with(name, "dovecot.index") || slice_starts_with(name, "dovecot.list.index") ||
           slice_starts_with(name, "dovecot.map.index");
}

/* Who could open it stands in its first bytes. */
static void tell_locked(struct extract *extract, const char *media)
{
    struct slice head = slice_sub(extract->item->source->ready, 0, FORMAT_HEAD);
    struct buffer whom;
    buffer_init(&whom, LOCKED_WHOM_MAX);
    if (strcmp(media, "application/pkcs7-mime") == 0)
        locked_put_cms(&whom, head);
    else if (strcmp(media, "application/pgp-encrypted") == 0)
        locked_put_pgp(&whom, head);
    extract_gap(extract, GAP_ENCRYPTED, NULL, "encrypted content (%s)%.*s", media, (int)whom.len,
                (const char *)whom.ptr);
    buffer_release(&whom);
}

static void tell_gap(struct extract *extract)
{
    const struct item *item = extract->item;
    if (item->key == ITEM_KEY_OPEN)
        return;
    if (item->key == ITEM_KEY_LOCKED) {
        extract_gap(extract, GAP_ENCRYPTED, NULL, "key file under a password: only its bytes were read");
        return;
    }
    struct type type = type_of(slice_sub(item->source->ready, 0, FORMAT_HEAD), item->name, item->type);
    switch (type.class) {
    case TYPE_PICTURE:
        extract_gap(extract, GAP_PICTURE, NULL, "picture (%s): only its bytes were read", type.media);
        break;
    case TYPE_ENCRYPTED:
        if (strcmp(type.media, TYPE_RIGHTS_PROTECTED) == 0) {
            extract_gap(
                extract, GAP_ENCRYPTED, NULL,
                "rights-protected message: collect it decrypted (eDiscovery export, or an account with the "
                "super user right)");
            break;
        }
        tell_locked(extract, type.media);
        break;
    case TYPE_DOCUMENT:
    case TYPE_BINARY:
        if (is_index(item))
            break;
        extract_gap(extract, GAP_UNSUPPORTED, NULL, "no reader for %s: only its bytes were read", type.media);
        break;
    case TYPE_TEXT:
    case TYPE_HTML:
    case TYPE_PROGRAM:
        break;
    }
}

static enum bid strings_probe(const struct item *item, struct slice head)
{
    if (item->content == CONTENT_BYTES || type_from_signature(head).media)
        return BID_SIGNATURE;
    return type_is_text(head) ? BID_NAME : BID_SHAPE;
}

static int strings_extract(struct extract *extract, struct error *err)
{
    struct wide wide;
    const struct feed_maker maker = {
        .make = strings_make, .ctx = &wide, .block_size = STRINGS_BLOCK, .repeats = 2
    };
    source_fill(extract->item->source, FORMAT_HEAD, NULL);
    if (extract->item->content != CONTENT_BYTES)
        tell_gap(extract);
    wide_init(&wide);
    int result = feed_bytes(extract, &maker, err);
    wide_release(&wide);
    return result;
}

const struct extractor extractor_strings = {
    .name = "strings",
    .title = "anything else: its bytes, and UTF-16 text found in them",
    .probe = strings_probe,
    .extract = strings_extract,
};
