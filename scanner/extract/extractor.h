/* extractor.h - the extractor table: what turns a leaf into text for the matcher.
 *
 * Text goes out in blocks: the leaf's text as UTF-8 (or raw bytes, for binaries), at most sink->block_max bytes, cut at
 * character starts; each block begins with the last sink->overlap bytes of the one before, so that no match is lost
 * at a cut. With each block come its views: forms of the same text in which a match may stand (rendered HTML, markup,
 * UTF-16 runs of a binary, a second charset), each with a map back to the leaf's text.
 */
#ifndef MAILSPILL_EXTRACT_EXTRACTOR_H
#define MAILSPILL_EXTRACT_EXTRACTOR_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "item/gap.h"
#include "item/item.h"
#include "walk/format.h"

enum view {
    VIEW_TEXT,     /* the leaf's text itself */
    VIEW_JOINED,   /* lines joined where a long token was cut (made by match/) */
    VIEW_FLOWED,   /* format=flowed paragraphs joined (RFC 3676) */
    VIEW_HTML,     /* what HTML shows, hidden text too, joined across inline tags */
    VIEW_RTF,      /* what RTF shows, hidden text too */
    VIEW_DOCUMENT, /* what a document shows, hidden text too: runs joined, the cells of a row side by side */
    VIEW_MARKUP, /* tags with decoded attribute values, comments, script and style; RTF's text that is not shown */
    VIEW_CHARSET, /* the same bytes in the charset they look like, where the declared one differs */
    VIEW_BYTES,   /* raw bytes of a binary */
    VIEW_UTF16LE, /* UTF-16 runs found in a binary */
    VIEW_UTF16BE,
    VIEW_DECODED, /* a block decoded out of the text: data: URI … */
    VIEWS,
};

const char *view_name(enum view view);

/* view bytes from `view_at` on stand at `text_at` of the block's text, one for one until the next pair. Sorted by view_at. */
struct text_map_pair {
    size_t view_at, text_at;
};

struct text_map {
    const struct text_map_pair *pairs;
    size_t count;
};

/* In `text_at`: all bytes until the next pair stand at that one place, which only names them (a cell names a string that is stored elsewhere). */
#define TEXT_MAP_SHOWN ((size_t)1 << (8 * sizeof(size_t) - 1))

/* Where VIEW_AT stands in the block's text. An empty map is the identity. */
size_t text_map_find(const struct text_map *map, size_t view_at);

/* Is what stands at VIEW_AT only shown there? Then FROM is where in the view that begins. */
bool text_map_is_shown(const struct text_map *map, size_t view_at, size_t *from);

struct text_view {
    enum view view;
    struct slice text;
    struct text_map map;
};

/* From AT of the leaf's text on, up to the next, it is the cell of a table: what a person calls the place. */
struct text_cell {
    uint64_t at;
    uint32_t row, column; /* from 1; 0: no cell */
};

struct text_cells {
    const struct text_cell *list; /* sorted by `at` */
    size_t count;
};

/* The cell that AT stands in, or NULL. */
const struct text_cell *text_cells_find(const struct text_cells *cells, uint64_t at);

struct text_block {
    struct slice text; /* of the leaf: lines, columns and offsets are counted in it */
    uint64_t offset;   /* of text.ptr from the start of the leaf's text, bytes */
    size_t repeated;   /* bytes at the front that the block before ended with */
    bool is_last;
    const struct text_view *views; /* at least one */
    size_t view_count;
    struct text_cells cells; /* of a sheet; else none */
};

struct text_sink {
    void (*block)(void *ctx, const struct text_block *block);
    void *ctx;
    size_t overlap;   /* bytes: the widest rule loaded */
    size_t block_max; /* bytes: 16 MiB, less in tests; more than twice the overlap */
};

struct extract {
    const struct item *item; /* its source is read to the end */
    const struct text_sink *sink;
    const struct gap_sink *gaps;
    const struct limits *limits;
    struct arena *arena; /* emptied after the leaf */
};

struct extractor {
    const char *name;  /* "html" */
    const char *title; /* for `mailspill formats` */
    /* As a format's probe. */
    enum bid (*probe)(const struct item *item, struct slice head);
    /* Read the whole source into the sink. 0, or -1 where it could not be read to its end: then what could be was given.
     * What is understood only in part is a gap put into `gaps` with stands_for REST. */
    int (*extract)(struct extract *extract, struct error *err);
};

extern const struct extractor *const extractor_table[]; /* ended by NULL; strings claims everything, last */
const struct extractor *extractor_find(const struct item *item);

/* Report a gap about the leaf; it is then counted partial. */
void extract_gap(struct extract *extract, enum gap_kind kind, const char *limit, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

extern const struct extractor extractor_plain;    /* plain.c */
extern const struct extractor extractor_html;     /* html.c */
extern const struct extractor extractor_rtf;      /* rtf.c */
extern const struct extractor extractor_office;   /* office.c: the XML of Office Open XML and OpenDocument */
extern const struct extractor extractor_biff12;   /* biff12.c: the parts of binary workbooks */
extern const struct extractor extractor_xfa;      /* xfa.c: the forms of PDFs */
extern const struct extractor extractor_rows;     /* rows.c: CSV with a column of passwords */
extern const struct extractor extractor_vault;    /* vault.c: exports of password managers in JSON and XML */
extern const struct extractor extractor_card;     /* card.c: iCalendar and vCard */
extern const struct extractor extractor_notebook; /* notebook.c: Jupyter notebooks and HAR captures */
extern const struct extractor extractor_strings;  /* strings.c */

#endif
