/* pdf_cipher.h - the standard security handler of PDF (ISO 32000-1, 7.6; ISO 32000-2 for revision 6), for a document whose password is known. */
#ifndef MAILSPILL_WALK_PDF_CIPHER_H
#define MAILSPILL_WALK_PDF_CIPHER_H

#include "base/arena.h"
#include "base/buffer.h"

enum pdf_cipher_kind { PDF_CIPHER_NONE, PDF_CIPHER_RC4, PDF_CIPHER_AES };

struct pdf_cipher {
    enum pdf_cipher_kind streams, strings;
    bool is_whole; /* one key for all objects: revisions 5 and 6 */
    bool has_plain_metadata;
    unsigned char key[32];
    size_t key_len;
};

/* The key of a document with the encryption dictionary ENCRYPT (references resolved) and the first ID, by the first of PASSWORDS that fits, the empty one
 * before them all. 0; -1: none does, or the handler is not known. */
int pdf_cipher_open(struct pdf_cipher *cipher, struct slice encrypt, struct slice id,
                    const struct slice *passwords, size_t count);

/* BYTES of the object NUMBER GENERATION, deciphered, appended to OUT. */
void pdf_cipher_put(const struct pdf_cipher *cipher, enum pdf_cipher_kind kind, uint32_t number,
                    uint32_t generation, struct slice bytes, struct buffer *out);

#endif
