/* picture.c - mailspill-picture: what a picture says: its bar and QR codes, and with --ocr its text. */
#include "helpers/picture.h"

#define FRAMES_MOST 16 /* pictures in one file (TIFF) that are read */

static bool reads_words;

static bool is_tiff(struct slice file)
{
    return slice_starts_with(file, "II*") || slice_starts_with(file, "MM");
}

/* Whether the picture is small enough, by what its header says: 1; 0: a gap was told. */
static bool has_room(struct helper_job *job)
{
    l_int32 width = 0, height = 0;
    struct slice file = job->document;
    if (pixReadHeaderMem(file.ptr, file.len, NULL, &width, &height, NULL, NULL, NULL) || width <= 0 ||
        height <= 0) {
        helper_put_gap(job, HELPER_GAP_DAMAGED, "the picture cannot be read");
        return false;
    }
    if ((uint64_t)width > job->settings->pixels / (uint64_t)height) {
        helper_put_gap(job, HELPER_GAP_PIXELS, "a picture of %d times %d pixels is not read", width, height);
        return false;
    }
    return true;
}

/* On white where it is transparent, in grey. NULL: it cannot be read. */
static PIX *as_grey(PIX *picture)
{
    PIX *opaque = picture && pixGetSpp(picture) == 4 ? pixAlphaBlendUniform(picture, 0xffffff00) : NULL;
    PIX *grey = picture ? pixConvertTo8(opaque ? opaque : picture, 0) : NULL;
    pixDestroy(&opaque);
    return grey;
}

static void read_frame(struct helper_job *job, PIX *picture)
{
    PIX *grey = as_grey(picture);
    if (!grey) {
        helper_put_gap(job, HELPER_GAP_DAMAGED, "the picture cannot be read");
        return;
    }
    picture_codes(job, grey);
    if (reads_words)
        picture_words(job, grey);
    else if (job->settings->languages[0])
        helper_put_gap(job, HELPER_GAP_UNSUPPORTED,
                       "no text of pictures can be read here in '%s': tesseract or its language is missing",
                       job->settings->languages);
    pixDestroy(&grey);
}

static void read_frames(struct helper_job *job)
{
    size_t offset = 0;
    for (unsigned i = 0; i < FRAMES_MOST; i++) {
        PIX *picture = pixReadMemFromMultipageTiff(job->document.ptr, job->document.len, &offset);
        if (i == 0 || picture)
            read_frame(job, picture);
        pixDestroy(&picture);
        if (offset == 0)
            return;
    }
    helper_put_gap(job, HELPER_GAP_PAGES, "more than %d pictures in one file", FRAMES_MOST);
}

static void picture_read(struct helper_job *job)
{
    if (!has_room(job))
        return;
    if (is_tiff(job->document)) {
        helper_put_opened(job, UINT32_MAX);
        read_frames(job);
        return;
    }
    PIX *picture = pixReadMem(job->document.ptr, job->document.len);
    if (picture)
        helper_put_opened(job, UINT32_MAX);
    read_frame(job, picture);
    pixDestroy(&picture);
}

static void picture_load(const struct helper_settings *settings)
{
    setMsgSeverity(L_SEVERITY_NONE);
    picture_codes_load();
    reads_words = settings->languages[0] != '\0';
    if (reads_words && picture_words_load(settings->languages) < 0)
        reads_words = false;
}

int main(int argc, char **argv)
{
    static const struct helper_program program = { picture_load, picture_read };
    (void)argc;
    return helper_serve(argv, &program);
}
