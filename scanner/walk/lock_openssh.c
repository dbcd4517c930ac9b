/* lock_openssh.c - private keys in OpenSSH's own form under a passphrase (PROTOCOL.key): proven by the two equal numbers, the strings and the padding
 * of what is deciphered. */
#include <stdio.h>

#include "validate/armor.h"
#include "validate/der.h"
#include "validate/privkey.h"
#include "walk/lock_bcrypt.h"
#include "walk/lock_pbe.h"

/* How many keys are looked for in a file. */
#define KEYS_MAX 32

#define BEGIN "-----BEGIN OPENSSH PRIVATE KEY-----"

struct openssh_cipher {
    const char *name;
    int cipher, mode;
    size_t key_len, iv_len;
};

/* Those with a tag are deciphered without it: what comes out is held against itself. */
static const struct openssh_cipher ciphers[] = {
    { "aes256-ctr", GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_CTR, 32, 16 },
    { "aes192-ctr", GCRY_CIPHER_AES192, GCRY_CIPHER_MODE_CTR, 24, 16 },
    { "aes128-ctr", GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_CTR, 16, 16 },
    { "aes256-cbc", GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_CBC, 32, 16 },
    { "aes192-cbc", GCRY_CIPHER_AES192, GCRY_CIPHER_MODE_CBC, 24, 16 },
    { "aes128-cbc", GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_CBC, 16, 16 },
    { "3des-cbc", GCRY_CIPHER_3DES, GCRY_CIPHER_MODE_CBC, 24, 8 },
    { "aes256-gcm@openssh.com", GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_GCM, 32, 12 },
    { "aes128-gcm@openssh.com", GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_GCM, 16, 12 },
    { "chacha20-poly1305@openssh.com", GCRY_CIPHER_CHACHA20, GCRY_CIPHER_MODE_STREAM, 64, 0 },
};

struct openssh {
    struct armor armor;
    const struct openssh_cipher *cipher;
    struct slice salt, public, private;
    uint32_t rounds;
    size_t begin; /* where it stands in the text */
};

static bool openssh_probe(struct slice file)
{
    return slice_find(slice_sub(file, 0, LOCK_SEARCHED), 0, slice_str(BEGIN)) != SLICE_NONE;
}

static int read_key(struct openssh *key, struct error *err)
{
    static const char magic[] = "openssh-key-v1"; /* with its NUL */
    struct slice rest = slice_of(key->armor.bytes, key->armor.len), name, kdf, options;
    uint32_t keys;
    if (rest.len < sizeof magic || memcmp(rest.ptr, magic, sizeof magic) != 0)
        return 0;
    rest = slice_skip(rest, sizeof magic);
    if (ssh_eat_string(&rest, &name) < 0 || ssh_eat_string(&rest, &kdf) < 0 ||
        ssh_eat_string(&rest, &options) < 0)
        return error_set(err, ERROR_FORMAT, "the key is cut short or damaged");
    if (slice_is_equal(name, slice_str("none")))
        return 0;
    for (size_t i = 0; i < sizeof ciphers / sizeof *ciphers; i++)
        if (slice_is_equal(name, slice_str(ciphers[i].name)))
            key->cipher = &ciphers[i];
    if (!key->cipher || !slice_is_equal(kdf, slice_str("bcrypt")))
        return error_set(err, ERROR_UNSUPPORTED, "an encryption that is not known");
    if (ssh_eat_string(&options, &key->salt) < 0 || slice_eat_u32be(&options, &key->rounds) < 0 ||
        slice_eat_u32be(&rest, &keys) < 0 || keys != 1 || ssh_eat_string(&rest, &key->public) < 0 ||
        ssh_eat_string(&rest, &key->private) < 0 || key->private.len < 16 || key->private.len % 8)
        return error_set(err, ERROR_FORMAT, "the key is cut short or damaged");
    return 1;
}

/* The first that is locked; those before it may be open. */
static int openssh_open(struct lock *lock, struct error *err)
{
    struct openssh *key = arena_alloc(lock->arena, sizeof *key);
    struct slice text = slice_sub(lock->file, 0, LOCK_SEARCHED);
    int got = 0;
    lock->state = key;
    for (unsigned i = 0; i < KEYS_MAX && got == 0; i++) {
        key->begin = slice_find(text, i ? key->begin + 1 : 0, slice_str(BEGIN));
        if (key->begin == SLICE_NONE)
            return 0;
        if (armor_read(&key->armor, slice_of(NULL, 0), slice_skip(lock->file, key->begin)) == 0)
            got = read_key(key, err);
    }
    if (got == 1)
        snprintf(lock->scheme, sizeof lock->scheme, "%s, bcrypt with %u rounds", key->cipher->name,
                 (unsigned)key->rounds);
    return got;
}

