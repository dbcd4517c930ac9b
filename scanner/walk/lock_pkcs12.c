/* lock_pkcs12.c - PKCS #12 stores (RFC 7292): proven by their MAC, or where they have none by a key that parses. OpenSSL reads the
 * structure, which may be BER; keys and ciphers are derived here, since its old ones lie in a module that the sandbox can't load. */
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <stdio.h>

#include "validate/der.h"
#include "validate/privkey.h"
#include "walk/lock_pbe.h"

#define STORE_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define STORE_SEEN_MAX 512 /* safes and bags */
#define MAC_SALT_MAX 1024
#define TOO_MUCH "the key store holds more than is deciphered"

struct store {
    PKCS12 *file;
    STACK_OF(PKCS7) * safes;
    bool has_mac;
    struct slice signed_bytes; /* what the MAC is over */
    struct slice mac, salt;
    int md;
    uint64_t rounds;
    struct slice pbmac1; /* its parameters, where the MAC is of that kind (RFC 9579) */
};

/* What goes through the bags: find one key that opens, or write all. */
struct visit {
    struct slice password;
    struct buffer *out;          /* NULL: only find */
    unsigned keys, seen, closed; /* closed: PASSWORD did not decipher them */
    bool is_cut;                 /* there were more of them, or they took too long */
    enum lock_answer answer;     /* the last that was no LOCK_OPEN */
    struct error *err;
    struct lock *lock;
    PKCS12_SAFEBAG *bag; /* at work */
};

static bool pkcs12_probe(struct slice file)
{
    static const unsigned char version[] = { 0x02, 0x01, 0x03, 0x30 };
    static const unsigned char data[] = { 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07 };
    struct slice head = slice_sub(file, 0, 32);
    size_t at = slice_find(head, 0, slice_of(version, sizeof version));
    return file.len > 32 && file.ptr[0] == DER_SEQUENCE && at != SLICE_NONE && at <= 6 &&
           slice_find(head, at, slice_of(data, sizeof data)) != SLICE_NONE;
}

static void undo_store(void *ptr)
{
    struct store *store = ptr;
    sk_PKCS7_pop_free(store->safes, PKCS7_free);
    PKCS12_free(store->file);
}

static struct slice slice_of_string(const ASN1_STRING *string)
{
    return string ? slice_of(ASN1_STRING_get0_data(string), (size_t)ASN1_STRING_length(string))
                  : slice_of(NULL, 0);
}

/* An algorithm as the content of its SEQUENCE, in the lock's arena. */
static struct slice algorithm_of(struct lock *lock, const X509_ALGOR *algor)
{
    unsigned char *der = NULL;
    struct slice body = slice_of(NULL, 0);
    int len = algor ? i2d_X509_ALGOR((X509_ALGOR *)(uintptr_t)algor, &der) : -1;
    if (len > 0) {
        struct slice whole = arena_copy(lock->arena, slice_of(der, (size_t)len));
        if (der_eat(&whole, DER_SEQUENCE, &body) < 0)
            body = slice_of(NULL, 0);
    }
    OPENSSL_free(der);
    return body;
}

static void read_mac(struct lock *lock, struct store *store)
{
    static const unsigned char pbmac1[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0E };
    const ASN1_OCTET_STRING *mac, *salt;
    const X509_ALGOR *algor;
    const ASN1_INTEGER *rounds;
    struct slice oid, params;
    PKCS12_get0_mac(&mac, &algor, &salt, &rounds, store->file);
    if (!mac)
        return;
    struct slice algorithm = algorithm_of(lock, algor);
    int64_t count = 1;
    if (rounds && (ASN1_INTEGER_get_int64(&count, rounds) != 1 || count < 1))
        count = INT64_MAX;
    store->has_mac = true;
    store->mac = slice_of_string(mac);
    store->salt = slice_of_string(salt);
    store->rounds = (uint64_t)count;
    if (der_eat(&algorithm, DER_OID, &oid) < 0)
        return;
    if (slice_is_equal(oid, slice_of(pbmac1, sizeof pbmac1)) &&
        der_eat(&algorithm, DER_SEQUENCE, &params) == 0)
        store->pbmac1 = params;
    else
        store->md = lock_hash_of_oid(oid);
}

