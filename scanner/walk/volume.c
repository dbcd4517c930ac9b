/* volume.c - the parts of a split archive: what their names tell, and several as one source. */
#include "walk/volume.h"

#include "base/buffer.h"

#define JOIN_WINDOW ((size_t)256 * 1024)

/* What people split. */
static bool is_splittable(struct slice name)
{
    static const char *const suffixes[] = { ".7z", ".zip", ".rar", ".tar", ".gz",  ".tgz", ".bz2",  ".tbz",
                                            ".xz", ".txz", ".zst", ".iso", ".pst", ".ost", ".mbox", NULL };
    for (size_t i = 0; suffixes[i]; i++)
        if (name.len > strlen(suffixes[i]) && slice_ends_with_nocase(name, suffixes[i]))
            return true;
    return false;
}

/* All of TEXT is a number from 1 to 9,999. */
static bool read_number(struct slice text, uint32_t *number)
{
    uint64_t value;
    if (text.len == 0 || text.len > 4 || slice_to_u64(text, &value) < 0 || value == 0)
        return false;
    *number = (uint32_t)value;
    return true;
}

static struct slice without(struct slice name, size_t len)
{
    return slice_sub(name, 0, name.len - len);
}

/* "plan.7z.001" */
static bool is_numbered(struct slice name, struct volume_name *volume)
{
    if (name.len < 5 || name.ptr[name.len - 4] != '.' ||
        !read_number(slice_skip(name, name.len - 3), &volume->number))
        return false;
    volume->stem = without(name, 4);
    return is_splittable(volume->stem);
}

/* "a.tar.gz.aa", "a.tar.gzaa", "a.tar.gz.part-aa" */
static bool is_lettered(struct slice name, struct volume_name *volume)
{
    static const char *const between[] = { ".", ".part", ".part-", ".part.", "-", "_", "" };
    if (name.len < 5)
        return false;
    unsigned char high = name.ptr[name.len - 2], low = name.ptr[name.len - 1];
    /* "gz", "xz" and "bz" are no parts. */
    if (high < 'a' || high > 'e' || low < 'a' || low > 'z' || (high == 'b' && low == 'z'))
        return false;
    volume->number = (uint32_t)((high - 'a') * 26 + (low - 'a') + 1);
    struct slice rest = without(name, 2);
    for (size_t i = 0; i < sizeof between / sizeof *between; i++) {
        size_t len = strlen(between[i]);
        if (rest.len <= len || !slice_ends_with_nocase(rest, between[i]))
            continue;
        volume->stem = without(rest, len);
        if (is_splittable(volume->stem))
            return true;
    }
    return false;
}

/* "plan.part01.rar": the whole is "plan.rar". */
static bool is_part_of_rar(struct slice name, struct volume_name *volume)
{
    if (!slice_ends_with_nocase(name, ".rar"))
        return false;
    struct slice rest = without(name, 4);
    size_t digits = 0;
    while (digits < rest.len && digits < 5 && rest.ptr[rest.len - digits - 1] >= '0' &&
           rest.ptr[rest.len - digits - 1] <= '9')
        digits++;
    if (!read_number(slice_skip(rest, rest.len - digits), &volume->number))
        return false;
    rest = without(rest, digits);
    if (rest.len <= 5 || !slice_ends_with_nocase(rest, ".part"))
        return false;
    volume->stem = without(rest, 5);
    volume->suffix = ".rar";
    return true;
}

/* RAR 5 (its technical note, "Main archive header"): checksum, then numbers of seven bits a byte: size, type, flags, of the extra area if there is one, of
 * the archive: bit 0: a volume, bit 1: it has a number, which the first has not. */
static bool is_first_rar5(struct slice rest)
{
    uint64_t values[5] = { 0 };
    for (size_t i = 0, count = 4; i < count && i < 5; i++) {
        unsigned shift = 0;
        uint8_t byte = 0x80;
        for (; (byte & 0x80) && shift < 63; shift += 7) {
            if (slice_eat_u8(&rest, &byte) < 0)
                return false;
            values[i] |= (uint64_t)(byte & 0x7f) << shift;
        }
        if (i == 2 && (values[2] & 1))
            count = 5;
        if (i + 1 == count)
            return values[1] == 1 && (values[i] & 3) == 1;
    }
    return false;
}

/* The main header says that the archive has several volumes, and that this is the first. */
static bool is_first_rar(struct slice head)
{
    if (slice_starts_with(head, "Rar!\x1a\x07\x01") && head.len > 12)
        return is_first_rar5(slice_skip(head, 12));
    return slice_starts_with(head, "Rar!\x1a\x07") && head.len > 12 && head.ptr[9] == 0x73 &&
           (head.ptr[10] & 1) != 0;
}

