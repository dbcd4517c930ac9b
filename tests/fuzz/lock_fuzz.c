/* lock_fuzz.c - any bytes as a locked file and as a key file: an answer for each password, content that ends. The first byte wraps the rest: 1 as PKCS #8 in
 * PEM, 2 as OpenSSH's form, so that those are reached without their armour. */
#include "walk/keyfile.h"
#include "walk/lock.h"

#include <stdlib.h>

#include "validate/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void wrap(struct buffer *out, struct slice bytes)
{
    const char *label = bytes.ptr[0] == 1 ? "ENCRYPTED PRIVATE KEY" : "OPENSSH PRIVATE KEY";
    buffer_printf(out, "-----BEGIN %s-----\n", label);
    codec_put_base64(out, slice_skip(bytes, 1), CODEC_STANDARD);
    buffer_printf(out, "\n-----END %s-----\n", label);
}

static void open_all(struct slice bytes, const struct limits *limits)
{
    static const char *const passwords[] = { "", "sesame" };
    unsigned char key[LOCK_KEY_FILE];
    struct arena *arena = arena_new(0);
    (void)lock_key_of_file(bytes, key);
    struct lock *lock = lock_find(bytes, limits);
    for (size_t i = 0; lock && i < 2; i++) {
        struct error err = { 0 };
        struct slice name;
        lock_use_key(lock, bytes.len % 3 == 1 ? key : NULL);
        enum lock_answer answer = lock_try(lock, slice_str(passwords[i]), &err);
        struct source *content = lock_content(lock, arena, &name, &err);
        if (content && answer == LOCK_OPEN && name.len == 0)
            __builtin_trap();
    }
    lock_close(lock);
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct limits limits;
    struct keyfile keyfile;
    struct buffer text;
    struct slice bytes = slice_of(data, size);
    if (lock_init(NULL) < 0)
        abort();
    lock_hurry(0.02);
    limits_init(&limits);
    buffer_init(&text, 2 * size + 4096);
    if (size > 1 && (data[0] == 1 || data[0] == 2)) {
        wrap(&text, bytes);
        bytes = buffer_slice(&text);
    }
    open_all(bytes, &limits);
    struct buffer line;
    buffer_init(&line, 4096);
    if (keyfile_find(bytes, size % 2 == 0, &limits, &keyfile))
        keyfile_put(&line, &keyfile, bytes);
    buffer_release(&line);
    buffer_release(&text);
    return 0;
}
