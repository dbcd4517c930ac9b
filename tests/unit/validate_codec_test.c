/* validate_codec_test.c - codecs, digests, JSON and times against published vectors. */
#include "unit/judging.h"

#include "validate/clock.h"
#include "validate/codec.h"
#include "validate/digest.h"
#include "validate/json.h"

/* RFC 4648 section 10. */
static const struct {
    const char *plain, *base64, *base32;
} rfc4648[] = {
    { "", "", "" },
    { "f", "Zg==", "MY" },
    { "fo", "Zm8=", "MZXQ" },
    { "foo", "Zm9v", "MZXW6" },
    { "foob", "Zm9vYg==", "MZXW6YQ" },
    { "fooba", "Zm9vYmE=", "MZXW6YTB" },
    { "foobar", "Zm9vYmFy", "MZXW6YTBOI" },
};

static void rfc_4648_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rfc4648 / sizeof *rfc4648; i++) {
        unsigned char out[16];
        struct buffer text;
        struct slice plain = slice_str(rfc4648[i].plain);
        assert_int_equal(codec_base64(slice_str(rfc4648[i].base64), out, sizeof out), plain.len);
        assert_memory_equal(out, plain.ptr, plain.len);
        assert_int_equal(codec_base32(slice_str(rfc4648[i].base32), out, sizeof out), plain.len);
        assert_memory_equal(out, plain.ptr, plain.len);
        buffer_init(&text, 64);
        codec_put_base64(&text, plain, CODEC_STANDARD);
        assert_true(slice_is_equal(buffer_slice(&text), slice_str(rfc4648[i].base64)));
        buffer_clear(&text);
        codec_put_base32(&text, plain);
        assert_true(slice_is_equal(buffer_slice(&text), slice_str(rfc4648[i].base32)));
        buffer_release(&text);
    }
}

static void decoders_refuse_what_is_not_theirs(void **state)
{
    unsigned char out[4];
    (void)state;
    assert_int_equal(codec_base64(slice_str("A"), out, 4), SLICE_NONE);
    assert_int_equal(codec_base64(slice_str("AA==="), out, 4), SLICE_NONE);
    assert_int_equal(codec_base64(slice_str("AA A"), out, 4), SLICE_NONE);
    assert_int_equal(codec_base64(slice_str("AAAAAAAA"), out, 4), SLICE_NONE); /* no room */
    assert_int_equal(codec_base32(slice_str("M1"), out, 4), SLICE_NONE);
    assert_int_equal(codec_hex(slice_str("abc"), out, 4), SLICE_NONE);
    assert_int_equal(codec_hex(slice_str("zz"), out, 4), SLICE_NONE);
    assert_int_equal(codec_base58(slice_str("0"), out, 4), SLICE_NONE);
    assert_int_equal(codec_base58(slice_str("zzzzzzzzzzzz"), out, 4), SLICE_NONE);
    assert_int_equal(codec_percent(slice_str("%4"), out, 4), SLICE_NONE);
}

static void base58_goes_both_ways(void **state)
{
    struct prng prng;
    (void)state;
    prng_init(&prng, slice_str("58"));
    for (size_t len = 1; len <= 90; len++) {
        unsigned char bytes[96], back[96];
        struct buffer text;
        prng_bytes(&prng, bytes, len);
        bytes[0] = len % 3 ? bytes[0] : 0;
        buffer_init(&text, 256);
        codec_put_base58(&text, slice_of(bytes, len));
        assert_int_equal(codec_base58(buffer_slice(&text), back, sizeof back), len);
        assert_memory_equal(bytes, back, len);
        buffer_release(&text);
    }
}

static void checksum_vectors(void **state)
{
    (void)state;
    assert_int_equal(digest_crc32(slice_str("123456789")), 0xCBF43926);
    assert_int_equal(digest_crc24(slice_str("123456789")), 0x21CF02);
}

/* As published with .NET and Microsoft's security utilities. */
static const struct {
    uint64_t seed;
    const char *hex;
    uint64_t sum;
} marvin[] = {
    { 0x004fb61a001bdbcc, "", 0x30ed35c100cd3c7d },
    { 0x004fb61a001bdbcc, "af", 0x48e73fc77d75ddc1 },
    { 0x004fb61a001bdbcc, "e70f", 0xb5f6e1fc485dbff8 },
    { 0x004fb61a001bdbcc, "37f495", 0xf0b07c789b8cf7e8 },
    { 0x004fb61a001bdbcc, "8642dc59", 0x7008f2e87e9cf556 },
    { 0x004fb61a001bdbcc, "153fb79826", 0xe6c08c6da2afa997 },
    { 0x004fb61a001bdbcc, "0932e6246c47", 0x6f04bf1a5ea24060 },
    { 0x004fb61a001bdbcc, "ab427ea8d10fc7", 0xe11847e4f0678c41 },
    { 0x804fb61a001bdbcc, "ab427ea8d10fc7", 0xe203987dba252fb3 },
    { 0x804fb61a801bdbcc, "00ff00ff00ff00", 0x71876f2efb1b0ee8 },
};

static void marvin_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof marvin / sizeof *marvin; i++) {
        unsigned char bytes[16];
        size_t len = codec_hex(slice_str(marvin[i].hex), bytes, sizeof bytes);
        assert_true(digest_marvin64(slice_of(bytes, len), marvin[i].seed) == marvin[i].sum);
    }
}

