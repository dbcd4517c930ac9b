/* lock_ppk.c - PuTTY's private keys under a passphrase, versions 2 and 3 (PuTTY manual, appendix C): proven by their MAC. */
#include <stdio.h>

#include "validate/codec.h"
#include "walk/lock_parts.h"

#define PPK_SEARCHED ((size_t)512)
#define PPK_BLOB_MAX 16384
#define PPK_LINES_MAX 400

struct ppk {
    bool is_third;
    struct slice algorithm, comment, mac;
    struct slice public, private; /* in the lock's arena */
    int variant;                  /* of Argon2 */
    uint64_t memory, passes, lanes;
    unsigned char salt[64];
    size_t salt_len;
    size_t begin, end; /* where it stands in the text */
};

/* What a passphrase makes. */
struct ppk_keys {
    unsigned char key[32], iv[16], mac[32];
    size_t mac_len;
};

static bool ppk_probe(struct slice file)
{
    size_t at = slice_find(slice_sub(file, 0, PPK_SEARCHED), 0, slice_str("PuTTY-User-Key-File-"));
    return at != SLICE_NONE && file.len - at > 200 && (file.ptr[at + 20] == '2' || file.ptr[at + 20] == '3');
}

/* The lines that "…-Lines: N" counts, in base64, from the front of *TEXT. */
static int eat_blob(struct lock *lock, struct slice *text, struct slice count_text, struct slice *blob)
{
    unsigned char *bytes = arena_alloc(lock->arena, PPK_BLOB_MAX);
    struct slice line;
    uint64_t count;
    size_t len = 0;
    if (slice_to_u64(count_text, &count) < 0 || count > PPK_LINES_MAX)
        return -1;
    for (; count; count--) {
        size_t got = slice_eat_line(text, &line) == 1
                         ? codec_base64(slice_trim(line), bytes + len, PPK_BLOB_MAX - len)
                         : SLICE_NONE;
        if (got == SLICE_NONE)
            return -1;
        len += got;
    }
    *blob = slice_of(bytes, len);
    return 0;
}

static int take_field(struct lock *lock, struct ppk *ppk, struct slice name, struct slice value,
                      struct slice *rest, bool *is_locked)
{
    if (slice_is_equal(name, slice_str("Encryption")))
        *is_locked = slice_is_equal(value, slice_str("aes256-cbc"));
    else if (slice_is_equal(name, slice_str("Comment")))
        ppk->comment = value;
    else if (slice_is_equal(name, slice_str("Public-Lines")))
        return eat_blob(lock, rest, value, &ppk->public);
    else if (slice_is_equal(name, slice_str("Private-Lines")))
        return eat_blob(lock, rest, value, &ppk->private);
    else if (slice_is_equal(name, slice_str("Private-MAC")))
        ppk->mac = value;
    else if (slice_is_equal(name, slice_str("Key-Derivation")))
        ppk->variant = slice_is_equal(value, slice_str("Argon2d"))   ? GCRY_KDF_ARGON2D
                       : slice_is_equal(value, slice_str("Argon2i")) ? GCRY_KDF_ARGON2I
                                                                     : GCRY_KDF_ARGON2ID;
    else if (slice_is_equal(name, slice_str("Argon2-Memory")))
        return slice_to_u64(value, &ppk->memory);
    else if (slice_is_equal(name, slice_str("Argon2-Passes")))
        return slice_to_u64(value, &ppk->passes);
    else if (slice_is_equal(name, slice_str("Argon2-Parallelism")))
        return slice_to_u64(value, &ppk->lanes);
    else if (slice_is_equal(name, slice_str("Argon2-Salt")))
        ppk->salt_len = codec_hex(value, ppk->salt, sizeof ppk->salt);
    return ppk->salt_len == SLICE_NONE ? -1 : 0;
}

