/* lock_7z.c - 7z archives: the key is SHA-256 over many rounds, packed streams are deciphered (AES-256-CBC), and the archive is written anew
 * without that step. What then unpacks it, here for the proof and later for the walk, is libarchive. */
#include "walk/lock_7z.h"

#include <archive.h>
#include <stdio.h>

#define DIRECTORY_MAX ((size_t)32 * 1024 * 1024)
#define POWER_MAX 24
#define POWER_RAW 0x3F /* password and salt are the key */
#define PACKED_LEN_MAX 16

struct aes_props {
    unsigned power;
    struct slice salt;
    unsigned char iv[16];
};

struct seven {
    struct slice directory; /* as it stands, or deciphered and unpacked */
    bool is_directory_locked;
    struct seven_streams encoded; /* the directory's own packing, while it is locked */
    struct seven_streams streams;
    struct slice before, after; /* of the directory: around the StreamsInfo of the files */
    struct slice behind;        /* bytes after the archive */
    size_t proof;               /* the folder that a password is held against */
    /* The last key that was derived. */
    unsigned power;
    unsigned char salt[16], key[32];
    size_t salt_len;
    bool has_key;
    struct slice password;
    unsigned char password_bytes[LOCK_PASSWORD_MAX];
};

static bool seven_probe(struct slice file)
{
    static const unsigned char signature[] = { '7', 'z', 0xBC, 0xAF, 0x27, 0x1C };
    return file.len >= SEVEN_HEAD && memcmp(file.ptr, signature, sizeof signature) == 0;
}

static int read_props(struct slice props, struct aes_props *aes)
{
    uint8_t first = 0, second = 0;
    struct slice iv;
    *aes = (struct aes_props){ 0 };
    if (slice_eat_u8(&props, &first) < 0)
        return -1;
    aes->power = first & 0x3F;
    if (first & 0xC0 && slice_eat_u8(&props, &second) < 0)
        return -1;
    size_t salt_len = (first >> 7 & 1u) + (second >> 4), iv_len = (first >> 6 & 1u) + (second & 0x0Fu);
    if (slice_eat(&props, salt_len, &aes->salt) < 0 || slice_eat(&props, iv_len, &iv) < 0)
        return -1;
    if (iv.len)
        memcpy(aes->iv, iv.ptr, iv.len);
    return 0;
}

/* SHA-256 over salt, password and a counter, 2 to the POWER times. */
static enum lock_answer derive_rounds(const struct lock *lock, const struct aes_props *aes, struct slice wide,
                                      unsigned char key[32], struct error *err)
{
    unsigned char round[16 + 2 * LOCK_PASSWORD_MAX + 8];
    size_t len = aes->salt.len + wide.len;
    gcry_md_hd_t hash;
    if (gcry_md_open(&hash, GCRY_MD_SHA256, 0))
        abort();
    if (aes->salt.len)
        memcpy(round, aes->salt.ptr, aes->salt.len);
    if (wide.len)
        memcpy(round + aes->salt.len, wide.ptr, wide.len);
    enum lock_answer answer = LOCK_OPEN;
    for (uint64_t i = 0; i < (uint64_t)1 << aes->power && answer == LOCK_OPEN; i++) {
        for (size_t j = 0; j < 8; j++)
            round[len + j] = (unsigned char)(i >> (8 * j));
        gcry_md_write(hash, round, len + 8);
        if (i % 65536 == 0 && lock_is_late(lock, LOCK_SECONDS))
            answer = lock_say(LOCK_LIMIT, err, "deriving the key takes 2^%u rounds", aes->power);
    }
    memcpy(key, gcry_md_read(hash, GCRY_MD_SHA256), 32);
    gcry_md_close(hash);
    explicit_bzero(round, sizeof round);
    return answer;
}

