/* cms.c - opaque S/MIME (RFC 8551): what a CMS message (RFC 5652) signs, or compresses (RFC 3274), without a look at the signature.
 *
 * Children: the content, a MIME entity of the message around it where it begins with its fields, else a file; `PACKED`, what follows the end of
 * what was compressed; `SIGNATURE`, what stands around the content (algorithms, certificates, signatures), as bytes, with what stands before
 * it as `HEAD` where the two are long. BER is read as it comes: the content is a stream of the pieces it was written in, of any length. What
 * is encrypted is a leaf (locked.h says for whom).
 */
#include "base/buffer.h"
#include "decode/header.h"
#include "walk/ber.h"
#include "walk/format.h"
#include "walk/inflate.h"
#include "walk/locked.h"

#define PIECES_DEPTH 4
#define HEAD_MAX ((size_t)16)
#define WINDOW ((size_t)64 * 1024)
#define ENTITY_LOOK ((size_t)4 * 1024)

enum cms_kind { CMS_OTHER, CMS_SIGNED, CMS_COMPRESSED };

enum cms_stage { CMS_CONTENT, CMS_PACKED, CMS_HEAD, CMS_SIGNATURE, CMS_DONE };

/* What stands before the content. */
struct cms_head {
    enum cms_kind kind;
    bool has_content;
    size_t len; /* bytes up to the content's first tag; all that was understood where there is none */
};

struct cms {
    struct cms_head head;
    enum cms_stage stage;
    struct slice before; /* the bytes up to the content */
    struct source *pieces, *content;
};

/* Before the content: the value of an element whose end may not be at hand. */
static bool enter(struct slice *rest, unsigned wanted)
{
    unsigned tag;
    uint64_t len;
    return ber_eat_head(rest, &tag, &len) == 0 && tag == wanted;
}

static enum cms_kind kind_of(struct slice oid)
{
    if (slice_is_equal(oid, slice_str("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02")))
        return CMS_SIGNED;
    if (slice_is_equal(oid, slice_str("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09")))
        return CMS_COMPRESSED;
    return CMS_OTHER;
}

static void read_head(struct slice bytes, struct cms_head *head)
{
    struct slice rest = bytes, value;
    *head = (struct cms_head){ .kind = CMS_OTHER };
    if (!enter(&rest, BER_SEQUENCE) || ber_eat_tag(&rest, BER_OID, &value) < 0)
        return;
    enum cms_kind kind = kind_of(value);
    unsigned algorithms = kind == CMS_SIGNED ? BER_SET : BER_SEQUENCE;
    if (kind == CMS_OTHER || !enter(&rest, BER_CONTEXT) || !enter(&rest, BER_SEQUENCE) ||
        ber_eat_tag(&rest, BER_INTEGER, &value) < 0 || ber_eat_tag(&rest, algorithms, &value) < 0)
        return;
    head->kind = kind;
    if (enter(&rest, BER_SEQUENCE) && ber_eat_tag(&rest, BER_OID, &value) == 0 && enter(&rest, BER_CONTEXT))
        head->has_content =
            rest.len > 0 && (rest.ptr[0] == BER_OCTETS || rest.ptr[0] == BER_OCTETS_IN_PIECES);
    if (head->has_content)
        head->len = (size_t)(rest.ptr - bytes.ptr);
}

/* The content: pieces in one another, whose ends are told by length or by a mark. */

struct pieces {
    struct source source;
    struct source *in;
    struct buffer window;
    uint64_t left; /* of the piece at work */
    unsigned depth;
    uint64_t ends[PIECES_DEPTH]; /* in IN, or BER_INDEFINITE */
    bool is_over, is_open;
};

