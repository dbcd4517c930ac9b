/* rulec.c - the build-time rule compiler: rulec OUT-PREFIX RULE.yaml…
 *
 * Writes OUT-PREFIX.rules (all rules, packed, without examples), OUT-PREFIX.hs (their database for any x86-64 machine) and OUT-PREFIX.S
 * (assembler that includes both as mailspill_builtin_rules and mailspill_builtin_database).
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/log.h"
#include "base/utf8.h"
#include "match/engine.h"
#include "match/rule_packed.h"

#define OUT_MAX ((size_t)256 * 1024 * 1024)

static void mistake_print(void *ctx, const char *file, unsigned line, const char *message)
{
    (void)ctx;
    fprintf(stderr, "%s:%u: %s\n", file, line, message);
}

/* Assembler. */

static void put_symbol(struct buffer *out, const char *symbol, const char *prefix, const char *suffix)
{
    buffer_printf(out, "\t.balign 64\n\t.globl %s\n\t.hidden %s\n%s:\n\t.incbin \"%s%s\"\n", symbol, symbol,
                  symbol, prefix, suffix);
    buffer_printf(out, "\t.globl %s_end\n\t.hidden %s_end\n%s_end:\n\t.byte 0\n", symbol, symbol, symbol);
}

static void put_assembler(struct buffer *out, const char *prefix)
{
    buffer_put_str(out, "/* Written by rulec. */\n\t.section .rodata\n");
    put_symbol(out, "mailspill_builtin_rules", prefix, ".rules");
    put_symbol(out, "mailspill_builtin_database", prefix, ".hs");
    buffer_put_str(out, "\t.section .note.GNU-stack,\"\",%progbits\n");
}

/* Files. */

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

static int write_file(const char *prefix, const char *suffix, const struct buffer *bytes)
{
    char path[4096];
    if ((size_t)snprintf(path, sizeof path, "%s%s", prefix, suffix) >= sizeof path)
        return -1;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    int result = fd < 0 ? -1 : write_whole(fd, buffer_slice(bytes));
    if (fd >= 0 && close(fd) < 0)
        result = -1;
    if (result < 0 || bytes->is_overfull)
        log_error("cannot write '%s': %s", path, strerror(errno));
    return bytes->is_overfull ? -1 : result;
}

static int write_all(const struct ruleset *set, const char *prefix, const struct rule_report *report)
{
    struct buffer rules, database, assembler;
    struct error err;
    buffer_init(&rules, OUT_MAX);
    buffer_init(&database, OUT_MAX);
    buffer_init(&assembler, OUT_MAX);
    int result = engine_compile(set, ENGINE_GENERIC, &database, report, &err);
    if (result < 0)
        log_error("%s", err.message);
    ruleset_pack(set, ENGINE_GENERIC, &rules);
    put_assembler(&assembler, prefix);
    if (result == 0)
        result = write_file(prefix, ".rules", &rules);
    if (result == 0)
        result = write_file(prefix, ".hs", &database);
    if (result == 0)
        result = write_file(prefix, ".S", &assembler);
    buffer_release(&rules);
    buffer_release(&database);
    buffer_release(&assembler);
    return result;
}

int main(int argc, char **argv)
{
    const struct rule_report report = { mistake_print, NULL };
    int result = 0;
    if (argc < 2) {
        fputs("usage: rulec OUT-PREFIX RULE.yaml…\n", stderr);
        return 2;
    }
    struct ruleset *set = ruleset_new();
    for (int i = 2; i < argc; i++)
        if (ruleset_add_path(set, argv[i], RULES_WITH_EXAMPLES, &report) < 0)
            result = -1;
    if (result == 0)
        result = write_all(set, argv[1], &report);
    ruleset_free(set);
    return result < 0;
}
