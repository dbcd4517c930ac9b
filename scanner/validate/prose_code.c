/* prose_code.c - the judge of prose: what tells that a trigger or a value stands in code, a log or a setting, not in a sentence. */
#include "validate/prose_code.h"

#include "validate/prose_join.h"

/* Behind the trigger in one name: the name is of something else than a password. */
static const char other_names[] =
    "age|again|algo|algorithm|attempts|auth|authentication|box|callback|change|changed|column|complexity|"
    "confirm|"
    "confirmation|confirmed|controller|count|days|dialog|dir|encoder|encoding|env|error|errors|expiration|"
    "expired|expires|expiry|field|file|form|format|hasher|hashers|help|hint|history|id|input|"
    "invalid|"
    "iterations|label|last|len|length|lifetime|link|manager|max|message|meter|min|minimum|maximum|mismatch|"
    "missing|model|must|never|not|page|path|pattern|placeholder|policy|prompt|protect|quality|"
    "re|regex|regexp|repeat|repeated|required|requirements|reset|retries|retry|rule|rules|score|set|"
    "short|strength|timeout|title|token|too|tries|ttl|type|url|validation|validator|validators|valid|var|"
    "variable|version|view|visible|wrong";

/* "password" in other languages: what a translation or a form shows. */
static const char labels[] =
    "passwor|kennwor|mot de passe|contraseñ|senha|palavra-passe|wachtwoord|hasł|hesl|"
    "lösenord|adgangskode|parol|şifre|парол|密码|密碼|パスワード|비밀번호|암호";

static unsigned char byte_at(struct slice text, size_t at)
{
    return at < text.len ? text.ptr[at] : 0;
}

static bool is_name_byte(unsigned char c)
{
    return slice_is_lower(c) || slice_is_upper(c) || slice_is_digit(c) || c == '_';
}

static size_t skip_spaces(struct slice text, size_t at)
{
    while (byte_at(text, at) == ' ' || byte_at(text, at) == '\t')
        at++;
    return at;
}

/* Where the letters, digits and underscores from AT end. */
static size_t skip_name(struct slice text, size_t at)
{
    while (is_name_byte(byte_at(text, at)))
        at++;
    return at;
}

/* triggers */

/* The word of a name that begins at AT: up to a sign, or to the next capital. */
static struct slice word_at(const struct prose_scene *scene, size_t at)
{
    size_t end = at;
    bool is_camel = slice_is_lower(byte_at(scene->raw, at + 1));
    while (slice_is_lower(byte_at(scene->folded, end)) &&
           !(is_camel && end > at && slice_is_upper(byte_at(scene->raw, end))))
        end++;
    return slice_sub(scene->folded, at, end - at);
}

bool prose_code_is_trigger(const struct prose_scene *scene)
{
    size_t end = scene->match_from + scene->match_len;
    unsigned char next = byte_at(scene->raw, end);
    if (scene->kind != PROSE_WORD || !end || byte_at(scene->raw, end - 1) >= 0x80)
        return false;
    bool is_camel = slice_is_upper(next) && slice_is_lower(byte_at(scene->raw, end - 1));
    bool is_joined = next == '_' || (next == '.' && slice_is_lower(byte_at(scene->raw, end + 1)));
    bool is_about = false; /* passwordForService:… */
    for (end += is_joined; is_camel || is_joined; end += byte_at(scene->raw, end) == '_') {
        struct slice word = word_at(scene, end);
        end += word.len;
        is_about |= slice_is_equal(word, slice_str("for"));
        if (prose_words_has(other_names, word))
            return true;
        if (!word.len)
            return is_about && byte_at(scene->raw, end) == ':' && is_name_byte(byte_at(scene->raw, end + 1));
    }
    return false;
}

/* values */

static bool is_among(struct slice text, const char *signs)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] && strchr(signs, text.ptr[i]))
            return true;
    return false;
}

static bool is_marked_directly(const struct prose_case *c)
{
    return prose_joined_by_mark(c) && c->join.len <= 3;
}

