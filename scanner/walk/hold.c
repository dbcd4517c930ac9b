/* hold.c - a whole stream kept at hand, for formats that must seek: in memory, or enciphered in a spool. */
#include "walk/hold.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <unistd.h>

#define HOLD_STEP ((size_t)1024 * 1024)  /* bytes read, charged and spooled at once */
#define HOLD_WINDOW ((size_t)256 * 1024) /* bytes deciphered at once for a reader in order */
#define HOLD_LEAST ((uint64_t)64 * 1024) /* charged for one beside its bytes */
#define CIPHER_BLOCK 16

struct cipher {
    EVP_CIPHER_CTX *ctx;
    unsigned char key[32];
};

struct hold {
    struct source source;
    struct source *from; /* what is held; also, after what could be held, the rest of it */
    bool is_whole;       /* all of `from` is held */
    bool is_open;
    struct buffer tail; /* in memory: what follows the spooled bytes */
    uint64_t charged;   /* to the budget */
    int fd;             /* the spool, or -1 */
    uint64_t spooled;   /* bytes in it */
    struct cipher cipher;
    struct buffer window; /* of a reader in order, where `tail` is not all there is */
    uint64_t got;         /* bytes that came into the window */
    struct error failure; /* of `from`, at its end */
};

static uint64_t budget_used;

uint64_t hold_in_memory(void)
{
    return budget_used;
}

/* The cipher. The counter begins at 0 in each spool, since each has its own key. */

static int cipher_new(struct cipher *cipher, struct error *err)
{
    cipher->ctx = EVP_CIPHER_CTX_new();
    if (!cipher->ctx || RAND_priv_bytes(cipher->key, sizeof cipher->key) != 1)
        return error_set(err, ERROR_SYSTEM, "no random key for the spool");
    return 0;
}

static void cipher_free(struct cipher *cipher)
{
    EVP_CIPHER_CTX_free(cipher->ctx);
    cipher->ctx = NULL;
    OPENSSL_cleanse(cipher->key, sizeof cipher->key);
}

/* Encipher or decipher (it is the same) LEN <= HOLD_STEP bytes that stand at OFFSET, a multiple of CIPHER_BLOCK. */
static int cipher_run(struct cipher *cipher, uint64_t offset, const unsigned char *in, unsigned char *out,
                      size_t len, struct error *err)
{
    unsigned char counter[CIPHER_BLOCK] = { 0 };
    uint64_t block = offset / CIPHER_BLOCK;
    int done = 0;
    for (int i = CIPHER_BLOCK - 1; block > 0; i--, block >>= 8)
        counter[i] = (unsigned char)block;
    if (EVP_EncryptInit_ex(cipher->ctx, EVP_aes_256_ctr(), NULL, cipher->key, counter) != 1 ||
        EVP_EncryptUpdate(cipher->ctx, out, &done, in, (int)len) != 1 || (size_t)done != len)
        return error_set(err, ERROR_SYSTEM, "the spool's cipher failed");
    return 0;
}

int hold_init(struct error *err)
{
    unsigned char bytes[CIPHER_BLOCK] = { 0 };
    struct cipher cipher = { 0 };
    int result = cipher_new(&cipher, err);
    if (result == 0)
        result = cipher_run(&cipher, 0, bytes, bytes, sizeof bytes, err);
    cipher_free(&cipher);
    return result;
}

/* The store: spooled bytes first, then those in memory. */

static uint64_t held_len(const struct hold *hold)
{
    return hold->spooled + hold->tail.len;
}

static bool charge(struct hold *hold, uint64_t bytes)
{
    if (bytes > HOLD_BUDGET - budget_used)
        return false;
    budget_used += bytes;
    hold->charged += bytes;
    return true;
}

static int write_all(int fd, uint64_t offset, const unsigned char *bytes, size_t len, struct error *err)
{
    for (size_t done = 0; done < len;) {
        ssize_t put = pwrite(fd, bytes + done, len - done, (off_t)(offset + done));
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return error_set_errno(err, "cannot write to the spool");
        done += (size_t)put;
    }
    return 0;
}

