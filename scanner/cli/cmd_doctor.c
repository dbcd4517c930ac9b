/* cmd_doctor.c - `mailspill doctor`: can this machine scan, and with what? */
#include <archive.h>
#include <hs/hs.h>
#include <jansson.h>
#include <magic.h>
#include <openssl/crypto.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <seccomp.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unicode/uversion.h>
#include <yaml.h>
#include <zlib.h>

#include "cli/command.h"
#include "work/helpers.h"
#include "work/sandbox.h"

/* One line; a fault is counted. */
static void say(const char *what, const char *value)
{
    printf("  %-14s %s\n", what, value);
}

static int fault(const char *what, const char *value)
{
    printf("  %-14s %s  <- in the way\n", what, value);
    return 1;
}

static int doctor_machine(void)
{
    struct utsname name;
    struct error err;
    char text[256];
    puts("Machine");
    if (uname(&name) == 0) {
        snprintf(text, sizeof text, "%s %s %s", name.sysname, name.release, name.machine);
        say("kernel", text);
    }
    snprintf(text, sizeof text, "SSSE3 %s, AVX2 %s, AVX-512 %s",
             __builtin_cpu_supports("ssse3") ? "yes" : "no", __builtin_cpu_supports("avx2") ? "yes" : "no",
             __builtin_cpu_supports("avx512bw") ? "yes" : "no");
    say("processor", text);
    snprintf(text, sizeof text, "%ld cores, %.1f GiB of memory", sysconf(_SC_NPROCESSORS_ONLN),
             (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE) / (1024.0 * 1024 * 1024));
    say("size", text);
    return engine_check_cpu(&err) < 0 ? fault("matcher", err.message) : 0;
}

static int doctor_sandbox(void)
{
    struct sandbox_state state = { 0 };
    char text[128];
    puts("\nSandbox");
    sandbox_probe(&state);
    sandbox_describe(&state, text, sizeof text);
    say("offers", text);
    if (state.landlock > 0)
        snprintf(text, sizeof text, "ABI %d", state.landlock);
    else
        snprintf(text, sizeof text, "not in this kernel or container; seccomp stands alone");
    say("Landlock", text);
    say("runs as", geteuid() == 0 ? "root (workers drop it)" : "an ordinary user");
    if (!state.has_seccomp)
        return fault("seccomp", "none: only --sandbox=auto or off can scan here");
    say("seccomp", "yes");
    return 0;
}

static void doctor_libraries(void)
{
    char text[256];
    puts("\nLibraries");
    say("Hyperscan", hs_version());
    say("libarchive", archive_version_details());
    snprintf(text, sizeof text, "%d.%02d", magic_version() / 100, magic_version() % 100);
    say("libmagic", text);
    if (pcre2_config(PCRE2_CONFIG_VERSION, NULL) < (int)sizeof text &&
        pcre2_config(PCRE2_CONFIG_VERSION, text) > 0)
        say("PCRE2", text);
    UVersionInfo icu;
    u_getVersion(icu);
    snprintf(text, sizeof text, "%d.%d", icu[0], icu[1]);
    say("ICU", text);
    say("OpenSSL", OpenSSL_version(OPENSSL_VERSION));
    say("SQLite", sqlite3_libversion());
    say("libyaml", yaml_get_version_string());
    say("jansson", JANSSON_VERSION);
    const struct scmp_version *seccomp = seccomp_version();
    snprintf(text, sizeof text, "%u.%u.%u", seccomp->major, seccomp->minor, seccomp->micro);
    say("libseccomp", text);
    say("zlib", zlibVersion());
}

static void doctor_helpers(void)
{
    char path[HELPER_PATH_MOST];
    puts("\nHelpers");
    for (int kind = 0; kind < HELPER_KINDS; kind++) {
        bool is_there = helpers_find((enum helper_kind)kind, path, sizeof path) == 0;
        say(helper_subject((enum helper_kind)kind), is_there ? path : helper_lack((enum helper_kind)kind));
    }
}

static int doctor_space(const char *what, const char *folder)
{
    struct statvfs info;
    char text[512];
    if (statvfs(folder, &info) < 0 || access(folder, W_OK | X_OK) < 0) {
        snprintf(text, sizeof text, "%s cannot be written", folder);
        return fault(what, text);
    }
    snprintf(text, sizeof text, "%s, %.1f GiB free", folder,
             (double)info.f_bavail * (double)info.f_frsize / (1024.0 * 1024 * 1024));
    say(what, text);
    return 0;
}

static int doctor_key(const struct scan_options *options)
{
    char path[4096], text[4224];
    struct stat info;
    struct id_key key;
    struct error err;
    bool is_lasting;
    if (id_key_path(options->key_file, path, sizeof path) < 0) {
        say("key", "no home folder: secret_ids hold for one run alone");
        return 0;
    }
    if (stat(path, &info) < 0) {
        snprintf(text, sizeof text, "%s, made on first use", path);
        if (options->key_file)
            return fault("key", "the key file is not there");
        say("key", text);
        return 0;
    }
    if (id_key_load(&key, options->key_file, &is_lasting, &err) < 0)
        return fault("key", err.message);
    snprintf(text, sizeof text, "%s (%s)", path, key.name);
    explicit_bzero(&key, sizeof key);
    say("key", text);
    return 0;
}

static int doctor_places(const struct scan_options *options)
{
    const char *temporary = getenv("TMPDIR");
    puts("\nPlaces");
    temporary = temporary && *temporary ? temporary : "/var/tmp";
    int faults = doctor_space("temporary", temporary);
    if (options->spool_dir)
        faults += doctor_space("spool", options->spool_dir);
    return faults + doctor_key(options);
}

static void doctor_limits(const struct scan_options *options)
{
    struct rlimit files;
    char text[64];
    puts("\nLimits (--limit NAME=VALUE)");
    for (const struct limit_name *name = limit_names; name->name; name++)
        printf("  %-16s %14llu  %s\n", name->name,
               (unsigned long long)limits_get(&options->settings.limits, name), name->meaning);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        snprintf(text, sizeof text, "%llu", (unsigned long long)files.rlim_cur);
        printf("  %-16s %14s  of this process, set by the system\n", "open files", text);
    }
}

static int doctor_run(struct scan_options *options, char *const *argv)
{
    struct error err;
    (void)argv;
    if (options->inputs.count > 0) {
        error_set(&err, ERROR_USAGE, "doctor takes no operand");
        return command_fail(&command_doctor, &err);
    }
    printf("mailspill %s\n\n", MAILSPILL_VERSION);
    int faults = doctor_machine() + doctor_sandbox();
    doctor_libraries();
    doctor_helpers();
    faults += doctor_places(options);
    doctor_limits(options);
    printf("\n%s\n", faults ? "Something is in the way of a scan." : "Nothing is in the way of a scan.");
    return faults ? EXIT_USAGE : 0;
}

const struct command command_doctor = {
    .name = "doctor",
    .operands = "[OPTION]…",
    .summary = "show kernel, processor, sandbox, libraries, space and limits",
    .bit = COMMAND_DOCTOR,
    .run = doctor_run,
};
