/* pdf_picture.c - what a PDF's pages show as pictures, in grey, for the other helper to read: one by one, or a page as a whole where it has no text
 * or more pieces than are worth it. Last of all: a picture may cost the child its life, and the text is told by then. */
#include "helpers/pdf.h"

#include <stdio.h>
#include <time.h>

#define PIECES_MOST \
    16 /* pictures of one page that are taken one by one; poppler reads the page again for each */
#define SIDE_LEAST 8.0 /* points; what is smaller is a rule or a bullet */
#define FIRST_PAGES 16 /* of a document whose pages don't tell: are looked at whatever the file's bytes say */
#define INCH 72.0      /* points */
#define DENSITY 200.0  /* pixels an inch of a page that is drawn; */
#define DENSITY_OCR 300.0 /* with --ocr */
#define PAGE_PIXELS ((double)16 * 1024 * 1024)
#define BAR_PIXELS 4.0      /* of the thinnest bar of a drawing */
#define DENSITY_LEAST 100.0 /* of a drawing */
#define DENSITY_MOST 600.0
#define FAR_AWAY 1e6 /* points */
#define DRAWING_PIXELS ((double)4 * 1024 * 1024)

/* A page with something to look at. */
struct pictured {
    unsigned number, count;
    bool is_blank; /* it has no text */
    struct pdf_drawing drawing;
};

/* The dictionary of a stream is never compressed: does one in FILE name a picture, is its type written so that it may be one, or do pages list that they
 * may show some ("/ProcSet[/PDF/Text/ImageB]")? Inline pictures are named nowhere, but in that list. */
bool pdf_may_show_pictures(struct slice file)
{
    struct slice subtype = slice_str("/Subtype");
    if (slice_find(file, 0, slice_str("/Image")) != SLICE_NONE)
        return true;
    for (size_t at = 0; (at = slice_find(file, at, subtype)) != SLICE_NONE;) {
        struct slice value = slice_trim(slice_sub(file, at += subtype.len, 64));
        if (value.len == 0 || value.ptr[0] != '/' || memchr(value.ptr, '#', value.len < 16 ? value.len : 16))
            return true;
    }
    return false;
}

/* May the page at work show some? poppler would read it a second time. */
static bool may_show(const struct pdf_reading *reading, unsigned number)
{
    if (reading->seen.is_known)
        return reading->seen.has_pictures;
    return reading->may_show_pictures || number <= FIRST_PAGES;
}

static unsigned count_of(PopplerPage *page)
{
    GList *list = poppler_page_get_image_mapping(page);
    unsigned count = g_list_length(list);
    poppler_page_free_image_mapping(list);
    return count;
}

void pdf_note_pictures(struct pdf_reading *reading, PopplerPage *page, unsigned number, bool is_blank)
{
    struct pictured pictured = { number, 0, is_blank, reading->seen.drawing };
    if (is_blank || may_show(reading, number))
        pictured.count = count_of(page);
    if (is_blank || pictured.count > 0 || pictured.drawing.is_there)
        buffer_put(&reading->pictured, slice_of(&pictured, sizeof pictured));
}

/* Half of the CPU time is for this. */
static bool is_out_of_time(const struct pdf_reading *reading)
{
    return (uint64_t)clock() / CLOCKS_PER_SEC >= reading->job->settings->cpu / 2;
}

static unsigned char grey_of(uint32_t pixel)
{
    uint32_t white = 255 - (pixel >> 24); /* the colours are multiplied by their alpha: on white paper */
    uint32_t red = (pixel >> 16 & 255) + white, green = (pixel >> 8 & 255) + white,
             blue = (pixel & 255) + white;
    uint32_t grey = (77 * red + 151 * green + 28 * blue) >> 8;
    return grey > 255 ? 255 : (unsigned char)grey;
}

/* The lines of SURFACE as bytes of grey into LINE, one after the other, given as they are made. */
static void give_lines(struct helper_job *job, cairo_surface_t *surface, size_t width, size_t height)
{
    const unsigned char *pixels = cairo_image_surface_get_data(surface);
    size_t stride = (size_t)cairo_image_surface_get_stride(surface);
    bool has_alpha = cairo_image_surface_get_format(surface) == CAIRO_FORMAT_ARGB32;
    unsigned char *line = g_malloc(width);
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            uint32_t pixel;
            memcpy(&pixel, pixels + y * stride + 4 * x, sizeof pixel);
            line[x] = grey_of(has_alpha ? pixel : pixel | 0xff000000u);
        }
        helper_put_bytes(job, slice_of(line, width));
    }
    g_free(line);
}

