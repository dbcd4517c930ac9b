/* vault.c - exports of password managers that are no tables: JSON (Bitwarden, 1Password, Proton Pass, Enpass, Dashlane, Keeper) and XML (KeePass). */
#include "base/utf8.h"
#include "decode/xml.h"
#include "extract/feed.h"
#include "decode/json_walk.h"
#include "extract/logins.h"

#define HEAD ((size_t)64 * 1024)
#define NAME_MOST 32

/* What only this manager's export has in its first bytes. */
static const struct {
    const char *manager;
    const char *words[3];
} signs[] = {
    { "Bitwarden", { "\"items\"", "\"login\"", "\"passwordHistory\"" } },
    { "Bitwarden", { "\"items\"", "\"login\"", "\"folders\"" } },
    { "Bitwarden", { "\"items\"", "\"login\"", "\"collections\"" } },
    { "Bitwarden", { "\"items\"", "\"login\"", "\"reprompt\"" } },
    { "1Password", { "\"vaults\"", "\"overview\"", "\"details\"" } },
    { "1Password", { "\"secureContents\"" } },
    { "Proton Pass", { "\"vaults\"", "\"items\"", "\"itemUuid\"" } },
    { "Proton Pass", { "\"vaults\"", "\"items\"", "\"totpUri\"" } },
    { "Enpass", { "\"items\"", "\"fields\"", "\"template_type\"" } },
    { "Dashlane", { "\"AUTHENTIFIANT\"" } },
    { "Keeper", { "\"records\"", "\"title\"", "\"login_url\"" } },
    { "KeePass", { "<KeePassFile" } },
    { "KeePass", { "<pwlist", "<pwentry" } },
    { "KeePassX", { "<database>", "<entry>", "<creation>" } },
    { "Password Safe", { "<passwordsafe", "<entry" } },
};

struct vault {
    struct extract *extract;
    struct track view;
    struct arena *arena;
    struct login login;
    unsigned item_depth; /* of the object that is a login; 0: none is open */
    bool is_encrypted;   /* what its fields hold are no passwords */
    size_t base;         /* of what is walked, in the text */
    /* A member whose meaning another one tells: {"designation": "password", "value": …}. */
    enum login_field pending;
    struct login_value value;
    /* XML. */
    struct xml xml;
    unsigned entry_depth;
    struct login outer; /* what an entry says before its history */
    char key[NAME_MOST], element[NAME_MOST];
    struct buffer chars;
    size_t chars_at;
    size_t chars_len; /* in the text */
};

static void end_login(struct vault *vault)
{
    login_put(&vault->view, &vault->login, true);
    vault->login = (struct login){ .secret_count = 0 };
    vault->item_depth = 0;
}

/* JSON. */

/* The arrays whose objects are logins. */
static bool is_list(struct slice key)
{
    static const char *const names[] = { "items", "entries", "records", "logins", "AUTHENTIFIANT" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_is_equal(key, slice_str(names[i])))
            return true;
    return false;
}

static enum login_field field_of_type(struct slice type)
{
    if (slice_is_equal_nocase(type, slice_str("concealed")) || slice_is_equal(type, slice_str("P")))
        return LOGIN_SECRET;
    return login_field_of(type);
}

static bool is_type_key(struct slice key)
{
    return slice_is_equal(key, slice_str("designation")) || slice_is_equal(key, slice_str("type")) ||
           slice_is_equal(key, slice_str("k"));
}

static bool is_value_key(struct slice key)
{
    return slice_is_equal(key, slice_str("value")) || slice_is_equal(key, slice_str("v"));
}

/* The object in which they stood is over. */
static void end_pending(struct vault *vault)
{
    if (vault->pending != LOGIN_NONE)
        login_take(&vault->login, vault->pending, vault->value);
    vault->pending = LOGIN_NONE;
    vault->value = (struct login_value){ .at = 0 };
}

static void take_string(struct vault *vault, const struct json_token *token)
{
    struct login_value value = { json_walk_string(vault->arena, token), vault->base + token->at,
                                 !token->has_escapes };
    enum login_field field = login_field_of(token->key);
    if (vault->item_depth == 0)
        return;
    if (slice_is_equal(token->key, slice_str("title")))
        vault->login.service = value; /* fields have names too, before it */
    else if (is_type_key(token->key) && field_of_type(value.text) != LOGIN_NONE)
        vault->pending = field_of_type(value.text);
    else if (is_value_key(token->key))
        vault->value = value;
    else if (slice_is_equal(token->key, slice_str("concealed")))
        login_take(&vault->login, LOGIN_SECRET, value);
    else if (token->is_in_array &&
             slice_find(slice_sub(value.text, 0, 40), 0, slice_str("://")) != SLICE_NONE)
        login_take(&vault->login, LOGIN_URL, value);
    else if (field != LOGIN_NONE)
        login_take(&vault->login, field, value);
}

struct vault_walk {
    struct vault *vault;
    bool is_list[JSON_WALK_DEPTH + 1]; /* the bracket at that depth */
};

