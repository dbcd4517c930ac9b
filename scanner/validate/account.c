/* account.c - validators: user and password pairs: headers, URLs, connection strings. */
#include "validate/codec.h"
#include "validate/placeholder.h"
#include "validate/tables.h"

#define PAIR_MAX 512

/* Split "user:password", decoded from base64. False if it is not that. */
static bool decode_pair(struct slice text, unsigned char *bytes, size_t size, struct slice *user,
                        struct slice *password)
{
    size_t len = codec_base64(text, bytes, size);
    if (len == SLICE_NONE || !codec_is_printable(slice_of(bytes, len)))
        return false;
    struct slice pair = slice_of(bytes, len);
    size_t colon = slice_find_byte(pair, 0, ':');
    if (colon == SLICE_NONE || colon + 1 >= len)
        return false;
    *user = slice_sub(pair, 0, colon);
    *password = slice_skip(pair, colon + 1);
    return true;
}

static void judge_basic(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[PAIR_MAX];
    struct slice user, password;
    (void)argument;
    if (!decode_pair(c->secret, bytes, sizeof bytes, &user, &password)) {
        judgement_say(judgement, JUDGED_REJECT, "does not decode to user:password");
        return;
    }
    if (placeholder_of(c->secret) == PLACEHOLDER_KNOWN || judgement_rejects_password(judgement, password)) {
        judgement->judged = JUDGED_REJECT;
        return;
    }
    codec_show(judgement->opens.user, sizeof judgement->opens.user, user);
    judgement_say(judgement, JUDGED_PROVEN, "decodes to user:password");
}

/* The registry is the key that holds the "auth" member: the last quoted word before its brace. */
static void docker_registry(struct slice before, struct opens *opens)
{
    size_t brace = before.len;
    while (brace > 0 && before.ptr[brace - 1] != '{')
        brace--;
    size_t end = brace;
    while (end > 0 && before.ptr[end - 1] != '"')
        end--;
    size_t start = end ? end - 1 : 0;
    while (start > 0 && before.ptr[start - 1] != '"')
        start--;
    if (end > start + 1)
        codec_show(opens->host, sizeof opens->host, slice_sub(before, start, end - 1 - start));
}

static void judge_docker(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    judge_basic(c, argument, judgement);
    if (judgement->judged == JUDGED_REJECT)
        return;
    size_t auth = slice_find(c->match, 0, slice_str("\"auth\""));
    if (auth != SLICE_NONE && slice_find_byte(slice_sub(c->match, 0, auth), 0, '{') != SLICE_NONE)
        docker_registry(slice_sub(c->match, 0, auth), &judgement->opens);
    else
        docker_registry(c->before, &judgement->opens);
}

static bool is_example_host(struct slice host)
{
    static const char *const names[] = { "example", "hostname", "host",       "your",      "<",
                                         "{",       "$",        "domain.tld", "server.tld" };
    static const char *const inside[] = { "example.com", "example.org", "example.net", ".example",
                                          "yourhost",    "yourdomain",  "your-" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_starts_with_nocase(host, names[i]) &&
            (i >= 3 || host.len <= strlen(names[i]) + 1 || host.ptr[strlen(names[i])] == '.' ||
             host.ptr[strlen(names[i])] == ':'))
            return true;
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
        if (slice_find_nocase(host, 0, slice_str(inside[i])) != SLICE_NONE)
            return true;
    return false;
}

struct userinfo {
    struct slice user, password, host;
};

static size_t authority_len(struct slice text)
{
    size_t len = 0;
    while (len < text.len && text.ptr[len] > ' ' && !strchr("/?#\"'<>", text.ptr[len]))
        len++;
    return len;
}

/* The match; and more where it took the rest of a password for the host, which is then no name: "user:one@two@[::1]". */
static struct slice url_of(const struct candidate *c)
{
    bool is_cut = slice_starts_with(c->after, "@") && c->after.ptr == c->match.ptr + c->match.len;
    return slice_of(c->match.ptr, c->match.len + (is_cut ? authority_len(c->after) : 0));
}

/* scheme://user:password@host, wherever in TEXT it begins. */
static bool split_url(struct slice text, struct userinfo *url)
{
    size_t scheme = slice_find(text, 0, slice_str("://"));
    if (scheme == SLICE_NONE)
        return false;
    text = slice_skip(text, scheme + 3);
    size_t end = authority_len(text), at = SLICE_NONE;
    for (size_t i = 0; i < end; i++)
        if (text.ptr[i] == '@')
            at = i;
    if (at == SLICE_NONE)
        return false;
    struct slice pair = slice_sub(text, 0, at);
    size_t colon = slice_find_byte(pair, 0, ':');
    url->user = slice_sub(pair, 0, colon);
    url->password = colon == SLICE_NONE ? slice_sub(pair, at, 0) : slice_skip(pair, colon + 1);
    url->host = slice_sub(text, at + 1, end - at - 1);
    return true;
}

