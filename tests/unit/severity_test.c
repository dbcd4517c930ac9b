/* severity_test.c - what moves a rule's severity, and what does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "record/severity.h"

#define JANUARY_12 INT64_C(1705017600) /* 2024-01-12T00:00:00Z */

struct example {
    const char *name;
    enum severity of_rule;
    const char *category, *secret, *before, *after, *host, *expires;
    enum severity wanted;
    bool is_said;
};

static const struct example examples[] = {
    { "nothing is known", SEVERITY_HIGH, "cloud", "abc", "", "", "", "", SEVERITY_HIGH, false },
    { "ended yesterday", SEVERITY_CRITICAL, "cloud", "abc", "", "", "", "2024-01-11T23:59:59Z", SEVERITY_INFO,
      true },
    { "ends tomorrow", SEVERITY_CRITICAL, "cloud", "abc", "", "", "", "2024-01-13T00:00:00Z",
      SEVERITY_CRITICAL, false },
    { "expired info stays, and is said", SEVERITY_INFO, "cloud", "abc", "", "", "", "2020-01-01T00:00:00Z",
      SEVERITY_INFO, true },
    { "a key for tests", SEVERITY_CRITICAL, "payment",
      "rzp_test_"
      "abc",
      "", "", "", "", SEVERITY_LOW, true },
    { "a password that begins so", SEVERITY_MEDIUM, "prose", "test_abc", "", "", "", "", SEVERITY_MEDIUM,
      false },
    { "a host of the documentation", SEVERITY_HIGH, "database", "abc", "", "", "db.example.org", "",
      SEVERITY_LOW, true },
    { "this machine", SEVERITY_HIGH, "database", "abc", "", "", "localhost:5432", "", SEVERITY_LOW, true },
    { "a sandbox", SEVERITY_HIGH, "payment", "abc", "", "", "api.sandbox.pay.test", "", SEVERITY_LOW, true },
    { "a host whose name only holds the word", SEVERITY_HIGH, "database", "abc", "", "", "examples.corp.net",
      "", SEVERITY_HIGH, false },
    { "said to be revoked", SEVERITY_HIGH, "cloud", "abc", "old key (REVOKED): ", "", "", "", SEVERITY_MEDIUM,
      true },
    { "said after it", SEVERITY_HIGH, "cloud", "abc", "key: ", " - revoked on Monday\n", "", "",
      SEVERITY_MEDIUM, true },
    { "said of another line", SEVERITY_HIGH, "cloud", "abc", "revoked:\nkey: ", "\nrevoked", "", "",
      SEVERITY_HIGH, false },
    { "not yet revoked is a word more", SEVERITY_HIGH, "cloud", "abc", "unrevoked: ", "", "", "",
      SEVERITY_HIGH, false },
    { "production", SEVERITY_HIGH, "database", "abc", "", "", "db.prod.corp.net", "", SEVERITY_CRITICAL,
      true },
    { "production by a dash", SEVERITY_MEDIUM, "database", "abc", "", "", "prod-db1.corp.net", "",
      SEVERITY_HIGH, true },
    { "critical stays critical", SEVERITY_CRITICAL, "database", "abc", "", "", "prod.corp.net", "",
      SEVERITY_CRITICAL, false },
    { "products are not production", SEVERITY_HIGH, "database", "abc", "", "", "products.corp.net", "",
      SEVERITY_HIGH, false },
    { "expired comes before production", SEVERITY_HIGH, "database", "abc", "", "", "prod.corp.net",
      "2023-01-01T00:00:00Z", SEVERITY_INFO, true },
};

static void the_table_holds(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const struct example *e = &examples[i];
        const struct rule rule = { .severity = e->of_rule, .category = e->category };
        struct finding finding = { .secret = slice_str(e->secret),
                                   .before = slice_str(e->before),
                                   .after = slice_str(e->after) };
        const char *why;
        snprintf(finding.opens.host, sizeof finding.opens.host, "%s", e->host);
        snprintf(finding.opens.expires, sizeof finding.opens.expires, "%s", e->expires);
        enum severity got = severity_of_finding(&rule, &finding, JANUARY_12, &why);
        if (got != e->wanted || (why != NULL) != e->is_said)
            fail_msg("%s: %s, %s", e->name, severity_name(got), why ? why : "nothing said");
    }
}

static void without_a_day_nothing_has_expired(void **state)
{
    (void)state;
    const struct rule rule = { .severity = SEVERITY_HIGH, .category = "cloud" };
    struct finding finding = { .opens.expires = "1990-01-01T00:00:00Z" };
    const char *why;
    assert_int_equal(severity_of_finding(&rule, &finding, INT64_MIN, &why), SEVERITY_HIGH);
    assert_null(why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_holds),
        cmocka_unit_test(without_a_day_nothing_has_expired),
    };
    return cmocka_run_group_tests_name("severity", tests, NULL, NULL);
}
