/* listing.c - from the paths of the command line to files: folders walked, names sorted, mail folders recognised. */
#include "work/listing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/sort.h"
#include "base/utf8.h"
#include "item/origin.h"
#include "walk/export.h"
#include "walk/sidecar.h"
#include "work/listing_owners.h"

#define DEPTH_MAX 64
#define PIPE_SILENCE_MS 1000 /* before it is said that a pipe is empty */

/* A folder being walked. */
struct level {
    char **names; /* sorted */
    size_t count, at;
    int fd;
    size_t path_length;            /* of listing->path up to and with this folder's slash */
    bool is_export, has_checksums; /* this folder, or one around it, has lists of an export */
};

struct listing {
    const struct scan_request *request;
    size_t input; /* index of the next one */
    uint64_t opened, files;
    struct level levels[DEPTH_MAX];
    size_t depth;
    size_t root_length; /* of listing->path: the input as typed, with a slash */
    bool is_collection; /* each folder in it is an owner's */
    struct buffer path, folder, custodian, words, missing, sidecar;
};

struct listing *listing_new(const struct scan_request *request)
{
    struct listing *listing = calloc(1, sizeof *listing);
    if (!listing)
        abort();
    listing->request = request;
    buffer_init(&listing->path, 64 * 1024);
    buffer_init(&listing->folder, 64 * 1024);
    buffer_init(&listing->custodian, 64 * 1024);
    buffer_init(&listing->words, 1024);
    buffer_init(&listing->missing, 1024);
    buffer_init(&listing->sidecar, SIDECAR_MAX);
    return listing;
}

static void level_leave(struct listing *listing)
{
    struct level *level = &listing->levels[--listing->depth];
    for (size_t i = 0; i < level->count; i++)
        free(level->names[i]);
    free(level->names);
    close(level->fd);
    *level = (struct level){ 0 };
}

void listing_free(struct listing *listing)
{
    if (!listing)
        return;
    while (listing->depth > 0)
        level_leave(listing);
    buffer_release(&listing->path);
    buffer_release(&listing->folder);
    buffer_release(&listing->custodian);
    buffer_release(&listing->words);
    buffer_release(&listing->missing);
    buffer_release(&listing->sidecar);
    free(listing);
}

uint64_t listing_opened(const struct listing *listing)
{
    return listing->opened;
}

/* Globs. */

static bool matches_any(const char *const *globs, size_t count, const char *path)
{
    const char *slash = strrchr(path, '/');
    for (size_t i = 0; i < count; i++)
        if (fnmatch(globs[i], path, 0) == 0 || (slash && fnmatch(globs[i], slash + 1, 0) == 0))
            return true;
    return false;
}

static bool is_wanted(struct listing *listing)
{
    const struct scan_request *request = listing->request;
    buffer_put_byte(&listing->path, '\0');
    const char *path = (const char *)listing->path.ptr;
    bool is_in = request->include_count == 0 || matches_any(request->includes, request->include_count, path);
    bool is_out = matches_any(request->excludes, request->exclude_count, path);
    listing->path.len--;
    return is_in && !is_out;
}

/* Folders. */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void read_names(DIR *folder, struct level *level)
{
    size_t capacity = 0;
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (level->count == capacity) {
            capacity = capacity ? capacity * 2 : 64;
            char **names = realloc(level->names, capacity * sizeof *names);
            if (!names)
                abort();
            level->names = names;
        }
        if (!(level->names[level->count++] = strdup(entry->d_name)))
            abort();
    }
    sort_items(level->names, level->count, sizeof *level->names, by_name);
}

/* Exports, by the names of their files. */

static bool has_name(const struct level *level, const char *name)
{
    return sort_find(&name, level->names, level->count, sizeof *level->names, by_name) != NULL;
}

static void find_lists(struct listing *listing, struct level *level)
{
    const struct level *outer = listing->depth > 1 ? level - 1 : NULL;
    level->is_export = outer && outer->is_export;
    level->has_checksums = outer && outer->has_checksums;
    for (size_t i = 0; i < level->count; i++) {
        level->is_export |= export_is_list(slice_str(level->names[i]));
        level->has_checksums |= export_is_checksums(slice_str(level->names[i]));
    }
}

