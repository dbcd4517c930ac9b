/* reversible.c - validators: stored passwords that anybody can read back, and password hashes. */
#include "validate/reversible.h"

#include "validate/codec.h"
#include "validate/digest.h"
#include "validate/tables.h"

#define PLAIN_MAX 256

const unsigned char reversible_gpp_key[32] = {
    0x4e, 0x99, 0x06, 0xe8, 0xfc, 0xb6, 0x6c, 0xc9, 0xfa, 0xf4, 0x93, 0x10, 0x62, 0x0f, 0xfe, 0xe8,
    0xf4, 0x96, 0xe8, 0x06, 0xcc, 0x05, 0x79, 0x90, 0x20, 0x9b, 0x09, 0xa4, 0x33, 0xb6, 0x6c, 0x1b,
};

const char reversible_cisco7_key[] = "dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87";

const char *const reversible_juniper_families[4] = { "QzF3n6/9CAtpu0O", "B1IREhcSyrleKvMW8LXx",
                                                     "7N-dVbwsY2g4oaJZGUDj", "iHkq.mPf5T" };

const unsigned char reversible_juniper_weights[REVERSIBLE_JUNIPER_ROUNDS][4] = {
    { 1, 4, 32 }, { 1, 16, 32 }, { 1, 8, 32 }, { 1, 64 }, { 1, 32 }, { 1, 4, 16, 128 }, { 1, 32, 64 },
};

/* The published key e84ad660c4721ae0 with the bits of each byte turned round gives what DES takes; this is that. */
const unsigned char reversible_vnc_key[8] = { 0xe8, 0x4a, 0xd6, 0x60, 0xc4, 0x72, 0x1a, 0xe0 };

/* PKCS #7 padding, then UTF-16 most of which is of one script: bytes that were not encrypted so give neither. */
static size_t gpp_text(struct slice plain, unsigned char *out, size_t size)
{
    unsigned char padding = plain.ptr[plain.len - 1], script = plain.len > 1 ? plain.ptr[1] : 0;
    size_t alike = 0;
    if (!padding || padding > 16)
        return SLICE_NONE;
    for (size_t i = plain.len - padding; i < plain.len; i++)
        if (plain.ptr[i] != padding)
            return SLICE_NONE;
    plain.len -= padding;
    for (size_t i = 1; i < plain.len; i += 2)
        alike += plain.ptr[i] == script || !plain.ptr[i];
    return alike * 4 < plain.len ? SLICE_NONE : codec_utf16_text(plain, out, size);
}

static void judge_gpp(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char cipher[PLAIN_MAX], plain[PLAIN_MAX], text[PLAIN_MAX * 2];
    (void)argument;
    size_t len = codec_base64(c->secret, cipher, sizeof cipher);
    if (len == SLICE_NONE || !len || len % 16) {
        judgement_say(judgement, JUDGED_REJECT, "is not base64 of whole cipher blocks");
        return;
    }
    digest_aes256_cbc(reversible_gpp_key, DIGEST_DECRYPT, cipher, plain, len);
    size_t got = gpp_text(slice_of(plain, len), text, sizeof text);
    if (got == SLICE_NONE)
        judgement_say(judgement, JUDGED_REJECT, "does not decrypt with the published key");
    else
        judgement_say(judgement, JUDGED_PROVEN, "decrypts with Microsoft's published key to %zu characters",
                      got);
}

static void judge_cisco7(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char cipher[64], plain[64];
    uint64_t salt;
    (void)argument;
    size_t len = codec_hex(slice_skip(c->secret, 2), cipher, sizeof cipher);
    if (slice_to_u64(slice_sub(c->secret, 0, 2), &salt) < 0 || salt > 52 || len == SLICE_NONE || !len) {
        judgement_say(judgement, JUDGED_REJECT, "is not a salt and hex");
        return;
    }
    for (size_t i = 0; i < len; i++)
        plain[i] =
            cipher[i] ^ (unsigned char)reversible_cisco7_key[(salt + i) % (sizeof reversible_cisco7_key - 1)];
    if (codec_is_printable(slice_of(plain, len)))
        judgement_say(judgement, JUDGED_PROVEN, "type 7 decodes to %zu printable characters", len);
    else
        judgement_say(judgement, JUDGED_REJECT, "type 7 does not decode to printable text");
}