static int ppk_open(struct lock *lock, struct error *err)
{
    struct ppk *ppk = arena_alloc(lock->arena, sizeof *ppk);
    struct slice rest = lock->file, line;
    bool is_locked = false;
    lock->state = ppk;
    ppk->begin = slice_find(rest, 0, slice_str("PuTTY-User-Key-File-"));
    rest = slice_skip(rest, ppk->begin);
    ppk->is_third = rest.ptr[20] == '3';
    slice_eat_line(&rest, &line);
    ppk->algorithm = slice_trim(slice_skip(line, 22));
    for (unsigned lines = 0; lines < 20 && !ppk->mac.len && slice_eat_line(&rest, &line) == 1; lines++) {
        size_t colon = slice_find_byte(line, 0, ':');
        if (colon != SLICE_NONE && take_field(lock, ppk, slice_sub(line, 0, colon),
                                              slice_trim(slice_skip(line, colon + 1)), &rest, &is_locked) < 0)
            return is_locked ? error_set(err, ERROR_FORMAT, "the key is cut short or damaged") : 0;
    }
    ppk->end = lock->file.len - rest.len;
    if (!is_locked)
        return 0;
    if (!ppk->mac.len || !ppk->private.len || ppk->private.len % 16 ||
        (ppk->is_third && (!ppk->salt_len || ppk->memory > UINT64_MAX / 1024)))
        return error_set(err, ERROR_FORMAT, "the key is cut short or damaged");
    if (ppk->is_third)
        snprintf(lock->scheme, sizeof lock->scheme, "AES-256, Argon2 with %llu MiB and %llu rounds",
                 (unsigned long long)ppk->memory / 1024, (unsigned long long)ppk->passes);
    else
        snprintf(lock->scheme, sizeof lock->scheme, "AES-256, one round of SHA-1");
    return 1;
}

static enum lock_answer derive(const struct ppk *ppk, struct slice password, struct ppk_keys *keys,
                               struct error *err)
{
    unsigned char made[80], sum[LOCK_HASH_MAX];
    *keys = (struct ppk_keys){ 0 };
    if (ppk->is_third) {
        enum lock_answer answer =
            lock_argon2(ppk->variant, password, slice_of(ppk->salt, ppk->salt_len), ppk->passes,
                        ppk->memory * 1024, ppk->lanes, made, sizeof made, err);
        memcpy(keys->key, made, 32);
        memcpy(keys->iv, made + 32, 16);
        memcpy(keys->mac, made + 48, 32);
        keys->mac_len = 32;
        explicit_bzero(made, sizeof made);
        return answer;
    }
    lock_hash2(GCRY_MD_SHA1, slice_of("\0\0\0\0", 4), password, sum);
    memcpy(keys->key, sum, 20);
    lock_hash2(GCRY_MD_SHA1, slice_of("\0\0\0\1", 4), password, sum);
    memcpy(keys->key + 20, sum, 12);
    keys->mac_len = lock_hash2(GCRY_MD_SHA1, slice_str("putty-private-key-file-mac-key"), password, sum);
    memcpy(keys->mac, sum, keys->mac_len);
    explicit_bzero(sum, sizeof sum);
    return LOCK_OPEN;
}

/* The MAC is over five strings, each after its length. */
static size_t mac_of(const struct ppk *ppk, const char *encryption, struct slice private, struct slice key,
                     unsigned char out[LOCK_HASH_MAX])
{
    const struct slice fields[] = { ppk->algorithm, slice_str(encryption), ppk->comment, ppk->public,
                                    private };
    unsigned char lengths[5][4];
    struct slice pieces[10];
    for (size_t i = 0; i < 5; i++) {
        for (size_t j = 0; j < 4; j++)
            lengths[i][j] = (unsigned char)(fields[i].len >> (24 - 8 * j));
        pieces[2 * i] = slice_of(lengths[i], 4);
        pieces[2 * i + 1] = fields[i];
    }
    return lock_hmac(ppk->is_third ? GCRY_MD_SHA256 : GCRY_MD_SHA1, key, pieces, 10, out);
}