static void on_token(void *ctx, const struct json_token *token)
{
    struct vault_walk *walk = ctx;
    struct vault *vault = walk->vault;
    switch (token->event) {
    case JSON_OPEN_ARRAY:
        walk->is_list[token->depth] = is_list(token->key) && vault->item_depth == 0;
        break;
    case JSON_OPEN_OBJECT:
        walk->is_list[token->depth] = false;
        /* An object of a list, or a line of 1Password's oldest form. */
        if (vault->item_depth == 0 &&
            ((token->depth > 0 && walk->is_list[token->depth - 1]) || token->depth == 0))
            vault->item_depth = token->depth + 1;
        break;
    case JSON_CLOSE:
        end_pending(vault);
        if (vault->item_depth == token->depth + 1)
            end_login(vault);
        break;
    case JSON_STRING:
        take_string(vault, token);
        break;
    case JSON_OTHER:
        vault->is_encrypted |= slice_is_equal(token->key, slice_str("encrypted")) &&
                               slice_is_equal(token->text, slice_str("true"));
        break;
    }
}

/* The outermost object of most exports holds lists, and is none of them itself. */
static void on_token_below(void *ctx, const struct json_token *token)
{
    struct vault_walk *walk = ctx;
    bool is_outer = token->depth == 0 && token->event == JSON_OPEN_OBJECT;
    on_token(ctx, token);
    if (is_outer)
        walk->vault->item_depth = 0;
}

static void read_json(struct vault *vault, struct slice text)
{
    struct vault_walk walk = { .vault = vault };
    bool is_lines = slice_find(slice_sub(text, 0, HEAD), 0, slice_str("\"secureContents\"")) != SLICE_NONE;
    const struct json_sink sink = { is_lines ? on_token : on_token_below, &walk };
    size_t read = 0;
    while (read < text.len) {
        struct slice rest = slice_skip(text, read);
        size_t skipped = 0;
        /* Lines of asterisks stand between the objects of 1Password's oldest form. */
        while (is_lines && skipped < rest.len && rest.ptr[skipped] != '{')
            skipped++;
        rest = slice_skip(rest, skipped);
        size_t end = is_lines ? slice_find_byte(rest, 0, '\n') : SLICE_NONE;
        struct slice part = slice_sub(rest, 0, end == SLICE_NONE ? rest.len : end);
        vault->base = read + skipped;
        size_t used = json_walk(part, &sink);
        if (used < part.len)
            extract_gap(vault->extract, GAP_DAMAGED, NULL,
                        "the export's JSON breaks off; what follows was read as text");
        read += skipped + part.len;
        if (used < part.len && !is_lines)
            break;
    }
}

/* XML. */

static bool is_entry(const char *name)
{
    return strcmp(name, "Entry") == 0 || strcmp(name, "entry") == 0 || strcmp(name, "pwentry") == 0;
}

/* A login without its secrets. */
static struct login about_of(const struct login *login)
{
    return (struct login){ .service = login->service, .url = login->url, .user = login->user };
}

static void on_start(void *ctx, const char *name, const char **attributes)
{
    struct vault *vault = ctx;
    (void)attributes;
    buffer_clear(&vault->chars);
    vault->chars_len = 0;
    snprintf(vault->element, sizeof vault->element, "%s", name);
    if (is_entry(name)) {
        /* An entry's history lies in it, after its own fields: of the same account. */
        if (vault->entry_depth++ == 1)
            vault->outer = vault->login;
        if (vault->login.secret_count > 0)
            end_login(vault);
        vault->login = vault->entry_depth > 1 ? about_of(&vault->outer) : (struct login){ .secret_count = 0 };
    }
}

static struct login_value chars_value(struct vault *vault)
{
    struct slice text = buffer_slice(&vault->chars);
    return (struct login_value){ arena_copy(vault->arena, text), vault->chars_at,
                                 vault->chars_len == text.len };
}

static void on_end(void *ctx, const char *name)
{
    struct vault *vault = ctx;
    enum login_field field = login_field_of(slice_str(name));
    if (strcmp(name, "Key") == 0) {
        struct slice key = buffer_slice(&vault->chars);
        snprintf(vault->key, sizeof vault->key, "%.*s", (int)key.len, (const char *)key.ptr);
    } else if (strcmp(name, "Value") == 0) {
        login_take(&vault->login, login_field_of(slice_str(vault->key)), chars_value(vault));
    } else if (is_entry(name)) {
        end_login(vault);
        vault->entry_depth -= vault->entry_depth > 0;
    } else if (field != LOGIN_NONE) {
        login_take(&vault->login, field, chars_value(vault));
    }
    buffer_clear(&vault->chars);
    vault->chars_len = 0;
}

static void on_text(void *ctx, struct slice text)
{
    struct vault *vault = ctx;
    if (vault->chars.len == 0)
        vault->chars_at = (size_t)xml_at(&vault->xml);
    buffer_put(&vault->chars, text);
    vault->chars_len += xml_len(&vault->xml);
}

