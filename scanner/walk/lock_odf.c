/* lock_odf.c - OpenDocument under a password. ODF 1.2 (part 3, chapters 3 and 4): each member is enciphered for itself, Blowfish in CFB or AES in CBC under PBKDF2, proven by
 * a sum over the first 1024 bytes of a member, which are deflated; the document is written anew without it. LibreOffice from 24.2 on: the whole document is one
 * member, deflated, then AES in GCM under Argon2id, proven by its tag: that document comes out, unless something else lies in the file. */
#include <stdio.h>
#include <zlib.h>

#include "walk/lock_odf.h"

#define NAMED_WITHIN ((size_t)256)
#define SUMMED ((size_t)1024)
#define ODF_WRITE_SECONDS 20

static bool odf_probe(struct slice file)
{
    struct slice head = slice_sub(file, 0, NAMED_WITHIN);
    return slice_starts_with(head, "PK\3\4") && slice_find(head, 0, slice_str("opendocument")) != SLICE_NONE;
}

static bool is_gcm(const struct odf_member *member)
{
    return member->mode == GCRY_CIPHER_MODE_GCM;
}

static bool is_whole(const struct odf *odf, const struct odf_member *member)
{
    size_t len = odf->list.entries[member->index].data.len;
    if (is_gcm(member))
        return len > ODF_IV_GCM + ODF_TAG_GCM;
    return len > 0 && (member->mode != GCRY_CIPHER_MODE_CBC || len % member->block == 0);
}

static int odf_open(struct lock *lock, struct error *err)
{
    struct odf *odf = arena_alloc(lock->arena, sizeof *odf);
    char cipher[32];
    lock->state = odf;
    if (lock_odf_read(lock, odf) < 0 || odf->count == 0)
        return 0;
    for (size_t i = 0; i < odf->count; i++) {
        const struct odf_member *member = &odf->members[i];
        bool is_proof = member->is_known && (member->sum_md || is_gcm(member)) && is_whole(odf, member);
        if (is_proof && (!odf->proof || odf->list.entries[member->index].data.len <
                                            odf->list.entries[odf->proof->index].data.len))
            odf->proof = member;
    }
    if (!odf->proof)
        return error_set(err, ERROR_UNSUPPORTED,
                         "an encryption that is not known, or nothing proves a password");
    lock_cipher_title(odf->proof->cipher, odf->proof->key_len, cipher, sizeof cipher);
    if (odf->proof->is_argon2)
        snprintf(lock->scheme, sizeof lock->scheme, "%s, Argon2id with %llu MiB and %llu rounds", cipher,
                 (unsigned long long)odf->proof->memory / 1024 / 1024,
                 (unsigned long long)odf->proof->rounds);
    else
        snprintf(lock->scheme, sizeof lock->scheme, "%s, PBKDF2 with %llu rounds", cipher,
                 (unsigned long long)odf->proof->rounds);
    return 1;
}

static enum lock_answer derive(const struct odf_member *member, struct slice password, unsigned char key[32],
                               struct error *err)
{
    unsigned char start[LOCK_HASH_MAX];
    size_t len = lock_hash2(member->start_md, password, slice_of(NULL, 0), start);
    struct slice word = slice_of(start, len), salt = slice_of(member->salt, member->salt_len);
    enum lock_answer answer =
        member->is_argon2 ? lock_argon2(GCRY_KDF_ARGON2ID, word, salt, member->rounds, member->memory,
                                        member->lanes, key, member->key_len, err)
                          : lock_pbkdf2(GCRY_MD_SHA1, word, salt, member->rounds, key, member->key_len, err);
    explicit_bzero(start, sizeof start);
    return answer;
}

/* The first LEN bytes of MEMBER into PLAIN, which has room for as many. */
static enum lock_answer decipher(const struct odf *odf, const struct odf_member *member,
                                 struct slice password, unsigned char *plain, size_t len, struct error *err)
{
    unsigned char key[32];
    enum lock_answer answer = derive(member, password, key, err);
    if (answer != LOCK_OPEN)
        return answer;
    memcpy(plain, odf->list.entries[member->index].data.ptr, len);
    int result = lock_cipher(member->cipher, member->mode, LOCK_DECIPHER, slice_of(key, member->key_len),
                             slice_of(member->iv, member->iv_len), plain, len);
    explicit_bzero(key, sizeof key);
    return result < 0 ? lock_say(LOCK_UNSUPPORTED, err, "an encryption that is not known") : LOCK_OPEN;
}

