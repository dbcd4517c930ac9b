/* ole_word.c - the text of Word documents from 6.0 to 2003 (MS-DOC). */
#include "walk/ole_text.h"

#include "base/utf8.h"

#define WORD_MARK 0xA5EC
#define FIRST_97 101 /* nFib of the first that has a table stream and UTF-16 */
#define FLAG_ENCRYPTED 0x0100u
#define FLAG_TABLE 0x0200u
#define CLX_PAIR 33 /* which pair of fibRgFcLcb says where the pieces are listed (section 2.5.6) */
#define PIECE_COMPRESSED 0x40000000u
#define PIECE_LEN 8

struct word_header {
    uint16_t mark, version, flags;
};

static bool read_header(struct slice stream, struct word_header *header)
{
    struct slice rest = stream;
    if (slice_eat_u16le(&rest, &header->mark) < 0 || slice_eat_u16le(&rest, &header->version) < 0)
        return false;
    rest = slice_skip(stream, 10);
    return slice_eat_u16le(&rest, &header->flags) == 0;
}

const char *ole_word_table(struct slice stream)
{
    struct word_header header;
    if (!read_header(stream, &header) || header.version < FIRST_97)
        return NULL;
    return header.flags & FLAG_TABLE ? "1Table" : "0Table";
}

/* Marks of fields, cells and objects stand among the characters (section 2.4.1). */
static uint32_t meaning_of(uint32_t code)
{
    switch (code) {
    case 0x07:
        return '\t';
    case 0x0B:
    case 0x0C:
    case 0x0D:
    case 0x0E:
        return '\n';
    case 0x1E:
        return '-';
    case 0x1F:
    case 0x00:
        return 0;
    default:
        return code < 0x20 && code != '\t' && code != '\n' ? ' ' : code;
    }
}

static void put_code(struct buffer *out, uint32_t code)
{
    code = meaning_of(code);
    if (code != 0)
        utf8_put(out, code);
}

static void put_wide(struct buffer *out, struct slice units)
{
    struct buffer text;
    uint32_t code;
    buffer_init(&text, 2 * units.len + 16);
    codepage_put_utf16(&text, units);
    for (struct slice rest = buffer_slice(&text); utf8_eat(&rest, &code) != 0;)
        put_code(out, code);
    buffer_release(&text);
}

static void put_narrow(struct buffer *out, struct slice bytes)
{
    struct buffer text;
    struct codepages pages = { 0 };
    uint32_t code;
    buffer_init(&text, 4 * bytes.len + 16);
    codepages_put(&pages, CODEPAGE_WESTERN, bytes, &text);
    for (struct slice rest = buffer_slice(&text); utf8_eat(&rest, &code) != 0;)
        put_code(out, code);
    buffer_release(&text);
    codepages_release(&pages);
}

/* COUNT characters that stand at FC of the stream. The bytes that are there. */
static size_t put_piece(struct ole_text *text, struct slice stream, uint32_t fc, size_t count)
{
    bool is_narrow = (fc & PIECE_COMPRESSED) != 0;
    size_t at = is_narrow ? (fc & ~PIECE_COMPRESSED) / 2 : fc, len = is_narrow ? count : 2 * count;
    struct slice piece = slice_sub(stream, at, len);
    if (piece.len < len)
        text->fault = "a piece of the text is not there";
    if (is_narrow)
        put_narrow(&text->out, piece);
    else
        put_wide(&text->out, piece);
    ole_text_blank(text, at, piece.len);
    return piece.len;
}

/* The list of pieces, behind what formats them. Empty if it is not there. */
static struct slice find_pieces(struct slice clx)
{
    uint8_t kind;
    uint16_t skip;
    uint32_t len;
    while (slice_eat_u8(&clx, &kind) == 0 && kind == 1)
        if (slice_eat_u16le(&clx, &skip) == 0)
            clx = slice_skip(clx, skip);
    if (clx.len < 4 || kind != 2 || slice_eat_u32le(&clx, &len) < 0)
        return slice_of(NULL, 0);
    return slice_sub(clx, 0, len);
}

/* Pieces may overlap in a hostile file: no more text than the stream has bytes, twice. */
static void put_pieces(struct ole_text *text, struct slice stream, struct slice pieces)
{
    size_t count = pieces.len < 4 ? 0 : (pieces.len - 4) / (4 + PIECE_LEN), budget = 2 * stream.len;
    for (size_t i = 0; i < count; i++) {
        uint32_t first = slice_u32le(pieces, 4 * i), end = slice_u32le(pieces, 4 * (i + 1));
        uint32_t fc = slice_u32le(pieces, 4 * (count + 1) + PIECE_LEN * i + 2);
        if (end < first || end - first > stream.len || budget == 0) {
            text->fault = "the list of its pieces is damaged";
            return;
        }
        size_t got = put_piece(text, stream, fc, end - first);
        budget = got < budget ? budget - got : 0;
    }
}

/* Where the pieces are listed in the table stream: the numbers before differ in count from version to version (section 2.5.1). */
static struct slice find_clx(struct slice stream, struct slice table)
{
    size_t at = 32;
    at += 2 + (size_t)2 * slice_u16le(stream, at);
    at += 2 + (size_t)4 * slice_u16le(stream, at);
    size_t pairs = slice_u16le(stream, at);
    at += 2 + (size_t)8 * CLX_PAIR;
    if (pairs <= CLX_PAIR)
        return slice_of(NULL, 0);
    return slice_sub(table, slice_u32le(stream, at), slice_u32le(stream, at + 4));
}

/* Before Word 97 the text stands in one piece, unless the document was saved fast. */
static void read_old(struct ole_text *text, struct slice stream)
{
    uint32_t start = slice_u32le(stream, 0x18), end = slice_u32le(stream, 0x1C);
    if (end <= start || start > stream.len) {
        text->fault = "its text cannot be found";
        return;
    }
    struct slice all = slice_sub(stream, start, end - start);
    put_narrow(&text->out, all);
    ole_text_blank(text, start, all.len);
}

void ole_read_word(struct ole_text *text, struct slice stream, struct slice table)
{
    struct word_header header;
    if (!read_header(stream, &header)) {
        text->fault = "its header is not there";
        return;
    }
    text->is_encrypted = (header.flags & FLAG_ENCRYPTED) != 0;
    if (text->is_encrypted)
        return;
    if (header.mark != WORD_MARK && header.version >= FIRST_97)
        text->fault = "its header is damaged";
    if (header.version < FIRST_97) {
        read_old(text, stream);
        return;
    }
    struct slice pieces = find_pieces(find_clx(stream, table));
    if (pieces.len == 0)
        text->fault = "the list of its pieces is not there";
    put_pieces(text, stream, pieces);
}
