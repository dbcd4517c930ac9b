/* logins.c - logins that tables and exports of password managers hold, each as a line. */
#include "extract/logins.h"

#include "base/utf8.h"

/* Longest parts of a line, bytes; the rules count on them. */
#define SERVICE_MOST ((size_t)100)
#define HOST_MOST ((size_t)200)
#define USER_MOST ((size_t)200)
#define SECRET_MOST ((size_t)1000)

static const struct {
    const char *name;
    enum login_field field;
} names[] = {
    { "password", LOGIN_SECRET },
    { "passwd", LOGIN_SECRET },
    { "pwd", LOGIN_SECRET },
    { "pass", LOGIN_SECRET },
    { "loginpassword", LOGIN_SECRET },
    { "passwort", LOGIN_SECRET },
    { "kennwort", LOGIN_SECRET },
    { "motdepasse", LOGIN_SECRET },
    { "contraseña", LOGIN_SECRET },
    { "senha", LOGIN_SECRET },
    { "wachtwoord", LOGIN_SECRET },
    { "пароль", LOGIN_SECRET },
    { "heslo", LOGIN_SECRET },
    { "hasło", LOGIN_SECRET },
    { "lösenord", LOGIN_SECRET },
    { "密码", LOGIN_SECRET },
    { "パスワード", LOGIN_SECRET },
    { "비밀번호", LOGIN_SECRET },
    { "username", LOGIN_USER },
    { "user", LOGIN_USER },
    { "login", LOGIN_USER },
    { "loginname", LOGIN_USER },
    { "loginusername", LOGIN_USER },
    { "email", LOGIN_USER },
    { "useremail", LOGIN_USER },
    { "itemusername", LOGIN_USER },
    { "itememail", LOGIN_USER },
    { "benutzername", LOGIN_USER },
    { "benutzer", LOGIN_USER },
    { "userid", LOGIN_USER },
    { "utilisateur", LOGIN_USER },
    { "usuario", LOGIN_USER },
    { "gebruikersnaam", LOGIN_USER },
    { "url", LOGIN_URL },
    { "uri", LOGIN_URL },
    { "loginuri", LOGIN_URL },
    { "loginurl", LOGIN_URL },
    { "website", LOGIN_URL },
    { "websites", LOGIN_URL },
    { "location", LOGIN_URL },
    { "domain", LOGIN_URL },
    { "host", LOGIN_URL },
    { "hostname", LOGIN_URL },
    { "server", LOGIN_URL },
    { "href", LOGIN_URL },
    { "secreturl", LOGIN_URL },
    { "websiteaddress", LOGIN_URL },
    { "name", LOGIN_SERVICE },
    { "title", LOGIN_SERVICE },
    { "account", LOGIN_SERVICE },
    { "service", LOGIN_SERVICE },
    { "system", LOGIN_SERVICE },
    { "application", LOGIN_SERVICE },
    { "site", LOGIN_SERVICE },
    { "secretname", LOGIN_SERVICE },
    { "totp", LOGIN_OTP },
    { "logintotp", LOGIN_OTP },
    { "otpauth", LOGIN_OTP },
    { "otpsecret", LOGIN_OTP },
    { "otpurl", LOGIN_OTP },
    { "totpuri", LOGIN_OTP },
    { "otp", LOGIN_OTP },
    { "twofactorsecret", LOGIN_OTP },
    { "timeotpsecretbase32", LOGIN_OTP },
    { "notes", LOGIN_NOTE },
    { "note", LOGIN_NOTE },
    { "extra", LOGIN_NOTE },
    { "comments", LOGIN_NOTE },
    { "comment", LOGIN_NOTE },
    { "memo", LOGIN_NOTE },
    { "notesplain", LOGIN_NOTE },
    { "noteplain", LOGIN_NOTE },
    { "bemerkung", LOGIN_NOTE },
};

enum login_field login_field_of(struct slice name)
{
    char bare[32];
    size_t len = 0;
    for (size_t i = 0; i < name.len; i++) {
        if (memchr(" _-\"'\xef\xbb\xbf", name.ptr[i], 8))
            continue;
        if (len == sizeof bare)
            return LOGIN_NONE;
        bare[len++] = (char)slice_lower_byte(name.ptr[i]);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_is_equal(slice_of(bare, len), slice_str(names[i].name)))
            return names[i].field;
    return LOGIN_NONE;
}

static void keep_first(struct login_value *kept, struct login_value value)
{
    if (kept->text.len == 0)
        *kept = value;
}

