/* id.h - names that are stable anywhere and tell nothing: finding_id, gap_id, secret_id (docs/output.md has test vectors). */
#ifndef MAILSPILL_RECORD_ID_H
#define MAILSPILL_RECORD_ID_H

#include "record/record.h"

/* First 128 bits of SHA-256 over "finding", family, message key, leaf key and ordinal; each text is preceded by its length as 8 bytes,
 * big-endian, the ordinal is 8 bytes. ORDINAL: of that family under that leaf key of that message, from 1. */
struct record_id id_of_finding(struct slice family, struct slice message_key, struct slice leaf_key,
                               uint64_t ordinal);

/* The same over "gap", kind, message key, inner path and reason. */
struct record_id id_of_gap(enum gap_kind kind, struct slice message_key, struct slice inner_path,
                           struct slice reason);

/* The same over "thread" and TEXT: tells threads and messages apart without keeping their names. */
struct record_id id_of_thread(struct slice text);

/* The message key: the Message-ID, else "From address, UTC date, first Received line"; for what lies in no message, its path below the
 * outermost container. Appended to OUT. */
void id_put_message_key(struct buffer *out, const struct item *item);

/* The same of a message alone, as 128 bits of its SHA-256. A Message-ID names it together with its date and sender (id_of_origin): whoever writes
 * another mail under an id that is taken does not become that message. */
struct record_id id_of_message(const struct item *item);

/* 128 bits of SHA-256 over "origin", NAMED, the address FROM in lower case (nothing where it is none) and DATE. */
struct record_id id_of_origin(const struct record_id *named, int64_t date, struct slice from);

/* The leaf key of ITEM: "body", "header:NAME" (NAME: lower case, from the match), "attachment:NAME" with the path inside it. */
void id_put_leaf_key(struct buffer *out, const struct item *item, struct slice header_name);

/* SHA-256 of BYTES, as 64 hex digits and a NUL. */
void id_hex_of_bytes(struct slice bytes, char hex[65]);

/* The key that makes secret_id; lives in the supervisor alone. */
struct id_key {
    unsigned char bytes[32];
    char name
        [17]; /* hex of the first 8 bytes of SHA-256 of the key: tells keys apart, tells nothing of them */
};

/* First 128 bits of HMAC-SHA-256 under KEY over family, NUL, value. A value of several lines counts without line ends, quote prefixes and
 * indentation, so that a quoted key is the same secret. */
struct record_id id_of_secret(const struct id_key *key, struct slice family, struct slice value);

/* The key: FILE where given (32 bytes or more, or their hex; not readable by others), else $MAILSPILL_KEY_FILE, else
 * $XDG_STATE_HOME/mailspill/key (~/.local/state), made with 0600 on first use. Where no home can be written: a key for this run alone, and
 * *IS_LASTING false. 0 or -1. */
int id_key_load(struct id_key *key, const char *file, bool *is_lasting, struct error *err);

/* The file that id_key_load would read for FILE, whether it is there or not. 0, or -1 where there is none. */
int id_key_path(const char *file, char *path, size_t size);

#endif