/* MEMBER, which is in GCM, between its IV and its tag, into PLAIN. */
static enum lock_answer decipher_gcm(const struct odf *odf, const struct odf_member *member,
                                     struct slice password, struct buffer *plain, struct error *err)
{
    struct slice data = slice_skip(odf->list.entries[member->index].data, ODF_IV_GCM);
    size_t len = data.len - ODF_TAG_GCM;
    unsigned char key[32];
    enum lock_answer answer = derive(member, password, key, err);
    if (answer != LOCK_OPEN)
        return answer;
    buffer_put(plain, slice_sub(data, 0, len));
    gcry_cipher_hd_t cipher =
        lock_cipher_open(member->cipher, GCRY_CIPHER_MODE_GCM, slice_of(key, member->key_len),
                         slice_of(member->iv, member->iv_len));
    if (!cipher || plain->is_overfull)
        answer = lock_say(LOCK_UNSUPPORTED, err, "an encryption that is not known");
    else if (gcry_cipher_decrypt(cipher, plain->ptr, len, NULL, 0) ||
             gcry_cipher_checktag(cipher, data.ptr + len, ODF_TAG_GCM))
        answer = LOCK_WRONG;
    gcry_cipher_close(cipher);
    explicit_bzero(key, sizeof key);
    return answer;
}

static enum lock_answer try_gcm(const struct odf *odf, struct slice password, struct error *err)
{
    struct buffer plain;
    buffer_init(&plain, odf->list.entries[odf->proof->index].data.len);
    enum lock_answer answer = decipher_gcm(odf, odf->proof, password, &plain, err);
    buffer_release(&plain);
    return answer;
}

/* What fills the last block: its last byte counts it, the others are any (XML Encryption, 5.2). */
static size_t without_filling(const struct odf_member *member, const unsigned char *plain, size_t len)
{
    size_t fill = member->mode == GCRY_CIPHER_MODE_CBC && len ? plain[len - 1] : 0;
    return fill <= member->block && fill <= len ? len - fill : SLICE_NONE;
}

static enum lock_answer odf_try(struct lock *lock, struct slice password, struct error *err)
{
    const struct odf *odf = lock->state;
    const struct odf_member *member = odf->proof;
    unsigned char plain[SUMMED + 16], sum[LOCK_HASH_MAX];
    size_t len = odf->list.entries[member->index].data.len;
    if (is_gcm(member))
        return try_gcm(odf, password, err);
    bool is_short = len <= sizeof plain;
    len = is_short ? len : SUMMED;
    enum lock_answer answer = decipher(odf, member, password, plain, len, err);
    if (answer == LOCK_OPEN && is_short)
        len = without_filling(member, plain, len);
    if (answer == LOCK_OPEN && len != SLICE_NONE)
        lock_hash2(member->sum_md, slice_of(plain, len < SUMMED ? len : SUMMED), slice_of(NULL, 0), sum);
    if (answer == LOCK_OPEN && (len == SLICE_NONE || !lock_is_same(sum, member->sum, member->sum_len)))
        answer = LOCK_WRONG;
    explicit_bzero(plain, sizeof plain);
    return answer;
}

/* What a reader of the new archive holds against the member. False: it does not inflate. */
static bool sum_up(const struct lock *lock, struct slice packed, struct lock_zip_entry *entry)
{
    unsigned char part[64 * 1024];
    z_stream stream = { .next_in = (unsigned char *)(uintptr_t)packed.ptr, .avail_in = (uInt)packed.len };
    uLong crc = crc32(0, NULL, 0);
    int state = inflateInit2(&stream, -MAX_WBITS);
    while (state == Z_OK && !lock_is_late(lock, ODF_WRITE_SECONDS)) {
        stream.next_out = part;
        stream.avail_out = sizeof part;
        state = inflate(&stream, Z_NO_FLUSH);
        crc = crc32(crc, part, (uInt)(sizeof part - stream.avail_out));
    }
    entry->crc = (uint32_t)crc;
    entry->size = stream.total_out;
    inflateEnd(&stream);
    explicit_bzero(part, sizeof part);
    return state == Z_STREAM_END;
}

/* What MEMBER holds, still deflated, in the lock's arena; empty: it is not opened. */
static struct slice plain_of(struct lock *lock, const struct odf *odf, const struct odf_member *member)
{
    size_t len = odf->list.entries[member->index].data.len;
    if (is_gcm(member)) {
        struct buffer plain;
        buffer_init(&plain, len);
        enum lock_answer answer = decipher_gcm(odf, member, lock->password, &plain, NULL);
        struct slice copy =
            answer == LOCK_OPEN ? arena_copy(lock->arena, buffer_slice(&plain)) : slice_of(NULL, 0);
        buffer_release(&plain);
        return copy;
    }
    unsigned char *plain = arena_room(lock->arena, len);
    if (decipher(odf, member, lock->password, plain, len, NULL) != LOCK_OPEN)
        return slice_of(NULL, 0);
    len = without_filling(member, plain, len);
    return slice_of(plain, len == SLICE_NONE ? 0 : len);
}