static int pkcs12_open(struct lock *lock, struct error *err)
{
    const unsigned char *at = lock->file.ptr;
    struct store *store = arena_alloc(lock->arena, sizeof *store);
    lock->state = store;
    if (lock->file.len > STORE_BYTES_MAX)
        return error_set(err, ERROR_LIMIT, "the key store is larger than %zu bytes", STORE_BYTES_MAX);
    arena_defer(lock->arena, undo_store, store);
    store->file = d2i_PKCS12(NULL, &at, (long)lock->file.len);
    if (!store->file)
        return error_set(err, ERROR_FORMAT, "the key store is cut short or damaged");
    store->safes = PKCS12_unpack_authsafes(store->file);
    if (!store->safes)
        return error_set(err, ERROR_FORMAT, "the key store is damaged, or signed instead of locked");
    read_mac(lock, store);
    if (store->has_mac && !store->pbmac1.len)
        snprintf(lock->scheme, sizeof lock->scheme, "MAC of %s, %llu rounds",
                 store->md ? gcry_md_algo_name(store->md) : "an unknown kind",
                 (unsigned long long)store->rounds);
    return 1;
}

/* The MAC is over the content of the outer data, which OpenSSL does not give: found in the file as it stands, or as it would be written. */
static struct slice signed_bytes(struct lock *lock, struct store *store)
{
    if (!store->signed_bytes.ptr) {
        unsigned char *der = NULL;
        int len = i2d_PKCS12(store->file, &der);
        struct slice whole = slice_of(der, len > 0 ? (size_t)len : 0), body, version, info, oid, tagged, data;
        if (der_eat(&whole, DER_SEQUENCE, &body) == 0 && der_eat(&body, DER_INTEGER, &version) == 0 &&
            der_eat(&body, DER_SEQUENCE, &info) == 0 && der_eat(&info, DER_OID, &oid) == 0 &&
            der_eat(&info, 0xA0, &tagged) == 0 && der_eat(&tagged, DER_OCTETS, &data) == 0)
            store->signed_bytes = arena_copy(lock->arena, data);
        OPENSSL_free(der);
    }
    return store->signed_bytes;
}

/* PBMAC1: PBKDF2, then HMAC. */
static enum lock_answer try_pbmac1(struct lock *lock, struct store *store, struct slice password,
                                   struct error *err)
{
    struct slice params = store->pbmac1, kdf, kdf_oid, kdf_params, scheme, oid, salt;
    uint64_t rounds;
    size_t key_len = 0;
    int prf, md;
    unsigned char key[64], sum[LOCK_HASH_MAX];
    if (der_eat(&params, DER_SEQUENCE, &kdf) < 0 || der_eat(&params, DER_SEQUENCE, &scheme) < 0 ||
        der_eat(&kdf, DER_OID, &kdf_oid) < 0 || der_eat(&kdf, DER_SEQUENCE, &kdf_params) < 0 ||
        der_eat(&scheme, DER_OID, &oid) < 0 || (md = lock_hash_of_oid(oid)) == 0 ||
        lock_pbkdf2_read(kdf_params, &salt, &rounds, &prf, &key_len) < 0)
        return lock_say(LOCK_UNSUPPORTED, err, "a MAC that is not known");
    if (key_len == 0)
        key_len = gcry_md_get_algo_dlen(md);
    enum lock_answer answer = lock_pbkdf2(prf, password, salt, rounds, key, key_len, err);
    if (answer != LOCK_OPEN)
        return answer;
    struct slice bytes = signed_bytes(lock, store);
    size_t len = lock_hmac(md, slice_of(key, key_len), &bytes, 1, sum);
    explicit_bzero(key, sizeof key);
    return store->mac.len == len && lock_is_same(sum, store->mac.ptr, len) ? LOCK_OPEN : LOCK_WRONG;
}

