/* pem.c - validators: private key files: PEM, OpenPGP, PuTTY, OpenVPN. */
#include "validate/armor.h"
#include "validate/codec.h"
#include "validate/digest.h"
#include "validate/json.h"
#include "validate/pgp.h"
#include "validate/privkey.h"
#include "validate/tables.h"

#define KEY_BYTES_MIN 32

static void say_key(const struct armor *armor, const struct privkey *key, struct judgement *judgement)
{
    if (key->comment[0])
        codec_show(judgement->opens.user, sizeof judgement->opens.user, slice_str(key->comment));
    switch (key->state) {
    case PRIVKEY_PARSES:
        judgement_say(judgement, JUDGED_PROVEN, "the %s private key parses%s, without a passphrase",
                      key->kind, key->kind[0] == 'R' && key->bits ? " and its primes fit" : "");
        return;
    case PRIVKEY_ENCRYPTED:
        judgement_say(judgement, JUDGED_WEAKER, "private key under a passphrase%s%s",
                      key->cipher[0] ? ": " : "", key->cipher);
        return;
    case PRIVKEY_UNFIT:
        judgement_say(judgement, JUDGED_WEAKER, "private key whose numbers do not fit each other");
        return;
    case PRIVKEY_BROKEN:
        judgement_say(judgement, JUDGED_WEAKER,
                      armor->is_cut ? "private key that is cut short" : "private key that does not parse");
        return;
    }
}

static void judge_armor(struct armor *armor, struct judgement *judgement)
{
    struct privkey key = { .state = PRIVKEY_BROKEN, .kind = "unknown" };
    struct slice bytes = slice_of(armor->bytes, armor->len);
    if (armor->is_encrypted) {
        judgement_say(judgement, JUDGED_WEAKER, "private key under a passphrase");
        return;
    }
    if (armor->len < KEY_BYTES_MIN || (armor->has_dots && armor->len < 256)) {
        judgement_say(judgement, JUDGED_REJECT, "no key between the BEGIN and END lines");
        return;
    }
    if (strstr(armor->label, "OPENSSH"))
        privkey_read_openssh(bytes, &key);
    else if (strstr(armor->label, "SSH2")) /* RFC 4716 wrapping of ssh.com's own form */
        key.state =
            bytes.len > 4 && memcmp(bytes.ptr, "\x3f\x6f\xf9\xeb", 4) == 0 ? PRIVKEY_PARSES : PRIVKEY_BROKEN;
    else
        privkey_read_der(bytes, &key);
    say_key(armor, &key, judgement);
}

static void judge_pem(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    struct armor armor;
    (void)argument;
    if (armor_read(&armor, c->before, c->match) < 0)
        judgement_say(judgement, JUDGED_REJECT, "no BEGIN line");
    else if (!strstr(armor.label, "PRIVATE"))
        judgement_say(judgement, JUDGED_REJECT, "not a private key block");
    else
        judge_armor(&armor, judgement);
}

static void judge_pgp(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    struct armor armor;
    struct pgp_key key;
    (void)argument;
    if (armor_read(&armor, c->before, c->match) < 0 || armor.len < KEY_BYTES_MIN) {
        judgement_say(judgement, JUDGED_REJECT, "no key between the BEGIN and END lines");
        return;
    }
    struct slice bytes = slice_of(armor.bytes, armor.len);
    if (!strstr(armor.label, "PRIVATE")) {
        judgement_say(judgement, JUDGED_REJECT, "not a private key block");
        return;
    }
    bool crc_fails = armor.has_crc && !armor.is_cut && digest_crc24(bytes) != armor.crc;
    pgp_read(bytes, &key);
    codec_show(judgement->opens.user, sizeof judgement->opens.user, slice_str(key.user));
    if (!key.secrets)
        judgement_say(judgement, crc_fails || armor.is_cut ? JUDGED_WEAKER : JUDGED_REJECT,
                      "no secret key packet could be read");
    else if (crc_fails)
        judgement_say(judgement, JUDGED_WEAKER, "secret key packet, but CRC-24 does not match");
    else if (!key.open_secrets)
        judgement_say(judgement, JUDGED_WEAKER, "OpenPGP secret key under a passphrase");
    else
        judgement_say(judgement, JUDGED_PROVEN, "OpenPGP secret key without a passphrase%s",
                      armor.has_crc && !armor.is_cut ? "; CRC-24 matches" : "");
}

