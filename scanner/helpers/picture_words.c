/* picture_words.c - text in pictures, by tesseract. */
#include <tesseract/capi.h>

#include "helpers/picture.h"

#define WANTED 1000 /* a picture with fewer pixels a side has letters too small to tell: it is enlarged */
#define ENLARGED 3.0F

static TessBaseAPI *reader;

/* Read one picture of our own, so that all that comes in at first use is there before the box closes. */
static void warm_up(void)
{
    PIX *white = pixCreate(64, 32, 8);
    pixSetAll(white);
    TessBaseAPISetImage2(reader, white);
    TessDeleteText(TessBaseAPIGetUTF8Text(reader));
    TessBaseAPIClear(reader);
    pixDestroy(&white);
}

int picture_words_load(const char *languages)
{
    reader = TessBaseAPICreate();
    if (!reader || TessBaseAPIInit3(reader, NULL, languages) != 0) {
        reader = NULL;
        return -1;
    }
    TessBaseAPISetVariable(reader, "debug_file", "/dev/null");
    TessBaseAPISetPageSegMode(reader, PSM_AUTO);
    warm_up();
    return 0;
}

void picture_words(struct helper_job *job, PIX *grey)
{
    l_int32 width = pixGetWidth(grey), height = pixGetHeight(grey);
    bool is_small = width < WANTED && height < WANTED;
    PIX *seen = is_small ? pixScale(grey, ENLARGED, ENLARGED) : pixClone(grey);
    if (!seen)
        return;
    TessBaseAPISetImage2(reader, seen);
    TessBaseAPISetSourceResolution(reader, 150);
    char *words = TessBaseAPIGetUTF8Text(reader);
    struct slice text = slice_trim(slice_str(words));
    if (!words)
        helper_put_gap(job, HELPER_GAP_DAMAGED, "the text of the picture cannot be read");
    if (text.len > 0) {
        helper_put_item(job, HELPER_ITEM_TEXT, slice_str("OCR"));
        helper_put_bytes(job, slice_sub(text, 0, helper_text_room(job, text.len)));
        helper_put_bytes(job, slice_str("\n"));
    }
    TessDeleteText(words);
    TessBaseAPIClear(reader);
    pixDestroy(&seen);
}
