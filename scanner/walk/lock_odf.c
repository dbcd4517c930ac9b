/* lock_odf.c - OpenDocument under a password (ODF 1.2 part 3, chapters 3 and 4): each member is enciphered for itself, and the manifest says how: Blowfish in CFB or
 * AES in CBC under PBKDF2. Proven by a sum over the first 1024 bytes of a member, which are deflated; the document is written anew without it. */
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "decode/xml.h"
#include "validate/codec.h"
#include "walk/lock_zip.h"

#define MANIFEST "META-INF/manifest.xml"
#define MANIFEST_MAX ((size_t)8 * 1024 * 1024)
#define NAMED_WITHIN ((size_t)256)
#define SUMMED ((size_t)1024)
#define SALT_MAX ((size_t)64)
#define ODF_WRITE_SECONDS 20

/* A member that is enciphered, and how. */
struct odf_member {
    size_t index; /* of its entry */
    int cipher, mode, start_md, sum_md;
    size_t key_len, block;
    unsigned char iv[16], salt[SALT_MAX], sum[LOCK_HASH_MAX];
    size_t iv_len, salt_len, sum_len;
    uint64_t rounds, key_size; /* key_size: as it is said, or 0 */
    bool is_known;             /* the cipher and the way to its key */
};

struct odf {
    struct lock_zip_list list;
    size_t *by_name; /* entries */
    struct odf_member *members;
    size_t count;
    size_t manifest; /* its entry */
    struct slice xml;
    const struct odf_member *proof;
};

static bool odf_probe(struct slice file)
{
    struct slice head = slice_sub(file, 0, NAMED_WITHIN);
    return slice_starts_with(head, "PK\3\4") && slice_find(head, 0, slice_str("opendocument")) != SLICE_NONE;
}

/* Entries by name. */

static int by_name(const void *left, const void *right, void *ctx)
{
    const struct lock_zip_entry *entries = ctx;
    return slice_compare(entries[*(const size_t *)left].name, entries[*(const size_t *)right].name);
}

