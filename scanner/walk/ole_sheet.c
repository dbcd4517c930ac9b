/* ole_sheet.c - the text of Excel workbooks from 5.0 to 2003 (MS-XLS): cells row by row, strings, comments, names. */
#include "walk/ole_text.h"

#include "decode/sheet_header.h"

/* A string that many cells show is given with each only if it is short, so that no file makes much of little. */
#define SHORT_STRING ((size_t)256)

enum record {
    R_FORMULA = 0x0006,
    R_HEADER = 0x0014,
    R_FOOTER = 0x0015,
    R_FILE_PASS = 0x002F,
    R_CONTINUE = 0x003C,
    R_CODEPAGE = 0x0042,
    R_SHEET = 0x0085,
    R_MUL_RK = 0x00BD,
    R_RICH_STRING = 0x00D6,
    R_SST = 0x00FC,
    R_LABEL_SST = 0x00FD,
    R_TEXT_OBJECT = 0x01B6,
    R_NUMBER = 0x0203,
    R_LABEL = 0x0204,
    R_STRING = 0x0207,
    R_RK = 0x027E,
    R_BOF = 0x0809,
    R_SERIES_TEXT = 0x100D,
};

struct shared {
    size_t at, len; /* in `strings` */
    bool is_used;
};

struct book {
    struct ole_text *text;
    struct slice stream;
    size_t at, left; /* where reading stands, and what is left of the record there */
    bool is_biff8;
    unsigned codepage;
    struct codepages pages;
    struct buffer strings, units; /* UTF-8 of all shared strings; UTF-16 of the one at work */
    struct shared *shared;
    size_t shared_count;
    uint16_t row; /* of the last cell */
    bool has_row;
};

/* The header of the record at `at`; false at the end. */
static bool peek(const struct book *book, uint16_t *kind, uint16_t *len)
{
    struct slice rest = slice_skip(book->stream, book->at);
    return slice_eat_u16le(&rest, kind) == 0 && slice_eat_u16le(&rest, len) == 0;
}

static void enter(struct book *book, uint16_t len)
{
    size_t rest = book->stream.len - book->at - 4;
    book->at += 4;
    book->left = len < rest ? len : rest;
}

/* Go on in the record that continues this one. */
static bool enter_continue(struct book *book)
{
    uint16_t kind, len;
    if (book->left > 0 || !peek(book, &kind, &len) || kind != R_CONTINUE)
        return false;
    enter(book, len);
    return true;
}

static struct slice eat(struct book *book, size_t len)
{
    struct slice bytes = slice_sub(book->stream, book->at, len < book->left ? len : book->left);
    book->at += bytes.len;
    book->left -= bytes.len;
    return bytes;
}

static bool eat_u8(struct book *book, uint8_t *value)
{
    struct slice bytes = eat(book, 1);
    return slice_eat_u8(&bytes, value) == 0;
}

static bool eat_u16(struct book *book, uint16_t *value)
{
    struct slice bytes = eat(book, 2);
    return slice_eat_u16le(&bytes, value) == 0;
}

static bool eat_u32(struct book *book, uint32_t *value)
{
    struct slice bytes = eat(book, 4);
    return slice_eat_u32le(&bytes, value) == 0;
}

static void skip(struct book *book, size_t len)
{
    while (len > 0 && (book->left > 0 || enter_continue(book)))
        len -= eat(book, len).len;
}

/* So many characters of the record at work into `units`. */
static size_t eat_some(struct book *book, size_t count, bool is_wide)
{
    size_t each = is_wide ? 2 : 1, most = book->left / each;
    struct slice bytes = eat(book, each * (count < most ? count : most));
    ole_text_blank(book->text, book->at - bytes.len, bytes.len);
    for (size_t i = 0; !is_wide && i < bytes.len; i++)
        buffer_put(&book->units, slice_of((unsigned char[]){ bytes.ptr[i], 0 }, 2));
    if (is_wide)
        buffer_put(&book->units, bytes);
    return bytes.len / each;
}

/* COUNT characters into `units`; where a record ends among them, the next begins with how its own are written. */
static void eat_characters(struct book *book, size_t count, bool is_wide)
{
    buffer_clear(&book->units);
    for (;;) {
        uint8_t flags;
        count -= eat_some(book, count, is_wide);
        if (count == 0)
            return;
        /* Half a character at a record's end is none. */
        book->at += book->left;
        book->left = 0;
        if (!enter_continue(book) || !eat_u8(book, &flags))
            return;
        is_wide = flags & 1;
    }
}

