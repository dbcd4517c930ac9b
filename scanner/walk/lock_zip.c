/* lock_zip.c - zip archives: ZipCrypto (APPNOTE 6.1) and WinZip AES (AE-1, AE-2), unlocked by writing the archive anew without either. */
#include "walk/lock_zip.h"

#include <stdio.h>

#define ZIP_END64 0x06064B50u
#define ZIP_LOCATOR64 0x07064B50u
#define ZIP_EXTRA_64 0x0001

/* What the first part of a split archive begins with; the second where it then fit into one. */
#define ZIP_SPLIT 0x08074B50u
#define ZIP_SPLIT_ONCE 0x30304B50u

/* Members of a split archive that are looked for in vain before no more are. */
#define ZIP_LOST_MAX 8

#define ZIP_END_LEN 22
#define ZIP_COMMENT_MAX 65535

/* The most members whose check byte a password is held against. */
#define ZIP_TRIED_MAX 64

/* Bytes in which a password must fit, unless there are no more. */
#define PROOF_BYTES 4

struct lock_zip_file {
    struct lock_zip_list list;
    size_t tried[ZIP_TRIED_MAX]; /* locked members, smallest first */
    size_t tried_count;
};

static struct slice from(struct slice file, uint64_t at)
{
    return at < file.len ? slice_skip(file, (size_t)at) : slice_of(NULL, 0);
}

static bool zip_probe(struct slice file)
{
    bool is_split =
        file.len >= 34 && (slice_u32le(file, 0) == ZIP_SPLIT || slice_u32le(file, 0) == ZIP_SPLIT_ONCE);
    return file.len >= 30 && slice_u32le(file, is_split ? 4 : 0) == ZIP_LOCAL;
}

/* Where the directory stands. */
struct lock_zip_directory {
    uint64_t offset, len;
    uint64_t shift; /* bytes before the archive */
    size_t end;     /* where the record that ends it stands */
    bool is_split;  /* offsets count from the beginnings of parts */
};

static size_t find_end(struct slice file)
{
    size_t least = file.len > ZIP_END_LEN + ZIP_COMMENT_MAX ? file.len - ZIP_END_LEN - ZIP_COMMENT_MAX : 0;
    if (file.len < ZIP_END_LEN)
        return SLICE_NONE;
    for (size_t at = file.len - ZIP_END_LEN + 1; at-- > least;)
        if (slice_u32le(file, at) == ZIP_END)
            return at;
    return SLICE_NONE;
}

/* Zip64: the locator stands before the end record. */
static void read_end64(struct slice file, size_t end, struct lock_zip_directory *directory)
{
    if (end < 20 || slice_u32le(file, end - 20) != ZIP_LOCATOR64)
        return;
    struct slice record = slice_sub(from(file, slice_u64le(file, end - 12)), 0, 56);
    if (record.len < 56 || slice_u32le(record, 0) != ZIP_END64)
        return;
    directory->len = slice_u64le(record, 40);
    directory->offset = slice_u64le(record, 48);
}

static int find_directory(struct slice file, struct lock_zip_directory *directory)
{
    size_t end = find_end(file);
    if (end == SLICE_NONE)
        return -1;
    *directory = (struct lock_zip_directory){ .end = end,
                                              .len = slice_u32le(file, end + 12),
                                              .offset = slice_u32le(file, end + 16),
                                              .is_split = slice_u16le(file, end + 4) > 0 };
    if (slice_u16le(file, end + 10) == 0xFFFF || directory->len == UINT32_MAX ||
        directory->offset == UINT32_MAX)
        read_end64(file, end, directory);
    else if (directory->len <= end && end - directory->len > directory->offset)
        directory->shift = end - directory->len - directory->offset;
    if (directory->offset > file.len - directory->shift ||
        directory->len > file.len - directory->shift - directory->offset)
        return -1;
    return 0;
}

static void read_extra64(struct slice extra, struct lock_zip_entry *entry)
{
    if (entry->size == UINT32_MAX)
        slice_eat_u64le(&extra, &entry->size);
    if (entry->packed == UINT32_MAX)
        slice_eat_u64le(&extra, &entry->packed);
    if (entry->offset == UINT32_MAX)
        slice_eat_u64le(&extra, &entry->offset);
}

static void read_extra_aes(struct slice extra, struct lock_zip_entry *entry)
{
    uint16_t vendor;
    if (slice_eat_u16le(&extra, &entry->aes_version) < 0 || slice_eat_u16le(&extra, &vendor) < 0 ||
        slice_eat_u8(&extra, &entry->aes_strength) < 0)
        return;
    slice_eat_u16le(&extra, &entry->method);
}

static void read_extras(struct slice extras, struct lock_zip_entry *entry)
{
    uint16_t id, len;
    struct slice extra;
    while (slice_eat_u16le(&extras, &id) == 0 && slice_eat_u16le(&extras, &len) == 0 &&
           slice_eat(&extras, len, &extra) == 0) {
        if (id == ZIP_EXTRA_64)
            read_extra64(extra, entry);
        else if (id == ZIP_EXTRA_AES && entry->method == ZIP_METHOD_AES)
            read_extra_aes(extra, entry);
    }
}