static enum lock_answer open_key(const struct ppk *ppk, struct slice password, unsigned char *plain,
                                 struct error *err)
{
    struct ppk_keys keys;
    unsigned char sum[LOCK_HASH_MAX], given[LOCK_HASH_MAX];
    enum lock_answer answer = derive(ppk, password, &keys, err);
    if (answer != LOCK_OPEN)
        return answer;
    memcpy(plain, ppk->private.ptr, ppk->private.len);
    lock_cipher(GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_CBC, LOCK_DECIPHER, slice_of(keys.key, 32),
                slice_of(keys.iv, 16), plain, ppk->private.len);
    size_t len =
        mac_of(ppk, "aes256-cbc", slice_of(plain, ppk->private.len), slice_of(keys.mac, keys.mac_len), sum);
    explicit_bzero(&keys, sizeof keys);
    return codec_hex(ppk->mac, given, sizeof given) == len && lock_is_same(sum, given, len) ? LOCK_OPEN
                                                                                            : LOCK_WRONG;
}

static enum lock_answer ppk_try(struct lock *lock, struct slice password, struct error *err)
{
    unsigned char plain[PPK_BLOB_MAX];
    enum lock_answer answer = open_key(lock->state, password, plain, err);
    explicit_bzero(plain, sizeof plain);
    return answer;
}

static void put_blob(struct buffer *out, const char *name, struct slice blob)
{
    struct buffer text;
    buffer_init(&text, 2 * PPK_BLOB_MAX);
    codec_put_base64(&text, blob, CODEC_STANDARD);
    buffer_printf(out, "%s: %zu\n", name, (text.len + 63) / 64);
    for (struct slice rest = buffer_slice(&text); rest.len; rest = slice_skip(rest, 64)) {
        buffer_put(out, slice_sub(rest, 0, 64));
        buffer_put_byte(out, '\n');
    }
    buffer_release(&text);
}

/* The same file, as it is without a passphrase. */
static int ppk_content(struct lock *lock, struct lock_content *content, struct error *err)
{
    const struct ppk *ppk = lock->state;
    unsigned char plain[PPK_BLOB_MAX], key[LOCK_HASH_MAX], sum[LOCK_HASH_MAX];
    if (open_key(ppk, lock->password, plain, err) != LOCK_OPEN)
        return -1;
    struct slice private = slice_of(plain, ppk->private.len);
    size_t key_len = ppk->is_third ? 0
                                   : lock_hash2(GCRY_MD_SHA1, slice_str("putty-private-key-file-mac-key"),
                                                slice_of(NULL, 0), key);
    size_t len = mac_of(ppk, "none", private, slice_of(key, key_len), sum);
    buffer_put(content->out, slice_sub(lock->file, 0, ppk->begin));
    buffer_printf(content->out, "PuTTY-User-Key-File-%c: ", ppk->is_third ? '3' : '2');
    buffer_put(content->out, ppk->algorithm);
    buffer_put_str(content->out, "\nEncryption: none\nComment: ");
    buffer_put(content->out, ppk->comment);
    buffer_put_byte(content->out, '\n');
    put_blob(content->out, "Public-Lines", ppk->public);
    put_blob(content->out, "Private-Lines", private);
    buffer_put_str(content->out, "Private-MAC: ");
    buffer_put_hex(content->out, slice_of(sum, len));
    buffer_put_byte(content->out, '\n');
    buffer_put(content->out, slice_skip(lock->file, ppk->end));
    explicit_bzero(plain, sizeof plain);
    content->name = "unlocked.ppk";
    return 1;
}

const struct lock_kind lock_ppk = {
    .name = "ppk",
    .title = "PuTTY private key",
    .probe = ppk_probe,
    .is_in_text = true,
    .open = ppk_open,
    .try = ppk_try,
    .content = ppk_content,
};
