/* keyfile.c - recognises files that are a secret by themselves. A kind is a row: what its first bytes are, and what reads the rest. */
#include "walk/keyfile.h"

#include <stdio.h>

#include "validate/codec.h"
#include "validate/der.h"
#include "validate/digest.h"
#include "validate/pgp.h"
#include "validate/privkey.h"
#include "walk/lock.h"

struct look {
    struct slice bytes;
    bool is_whole;
    const struct limits *limits;
};

struct keyfile_kind {
    bool (*probe)(struct slice head);
    bool (*read)(const struct look *look, struct keyfile *keyfile);
};

static bool starts(struct slice s, const char *bytes, size_t len)
{
    return s.len >= len && memcmp(s.ptr, bytes, len) == 0;
}

static bool has(struct slice bytes, const char *text)
{
    return slice_find(bytes, 0, slice_str(text)) != SLICE_NONE;
}

/* TEXT in UTF-16LE. */
static bool has_wide(struct slice bytes, const char *text)
{
    unsigned char wide[64];
    size_t len = 0;
    for (; text[len / 2] && len < sizeof wide; len += 2) {
        wide[len] = (unsigned char)text[len / 2];
        wide[len + 1] = 0;
    }
    return slice_find(bytes, 0, slice_of(wide, len)) != SLICE_NONE;
}

/* What a lock knows: is there one, and does an empty password open it? CHECKED and HOW come from it. False: it is not locked. */
static bool ask_lock(const struct look *look, struct keyfile *keyfile)
{
    struct lock *lock = look->is_whole ? lock_find(look->bytes, look->limits) : NULL;
    if (!lock)
        return false;
    keyfile->lock = KEYFILE_LOCKED;
    keyfile->is_all = true;
    snprintf(keyfile->how, sizeof keyfile->how, "%s", lock_scheme(lock));
    enum lock_answer answer = lock_try(lock, slice_of(NULL, 0), NULL);
    keyfile->was_tried = answer == LOCK_WRONG || answer == LOCK_OPEN;
    keyfile->is_opened_by_nothing = answer == LOCK_OPEN;
    keyfile->is_checked = keyfile->was_tried || lock_scheme(lock)[0];
    lock_close(lock);
    return true;
}

/* Password safes. */

static bool probe_kdbx(struct slice head)
{
    return starts(head, "\x03\xd9\xa2\x9a", 4) && head.len > 8 &&
           starts(slice_skip(head, 5), "\xfb\x4b\xb5", 3);
}

static bool read_kdbx(const struct look *look, struct keyfile *keyfile)
{
    keyfile->kind = look->bytes.ptr[4] == 0x65 ? "kdb" : "kdbx";
    keyfile->lock = KEYFILE_LOCKED;
    ask_lock(look, keyfile);
    return look->bytes.ptr[4] == 0x65 || look->bytes.ptr[4] == 0x67;
}

/* Key stores and keys in DER. */

static bool probe_der(struct slice head)
{
    return head.len > 32 && head.ptr[0] == DER_SEQUENCE && (head.ptr[1] & 0x80 || head.ptr[1] > 0x20);
}

static bool read_der(const struct look *look, struct keyfile *keyfile)
{
    struct privkey key;
    struct slice rest = look->bytes, body;
    if (!look->is_whole)
        return false;
    if (ask_lock(look, keyfile)) {
        static const unsigned char version[] = { 0x02, 0x01, 0x03 };
        size_t at = slice_find(slice_sub(look->bytes, 0, 12), 0, slice_of(version, sizeof version));
        keyfile->kind = at == SLICE_NONE ? "private-key" : "pkcs12";
        return keyfile->is_checked;
    }
    if (der_eat(&rest, DER_SEQUENCE, &body) < 0 || rest.len > 2)
        return false;
    privkey_read_der(slice_sub(look->bytes, 0, look->bytes.len - rest.len), &key);
    if (key.state != PRIVKEY_PARSES)
        return false;
    keyfile->kind = "private-key";
    keyfile->is_checked = keyfile->is_all = true;
    snprintf(keyfile->how, sizeof keyfile->how, "%s", key.kind);
    return true;
}

static bool probe_jks(struct slice head)
{
    return starts(head, "\xfe\xed\xfe\xed\0\0\0", 7) || starts(head, "\xce\xce\xce\xce\0\0\0", 7);
}

static bool read_jks(const struct look *look, struct keyfile *keyfile)
{
    keyfile->kind = "jks";
    keyfile->lock = KEYFILE_LOCKED;
    /* A store of certificates alone has no lock: it is no secret. */
    return ask_lock(look, keyfile) || !look->is_whole;
}

/* MIT keytab, version 2: entries of a principal and a key each. */
static bool probe_keytab(struct slice head)
{
    return starts(head, "\x05\x02\0\0", 4) && head.len > 32;
}

static int eat_counted(struct slice *rest, struct slice *text)
{
    uint16_t len;
    return slice_eat_u16be(rest, &len) < 0 ? -1 : slice_eat(rest, len, text);
}

