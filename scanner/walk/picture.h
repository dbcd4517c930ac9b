/* picture.h - what a picture says, by the helper mailspill-picture, for formats that hold pictures. */
#ifndef MAILSPILL_WALK_PICTURE_H
#define MAILSPILL_WALK_PICTURE_H

#include "walk/format.h"

/* One code ("QR-Code-1") or the text ("OCR"). */
struct picture_words {
    struct slice name, text;
};

struct picture_told {
    struct picture_words *list; /* in the arena of the walk */
    size_t count;
    unsigned gaps; /* that were told about the item of the walk */
};

/* Ask about the seekable PICTURE, unless an equal one was found empty before. 0 or -1. */
int picture_ask(struct walk *walk, struct source *picture, struct picture_told *told, struct error *err);

#endif