/* Say that NAME, which belongs to the file at hand, is not beside it. */
static const char *say_missing(struct listing *listing, const char *name, const char *what)
{
    char shown[400];
    utf8_escape_into(shown, sizeof shown, slice_str(name));
    buffer_clear(&listing->missing);
    buffer_printf(&listing->missing, "'%s' is not here: %s", shown, what);
    buffer_put_byte(&listing->missing, 0);
    return (const char *)listing->missing.ptr;
}

/* Whether NAME (NAME_MAX bytes at most) ends with FROM; then OTHER is the same name with TO at its end. */
static bool replace_end(const char *name, const char *from, const char *to, char other[600])
{
    size_t len = strlen(name), end = strlen(from);
    if (len <= end || strcmp(name + len - end, from) != 0)
        return false;
    return snprintf(other, 600, "%.*s%s", (int)(len - end), name, to) < 600;
}

/* Proton writes two files a message: X.eml and X.metadata.json. */
static const char *find_twin(struct listing *listing, const struct level *level, const char *name)
{
    char other[600];
    if (replace_end(name, ".metadata.json", ".eml", other) && !has_name(level, other) &&
        has_name(level, "labels.json"))
        return say_missing(listing, other, "the message that this file describes");
    if (replace_end(name, ".eml", ".metadata.json", other) && !has_name(level, other) &&
        has_name(level, "labels.json"))
        return say_missing(listing, other, "the message's folder and labels");
    return NULL;
}

/* The parts of a Takeout are takeout-20240112T093000Z-001.zip, -002.zip …: say which is missing before NAME. */
static const char *find_part_before(struct listing *listing, const struct level *level, const char *name)
{
    char before[600];
    size_t len = strlen(name), dot = len;
    while (dot > 0 && name[dot] != '.')
        dot--;
    if (strncmp(name, "takeout-", 8) != 0 || dot < 12 || dot > 400 || name[dot - 4] != '-')
        return NULL;
    uint64_t number;
    if (slice_to_u64(slice_of(name + dot - 3, 3), &number) < 0 || number < 2)
        return NULL;
    snprintf(before, sizeof before, "%.*s%03u%s", (int)(dot - 3), name, (unsigned)(number - 1), name + dot);
    return has_name(level, before) ? NULL
                                   : say_missing(listing, before, "the part of the export before this one");
}

