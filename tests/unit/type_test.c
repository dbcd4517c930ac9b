/* type_test.c - what bytes are, whatever they are called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "walk/type.h"

#define BYTES(text)                                     \
    {                                                   \
        (const unsigned char *)(text), sizeof(text) - 1 \
    }

struct type_case {
    const char *name;
    struct slice head;
    enum type_class class;
    const char *media; /* NULL: not looked at */
};

static const struct type_case cases[] = {
    { "empty", BYTES(""), TYPE_TEXT, NULL },
    { "ASCII", BYTES("hello\r\nworld\n"), TYPE_TEXT, "text/plain" },
    { "UTF-8", BYTES("gr\xc3\xbc\xc3\x9f dich"), TYPE_TEXT, NULL },
    { "Latin-1", BYTES("gr\xfc\xdf dich, sch\xf6n"), TYPE_TEXT, NULL },
    { "Shift_JIS", BYTES("\x93\xfa\x96\x7b\x8c\xea\x82\xcc\x83\x65\x83\x4c\x83\x58\x83\x67"), TYPE_TEXT,
      NULL },
    { "UTF-16 with a mark", BYTES("\xff\xfeh\0i\0"), TYPE_TEXT, NULL },
    { "UTF-16 without", BYTES("p\0a\0s\0s\0w\0o\0r\0d\0:\0 \0x\0y\0"), TYPE_TEXT, NULL },
    { "UTF-16BE without", BYTES("\0p\0a\0s\0s\0w\0o\0r\0d\0:\0 \0x"), TYPE_TEXT, NULL },
    { "UTF-32 without", BYTES("p\0\0\0a\0\0\0s\0\0\0s\0\0\0w\0\0\0"), TYPE_TEXT, NULL },
    { "ISO-2022-JP", BYTES("\033$B$3$s$K$A$O\033(B"), TYPE_TEXT, NULL },
    { "EBCDIC", BYTES("\xc8\x85\x93\x93\x96\x6b\x40\xa6\x96\x99\x93\x84\x15"), TYPE_TEXT, NULL },
    { "a stray control or two", BYTES("some text \x01 with an odd byte, and more of it"), TYPE_TEXT, NULL },
    { "a NUL in text", BYTES("some text with a NUL \0 in it, and more"), TYPE_TEXT, NULL },
    { "form feed and bell", BYTES("page\f\a\b\v\n"), TYPE_TEXT, NULL },
    { "ID3 as a word", BYTES("ID3 tags are what music files have"), TYPE_TEXT, NULL },
    { "HTML", BYTES("\xef\xbb\xbf\r\n<!DOCTYPE HTML><p>"), TYPE_HTML, "text/html" },
    { "XHTML root", BYTES("<html xmlns='x'>"), TYPE_HTML, NULL },
    { "PNG", BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), TYPE_PICTURE, "image/png" },
    { "JPEG", BYTES("\xff\xd8\xff\xe0\0\x10JFIF"), TYPE_PICTURE, "image/jpeg" },
    { "GIF", BYTES("GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff"), TYPE_PICTURE, "image/gif" },
    { "WebP", BYTES("RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0"), TYPE_PICTURE, "image/webp" },
    { "BMP", BYTES("BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0"), TYPE_PICTURE, "image/bmp" },
    { "PDF", BYTES("%PDF-1.4\n"), TYPE_DOCUMENT, "application/pdf" },
    { "RTF", BYTES("{\\rtf1\\ansi"), TYPE_DOCUMENT, "application/rtf" },
    { "zip", BYTES("PK\x03\x04\x14\0\0\0\x08\0"), TYPE_DOCUMENT, "application/zip" },
    { "gzip", BYTES("\x1f\x8b\x08\0\0\0\0\0\0\x03"), TYPE_DOCUMENT, "application/gzip" },
    { "OLE", BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0"), TYPE_DOCUMENT, NULL },
    { "OLE around an encrypted package",
      BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"),
      TYPE_ENCRYPTED, NULL },
    { "ELF",
      BYTES("\x7f"
            "ELF\x02\x01\x01\0"),
      TYPE_PROGRAM, NULL },
    { "font", BYTES("wOF2\0\x01\0\0\0\0\0\0\0\0\x01\x02\x03"), TYPE_PROGRAM, "font/woff2" },
    { "kdbx", BYTES("\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5\x01\0\x04\0"), TYPE_ENCRYPTED, NULL },
    { "PGP armour", BYTES("\r\n-----BEGIN PGP MESSAGE-----\n\nhQ"), TYPE_ENCRYPTED,
      "application/pgp-encrypted" },
    { "PGP public key is text", BYTES("-----BEGIN PGP PUBLIC KEY BLOCK-----\n"), TYPE_TEXT, NULL },
    { "PGP session key packet",
      BYTES("\x85\x01\x0c\x03\x01\x02\x03\x04\x05\x06\x07\x08\x01\0\x07\xff\x00\x03\x04"), TYPE_ENCRYPTED,
      NULL },
    { "PGP pass phrase packet", BYTES("\x8c\x0d\x04\x09\x03\x08\x01\x02\x03\x04\0\x06\x07\x08\xff\x01"),
      TYPE_ENCRYPTED, NULL },
    { "CMS enveloped", BYTES("\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x80\x30\x80"),
      TYPE_ENCRYPTED, "application/pkcs7-mime" },
    { "CMS signed", BYTES("\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80"),
      TYPE_DOCUMENT, "application/pkcs7-mime" },
    { "openssl enc", BYTES("Salted__\x01\x02\x03\x04\x05\x06\x07\x08"), TYPE_ENCRYPTED, NULL },
    { "ansible vault", BYTES("$ANSIBLE_VAULT;1.1;AES256\n3132"), TYPE_ENCRYPTED, NULL },
    { "random", BYTES("\x9e\x03\x88\x11\xfa\0\x02\x9c\x17\x81\x04\x7f\xe3\x05\x06\x91\x10\x80\x1d\0"),
      TYPE_BINARY, NULL },
};

