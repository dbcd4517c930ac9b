/* sources.c - finds the inputs of a case again, wherever it is asked from and wherever they were moved to. */
#include "cli/sources.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "work/listing.h"

#define PATHS_MAX ((size_t)64 * 1024)

struct search {
    const struct source_input *input;
    struct buffer *file;
    struct buffer tried; /* the first one that was looked for, for people */
    bool has_changed;    /* one was there, and is another file now */
    int why;             /* errno of the first */
};

int sources_check(const char *value, struct error *err)
{
    const char *sign = strchr(value, '=');
    if (sign && sign > value && sign[1])
        return 0;
    return error_set(
        err, ERROR_USAGE,
        "bad value '%s' for --source: want OLD=NEW, the front of a path as it was scanned and as "
        "it is now",
        value);
}

/* Are these the bytes, and not others or none? */
static bool is_same(struct search *search, const char *file)
{
    unsigned char now[DIGEST_SIZE];
    struct stat status;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) < 0) {
        search->why = search->why ? search->why : errno;
        if (fd >= 0)
            close(fd);
        return false;
    }
    int got = S_ISREG(status.st_mode) ? digest_now(fd, (uint64_t)status.st_size, DIGEST_SHA256, now) : -1;
    close(fd);
    bool is_it = got == 0 && memcmp(now, search->input->sha256, DIGEST_SIZE) == 0;
    search->has_changed |= !is_it;
    return is_it;
}

/* FOLDER/PATH, where FOLDER may be empty. */
static bool try_path(struct search *search, struct slice folder, struct slice path)
{
    struct buffer whole;
    buffer_init(&whole, PATHS_MAX);
    buffer_put(&whole, folder);
    if (folder.len > 0 && path.len > 0 && folder.ptr[folder.len - 1] != '/')
        buffer_put_byte(&whole, '/');
    buffer_put(&whole, path);
    if (search->tried.len == 0)
        buffer_put(&search->tried, buffer_slice(&whole));
    bool is_found = !whole.is_overfull && listing_find_file(buffer_slice(&whole), search->file) == 0 &&
                    is_same(search, (const char *)search->file->ptr);
    buffer_release(&whole);
    return is_found;
}

/* What follows FRONT in PATH, both ends of whole names; ptr NULL: it does not begin so. */
static struct slice behind(struct slice front, struct slice path)
{
    while (front.len > 1 && front.ptr[front.len - 1] == '/')
        front.len--;
    struct slice rest = slice_skip(path, front.len);
    bool begins = path.len >= front.len && slice_is_equal(slice_sub(path, 0, front.len), front) &&
                  (rest.len == 0 || rest.ptr[0] == '/' || front.ptr[front.len - 1] == '/');
    while (rest.len > 0 && rest.ptr[0] == '/')
        rest = slice_skip(rest, 1);
    return begins ? rest : slice_of(NULL, 0);
}

/* MOVE may name the path as it was typed, or with the folder before it. */
static bool try_move(struct search *search, const char *move)
{
    const struct source_input *input = search->input;
    struct slice old = slice_of(move, (size_t)(strchr(move, '=') - move)),
                 now = slice_str(move + old.len + 1);
    struct slice rest = behind(old, input->path);
    struct buffer whole;
    if (rest.ptr)
        return try_path(search, now, rest);
    buffer_init(&whole, PATHS_MAX);
    buffer_put(&whole, input->folder);
    buffer_put_byte(&whole, '/');
    buffer_put(&whole, input->path);
    rest = behind(old, buffer_slice(&whole));
    bool is_found = rest.ptr && input->folder.len > 0 && try_path(search, now, rest);
    buffer_release(&whole);
    return is_found;
}

static bool try_all(struct search *search, const struct text_list *moves)
{
    const struct source_input *input = search->input;
    bool is_relative = input->path.len > 0 && input->path.ptr[0] != '/';
    for (size_t i = 0; i < moves->count; i++)
        if (try_move(search, moves->at[i]))
            return true;
    if (is_relative && input->folder.len > 0 && try_path(search, input->folder, input->path))
        return true;
    return try_path(search, slice_of(NULL, 0), input->path);
}

int sources_find(const struct text_list *moves, const struct source_input *input, struct buffer *file,
                 struct error *err)
{
    struct search search = { .input = input, .file = file };
    buffer_init(&search.tried, PATHS_MAX);
    int result = try_all(&search, moves) ? 0 : -1;
    buffer_put_byte(&search.tried, 0);
    if (result < 0 && search.has_changed)
        error_set(err, ERROR_USAGE,
                  "the source '%s' is not what was scanned: its SHA-256 differs; where the right file lies: "
                  "--source OLD=NEW",
                  (const char *)search.tried.ptr);
    else if (result < 0)
        error_set(err, ERROR_SYSTEM,
                  "cannot open the source '%s': %s; where it was moved: --source OLD=NEW, the front of its "
                  "path as it was and as it is now",
                  (const char *)search.tried.ptr, strerror(search.why));
    buffer_release(&search.tried);
    return result;
}
