/* mime_gmime_test.c - GMime as an oracle: the parts and people of every message at hand, as two parsers see them.
 *
 * Where they differ and we are right, or nobody is, the file stands in `known` with the reason (see docs/mail-in-the-wild.md);
 * any other difference fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <sys/stat.h>

#include "decode/header.h"
#include "item/source.h"
#include "walk/format.h"

#define CORPUS "../shared/corpora/mail"

#define GMIME_WORDS "GMime 3.2.13 loses encoded words that follow one another, or white space beside them"
#define GMIME_BASE64 "GMime 3.2.13 stops at the first padding of base64, and drops a cut last group"
#define NOT_BASE64 "declared as base64, but prose: we give it as it stands"
#define NO_BOUNDARY "a multipart without a single delimiter: GMime drops the body, we give it as text"
#define OTHER_BOUNDARY "the delimiters are not those that the header names: we guess"
#define EMPTY_PART "GMime leaves out empty parts, which moves the numbers of those after them"
#define BACKSLASH "a path of Windows as a file name: we keep its backslashes"
#define HEADER_END "no blank line ends the header: we and GMime find different ends"
#define ENCODED_MESSAGE "an encoded message/rfc822: we open it"
#define PARTIAL "message/partial: we open the first piece, and give the others as text"
#define FIELD_TWICE "a field that may come once comes twice: we take the first"
#define LINE_ENDS "line ends are mixed: GMime takes a byte too many or too few before a delimiter"
#define ODD_ADDRESS "an address that no grammar knows"
#define ODD_ID "a Message-ID that no grammar knows: we keep it as it stands"
#define OPEN_END "the file ends in the middle"

static const struct {
    const char *file; /* end of its path */
    const char *why;
} known[] = {
    { "spam/broken-headers.eml", GMIME_WORDS },
    { "bilingual-simple.eml", GMIME_WORDS },
    { "fname.eml", GMIME_WORDS },
    { "error_emails/bad_subject.eml", GMIME_WORDS },
    { "rfc2822/example14.eml", GMIME_WORDS },
    { "attachment_with_encoded_name.eml", GMIME_WORDS },
    { "plain_emails/raw_email8.eml", GMIME_WORDS },
    { "sampleMail.msg", GMIME_BASE64 },
    { "mimetools-testmsgs/multi-frag.msg", GMIME_BASE64 },
    { "mimetools-testmsgs/frag.msg", GMIME_BASE64 },
    { "thirdparty/015.eml", GMIME_BASE64 },
    { "thirdparty/002.eml", GMIME_BASE64 },
    { "rfc/000.eml", NOT_BASE64 },
    { "partial/rfc2046.eml", NOT_BASE64 },
    { "false-multipart.eml", NO_BOUNDARY },
    { "badbound.msg", NO_BOUNDARY },
    { "missing-inner-boundary.msg", NO_BOUNDARY },
    { "ending-boundaries.msg", NO_BOUNDARY },
    { "testmsgs/missing-boundary.msg", NO_BOUNDARY },
    { "bad_date_header2.eml", NO_BOUNDARY },
    { "missing_body.eml", NO_BOUNDARY },
    { "phish_sender.eml", NO_BOUNDARY },
    { "phish_sender2.eml", NO_BOUNDARY },
    { "phish_sender3.eml", NO_BOUNDARY },
    { "phish_sender4.eml", NO_BOUNDARY },
    { "phish_sender5.eml", NO_BOUNDARY },
    { "phish_sender6.eml", NO_BOUNDARY },
    { "freemailcc.eml", NO_BOUNDARY },
    { "alternative-empty-related.eml", NO_BOUNDARY },
    { "external_relay.eml", NO_BOUNDARY },
    { "malformed/002.eml", NO_BOUNDARY },
    { "malformed/004.eml", NO_BOUNDARY },
    { "malformed/017.eml", NO_BOUNDARY },
    { "btc2.eml", OTHER_BOUNDARY },
    { "btc3.eml", OTHER_BOUNDARY },
    { "btc4.eml", OTHER_BOUNDARY },
    { "fws_fn.eml", OTHER_BOUNDARY },
    { "weird-boundary.msg", OTHER_BOUNDARY },
    { "very-long-boundary.msg", OTHER_BOUNDARY },
    { "multiple_content_types.eml", OTHER_BOUNDARY },
    { "malformed/019.eml", OTHER_BOUNDARY },
    { "malformed/020.eml", OTHER_BOUNDARY },
    { "malformed/021.eml", OTHER_BOUNDARY },
    { "2002_06_12_doublebound.msg", EMPTY_PART },
    { "double-bound.msg", EMPTY_PART },
    { "malformed/007.eml", EMPTY_PART },
    { "multi-2evil.msg", BACKSLASH },
    { "legacy/035.eml", BACKSLASH },
    { "legacy/039.eml", BACKSLASH },
    { "hdr-fakeout.msg", HEADER_END },
    { "malformedHeaderStartsBody-nocrlfcrlf.msg", HEADER_END },
    { "malformedHeader-nocrlfcrlf.msg", HEADER_END },
    { "basic-plain-with-bad-header-separator.msg", HEADER_END },
    { "testmsgs/obsolete.msg", HEADER_END },
    { "malformed/022.eml", HEADER_END },
    { "multi-2gifs-base64.msg", ENCODED_MESSAGE },
    { "base64encoded-rfc822message-nested.msg", ENCODED_MESSAGE },
    { "base64encoded-rfc822message.msg", ENCODED_MESSAGE },
    { "bad-newlines-multiple-parts-base64.msg", ENCODED_MESSAGE },
    { "testGroupWiseEml.eml", ENCODED_MESSAGE },
    { "rfc/008.eml", ENCODED_MESSAGE },
    { "message-partial.0.eml", PARTIAL },
    { "message-partial.1.eml", PARTIAL },
    { "message-partial.2.eml", PARTIAL },
    { "partial/rfc2046.0.eml", PARTIAL },
    { "partial/rfc2046.1.eml", PARTIAL },
    { "thirdparty/009.eml", PARTIAL },
    { "raw_email_with_multipart_mixed_quoted_boundary.eml", FIELD_TWICE },
    { "raw_email_with_binary_encoded.eml", FIELD_TWICE },
    { "multi-bad.msg", FIELD_TWICE },
    { "two_from_in_message.eml", LINE_ENDS },
    { "raw_email_encoded_stack_level_too_deep.eml", LINE_ENDS },
    { "japanese_attachment_long_name.eml", LINE_ENDS },
    { "thirdparty/001.eml", LINE_ENDS },
    { "mailformed-headers.eml", ODD_ADDRESS },
    { "mikel-mail/spec/fixtures/emails/mime_emails/raw_email11.eml", ODD_ADDRESS },
    { "rfc2822/example10.eml", ODD_ADDRESS },
    { "raw_email_multiple_from.eml", ODD_ADDRESS },
    { "rfc2822/example13.eml", ODD_ID },
    { "raw_email_double_at_in_header.eml", ODD_ID },
    { "decoderended.eml", OPEN_END },
    { "very-very-long-boundary.msg", OPEN_END },
    { NULL, NULL },
};

