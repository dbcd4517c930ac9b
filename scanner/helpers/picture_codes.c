/* picture_codes.c - bar and QR codes, by zbar. */
#include <iconv.h>
#include <stdio.h>
#include <zbar.h>

#include "helpers/picture.h"

#define BORDER 24     /* white pixels around: a code cut off without them is not seen */
#define SMALL 400     /* a picture of fewer pixels a side is looked at enlarged, too, */
#define LARGE 1600    /* one of more reduced */
#define COARSE 800    /* of one of so many a side every second line is enough */
#define CODES_MOST 64 /* of one picture */

/* zbar finds out the charset of a QR code by trying: never closed, so that what was loaded for it stays. */
void picture_codes_load(void)
{
    static const char *const names[] = { "ISO8859-1", "ISO-8859-1", "SJIS", "BIG5", "CP437", "UTF-8" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        (void)iconv_open("UTF-8", names[i]);
        (void)iconv_open("ISO8859-1", names[i]);
    }
    zbar_set_verbosity(0);
}

/* The picture as zbar wants it: a byte a pixel, without padding; zbar frees it. */
static zbar_image_t *image_of(PIX *grey)
{
    l_int32 width = pixGetWidth(grey), height = pixGetHeight(grey);
    unsigned char *bytes = malloc((size_t)width * (size_t)height);
    zbar_image_t *image = bytes ? zbar_image_create() : NULL;
    if (!image) {
        free(bytes);
        return NULL;
    }
    unsigned char *at = bytes;
    for (l_int32 y = 0; y < height; y++) {
        l_uint32 *line = pixGetData(grey) + (size_t)y * (size_t)pixGetWpl(grey);
        for (l_int32 x = 0; x < width; x++)
            *at++ = (unsigned char)GET_DATA_BYTE(line, x);
    }
    zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(image, (unsigned)width, (unsigned)height);
    zbar_image_set_data(image, bytes, (unsigned long)width * (unsigned long)height, zbar_image_free_data);
    return image;
}

static unsigned give_codes(struct helper_job *job, const zbar_image_t *image)
{
    unsigned count = 0;
    const zbar_symbol_t *symbol = zbar_image_first_symbol(image);
    for (; symbol && count < CODES_MOST; symbol = zbar_symbol_next(symbol)) {
        char name[48];
        struct slice data = slice_of(zbar_symbol_get_data(symbol), zbar_symbol_get_data_length(symbol));
        if (data.len == 0)
            continue;
        snprintf(name, sizeof name, "%s-%u", zbar_get_symbol_name(zbar_symbol_get_type(symbol)), ++count);
        helper_put_item(job, HELPER_ITEM_TEXT, slice_str(name));
        helper_put_bytes(job, slice_sub(data, 0, helper_text_room(job, data.len)));
    }
    return count;
}

/* GREY is given up. */
static unsigned look(struct helper_job *job, PIX *grey)
{
    bool is_large = grey && pixGetWidth(grey) > COARSE && pixGetHeight(grey) > COARSE;
    PIX *framed = grey ? pixAddBorder(grey, BORDER, 255) : NULL;
    zbar_image_t *image = framed ? image_of(framed) : NULL;
    zbar_image_scanner_t *scanner = image ? zbar_image_scanner_create() : NULL;
    unsigned count = 0;
    pixDestroy(&framed);
    pixDestroy(&grey);
    if (scanner && is_large) {
        zbar_image_scanner_set_config(scanner, 0, ZBAR_CFG_X_DENSITY, 2);
        zbar_image_scanner_set_config(scanner, 0, ZBAR_CFG_Y_DENSITY, 2);
    }
    if (scanner && zbar_scan_image(scanner, image) > 0)
        count = give_codes(job, image);
    if (scanner)
        zbar_image_scanner_destroy(scanner);
    if (image)
        zbar_image_destroy(image);
    return count;
}

/* As it is; white on black; larger or smaller, where its lines are too thin or too thick. */
unsigned picture_codes(struct helper_job *job, PIX *grey)
{
    l_int32 width = pixGetWidth(grey), height = pixGetHeight(grey);
    l_int32 side = width > height ? width : height;
    unsigned count = look(job, pixCopy(NULL, grey));
    if (count == 0)
        count = look(job, pixInvert(NULL, grey));
    if (count == 0 && side < SMALL)
        count = look(job, pixExpandReplicate(grey, 3));
    if (count == 0 && side > LARGE)
        count = look(job, pixScaleSmooth(grey, 0.5F, 0.5F));
    return count;
}
