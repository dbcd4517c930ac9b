/* export.h - what an export says it holds: the lists that Google Vault, Microsoft Purview and others put beside the mail.
 *
 * Such a list is a leaf like any other. While it is scanned its bytes are also read here, and what it promises is told: so many messages of an
 * account, a file with a checksum, items that could not be exported. Who sees all inputs (work/promises.h) compares.
 */
#ifndef MAILSPILL_WALK_EXPORT_H
#define MAILSPILL_WALK_EXPORT_H

#include "item/item.h"

#define EXPORT_MD5 16 /* bytes */

enum promise_what {
    PROMISE_MESSAGES, /* so many, of account NAME or (empty) in all */
    PROMISE_ITEMS,    /* so many messages and other files in all */
    PROMISE_FILE,     /* a file NAME */
    PROMISE_MD5,      /* a file NAME with this checksum */
    PROMISE_FAILED,   /* so many could not be exported, the list says itself */
    PROMISE_WHATS,
};

const char *promise_what_name(enum promise_what what);

struct promise {
    enum promise_what what;
    struct slice name;
    uint64_t count;
    unsigned char md5[EXPORT_MD5];
};

struct promise_sink {
    void (*put)(void *ctx, const struct promise *promise);
    void *ctx;
};

/* A file's name (the last step of its path) is one of a list that is read here; of checksums. Its content may still be something else. */
bool export_is_list(struct slice name);
bool export_is_checksums(struct slice name);

struct export_reader;

/* A reader for the leaf ITEM, in ARENA; NULL where it is no list, or lies in a message. */
struct export_reader *export_reader_new(struct arena *arena, const struct item *item);

/* The bytes of SOURCE, of which the reader sees each that is shown. */
struct source *export_reader_watch(struct arena *arena, struct export_reader *reader, struct source *source);

/* All was shown: put what was promised to SINK. 0, or -1: the list is damaged or too long, and ERR says why. */
int export_reader_end(struct export_reader *reader, const struct promise_sink *sink, struct error *err);

#endif