/* Move what is in memory to the spool: whole steps, so that the cipher's offset stays even; all but the last step is one. */
static int spool_tail(struct hold *hold, struct error *err)
{
    unsigned char *room = malloc(HOLD_STEP);
    int result = room ? 0 : -1;
    size_t done = 0;
    while (result == 0 && done < hold->tail.len) {
        size_t len = hold->tail.len - done < HOLD_STEP ? hold->tail.len - done : HOLD_STEP;
        result = cipher_run(&hold->cipher, hold->spooled, hold->tail.ptr + done, room, len, err);
        if (result == 0)
            result = write_all(hold->fd, hold->spooled, room, len, err);
        if (result == 0) {
            hold->spooled += len;
            done += len;
        }
    }
    free(room);
    buffer_drop(&hold->tail, done);
    return result;
}

static int spool_begin(struct hold *hold, const struct walk_env *env, struct error *err)
{
    if (!env->spooler)
        return error_set_limit(err, "held-bytes",
                               "larger than the %llu MiB that are held in memory, and no spool",
                               (unsigned long long)(HOLD_MEMORY >> 20));
    if (cipher_new(&hold->cipher, err) < 0)
        return -1;
    hold->fd = env->spooler->open_fd(env->spooler->ctx, err);
    if (hold->fd < 0 || spool_tail(hold, err) < 0)
        return -1;
    /* From here on only one step at a time is in memory. */
    buffer_release(&hold->tail);
    budget_used -= hold->charged;
    hold->charged = 0;
    return 0;
}

/* Read into the tail until it holds MOST bytes or the end comes: 1 or 0. */
static int fill_tail(struct hold *hold, size_t most)
{
    while (hold->tail.len < most) {
        int64_t got = source_fill(hold->from, 1, &hold->failure);
        if (got <= 0)
            return 0;
        struct slice ready = slice_sub(hold->from->ready, 0, most - hold->tail.len);
        buffer_put(&hold->tail, ready);
        source_consume(hold->from, ready.len);
    }
    return 1;
}

/* What is short was charged a whole step. */
static void refund(struct hold *hold)
{
    uint64_t kept = hold->tail.len + HOLD_LEAST;
    if (hold->charged <= kept)
        return;
    budget_used -= hold->charged - kept;
    hold->charged = kept;
}

static bool needs_spool(struct hold *hold)
{
    return hold->fd < 0 && (hold->tail.len + HOLD_STEP > HOLD_MEMORY || !charge(hold, HOLD_STEP));
}

static int hold_all(struct hold *hold, const struct walk_env *env, struct error *err)
{
    uint64_t most = env->limits->held_bytes, known = hold->from->size;
    if (known != SOURCE_SIZE_UNKNOWN && known > most && known - most > hold->from->offset)
        return error_set_limit(err, "held-bytes", "larger than the %llu bytes that are held",
                               (unsigned long long)most);
    for (;;) {
        if (needs_spool(hold) && spool_begin(hold, env, err) < 0)
            return -1;
        int got = fill_tail(hold, hold->tail.len + HOLD_STEP);
        if (held_len(hold) > most)
            return error_set_limit(err, "held-bytes", "larger than the %llu bytes that are held",
                                   (unsigned long long)most);
        if (got == 0)
            break;
        if (hold->fd >= 0 && spool_tail(hold, err) < 0)
            return -1;
    }
    if (hold->fd < 0)
        refund(hold);
    return 0;
}

/* Reading what is held. */

