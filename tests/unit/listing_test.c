/* listing_test.c - what the path of a file tells of its mail folder and its owner. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "item/origin.h"

static const struct {
    const char *root, *below, *folder, *custodian;
} places[] = {
    /* Maildir, Maildir++ */
    { "alice", "cur/1.host:2,S", "Inbox", "alice" },
    { "alice/", "new/1.host", "Inbox", "alice" },
    { "alice", ".Sent/cur/1", "Sent", "alice" },
    { "alice", ".Sent.2024.Q1/cur/1", "Sent/2024/Q1", "alice" },
    { "alice/Maildir", "cur/1", "Inbox", "alice" },
    { "/home/alice/Maildir", ".Sent/cur/1", "Sent", "alice" },
    { "home", "alice/Maildir/.Sent/new/1", "Sent", "alice" },
    { "home", "alice/.maildir/cur/1", "Inbox", "alice" },
    { "mail", "alice/tmp/1", "Inbox", "alice" },
    { "Maildir", "cur/1", "Inbox", "Maildir" },
    { "alice/cur", "1", "Inbox", "alice" },
    { "alice/.Drafts", "cur/1", "Drafts", "alice" },
    { "alice/.Drafts/cur", "1", "Drafts", "alice" },
    { "alice/Maildir/.Drafts/cur", "1", "Drafts", "alice" },
    /* Dovecot's layout "fs" */
    { "home", "alice/Maildir/Kunden/Acme/cur/1", "Kunden/Acme", "alice" },
    { "alice/Maildir", "Sent/cur/1", "Sent", "alice" },
    /* plain trees, MH */
    { "alice", "Inbox/one.eml", "Inbox", "alice" },
    { "alice", "one.eml", "", "alice" },
    { "alice", "Sent Items/2024/one.eml", "Sent Items/2024", "alice" },
    { "Mail", "inbox/12", "inbox", "Mail" },
    { "exports/alice/", "a/b", "a", "alice" },
    { ".", "a/b", "a", "" },
    { "..", "a/b", "a", "" },
    { "/", "a/b", "a", "" },
    /* Thunderbird */
    { "profile", "Mail/Archive.sbd/2024", "Mail/Archive/2024", "profile" },
    { "profile", "Mail/Archive.sbd/2024.sbd/Q1", "Mail/Archive/2024/Q1", "profile" },
    { "profile", "Mail/Inbox", "Mail", "profile" },
    /* Dovecot's sdbox and mdbox */
    { "home", "alice/sdbox/mailboxes/INBOX/dbox-Mails/u.1", "INBOX", "alice" },
    { "home", "alice/sdbox/mailboxes/Ops/Keys/dbox-Mails/u.12", "Ops/Keys", "alice" },
    { "alice/mdbox", "storage/m.3", "", "alice" },
    { "alice", "storage/m.3", "", "alice" },
    { "alice", "storage/notes.txt", "storage", "alice" },
    { "alice", "dbox-Mails/u.1", "", "alice" },
    /* what is none */
    { "alice", "current/1", "current", "alice" },
    { "alice", "cur", "", "alice" },
    { "", "cur/1", "Inbox", "" },
    { "alice", "", "", "alice" },
};

static void paths_tell_folder_and_owner(void **state)
{
    (void)state;
    struct buffer folder, custodian;
    buffer_init(&folder, 4096);
    buffer_init(&custodian, 4096);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        buffer_clear(&folder);
        buffer_clear(&custodian);
        origin_describe(slice_str(places[i].root), slice_str(places[i].below), &folder, &custodian);
        bool is_right = slice_is_equal(buffer_slice(&folder), slice_str(places[i].folder)) &&
                        slice_is_equal(buffer_slice(&custodian), slice_str(places[i].custodian));
        if (!is_right)
            print_error("'%s' '%s': folder '%.*s', custodian '%.*s'\n", places[i].root, places[i].below,
                        (int)folder.len, folder.ptr ? (char *)folder.ptr : "", (int)custodian.len,
                        custodian.ptr ? (char *)custodian.ptr : "");
        assert_true(is_right);
    }
    buffer_release(&folder);
    buffer_release(&custodian);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(paths_tell_folder_and_owner) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
