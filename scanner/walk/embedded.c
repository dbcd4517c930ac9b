/* embedded.c - files in base64 inside XML documents (flat OPC, flat OpenDocument, Word 2003, Power Query), notebooks, HAR captures and HTML.
 *
 * Children: `TEXT`, the document without them; then each of them. One without any is no container: it is read as text.
 */
#include "walk/embedded.h"

#include "base/buffer.h"
#include "base/utf8.h"
#include "decode/transfer.h"
#include "walk/hold.h"
#include "walk/part.h"
#include "walk/type.h"

/* Shorter ones are no file. */
#define BASE64_LEAST ((size_t)24)
#define FILES_MOST ((size_t)100000)

struct embedded_walk {
    struct embedded found;
    struct buffer text; /* without the files */
    size_t next;
    bool is_html, has_text;
};

void embedded_add(struct embedded *embedded, struct slice name, struct slice bytes, bool is_base64)
{
    const struct embedded_file file = { name, bytes, is_base64 };
    buffer_put(&embedded->files, slice_of(&file, sizeof file));
}

void embedded_cut(struct embedded *embedded, struct slice part)
{
    const struct embedded_cut cut = { (size_t)(part.ptr - embedded->text.ptr), part.len };
    buffer_put(&embedded->cuts, slice_of(&cut, sizeof cut));
}

bool embedded_is_base64(struct slice text)
{
    size_t digits = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = text.ptr[i], letter = slice_lower_byte(c);
        bool is_digit = (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
                        c == '-' || c == '_' || c == '=';
        if (!is_digit && !memchr(" \t\r\n", c, 4))
            return false;
        digits += is_digit;
    }
    return digits >= BASE64_LEAST;
}

/* UTF-16: which of the two bytes of a unit is the low one, 2 where it is none. */
static size_t low_byte(struct slice head)
{
    if (head.len < 8)
        return 2;
    bool is_little = head.ptr[0] == 0xFF && head.ptr[1] == 0xFE,
         is_big = head.ptr[0] == 0xFE && head.ptr[1] == 0xFF;
    is_little |= head.ptr[0] == '<' && head.ptr[1] == 0 && head.ptr[3] == 0;
    is_big |= head.ptr[0] == 0 && head.ptr[1] == '<' && head.ptr[2] == 0;
    return is_little ? 0 : is_big ? 1 : 2;
}

static struct slice narrow(struct arena *arena, struct slice text, size_t low)
{
    size_t len = text.len / 2;
    unsigned char *out = arena_room(arena, len + 1);
    for (size_t i = 0; i < len; i++) {
        unsigned char first = text.ptr[2 * i + low], second = text.ptr[2 * i + 1 - low];
        out[i] = second == 0 && first < 0x80 ? first : '?';
    }
    return slice_of(out, len);
}

/* What a document begins with. */

static bool has(struct slice head, const char *word)
{
    return slice_find(head, 0, slice_str(word)) != SLICE_NONE;
}

bool embedded_is_json(struct slice head)
{
    struct slice start = slice_trim(utf8_skip_mark(slice_sub(head, 0, 256)));
    if (start.len == 0 || start.ptr[0] != '{')
        return false;
    bool is_notebook = has(head, "\"cell_type\"") && (has(head, "\"cells\"") || has(head, "\"nbformat\""));
    return is_notebook || (has(start, "\"log\"") && has(head, "\"creator\""));
}

static bool is_xml(struct slice head)
{
    static const char *const roots[] = { "<pkg:package", "<office:document ", "DataMashup",
                                         "schemas.microsoft.com/office/word/2003/wordml" };
    unsigned char room[1024];
    size_t low = low_byte(head), len = 0;
    head = slice_sub(head, 0, low < 2 ? 2 * sizeof room : 4096);
    for (size_t i = low; low < 2 && i < head.len; i += 2)
        room[len++] = head.ptr[i];
    if (low < 2)
        head = slice_of(room, len);
    head = utf8_skip_mark(head);
    struct slice start = slice_trim(head);
    if (low == 2 && (start.len == 0 || start.ptr[0] != '<' || type_is_html(start)))
        return false;
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        if (has(head, roots[i]))
            return true;
    return false;
}

static bool is_document(struct slice head)
{
    return is_xml(head) || embedded_is_json(head);
}

/* All but the files. UNIT: bytes a character has in TEXT. */
static void keep_rest(struct embedded_walk *state, struct slice text, size_t unit)
{
    struct slice cuts = buffer_slice(&state->found.cuts);
    size_t at = 0;
    for (size_t i = 0; i < cuts.len / sizeof(struct embedded_cut); i++) {
        struct embedded_cut cut;
        memcpy(&cut, cuts.ptr + i * sizeof cut, sizeof cut);
        buffer_put(&state->text, slice_sub(text, at, cut.at * unit - at));
        at = (cut.at + cut.len) * unit;
    }
    buffer_put(&state->text, slice_skip(text, at));
}