/* A string of BIFF8 after its count: flags, then characters, then how they look. Its text into OUT. */
static void eat_string8(struct book *book, size_t count, struct buffer *out)
{
    uint8_t flags = 0;
    uint16_t runs = 0;
    uint32_t extra = 0;
    if (book->left == 0)
        enter_continue(book);
    if (!eat_u8(book, &flags))
        return;
    if (flags & 8)
        (void)eat_u16(book, &runs);
    if (flags & 4)
        (void)eat_u32(book, &extra);
    eat_characters(book, count, flags & 1);
    codepage_put_utf16(out, buffer_slice(&book->units));
    skip(book, (size_t)runs * 4 + extra);
}

/* A string of a cell, after its place. */
static void eat_string(struct book *book, size_t count, struct buffer *out)
{
    if (book->is_biff8) {
        eat_string8(book, count, out);
        return;
    }
    struct slice bytes = eat(book, count);
    ole_text_blank(book->text, book->at - bytes.len, bytes.len);
    codepages_put(&book->pages, book->codepage, bytes, out);
}

static void read_shared(struct book *book, struct arena *arena)
{
    uint32_t total, unique;
    uint16_t count;
    if (book->shared || !eat_u32(book, &total) || !eat_u32(book, &unique))
        return;
    /* Each takes three bytes at least. */
    size_t most = (book->stream.len - book->at) / 3 + 1;
    size_t capacity = unique < most ? unique : most;
    book->shared = arena_alloc_array(arena, capacity, sizeof *book->shared);
    while (book->shared_count < capacity) {
        if (book->left == 0 && !enter_continue(book))
            break;
        if (!eat_u16(book, &count))
            break;
        struct shared *one = &book->shared[book->shared_count++];
        one->at = book->strings.len;
        eat_string8(book, count, &book->strings);
        one->len = book->strings.len - one->at;
    }
    if (book->shared_count < unique)
        book->text->fault = "its table of strings is cut short";
}

static void put_shared(struct book *book, struct shared *one)
{
    if (!one->is_used || one->len <= SHORT_STRING)
        buffer_put(&book->text->out, slice_sub(buffer_slice(&book->strings), one->at, one->len));
    one->is_used = true;
}

/* Cells of a row stand on a line. */
static bool begin_cell(struct book *book)
{
    uint16_t row, column, look;
    struct buffer *out = &book->text->out;
    if (!eat_u16(book, &row) || !eat_u16(book, &column) || !eat_u16(book, &look))
        return false;
    if (out->len > 0)
        buffer_put_byte(out, book->has_row && row == book->row ? '\t' : '\n');
    book->row = row;
    book->has_row = true;
    return true;
}

static void put_number(struct book *book, double number)
{
    buffer_printf(&book->text->out, "%.15g", number);
}

/* MS-XLS section 2.5.217. */
static double rk_number(uint32_t rk)
{
    double number;
    uint64_t bits = (uint64_t)(rk & ~3u) << 32;
    memcpy(&number, &bits, sizeof number);
    if (rk & 2)
        number = (int32_t)rk >> 2;
    return rk & 1 ? number / 100 : number;
}

static void read_number(struct book *book)
{
    struct slice bytes;
    double number;
    if (!begin_cell(book))
        return;
    bytes = eat(book, sizeof number);
    /* A formula's result that is no number says so here; a text comes in the record that follows. */
    if (bytes.len < sizeof number || (bytes.ptr[6] == 0xFF && bytes.ptr[7] == 0xFF))
        return;
    memcpy(&number, bytes.ptr, sizeof number);
    put_number(book, number);
}

static void read_rk(struct book *book)
{
    uint32_t rk;
    if (begin_cell(book) && eat_u32(book, &rk))
        put_number(book, rk_number(rk));
}

static void read_mul_rk(struct book *book)
{
    uint32_t rk;
    uint16_t look;
    if (!begin_cell(book) || !eat_u32(book, &rk))
        return;
    put_number(book, rk_number(rk));
    while (book->left >= 6 && eat_u16(book, &look) && eat_u32(book, &rk)) {
        buffer_put_byte(&book->text->out, '\t');
        put_number(book, rk_number(rk));
    }
}

