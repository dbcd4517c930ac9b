/* archive.c - archives and compressed files, through libarchive; nothing is ever written under a name from inside. */
#include "walk/part.h"
#include "walk/archive.h"

#include <archive_entry.h>
#include <errno.h>
#include <locale.h>

#include "base/utf8.h"
#include "decode/charset.h"
#include "decode/shared_strings.h"
#include "walk/hold.h"
#include "walk/lock.h"

/* Entries without data, and retries, in a row without a child. */
#define RETRIES 100

/* libarchive turns names into the locale's characters: ours must hold all. Made once; never the whole program's. */
static locale_t utf8_locale(void)
{
    static locale_t locale;
    if (!locale)
        locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    return locale ? locale : LC_GLOBAL_LOCALE;
}

int archive_init(struct error *err)
{
    if (utf8_locale() == LC_GLOBAL_LOCALE)
        return error_set_errno(err, "no locale 'C.UTF-8', which names in archives need");
    return lock_init(err) < 0 ? -1 : hold_init(err);
}

static int archive_open(struct walk *walk, struct error *err)
{
    struct archive_walk *state = arena_alloc(walk->arena, sizeof *state);
    locale_t before = uselocale(utf8_locale());
    (void)err;
    walk->state = state;
    state->in = walk->item->source;
    buffer_init(&state->names, ARCHIVE_NAMES_MAX);
    archive_open_layers(walk, state);
    if (state->failure.kind != ERROR_NONE)
        state->stage = ARCHIVE_STRINGS;
    archive_office_look(walk, state);
    uselocale(before);
    return 0;
}

/* Names. */

/* TEXT as UTF-8 in ARENA: as it is, or out of the charset it looks like, or its bytes. */
static struct slice decode_name(struct arena *arena, struct slice text)
{
    struct buffer out;
    uint64_t bad = 0;
    if (utf8_is_valid(text))
        return arena_copy(arena, text);
    struct charset *charset = NULL;
    const char *guess = charset_guess(text);
    if (guess)
        charset = charset_open(slice_str(guess));
    if (!charset)
        return arena_copy(arena, text);
    struct slice rest = text;
    buffer_init(&out, 64 * 1024);
    charset_convert(charset, &rest, true, &out, &bad);
    struct slice name = arena_copy(arena, bad ? text : buffer_slice(&out));
    buffer_release(&out);
    charset_close(charset);
    return name;
}

static struct slice entry_name(struct arena *arena, struct archive_entry *entry)
{
    const char *text = archive_entry_pathname(entry);
    if (!text)
        text = archive_entry_pathname_utf8(entry);
    return decode_name(arena, slice_sub(slice_str(text), 0, 16 * 1024));
}

static void put_name(struct archive_walk *state, struct slice name)
{
    if (name.len == 0)
        return;
    buffer_put(&state->names, name);
    buffer_put_byte(&state->names, '\n');
}

/* All words of an entry that are not data: a secret may stand in any. */
static void note_words(struct archive_walk *state, struct archive_entry *entry, struct slice name)
{
    const char *key;
    const void *value;
    size_t len;
    put_name(state, name);
    put_name(state, slice_str(archive_entry_symlink(entry)));
    put_name(state, slice_str(archive_entry_hardlink(entry)));
    archive_entry_xattr_reset(entry);
    while (archive_entry_xattr_next(entry, &key, &value, &len) == ARCHIVE_OK) {
        buffer_put_str(&state->names, key);
        buffer_put_byte(&state->names, '=');
        put_name(state, slice_of(value, len));
    }
}

/* Members. */

static int give_refused(struct item *child, enum gap_kind kind, const char *limit, struct slice reason,
                        uint64_t bytes)
{
    struct gap *gap = arena_alloc(child->arena, sizeof *gap);
    *gap = (struct gap){ kind, GAP_STANDS_FOR_LEAF, reason, bytes, limit };
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->refused = gap;
    return 1;
}

static int give_locked(struct archive_walk *state, struct item *child, uint64_t bytes)
{
    return give_refused(child, GAP_ENCRYPTED, NULL,
                        arena_printf(child->arena, "%s member needs a password", state->kind->name), bytes);
}

static bool has_data(const struct archive_walk *state, struct archive_entry *entry)
{
    switch (archive_entry_filetype(entry)) {
    case AE_IFLNK:
        return false;
    case AE_IFDIR:
    case AE_IFCHR:
    case AE_IFBLK:
    case AE_IFIFO:
    case AE_IFSOCK:
        /* Hostile archives put data there; an iso counts its directories' sectors. */
        return archive_entry_size(entry) > 0 && state->kind->id != ARCHIVE_ISO;
    default:
        return !archive_entry_hardlink(entry) || archive_entry_size(entry) > 0;
    }
}