/* SURFACE as a child NAME: a PGM. 0; -1: it is none that can be given. */
static int give_surface(struct pdf_reading *reading, cairo_surface_t *surface, const char *name)
{
    char head[64];
    if (!surface || cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS)
        return -1;
    cairo_surface_flush(surface);
    cairo_format_t format = cairo_image_surface_get_format(surface);
    int width = cairo_image_surface_get_width(surface), height = cairo_image_surface_get_height(surface);
    if ((format != CAIRO_FORMAT_ARGB32 && format != CAIRO_FORMAT_RGB24) || width <= 0 || height <= 0 ||
        (uint64_t)width > reading->job->settings->pixels / (uint64_t)height)
        return -1;
    snprintf(head, sizeof head, "P5\n%d %d\n255\n", width, height);
    helper_put_item(reading->job, HELPER_ITEM_PICTURE, slice_str(name));
    helper_put_bytes(reading->job, slice_str(head));
    give_lines(reading->job, surface, (size_t)width, (size_t)height);
    return 0;
}

static bool is_white(cairo_surface_t *surface)
{
    cairo_surface_flush(surface);
    const unsigned char *pixels = cairo_image_surface_get_data(surface);
    size_t stride = (size_t)cairo_image_surface_get_stride(surface);
    size_t width = (size_t)cairo_image_surface_get_width(surface);
    size_t height = (size_t)cairo_image_surface_get_height(surface);
    for (size_t y = 0; pixels && y < height; y++)
        for (size_t x = 0; x < width; x++) {
            uint32_t pixel;
            memcpy(&pixel, pixels + y * stride + 4 * x, sizeof pixel);
            if ((pixel & 0xffffff) != 0xffffff)
                return false;
        }
    return true;
}

/* What of PAGE stands in BOX, on white paper, SCALE pixels a point; or NULL. */
static cairo_surface_t *draw(PopplerPage *page, struct pdf_box box, double scale)
{
    double width = box.x2 - box.x1, height = box.y2 - box.y1;
    if (!(width >= 1 && height >= 1 && width < 1e6 && height < 1e6))
        return NULL;
    while (width * scale * height * scale > PAGE_PIXELS)
        scale *= 0.7;
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(width * scale) + 1, (int)(height * scale) + 1);
    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS)
        return surface;
    cairo_t *cairo = cairo_create(surface);
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_paint(cairo);
    cairo_scale(cairo, scale, scale);
    cairo_translate(cairo, -box.x1, -box.y1);
    poppler_page_render(page, cairo);
    cairo_destroy(cairo);
    return surface;
}

/* SURFACE as a child NAME, unless it is white; it is given up. How many were not given: 0 or 1. */
static unsigned give_drawn(struct pdf_reading *reading, cairo_surface_t *surface, const char *name)
{
    unsigned lost = 0;
    if (!surface || cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS ||
        (!is_white(surface) && give_surface(reading, surface, name) < 0))
        lost = 1;
    if (surface)
        cairo_surface_destroy(surface);
    return lost;
}

static struct pdf_box box_of(PopplerPage *page)
{
    struct pdf_box box = { 0, 0, 0, 0 };
    poppler_page_get_size(page, &box.x2, &box.y2);
    return box;
}

/* The page as a whole. */
static unsigned give_whole(struct pdf_reading *reading, PopplerPage *page, const struct pictured *pictured)
{
    char name[32];
    double density = reading->job->settings->languages[0] ? DENSITY_OCR : DENSITY;
    snprintf(name, sizeof name, "PAGE-%u", pictured->number);
    return give_drawn(reading, draw(page, box_of(page), density / INCH), name);
}

/* FROM, or where the page begins after it, in steps of UNIT: what is drawn side by side stays on whole pixels. */
static double begin_at(double from, double unit)
{
    if (!(from > -FAR_AWAY))
        return 0;
    return from < 0 ? from + unit * (1 + (int)(-from / unit)) : from;
}