static int64_t spool_read(struct hold *hold, uint64_t offset, unsigned char *into, size_t len,
                          struct error *err)
{
    unsigned char head[CIPHER_BLOCK];
    uint64_t skip = offset % CIPHER_BLOCK;
    if (len > hold->spooled - offset)
        len = (size_t)(hold->spooled - offset);
    if (len > HOLD_STEP)
        len = HOLD_STEP;
    if (skip > 0 && len > CIPHER_BLOCK - skip)
        len = (size_t)(CIPHER_BLOCK - skip);
    ssize_t got;
    do {
        got = skip ? pread(hold->fd, head, (size_t)skip + len, (off_t)(offset - skip))
                   : pread(hold->fd, into, len, (off_t)offset);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return error_set_errno(err, "cannot read from the spool");
    if ((size_t)got < skip + len)
        return error_set(err, ERROR_SYSTEM, "the spool is cut short");
    unsigned char *bytes = skip ? head : into;
    if (cipher_run(&hold->cipher, offset - skip, bytes, bytes, (size_t)skip + len, err) < 0)
        return -1;
    if (skip)
        memcpy(into, head + skip, len);
    return (int64_t)len;
}

/* Up to LEN bytes at OFFSET: fewer at the border between spool and memory. */
static int64_t store_read(struct hold *hold, uint64_t offset, unsigned char *into, size_t len,
                          struct error *err)
{
    if (offset >= held_len(hold))
        return 0;
    if (offset < hold->spooled)
        return spool_read(hold, offset, into, len, err);
    struct slice part = slice_sub(buffer_slice(&hold->tail), (size_t)(offset - hold->spooled), len);
    memcpy(into, part.ptr, part.len);
    return (int64_t)part.len;
}

static int64_t hold_read_at(struct source *source, uint64_t offset, void *into, size_t len, struct error *err)
{
    struct hold *hold = (struct hold *)source;
    unsigned char *bytes = into;
    size_t done = 0;
    while (done < len) {
        int64_t got = store_read(hold, offset + done, bytes + done, len - done, err);
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (int64_t)done;
}

/* What stands at hold->got: held, or still in `from`. */
static int64_t read_on(struct hold *hold, unsigned char *into, size_t len, struct error *err)
{
    if (hold->got < held_len(hold))
        return store_read(hold, hold->got, into, len, err);
    if (!hold->is_whole)
        return source_read(hold->from, into, len, err);
    if (hold->failure.kind == ERROR_NONE)
        return 0;
    *err = hold->failure;
    return -1;
}

static int hold_fill(struct source *source, size_t want, struct error *err)
{
    struct hold *hold = (struct hold *)source;
    buffer_drop(&hold->window, hold->window.len - source->ready.len);
    int64_t got = 1;
    size_t aim = want > HOLD_WINDOW ? want : HOLD_WINDOW;
    while (hold->window.len < want && got > 0) {
        size_t len = aim - hold->window.len;
        got = read_on(hold, buffer_reserve(&hold->window, len), len, err);
        if (got > 0) {
            hold->window.len += (size_t)got;
            hold->got += (uint64_t)got;
        }
    }
    source->ready = buffer_slice(&hold->window);
    return got > 0 ? 1 : (int)got;
}

static void hold_close(struct source *source)
{
    struct hold *hold = (struct hold *)source;
    if (!hold->is_open)
        return;
    hold->is_open = false;
    buffer_release(&hold->tail);
    buffer_release(&hold->window);
    cipher_free(&hold->cipher);
    if (hold->fd >= 0)
        close(hold->fd);
    budget_used -= hold->charged;
    source->ready = slice_of(NULL, 0);
    source->is_at_end = true;
}

static void hold_undo(void *hold)
{
    hold_close(hold);
}

static const struct source_class whole_class = { .fill = hold_fill,
                                                 .read_at = hold_read_at,
                                                 .close = hold_close };
static const struct source_class replay_class = { .fill = hold_fill, .close = hold_close };

struct source *hold_source(struct arena *arena, struct source *source, const struct walk_env *env,
                           struct error *err)
{
    if (source_is_seekable(source) && source->offset == 0)
        return source;
    return hold_copy(arena, source, env, err);
}

struct source *hold_copy(struct arena *arena, struct source *source, const struct walk_env *env,
                         struct error *err)
{
    struct hold *hold = arena_alloc(arena, sizeof *hold);
    *hold = (struct hold){ .from = source, .is_open = true, .fd = -1 };
    buffer_init(&hold->tail, (size_t)HOLD_MEMORY);
    buffer_init(&hold->window, 2 * SOURCE_WANT_MAX);
    arena_defer(arena, hold_undo, hold);
    hold->is_whole = hold_all(hold, env, err) == 0;
    hold->source.class = hold->is_whole ? &whole_class : &replay_class;
    hold->source.size = hold->is_whole ? held_len(hold) : SOURCE_SIZE_UNKNOWN;
    /* All in memory: all is shown at once, and nothing is copied again. */
    if (hold->is_whole && hold->fd < 0) {
        hold->source.ready = buffer_slice(&hold->tail);
        hold->got = hold->tail.len;
        hold->source.is_at_end = hold->failure.kind == ERROR_NONE;
    }
    return &hold->source;
}
