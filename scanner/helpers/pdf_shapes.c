/* pdf_shapes.c - what a page draws of small shapes: may it be a code? */
#include "helpers/pdf_shapes.h"

#include <math.h>
#include <stdlib.h>

#define SQUARES_MOST ((size_t)50000)
#define SQUARES_LEAST ((size_t)50) /* the least QR code has more than two hundred */
#define BARS_LEAST ((size_t)14)    /* a letter in Code 39, with its start and end */
#define LETTERS_LEAST ((size_t)40) /* blocks; */
#define BAR_LETTERS_LEAST 3        /* in a font of bars */
#define THIN_LEAST 0.5             /* points; what is thinner is a rule, or cannot be read */
#define THIN_MOST 15.0
#define BAR_MOST 130.0 /* the length of a bar */
#define STOUT 3.3      /* times as long as wide: one to three squares in a row */
#define AROUND 9.0     /* squares, beyond those that are counted: the corners of a QR code are seven wide */
#define BARS_IN_LETTER 13.0
#define NEAR 0.15 /* points */

static double width_of(const struct pdf_box *box)
{
    return box->x2 - box->x1;
}

static double height_of(const struct pdf_box *box)
{
    return box->y2 - box->y1;
}

static double thin_of(const struct pdf_box *box)
{
    return fmin(width_of(box), height_of(box));
}

static void extend(struct pdf_box *all, const struct pdf_box *box)
{
    all->x1 = fmin(all->x1, box->x1);
    all->y1 = fmin(all->y1, box->y1);
    all->x2 = fmax(all->x2, box->x2);
    all->y2 = fmax(all->y2, box->y2);
}

static struct pdf_box wider(struct pdf_box box, double by)
{
    return (struct pdf_box){ box.x1 - by, box.y1 - by, box.x2 + by, box.y2 + by };
}

static void find(struct pdf_shapes *shapes, struct pdf_box box, double unit)
{
    struct pdf_drawing *found = &shapes->found;
    if (found->is_there)
        extend(&found->box, &box);
    else
        found->box = box;
    found->unit = found->is_there ? fmin(found->unit, unit) : unit;
    found->is_there = true;
}

void pdf_shapes_begin(struct pdf_shapes *shapes)
{
    *shapes = (struct pdf_shapes){ .squares = shapes->squares, .room = shapes->room };
}

/* Bars. BOX with its sides changed where bars lie, so that they always stand. */

static bool follows(const struct pdf_bars *bars, const struct pdf_box *box)
{
    const struct pdf_box *last = &bars->last;
    bool is_level = fabs(box->y1 - last->y1) < NEAR || fabs(box->y2 - last->y2) < NEAR;
    double gap = fmax(box->x1 - last->x2, last->x1 - box->x2);
    return bars->count > 0 && is_level && gap > -NEAR && gap < THIN_MOST;
}

static void end_bars(struct pdf_shapes *shapes, unsigned way)
{
    struct pdf_bars *bars = &shapes->bars[way];
    struct pdf_box box = bars->box;
    if (bars->count >= BARS_LEAST && bars->is_varied)
        find(shapes, wider(way == 0 ? box : (struct pdf_box){ box.y1, box.x1, box.y2, box.x2 }, THIN_MOST),
             bars->thinnest);
    bars->count = 0;
}

static void add_bar(struct pdf_shapes *shapes, unsigned way, struct pdf_box box)
{
    struct pdf_bars *bars = &shapes->bars[way];
    if (!follows(bars, &box)) {
        end_bars(shapes, way);
        *bars =
            (struct pdf_bars){ .box = box, .width = width_of(&box), .gap = -1, .thinnest = width_of(&box) };
    } else {
        double gap = fmax(box.x1 - bars->last.x2, bars->last.x1 - box.x2);
        bars->gap = bars->gap < 0 ? gap : bars->gap;
        bars->is_varied |= fabs(gap - bars->gap) > NEAR || fabs(width_of(&box) - bars->width) > NEAR;
        bars->thinnest = fmin(bars->thinnest, width_of(&box));
        extend(&bars->box, &box);
    }
    bars->last = box;
    bars->count++;
}

