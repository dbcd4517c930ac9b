/* archive_office.c - zips that are documents: what must be known of them before their members are read.
 *
 * A workbook's strings stand in one part, its cells in others that name them by number; an OpenDocument's list of files says which of them are
 * encrypted. Both are read ahead here, by our own reading of the zip's directory.
 */
#include <zlib.h>

#include "decode/shared_strings.h"
#include "decode/xml.h"
#include "walk/archive.h"

/* A part that is read ahead, at most, unpacked. */
#define AHEAD_MAX ((size_t)32 * 1024 * 1024)
#define LOCKED_MAX ((size_t)10000)
#define PIECE ((size_t)32 * 1024)

enum { PART_STRINGS, PART_BINARY_STRINGS, PART_MANIFEST, PARTS };

static const char *const part_names[PARTS] = {
    [PART_STRINGS] = "xl/sharedStrings.xml",
    [PART_BINARY_STRINGS] = "xl/sharedStrings.bin",
    [PART_MANIFEST] = "META-INF/manifest.xml",
};

/* Where the member's data begins, past its local header (APPNOTE 4.3.7); 0 where there is none. */
static uint64_t data_start(struct source *in, const struct archive_zip_member *member)
{
    unsigned char room[30];
    uint16_t name, extra;
    if (source_read_at(in, member->header, room, sizeof room, NULL) != (int64_t)sizeof room)
        return 0;
    struct slice rest = slice_of(room + 26, 4);
    if (!slice_starts_with(slice_of(room, sizeof room), "PK\3\4") || slice_eat_u16le(&rest, &name) < 0 ||
        slice_eat_u16le(&rest, &extra) < 0)
        return 0;
    return member->header + sizeof room + name + extra;
}

/* The member's bytes, stored or deflated; NULL where it is neither, longer than AHEAD_MAX or damaged. */
static struct slice unpack(struct arena *arena, struct source *in, const struct archive_zip_member *member)
{
    const struct slice none = slice_of(NULL, 0);
    uint64_t at = data_start(in, member), left = member->packed;
    if (at == 0 || member->size > AHEAD_MAX || (member->flags & 1))
        return none;
    unsigned char *out = arena_room(arena, (size_t)member->size + 1);
    if (member->method == 0) {
        int64_t got = source_read_at(in, at, out, (size_t)member->size, NULL);
        return got == (int64_t)member->size ? slice_of(out, (size_t)got) : none;
    }
    unsigned char piece[PIECE];
    z_stream stream = { .next_out = out, .avail_out = (uInt)member->size };
    int result = Z_OK;
    if (member->method != 8 || inflateInit2(&stream, -MAX_WBITS) != Z_OK)
        return none;
    while (result == Z_OK && left > 0) {
        int64_t got = source_read_at(in, at, piece, left < PIECE ? (size_t)left : PIECE, NULL);
        if (got <= 0)
            break;
        at += (uint64_t)got;
        left -= (uint64_t)got;
        stream.next_in = piece;
        stream.avail_in = (uInt)got;
        result = inflate(&stream, Z_NO_FLUSH);
    }
    size_t len = (size_t)member->size - stream.avail_out;
    inflateEnd(&stream);
    return len == member->size ? slice_of(out, len) : none;
}

/* OpenDocument's list of files (ODF 1.2 part 3, 4.8): entries that have encryption data. */

struct manifest {
    struct xml xml;
    struct arena *arena;
    struct archive_facts *facts;
    size_t room;
    struct slice path; /* of the entry at work */
};

static void lock(struct manifest *manifest, struct slice path)
{
    struct archive_facts *facts = manifest->facts;
    if (path.len == 0 || facts->locked_count == LOCKED_MAX)
        return;
    if (facts->locked_count == manifest->room) {
        size_t room = manifest->room ? 2 * manifest->room : 16;
        struct archive_locked *more = arena_alloc_array(manifest->arena, room, sizeof *more);
        if (facts->locked_count)
            memcpy(more, facts->locked, facts->locked_count * sizeof *more);
        facts->locked = more;
        manifest->room = room;
    }
    facts->locked[facts->locked_count++].name = path;
}

static void manifest_start(void *ctx, const char *name, const char **attributes)
{
    struct manifest *manifest = ctx;
    const char *local = xml_local(name);
    if (strcmp(local, "file-entry") == 0) {
        const char *path = xml_attribute(attributes, "full-path");
        manifest->path = arena_copy(manifest->arena, slice_sub(slice_str(path), 0, 4096));
    } else if (strcmp(local, "encryption-data") == 0) {
        lock(manifest, manifest->path);
        manifest->path = slice_of(NULL, 0);
    }
}

static void read_manifest(struct arena *arena, struct slice bytes, struct archive_facts *facts)
{
    struct manifest manifest = { .arena = arena, .facts = facts };
    const struct xml_sink sink = { .start = manifest_start, .ctx = &manifest };
    xml_init(&manifest.xml, &sink);
    (void)xml_feed(&manifest.xml, bytes, true);
    xml_release(&manifest.xml);
    archive_facts_sort(facts);
}

void archive_office_look(struct walk *walk, struct archive_walk *state)
{
    struct archive_zip_member members[PARTS] = { { 0 } };
    if (!state->kind || state->kind->id != ARCHIVE_ZIP || !source_is_seekable(state->in) ||
        !archive_zip_find(walk->arena, state->in, walk->env->limits, part_names, PARTS, members))
        return;
    for (size_t i = PART_STRINGS; i <= PART_BINARY_STRINGS && !state->strings; i++) {
        if (!members[i].is_found)
            continue;
        struct slice part = unpack(walk->arena, state->in, &members[i]);
        state->strings = part.len > 0 ? shared_strings_read(walk->arena, part) : NULL;
        state->strings_name = slice_str(part_names[i]);
    }
    if (members[PART_MANIFEST].is_found && state->facts.locked_count == 0)
        read_manifest(walk->arena, unpack(walk->arena, state->in, &members[PART_MANIFEST]), &state->facts);
}

bool archive_office_is_opaque(struct slice name)
{
    static const char *const names[] = { "/printerSettings/", "/fonts/" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_find(name, 0, slice_str(names[i])) != SLICE_NONE &&
            (slice_ends_with_nocase(name, ".bin") || slice_ends_with_nocase(name, ".odttf") ||
             slice_ends_with_nocase(name, ".fntdata")))
            return true;
    return slice_is_equal(name, slice_str("layout-cache"));
}