static enum lock_answer derive(const struct lock *lock, struct seven *seven, const struct aes_props *aes,
                               struct slice password, struct error *err)
{
    unsigned char wide[2 * LOCK_PASSWORD_MAX];
    if (seven->has_key && seven->power == aes->power &&
        slice_is_equal(aes->salt, slice_of(seven->salt, seven->salt_len)) &&
        slice_is_equal(password, seven->password))
        return LOCK_OPEN;
    if (aes->power > POWER_MAX && aes->power != POWER_RAW)
        return lock_say(LOCK_LIMIT, err, "deriving the key takes 2^%u rounds", aes->power);
    struct slice bytes = slice_of(wide, lock_utf16(password, wide));
    enum lock_answer answer = LOCK_OPEN;
    memset(seven->key, 0, sizeof seven->key);
    if (aes->power == POWER_RAW) {
        size_t salt = aes->salt.len, rest = bytes.len < 32 - salt ? bytes.len : 32 - salt;
        if (salt)
            memcpy(seven->key, aes->salt.ptr, salt);
        memcpy(seven->key + salt, wide, rest);
    } else {
        answer = derive_rounds(lock, aes, bytes, seven->key, err);
    }
    explicit_bzero(wide, sizeof wide);
    seven->has_key = answer == LOCK_OPEN;
    seven->power = aes->power;
    seven->salt_len = aes->salt.len;
    if (aes->salt.len)
        memcpy(seven->salt, aes->salt.ptr, aes->salt.len);
    if (password.len)
        memcpy(seven->password_bytes, password.ptr, password.len);
    seven->password = slice_of(seven->password_bytes, password.len);
    return answer;
}

/* The bytes of packed stream number INDEX. */
static struct slice packed_at(struct slice file, const struct seven_streams *streams, size_t index)
{
    uint64_t room = file.len - SEVEN_HEAD, start = streams->starts[index], size = streams->packs[index];
    if (streams->pack_at > room || start > room - streams->pack_at || size > room - streams->pack_at - start)
        return slice_of(NULL, 0);
    return slice_sub(file, SEVEN_HEAD + (size_t)(streams->pack_at + start), (size_t)size);
}

static bool has_aes(const struct seven_folder *folder)
{
    for (unsigned i = 0; i < folder->coder_count; i++)
        if (seven_is_aes(&folder->coders[i]))
            return true;
    return false;
}

static uint64_t folder_packed(const struct seven_streams *streams, const struct seven_folder *folder)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < folder->packed_count; i++)
        sum += streams->packs[folder->first_pack + i] & UINT32_MAX;
    return sum;
}

static void say_scheme(struct lock *lock, struct seven_folder *folder)
{
    uint64_t size;
    struct aes_props aes;
    struct seven_coder *coder = seven_aes_of(folder, 0, &size);
    if (coder && read_props(coder->props, &aes) == 0)
        snprintf(lock->scheme, sizeof lock->scheme, "AES-256, SHA-256 with 2^%u rounds", aes.power);
}

/* Can a password be held against the folder's first file? */
static bool has_proof(const struct seven_streams *streams, size_t index)
{
    return streams->has_first_crc[index] && streams->first_sizes[index] > 0;
}

static bool is_better_proof(const struct seven_streams *streams, size_t a, size_t b)
{
    if (has_proof(streams, a) != has_proof(streams, b))
        return has_proof(streams, a);
    return folder_packed(streams, &streams->folders[a]) < folder_packed(streams, &streams->folders[b]);
}

/* Parse the directory into what stands around the files' StreamsInfo, and that. 1 if something in it is locked, 0, or -1. */
static int read_directory(struct lock *lock, struct seven *seven, struct error *err)
{
    struct slice rest = seven->directory;
    bool is_locked = false;
    if (rest.len < 2 || rest.ptr[0] != ID_HEADER)
        return error_set(err, ERROR_FORMAT, "the archive's directory is damaged");
    rest = slice_skip(rest, 1);
    if (rest.ptr[0] != ID_MAIN)
        return rest.ptr[0] == ID_FILES || rest.ptr[0] == ID_END
                   ? 0
                   : error_set(err, ERROR_UNSUPPORTED, "the archive's directory has unusual parts");
    seven->before = slice_sub(seven->directory, 0, seven->directory.len - rest.len + 1);
    rest = slice_skip(rest, 1);
    if (seven_eat_streams(&rest, lock->arena, (size_t)lock->limits->inner_entries, &seven->streams) < 0)
        return error_set(err, ERROR_FORMAT, "the archive's directory is damaged");
    seven->after = rest;
    for (size_t i = 0; i < seven->streams.folder_count; i++) {
        struct seven_folder *folder = &seven->streams.folders[i];
        if (!has_aes(folder))
            continue;
        if (!is_locked || is_better_proof(&seven->streams, i, seven->proof))
            seven->proof = i;
        is_locked = true;
    }
    if (is_locked && !lock->scheme[0])
        say_scheme(lock, &seven->streams.folders[seven->proof]);
    if (is_locked && !seven->is_directory_locked && !has_proof(&seven->streams, seven->proof))
        return error_set(err, ERROR_UNSUPPORTED, "nothing in it proves a password");
    return is_locked;
}

