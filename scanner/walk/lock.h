/* lock.h - what is locked with a password, and what a password opens.
 *
 * One kind a file (lock_zip.c, lock_kdbx.c ...), one row in lock_table. A lock is one locked file, held whole in memory. Passwords are tried one
 * after another in constant memory; what a right one shows is an item for the walkers like any other: an unlocked archive, the decrypted
 * document, the XML of a password safe, a private key as PEM.
 *
 * Nothing is open until it is verified: by CRC, MAC, hash, or padding and structure together. A check that is weak (the one byte of
 * ZipCrypto) only saves work. An empty password is a password: what LOCK_OPEN answers to it is no secret kept.
 */
#ifndef MAILSPILL_WALK_LOCK_H
#define MAILSPILL_WALK_LOCK_H

#include "base/arena.h"
#include "base/limits.h"
#include "item/source.h"

enum lock_answer {
    LOCK_WRONG,       /* not with this password */
    LOCK_OPEN,        /* verified */
    LOCK_DAMAGED,     /* no password can be verified: what is locked is cut or broken */
    LOCK_LIMIT,       /* deriving the key would cost more than LOCK_MEMORY or LOCK_SECONDS */
    LOCK_UNSUPPORTED, /* a cipher or a way to a key that we do not know */
};

/* What one try may cost; a file larger than LOCK_FILE_MAX (or limits->whole_bytes) has no lock. */
#define LOCK_MEMORY ((uint64_t)256 * 1024 * 1024)
#define LOCK_SECONDS 2
#define LOCK_FILE_MAX ((uint64_t)256 * 1024 * 1024)

/* Passwords are at most so long, in bytes; a longer one is wrong. */
#define LOCK_PASSWORD_MAX 1024

struct lock;
struct lock_content;

/* A row of the table. Only lock.c and its tests look inside. */
struct lock_kind {
    const char *name;  /* "zip" */
    const char *title; /* for a person: "zip archive" */
    /* Does FILE begin, and end, like one of this kind? Cheap; it may hold nothing locked. */
    bool (*probe)(struct slice file);
    bool is_armored; /* a PEM block, or DER: asked only where there is one */
    bool takes_key;  /* a file beside the password: lock->key */
    bool is_store;   /* of keys and certificates: Java's and Google's tools lock it with words of their own */
    bool is_in_text; /* a key that stands in a text, with whatever else that says */
    /* Read what is locked into lock->state; lock->scheme says how. 1; 0: nothing in it is locked; -1: locked, but no password can be tried
     * (ERR says why: ERROR_UNSUPPORTED, ERROR_FORMAT, ERROR_LIMIT). */
    int (*open)(struct lock *lock, struct error *err);
    enum lock_answer (*try)(struct lock *lock, struct slice password, struct error *err);
    /* After LOCK_OPEN: 1, or 0 where opening shows nothing more, or -1. NULL: never shows more. ERR may be set with 1 and 0 too: not all of it. */
    int (*content)(struct lock *lock, struct lock_content *content, struct error *err);
};

/* The table, ended by NULL. */
extern const struct lock_kind *const lock_table[];

/* Load what OpenSSL and libgcrypt need; once, before the sandbox closes. 0 or -1. */
int lock_init(struct error *err);

/* From now on whatever is bounded by time has SCALE of it: for fuzzing, which must not wait. */
void lock_hurry(double scale);

/* Could a file that begins with HEAD be of a kind in the table? For whoever must decide whether to hold it whole: cheap, and
 * wrong only towards true. */
bool lock_is_likely(struct slice head);

/* Of such a file: could it hold nothing locked but keys among other text? Then it is first of all what it is: a mailbox, a message, a note. */
bool lock_is_in_text(struct slice head);

/* The lock of FILE, which is borrowed until lock_close, or NULL if nothing in it is locked by a kind we know. Where it is locked but no
 * password can be tried (damaged, unsupported), the lock is there and each try says so. */