static void put_file(struct listing *listing, const struct level *level, const char *name, size_t most)
{
    int fd = openat(level->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    bool is_file = fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    size_t size = is_file && (uint64_t)status.st_size <= most ? (size_t)status.st_size : 0;
    unsigned char *room = size ? buffer_reserve(&listing->sidecar, size) : NULL;
    ssize_t got = room ? read(fd, room, size) : 0;
    listing->sidecar.len += got > 0 ? (size_t)got : 0;
    if (fd >= 0)
        close(fd);
}

/* The names in PART, a folder of PARENT: "PART/NAME", one a line. */
static void put_part_names(struct listing *listing, int parent, const char *part)
{
    int fd = openat(parent, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;
    if (!folder) {
        if (fd >= 0)
            close(fd);
        return;
    }
    while ((entry = readdir(folder)) != NULL)
        if (entry->d_name[0] != '.' && !strchr(entry->d_name, '\n'))
            buffer_printf(&listing->sidecar, "%s/%s\n", part, entry->d_name);
    closedir(folder);
}

/* Apple Mail puts the attachments of Messages/N.partial.emlx into Attachments/N/PART/. Only where that folder is walked too. */
static void put_attachment_names(struct listing *listing, const struct level *level, const char *name)
{
    char path[700], number[600];
    if (listing->depth < 2 || !replace_end(name, ".partial.emlx", "", number))
        return;
    buffer_put_str(&listing->sidecar, SIDECAR_NAMES);
    snprintf(path, sizeof path, "../Attachments/%s", number);
    int fd = openat(level->fd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;
    while (folder && (entry = readdir(folder)) != NULL)
        if (entry->d_name[0] != '.' && !strchr(entry->d_name, '\n'))
            put_part_names(listing, fd, entry->d_name);
    if (folder)
        closedir(folder);
    else if (fd >= 0)
        close(fd);
}

/* The bytes of the files that tell of NAME: Proton's metadata, and the names of its labels. */
static void read_sidecar(struct listing *listing, const struct level *level, const char *name)
{
    char other[600];
    buffer_clear(&listing->sidecar);
    put_attachment_names(listing, level, name);
    if (!replace_end(name, ".eml", ".metadata.json", other) || !has_name(level, other))
        return;
    put_file(listing, level, other, SIDECAR_MAX / 2);
    buffer_put_byte(&listing->sidecar, 0);
    put_file(listing, level, "labels.json", SIDECAR_MAX / 2 - 1);
}

/* Walk into FD, the folder that listing->path names (with a slash at its end). */
static int level_enter(struct listing *listing, int fd)
{
    int copy = listing->depth < DEPTH_MAX ? dup(fd) : -1;
    DIR *folder = copy < 0 ? NULL : fdopendir(copy);
    if (!folder) {
        close(fd);
        if (copy >= 0)
            close(copy);
        return -1;
    }
    struct level *level = &listing->levels[listing->depth++];
    *level = (struct level){ .fd = fd, .path_length = listing->path.len };
    read_names(folder, level);
    find_lists(listing, level);
    closedir(folder);
    return 0;
}

/* One listed. */

static const struct scan_input *current_input(const struct listing *listing)
{
    return &listing->request->inputs[listing->input - 1];
}

/* Of a collection's file the owner is the folder in it, which is then where the mailbox begins. */
static void describe(struct listing *listing, struct slice path)
{
    size_t root = listing->root_length, slash = slice_find_byte(path, root, '/');
    if (listing->is_collection && slash != SLICE_NONE)
        root = slash + 1;
    origin_describe(slice_sub(path, 0, root), slice_skip(path, root), &listing->folder, &listing->custodian);
}

static void fill(struct listing *listing, struct listed *listed)
{
    const struct scan_input *input = current_input(listing);
    struct slice path = buffer_slice(&listing->path);
    *listed = (struct listed){ .fd = -1, .path = path, .file = path };
    buffer_clear(&listing->folder);
    buffer_clear(&listing->custodian);
    listed->key_path = origin_last_name(path);
    if (listing->depth > 0) {
        listed->key_path = slice_skip(path, listing->root_length);
        describe(listing, path);
    }
    listed->folder = buffer_slice(&listing->folder);
    listed->custodian = buffer_slice(&listing->custodian);
    if (input->custodian)
        listed->custodian = slice_str(input->custodian);
    /* A compressed message in a Maildir is no archive that names its owner, nor is a mailbox of Thunderbird's below another. */
    struct slice place = origin_parent(path);
    listed->is_labelled = input->custodian || origin_is_maildir_box(origin_last_name(place)) ||
                          origin_is_dbox_file(path) ||
                          (listing->depth > 0 && slice_ends_with_nocase(place, ".sbd"));
}

/* The name of a Maildir message ends before its flags: the same message has one path, read or not. */
static void strip_flags(struct listed *listed)
{
    struct slice name = origin_last_name(listed->path);
    size_t at = listing_flags_at(name);
    if (at == SLICE_NONE || !origin_is_maildir_box(origin_last_name(origin_parent(listed->path))))
        return;
    listed->path.len -= name.len - at;
    listed->key_path.len -= name.len - at;
}

static int fail(struct listing *listing, struct listed *listed, const char *why)
{
    fill(listing, listed);
    buffer_clear(&listing->words);
    buffer_put_str(&listing->words, why);
    listed->failure = buffer_slice(&listing->words);
    return 1;
}

static void describe_export(struct listing *listing, struct listed *listed)
{
    const struct level *level = &listing->levels[listing->depth - 1];
    const char *name = level->names[level->at - 1];
    listed->is_export = level->is_export;
    listed->has_checksums = level->has_checksums;
    listed->missing = find_twin(listing, level, name);
    if (!listed->missing)
        listed->missing = find_part_before(listing, level, name);
    read_sidecar(listing, level, name);
    listed->sidecar = buffer_slice(&listing->sidecar);
}

static int found(struct listing *listing, struct listed *listed, int fd, const struct stat *status)
{
    fill(listing, listed);
    strip_flags(listed);
    if (listing->depth > 0)
        describe_export(listing, listed);
    listed->fd = fd;
    listed->is_stream = !S_ISREG(status->st_mode);
    listed->size = listed->is_stream ? 0 : (uint64_t)status->st_size;
    listing->files++;
    return 1;
}

static bool is_readable_kind(const struct stat *status)
{
    return S_ISREG(status->st_mode) || S_ISFIFO(status->st_mode) || S_ISCHR(status->st_mode) ||
           S_ISSOCK(status->st_mode);
}

/* The next name of the deepest folder. 1: *LISTED is filled; 0: go on. */
static int step(struct listing *listing, struct listed *listed)
{
    struct level *level = &listing->levels[listing->depth - 1];
    listing->path.len = level->path_length;
    if (level->at == level->count) {
        level_leave(listing);
        return 0;
    }
    const char *name = level->names[level->at++];
    struct stat status;
    buffer_put_str(&listing->path, name);
    if (fstatat(level->fd, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
        return fail(listing, listed, strerror(errno));
    if (S_ISDIR(status.st_mode)) {
        int fd = openat(level->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        buffer_put_byte(&listing->path, '/');
        if (fd < 0 || level_enter(listing, fd) < 0)
            return fail(listing, listed, fd < 0 ? strerror(errno) : "folders lie too deep in one another");
        return 0;
    }
    if (!is_wanted(listing))
        return 0;
    if (S_ISLNK(status.st_mode))
        return fail(listing, listed, "a symbolic link, not followed");
    if (!S_ISREG(status.st_mode))
        return fail(listing, listed, "not a regular file");
    int fd = openat(level->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &status) < 0)
        return fail(listing, listed, strerror(errno));
    if (!S_ISREG(status.st_mode)) {
        close(fd);
        return fail(listing, listed, "became something else than a regular file");
    }
    return found(listing, listed, fd, &status);
}

/* It was opened without waiting for a writer, so that signals are heard; the worker that reads it waits. */
static void begin_pipe(const char *path, int fd)
{
    struct pollfd polled = { fd, POLLIN, 0 };
    int flags = fcntl(fd, F_GETFL);
    if (flags >= 0)
        fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
    if (poll(&polled, 1, PIPE_SILENCE_MS) == 0)
        log_warn("waiting for what is written into the pipe '%s'", path);
}

/* Begin the next input. 1: *LISTED is filled; 0: go on. */
static int begin_input(struct listing *listing, struct listed *listed)
{
    const struct scan_input *input = &listing->request->inputs[listing->input++];
    struct stat status;
    buffer_clear(&listing->path);
    buffer_put_str(&listing->path, input->path);
    bool is_stdin = strcmp(input->path, "-") == 0;
    int fd = is_stdin ? dup(STDIN_FILENO) : open(input->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &status) < 0) {
        int result = fail(listing, listed, strerror(errno));
        log_error("cannot open '%s': %.*s", input->path, (int)listed->failure.len, listed->failure.ptr);
        return result;
    }
    listing->opened++;
    if (!is_stdin && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
        begin_pipe(input->path, fd);
    if (!S_ISDIR(status.st_mode)) {
        if (is_readable_kind(&status))
            return found(listing, listed, fd, &status);
        close(fd);
        return fail(listing, listed, "not a file that can be read");
    }
    if (listing->path.len == 0 || listing->path.ptr[listing->path.len - 1] != '/')
        buffer_put_byte(&listing->path, '/');
    listing->root_length = listing->path.len;
    listing->files = 0;
    if (level_enter(listing, fd) < 0)
        return fail(listing, listed, "cannot be listed");
    const struct level *level = &listing->levels[0];
    listing->is_collection = listing_is_collection(level->fd, level->names, level->count);
    if (listing->is_collection && !input->custodian)
        log_info("'%s' holds the mail of several people, one a folder", input->path);
    return 0;
}

int listing_next(struct listing *listing, struct listed *listed)
{
    for (;;) {
        bool was_inside = listing->depth > 0;
        if (!was_inside && listing->input == listing->request->input_count)
            return 0;
        if ((was_inside ? step(listing, listed) : begin_input(listing, listed)) == 1)
            return 1;
        if (was_inside && listing->depth == 0 && listing->files == 0)
            log_warn("no file to scan in '%s'", current_input(listing)->path);
    }
}
