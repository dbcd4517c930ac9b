/* archive.h - inside format_archive: the state of one walk, shared by its files.
 *
 * An archive is opened in layers, each a source over the one before: the item's source; up to limits->filters
 * decompressors (libarchive's filter, one kind at a time, over `raw`); a hold, where the format must seek; the format itself. Children:
 * `STUB` (bytes before a zip's first member); the members (ITEM_MEMBER; those without data give none), a workbook's strings, without those that its sheets have shown; members that only our own header check found, `NAMES` (a text of all names,
 * comments and link targets, one a line), and `REST` (bytes after the archive's end, or all of it where nothing opened).
 */
#ifndef MAILSPILL_WALK_ARCHIVE_H
#define MAILSPILL_WALK_ARCHIVE_H

#include "base/buffer.h"
#include "walk/archive_input.h"
#include "walk/archive_kind.h"
#include "walk/archive_stream.h"
#include "walk/format.h"

/* Bytes of NAMES, at most. */
#define ARCHIVE_NAMES_MAX ((size_t)4 * 1024 * 1024)

enum archive_stage {
    ARCHIVE_MEMBERS,
    ARCHIVE_STRINGS,
    ARCHIVE_LOCKED,
    ARCHIVE_NAMES,
    ARCHIVE_REST, /* one step a layer, innermost first */
    ARCHIVE_DONE,
};

/* An encrypted member. */
struct archive_locked {
    struct slice name; /* UTF-8 */
    bool is_told;
};

/* What our own check of the headers tells. */
struct archive_facts {
    bool is_header_encrypted;      /* not even the names can be read */
    struct archive_locked *locked; /* sorted by name */
    size_t locked_count;
    uint64_t front; /* bytes before a zip that its directory does not count: another archive, a program */
    uint64_t end;   /* where the archive ends in its input, or 0 if unknown */
    const char *missing; /* which other part is not here, in words; NULL if none */
};

/* libarchive at work over one source, for one filter or one format. */
struct archive_layer {
    struct archive *archive; /* NULL: zlib's, over `packed` */
    struct source *packed;
    struct archive_input *input;
    struct archive_ratio ratio;
};

/* Filters, and the format. */
#define ARCHIVE_LAYERS 32

struct archive_walk {
    const struct archive_kind *kind; /* of the format; NULL: only filters */
    struct source *in;               /* what the last layer reads; of filters alone, what they give */
    struct archive_layer layers[ARCHIVE_LAYERS];
    size_t layer_count;
    struct archive_facts facts;
    enum archive_stage stage;
    uint64_t entries;
    size_t next_locked;
    struct slice
        stub; /* bytes before the first member, not given yet; where facts.front is more, that is given */
    bool is_front_given; /* or the stub, which is it */
    struct buffer names;
    bool has_all_names;
    struct shared_strings *strings; /* of a workbook, read ahead; NULL */
    struct slice strings_name;      /* of the part that they stand in */
    bool is_named_document;         /* the gap that a document's members are read as bare XML was told */
    bool is_over;                   /* a limit ended it: what is left is not read raw */
    struct error failure;           /* of the container; told last */
    struct gap refusal;             /* the whole container is one refused child, where a reason is set */
};

/* Fill FACTS from the headers of IN, which is seekable. Allocates in ARENA. */
void archive_facts_find(struct arena *arena, const struct archive_kind *kind, struct source *in,
                        const struct limits *limits, struct archive_facts *facts);

/* Whether the member NAME is encrypted; it then counts as told. */
bool archive_facts_is_locked(struct archive_facts *facts, struct slice name);

/* Open the layers over the item's source. Sets refusal or failure where that does not work. */
void archive_open_layers(struct walk *walk, struct archive_walk *state);
struct archive_layer *archive_layer_top(struct archive_walk *state);

/* Put into state->failure why the top layer failed: its input, or what libarchive says. */
void archive_note_failure(struct archive_walk *state);

/* The same for a list of names that was made elsewhere. */
void archive_facts_sort(struct archive_facts *facts);

/* A member as a zip's directory has it. */
struct archive_zip_member {
    bool is_found;
    uint16_t flags, method;
    uint32_t packed, size; /* bytes */
    uint32_t header;       /* offset of its local header */
};

/* Look COUNT names up in the directory of the zip IN, which is seekable. False where none is there. */
bool archive_zip_find(struct arena *arena, struct source *in, const struct limits *limits,
                      const char *const names[], size_t count, struct archive_zip_member *members);

/* Read ahead what the members of a document need: state->strings, and which of them are encrypted. */
void archive_office_look(struct walk *walk, struct archive_walk *state);

/* Whether the document's part NAME has nothing to read but its bytes: settings of printers, fonts. */
bool archive_office_is_opaque(struct slice name);

/* Append comments of a zip's directory to NAMES. */
void archive_zip_comments(struct arena *arena, struct source *in, const struct limits *limits,
                          struct buffer *names);

#endif
