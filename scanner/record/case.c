/* case.c - opens a case: its folder, key, lock and database; statements and transactions. */
#include "record/case.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "record/case_parts.h"
#include "record/case_schema.h"

#define COMMIT_EVERY_UNITS 20000
#define COMMIT_EVERY_SECONDS 1
#define BUSY_MS 5000 /* a reader waits that long for a writer's checkpoint */

/* Disks on which SQLite's shared memory, and so WAL, does not hold: statfs(2). */
static const unsigned long far_disks[] = {
    0x6969,     /* NFS */
    0x517B,     /* SMB */
    0xFF534D42, /* CIFS */
    0xFE534D42, /* SMB2 */
    0x65735546, /* FUSE: sshfs, rclone and kin */
    0x01021997, /* 9P */
    0x4D44,     /* FAT */
    0x2011BAB0, /* exFAT */
    0x5346414F, /* AFS */
    0x0BD00BD0, /* Lustre */
    0x00C36400, /* Ceph */
};

static bool is_far_disk(const char *folder)
{
    struct statfs disk;
    if (statfs(folder, &disk) < 0)
        return false;
    for (size_t i = 0; i < sizeof far_disks / sizeof *far_disks; i++)
        if (((unsigned long)disk.f_type & 0xFFFFFFFF) == far_disks[i])
            return true;
    return false;
}

static char *path_in(const char *folder, const char *name)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s", folder, name) < 0)
        abort();
    return path;
}

int case_fail(struct case_store *store, const char *doing)
{
    if (!store->has_failed)
        error_set(&store->failure, ERROR_SYSTEM, "cannot %s the case '%s': %s", doing, store->folder,
                  store->db ? sqlite3_errmsg(store->db) : "out of memory");
    store->has_failed = true;
    return -1;
}

const struct error *case_failure(const struct case_store *store)
{
    return store->has_failed ? &store->failure : NULL;
}

const struct id_key *case_key(const struct case_store *store)
{
    return &store->key;
}

const char *case_folder(const struct case_store *store)
{
    return store->folder;
}

/* The folder. */

static int make_folder(const char *folder, struct error *err)
{
    if (mkdir(folder, 0700) < 0 && errno != EEXIST)
        return error_set_errno(err, "cannot make the case '%s'", folder);
    return 0;
}

static int check_folder(const char *folder, struct error *err)
{
    struct stat status;
    if (stat(folder, &status) < 0)
        return error_set_errno(err, "cannot open the case '%s'", folder);
    if (!S_ISDIR(status.st_mode))
        return error_set(err, ERROR_USAGE, "'%s' is no case: a case is a folder", folder);
    return 0;
}

/* Of a case alone: no one is told to change the rights of a folder of mail. */
static int check_rights(const char *folder, struct error *err)
{
    struct stat status;
    if (stat(folder, &status) < 0)
        return error_set_errno(err, "cannot open the case '%s'", folder);
    if (status.st_mode & 077)
        return error_set(
            err, ERROR_USAGE,
            "others can read the case '%s'; do: chmod 700 '%s' (where the disk has no permissions, "
            "keep the case on another one)",
            folder, folder);
    return 0;
}

static bool has_file(const char *folder, const char *name)
{
    char *path = path_in(folder, name);
    bool is_there = access(path, F_OK) == 0;
    int why = errno;
    free(path);
    errno = why;
    return is_there;
}

/* Nothing but what a case is made of, so that a mistyped folder is not filled. */
static int check_empty(const char *folder, struct error *err)
{
    if (rmdir(folder) < 0)
        return error_set(err, ERROR_USAGE, "'%s' is not empty and no case; name a new folder", folder);
    return make_folder(folder, err);
}

