/* azure.c - validators: Microsoft secrets: identifiable keys, CASK, Entra, Azure DevOps, storage, SAS. */
#include "validate/azure.h"

#include <stdio.h>

#include "validate/clock.h"
#include "validate/codec.h"
#include "validate/digest.h"
#include "validate/tables.h"

const struct azure_key azure_keys[] = {
    { "+ASt", "Azure Storage", 64, { AZURE_SEED_DEFAULT } },
    { "+ABa", "Azure Batch", 64, { 0x4162416363743030 } },
    { "ACDb",
      "Azure Cosmos DB",
      64,
      { 0x4d61737452573030, 0x4d617374524f3030, 0x5379737452573030, 0x53797374524f3030, 0x537973416c6c3030,
        0x5265736f75723030, 0x456e637279703030 } },
    { "AzCa", "Azure Cache for Redis", 32, { 0x4163636573733030 } },
    { "+ACR", "Azure Container Registry", 39, { 0x41435244666c7430 } },
    { "AzSe", "Azure AI Search", 39, { 0x5041646d696e3030, 0x5175657279303030 } },
    { "+ASb",
      "Azure Service Bus",
      32,
      { 0x4d616e6167653030, 0x53656e6430303030, 0x4c697374656e3030, 0x53797374656d3030,
        0x556e6b6e6f776e30 } },
    { "+AEh",
      "Azure Event Hubs",
      32,
      { 0x4d616e6167653030, 0x53656e6430303030, 0x4c697374656e3030, 0x53797374656d3030,
        0x556e6b6e6f776e30 } },
    { "+ARm",
      "Azure Relay",
      32,
      { 0x4d616e6167653030, 0x53656e6430303030, 0x4c697374656e3030, 0x53797374656d3030,
        0x556e6b6e6f776e30 } },
    { "AIoT", "Azure IoT", 32, { 0x496f544875623030, 0x4470734b65793030, 0x4465766963653030 } },
    { "+AMC", "Azure ML Studio (classic)", 64, { 0x436c617373696330 } },
    { "APIM",
      "Azure API Management",
      64,
      { 0x54656e616e743030, 0x496f544875623030, 0x4761746577793030, 0x4769744b65793030 } },
    { "AzFu", "Azure Functions", 40, { 0x4d61737465723030, 0x53797374656d3030, 0x46756e6374693030 } },
    { "+SQL", "Azure SQL", 64, { 0x5573725077643030 } },
    { NULL },
};

static struct slice without_padding(struct slice key)
{
    while (key.len && key.ptr[key.len - 1] == '=')
        key.len--;
    return key;
}

static const struct azure_key *azure_key_of(struct slice key)
{
    struct slice digits = without_padding(key);
    if (digits.len < 32)
        return NULL;
    for (const struct azure_key *k = azure_keys; k->signature; k++)
        if (memcmp(digits.ptr + digits.len - 10, k->signature, 4) == 0)
            return k;
    return NULL;
}

static uint32_t read_le32(const unsigned char *at)
{
    uint32_t value = 0;
    struct slice four = slice_of(at, 4);
    slice_eat_u32le(&four, &value);
    return value;
}

/* Some Redis keys had P and F put for + and / after the checksum was taken, so that the bytes no longer match: then the checksum's
 * own text, changed the same way, must be what the key ends in. */
static bool redis_respelt(struct slice key, const unsigned char *bytes, size_t len, uint64_t seed)
{
    unsigned char copy[72];
    char text[8] = { 0 };
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789PF";
    memcpy(copy, bytes, len);
    uint32_t sum = digest_marvin32(slice_of(bytes, len), seed);
    for (size_t i = 0; i < 4; i++)
        copy[len - 4 + i] = (unsigned char)(sum >> 8 * i);
    if (len % 3 != 2 || key.len != 44)
        return false;
    /* the last two whole groups, from byte len-5 on: 24 and 16 bits */
    uint32_t last = (uint32_t)copy[len - 2] << 10 | (uint32_t)copy[len - 1] << 2;
    uint32_t group = (uint32_t)copy[len - 5] << 16 | (uint32_t)copy[len - 4] << 8 | copy[len - 3];
    for (size_t i = 0; i < 4; i++)
        text[i] = digits[group >> (18 - 6 * i) & 63];
    for (size_t i = 0; i < 3; i++)
        text[4 + i] = digits[last >> (12 - 6 * i) & 63];
    return memcmp(key.ptr + key.len - 8, text, 7) == 0;
}

