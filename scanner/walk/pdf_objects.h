/* pdf_objects.h - the objects of a PDF (ISO 32000-1, 7.3.10 and 7.5.7), found by their bytes: every version of each, whatever its tables say.
 *
 * Nothing in the file is believed: objects are looked for from its first byte to its last, once; those in object streams are unpacked under bounds.
 */
#ifndef MAILSPILL_WALK_PDF_OBJECTS_H
#define MAILSPILL_WALK_PDF_OBJECTS_H

#include "base/arena.h"
#include "base/limits.h"
#include "item/source.h"
#include "walk/pdf_cipher.h"
#include "walk/pdf_syntax.h"

struct pdf_object {
    uint32_t number, generation;
    uint32_t place; /* among all: a later one of the same number stands for it */
    bool is_old;    /* there is a later one */
    bool is_packed; /* it stood in an object stream */
    bool
        has_stream; /* `stream` are its bytes, packed as its dictionary says, and what stands before "endstream" */
    bool is_given;       /* every byte of the stream was unpacked, and all that they say was given */
    unsigned char use;   /* for whoever looks through them */
    struct slice body;   /* of the object, without its stream */
    struct slice stream; /* as it stands in the file */
};

struct pdf_objects {
    struct slice file;
    const struct limits *limits;
    struct arena *arena;
    struct pdf_object *list; /* by number; older versions first */
    size_t count;
    struct slice trailer;         /* the dictionary that names the root */
    uint64_t unpacked;            /* bytes, of object streams */
    unsigned lost;                /* object streams that could not be read */
    bool is_encrypted, is_locked; /* LOCKED: with no password that is known */
    struct pdf_cipher cipher;     /* where it is encrypted and not locked */
    bool is_cut;                  /* there are more than are listed */
};

/* All objects of FILE, which must outlive ARENA's use of them. One of PASSWORDS, or none, opens it where it is encrypted. */
void pdf_objects_find(struct pdf_objects *objects, struct slice file, const struct slice *passwords,
                      size_t password_count, const struct limits *limits, struct arena *arena);

/* The latest object of NUMBER, or NULL. */
struct pdf_object *pdf_object_of(const struct pdf_objects *objects, uint32_t number);

/* VALUE, or what the reference that it is stands for, a few steps deep. */
struct slice pdf_resolve(const struct pdf_objects *objects, struct slice value);

/* The bytes of OBJECT's stream, unpacked, in ARENA. NULL where a filter is not known; ERR names it. *IS_PLAIN: they stand in the file as they are. */
struct source *pdf_stream(const struct pdf_objects *objects, const struct pdf_object *object,
                          struct arena *arena, bool *is_plain, struct error *err);

/* All bytes of SOURCE, at most MOST, into OUT. 0; -1: there were more, or it failed: what came is there. */
int pdf_read_all(struct source *source, size_t most, struct buffer *out);

#endif