static void expect_hex(const unsigned char *bytes, size_t len, const char *hex)
{
    unsigned char want[64];
    assert_int_equal(codec_hex(slice_str(hex), want, sizeof want), len);
    assert_memory_equal(bytes, want, len);
}

/* FIPS 180-2 appendix, RFC 2202 and 4231 case 2, NIST AES-256 and DES known answers. */
static void hash_and_cipher_vectors(void **state)
{
    unsigned char out[64], key[32], block[16];
    struct slice message = slice_str("what do ya want for nothing?");
    struct slice pieces[] = { slice_sub(message, 0, 5), slice_skip(message, 5) };
    (void)state;
    digest_sha1(slice_str("abc"), out);
    expect_hex(out, 20, "a9993e364706816aba3e25717850c26c9cd0d89d");
    digest_sha256(slice_str("abc"), out);
    expect_hex(out, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    digest_hmac_sha1(slice_str("Jefe"), pieces, 2, out);
    expect_hex(out, 20, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    digest_hmac_sha256(slice_str("Jefe"), pieces, 2, out);
    expect_hex(out, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    for (unsigned char i = 0; i < 32; i++)
        key[i] = i;
    codec_hex(slice_str("00112233445566778899aabbccddeeff"), block, 16);
    digest_aes256_cbc(key, DIGEST_ENCRYPT, block, out, 16);
    expect_hex(out, 16, "8ea2b7ca516745bfeafc49904b496089");
    digest_aes256_cbc(key, DIGEST_DECRYPT, out, out + 16, 16);
    assert_memory_equal(out + 16, block, 16);
    codec_hex(slice_str("133457799bbcdff1"), key, 8);
    codec_hex(slice_str("0123456789abcdef"), block, 8);
    digest_des(key, DIGEST_ENCRYPT, block, out);
    expect_hex(out, 8, "85e813540f0ab405");
}

static const struct {
    const char *text;
    bool is_object;
} jsons[] = {
    { "{}", true },
    { " { \"a\" : 1 } \n", true },
    { "{\"a\":{\"b\":[1,2,{\"c\":\"}\"}]},\"d\":\"\\\"\"}", true },
    { "{\"a\":}", false },
    { "{\"a\":1", false },
    { "{\"a\":1}x", false },
    { "{\"a\":[1}}", false },
    { "[1]", false },
    { "{\"a\" 1}", false },
    { "{\"a\":\"\n\"}", false },
    { "", false },
    { "{", false },
    { "{\"", false },
    { "{\"a\\", false },
};

static void json_objects_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof jsons / sizeof *jsons; i++)
        if (json_is_object(slice_str(jsons[i].text)) != jsons[i].is_object)
            fail_msg("'%s'", jsons[i].text);
    char deep[200];
    memset(deep, '[', sizeof deep);
    memcpy(deep, "{\"a\":", 5);
    assert_false(json_is_object(slice_of(deep, sizeof deep)));
}

static void json_members_are_read(void **state)
{
    char out[32];
    struct slice text = slice_str(
        "{\"n\":17.5,\"s\":\"a\\u00e9\\n\\\"\",\"l\":[ \"first\",\"second\"],\"o\":{\"s\":1},\"t\":true}");
    (void)state;
    assert_true(json_get(text, "n", out, sizeof out));
    assert_string_equal(out, "17.5");
    assert_true(json_get(text, "s", out, sizeof out));
    assert_non_null(strstr(out, "a\xc3\xa9"));
    assert_null(strchr(out, '\n'));
    assert_true(json_get(text, "l", out, sizeof out));
    assert_string_equal(out, "first");
    assert_true(json_get(text, "t", out, sizeof out));
    assert_string_equal(out, "true");
    assert_false(json_get(text, "absent", out, sizeof out));
    assert_string_equal(out, "");
}

static void times_are_shown_in_utc(void **state)
{
    static const struct {
        const char *text, *shown;
    } times[] = {
        { "1705051800", "2024-01-12T09:30:00Z" },
        { "2024-01-12", "2024-01-12T00:00:00Z" },
        { "2024-01-12T09:30:00Z", "2024-01-12T09:30:00Z" },
        { "2024-01-12T09:30Z", "2024-01-12T09:30:00Z" },
        { "2024-13-12", "" },
        { "soon", "" },
        { "", "" },
        { "99999999999999999999", "" },
    };
    char out[32];
    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        clock_show(out, sizeof out, slice_str(times[i].text));
        assert_string_equal(out, times[i].shown);
    }
    assert_true(clock_is_past("2024-01-12T09:30:00Z"));
    assert_false(clock_is_past("2999-01-12T09:30:00Z"));
    assert_false(clock_is_past(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc_4648_vectors),       cmocka_unit_test(decoders_refuse_what_is_not_theirs),
        cmocka_unit_test(base58_goes_both_ways),  cmocka_unit_test(checksum_vectors),
        cmocka_unit_test(marvin_vectors),         cmocka_unit_test(hash_and_cipher_vectors),
        cmocka_unit_test(json_objects_are_told),  cmocka_unit_test(json_members_are_read),
        cmocka_unit_test(times_are_shown_in_utc),
    };
    return cmocka_run_group_tests_name("validate/codec", tests, NULL, NULL);
}