static void judge_marvin(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[72];
    const struct azure_key *key = azure_key_of(c->secret);
    (void)argument;
    if (!key)
        return;
    size_t len = codec_base64(c->secret, bytes, sizeof bytes);
    if (len == SLICE_NONE || len < 24) {
        judgement_say(judgement, JUDGED_REJECT, "is not base64");
        return;
    }
    snprintf(judgement->opens.service, sizeof judgement->opens.service, "%s", key->service);
    uint32_t given = read_le32(bytes + len - 4);
    for (size_t i = 0; i < AZURE_SEEDS_MAX && key->seeds[i]; i++) {
        bool matches = digest_marvin32(slice_of(bytes, len - 4), key->seeds[i]) == given;
        if (matches ||
            (strcmp(key->signature, "AzCa") == 0 && redis_respelt(c->secret, bytes, len, key->seeds[i]))) {
            judgement_say(judgement, JUDGED_PROVEN, "Marvin32 in the last four bytes matches");
            return;
        }
    }
    judgement_say(judgement, JUDGED_REJECT, "Marvin32 in the last four bytes does not match");
}

#define CASK_CHECKED 80 /* characters under the checksum: 60 bytes */

/* The short form ends in the first four characters of the checksum, which generators wrote in base64 or in base 62. */
static bool cask_short_matches(struct slice key, uint32_t sum)
{
    unsigned char bytes[4] = { (unsigned char)sum, (unsigned char)(sum >> 8), (unsigned char)(sum >> 16),
                               (unsigned char)(sum >> 24) };
    uint32_t swapped =
        (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
    unsigned char given[3];
    if (codec_base64(slice_skip(key, CASK_CHECKED), given, 3) == 3 && memcmp(given, bytes, 3) == 0)
        return true;
    uint32_t forms[] = { swapped, sum };
    for (size_t f = 0; f < 2; f++) {
        char text[6];
        codec_number(forms[f], codec_base62_upper, text, 6);
        size_t zeros =
            strspn((char[]){ text[0], text[1], 0 }, "0"); /* shorter numbers are padded on the right */
        if (memcmp(key.ptr + CASK_CHECKED, text + zeros, 4) == 0)
            return true;
    }
    return false;
}

static bool cask_matches(struct slice key, const unsigned char *bytes, size_t len)
{
    uint32_t sum = digest_marvin32(slice_of(bytes, 60), AZURE_SEED_DEFAULT);
    return len == 64 ? read_le32(bytes + 60) == sum : cask_short_matches(key, sum);
}

static void judge_cask(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[64];
    struct slice key = c->secret;
    (void)argument;
    size_t len = codec_base64(key, bytes, sizeof bytes);
    if (len == SLICE_NONE || (key.len != 84 && key.len != 88) || memcmp(key.ptr + 52, "JQQJ9", 5) != 0) {
        judgement_say(judgement, JUDGED_REJECT, "has not the shape of a common annotated key");
        return;
    }
    if (!cask_matches(key, bytes, len)) {
        judgement_say(judgement, JUDGED_REJECT, "Marvin32 checksum does not match");
        return;
    }
    unsigned year = 2024u + (unsigned)(key.ptr[58] - 'A'), month = (unsigned)(key.ptr[59] - 'A') + 1;
    snprintf(judgement->opens.service, sizeof judgement->opens.service, "Azure %.4s",
             (const char *)key.ptr + 76);
    if (year <= 2085 && month <= 12)
        judgement_say(judgement, JUDGED_PROVEN, "Marvin32 checksum matches; made in %04u-%02u", year, month);
    else
        judgement_say(judgement, JUDGED_PROVEN, "Marvin32 checksum matches");
}

static void judge_entra(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    char text[6];
    struct slice secret = c->secret;
    (void)argument;
    if (secret.len < 40 || memcmp(secret.ptr + 3, "8Q~", 3) != 0)
        return;
    codec_number(digest_marvin32(slice_sub(secret, 0, secret.len - 3), AZURE_SEED_ENTRA),
                 AZURE_ENTRA_ALPHABET, text, sizeof text);
    if (memcmp(secret.ptr + secret.len - 3, text, 3) == 0)
        judgement_say(judgement, JUDGED_PROVEN, "Marvin32 in the last three characters matches");
    else
        judgement_say(judgement, JUDGED_REJECT, "Marvin32 in the last three characters does not match");
}

uint32_t azure_devops_crc(const unsigned char bytes[AZURE_DEVOPS_BYTES])
{
    unsigned char checked[28];
    memcpy(checked, bytes, 2);
    memcpy(checked + 2, bytes + 3, 4);
    memcpy(checked + 6, bytes + 9, 13);
    memcpy(checked + 19, bytes + 23, 9);
    return digest_crc32(slice_of(checked, sizeof checked));
}

static void judge_devops(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[AZURE_DEVOPS_BYTES + 1];
    (void)argument;
    if (codec_base32(c->secret, bytes, sizeof bytes) != AZURE_DEVOPS_BYTES)
        return;
    uint32_t crc = azure_devops_crc(bytes);
    uint32_t given =
        (uint32_t)bytes[2] << 24 | (uint32_t)bytes[7] << 16 | (uint32_t)bytes[8] << 8 | bytes[22];
    if (given == (crc ^ AZURE_DEVOPS_USER))
        judgement_say(judgement, JUDGED_PROVEN, "CRC-32 inside the token matches (of a user)");
    else if (given == (crc ^ AZURE_DEVOPS_APP))
        judgement_say(judgement, JUDGED_PROVEN, "CRC-32 inside the token matches (of an application)");
}

static void judge_storage(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[64];
    (void)argument;
    if (c->secret.len != 88 || codec_base64(c->secret, bytes, sizeof bytes) != 64) {
        judgement_say(judgement, JUDGED_REJECT, "does not decode to 64 bytes");
        return;
    }
    for (size_t i = 1; i < 64; i++)
        if (bytes[i] != bytes[0])
            return;
    judgement_say(judgement, JUDGED_REJECT, "all bytes are the same");
}

#define SAS_SIDE ((size_t)512)
#define SAS_MAX (3 * SAS_SIDE)

/* The value of NAME in a query string, which is cut at the first byte that no query holds. */
static struct slice query_value(struct slice text, const char *name)
{
    struct slice key = slice_str(name);
    for (size_t at = 0; (at = slice_find_nocase(text, at, key)) != SLICE_NONE; at++) {
        bool begins = at == 0 || strchr("?&;", text.ptr[at - 1]);
        if (!begins || at + key.len >= text.len || text.ptr[at + key.len] != '=')
            continue;
        struct slice value = slice_skip(text, at + key.len + 1);
        size_t len = 0;
        while (len < value.len && value.ptr[len] > ' ' && !strchr("&;\"'<>#", value.ptr[len]))
            len++;
        return slice_sub(value, 0, len);
    }
    return slice_sub(text, text.len, 0);
}

/* Host of the URL that TEXT begins with, or ends in before a query. */
static void sas_host(struct slice text, struct opens *opens)
{
    size_t at = slice_find_nocase(text, 0, slice_str("://"));
    if (at == SLICE_NONE)
        return;
    struct slice host = slice_skip(text, at + 3);
    size_t len = 0;
    while (len < host.len && host.ptr[len] > ' ' && !strchr("/?#\"'<>", host.ptr[len]))
        len++;
    codec_show(opens->host, sizeof opens->host, slice_sub(host, 0, len));
}

static bool is_sas_signature(struct slice sig)
{
    unsigned char text[128], bytes[64];
    size_t len = codec_percent(sig, text, sizeof text);
    return len != SLICE_NONE && codec_base64(slice_of(text, len), bytes, sizeof bytes) == 32;
}

static bool ends_url(unsigned char byte)
{
    return byte <= ' ' || strchr("\"'<>`", byte);
}

/* The URL or query around the match, which is a piece of it, in ROOM. */
static struct slice url_around(const struct candidate *c, unsigned char room[SAS_MAX])
{
    size_t from = c->before.len, to = 0, len = 0;
    while (from > 0 && c->before.len - from < SAS_SIDE && !ends_url(c->before.ptr[from - 1]))
        from--;
    while (to < c->after.len && to < SAS_SIDE && !ends_url(c->after.ptr[to]))
        to++;
    const struct slice parts[] = { slice_skip(c->before, from), slice_sub(c->match, 0, SAS_SIDE),
                                   slice_sub(c->after, 0, to) };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].len > 0)
            memcpy(room + len, parts[i].ptr, parts[i].len);
        len += parts[i].len;
    }
    return slice_of(room, len);
}