int reversible_juniper_index(unsigned char letter)
{
    int base = 0;
    for (size_t f = 0; f < 4; f++) {
        const char *found = letter ? strchr(reversible_juniper_families[f], letter) : NULL;
        if (found)
            return base + (int)(found - reversible_juniper_families[f]);
        base += (int)strlen(reversible_juniper_families[f]);
    }
    return -1;
}

unsigned reversible_juniper_extra(unsigned char letter)
{
    for (unsigned f = 0; f < 4; f++)
        if (letter && strchr(reversible_juniper_families[f], letter))
            return 3 - f;
    return 0;
}

char reversible_juniper_letter(unsigned index)
{
    for (size_t f = 0; f < 4; f++) {
        size_t len = strlen(reversible_juniper_families[f]);
        if (index < len)
            return reversible_juniper_families[f][index];
        index -= (unsigned)len;
    }
    return 'Q';
}

/* Each character is the weighted sum of the gaps between its letters and the ones before. The bytes, or SLICE_NONE. */
static size_t juniper_decode(struct slice text, unsigned char *out, size_t size)
{
    size_t len = 0, at = 1 + (text.len ? reversible_juniper_extra(text.ptr[0]) : 0);
    int last = text.len ? reversible_juniper_index(text.ptr[0]) : -1;
    if (last < 0 || at >= text.len)
        return SLICE_NONE;
    while (at < text.len) {
        const unsigned char *weights = reversible_juniper_weights[len % REVERSIBLE_JUNIPER_ROUNDS];
        unsigned sum = 0;
        for (size_t i = 0; i < 4 && weights[i]; i++, at++) {
            int index = at < text.len ? reversible_juniper_index(text.ptr[at]) : -1;
            if (index < 0)
                return SLICE_NONE;
            int gap = (index - last + REVERSIBLE_JUNIPER_LETTERS) % REVERSIBLE_JUNIPER_LETTERS - 1;
            sum += (unsigned)(gap + (gap < 0 ? 256 : 0)) * weights[i];
            last = index;
        }
        if (len == size)
            return SLICE_NONE;
        out[len++] = (unsigned char)sum;
    }
    return len;
}

static void judge_juniper9(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char plain[PLAIN_MAX];
    (void)argument;
    struct slice text = slice_starts_with(c->secret, "$9$") ? slice_skip(c->secret, 3) : c->secret;
    size_t len = juniper_decode(text, plain, sizeof plain);
    if (len != SLICE_NONE && codec_is_printable(slice_of(plain, len)))
        judgement_say(judgement, JUDGED_PROVEN, "$9$ decodes to %zu printable characters", len);
    else
        judgement_say(judgement, JUDGED_REJECT, "$9$ does not decode to printable text");
}

static void judge_vnc(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char cipher[9], plain[8];
    (void)argument;
    size_t got = codec_hex(c->secret, cipher, sizeof cipher), len = 0;
    if (got != 8 && got != 9) { /* UltraVNC writes a ninth byte */
        judgement_say(judgement, JUDGED_REJECT, "is not hex of eight bytes");
        return;
    }
    digest_des(reversible_vnc_key, DIGEST_DECRYPT, cipher, plain);
    while (len < 8 && plain[len])
        len++;
    bool is_padded = true;
    for (size_t i = len; i < 8; i++)
        is_padded &= plain[i] == 0;
    if (len && is_padded && codec_is_printable(slice_of(plain, len)))
        judgement_say(judgement, JUDGED_PROVEN, "decrypts with the fixed key to %zu printable characters",
                      len);
    else
        judgement_say(judgement, JUDGED_REJECT, "does not decrypt to printable text");
}

/* user:rid:lm:nt::: - domain\ before the user is kept as the account. */
static void judge_ntlm(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    static const unsigned char empty_nt[16] = { 0x31, 0xd6, 0xcf, 0xe0, 0xd1, 0x6a, 0xe9, 0x31,
                                                0xb7, 0x3c, 0x59, 0xd7, 0xe0, 0xc0, 0x89, 0xc0 };
    unsigned char lm[16], nt[16];
    struct slice fields[4], rest = c->match;
    (void)argument;
    for (size_t i = 0; i < 4; i++) {
        size_t colon = slice_find_byte(rest, 0, ':');
        fields[i] = slice_trim(slice_sub(rest, 0, colon));
        rest = colon == SLICE_NONE ? slice_sub(rest, rest.len, 0) : slice_skip(rest, colon + 1);
    }
    if (codec_hex(fields[2], lm, sizeof lm) != 16 ||
        codec_hex(slice_sub(fields[3], 0, 32), nt, sizeof nt) != 16) {
        judgement_say(judgement, JUDGED_REJECT, "is not user:number:hash:hash");
        return;
    }
    if (memcmp(nt, empty_nt, sizeof nt) == 0) {
        judgement_say(judgement, JUDGED_REJECT, "the hash of an empty password");
        return;
    }
    struct slice user = fields[0];
    size_t slash = slice_find_byte(user, 0, '\\');
    if (slash != SLICE_NONE) {
        codec_show(judgement->opens.account, sizeof judgement->opens.account, slice_sub(user, 0, slash));
        user = slice_skip(user, slash + 1);
    }
    codec_show(judgement->opens.user, sizeof judgement->opens.user, user);
    judgement_say(judgement, JUDGED_NOTHING, "LM and NT hashes, which log in as they stand");
}