/* The value of a "Name: value" line. */
static struct slice ppk_field(struct slice text, const char *name)
{
    struct slice line;
    while (slice_eat_line(&text, &line) == 1) {
        size_t at = slice_find(line, 0, slice_str(name));
        if (at != SLICE_NONE && at <= 16)
            return slice_trim(slice_skip(line, at + strlen(name)));
    }
    return slice_sub(text, 0, 0);
}

/* The lines that a "…-Lines: N" field counts, decoded. */
static size_t ppk_blob(struct slice text, const char *name, unsigned char *out, size_t size)
{
    struct slice line;
    uint64_t count = 0;
    size_t len = 0;
    while (!count && slice_eat_line(&text, &line) == 1) {
        size_t at = slice_find(line, 0, slice_str(name));
        if (at != SLICE_NONE && at <= 16 &&
            slice_to_u64(slice_trim(slice_skip(line, at + strlen(name))), &count) < 0)
            return SLICE_NONE;
    }
    for (; count && slice_eat_line(&text, &line) == 1; count--) {
        line = slice_trim(line);
        while (line.len && (line.ptr[0] == '>' || line.ptr[0] == ' '))
            line = slice_skip(line, 1);
        size_t got = codec_base64(line, out + len, size - len);
        if (got == SLICE_NONE)
            return SLICE_NONE;
        len += got;
    }
    return count ? SLICE_NONE : len;
}

static void put_be32(unsigned char out[4], size_t value)
{
    for (int i = 0; i < 4; i++)
        out[i] = (unsigned char)(value >> (24 - 8 * i));
}

/* The MAC is over five SSH strings: algorithm, encryption, comment, public and private blob. */
static bool ppk_mac_matches(bool is_third, const struct slice fields[5], struct slice mac)
{
    static const char prefix[] = "putty-private-key-file-mac-key";
    unsigned char lengths[5][4], key[DIGEST_SHA1], got[DIGEST_SHA256], given[DIGEST_SHA256];
    struct slice pieces[10];
    for (size_t i = 0; i < 5; i++) {
        put_be32(lengths[i], fields[i].len);
        pieces[2 * i] = slice_of(lengths[i], 4);
        pieces[2 * i + 1] = fields[i];
    }
    size_t len = codec_hex(mac, given, sizeof given);
    if (is_third) {
        digest_hmac_sha256(slice_str(""), pieces, 10, got);
        return len == DIGEST_SHA256 && memcmp(got, given, len) == 0;
    }
    digest_sha1(slice_of(prefix, sizeof prefix - 1), key);
    digest_hmac_sha1(slice_of(key, sizeof key), pieces, 10, got);
    return len == DIGEST_SHA1 && memcmp(got, given, len) == 0;
}

#define PPK_BLOB_MAX 8192

static void judge_ppk(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char public[PPK_BLOB_MAX], private[PPK_BLOB_MAX];
    struct slice text = c->match, cipher = ppk_field(text, "Encryption:"),
                 comment = ppk_field(text, "Comment:");
    bool is_third = slice_find(text, 0, slice_str("PuTTY-User-Key-File-3")) != SLICE_NONE;
    (void)argument;
    codec_show(judgement->opens.user, sizeof judgement->opens.user, comment);
    if (cipher.len && !slice_is_equal(cipher, slice_str("none"))) {
        judgement_say(judgement, JUDGED_WEAKER, "PuTTY key under a passphrase: %.*s",
                      (int)(cipher.len < 24 ? cipher.len : 24), (const char *)cipher.ptr);
        return;
    }
    size_t public_len = ppk_blob(text, "Public-Lines:", public, sizeof public);
    size_t private_len = ppk_blob(text, "Private-Lines:", private, sizeof private);
    if (public_len == SLICE_NONE || private_len == SLICE_NONE || private_len < 16) {
        judgement_say(judgement, JUDGED_WEAKER, "PuTTY key that is cut or damaged");
        return;
    }
    struct slice fields[] = { ppk_field(text, is_third ? "Key-File-3:" : "Key-File-2:"), cipher, comment,
                              slice_of(public, public_len), slice_of(private, private_len) };
    if (ppk_mac_matches(is_third, fields, ppk_field(text, "Private-MAC:")))
        judgement_say(judgement, JUDGED_PROVEN, "Private-MAC matches, without a passphrase");
    else
        judgement_say(judgement, JUDGED_WEAKER, "PuTTY key whose Private-MAC does not match");
}