/* FOLDER without its encryption, into PLAIN: its packed streams one after another; their new sizes into PACKS. LOCK_WRONG where the zeros that
 * fill the last block are none. */
static enum lock_answer decipher_folder(struct lock *lock, struct seven *seven,
                                        const struct seven_streams *streams, struct seven_folder *folder,
                                        struct slice password, struct buffer *plain, uint64_t *packs,
                                        struct error *err)
{
    for (unsigned i = 0; i < folder->packed_count; i++) {
        struct slice in = packed_at(lock->file, streams, folder->first_pack + i);
        uint64_t size = in.len;
        struct aes_props aes;
        struct seven_coder *coder = seven_aes_of(folder, i, &size);
        unsigned char *room = buffer_reserve(plain, in.len);
        if (in.len == 0 || !room)
            return lock_say(in.len ? LOCK_LIMIT : LOCK_DAMAGED, err,
                            in.len ? "the archive is too large" : "the archive is cut short");
        memcpy(room, in.ptr, in.len);
        if (coder) {
            if (read_props(coder->props, &aes) < 0 || in.len % 16 || size > in.len || in.len - size >= 16)
                return lock_say(LOCK_DAMAGED, err, "the archive's encryption header is damaged");
            enum lock_answer answer = derive(lock, seven, &aes, password, err);
            if (answer != LOCK_OPEN)
                return answer;
            lock_cipher(GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_CBC, LOCK_DECIPHER, slice_of(seven->key, 32),
                        slice_of(aes.iv, 16), room, in.len);
            for (size_t j = (size_t)size; j < in.len; j++)
                if (room[j])
                    return LOCK_WRONG;
        }
        plain->len += (size_t)size;
        packs[i] = size;
    }
    return LOCK_OPEN;
}

/* Decipher folder INDEX and hold what it unpacks to against its CRC; OUT (may be NULL) gets the first MOST bytes. */
static enum lock_answer open_folder(struct lock *lock, struct seven *seven, struct seven_streams *streams,
                                    size_t index, struct slice password, struct buffer *out,
                                    struct error *err)
{
    struct seven_folder folder = streams->folders[index];
    struct buffer plain, single;
    uint64_t packs[SEVEN_STREAMS_MAX], most = streams->first_sizes[index];
    uint32_t crc;
    size_t ceiling = (size_t)(lock->limits->worker_memory / 8);
    buffer_init(&plain, ceiling);
    buffer_init(&single, ceiling + 4096);
    enum lock_answer answer = decipher_folder(lock, seven, streams, &folder, password, &plain, packs, err);
    if (answer == LOCK_OPEN && seven_drop_aes(&folder) < 0)
        answer = lock_say(LOCK_UNSUPPORTED, err, "an encryption that is not known");
    if (answer == LOCK_OPEN) {
        buffer_reserve(&single, plain.len + 4096);
        seven_put_single(&single, &folder, packs, buffer_slice(&plain), most);
        bool is_whole =
            lock_unpack(lock, archive_read_support_format_7zip, buffer_slice(&single), most, out, &crc) == 0;
        bool has_crc = streams->has_first_crc[index];
        answer = is_whole && (!has_crc || streams->first_crcs[index] == crc) ? LOCK_OPEN : LOCK_WRONG;
    }
    buffer_release(&plain);
    buffer_release(&single);
    return answer;
}

/* An EncodedHeader: packed, and maybe locked. */
static int open_encoded(struct lock *lock, struct seven *seven, struct error *err)
{
    struct slice rest = slice_skip(seven->directory, 1);
    if (seven_eat_streams(&rest, lock->arena, PACKED_LEN_MAX, &seven->encoded) < 0 ||
        seven->encoded.folder_count != 1 || seven->encoded.first_sizes[0] > DIRECTORY_MAX)
        return error_set(err, ERROR_FORMAT, "the archive's directory is damaged");
    if (has_aes(&seven->encoded.folders[0])) {
        seven->is_directory_locked = true;
        say_scheme(lock, &seven->encoded.folders[0]);
        return has_proof(&seven->encoded, 0)
                   ? 1
                   : error_set(err, ERROR_UNSUPPORTED, "nothing in it proves a password");
    }
    struct buffer out;
    buffer_init(&out, DIRECTORY_MAX);
    enum lock_answer answer = open_folder(lock, seven, &seven->encoded, 0, slice_of(NULL, 0), &out, err);
    seven->directory = arena_copy(lock->arena, buffer_slice(&out));
    buffer_release(&out);
    if (answer != LOCK_OPEN)
        return error_set(err, ERROR_FORMAT, "the archive's directory is damaged");
    return read_directory(lock, seven, err);
}