static enum lock_answer try_mac(struct lock *lock, struct store *store, struct slice wide, struct error *err)
{
    unsigned char key[LOCK_HASH_MAX], sum[LOCK_HASH_MAX];
    if (!store->md || store->salt.len > MAC_SALT_MAX)
        return lock_say(LOCK_UNSUPPORTED, err, "a MAC that is not known");
    size_t len = gcry_md_get_algo_dlen(store->md);
    enum lock_answer answer =
        lock_pkcs12_derive(store->md, LOCK_PKCS12_MAC, wide, store->salt, store->rounds, key, len, err);
    if (answer != LOCK_OPEN)
        return answer;
    struct slice bytes = signed_bytes(lock, store);
    lock_hmac(store->md, slice_of(key, len), &bytes, 1, sum);
    explicit_bzero(key, sizeof key);
    return bytes.ptr && store->mac.len == len && lock_is_same(sum, store->mac.ptr, len) ? LOCK_OPEN
                                                                                        : LOCK_WRONG;
}

/* Deciphered DATA in the lock's arena, or empty. */
static struct slice decipher(struct visit *visit, const X509_ALGOR *algor, struct slice data)
{
    struct lock_pbe pbe;
    size_t len = 0;
    struct slice algorithm = algorithm_of(visit->lock, algor);
    unsigned char *plain = arena_alloc(visit->lock->arena, data.len ? data.len : 1);
    enum lock_answer answer = LOCK_UNSUPPORTED;
    if (lock_pbe_read(algorithm, &pbe, visit->err) == 0)
        answer = lock_pbe_decipher(&pbe, visit->password, data, plain, &len, visit->err);
    if (answer == LOCK_OPEN)
        return slice_of(plain, len);
    visit->answer = answer;
    visit->closed++;
    return slice_of(NULL, 0);
}

/* "# private key 'NAME'": what a person reads beside the finding. */
static void put_name(struct visit *visit, const char *what, const char *more)
{
    char *name = PKCS12_get_friendlyname(visit->bag);
    if (name)
        buffer_printf(visit->out, "# %s '%.200s'%s\n", what, name, more);
    else if (*more)
        buffer_printf(visit->out, "# %s%s\n", what, more);
    OPENSSL_free(name);
}

static void take_key(struct visit *visit, struct slice der)
{
    struct privkey key;
    privkey_read_der(der, &key);
    if (key.state != PRIVKEY_PARSES)
        return;
    visit->keys++;
    if (!visit->out)
        return;
    put_name(visit, "private key",
             visit->password.len ? " of a PKCS#12 key store that a password opened"
                                 : " of a PKCS#12 key store that an empty password opened");
    lock_put_pem(visit->out, "PRIVATE KEY", der);
}

static void take_plain_key(struct visit *visit, const PKCS8_PRIV_KEY_INFO *info)
{
    unsigned char *der = NULL;
    int len = info ? i2d_PKCS8_PRIV_KEY_INFO((PKCS8_PRIV_KEY_INFO *)(uintptr_t)info, &der) : -1;
    if (len > 0)
        take_key(visit, slice_of(der, (size_t)len));
    OPENSSL_clear_free(der, len > 0 ? (size_t)len : 0);
}

/* What a bag holds that is no key and no certificate: secrets as they are. */
static void take_secret(struct visit *visit, const PKCS12_SAFEBAG *bag)
{
    const ASN1_TYPE *value = PKCS12_SAFEBAG_get0_bag_obj(bag);
    if (visit->out && value && value->type == V_ASN1_OCTET_STRING) {
        buffer_put(visit->out, slice_of_string(value->value.octet_string));
        buffer_put_byte(visit->out, '\n');
    }
}

/* Each bag and each encrypted safe may cost a key. */
static bool has_enough(struct visit *visit)
{
    if (visit->is_cut || (visit->keys && !visit->out))
        return true;
    visit->is_cut = ++visit->seen > STORE_SEEN_MAX || lock_is_late(visit->lock, 2 * LOCK_SECONDS);
    return visit->is_cut;
}

