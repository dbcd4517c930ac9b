/* suppress_line.c - suppressors for values that their own line explains: hashes, commits, ids, calendar entries, lock files. */
#include "match/suppress_scene.h"

#define LABEL_MAX ((size_t)120)
#define ATTRIBUTE_REACH ((size_t)256) /* of a tag, on each side */

static bool is_word_byte(unsigned char c)
{
    c = slice_lower_byte(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c >= 0x80;
}

static bool is_between(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '"' || c == '\'' || c == '`' || c == '=' || c == ':' || c == '<' ||
           c == '(' || c == '[' || c == '{' || c == '/' || c == '#' || c == ',' || c == '*';
}

/* What stands before a value on its line: the word next to it, and the text before that word. */
struct label {
    struct slice word, before;
    size_t from; /* of the word, in the view */
};

static bool find_label(const struct suppress_scene *scene, size_t value, struct label *label)
{
    struct slice text = scene->text;
    size_t start = value, to = value;
    while (start > 0 && text.ptr[start - 1] != '\n' && value - start < LABEL_MAX)
        start--;
    if (!suppress_may_look(scene, LABEL_MAX))
        return false;
    while (to > start && is_between(text.ptr[to - 1]))
        to--;
    label->from = to;
    while (label->from > start && is_word_byte(text.ptr[label->from - 1]))
        label->from--;
    label->word = suppress_text(scene, label->from, to);
    label->before = slice_trim(suppress_text(scene, start, label->from));
    return label->word.len > 0;
}

/* The last word of TEXT. */
static struct slice last_word(struct slice text)
{
    size_t to = text.len;
    while (to > 0 && !is_word_byte(text.ptr[to - 1]))
        to--;
    size_t from = to;
    while (from > 0 && is_word_byte(text.ptr[from - 1]))
        from--;
    return slice_sub(text, from, to - from);
}

/* Does the label name a secret after all ("key id", "password (uuid)", "session id"), or stand right after what made the match? */
static bool is_label_of_secret(const struct suppress_scene *scene, const struct label *label)
{
    if (suppress_has_secret_word(label->word) || suppress_has_secret_word(last_word(label->before)))
        return true;
    size_t to = scene->match_to < scene->from ? scene->match_to : scene->match_from;
    if (to > label->from || scene->match_to >= scene->from)
        return scene->match_from > label->from && scene->match_from < scene->from;
    for (size_t at = to; at < label->from; at++)
        if (is_word_byte(scene->text.ptr[at]))
            return false;
    return true;
}

static bool ends_with_any(struct slice word, const char *const *ends, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_ends_with_nocase(word, ends[i]))
            return true;
    return false;
}

static bool find_value(const struct suppress_scene *scene, struct suppress_noise *noise, struct slice *value)
{
    suppress_run(scene, 0, scene->text.len, "\"'`<>()[]{},;:=/#|&?", noise);
    noise->is_solid = true; /* the label was asked instead */
    *value = suppress_text(scene, noise->from, noise->to);
    while (value->len > 0 && (value->ptr[value->len - 1] == '.' || value->ptr[value->len - 1] == '!'))
        value->len--;
    return value->len > 0;
}

static bool is_uuid(struct slice value)
{
    static const char shape[] = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";
    if (value.len != sizeof shape - 1)
        return false;
    for (size_t i = 0; i < value.len; i++)
        if (shape[i] == 'h' ? !suppress_is_hex(slice_sub(value, i, 1)) : value.ptr[i] != '-')
            return false;
    return true;
}

static bool finds_uuid(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    static const char *const ends[] = { "uuid",        "guid", "id",    "ids",      "urn",
                                        "correlation", "ref",  "trace", "reference" };
    struct slice value;
    struct label label;
    return find_value(scene, noise, &value) && is_uuid(value) && find_label(scene, noise->from, &label) &&
           ends_with_any(label.word, ends, sizeof ends / sizeof *ends) && !is_label_of_secret(scene, &label);
}

static bool is_digest_len(size_t len)
{
    return len == 32 || len == 40 || len == 56 || len == 64 || len == 96 || len == 128;
}

