/* message_bytes_test.c - no byte of a message is in no view: messages made at random, and every message at hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <dirent.h>
#include <sys/stat.h>

#include "message_account.h"

#define CORPUS "../shared/corpora/mail"

static uint64_t seed;

static unsigned draw(unsigned below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % below;
}

#define PICK(list) list[draw(sizeof(list) / sizeof *(list))]

static void put_break(struct buffer *out, unsigned style)
{
    static const char *const breaks[] = { "\n", "\r\n", "\r" };
    buffer_put_str(out, breaks[style < 3 ? style : draw(3)]);
}

static void put_line(struct buffer *out, const char *line, unsigned style)
{
    buffer_put_str(out, line);
    put_break(out, style);
}

static void put_text(struct buffer *out, unsigned style)
{
    static const char *const lines[] = {
        "Hello, this is text.",
        "",
        "--",
        "-- ",
        "---------------",
        "--abc",
        "--abcd",
        "From here on: x",
        "  indented",
        "a\tb",
        "\xC3\xA9\xE9 8-bit",
        "begin 644 x",
        "password: not here",
        "--abc--",
        "QUJD",
        "=41=42=",
        "Content-Type: no",
        "\x01\x02",
        "> quoted",
        "=?utf-8?q?word?=",
        "SGVsbG8gd29ybGQ=",
        "SGVsbG8gd29ybGQhSGVsbG8gd29ybGQhSGVsbG8gd29ybGQhSGVsbG8gd29ybGQhSGVs",
    };
    for (unsigned n = draw(6); n > 0; n--)
        put_line(out, PICK(lines), style);
    if (draw(8) == 0)
        for (unsigned n = draw(20000); n > 0; n--)
            buffer_put_str(out, &"-x\n"[draw(3)]);
}

static void put_entity(struct buffer *out, unsigned depth, unsigned style);

static void put_multipart(struct buffer *out, unsigned depth, unsigned style)
{
    static const char *const boundaries[] = { "abc", "abcd", "abc--", "=_x:y", "----=_Part",
                                              "a b", "abc",  "'q'",   "-" };
    static const char *const forms[] = { "boundary=\"%s\"", "boundary=\"%s \"", "charset=x; boundary=\"%s\"",
                                         "", "boundary=\"%sz\"" };
    static const char *const kinds[] = { "mixed", "alternative", "digest", "related" };
    static const char *const tails[] = { "", "", "", "", " ", " trailing text", "\t", "x" };
    const char *boundary = PICK(boundaries);
    buffer_put_str(out, "Content-Type: multipart/");
    buffer_put_str(out, PICK(kinds));
    buffer_put_str(out, "; ");
    buffer_printf(out, draw(4) ? forms[0] : PICK(forms), boundary);
    put_break(out, style);
    if (draw(10) == 0)
        put_line(out, "Content-Transfer-Encoding: base64", style);
    if (draw(12))
        put_break(out, style);
    if (draw(3) == 0)
        put_text(out, style);
    for (unsigned n = draw(4); n > 0; n--) {
        buffer_printf(out, "--%s%s", boundary, PICK(tails));
        put_break(out, style);
        put_entity(out, depth + 1, style);
        if (draw(4))
            put_break(out, style);
    }
    if (draw(4))
        buffer_printf(out, "--%s--%s", boundary, PICK(tails));
    if (draw(2))
        put_break(out, style);
    if (draw(3) == 0)
        put_text(out, style);
}

static void put_entity(struct buffer *out, unsigned depth, unsigned style)
{
    static const char *const fields[] = {
        "Subject: plain",
        "Subject: =?utf-8?b?SGVsbG8=?= =?utf-8?q?_there?=",
        "X-Raw: \xE9\xE8",
        "From: a@b (c",
        "Folded: a\n b\n\tc",
        "Content-Disposition: attachment; filename*=utf-8''a%20b.txt",
        "Content-Disposition: inline; filename*0=\"a\"; filename*1=\"b\"",
        ">From x@y Mon Jan  1 00:00:00 2024",
        "no field at all",
        "Empty:",
        "References: <a@b> <c@d>",
        "Date: Fri, 12 Jan 2024 09:30:00 +0000",
        "Content-Type: text/plain; charset=utf-8; format=flowed",
    };
    static const char *const encodings[] = { "base64", "quoted-printable", "7bit", "x-uuencode",
                                             "weird",  "BASE64 (really)" };
    static const char *const types[] = { "text/plain",
                                         "message/rfc822",
                                         "message/partial; number=1; total=3",
                                         "message/external-body; access-type=ftp",
                                         "application/octet-stream; name=x",
                                         "multipart/mixed" };
    for (unsigned n = draw(4); n > 0; n--)
        put_line(out, PICK(fields), style);
    if (depth < 5 && draw(3) == 0) {
        put_multipart(out, depth, style);
        return;
    }
    if (draw(2))
        buffer_printf(out, "Content-Type: %s\n", PICK(types));
    if (draw(3) == 0)
        buffer_printf(out, "Content-Transfer-Encoding: %s\r\n", PICK(encodings));
    if (draw(10))
        put_break(out, style);
    if (depth < 5 && draw(6) == 0)
        put_entity(out, depth + 1, style);
    else
        put_text(out, style);
}

static void put_message(struct buffer *out)
{
    static const char *const heads[] = {
        "",           "", "", "From x@y Mon Jan  1 00:00:00 2024\n", ">From x\r\n", "\n\n", "\xEF\xBB\xBF",
        "junk line\n"
    };
    unsigned style = draw(5);
    buffer_put_str(out, PICK(heads));
    put_entity(out, 0, style);
    for (unsigned n = draw(3) == 0 ? draw(4) : 0; n > 0 && out->len > 0; n--)
        out->ptr[draw((unsigned)out->len)] = (unsigned char)"\0\n\r-: =\xFF"[draw(8)];
}

static void check(struct account *account, struct slice message, const char *name)
{
    if (!account->failure)
        return;
    static char shown[256 * 1024];
    utf8_escape_into(shown, sizeof shown, message);
    fprintf(stderr, "%s: %s: '%s'\n%s\n", name, account->failure, account->lost, shown);
    print_error("%.*s\n", (int)account->transcript.len, account->transcript.ptr);
    fail();
}

/* Accounts for MESSAGE read from memory and through windows of several sizes, which must make no difference. */
static size_t check_all_ways(struct slice message, const char *name)
{
    static const size_t steps[] = { 0, 1, 7, 4096 };
    struct account first, account;
    account_init(&first);
    account_message(&first, message, steps[0]);
    check(&first, message, name);
    for (size_t i = 1; i < sizeof steps / sizeof *steps; i++) {
        if (message.len / (steps[i] + 1) > 20000)
            continue;
        account_init(&account);
        account_message(&account, message, steps[i]);
        check(&account, message, name);
        if (!slice_is_equal(buffer_slice(&first.transcript), buffer_slice(&account.transcript)))
            account_fail(&account, "a window's size makes a difference", message),
                print_error("step %zu:\n%.*s\n", steps[i], (int)first.transcript.len, first.transcript.ptr);
        check(&account, message, name);
        account_release(&account);
    }
    size_t leaves = first.leaves;
    account_release(&first);
    return leaves;
}

