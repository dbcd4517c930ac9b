/* probe.c - holds passwords against a locked file, for tests/e2e/lock_test.py: probe FILE PASSWORD...; probe --damage COUNT FILE PASSWORD.
 *
 * Prints "kind NAME" and "scheme TEXT", then a line for each password: its answer and, where it opened, the name and length of the content, whose
 * bytes follow in base64. --damage tries COUNT damaged copies of the file (fixed seed) with the password and without.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "validate/codec.h"
#include "walk/lock.h"

static const char *const answers[] = { "wrong", "open", "damaged", "limit", "unsupported" };

static struct buffer read_file(const char *path)
{
    struct buffer bytes;
    char part[65536];
    size_t got;
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(2);
    }
    buffer_init(&bytes, (size_t)256 * 1024 * 1024);
    while ((got = fread(part, 1, sizeof part, file)) > 0)
        buffer_put(&bytes, slice_of(part, got));
    fclose(file);
    return bytes;
}

static void show_content(struct lock *lock)
{
    struct arena *arena = arena_new(0);
    struct error err = { 0 };
    struct slice name = { 0 };
    struct buffer text;
    struct source *source = lock_content(lock, arena, &name, &err);
    buffer_init(&text, (size_t)400 * 1024 * 1024);
    if (source) {
        codec_put_base64(&text, source->ready, CODEC_STANDARD);
        printf(" %.*s %zu\n%.*s", (int)name.len, (const char *)name.ptr, source->ready.len, (int)text.len,
               (const char *)text.ptr);
    } else {
        printf(" none %s", err.message);
    }
    buffer_release(&text);
    arena_free(arena);
}

static int probe(const char *path, char **passwords)
{
    struct limits limits;
    struct buffer bytes = read_file(path);
    limits_init(&limits);
    struct lock *lock = lock_find(buffer_slice(&bytes), &limits);
    printf("kind %s\nscheme %s\n", lock ? lock_name(lock) : "none", lock ? lock_scheme(lock) : "");
    for (; lock && *passwords; passwords++) {
        struct error err = { 0 };
        enum lock_answer answer = lock_try(lock, slice_str(*passwords), &err);
        printf("%s", answers[answer]);
        if (answer == LOCK_OPEN)
            show_content(lock);
        else
            printf(" %s", err.message);
        printf("\n");
    }
    lock_close(lock);
    buffer_release(&bytes);
    return 0;
}

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* Flip bits, set a run to an extreme, cut, or swap two parts. */
static size_t damage(unsigned char *bytes, size_t len, uint32_t *seed)
{
    size_t at = next_random(seed) % len, run = 1 + next_random(seed) % 8;
    run = run < len - at ? run : len - at;
    switch (next_random(seed) % 5) {
    case 0:
        return at;
    case 1:
        memset(bytes + at, 0xFF, run);
        return len;
    case 2:
        memset(bytes + at, 0, run);
        return len;
    case 3:
        memmove(bytes + at, bytes, run);
        return len;
    default:
        for (size_t i = 0; i < run; i++)
            bytes[next_random(seed) % (i % 2 && len > 512 ? 512 : len)] ^=
                (unsigned char)(1u << next_random(seed) % 8);
        return len;
    }
}

static void try_all(struct slice bytes, const char *password, unsigned counts[6])
{
    struct limits limits;
    struct slice name;
    struct arena *arena = arena_new(0);
    limits_init(&limits);
    struct lock *lock = lock_find(bytes, &limits);
    if (lock) {
        lock_try(lock, slice_str(""), NULL);
        enum lock_answer answer = lock_try(lock, slice_str(password), NULL);
        counts[answer]++;
        lock_content(lock, arena, &name, NULL);
    } else {
        counts[5]++;
    }
    lock_close(lock);
    arena_free(arena);
}

static int damage_many(const char *path, unsigned count, const char *password)
{
    struct buffer bytes = read_file(path);
    uint32_t seed = 20240112;
    unsigned counts[6] = { 0 };
    for (unsigned i = 0; i < count && bytes.len; i++) {
        unsigned char *copy = malloc(bytes.len);
        memcpy(copy, bytes.ptr, bytes.len);
        size_t len = damage(copy, bytes.len, &seed);
        /* Exactly as long as it is, so that a read past the end is seen. */
        unsigned char *cut = malloc(len ? len : 1);
        memcpy(cut, copy, len);
        free(copy);
        try_all(slice_of(cut, len), password, counts);
        free(cut);
    }
    printf("wrong %u open %u damaged %u limit %u unsupported %u none %u\n", counts[0], counts[1], counts[2],
           counts[3], counts[4], counts[5]);
    buffer_release(&bytes);
    return 0;
}

int main(int argc, char **argv)
{
    if (lock_init(NULL) < 0)
        return 2;
    if (argc == 5 && strcmp(argv[1], "--damage") == 0)
        return damage_many(argv[3], (unsigned)strtoul(argv[2], NULL, 10), argv[4]);
    if (argc < 2)
        return 2;
    return probe(argv[1], argv + 2);
}