static const char *const hash_names[] = { "md5",     "sha1",        "sha-1",     "sha224",    "sha256",
                                          "sha-256", "sha384",      "sha512",    "sha-512",   "checksum",
                                          "digest",  "etag",        "md5sum",    "sha1sum",   "shasum",
                                          "sum",     "fingerprint", "sha256sum", "sha512sum", "narhash" };

static bool is_hash_label(struct slice word)
{
    return ends_with_any(word, hash_names, sizeof hash_names / sizeof *hash_names);
}

static bool finds_hash(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    struct slice value;
    struct label label;
    return find_value(scene, noise, &value) && is_digest_len(value.len) && suppress_is_hex(value) &&
           find_label(scene, noise->from, &label) && is_hash_label(label.word) &&
           !suppress_has_secret_word(label.before) && !is_label_of_secret(scene, &label);
}

/* A run that is base64 of COUNT bytes, as 32 bytes of a hash or key are written: with or without its "=". */
static bool find_base64(const struct suppress_scene *scene, struct suppress_noise *noise, size_t count)
{
    unsigned char bytes[96];
    suppress_run(scene, 0, scene->text.len, "\"'`<>()[]{},;:#|&?\\", noise);
    noise->is_solid = true; /* the label was asked instead */
    struct slice value = suppress_text(scene, noise->from, noise->to);
    size_t equals = slice_find_byte(value, 0, '=');
    if (equals != SLICE_NONE && equals + 3 < value.len && noise->from + equals < scene->from)
        noise->from += equals + 1; /* "name=value" without a space between */
    value = suppress_text(scene, noise->from, noise->to);
    return value.len <= (count + 2) / 3 * 4 && suppress_base64(value, bytes, sizeof bytes) == count;
}

/* "pin-sha256=", "Pin SHA256:", RFC 7469: the PIN is no number, and the hash is of a public key. */
static bool finds_key_pin(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    struct label label;
    return find_base64(scene, noise, 32) && find_label(scene, noise->from, &label) &&
           slice_ends_with_nocase(label.word, "sha256") &&
           (slice_starts_with_nocase(label.word, "pin-") ||
            suppress_is_listed(last_word(label.before), "pin|pins"));
}

static bool finds_public_key(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    static const char *const ends[] = { "publickey", "public-key", "public_key", "pubkey" };
    struct label label;
    return find_base64(scene, noise, 32) && find_label(scene, noise->from, &label) &&
           ends_with_any(label.word, ends, sizeof ends / sizeof *ends);
}

/* A sentence's value in quotes that begin an attribute, in a tag of XML or HTML that stands in a text: <c r="B1" t="inlineStr">. The words are outside it. */
static bool finds_attribute(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    size_t reach = scene->from < ATTRIBUTE_REACH ? scene->from : ATTRIBUTE_REACH;
    struct slice before = suppress_text(scene, scene->from - reach, scene->from);
    struct slice after = suppress_text(scene, scene->to, scene->to + ATTRIBUTE_REACH);
    if (scene->verdict != VERDICT_PROSE || before.len < 4 ||
        !suppress_may_look(scene, before.len + after.len))
        return false;
    size_t open = before.len, close = 0;
    while (open > 0 && before.ptr[open - 1] != '<' && before.ptr[open - 1] != '>')
        open--;
    while (close < after.len && after.ptr[close] != '>' && after.ptr[close] != '<')
        close++;
    unsigned char quote = before.ptr[before.len - 1];
    if (open == 0 || before.ptr[open - 1] != '<' || close == after.len || after.ptr[close] != '>' ||
        (quote != '"' && quote != '\'') || before.ptr[before.len - 2] != '=' || open == before.len ||
        !(slice_is_lower(before.ptr[open]) || slice_is_upper(before.ptr[open])))
        return false;
    *noise =
        (struct suppress_noise){ .from = scene->from - before.len + open - 1, .to = scene->to + close + 1 };
    return true;
}

