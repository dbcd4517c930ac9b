/* message_test.c - what a message's walk gives, mail that breaks the standards, limits, envelopes. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "item/source.h"
#include "walk/format.h"

/* The walk as a text: "kind part type [bytes]" a child, "gap kind" a gap. */

static struct buffer told;
static struct limits limits;

static void tell_gap(void *ctx, const struct item *item, const struct gap *gap)
{
    (void)ctx, (void)item;
    buffer_printf(&told, "gap %s%s%s; ", gap_kind_name(gap->kind), gap->limit ? " " : "",
                  gap->limit ? gap->limit : "");
}

static const struct gap_sink gaps = { tell_gap, NULL };
static const struct walk_env env = { .limits = &limits, .gaps = &gaps };

static const char *const kinds[] = {
    [ITEM_PART] = "part",         [ITEM_HEADER] = "header", [ITEM_PREAMBLE] = "preamble",
    [ITEM_EPILOGUE] = "epilogue", [ITEM_REST] = "rest",
};

static void tell_bytes(struct slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        buffer_put_byte(&told, bytes.ptr[i] == '\n' ? '/' : bytes.ptr[i] == '\r' ? '\\' : bytes.ptr[i]);
}

static void walk_item(struct item *item);

static void tell_child(struct item *child)
{
    buffer_put_str(&told, kinds[child->kind]);
    if (child->part.len > 0)
        buffer_put_str(&told, " ");
    buffer_put(&told, child->part);
    if (child->name.len > 0) {
        buffer_put_str(&told, " '");
        buffer_put(&told, child->name);
        buffer_put_str(&told, "'");
    }
    if (child->content == CONTENT_MESSAGE) {
        buffer_put_str(&told, " {");
        walk_item(child);
        buffer_put_str(&told, "}; ");
        return;
    }
    buffer_put_str(&told, child->content == CONTENT_BYTES ? " raw[" : " [");
    while (source_fill(child->source, 1, NULL) == 1) {
        tell_bytes(child->source->ready);
        source_consume(child->source, child->source->ready.len);
    }
    buffer_put_str(&told, "]; ");
}

static void walk_item(struct item *item)
{
    struct walk walk = { 0 };
    struct item child;
    struct error err = { 0 };
    assert_int_equal(walk_open(&walk, &format_message, item, &env, &err), 0);
    while (walk_next(&walk, &child, &err) == 1)
        tell_child(&child);
    walk_close(&walk);
}

static struct arena *arena;

static struct item item_of(const char *message, size_t len)
{
    return (struct item){ .kind = ITEM_MESSAGE,
                          .content = CONTENT_MESSAGE,
                          .arena = arena,
                          .source = source_from_memory(arena, slice_of(message, len)) };
}

static void expect_len(const char *message, size_t len, const char *expected)
{
    struct item item = item_of(message, len);
    buffer_clear(&told);
    walk_item(&item);
    buffer_put_byte(&told, 0);
    assert_string_equal((const char *)told.ptr, expected);
}

