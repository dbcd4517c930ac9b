/* office_words.h - what the elements of Office Open XML and OpenDocument mean for their text. */
#ifndef MAILSPILL_EXTRACT_OFFICE_WORDS_H
#define MAILSPILL_EXTRACT_OFFICE_WORDS_H

enum office_word {
    OFFICE_INLINE, /* nothing: what stands in it joins what is around it */
    OFFICE_TEXT,   /* its characters are text, white space too */
    OFFICE_LINE,   /* begins and ends a line */
    OFFICE_LINES,  /* both: a paragraph of OpenDocument */
    OFFICE_ROW,    /* of a table */
    OFFICE_CELL,   /* of a row */
    OFFICE_TAB,
    OFFICE_BREAK,
    OFFICE_SPACE, /* as many as it says */
    OFFICE_HYPHEN,
    OFFICE_ASIDE,    /* its text is none of what is around it: deleted, instructions, notes */
    OFFICE_CODES,    /* header or footer of a sheet: text with codes (decode/sheet_header.h) */
    OFFICE_PROPERTY, /* it has a name, and a value in it or beside it */
};

/* Of the element with local name NAME, where the part is OpenDocument or not. */
enum office_word office_word(const char *name, int is_odf);

#endif
