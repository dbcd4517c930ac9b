/* id_test.c - ids: the vectors of docs/output.md, the keys of messages and leaves, the key file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "record/id.h"

#define MESSAGE "<20240112093000.1@example.org>"

struct finding_vector {
    const char *family, *message_key, *leaf_key;
    uint64_t ordinal;
    const char *id;
};

static const struct finding_vector finding_vectors[] = {
    { "github-token", MESSAGE, "body", 1, "f873dba8b1161da4ac35bad27df80747" },
    { "github-token", MESSAGE, "body", 2, "93efb02f247a5e4348c7978d761a1ea6" },
    { "github-token", MESSAGE, "header:subject", 1, "9325220362b6b8ccf93a92616cd3d592" },
    { "aws-key",
      "alice@example.org\n1705051800\nfrom mx.example.org by mail.example.org; Fri, 12 Jan 2024 09:30:01 "
      "+0000",
      "attachment:creds.zip!/prod.env", 1, "a94e9ba3bdf59c53a1a7075511992cb3" },
    { "github-token", "deploy/prod.env", "body", 1, "58a2176a7cbf0478b70a96c7394ccea1" },
};

static void assert_id(struct record_id id, const char *want)
{
    char hex[33];
    record_id_hex(&id, hex);
    assert_string_equal(hex, want);
}

static void ids_are_those_of_the_manual(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof finding_vectors / sizeof *finding_vectors; i++) {
        const struct finding_vector *v = &finding_vectors[i];
        assert_id(id_of_finding(slice_str(v->family), slice_str(v->message_key), slice_str(v->leaf_key),
                                v->ordinal),
                  v->id);
    }
    assert_id(id_of_gap(GAP_ENCRYPTED, slice_str(MESSAGE), slice_str("!/2 creds.zip!/prod.env"),
                        slice_str("zip member needs a password")),
              "d9ec54a9ebd34d0aa10a8e1a1747d429");
}

static void test_key(struct id_key *key)
{
    for (size_t i = 0; i < sizeof key->bytes; i++)
        key->bytes[i] = (unsigned char)i;
}

static void a_quoted_secret_is_the_same_secret(void **state)
{
    (void)state;
    struct id_key key = { 0 };
    test_key(&key);
    assert_id(id_of_secret(&key, slice_str("github-token"), slice_str("correct-horse-battery")),
              "2b8aff23964a3da844f0551b42402c01");
    static const char *const forms[] = { "BEGINabcdefEND", "BEGIN\nabc\ndef\nEND",
                                         "BEGIN\r\nabc\r\ndef\r\nEND", "BEGIN\n> abc\n> def\n> END",
                                         "BEGIN  \n\t> >abc \n  def\n>END" };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        assert_id(id_of_secret(&key, slice_str("key"), slice_str(forms[i])),
                  "008d40745c60411de06284552a5b8991");
}

/* A chain of items by hand: FILE, then what stands below it. */
struct chain {
    struct envelope envelope;
    struct item file, mbox_message, part, member, header;
};

static void chain_init(struct chain *c)
{
    *c = (struct chain){ .envelope = { .date = ENVELOPE_NO_DATE } };
    c->file = (struct item){ .kind = ITEM_FILE, .name = slice_str("exports/alice.mbox") };
    c->mbox_message = (struct item){
        .parent = &c->file, .kind = ITEM_MESSAGE, .ordinal = 7, .is_message = true, .envelope = &c->envelope
    };
    c->part = (struct item){ .parent = &c->mbox_message, .kind = ITEM_PART, .part = slice_str("2") };
    c->member = (struct item){ .parent = &c->part, .kind = ITEM_MEMBER, .name = slice_str("etc/prod env") };
    c->header = (struct item){ .parent = &c->mbox_message, .kind = ITEM_HEADER };
}

static void assert_keys(const struct item *item, const char *header, const char *message, const char *leaf)
{
    struct buffer out;
    buffer_init(&out, 4096);
    id_put_message_key(&out, item);
    buffer_put_byte(&out, 0);
    assert_string_equal((char *)out.ptr, message);
    buffer_clear(&out);
    id_put_leaf_key(&out, item, slice_str(header));
    buffer_put_byte(&out, 0);
    assert_string_equal((char *)out.ptr, leaf);
    buffer_release(&out);
}

static void a_message_is_keyed_by_its_id(void **state)
{
    (void)state;
    struct chain c;
    chain_init(&c);
    c.envelope.id = slice_str(MESSAGE);
    assert_keys(&c.mbox_message, "", MESSAGE, "body");
    assert_keys(&c.part, "", MESSAGE, "body");
    assert_keys(&c.header, "Subject", MESSAGE, "header:subject");
    c.part.is_attachment = true;
    c.part.name = slice_str("creds.zip");
    assert_keys(&c.part, "", MESSAGE, "attachment:creds.zip");
    assert_keys(&c.member, "", MESSAGE, "attachment:creds.zip!/etc/prod%20env");
}