/* The value of a TXT record by which an owner of a domain shows that it is theirs, and anybody may look it up. */
static bool finds_domain_proof(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    static const char *const ends[] = { "verification", "verify", "validation", "docusign" };
    size_t from, to;
    struct label label;
    suppress_run(scene, 0, scene->text.len, "\"'`<>()[]{},;=|&?\\", noise);
    noise->is_solid = true; /* the record and the label were read */
    if (!suppress_line(scene, scene->from, &from, &to) || !find_label(scene, noise->from, &label))
        return false;
    struct slice before = suppress_text(scene, from, label.from);
    return (slice_find(before, 0, slice_str(" TXT")) != SLICE_NONE ||
            slice_find(before, 0, slice_str("\tTXT")) != SLICE_NONE) &&
           label.from > 0 && ends_with_any(label.word, ends, sizeof ends / sizeof *ends);
}

/* "<hash>  <file>", as md5sum and its kin write it, in the line after one of the same kind or before it. */
static bool is_sum_line(struct slice line)
{
    line = suppress_unquoted(line);
    size_t len = 0;
    while (len < line.len && suppress_is_hex(slice_sub(line, len, 1)))
        len++;
    struct slice rest = slice_skip(line, len);
    return is_digest_len(len) && (slice_starts_with(rest, "  ") || slice_starts_with(rest, " *")) &&
           rest.len > 3;
}

static bool finds_hash_list(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    size_t from, to, other, end;
    struct slice value;
    if (!find_value(scene, noise, &value) || !is_digest_len(value.len) ||
        !suppress_line(scene, scene->from, &from, &to) || !is_sum_line(suppress_text(scene, from, to)))
        return false;
    if (from > 0 && suppress_line(scene, from - 1, &other, &end) &&
        is_sum_line(suppress_text(scene, other, end)))
        return true;
    return to + 2 < scene->text.len && suppress_line(scene, to + 2, &other, &end) && other > to &&
           is_sum_line(suppress_text(scene, other, end));
}

static bool finds_commit(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    static const char words[] =
        "commit|commits|revision|rev|tree|parent|merge|changeset|sha|blob|fixes|reverts|"
        "revert|from|index|bisect|change-id|head|cherry-picked|backport|upstream|tag|object";
    struct slice value;
    struct label label;
    if (!find_value(scene, noise, &value))
        return false;
    struct slice hex = value;
    if (hex.len == 41 && hex.ptr[0] == 'I')
        hex = slice_skip(hex, 1); /* Gerrit's Change-Id */
    size_t dots = slice_find(hex, 0, slice_str(".."));
    if (dots != SLICE_NONE)
        hex = slice_sub(hex, 0, dots);
    bool is_id =
        suppress_is_hex(hex) && (hex.len == 40 || hex.len == 64 || (dots != SLICE_NONE && hex.len >= 7));
    return is_id && find_label(scene, noise->from, &label) && suppress_is_listed(label.word, words) &&
           !is_label_of_secret(scene, &label);
}

/* Calendar entries and address cards. */

static bool is_in_calendar(const struct suppress_scene *scene, size_t at)
{
    size_t start = at < SUPPRESS_REACH / 4 ? 0 : at - SUPPRESS_REACH / 4;
    if (!suppress_may_look(scene, at - start))
        return false;
    struct slice above = suppress_text(scene, start, at);
    return slice_find(above, 0, slice_str("BEGIN:V")) != SLICE_NONE;
}

static bool finds_calendar_uid(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    static const char names[] =
        "UID|RELATED-TO|X-WR-RELCALID|X-MICROSOFT-CDO-*|X-APPLE-*|X-GOOGLE-*|X-MS-OLK-*|"
        "X-MICROSOFT-*|X-EVOLUTION-*|X-LIC-*|X-MOZ-*|TZID|PRODID|X-ABUID|REV";
    struct suppress_field field;
    if (!suppress_field(scene, &field))
        return false;
    size_t semicolon = slice_find_byte(field.name, 0, ';');
    *noise = (struct suppress_noise){ field.from, field.to, false };
    return suppress_is_listed(slice_sub(field.name, 0, semicolon), names) &&
           is_in_calendar(scene, field.from);
}

/* MS-OXOCAL section 2.2.1.27: the id of a meeting begins with these sixteen bytes. */
static bool finds_meeting_id(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    struct slice value;
    return find_value(scene, noise, &value) && value.len >= 80 && suppress_is_hex(value) &&
           slice_starts_with_nocase(value, "040000008200E00074C5B7101A82E008");
}