static bool is_example_user(struct slice user, struct slice password)
{
    static const char *const users[] = { "user", "username", "login", "me",      "usr",
                                         "uid",  "name",     "foo",   "youruser" };
    static const char *const passwords[] = { "pass",   "password", "passwd", "pw",      "pwd",
                                             "secret", "bar",      "token",  "passw0rd" };
    if (slice_is_equal_nocase(user, password) &&
        (user.len <= 4 || slice_is_equal_nocase(user, slice_str("guest"))))
        return true; /* RabbitMQ's guest may only come from the same machine */
    for (size_t u = 0; u < sizeof users / sizeof *users; u++)
        for (size_t p = 0; p < sizeof passwords / sizeof *passwords; p++)
            if (slice_is_equal_nocase(user, slice_str(users[u])) &&
                slice_is_equal_nocase(password, slice_str(passwords[p])))
                return true;
    return false;
}

/* Eight characters or more, letters and something else: not what is written where any word would do. */
static bool looks_chosen(struct slice password)
{
    size_t letters = 0;
    for (size_t i = 0; i < password.len; i++)
        letters += slice_lower_byte(password.ptr[i]) >= 'a' && slice_lower_byte(password.ptr[i]) <= 'z';
    return password.len >= 8 && letters > 0 && letters < password.len;
}

static void judge_userinfo(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[PAIR_MAX];
    struct userinfo url;
    (void)argument;
    const struct slice whole = url_of(c);
    if (!split_url(whole, &url)) {
        judgement_say(judgement, JUDGED_REJECT, "is not a URL with a user");
        return;
    }
    if (whole.len > c->match.len && url.password.len)
        judgement->values[judgement->value_count++] = url.password;
    /* ssh://git@host and https://TOKEN@host: then the rule's secret is the user */
    struct slice raw = url.password.len ? url.password : c->secret;
    size_t len = codec_percent(raw, bytes, sizeof bytes);
    struct slice password = len == SLICE_NONE ? raw : slice_of(bytes, len);
    if (is_example_host(url.host) && !looks_chosen(password))
        judgement_say(judgement, JUDGED_REJECT, "host is an example");
    else if (is_example_user(url.user, password))
        judgement_say(judgement, JUDGED_REJECT, "user and password are an example");
    else if (judgement_rejects_password(judgement, password))
        return;
    else if (!codec_is_printable(password))
        judgement_say(judgement, JUDGED_REJECT, "password does not decode to text");
    if (judgement->judged == JUDGED_REJECT)
        return;
    /* Real passwords are mailed with the host made unreadable: less sure, and not nothing. */
    if (is_example_host(url.host))
        judgement_say(judgement, JUDGED_WEAKER, "host is an example, the password does not look like one");
    unsigned char user[PAIR_MAX];
    size_t user_len = codec_percent(url.user, user, sizeof user);
    if (url.password.len)
        codec_show(judgement->opens.user, sizeof judgement->opens.user,
                   user_len == SLICE_NONE ? url.user : slice_of(user, user_len));
    codec_show(judgement->opens.host, sizeof judgement->opens.host, url.host);
}

/* Names of the fields, normalised: small letters, no spaces. */
static const char *const user_keys[] = { "userid",   "uid",         "user",
                                         "username", "accountname", "sharedaccesskeyname",
                                         "clientid", NULL };
static const char *const host_keys[] = { "server",    "datasource",     "host",     "address",
                                         "addr",      "hostname",       "endpoint", "networkaddress",
                                         "hostnames", "databaseserver", NULL };
static const char *const password_keys[] = { "password",     "pwd",       "accountkey", "sharedaccesskey",
                                             "clientsecret", "accesskey", NULL };
static const char *const database_keys[] = { "database", "initialcatalog", "dbname", "entitypath", NULL };

static bool is_key(struct slice raw, const char *const *keys)
{
    char name[24];
    size_t len = 0;
    for (size_t i = 0; i < raw.len; i++) {
        unsigned char ch = slice_lower_byte(raw.ptr[i]);
        if (ch == ' ' || ch == '_')
            continue;
        if (len == sizeof name)
            return false;
        name[len++] = (char)ch;
    }
    for (; *keys; keys++)
        if (len == strlen(*keys) && memcmp(name, *keys, len) == 0)
            return true;
    return false;
}