static void read_xml(struct vault *vault, struct slice text)
{
    const struct xml_sink sink = { on_start, on_end, on_text, vault };
    xml_init(&vault->xml, &sink);
    if (xml_feed(&vault->xml, text, true) < 0)
        extract_gap(vault->extract, vault->xml.fault == XML_LIMIT ? GAP_LIMIT : GAP_DAMAGED, NULL,
                    "the export's XML: %s; what follows was read as text", vault->xml.why);
    xml_release(&vault->xml);
}

/* The extractor. */

/* "2.…|…|…": what Bitwarden writes in the place of a value. */
static bool is_ciphertext(struct slice value)
{
    bool has_bar = false;
    if (value.len < 30 || value.ptr[0] < '0' || value.ptr[0] > '9' || value.ptr[1] != '.')
        return false;
    for (size_t i = 2; i < value.len; i++) {
        unsigned char c = slice_lower_byte(value.ptr[i]);
        has_bar |= c == '|';
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && (c == 0 || !memchr("+/=|", c, 4)))
            return false;
    }
    return has_bar;
}

/* TEXT without those: its names would make passwords of them. */
static void put_readable(struct track *view, struct slice text)
{
    size_t done = 0, from, end;
    for (size_t at = 0; (from = slice_find_byte(text, at, '"')) != SLICE_NONE; at = end) {
        end = slice_find_byte(text, from + 1, '"');
        if (end == SLICE_NONE)
            break;
        if (!is_ciphertext(slice_sub(text, from + 1, end - from - 1)))
            continue;
        track_put(view, slice_sub(text, done, from + 1 - done), done);
        done = end;
    }
    track_put(view, slice_skip(text, done), done);
}

static void vault_make(void *ctx, const struct feed_block *block, struct feed_views *views)
{
    struct vault *vault = ctx;
    if (block->offset > 0) {
        feed_views_add(views, (struct text_view){ VIEW_TEXT, block->text, { NULL, 0 } });
        return;
    }
    if (!block->is_last)
        extract_gap(vault->extract, GAP_LIMIT, NULL, "the export is too long; its end was read as text");
    struct slice text = utf8_skip_mark(block->text);
    size_t start = block->text.len - text.len;
    if (slice_trim(slice_sub(text, 0, 4096)).len > 0 && slice_trim(slice_sub(text, 0, 4096)).ptr[0] == '<')
        read_xml(vault, text);
    else
        read_json(vault, text);
    for (size_t i = 0; i < vault->view.count; i++)
        vault->view.pairs[i].text_at += start;
    if (vault->is_encrypted) {
        extract_gap(vault->extract, GAP_ENCRYPTED, NULL, "password manager's export that needs its password");
        track_clear(&vault->view);
        put_readable(&vault->view, block->text);
        feed_views_add(views, track_view(&vault->view, VIEW_TEXT));
        return;
    }
    feed_views_add(views, (struct text_view){ VIEW_TEXT, block->text, { NULL, 0 } });
    if (vault->view.text.len > 0)
        feed_views_add(views, track_view(&vault->view, VIEW_DOCUMENT));
}

static bool has_all(struct slice head, const char *const words[3])
{
    for (size_t i = 0; i < 3 && words[i]; i++)
        if (slice_find(head, 0, slice_str(words[i])) == SLICE_NONE)
            return false;
    return true;
}

static enum bid vault_probe(const struct item *item, struct slice head)
{
    if (item->content != CONTENT_ANY || (item->kind == ITEM_PART && !item->is_attachment))
        return BID_NONE;
    struct slice start = slice_trim(utf8_skip_mark(slice_sub(head, 0, 256)));
    if (start.len == 0 || !memchr("{[<*", start.ptr[0], 4))
        return BID_NONE;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (has_all(slice_sub(head, 0, HEAD), signs[i].words))
            return BID_SIGNATURE;
    /* Under a password Bitwarden writes nothing but what is encrypted. */
    bool is_locked = slice_find(head, 0, slice_str("\"passwordProtected\"")) != SLICE_NONE &&
                     slice_find(head, 0, slice_str("\"encKeyValidation_DO_NOT_EDIT\"")) != SLICE_NONE;
    return is_locked ? BID_SIGNATURE : BID_NONE;
}

static int vault_extract(struct extract *extract, struct error *err)
{
    struct vault vault = { .extract = extract, .arena = extract->arena };
    const struct feed_maker maker = { .make = vault_make, .ctx = &vault };
    track_init(&vault.view, SIZE_MAX / 2);
    buffer_init(&vault.chars, (size_t)1024 * 1024);
    int result = feed_text(extract, extract->item->charset, &maker, err);
    buffer_release(&vault.chars);
    track_release(&vault.view);
    return result;
}

const struct extractor extractor_vault = {
    .name = "vault",
    .title =
        "exports of password managers in JSON and XML (Bitwarden, 1Password, KeePass, Proton Pass, Enpass, "
        "Dashlane, Keeper, Password Safe): a login an entry",
    .probe = vault_probe,
    .extract = vault_extract,
};
