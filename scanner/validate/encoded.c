/* encoded.c - validators: keys with a checksum or fixed bits in their text form. */
#include "validate/base58check.h"
#include "validate/bech32.h"
#include "validate/bip39_words.h"
#include "validate/codec.h"
#include "validate/digest.h"
#include "validate/tables.h"

static const char bech32_alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

uint32_t bech32_polymod(uint32_t sum, unsigned value)
{
    static const uint32_t generators[] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
    uint32_t top = sum >> 25;
    sum = (sum & 0x1ffffff) << 5 ^ value;
    for (unsigned i = 0; i < 5; i++)
        sum ^= top >> i & 1 ? generators[i] : 0;
    return sum;
}

uint32_t bech32_prefix(struct slice prefix)
{
    uint32_t sum = 1;
    for (size_t i = 0; i < prefix.len; i++)
        sum = bech32_polymod(sum, slice_lower_byte(prefix.ptr[i]) >> 5);
    sum = bech32_polymod(sum, 0);
    for (size_t i = 0; i < prefix.len; i++)
        sum = bech32_polymod(sum, slice_lower_byte(prefix.ptr[i]) & 31);
    return sum;
}

char bech32_char(unsigned value)
{
    return bech32_alphabet[value & 31];
}

/* BIP-173 (not the later bech32m). */
static bool bech32_is_valid(struct slice text)
{
    size_t one = text.len;
    while (one > 0 && text.ptr[one - 1] != '1')
        one--;
    if (one < 2 || text.len - one < 6)
        return false;
    uint32_t sum = bech32_prefix(slice_sub(text, 0, one - 1));
    for (size_t i = one; i < text.len; i++) {
        unsigned char c = slice_lower_byte(text.ptr[i]);
        const char *found = c ? strchr(bech32_alphabet, c) : NULL;
        if (!found)
            return false;
        sum = bech32_polymod(sum, (unsigned)(found - bech32_alphabet));
    }
    return sum == 1;
}

static void judge_age(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    (void)argument;
    if (bech32_is_valid(c->secret))
        judgement_say(judgement, JUDGED_PROVEN, "bech32 checksum matches");
    else
        judgement_say(judgement, JUDGED_REJECT, "bech32 checksum does not match");
}