/* ROOM: bytes that may still be deciphered, since members may name the same. */
static bool open_member(struct lock *lock, const struct odf *odf, const struct odf_member *member,
                        struct lock_zip_entry *entry, size_t *room)
{
    size_t len = odf->list.entries[member->index].data.len;
    if (!member->is_known || !is_whole(odf, member) || len > *room || lock_is_late(lock, ODF_WRITE_SECONDS))
        return false;
    *room -= len;
    struct slice plain = plain_of(lock, odf, member);
    if (plain.len == 0 || !sum_up(lock, plain, entry))
        return false;
    entry->data = plain;
    entry->packed = plain.len;
    entry->method = ZIP_METHOD_DEFLATED;
    return true;
}

/* Is the document one member, and is there nothing else in the file that could say something? */
static bool is_one_package(const struct odf *odf)
{
    const struct lock_zip_around *around = &odf->list.around;
    if (odf->count != 1 || odf->list.is_cut || around->front.len || around->comment.len || around->tail.len)
        return false;
    for (size_t i = 0; i < odf->list.count; i++) {
        struct slice name = odf->list.entries[i].name;
        bool is_package = i == odf->members[0].index && slice_is_equal(name, slice_str(ODF_PACKAGE));
        if (!is_package && !slice_is_equal(name, slice_str("mimetype")) &&
            !slice_is_equal(name, slice_str(ODF_MANIFEST)))
            return false;
    }
    return true;
}

/* The document that is the one member. */
static int put_package(struct lock *lock, const struct odf *odf, struct lock_content *content,
                       struct error *err)
{
    const struct limits *limits = lock->limits;
    struct slice plain = plain_of(lock, odf, &odf->members[0]);
    uint64_t most =
        limits->ratio_free > plain.len * limits->ratio ? limits->ratio_free : plain.len * limits->ratio;
    if (plain.len == 0)
        return error_set(err, ERROR_FORMAT, "the document is damaged");
    if (slice_starts_with(plain, "PK\3\4")) /* not deflated: its members are */
        return buffer_put(content->out, plain) < 0 ? -1 : 1;
    if (lock_odf_inflate(plain, content->out, (size_t)most) < 0 && !content->out->is_overfull)
        error_set(err, content->out->len < most ? ERROR_FORMAT : ERROR_LIMIT,
                  "the document is damaged, or unpacks to too much");
    return 1;
}

/* The manifest, in which nothing is enciphered any more; the words have the same length. */
static void open_manifest(struct lock *lock, const struct odf *odf, struct lock_zip_entry *entry)
{
    static const char said[] = "encryption-data", says[] = "decryption-data";
    struct slice copy = arena_copy(lock->arena, odf->xml);
    unsigned char *text = (unsigned char *)(uintptr_t)copy.ptr;
    for (size_t at = 0; (at = slice_find(copy, at, slice_str(said))) != SLICE_NONE;)
        memcpy(text + at, says, sizeof says - 1);
    entry->data = copy;
    entry->packed = entry->size = copy.len;
    entry->crc = (uint32_t)crc32(0, copy.ptr, (uInt)copy.len);
    entry->method = ZIP_METHOD_STORED;
}

static int odf_content(struct lock *lock, struct lock_content *content, struct error *err)
{
    const struct odf *odf = lock->state;
    struct lock_zip_list list = odf->list;
    size_t closed = 0, room = lock->file.len;
    content->name = "unlocked.odf";
    if (is_one_package(odf))
        return put_package(lock, odf, content, err);
    list.entries = arena_alloc_array(lock->arena, list.count, sizeof *list.entries);
    memcpy(list.entries, odf->list.entries, list.count * sizeof *list.entries);
    for (size_t i = 0; i < odf->count; i++)
        closed += !open_member(lock, odf, &odf->members[i], &list.entries[odf->members[i].index], &room);
    open_manifest(lock, odf, &list.entries[odf->manifest]);
    if (lock_zip_put(lock, content->out, &list, slice_of(NULL, 0), lock->file.len + 1024) < 0)
        return error_set(err, ERROR_LIMIT, "the unlocked document is too large");
    if (closed)
        error_set(err, ERROR_ENCRYPTED,
                  "%zu parts of the document are damaged, or not opened by its password", closed);
    lock_zip_say_cut(lock, &list, err);
    return 1;
}

const struct lock_kind lock_odf = {
    .name = "odf",
    .title = "OpenDocument file",
    .probe = odf_probe,
    .open = odf_open,
    .try = odf_try,
    .content = odf_content,
};
