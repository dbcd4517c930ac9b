/* lock_jks.c - Java key stores, JKS and JCEKS: proven by the SHA-1 over password and store. Layout: sun.security.provider.JavaKeyStore and
 * com.sun.crypto.provider.JceKeyStore of OpenJDK. */
#include <stdio.h>

#include "validate/der.h"
#include "validate/privkey.h"
#include "walk/lock_pbe.h"

#define JKS_MAGIC 0xFEEDFEEDu
#define JCEKS_MAGIC 0xCECECECEu
#define JKS_KEYS_MAX 64
#define JKS_SALT 20

enum jks_tag { JKS_PRIVATE = 1, JKS_TRUSTED = 2, JKS_SECRET = 3 };

struct jks {
    struct slice signed_bytes, sum;
    struct slice keys[JKS_KEYS_MAX], aliases[JKS_KEYS_MAX]; /* EncryptedPrivateKeyInfo */
    size_t count;
    bool has_more;    /* keys than that */
    bool has_secrets; /* serialised Java objects, which nothing here reads, nor what follows them */
};

static bool jks_probe(struct slice file)
{
    uint32_t magic, version;
    return slice_eat_u32be(&file, &magic) == 0 && slice_eat_u32be(&file, &version) == 0 &&
           (magic == JKS_MAGIC || magic == JCEKS_MAGIC) && (version == 1 || version == 2);
}

static int eat_text(struct slice *rest, struct slice *text)
{
    uint16_t len;
    return slice_eat_u16be(rest, &len) < 0 ? -1 : slice_eat(rest, len, text);
}

static int eat_long(struct slice *rest, struct slice *bytes)
{
    uint32_t len;
    return slice_eat_u32be(rest, &len) < 0 ? -1 : slice_eat(rest, len, bytes);
}

static int eat_certificate(struct slice *rest, uint32_t version)
{
    struct slice kind, certificate;
    return (version == 2 && eat_text(rest, &kind) < 0) || eat_long(rest, &certificate) < 0 ? -1 : 0;
}

static int eat_private(struct jks *jks, struct slice *rest, uint32_t version, struct slice alias)
{
    struct slice key;
    uint32_t chain;
    if (eat_long(rest, &key) < 0 || slice_eat_u32be(rest, &chain) < 0)
        return -1;
    jks->has_more = jks->count == JKS_KEYS_MAX;
    if (!jks->has_more) {
        jks->aliases[jks->count] = alias;
        jks->keys[jks->count++] = key;
    }
    for (; chain && rest->len; chain--)
        if (eat_certificate(rest, version) < 0)
            return -1;
    return 0;
}

/* 1, 0 where the entries can be read no further, or -1. */
static int eat_entry(struct jks *jks, struct slice *rest, uint32_t version)
{
    uint32_t tag;
    struct slice alias, date;
    if (slice_eat_u32be(rest, &tag) < 0 || eat_text(rest, &alias) < 0 || slice_eat(rest, 8, &date) < 0)
        return -1;
    if (tag == JKS_PRIVATE)
        return eat_private(jks, rest, version, alias) < 0 ? -1 : 1;
    if (tag == JKS_TRUSTED)
        return eat_certificate(rest, version) < 0 ? -1 : 1;
    jks->has_secrets = tag == JKS_SECRET;
    return jks->has_secrets ? 0 : -1;
}

static int jks_open(struct lock *lock, struct error *err)
{
    struct slice rest = lock->file;
    uint32_t magic, version, count;
    struct jks *jks = arena_alloc(lock->arena, sizeof *jks);
    lock->state = jks;
    if (slice_eat_u32be(&rest, &magic) < 0 || slice_eat_u32be(&rest, &version) < 0 ||
        slice_eat_u32be(&rest, &count) < 0 || rest.len < 20)
        return error_set(err, ERROR_FORMAT, "the key store is cut short");
    jks->signed_bytes = slice_sub(lock->file, 0, lock->file.len - 20);
    jks->sum = slice_skip(lock->file, lock->file.len - 20);
    rest = slice_sub(rest, 0, rest.len - 20);
    int got = 1;
    for (; count && got == 1; count--)
        got = eat_entry(jks, &rest, version);
    if (got < 0)
        return error_set(err, ERROR_FORMAT, "the key store is cut short or damaged");
    snprintf(lock->scheme, sizeof lock->scheme, "%s, SHA-1 over the password",
             magic == JKS_MAGIC ? "JKS" : "JCEKS");
    return jks->count || jks->has_secrets;
}

