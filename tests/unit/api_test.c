/* api_test.c - the public library: findings, gaps and sums reach the callbacks; what is wrong is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mailspill.h"
#include "validate/maker.h"

/* Two messages: one with a token, one that is locked. */
static const char mailbox_text[] =
    "From a@corp.example Fri Jan 12 09:30:00 2024\n"
    "From: a@corp.example\n"
    "To: b@corp.example\n"
    "Date: Fri, 12 Jan 2024 09:30:00 +0000\n"
    "Message-ID: <1@corp.example>\n"
    "Subject: about keys\n\n"
    "here: %s\n\n"
    "From a@corp.example Fri Jan 12 09:31:00 2024\n"
    "From: a@corp.example\n"
    "Message-ID: <2@corp.example>\n\n"
    "-----BEGIN PGP MESSAGE-----\n\nhQEMA8nF0zZ1f2i3AQf/\n=abcd\n-----END PGP MESSAGE-----\n";

/* What the callbacks were told. */
struct told {
    int findings, gaps, summaries;
    char rule[64], secret[64], redacted[64], id[64], to[64], subject[64], custodian[64], context[256];
    char finding_id[64], gap_kind[32], gap_message[64];
    enum mailspill_verdict verdict;
    enum mailspill_severity severity;
    bool has_secret, has_context;
    int64_t date;
    struct mailspill_summary summary;
};

static void keep(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from ? from : "");
}

static void told_finding(void *ctx, const struct mailspill_finding *finding)
{
    struct told *told = ctx;
    told->findings++;
    told->verdict = finding->verdict;
    told->severity = finding->severity;
    told->has_secret = finding->secret != NULL;
    told->has_context = finding->context != NULL;
    told->date = finding->message->date;
    keep(told->rule, sizeof told->rule, finding->rule);
    keep(told->secret, sizeof told->secret, finding->secret);
    keep(told->redacted, sizeof told->redacted, finding->redacted);
    keep(told->finding_id, sizeof told->finding_id, finding->finding_id);
    keep(told->id, sizeof told->id, finding->message->id);
    keep(told->to, sizeof told->to, finding->message->to[0]);
    keep(told->subject, sizeof told->subject, finding->message->subject);
    keep(told->custodian, sizeof told->custodian, finding->message->custodian);
    keep(told->context, sizeof told->context, finding->context);
    assert_null(finding->message->cc[0]);
    assert_null(finding->also[0]);
    assert_string_equal(finding->service, "GitHub");
}

static void told_gap(void *ctx, const struct mailspill_gap *gap)
{
    struct told *told = ctx;
    told->gaps++;
    keep(told->gap_kind, sizeof told->gap_kind, gap->kind);
    keep(told->gap_message, sizeof told->gap_message, gap->message ? gap->message->id : NULL);
}

static void told_summary(void *ctx, const struct mailspill_summary *summary)
{
    struct told *told = ctx;
    told->summaries++;
    told->summary = *summary;
}

struct mailbox {
    char folder[64], path[128], token[64];
};

static int write_mailbox(void **state)
{
    static struct mailbox box;
    struct buffer token;
    struct prng prng;
    struct error err;
    buffer_init(&token, 4096);
    prng_init(&prng, slice_str("api"));
    assert_int_equal(maker_expand(slice_str("{github:ghp_}"), &prng, &token, &err), 0);
    snprintf(box.token, sizeof box.token, "%.*s", (int)token.len, (const char *)token.ptr);
    buffer_release(&token);
    keep(box.folder, sizeof box.folder, "/tmp/mailspill-api-XXXXXX");
    assert_non_null(mkdtemp(box.folder));
    snprintf(box.path, sizeof box.path, "%s/carol.mbox", box.folder);
    FILE *file = fopen(box.path, "w");
    assert_non_null(file);
    fprintf(file, mailbox_text, box.token);
    assert_int_equal(fclose(file), 0);
    setenv("XDG_STATE_HOME", box.folder, 1);
    *state = &box;
    return 0;
}

