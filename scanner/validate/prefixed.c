/* prefixed.c - the validator of tokens that begin with a prefix of their service: told from ids, hashes, names and boundaries by their parts. */
#include "validate/plausible.h"
#include "validate/tables.h"

#define PARTS_MAX 6
#define PART_MAX ((size_t)12)

/* What a prefix says of a key, and what it says of something else. Whole parts, in small letters. */
static const char *const key_parts[] = {
    "sk",     "rk",      "key",     "apikey", "api",    "pat",    "tok",   "token", "secret",  "sec",
    "auth",   "access",  "live",    "prod",   "pw",     "svc",    "admin", "bot",   "agent",   "ci",
    "deploy", "ak",      "as",      "user",   "server", "priv",   "oauth", "rt",    "refresh", "ro",
    "rw",     "app",     "test",    "cli",    "client", "bearer", "cred",  "sa",    "scim",    "readonly",
    "pass",   "sandbox", "webhook", "rgapi",  "waka",   "ovsxat", "hrku",  "md",    "retool",  NULL
};

static const char *const other_parts[] = {
    "id",      "ids",         "uid",         "uuid",  "guid",     "usr",          "org",      "acct",
    "account", "cus",         "customer",    "evt",   "event",    "msg",          "message",  "req",
    "request", "trace",       "span",        "job",   "run",      "inv",          "invoice",  "ord",
    "order",   "pi",          "ch",          "cs",    "seti",     "src",          "price",    "img",
    "image",   "file",        "video",       "audio", "doc",      "commit",       "sha",      "sha1",
    "sha256",  "sha512",      "md5",         "hash",  "digest",   "build",        "etag",     "cache",
    "chunk",   "bundle",      "asset",       "font",  "css",      "js",           "utm",      "gid",
    "ga",      "mc",          "thread",      "resp",  "chatcmpl", "call",         "toolu",    "step",
    "asst",    "batch",       "pk",          "pub",   "public",   "publishable",  "phc",      "site",
    "node",    "vpc",         "subnet",      "ami",   "snap",     "part",         "nextpart", "boundary",
    "mail",    "page",        "post",        "item",  "task",     "ticket",       "case",     "user_id",
    "session", "conv",        "convo",       "chat",  "tmp",      "temp",         "bounce",   "bounces",
    "unsub",   "unsubscribe", "track",       "click", "open",     "view",         "cid",      "sid",
    "ref",     "rev",         "version",     "ver",   "tag",      "docs",         "photo",    "attachment",
    "att",     "content",     "screenshot",  "verp",  "list",     "digest",       "prvs",     "srs0",
    "srs1",    "wiki",        "issue",       "pr",    "ic",       "kg",           "lh3",      "export",
    "backup",  "report",      "sitekey",     "csrf",  "nonce",    "verification", "verify",   "domain",
    "dkim",    "fp",          "fingerprint", NULL
};

/* Services whose tokens carry a check, or one length: rules of their own prove them, and what those turned down is none. */
static const char *const proven_parts[] = { "ghp",   "gho",   "ghu",    "ghs",    "ghr",   "npm",
                                            "pypi",  "dop",   "doo",    "dor",    "shpat", "shpca",
                                            "shppa", "shpss", "sntrys", "sntryu", "wandb", NULL };

struct parts {
    struct slice at[PARTS_MAX];
    size_t count;
    struct slice body;
    bool has_key, has_other, has_hyphen;
};

static bool is_among(struct slice part, const char *const *words)
{
    for (; *words; words++)
        if (part.len == strlen(*words) && slice_starts_with_nocase(part, *words))
            return true;
    return false;
}

/* A part of a prefix: short, letters of one case, at most two digits. */
static bool is_prefix_part(struct slice part)
{
    struct plausible_classes n = plausible_classes(part);
    bool is_one_case = n.upper == 0 || n.lower == 0 || (n.upper == 1 && part.ptr[0] <= 'Z');
    return part.len >= 1 && part.len <= PART_MAX && n.digit <= 2 && n.other == 0 && n.lower + n.upper >= 1 &&
           is_one_case;
}