static void find_files(struct embedded_walk *state, struct slice text)
{
    size_t low = low_byte(text), unit = low < 2 ? 2 : 1;
    struct embedded *found = &state->found;
    found->text = unit == 2 ? narrow(found->arena, text, low) : text;
    if (state->is_html)
        embedded_read_html(found);
    else if (embedded_is_json(slice_sub(found->text, 0, FORMAT_HEAD)))
        embedded_read_json(found);
    else
        embedded_read_xml(found);
    if (found->files.len > 0)
        keep_rest(state, text, unit);
}

static void embedded_undo(void *ctx)
{
    struct embedded_walk *state = ctx;
    buffer_release(&state->found.files);
    buffer_release(&state->found.cuts);
    buffer_release(&state->text);
}

static int embedded_open(struct walk *walk, struct error *err)
{
    struct embedded_walk *state = arena_alloc(walk->arena, sizeof *state);
    size_t most = (size_t)walk->env->limits->whole_bytes;
    state->is_html = !is_document(slice_sub(walk->item->source->ready, 0, FORMAT_HEAD));
    struct source *in = hold_source(walk->item->arena, walk->item->source, walk->env, err);
    walk->item->source = in;
    if (!source_is_seekable(in))
        return -1;
    *err = (struct error){ 0 };
    state->found = (struct embedded){ .arena = walk->arena, .most = most };
    buffer_init(&state->found.files, FILES_MOST * sizeof(struct embedded_file));
    buffer_init(&state->found.cuts, FILES_MOST * sizeof(struct embedded_cut));
    buffer_init(&state->text, most);
    arena_defer(walk->arena, embedded_undo, state);
    walk->state = state;
    if (in->size > most && state->is_html)
        return -1; /* its reader tells what it does not look into */
    if (in->size > most) {
        walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, "whole-bytes",
                 "too long to look for files in it: read as text alone");
        return -1;
    }
    find_files(state, part_read(walk->arena, in, 0, (size_t)in->size));
    if (state->found.files.is_overfull || state->found.cuts.is_overfull)
        walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, NULL, "too many files in it");
    return state->found.files.len > 0 ? 0 : -1;
}

static int give_text(struct walk *walk, struct embedded_walk *state, struct item *child)
{
    state->has_text = true;
    child->kind = ITEM_BLOB;
    child->name = slice_str("TEXT");
    if (state->is_html) { /* is what it was without a file: its ids say nothing of this step */
        child->kind = ITEM_PART;
        child->part = child->name;
        child->name = slice_of(NULL, 0);
    }
    child->type = walk->item->type;
    child->charset = walk->item->charset;
    child->is_alternative = walk->item->is_alternative;
    child->alternative = walk->item->alternative;
    child->node = state;
    child->source = source_from_memory(child->arena, buffer_slice(&state->text));
    return 1;
}

static int embedded_next(struct walk *walk, struct item *child, struct error *err)
{
    struct embedded_walk *state = walk->state;
    struct slice files = buffer_slice(&state->found.files);
    struct embedded_file file;
    (void)err;
    child->mime_depth = walk->item->mime_depth;
    if (!state->has_text)
        return give_text(walk, state, child);
    if (state->next >= walk->env->limits->inner_entries && files.len > state->next * sizeof file) {
        walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, "inner-entries", "too many files in it");
        source_drain(walk->item->source);
        return 0;
    }
    files = slice_skip(files, state->next++ * sizeof file);
    if (files.len < sizeof file) {
        source_drain(walk->item->source);
        return 0;
    }
    memcpy(&file, files.ptr, sizeof file);
    child->kind = ITEM_BLOB;
    child->is_attachment = true;
    child->name = file.name;
    child->source = source_from_memory(child->arena, file.bytes);
    if (file.is_base64)
        child->source = transfer_decode(child->arena, child->source, TRANSFER_BASE64, NULL);
    return 1;
}

/* The TEXT that this gave has its node. */
static enum bid embedded_probe(const struct item *item, struct slice head)
{
    if (item->node)
        return BID_NONE;
    if (is_document(head))
        return BID_SIGNATURE;
    struct slice window = item->source && item->source->ready.ptr == head.ptr ? item->source->ready : head;
    return embedded_is_html(item, head, window) ? BID_SHAPE : BID_NONE;
}

const struct format format_embedded = {
    .name = "embedded",
    .title = "files in base64 inside XML documents (flat OPC, flat ODF, Power Query), notebooks, HAR "
             "captures and HTML",
    .probe = embedded_probe,
    .open = embedded_open,
    .next = embedded_next,
};