/* "password.isEmpty", "PasswordModel$1.run": the rest of the trigger's name */
static bool continues_trigger(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    unsigned char second = byte_at(v, 1);
    bool is_file = c->scene->kind == PROSE_OPENER && v.ptr[0] == '-' && slice_is_digit(second) &&
                   slice_find_byte(v, 0, '.') != SLICE_NONE;
    return !c->value->is_before && c->value->from == c->scene->to &&
           (is_file || (strchr(".$\\_", v.ptr[0]) && (is_name_byte(second) || second == '$')));
}

/* "password_file", "password_confirm": the trigger is a piece of the value */
static bool holds_trigger(const struct prose_case *c)
{
    return c->value->from <= c->scene->from && c->value->to >= c->scene->to &&
           (c->value->from < c->scene->from || c->value->to > c->scene->to) && !c->value->classes.digit &&
           slice_find_byte(c->value->raw, 0, '_') != SLICE_NONE;
}

/* getenv("…"), configuration["…"], Option[String] */
static bool is_called(const struct prose_case *c)
{
    struct slice v = c->value->raw, rest = slice_skip(c->scene->raw, c->value->to);
    unsigned char first = byte_at(rest, 0), second = byte_at(rest, 1);
    size_t end = 0;
    while (is_name_byte(byte_at(v, end)) || byte_at(v, end) == '.')
        end++;
    if (c->value->is_quoted || !end)
        return false;
    if (end < v.len) /* only its beginning is a name */
        return (v.ptr[end] == '[' || v.ptr[end] == '<') && !c->value->classes.digit &&
               slice_is_upper(v.ptr[0]);
    bool is_open =
        first == '(' || first == '[' || (first == '<' && slice_is_lower(second) && !c->value->classes.digit);
    return is_open &&
           (second == '"' || second == '\'' || second == '$' || second == ')' ||
            (!c->value->classes.digit && is_name_byte(second) && first != '<') ||
            (first == '<' && slice_find(slice_sub(rest, 0, 24), 0, slice_str(">(")) != SLICE_NONE));
}

/* ^(?=.*\d).{12,}$, \s*[:=]\s* */
static bool is_regex(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    bool has_class = slice_find(v, 0, slice_str("\\s")) != SLICE_NONE ||
                     slice_find(v, 0, slice_str("\\d")) != SLICE_NONE ||
                     slice_find(v, 0, slice_str("\\w")) != SLICE_NONE;
    bool has_group = slice_find(v, 0, slice_str("(?")) != SLICE_NONE ||
                     slice_find(v, 0, slice_str(".*")) != SLICE_NONE ||
                     slice_find(v, 0, slice_str("]{")) != SLICE_NONE;
    return (has_class && is_among(v, "*+{[(")) || (v.ptr[0] == '^' && has_group);
}

/* " * 200, ": what stands between two strings; -AsSecureString */
static bool is_expression(const struct prose_case *c)
{
    struct slice v = c->value->raw, text = c->scene->raw;
    size_t from = c->value->from;
    if (v.len > 2 && v.ptr[1] == ' ' && strchr("*+/%", v.ptr[0]))
        return true;
    if (v.len > 3 && v.ptr[0] == '-' && slice_is_upper(v.ptr[1]) && c->value->classes.other == 1 &&
        !c->value->classes.digit)
        return byte_at(text, from - !!from) != ':' && !is_marked_directly(c);
    return false;
}

/* required|string|min:12 */
static bool is_list_of_words(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    size_t bars = 0;
    for (size_t i = 0; i < v.len; i++) {
        bars += v.ptr[i] == '|';
        if (!slice_is_lower(v.ptr[i]) && !slice_is_digit(v.ptr[i]) && !strchr("|:_,", v.ptr[i]))
            return false;
    }
    return bars >= 2;
}