/* Lock files. */

static bool is_base64(struct slice text)
{
    while (text.len > 0 && text.ptr[text.len - 1] == '=')
        text.len--;
    for (size_t i = 0; i < text.len; i++)
        if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", text.ptr[i]))
            return false;
    return text.len > 0;
}

/* "sha512-<88 characters>" (Subresource Integrity), "sha256:<64 hex digits>": does TEXT begin so? The bytes, or 0. */
static size_t hash_len(struct slice text)
{
    static const struct {
        const char *name;
        size_t base64, hex;
    } kinds[] = { { "sha1", 28, 40 },
                  { "sha256", 44, 64 },
                  { "sha384", 64, 96 },
                  { "sha512", 88, 128 },
                  { "md5", 24, 32 } };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t name = strlen(kinds[i].name);
        if (!slice_starts_with(text, kinds[i].name) || text.len <= name)
            continue;
        bool is_sri = text.ptr[name] == '-', is_hex = text.ptr[name] == ':' || text.ptr[name] == '=';
        size_t len = is_sri ? kinds[i].base64 : kinds[i].hex;
        struct slice value = slice_sub(text, name + 1, len);
        if (value.len == len && ((is_sri && is_base64(value)) || (is_hex && suppress_is_hex(value))))
            return name + 1 + len;
    }
    return 0;
}

/* The keys of lock files whose values are such hashes, or plain hex, as the line goes on. */
struct lock_line {
    const char *start; /* of the line, without quotes, dashes and indentation */
    size_t hex;        /* digits of a bare hash; 0: a named one */
};

static const struct lock_line lock_lines[] = {
    { "\"integrity\": \"", 0 },    { "integrity ", 0 },
    { "integrity: ", 0 },          { "resolution: {integrity: ", 0 },
    { "checksum = \"", 64 },       { "\"shasum\": \"", 40 },
    { "\"reference\": \"", 40 },   { "--hash=", 0 },
    { "\"hash\": \"", 0 },         { "\"narHash\": \"", 0 },
    { "\"rev\": \"", 40 },         { "\"", 0 },
    { "\"contentHash\": \"", 88 }, { "\"sha256\": \"", 64 },
    { "sha256 = \"", 64 },         { "checksum: ", 128 },
    { "checksum: 8/", 128 },       { "checksum: 10/", 128 },
    { "checksum: 10c0/", 128 },
};

/* Where in LINE the hash begins; its length in *LEN. */
static size_t find_lock_hash(struct slice line, size_t *len)
{
    for (size_t i = 0; i < sizeof lock_lines / sizeof *lock_lines; i++) {
        const struct lock_line *shape = &lock_lines[i];
        if (!slice_starts_with(line, shape->start))
            continue;
        size_t start = strlen(shape->start);
        struct slice value = slice_skip(line, start), bare = slice_sub(value, 0, shape->hex);
        *len = shape->hex ? bare.len : hash_len(value);
        bool is_bare =
            bare.len == shape->hex && (suppress_is_hex(bare) || (bare.len == 88 && is_base64(bare)));
        bool is_end = *len == value.len || (*len < value.len && strchr("\",} \t'\\", value.ptr[*len]));
        if (*len > 0 && is_end && (!shape->hex || is_bare))
            return start;
    }
    return SLICE_NONE;
}

/* "module v1.2.3 h1:<44 characters>" of go.sum. */
static size_t find_go_hash(struct slice line, size_t *len)
{
    size_t space = slice_find_byte(line, 0, ' '), at = slice_find(line, 0, slice_str(" h1:"));
    if (space == SLICE_NONE || at == SLICE_NONE || at <= space ||
        !slice_starts_with(slice_skip(line, space), " v"))
        return SLICE_NONE;
    struct slice value = slice_trim(slice_skip(line, at + 4));
    *len = value.len + 3;
    return value.len == 44 && is_base64(value) && value.ptr[43] == '=' &&
                   slice_find_byte(slice_sub(line, space + 1, at - space - 1), 0, ' ') == SLICE_NONE
               ? at + 1
               : SLICE_NONE;
}

