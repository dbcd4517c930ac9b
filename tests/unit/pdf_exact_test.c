/* pdf_exact_test.c - streams of which each byte had a part in what came out, and which of them are left out of a PDF's bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <zlib.h>

#include "item/envelope.h"
#include "walk/pdf_exact.h"
#include "walk/pdf_unread.h"

#define FLATE "/Filter/FlateDecode"
#define BOTH "/Filter[/ASCII85Decode /FlateDecode]"
#define SHOWN "BT (Tulip 77) Tj ET"

enum packing { PACK_DEFLATED, PACK_ASCII85, PACK_NOT };

/* What is done to the packed bytes: CUT of them are cut off, the last is changed, AFTER is put behind. */
struct exact_case {
    const char *name, *entries;
    enum packing packing;
    int cut;
    bool is_bent;
    const char *after;
    bool is_exact;
};

static const struct exact_case cases[] = {
    { "deflated", FLATE, PACK_DEFLATED, 0, false, "", true },
    { "deflated, with the end of a line", FLATE, PACK_DEFLATED, 0, false, "\r\n", true },
    { "a list of one filter", "/Filter[/FlateDecode]", PACK_DEFLATED, 0, false, "", true },
    { "bytes behind", FLATE, PACK_DEFLATED, 0, false, "Tulip", false },
    { "a byte is missing", FLATE, PACK_DEFLATED, 1, false, "", false },
    { "a wrong checksum", FLATE, PACK_DEFLATED, 0, true, "", false },
    { "a predictor", FLATE "/DecodeParms<</Predictor 12>>", PACK_DEFLATED, 0, false, "", false },
    { "a filter that is not known", "/Filter[/FlateDecode/DCTDecode]", PACK_DEFLATED, 0, false, "", false },
    { "not packed", "", PACK_NOT, 0, false, "", false },
    { "in ASCII85", BOTH, PACK_ASCII85, 0, false, "~>", true },
    { "in ASCII85, with the end of a line", BOTH, PACK_ASCII85, 0, false, "~>\n", true },
    { "in ASCII85 without an end", BOTH, PACK_ASCII85, 0, false, "", false },
    { "bytes behind ASCII85", BOTH, PACK_ASCII85, 0, false, "~> (Tulip)", false },
    { "a byte that is none of ASCII85", BOTH, PACK_ASCII85, 0, false, "w~>", false },
    { "bytes behind, in ASCII85", BOTH, PACK_ASCII85, 0, false, "<+U,m<+U,m~>", false },
    { "five digits that are too much", BOTH, PACK_ASCII85, 0, false, "uuuuuuuuuu~>", false },
};

static void put_ascii_85(struct buffer *out, struct slice in)
{
    for (size_t at = 0; at < in.len; at += 4) {
        struct slice four = slice_sub(in, at, 4);
        unsigned char digits[5];
        uint32_t value = 0;
        for (size_t i = 0; i < 4; i++)
            value = value << 8 | (i < four.len ? four.ptr[i] : 0);
        for (unsigned i = 5; i > 0; i--, value /= 85)
            digits[i - 1] = (unsigned char)('!' + value % 85);
        buffer_put(out, slice_of(digits, four.len + 1));
    }
}

static void put_packed(struct buffer *out, struct slice shown, const struct exact_case *c)
{
    unsigned char room[4096];
    uLongf len = sizeof room;
    if (c->packing == PACK_NOT) {
        buffer_put(out, shown);
        return;
    }
    assert_int_equal(compress(room, &len, shown.ptr, shown.len), Z_OK);
    room[len - 1] ^= c->is_bent;
    struct slice packed = slice_of(room, len - (size_t)c->cut);
    if (c->packing == PACK_DEFLATED)
        buffer_put(out, packed);
    else
        put_ascii_85(out, packed);
    buffer_put_str(out, c->after);
}

