/* office.c - the XML of Office Open XML and OpenDocument: what it shows, what stands aside, and itself.
 *
 * Views: the XML as it is; the text with runs joined, a line for each paragraph and row, " | " between cells; and what is not part of the text
 * (deleted text, field instructions, formulas, notes, attributes that had to be decoded).
 */
#include "base/utf8.h"
#include "decode/sheet_header.h"
#include "decode/shared_strings.h"
#include "decode/xml.h"
#include "extract/feed.h"
#include "extract/literals.h"
#include "extract/office_attributes.h"
#include "extract/office_cells.h"
#include "extract/office_words.h"

/* Two views with maps are made of each block; markup may stand between the halves of a token. */
#define OFFICE_BLOCK_SIZE ((size_t)1024 * 1024)
#define OFFICE_REPEATS 4

/* Where the root element names what it is. */
#define OFFICE_HEAD ((size_t)4096)

/* Empty cells shown between two; spaces that one element stands for. */
#define COLUMNS_MAX 64u
#define SPACES_MAX 64u

/* A sheet of OpenDocument has no more. */
#define ROWS_MAX 1048576u
#define PLACES_MAX 16384u

struct office {
    struct extract *extract;
    struct xml xml;
    struct slice text; /* of the block */
    uint64_t offset;   /* of it in the leaf's text */
    size_t dropped_to; /* what the next block begins with */
    struct track shown, aside, joined[2];
    struct office_cells places;
    bool is_odf, is_told;

    /* What comes before the next character. */
    bool has_line, has_tab;
    unsigned cells;

    unsigned repeats;                               /* of the cell at work, beyond the first */
    unsigned column;                                /* of the row's last cell, 0 where it had none */
    bool is_cell_new;                               /* no text in it yet */
    bool is_loose;                                  /* the last text stood in no text element */
    bool is_labelled;                               /* a property's name was written, its value comes */
    unsigned text_depth, aside_depth, shared_depth; /* of the outermost element that is one; 0 */
    unsigned codes_depth;                           /* the same */
    bool is_code;                                   /* the last text ended with "&" */
    bool is_sheet;                                  /* a worksheet, or the tables of an OpenDocument one */
    unsigned repeated_rows,
        place; /* of OpenDocument: rows that the last one stands for beside itself; cells of the row so far */
    bool is_shared; /* the cell names a shared string */
    char digits[24];
    size_t digit_count;
    char aside_name
        [16]; /* of the last aside, until something else is written: the next of its name goes on with it */
};

static size_t here(const struct office *office)
{
    uint64_t at = xml_at(&office->xml);
    at = at > office->offset ? at - office->offset : 0;
    return at < office->text.len ? (size_t)at : office->text.len;
}

/* Writing. */

static void flush(struct office *office)
{
    office->aside_name[0] = '\0';
    struct track *shown = &office->shown;
    size_t at = here(office);
    if (office->has_line && shown->text.len > 0 && track_last(shown) != '\n')
        track_put_made(shown, slice_str("\n"), at);
    for (unsigned i = 0; i < office->cells; i++)
        track_put_made(shown, slice_str(" | "), at);
    if (office->has_tab)
        track_put_made(shown, slice_str("\t"), at);
    office->has_line = office->has_tab = office->is_cell_new = office->is_labelled = false;
    office->cells = 0;
}

/* Runs of deleted text or of an instruction that follow one another are one. */
static void start_aside(struct office *office, const char *name)
{
    bool goes_on = strncmp(office->aside_name, name, sizeof office->aside_name - 1) == 0;
    struct track *aside = &office->aside;
    if (!goes_on && aside->text.len > 0 && track_last(aside) != '\n')
        track_put_made(aside, slice_str("\n"), here(office));
    snprintf(office->aside_name, sizeof office->aside_name, "%s", name);
}

static void write_made(struct office *office, struct slice text)
{
    if (office->aside_depth) {
        track_put_made(&office->aside, text, here(office));
        return;
    }
    flush(office);
    track_put_made(&office->shown, text, here(office));
}

static void write_text(struct office *office, struct slice text)
{
    struct track *track = office->aside_depth ? &office->aside : &office->shown;
    if (!office->aside_depth)
        flush(office);
    if (xml_len(&office->xml) == text.len)
        track_put(track, text, here(office));
    else
        track_put_made(track, text, here(office));
}

