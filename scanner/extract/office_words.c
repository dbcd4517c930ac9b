/* office_words.c - what the elements of Office Open XML and OpenDocument mean for their text. */
#include "extract/office_words.h"

#include <stdbool.h>
#include <string.h>

#include "base/sort.h"

struct word {
    const char *name;
    enum office_word word;
};

/* Sorted by name. SpreadsheetML of 2003; WordprocessingML, SpreadsheetML, PresentationML and DrawingML (ECMA-376 part 1). */
static const struct word ooxml[] = {
    { "Cell", OFFICE_CELL },
    { "Data", OFFICE_TEXT },
    { "Row", OFFICE_ROW },
    { "br", OFFICE_BREAK },
    { "c", OFFICE_CELL },
    { "cm", OFFICE_LINE },
    { "comment", OFFICE_LINE },
    { "cr", OFFICE_BREAK },
    { "delInstrText", OFFICE_ASIDE },
    { "delText", OFFICE_ASIDE },
    { "docVar", OFFICE_PROPERTY },
    { "evenFooter", OFFICE_CODES },
    { "evenHeader", OFFICE_CODES },
    { "f", OFFICE_ASIDE },
    { "firstFooter", OFFICE_CODES },
    { "firstHeader", OFFICE_CODES },
    { "instrText", OFFICE_ASIDE },
    { "moveFrom", OFFICE_ASIDE },
    { "noBreakHyphen", OFFICE_HYPHEN },
    { "oddFooter", OFFICE_CODES },
    { "oddHeader", OFFICE_CODES },
    { "p", OFFICE_LINE },
    { "property", OFFICE_PROPERTY },
    { "pt", OFFICE_LINE },
    { "ptab", OFFICE_TAB },
    { "rPh", OFFICE_ASIDE },
    { "row", OFFICE_ROW },
    { "si", OFFICE_LINE },
    { "t", OFFICE_TEXT },
    { "tab", OFFICE_TAB },
    { "tc", OFFICE_CELL },
    { "text", OFFICE_LINE },
    { "tr", OFFICE_ROW },
    { "txbxContent", OFFICE_LINE },
    { "v", OFFICE_TEXT },
};

/* Sorted by name. OpenDocument 1.2 part 1. */
static const struct word odf[] = {
    { "annotation", OFFICE_ASIDE },
    { "covered-table-cell", OFFICE_CELL },
    { "h", OFFICE_LINES },
    { "line-break", OFFICE_BREAK },
    { "list-item", OFFICE_LINE },
    { "note", OFFICE_ASIDE },
    { "p", OFFICE_LINES },
    { "ruby-text", OFFICE_ASIDE },
    { "s", OFFICE_SPACE },
    { "tab", OFFICE_TAB },
    { "table-cell", OFFICE_CELL },
    { "table-row", OFFICE_ROW },
    { "user-defined", OFFICE_PROPERTY },
};

static int compare(const void *name, const void *word)
{
    return strcmp(name, ((const struct word *)word)->name);
}

enum office_word office_word(const char *name, int is_odf)
{
    const struct word *table = is_odf ? odf : ooxml;
    size_t count = is_odf ? sizeof odf / sizeof *odf : sizeof ooxml / sizeof *ooxml;
    const struct word *found = sort_find(name, table, count, sizeof *table, compare);
    return found ? found->word : OFFICE_INLINE;
}
