/* pdf_sheets.h - which content of a PDF its pages do not show as it stands: in layers turned off, cut away, outside the page, of pages and versions that
 * are gone, in appearances and forms. Each is a sheet: a page that is to be made of it.
 */
#ifndef MAILSPILL_WALK_PDF_SHEETS_H
#define MAILSPILL_WALK_PDF_SHEETS_H

#include "walk/pdf_objects.h"
#include "walk/pdf_rest.h"

struct pdf_sheet {
    const struct pdf_object *object; /* a page, or a stream of content */
    struct slice contents, resources;
    const struct pdf_object *copied; /* an older version: its stream, under a new number */
    unsigned page;                   /* as the document counts, or 0 */
};

struct pdf_sheets {
    struct pdf_objects *objects;
    const struct pdf_words *words;
    const struct limits *limits;
    struct arena *arena;
    struct buffer list;  /* of struct pdf_sheet */
    struct buffer aside; /* alternate texts and comments that were not given */
    size_t content;      /* bytes looked through */
    bool is_cut;         /* there is more than is looked through */
    bool is_locked;      /* older versions are encrypted in a way that they cannot be told apart */
    bool has_hidden_layers, is_drawn;
    unsigned page; /* of the tree */
};

/* Look through OBJECTS, with their uses (pdf_strings.h), for what shows more than WORDS. Streams of which every byte was unpacked, and all that they show
 * was given, become is_given. All must outlive it. */
void pdf_sheets_find(struct pdf_sheets *sheets, struct pdf_objects *objects, const struct pdf_words *words,
                     const struct limits *limits, struct arena *arena);
void pdf_sheets_release(struct pdf_sheets *sheets);

#endif