static void a_message_without_id_is_keyed_by_its_origin(void **state)
{
    (void)state;
    struct chain c;
    chain_init(&c);
    c.envelope.from = slice_str("alice@example.org");
    c.envelope.date = 1705051800;
    assert_keys(&c.part, "", "alice@example.org\n1705051800\n", "body");
    c.envelope.from.len = 0;
    c.envelope.date = ENVELOPE_NO_DATE;
    assert_keys(&c.part, "", "!#7", "body");
}

static void a_loose_file_is_keyed_by_its_path(void **state)
{
    (void)state;
    struct item folder = { .kind = ITEM_FILE, .name = slice_str("exports/") };
    struct item file = { .parent = &folder, .kind = ITEM_FILE, .name = slice_str("deploy/prod.env") };
    struct item walked = { .kind = ITEM_FILE,
                           .name = slice_str("exports/deploy/prod.env"),
                           .key_path = slice_str("deploy/prod.env") };
    struct item zip = { .kind = ITEM_FILE, .name = slice_str("some/where/exports.zip") };
    struct item member = { .parent = &zip, .kind = ITEM_MEMBER, .name = slice_str("deploy/prod.env") };
    assert_keys(&file, "", "deploy/prod.env", "body");
    assert_keys(&member, "", "deploy/prod.env", "body");
    assert_keys(&walked, "", "deploy/prod.env", "body");
    assert_keys(&zip, "", "exports.zip", "body");
}

static char folder[] = "/tmp/mailspill-id-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const char *text, mode_t mode)
{
    FILE *file = fopen(in_folder(name), "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(in_folder(name), mode), 0);
}

static void key_files_are_checked(void **state)
{
    (void)state;
    struct id_key key;
    struct error err;
    bool is_lasting;
    write_file("hex", "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F\n", 0600);
    assert_int_equal(id_key_load(&key, in_folder("hex"), &is_lasting, &err), 0);
    assert_string_equal(key.name, "630dcd2966c43366");
    assert_true(is_lasting);
    write_file("open", "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F\n", 0644);
    assert_int_equal(id_key_load(&key, in_folder("open"), &is_lasting, &err), -1);
    assert_non_null(strstr(err.message, "chmod 600"));
    write_file("short", "0001020304\n", 0600);
    assert_int_equal(id_key_load(&key, in_folder("short"), &is_lasting, &err), -1);
    assert_non_null(strstr(err.message, "too short"));
    assert_int_equal(id_key_load(&key, in_folder("absent"), &is_lasting, &err), -1);
}

static void first_use_makes_a_key_that_lasts(void **state)
{
    (void)state;
    struct id_key first, second;
    bool is_lasting = false;
    struct stat info;
    unsetenv("MAILSPILL_KEY_FILE");
    setenv("XDG_STATE_HOME", in_folder("a/b"), 1);
    assert_int_equal(id_key_load(&first, NULL, &is_lasting, NULL), 0);
    assert_true(is_lasting);
    assert_int_equal(id_key_load(&second, NULL, &is_lasting, NULL), 0);
    assert_memory_equal(first.bytes, second.bytes, sizeof first.bytes);
    assert_int_equal(stat(in_folder("a/b/mailspill/key"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    setenv("XDG_STATE_HOME", "/dev/null/nowhere", 1);
    assert_int_equal(id_key_load(&second, NULL, &is_lasting, NULL), 0);
    assert_false(is_lasting);
    assert_memory_not_equal(first.bytes, second.bytes, sizeof first.bytes);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **state)
{
    (void)state;
    static const char *const names[] = { "hex",           "open", "short", "a/b/mailspill/key",
                                         "a/b/mailspill", "a/b",  "a",     "" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        remove(in_folder(names[i]));
    return access(folder, F_OK) == 0 ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_those_of_the_manual),
        cmocka_unit_test(a_quoted_secret_is_the_same_secret),
        cmocka_unit_test(a_message_is_keyed_by_its_id),
        cmocka_unit_test(a_message_without_id_is_keyed_by_its_origin),
        cmocka_unit_test(a_loose_file_is_keyed_by_its_path),
        cmocka_unit_test(key_files_are_checked),
        cmocka_unit_test(first_use_makes_a_key_that_lasts),
    };
    return cmocka_run_group_tests_name("id", tests, make_folder, drop_folder);
}
