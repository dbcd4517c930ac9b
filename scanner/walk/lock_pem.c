/* lock_pem.c - private keys under a passphrase: PEM of old (RFC 1421 headers, OpenSSL), PKCS #8 in PEM and in DER (RFC 5958). */
#include <stdio.h>

#include "validate/armor.h"
#include "validate/codec.h"
#include "validate/der.h"
#include "validate/privkey.h"
#include "walk/lock_pbe.h"

/* How many keys are looked for in a file. */
#define PEM_BLOCKS_MAX 8
#define PEM_BEGINS_MAX 32

struct pem_block {
    const char *label;
    size_t begin, end; /* where it stands in the text */
    struct slice data;
    struct lock_pbe pbe; /* of PKCS #8 */
    int cipher;          /* of the old form: the key is MD5 over password and IV */
    size_t key_len, iv_len;
    unsigned char iv[16];
};

struct pem {
    struct pem_block blocks[PEM_BLOCKS_MAX];
    size_t count;
};

static const struct {
    const char *name;
    int cipher;
    unsigned char key_len, iv_len;
} dek_ciphers[] = {
    { "AES-128-CBC", GCRY_CIPHER_AES128, 16, 16 },
    { "AES-192-CBC", GCRY_CIPHER_AES192, 24, 16 },
    { "AES-256-CBC", GCRY_CIPHER_AES256, 32, 16 },
    { "DES-EDE3-CBC", GCRY_CIPHER_3DES, 24, 8 },
    { "DES-CBC", GCRY_CIPHER_DES, 8, 8 },
    { "CAMELLIA-128-CBC", GCRY_CIPHER_CAMELLIA128, 16, 16 },
    { "CAMELLIA-192-CBC", GCRY_CIPHER_CAMELLIA192, 24, 16 },
    { "CAMELLIA-256-CBC", GCRY_CIPHER_CAMELLIA256, 32, 16 },
    { "BF-CBC", GCRY_CIPHER_BLOWFISH, 16, 8 },
    { "SEED-CBC", GCRY_CIPHER_SEED, 16, 16 },
};

/* An EncryptedPrivateKeyInfo that fills DER: its algorithm and what is enciphered. */
static int read_encrypted(struct slice der, struct slice *algorithm, struct slice *data)
{
    struct slice body;
    return der_eat(&der, DER_SEQUENCE, &body) < 0 || der_eat(&body, DER_SEQUENCE, algorithm) < 0 ||
                   der_eat(&body, DER_OCTETS, data) < 0 || body.len
               ? -1
               : 0;
}

static bool pem_probe(struct slice file)
{
    struct slice head = slice_sub(file, 0, LOCK_SEARCHED), algorithm, data;
    if (file.len && file.ptr[0] == DER_SEQUENCE)
        return file.len < ARMOR_BYTES_MAX && read_encrypted(file, &algorithm, &data) == 0;
    size_t begin = slice_find(head, 0, slice_str("-----BEGIN "));
    return begin != SLICE_NONE && slice_find(head, begin, slice_str("PRIVATE KEY-----")) != SLICE_NONE;
}

/* "DEK-Info: AES-128-CBC,0123..." */
static int read_dek(struct slice text, struct pem_block *block)
{
    size_t at = slice_find(slice_sub(text, 0, 512), 0, slice_str("DEK-Info:")), comma;
    struct slice line;
    if (at == SLICE_NONE)
        return -1;
    text = slice_skip(text, at + 9);
    if (slice_eat_line(&text, &line) != 1 || (comma = slice_find_byte(line, 0, ',')) == SLICE_NONE)
        return -1;
    struct slice name = slice_trim(slice_sub(line, 0, comma)), iv = slice_trim(slice_skip(line, comma + 1));
    for (size_t i = 0; i < sizeof dek_ciphers / sizeof *dek_ciphers; i++) {
        if (!slice_is_equal_nocase(name, slice_str(dek_ciphers[i].name)))
            continue;
        block->cipher = dek_ciphers[i].cipher;
        block->key_len = dek_ciphers[i].key_len;
        block->iv_len = dek_ciphers[i].iv_len;
        return codec_hex(iv, block->iv, sizeof block->iv) == block->iv_len ? 0 : -1;
    }
    return -1;
}

