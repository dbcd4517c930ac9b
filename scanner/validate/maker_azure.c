/* maker_azure.c - makers: Microsoft secrets. */
#include "validate/azure.h"
#include "validate/codec.h"
#include "validate/digest.h"
#include "validate/tables.h"

static void write_le32(unsigned char *at, uint32_t value)
{
    for (size_t i = 0; i < 4; i++)
        at[i] = (unsigned char)(value >> 8 * i);
}

/* Where the four characters of the signature fall is found by writing them into the text and decoding that again. */
static int make_key(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char bytes[72];
    char signature[5];
    struct slice wanted = argument.len ? argument : slice_str("+ASt");
    const struct azure_key *key = azure_keys;
    while (key->signature && !slice_is_equal(wanted, slice_str(key->signature)))
        key++;
    if (!key->signature)
        return error_set(err, ERROR_FORMAT, "unknown signature '%.*s'", (int)wanted.len,
                         (const char *)wanted.ptr);
    memcpy(signature, key->signature, 5);
    prng_bytes(prng, bytes, key->bytes - 8);
    memset(bytes + key->bytes - 8, 0, 8);
    struct buffer text;
    buffer_init(&text, 128);
    codec_put_base64(&text, slice_of(bytes, key->bytes), CODEC_URL);
    memcpy(text.ptr + text.len - 10, signature, 4);
    codec_base64(buffer_slice(&text), bytes, sizeof bytes);
    buffer_release(&text);
    write_le32(bytes + key->bytes - 4, digest_marvin32(slice_of(bytes, key->bytes - 4), key->seeds[0]));
    return codec_put_base64(out, slice_of(bytes, key->bytes), CODEC_STANDARD);
}

static int make_storage(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char bytes[64];
    (void)argument;
    (void)err;
    prng_bytes(prng, bytes, sizeof bytes);
    return codec_put_base64(out, slice_of(bytes, sizeof bytes), CODEC_STANDARD);
}

static const char base64_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

static int make_cask(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char bytes[64], sum[4];
    size_t start = out->len;
    prng_text(prng, out, base64_letters, 52);
    buffer_put_str(out, "JQQJ99");
    buffer_put_str(out, "BC"); /* March 2025 */
    prng_text(prng, out, base64_letters, 12);
    buffer_put_str(out, "AAAA");
    buffer_put(out, argument.len == 4 ? argument : slice_str("AZEG"));
    if (codec_base64(slice_skip(buffer_slice(out), start), bytes, sizeof bytes) != 60)
        return error_set(err, ERROR_FORMAT, "provider must be four base64 characters");
    write_le32(sum, digest_marvin32(slice_of(bytes, 60), AZURE_SEED_DEFAULT));
    return codec_put_base64(out, slice_of(sum, 3), CODEC_STANDARD);
}

static int make_entra(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    char sum[6];
    size_t start = out->len;
    (void)argument;
    (void)err;
    prng_text(prng, out, base64_letters, 3);
    buffer_put_str(out, "8Q~");
    prng_text(prng, out, AZURE_ENTRA_ALPHABET, 31);
    codec_number(digest_marvin32(slice_skip(buffer_slice(out), start), AZURE_SEED_ENTRA),
                 AZURE_ENTRA_ALPHABET, sum, sizeof sum);
    return buffer_put(out, slice_of(sum, 3));
}

static int make_devops(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char bytes[AZURE_DEVOPS_BYTES];
    size_t start = out->len;
    (void)argument;
    (void)err;
    prng_bytes(prng, bytes, sizeof bytes);
    uint32_t sum = azure_devops_crc(bytes) ^ AZURE_DEVOPS_USER;
    bytes[2] = (unsigned char)(sum >> 24);
    bytes[7] = (unsigned char)(sum >> 16);
    bytes[8] = (unsigned char)(sum >> 8);
    bytes[22] = (unsigned char)sum;
    codec_put_base32(out, slice_of(bytes, sizeof bytes));
    for (size_t i = start; i < out->len; i++)
        out->ptr[i] = slice_lower_byte(out->ptr[i]);
    return 0;
}

static int make_sas(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char bytes[32];
    struct buffer text;
    (void)err;
    buffer_put_str(out, "sv=2022-11-02&ss=b&srt=co&sp=rwl&se=");
    buffer_put(out, argument.len ? argument : slice_str("2099-12-31"));
    buffer_put_str(out, "T00%3A00%3A00Z&spr=https&sig=");
    prng_bytes(prng, bytes, sizeof bytes);
    buffer_init(&text, 64);
    codec_put_base64(&text, slice_of(bytes, sizeof bytes), CODEC_STANDARD);
    for (size_t i = 0; i < text.len; i++)
        if (strchr("+/=", text.ptr[i]))
            buffer_printf(out, "%%%02X", text.ptr[i]);
        else
            buffer_put_byte(out, text.ptr[i]);
    buffer_release(&text);
    return 0;
}

const struct maker makers_azure[] = {
    { .name = "azure-key",
      .meaning = "identifiable key; argument: its signature: +ASt (default) +ABa AzCa ACDb +ACR AzSe +ASb "
                 "+AEh +ARm AIoT +AMC APIM AzFu",
      .make = make_key },
    { .name = "azure-storage-key",
      .meaning = "86 base64 characters and ==, of the older kind without checksum",
      .make = make_storage },
    { .name = "azure-cask",
      .meaning = "84-character common annotated key; argument: the provider (AZEG by default)",
      .make = make_cask },
    { .name = "entra-secret", .meaning = "8Q~ secret", .make = make_entra },
    { .name = "azure-devops-pat", .meaning = "52 base32 characters", .make = make_devops },
    { .name = "azure-sas",
      .meaning = "query of a shared access signature; argument: expiry day (2099-12-31 by default)",
      .make = make_sas },
    { .name = NULL },
};
