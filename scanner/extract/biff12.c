/* biff12.c - the parts of binary workbooks (.xlsb): cells in rows as people see them, and the strings of all other records.
 *
 * Views: the bytes with the UTF-16 in them, as of any binary; and the text, a line for each row, " | " between cells, a line for each other string.
 */
#include "decode/biff12.h"

#include <stdio.h>

#include "base/utf8.h"
#include "decode/shared_strings.h"
#include "extract/feed.h"
#include "extract/literals.h"
#include "extract/office_cells.h"
#include "extract/wide.h"

#define BLOCK ((size_t)1024 * 1024)
#define RECORD_MOST ((size_t)1024 * 1024) /* of a longer one only the bytes are read */
#define COLUMNS_MOST 64u                  /* empty cells shown between two */
#define COLUMN_LAST 16384u
#define ROW_LAST 1048576u
#define CHARS_LEAST 2u
#define CHARS_MOST 32767u
#define PTG_STRING 0x17
#define PTG_CONCAT 0x08

struct biff12 {
    struct extract *extract;
    struct buffer left; /* bytes of a record that goes on in the next block */
    uint64_t left_at;   /* where they stand in the leaf */
    uint64_t skip;      /* bytes of a long record that are still to come */
    uint64_t offset;    /* of the block */
    size_t dropped_to;
    struct track shown, joined;
    struct office_cells places;
    struct wide wide;
    uint32_t *runs; /* of the record at work: characters from each byte on */
    uint32_t column;
    bool is_row; /* a row has begun, and no other line since */
};

static size_t place(const struct biff12 *biff, uint64_t at)
{
    return at > biff->offset ? (size_t)(at - biff->offset) : 0;
}

static void put_str(struct biff12 *biff, const char *text, uint64_t at)
{
    track_put_made(&biff->shown, slice_str(text), place(biff, at));
}

static uint32_t unit_at(struct slice bytes, size_t at)
{
    return (uint32_t)bytes.ptr[at] | (uint32_t)bytes.ptr[at + 1] << 8;
}

static void put_units(struct biff12 *biff, struct slice units, uint64_t at)
{
    for (size_t i = 0; i + 1 < units.len; i += 2) {
        uint32_t code = unit_at(units, i), low = i + 3 < units.len ? unit_at(units, i + 2) : 0;
        unsigned char bytes[4];
        size_t own = i;
        if (code >= 0xD800 && code < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            i += 2;
        } else if (code >= 0xD800 && code < 0xE000) {
            code = 0xFFFD;
        }
        track_put_made(&biff->shown, slice_of(bytes, utf8_write(bytes, code)), place(biff, at + own));
    }
}

static void new_line(struct biff12 *biff, uint64_t at)
{
    if (biff->shown.text.len > 0 && track_last(&biff->shown) != '\n')
        put_str(biff, "\n", at);
    biff->is_row = false;
}

/* Strings that stand anywhere in a record. */

static bool is_character(uint32_t unit)
{
    return (unit >= 0x20 && unit < 0xFFFE && unit != 0x7F) || unit == '\t' || unit == '\n' || unit == '\r';
}

/* For each byte of FIELDS, how many characters begin there, one behind the other. */
static void find_runs(struct biff12 *biff, struct slice fields)
{
    biff->runs[fields.len] = 0;
    if (fields.len > 0)
        biff->runs[fields.len - 1] = 0;
    for (size_t at = fields.len; at-- > 0;)
        if (fields.len - at >= 2)
            biff->runs[at] = is_character(unit_at(fields, at)) ? biff->runs[at + 2] + 1 : 0;
}

static void put_strings(struct biff12 *biff, struct slice fields, uint64_t fields_at)
{
    find_runs(biff, fields);
    for (size_t at = 0; fields.len - at > 4;) {
        uint32_t count = unit_at(fields, at) | unit_at(fields, at + 2) << 16;
        if (count < CHARS_LEAST || count > CHARS_MOST || count > biff->runs[at + 4]) {
            at++;
            continue;
        }
        new_line(biff, fields_at + at);
        put_units(biff, slice_sub(fields, at + 4, 2 * (size_t)count), fields_at + at + 4);
        at += 4 + 2 * (size_t)count;
    }
}