/* The bytes of a member, behind its local header. */
static struct slice find_data(struct slice file, const struct lock_zip_entry *entry)
{
    struct slice local = from(file, entry->offset);
    if (local.len < 30 || slice_u32le(local, 0) != ZIP_LOCAL)
        return slice_of(NULL, 0);
    size_t head = (size_t)30 + slice_u16le(local, 26) + slice_u16le(local, 28);
    local = slice_skip(local, head);
    return entry->packed <= local.len ? slice_sub(local, 0, (size_t)entry->packed) : slice_of(NULL, 0);
}

static int eat_entry(struct slice *rest, struct slice file, uint64_t shift, struct lock_zip_entry *entry)
{
    struct slice head, extras;
    if (slice_eat(rest, 46, &head) < 0 || slice_u32le(head, 0) != ZIP_CENTRAL)
        return -1;
    *entry = (struct lock_zip_entry){ .flags = slice_u16le(head, 8),
                                      .method = slice_u16le(head, 10),
                                      .time = slice_u16le(head, 12),
                                      .date = slice_u16le(head, 14),
                                      .crc = slice_u32le(head, 16),
                                      .packed = slice_u32le(head, 20),
                                      .size = slice_u32le(head, 24),
                                      .attributes = slice_u32le(head, 38),
                                      .offset = slice_u32le(head, 42) };
    if (slice_eat(rest, slice_u16le(head, 28), &entry->name) < 0 ||
        slice_eat(rest, slice_u16le(head, 30), &extras) < 0 ||
        slice_eat(rest, slice_u16le(head, 32), &entry->comment) < 0)
        return -1;
    read_extras(extras, entry);
    entry->offset = entry->offset <= UINT64_MAX - shift ? entry->offset + shift : UINT64_MAX;
    entry->data = find_data(file, entry);
    return 0;
}

/* Can what comes out be held against the CRC? zlib's methods and libarchive's: bzip2, LZMA, XZ. */
static bool can_be_proven(const struct lock_zip_entry *entry)
{
    return entry->aes_version || entry->method == ZIP_METHOD_STORED || entry->method == ZIP_METHOD_DEFLATED ||
           entry->method == 12 || entry->method == 14 || entry->method == 95;
}

bool lock_zip_can_be_tried(const struct lock_zip_entry *entry)
{
    if (!(entry->flags & ZIP_LOCKED) || entry->flags & ZIP_STRONG || !can_be_proven(entry))
        return false;
    if (entry->method == ZIP_METHOD_AES ||
        (entry->aes_version && (entry->aes_strength < 1 || entry->aes_strength > 3)))
        return false;
    return entry->data.len >= lock_zip_head(entry) + lock_zip_tail(entry);
}

/* Keep the smallest of those that can be tried, in order. A member without bytes proves nothing in ZipCrypto: it comes last. */
static uint64_t trial_rank(const struct lock_zip_entry *entry)
{
    return entry->data.len == lock_zip_head(entry) + lock_zip_tail(entry) ? UINT64_MAX : entry->data.len;
}

static void note_tried(struct lock_zip_file *zip, size_t index)
{
    uint64_t rank = trial_rank(&zip->list.entries[index]);
    size_t at = zip->tried_count < ZIP_TRIED_MAX ? zip->tried_count++ : ZIP_TRIED_MAX;
    if (at == ZIP_TRIED_MAX) {
        if (trial_rank(&zip->list.entries[zip->tried[at - 1]]) <= rank)
            return;
        at--;
    }
    for (; at > 0 && trial_rank(&zip->list.entries[zip->tried[at - 1]]) > rank; at--)
        zip->tried[at] = zip->tried[at - 1];
    zip->tried[at] = index;
}

static void say_scheme(struct lock *lock, const struct lock_zip_file *zip)
{
    const struct lock_zip_entry *entry = &zip->list.entries[zip->tried[0]];
    if (entry->aes_version)
        snprintf(lock->scheme, sizeof lock->scheme, "AES-%d", 64 + 64 * entry->aes_strength);
    else
        snprintf(lock->scheme, sizeof lock->scheme, "ZipCrypto");
}

static struct lock_zip_around around_of(struct slice file, const struct lock_zip_directory *directory)
{
    struct slice behind = slice_skip(file, directory->end + ZIP_END_LEN);
    size_t comment = slice_u16le(file, directory->end + ZIP_END_LEN - 2);
    return (struct lock_zip_around){ slice_sub(file, 0, directory->is_split ? 0 : (size_t)directory->shift),
                                     slice_sub(behind, 0, comment), slice_skip(behind, comment) };
}