static void read_label_sst(struct book *book)
{
    uint32_t index;
    if (begin_cell(book) && eat_u32(book, &index) && index < book->shared_count)
        put_shared(book, &book->shared[index]);
}

static void read_label(struct book *book)
{
    uint16_t count;
    if (begin_cell(book) && eat_u16(book, &count))
        eat_string(book, count, &book->text->out);
}

static void read_line(struct book *book, size_t count)
{
    buffer_put_byte(&book->text->out, '\n');
    eat_string(book, count, &book->text->out);
    book->has_row = false;
}

static void read_header(struct book *book, struct arena *arena)
{
    struct buffer *out = &book->text->out;
    size_t before = out->len;
    uint16_t count;
    if (!book->is_biff8 || !eat_u16(book, &count))
        return;
    read_line(book, count);
    struct slice text = arena_copy(arena, slice_skip(buffer_slice(out), before));
    out->len = before;
    sheet_header_put(out, text);
}

/* A sheet's name, or a title in a chart: a short string after SKIPPED bytes. */
static void read_name(struct book *book, size_t skipped)
{
    uint8_t count;
    skip(book, skipped);
    if (eat_u8(book, &count))
        read_line(book, count);
}

/* The text of a comment or a text box: its characters are in the records that follow. */
static void read_text_object(struct book *book)
{
    uint16_t count;
    skip(book, 10);
    if (!eat_u16(book, &count) || count == 0)
        return;
    book->at += book->left;
    book->left = 0;
    if (enter_continue(book))
        read_line(book, count);
}

static void read_version(struct book *book)
{
    uint16_t version;
    if (eat_u16(book, &version))
        book->is_biff8 = version >= 0x0600;
}

static void read_codepage(struct book *book)
{
    uint16_t number;
    if (eat_u16(book, &number) && number != CODEPAGE_UTF16 && codepage_is_known(number))
        book->codepage = number;
}

static void read_record(struct book *book, uint16_t kind, struct arena *arena)
{
    switch (kind) {
    case R_BOF:
        read_version(book);
        break;
    case R_FILE_PASS:
        book->text->is_encrypted = true;
        break;
    case R_CODEPAGE:
        read_codepage(book);
        break;
    case R_SST:
        read_shared(book, arena);
        break;
    case R_LABEL_SST:
        read_label_sst(book);
        break;
    case R_LABEL:
    case R_RICH_STRING:
        read_label(book);
        break;
    case R_FORMULA:
        read_number(book);
        break;
    case R_STRING: {
        uint16_t count;
        if (eat_u16(book, &count))
            eat_string(book, count, &book->text->out);
        break;
    }
    case R_NUMBER:
        read_number(book);
        break;
    case R_RK:
        read_rk(book);
        break;
    case R_MUL_RK:
        read_mul_rk(book);
        break;
    case R_SHEET:
        read_name(book, 6);
        break;
    case R_SERIES_TEXT:
        read_name(book, 2);
        break;
    case R_HEADER:
    case R_FOOTER:
        read_header(book, arena);
        break;
    case R_TEXT_OBJECT:
        read_text_object(book);
        break;
    default:
        break;
    }
}

static void put_unused(struct book *book)
{
    for (size_t i = 0; i < book->shared_count; i++) {
        if (book->shared[i].is_used)
            continue;
        buffer_put_byte(&book->text->out, '\n');
        put_shared(book, &book->shared[i]);
    }
}

void ole_read_sheets(struct ole_text *text, struct slice stream, struct arena *arena)
{
    struct book book = { .text = text, .stream = stream, .codepage = CODEPAGE_WESTERN };
    uint16_t kind, len;
    buffer_init(&book.strings, 3 * stream.len + 16);
    buffer_init(&book.units, (size_t)2 * 65536);
    while (!text->is_encrypted && peek(&book, &kind, &len)) {
        enter(&book, len);
        if (book.left < len)
            text->fault = "it is cut short";
        read_record(&book, kind, arena);
        book.at += book.left;
        book.left = 0;
    }
    put_unused(&book);
    if (!text->is_encrypted)
        ole_read_formulas(text, book.is_biff8);
    buffer_release(&book.strings);
    buffer_release(&book.units);
    codepages_release(&book.pages);
}