static int take_pkcs8(struct lock *lock, struct slice der, struct pem_block *block, struct error *err)
{
    struct slice algorithm, data;
    struct slice kept = arena_copy(lock->arena, der);
    if (read_encrypted(kept, &algorithm, &data) < 0)
        return error_set(err, ERROR_FORMAT, "the key is cut short or damaged");
    block->label = "PRIVATE KEY";
    block->data = data;
    return lock_pbe_read(algorithm, &block->pbe, err);
}

/* The block that TEXT begins with, if it is a locked key: 1, 0 or -1. */
static int take_block(struct lock *lock, struct slice text, struct pem_block *block, struct error *err)
{
    struct armor *armor = arena_alloc(lock->arena, sizeof *armor);
    *block = (struct pem_block){ 0 };
    if (armor_read(armor, slice_of(NULL, 0), text) < 0 || !strstr(armor->label, "PRIVATE KEY"))
        return 0;
    struct slice bytes = slice_of(armor->bytes, armor->len);
    if (strcmp(armor->label, "ENCRYPTED PRIVATE KEY") == 0)
        return take_pkcs8(lock, bytes, block, err) < 0 ? -1 : 1;
    if (!armor->is_encrypted)
        return 0;
    if (read_dek(text, block) < 0)
        return error_set(err, ERROR_UNSUPPORTED, "an encryption that is not known");
    block->label = armor->label;
    block->data = bytes;
    if (bytes.len == 0 || bytes.len % block->iv_len != 0)
        return error_set(err, ERROR_FORMAT, "the key is cut short or damaged");
    return 1;
}

static void say_scheme(struct lock *lock, const struct pem_block *block)
{
    char cipher[32];
    if (block->pbe.scheme) {
        lock_pbe_describe(&block->pbe, lock->scheme, sizeof lock->scheme);
        return;
    }
    lock_cipher_title(block->cipher, block->key_len, cipher, sizeof cipher);
    snprintf(lock->scheme, sizeof lock->scheme, "%s, one round of MD5", cipher);
}

static int open_text(struct lock *lock, struct pem *pem, struct error *err)
{
    struct slice text = slice_sub(lock->file, 0, LOCK_SEARCHED);
    bool is_locked = false;
    size_t at = 0;
    for (unsigned begins = 0; begins < PEM_BEGINS_MAX && pem->count < PEM_BLOCKS_MAX; begins++) {
        at = slice_find(text, at, slice_str("-----BEGIN "));
        if (at == SLICE_NONE)
            break;
        int got = take_block(lock, slice_skip(text, at), &pem->blocks[pem->count], err);
        is_locked |= got != 0;
        pem->blocks[pem->count].begin = at;
        pem->blocks[pem->count].end = lock_armor_end(text, at);
        pem->count += got == 1;
        at += 11;
    }
    return pem->count ? 1 : is_locked ? -1 : 0;
}

static int pem_open(struct lock *lock, struct error *err)
{
    struct pem *pem = arena_alloc(lock->arena, sizeof *pem);
    lock->state = pem;
    if (lock->file.ptr[0] != DER_SEQUENCE) {
        int got = open_text(lock, pem, err);
        if (got == 1)
            say_scheme(lock, &pem->blocks[0]);
        return got;
    }
    pem->count = 1;
    if (take_pkcs8(lock, lock->file, &pem->blocks[0], err) < 0)
        return err->kind == ERROR_FORMAT ? 0 : -1;
    say_scheme(lock, &pem->blocks[0]);
    return 1;
}