static bool read_keytab(const struct look *look, struct keyfile *keyfile)
{
    struct slice rest = slice_skip(look->bytes, 2), entry, realm, component, key, skipped;
    uint32_t size;
    uint16_t count, type;
    char of[256];
    size_t len = 0;
    if (slice_eat_u32be(&rest, &size) < 0 || size > 4096 || slice_eat(&rest, size, &entry) < 0 ||
        slice_eat_u16be(&entry, &count) < 0 || count == 0 || count > 8 || eat_counted(&entry, &realm) < 0)
        return false;
    for (uint16_t i = 0; i < count; i++) {
        if (eat_counted(&entry, &component) < 0 || component.len > 64)
            return false;
        len += (size_t)snprintf(of + len, sizeof of - len, "%s%.*s", i ? "/" : "", (int)component.len,
                                (const char *)component.ptr);
        if (len >= sizeof of)
            return false;
    }
    if (slice_eat(&entry, 4 + 4 + 1, &skipped) < 0 || slice_eat_u16be(&entry, &type) < 0 ||
        eat_counted(&entry, &key) < 0 || key.len < 8 || key.len > 64 || realm.len > 64)
        return false;
    snprintf(of + len, sizeof of - len, "@%.*s", (int)realm.len, (const char *)realm.ptr);
    codec_show(keyfile->of, sizeof keyfile->of, slice_str(of));
    keyfile->kind = "keytab";
    keyfile->is_checked = keyfile->is_all = true;
    snprintf(keyfile->how, sizeof keyfile->how, "encryption type %u", (unsigned)type);
    return true;
}

/* OpenPGP: a secret key packet comes first. */
static bool probe_pgp(struct slice head)
{
    return head.len > 64 && ((head.ptr[0] & 0xFC) == 0x94 || head.ptr[0] == 0xC5);
}

static bool read_pgp(const struct look *look, struct keyfile *keyfile)
{
    struct pgp_key key;
    pgp_read(look->bytes, &key);
    if (!key.secrets)
        return false;
    keyfile->kind = "pgp";
    keyfile->lock = key.open_secrets ? KEYFILE_OPEN : KEYFILE_LOCKED;
    keyfile->is_checked = keyfile->is_all = true;
    codec_show(keyfile->of, sizeof keyfile->of, slice_str(key.user));
    return true;
}

/* Databases of SQLite: known by what their tables are called, which stands on the first page. */
static bool probe_sqlite(struct slice head)
{
    return starts(head, "SQLite format 3", 16);
}

static bool read_sqlite(const struct look *look, struct keyfile *keyfile)
{
    struct slice head = slice_sub(look->bytes, 0, (size_t)256 * 1024);
    keyfile->lock = KEYFILE_LOCKED;
    keyfile->is_checked = true;
    if (has(head, "CREATE TABLE logins") && has(head, "password_value")) {
        keyfile->kind = "browser-logins";
        snprintf(keyfile->how, sizeof keyfile->how, "Chromium, under a key of the user's");
    } else if (has(head, "CREATE TABLE metaData") && has(head, "nssPrivate")) {
        keyfile->kind = "nss-keys";
        snprintf(keyfile->how, sizeof keyfile->how, "NSS, under the primary password, which may be empty");
    } else if (has(head, "CREATE TABLE cookies") && has(head, "encrypted_value")) {
        keyfile->kind = "browser-cookies";
        snprintf(keyfile->how, sizeof keyfile->how, "Chromium, under a key of the user's");
    } else if (has(head, "CREATE TABLE moz_cookies")) {
        keyfile->kind = "browser-cookies";
        keyfile->lock = KEYFILE_OPEN;
    } else if (starts(slice_skip(look->bytes, 68), "\xf9\xbe\xb4\xd9", 4)) {
        bool is_locked = has(look->bytes, "walletdescriptorckey");
        keyfile->kind = "bitcoin-wallet";
        keyfile->lock = is_locked ? KEYFILE_LOCKED : KEYFILE_OPEN;
    } else {
        return false;
    }
    return true;
}

/* Bitcoin's older wallet is a B-tree of Berkeley DB. */
static bool probe_berkeley(struct slice head)
{
    struct slice rest = slice_skip(head, 12);
    return starts(rest, "\x62\x31\x05\0", 4) || starts(rest, "\0\x05\x31\x62", 4);
}

static bool read_berkeley(const struct look *look, struct keyfile *keyfile)
{
    bool has_locked = has(look->bytes, "\x04mkey") || has(look->bytes, "\x04"
                                                                       "ckey");
    bool has_plain =
        has(look->bytes, "\x03key!") || has(look->bytes, "\x03key\x21") || has(look->bytes, "\x04wkey");
    if (!has(look->bytes, "defaultkey") && !has(look->bytes, "bestblock") && !has(look->bytes, "\x04pool"))
        return false;
    if (!has_locked && !has_plain)
        return false;
    keyfile->kind = "bitcoin-wallet";
    keyfile->lock = has_locked ? KEYFILE_LOCKED : KEYFILE_OPEN;
    keyfile->is_checked = true;
    return true;
}

/* Windows: the registry's hives, and the directory's database. */
static bool probe_regf(struct slice head)
{
    return starts(head, "regf", 4) && head.len > 4096 + 32 && starts(slice_skip(head, 4096), "hbin", 4);
}

