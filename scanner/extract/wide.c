/* wide.c - UTF-16 text found in bytes: runs of characters, in either order. */
#include "extract/wide.h"

#include "base/utf8.h"

/* Characters a UTF-16 run must have, and how many that are not Latin may stand between two that are. */
#define RUN_LEAST 8
#define FOREIGN_MOST 2

enum order { ORDER_LITTLE, ORDER_BIG };

struct run {
    size_t start, end; /* bytes of the block; end - start is even */
};

static unsigned unit_at(struct slice text, size_t at, enum order order)
{
    unsigned first = text.ptr[at], second = text.ptr[at + 1];
    return order == ORDER_LITTLE ? first | second << 8 : first << 8 | second;
}

static bool is_latin(unsigned unit)
{
    return (unit >= 0x20 && unit < 0x7F) || unit == '\t' || unit == '\n' || unit == '\r' ||
           (unit >= 0xA0 && unit < 0x250);
}

/* Letters and signs that people mix with Latin: Greek to Thai, punctuation, currencies, CJK. */
static bool is_foreign(unsigned unit)
{
    return (unit >= 0x250 && unit < 0xE80) || (unit >= 0x1E00 && unit < 0x2700) ||
           (unit >= 0x3000 && unit < 0xD800);
}

static size_t run_end(struct slice text, size_t at, enum order order)
{
    size_t end = at;
    unsigned foreign = 0;
    while (text.len - at >= 2 && foreign <= FOREIGN_MOST) {
        unsigned unit = unit_at(text, at, order);
        if (!is_latin(unit) && !is_foreign(unit))
            break;
        at += 2;
        foreign = is_latin(unit) ? 0 : foreign + 1;
        if (is_latin(unit))
            end = at;
    }
    return end;
}

static size_t run_start(struct slice text, size_t at, size_t floor, enum order order)
{
    size_t start = at;
    unsigned foreign = 0;
    while (at - floor >= 2 && foreign <= FOREIGN_MOST) {
        unsigned unit = unit_at(text, at - 2, order);
        if (!is_latin(unit) && !is_foreign(unit))
            break;
        at -= 2;
        foreign = is_latin(unit) ? 0 : foreign + 1;
        if (is_latin(unit))
            start = at;
    }
    return start;
}

/* The run around AT, where a unit starts, that begins at FLOOR or later. */
static struct run run_around(struct slice text, size_t at, size_t floor, enum order order)
{
    struct run run = { at, at };
    if (at < floor || at >= text.len)
        return run;
    run.end = run_end(text, at, order);
    if (run.end > at)
        run.start = run_start(text, at, floor, order);
    return run;
}

static void put_run(struct track *track, struct slice text, struct run run, enum order order)
{
    static const unsigned char newline = '\n';
    unsigned char bytes[4];
    if (track->text.len > 0)
        track_put_made(track, slice_of(&newline, 1), run.start);
    for (size_t at = run.start; at < run.end; at += 2) {
        size_t len = utf8_write(bytes, unit_at(text, at, order));
        track_put_made(track, slice_of(bytes, len), at);
    }
}

static uint64_t word_at(struct slice text, size_t at)
{
    uint64_t word;
    memcpy(&word, text.ptr + at, sizeof word);
    return word;
}

/* Bytes 0, 2, 4, 6 of eight, or 1, 3, 5, 7. */
static bool is_zero_at(struct slice text, size_t at, size_t first)
{
    return !text.ptr[at + first] && !text.ptr[at + first + 2] && !text.ptr[at + first + 4] &&
           !text.ptr[at + first + 6];
}

static size_t count_ascii(struct slice text, struct run run, enum order order)
{
    size_t count = 0;
    if (run.end - run.start < 2 * RUN_LEAST)
        return 0;
    for (size_t at = run.start; at < run.end; at += 2)
        count += unit_at(text, at, order) < 0x7F;
    return count;
}

/* Eight bytes at AT have every second byte zero, from FIRST on: the zeros are high bytes, of little-endian units that start
 * a byte before them or of big-endian ones that start with them. Both read alike inside and differ at the ends; the one with more ASCII
 * is right, and both are kept where that does not tell. Returns where the search goes on. */
static size_t take_run(struct wide *wide, struct slice text, size_t at, size_t first, size_t floor)
{
    size_t zero = at + first;
    struct run little = run_around(text, zero > 0 ? zero - 1 : zero + 1, floor, ORDER_LITTLE);
    struct run big = run_around(text, zero, floor, ORDER_BIG);
    size_t in_little = count_ascii(text, little, ORDER_LITTLE), in_big = count_ascii(text, big, ORDER_BIG);
    if (in_little == 0 && in_big == 0)
        return at;
    bool is_alike = in_little == in_big &&
                    unit_at(text, little.start, ORDER_LITTLE) == unit_at(text, big.start, ORDER_BIG);
    if (in_little >= in_big)
        put_run(&wide->little, text, little, ORDER_LITTLE);
    if (in_big >= in_little && !is_alike)
        put_run(&wide->big, text, big, ORDER_BIG);
    if (in_little == in_big)
        return little.end > big.end ? little.end : big.end;
    return in_little > in_big ? little.end : big.end;
}

/* A run of eight units or more covers eight bytes at a multiple of eight, whose high bytes are zero where it is mostly Latin. */
void wide_find(struct wide *wide, struct slice text)
{
    size_t floor = 0;
    track_clear(&wide->little);
    track_clear(&wide->big);
    for (size_t at = 0; text.len - at >= 8; at += 8) {
        uint64_t word = word_at(text, at);
        /* Nearly all words have no zero byte. */
        if (word == 0 || ((word - 0x0101010101010101u) & ~word & 0x8080808080808080u) == 0)
            continue;
        size_t end = at;
        if (is_zero_at(text, at, 1))
            end = take_run(wide, text, at, 1, floor);
        else if (is_zero_at(text, at, 0))
            end = take_run(wide, text, at, 0, floor);
        if (end == at)
            continue;
        floor = end;
        if (end / 8 * 8 > at)
            at = end / 8 * 8 - 8;
    }
}

void wide_init(struct wide *wide)
{
    track_init(&wide->little, SIZE_MAX / 2);
    track_init(&wide->big, SIZE_MAX / 2);
}

void wide_release(struct wide *wide)
{
    track_release(&wide->big);
    track_release(&wide->little);
}

static void map_track(struct track *track, const struct text_map *map)
{
    for (size_t i = 0; i < track->count; i++)
        track->pairs[i].text_at = text_map_find(map, track->pairs[i].text_at);
}

void wide_map(struct wide *wide, const struct text_map *map)
{
    map_track(&wide->little, map);
    map_track(&wide->big, map);
}

void wide_views(const struct wide *wide, struct feed_views *views)
{
    if (wide->little.text.len > 0)
        feed_views_add(views, track_view(&wide->little, VIEW_UTF16LE));
    if (wide->big.text.len > 0)
        feed_views_add(views, track_view(&wide->big, VIEW_UTF16BE));
}