static void judge_sas(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    char permissions[16];
    unsigned char day[40], room[SAS_MAX];
    (void)argument;
    struct slice sig = query_value(c->match, "sig"), url = url_around(c, room);
    if (!is_sas_signature(sig.len ? sig : c->secret)) {
        judgement_say(judgement, JUDGED_REJECT, "signature does not decode to 32 bytes");
        return;
    }
    sas_host(url, &judgement->opens);
    codec_show(permissions, sizeof permissions, query_value(url, "sp"));
    size_t len = codec_percent(query_value(url, "se"), day, sizeof day);
    struct slice expiry = slice_of(day, len == SLICE_NONE ? 0 : len);
    clock_show(judgement->opens.expires, sizeof judgement->opens.expires, expiry);
    const char *given = permissions[0] ? permissions : "unknown";
    if (clock_is_past(judgement->opens.expires))
        judgement_say(judgement, JUDGED_WEAKER, "expired on %.10s; permissions %s", judgement->opens.expires,
                      given);
    else if (judgement->opens.expires[0])
        judgement_say(judgement, JUDGED_NOTHING, "signature of 32 bytes; valid until %.10s, permissions %s",
                      judgement->opens.expires, given);
    else
        judgement_say(judgement, JUDGED_NOTHING, "signature of 32 bytes; permissions %s", given);
}

const struct validator validators_azure[] = {
    { .name = "azure-marvin32",
      .meaning = "Azure identifiable key (storage, Cosmos DB, Redis, Service Bus, ACR and others): Marvin32 "
                 "in the last four bytes",
      .judge = judge_marvin },
    { .name = "azure-cask",
      .meaning = "Azure common annotated key (JQQJ99): Marvin32 checksum, month of allocation, provider",
      .judge = judge_cask },
    { .name = "entra-secret",
      .meaning = "Entra application secret (8Q~): Marvin32 in the last three characters",
      .judge = judge_entra },
    { .name = "azure-devops-pat",
      .meaning = "Azure DevOps token of 52 base32 characters: CRC-32 spread over it; raises only",
      .judge = judge_devops },
    { .name = "azure-storage",
      .meaning = "Azure storage or batch account key: 88 base64 characters that decode to 64 bytes",
      .judge = judge_storage },
    { .name = "azure-sas",
      .meaning = "Azure shared access signature: 32-byte sig; tells expiry (se), permissions (sp) and host; "
                 "weaker once expired",
      .judge = judge_sas },
    { .name = NULL },
};
