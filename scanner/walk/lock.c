/* lock.c - the table of locks, and the life of one. */
#include "walk/lock.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "walk/lock_parts.h"

const struct lock_kind *const lock_table[] = {
    &lock_zip,  &lock_pkcs12, &lock_pem,     &lock_jks, &lock_ooxml, &lock_office, &lock_7z,  &lock_odf,
    &lock_kdbx, &lock_kdb,    &lock_openssh, &lock_ppk, &lock_rar,   &lock_rar5,   &lock_pdf, NULL,
};

/* One search for all armoured kinds: this is asked about every part of every message. */
static bool has_armor(struct slice file)
{
    return file.len && (file.ptr[0] == 0x30 || slice_find(slice_sub(file, 0, LOCK_SEARCHED), 0,
                                                          slice_str("PRIVATE KEY-----")) != SLICE_NONE);
}

bool lock_is_likely(struct slice head)
{
    bool is_armored = has_armor(head);
    for (const struct lock_kind *const *kind = lock_table; *kind; kind++)
        if ((is_armored || !(*kind)->is_armored) && (*kind)->probe(head))
            return true;
    return false;
}

bool lock_is_in_text(struct slice head)
{
    if (head.len && head.ptr[0] == 0x30) /* DER */
        return false;
    for (const struct lock_kind *const *kind = lock_table; *kind; kind++)
        if (!(*kind)->is_in_text && !(*kind)->is_armored && (*kind)->probe(head))
            return false;
    return true;
}

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double time_scale = 1;

void lock_hurry(double scale)
{
    time_scale = scale;
}

bool lock_is_late(const struct lock *lock, double seconds)
{
    return cpu_seconds() - lock->began > seconds * time_scale;
}

void lock_reserve(const struct lock *lock, struct lock_content *content)
{
    size_t most = content->out->ceiling;
    buffer_reserve(content->out, lock->file.len < most ? lock->file.len : most);
}

enum lock_answer lock_say(enum lock_answer answer, struct error *err, const char *format, ...)
{
    static const enum error_kind kinds[] = {
        [LOCK_WRONG] = ERROR_ENCRYPTED,         [LOCK_OPEN] = ERROR_NONE,
        [LOCK_DAMAGED] = ERROR_FORMAT,          [LOCK_LIMIT] = ERROR_LIMIT,
        [LOCK_UNSUPPORTED] = ERROR_UNSUPPORTED,
    };
    char message[200];
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    error_set(err, kinds[answer], "%s", message);
    return answer;
}

static struct lock *open_kind(const struct lock_kind *kind, struct slice file, const struct limits *limits)
{
    struct lock *lock = calloc(1, sizeof *lock);
    if (!lock)
        abort();
    lock->kind = kind;
    lock->file = file;
    lock->limits = limits;
    lock->arena = arena_new(0);
    arena_wipe_always(lock->arena);
    if (kind->open(lock, &lock->fault) == 0) {
        lock_close(lock);
        return NULL;
    }
    return lock;
}

struct lock *lock_find(struct slice file, const struct limits *limits)
{
    struct lock *lock = NULL;
    bool is_armored = has_armor(file);
    if (file.len > LOCK_FILE_MAX || file.len > limits->whole_bytes)
        return NULL;
    for (const struct lock_kind *const *kind = lock_table; *kind && !lock; kind++)
        if ((is_armored || !(*kind)->is_armored) && (*kind)->probe(file))
            lock = open_kind(*kind, file, limits);
    return lock;
}

void lock_close(struct lock *lock)
{
    if (!lock)
        return;
    arena_free(lock->arena);
    explicit_bzero(lock, sizeof *lock);
    free(lock);
}

const char *lock_name(const struct lock *lock)
{
    return lock->kind->name;
}

const char *lock_title(const struct lock *lock)
{
    return lock->kind->title;
}

const char *lock_scheme(const struct lock *lock)
{
    return lock->scheme;
}