static int seven_open(struct lock *lock, struct error *err)
{
    struct seven *seven = arena_alloc(lock->arena, sizeof *seven);
    lock->state = seven;
    if (seven_find(lock->file, &seven->directory) < 0)
        return 0; /* cut: nothing to go by, and the walk tells it */
    seven->behind =
        slice_skip(lock->file, (size_t)(seven->directory.ptr - lock->file.ptr) + seven->directory.len);
    int got = seven->directory.ptr[0] == ID_ENCODED ? open_encoded(lock, seven, err)
                                                    : read_directory(lock, seven, err);
    /* A directory that is damaged does not say that anything is locked. */
    return got < 0 && !lock->scheme[0] ? 0 : got;
}

static enum lock_answer try_directory(struct lock *lock, struct seven *seven, struct slice password,
                                      struct error *err)
{
    struct buffer out;
    buffer_init(&out, DIRECTORY_MAX);
    enum lock_answer answer = open_folder(lock, seven, &seven->encoded, 0, password, &out, err);
    if (answer == LOCK_OPEN) {
        seven->directory = arena_copy(lock->arena, buffer_slice(&out));
        if (read_directory(lock, seven, err) < 0)
            answer = LOCK_DAMAGED;
    }
    buffer_release(&out);
    return answer;
}

static enum lock_answer seven_try(struct lock *lock, struct slice password, struct error *err)
{
    struct seven *seven = lock->state;
    if (seven->is_directory_locked)
        return try_directory(lock, seven, password, err);
    return open_folder(lock, seven, &seven->streams, seven->proof, password, NULL, err);
}

/* A folder's packed streams without encryption, or as they stand where this password does not open them. */
static void put_folder(struct lock *lock, struct seven *seven, struct seven_streams *streams, size_t index,
                       struct buffer *out, struct error *err)
{
    struct seven_folder *folder = &streams->folders[index];
    size_t start = out->len;
    *folder = seven->streams.folders[index];
    uint64_t *packs = streams->packs + folder->first_pack;
    if (decipher_folder(lock, seven, &seven->streams, folder, lock->password, out, packs, err) == LOCK_OPEN &&
        seven_drop_aes(folder) == 0)
        return;
    out->len = start;
    *folder = seven->streams.folders[index];
    for (unsigned i = 0; i < folder->packed_count; i++) {
        packs[i] = seven->streams.packs[folder->first_pack + i];
        buffer_put(out, packed_at(lock->file, &seven->streams, folder->first_pack + i));
    }
}

/* The packed streams without encryption where it opens, then the directory. */
static void put_archive(struct lock *lock, struct seven *seven, struct buffer *out, struct error *err)
{
    static const unsigned char head[SEVEN_HEAD];
    struct seven_streams streams = seven->streams;
    struct arena_mark mark = arena_mark(lock->arena);
    streams.packs = arena_alloc_array(lock->arena, streams.pack_count + 1, sizeof *streams.packs);
    streams.folders = arena_alloc_array(lock->arena, streams.folder_count + 1, sizeof *streams.folders);
    streams.pack_at = 0;
    memcpy(streams.packs, seven->streams.packs, streams.pack_count * sizeof *streams.packs);
    buffer_put(out, slice_of(head, sizeof head));
    for (size_t i = 0; i < streams.folder_count; i++)
        put_folder(lock, seven, &streams, i, out, err);
    size_t at = out->len;
    buffer_put(out, seven->before);
    seven_put_streams(out, &streams);
    buffer_put(out, seven->after);
    seven_put_head(out, SEVEN_HEAD, at);
    arena_rewind(lock->arena, mark);
}

static int seven_content(struct lock *lock, struct lock_content *content, struct error *err)
{
    struct seven *seven = lock->state;
    struct error why = { 0 };
    content->name = "unlocked.7z";
    (void)err;
    if (seven->before.len == 0)
        return 0; /* a locked directory of nothing */
    lock_reserve(lock, content);
    put_archive(lock, seven, content->out, &why);
    buffer_put(content->out, seven->behind);
    return 1;
}

const struct lock_kind lock_7z = {
    .name = "7z",
    .title = "7z archive",
    .probe = seven_probe,
    .open = seven_open,
    .try = seven_try,
    .content = seven_content,
};
