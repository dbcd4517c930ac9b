/* prose_scene.c - what the judge of prose looks at: the trigger, and what stands around it, folded. */
#include "validate/prose_scene.h"

#include "base/utf8.h"

/* Small letters of ASCII. Is there anything else? */
static bool fold_ascii(const unsigned char *from, unsigned char *to, size_t len)
{
    unsigned char all = 0;
    for (size_t i = 0; i < len; i++) {
        to[i] = slice_lower_byte(from[i]);
        all |= from[i];
    }
    return all >= 0x80;
}

/* Small letters, byte for byte: ASCII, U+00C0–U+017F and Cyrillic. */
static void fold(const unsigned char *from, unsigned char *to, size_t len)
{
    if (!fold_ascii(from, to, len))
        return;
    for (size_t i = 1; i < len; i++) {
        unsigned char c = from[i], lead = from[i - 1];
        if (lead == 0xC3 && c >= 0x80 && c <= 0x9E && c != 0x97) {
            to[i] = c + 0x20;
        } else if (lead == 0xC4 || lead == 0xC5) {
            bool is_odd_upper =
                (lead == 0xC4 && c >= 0xB9) || (lead == 0xC5 && (c <= 0x88 || (c >= 0xB9 && c <= 0xBE)));
            if (c >= 0x80 && c != 0xB8 && !(lead == 0xC5 && c == 0x89) && (c & 1) == is_odd_upper &&
                !(lead == 0xC4 && (c == 0xB0 || c == 0xBF)))
                to[i] = c + 1;
        } else if (lead == 0xD0 && c >= 0x90 && c <= 0x9F) {
            to[i] = c + 0x20;
        } else if (lead == 0xD0 && c >= 0xA0 && c <= 0xAF) {
            to[i - 1] = 0xD1;
            to[i] = c - 0x20;
        } else if (lead == 0xD0 && c >= 0x80 && c <= 0x8F) {
            to[i - 1] = 0xD1;
            to[i] = c + 0x10;
        }
    }
}

static void put(struct prose_scene *scene, struct slice part, size_t *len)
{
    part = slice_sub(part, 0, PROSE_SCENE_MAX - *len);
    if (part.len)
        memcpy(scene->raw_bytes + *len, part.ptr, part.len);
    *len += part.len;
}

/* The rest of a word belongs to its trigger: "Passwort|s", "WLAN-|Passwort". */
static void take_word(struct prose_scene *scene)
{
    if (scene->folded.ptr[scene->from] >= 0xE0) {
        scene->trigger = slice_sub(scene->folded, scene->from, scene->to - scene->from);
        return;
    }
    while (scene->from > 0 && !prose_words_border(scene->folded, scene->from) &&
           scene->folded.ptr[scene->from] < 0xE0)
        scene->from--;
    for (size_t end = scene->to; end < scene->folded.len && end - scene->to < 24; end++) {
        if (scene->folded.ptr[end] >= 0xE0 || prose_words_border(scene->folded, end)) {
            scene->to = end;
            break;
        }
    }
    scene->trigger = slice_sub(scene->folded, scene->from, scene->to - scene->from);
}

void prose_scene_init(struct prose_scene *scene, const struct candidate *candidate, enum prose_kind kind)
{
    size_t len = 0, room = PROSE_SCENE_MAX - 256;
    struct slice match = slice_sub(candidate->match, 0, 100);
    struct slice before = candidate->before;
    if (before.len > room - match.len)
        before = slice_skip(before, before.len - (room - match.len));
    scene->candidate = candidate;
    scene->kind = kind;
    scene->takes_words = false;
    scene->words = NULL;
    scene->value_count = 0;
    put(scene, before, &len);
    scene->from = scene->match_from = len;
    put(scene, match, &len);
    scene->to = len;
    scene->match_len = match.len;
    put(scene, candidate->after, &len);
    fold(scene->raw_bytes, scene->folded_bytes, len);
    scene->raw = slice_of(scene->raw_bytes, len);
    scene->folded = slice_of(scene->folded_bytes, len);
    take_word(scene);
    for (scene->line_from = scene->from;
         scene->line_from > 0 && scene->raw.ptr[scene->line_from - 1] != '\n';)
        scene->line_from--;
    size_t end = slice_find_byte(scene->raw, scene->to, '\n');
    scene->line_to = end == SLICE_NONE ? len : end;
}

struct slice prose_scene_origin(const struct prose_scene *scene, size_t from, size_t to)
{
    const struct candidate *c = scene->candidate;
    size_t match_to = scene->match_from + scene->match_len;
    if (from >= match_to)
        return slice_sub(c->after, from - match_to, to - from);
    if (from >= scene->match_from)
        return slice_sub(c->match, from - scene->match_from, to - from);
    return slice_sub(c->before, c->before.len - (scene->match_from - from), to - from);
}

bool prose_scene_is_text(const struct prose_scene *scene)
{
    size_t from = scene->from > 80 ? scene->from - 80 : 0;
    from = utf8_cut(scene->raw, from);
    struct slice near = slice_sub(scene->raw, from, scene->to + 80 - from);
    near.len = utf8_cut(near, near.len > 4 ? near.len - 4 : near.len);
    for (size_t i = 0; i < near.len; i++)
        if (near.ptr[i] == 0x7F || (near.ptr[i] < ' ' && !(near.ptr[i] && strchr("\t\r\n\f", near.ptr[i]))))
            return false;
    return utf8_is_valid(near);
}

static bool is_stop(unsigned char c)
{
    return c && strchr(".!?;", c);
}

/* "from 1. 3. on": a stop behind a digit, and a digit or a small letter follows */
static bool is_ordinal(struct slice text, size_t at)
{
    struct slice next = slice_sub(text, at + 1, 2);
    return text.ptr[at] == '.' && at > 0 && slice_is_digit(text.ptr[at - 1]) &&
           (at < 3 || !slice_is_digit(text.ptr[at - 2]) || !slice_is_digit(text.ptr[at - 3])) &&
           next.len == 2 && next.ptr[0] == ' ' && slice_is_digit(next.ptr[1]);
}

struct slice prose_scene_sentence(const struct prose_scene *scene, size_t from, size_t to)
{
    struct slice text = scene->folded;
    for (; from > 0; from--)
        if (text.ptr[from - 1] == '\n' ||
            (is_stop(text.ptr[from - 1]) && text.ptr[from] <= ' ' && !is_ordinal(text, from - 1)) ||
            (from >= 3 && memcmp(text.ptr + from - 3, "\xe3\x80\x82", 3) == 0))
            break;
    for (; to < text.len; to++)
        if (text.ptr[to] == '\n' ||
            (is_stop(text.ptr[to]) && (to + 1 == text.len || text.ptr[to + 1] <= ' ') &&
             !is_ordinal(text, to)) ||
            (text.len - to >= 3 && memcmp(text.ptr + to, "\xe3\x80\x82", 3) == 0))
            break;
    return slice_sub(text, from, to - from);
}