static void expect(const char *message, const char *expected)
{
    expect_len(message, strlen(message), expected);
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new(0);
    limits_init(&limits);
    buffer_init(&told, (size_t)1 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    buffer_release(&told);
    arena_free(arena);
    return 0;
}

#define MIXED "Content-Type: multipart/mixed; boundary=b\n\n"

/* Structure. */

static void children_come_in_the_order_of_their_bytes(void **state)
{
    (void)state;
    expect("Subject: s\n\nbody\n", "header [Subject: s//]; part 1 [body/]; ");
    expect(MIXED "pre\n--b\n\none\n--b\nContent-Type: text/html\n\n<p>\n--b--\npost\n",
           "header [Content-Type: multipart/mixed; boundary=b//]; preamble [pre]; part 1 [one]; "
           "header 2 [Content-Type: text/html//]; part 2 [<p>]; epilogue [post/]; ");
}

static void multiparts_nest_and_number_as_imap_does(void **state)
{
    (void)state;
    expect("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; "
           "boundary=bb\n\n"
           "--bb\n\none\n--bb\n\ntwo\n--bb--\n--b\n\nthree\n--b--\n",
           "header [Content-Type: multipart/mixed; boundary=b//]; header 1 [Content-Type: "
           "multipart/alternative; boundary=bb//]; "
           "part 1.1 [one]; part 1.2 [two]; part 2 [three]; ");
}

static void a_message_in_a_part_goes_on_with_its_number(void **state)
{
    (void)state;
    expect(MIXED "--b\nContent-Type: message/rfc822\n\nSubject: in\nContent-Type: multipart/mixed; "
                 "boundary=c\n\n--c\n\nx\n--c--\n--b--\n",
           "header [Content-Type: multipart/mixed; boundary=b//]; header 1 [Content-Type: message/rfc822//]; "
           "part 1 {header 1 [Subject: in/Content-Type: multipart/mixed; boundary=c//]; part 1.1 [x]; }; ");
    expect("Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: d\n\nx\n--b--\n",
           "header [Content-Type: multipart/digest; boundary=b//]; part 1 {header 1 [Subject: d//]; part 1.1 "
           "[x]; }; ");
}

static void bodies_are_decoded(void **state)
{
    (void)state;
    expect("Content-Transfer-Encoding: base64\n\naGVsbG8=\n",
           "header [Content-Transfer-Encoding: base64//]; part 1 [hello]; ");
    expect("Content-Transfer-Encoding: quoted-printable\n\na=3Db=\nc\n",
           "header [Content-Transfer-Encoding: quoted-printable//]; part 1 [a=bc/]; ");
    expect("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogaQoKYgo=\n",
           "header [Content-Type: message/rfc822/Content-Transfer-Encoding: base64//]; part 1 {header 1 "
           "[Subject: i//]; part 1.1 [b/]; }; ");
}

static void file_names_are_decoded(void **state)
{
    (void)state;
    expect("Content-Disposition: attachment; filename*0*=utf-8''a%20; filename*1=b.txt\n\nx",
           "header [Content-Disposition: attachment; filename=a b.txt/"
           "Content-Disposition: attachment; filename*0*=utf-8''a%20; filename*1=b.txt//]; part 1 'a b.txt' "
           "[x]; ");
}

static void encoded_words_stand_beside_their_bytes(void **state)
{
    (void)state;
    expect("From: a@b\nSubject: =?utf-8?q?to=6Ben?=\n\n",
           "header [From: a@b/Subject: token/Subject: =?utf-8?q?to=6Ben?=//]; part 1 []; ");
}

/* Broken mail. */

static void boundaries_may_be_broken(void **state)
{
    (void)state;
    static const struct {
        const char *message, *expected;
    } cases[] = {
        /* trailing white space, and text, on a delimiter's line */
        { "--b \t\n\nx\n--b--\n", "part 1 [x]; " },
        { "--b trailing\nA: b\n\nx\n--b-- end\n",
          "header 1 [ trailing/A: b//]; part 1 [x]; epilogue [ end/]; " },
        /* no closing delimiter; one boundary that begins another */
        { "--b\n\nx\n", "part 1 [x/]; gap truncated; " },
        { "--b\n\n--bc\nx\n--b--\n", "part 1 [--bc/x]; " },
        /* more parts after the closing delimiter */
        { "--b\n\nx\n--b--\n--b\n\ny\n--b--\n", "part 1 [x]; part 2 [y]; " },
        /* line ends: CRLF, bare CR, mixed */
        { "--b\r\n\r\nx\r\n--b--\r\n", "part 1 [x]; " },
        { "--b\r\rx\r--b--\r", "part 1 [x]; " },
        { "--b\r\n\nx\r--b--\n", "part 1 [x]; " },
        /* the blank line after a part's header is missing */
        { "--b\nContent-Type: text/html\n--b\n\ny\n--b--\n",
          "header 1 [Content-Type: text/html]; part 1 []; part 2 [y]; " },
        { "--b\nhello\n--b--\n", "part 1 [hello]; " },
        /* blank preambles and epilogues are nothing */
        { "\n\n--b\n\nx\n--b--\n\n \n", "part 1 [x]; " },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer message, expected;
        buffer_init(&message, 4096);
        buffer_init(&expected, 4096);
        buffer_put_str(&message, MIXED);
        buffer_put_str(&message, cases[i].message);
        buffer_put_str(&expected, "header [Content-Type: multipart/mixed; boundary=b//]; ");
        buffer_put_str(&expected, cases[i].expected);
        buffer_put_byte(&expected, 0);
        expect_len((const char *)message.ptr, message.len, (const char *)expected.ptr);
        buffer_release(&message);
        buffer_release(&expected);
    }
}

static void a_parents_boundary_ends_its_children(void **state)
{
    (void)state;
    expect(MIXED "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--b\n\ny\n--b--\n",
           "header [Content-Type: multipart/mixed; boundary=b//]; header 1 [Content-Type: multipart/mixed; "
           "boundary=c//]; "
           "part 1.1 [x]; part 2 [y]; ");
    /* the same boundary in both: the closing delimiter of the inner one is the outer one's neighbour */
    expect(MIXED "--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n--b\n\ny\n--b--\n",
           "header [Content-Type: multipart/mixed; boundary=b//]; header 1 [Content-Type: multipart/mixed; "
           "boundary=b/]; "
           "part 1.1 [x]; part 2 [y]; ");
}

static void a_missing_boundary_is_guessed(void **state)
{
    (void)state;
    expect(
        "Content-Type: multipart/mixed\n\n--xyz\nContent-Type: text/html\n\n<p>\n--xyz--\n",
        "header [Content-Type: multipart/mixed//]; header 1 [--xyz/Content-Type: text/html//]; part 1 [<p>]; "
        "epilogue [--xyz--/]; ");
    expect("Content-Type: multipart/mixed; boundary=other\n\n--xyz\nContent-Type: text/html\n\n<p>\n",
           "header [Content-Type: multipart/mixed; boundary=other//]; header 1 [--xyz/Content-Type: "
           "text/html//]; part 1 [<p>/]; gap truncated; ");
    expect("Content-Type: multipart/mixed\n\n-----\nno parts\n-----\n",
           "header [Content-Type: multipart/mixed//]; part 1 [-----/no parts/-----/]; ");
}

static void an_encoded_multipart_is_read(void **state)
{
    (void)state;
    /* "--b\n\nhello\n--b--\n" */
    expect("Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: "
           "base64\n\nLS1iCgpoZWxsbwotLWItLQo=\n",
           "header [Content-Type: multipart/mixed; boundary=b/Content-Transfer-Encoding: base64//]; part 1 "
           "[hello]; ");
    expect("Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: "
           "base64\n\n--b\n\nhello\n--b--\n",
           "header [Content-Type: multipart/mixed; boundary=b/Content-Transfer-Encoding: base64//]; part 1 "
           "[hello]; ");
}

static void headers_may_be_broken(void **state)
{
    (void)state;
    expect("From a@b Mon Jan  1 00:00:00 2024\nSubject: s\n\nx",
           "header [From a@b Mon Jan  1 00:00:00 2024/Subject: s//]; part 1 [x]; ");
    expect(">From a@b Mon Jan  1 00:00:00 2024\nSubject: s\n\nx",
           "header [>From a@b Mon Jan  1 00:00:00 2024/Subject: s//]; part 1 [x]; ");
    expect("\n\nSubject: s\n\nx", "header [//Subject: s//]; part 1 [x]; ");
    expect("no header at all\n", "part 1 [no header at all/]; ");
    expect("Subject: s\nno blank line\n", "header [Subject: s/]; part 1 [no blank line/]; ");
    expect("Subject: \xE9\n\nx", "header [Subject: \xE9//]; part 1 [x]; ");
    expect("", "");
    expect("\n", "part 1 []; ");
    expect_len("Subject: a\0b\n\nx\0y", 17, "header [Subject: a");
    assert_int_equal(told.len, sizeof "header [Subject: a\0b//]; part 1 [x\0y]; ");
}

static void false_encodings_lose_nothing(void **state)
{
    (void)state;
    expect("Content-Transfer-Encoding: base64\n\nThis is text, not base64: a b c d.\n",
           "header [Content-Transfer-Encoding: base64//]; part 1 [This is text, not base64: a b c d./]; ");
    expect("Content-Transfer-Encoding: weird\n\nx\n",
           "header [Content-Transfer-Encoding: weird//]; part 1 [x/]; ");
    expect(
        "Content-Type: image/x\nContent-Transfer-Encoding: weird\n\nx\n",
        "header [Content-Type: image/x/Content-Transfer-Encoding: weird//]; gap unsupported; part 1 [x/]; ");
    const char *footed = "Content-Transfer-Encoding: base64\n\n"
                         "aGVsbG8gd29ybGQhaGVsbG8gd29ybGQhaGVsbG8gd29ybGQhaGVsbG8gd29ybGQhaGVs\n=\n"
                         "-- list footer, 8 words\n";
    struct item item = item_of(footed, strlen(footed));
    buffer_clear(&told);
    walk_item(&item);
    assert_int_not_equal(slice_find(buffer_slice(&told), 0, slice_str("[hello world!hello world!")),
                         SLICE_NONE);
    assert_int_not_equal(
        slice_find(buffer_slice(&told), 0, slice_str("'1.undecoded' [=/-- list footer, 8 words/]")),
        SLICE_NONE);
}

/* Pieces and stubs. */

static void pieces_of_a_message_are_gaps(void **state)
{
    (void)state;
    expect("Content-Type: message/partial; number=1; total=2\n\nSubject: s\n\nx",
           "header [Content-Type: message/partial; number=1; total=2//]; gap truncated; part 1 {header 1 "
           "[Subject: s//]; part 1.1 [x]; }; ");
    expect("Content-Type: message/partial; number=2; total=2\n\nSubject: s\n\nx",
           "header [Content-Type: message/partial; number=2; total=2//]; gap truncated; part 1 [Subject: "
           "s//x]; ");
    expect("Content-Type: message/external-body; access-type=url\n\nContent-Type: image/gif\n\n",
           "header [Content-Type: message/external-body; access-type=url//]; gap not-in-export; part 1 "
           "[Content-Type: image/gif//]; ");
}

/* Limits. */

static void limits_leave_the_rest_raw_and_a_gap(void **state)
{
    (void)state;
    limits.parts = 1;
    expect(MIXED "--b\n\nx\n--b\n\ny\n--b--\n",
           "header [Content-Type: multipart/mixed; boundary=b//]; part 1 [x]; "
           "gap limit parts; rest raw[/--b//y/--b--/]; ");
    limits_init(&limits);
    limits.mime_depth = 2;
    expect(MIXED "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--\n--b--\n",
           "header [Content-Type: multipart/mixed; boundary=b//]; header 1 [Content-Type: multipart/mixed; "
           "boundary=c//]; "
           "gap limit mime-depth; part 1 raw[--c//x/--c--]; ");
    limits_init(&limits);
    limits.header_bytes = 16;
    expect("A: aaaaaaaaa\nB: bbbbbbbbb\n\nx",
           "gap limit header-bytes; header [A: aaaaaaaaa/]; gap limit header-bytes; "
           "part 1 raw[B: bbbbbbbbb//x]; ");
    limits_init(&limits);
    limits.header_fields = 1;
    expect("A: a\nContent-Type: text/html\n\nx",
           "gap limit header-fields; header [A: a/Content-Type: text/html//]; part 1 [x]; ");
}

static void a_child_left_unread_is_passed_over(void **state)
{
    (void)state;
    const char *message = MIXED "--b\n\none\n--b\n\ntwo\n--b--\n";
    struct item item = item_of(message, strlen(message)), child;
    struct walk walk = { 0 };
    struct error err = { 0 };
    size_t children = 0;
    assert_int_equal(walk_open(&walk, &format_message, &item, &env, &err), 0);
    while (walk_next(&walk, &child, &err) == 1)
        children++;
    walk_close(&walk);
    assert_int_equal(children, 3);
    assert_int_equal(item.source->offset, strlen(message));
}

/* Items. */

static void parts_say_what_they_are(void **state)
{
    (void)state;
    const char *message =
        "Content-Type: multipart/alternative; boundary=b\n\n--b\n"
        "Content-Type: TEXT/Plain; charset=\"UTF-8\"; format=flowed; delsp=yes\n\none\n--b--\n";
    struct item item = item_of(message, strlen(message)), child;
    struct walk walk = { 0 };
    struct error err = { 0 };
    walk_open(&walk, &format_message, &item, &env, &err);
    assert_true(item.is_message);
    while (walk_next(&walk, &child, &err) == 1 && child.kind != ITEM_PART)
        continue;
    assert_true(slice_is_equal(child.type, slice_str("text/plain")));
    assert_true(slice_is_equal_nocase(child.charset, slice_str("utf-8")));
    assert_int_equal(child.flow, FLOW_FLOWED_DELSP);
    assert_true(child.is_alternative);
    assert_false(child.is_attachment);
    assert_int_equal(child.mime_depth, 2);
    walk_close(&walk);
}

/* Envelopes. */

static struct envelope *envelope_of(const char *message)
{
    struct item item = item_of(message, strlen(message));
    struct walk walk = { 0 };
    struct error err = { 0 };
    walk_open(&walk, &format_message, &item, &env, &err);
    walk_close(&walk);
    envelope_complete(item.envelope);
    return item.envelope;
}

static void assert_slice(struct slice got, const char *expected)
{
    if (!slice_is_equal(got, slice_str(expected)))
        fail_msg("'%.*s' is not '%s'", (int)got.len, got.ptr, expected);
}

static void an_envelope_is_filled(void **state)
{
    (void)state;
    const struct envelope *envelope = envelope_of(
        "Received: second; Fri, 12 Jan 2024 09:31:00 +0000\nReceived: from first\n by x\n"
        "Message-ID:\n <id@h>\nDate: Fri, 12 Jan 2024 09:30:00 +0000\nFrom: =?utf-8?q?A?= <a@H.example>\n"
        "To: b@x, C <c@y>\nTo: d@z\nBcc: e@z\nSubject: =?utf-8?q?caf=C3=A9?=\nReferences: <root@h> <mid@h>\n"
        "X-Gmail-Labels: Sent,\"Proj,ekt\",Wichtig\n\n");
    assert_slice(envelope->id, "<id@h>");
    assert_int_equal(envelope->date, 1705051800);
    assert_slice(envelope->from, "a@h.example");
    assert_int_equal(envelope->to.count, 3);
    assert_slice(envelope->to.at[2], "d@z");
    assert_slice(envelope->bcc.at[0], "e@z");
    assert_slice(envelope->subject, "caf\xC3\xA9");
    assert_slice(envelope->first_received, "from first by x");
    assert_slice(envelope->thread, "<root@h>");
    assert_false(envelope->is_thread_guessed);
    assert_int_equal(envelope->labels.count, 3);
    assert_slice(envelope->labels.at[1], "Proj,ekt");
    assert_slice(envelope->folder, "Sent");
    assert_slice(envelope->folder_role, "sent");
}

static void threads_are_told_or_guessed(void **state)
{
    (void)state;
    assert_slice(envelope_of("In-Reply-To: <x@y>\nThread-Index: AAAA\n\n")->thread, "<x@y>");
    assert_slice(
        envelope_of("Thread-Index: AQHaRUlNSUxTUElMTFRFU1RJTkdTIQ==AAAAAAAA\nX-GM-THRID: 17\n\n")->thread,
        "0101da45494d494c5350494c4c54455354494e475321");
    assert_slice(envelope_of("X-GM-THRID: 17\n\n")->thread, "17");
    const struct envelope *question = envelope_of("From: a@x\nTo: b@x\nSubject: Re: AW: key\n\n");
    const struct envelope *answer = envelope_of("From: b@x\nTo: a@x\nSubject: key\n\n");
    assert_true(question->is_thread_guessed);
    assert_true(slice_is_equal(question->thread, answer->thread));
    assert_int_equal(envelope_of("X: y\n\n")->thread.len, 0);
}

/* The probe. */

static enum bid bid_of(const char *head, enum item_kind kind, const char *name, const char *type)
{
    struct item item = { .kind = kind, .name = slice_str(name), .type = slice_str(type) };
    return format_message.probe(&item, slice_str(head));
}

static void only_messages_look_like_messages(void **state)
{
    (void)state;
    assert_int_equal(bid_of("From: a@b\nSubject: x\n\nbody", ITEM_FILE, "", ""), BID_SHAPE);
    assert_int_equal(bid_of("Received: x\nFoo: y\n\nbody", ITEM_FILE, "", ""), BID_SHAPE);
    assert_int_equal(bid_of("\n\nFrom: a@b\nDate: x\n\nbody", ITEM_FILE, "", ""), BID_SHAPE);
    assert_int_equal(bid_of("Note: x\n\nplain text", ITEM_FILE, "", ""), BID_NONE);
    assert_int_equal(bid_of("Name: x\nVersion: 1\n", ITEM_FILE, "", ""), BID_NONE);
    assert_int_equal(bid_of("BEGIN:VCARD\nVERSION:3.0\nX-A:1\nX-B:2\nX-C:3\n", ITEM_FILE, "", ""), BID_NONE);
    assert_int_equal(bid_of("From: a@b\nSubject: x\n\nquoted", ITEM_PART, "", "text/plain"), BID_NONE);
    assert_int_equal(bid_of("\x89PNG", ITEM_FILE, "a.EML", ""), BID_NAME);
    assert_int_equal(bid_of("", ITEM_PART, "", "message/rfc822"), BID_NAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(children_come_in_the_order_of_their_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(multiparts_nest_and_number_as_imap_does, setup, teardown),
        cmocka_unit_test_setup_teardown(a_message_in_a_part_goes_on_with_its_number, setup, teardown),
        cmocka_unit_test_setup_teardown(bodies_are_decoded, setup, teardown),
        cmocka_unit_test_setup_teardown(file_names_are_decoded, setup, teardown),
        cmocka_unit_test_setup_teardown(encoded_words_stand_beside_their_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(boundaries_may_be_broken, setup, teardown),
        cmocka_unit_test_setup_teardown(a_parents_boundary_ends_its_children, setup, teardown),
        cmocka_unit_test_setup_teardown(a_missing_boundary_is_guessed, setup, teardown),
        cmocka_unit_test_setup_teardown(an_encoded_multipart_is_read, setup, teardown),
        cmocka_unit_test_setup_teardown(headers_may_be_broken, setup, teardown),
        cmocka_unit_test_setup_teardown(false_encodings_lose_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(pieces_of_a_message_are_gaps, setup, teardown),
        cmocka_unit_test_setup_teardown(limits_leave_the_rest_raw_and_a_gap, setup, teardown),
        cmocka_unit_test_setup_teardown(a_child_left_unread_is_passed_over, setup, teardown),
        cmocka_unit_test_setup_teardown(parts_say_what_they_are, setup, teardown),
        cmocka_unit_test_setup_teardown(an_envelope_is_filled, setup, teardown),
        cmocka_unit_test_setup_teardown(threads_are_told_or_guessed, setup, teardown),
        cmocka_unit_test_setup_teardown(only_messages_look_like_messages, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
