/* rule_path.c - rule files and folders of them. */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "match/rule.h"
#include "match/rule_draft.h"

#define FILE_MAX ((size_t)16 * 1024 * 1024)

/* All of FD, up to one byte more than FILE_MAX, so that too large a file is told. */
static int read_all(int fd, struct buffer *into)
{
    for (;;) {
        unsigned char *room = buffer_reserve(into, 1);
        if (!room)
            return 0;
        ssize_t got = read(fd, room, into->capacity - into->len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? -1 : 0;
        into->len += (size_t)got;
    }
}

static int path_mistake(const struct rule_report *report, const char *path)
{
    struct mistakes mistakes = { report, path, 0 };
    mistakes_put(&mistakes, 0, "cannot be read: %s", strerror(errno));
    return -1;
}

static int add_file(struct ruleset *set, const char *path, enum rules_examples examples,
                    const struct rule_report *report)
{
    struct buffer text;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return path_mistake(report, path);
    buffer_init(&text, FILE_MAX + 1);
    int result = read_all(fd, &text);
    result = result < 0 ? path_mistake(report, path)
                        : ruleset_add_yaml(set, buffer_slice(&text), path, examples, report);
    close(fd);
    buffer_release(&text);
    return result;
}

static bool is_rule_file(const FTSENT *entry)
{
    struct slice name = slice_str(entry->fts_path);
    return entry->fts_info == FTS_F &&
           (slice_ends_with_nocase(name, ".yaml") || slice_ends_with_nocase(name, ".yml"));
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int add_folder(struct ruleset *set, const char *path, enum rules_examples examples,
                      const struct rule_report *report)
{
    char *copy = arena_string(set->arena, slice_str(path));
    char *const roots[] = { copy, NULL };
    FTS *tree = fts_open(roots, FTS_COMFOLLOW | FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    FTSENT *entry;
    int result = 0;
    size_t files = 0;
    if (!tree)
        return path_mistake(report, path);
    while ((entry = fts_read(tree))) {
        errno = entry->fts_errno;
        bool is_bad = entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR || entry->fts_info == FTS_NS;
        if (is_bad && path_mistake(report, entry->fts_path) < 0)
            result = -1;
        if (!is_rule_file(entry))
            continue;
        files++;
        if (add_file(set, entry->fts_path, examples, report) < 0)
            result = -1;
    }
    fts_close(tree);
    struct mistakes mistakes = { report, path, 0 };
    if (files == 0)
        mistakes_put(&mistakes, 0, "holds no *.yaml or *.yml: name a folder of rules");
    return files == 0 ? -1 : result;
}

int ruleset_add_path(struct ruleset *set, const char *path, enum rules_examples examples,
                     const struct rule_report *report)
{
    struct stat about;
    if (stat(path, &about) < 0)
        return path_mistake(report, path);
    if (S_ISDIR(about.st_mode))
        return add_folder(set, path, examples, report);
    return add_file(set, path, examples, report);
}
