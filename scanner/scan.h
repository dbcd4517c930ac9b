/* scan.h - the whole pipeline for one item: open, walk, extract, match, record. */
#ifndef MAILSPILL_SCAN_H
#define MAILSPILL_SCAN_H

#include <stdatomic.h>

#include "match/matcher.h"
#include "record/record.h"
#include "scan_harvest.h"
#include "walk/format.h"

/* What is the same for all of a scan. */
struct scan_settings {
    struct limits limits;
    size_t context; /* bytes of context on each side */
    int64_t since,
        until;     /* seconds since 1970 UTC, INT64_MIN and INT64_MAX where not given; until is exclusive */
    int64_t as_of; /* what ended before it has expired, seconds since 1970 UTC; INT64_MIN: nothing has */
    const struct known_list *known; /* --known, or NULL */
    const char *languages;          /* --ocr: of text in pictures, "eng+deu", or NULL: do not read it */
    const char *const *folders;     /* --folder globs, or NULL */
    size_t folder_count;
    bool is_explaining;              /* tell what validators turned down */
    bool is_telling_looks;           /* and which rules looked and matched nothing */
    bool has_case;                   /* tell of every message, also of those with nothing to tell */
    const struct harvest *passwords; /* --password-file, or NULL */
};

/* How far a scan is, for whoever watches it from another process. */
struct scan_progress {
    _Atomic uint64_t unit;  /* ordinal of the unit at work */
    _Atomic uint64_t bytes; /* of input, read by this task */
    _Atomic uint64_t beats; /* grows with every child and block: stands still in a hang */
};

/* A unit that killed a worker before, or took too long. */
struct scan_bad_unit {
    uint64_t ordinal;
    enum gap_kind kind; /* GAP_CRASHED or GAP_TIMEOUT */
};

enum scan_purpose {
    SCAN_ALL,     /* look at everything and tell it */
    SCAN_HARVEST, /* tell nothing: the passwords that units name go into their harvests */
    SCAN_UNLOCK,  /* open what is locked in units, and tell that alone */
};

/* A unit that is read again. */
struct scan_wanted {
    uint64_t ordinal;
    struct harvest *harvest;             /* SCAN_HARVEST: to be filled */
    const struct harvest *const *places; /* SCAN_UNLOCK: passwords to try, the nearest place first */
    size_t place_count;
    bool has_more_parts; /* of its split archives than the places have */
};

/* One input, or one range of a mailbox. */
struct scan_task {
    struct slice path;           /* as typed, and below an input folder: for people */
    struct slice key_path;       /* below the input folder (the last name, for a file): goes into ids */
    struct slice custodian;      /* label, or what the folder tells; may be empty */
    struct slice folder;         /* what the folder tells; may be empty */
    bool is_labelled;            /* custodian was given by --custodian, or is not for a file's name to tell */
    bool is_export;              /* an input that is a message is told as a tally too */
    struct slice sidecar;        /* what lies beside it and tells of it (walk/sidecar.h) */
    bool may_split;              /* report ranges to the splitter instead of children */
    const struct format *format; /* for a range: how to open it; else NULL */
    uint64_t first_ordinal;      /* of the first message */
    struct walk_share share;     /* len 0: all */
    uint64_t skip_units;         /* done before: walked over, not scanned */
    const struct scan_bad_unit *bad_units;
    size_t bad_count;
    bool may_leave; /* what is locked is left for a second look: the input can be read again */
    enum scan_purpose purpose;
    const struct scan_wanted *wanted; /* ascending; for SCAN_HARVEST and SCAN_UNLOCK */
    size_t wanted_count;
    struct source *source;
};

struct scan;

/* All but the return value is borrowed. SPOOLER, SPLITTER, HELPERS and PROGRESS may be NULL. NULL on error. */
struct scan *scan_new(const struct engine *engine, const struct scan_settings *settings,
                      const struct record_output *output, const struct spooler *spooler,
                      const struct splitter *splitter, struct helper_client *helpers,
                      struct scan_progress *progress, struct error *err);
void scan_free(struct scan *scan);

/* Scan one task to its end; the last record is a unit. Cannot fail: what could not be read is a gap. */
void scan_run(struct scan *scan, const struct scan_task *task);

#endif