/* One message as a text: a line a part and field. */

static void put_hash(struct buffer *out, struct slice bytes)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < bytes.len; i++)
        hash = (hash ^ bytes.ptr[i]) * 1099511628211u;
    buffer_printf(out, " %zu %016llx\n", bytes.len, (unsigned long long)hash);
}

/* What parsers call a part whose type is missing or broken. */
static bool is_type_vague(struct slice type)
{
    return type.len == 0 || slice_is_equal(type, slice_str("text/plain")) ||
           slice_is_equal(type, slice_str("application/octet-stream"));
}

/* An empty part without a name is nothing: GMime leaves many of them out. */
static void put_part(struct buffer *out, struct slice number, struct slice type, struct slice name,
                     struct slice bytes)
{
    if (bytes.len == 0 && name.len == 0)
        return;
    buffer_put_str(out, "part ");
    buffer_put(out, number);
    buffer_put_str(out, " ");
    buffer_put(out, is_type_vague(type) ? slice_str("vague") : type);
    buffer_put_str(out, " [");
    buffer_put(out, name);
    buffer_put_str(out, "]");
    put_hash(out, bytes);
}

static void put_field(struct buffer *out, const char *name, struct slice value)
{
    buffer_put_str(out, name);
    buffer_put_str(out, " ");
    buffer_put(out, value);
    buffer_put_str(out, "\n");
}