static bool read_regf(const struct look *look, struct keyfile *keyfile)
{
    struct slice bytes = look->bytes, name = slice_sub(bytes, 48, 64);
    const char *hive = has(bytes, "Domains") && has(bytes, "Builtin") && has(bytes, "Account") ? "SAM"
                       : has(bytes, "PolEKList") || has(bytes, "PolSecretEncryptionKey") ||
                               (has(bytes, "Policy") && has(bytes, "Secrets"))
                           ? "SECURITY"
                       : has(bytes, "ControlSet001") && (has(bytes, "Lsa") || has_wide(name, "SYSTEM"))
                           ? "SYSTEM"
                           : NULL;
    if (!hive)
        return false;
    keyfile->kind = "registry-hive";
    keyfile->is_checked = true;
    snprintf(keyfile->how, sizeof keyfile->how, "%s", hive);
    return true;
}

static bool probe_ese(struct slice head)
{
    return starts(slice_skip(head, 4), "\xef\xcd\xab\x89", 4);
}

static bool read_ese(const struct look *look, struct keyfile *keyfile)
{
    if (!has(look->bytes, "datatable") || !has(look->bytes, "sd_table") || !has(look->bytes, "link_table"))
        return false;
    keyfile->kind = "ntds";
    keyfile->is_checked = true;
    snprintf(keyfile->how, sizeof keyfile->how, "password hashes under the SYSTEM hive's key");
    return true;
}

static bool probe_keychain(struct slice head)
{
    return starts(head, "kych\0\x01\0\0", 8);
}

static bool read_keychain(const struct look *look, struct keyfile *keyfile)
{
    (void)look;
    keyfile->kind = "keychain";
    keyfile->lock = KEYFILE_LOCKED;
    return true;
}

/* GnuPG 2.1 and later: a file for each secret key, in S-expressions. */
static bool probe_gnupg(struct slice head)
{
    return starts(head, "(21:protected-private-key(", 26) || starts(head, "(11:private-key(", 16) ||
           (starts(head, "Created: ", 9) && has(slice_sub(head, 0, 256), "\nKey: (")) ||
           starts(head, "Key: (", 6);
}

static bool read_gnupg(const struct look *look, struct keyfile *keyfile)
{
    struct slice head = slice_sub(look->bytes, 0, 512);
    bool is_locked = has(head, "protected-private-key");
    if (!is_locked && !has(head, "private-key"))
        return false;
    keyfile->kind = "gnupg-key";
    keyfile->lock = is_locked ? KEYFILE_LOCKED : KEYFILE_OPEN;
    keyfile->is_checked = keyfile->is_all = true;
    return true;
}

static const struct keyfile_kind kinds[] = {
    { probe_kdbx, read_kdbx },         { probe_der, read_der },     { probe_jks, read_jks },
    { probe_keytab, read_keytab },     { probe_pgp, read_pgp },     { probe_sqlite, read_sqlite },
    { probe_berkeley, read_berkeley }, { probe_regf, read_regf },   { probe_ese, read_ese },
    { probe_keychain, read_keychain }, { probe_gnupg, read_gnupg },
};

static const struct keyfile_kind *kind_of(struct slice head)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].probe(head))
            return &kinds[i];
    return NULL;
}

bool keyfile_is_likely(struct slice head)
{
    return head.len > 16 && kind_of(head) != NULL;
}

bool keyfile_find(struct slice bytes, bool is_whole, const struct limits *limits, struct keyfile *keyfile)
{
    const struct look look = { bytes, is_whole, limits };
    const struct keyfile_kind *kind = bytes.len > 16 ? kind_of(bytes) : NULL;
    *keyfile = (struct keyfile){ 0 };
    return kind && kind->read(&look, keyfile);
}

/* Words of a file inside quotes. */
static void put_quoted(struct buffer *out, const char *name, const char *text)
{
    buffer_printf(out, " %s=\"", name);
    for (; *text; text++)
        buffer_put_byte(out, *text == '"' || *text == '\n' || *text == '\r' ? '\'' : (unsigned char)*text);
    buffer_put_byte(out, '"');
}

void keyfile_put(struct buffer *out, const struct keyfile *keyfile, struct slice bytes)
{
    unsigned char hash[DIGEST_SHA256];
    bool is_locked = keyfile->lock == KEYFILE_LOCKED && !keyfile->is_opened_by_nothing;
    digest_sha256(bytes, hash);
    buffer_printf(out, "mailspill:keyfile kind=%s locked=%s empty=%s checked=%s", keyfile->kind,
                  is_locked ? "yes" : "no",
                  keyfile->is_opened_by_nothing ? "yes"
                  : keyfile->was_tried          ? "no"
                                                : "untried",
                  keyfile->is_checked ? "yes" : "no");
    put_quoted(out, "how", keyfile->how);
    put_quoted(out, "of", keyfile->of);
    buffer_put_str(out, " id=");
    buffer_put_hex(out, slice_of(hash, sizeof hash));
    buffer_put_byte(out, '\n');
}