/* A part's length is not known here: the member is found by its local header, behind AT. False: it is not. */
static bool find_in_parts(struct slice file, size_t *at, struct lock_zip_entry *entry)
{
    for (size_t found = *at; (found = slice_find(file, found, slice_str("PK\3\4"))) != SLICE_NONE; found++) {
        struct slice local = slice_skip(file, found);
        if (local.len < 30 ||
            !slice_is_equal(slice_sub(slice_skip(local, 30), 0, slice_u16le(local, 26)), entry->name))
            continue;
        entry->offset = found;
        entry->data = find_data(file, entry);
        *at = entry->data.ptr ? (size_t)(entry->data.ptr - file.ptr) + entry->data.len : found + 30;
        return true;
    }
    entry->data = slice_of(NULL, 0);
    return false;
}

static void find_split(struct slice file, struct lock_zip_list *list)
{
    size_t at = 0;
    unsigned lost = 0;
    for (size_t i = 0; i < list->count; i++)
        if (lost > ZIP_LOST_MAX)
            list->entries[i].data = slice_of(NULL, 0);
        else
            lost += !find_in_parts(file, &at, &list->entries[i]);
}

int lock_zip_read_list(const struct lock *lock, struct lock_zip_list *list)
{
    struct lock_zip_directory directory;
    if (find_directory(lock->file, &directory) < 0)
        return -1;
    struct slice rest =
        slice_sub(from(lock->file, directory.offset + directory.shift), 0, (size_t)directory.len);
    uint64_t most = directory.len / 46; /* its count of entries is not asked: it may be any */
    if (most > lock->limits->inner_entries)
        most = lock->limits->inner_entries;
    *list = (struct lock_zip_list){ .around = around_of(lock->file, &directory) };
    list->entries = arena_alloc_array(lock->arena, (size_t)most, sizeof *list->entries);
    while (list->count < most &&
           eat_entry(&rest, lock->file, directory.shift, &list->entries[list->count]) == 0)
        list->count++;
    if (directory.is_split)
        find_split(lock->file, list);
    list->is_cut = rest.len > 0;
    return 0;
}

void lock_zip_say_cut(const struct lock *lock, const struct lock_zip_list *list, struct error *err)
{
    if (list->is_cut && list->count == lock->limits->inner_entries)
        error_set_limit(err, "inner-entries", "the locked archive holds more than %zu entries", list->count);
    else if (list->is_cut)
        error_set(err, ERROR_FORMAT, "the locked archive's directory is damaged behind %zu entries",
                  list->count);
}

static int zip_open(struct lock *lock, struct error *err)
{
    struct lock_zip_file *zip = arena_alloc(lock->arena, sizeof *zip);
    size_t locked = 0, strong = 0;
    if (lock_zip_read_list(lock, &zip->list) < 0)
        return 0;
    for (size_t i = 0; i < zip->list.count; i++) {
        const struct lock_zip_entry *entry = &zip->list.entries[i];
        locked += entry->flags & ZIP_LOCKED ? 1 : 0;
        strong += entry->flags & ZIP_LOCKED && entry->flags & ZIP_STRONG ? 1 : 0;
        if (lock_zip_can_be_tried(entry))
            note_tried(zip, i);
    }
    lock->state = zip;
    if (zip->tried_count)
        say_scheme(lock, zip);
    else if (strong)
        return error_set(err, ERROR_UNSUPPORTED, "PKWARE's strong encryption is not known");
    else if (locked)
        return error_set(err, ERROR_UNSUPPORTED,
                         "members are encrypted in a way that is not known, or cut short");
    return locked ? 1 : 0;
}

/* What a member's CRC proves is no more than it has bytes: many wrong passwords give the right one of a single byte. */
static enum lock_answer zip_try(struct lock *lock, struct slice password, struct error *err)
{
    const struct lock_zip_file *zip = lock->state;
    size_t fitting = 0;
    uint64_t proof = 0;
    for (size_t i = 0; i < zip->tried_count; i++) {
        const struct lock_zip_entry *entry = &zip->list.entries[zip->tried[i]];
        if (lock_zip_prove(lock, entry, password)) {
            fitting++;
            proof += entry->aes_version ? PROOF_BYTES : entry->size;
            if (proof >= PROOF_BYTES)
                return LOCK_OPEN;
        }
        if (lock_is_late(lock, ZIP_PROOF_SECONDS))
            return lock_say(LOCK_LIMIT, err, "reading through a member took too long");
    }
    return fitting > 0 && fitting == zip->tried_count ? LOCK_OPEN : LOCK_WRONG;
}

static int zip_content(struct lock *lock, struct lock_content *content, struct error *err)
{
    const struct lock_zip_file *zip = lock->state;
    content->name = "unlocked.zip";
    /* Never larger than before: members lose their encryption's bytes, headers their extra fields. */
    lock_reserve(lock, content);
    if (lock_zip_put(lock, content->out, &zip->list, lock->password, lock->file.len + 1024) < 0)
        return error_set(err, ERROR_LIMIT, "the unlocked archive is too large");
    lock_zip_say_cut(lock, &zip->list, err);
    return 1;
}

const struct lock_kind lock_zip = {
    .name = "zip",
    .title = "zip archive",
    .probe = zip_probe,
    .open = zip_open,
    .try = zip_try,
    .content = zip_content,
};