/* GMime keeps the case of a host; we lower it. */
static void put_address(struct buffer *out, const char *name, struct slice address)
{
    buffer_put_str(out, name);
    buffer_put_str(out, " ");
    for (size_t i = 0; i < address.len; i++)
        buffer_put_byte(out, slice_lower_byte(address.ptr[i]));
    buffer_put_str(out, "\n");
}

/* GMime drops the brackets of an id; we keep them where they are. */
static struct slice without_brackets(struct slice id)
{
    if (id.len >= 2 && id.ptr[0] == '<' && id.ptr[id.len - 1] == '>')
        return slice_sub(id, 1, id.len - 2);
    return id;
}

/* Ours. */

static void our_gap(void *ctx, const struct item *item, const struct gap *gap)
{
    (void)ctx, (void)item, (void)gap;
}

static void put_addresses(struct buffer *out, const char *name, const struct address_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (slice_find_byte(list->at[i], 0, '@') != SLICE_NONE)
            put_address(out, name, list->at[i]);
}

static void put_our_envelope(struct buffer *out, const struct envelope *envelope)
{
    put_field(out, "subject", envelope->subject);
    put_field(out, "id", without_brackets(envelope->id));
    put_addresses(out, "to", &envelope->to);
    put_addresses(out, "cc", &envelope->cc);
}

static void put_ours(struct buffer *out, struct item *item)
{
    struct limits limits;
    struct gap_sink gaps = { our_gap, NULL };
    struct walk_env env = { .limits = &limits, .gaps = &gaps };
    struct walk walk = { 0 };
    struct item child;
    limits_init(&limits);
    walk_open(&walk, &format_message, item, &env, NULL);
    envelope_complete(item->envelope);
    put_our_envelope(out, item->envelope);
    while (walk_next(&walk, &child, &(struct error){ 0 }) == 1) {
        struct buffer bytes;
        if (child.kind != ITEM_PART)
            continue;
        if (child.content == CONTENT_MESSAGE) {
            put_ours(out, &child);
            continue;
        }
        buffer_init(&bytes, (size_t)1 << 30);
        while (source_fill(child.source, 1, NULL) == 1) {
            buffer_put(&bytes, child.source->ready);
            source_consume(child.source, child.source->ready.len);
        }
        put_part(out, child.part, child.type, child.name, buffer_slice(&bytes));
        buffer_release(&bytes);
    }
    walk_close(&walk);
}

/* Theirs. */

static void put_their_addresses(struct buffer *out, const char *name, InternetAddressList *list)
{
    for (int i = 0; list && i < internet_address_list_length(list); i++) {
        InternetAddress *address = internet_address_list_get_address(list, i);
        if (INTERNET_ADDRESS_IS_GROUP(address)) {
            put_their_addresses(out, name,
                                internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)));
            continue;
        }
        const char *text = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address));
        if (text && strchr(text, '@'))
            put_address(out, name, slice_str(text));
    }
}

static void put_their_object(struct buffer *out, GMimeObject *object, const char *number);

static void put_their_message(struct buffer *out, GMimeMessage *message, const char *number)
{
    const char *id = g_mime_message_get_message_id(message), *subject = g_mime_message_get_subject(message);
    char *one = NULL;
    put_field(out, "subject", slice_trim(slice_str(subject)));
    put_field(out, "id", slice_str(id));
    put_their_addresses(out, "to", g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_TO));
    put_their_addresses(out, "cc", g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_CC));
    GMimeObject *body = g_mime_message_get_mime_part(message);
    if (body && !GMIME_IS_MULTIPART(body))
        one = g_strdup_printf("%s%s1", number, *number ? "." : "");
    if (body)
        put_their_object(out, body, one ? one : number);
    g_free(one);
}