static void want_line(struct office *office)
{
    if (office->aside_depth) {
        if (track_last(&office->aside) != '\n')
            track_put_made(&office->aside, slice_str("\n"), here(office));
    } else if (!office->is_cell_new && !office->is_labelled) {
        office->has_line = true;
    }
    office->aside_name[0] = '\0';
}

/* Rows and cells. */

static unsigned number_of(const char *text, unsigned most)
{
    uint64_t value;
    if (!text || slice_to_u64(slice_str(text), &value) < 0 || value == 0)
        return 1;
    return value < most ? (unsigned)value : most;
}

static void start_row(struct office *office, const char **attributes)
{
    if (office->is_cell_new)
        office->is_cell_new = false;
    want_line(office);
    office->column = office->cells = office->place = 0;
    office->places.row += office->repeated_rows;
    office->repeated_rows =
        office->is_odf ? number_of(xml_attribute(attributes, "number-rows-repeated"), ROWS_MAX) - 1 : 0;
    office_cells_row(&office->places, office->is_odf ? NULL : xml_attribute(attributes, "r"));
}

/* A sheet of OpenDocument. */
static void start_table(struct office *office)
{
    office->places.row = 0;
    office->repeated_rows = 0;
}

static void start_cell(struct office *office, const char **attributes)
{
    const char *reference = xml_attribute(attributes, "r");
    uint32_t row = 0;
    unsigned column = office_cells_column(reference, &row);
    const char *type = xml_attribute(attributes, "t");
    if (column <= office->column)
        column = office->column + 1;
    unsigned before = column - (office->column ? office->column : 1);
    office->cells += before < COLUMNS_MAX ? before : COLUMNS_MAX;
    if (office->column)
        office->has_line = office->has_tab = false;
    office->repeats =
        office->is_odf ? number_of(xml_attribute(attributes, "number-columns-repeated"), COLUMNS_MAX) - 1 : 0;
    if (office->cells > COLUMNS_MAX)
        office->cells = COLUMNS_MAX;
    office->column = column + office->repeats;
    unsigned place = office->is_odf ? office->place + 1 : column;
    if (office->is_sheet)
        office_cells_put(&office->places, xml_at(&office->xml), reference, place);
    if (office->is_odf && office->place < PLACES_MAX)
        office->place += number_of(xml_attribute(attributes, "number-columns-repeated"), PLACES_MAX);
    office->is_cell_new = true;
    office->is_shared = type && strcmp(type, "s") == 0;
    office->digit_count = 0;
}

/* A cell's number stands for its string. */
static void end_shared(struct office *office)
{
    struct shared_strings *strings = office->extract->item->strings;
    office->shared_depth = 0;
    if (!strings || office->aside_depth)
        return;
    bool was_over = strings->is_over;
    struct slice text = shared_strings_show(strings, slice_of(office->digits, office->digit_count));
    if (strings->is_over && !was_over)
        extract_gap(office->extract, GAP_LIMIT, NULL,
                    "cells repeat long strings: some are shown only where they are stored");
    if (text.len == 0)
        return;
    flush(office);
    track_put_shown(&office->shown, text, here(office));
}

/* Attributes. */

static void put_attributes(struct office *office, const char **attributes)
{
    size_t at = here(office);
    struct slice tag = slice_sub(office->text, at, xml_len(&office->xml));
    if (xml_at(&office->xml) >= office->offset)
        office_put_attributes(&office->aside, tag, at, attributes);
}

static void put_property(struct office *office, const char **attributes)
{
    const char *name = xml_attribute(attributes, "name"), *value = xml_attribute(attributes, "val");
    want_line(office);
    if (!name)
        return;
    write_made(office, slice_str(name));
    write_made(office, slice_str(": "));
    if (value)
        write_made(office, slice_str(value));
    office->is_labelled = office->is_loose = true;
}

/* Elements. */

static void note_root(struct office *office, const char *name)
{
    const char *local = xml_local(name);
    office->is_sheet = strcmp(local, "worksheet") == 0;
    office->is_odf = strncmp(local, "document-", 9) == 0 || strncmp(name, "office:", 7) == 0;
}

