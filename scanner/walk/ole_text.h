/* ole_text.h - inside format_ole: the text of legacy Office documents, taken out of their streams.
 *
 * Each reader appends text to `out` and blanks in `raw`, a copy of the stream, the bytes that it has given as text: what is left there is
 * scanned as bytes, so that nothing is given twice and nothing is lost. */
#ifndef MAILSPILL_WALK_OLE_TEXT_H
#define MAILSPILL_WALK_OLE_TEXT_H

#include "decode/codepage.h"
#include "walk/ole.h"

/* A compound file in a stream, compressed with zlib. */
struct ole_object {
    size_t at, len;
    uint32_t size; /* that it says it has when expanded */
};

#define OLE_OBJECTS_MAX 4096

struct ole_text {
    struct buffer out; /* UTF-8 */
    struct buffer raw;
    struct ole_object *objects; /* at most OLE_OBJECTS_MAX; the rest are told as a fault */
    size_t object_count;
    bool is_encrypted;
    const char *fault; /* what could not be understood, in words; NULL: nothing was seen */
};

/* The bytes [AT, AT + LEN) of the stream are in `out`. */
void ole_text_blank(struct ole_text *text, size_t at, size_t len);

/* WordDocument (MS-DOC): the pieces of a document, in order; TABLE: the stream that lists them, empty if there is none. */
void ole_read_word(struct ole_text *text, struct slice stream, struct slice table);

/* Which stream lists the pieces: "0Table" or "1Table"; NULL for documents of before Word 97. */
const char *ole_word_table(struct slice stream);

/* Workbook or Book (MS-XLS): cells by rows, strings that no cell shows, comments, names of sheets. */
void ole_read_sheets(struct ole_text *text, struct slice stream, struct arena *arena);

/* ole_formula.c: of a workbook, once ole_read_sheets took what it knows: strings in formulas. The stream "Equation Native": its characters. */
void ole_read_formulas(struct ole_text *text, bool is_biff8);
void ole_read_equation(struct ole_text *text, struct slice stream);

/* PowerPoint Document (MS-PPT): texts in the order of the file. USER: the stream "Current User", which says whether all else is
 * encrypted. */
void ole_read_slides(struct ole_text *text, struct slice stream, struct slice user, struct arena *arena);

/* A property set (MS-OLEPS): "SummaryInformation" and its kin. */
void ole_read_properties(struct ole_text *text, struct slice stream);

#endif