static void put_their_part(struct buffer *out, GMimePart *part, const char *number)
{
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    GMimeStream *stream = g_mime_stream_mem_new();
    char *type = g_mime_content_type_get_mime_type(g_mime_object_get_content_type(GMIME_OBJECT(part)));
    char *lower = g_ascii_strdown(type, -1);
    if (content)
        g_mime_data_wrapper_write_to_stream(content, stream);
    GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    put_part(out, slice_str(number), slice_str(lower), slice_trim(slice_str(g_mime_part_get_filename(part))),
             slice_of(bytes->data, bytes->len));
    g_free(lower);
    g_free(type);
    g_object_unref(stream);
}

static void put_their_object(struct buffer *out, GMimeObject *object, const char *number)
{
    if (GMIME_IS_MULTIPART(object)) {
        GMimeMultipart *multipart = GMIME_MULTIPART(object);
        for (int i = 0; i < g_mime_multipart_get_count(multipart); i++) {
            char *below = g_strdup_printf("%s%s%d", number, *number ? "." : "", i + 1);
            put_their_object(out, g_mime_multipart_get_part(multipart, i), below);
            g_free(below);
        }
    } else if (GMIME_IS_MESSAGE_PART(object)) {
        GMimeMessage *message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
        if (message)
            put_their_message(out, message, number);
    } else if (GMIME_IS_PART(object)) {
        put_their_part(out, GMIME_PART(object), number);
    }
}

static void put_theirs(struct buffer *out, struct slice bytes)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer((const char *)bytes.ptr, bytes.len);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    if (message) {
        put_their_message(out, message, "");
        g_object_unref(message);
    }
    g_object_unref(parser);
    g_object_unref(stream);
}

/* Both. */

static const char *why_known(const char *path)
{
    for (size_t i = 0; known[i].file; i++)
        if (slice_ends_with_nocase(slice_str(path), known[i].file))
            return known[i].why;
    return NULL;
}

static size_t files, equal, refused, differing, unexpected;

static void compare(const char *path, struct slice bytes)
{
    struct arena *arena = arena_new(0);
    struct item item = { .kind = ITEM_MESSAGE, .content = CONTENT_MESSAGE, .arena = arena };
    struct buffer ours, theirs;
    buffer_init(&ours, (size_t)64 << 20);
    buffer_init(&theirs, (size_t)64 << 20);
    item.source = source_from_memory(arena, bytes);
    put_ours(&ours, &item);
    put_theirs(&theirs, bytes);
    bool is_equal = slice_is_equal(buffer_slice(&ours), buffer_slice(&theirs));
    files++;
    equal += is_equal;
    if (theirs.len == 0) {
        refused++; /* GMime makes no message of it: it starts with a blank line, or without a header */
    } else if (!is_equal && why_known(path)) {
        differing++;
    } else if (!is_equal) {
        unexpected++;
        fprintf(stderr, "%s\n--- ours\n%.*s--- theirs\n%.*s\n", path, (int)ours.len, ours.ptr,
                (int)theirs.len, theirs.ptr);
    }
    buffer_release(&ours);
    buffer_release(&theirs);
    arena_free(arena);
}

static void compare_file(const char *path, size_t size)
{
    struct buffer content;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    buffer_init(&content, size + 1);
    content.len = fread(buffer_reserve(&content, size + 1), 1, size, file);
    fclose(file);
    compare(path, buffer_slice(&content));
    buffer_release(&content);
}

static void compare_folder(const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;
    while (folder && (entry = readdir(folder))) {
        char below[4096];
        struct stat status;
        snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] == '.' || lstat(below, &status) < 0)
            continue;
        bool is_message = slice_ends_with_nocase(slice_str(below), ".eml") ||
                          slice_ends_with_nocase(slice_str(below), ".msg");
        if (S_ISDIR(status.st_mode))
            compare_folder(below);
        else if (S_ISREG(status.st_mode) && is_message)
            compare_file(below, (size_t)status.st_size);
    }
    if (folder)
        closedir(folder);
}

static void both_see_the_same(void **state)
{
    (void)state;
    g_mime_init();
    compare_folder(CORPUS);
    if (files == 0)
        skip();
    print_message("%zu files: %zu equal, %zu refused by GMime, %zu known to differ, %zu unexpected\n", files,
                  equal, refused, differing, unexpected);
    assert_int_equal(unexpected, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(both_see_the_same) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
