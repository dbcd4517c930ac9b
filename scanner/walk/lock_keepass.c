/* lock_keepass.c - what safes of KeePass 1 and 2 share: the key turned with AES, text in XML. */
#include <stdlib.h>

#include "walk/lock_kdbx.h"

#define ROUNDS_CHUNK ((size_t)4096)

/* A block enciphered again and again is what CBC makes of zeros after it. */
static bool turn_half(const struct lock *lock, struct slice salt, uint64_t rounds, unsigned char half[16])
{
    static const unsigned char zeros[16 * ROUNDS_CHUNK];
    unsigned char *out = malloc(sizeof zeros);
    gcry_cipher_hd_t cipher =
        lock_cipher_open(GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_CBC, salt, slice_of(half, 16));
    bool is_done = out && cipher;
    for (uint64_t left = rounds; left && is_done;) {
        size_t part = left < ROUNDS_CHUNK ? (size_t)left : ROUNDS_CHUNK;
        gcry_cipher_encrypt(cipher, out, 16 * part, zeros, 16 * part);
        memcpy(half, out + 16 * (part - 1), 16);
        left -= part;
        is_done = !lock_is_late(lock, LOCK_SECONDS);
    }
    gcry_cipher_close(cipher);
    if (out)
        explicit_bzero(out, sizeof zeros);
    free(out);
    return is_done;
}

enum lock_answer lock_keepass_turn(const struct lock *lock, struct slice salt, uint64_t rounds,
                                   unsigned char key[LOCK_HASH_MAX], struct error *err)
{
    if (!turn_half(lock, salt, rounds, key) || !turn_half(lock, salt, rounds, key + 16))
        return lock_say(LOCK_LIMIT, err, "deriving the key takes %llu rounds", (unsigned long long)rounds);
    lock_hash2(GCRY_MD_SHA256, slice_of(key, 32), slice_of(NULL, 0), key);
    return LOCK_OPEN;
}

void lock_keepass_put_text(struct buffer *out, struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        switch (text.ptr[i]) {
        case '<':
            buffer_put_str(out, "&lt;");
            break;
        case '>':
            buffer_put_str(out, "&gt;");
            break;
        case '&':
            buffer_put_str(out, "&amp;");
            break;
        default:
            buffer_put_byte(out, text.ptr[i]);
        }
}