bool lock_is_store(const struct lock *lock)
{
    return lock->kind->is_store;
}

bool lock_takes_key(const struct lock *lock)
{
    return lock->kind->takes_key && lock->fault.kind == ERROR_NONE;
}

void lock_use_key(struct lock *lock, const unsigned char *key)
{
    lock->key = key;
}

static enum lock_answer answer_of_fault(const struct error *fault)
{
    switch (fault->kind) {
    case ERROR_LIMIT:
        return LOCK_LIMIT;
    case ERROR_UNSUPPORTED:
        return LOCK_UNSUPPORTED;
    default:
        return LOCK_DAMAGED;
    }
}

enum lock_answer lock_try(struct lock *lock, struct slice password, struct error *err)
{
    if (lock->fault.kind != ERROR_NONE) {
        if (err)
            *err = lock->fault;
        return answer_of_fault(&lock->fault);
    }
    if (password.len > LOCK_PASSWORD_MAX)
        return LOCK_WRONG;
    lock->began = cpu_seconds();
    enum lock_answer answer = lock->kind->try(lock, password, err);
    if (answer != LOCK_OPEN)
        return answer;
    lock->is_open = true;
    if (password.len)
        memcpy(lock->password_bytes, password.ptr, password.len);
    lock->password = slice_of(lock->password_bytes, password.len);
    return LOCK_OPEN;
}

/* The plain content: a source in memory that owns its bytes. */
struct plain {
    struct source source;
    struct buffer bytes;
};

static int plain_fill(struct source *source, size_t want, struct error *err)
{
    (void)want;
    (void)err;
    source->is_at_end = true;
    return 0;
}

static int64_t plain_read_at(struct source *source, uint64_t offset, void *into, size_t len,
                             struct error *err)
{
    const struct plain *plain = (const struct plain *)source;
    (void)err;
    struct slice part = offset < plain->bytes.len
                            ? slice_sub(buffer_slice(&plain->bytes), (size_t)offset, len)
                            : slice_of(NULL, 0);
    if (part.len)
        memcpy(into, part.ptr, part.len);
    return (int64_t)part.len;
}

static void plain_close(struct source *source)
{
    struct plain *plain = (struct plain *)source;
    source->ready = slice_of(NULL, 0);
    source->is_at_end = true;
    buffer_release(&plain->bytes);
}

static void plain_undo(void *ptr)
{
    plain_close(ptr);
}

static const struct source_class plain_class = { plain_fill, plain_read_at, plain_close };

/* What the content may take beside the file, so that a worker stays inside its memory. Kinds reserve what they need at once. */
static size_t content_ceiling(const struct lock *lock)
{
    uint64_t memory = lock->limits->worker_memory / 4 * 3;
    uint64_t left = memory > lock->file.len ? memory - lock->file.len : 0;
    return (size_t)(left < lock->limits->whole_bytes ? left : lock->limits->whole_bytes);
}

struct source *lock_content(struct lock *lock, struct arena *arena, struct slice *name, struct error *err)
{
    struct lock_content content = { NULL, "" };
    if (!lock->is_open || !lock->kind->content)
        return NULL;
    struct plain *plain = arena_alloc(arena, sizeof *plain);
    buffer_init(&plain->bytes, content_ceiling(lock));
    arena_defer(arena, plain_undo, plain);
    content.out = &plain->bytes;
    lock->began = cpu_seconds();
    int got = lock->kind->content(lock, &content, err);
    if (got == 1 && plain->bytes.is_overfull) {
        error_set_limit(err, "whole-bytes", "what is locked is larger than may be held in memory");
        got = -1;
    }
    if (got != 1) {
        buffer_release(&plain->bytes);
        return NULL;
    }
    *name = slice_str(content.name);
    plain->source = (struct source){ .class = &plain_class,
                                     .ready = buffer_slice(&plain->bytes),
                                     .size = plain->bytes.len,
                                     .is_at_end = true };
    return &plain->source;
}
