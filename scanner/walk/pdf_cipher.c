/* pdf_cipher.c - the standard security handler of PDF. */
#include "walk/pdf_cipher.h"

#include <gcrypt.h>

#include "walk/pdf_syntax.h"

#define MD5_LEN 16
#define PAD_LEN 32
#define ENTRY_LEN 48 /* of /O and /U in revisions 5 and 6: hash, salt of the check, salt of the key */
#define ROUNDS_MOST 1024
#define PASSWORD_MOST 127

static const unsigned char pad[PAD_LEN + 1] =
    "\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08"
    "\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A";

/* What the dictionary says. */
struct standard {
    uint64_t revision, length;
    uint32_t permissions;
    unsigned char owner[PAD_LEN + 64], user[PAD_LEN + 64], owner_key[64], user_key[64];
    bool has_metadata;
    struct slice id;
};

static void hash(int algorithm, const struct slice *pieces, size_t count, unsigned char *out)
{
    gcry_md_hd_t md;
    if (gcry_md_open(&md, algorithm, 0))
        abort();
    for (size_t i = 0; i < count; i++)
        gcry_md_write(md, pieces[i].ptr, pieces[i].len);
    memcpy(out, gcry_md_read(md, algorithm), gcry_md_get_algo_dlen(algorithm));
    gcry_md_close(md);
}

/* In place. RC4 where IV is NULL, else AES in CBC. */
static void run(struct slice key, const unsigned char *iv, bool is_deciphering, unsigned char *bytes,
                size_t len)
{
    gcry_cipher_hd_t handle;
    int aes = key.len == 32 ? GCRY_CIPHER_AES256 : GCRY_CIPHER_AES128;
    bool is_open = iv ? gcry_cipher_open(&handle, aes, GCRY_CIPHER_MODE_CBC, 0) == 0
                      : gcry_cipher_open(&handle, GCRY_CIPHER_ARCFOUR, GCRY_CIPHER_MODE_STREAM, 0) == 0;
    if (!is_open)
        return;
    (void)gcry_cipher_setkey(handle, key.ptr, key.len);
    if (iv)
        (void)gcry_cipher_setiv(handle, iv, 16);
    if (len > 0 && is_deciphering)
        (void)gcry_cipher_decrypt(handle, bytes, len, NULL, 0);
    else if (len > 0)
        (void)gcry_cipher_encrypt(handle, bytes, len, NULL, 0);
    gcry_cipher_close(handle);
}

/* Revisions 2 to 4 (algorithms 2, 4, 5, 7). */

static void padded(struct slice password, unsigned char out[PAD_LEN])
{
    size_t len = password.len < PAD_LEN ? password.len : PAD_LEN;
    if (len)
        memcpy(out, password.ptr, len);
    memcpy(out + len, pad, PAD_LEN - len);
}

static void old_key(const struct standard *said, const unsigned char user[PAD_LEN], struct pdf_cipher *cipher)
{
    unsigned char digest[MD5_LEN], permissions[4], none[4] = { 255, 255, 255, 255 };
    for (unsigned i = 0; i < 4; i++)
        permissions[i] = (unsigned char)(said->permissions >> 8 * i);
    const struct slice pieces[] = { slice_of(user, PAD_LEN), slice_of(said->owner, PAD_LEN),
                                    slice_of(permissions, 4), said->id,
                                    slice_of(none, said->revision >= 4 && !said->has_metadata ? 4 : 0) };
    hash(GCRY_MD_MD5, pieces, 5, digest);
    cipher->key_len = said->revision == 2 ? 5 : (size_t)(said->length / 8);
    for (unsigned i = 0; said->revision >= 3 && i < 50; i++) {
        struct slice piece = slice_of(digest, cipher->key_len);
        hash(GCRY_MD_MD5, &piece, 1, digest);
    }
    memcpy(cipher->key, digest, cipher->key_len);
}

/* RC4 under the key with each byte changed by 0 to 19, in this order or back. */
static void run_twenty(const unsigned char *key, size_t len, bool is_back, unsigned char *bytes, size_t count)
{
    unsigned char changed[MD5_LEN];
    for (unsigned i = 0; i < 20; i++) {
        for (size_t k = 0; k < len; k++)
            changed[k] = key[k] ^ (unsigned char)(is_back ? 19 - i : i);
        run(slice_of(changed, len), NULL, false, bytes, count);
    }
}

static bool old_user_fits(const struct standard *said, const unsigned char user[PAD_LEN],
                          struct pdf_cipher *cipher)
{
    unsigned char check[PAD_LEN];
    old_key(said, user, cipher);
    if (said->revision == 2) {
        memcpy(check, pad, PAD_LEN);
        run(slice_of(cipher->key, cipher->key_len), NULL, false, check, PAD_LEN);
        return memcmp(check, said->user, PAD_LEN) == 0;
    }
    const struct slice pieces[] = { slice_of(pad, PAD_LEN), said->id };
    hash(GCRY_MD_MD5, pieces, 2, check);
    run_twenty(cipher->key, cipher->key_len, false, check, MD5_LEN);
    return memcmp(check, said->user, MD5_LEN) == 0;
}