/* 2024-01-11T08:11:40 */
static bool holds_timestamp(const struct prose_case *c)
{
    static const char form[] = "0000-00-00T00:00";
    struct slice v = c->value->raw;
    for (size_t at = 0; v.len - at >= sizeof form - 1; at++) {
        size_t i = 0;
        while (form[i] && (form[i] == '0' ? slice_is_digit(v.ptr[at + i]) : v.ptr[at + i] == form[i]))
            i++;
        if (!form[i])
            return true;
    }
    return false;
}

/* The length of the name that TEXT begins with, which may have dots and dashes in it. */
static size_t name_length(struct slice text)
{
    size_t end = skip_name(text, 0);
    while (end && end < text.len && (text.ptr[end] == '-' || text.ptr[end] == '.'))
        end = skip_name(text, end + 1);
    return end;
}

static bool has_digit(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (slice_is_digit(text.ptr[i]))
            return true;
    return false;
}

/* A value between two strings, `" autocomplete="`, is not. */
static bool is_truly_quoted(const struct prose_case *c)
{
    size_t from = c->value->from;
    return c->value->is_quoted && from && byte_at(c->scene->raw, from - 1) != ' ';
}

/* "result=ok", `autocomplete="` */
static bool is_assignment(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    size_t end = name_length(v);
    bool is_plainly_near = skip_spaces(c->value->between, 0) == c->value->between.len;
    if (!end || byte_at(v, end) != '=' || byte_at(v, end + 1) == '=' || has_digit(slice_sub(v, 0, end)) ||
        is_truly_quoted(c))
        return false;
    if (end + 1 == v.len && byte_at(c->scene->raw, c->value->to) != '"')
        return false;
    /* "Debet=Kredit1" is one that somebody made up: names have small letters only, or signs in them */
    bool is_named = is_among(slice_sub(v, 0, end), "_-.") && !c->value->is_before, has_capital = false;
    for (size_t i = 0; i < end; i++)
        has_capital |= slice_is_upper(v.ptr[i]);
    return (is_named || !has_capital) &&
           (c->value->is_before || (!is_plainly_near && !is_marked_directly(c) && !prose_joined_by_word(c)));
}

/* What stands before AT, without spaces and signs of a changed line. */
static unsigned char last_before(struct slice text, size_t at)
{
    while (at && strchr(" \t+\r\"'", text.ptr[at - 1]) && text.ptr[at - 1])
        at--;
    return at ? text.ptr[at - 1] : '\n';
}

/* `key_name = …`, `"newPassword": …`: the next key of a record or object */
static bool is_next_key(const struct prose_case *c)
{
    struct slice text = c->scene->raw;
    bool has_quote = byte_at(text, c->value->to) == '"' || byte_at(text, c->value->to) == '\'';
    size_t after = skip_spaces(text, c->value->to + has_quote);
    unsigned char last = last_before(text, c->value->from), next = byte_at(text, after);
    if (name_length(c->value->raw) != c->value->raw.len || c->value->classes.digit)
        return false;
    return (next == '=' && last == '\n' && !is_truly_quoted(c)) ||
           ((next == '=' || next == ':') && (last == ',' || last == '{'));
}

/* The end of what stands in quotes, stars or brackets at AT: the trigger's own value, which is none. 0: no such thing. */
static size_t skip_masked(struct slice text, size_t at)
{
    unsigned char first = byte_at(text, at), closing = first;
    size_t end = at + 1;
    if (first == '*' || first == 'x') {
        while (byte_at(text, end) == first)
            end++;
        unsigned char next = byte_at(text, end);
        return end - at >= 3 && (next <= ' ' || strchr("\"',;&)", next)) ? end : 0;
    }
    if (first == '[' || first == '<')
        closing = first == '[' ? ']' : '>';
    else if (first != '"' && first != '\'')
        return 0;
    while (end < text.len && text.ptr[end] != closing && text.ptr[end] != '\n')
        end++;
    return byte_at(text, end) == closing ? end + 1 : 0;
}