/* The literals of a formula, as they stood in it ([MS-XLSB] 2.5.97.16): "a"&"b". */
static void put_formula(struct biff12 *biff, struct slice fields, uint64_t fields_at)
{
    size_t end = 0;
    find_runs(biff, fields);
    for (size_t at = 0; fields.len - at > 3;) {
        uint32_t count = fields.ptr[at] == PTG_STRING ? unit_at(fields, at + 1) : 0;
        if (count == 0 || count > biff->runs[at + 3]) {
            at++;
            continue;
        }
        bool is_joined = end > 0 && (at == end || (at == end + 1 && fields.ptr[end] == PTG_CONCAT));
        put_str(biff, is_joined ? "&\"" : " \"", fields_at + at);
        put_units(biff, slice_sub(fields, at + 3, 2 * (size_t)count), fields_at + at + 3);
        end = at += 3 + 2 * (size_t)count;
        put_str(biff, "\"", fields_at + at - 1);
    }
}

/* Cells. */

static double number_of_rk(uint32_t rk)
{
    uint64_t bits = (uint64_t)(rk & ~UINT32_C(3)) << 32;
    double number;
    memcpy(&number, &bits, sizeof number);
    if (rk & 2)
        number = (double)((int32_t)rk >> 2);
    return rk & 1 ? number / 100 : number;
}

static void put_number(struct biff12 *biff, double number, uint64_t at)
{
    char text[40];
    snprintf(text, sizeof text, "%.15g", number);
    put_str(biff, text, at);
}

static void put_shared(struct biff12 *biff, uint32_t number, uint64_t at)
{
    struct shared_strings *strings = biff->extract->item->strings;
    char digits[16];
    if (!strings)
        return;
    bool was_over = strings->is_over;
    snprintf(digits, sizeof digits, "%u", (unsigned)number);
    struct slice text = shared_strings_show(strings, slice_str(digits));
    if (strings->is_over && !was_over)
        extract_gap(biff->extract, GAP_LIMIT, NULL,
                    "cells repeat long strings: some are shown only where they are stored");
    track_put_shown(&biff->shown, text, place(biff, at));
}

static void start_cell(struct biff12 *biff, uint32_t column, uint64_t at)
{
    column = column < COLUMN_LAST ? column + 1 : COLUMN_LAST;
    uint32_t before = column > biff->column ? column - (biff->column ? biff->column : 1) : 1;
    for (uint32_t i = 0; i < before && i < COLUMNS_MOST; i++)
        put_str(biff, " | ", at);
    biff->column = column;
    office_cells_put(&biff->places, at, NULL, column);
}

static void take_cell(struct biff12 *biff, uint32_t type, struct slice fields, uint64_t at)
{
    struct slice rest = fields, units;
    uint32_t column, style, number;
    uint64_t bits;
    if (slice_eat_u32le(&rest, &column) < 0 || slice_eat_u32le(&rest, &style) < 0)
        return;
    if (type == BIFF12_RICH_STRING)
        rest = slice_skip(rest, 1);
    start_cell(biff, column, at);
    uint64_t value_at = at + (fields.len - rest.len);
    if (type == BIFF12_RK && slice_eat_u32le(&rest, &number) == 0) {
        put_number(biff, number_of_rk(number), value_at);
    } else if (type == BIFF12_SHARED && slice_eat_u32le(&rest, &number) == 0) {
        put_shared(biff, number, value_at);
    } else if ((type == BIFF12_REAL || type == BIFF12_FORMULA_NUMBER) && slice_eat_u64le(&rest, &bits) == 0) {
        double value;
        memcpy(&value, &bits, sizeof value);
        put_number(biff, value, value_at);
    } else if ((type == BIFF12_STRING || type == BIFF12_FORMULA_STRING || type == BIFF12_RICH_STRING) &&
               biff12_eat_string(&rest, &units) == 0) {
        put_units(biff, units, value_at + 4);
    }
    if (type >= BIFF12_FORMULA_STRING && type <= BIFF12_FORMULA_ERROR)
        put_formula(biff, rest, at + (fields.len - rest.len));
}

static void take_record(struct biff12 *biff, uint32_t type, struct slice fields, uint64_t at)
{
    struct slice rest = fields;
    uint32_t row;
    bool is_cell = (type > BIFF12_ROW && type <= BIFF12_FORMULA_ERROR) || type == BIFF12_RICH_STRING;
    if (type == BIFF12_ROW) {
        new_line(biff, at);
        biff->column = 0;
        biff->is_row = true;
        biff->places.row = slice_eat_u32le(&rest, &row) == 0 && row < ROW_LAST ? row + 1 : 0;
    } else if (is_cell && biff->is_row) {
        take_cell(biff, type, fields, at);
    } else {
        if (biff->is_row)
            office_cells_end(&biff->places, at);
        put_strings(biff, fields, at);
    }
}

