/* keyfile.h - files that are a secret by themselves: key stores, password safes, wallets, copies of what a system keeps its passwords in. They are
 * known by their content, never by name.
 *
 * What is seen becomes one line of text, which the rules of patterns/key-files.yaml match like any other:
 *     mailspill:keyfile kind=kdbx locked=yes empty=no checked=yes how="AES-256, Argon2d with 64 MiB and 14 rounds" of="" id=<SHA-256>
 * so that severity, what it opens and what to do about it are a rule's, and one file in forty mails is one secret.
 */
#ifndef MAILSPILL_WALK_KEYFILE_H
#define MAILSPILL_WALK_KEYFILE_H

#include "base/buffer.h"
#include "base/limits.h"

enum keyfile_lock {
    KEYFILE_OPEN,   /* whoever has the file has what is in it */
    KEYFILE_LOCKED, /* under a password, or a key that lies elsewhere */
};

struct keyfile {
    const char *kind; /* "kdbx": the word in the line */
    enum keyfile_lock lock;
    bool is_opened_by_nothing; /* locked, but an empty password opens it */
    bool was_tried;            /* an empty password was tried */
    bool is_checked;           /* its structure was read, beyond a signature */
    bool is_all;               /* nothing else is in it that could be read */
    char how[96];              /* what it is locked with; "" if there is nothing to say */
    char of[128];              /* whose: a user, a principal; shown safely */
};

/* Bytes of a file that are looked at, at most. */
#define KEYFILE_LOOKED ((size_t)1024 * 1024)

/* Could a file that begins with HEAD be one? One look at a few bytes. */
bool keyfile_is_likely(struct slice head);

/* BYTES: the first KEYFILE_LOOKED of the file, or all of it (IS_WHOLE). True: KEYFILE is filled. Tries an empty password where all is there, which
 * costs LOCK_SECONDS at most. */
bool keyfile_find(struct slice bytes, bool is_whole, const struct limits *limits, struct keyfile *keyfile);

/* Append the line. BYTES as above. */
void keyfile_put(struct buffer *out, const struct keyfile *keyfile, struct slice bytes);

#endif