/* Go into the next piece. 1; 0 at the end; -1. */
static int next_piece(struct pieces *pieces, struct error *err)
{
    while (!pieces->is_over) {
        struct source *in = pieces->in;
        unsigned tag;
        uint64_t len;
        if (pieces->depth > 0 && in->offset >= pieces->ends[pieces->depth - 1]) {
            pieces->is_over = --pieces->depth == 0;
            continue;
        }
        (void)source_fill(in, HEAD_MAX, NULL);
        struct slice head = slice_sub(in->ready, 0, HEAD_MAX), rest = head;
        if (ber_eat_head(&rest, &tag, &len) < 0)
            return error_set(err, head.len < 2 ? ERROR_TRUNCATED : ERROR_FORMAT,
                             head.len < 2 ? "the signed content is cut short"
                                          : "the signed content's encoding is damaged");
        source_consume(in, head.len - rest.len);
        if (tag == BER_OCTETS && len != BER_INDEFINITE) {
            pieces->left = len;
            pieces->is_over = pieces->depth == 0;
            return 1;
        }
        bool is_end =
            tag == 0 && len == 0 && pieces->depth > 0 && pieces->ends[pieces->depth - 1] == BER_INDEFINITE;
        if (is_end) {
            pieces->is_over = --pieces->depth == 0;
            continue;
        }
        if (tag != BER_OCTETS_IN_PIECES || pieces->depth == PIECES_DEPTH)
            return error_set(err, ERROR_FORMAT, "the signed content's encoding is damaged");
        bool is_far = len == BER_INDEFINITE || len > BER_INDEFINITE - 1 - in->offset;
        pieces->ends[pieces->depth++] = is_far ? BER_INDEFINITE : in->offset + len;
    }
    return 0;
}

static int pieces_fill(struct source *source, size_t want, struct error *err)
{
    struct pieces *pieces = (struct pieces *)source;
    struct buffer *window = &pieces->window;
    int got = 1;
    buffer_drop(window, window->len - source->ready.len);
    while (window->len < want && got == 1) {
        if (pieces->left == 0) {
            got = next_piece(pieces, err);
            continue;
        }
        if (source_fill(pieces->in, 1, err) != 1) {
            got = error_set(err, ERROR_TRUNCATED, "the signed content is cut short");
            break;
        }
        size_t most = want - window->len > WINDOW ? want - window->len : WINDOW;
        struct slice piece =
            slice_sub(pieces->in->ready, 0, pieces->left < most ? (size_t)pieces->left : most);
        buffer_put(window, piece);
        source_consume(pieces->in, piece.len);
        pieces->left -= piece.len;
    }
    source->ready = buffer_slice(window);
    return source->ready.len >= want ? 1 : got;
}

static void pieces_close(struct source *source)
{
    struct pieces *pieces = (struct pieces *)source;
    if (pieces->is_open)
        buffer_release(&pieces->window);
    pieces->is_open = false;
    source->ready = slice_of(NULL, 0);
    source->is_at_end = true;
}

static void pieces_undo(void *pieces)
{
    pieces_close(pieces);
}

static const struct source_class pieces_class = { .fill = pieces_fill, .close = pieces_close };

static struct source *pieces_source(struct arena *arena, struct source *in)
{
    struct pieces *pieces = arena_alloc(arena, sizeof *pieces);
    pieces->source = (struct source){ .class = &pieces_class, .size = SOURCE_SIZE_UNKNOWN };
    pieces->in = in;
    pieces->is_open = true;
    buffer_init(&pieces->window, 2 * SOURCE_WANT_MAX);
    arena_defer(arena, pieces_undo, pieces);
    return &pieces->source;
}

/* Children. */

/* Does TEXT begin with the fields of a MIME entity? */
static bool is_entity(struct slice text)
{
    struct header_field field;
    while (text.len > 0 && memchr("\r\n", text.ptr[0], 2))
        text = slice_skip(text, 1);
    for (unsigned i = 0; i < 8 && header_eat(&text, &field) == 1 && field.name.len > 0; i++)
        if (slice_starts_with_nocase(field.name, "Content-") ||
            slice_is_equal_nocase(field.name, slice_str("MIME-Version")))
            return true;
    return false;
}

/* "report.pdf" of "report.pdf.p7m". */
static struct slice bare_name(struct slice name)
{
    return slice_ends_with_nocase(name, ".p7m") || slice_ends_with_nocase(name, ".p7z")
               ? slice_sub(name, 0, name.len - 4)
               : name;
}