/* The name before an equals sign: back to the separator. */
static struct slice key_before(struct slice field)
{
    size_t from = field.len;
    while (from > 0 && !strchr(";\"'\r\n{},<>&?", field.ptr[from - 1]))
        from--;
    return slice_trim(slice_skip(field, from));
}

struct fields {
    struct slice user, host, password, database;
};

/* "key=value;key=value", values perhaps in quotes or braces (ODBC, ADO, DSN, JDBC's ?user=…&password=…). */
static void read_fields(struct slice text, struct fields *fields)
{
    while (text.len) {
        size_t end = 0;
        while (end < text.len && text.ptr[end] && !strchr(";&\r\n\"", text.ptr[end]))
            end++;
        struct slice field = slice_sub(text, 0, end);
        text = slice_skip(text, end + 1);
        size_t equals = slice_find_byte(field, 0, '=');
        if (equals == SLICE_NONE)
            continue;
        struct slice key = key_before(slice_sub(field, 0, equals)),
                     value = slice_trim(slice_skip(field, equals + 1));
        if (value.len >= 2 && strchr("'{", value.ptr[0]) && value.ptr[0])
            value = slice_sub(value, 1, value.len - 2);
        if (is_key(key, user_keys))
            fields->user = value;
        else if (is_key(key, host_keys))
            fields->host = value;
        else if (is_key(key, password_keys))
            fields->password = value;
        else if (is_key(key, database_keys))
            fields->database = value;
    }
}

static void judge_connection(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    struct fields fields = { { NULL, 0 } };
    struct opens *opens = &judgement->opens;
    (void)argument;
    read_fields(c->match, &fields);
    struct slice password = c->secret.len ? c->secret : fields.password;
    if (!password.len) {
        judgement_say(judgement, JUDGED_REJECT, "has no password");
        return;
    }
    if (judgement_rejects_password(judgement, password) || is_example_user(fields.user, password)) {
        judgement->judged = JUDGED_REJECT;
        return;
    }
    /* C and its like: `user = (char *)p; pwd = (char *)q;` */
    if (slice_starts_with(slice_trim(password), "(") && slice_find_byte(password, 0, ' ') != SLICE_NONE) {
        judgement_say(judgement, JUDGED_REJECT, "is code");
        return;
    }
    struct slice host = fields.host;
    if (slice_starts_with_nocase(host, "tcp:"))
        host = slice_skip(host, 4);
    codec_show(opens->user, sizeof opens->user, fields.user);
    codec_show(opens->host, sizeof opens->host, host);
    codec_show(opens->account, sizeof opens->account, fields.database);
}

/* The value of NAME in a URI's query. */
static struct slice uri_value(struct slice text, const char *name)
{
    size_t question = slice_find_byte(text, 0, '?');
    struct slice rest = question == SLICE_NONE ? slice_sub(text, 0, 0) : slice_skip(text, question + 1);
    while (rest.len) {
        size_t end = 0;
        while (end < rest.len && rest.ptr[end] > ' ' && rest.ptr[end] != '&' && rest.ptr[end] != '"')
            end++;
        struct slice pair = slice_sub(rest, 0, end);
        size_t equals = slice_find_byte(pair, 0, '=');
        if (equals != SLICE_NONE && slice_is_equal_nocase(slice_sub(pair, 0, equals), slice_str(name)))
            return slice_skip(pair, equals + 1);
        rest = end < rest.len && rest.ptr[end] == '&' ? slice_skip(rest, end + 1) : slice_sub(rest, 0, 0);
        if (slice_starts_with(rest, "amp;"))
            rest = slice_skip(rest, 4);
    }
    return rest;
}

static void show_percent(char *out, size_t size, struct slice text)
{
    unsigned char bytes[256];
    size_t len = codec_percent(slice_sub(text, 0, sizeof bytes), bytes, sizeof bytes);
    codec_show(out, size, len == SLICE_NONE ? text : slice_of(bytes, len));
}

static void judge_otpauth(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[128];
    struct opens *opens = &judgement->opens;
    struct slice secret = uri_value(c->match, "secret");
    (void)argument;
    size_t len = codec_base32(secret, bytes, sizeof bytes);
    if (len == SLICE_NONE || len < 5 || placeholder_of(secret) != PLACEHOLDER_NONE) {
        judgement_say(judgement, JUDGED_REJECT, "secret is not base32, or an example");
        return;
    }
    show_percent(opens->service, sizeof opens->service, uri_value(c->match, "issuer"));
    size_t scheme = slice_find(c->match, 0, slice_str("totp/"));
    if (scheme == SLICE_NONE)
        scheme = slice_find(c->match, 0, slice_str("hotp/"));
    if (scheme != SLICE_NONE) {
        struct slice label = slice_skip(c->match, scheme + 5);
        show_percent(opens->user, sizeof opens->user, slice_sub(label, 0, slice_find_byte(label, 0, '?')));
    }
    judgement_say(judgement, JUDGED_PROVEN, "URI with a base32 secret of %zu bytes", len);
}

