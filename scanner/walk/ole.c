/* ole.c - compound files that are no messages: Office documents of before 2007, and whatever else keeps streams in one.
 *
 * Children of a storage, stream by stream: of a document its text (`TEXT`), of its properties their text; macros as source; embedded objects under
 * the names they were given; encrypted streams refused; storages, each opened as this one; all other streams, and what is left of those that gave text, as
 * bytes. Of the file as a whole at last the streams that no storage holds, and what no stream covers.
 */
#include "walk/ole.h"

#include <zlib.h>

#include "decode/ovba.h"
#include "walk/ole_package.h"
#include "walk/ole_text.h"
#include "walk/type.h"

enum role {
    ROLE_OTHER,
    ROLE_WORD,
    ROLE_SHEETS,
    ROLE_SLIDES,
    ROLE_PROPERTIES,
    ROLE_OBJECT, /* a file in another's place: Ole10Native */
    ROLE_ENCRYPTED,
    ROLE_MACRO,
    ROLE_EQUATION,
};

static const struct {
    const char *name;
    enum role role;
} roles[] = {
    { "WordDocument", ROLE_WORD },
    { "Workbook", ROLE_SHEETS },
    { "Book", ROLE_SHEETS },
    { "PowerPoint Document", ROLE_SLIDES },
    { "\005SummaryInformation", ROLE_PROPERTIES },
    { "Equation Native", ROLE_EQUATION },
    { "\005DocumentSummaryInformation", ROLE_PROPERTIES },
    { "\001Ole10Native", ROLE_OBJECT },
    { "EncryptedPackage", ROLE_ENCRYPTED },
};

struct ole {
    struct ole_node *node;
    struct ole_text text;
    uint32_t at;        /* the entry at work; CFB_NONE past the last */
    enum role role;     /* of it */
    bool has_raw;       /* what is left of it is to be given */
    size_t next_object; /* of those in the text's stream */
    uint32_t next_rest;
    bool is_macro_storage;
    struct buffer object; /* expanded */
    struct arena *arena;
};

void ole_text_blank(struct ole_text *text, size_t at, size_t len)
{
    struct slice part = slice_sub(buffer_slice(&text->raw), at, len);
    if (part.len > 0)
        memset(text->raw.ptr + at, 0, part.len);
}

static enum role role_of(const struct ole *ole, const struct cfb_entry *entry)
{
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (slice_is_equal_nocase(entry->name, slice_str(roles[i].name)))
            return roles[i].role;
    return ole->is_macro_storage ? ROLE_MACRO : ROLE_OTHER;
}

/* Opening. */

static int ole_format_open(struct walk *walk, struct error *err)
{
    struct ole *ole = arena_alloc(walk->arena, sizeof *ole);
    buffer_init(&ole->text.out, (size_t)walk->env->limits->whole_bytes);
    buffer_init(&ole->text.raw, (size_t)walk->env->limits->whole_bytes);
    buffer_init(&ole->object, (size_t)walk->env->limits->whole_bytes / 2);
    ole->arena = walk->arena;
    walk->state = ole;
    ole->node = ole_open(walk, err);
    if (!ole->node)
        return -1;
    const struct cfb_entry *storage = &ole->node->cfb->entries[ole->node->storage];
    ole->is_macro_storage = slice_is_equal_nocase(storage->name, slice_str("VBA"));
    ole->at = storage->child;
    return 0;
}

/* Children. */

static void child_refuse(struct item *child, enum gap_kind kind, const char *reason, uint64_t bytes)
{
    struct gap *gap = arena_alloc(child->arena, sizeof *gap);
    *gap = (struct gap){
        .kind = kind, .stands_for = GAP_STANDS_FOR_LEAF, .reason = slice_str(reason), .bytes = bytes
    };
    child->refused = gap;
}

static int give_encrypted(struct item *child, struct cfb_entry *entry)
{
    entry->is_taken = true;
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->name = entry->name;
    child_refuse(child, GAP_ENCRYPTED, "the document needs a password", entry->size);
    return 1;
}

/* A stream as it is; one that begins with a signature that we know as what it is. */
static int give_stream(struct ole *ole, struct item *child, struct cfb_entry *entry)
{
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->name = entry->name;
    child->source = cfb_source(ole->node->cfb, child->arena, entry);
    (void)source_fill(child->source, 512, NULL);
    bool is_known = type_from_signature(slice_sub(child->source->ready, 0, FORMAT_HEAD)).media != NULL;
    child->content = is_known ? CONTENT_ANY : CONTENT_BYTES;
    return 1;
}

/* What is left of a stream that gave text. */
static int give_raw(struct ole *ole, struct item *child, struct cfb_entry *entry)
{
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->name = entry->name;
    child->content = CONTENT_BYTES;
    child->source = source_from_memory(child->arena, buffer_slice(&ole->text.raw));
    return 1;
}