/* Blocks. */

static void take_records(struct biff12 *biff)
{
    struct slice rest = buffer_slice(&biff->left);
    struct biff12_record record;
    for (struct slice at = rest; biff12_eat_header(&at, &record) == 1; at = rest) {
        uint64_t fields_at = biff->left_at + (biff->left.len - at.len);
        if (record.size > at.len && record.size <= RECORD_MOST)
            break;
        if (record.size <= at.len && record.size <= RECORD_MOST)
            take_record(biff, record.type, slice_sub(at, 0, record.size), fields_at);
        biff->skip = record.size > at.len ? record.size - at.len : 0;
        rest = slice_skip(at, record.size <= at.len ? record.size : at.len);
    }
    size_t gone = biff->left.len - rest.len;
    biff->left_at += gone;
    buffer_drop(&biff->left, gone);
}

static void biff12_make(void *ctx, const struct feed_block *block, struct feed_views *views)
{
    struct biff12 *biff = ctx;
    struct slice fresh = slice_skip(block->text, block->repeated);
    track_drop(&biff->shown, biff->dropped_to, SIZE_MAX);
    biff->offset = block->offset;
    biff->dropped_to = block->next;
    office_cells_drop(&biff->places, block->offset);
    size_t skipped = biff->skip < fresh.len ? (size_t)biff->skip : fresh.len;
    biff->skip -= skipped;
    biff->left_at += skipped;
    buffer_put(&biff->left, slice_skip(fresh, skipped));
    take_records(biff);
    if (block->is_last && (biff->left.len > 0 || biff->skip > 0))
        extract_gap(biff->extract, GAP_DAMAGED, NULL, "the workbook's part ends inside a record");
    wide_find(&biff->wide, block->text);
    feed_views_add(views, (struct text_view){ VIEW_BYTES, block->text, { NULL, 0 } });
    wide_views(&biff->wide, views);
    if (biff->shown.text.len > 0)
        feed_views_add(views, track_view(&biff->shown, VIEW_DOCUMENT));
    literals_join(&biff->joined, &biff->shown);
    if (biff->joined.text.len > 0)
        feed_views_add(views, track_view(&biff->joined, VIEW_DECODED));
    views->cells = office_cells_all(&biff->places);
}

/* Do all records in HEAD stand one behind the other? Of the last one the end may not be seen. */
static bool is_records(struct slice head)
{
    struct biff12_record record;
    size_t count = 0;
    for (; head.len > 0 && biff12_eat_header(&head, &record) == 1; count++)
        if (record.size > head.len)
            break;
        else
            head = slice_skip(head, record.size);
    return count > 0;
}

static enum bid biff12_probe(const struct item *item, struct slice head)
{
    bool is_part = item->content == CONTENT_ANY && item->kind == ITEM_MEMBER &&
                   slice_starts_with_nocase(item->name, "xl/") && slice_ends_with_nocase(item->name, ".bin");
    return is_part && is_records(head) ? BID_SIGNATURE : BID_NONE;
}

static int biff12_extract(struct extract *extract, struct error *err)
{
    struct biff12 biff = { .extract = extract };
    const struct feed_maker maker = { .make = biff12_make, .ctx = &biff, .block_size = BLOCK, .repeats = 2 };
    buffer_init(&biff.left, 4 * RECORD_MOST);
    track_init(&biff.shown, SIZE_MAX / 2);
    track_init(&biff.joined, SIZE_MAX / 2);
    office_cells_init(&biff.places);
    wide_init(&biff.wide);
    biff.runs = arena_alloc_array(extract->arena, RECORD_MOST + 1, sizeof *biff.runs);
    int result = feed_bytes(extract, &maker, err);
    wide_release(&biff.wide);
    office_cells_release(&biff.places);
    track_release(&biff.joined);
    track_release(&biff.shown);
    buffer_release(&biff.left);
    return result;
}

const struct extractor extractor_biff12 = {
    .name = "biff12",
    .title = "the parts of binary workbooks (xlsb): cells in rows, strings of all other records",
    .probe = biff12_probe,
    .extract = biff12_extract,
};
