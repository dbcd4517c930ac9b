/* envelope_test.c - folder roles in the languages of mail programs, and bare subjects. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "item/envelope.h"

struct pair {
    const char *in, *out;
};

static void check(const struct pair *pairs, size_t count, struct slice (*tell)(struct slice))
{
    for (size_t i = 0; i < count; i++) {
        struct slice got = tell(slice_str(pairs[i].in));
        if (!slice_is_equal(got, slice_str(pairs[i].out)))
            fail_msg("'%s' gives '%.*s', not '%s'", pairs[i].in, (int)got.len, got.ptr, pairs[i].out);
    }
}

static void folders_have_roles_in_many_languages(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        { "Inbox", "inbox" },
        { "INBOX", "inbox" },
        { "Inbox/Ops", "inbox" },
        { "Sent Items", "sent" },
        { "Gesendete Elemente", "sent" },
        { "Éléments envoyés", "sent" },
        { "ÉLÉMENTS ENVOYÉS", "sent" },
        { "Enviados", "sent" },
        { "[Gmail]/Sent Mail", "sent" },
        { "INBOX.Sent", "sent" },
        { ".Entwürfe", "drafts" },
        { "Papierkorb", "trash" },
        { "Top of Personal Folders\\Deleted Items", "trash" },
        { "Отправленные", "sent" },
        { "ОТПРАВЛЕННЫЕ", "sent" },
        { "ゴミ箱", "trash" },
        { "垃圾邮件", "junk" },
        { "Archiv", "archive" },
        { "All mail Including Spam and Trash", "archive" },
        { "Projects", "" },
        { "Sentinel", "" },
        { "v1.Sent", "" },
        { "\xFF\xFE", "" },
        { "", "" },
        { "///", "" },
    };
    check(pairs, sizeof pairs / sizeof *pairs, envelope_folder_role);
}

static void subjects_lose_replies_and_list_tags(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        { "Re: key", "key" },
        { "RE: Fwd: AW: WG: key", "key" },
        { "Re[2]: key", "key" },
        { "[list] Re: [list] key", "key" },
        { "回复：key", "key" },
        { "SV: key (fwd)", "key" },
        { "Ответ: key", "key" },
        { "[only a tag]", "[only a tag]" },
        { "Regarding: key", "Regarding: key" },
        { "re", "re" },
        { "Re:", "" },
        { "", "" },
    };
    check(pairs, sizeof pairs / sizeof *pairs, envelope_bare_subject);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_have_roles_in_many_languages),
        cmocka_unit_test(subjects_lose_replies_and_list_tags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