static int give_member(struct archive_walk *state, struct archive_entry *entry, struct slice name,
                       struct item *child)
{
    struct archive_layer *layer = archive_layer_top(state);
    uint64_t size =
        archive_entry_size_is_set(entry) ? (uint64_t)archive_entry_size(entry) : GAP_BYTES_UNKNOWN;
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->name = name;
    if (archive_facts_is_locked(&state->facts, name) || archive_entry_is_encrypted(entry))
        return give_locked(state, child, size);
    child->source = archive_stream_new(child->arena, layer->archive, &layer->ratio, state->kind->is_each);
    child->strings = state->strings;
    if (archive_office_is_opaque(name))
        child->content = CONTENT_BYTES;
    return 1;
}

static int check_entries(struct walk *walk, struct archive_walk *state)
{
    const struct limits *limits = walk->env->limits;
    bool is_inner = item_message(walk->item) != NULL;
    uint64_t most = is_inner ? limits->inner_entries : limits->outer_entries;
    if (state->entries++ < most)
        return 0;
    return error_set_limit(&state->failure, is_inner ? "inner-entries" : "outer-entries",
                           "archive holds more than %llu entries", (unsigned long long)most);
}

/* The next header: 1, 0 where there is none, -1 where a limit or libarchive ends the walk (state->failure). */
static int next_entry(struct walk *walk, struct archive_walk *state, struct archive_entry **entry)
{
    struct archive_layer *layer = archive_layer_top(state);
    if (archive_ratio_is_over(&layer->ratio, &state->failure))
        state->is_over = true;
    for (int tries = 0; tries < RETRIES && !state->is_over && !layer->ratio.is_dead; tries++) {
        errno =
            0; /* left at ENOMEM by an earlier failure, libarchive takes a bad name for one more and calls exit */
        int result = archive_read_next_header(layer->archive, entry);
        if (result == ARCHIVE_EOF)
            return 0;
        if (result == ARCHIVE_FATAL)
            break;
        state->is_over = check_entries(walk, state) < 0;
        if (!state->is_over && (result == ARCHIVE_OK || result == ARCHIVE_WARN))
            return 1;
    }
    if (!state->is_over)
        archive_note_failure(state);
    return -1;
}

/* Known by a member that all of them have. */
static void tell_document(struct walk *walk, struct archive_walk *state, struct slice name)
{
    bool is_mail = slice_find(name, 0, slice_str("com.microsoft.__Messages")) != SLICE_NONE;
    if (!is_mail || state->is_named_document)
        return;
    state->is_named_document = true;
    walk_gap(walk, walk->item, GAP_UNSUPPORTED, GAP_STANDS_FOR_REST, NULL,
             "the directory of this Outlook for Mac archive cannot be read: its XML was scanned as text");
}

static int next_member(struct walk *walk, struct archive_walk *state, struct item *child)
{
    struct archive_entry *entry;
    while (next_entry(walk, state, &entry) == 1) {
        struct slice name = entry_name(child->arena, entry);
        note_words(state, entry, name);
        tell_document(walk, state, name);
        /* It comes when the sheets have shown what is in it. */
        if (state->strings && slice_is_equal_nocase(name, state->strings_name))
            continue;
        if (has_data(state, entry))
            return give_member(state, entry, name, child);
    }
    return 0;
}

/* A compressed file that is no archive: one child. */
static int give_content(struct walk *walk, struct archive_walk *state, struct item *child)
{
    char room[640];
    if (state->entries++ > 0)
        return 0;
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->name = arena_copy(child->arena, archive_bare_name(walk->item->name, room, sizeof room));
    /* The walk's own: closing it is left to its arena, since what follows in the file is looked at afterwards. */
    child->source = source_from_range(child->arena, state->in, UINT64_MAX);
    return 1;
}

static int give_stub(struct archive_walk *state, struct item *child)
{
    child->kind = ITEM_REST;
    child->content = CONTENT_BYTES;
    child->name = slice_str("STUB");
    child->source = source_from_memory(child->arena, state->stub);
    state->stub = slice_of(NULL, 0);
    state->is_front_given = true;
    return 1;
}

/* What stands before a zip is opened like a file of its own. */
static int give_front(struct archive_walk *state, struct item *child)
{
    state->is_front_given = true;
    state->stub = slice_of(NULL, 0);
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->name = slice_str("FRONT");
    child->source = part_source(child->arena, state->in, 0, state->facts.front);
    return 1;
}

static int stage_members(struct walk *walk, struct archive_walk *state, struct item *child)
{
    if (state->refusal.reason.len) {
        struct gap *gap = &state->refusal;
        return state->entries++ ? 0 : give_refused(child, gap->kind, gap->limit, gap->reason, gap->bytes);
    }
    if (state->facts.front > state->stub.len && !state->is_front_given)
        return give_front(state, child);
    if (state->stub.len)
        return give_stub(state, child);
    return state->kind ? next_member(walk, state, child) : give_content(walk, state, child);
}

/* The strings of a workbook that no cell showed. */
static int stage_strings(struct archive_walk *state, struct item *child)
{
    if (!state->strings)
        return 0;
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->name = state->strings_name;
    child->source = source_from_memory(child->arena, shared_strings_rest(state->strings, child->arena));
    state->strings = NULL;
    return 1;
}

