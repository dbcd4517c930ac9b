/* lock_odf_manifest.c - the manifest of an OpenDocument file (ODF 1.2 part 3, chapter 4; what LibreOffice adds to it): which members are enciphered, and how. */
#include <stdlib.h>
#include <zlib.h>

#include "decode/xml.h"
#include "validate/codec.h"
#include "walk/lock_odf.h"

#define MANIFEST_MAX ((size_t)8 * 1024 * 1024)

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
        { "#aes128-gcm", GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_GCM, 16, ODF_IV_GCM },
        { "#aes192-gcm", GCRY_CIPHER_AES192, GCRY_CIPHER_MODE_GCM, 24, ODF_IV_GCM },
        { "#aes256-gcm", GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_GCM, 32, ODF_IV_GCM },
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
    member->is_argon2 =
        slice_ends_with_nocase(name, "#argon2id") || slice_ends_with_nocase(name, ":argon2id");
    if (member->is_argon2) {
        uint64_t memory = number_of(attributes, "argon2-memory", 0); /* KiB */
        member->memory = memory < UINT64_MAX / 1024 ? memory * 1024 : UINT64_MAX;
        member->lanes = number_of(attributes, "argon2-lanes", 0);
        member->rounds = member->lanes && memory ? number_of(attributes, "argon2-iterations", 0) : 0;
    } else {
        member->rounds =
            slice_ends_with_nocase(name, "pbkdf2") ? number_of(attributes, "iteration-count", 0) : 0;
    }
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

int lock_odf_inflate(struct slice data, struct buffer *out, size_t most)
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
    odf->manifest = find_entry(odf, slice_str(ODF_MANIFEST));
    if (odf->manifest == SLICE_NONE)
        return -1;
    entry = &odf->list.entries[odf->manifest];
    buffer_init(&text, MANIFEST_MAX);
    int result = entry->method == ZIP_METHOD_STORED     ? buffer_put(&text, entry->data)
                 : entry->method == ZIP_METHOD_DEFLATED ? lock_odf_inflate(entry->data, &text, MANIFEST_MAX)
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

int lock_odf_read(struct lock *lock, struct odf *odf)
{
    if (lock_zip_read_list(lock, &odf->list) < 0)
        return -1;
    sort_entries(lock, odf);
    return read_manifest(lock, odf);
}