static int lock_case(struct case_store *store, struct error *err)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    char *path = path_in(store->folder, "case.lock");
    char pid[32] = "";
    store->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    free(path);
    if (store->lock < 0)
        return error_set_errno(err, "cannot lock the case '%s'", store->folder);
    if (fcntl(store->lock, F_OFD_SETLK, &lock) < 0) {
        ssize_t len = pread(store->lock, pid, sizeof pid - 1, 0);
        return error_set(err, ERROR_SYSTEM,
                         "another mailspill%s%.*s%s writes to the case '%s'; try again when it is done",
                         len > 0 ? " (process " : "", len > 0 ? (int)strcspn(pid, "\n") : 0, pid,
                         len > 0 ? ")" : "", store->folder);
    }
    snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(store->lock, 0) < 0 || pwrite(store->lock, pid, strlen(pid), 0) < 0)
        return error_set_errno(err, "cannot lock the case '%s'", store->folder);
    return 0;
}

bool case_is_at_work(const struct case_store *store)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    if (store->lock >= 0)
        return false;
    char *path = path_in(store->folder, "case.lock");
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    free(path);
    bool is_held = fd >= 0 && fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    if (fd >= 0)
        close(fd);
    return is_held;
}

/* 32 random bytes, as hex: what makes every secret_id of this case. */
static int make_key(const char *path, struct error *err)
{
    unsigned char bytes[32];
    char hex[2 * sizeof bytes + 2];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return error_set_errno(err, "cannot make a key");
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    hex[2 * sizeof bytes] = '\n';
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_written =
        fd >= 0 && write(fd, hex, sizeof hex - 1) == (ssize_t)(sizeof hex - 1) && fsync(fd) == 0;
    explicit_bzero(bytes, sizeof bytes);
    explicit_bzero(hex, sizeof hex);
    int result = is_written ? 0 : error_set_errno(err, "cannot write the key '%s'", path);
    if (fd >= 0)
        close(fd);
    if (fd >= 0 && !is_written)
        unlink(path);
    return result;
}

static int load_key(struct case_store *store, bool may_make, struct error *err)
{
    bool is_lasting;
    char *path = path_in(store->folder, "key");
    int result = 0;
    if (may_make && access(path, F_OK) < 0)
        result = make_key(path, err);
    if (result == 0)
        result = id_key_load(&store->key, path, &is_lasting, err);
    free(path);
    return result;
}

/* The database. */

static int run_sql(struct case_store *store, const char *sql, const char *doing)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : case_fail(store, doing);
}

static int64_t pragma_of(struct case_store *store, const char *sql)
{
    sqlite3_stmt *statement = case_statement(store, sql);
    int64_t value = case_next(store, statement) == 1 ? sqlite3_column_int64(statement, 0) : -1;
    if (statement)
        sqlite3_reset(statement);
    return value;
}

static int make_tables(struct case_store *store)
{
    char sql[128];
    if (run_sql(store, "BEGIN IMMEDIATE", "make") < 0 || run_sql(store, case_schema, "make") < 0)
        return -1;
    snprintf(sql, sizeof sql, "PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT", CASE_APPLICATION,
             CASE_VERSION);
    return run_sql(store, sql, "make");
}

/* By whoever opens it first, a reader too: it becomes the one writer for that long. */
static int upgrade(struct case_store *store, int64_t version, struct error *err)
{
    if (access(store->folder, W_OK) < 0)
        return error_set(
            err, ERROR_USAGE,
            "the case '%s' was written by an older mailspill (schema %lld, this one has %d) and "
            "can't be changed where it lies: copy it to a disk that can be written, and open it there",
            store->folder, (long long)version, CASE_VERSION);
    if (store->lock >= 0)
        return case_upgrade(store);
    if (lock_case(store, err) < 0)
        return -1;
    int result = case_upgrade(store);
    close(store->lock);
    store->lock = -1;
    return result;
}

static int check_version(struct case_store *store, struct error *err)
{
    int64_t version = pragma_of(store, "PRAGMA user_version");
    int64_t application = pragma_of(store, "PRAGMA application_id");
    if (!store->has_failed && version == 0 && application == 0 && store->mode == CASE_WRITE_OR_MAKE)
        make_tables(store);
    else if (!store->has_failed && application != CASE_APPLICATION)
        return error_set(err, ERROR_USAGE, "'%s' is no case: its case.db was made by something else",
                         store->folder);
    else if (!store->has_failed && version > CASE_VERSION)
        return error_set(err, ERROR_USAGE,
                         "the case '%s' was written by a newer mailspill (schema %lld, this one knows %d)",
                         store->folder, (long long)version, CASE_VERSION);
    else if (!store->has_failed && version < CASE_VERSION)
        return upgrade(store, version, err);
    return 0;
}

