/* lock_parts.h - inside the locks: what all kinds share. Ciphers and hashes are libgcrypt's (their numbers are used as they are), PBKDF2 and
 * scrypt OpenSSL's. */
#ifndef MAILSPILL_WALK_LOCK_PARTS_H
#define MAILSPILL_WALK_LOCK_PARTS_H

#include <gcrypt.h>

#include "base/buffer.h"
#include "walk/lock.h"

/* Where keys are looked for in a text. */
#define LOCK_SEARCHED ((size_t)1024 * 1024)

struct lock {
    const struct lock_kind *kind;
    struct slice file; /* borrowed */
    const struct limits *limits;
    struct arena *arena; /* the lock's own, wiped: lives until lock_close */
    void *state;         /* the kind's */
    char scheme[96];
    bool is_open;          /* a password opened it: */
    struct slice password; /* as the kind wants its bytes, in `password_bytes` */
    unsigned char password_bytes[LOCK_PASSWORD_MAX];
    const unsigned char *key; /* LOCK_KEY_FILE bytes that go with the password, or NULL */
    struct error fault;       /* no password can be tried, and why; ERROR_NONE: it can */
    double began;             /* CPU seconds when the try began */
};

struct lock_content {
    struct buffer *out; /* with its ceiling */
    const char *name;
};

/* Make room for a file that is about as long as the locked one, as far as the ceiling allows. */
void lock_reserve(const struct lock *lock, struct lock_content *content);

/* Where the armoured block that begins at AT of TEXT ends; the end of TEXT where it does not. */
size_t lock_armor_end(struct slice text, size_t at);

/* ERR set and an answer, in one line. */
enum lock_answer lock_say(enum lock_answer answer, struct error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Has this try cost SECONDS of CPU? Ask every few milliseconds. */
bool lock_is_late(const struct lock *lock, double seconds);

/* A password as UTF-16LE in OUT; bytes that are no UTF-8 count as Latin-1. The bytes written, at most 2 * LOCK_PASSWORD_MAX. */
size_t lock_utf16(struct slice password, unsigned char out[2 * LOCK_PASSWORD_MAX]);
size_t lock_utf16be(struct slice password, unsigned char out[2 * LOCK_PASSWORD_MAX]);

/* Bytes of the largest hash. */
#define LOCK_HASH_MAX 64

/* The hash MD (GCRY_MD_...) of the pieces, one after another; the bytes written to OUT. lock_hmac: RFC 2104. */
size_t lock_hash(int md, const struct slice *pieces, size_t count, unsigned char out[LOCK_HASH_MAX]);
size_t lock_hash2(int md, struct slice first, struct slice second, unsigned char out[LOCK_HASH_MAX]);
size_t lock_hmac(int md, struct slice key, const struct slice *pieces, size_t count,
                 unsigned char out[LOCK_HASH_MAX]);
bool lock_has_hash(int md);

/* PKCS #5 (RFC 8018) with HMAC of MD. LOCK_OPEN: done; LOCK_LIMIT where it would cost too much; LOCK_UNSUPPORTED. */
enum lock_answer lock_pbkdf2(int md, struct slice password, struct slice salt, uint64_t rounds,
                             unsigned char *out, size_t len, struct error *err);

/* Argon2 version 1.3 (RFC 9106); VARIANT is GCRY_KDF_ARGON2D, I or ID; MEMORY in bytes. As lock_pbkdf2. */
enum lock_answer lock_argon2(int variant, struct slice password, struct slice salt, uint64_t rounds,
                             uint64_t memory, uint64_t lanes, unsigned char *out, size_t len,
                             struct error *err);

/* En- or decipher LEN bytes in place. 0; -1 where key, IV or length do not fit. IV may be empty where the mode has none. */
enum lock_way { LOCK_DECIPHER, LOCK_ENCIPHER };
int lock_cipher(int cipher, int mode, enum lock_way way, struct slice key, struct slice iv,
                unsigned char *bytes, size_t len);

/* libgcrypt's AES for a key of KEY_LEN bytes. */
int lock_aes(size_t key_len);

/* "AES-256": what people call a cipher of libgcrypt's with a key of KEY_LEN bytes. */
void lock_cipher_title(int cipher, size_t key_len, char *out, size_t size);

/* A cipher that goes on where it stopped; NULL where key or IV do not fit. Close with gcry_cipher_close. */
gcry_cipher_hd_t lock_cipher_open(int cipher, int mode, struct slice key, struct slice iv);

/* Length of what PKCS #7 padding leaves of LEN > 0 bytes in blocks of BLOCK, or SLICE_NONE. */
size_t lock_unpad(const unsigned char *bytes, size_t len, size_t block);

/* Compare LEN bytes. */
bool lock_is_same(const void *a, const void *b, size_t len);

/* Let libarchive's FORMAT read the archive BYTES: the first MOST bytes of its first file into OUT (may be NULL), and their CRC. 0; -1 where they
 * don't come. */
struct archive;
int lock_unpack(const struct lock *lock, int (*format)(struct archive *), struct slice bytes, uint64_t most,
                struct buffer *out, uint32_t *crc);

#endif