/* { file = "x.whl", hash = "sha256:…" } of poetry; "resolved": "https://…#<40 hex>" of npm and yarn. */
static size_t find_inner_hash(struct slice line, size_t *len)
{
    size_t hash = slice_find(line, 0, slice_str("hash = \""));
    if (hash != SLICE_NONE && slice_starts_with(line, "{")) {
        *len = hash_len(slice_skip(line, hash + 8));
        return *len > 0 ? hash + 8 : SLICE_NONE;
    }
    bool is_resolved =
        slice_starts_with(line, "resolved \"https://") || slice_starts_with(line, "\"resolved\": \"https://");
    size_t mark = slice_find_byte(line, 0, '#');
    if (!is_resolved || mark == SLICE_NONE)
        return SLICE_NONE;
    *len = 40;
    return suppress_is_hex(slice_sub(line, mark + 1, 40)) &&
                   slice_starts_with(slice_skip(line, mark + 41), "\"")
               ? mark + 1
               : SLICE_NONE;
}

static bool finds_lock_file(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    size_t from, to, len = 0;
    if (!suppress_line(scene, scene->from, &from, &to))
        return false;
    struct slice line = suppress_unquoted(suppress_text(scene, from, to));
    size_t at = find_lock_hash(line, &len);
    if (at == SLICE_NONE)
        at = find_go_hash(line, &len);
    if (at == SLICE_NONE)
        at = find_inner_hash(line, &len);
    if (at == SLICE_NONE)
        return false;
    noise->from = (size_t)(line.ptr - scene->text.ptr) + at;
    noise->to = noise->from + len;
    noise->is_solid = true;
    return true;
}

const struct suppressor suppressors_line[] = {
    { .name = "lock-file",
      .silences = "hashes in lock files of npm, yarn, pnpm, Go, Cargo, Poetry, Pipenv, Composer, NuGet, Nix, "
                  "and diffs of them",
      .reason = "the hash of a public package",
      .finds = finds_lock_file },
    { .name = "hash",
      .silences = "hex of a hash's length right after its name (sha256:, MD5 =, checksum), where no word for "
                  "a secret stands before",
      .reason = "a hash of something else",
      .finds = finds_hash },
    { .name = "domain-proof",
      .silences = "values of TXT records named …-verification=, verify, validation, docusign=",
      .reason = "it stands in the DNS for everybody",
      .finds = finds_domain_proof },
    { .name = "attribute",
      .silences =
          "what stands in quotes in a tag's attribute, where a sentence's words stand outside the tag",
      .reason = "it tells how the text is shown",
      .finds = finds_attribute },
    { .name = "key-pin",
      .silences = "base64 of 32 bytes behind pin-sha256 or Pin SHA256",
      .reason = "the hash of a public key, by which a certificate is pinned",
      .finds = finds_key_pin },
    { .name = "public-key",
      .silences = "base64 of 32 bytes right after PublicKey, public-key or pubkey, as WireGuard writes it",
      .reason = "it is the public half",
      .finds = finds_public_key },
    { .name = "hash-list",
      .silences = "lines of sha256sum and its kin, at least two",
      .reason = "hashes of files",
      .finds = finds_hash_list },
    { .name = "commit-id",
      .silences =
          "40 or 64 hex digits, or ab12..cd34, right after commit, revision, tree, index, Change-Id …",
      .reason = "it names a version of some source",
      .finds = finds_commit },
    { .name = "uuid",
      .silences = "UUIDs right after a word for an id, unless it is the id of a key, session or login",
      .reason = "an id names something and opens nothing",
      .finds = finds_uuid },
    { .name = "calendar-uid",
      .silences = "UID and the ids of calendar programs, below BEGIN:VCALENDAR or BEGIN:VCARD",
      .reason = "it names the entry",
      .finds = finds_calendar_uid },
    { .name = "meeting-id",
      .silences = "the ids that Exchange gives to meetings, known by their first sixteen bytes",
      .reason = "it names the meeting",
      .finds = finds_meeting_id },
    { .name = NULL },
};