/* Large cases are sorted on disk when they are reported, and looked up in memory; lists jump about in the file. It is not mapped where another machine
 * could shorten it. */
static void prepare_for_mode(struct case_store *store)
{
    if (store->mode != CASE_READ) {
        run_sql(store, "PRAGMA temp_store=MEMORY", "open");
        return;
    }
    run_sql(store, "PRAGMA temp_store=FILE; PRAGMA temp.cache_size=-65536", "open");
    if (!is_far_disk(store->folder))
        run_sql(store, "PRAGMA mmap_size=8589934592", "open");
}

static int open_database(struct case_store *store, struct error *err)
{
    char *path = path_in(store->folder, "case.db"), *uri = NULL;
    bool is_fixed =
        access(store->folder, W_OK) < 0; /* on a medium that can't be written: no shared memory beside it */
    int flags = store->mode == CASE_WRITE_OR_MAKE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                                  : SQLITE_OPEN_READWRITE;
    if (is_fixed && asprintf(&uri, "file:%s?immutable=1", path) < 0)
        abort();
    mode_t mask = umask(077);
    int got = is_fixed ? sqlite3_open_v2(uri, &store->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL)
                       : sqlite3_open_v2(path, &store->db, flags, NULL);
    if (got == SQLITE_OK) {
        sqlite3_busy_timeout(store->db, BUSY_MS);
        run_sql(store,
                is_far_disk(store->folder) ? "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL"
                                           : "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
                "open");
        run_sql(store, "PRAGMA cache_size=-16384; PRAGMA trusted_schema=OFF", "open");
        prepare_for_mode(store);
        case_seen_define(store);
    } else {
        case_fail(store, "open");
    }
    umask(mask);
    free(path);
    free(uri);
    int result = store->has_failed ? 0 : check_version(store, err);
    if (store->has_failed)
        *err = store->failure;
    return store->has_failed ? -1 : result;
}

static int open_case(struct case_store *store, struct error *err)
{
    bool may_make = store->mode == CASE_WRITE_OR_MAKE;
    if (may_make && make_folder(store->folder, err) < 0)
        return -1;
    if (check_folder(store->folder, err) < 0)
        return -1;
    bool is_new = !has_file(store->folder, "case.db");
    if (is_new && errno != ENOENT) /* whether there is one can't be told */
        return error_set_errno(err, "cannot open the case '%s'", store->folder);
    if (is_new && !may_make)
        return error_set(err, ERROR_USAGE, "'%s' is no case: there is no case.db in it", store->folder);
    if (is_new && !has_file(store->folder, "case.lock") && check_empty(store->folder, err) < 0)
        return -1;
    if (check_rights(store->folder, err) < 0)
        return -1;
    if (store->mode != CASE_READ && lock_case(store, err) < 0)
        return -1;
    return load_key(store, may_make, err) < 0 ? -1 : open_database(store, err);
}

struct case_store *case_open(const char *folder, enum case_mode mode, struct error *err)
{
    struct case_store *store = calloc(1, sizeof *store);
    struct error local = { 0 };
    if (!store)
        abort();
    store->folder = strdup(folder);
    store->mode = mode;
    store->lock = -1;
    if (!store->folder)
        abort();
    if (open_case(store, err ? err : &local) < 0) {
        store->has_failed = true;
        case_close(store);
        return NULL;
    }
    return store;
}

void case_undo(struct case_store *store)
{
    if (store->is_in_transaction)
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    store->is_in_transaction = false;
}