static enum lock_answer jks_try(struct lock *lock, struct slice password, struct error *err)
{
    const struct jks *jks = lock->state;
    unsigned char wide[2 * LOCK_PASSWORD_MAX], sum[LOCK_HASH_MAX];
    const struct slice pieces[] = { slice_of(wide, lock_utf16be(password, wide)),
                                    slice_str("Mighty Aphrodite"), jks->signed_bytes };
    (void)err;
    lock_hash(GCRY_MD_SHA1, pieces, 3, sum);
    explicit_bzero(wide, sizeof wide);
    return lock_is_same(sum, jks->sum.ptr, 20) ? LOCK_OPEN : LOCK_WRONG;
}

/* Sun's own way: a stream of SHA-1 over password and the sum before, which begins as the salt; a sum over the key at the end. */
static size_t open_sun(struct slice data, struct slice wide, unsigned char *plain)
{
    unsigned char sum[LOCK_HASH_MAX];
    if (data.len < 2 * JKS_SALT)
        return SLICE_NONE;
    memcpy(sum, data.ptr, JKS_SALT);
    struct slice in = slice_sub(data, JKS_SALT, data.len - 2 * JKS_SALT);
    for (size_t i = 0; i < in.len; i++) {
        if (i % 20 == 0) {
            unsigned char next[LOCK_HASH_MAX];
            lock_hash2(GCRY_MD_SHA1, wide, slice_of(sum, 20), next);
            memcpy(sum, next, 20);
        }
        plain[i] = in.ptr[i] ^ sum[i % 20];
    }
    lock_hash2(GCRY_MD_SHA1, wide, slice_of(plain, in.len), sum);
    return lock_is_same(sum, data.ptr + data.len - 20, 20) ? in.len : SLICE_NONE;
}

static size_t open_wide(struct slice data, struct slice password, unsigned char *plain)
{
    unsigned char wide[2 * LOCK_PASSWORD_MAX];
    size_t len = open_sun(data, slice_of(wide, lock_utf16be(password, wide)), plain);
    explicit_bzero(wide, sizeof wide);
    return len;
}

/* The key in PLAIN, which has room for it. Its length, or SLICE_NONE: keys may have passwords of their own. */
static size_t open_key(struct slice key, struct slice password, unsigned char *plain)
{
    static const unsigned char sun[] = { 0x2B, 0x06, 0x01, 0x04, 0x01, 0x2A, 0x02, 0x11, 0x01, 0x01 };
    struct slice body, algorithm, data, copy, oid;
    struct lock_pbe pbe;
    size_t len;
    if (der_eat(&key, DER_SEQUENCE, &body) < 0 || der_eat(&body, DER_SEQUENCE, &algorithm) < 0 ||
        der_eat(&body, DER_OCTETS, &data) < 0)
        return SLICE_NONE;
    copy = algorithm;
    if (der_eat(&copy, DER_OID, &oid) == 0 && slice_is_equal(oid, slice_of(sun, sizeof sun)))
        return open_wide(data, password, plain);
    if (lock_pbe_read(algorithm, &pbe, NULL) < 0 ||
        lock_pbe_decipher(&pbe, password, data, plain, &len, NULL) != LOCK_OPEN)
        return SLICE_NONE;
    return len;
}

/* The key number INDEX as PEM. False: this password is not its. */
static bool put_key(struct lock *lock, const struct jks *jks, size_t index, struct buffer *out)
{
    struct privkey key;
    struct arena_mark mark = arena_mark(lock->arena);
    unsigned char *plain = arena_alloc(lock->arena, jks->keys[index].len);
    size_t len = open_key(jks->keys[index], lock->password, plain);
    privkey_read_der(slice_of(plain, len == SLICE_NONE ? 0 : len), &key);
    bool is_open = key.state == PRIVKEY_PARSES;
    if (is_open) {
        buffer_put_str(out, "# private key '");
        buffer_put(out, jks->aliases[index]);
        buffer_put_str(out, "' of a Java key store that a password opened\n");
        lock_put_pem(out, "PRIVATE KEY", slice_of(plain, len));
    }
    arena_rewind(lock->arena, mark);
    return is_open;
}

static int jks_content(struct lock *lock, struct lock_content *content, struct error *err)
{
    const struct jks *jks = lock->state;
    unsigned closed = 0;
    size_t done = 0;
    for (; done < jks->count && !lock_is_late(lock, 2 * LOCK_SECONDS); done++)
        closed += !put_key(lock, jks, done, content->out);
    if (done < jks->count || jks->has_more)
        error_set(err, ERROR_LIMIT, "the key store holds more keys than are deciphered");
    else if (closed)
        error_set(err, ERROR_ENCRYPTED, "%u keys in the key store have a password of their own", closed);
    else if (jks->has_secrets)
        error_set(err, ERROR_UNSUPPORTED, "the key store holds secrets as Java objects, which are not read");
    content->name = "unlocked.pem";
    return content->out->len > 0;
}

const struct lock_kind lock_jks = {
    .name = "jks",
    .title = "Java key store",
    .is_store = true,
    .probe = jks_probe,
    .open = jks_open,
    .try = jks_try,
    .content = jks_content,
};
