/* suppress.c - which suppressor silences a match, if any. */
#include "match/suppress_scene.h"

#include <stdio.h>

const struct suppressor *const suppressor_tables[] = { suppressors_header, suppressors_block,
                                                       suppressors_line, suppressors_link, NULL };

/* Letters in a row that may be a word; fewer stand between fields of anything. */
#define WORD_LEAST 3

static bool is_letter(unsigned char c)
{
    c = slice_lower_byte(c);
    return (c >= 'a' && c <= 'z') || c >= 0x80;
}

static bool has_word(struct slice text)
{
    size_t run = 0;
    for (size_t i = 0; i < text.len; i++) {
        run = is_letter(text.ptr[i]) ? run + 1 : 0;
        if (run == WORD_LEAST)
            return true;
    }
    return false;
}

static size_t later(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t earlier(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Do the words that made it a match stand inside the noise? Then somebody wrote them there, and noise has no words. */
static bool has_words_inside(const struct suppress_scene *scene, const struct suppress_noise *noise)
{
    size_t from = later(scene->match_from, noise->from), to = earlier(scene->match_to, noise->to);
    size_t near = later(noise->from, scene->from - earlier(scene->from, 32));
    if (suppress_has_secret_word(suppress_text(scene, near, scene->from)))
        return true;
    return has_word(suppress_text(scene, from, earlier(to, scene->from))) ||
           has_word(suppress_text(scene, later(from, scene->to), to));
}

static bool may_touch(const struct suppressor *row, const struct suppress_scene *scene)
{
    if (scene->verdict < VERDICT_STRUCTURAL && scene->rule->verdict < VERDICT_STRUCTURAL)
        return true;
    return row->families && suppress_is_listed(slice_str(scene->rule->family), row->families);
}

static bool is_silencing(const struct suppressor *row, const struct suppress_scene *scene)
{
    struct suppress_noise noise = { 0 };
    if (!may_touch(row, scene) || !row->finds(scene, &noise))
        return false;
    if (scene->from < noise.from || scene->to > noise.to)
        return false;
    return noise.is_solid || !has_words_inside(scene, &noise);
}

const struct suppressor *suppressor_find(const struct suppress_scene *scene)
{
    for (size_t t = 0; suppressor_tables[t]; t++)
        for (const struct suppressor *row = suppressor_tables[t]; row->name; row++)
            if (is_silencing(row, scene))
                return row;
    return NULL;
}

void suppressor_put_why(const struct suppressor *suppressor, char *why, size_t size)
{
    snprintf(why, size, "mail's own noise (%s): %s", suppressor->name, suppressor->reason);
}