/* Has the trigger a value of its own before this one, in quotes or masked? */
static bool is_behind_own_value(const struct prose_case *c)
{
    struct slice between = slice_sub(c->scene->raw, c->scene->to, c->value->from - c->scene->to);
    size_t at = 0;
    if (c->value->is_before || between.len < 5)
        return false;
    at += byte_at(between, at) == '"' || byte_at(between, at) == '\'';
    at = skip_spaces(between, at);
    if (byte_at(between, at) != ':' && byte_at(between, at) != '=')
        return false;
    while (byte_at(between, at) == ':' || byte_at(between, at) == '=' || byte_at(between, at) == '>')
        at++;
    at = skip_masked(between, skip_spaces(between, at));
    /* "[prod] X" and "<b>X" have nothing but spaces behind them */
    return at && (is_among(slice_skip(between, at), ",;:={}&?\"'") ||
                  is_among(slice_sub(between, at - 1, 1), "*x"));
}

/* `"login": "Log in"`: one word of a string, under the key of an object */
static bool is_piece_of_string(const struct prose_case *c)
{
    struct slice text = c->scene->raw, between = c->value->between;
    size_t end = c->value->to;
    bool is_keyed = between.len >= 4 && between.ptr[between.len - 1] == '"' &&
                    (prose_ends_with(between, "\": \"") || prose_ends_with(between, "\":\"") ||
                     prose_ends_with(between, "=>\"") || prose_ends_with(between, "=> \""));
    return is_keyed && !c->value->is_before && !c->value->is_quoted && !c->value->classes.digit &&
           byte_at(text, end) == ' ';
}

/* The name directly before the mark that stands before the value, if it is one of a program and not the trigger's. */
static bool belongs_to_other_name(const struct prose_case *c)
{
    struct slice join = slice_sub(c->scene->raw, c->scene->to, c->join.len);
    bool is_name = false;
    size_t end = join.len, from;
    if (c->value->is_before || !prose_joined_by_mark(c) || join.len < 4)
        return false;
    while (end && strchr(":=> ", join.ptr[end - 1]))
        end--;
    if (end && join.ptr[end - 1] == '}') /* { password, ...rest } = body */
        return true;
    for (from = end; from && is_name_byte(join.ptr[from - 1]);)
        from--;
    for (size_t i = from + 1; i < end; i++)
        is_name |= join.ptr[i] == '_' || (slice_is_upper(join.ptr[i]) && slice_is_lower(join.ptr[i - 1]));
    bool is_behind_mark =
        strchr(":=", join.ptr[skip_spaces(join, 0)]) || last_before(c->scene->raw, c->scene->from) == '=';
    bool is_next = from && is_behind_mark && slice_find_byte(slice_sub(join, 0, from), 0, ',') != SLICE_NONE;
    is_name |= is_next && prose_ends_with(join, "=");
    return from && is_name && (is_next || is_among(slice_sub(join, 0, from), "\"'({[;"));
}

/* "curve25519,group16": one of a list that stands on another line */
static bool is_listed_elsewhere(const struct prose_case *c)
{
    struct slice text = c->scene->raw;
    size_t from = c->value->from;
    return from > 2 && text.ptr[from - 1] == ',' && is_name_byte(text.ptr[from - 2]) &&
           slice_find_byte(c->value->between, 0, '\n') != SLICE_NONE;
}

/* "AuthorizedKeysFile .ssh/keys": the name of a setting with a path behind it, on the next line */
static bool is_setting_of_path(const struct prose_case *c)
{
    unsigned char next = byte_at(c->scene->raw, c->value->to + 1);
    return !c->value->is_before && !c->value->classes.digit && byte_at(c->scene->raw, c->value->to) == ' ' &&
           (next == '.' || next == '/') && slice_find_byte(c->value->between, 0, '\n') != SLICE_NONE;
}

static bool is_hex(struct slice v)
{
    for (size_t i = 0; i < v.len; i++)
        if (!slice_is_digit(v.ptr[i]) && !(v.ptr[i] >= 'a' && v.ptr[i] <= 'f'))
            return false;
    return v.len > 0;
}