/* A zip begins with a member, or an end of none; what is cut out of one seldom does. */
static bool is_last_zip(struct slice head)
{
    return head.len >= 4 && memcmp(head.ptr, "PK\3\4", 4) != 0 && memcmp(head.ptr, "PK\7\x8", 4) != 0 &&
           memcmp(head.ptr, "PK00", 4) != 0 && memcmp(head.ptr, "MZ", 2) != 0;
}

/* "plan.z01", "plan.r00", and the archive that they belong to. */
static bool is_beside(struct slice name, struct slice head, struct volume_name *volume)
{
    uint32_t number = 0;
    if (name.len < 5 || name.ptr[name.len - 4] != '.')
        return false;
    unsigned char letter = slice_lower_byte(name.ptr[name.len - 3]);
    struct slice digits = slice_skip(name, name.len - 2);
    volume->stem = without(name, 4);
    volume->suffix = letter == 'z' ? ".zip" : ".rar";
    if (letter == 'z' && slice_ends_with_nocase(name, ".zip"))
        return volume->number = VOLUME_LAST, is_last_zip(head);
    if (letter == 'r' && slice_ends_with_nocase(name, ".rar"))
        return volume->number = 1, is_first_rar(head);
    bool is_zero = slice_is_equal(digits, slice_str("00"));
    if ((letter != 'z' && letter != 'r') || (!is_zero && !read_number(digits, &number)) ||
        (is_zero && letter == 'z'))
        return false;
    volume->number = letter == 'z' ? number : number + 2;
    return true;
}

bool volume_name_of(struct slice name, struct slice head, struct volume_name *volume)
{
    *volume = (struct volume_name){ .suffix = "" };
    if (is_numbered(name, volume) || is_lettered(name, volume) || is_part_of_rar(name, volume) ||
        is_beside(name, head, volume))
        return true;
    return false;
}

#define ZIP_TAIL ((size_t)1024) /* the end record, and a short comment */

uint32_t volume_zip_end(struct source *in)
{
    unsigned char bytes[ZIP_TAIL];
    uint64_t len = in->size < ZIP_TAIL ? in->size : ZIP_TAIL;
    if (source_read_at(in, in->size - len, bytes, (size_t)len, NULL) != (int64_t)len)
        return 0;
    struct slice tail = slice_of(bytes, (size_t)len);
    size_t end = SLICE_NONE;
    for (size_t at = 0; (at = slice_find(tail, at, slice_str("PK\5\6"))) != SLICE_NONE; at++)
        end = at;
    /* APPNOTE section 4.3.16: the number of this disk follows the signature. */
    uint16_t disk;
    struct slice rest = slice_skip(tail, end == SLICE_NONE ? tail.len : end + 4);
    return slice_eat_u16le(&rest, &disk) < 0 || disk == 0 ? 0 : disk + 1u;
}

/* Joining. */

struct join {
    struct source source;
    struct source *const *parts;
    size_t count;
    uint64_t done; /* bytes that came into the window */
    struct buffer window;
};

static int64_t join_read_at(struct source *source, uint64_t offset, void *into, size_t len, struct error *err)
{
    struct join *join = (struct join *)source;
    unsigned char *bytes = into;
    size_t done = 0;
    for (size_t i = 0; i < join->count && done < len; i++) {
        uint64_t size = join->parts[i]->size;
        while (offset < size && done < len) {
            uint64_t left = size - offset;
            int64_t got = source_read_at(join->parts[i], offset, bytes + done,
                                         left < len - done ? (size_t)left : len - done, err);
            if (got < 0)
                return -1;
            if (got == 0)
                return (int64_t)done;
            done += (size_t)got;
            offset += (uint64_t)got;
        }
        offset -= size;
    }
    return (int64_t)done;
}

static int join_fill(struct source *source, size_t want, struct error *err)
{
    struct join *join = (struct join *)source;
    buffer_drop(&join->window, join->window.len - source->ready.len);
    size_t aim = want > JOIN_WINDOW ? want : JOIN_WINDOW;
    int64_t got = 1;
    while (join->window.len < want && got > 0) {
        size_t len = aim - join->window.len;
        got = join_read_at(source, join->done, buffer_reserve(&join->window, len), len, err);
        if (got > 0) {
            join->window.len += (size_t)got;
            join->done += (uint64_t)got;
        }
    }
    source->ready = buffer_slice(&join->window);
    return got > 0 ? 1 : (int)got;
}

static void join_release(void *join)
{
    buffer_release(&((struct join *)join)->window);
}

static const struct source_class join_class = { .fill = join_fill, .read_at = join_read_at };

struct source *volume_join(struct arena *arena, struct source *const *parts, size_t count)
{
    struct join *join = arena_alloc(arena, sizeof *join);
    *join = (struct join){ .parts = parts, .count = count };
    join->source.class = &join_class;
    for (size_t i = 0; i < count; i++)
        join->source.size += parts[i]->size;
    buffer_init(&join->window, 2 * SOURCE_WANT_MAX);
    arena_defer(arena, join_release, join);
    return &join->source;
}