static void bytes_tell_the_type(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct type_case *one = &cases[i];
        struct type type = type_of(one->head, slice_str("picture.jpg"), slice_str("text/plain"));
        if (type.class != one->class)
            fail_msg("%s: class %d, %s", one->name, type.class, type.media);
        if (one->media)
            assert_string_equal(type.media, one->media);
    }
}

/* Only where bytes leave it open. */
static void name_and_type_break_ties(void **state)
{
    static const unsigned char random[] =
        "\x9e\x03\x88\x11\xfa\0\x02\x9c\x17\x81\x04\x7f\xe3\x05\x06\x91\x10\x80\x1d";
    struct slice head = slice_of(random, sizeof random);
    struct slice none = slice_of(NULL, 0);
    (void)state;
    assert_int_equal(type_of(head, slice_str("backup.GPG"), none).class, TYPE_ENCRYPTED);
    assert_int_equal(type_of(head, none, slice_str("application/pgp-encrypted")).class, TYPE_ENCRYPTED);
    assert_int_equal(type_of(head, slice_str("x.tga"), none).class, TYPE_PICTURE);
    assert_int_equal(type_of(head, slice_str("x.jpg"), slice_str("image/jpeg")).class, TYPE_BINARY);
    assert_int_equal(type_of(slice_str("text"), slice_str("x.gpg"), none).class, TYPE_TEXT);
}

struct file_case {
    const char *path; /* below the corpora */
    enum type_class class;
};

static const struct file_case files[] = {
    { "documents/testPDF.pdf", TYPE_DOCUMENT },
    { "documents/testEXCEL.xls", TYPE_DOCUMENT },
    { "documents/testWORD.docx", TYPE_DOCUMENT },
    { "documents/testODTNoMeta.odt", TYPE_DOCUMENT },
    { "documents/testRTF.rtf", TYPE_DOCUMENT },
    { "documents/testWINMAIL.dat", TYPE_DOCUMENT },
    { "documents/testMSG.msg", TYPE_DOCUMENT },
    { "documents/quine.gz", TYPE_DOCUMENT },
    { "documents/full_encrypted.7z", TYPE_DOCUMENT },
    { "documents/testAccess2_encrypted.accdb", TYPE_DOCUMENT },
    { "documents/testPKCS7_enveloped_def.p7m", TYPE_ENCRYPTED },
    { "documents/testPKCS7_enveloped_ind.p7m", TYPE_ENCRYPTED },
    { "documents/testPKCS7_signed_data_def.p7m", TYPE_DOCUMENT },
    { "documents/testPKCS7_signed_data_ind.p7m", TYPE_DOCUMENT },
    { "documents/testWORD_protected_passtika.docx", TYPE_ENCRYPTED },
    { "documents/testEXCEL_protected_passtika.xlsx", TYPE_ENCRYPTED },
    { "documents/testPPT_protected_passtika.pptx", TYPE_ENCRYPTED },
    { "documents/testRFC822_encrypted_zip", TYPE_TEXT },
    { "pst/Outlook.pst", TYPE_DOCUMENT },
    { "README.md", TYPE_TEXT },
};

static void real_files_are_known(void **state)
{
    static unsigned char head[64 * 1024];
    unsigned seen = 0;
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[256];
        snprintf(path, sizeof path, "../shared/corpora/%s", files[i].path);
        FILE *file = fopen(path, "rb");
        if (!file)
            continue;
        size_t len = fread(head, 1, sizeof head, file);
        fclose(file);
        struct type type = type_of(slice_of(head, len), slice_str(path), slice_of(NULL, 0));
        if (type.class != files[i].class)
            fail_msg("%s: class %d, %s", path, type.class, type.media);
        seen++;
    }
    if (seen == 0)
        skip();
}

static int load(void **state)
{
    (void)state;
    return type_init(NULL);
}

static int unload(void **state)
{
    (void)state;
    type_release();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_tell_the_type),
        cmocka_unit_test(name_and_type_break_ties),
        cmocka_unit_test(real_files_are_known),
    };
    return cmocka_run_group_tests_name("type", tests, load, unload);
}