/* A document of one page that shows SHOWN. */
static void put_document(struct buffer *out, struct slice shown, const struct exact_case *c)
{
    struct buffer packed;
    buffer_init(&packed, 8192);
    put_packed(&packed, shown, c);
    buffer_put_str(out, "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
                        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
                        "3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R>>endobj\n");
    buffer_printf(out, "4 0 obj<</Length %zu%s>>stream\n", packed.len, c->entries);
    buffer_put(out, buffer_slice(&packed));
    buffer_put_str(out, "\nendstream endobj\ntrailer<</Root 1 0 R>>\n");
    buffer_release(&packed);
}

static void only_what_unpacks_to_its_last_byte_is_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct exact_case *c = &cases[i];
        struct arena *arena = arena_new(0);
        struct limits limits;
        struct pdf_objects objects;
        struct buffer file, out;
        limits_init(&limits);
        buffer_init(&file, 8192);
        buffer_init(&out, 8192);
        put_document(&file, slice_str(SHOWN), c);
        pdf_objects_find(&objects, buffer_slice(&file), NULL, 0, &limits, arena);
        bool is_exact = pdf_exact_unpack(&objects, pdf_object_of(&objects, 4), &out) == 0;
        if (is_exact != c->is_exact || (is_exact && !slice_is_equal(buffer_slice(&out), slice_str(SHOWN))))
            fail_msg("%s", c->name);
        buffer_release(&file);
        buffer_release(&out);
        arena_free(arena);
    }
}

struct blank_case {
    const char *name, *shown, *given;
    const char *after;
    bool is_blank;
};

static const struct blank_case blank_cases[] = {
    { "all words were given", SHOWN, "Tulip 77", "", true },
    { "a word was not given", SHOWN, "Tulip", "", false },
    { "numbers of glyphs: the page's text was given", "BT <0102> Tj ET", "", "", true },
    { "an inline picture", "BI/W 1/H 1/BPC 8/CS/G ID x EI BT (Tulip) Tj ET", "Tulip", "", false },
    { "bytes behind", SHOWN, "Tulip 77", "Tulip 78", false },
};

static void streams_that_were_given_are_left_out_of_the_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof blank_cases / sizeof *blank_cases; i++) {
        const struct blank_case *c = &blank_cases[i];
        const struct exact_case packing = { .entries = FLATE, .packing = PACK_DEFLATED, .after = c->after };
        struct limits limits;
        struct walk_env env = { .limits = &limits };
        struct envelope envelope = { .date = ENVELOPE_NO_DATE };
        struct arena *arena = arena_new(0);
        struct item item = { .kind = ITEM_FILE, .envelope = &envelope, .arena = arena },
                    child = { .arena = arena };
        struct walk walk = { .item = &item, .env = &env, .arena = arena };
        struct pdf_words words;
        struct buffer file;
        limits_init(&limits);
        buffer_init(&file, 8192);
        put_document(&file, slice_str(c->shown), &packing);
        pdf_words_init(&words, arena);
        pdf_words_note(&words, slice_str(c->given));
        pdf_words_end(&words);
        struct pdf_unread *unread = pdf_unread_new(&walk, buffer_slice(&file), &words, NULL, false);
        while (pdf_unread_next(unread, &child) == 1)
            continue;
        struct slice copy = arena_copy(arena, buffer_slice(&file));
        size_t start = slice_find(copy, 0, slice_str("stream\n")) + 7;
        pdf_unread_blank(unread, (unsigned char *)(uintptr_t)copy.ptr);
        bool is_blank =
            slice_trim(slice_sub(copy, start, slice_find(copy, start, slice_str("endstream")) - start)).len ==
            0;
        bool is_else_as_it_was = memcmp(copy.ptr, file.ptr, start) == 0 &&
                                 slice_ends_with_nocase(copy, "\nendstream endobj\ntrailer<</Root 1 0 R>>\n");
        if (is_blank != c->is_blank || !is_else_as_it_was)
            fail_msg("%s", c->name);
        buffer_release(&file);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_unpacks_to_its_last_byte_is_exact),
        cmocka_unit_test(streams_that_were_given_are_left_out_of_the_bytes),
    };
    return cmocka_run_group_tests_name("pdf_exact", tests, NULL, NULL);
}