/* WIFI:T:WPA;S:name;P:password;; with \ before special characters. */
static void judge_wifi(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    struct slice text = c->match, name = { NULL, 0 }, password = { NULL, 0 }, type = { NULL, 0 };
    (void)argument;
    size_t at = slice_find_nocase(text, 0, slice_str("WIFI:"));
    size_t from = at == SLICE_NONE ? text.len : at + 5;
    for (size_t i = from; i < text.len; i++) {
        if (text.ptr[i] == '\\') {
            i++;
            continue;
        }
        if (text.ptr[i] != ';')
            continue;
        struct slice field = slice_sub(text, from, i - from);
        if (slice_starts_with_nocase(field, "S:"))
            name = slice_skip(field, 2);
        else if (slice_starts_with_nocase(field, "P:"))
            password = slice_skip(field, 2);
        else if (slice_starts_with_nocase(field, "T:"))
            type = slice_skip(field, 2);
        from = i + 1;
    }
    codec_show(judgement->opens.account, sizeof judgement->opens.account, name);
    if (!password.len || slice_is_equal_nocase(type, slice_str("nopass")))
        judgement_say(judgement, JUDGED_REJECT, "an open network");
    else if (!judgement_rejects_password(judgement, password))
        judgement_say(judgement, JUDGED_NOTHING, "Wi-Fi code with a password");
    judgement->values[0] = password;
    judgement->value_count = password.len > 0;
}

static void judge_base64_text(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[1024];
    uint64_t least = 6;
    slice_to_u64(argument, &least);
    size_t len = codec_base64(c->secret, bytes, sizeof bytes);
    if (len == SLICE_NONE || len < least || !codec_is_printable(slice_of(bytes, len)))
        judgement_say(judgement, JUDGED_REJECT, "is not base64 of printable text");
    else if (!judgement_rejects_password(judgement, slice_of(bytes, len)))
        judgement_say(judgement, JUDGED_NOTHING, "decodes to printable text");
}

static void judge_unattend(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    static const char *const ends[] = { "AdministratorPassword", "Password" };
    unsigned char bytes[512], text[512];
    (void)argument;
    size_t len = codec_base64(c->secret, bytes, sizeof bytes);
    len = len == SLICE_NONE ? SLICE_NONE : codec_utf16_text(slice_of(bytes, len), text, sizeof text);
    for (size_t i = 0; len != SLICE_NONE && i < 2; i++) {
        size_t tail = strlen(ends[i]);
        if (len <= tail || memcmp(text + len - tail, ends[i], tail) != 0)
            continue;
        judgement_say(judgement, JUDGED_PROVEN, "decodes to a password of %zu bytes", len - tail);
        return;
    }
    judgement_say(judgement, JUDGED_REJECT, "does not decode to a password");
}

const struct validator validators_account[] = {
    { .name = "basic-auth",
      .meaning = "HTTP Basic credentials: base64 of printable user:password; tells the user",
      .judge = judge_basic },
    { .name = "docker-auth",
      .meaning = "Docker registry auth: base64 of user:password; tells user and registry",
      .judge = judge_docker },
    { .name = "url-userinfo",
      .meaning = "URL with a password: percent-decodes, tells user and host; rejects examples, placeholders "
                 "and variables",
      .judge = judge_userinfo },
    { .name = "connection-string",
      .meaning = "ADO, ODBC, JDBC or AMQP-like key=value string: has a password; tells user and host; "
                 "rejects placeholders",
      .judge = judge_connection },
    { .name = "otpauth",
      .meaning = "otpauth: URI: the secret is base32; tells issuer and account",
      .judge = judge_otpauth },
    { .name = "wifi-qr",
      .meaning = "Wi-Fi QR text WIFI:T:…;S:…;P:…;; tells the network; rejects open networks",
      .is_escaped = true,
      .judge = judge_wifi },
    { .name = "base64-text",
      .meaning = "the value is base64 of printable text (argument: the least length of the text, 6 by "
                 "default); rejects else",
      .judge = judge_base64_text },
    { .name = "unattend-password",
      .meaning = "Windows answer file: base64 of UTF-16 text that ends in Password or AdministratorPassword",
      .judge = judge_unattend },
    { .name = NULL },
};