static void office_start(void *ctx, const char *name, const char **attributes)
{
    struct office *office = ctx;
    unsigned depth = office->xml.depth;
    if (depth == 1)
        note_root(office, name);
    if (office->is_odf && strcmp(xml_local(name), "table") == 0)
        start_table(office);
    office->is_sheet |= office->is_odf && strcmp(xml_local(name), "spreadsheet") == 0;
    put_attributes(office, attributes);
    if (office->is_loose && !office->text_depth)
        want_line(office);
    office->is_loose = office->is_loose && office->is_labelled;
    switch (office_word(xml_local(name), office->is_odf)) {
    case OFFICE_TEXT:
        office->text_depth = office->text_depth ? office->text_depth : depth;
        if (office->is_shared && strcmp(xml_local(name), "v") == 0)
            office->shared_depth = depth;
        break;
    case OFFICE_LINES:
        office->text_depth = office->text_depth ? office->text_depth : depth;
        want_line(office);
        break;
    case OFFICE_LINE:
    case OFFICE_BREAK:
        want_line(office);
        break;
    case OFFICE_ROW:
        start_row(office, attributes);
        break;
    case OFFICE_CELL:
        start_cell(office, attributes);
        break;
    case OFFICE_TAB:
        office->has_tab = !office->aside_depth;
        break;
    case OFFICE_SPACE:
        for (unsigned i = number_of(xml_attribute(attributes, "c"), SPACES_MAX); i > 0; i--)
            write_made(office, slice_str(" "));
        break;
    case OFFICE_HYPHEN:
        write_made(office, slice_str("-"));
        break;
    case OFFICE_ASIDE:
        if (!office->aside_depth) {
            office->aside_depth = depth;
            start_aside(office, xml_local(name));
        }
        break;
    case OFFICE_CODES:
        office->codes_depth = depth;
        office->is_code = false;
        want_line(office);
        break;
    case OFFICE_PROPERTY:
        put_property(office, attributes);
        break;
    case OFFICE_INLINE:
        break;
    }
}

static void office_end(void *ctx, const char *name)
{
    struct office *office = ctx;
    unsigned depth = office->xml.depth;
    if (office->shared_depth == depth)
        end_shared(office);
    if (office->is_loose && !office->text_depth)
        want_line(office);
    office->is_loose = false;
    if (office->text_depth == depth)
        office->text_depth = 0;
    if (office->codes_depth == depth)
        office->codes_depth = 0;
    if (office->aside_depth == depth)
        office->aside_depth = 0;
    if (office->is_sheet && strcmp(xml_local(name), office->is_odf ? "table" : "sheetData") == 0)
        office_cells_end(&office->places, xml_at(&office->xml));
    switch (office_word(xml_local(name), office->is_odf)) {
    case OFFICE_LINES:
    case OFFICE_LINE:
        want_line(office);
        break;
    case OFFICE_CELL:
        office->is_shared = false;
        office->cells =
            office->cells < COLUMNS_MAX - office->repeats ? office->cells + office->repeats : COLUMNS_MAX;
        office->repeats = 0;
        break;
    case OFFICE_PROPERTY:
        office->is_labelled = false;
        want_line(office);
        break;
    default:
        break;
    }
}

static bool is_white(struct slice text)
{
    return slice_trim(text).len == 0;
}

/* An "&" is a piece of its own, since it is written as a reference. */
static void put_codes(struct office *office, struct slice text)
{
    struct slice rest = text;
    if (office->is_code)
        rest = slice_skip(text, sheet_header_code(text));
    if (rest.len == text.len) {
        write_text(office, text);
    } else {
        write_made(office, slice_sub(text, 0, text.len - rest.len));
        write_made(office, slice_str(" "));
        write_made(office, rest);
    }
    office->is_code = text.len > 0 && text.ptr[text.len - 1] == '&';
}

static void office_text(void *ctx, struct slice text)
{
    struct office *office = ctx;
    if (office->shared_depth) {
        for (size_t i = 0; i < text.len && office->digit_count < sizeof office->digits; i++)
            office->digits[office->digit_count++] = (char)text.ptr[i];
        return;
    }
    if (office->codes_depth) {
        put_codes(office, text);
        return;
    }
    if (office->text_depth && office->is_odf && is_white(text)) {
        /* Line ends and indentation of the source are one space (OpenDocument 1.2, 6.1.2). */
        unsigned char last = track_last(office->aside_depth ? &office->aside : &office->shown);
        if (last != ' ' && last != '\n' && !office->has_line)
            write_made(office, slice_str(" "));
        return;
    }
    if (!office->text_depth && (office->is_odf || !office->aside_depth)) {
        if (is_white(text))
            return;
        if (!office->is_loose)
            want_line(office);
        office->is_loose = true;
    }
    write_text(office, text);
}

/* Blocks. */