static bool old_fits(const struct standard *said, struct slice password, struct pdf_cipher *cipher)
{
    unsigned char user[PAD_LEN], digest[MD5_LEN];
    size_t len = said->revision == 2 ? 5 : (size_t)(said->length / 8);
    padded(password, user);
    if (old_user_fits(said, user, cipher))
        return true;
    struct slice piece = slice_of(user, PAD_LEN);
    hash(GCRY_MD_MD5, &piece, 1, digest);
    piece = slice_of(digest, MD5_LEN);
    for (unsigned i = 0; said->revision >= 3 && i < 50; i++)
        hash(GCRY_MD_MD5, &piece, 1, digest);
    memcpy(user, said->owner, PAD_LEN);
    if (said->revision == 2)
        run(slice_of(digest, len), NULL, false, user, PAD_LEN);
    else
        run_twenty(digest, len, true, user, PAD_LEN);
    return old_user_fits(said, user, cipher);
}

/* Revisions 5 and 6 (ISO 32000-2, algorithms 2.A and 2.B). */

static void new_hash(const struct standard *said, struct slice password, struct slice salt, struct slice user,
                     unsigned char out[64])
{
    static const int algorithms[] = { GCRY_MD_SHA256, GCRY_MD_SHA384, GCRY_MD_SHA512 };
    const struct slice pieces[] = { password, salt, user };
    struct buffer round;
    size_t len = 32;
    hash(GCRY_MD_SHA256, pieces, 3, out);
    if (said->revision < 6)
        return;
    buffer_init(&round, (size_t)64 * 256);
    for (unsigned i = 0; i < ROUNDS_MOST; i++) {
        unsigned sum = 0;
        buffer_clear(&round);
        for (unsigned k = 0; k < 64; k++) {
            buffer_put(&round, password);
            buffer_put(&round, slice_of(out, len));
            buffer_put(&round, user);
        }
        run(slice_of(out, 16), out + 16, false, round.ptr, round.len);
        for (unsigned k = 0; k < 16; k++)
            sum += round.ptr[k];
        struct slice all = buffer_slice(&round);
        hash(algorithms[sum % 3], &all, 1, out);
        len = gcry_md_get_algo_dlen(algorithms[sum % 3]);
        if (i >= 63 && round.ptr[round.len - 1] <= i - 31)
            break;
    }
    buffer_release(&round);
}

static bool new_entry_fits(const struct standard *said, struct slice password, const unsigned char *entry,
                           const unsigned char *key, struct slice user, struct pdf_cipher *cipher)
{
    static const unsigned char zero[16];
    unsigned char digest[64];
    new_hash(said, password, slice_of(entry + 32, 8), user, digest);
    if (memcmp(digest, entry, 32) != 0)
        return false;
    new_hash(said, password, slice_of(entry + 40, 8), user, digest);
    memcpy(cipher->key, key, 32);
    run(slice_of(digest, 32), zero, true, cipher->key, 32);
    cipher->key_len = 32;
    return true;
}

static bool new_fits(const struct standard *said, struct slice password, struct pdf_cipher *cipher)
{
    password = slice_sub(password, 0, PASSWORD_MOST);
    return new_entry_fits(said, password, said->user, said->user_key, slice_of(NULL, 0), cipher) ||
           new_entry_fits(said, password, said->owner, said->owner_key, slice_of(said->user, ENTRY_LEN),
                          cipher);
}

/* The dictionary. */

static void read_string(struct slice encrypt, const char *key, unsigned char *out, size_t most)
{
    struct slice value = pdf_entry(encrypt, key);
    struct pdf_token token;
    struct buffer bytes;
    if (!pdf_token_next(&value, &token) || (token.kind != PDF_LITERAL && token.kind != PDF_HEX))
        return;
    buffer_init(&bytes, most);
    pdf_put_bytes(&bytes, &token);
    if (bytes.len)
        memcpy(out, bytes.ptr, bytes.len);
    buffer_release(&bytes);
}

/* The cipher of the filter that KEY names. */
static enum pdf_cipher_kind kind_of(struct slice encrypt, const char *key, uint64_t *length)
{
    char name[64] = { 0 };
    struct slice filter = pdf_as_name(pdf_entry(encrypt, key)), method;
    if (filter.len == 0 || filter.len >= sizeof name || slice_is_equal(filter, slice_str("Identity")))
        return PDF_CIPHER_NONE;
    memcpy(name, filter.ptr, filter.len);
    method = pdf_as_name(pdf_entry(pdf_entry(pdf_entry(encrypt, "CF"), name), "CFM"));
    if (slice_starts_with(method, "AESV"))
        return PDF_CIPHER_AES;
    *length = 128;
    return slice_is_equal(method, slice_str("V2")) ? PDF_CIPHER_RC4 : PDF_CIPHER_NONE;
}

