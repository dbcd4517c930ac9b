/* make_sample.c - the sample mailbox of `make demo`: templates in, mail out, its fake secrets made on the way.
 *
 * usage: make_sample TEMPLATES-DIR OUT-DIR. Each NAME.in becomes OUT-DIR/NAME. Lines are copied; `{…}` is made as in rule examples
 * (validate/maker.h), the same seed for the same name after `@seed NAME`, so that a quoted secret stays itself. Between `@base64` and
 * `@end` the text is base64 encoded; after `@zip NAME [PASSWORD]` it is first put into a zip.
 */
#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "validate/maker.h"

#define FILE_MAX ((size_t)4 * 1024 * 1024)

_Noreturn static void fail(const char *what, const char *name)
{
    fprintf(stderr, "make_sample: %s '%s'\n", what, name);
    exit(1);
}

static void read_file(const char *path, struct buffer *out)
{
    FILE *file = fopen(path, "rb");
    char piece[4096];
    size_t got;
    if (!file)
        fail("cannot read", path);
    while ((got = fread(piece, 1, sizeof piece, file)) > 0)
        if (buffer_put(out, slice_of(piece, got)) < 0)
            fail("too large", path);
    fclose(file);
}

static void write_file(const char *path, struct slice bytes)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes.ptr, 1, bytes.len, file) != bytes.len || fclose(file) != 0)
        fail("cannot write", path);
}

static void put_base64(struct buffer *out, struct slice bytes)
{
    unsigned char line[80];
    while (bytes.len > 0) {
        struct slice piece = slice_sub(bytes, 0, 57);
        int len = EVP_EncodeBlock(line, piece.ptr, (int)piece.len);
        buffer_put(out, slice_of(line, (size_t)len));
        buffer_put_byte(out, '\n');
        bytes = slice_skip(bytes, piece.len);
    }
}

/* BYTES as the one member NAME of a zip, encrypted where there is a PASSWORD. */
static void zip(struct slice bytes, const char *name, const char *password, struct buffer *out)
{
    struct archive *archive = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    size_t used = 0, room = bytes.len + 4096;
    archive_write_set_format_zip(archive);
    if (password && (archive_write_set_options(archive, "zip:encryption=aes256") != ARCHIVE_OK ||
                     archive_write_set_passphrase(archive, password) != ARCHIVE_OK))
        fail("cannot encrypt", name);
    archive_write_open_memory(archive, buffer_reserve(out, room), room, &used);
    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, (int64_t)bytes.len);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, 1705051800, 0);
    if (archive_write_header(archive, entry) != ARCHIVE_OK ||
        archive_write_data(archive, bytes.ptr, bytes.len) < 0 || archive_write_close(archive) != ARCHIVE_OK)
        fail("cannot zip", name);
    out->len += used;
    archive_entry_free(entry);
    archive_write_free(archive);
}

/* Where copied text goes: the mail itself, or a block that is encoded at its end. */
struct state {
    struct buffer mail, block;
    bool is_in_block;
    char member[128], password[128];
    char seed[64];
};

static void end_block(struct state *state)
{
    struct buffer packed;
    buffer_init(&packed, FILE_MAX);
    if (state->member[0])
        zip(buffer_slice(&state->block), state->member, state->password[0] ? state->password : NULL, &packed);
    else
        buffer_put(&packed, buffer_slice(&state->block));
    put_base64(&state->mail, buffer_slice(&packed));
    buffer_release(&packed);
    buffer_clear(&state->block);
    state->is_in_block = false;
}

/* The next word of *REST, as a C string. */
static void eat_word(struct slice *rest, char *word, size_t size)
{
    *rest = slice_trim(*rest);
    size_t len = slice_find_byte(*rest, 0, ' ');
    struct slice text = slice_sub(*rest, 0, len == SLICE_NONE ? rest->len : len);
    snprintf(word, size, "%.*s", (int)text.len, (const char *)text.ptr);
    *rest = slice_skip(*rest, text.len);
}

static bool directive(struct state *state, struct slice line)
{
    char verb[32];
    if (line.len == 0 || line.ptr[0] != '@')
        return false;
    line = slice_skip(line, 1);
    eat_word(&line, verb, sizeof verb);
    state->is_in_block |= strcmp(verb, "base64") == 0 || strcmp(verb, "zip") == 0;
    if (strcmp(verb, "base64") == 0) {
        state->member[0] = '\0';
    } else if (strcmp(verb, "zip") == 0) {
        eat_word(&line, state->member, sizeof state->member);
        eat_word(&line, state->password, sizeof state->password);
    } else if (strcmp(verb, "seed") == 0) {
        eat_word(&line, state->seed, sizeof state->seed);
    } else if (strcmp(verb, "end") == 0) {
        end_block(state);
    } else {
        fail("unknown directive", verb);
    }
    return true;
}

static void expand(struct slice in, struct state *state)
{
    struct slice line;
    while (slice_eat_line(&in, &line) == 1) {
        struct error err;
        struct prng prng;
        if (directive(state, slice_chomp(line)))
            continue;
        prng_init(&prng, slice_str(state->seed));
        if (maker_expand(line, &prng, state->is_in_block ? &state->block : &state->mail, &err) < 0)
            fail(err.message, "template");
    }
}

static void make_one(const char *from, const char *to, const char *name)
{
    char path[4096];
    struct buffer in;
    struct state state = { .seed = "sample" };
    buffer_init(&in, FILE_MAX);
    buffer_init(&state.mail, FILE_MAX);
    buffer_init(&state.block, FILE_MAX);
    snprintf(path, sizeof path, "%s/%s", from, name);
    read_file(path, &in);
    expand(buffer_slice(&in), &state);
    snprintf(path, sizeof path, "%s/%.*s", to, (int)strlen(name) - 3, name);
    write_file(path, buffer_slice(&state.mail));
    buffer_release(&in);
    buffer_release(&state.mail);
    buffer_release(&state.block);
}

int main(int argc, char **argv)
{
    struct dirent *entry;
    DIR *folder = argc == 3 ? opendir(argv[1]) : NULL;
    if (!folder)
        fail("usage: make_sample TEMPLATES-DIR OUT-DIR; cannot open", argc == 3 ? argv[1] : "");
    if (mkdir(argv[2], 0755) < 0 && errno != EEXIST)
        fail("cannot make", argv[2]);
    while ((entry = readdir(folder)) != NULL)
        if (slice_ends_with_nocase(slice_str(entry->d_name), ".in"))
            make_one(argv[1], argv[2], entry->d_name);
    closedir(folder);
    return 0;
}
