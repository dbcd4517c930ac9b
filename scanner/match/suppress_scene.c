/* suppress_scene.c - what suppressors ask about the text around a match. */
#include "match/suppress_scene.h"

#include "validate/codec.h"

/* Lines of one folded field. */
#define FOLDS_MAX 200

bool suppress_may_look(const struct suppress_scene *scene, size_t count)
{
    if (count > *scene->budget) {
        *scene->budget = 0;
        return false;
    }
    *scene->budget -= count;
    return true;
}

struct slice suppress_text(const struct suppress_scene *scene, size_t from, size_t to)
{
    return from < to ? slice_sub(scene->text, from, to - from) : slice_of(NULL, 0);
}

bool suppress_line(const struct suppress_scene *scene, size_t at, size_t *from, size_t *to)
{
    struct slice text = scene->text;
    *from = *to = at < text.len ? at : text.len;
    while (*from > 0 && text.ptr[*from - 1] != '\n' && at - *from < SUPPRESS_REACH)
        --*from;
    while (*to < text.len && text.ptr[*to] != '\n' && text.ptr[*to] != '\r' && *to - at < SUPPRESS_REACH)
        ++*to;
    return suppress_may_look(scene, *to - *from) && at - *from < SUPPRESS_REACH && *to - at < SUPPRESS_REACH;
}

struct slice suppress_unquoted(struct slice line)
{
    size_t at = 0;
    while (at < line.len && (line.ptr[at] == '>' || line.ptr[at] == ' ' || line.ptr[at] == '\t'))
        at++;
    if (at < line.len && (line.ptr[at] == '+' || line.ptr[at] == '-'))
        at++;
    while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '\t'))
        at++;
    return slice_skip(line, at);
}

/* The bytes of "> " prefixes at the front. */
static size_t quote_len(struct slice line)
{
    size_t at = 0;
    while (at < line.len && line.ptr[at] == '>')
        at += at + 1 < line.len && line.ptr[at + 1] == ' ' && at + 2 < line.len && line.ptr[at + 2] == '>'
                  ? 2
                  : 1;
    if (at > 0 && at < line.len && line.ptr[at] == ' ')
        at++;
    return at;
}

static bool is_fold(struct slice line)
{
    return line.len > 0 && (line.ptr[0] == ' ' || line.ptr[0] == '\t');
}

/* The bytes of "Name:" at the front, or 0. */
static size_t name_len(struct slice line)
{
    size_t at = 0;
    while (at < line.len && at < 100 && line.ptr[at] > ' ' && line.ptr[at] < 0x7F && line.ptr[at] != ':')
        at++;
    return at > 0 && at < line.len && line.ptr[at] == ':' ? at + 1 : 0;
}

/* The first line of the field that the line [*FROM, *TO) belongs to. */
static bool find_first_line(const struct suppress_scene *scene, size_t *from, size_t *to)
{
    for (unsigned folds = 0; folds < FOLDS_MAX; folds++) {
        struct slice line = suppress_text(scene, *from, *to);
        size_t quoted = quote_len(line);
        if (!is_fold(slice_skip(line, quoted))) {
            *from += quoted;
            return true;
        }
        if (*from == 0 || !suppress_line(scene, *from - 1, from, to))
            return false;
    }
    return false;
}

/* Where the field ends whose last known line ends at TO. */
static size_t find_end(const struct suppress_scene *scene, size_t to)
{
    for (unsigned folds = 0; folds < FOLDS_MAX; folds++) {
        size_t next = to, from, end;
        if (next < scene->text.len && scene->text.ptr[next] == '\r')
            next++;
        if (next + 1 >= scene->text.len || scene->text.ptr[next] != '\n' ||
            !suppress_line(scene, next + 1, &from, &end))
            return to;
        struct slice line = suppress_text(scene, from, end);
        if (!is_fold(slice_skip(line, quote_len(line))))
            return to;
        to = end;
    }
    return to;
}

bool suppress_field(const struct suppress_scene *scene, struct suppress_field *field)
{
    size_t from, to, last;
    if (!suppress_line(scene, scene->from, &from, &to))
        return false;
    last = to;
    if (!find_first_line(scene, &from, &to))
        return false;
    size_t len = name_len(suppress_text(scene, from, to));
    if (len == 0 || from + len > scene->from)
        return false;
    field->name = suppress_text(scene, from, from + len - 1);
    field->from = from + len;
    field->to = find_end(scene, last);
    return scene->to <= field->to;
}

static bool fits(struct slice name, struct slice entry)
{
    if (entry.len > 0 && entry.ptr[entry.len - 1] == '*')
        return name.len >= entry.len - 1 &&
               slice_is_equal_nocase(slice_sub(name, 0, entry.len - 1), slice_sub(entry, 0, entry.len - 1));
    return slice_is_equal_nocase(name, entry);
}

bool suppress_is_listed(struct slice name, const char *list)
{
    struct slice rest = slice_str(list);
    while (rest.len > 0) {
        size_t bar = slice_find_byte(rest, 0, '|');
        if (fits(name, slice_sub(rest, 0, bar)))
            return true;
        rest = bar == SLICE_NONE ? slice_of(NULL, 0) : slice_skip(rest, bar + 1);
    }
    return false;
}

bool suppress_has_secret_word(struct slice text)
{
    static const char *const words[] = { "pass", "pwd",     "secret", "token",  "key",    "cred",  "login",
                                         "auth", "session", "pin",    "kennwo", "contra", "mot de" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_find_nocase(text, 0, slice_str(words[i])) != SLICE_NONE)
            return true;
    return false;
}

static bool ends_run(unsigned char c, const char *ends)
{
    return c <= ' ' || c == 0x7F || strchr(ends, c);
}

void suppress_run(const struct suppress_scene *scene, size_t from, size_t to, const char *ends,
                  struct suppress_noise *noise)
{
    noise->from = scene->from;
    noise->to = scene->to;
    while (noise->from > from && scene->from - noise->from < SUPPRESS_REACH &&
           !ends_run(scene->text.ptr[noise->from - 1], ends))
        noise->from--;
    while (noise->to < to && noise->to - scene->to < SUPPRESS_REACH &&
           !ends_run(scene->text.ptr[noise->to], ends))
        noise->to++;
    if (!suppress_may_look(scene, noise->to - noise->from))
        noise->to = noise->from;
}

size_t suppress_base64(struct slice text, unsigned char *out, size_t size)
{
    unsigned char kept[2048];
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = text.ptr[i];
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
            continue;
        if (len == sizeof kept)
            return SLICE_NONE;
        kept[len++] = c;
    }
    return codec_base64(slice_of(kept, len), out, size);
}

bool suppress_is_hex(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = slice_lower_byte(text.ptr[i]);
        if ((c < '0' || c > '9') && (c < 'a' || c > 'f'))
            return false;
    }
    return text.len > 0;
}