void pdf_shapes_add(struct pdf_shapes *shapes, struct pdf_box box)
{
    double width = width_of(&box), height = height_of(&box), thin = thin_of(&box);
    if (!(width <= BAR_MOST && height <= BAR_MOST && thin >= THIN_LEAST && thin <= THIN_MOST))
        return;
    if (height > 2 * width)
        add_bar(shapes, 0, box);
    else if (width > 2 * height)
        add_bar(shapes, 1, (struct pdf_box){ box.y1, box.x1, box.y2, box.x2 });
    if (fmax(width, height) > STOUT * thin)
        return;
    if (shapes->count == shapes->room && shapes->room < SQUARES_MOST) {
        size_t room = shapes->room ? 2 * shapes->room : 1024;
        struct pdf_box *more = realloc(shapes->squares, room * sizeof *more);
        shapes->squares = more ? more : shapes->squares;
        shapes->room = more ? room : shapes->room;
    }
    if (shapes->count < shapes->room)
        shapes->squares[shapes->count++] = box;
    else
        shapes->is_cut = true;
}

void pdf_shapes_add_letter(struct pdf_shapes *shapes, struct pdf_box box, bool is_bars)
{
    double width = width_of(&box) / (is_bars ? BARS_IN_LETTER : 1);
    if (!(width >= THIN_LEAST / 2 && width <= THIN_MOST && height_of(&box) <= BAR_MOST))
        return;
    if (shapes->letter_count == 0)
        shapes->letters = box;
    extend(&shapes->letters, &box);
    shapes->letter_width = shapes->letter_count > 0 ? fmin(shapes->letter_width, width) : width;
    shapes->letter_count += is_bars ? LETTERS_LEAST / BAR_LETTERS_LEAST + 1 : 1;
}

/* Squares. */

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* How thick all but a tenth of them are at least: of a QR code that is one square, but for what else the page draws. */
static double unit_of(const struct pdf_shapes *shapes)
{
    double *thin = malloc(shapes->count * sizeof *thin), unit = 0;
    for (size_t i = 0; thin && i < shapes->count; i++)
        thin[i] = thin_of(&shapes->squares[i]);
    if (thin) {
        qsort(thin, shapes->count, sizeof *thin, compare);
        unit = thin[shapes->count / 10];
    }
    free(thin);
    return unit;
}

static bool is_whole(double length, double unit)
{
    double times = length / unit, whole = (double)(int)(times + 0.5);
    return fabs(times - whole) < 0.2 && whole > 0;
}

static void end_squares(struct pdf_shapes *shapes)
{
    double unit = shapes->count >= SQUARES_LEAST ? unit_of(shapes) : 0;
    struct pdf_box all = { 0, 0, 0, 0 }, everywhere = { 0, 0, HUGE_VAL, HUGE_VAL };
    size_t count = 0;
    for (size_t i = 0; unit > 0 && i < shapes->count; i++) {
        const struct pdf_box *box = &shapes->squares[i];
        if (!is_whole(width_of(box), unit) || !is_whole(height_of(box), unit))
            continue;
        if (count++ == 0)
            all = *box;
        extend(&all, box);
    }
    if (count >= SQUARES_LEAST)
        find(shapes, shapes->is_cut ? everywhere : wider(all, AROUND * unit), unit);
}

struct pdf_drawing pdf_shapes_end(struct pdf_shapes *shapes)
{
    end_bars(shapes, 0);
    end_bars(shapes, 1);
    end_squares(shapes);
    if (shapes->letter_count >= LETTERS_LEAST)
        find(shapes, wider(shapes->letters, AROUND * shapes->letter_width), shapes->letter_width);
    return shapes->found;
}