static int decipher(const struct openssh_cipher *cipher, const unsigned char *made, unsigned char *bytes,
                    size_t len)
{
    struct slice key = slice_of(made, cipher->key_len), iv = slice_of(made + cipher->key_len, cipher->iv_len);
    unsigned char counter[16] = { 0 };
    if (cipher->mode == GCRY_CIPHER_MODE_GCM) { /* counts from 2: 1 is the tag's */
        memcpy(counter, iv.ptr, 12);
        counter[15] = 2;
        return lock_cipher(cipher->cipher, GCRY_CIPHER_MODE_CTR, LOCK_DECIPHER, key, slice_of(counter, 16),
                           bytes, len);
    }
    if (cipher->cipher != GCRY_CIPHER_CHACHA20)
        return lock_cipher(cipher->cipher, cipher->mode, LOCK_DECIPHER, key, iv, bytes, len);
    /* The first half of the key, packet number 0; the first block of the stream is the tag's. */
    unsigned char skipped[64] = { 0 };
    gcry_cipher_hd_t stream = lock_cipher_open(GCRY_CIPHER_CHACHA20, GCRY_CIPHER_MODE_STREAM,
                                               slice_of(made, 32), slice_of(counter, 8));
    if (!stream)
        return -1;
    gcry_cipher_decrypt(stream, skipped, sizeof skipped, NULL, 0);
    gcry_cipher_decrypt(stream, bytes, len, NULL, 0);
    gcry_cipher_close(stream);
    return 0;
}

/* Two equal numbers, the strings of one key, and 1, 2, 3 ... to the end. */
static bool is_right(struct slice plain)
{
    uint32_t one, two;
    struct slice string;
    if (slice_eat_u32be(&plain, &one) < 0 || slice_eat_u32be(&plain, &two) < 0 || one != two ||
        ssh_eat_string(&plain, &string) < 0 || string.len > 64 || string.len < 4)
        return false;
    unsigned strings = 0;
    while (ssh_eat_string(&plain, &string) == 0)
        strings++;
    for (size_t i = 0; i < plain.len; i++)
        if (plain.ptr[i] != (unsigned char)(i + 1))
            return false;
    return strings >= 3;
}

static enum lock_answer open_key(const struct lock *lock, const struct openssh *key, struct slice password,
                                 unsigned char *plain, struct error *err)
{
    unsigned char made[80] = { 0 };
    enum lock_answer answer = lock_bcrypt(lock, password, key->salt, key->rounds, made,
                                          key->cipher->key_len + key->cipher->iv_len, err);
    if (answer != LOCK_OPEN)
        return answer;
    memcpy(plain, key->private.ptr, key->private.len);
    int result = decipher(key->cipher, made, plain, key->private.len);
    explicit_bzero(made, sizeof made);
    return result == 0 && is_right(slice_of(plain, key->private.len)) ? LOCK_OPEN : LOCK_WRONG;
}

static enum lock_answer openssh_try(struct lock *lock, struct slice password, struct error *err)
{
    unsigned char plain[ARMOR_BYTES_MAX];
    enum lock_answer answer = open_key(lock, lock->state, password, plain, err);
    explicit_bzero(plain, sizeof plain);
    return answer;
}

static void put_string(struct buffer *out, struct slice string)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buffer_put_byte(out, (unsigned char)(string.len >> shift));
    buffer_put(out, string);
}

static int openssh_content(struct lock *lock, struct lock_content *content, struct error *err)
{
    const struct openssh *key = lock->state;
    unsigned char plain[ARMOR_BYTES_MAX];
    struct buffer bytes;
    if (open_key(lock, key, lock->password, plain, err) != LOCK_OPEN)
        return -1;
    buffer_init(&bytes, 2 * ARMOR_BYTES_MAX);
    buffer_put(&bytes, slice_of("openssh-key-v1", 15));
    put_string(&bytes, slice_str("none"));
    put_string(&bytes, slice_str("none"));
    put_string(&bytes, slice_str(""));
    buffer_put(&bytes, slice_of("\0\0\0\1", 4));
    put_string(&bytes, key->public);
    put_string(&bytes, slice_of(plain, key->private.len));
    buffer_put(content->out, slice_sub(lock->file, 0, key->begin));
    lock_put_pem(content->out, "OPENSSH PRIVATE KEY", buffer_slice(&bytes));
    buffer_put(content->out, slice_skip(lock->file, lock_armor_end(lock->file, key->begin)));
    buffer_release(&bytes);
    explicit_bzero(plain, sizeof plain);
    content->name = "unlocked.pem";
    return 1;
}

const struct lock_kind lock_openssh = {
    .name = "openssh",
    .title = "OpenSSH private key",
    .probe = openssh_probe,
    .is_in_text = true,
    .is_armored = true,
    .open = openssh_open,
    .try = openssh_try,
    .content = openssh_content,
};
