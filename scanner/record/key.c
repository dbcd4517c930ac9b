/* key.c - the key that makes secret_id: given, or a file of the user's, made on first use. */
#include "record/id.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>

#define KEY_SIZE sizeof((struct id_key *)0)->bytes
#define KEY_FILE_MAX 4096 /* bytes of a key file that are read */

static void sha256(const void *bytes, size_t len, unsigned char out[32])
{
    if (EVP_Digest(bytes, len, out, NULL, EVP_sha256(), NULL) != 1)
        abort();
}

static void key_set(struct id_key *key, struct slice bytes)
{
    unsigned char hash[32];
    if (bytes.len == KEY_SIZE)
        memcpy(key->bytes, bytes.ptr, KEY_SIZE);
    else
        sha256(bytes.ptr, bytes.len, key->bytes);
    sha256(key->bytes, KEY_SIZE, hash);
    for (size_t i = 0; i < 8; i++)
        snprintf(key->name + 2 * i, 3, "%02x", hash[i]);
}

static int key_from_text(struct id_key *key, struct slice text, const char *file, struct error *err)
{
    unsigned char bytes[KEY_FILE_MAX / 2];
    size_t len = slice_unhex(slice_trim(text), bytes);
    int result = 0;
    if (len >= KEY_SIZE)
        key_set(key, slice_of(bytes, len));
    else if (len == 0 && text.len >= KEY_SIZE)
        key_set(key, text);
    else
        result = error_set(err, ERROR_USAGE, "key file '%s' is too short: it wants 32 bytes or 64 hex digits",
                           file);
    explicit_bzero(bytes, sizeof bytes);
    return result;
}

static int key_from_fd(struct id_key *key, int fd, const char *file, struct error *err)
{
    unsigned char text[KEY_FILE_MAX];
    size_t len = 0;
    ssize_t got = 1;
    struct stat stat;
    if (fstat(fd, &stat) < 0)
        return error_set_errno(err, "cannot read key file '%s'", file);
    if (S_ISREG(stat.st_mode) && (stat.st_mode & 077))
        return error_set(err, ERROR_USAGE, "key file '%s' can be read by others: chmod 600 it", file);
    while (len < sizeof text && (got = read(fd, text + len, sizeof text - len)) > 0)
        len += (size_t)got;
    if (got < 0)
        return error_set_errno(err, "cannot read key file '%s'", file);
    int result = key_from_text(key, slice_of(text, len), file, err);
    explicit_bzero(text, sizeof text);
    return result;
}

/* 0, or -1; *IS_ABSENT where there is no such file, or no way to it. */
static int key_from_file(struct id_key *key, const char *file, bool *is_absent, struct error *err)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    *is_absent = fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == EACCES);
    if (fd < 0)
        return error_set_errno(err, "cannot open key file '%s'", file);
    int result = key_from_fd(key, fd, file, err);
    close(fd);
    return result;
}

/* Make each missing folder above PATH, readable by the user alone. */
static void make_folders(const char *path)
{
    char folder[PATH_MAX];
    if (snprintf(folder, sizeof folder, "%s", path) >= (int)sizeof folder)
        return;
    for (char *slash = folder + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(folder, 0700);
        *slash = '/';
    }
}

static int write_new_key(const char *path)
{
    unsigned char bytes[KEY_SIZE];
    char line[2 * KEY_SIZE + 2];
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        abort();
    for (size_t i = 0; i < KEY_SIZE; i++)
        snprintf(line + 2 * i, 3, "%02x", bytes[i]);
    line[2 * KEY_SIZE] = '\n';
    ssize_t put = write(fd, line, 2 * KEY_SIZE + 1);
    int result = put == (ssize_t)(2 * KEY_SIZE + 1) && fsync(fd) == 0 ? 0 : -1;
    close(fd);
    explicit_bzero(bytes, sizeof bytes);
    explicit_bzero(line, sizeof line);
    return result;
}

/* Two first runs may meet here: a link appears whole, and once. */
static int make_key_file(const char *path)
{
    char fresh[PATH_MAX];
    make_folders(path);
    if (snprintf(fresh, sizeof fresh, "%s.%ld", path, (long)getpid()) >= (int)sizeof fresh)
        return -1;
    int result = write_new_key(fresh);
    if (result == 0 && link(fresh, path) < 0 && errno != EEXIST)
        result = -1;
    unlink(fresh);
    return result;
}

static const char *given_path(const char *file)
{
    if (!file || !*file)
        file = getenv("MAILSPILL_KEY_FILE");
    return file && *file ? file : NULL;
}

int id_key_path(const char *file, char *path, size_t size)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int len = -1;
    file = given_path(file);
    if (file)
        len = snprintf(path, size, "%s", file);
    else if (state && state[0] == '/')
        len = snprintf(path, size, "%s/mailspill/key", state);
    else if (home && home[0] == '/')
        len = snprintf(path, size, "%s/.local/state/mailspill/key", home);
    return len > 0 && (size_t)len < size ? 0 : -1;
}

static int key_for_this_run(struct id_key *key, bool *is_lasting)
{
    unsigned char bytes[KEY_SIZE];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        abort();
    key_set(key, slice_of(bytes, sizeof bytes));
    explicit_bzero(bytes, sizeof bytes);
    *is_lasting = false;
    return 0;
}

int id_key_load(struct id_key *key, const char *file, bool *is_lasting, struct error *err)
{
    char path[PATH_MAX];
    bool is_absent;
    *is_lasting = true;
    file = given_path(file);
    if (file)
        return key_from_file(key, file, &is_absent, err);
    if (id_key_path(NULL, path, sizeof path) < 0)
        return key_for_this_run(key, is_lasting);
    int result = key_from_file(key, path, &is_absent, err);
    if (result == 0 || !is_absent)
        return result;
    if (make_key_file(path) < 0 || key_from_file(key, path, &is_absent, err) < 0)
        return key_for_this_run(key, is_lasting);
    return 0;
}