/* "* shows the strength (df03a6af)", "MD5 (x.iso) = …" */
static bool is_hash(const struct prose_case *c)
{
    struct slice v = c->value->raw, text = c->scene->raw;
    size_t from = c->value->from, after = skip_spaces(text, c->value->to + 1);
    if (v.len < 7 || c->value->is_before || !is_hex(v))
        return false;
    struct slice before = slice_sub(c->scene->folded, c->scene->to, from - c->scene->to);
    bool is_named = prose_ends_with(before, " at ") || prose_ends_with(before, " commit ") ||
                    prose_ends_with(before, " revision ");
    bool is_commit = (v.len <= 12 || v.len == 40) && text.ptr[from - 1] == '(' && c->join.len > 12 &&
                     byte_at(text, c->value->to) == ')' &&
                     (after >= text.len || text.ptr[after] == '\r' || text.ptr[after] == '\n');
    bool is_sum = (v.len == 32 || v.len == 40 || v.len == 64 || v.len == 128) &&
                  (prose_ends_with(c->join, ") =") || prose_ends_with(c->join, ")="));
    return is_commit || is_sum || (is_named && v.len <= 40 && c->value->classes.lower);
}

/* "ok: 0, code: 8000, codeName: …" */
static bool is_code_of_record(const struct prose_case *c)
{
    struct slice text = c->scene->raw;
    size_t from = c->scene->from, at = c->value->to;
    if (c->value->classes.digit != c->value->raw.len || !is_marked_directly(c) || from < 2 ||
        !strchr(",{", text.ptr[from - 2]) || byte_at(text, at) != ',')
        return false;
    at = skip_spaces(text, at + 1);
    size_t end = skip_name(text, at);
    return end > at && byte_at(text, end) == ':';
}

/* `password: "Mot de passe"` */
static bool is_label_of_form(const struct prose_case *c)
{
    return !c->value->is_before && !c->value->classes.digit && prose_joined_by_mark(c) &&
           !prose_has_shape(c) && !prose_is_loose_pair(c) && prose_words_inside(labels, c->value->folded);
}

/* "#688122. Password for …", "Ticket: ab12. The password …": the number of the sentence before */
static bool is_number_of_sentence_before(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    size_t to = c->value->from, from;
    if (!c->value->is_before || !prose_sentence_ends_in(c->join))
        return false;
    while (to && strchr(": ", c->scene->raw.ptr[to - 1]))
        to--;
    for (from = to; from && c->scene->folded.ptr[from - 1] > ' ';)
        from--;
    return (v.ptr[0] == '#' && c->value->classes.digit + 1 == v.len) ||
           (to < c->value->from && c->scene->raw.ptr[to] == ':' &&
            prose_words_inside("ticket|nummer|number|reference|referenz|referens|référence|referencia|номер",
                               slice_sub(c->scene->folded, from, to - from)));
}

/* "Wi-Fi: Acme-Guest, password: …": the network's name, of which the password follows */
static bool is_name_of_network(const struct prose_case *c)
{
    struct slice rest = slice_sub(slice_skip(c->scene->folded, c->value->to), 0, 24);
    size_t at = byte_at(rest, 0) == ',' ? 1 : slice_starts_with(rest, "\xef\xbc\x8c") ? 3 : 0;
    return at && c->scene->kind == PROSE_NAME && !c->value->is_before && !c->value->classes.digit &&
           prose_words_inside(labels, rest);
}

bool prose_code_is_value(const struct prose_case *c)
{
    return continues_trigger(c) || holds_trigger(c) || is_called(c) || is_regex(c) || is_expression(c) ||
           is_list_of_words(c) || is_assignment(c) || is_next_key(c) || is_behind_own_value(c) ||
           is_piece_of_string(c) || belongs_to_other_name(c) || is_listed_elsewhere(c) ||
           is_setting_of_path(c) || is_hash(c) || is_code_of_record(c) || is_number_of_sentence_before(c) ||
           is_label_of_form(c) || is_name_of_network(c) || holds_timestamp(c);
}
