/* apple_mail.c - a file of Apple Mail: the message's length on a line, the message, a list of its properties in XML. */
#include "walk/apple_mail.h"

#include <stdio.h>

#define LINE_LOOK ((size_t)64)
#define LIST_LOOK ((size_t)16 * 1024)
#define MARK_LOOK ((size_t)16)

/* Up to LEN bytes at AT of what SOURCE gives from its start; void with the next call. */
static struct slice look_at(struct source *source, uint64_t at, unsigned char *room, size_t len)
{
    if (source_is_seekable(source)) {
        int64_t got = source_read_at(source, at, room, len, NULL);
        return slice_of(room, got > 0 ? (size_t)got : 0);
    }
    (void)source_fill(source, (size_t)at + len, NULL);
    return slice_sub(source->ready, (size_t)at, len);
}

bool apple_mail_find(struct source *source, uint64_t *list_at)
{
    unsigned char room[MARK_LOOK];
    uint64_t len;
    (void)source_fill(source, LINE_LOOK, NULL);
    struct slice head = slice_sub(source->ready, 0, LINE_LOOK);
    if (source->offset != 0 || head.len == 0 || head.ptr[0] < '0' || head.ptr[0] > '9')
        return false;
    size_t end = slice_find_byte(head, 0, '\n');
    if (end == SLICE_NONE || slice_to_u64(slice_trim(slice_sub(head, 0, end)), &len) < 0 ||
        len > INT64_MAX - LINE_LOOK)
        return false;
    *list_at = end + 1 + len;
    if (!source_is_seekable(source) && *list_at > SOURCE_WANT_MAX - MARK_LOOK)
        return false;
    struct slice mark = slice_trim(look_at(source, *list_at, room, sizeof room));
    return slice_starts_with(mark, "<?xml") || slice_starts_with(mark, "<!DOCTYPE") ||
           slice_starts_with(mark, "<plist");
}

/* By bit. */
static const char *const flag_names[] = { NULL, "deleted", "answered", "encrypted", "flagged",
                                          NULL, "draft",   NULL,       "forwarded" };

static bool read_flags(struct slice list, uint64_t *flags)
{
    size_t key = slice_find(list, 0, slice_str("<key>flags</key>"));
    if (key == SLICE_NONE)
        return false;
    size_t open = slice_find(list, key, slice_str("<integer>"));
    if (open == SLICE_NONE)
        return false;
    struct slice digits = slice_sub(list, open + sizeof "<integer>" - 1, 24);
    return slice_to_u64(slice_trim(slice_sub(digits, 0, slice_find_byte(digits, 0, '<'))), flags) == 0;
}

void apple_mail_flags(struct source *source, uint64_t list_at, struct provenance *provenance)
{
    unsigned char room[LIST_LOOK];
    char words[120];
    uint64_t flags = 0;
    size_t len = 0;
    if (!source_is_seekable(source) || !read_flags(look_at(source, list_at, room, sizeof room), &flags))
        return;
    for (size_t i = 0; i < sizeof flag_names / sizeof *flag_names; i++)
        if (flag_names[i] && (flags >> i & 1))
            len += (size_t)snprintf(words + len, sizeof words - len, "%s%s", len ? "," : "", flag_names[i]);
    const struct header_field field = { .name = slice_str("keywords"),
                                        .value = arena_copy(provenance->arena, slice_of(words, len)) };
    if (len > 0)
        provenance_take(provenance, &field);
}

bool apple_mail_lies_beside(struct slice names, struct slice part)
{
    struct slice line;
    while (slice_eat_line(&names, &line))
        if (line.len > part.len && line.ptr[part.len] == '/' &&
            slice_is_equal(slice_sub(line, 0, part.len), part))
            return true;
    return false;
}