static int give_text(struct walk *walk, struct ole *ole, struct item *child, struct slice name)
{
    struct ole_text *text = &ole->text;
    child->kind = ITEM_BLOB;
    child->content = CONTENT_TEXT;
    child->name = name;
    child->charset = slice_str("utf-8");
    child->source = source_from_memory(child->arena, buffer_slice(&text->out));
    if (text->fault)
        walk_gap(walk, child, GAP_DAMAGED, GAP_STANDS_FOR_REST, NULL, "the document: %s", text->fault);
    if (text->out.is_overfull)
        walk_gap(walk, child, GAP_LIMIT, GAP_STANDS_FOR_REST, "whole-bytes",
                 "the text is too long; the rest was not scanned");
    return 1;
}

/* Reading one stream. */

/* Another stream of the same storage, which is still to be given as bytes. */
static struct slice read_beside(struct ole *ole, struct arena *arena, const char *name, size_t most)
{
    struct cfb_entry *entry = name ? cfb_find(ole->node->cfb, ole->node->storage, name) : NULL;
    if (!entry || entry->kind != CFB_STREAM)
        return slice_of(NULL, 0);
    bool was_taken = entry->is_taken;
    struct slice bytes = cfb_read(ole->node->cfb, arena, entry, most);
    entry->is_taken = was_taken;
    return bytes;
}

static void read_macro(struct ole_text *text, struct slice stream, struct slice name)
{
    bool is_directory = slice_is_equal_nocase(name, slice_str("dir"));
    size_t at = is_directory ? 0 : ovba_find_source(stream);
    if (at == SLICE_NONE)
        return;
    ole_text_blank(text, at, ovba_expand(slice_skip(stream, at), &text->out));
}

/* Fill ole->text from the stream of ENTRY. */
static void read_text(struct walk *walk, struct ole *ole, struct item *child, struct cfb_entry *entry)
{
    struct ole_text *text = &ole->text;
    size_t most = (size_t)walk->env->limits->whole_bytes / 2;
    struct slice stream = cfb_read(ole->node->cfb, child->arena, entry, most);
    text->is_encrypted = false;
    text->fault = NULL;
    text->object_count = ole->next_object = 0;
    buffer_clear(&text->out);
    buffer_clear(&text->raw);
    buffer_put(&text->raw, stream);
    switch (ole->role) {
    case ROLE_WORD:
        ole_read_word(text, stream, read_beside(ole, child->arena, ole_word_table(stream), most));
        break;
    case ROLE_SHEETS:
        ole_read_sheets(text, stream, child->arena);
        break;
    case ROLE_SLIDES:
        ole_read_slides(text, stream, read_beside(ole, child->arena, "Current User", (size_t)4096),
                        ole->arena);
        break;
    case ROLE_PROPERTIES:
        ole_read_properties(text, stream);
        break;
    case ROLE_MACRO:
        read_macro(text, stream, entry->name);
        break;
    case ROLE_EQUATION:
        ole_read_equation(text, stream);
        break;
    default:
        break;
    }
    if (stream.len < entry->size && !text->fault)
        text->fault = "its stream is cut short";
}

static int give_document(struct walk *walk, struct ole *ole, struct item *child, struct cfb_entry *entry)
{
    read_text(walk, ole, child, entry);
    if (ole->text.is_encrypted)
        return give_encrypted(child, entry);
    bool is_document = ole->role == ROLE_WORD || ole->role == ROLE_SHEETS || ole->role == ROLE_SLIDES;
    ole->has_raw = true;
    if (ole->text.out.len == 0 && !ole->text.fault) {
        ole->has_raw = false;
        return give_raw(ole, child, entry);
    }
    return give_text(walk, ole, child,
                     is_document                    ? slice_str("TEXT")
                     : ole->role == ROLE_PROPERTIES ? slice_str("PROPERTIES")
                                                    : entry->name);
}

/* Objects and macros of a presentation are compressed in its stream; ratio and size are limited as for any archive. False where it is no zlib
 * stream: then it stays in what is left of the stream. */