/* Encrypted members that libarchive did not come to. */
static int stage_locked(struct archive_walk *state, struct item *child)
{
    while (state->next_locked < state->facts.locked_count) {
        const struct archive_locked *locked = &state->facts.locked[state->next_locked++];
        if (locked->is_told)
            continue;
        put_name(state, locked->name);
        child->name = locked->name;
        return give_locked(state, child, GAP_BYTES_UNKNOWN);
    }
    return 0;
}

static int stage_names(struct walk *walk, struct archive_walk *state, struct item *child)
{
    if (state->has_all_names)
        return 0;
    state->has_all_names = true;
    if (state->kind && state->kind->id == ARCHIVE_ZIP && source_is_seekable(state->in))
        archive_zip_comments(walk->arena, state->in, walk->env->limits, &state->names);
    if (state->names.is_overfull)
        walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, NULL,
                 "the names in the archive are longer than %zu bytes; the rest was not scanned",
                 ARCHIVE_NAMES_MAX);
    if (state->facts.missing)
        walk_gap(walk, walk->item, GAP_MISSING, GAP_STANDS_FOR_REST, NULL, "%s", state->facts.missing);
    if (state->names.len == 0)
        return 0;
    child->kind = ITEM_REST;
    child->content = CONTENT_TEXT;
    child->name = slice_str("NAMES");
    child->source = source_from_memory(child->arena, buffer_slice(&state->names));
    return 1;
}

/* Where the archive that LAYER reads ends. */
static uint64_t layer_end(const struct archive_walk *state, const struct archive_layer *layer)
{
    bool is_format = state->kind && layer == &state->layers[state->layer_count - 1];
    if (is_format && state->entries == 0)
        return 0;
    if (is_format && state->facts.end)
        return state->facts.end;
    if (is_format && (state->kind->id == ARCHIVE_ISO || state->kind->id == ARCHIVE_XAR) &&
        state->failure.kind == ERROR_NONE)
        return UINT64_MAX;
    if (!layer->archive)
        return layer->packed->offset;
    int64_t position = archive_filter_bytes(layer->archive, -1);
    return position > 0 ? (uint64_t)position : 0;
}

static int stage_rest(struct archive_walk *state, struct item *child)
{
    while (!state->is_over && !state->refusal.reason.len && state->failure.kind != ERROR_ENCRYPTED &&
           state->layer_count > 0) {
        const struct archive_layer *layer = archive_layer_top(state);
        uint64_t end = layer_end(state, layer);
        bool has_more = archive_input_has_more(layer->input, end);
        state->kind = NULL;
        state->layer_count--;
        if (!has_more)
            continue;
        child->kind = ITEM_REST;
        child->source = archive_input_rest(layer->input, child->arena, &end);
        /* All of it was looked at here already: a format must not claim it again. */
        child->content = end == 0 ? CONTENT_BYTES : CONTENT_ANY;
        return 1;
    }
    return 0;
}

/* Leave nothing of the item's source, unless none of it was understood. */
static void leave_source(struct walk *walk, struct archive_walk *state)
{
    struct source *source = walk->item->source;
    if (state->refusal.reason.len && state->refusal.kind != GAP_ENCRYPTED)
        return;
    if (!source_is_seekable(source)) {
        source_drain(source);
        return;
    }
    source->ready = slice_of(NULL, 0);
    source->offset = source->size;
    source->is_at_end = true;
}

static int archive_stage_next(struct walk *walk, struct archive_walk *state, struct item *child)
{
    switch (state->stage) {
    case ARCHIVE_MEMBERS:
        return stage_members(walk, state, child);
    case ARCHIVE_STRINGS:
        return stage_strings(state, child);
    case ARCHIVE_LOCKED:
        return stage_locked(state, child);
    case ARCHIVE_NAMES:
        return stage_names(walk, state, child);
    case ARCHIVE_REST:
        return stage_rest(state, child);
    case ARCHIVE_DONE:
        break;
    }
    return 0;
}

static int archive_next(struct walk *walk, struct item *child, struct error *err)
{
    struct archive_walk *state = walk->state;
    locale_t before = uselocale(utf8_locale());
    int got = 0;
    while (state->stage < ARCHIVE_DONE && got == 0) {
        got = archive_stage_next(walk, state, child);
        if (got == 0 && ++state->stage == ARCHIVE_DONE)
            leave_source(walk, state);
    }
    uselocale(before);
    if (got == 1)
        return 1;
    if (state->failure.kind == ERROR_NONE)
        return 0;
    *err = state->failure;
    return -1;
}

static void archive_close(struct walk *walk)
{
    struct archive_walk *state = walk->state;
    if (state)
        buffer_release(&state->names);
}

static enum bid archive_probe(const struct item *item, struct slice head)
{
    if (archive_filter_find(head, item->name) || archive_format_find(head, item->name))
        return BID_SIGNATURE;
    return BID_NONE;
}

const struct format format_archive = {
    .name = "archive",
    .title = "Archives (zip 7z rar tar cab lha iso cpio ar xar) and compressions (gzip bzip2 xz lzma lzip "
             "zstd lz4 compress)",
    .names_custodian = true,
    .probe = archive_probe,
    .open = archive_open,
    .next = archive_next,
    .close = archive_close,
};
