/* severity.c - how bad a finding is: the table of what moves a rule's severity. */
#include "record/severity.h"

#include "validate/clock.h"

/* Bytes beside a secret in which a word can say something of it. */
#define BESIDE 48

struct question {
    const struct rule *rule;
    const struct finding *finding;
    int64_t as_of;
};

static bool starts_with_any(struct slice text, const char *const *list)
{
    for (; *list; list++)
        if (slice_starts_with(text, *list))
            return true;
    return false;
}

static bool is_letter(unsigned char c)
{
    return slice_lower_byte(c) >= 'a' && slice_lower_byte(c) <= 'z';
}

/* WORD, in small letters, with no letter beside it. */
static bool has_word(struct slice text, const char *word)
{
    size_t len = strlen(word);
    for (size_t at = 0; at + len <= text.len; at++) {
        size_t same = 0;
        while (same < len && slice_lower_byte(text.ptr[at + same]) == (unsigned char)word[same])
            same++;
        if (same == len && (at == 0 || !is_letter(text.ptr[at - 1])) &&
            (at + len == text.len || !is_letter(text.ptr[at + len])))
            return true;
    }
    return false;
}

static bool has_any_word(struct slice text, const char *const *words)
{
    for (; *words; words++)
        if (has_word(text, *words))
            return true;
    return false;
}

static struct slice first_line(struct slice text)
{
    size_t end = slice_find_byte(text, 0, '\n');
    return end == SLICE_NONE ? text : slice_sub(text, 0, end);
}

static struct slice last_line(struct slice text)
{
    for (size_t at = text.len; at > 0; at--)
        if (text.ptr[at - 1] == '\n')
            return slice_skip(text, at);
    return text;
}

/* A secret that says itself when it ends, and did. */
static bool is_expired(const struct question *q)
{
    const char *expires = q->finding->opens.expires;
    char day[32];
    if (!expires[0] || q->as_of <= 0)
        return false;
    clock_show_epoch(day, sizeof day, (uint64_t)q->as_of);
    return strcmp(expires, day) < 0; /* both are ISO 8601 in UTC */
}

/* What vendors put before the keys of their test modes. */
static bool is_test_key(const struct question *q)
{
    static const char *const prefixes[] = { "sk_test_",
                                            "rk_test_",
                                            "pk_test_",
                                            "rzp_test_",
                                            "FLWSECK_TEST",
                                            "sandbox-sq0",
                                            "TEST-",
                                            "test_",
                                            "EZTK",
                                            "sq0atp-sandbox",
                                            "tok_test_",
                                            "shippo_test_",
                                            "access_token$sandbox$",
                                            "AQEtest",
                                            NULL };
    /* a person's word that begins so is no key */
    return strcmp(q->rule->category ? q->rule->category : "", "prose") != 0 &&
           starts_with_any(q->finding->secret, prefixes);
}

/* RFC 2606, RFC 6761: names that nobody owns; and this machine. */
static bool is_example_host(const struct question *q)
{
    static const char *const words[] = { "sandbox", "localhost", "example", "invalid", "127.0.0.1", NULL };
    return has_any_word(slice_str(q->finding->opens.host), words);
}

static bool is_called_revoked(const struct question *q)
{
    static const char *const words[] = {
        "revoked",  "deactivated", "widerrufen", "gesperrt", "r\xC3\xA9voqu\xC3\xA9",
        "revocado", "disabled",    NULL
    };
    struct slice before = last_line(q->finding->before), after = first_line(q->finding->after);
    if (before.len > BESIDE)
        before = slice_skip(before, before.len - BESIDE);
    return has_any_word(before, words) || has_any_word(slice_sub(after, 0, BESIDE), words);
}

static bool is_production_host(const struct question *q)
{
    static const char *const words[] = { "prod", "production", "live", "prd", NULL };
    return has_any_word(slice_str(q->finding->opens.host), words);
}

enum move { AT_MOST_INFO, AT_MOST_LOW, ONE_LESS, ONE_MORE };

/* The first row that holds counts: what opens nothing any more comes before what is worth more. */
static const struct row {
    bool (*holds)(const struct question *q);
    enum move move;
    const char *why;
} rows[] = {
    { is_expired, AT_MOST_INFO, "it has expired" },
    { is_test_key, AT_MOST_LOW, "it is a key for tests" },
    { is_example_host, AT_MOST_LOW, "its host is an example, a sandbox or this machine" },
    { is_called_revoked, ONE_LESS, "the words beside it say that it was revoked" },
    { is_production_host, ONE_MORE, "its host is one of production" },
};

static enum severity moved(enum severity severity, enum move move)
{
    switch (move) {
    case AT_MOST_INFO:
        return SEVERITY_INFO;
    case AT_MOST_LOW:
        return severity < SEVERITY_LOW ? severity : SEVERITY_LOW;
    case ONE_LESS:
        return severity > SEVERITY_INFO ? severity - 1 : severity;
    case ONE_MORE:
        return severity < SEVERITY_CRITICAL ? severity + 1 : severity;
    }
    return severity;
}

enum severity severity_of_finding(const struct rule *rule, const struct finding *finding, int64_t as_of,
                                  const char **why)
{
    const struct question question = { rule, finding, as_of };
    *why = NULL;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].holds(&question)) {
            enum severity severity = moved(rule->severity, rows[i].move);
            *why = severity != rule->severity || rows[i].move == AT_MOST_INFO ? rows[i].why : NULL;
            return severity;
        }
    return rule->severity;
}