static void visit_bag(struct visit *visit, PKCS12_SAFEBAG *bag)
{
    const X509_ALGOR *algor;
    const ASN1_OCTET_STRING *data;
    if (has_enough(visit))
        return;
    visit->bag = bag;
    switch (PKCS12_SAFEBAG_get_nid(bag)) {
    case NID_keyBag:
        take_plain_key(visit, PKCS12_SAFEBAG_get0_p8inf(bag));
        return;
    case NID_pkcs8ShroudedKeyBag:
        if (PKCS12_SAFEBAG_get0_pkcs8(bag)) {
            X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &algor, &data);
            take_key(visit, decipher(visit, algor, slice_of_string(data)));
        }
        return;
    case NID_secretBag:
        take_secret(visit, bag);
        return;
    default: /* certificates have names, too */
        if (visit->out)
            put_name(visit, "entry", "");
        return;
    }
}

static void visit_bags(struct visit *visit, STACK_OF(PKCS12_SAFEBAG) * bags)
{
    for (int i = 0; bags && i < sk_PKCS12_SAFEBAG_num(bags) && !visit->is_cut; i++)
        visit_bag(visit, sk_PKCS12_SAFEBAG_value(bags, i));
    sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}

static void visit_encrypted(struct visit *visit, const PKCS7 *safe)
{
    const PKCS7_ENC_CONTENT *content = safe->d.encrypted ? safe->d.encrypted->enc_data : NULL;
    if (!content || !content->enc_data)
        return;
    struct slice plain = decipher(visit, content->algorithm, slice_of_string(content->enc_data));
    const unsigned char *at = plain.ptr;
    if (plain.len)
        visit_bags(visit, (STACK_OF(PKCS12_SAFEBAG) *)ASN1_item_d2i(NULL, &at, (long)plain.len,
                                                                    ASN1_ITEM_rptr(PKCS12_SAFEBAGS)));
}

static void visit_store(struct visit *visit, const struct store *store)
{
    for (int i = 0; i < sk_PKCS7_num(store->safes) && !has_enough(visit); i++) {
        PKCS7 *safe = sk_PKCS7_value(store->safes, i);
        if (PKCS7_type_is_data(safe))
            visit_bags(visit, PKCS12_unpack_p7data(safe));
        else if (PKCS7_type_is_encrypted(safe))
            visit_encrypted(visit, safe);
    }
}

/* Without a MAC: a key that parses. */
static enum lock_answer try_keys(struct lock *lock, struct slice password, struct error *err)
{
    struct visit visit = { .password = password, .err = err, .lock = lock };
    struct arena_mark mark = arena_mark(lock->arena);
    visit_store(&visit, lock->state);
    arena_rewind(lock->arena, mark);
    if (visit.keys)
        return LOCK_OPEN;
    return visit.is_cut ? lock_say(LOCK_LIMIT, err, TOO_MUCH) : visit.answer;
}

static enum lock_answer pkcs12_try(struct lock *lock, struct slice password, struct error *err)
{
    struct store *store = lock->state;
    unsigned char bytes[2 * LOCK_PASSWORD_MAX + 2] = { 0 };
    size_t len = lock_utf16be(password, bytes);
    enum lock_answer answer;
    if (!store->has_mac)
        return try_keys(lock, password, err);
    if (store->pbmac1.len)
        return try_pbmac1(lock, store, password, err);
    bytes[len] = bytes[len + 1] = 0;
    answer = try_mac(lock, store, slice_of(bytes, len + 2), err);
    if (answer == LOCK_WRONG && password.len == 0) /* an empty password is written in two ways */
        answer = try_mac(lock, store, slice_of(bytes, 0), err);
    explicit_bzero(bytes, sizeof bytes);
    return answer;
}

static int pkcs12_content(struct lock *lock, struct lock_content *content, struct error *err)
{
    struct visit visit = { .password = lock->password, .out = content->out, .lock = lock };
    visit_store(&visit, lock->state);
    content->name = "unlocked.pem";
    if (visit.is_cut)
        error_set(err, ERROR_LIMIT, TOO_MUCH);
    else if (visit.closed)
        error_set(err, ERROR_ENCRYPTED, "%u parts of the key store are not opened by its password",
                  visit.closed);
    return content->out->len > 0;
}

const struct lock_kind lock_pkcs12 = {
    .name = "pkcs12",
    .title = "PKCS#12 key store",
    .is_store = true,
    .probe = pkcs12_probe,
    .open = pkcs12_open,
    .try = pkcs12_try,
    .content = pkcs12_content,
};