static void describe_content(struct walk *walk, struct cms *cms, struct item *child)
{
    struct item *item = walk->item;
    (void)source_fill(cms->content, ENTITY_LOOK, NULL);
    child->source = cms->content;
    child->mime_depth = item->mime_depth + 1;
    if (!is_entity(slice_sub(cms->content->ready, 0, ENTITY_LOOK))) {
        child->kind = ITEM_MEMBER;
        child->name = bare_name(item->name);
        child->is_attachment = true;
        return;
    }
    /* The wrapper is no attachment, then: what lies in it is named as if it had none. */
    bool is_part = item->kind == ITEM_PART && item_message(item);
    child->kind = ITEM_PART;
    child->content = CONTENT_MESSAGE;
    child->part = item->part;
    child->is_entity = is_part;
    child->is_alternative = item->is_alternative;
    child->alternative = item->alternative;
    if (is_part)
        item->is_attachment = false;
}

static int cms_open(struct walk *walk, struct error *err)
{
    struct cms *cms = arena_alloc(walk->arena, sizeof *cms);
    struct source *in = walk->item->source;
    (void)err;
    walk->state = cms;
    read_head(slice_sub(in->ready, 0, FORMAT_HEAD), &cms->head);
    if (!cms->head.has_content)
        return 0;
    cms->before = arena_copy(walk->arena, slice_sub(in->ready, 0, cms->head.len));
    source_consume(in, cms->head.len);
    cms->content = cms->pieces = pieces_source(walk->arena, in);
    if (cms->head.kind == CMS_COMPRESSED)
        cms->content = inflate_source(walk->arena, cms->content, INFLATE_ZLIB, walk->env->limits, NULL);
    return cms->content ? 0 : error_set(err, ERROR_SYSTEM, "zlib does not start");
}

static int give_bytes(struct item *child, const char *name, struct source *source)
{
    child->kind = ITEM_REST;
    child->content = CONTENT_BYTES;
    child->name = slice_str(name);
    child->source = source;
    return 1;
}

/* What is left of IN, as a child. */
static int give_left(struct item *child, const char *name, struct source *in)
{
    if (!in || source_fill(in, 1, NULL) != 1)
        return 0;
    return give_bytes(child, name, source_from_range(child->arena, in, UINT64_MAX));
}

/* What stands before the content, in one child with what stands behind it where that is short. */
static int give_head(struct cms *cms, struct source *in, struct item *child)
{
    if (cms->before.len == 0)
        return 0;
    if (source_fill(in, WINDOW, NULL) != 0)
        return give_bytes(child, "HEAD", source_from_memory(child->arena, cms->before));
    struct buffer both;
    buffer_init(&both, FORMAT_HEAD + WINDOW);
    buffer_put(&both, cms->before);
    buffer_put(&both, in->ready);
    struct slice bytes = arena_copy(child->arena, buffer_slice(&both));
    buffer_release(&both);
    source_consume(in, in->ready.len);
    return give_bytes(child, "SIGNATURE", source_from_memory(child->arena, bytes));
}

static int take_stage(struct walk *walk, struct cms *cms, struct item *child)
{
    struct source *in = walk->item->source;
    switch (cms->stage++) {
    case CMS_CONTENT:
        if (cms->content)
            describe_content(walk, cms, child);
        return cms->content != NULL;
    case CMS_PACKED:
        return give_left(child, "PACKED", cms->pieces);
    case CMS_HEAD:
        return give_head(cms, in, child);
    case CMS_SIGNATURE:
        return give_left(child, "SIGNATURE", in);
    case CMS_DONE:
        break;
    }
    return 0;
}

static int cms_next(struct walk *walk, struct item *child, struct error *err)
{
    struct cms *cms = walk->state;
    (void)err;
    while (cms->stage < CMS_DONE)
        if (take_stage(walk, cms, child) == 1)
            return 1;
    return 0;
}

static enum bid cms_probe(const struct item *item, struct slice head)
{
    struct cms_head cms;
    (void)item;
    if (head.len < 16 || head.ptr[0] != BER_SEQUENCE)
        return BID_NONE;
    read_head(head, &cms);
    return cms.kind != CMS_OTHER ? BID_SIGNATURE : BID_NONE;
}

const struct format format_cms = {
    .name = "cms",
    .title = "S/MIME: what opaque signed and compressed mail (smime.p7m) holds; signatures as bytes",
    .probe = cms_probe,
    .open = cms_open,
    .next = cms_next,
};