void case_close(struct case_store *store)
{
    if (!store)
        return;
    case_commit(store);
    case_undo(store); /* after a failure: what is not whole does not count */
    for (size_t i = 0; i < store->prepared_count; i++)
        sqlite3_finalize(store->prepared[i].statement);
    sqlite3_close(store->db);
    if (store->lock >= 0)
        close(store->lock);
    explicit_bzero(&store->key, sizeof store->key);
    case_seen_free(store->seen);
    case_leads_free(store->leads);
    case_people_free(store->people);
    free(store->messages);
    free(store->is_rule_told);
    free(store->folder);
    free(store);
}

/* Statements and transactions. */

sqlite3_stmt *case_statement(struct case_store *store, const char *sql)
{
    for (size_t i = 0; i < store->prepared_count; i++) {
        if (store->prepared[i].sql != sql)
            continue;
        sqlite3_reset(store->prepared[i].statement);
        sqlite3_clear_bindings(store->prepared[i].statement);
        return store->prepared[i].statement;
    }
    if (store->has_failed)
        return NULL;
    if (store->prepared_count == CASE_STATEMENTS_MAX)
        abort();
    struct case_prepared *fresh = &store->prepared[store->prepared_count];
    if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &fresh->statement, NULL) !=
        SQLITE_OK) {
        case_fail(store, "read");
        return NULL;
    }
    fresh->sql = sql;
    store->prepared_count++;
    return fresh->statement;
}

int case_next(struct case_store *store, sqlite3_stmt *statement)
{
    if (store->has_failed || !statement)
        return -1;
    int got = sqlite3_step(statement);
    if (got == SQLITE_ROW)
        return 1;
    return got == SQLITE_DONE ? 0 : case_fail(store, sqlite3_stmt_readonly(statement) ? "read" : "write to");
}

int case_run(struct case_store *store, sqlite3_stmt *statement)
{
    int got = case_next(store, statement);
    if (statement)
        sqlite3_reset(statement);
    return got < 0 ? -1 : 0;
}

struct slice case_text(sqlite3_stmt *statement, int column)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    return slice_of(bytes, bytes ? (size_t)sqlite3_column_bytes(statement, column) : 0);
}

void case_get_id(sqlite3_stmt *statement, int column, struct record_id *id)
{
    struct slice bytes = slice_sub(case_text(statement, column), 0, sizeof id->bytes);
    memset(id, 0, sizeof *id);
    if (bytes.len > 0)
        memcpy(id->bytes, bytes.ptr, bytes.len);
}

void case_bind_text(sqlite3_stmt *statement, int column, struct slice text)
{
    if (text.len > 0)
        sqlite3_bind_text64(statement, column, (const char *)text.ptr, text.len, SQLITE_STATIC, SQLITE_UTF8);
}

void case_bind_word(sqlite3_stmt *statement, int column, struct slice text)
{
    sqlite3_bind_text64(statement, column, text.len ? (const char *)text.ptr : "", text.len, SQLITE_STATIC,
                        SQLITE_UTF8);
}

void case_bind_id(sqlite3_stmt *statement, int column, const struct record_id *id)
{
    sqlite3_bind_blob(statement, column, id->bytes, RECORD_ID_SIZE, SQLITE_STATIC);
}

void case_bind_number(sqlite3_stmt *statement, int column, int64_t number)
{
    sqlite3_bind_int64(statement, column, number);
}

int case_write(struct case_store *store)
{
    if (store->has_failed)
        return -1;
    if (store->is_in_transaction)
        return 0;
    if (run_sql(store, "BEGIN IMMEDIATE", "write to") < 0)
        return -1;
    store->is_in_transaction = true;
    store->began = time(NULL);
    store->uncommitted = 0;
    return 0;
}

int case_commit(struct case_store *store)
{
    if (store->has_failed)
        return -1;
    if (!store->is_in_transaction)
        return 0;
    if (case_flush(store) < 0 || run_sql(store, "COMMIT", "write to") < 0)
        return -1;
    store->is_in_transaction = false;
    return 0;
}

int case_commit_now_and_then(struct case_store *store)
{
    if (++store->uncommitted < COMMIT_EVERY_UNITS && time(NULL) - store->began <= COMMIT_EVERY_SECONDS)
        return 0;
    return case_commit(store);
}