static bool give_compressed(struct walk *walk, struct ole *ole, struct item *child)
{
    const struct ole_object *object = &ole->text.objects[ole->next_object++];
    const struct limits *limits = walk->env->limits;
    struct slice packed = slice_sub(buffer_slice(&ole->text.raw), object->at, object->len);
    uint64_t most = limits->ratio_free + limits->ratio * packed.len;
    size_t room = object->size < most ? object->size : (size_t)most;
    room = room < ole->object.ceiling ? room : ole->object.ceiling;
    buffer_clear(&ole->object);
    unsigned char *into = room > 0 ? buffer_reserve(&ole->object, room) : NULL;
    unsigned long len = room, taken = packed.len;
    int result = into ? uncompress2(into, &len, packed.ptr, &taken) : Z_DATA_ERROR;
    if (!into || len == 0 || (result != Z_OK && result != Z_BUF_ERROR && result != Z_DATA_ERROR))
        return false;
    ole->object.len = len;
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->name = arena_printf(child->arena, "object%zu", ole->next_object);
    child->source = source_from_memory(child->arena, buffer_slice(&ole->object));
    if (result == Z_OK)
        ole_text_blank(&ole->text, object->at, object->len);
    else
        walk_gap(walk, child, room < object->size ? GAP_LIMIT : GAP_DAMAGED, GAP_STANDS_FOR_REST,
                 room < object->size ? "ratio" : NULL, "the compressed object could not be read to its end");
    return true;
}

/* A file in another's place, and then what stands before it. Where no file is found the stream is bytes. */
static int give_object(struct ole *ole, struct item *child, struct cfb_entry *entry)
{
    struct slice head = cfb_read(ole->node->cfb, child->arena, entry, (size_t)4096);
    struct ole_package package;
    bool is_package = ole_package_read(head, true, &package) && package.len <= entry->usable;
    entry->is_taken = false;
    if (!is_package)
        return give_stream(ole, child, entry);
    buffer_clear(&ole->text.raw);
    buffer_put(&ole->text.raw, slice_sub(head, 0, package.at));
    ole->text.object_count = ole->next_object = 0;
    ole->has_raw = true;
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->name = arena_copy(child->arena, package.label);
    struct source *all = cfb_source(ole->node->cfb, child->arena, entry);
    for (size_t skip = package.at; skip > 0 && source_fill(all, 1, NULL) == 1;) {
        size_t step = all->ready.len < skip ? all->ready.len : skip;
        source_consume(all, step);
        skip -= step;
    }
    child->source = all; /* paths follow the file: they are scanned with it */
    return 1;
}

static int give_storage(struct ole *ole, struct item *child, struct cfb_entry *entry)
{
    struct cfb *cfb = ole->node->cfb;
    struct ole_node *node = arena_alloc(child->arena, sizeof *node);
    *node = (struct ole_node){ .cfb = cfb, .storage = cfb_index(cfb, entry) };
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->name = entry->name;
    child->opener = cfb_find(cfb, node->storage, "__properties_version1.0") ? &format_msg : &format_ole;
    child->node = node;
    return 1;
}

static int give_entry(struct walk *walk, struct ole *ole, struct item *child, struct cfb_entry *entry)
{
    ole->role = entry->kind == CFB_STREAM ? role_of(ole, entry) : ROLE_OTHER;
    if (entry->kind != CFB_STREAM)
        return give_storage(ole, child, entry);
    switch (ole->role) {
    case ROLE_ENCRYPTED:
        return give_encrypted(child, entry);
    case ROLE_OBJECT:
        return give_object(ole, child, entry);
    case ROLE_OTHER:
        return give_stream(ole, child, entry);
    default:
        return give_document(walk, ole, child, entry);
    }
}

static int ole_next(struct walk *walk, struct item *child, struct error *err)
{
    struct ole *ole = walk->state;
    struct cfb *cfb = ole->node->cfb;
    (void)err;
    while (ole->at != CFB_NONE) {
        struct cfb_entry *entry = &cfb->entries[ole->at];
        if (ole->has_raw && ole->next_object < ole->text.object_count) {
            if (give_compressed(walk, ole, child))
                return 1;
            continue;
        }
        if (ole->has_raw) {
            ole->has_raw = false;
            ole->at = entry->next;
            return give_raw(ole, child, entry);
        }
        bool is_given = entry->kind == CFB_STREAM && (entry->is_taken || entry->size == 0);
        int got = is_given ? 0 : give_entry(walk, ole, child, entry);
        if (!ole->has_raw)
            ole->at = entry->next;
        if (got == 1)
            return 1;
    }
    if (!ole_is_whole(ole->node))
        return 0;
    if (ole_next_rest(ole->node, &ole->next_rest, child))
        return 1;
    ole_leave_source(walk);
    return 0;
}

static void ole_close(struct walk *walk)
{
    struct ole *ole = walk->state;
    if (!ole)
        return;
    buffer_release(&ole->text.out);
    buffer_release(&ole->text.raw);
    buffer_release(&ole->object);
}

static enum bid ole_probe(const struct item *item, struct slice head)
{
    (void)item;
    return cfb_is_cfb(head) ? BID_SIGNATURE : BID_NONE;
}

const struct format format_ole = {
    .name = "ole",
    .title =
        "Compound files: legacy Office documents (doc xls ppt) with macros and objects, and other streams",
    .probe = ole_probe,
    .open = ole_format_open,
    .next = ole_next,
    .close = ole_close,
};