static size_t find_entry(const struct odf *odf, struct slice name)
{
    size_t low = 0, high = odf->list.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = slice_compare(odf->list.entries[odf->by_name[middle]].name, name);
        if (order == 0)
            return odf->by_name[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return SLICE_NONE;
}

static void sort_entries(struct lock *lock, struct odf *odf)
{
    odf->by_name = arena_alloc_array(lock->arena, odf->list.count + 1, sizeof *odf->by_name);
    for (size_t i = 0; i < odf->list.count; i++)
        odf->by_name[i] = i;
    qsort_r(odf->by_name, odf->list.count, sizeof *odf->by_name, by_name, odf->list.entries);
}

/* The manifest. */

struct manifest {
    struct xml xml;
    struct odf *odf;
    size_t room;
    size_t entry; /* of the file at work, or SLICE_NONE */
    struct odf_member member;
};

static struct slice word(const char **attributes, const char *name)
{
    return slice_str(xml_attribute(attributes, name));
}

static size_t bytes_of(const char **attributes, const char *name, unsigned char *out, size_t size)
{
    size_t len = codec_base64(word(attributes, name), out, size);
    return len == SLICE_NONE ? 0 : len;
}

static uint64_t number_of(const char **attributes, const char *name, uint64_t otherwise)
{
    uint64_t value;
    return slice_to_u64(word(attributes, name), &value) < 0 ? otherwise : value;
}

/* Of "SHA1", "SHA1/1K" and the names that are addresses. */
static int hash_named(struct slice name)
{
    if (slice_find(name, 0, slice_str("sha256")) != SLICE_NONE)
        return GCRY_MD_SHA256;
    bool is_sha1 = slice_find(name, 0, slice_str("sha1")) != SLICE_NONE ||
                   slice_find(name, 0, slice_str("SHA1")) != SLICE_NONE;
    return is_sha1 ? GCRY_MD_SHA1 : 0;
}

static void read_sum(struct odf_member *member, const char **attributes)
{
    struct slice type = word(attributes, "checksum-type");
    bool is_of_start = slice_ends_with_nocase(type, "1k");
    member->sum_md = is_of_start ? hash_named(type) : 0;
    member->sum_len = bytes_of(attributes, "checksum", member->sum, sizeof member->sum);
    if (member->sum_md && member->sum_len != gcry_md_get_algo_dlen(member->sum_md))
        member->sum_md = 0;
}

static void read_algorithm(struct odf_member *member, const char **attributes)
{
    static const struct {
        const char *end;
        int cipher, mode;
        size_t key_len, block;
    } known[] = {
        { "blowfish cfb", GCRY_CIPHER_BLOWFISH, GCRY_CIPHER_MODE_CFB, 16, 8 },
        { "#blowfish", GCRY_CIPHER_BLOWFISH, GCRY_CIPHER_MODE_CFB, 16, 8 },
        { "#aes128-cbc", GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_CBC, 16, 16 },
        { "#aes192-cbc", GCRY_CIPHER_AES192, GCRY_CIPHER_MODE_CBC, 24, 16 },
        { "#aes256-cbc", GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_CBC, 32, 16 },
    };
    struct slice name = word(attributes, "algorithm-name");
    member->iv_len = bytes_of(attributes, "initialisation-vector", member->iv, sizeof member->iv);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (slice_ends_with_nocase(name, known[i].end)) {
            member->cipher = known[i].cipher;
            member->mode = known[i].mode;
            member->key_len = known[i].key_len;
            member->block = known[i].block;
        }
}

static void read_derivation(struct odf_member *member, const char **attributes)
{
    struct slice name = word(attributes, "key-derivation-name");
    member->salt_len = bytes_of(attributes, "salt", member->salt, sizeof member->salt);
    member->rounds = slice_ends_with_nocase(name, "pbkdf2") ? number_of(attributes, "iteration-count", 0) : 0;
    member->key_size = number_of(attributes, "key-size", 0);
}

static void manifest_start(void *ctx, const char *name, const char **attributes)
{
    struct manifest *manifest = ctx;
    const char *local = xml_local(name);
    struct odf_member *member = &manifest->member;
    if (strcmp(local, "file-entry") == 0) {
        manifest->entry = find_entry(manifest->odf, word(attributes, "full-path"));
        *member = (struct odf_member){ .index = manifest->entry, .start_md = GCRY_MD_SHA1 };
    } else if (strcmp(local, "encryption-data") == 0) {
        read_sum(member, attributes);
    } else if (strcmp(local, "algorithm") == 0) {
        read_algorithm(member, attributes);
    } else if (strcmp(local, "key-derivation") == 0) {
        read_derivation(member, attributes);
    } else if (strcmp(local, "start-key-generation") == 0) {
        member->start_md = hash_named(word(attributes, "start-key-generation-name"));
    }
}

static void manifest_end(void *ctx, const char *name)
{
    struct manifest *manifest = ctx;
    struct odf_member *member = &manifest->member;
    if (strcmp(xml_local(name), "encryption-data") != 0 || manifest->entry == SLICE_NONE ||
        manifest->odf->count == manifest->room)
        return;
    member->is_known = member->cipher && member->start_md && member->salt_len && member->rounds &&
                       member->iv_len == member->block &&
                       (member->key_size == 0 || member->key_size == member->key_len);
    manifest->odf->members[manifest->odf->count++] = *member;
    manifest->entry = SLICE_NONE;
}

/* DATA, deflated, into OUT, at most MOST bytes. 0 or -1. */
static int inflate_into(struct slice data, struct buffer *out, size_t most)
{
    z_stream stream = { .next_in = (unsigned char *)(uintptr_t)data.ptr, .avail_in = (uInt)data.len };
    unsigned char part[16 * 1024];
    int state = inflateInit2(&stream, -MAX_WBITS);
    while (state == Z_OK && out->len < most && !out->is_overfull) {
        stream.next_out = part;
        stream.avail_out = sizeof part;
        state = inflate(&stream, Z_NO_FLUSH);
        buffer_put(out, slice_of(part, sizeof part - stream.avail_out));
    }
    inflateEnd(&stream);
    return state == Z_STREAM_END ? 0 : -1;
}

static int read_manifest(struct lock *lock, struct odf *odf)
{
    struct manifest manifest = { .odf = odf, .entry = SLICE_NONE, .room = odf->list.count };
    const struct xml_sink sink = { .start = manifest_start, .end = manifest_end, .ctx = &manifest };
    const struct lock_zip_entry *entry;
    struct buffer text;
    odf->manifest = find_entry(odf, slice_str(MANIFEST));
    if (odf->manifest == SLICE_NONE)
        return -1;
    entry = &odf->list.entries[odf->manifest];
    buffer_init(&text, MANIFEST_MAX);
    int result = entry->method == ZIP_METHOD_STORED     ? buffer_put(&text, entry->data)
                 : entry->method == ZIP_METHOD_DEFLATED ? inflate_into(entry->data, &text, MANIFEST_MAX)
                                                        : -1;
    odf->xml = arena_copy(lock->arena, buffer_slice(&text));
    buffer_release(&text);
    odf->members = arena_alloc_array(lock->arena, odf->list.count + 1, sizeof *odf->members);
    if (result < 0)
        return -1;
    xml_init(&manifest.xml, &sink);
    (void)xml_feed(&manifest.xml, odf->xml, true);
    xml_release(&manifest.xml);
    return 0;
}

static bool is_whole(const struct odf *odf, const struct odf_member *member)
{
    size_t len = odf->list.entries[member->index].data.len;
    return len > 0 && (member->mode != GCRY_CIPHER_MODE_CBC || len % member->block == 0);
}

static int odf_open(struct lock *lock, struct error *err)
{
    struct odf *odf = arena_alloc(lock->arena, sizeof *odf);
    char cipher[32];
    lock->state = odf;
    if (lock_zip_read_list(lock, &odf->list) < 0)
        return 0;
    sort_entries(lock, odf);
    if (read_manifest(lock, odf) < 0 || odf->count == 0)
        return 0;
    for (size_t i = 0; i < odf->count; i++) {
        const struct odf_member *member = &odf->members[i];
        bool is_proof = member->is_known && member->sum_md && is_whole(odf, member);
        if (is_proof && (!odf->proof || odf->list.entries[member->index].data.len <
                                            odf->list.entries[odf->proof->index].data.len))
            odf->proof = member;
    }
    if (!odf->proof)
        return error_set(err, ERROR_UNSUPPORTED,
                         "an encryption that is not known, or nothing proves a password");
    lock_cipher_title(odf->proof->cipher, odf->proof->key_len, cipher, sizeof cipher);
    snprintf(lock->scheme, sizeof lock->scheme, "%s, PBKDF2 with %llu rounds", cipher,
             (unsigned long long)odf->proof->rounds);
    return 1;
}

/* The first LEN bytes of MEMBER into PLAIN, which has room for as many. */
static enum lock_answer decipher(const struct odf *odf, const struct odf_member *member,
                                 struct slice password, unsigned char *plain, size_t len, struct error *err)
{
    unsigned char start[LOCK_HASH_MAX], key[32];
    size_t start_len = lock_hash2(member->start_md, password, slice_of(NULL, 0), start);
    enum lock_answer answer =
        lock_pbkdf2(GCRY_MD_SHA1, slice_of(start, start_len), slice_of(member->salt, member->salt_len),
                    member->rounds, key, member->key_len, err);
    explicit_bzero(start, sizeof start);
    if (answer != LOCK_OPEN)
        return answer;
    memcpy(plain, odf->list.entries[member->index].data.ptr, len);
    int result = lock_cipher(member->cipher, member->mode, LOCK_DECIPHER, slice_of(key, member->key_len),
                             slice_of(member->iv, member->iv_len), plain, len);
    explicit_bzero(key, sizeof key);
    return result < 0 ? lock_say(LOCK_UNSUPPORTED, err, "an encryption that is not known") : LOCK_OPEN;
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

/* ROOM: bytes that may still be deciphered, since members may name the same. */
static bool open_member(struct lock *lock, const struct odf *odf, const struct odf_member *member,
                        struct lock_zip_entry *entry, size_t *room)
{
    size_t len = odf->list.entries[member->index].data.len;
    if (!member->is_known || !is_whole(odf, member) || len > *room || lock_is_late(lock, ODF_WRITE_SECONDS))
        return false;
    unsigned char *plain = arena_room(lock->arena, len);
    *room -= len;
    if (decipher(odf, member, lock->password, plain, len, NULL) != LOCK_OPEN)
        return false;
    len = without_filling(member, plain, len);
    if (len == SLICE_NONE || !sum_up(lock, slice_of(plain, len), entry))
        return false;
    entry->data = slice_of(plain, len);
    entry->packed = len;
    entry->method = ZIP_METHOD_DEFLATED;
    return true;
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
    list.entries = arena_alloc_array(lock->arena, list.count, sizeof *list.entries);
    memcpy(list.entries, odf->list.entries, list.count * sizeof *list.entries);
    for (size_t i = 0; i < odf->count; i++)
        closed += !open_member(lock, odf, &odf->members[i], &list.entries[odf->members[i].index], &room);
    open_manifest(lock, odf, &list.entries[odf->manifest]);
    content->name = "unlocked.odf";
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