static void made_messages_lose_no_byte(void **state)
{
    (void)state;
    size_t leaves = 0;
    for (uint64_t n = 1; n <= 3000; n++) {
        struct buffer message;
        char name[32];
        seed = n * 0x9E3779B97F4A7C15u;
        buffer_init(&message, 16 * 1024 * 1024);
        put_message(&message);
        snprintf(name, sizeof name, "seed %u", (unsigned)n);
        leaves += check_all_ways(buffer_slice(&message), name);
        buffer_release(&message);
    }
    assert_true(leaves > 3000);
}

static void check_file(const char *path, size_t size, size_t *files)
{
    struct buffer content;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    buffer_init(&content, size + 1);
    content.len = fread(buffer_reserve(&content, size + 1), 1, size, file);
    fclose(file);
    check_all_ways(buffer_slice(&content), path);
    buffer_release(&content);
    ++*files;
}

static bool is_message_name(const char *name)
{
    static const char *const ends[] = { ".eml", ".msg", ".raw", ".txt", ".mbox" };
    if (!strchr(name, '.'))
        return true;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (slice_ends_with_nocase(slice_str(name), ends[i]))
            return true;
    return false;
}

static void check_folder(const char *path, size_t *files)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;
    while (folder && (entry = readdir(folder))) {
        char below[4096];
        struct stat status;
        snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] == '.' || lstat(below, &status) < 0)
            continue;
        if (S_ISDIR(status.st_mode))
            check_folder(below, files);
        else if (S_ISREG(status.st_mode) && is_message_name(entry->d_name))
            check_file(below, (size_t)status.st_size, files);
    }
    if (folder)
        closedir(folder);
}

static void real_messages_lose_no_byte(void **state)
{
    (void)state;
    size_t files = 0;
    check_folder(CORPUS, &files);
    if (files == 0)
        skip();
    print_message("%zu files\n", files);
    assert_true(files > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_messages_lose_no_byte),
        cmocka_unit_test(real_messages_lose_no_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