static int remove_mailbox(void **state)
{
    struct mailbox *box = *state;
    char path[192];
    snprintf(path, sizeof path, "%s/mailspill/key", box->folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/mailspill", box->folder);
    rmdir(path);
    unlink(box->path);
    return rmdir(box->folder);
}

static int scan(struct told *told, const char *path, const struct mailspill_options *options, char *message,
                size_t size)
{
    const struct mailspill_callbacks callbacks = { told_finding, told_gap, told_summary, told };
    memset(told, 0, sizeof *told);
    return mailspill_scan(&path, 1, options, &callbacks, message, size);
}

static void a_finding_names_its_message_and_hides_its_secret(void **state)
{
    const struct mailbox *box = *state;
    struct told told;
    char message[256];
    assert_int_equal(scan(&told, box->path, NULL, message, sizeof message), 0);
    assert_string_equal(message, "");
    assert_int_equal(told.findings, 1);
    assert_string_equal(told.rule, "github-token");
    assert_int_equal(told.verdict, MAILSPILL_PROVEN);
    assert_int_equal(told.severity, MAILSPILL_CRITICAL);
    assert_string_equal(told.id, "<1@corp.example>");
    assert_string_equal(told.to, "b@corp.example");
    assert_string_equal(told.subject, "about keys");
    assert_string_equal(told.custodian, "carol");
    assert_int_equal(told.date, 1705051800);
    assert_int_equal(strlen(told.finding_id), 32);
    assert_memory_equal(told.redacted, "ghp_", 4);
    assert_false(told.has_secret);
    assert_false(told.has_context);
}

static void gaps_and_sums_agree(void **state)
{
    const struct mailbox *box = *state;
    struct told told;
    scan(&told, box->path, NULL, NULL, 0);
    assert_int_equal(told.gaps, 1);
    assert_string_equal(told.gap_kind, "encrypted");
    assert_string_equal(told.gap_message, "<2@corp.example>");
    assert_int_equal(told.summaries, 1);
    assert_int_equal(told.summary.messages, 2);
    assert_int_equal(told.summary.findings, 1);
    assert_int_equal(told.summary.gaps, 1);
    assert_int_equal(told.summary.leaves, told.summary.scanned + told.summary.partial + told.summary.refused);
    assert_false(told.summary.is_complete);
    assert_int_equal(told.summary.exit_status, 5);
}

static void options_reveal_and_give_context(void **state)
{
    const struct mailbox *box = *state;
    const struct mailspill_options options = { .is_revealing = true, .context = 20, .jobs = 1 };
    struct told told;
    scan(&told, box->path, &options, NULL, 0);
    assert_string_equal(told.secret, box->token);
    assert_true(told.has_context);
    assert_non_null(strstr(told.context, "here: "));
    assert_null(strstr(told.context, box->token));
}

static void what_is_wrong_is_said(void **state)
{
    const struct mailbox *box = *state;
    const char *const limits[] = { "parts=none", NULL };
    const struct mailspill_options options = { .limits = limits };
    struct told told;
    char message[256], cut[8];
    assert_int_equal(scan(&told, box->path, &options, message, sizeof message), -1);
    assert_non_null(strstr(message, "parts=none"));
    assert_int_equal(told.summaries, 0);
    assert_int_equal(scan(&told, "/nonexistent/mailspill", NULL, message, sizeof message), -1);
    assert_non_null(strstr(message, "none of the inputs"));
    assert_int_equal(scan(&told, "/nonexistent/mailspill", NULL, cut, sizeof cut), -1);
    assert_int_equal(strlen(cut), sizeof cut - 1);
}

static void signals_are_as_they_were(void **state)
{
    const struct mailbox *box = *state;
    struct told told;
    sigset_t before, after;
    struct sigaction broken_pipe;
    sigprocmask(SIG_SETMASK, NULL, &before);
    scan(&told, box->path, NULL, NULL, 0);
    sigprocmask(SIG_SETMASK, NULL, &after);
    sigaction(SIGPIPE, NULL, &broken_pipe);
    assert_int_equal(sigismember(&after, SIGINT), sigismember(&before, SIGINT));
    assert_true(broken_pipe.sa_handler == SIG_DFL);
}

static void callbacks_may_be_left_out(void **state)
{
    const struct mailbox *box = *state;
    const struct mailspill_callbacks none = { 0 };
    const char *path = box->path;
    assert_int_equal(mailspill_scan(&path, 1, NULL, &none, NULL, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_finding_names_its_message_and_hides_its_secret),
        cmocka_unit_test(gaps_and_sums_agree),
        cmocka_unit_test(options_reveal_and_give_context),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(signals_are_as_they_were),
        cmocka_unit_test(callbacks_may_be_left_out),
    };
    return cmocka_run_group_tests(tests, write_mailbox, remove_mailbox);
}