/* TOKEN's prefix in its parts, and what follows. */
static void take_apart(struct slice token, struct parts *parts)
{
    *parts = (struct parts){ .body = token };
    while (parts->count < PARTS_MAX) {
        size_t end = 0;
        while (end < parts->body.len && parts->body.ptr[end] != '_' && parts->body.ptr[end] != '-')
            end++;
        struct slice part = slice_sub(parts->body, 0, end);
        bool is_version = part.len <= 2 && parts->count > 0;
        if (end >= parts->body.len || !(is_prefix_part(part) || is_version))
            break;
        parts->has_key |= is_among(part, key_parts);
        parts->has_other |= is_among(part, other_parts) || is_among(part, proven_parts);
        parts->has_hyphen |= parts->body.ptr[end] == '-';
        parts->at[parts->count++] = part;
        parts->body = slice_skip(parts->body, end + 1);
    }
}

/* "BGPooledSearchFolder" with 32 hexadecimal digits behind it: what a program calls one of its things. */
static bool is_name_with_id(struct slice body)
{
    size_t name = body.len;
    while (name > 0 && body.len - name < 32 &&
           (slice_is_digit(body.ptr[name - 1]) || (body.ptr[name - 1] >= 'A' && body.ptr[name - 1] <= 'F')))
        name--;
    struct plausible_classes n = plausible_classes(slice_sub(body, 0, name));
    return body.len - name == 32 && name >= 4 && n.digit == 0 && n.other == 0 && n.lower >= n.upper;
}

/* The word that the token stands in has a scheme, or what is before says that it is the name of something sent. */
static bool is_in_link(struct slice before)
{
    size_t from = before.len;
    while (from > 0 && !strchr(" \t\r\n\"'<>|", before.ptr[from - 1]))
        from--;
    struct slice word = slice_skip(before, from);
    return slice_find(word, 0, slice_str("://")) != SLICE_NONE ||
           slice_find_nocase(word, 0, slice_str("cid:")) != SLICE_NONE;
}

static bool is_hex(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!slice_is_digit(text.ptr[i]) &&
            !(slice_lower_byte(text.ptr[i]) >= 'a' && slice_lower_byte(text.ptr[i]) <= 'f'))
            return false;
    return true;
}

static size_t longest_stretch(struct slice body)
{
    size_t stretch = 0, longest = 0;
    for (size_t i = 0; i < body.len; i++) {
        stretch = strchr("_-+/=.", body.ptr[i]) ? 0 : stretch + 1;
        longest = stretch > longest ? stretch : longest;
    }
    return longest;
}

/* Why BODY is none behind such a prefix, or NULL. */
static const char *why_not(const struct parts *parts)
{
    struct plausible_classes n = plausible_classes(parts->body);
    bool is_mixed = n.lower >= 2 && n.upper >= 2 && n.digit >= 1;
    size_t least = parts->has_key ? (is_mixed ? 20 : 24) : parts->has_hyphen ? 32 : is_mixed ? 28 : 32;
    if (parts->count == 0 || parts->at[0].len + (parts->count > 1) < 2)
        return "has no prefix";
    if (parts->has_other)
        return "its prefix is that of an id or a name";
    if (parts->body.len < least || longest_stretch(parts->body) < 10)
        return "is too short behind its prefix";
    if (n.digit < 2 + (unsigned)(parts->body.len > 40) || n.lower + n.upper < 4)
        return "has too few digits or letters for chance";
    if (is_hex(parts->body))
        return parts->has_key || (parts->body.len >= 48 && !parts->has_hyphen) ? NULL
                                                                               : "is a prefix and a hash";
    if (is_name_with_id(parts->body))
        return "is a name and an id";
    if (parts->has_hyphen && !parts->has_key && (!is_mixed || longest_stretch(parts->body) < 28))
        return "is a name with hyphens";
    return plausible_entropy(parts->body) >= (is_mixed ? 370 : 340) ? NULL : "is not random enough";
}

static void judge_prefixed(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    struct parts parts;
    (void)argument;
    take_apart(c->secret, &parts);
    const char *why = why_not(&parts);
    if (!why && is_in_link(c->before) && !parts.has_key)
        why = "is a part of a link";
    if (!why && plausible_is_word(parts.body))
        why = "is made of words";
    if (why)
        judgement_say(judgement, JUDGED_REJECT, "%s", why);
}

const struct validator validators_prefixed[] = {
    { .name = "prefixed",
      .meaning = "rejects what is no prefix of a service with random characters behind it: ids, hashes, "
                 "names, parts of links",
      .judge = judge_prefixed },
    { .name = NULL },
};