static void judge_openvpn(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    struct slice text = c->match, line;
    unsigned char bytes[64];
    size_t total = 0;
    (void)argument;
    while (slice_eat_line(&text, &line) == 1) {
        line = slice_trim(line);
        while (line.len && (line.ptr[0] == '>' || line.ptr[0] == ' '))
            line = slice_skip(line, 1);
        size_t got = codec_hex(line, bytes, sizeof bytes);
        total += got == SLICE_NONE ? 0 : got;
    }
    if (total == 256)
        judgement_say(judgement, JUDGED_PROVEN, "256 bytes of key");
    else if (total < KEY_BYTES_MIN)
        judgement_say(judgement, JUDGED_REJECT, "no key between the BEGIN and END lines");
    else
        judgement_say(judgement, JUDGED_WEAKER, "%zu of 256 bytes of key", total);
}

/* The member may be cut out of a larger text, so the quoted values are looked for, not the whole object parsed. */
static bool json_value(struct slice text, const char *quoted_name, char *out, size_t size)
{
    struct slice key, value, name = slice_str(quoted_name);
    size_t at = slice_find(text, 0, name);
    out[0] = 0;
    if (at == SLICE_NONE)
        return false;
    /* the reader wants the comma before a member: a brace stands for it */
    while (at > 0 && text.ptr[at - 1] != '{' && text.ptr[at - 1] != ',')
        at--;
    if (!at)
        return false;
    struct slice rest = slice_skip(text, at - 1);
    if (json_member(&rest, &key, &value) != 1 || value.len < 2)
        return false;
    codec_show(out, size, slice_sub(value, 1, value.len - 2));
    return true;
}

static void judge_gcp(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    struct armor armor;
    size_t begin = slice_find(c->match, 0, slice_str("-----BEGIN"));
    struct opens *opens = &judgement->opens;
    (void)argument;
    if (begin == SLICE_NONE ||
        armor_read(&armor, slice_sub(c->match, 0, 0), slice_skip(c->match, begin)) < 0) {
        judgement_say(judgement, JUDGED_REJECT, "no private key in it");
        return;
    }
    judge_armor(&armor, judgement);
    json_value(c->match, "\"client_email\"", opens->user, sizeof opens->user);
    json_value(c->match, "\"project_id\"", opens->account, sizeof opens->account);
}

const struct validator validators_pem[] = {
    { .name = "pem",
      .meaning = "PEM or OpenSSH private key: the structure parses; encrypted is weaker; quoted, indented "
                 "and \\n-escaped blocks too",
      .judge = judge_pem },
    { .name = "pgp-private",
      .meaning =
          "OpenPGP private key block: CRC-24 and a secret key packet; protected by a passphrase is weaker",
      .judge = judge_pgp },
    { .name = "ppk",
      .meaning = "PuTTY private key: Private-MAC verified where unencrypted; encrypted is weaker",
      .judge = judge_ppk },
    { .name = "openvpn-static",
      .meaning = "OpenVPN static key V1: 256 bytes of hex in lines",
      .judge = judge_openvpn },
    { .name = "gcp-service-account",
      .meaning = "Google service account JSON: type, client e-mail, project and a private key that parses",
      .judge = judge_gcp },
    { .name = NULL },
};
