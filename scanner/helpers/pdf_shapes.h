/* pdf_shapes.h - what a page draws of small shapes: may it be a code? QR codes are drawn of squares and runs of them, bar codes of bars side by side,
 * either of characters too: blocks, or a font of bars.
 *
 * Places are those of the page in points, from its upper left. Nothing is drawn here: shapes are counted while poppler reads the page for its text.
 */
#ifndef MAILSPILL_HELPERS_PDF_SHAPES_H
#define MAILSPILL_HELPERS_PDF_SHAPES_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pdf_box {
    double x1, y1, x2, y2;
};

/* What may be a code. */
struct pdf_drawing {
    bool is_there;
    struct pdf_box box; /* around it, and some more */
    double unit;        /* its thinnest bar, points */
};

/* Bars that follow one another: all end at one line, above or below, or at one side where they lie. */
struct pdf_bars {
    struct pdf_box box, last;
    size_t count;
    double width, gap; /* of the first */
    double thinnest;
    bool is_varied; /* some bar or gap is of another width: a grid's are alike */
};

/* Of one page. */
struct pdf_shapes {
    struct pdf_box *squares; /* short ones, as wide as high or a few times that */
    size_t count, room;
    struct pdf_bars bars[2]; /* upright and lying, at work */
    struct pdf_box letters;  /* that may be parts of a code */
    size_t letter_count;
    double letter_width;
    struct pdf_drawing found; /* bars and letters */
    bool is_cut;              /* there were more than are counted */
};

/* Begin a page; the memory of the one before is kept. All zero before the first. */
void pdf_shapes_begin(struct pdf_shapes *shapes);

/* A shape that fills BOX, without slanting edges but for round corners. */
void pdf_shapes_add(struct pdf_shapes *shapes, struct pdf_box box);

/* A character that may be a part of a code; IS_BARS: it holds several bars. */
void pdf_shapes_add_letter(struct pdf_shapes *shapes, struct pdf_box box, bool is_bars);

/* The page is over. */
struct pdf_drawing pdf_shapes_end(struct pdf_shapes *shapes);

#ifdef __cplusplus
}
#endif

#endif
