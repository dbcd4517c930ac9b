/* cache.c - compiled databases kept in a folder that only the user can write.
 *
 * A serialised database is trusted by Hyperscan, so nothing is taken that another user could have written, that was cut short, or that was
 * made of other rules, by another library or for another CPU. Any doubt means compiling again; that the result can't be stored is no error.
 */
#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <sys/stat.h>

#include "match/engine.h"

#define CACHE_MAX ((uint64_t)512 * 1024 * 1024)

/* Magic (8), key (64), length (8, little-endian), SHA-256 of what follows (32). */
#define HEADER_SIZE (8 + 64 + 8 + SHA256_DIGEST_LENGTH)

static const unsigned char magic[8] = "MSPCACH1";

static bool is_ours_alone(const struct stat *about)
{
    return about->st_uid == geteuid() && (about->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* Open NAME below DIR, made if it is missing; DIR -1 for an absolute path. */
static int open_folder(int dir, const char *name)
{
    if (mkdirat(dir, name, 0700) < 0 && errno != EEXIST)
        return -1;
    return openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* $XDG_CACHE_HOME, or $HOME/.cache: itself may be a link, what we make in it may not. */
static int open_user_cache(void)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache && cache[0] == '/') {
        mkdir(cache, 0700);
        return open(cache, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    if (!home || home[0] != '/')
        return -1;
    int dir = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return -1;
    int found = open_folder(dir, ".cache");
    close(dir);
    return found;
}

static int open_cache(void)
{
    struct stat about;
    int outer = open_user_cache();
    if (outer < 0)
        return -1;
    int dir = open_folder(outer, "mailspill");
    close(outer);
    if (dir < 0)
        return -1;
    if (fstat(dir, &about) == 0 && is_ours_alone(&about))
        return dir;
    close(dir);
    return -1;
}

static void file_name(const char key[65], char name[80])
{
    snprintf(name, 80, "%s.hs", key);
}

static void put_header(struct buffer *out, const char key[65], struct slice database)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(database.ptr, database.len, digest);
    buffer_put(out, slice_of(magic, sizeof magic));
    buffer_put(out, slice_of(key, 64));
    for (int shift = 0; shift < 64; shift += 8)
        buffer_put_byte(out, (unsigned char)((uint64_t)database.len >> shift));
    buffer_put(out, slice_of(digest, sizeof digest));
}

/* The database in FILE, if the header says that it is whole and made for KEY. */
static int check_file(struct slice file, const char key[65], struct slice *database)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    struct slice head, its_key, its_digest;
    uint64_t len;
    if (slice_eat(&file, sizeof magic, &head) < 0 || slice_eat(&file, 64, &its_key) < 0 ||
        slice_eat_u64le(&file, &len) < 0 || slice_eat(&file, sizeof digest, &its_digest) < 0)
        return -1;
    if (memcmp(head.ptr, magic, sizeof magic) != 0 || memcmp(its_key.ptr, key, 64) != 0 || len != file.len)
        return -1;
    SHA256(file.ptr, file.len, digest);
    *database = file;
    return memcmp(its_digest.ptr, digest, sizeof digest) == 0 ? 0 : -1;
}

static int read_whole(int fd, unsigned char *into, size_t len)
{
    while (len > 0) {
        ssize_t got = read(fd, into, len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return -1;
        into += got;
        len -= (size_t)got;
    }
    return 0;
}

static int read_checked(int fd, const char key[65], struct buffer *database)
{
    struct stat about;
    struct buffer file;
    struct slice found;
    if (fstat(fd, &about) < 0 || !S_ISREG(about.st_mode) || !is_ours_alone(&about) ||
        about.st_size < HEADER_SIZE || (uint64_t)about.st_size > CACHE_MAX)
        return -1;
    size_t size = (size_t)about.st_size;
    buffer_init(&file, size);
    int result = read_whole(fd, buffer_reserve(&file, size), size);
    if (result == 0)
        result = check_file(slice_of(file.ptr, size), key, &found);
    if (result == 0)
        result = buffer_put(database, found);
    buffer_release(&file);
    return result;
}

static int cache_read(int dir, const char key[65], struct buffer *database)
{
    char name[80];
    file_name(key, name);
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int result = read_checked(fd, key, database);
    close(fd);
    return result;
}

static int write_whole(int fd, struct slice bytes)
{
    while (bytes.len > 0) {
        ssize_t done = write(fd, bytes.ptr, bytes.len);
        if (done < 0 && errno != EINTR)
            return -1;
        bytes = slice_skip(bytes, done > 0 ? (size_t)done : 0);
    }
    return 0;
}

/* Through a file of another name, so that no reader sees half of one. */
static void cache_write(int dir, const char key[65], struct slice database)
{
    char name[80], draft[96];
    struct buffer head;
    file_name(key, name);
    snprintf(draft, sizeof draft, "%s.%ld", name, (long)getpid());
    unlinkat(dir, draft, 0);
    int fd = openat(dir, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    buffer_init(&head, HEADER_SIZE);
    put_header(&head, key, database);
    int result = write_whole(fd, buffer_slice(&head));
    if (result == 0)
        result = write_whole(fd, database);
    if (close(fd) < 0)
        result = -1;
    buffer_release(&head);
    if (result < 0 || renameat(dir, draft, dir, name) < 0)
        unlinkat(dir, draft, 0);
}

/* A header can be right and the database still not fit: the engine has the last word. */
static int cache_try(int dir, const struct ruleset *set, const char key[65], struct buffer *database)
{
    buffer_clear(database);
    if (cache_read(dir, key, database) < 0)
        return -1;
    struct engine *engine = engine_new(set, buffer_slice(database), NULL);
    engine_free(engine);
    return engine ? 0 : -1;
}

int engine_load_cached(const struct ruleset *set, struct buffer *database, const struct rule_report *report,
                       struct error *err)
{
    char key[65];
    int dir = open_cache();
    engine_key(set, ENGINE_THIS_HOST, key);
    int result = dir < 0 ? -1 : cache_try(dir, set, key, database);
    if (result < 0) {
        buffer_clear(database);
        result = engine_compile_within(ENGINE_COMPILE_SECONDS, set, ENGINE_THIS_HOST, database, report, err);
        if (result == 0 && dir >= 0)
            cache_write(dir, key, buffer_slice(database));
    }
    if (dir >= 0)
        close(dir);
    return result;
}
