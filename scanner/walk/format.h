/* format.h - the format table: what opens, and gives children.
 *
 * One format a file, one line in format_table. A format looks at the first bytes of an item and bids; the most
 * specific bid wins. It then yields the item's children one at a time. It never matches and never counts leaves:
 * that is scan_item's work.
 */
#ifndef MAILSPILL_WALK_FORMAT_H
#define MAILSPILL_WALK_FORMAT_H

#include "ask/client.h"
#include "base/arena.h"
#include "base/limits.h"
#include "item/item.h"

/* The bytes of an item that a probe sees, at most. */
#define FORMAT_HEAD ((size_t)64 * 1024)

/* How sure a format is, from weakest. Equal bids: the earlier line of the table. */
enum bid {
    BID_NONE,
    BID_NAME,      /* only the name or the declared type says so */
    BID_SHAPE,     /* the bytes look like it: header fields, a From line */
    BID_SIGNATURE, /* a signature that nothing else has */
};

struct walk;

/* Storage outside a worker's memory for what must be sought in: an unlinked file that only the supervisor can make. */
struct spooler {
    int (*open_fd)(void *ctx,
                   struct error *err); /* an empty read-write descriptor, or -1; the caller closes it */
    void *ctx;
};

/* A mailbox that is split among workers: instead of children, its walk reports ranges. */
struct splitter {
    void (*range)(void *ctx, uint64_t offset, uint64_t len, uint64_t first_ordinal);
    void *ctx;
    uint64_t least; /* smaller files are walked in one piece, in bytes */
    /* A mailbox that must be open whole: LEN bytes' worth of its children, from OFFSET on. In order, up to the input's size; all are
     * equally long, MBOX_RANGE or more, but for the last. Each is opened over the whole input, with walk->share set. */
    void (*share)(void *ctx, uint64_t offset, uint64_t len);
};

struct walk_env {
    const struct limits *limits;
    const struct gap_sink *gaps;
    const struct spooler *spooler;   /* NULL: hold in memory alone */
    const struct splitter *splitter; /* NULL: never split */
    struct helper_client *helpers;   /* NULL: none is there */
};

struct format {
    const char *name;  /* "mbox" */
    const char *title; /* for `mailspill formats`: "Unix mailbox (mboxo, mboxrd, mboxcl, mboxcl2)" */
    /* It opens one message or other mail item at a time: told as one unit, no container by the limits, nothing left over after it.
     * Its `open` sets item->is_message and the item's envelope; where it does not, the item was no message after all. */
    bool is_message;
    bool is_document;     /* what it opens is one thing for a person: sets item->is_document */
    bool is_mailbox;      /* holds somebody's messages: its path in an archive tells folder and owner */
    bool names_custodian; /* an input of it is called after whose mail it is: "alice.pst" */
    /* HEAD: the first bytes (all of them where the item is short). Must not touch item->source. */
    enum bid (*probe)(const struct item *item, struct slice head);
    /* Set walk->state (in walk->arena). 0 or -1. With -1 and ERROR_NONE in ERR there is nothing to open: the item is a leaf after all. */
    int (*open)(struct walk *walk, struct error *err);
    /* Fill *CHILD (zeroed, its parent, envelope, depths and arena set as walk_next documents). 1, 0 at the end, or -1:
     * the container can be read no further. A child that can't be read at all has `refused` set and no source. */
    int (*next)(struct walk *walk, struct item *child, struct error *err);
    void (*close)(struct walk *walk); /* or NULL */
};

/* As splitter->share was told. */
struct walk_share {
    uint64_t offset, len;
};

struct walk {
    const struct format *format;
    struct item *item; /* the container; the format reads its source to the end */
    const struct walk_env *env;
    struct arena *arena;       /* lives as long as the walk */
    struct arena *child_arena; /* emptied before each child */
    uint64_t first_ordinal;    /* of the first message: 1, or that of a range */
    struct walk_share share;   /* of the children that are asked for; len 0: all */
    void *state;
    struct source *child_source;  /* walk.c's own: of the last child, drained and closed before the next */
    struct arena_mark child_mark; /* walk.c's own: where child_arena is empty */
};

/* The table, ended by NULL. */
extern const struct format *const format_table[];

/* The format with the highest bid for ITEM, or NULL if all say BID_NONE. Fills the source's window itself. */
const struct format *format_find(const struct item *item);
const struct format *format_by_name(const char *name);

/* Open ITEM. 0 or -1; walk_close in both cases. WALK is zeroed, but for first_ordinal where it is not 1, and share. */
int walk_open(struct walk *walk, const struct format *format, struct item *item, const struct walk_env *env,
              struct error *err);

/* The next child, or what format->next says. Before asking the format it drains and closes what is left of the child before,
 * empties the child arena and sets in *CHILD: parent, envelope (the container's), container_depth (+1), mime_depth,
 * is_quoted_message, arena. Formats change what differs. */
int walk_next(struct walk *walk, struct item *child, struct error *err);
void walk_close(struct walk *walk);

/* Report a gap about ITEM to the walk's sink. */
void walk_gap(struct walk *walk, const struct item *item, enum gap_kind kind, enum gap_stands_for stands_for,
              const char *limit, const char *format, ...) __attribute__((format(printf, 6, 7)));

/* Load what format_archive needs of OpenSSL and the locale; once, before the sandbox closes. 0 or -1. */
int archive_init(struct error *err);

extern const struct format format_olm;        /* olm.c: archives of Outlook for Mac */
extern const struct format format_cms;        /* cms.c: opaque S/MIME */
extern const struct format format_inline;     /* inline.c: files inside iCalendar and vCard */
extern const struct format format_embedded;   /* embedded.c: files in base64 inside XML and JSON */
extern const struct format format_archive;    /* archive.c: libarchive's formats and filters */
extern const struct format format_mbox;       /* mbox.c */
extern const struct format format_dbox;       /* dbox.c: Dovecot's sdbox and mdbox */
extern const struct format format_message;    /* message.c: RFC 5322 and MIME */
extern const struct format format_misbehave;  /* misbehave.c in test builds, else misbehave_none.c */
extern const struct format format_pst;        /* pst.c, without libpff pst_none.c */
extern const struct format format_encoded;    /* encoded.c: uuencode, yEnc, BinHex blocks inside text */
extern const struct format format_msg;        /* msg.c: Outlook messages in compound files */
extern const struct format format_ole;        /* ole.c: all other compound files */
extern const struct format format_tnef;       /* tnef.c: winmail.dat */
extern const struct format format_rtf;        /* rtf.c: RTF in which objects lie */
extern const struct format format_sqlite;     /* sqlite.c */
extern const struct format format_sqlite_wal; /* sqlite_wal.c: logs beside them */
extern const struct format format_pcap;       /* pcap.c: TCP streams of packet captures */
extern const struct format format_http;       /* http.c: HTTP/1 in them; only as `opener` */
extern const struct format
    format_picture; /* picture.c: bar and QR codes, text, by the helper mailspill-picture */
extern const struct format format_pdf; /* pdf.c: PDF, by the helper mailspill-pdf */

#endif