struct lock *lock_find(struct slice file, const struct limits *limits);

const char *lock_name(const struct lock *lock);  /* of its kind: "zip" */
const char *lock_title(const struct lock *lock); /* "zip archive" */
const char *
lock_scheme(const struct lock
                *lock); /* for a person: "AES-256, PBKDF2 with 1000 rounds"; "" if there is nothing to say */

/* Try PASSWORD: UTF-8 as a person wrote it; the kind encodes it as its format wants. ERR (may be NULL) is set for all answers but WRONG and
 * OPEN. The last password that opened is kept for lock_content. Costs at most about LOCK_SECONDS of CPU for the key, and reading through
 * what is locked once for a password that passes the weak checks. */
enum lock_answer lock_try(struct lock *lock, struct slice password, struct error *err);

/* After LOCK_OPEN: the plain content, in memory of its own that is wiped and given back by source_close or with ARENA, and NAME, what
 * to call it ("unlocked.zip"; a string constant). NULL where opening shows nothing more, or could not be made. ERR (kind ERROR_NONE before) is set
 * where this is not all that was locked. Members of an archive that this password does not open stay in it, locked. */
struct source *lock_content(struct lock *lock, struct arena *arena, struct slice *name, struct error *err);

/* A key that a file is, which some kinds take beside a password or instead of one. Any file is one; true: this one was made to be. */
#define LOCK_KEY_FILE 32
#define LOCK_KEY_HEAD ((size_t)4096) /* bytes by which one that was made to be is known */
bool lock_key_of_file(struct slice file, unsigned char key[LOCK_KEY_FILE]);

/* Is what it locks a store of keys? */
bool lock_is_store(const struct lock *lock);

/* Does LOCK take one? */
bool lock_takes_key(const struct lock *lock);

/* What is tried from now on goes with KEY (LOCK_KEY_FILE bytes, borrowed), or with NULL without one. */
void lock_use_key(struct lock *lock, const unsigned char *key);

/* Some kinds are read with the password, not decrypted: for these, what reads ITEM is set in it, and it keeps its source. Others: nothing. */
struct item;
void lock_set_opener(const struct lock *lock, struct slice password, struct item *item);

/* The helpers of this process, which locks of PDF need; without them these are no locks. CLIENT may be NULL. */
struct helper_client;
void lock_use_helpers(struct helper_client *client);

void lock_close(struct lock *lock); /* wipes; NULL is fine */

extern const struct lock_kind lock_pem;     /* lock_pem.c: PEM and PKCS #8 private keys */
extern const struct lock_kind lock_pkcs12;  /* lock_pkcs12.c */
extern const struct lock_kind lock_jks;     /* lock_jks.c: JKS and JCEKS */
extern const struct lock_kind lock_ooxml;   /* lock_ooxml.c: Office Open XML: standard and agile encryption */
extern const struct lock_kind lock_office;  /* lock_office.c: Word, Excel and PowerPoint from 97 to 2003 */
extern const struct lock_kind lock_7z;      /* lock_7z.c: 7z archives */
extern const struct lock_kind lock_kdbx;    /* lock_kdbx.c: KeePass 2 */
extern const struct lock_kind lock_kdb;     /* lock_kdb.c: KeePass 1 */
extern const struct lock_kind lock_openssh; /* lock_openssh.c: OpenSSH's own form */
extern const struct lock_kind lock_ppk;     /* lock_ppk.c: PuTTY versions 2 and 3 */
extern const struct lock_kind lock_rar;     /* lock_rar.c: RAR 2.9 to 4 */
extern const struct lock_kind lock_rar5;    /* lock_rar5.c: RAR 5 */
extern const struct lock_kind lock_zip;     /* lock_zip.c: ZipCrypto, WinZip AES */
extern const struct lock_kind lock_odf;     /* lock_odf.c: OpenDocument */
extern const struct lock_kind lock_pdf;     /* lock_pdf.c: the standard security handler, by the helper */

#endif
