/* lock_pbe.h - inside the locks: encryption under a password as PKCS #5 (RFC 8018), PKCS #12 (RFC 7292 appendix B) and Java name it. */
#ifndef MAILSPILL_WALK_LOCK_PBE_H
#define MAILSPILL_WALK_LOCK_PBE_H

#include "walk/lock_parts.h"

/* What an AlgorithmIdentifier asks for. Slices point into it. */
struct lock_pbe {
    const struct lock_pbe_scheme *scheme;
    struct slice salt, iv;
    uint64_t rounds; /* of PBKDF2 or the old ways; N of scrypt */
    uint64_t scrypt_r, scrypt_p;
    bool is_scrypt;
    int md;           /* of the key derivation */
    int cipher, mode; /* libgcrypt's */
    size_t key_len, iv_len;
};

/* ALGORITHM is the content of the SEQUENCE. 0; -1 where it is not known. */
int lock_pbe_read(struct slice algorithm, struct lock_pbe *pbe, struct error *err);

/* "AES-256-CBC, PBKDF2 with 2048 rounds". */
void lock_pbe_describe(const struct lock_pbe *pbe, char *out, size_t size);

/* Decipher IN into OUT, which has room for IN.len; *LEN: without padding. LOCK_WRONG where the padding is not right. */
enum lock_answer lock_pbe_decipher(const struct lock_pbe *pbe, struct slice password, struct slice in,
                                   unsigned char *out, size_t *len, struct error *err);

/* What a key made by PKCS #12's derivation is for (RFC 7292 appendix B.3). */
enum lock_pkcs12_use { LOCK_PKCS12_KEY = 1, LOCK_PKCS12_IV = 2, LOCK_PKCS12_MAC = 3 };

/* PASSWORD as bytes, usually UTF-16BE with its terminator; LEN at most 128. */
enum lock_answer lock_pkcs12_derive(int md, enum lock_pkcs12_use use, struct slice password,
                                    struct slice salt, uint64_t rounds, unsigned char *out, size_t len,
                                    struct error *err);

/* PBKDF2's parameters (a SEQUENCE's content) into salt, rounds and md. 0 or -1. KEY_LEN: what they name, or 0. */
int lock_pbkdf2_read(struct slice params, struct slice *salt, uint64_t *rounds, int *md, size_t *key_len);

/* The hash that an OID (its content) names, as such or in HMAC; 0: not known. */
int lock_hash_of_oid(struct slice oid);

/* A DER INTEGER of up to eight bytes. 0 or -1. */
int lock_der_u64(struct slice *rest, uint64_t *value);

/* "-----BEGIN LABEL-----", DER in base64, the end. */
void lock_put_pem(struct buffer *out, const char *label, struct slice der);

#endif