void login_take(struct login *login, enum login_field field, struct login_value value)
{
    if (slice_trim(value.text).len == 0)
        return;
    switch (field) {
    case LOGIN_NONE:
        break;
    case LOGIN_SERVICE:
        keep_first(&login->service, value);
        break;
    case LOGIN_URL:
        keep_first(&login->url, value);
        break;
    case LOGIN_USER:
        keep_first(&login->user, value);
        break;
    case LOGIN_NOTE:
        keep_first(&login->note, value);
        break;
    case LOGIN_SECRET:
        if (login->secret_count < LOGIN_SECRETS)
            login->secrets[login->secret_count++] = value;
        break;
    case LOGIN_OTP:
        if (login->code_count < LOGIN_SECRETS)
            login->codes[login->code_count++] = value;
        break;
    }
}

/* Writing: positions in the text never go down, so what stands further on than what follows it is said to stand there. */

static size_t not_before(const struct track *view, size_t at)
{
    size_t last = view->count ? view->pairs[view->count - 1].text_at : 0;
    return at > last ? at : last;
}

/* "github.com" of "https://alice@github.com:443/login". */
static struct slice host_of(struct slice url)
{
    url = slice_trim(url);
    size_t scheme = slice_find(slice_sub(url, 0, 40), 0, slice_str("://"));
    if (scheme != SLICE_NONE)
        url = slice_skip(url, scheme + 3);
    size_t end = 0;
    while (end < url.len && !memchr("/?#, \t\r\n\"", url.ptr[end], 10))
        end++;
    url = slice_sub(url, 0, end);
    size_t user = slice_find_byte(url, 0, '@');
    return user == SLICE_NONE ? url : slice_skip(url, user + 1);
}

/* TEXT on one line and without tabs, so that the parts of a line stay apart. */
static void put_part(struct track *view, struct slice text, size_t most, size_t at)
{
    text = slice_trim(text);
    text = slice_sub(text, 0, utf8_cut(text, text.len < most ? text.len : most));
    while (text.len > 0) {
        size_t len = 0;
        while (len < text.len && text.ptr[len] >= 0x20)
            len++;
        track_put_made(view, slice_sub(text, 0, len), at);
        if (len < text.len)
            track_put_made(view, slice_str(" "), at);
        text = slice_skip(text, len + 1);
    }
    track_put_made(view, slice_str("\t"), at);
}

static void put_secret(struct track *view, struct login_value value)
{
    size_t at = not_before(view, value.at), lead = 0;
    struct slice text = value.text;
    while (lead < text.len && memchr(" \t\r\n", text.ptr[lead], 4))
        lead++;
    text = slice_trim(text);
    bool is_plain = value.is_as_is && at == value.at && text.len <= SECRET_MOST;
    for (size_t i = 0; i < text.len && is_plain; i++)
        is_plain = text.ptr[i] >= 0x20;
    if (!is_plain) {
        put_part(view, text, SECRET_MOST, at);
        return;
    }
    track_put(view, text, at + lead);
    track_put_made(view, slice_str("\t"), at + lead + text.len);
}

static void put_line(struct track *view, const struct login *login, const char *what,
                     struct login_value secret)
{
    size_t at = not_before(view, 0);
    struct slice host = host_of(login->url.text);
    if (view->text.len > 0 && track_last(view) != '\n')
        track_put_made(view, slice_str("\n"), at);
    track_put_made(view, slice_str(what), at);
    put_part(view, login->service.text, SERVICE_MOST, at);
    put_part(view, host, HOST_MOST, at);
    put_part(view, login->user.text, USER_MOST, at);
    put_secret(view, secret);
    track_put_made(view, slice_str("\n"), not_before(view, 0));
}

/* Secrets and codes in the order in which they stand. */
void login_put(struct track *view, const struct login *login, bool is_manager)
{
    size_t secret = 0, code = 0;
    while (secret < login->secret_count || code < login->code_count) {
        bool is_code = secret == login->secret_count ||
                       (code < login->code_count && login->codes[code].at < login->secrets[secret].at);
        const char *what = is_code ? "[saved code]\t" : is_manager ? "[saved login]\t" : "[table login]\t";
        put_line(view, login, what, is_code ? login->codes[code++] : login->secrets[secret++]);
    }
    if (login->note.text.len == 0 || login->note.is_as_is)
        return; /* it can be read where it stands */
    track_put_made(view, login->note.text, not_before(view, login->note.at));
    track_put_made(view, slice_str("\n"), not_before(view, login->note.at));
}