/* OpenSSL's EVP_BytesToKey: MD5 over what came before, the password and the IV's first eight bytes. */
static void derive_md5(const struct pem_block *block, struct slice password, unsigned char key[32])
{
    unsigned char sum[LOCK_HASH_MAX], next[LOCK_HASH_MAX];
    size_t len = 0;
    for (size_t done = 0; done < block->key_len; done += 16) {
        const struct slice pieces[] = { slice_of(sum, len), password, slice_of(block->iv, 8) };
        len = lock_hash(GCRY_MD_MD5, pieces, 3, next);
        memcpy(sum, next, len);
        memcpy(key + done, sum, block->key_len - done < len ? block->key_len - done : len);
    }
    explicit_bzero(sum, sizeof sum);
    explicit_bzero(next, sizeof next);
}

/* The key in PLAIN, which has room for block->data.len: open only where it parses as one. */
static enum lock_answer open_block(const struct pem_block *block, struct slice password, unsigned char *plain,
                                   size_t *len, struct error *err)
{
    struct privkey key;
    unsigned char secret[32];
    if (block->pbe.scheme) {
        enum lock_answer answer = lock_pbe_decipher(&block->pbe, password, block->data, plain, len, err);
        if (answer != LOCK_OPEN)
            return answer;
    } else {
        derive_md5(block, password, secret);
        memcpy(plain, block->data.ptr, block->data.len);
        int result =
            lock_cipher(block->cipher, GCRY_CIPHER_MODE_CBC, LOCK_DECIPHER, slice_of(secret, block->key_len),
                        slice_of(block->iv, block->iv_len), plain, block->data.len);
        explicit_bzero(secret, sizeof secret);
        if (result < 0)
            return lock_say(LOCK_UNSUPPORTED, err, "an encryption that is not known");
        *len = lock_unpad(plain, block->data.len, block->iv_len);
        if (*len == SLICE_NONE)
            return LOCK_WRONG;
    }
    privkey_read_der(slice_of(plain, *len), &key);
    return key.state == PRIVKEY_PARSES ? LOCK_OPEN : LOCK_WRONG;
}

static enum lock_answer pem_try(struct lock *lock, struct slice password, struct error *err)
{
    const struct pem *pem = lock->state;
    enum lock_answer answer = LOCK_WRONG;
    unsigned char plain[ARMOR_BYTES_MAX];
    for (size_t i = 0; i < pem->count && answer != LOCK_OPEN; i++) {
        size_t len;
        answer = open_block(&pem->blocks[i], password, plain, &len, err);
        if (lock_is_late(lock, LOCK_SECONDS))
            break;
    }
    explicit_bzero(plain, sizeof plain);
    return answer;
}

/* The text with the keys in clear; what else is in it stays. */
static int pem_content(struct lock *lock, struct lock_content *content, struct error *err)
{
    const struct pem *pem = lock->state;
    unsigned char plain[ARMOR_BYTES_MAX];
    size_t done = 0;
    bool is_text = lock->file.ptr[0] != DER_SEQUENCE;
    (void)err;
    for (size_t i = 0; i < pem->count; i++) {
        const struct pem_block *block = &pem->blocks[i];
        size_t len;
        if (open_block(block, lock->password, plain, &len, NULL) != LOCK_OPEN || block->begin < done)
            continue;
        buffer_put(content->out, slice_sub(lock->file, done, block->begin - done));
        lock_put_pem(content->out, block->label, slice_of(plain, len));
        done = block->end;
    }
    if (is_text)
        buffer_put(content->out, slice_skip(lock->file, done));
    explicit_bzero(plain, sizeof plain);
    content->name = "unlocked.pem";
    return 1;
}

const struct lock_kind lock_pem = {
    .name = "pem",
    .title = "private key (PEM, PKCS#8)",
    .probe = pem_probe,
    .is_in_text = true,
    .is_armored = true,
    .open = pem_open,
    .try = pem_try,
    .content = pem_content,
};