/* Whole pixels for the thinnest bar of a drawing of WIDTH and HEIGHT. */
static double pixels_of(double unit, double width, double height)
{
    double pixels = BAR_PIXELS, most = DENSITY_MOST / INCH * unit;
    while (pixels < DENSITY_LEAST / INCH * unit)
        pixels++;
    while (pixels > 1 && (pixels > most || width * pixels / unit * height * pixels / unit > DRAWING_PIXELS))
        pixels--;
    return pixels;
}

/* What may be a code of shapes or characters, so large that it can be read. */
static unsigned give_drawing(struct pdf_reading *reading, PopplerPage *page, const struct pictured *pictured)
{
    char name[48];
    struct pdf_box all = box_of(page), box = pictured->drawing.box;
    double unit = pictured->drawing.unit;
    box.x1 = begin_at(box.x1, unit);
    box.y1 = begin_at(box.y1, unit);
    box.x2 = box.x2 < all.x2 ? box.x2 : all.x2;
    box.y2 = box.y2 < all.y2 ? box.y2 : all.y2;
    if (!(box.x2 - box.x1 > 1 && box.y2 - box.y1 > 1))
        return 0; /* it lies beside the page */
    snprintf(name, sizeof name, "PAGE-%u/DRAWING", pictured->number);
    return give_drawn(reading, draw(page, box, pixels_of(unit, box.x2 - box.x1, box.y2 - box.y1) / unit),
                      name);
}

static bool is_tiny(const PopplerImageMapping *mapping)
{
    double width = mapping->area.x2 - mapping->area.x1, height = mapping->area.y2 - mapping->area.y1;
    return width < SIDE_LEAST || height < SIDE_LEAST;
}

static unsigned give_pieces(struct pdf_reading *reading, PopplerPage *page, const struct pictured *pictured)
{
    GList *list = poppler_page_get_image_mapping(page);
    unsigned lost = 0, number = 0;
    for (GList *at = list; at; at = at->next) {
        const PopplerImageMapping *mapping = at->data;
        char name[64];
        cairo_surface_t *surface;
        number++;
        if (is_tiny(mapping) && !pictured->is_blank)
            continue;
        snprintf(name, sizeof name, pictured->is_blank ? "PAGE-%u" : "PAGE-%u/PICTURE-%u", pictured->number,
                 number);
        surface = is_out_of_time(reading) ? NULL : poppler_page_get_image(page, mapping->image_id);
        lost += give_surface(reading, surface, name) < 0;
        if (surface)
            cairo_surface_destroy(surface);
    }
    poppler_page_free_image_mapping(list);
    return lost;
}

/* How many of its pictures were not given. */
static unsigned give_page(struct pdf_reading *reading, const struct pictured *pictured)
{
    PopplerPage *page = NULL;
    bool is_whole = pictured->count > PIECES_MOST || (pictured->is_blank && pictured->count != 1);
    unsigned lost = 1;
    if (!is_out_of_time(reading))
        page = poppler_document_get_page(reading->document, (int)pictured->number - 1);
    if (page)
        lost = is_whole ? give_whole(reading, page, pictured) : give_pieces(reading, page, pictured);
    if (page && !is_whole && pictured->drawing.is_there)
        lost += is_out_of_time(reading) ? 1 : give_drawing(reading, page, pictured);
    if (page)
        g_object_unref(page);
    return lost;
}

void pdf_give_pictures(struct pdf_reading *reading)
{
    struct slice rest = buffer_slice(&reading->pictured), one;
    struct pictured pictured;
    unsigned lost = 0, first = 0;
    while (slice_eat(&rest, sizeof pictured, &one) == 0) {
        memcpy(&pictured, one.ptr, sizeof pictured);
        lost += give_page(reading, &pictured);
        first = lost > 0 && first == 0 ? pictured.number : first;
    }
    if (lost > 0)
        helper_put_gap(
            reading->job, HELPER_GAP_PICTURE,
            "%u picture%s or page%s without text could not be looked at: too large, too many or damaged (the "
            "first on page %u)",
            lost, lost == 1 ? "" : "s", lost == 1 ? "" : "s", first);
}