static bool read_standard(struct slice encrypt, struct slice id, struct standard *said,
                          struct pdf_cipher *cipher)
{
    uint64_t version = 0;
    struct slice permissions = pdf_entry(encrypt, "P");
    bool is_negative = permissions.len > 0 && permissions.ptr[0] == '-';
    uint64_t value = 0;
    *said = (struct standard){ .length = 40, .id = id };
    (void)pdf_as_number(pdf_entry(encrypt, "V"), &version);
    (void)pdf_as_number(pdf_entry(encrypt, "R"), &said->revision);
    (void)pdf_as_number(pdf_entry(encrypt, "Length"), &said->length);
    (void)slice_to_u64(slice_trim(slice_skip(permissions, is_negative)), &value);
    said->permissions = is_negative ? 0 - (uint32_t)value : (uint32_t)value;
    said->has_metadata = !slice_is_equal(pdf_entry(encrypt, "EncryptMetadata"), slice_str("false"));
    read_string(encrypt, "O", said->owner, ENTRY_LEN);
    read_string(encrypt, "U", said->user, ENTRY_LEN);
    read_string(encrypt, "OE", said->owner_key, 32);
    read_string(encrypt, "UE", said->user_key, 32);
    cipher->streams = cipher->strings = PDF_CIPHER_RC4;
    if (version >= 4) {
        said->length = 128;
        cipher->streams = kind_of(encrypt, "StmF", &said->length);
        cipher->strings = kind_of(encrypt, "StrF", &said->length);
    }
    cipher->is_whole = said->revision >= 5;
    cipher->has_plain_metadata = !said->has_metadata;
    return slice_is_equal(pdf_as_name(pdf_entry(encrypt, "Filter")), slice_str("Standard")) &&
           said->revision >= 2 && said->revision <= 6 && said->length >= 40 && said->length <= 128;
}

int pdf_cipher_open(struct pdf_cipher *cipher, struct slice encrypt, struct slice id,
                    const struct slice *passwords, size_t count)
{
    struct standard said;
    *cipher = (struct pdf_cipher){ .key_len = 0 };
    if (!read_standard(encrypt, id, &said, cipher))
        return -1;
    for (size_t i = 0; i <= count; i++) {
        struct slice password = i == 0 ? slice_of(NULL, 0) : passwords[i - 1];
        if (cipher->is_whole ? new_fits(&said, password, cipher) : old_fits(&said, password, cipher))
            return 0;
    }
    return -1;
}

/* The key of one object (algorithm 1). */
static struct slice object_key(const struct pdf_cipher *cipher, enum pdf_cipher_kind kind, uint32_t number,
                               uint32_t generation, unsigned char out[MD5_LEN])
{
    if (cipher->is_whole)
        return slice_of(cipher->key, cipher->key_len);
    unsigned char which[5] = { (unsigned char)number, (unsigned char)(number >> 8),
                               (unsigned char)(number >> 16), (unsigned char)generation,
                               (unsigned char)(generation >> 8) };
    const struct slice pieces[] = { slice_of(cipher->key, cipher->key_len), slice_of(which, sizeof which),
                                    slice_of("sAlT", kind == PDF_CIPHER_AES ? 4 : 0) };
    hash(GCRY_MD_MD5, pieces, 3, out);
    return slice_of(out, cipher->key_len + 5 < MD5_LEN ? cipher->key_len + 5 : MD5_LEN);
}

void pdf_cipher_put(const struct pdf_cipher *cipher, enum pdf_cipher_kind kind, uint32_t number,
                    uint32_t generation, struct slice bytes, struct buffer *out)
{
    unsigned char room[MD5_LEN];
    size_t start = out->len;
    struct slice key = object_key(cipher, kind, number, generation, room), iv = slice_sub(bytes, 0, 16);
    if (kind == PDF_CIPHER_AES) {
        size_t blocks = bytes.len < 16 ? 0 : (bytes.len - 16) / 16;
        bytes = slice_sub(bytes, 16, blocks * 16);
    }
    if (kind == PDF_CIPHER_NONE || bytes.len == 0 || buffer_put(out, bytes) < 0) {
        if (kind == PDF_CIPHER_NONE)
            buffer_put(out, bytes);
        return;
    }
    run(key, kind == PDF_CIPHER_AES ? iv.ptr : NULL, true, out->ptr + start, bytes.len);
    size_t padding = out->ptr[out->len - 1];
    if (kind == PDF_CIPHER_AES && padding >= 1 && padding <= 16)
        out->len -= padding;
}
