/* program.c - a rule's PCRE2 program. */
#include "match/engine_parts.h"

#define PROGRAM_OPTIONS \
    (PCRE2_MULTILINE | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT)

static int compile(const char *pattern, pcre2_code **code, struct error *err)
{
    int number;
    PCRE2_SIZE offset;
    unsigned char words[160];
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (!context)
        return error_set(err, ERROR_SYSTEM, "out of memory");
    /* `.` and `$` must mean what they mean to Hyperscan, however this PCRE2 was built. */
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    *code =
        pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PROGRAM_OPTIONS, &number, &offset, context);
    pcre2_compile_context_free(context);
    if (*code)
        return 0;
    pcre2_get_error_message(number, words, sizeof words);
    return error_set(err, ERROR_FORMAT, "PCRE2 says '%s' at offset %zu", (const char *)words, (size_t)offset);
}

/* Entries of PCRE2's name table: the group's number, big-endian, then its name. */
static void read_names(struct program *program)
{
    uint32_t count = 0, size = 0;
    PCRE2_SPTR table = NULL;
    pcre2_pattern_info(program->code, PCRE2_INFO_NAMECOUNT, &count);
    pcre2_pattern_info(program->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
    pcre2_pattern_info(program->code, PCRE2_INFO_NAMETABLE, &table);
    for (uint32_t i = 0; i < count; i++) {
        PCRE2_SPTR entry = table + (size_t)i * size;
        uint32_t group = (uint32_t)entry[0] << 8 | entry[1];
        const char *name = (const char *)entry + 2;
        if (strcmp(name, "secret") == 0) {
            program->secret = group;
        } else if (program->capture_count < CANDIDATE_CAPTURES_MAX) {
            program->captures[program->capture_count].name = name;
            program->captures[program->capture_count++].group = group;
        }
    }
}

int program_init_plain(struct program *program, const char *pattern, struct error *err)
{
    uint32_t groups = 0;
    *program = (struct program){ 0 };
    if (compile(pattern, &program->code, err) < 0)
        return -1;
    pcre2_pattern_info(program->code, PCRE2_INFO_CAPTURECOUNT, &groups);
    program->groups = groups + 1;
    read_names(program);
    return 0;
}

int program_init(struct program *program, const char *pattern, struct error *err)
{
    if (program_init_plain(program, pattern, err) < 0)
        return -1;
    int result = pcre2_jit_compile(program->code, PCRE2_JIT_COMPLETE);
    if (result == 0 || result == PCRE2_ERROR_JIT_BADOPTION)
        return 0;
    return error_set(err, ERROR_SYSTEM, "PCRE2 has no memory for machine code (error %d)", result);
}

void program_release(struct program *program)
{
    pcre2_code_free(program->code);
    program->code = NULL;
}

static int check_names(const struct program *program, struct error *err)
{
    if (program->secret == 0 && program->groups > 1)
        return error_set(
            err, ERROR_FORMAT,
            "no group is named `secret`: name the one that holds the secret, and write (?:…) for the others");
    if (program->capture_count == CANDIDATE_CAPTURES_MAX)
        return error_set(err, ERROR_FORMAT, "%d named groups beside `secret`: keep at most %d",
                         CANDIDATE_CAPTURES_MAX, CANDIDATE_CAPTURES_MAX - 1);
    return 0;
}

int program_check(const char *pattern, struct error *err)
{
    struct program program = { 0 };
    if (compile(pattern, &program.code, err) < 0)
        return -1;
    uint32_t groups = 0;
    pcre2_pattern_info(program.code, PCRE2_INFO_CAPTURECOUNT, &groups);
    program.groups = groups + 1;
    read_names(&program);
    int result = check_names(&program, err);
    program_release(&program);
    return result;
}