int bip39_index(struct slice word)
{
    size_t low = 0, high = BIP39_WORDS;
    if (!word.len || word.len > 8)
        return -1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strncasecmp(bip39_words[middle], (const char *)word.ptr, word.len);
        if (order == 0 && !bip39_words[middle][word.len])
            return (int)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

static bool is_letter(unsigned char c)
{
    c = slice_lower_byte(c);
    return c >= 'a' && c <= 'z';
}

#define BIP39_COUNT_MAX 24

/* Indexes of the words of TEXT (numbers, commas, quotes and white space between them), or 0 for a foreign word or too many. */
static size_t bip39_read(struct slice text, unsigned short words[BIP39_COUNT_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        size_t len = 0;
        while (len < text.len - i && is_letter(text.ptr[i + len]))
            len++;
        if (!len)
            continue;
        int index = bip39_index(slice_sub(text, i, len));
        if (index < 0 || count == BIP39_COUNT_MAX)
            return 0;
        words[count++] = (unsigned short)index;
        i += len - 1;
    }
    return count;
}

static void judge_bip39(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned short words[BIP39_COUNT_MAX];
    unsigned char bits[34] = { 0 }, hash[DIGEST_SHA256];
    (void)argument;
    size_t count = bip39_read(c->secret, words);
    if (count < 12 || count % 3) {
        judgement_say(judgement, JUDGED_REJECT, "is not 12, 15, 18, 21 or 24 words of the BIP-39 list");
        return;
    }
    for (size_t i = 0; i < count * 11; i++)
        if (words[i / 11] >> (10 - i % 11) & 1)
            bits[i / 8] |= (unsigned char)(0x80 >> i % 8);
    size_t entropy = count * 11 * 32 / 33 / 8;
    unsigned checked = (unsigned)count / 3; /* bits of checksum, at most 8 */
    digest_sha256(slice_of(bits, entropy), hash);
    if (hash[0] >> (8 - checked) == bits[entropy] >> (8 - checked))
        judgement_say(judgement, JUDGED_PROVEN, "%zu words of the BIP-39 list, and their checksum matches",
                      count);
    else
        judgement_say(judgement, JUDGED_REJECT, "checksum of the %zu words does not match", count);
}

static void judge_wif(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[96];
    (void)argument;
    size_t len = base58check_read(c->secret, bytes, sizeof bytes);
    if ((len == 33 || (len == 34 && bytes[33] == 1)) && (bytes[0] == 0x80 || bytes[0] == 0xEF))
        judgement_say(judgement, JUDGED_PROVEN, "Base58Check matches%s",
                      bytes[0] == 0xEF ? " (test network)" : "");
    else
        judgement_say(judgement, JUDGED_REJECT, "Base58Check does not match");
}

static void judge_xprv(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[96];
    (void)argument;
    /* 4 version, 1 depth, 4 parent, 4 index, 32 chain code, then 0 and the key */
    if (base58check_read(c->secret, bytes, sizeof bytes) == 78 && bytes[45] == 0)
        judgement_say(judgement, JUDGED_PROVEN, "Base58Check matches");
    else
        judgement_say(judgement, JUDGED_REJECT, "Base58Check does not match");
}

static void judge_bitlocker(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    size_t groups = 0;
    uint64_t number;
    (void)argument;
    for (size_t i = 0; i < c->secret.len; i += 7, groups++) {
        bool ends = i + 6 >= c->secret.len || c->secret.ptr[i + 6] == '-';
        if (!ends || slice_to_u64(slice_sub(c->secret, i, 6), &number) < 0 || number % 11 ||
            number / 11 >= 65536)
            break;
    }
    if (groups == 8 && c->secret.len == 55 &&
        slice_find(c->secret, 0, slice_str("000000-000000")) == SLICE_NONE)
        judgement_say(judgement, JUDGED_PROVEN, "all eight groups are divisible by 11 and in range");
    else
        judgement_say(judgement, JUDGED_REJECT, "a group is not divisible by 11 or out of range");
}

static void judge_wireguard(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[32];
    (void)argument;
    if (codec_base64(c->secret, bytes, sizeof bytes) != 32 || (bytes[0] & 7) != 0 ||
        (bytes[31] & 0xC0) != 0x40)
        judgement_say(judgement, JUDGED_REJECT, "is not a clamped 32-byte key");
    else
        judgement_say(judgement, JUDGED_NOTHING, "32 bytes, clamped as the generator does");
}

static void judge_totp(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[128];
    (void)argument;
    size_t len = codec_base32(c->secret, bytes, sizeof bytes);
    if (len == SLICE_NONE || len < 10)
        judgement_say(judgement, JUDGED_REJECT, "is not base32 of ten bytes or more");
    else
        judgement_say(judgement, JUDGED_NOTHING, "base32 of %zu bytes", len);
}

const struct validator validators_encoded[] = {
    { .name = "bech32", .meaning = "bech32 string (BIP-173): checksum", .judge = judge_age },
    { .name = "age-key", .meaning = "age secret key: bech32 checksum", .judge = judge_age },
    { .name = "bip39",
      .meaning = "BIP-39 English seed phrase: all words in the list and the checksum right",
      .judge = judge_bip39 },
    { .name = "bitcoin-wif", .meaning = "Bitcoin private key in WIF: Base58Check", .judge = judge_wif },
    { .name = "bitcoin-xprv", .meaning = "BIP-32 extended private key: Base58Check", .judge = judge_xprv },
    { .name = "bitlocker",
      .meaning = "BitLocker recovery password: eight groups divisible by 11",
      .judge = judge_bitlocker },
    { .name = "wireguard",
      .meaning = "WireGuard private key: 32 bytes, clamped as the generator does",
      .judge = judge_wireguard },
    { .name = "totp-base32",
      .meaning = "one-time-password secret: base32 of at least ten bytes",
      .judge = judge_totp },
    { .name = NULL },
};
