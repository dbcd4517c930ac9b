/* lock_kdbx.c - KeePass safes (kdbx 3.1 and 4): proven by the HMAC of the header (4) or the bytes that the content must begin with (3.1). What opens
 * is the XML, with protected values in clear, and the attachments behind it. */
#include <stdio.h>

#include "walk/lock_kdbx.h"

static bool kdbx_probe(struct slice file)
{
    static const unsigned char signature[] = { 0x03, 0xD9, 0xA2, 0x9A, 0x67, 0xFB, 0x4B, 0xB5 };
    return file.len > 16 && memcmp(file.ptr, signature, sizeof signature) == 0;
}

static int kdbx_open(struct lock *lock, struct error *err)
{
    struct kdbx *kdbx = arena_alloc(lock->arena, sizeof *kdbx);
    char cipher[32];
    lock->state = kdbx;
    if (lock->file.len > KEEPASS_FILE_MAX)
        return error_set(err, ERROR_LIMIT, "the safe is larger than %zu bytes", KEEPASS_FILE_MAX);
    if (lock_kdbx_read(kdbx, lock->file, err) < 0)
        return -1;
    lock_cipher_title(kdbx->cipher, 32, cipher, sizeof cipher);
    if (kdbx->kdf.is_argon2)
        snprintf(lock->scheme, sizeof lock->scheme, "%s, Argon2%s with %llu MiB and %llu rounds", cipher,
                 kdbx->kdf.variant == GCRY_KDF_ARGON2D ? "d" : "id",
                 (unsigned long long)kdbx->kdf.memory / 1024 / 1024, (unsigned long long)kdbx->kdf.rounds);
    else
        snprintf(lock->scheme, sizeof lock->scheme, "%s, AES with %llu rounds", cipher,
                 (unsigned long long)kdbx->kdf.rounds);
    return 1;
}

static enum lock_answer turn(struct lock *lock, const struct kdbx_kdf *kdf,
                             unsigned char composite[LOCK_HASH_MAX], unsigned char key[LOCK_HASH_MAX],
                             struct error *err)
{
    enum lock_answer answer;
    if (kdf->is_argon2)
        return lock_argon2(kdf->variant, slice_of(composite, 32), kdf->salt, kdf->rounds, kdf->memory,
                           kdf->lanes, key, 32, err);
    answer = lock_keepass_turn(lock, kdf->salt, kdf->rounds, composite, err);
    if (answer == LOCK_OPEN)
        memcpy(key, composite, 32);
    return answer;
}

/* PASSWORD is NULL for a safe without one, which is not the same as an empty one. */
static enum lock_answer transform(struct lock *lock, const struct kdbx *kdbx, const struct slice *password,
                                  unsigned char key[LOCK_HASH_MAX], struct error *err)
{
    unsigned char word[LOCK_HASH_MAX], composite[LOCK_HASH_MAX];
    size_t len = password ? lock_hash2(GCRY_MD_SHA256, *password, slice_of(NULL, 0), word) : 0;
    lock_hash2(GCRY_MD_SHA256, slice_of(word, len), slice_of(lock->key, lock->key ? LOCK_KEY_FILE : 0),
               composite);
    enum lock_answer answer = turn(lock, &kdbx->kdf, composite, key, err);
    explicit_bzero(word, sizeof word);
    explicit_bzero(composite, sizeof composite);
    return answer;
}

static bool is_fourth_right(struct kdbx *kdbx)
{
    unsigned char sum[LOCK_HASH_MAX];
    lock_kdbx_mac(kdbx, UINT64_MAX, false, kdbx->header, sum);
    return lock_is_same(sum, kdbx->sums.ptr + 32, 32);
}

static bool is_third_right(const struct kdbx *kdbx)
{
    unsigned char head[32];
    if (kdbx->body.len < sizeof head)
        return false;
    memcpy(head, kdbx->body.ptr, sizeof head);
    return lock_cipher(kdbx->cipher, kdbx->mode, LOCK_DECIPHER, slice_of(kdbx->key, 32), kdbx->iv, head,
                       sizeof head) == 0 &&
           lock_is_same(head, kdbx->start.ptr, sizeof head);
}

static enum lock_answer try_key(struct lock *lock, const struct slice *password, struct error *err)
{
    struct kdbx *kdbx = lock->state;
    struct kdbx trial = *kdbx;
    unsigned char key[LOCK_HASH_MAX], sum[LOCK_HASH_MAX];
    static const unsigned char one = 1;
    enum lock_answer answer = transform(lock, kdbx, password, key, err);
    if (answer != LOCK_OPEN)
        return answer;
    lock_hash2(GCRY_MD_SHA256, kdbx->seed, slice_of(key, 32), sum);
    memcpy(trial.key, sum, 32);
    const struct slice pieces[] = { kdbx->seed, slice_of(key, 32), slice_of(&one, 1) };
    lock_hash(GCRY_MD_SHA512, pieces, 3, trial.mac_key);
    if (kdbx->is_fourth ? is_fourth_right(&trial) : is_third_right(&trial))
        *kdbx = trial;
    else
        answer = LOCK_WRONG;
    explicit_bzero(&trial, sizeof trial);
    explicit_bzero(key, sizeof key);
    return answer;
}

static enum lock_answer kdbx_try(struct lock *lock, struct slice password, struct error *err)
{
    enum lock_answer answer = try_key(lock, &password, err);
    return answer == LOCK_WRONG && password.len == 0 ? try_key(lock, NULL, err) : answer;
}

const struct lock_kind lock_kdbx = {
    .name = "kdbx",
    .title = "KeePass safe",
    .probe = kdbx_probe,
    .takes_key = true,
    .open = kdbx_open,
    .try = kdbx_try,
    .content = lock_kdbx_content,
};