static void tell_fault(struct office *office)
{
    enum gap_kind kind = office->xml.fault == XML_LIMIT ? GAP_LIMIT : GAP_DAMAGED;
    if (office->xml.fault == XML_SOUND || office->is_told)
        return;
    office->is_told = true;
    extract_gap(office->extract, kind, NULL, "the document's XML: %s; what follows was scanned as it stands",
                office->xml.why);
}

static void office_make(void *ctx, const struct feed_block *block, struct feed_views *views)
{
    struct office *office = ctx;
    track_drop(&office->shown, office->dropped_to, SIZE_MAX);
    track_drop(&office->aside, office->dropped_to, SIZE_MAX);
    office->text = block->text;
    office->offset = block->offset;
    office->dropped_to = block->next;
    office_cells_drop(&office->places, block->offset);
    (void)xml_feed(&office->xml, slice_skip(block->text, block->repeated), block->is_last);
    tell_fault(office);
    feed_views_add(views, (struct text_view){ VIEW_TEXT, block->text, { NULL, 0 } });
    if (office->shown.text.len > 0)
        feed_views_add(views, track_view(&office->shown, VIEW_DOCUMENT));
    if (office->aside.text.len > 0)
        feed_views_add(views, track_view(&office->aside, VIEW_MARKUP));
    views->cells = office_cells_all(&office->places);
    literals_join(&office->joined[0], &office->shown);
    literals_join(&office->joined[1], &office->aside);
    for (size_t i = 0; i < 2; i++)
        if (office->joined[i].text.len > 0)
            feed_views_add(views, track_view(&office->joined[i], VIEW_DECODED));
}

/* The head, without the zeros of UTF-16 where it has them. */
static struct slice head_of(struct slice head, unsigned char *room)
{
    size_t len = 0;
    head = slice_sub(head, 0, OFFICE_HEAD);
    bool is_wide = head.len > 4 && (head.ptr[0] >= 0xFE || head.ptr[0] == 0 || head.ptr[1] == 0);
    head = utf8_skip_mark(head);
    if (!is_wide)
        return slice_trim(head);
    for (size_t i = 0; i < head.len; i++)
        if (head.ptr[i] != 0 && head.ptr[i] < 0xFE)
            room[len++] = head.ptr[i];
    return slice_trim(slice_of(room, len));
}

static enum bid office_probe(const struct item *item, struct slice head)
{
    static const char *const names[] = {
        "schemas.openxmlformats.org/",
        "purl.oclc.org/ooxml/",
        "urn:oasis:names:tc:opendocument:",
        "http://openoffice.org/2000/",
        "schemas.microsoft.com/office/word/",
        "urn:schemas-microsoft-com:office:spreadsheet",
        "schemas.microsoft.com/office/powerpoint/",
        "schemas.microsoft.com/office/spreadsheetml/",
    };
    unsigned char room[OFFICE_HEAD];
    if (item->content != CONTENT_ANY)
        return BID_NONE;
    head = head_of(head, room);
    if (head.len == 0 || head.ptr[0] != '<' || slice_find_nocase(head, 0, slice_str("<html")) != SLICE_NONE)
        return BID_NONE;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_find(head, 0, slice_str(names[i])) != SLICE_NONE)
            return BID_SIGNATURE;
    return BID_NONE;
}

static int office_extract(struct extract *extract, struct error *err)
{
    struct office office = { .extract = extract };
    const struct xml_sink sink = { office_start, office_end, office_text, &office };
    const struct feed_maker maker = {
        .make = office_make, .ctx = &office, .block_size = OFFICE_BLOCK_SIZE, .repeats = OFFICE_REPEATS
    };
    xml_init(&office.xml, &sink);
    office_cells_init(&office.places);
    track_init(&office.shown, SIZE_MAX / 2);
    track_init(&office.aside, SIZE_MAX / 2);
    for (size_t i = 0; i < 2; i++)
        track_init(&office.joined[i], SIZE_MAX / 2);
    int result = feed_text(extract, extract->item->charset, &maker, err);
    for (size_t i = 0; i < 2; i++)
        track_release(&office.joined[i]);
    track_release(&office.aside);
    track_release(&office.shown);
    office_cells_release(&office.places);
    xml_release(&office.xml);
    return result;
}

const struct extractor extractor_office = {
    .name = "office",
    .title = "Office Open XML and OpenDocument: text with runs joined, tables, notes, properties, attributes",
    .probe = office_probe,
    .extract = office_extract,
};