/* crypt(5): the length of what follows the last $, all of crypt's alphabet. 0: any length from 10 on. */
static const struct {
    const char *prefix, *name;
    size_t hash;
} crypts[] = {
    { "$2a$", "bcrypt", 53 },        { "$2b$", "bcrypt", 53 },       { "$2y$", "bcrypt", 53 },
    { "$2$", "bcrypt", 53 },         { "$1$", "md5crypt", 22 },      { "$apr1$", "Apache MD5", 22 },
    { "$5$", "SHA-256 crypt", 43 },  { "$6$", "SHA-512 crypt", 86 }, { "$y$", "yescrypt", 43 },
    { "$gy$", "gost-yescrypt", 43 }, { "$7$", "scrypt", 43 },        { "$sha1$", "SHA-1 crypt", 28 },
    { "$8$", "Cisco type 8", 43 },   { "$9$", "Cisco type 9", 43 },
};

static bool is_crypt_text(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char ch = slice_lower_byte(text.ptr[i]);
        if (!(ch >= 'a' && ch <= 'z') && !(ch >= '0' && ch <= '9') && ch != '.' && ch != '/')
            return false;
    }
    return true;
}

static void judge_crypt(struct slice hash, const char *name, size_t want, struct judgement *judgement)
{
    size_t dollar = hash.len;
    while (dollar > 0 && hash.ptr[dollar - 1] != '$')
        dollar--;
    struct slice last = slice_skip(hash, dollar);
    if (last.len != want || !is_crypt_text(last))
        judgement_say(judgement, JUDGED_REJECT, "%s with %zu characters of hash, not %zu", name, last.len,
                      want);
    else
        judgement_say(judgement, JUDGED_WEAKER, "%s hash: the password must be guessed", name);
}

static void judge_hash(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[64];
    struct slice hash = c->secret;
    (void)argument;
    for (size_t i = 0; i < sizeof crypts / sizeof *crypts; i++)
        if (slice_starts_with(hash, crypts[i].prefix)) {
            judge_crypt(hash, crypts[i].name, crypts[i].hash, judgement);
            return;
        }
    bool is_sha = slice_starts_with(hash, "{SHA}"), is_ssha = slice_starts_with(hash, "{SSHA}");
    size_t len = is_sha || is_ssha ? codec_base64(slice_skip(hash, is_sha ? 5 : 6), bytes, sizeof bytes) : 0;
    if ((is_sha && len == 20) || (is_ssha && len != SLICE_NONE && len > 20))
        judgement_say(judgement, JUDGED_WEAKER, "SHA-1 hash: the password must be guessed");
    else if (is_sha || is_ssha)
        judgement_say(judgement, JUDGED_REJECT, "does not decode to a SHA-1 hash");
}

const struct validator validators_reversible[] = {
    { .name = "gpp-cpassword",
      .meaning = "Group Policy Preferences cpassword: decrypts with the published key",
      .judge = judge_gpp },
    { .name = "cisco7",
      .meaning = "Cisco type 7 password: decodes to printable text",
      .judge = judge_cisco7 },
    { .name = "juniper9",
      .meaning = "Juniper $9$ password: decodes to printable text",
      .judge = judge_juniper9 },
    { .name = "vnc",
      .meaning = "VNC password: eight bytes that the fixed DES key decrypts to printable text",
      .judge = judge_vnc },
    { .name = "ntlm",
      .meaning = "secretsdump line user:rid:lm:nt::: the empty hashes are rejected",
      .judge = judge_ntlm },
    { .name = "password-hash",
      .meaning = "crypt, bcrypt, htpasswd or {SHA} hash of the right length and alphabet; always weaker (a "
                 "hash, not the password)",
      .judge = judge_hash },
    { .name = NULL },
};
