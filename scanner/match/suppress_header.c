/* suppress_header.c - suppressors for what stands in header fields: ids, signatures, traces, verdicts of filters. */
#include "match/suppress_scene.h"

/* Bytes of a signature's hash: SHA-1, SHA-256; and of the signature itself: Ed25519, RSA of 1024 to 4096 bits. */
static bool is_body_hash(size_t len)
{
    return len == 20 || len == 32;
}

static bool is_signature(size_t len)
{
    return len == 64 || len == 128 || len == 192 || len == 256 || len == 384 || len == 512;
}

/* The tag of a DKIM tag list (RFC 6376 section 3.2) that the secret stands in: its name, and its value as noise. */
static struct slice find_tag(const struct suppress_scene *scene, const struct suppress_field *field,
                             struct suppress_noise *noise)
{
    size_t from = scene->from, to = scene->to;
    while (from > field->from && scene->text.ptr[from - 1] != ';')
        from--;
    while (to < field->to && scene->text.ptr[to] != ';')
        to++;
    if (!suppress_may_look(scene, to - from))
        return slice_of(NULL, 0);
    struct slice tag = suppress_text(scene, from, to);
    size_t equals = slice_find_byte(tag, 0, '=');
    if (equals == SLICE_NONE)
        return slice_of(NULL, 0);
    *noise = (struct suppress_noise){ from + equals + 1, to, true };
    return slice_trim(slice_sub(tag, 0, equals));
}

static bool finds_dkim_signature(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    static const char names[] =
        "dkim-signature|arc-seal|arc-message-signature|x-google-dkim-signature|domainkey-"
        "signature|x-*-dkim-signature";
    struct suppress_field field;
    unsigned char bytes[1024];
    if (!suppress_field(scene, &field) || !suppress_is_listed(field.name, names))
        return false;
    struct slice tag = find_tag(scene, &field, noise);
    size_t len = suppress_base64(suppress_text(scene, noise->from, noise->to), bytes, sizeof bytes);
    if (slice_is_equal(tag, slice_str("bh")))
        return is_body_hash(len);
    return slice_is_equal(tag, slice_str("b")) && is_signature(len);
}

/* The public key that a DNS record holds (RFC 6376 section 3.6.1): "v=DKIM1; k=rsa; p=…". */
static bool finds_dkim_record(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    struct suppress_field line = { 0 };
    unsigned char bytes[1024];
    if (!suppress_line(scene, scene->from, &line.from, &line.to))
        return false;
    size_t at = slice_find_nocase(suppress_text(scene, line.from, scene->from), 0, slice_str("v=DKIM1"));
    if (at == SLICE_NONE)
        return false;
    line.from += at;
    if (!slice_is_equal(find_tag(scene, &line, noise), slice_str("p")))
        return false;
    while (noise->to > noise->from && strchr("\"') \t", scene->text.ptr[noise->to - 1]))
        noise->to--;
    struct slice key = suppress_text(scene, noise->from, noise->to);
    size_t len = suppress_base64(key, bytes, sizeof bytes);
    return len == 32 || (len != SLICE_NONE && len > 90 && bytes[0] == 0x30 && bytes[1] >= 0x81);
}

/* header.b=… header.s=… of Authentication-Results (RFC 8601): pieces of signatures and selectors. */
static bool finds_authentication_results(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    static const char names[] = "authentication-results|arc-authentication-results|x-authentication-results|"
                                "authentication-results-original";
    struct suppress_field field;
    if (!suppress_field(scene, &field) || !suppress_is_listed(field.name, names))
        return false;
    suppress_run(scene, field.from, field.to, ";()", noise);
    struct slice run = suppress_text(scene, noise->from, noise->to);
    size_t dot = slice_find_byte(run, 0, '.'), equals = slice_find_byte(run, 0, '=');
    if (dot == SLICE_NONE || equals == SLICE_NONE || dot > equals)
        return false;
    noise->from += equals + 1;
    return suppress_is_listed(slice_sub(run, dot + 1, equals - dot - 1), "b|s|i|d|mailfrom|from|helo");
}

/* <local@domain> around the secret. */
static bool find_angle_id(const struct suppress_scene *scene, size_t from, size_t to,
                          struct suppress_noise *noise)
{
    suppress_run(scene, from, to, "<>", noise);
    if (noise->from == from || scene->text.ptr[noise->from - 1] != '<' || noise->to >= scene->text.len ||
        scene->text.ptr[noise->to] != '>')
        return false;
    struct slice id = suppress_text(scene, noise->from, noise->to);
    size_t at = slice_find_byte(id, 1, '@');
    return at != SLICE_NONE && at + 1 < id.len && slice_find_byte(id, at + 1, '@') == SLICE_NONE;
}

static bool finds_message_id(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    static const char names[] =
        "message-id|in-reply-to|references|resent-message-id|content-id|original-message-id|x-message-id|"
        "x-original-message-id|x-microsoft-original-message-id|supersedes|x-gmail-original-message-id|"
        "x-forwarded-message-id|nachrichten-id";
    struct suppress_field field;
    return suppress_field(scene, &field) && suppress_is_listed(field.name, names) &&
           find_angle_id(scene, field.from, field.to, noise);
}

/* cid: and mid: URLs (RFC 2392) name parts and messages. */
static bool finds_content_id_url(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    suppress_run(scene, 0, scene->text.len, "\"'<>()", noise);
    struct slice run = suppress_text(scene, noise->from, noise->to);
    if (!slice_starts_with_nocase(run, "cid:") && !slice_starts_with_nocase(run, "mid:"))
        return false;
    noise->from += 4;
    return slice_find_byte(run, 5, '@') != SLICE_NONE;
}

/* "id XXX" of Received (RFC 5321 section 4.4). */
static bool finds_received_id(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    struct suppress_field field;
    if (!suppress_field(scene, &field) || !suppress_is_listed(field.name, "received|x-received|x-x-received"))
        return false;
    suppress_run(scene, field.from, field.to, ";()", noise);
    struct slice before = slice_trim(suppress_text(scene, field.from, noise->from));
    return slice_starts_with(suppress_text(scene, noise->from, noise->to), "IDENT:") ||
           slice_ends_with_nocase(before, " id") || slice_ends_with_nocase(before, "\tid") ||
           slice_ends_with_nocase(before, "(envelope-id");
}

/* A sender tags addresses, and numbers the ones that bounces go to: what stands before the @ of an address field. */
static bool finds_address(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    static const char names[] =
        "from|to|cc|bcc|sender|reply-to|return-path|delivered-to|errors-to|x-sender|x-x-sender|"
        "envelope-to|x-envelope-*|x-original-to|x-original-from|mail-followup-to|x-reply-to|"
        "mail-reply-to|resent-*|x-forwarded-*|x-beenthere|x-delivered-to|x-return-path|"
        "disposition-notification-to|return-receipt-to|apparently-to|x-apparently-*";
    struct suppress_field field;
    if (!suppress_field(scene, &field) || !suppress_is_listed(field.name, names))
        return false;
    suppress_run(scene, field.from, field.to, "<>,;()\"", noise);
    struct slice run = suppress_text(scene, noise->from, noise->to);
    size_t at = slice_find_byte(run, 1, '@');
    return at != SLICE_NONE && slice_find_byte(run, at, '.') != SLICE_NONE && scene->to <= noise->from + at;
}

/* Thread-Index (MS-OXOMSG section 2.2.1.3): a header of 22 bytes that begins with 1, and 5 bytes a reply. */
static bool finds_thread_index(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    struct suppress_field field;
    unsigned char bytes[1024];
    if (!suppress_field(scene, &field) || !suppress_is_listed(field.name, "thread-index|x-thread-index"))
        return false;
    *noise = (struct suppress_noise){ field.from, field.to, true };
    size_t len = suppress_base64(suppress_text(scene, field.from, field.to), bytes, sizeof bytes);
    return len != SLICE_NONE && len >= 22 && (len - 22) % 5 == 0 && bytes[0] == 1;
}

static bool find_whole_field(const struct suppress_scene *scene, const char *names,
                             struct suppress_noise *noise)
{
    struct suppress_field field;
    if (!suppress_field(scene, &field) || !suppress_is_listed(field.name, names))
        return false;
    *noise = (struct suppress_noise){ field.from, field.to, false };
    return true;
}

static bool finds_spam_filter(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    return find_whole_field(
        scene,
        "x-spam-*|x-spamd-*|x-rspamd-*|x-ms-exchange-*|x-forefront-*|x-microsoft-antispam*|x-exchange-"
        "antispam-*|"
        "x-ms-office365-*|x-ms-publictraffictype|x-ms-traffictypediagnostic|x-proofpoint-*|x-mimecast-*|"
        "x-barracuda-*|x-ironport-*|ironport-*|x-ipas-result|x-virus-*|x-ctch-*|x-brightmail-*|x-sophos-*|"
        "x-pmx-*|x-cloudmark-*|x-vade-*|x-vr-*|x-bess-*|x-fireeye*|x-trend-*|x-tm-*|x-tmase-*|x-aol-*|"
        "x-ymail*|x-yahoo-*|x-hmail*|x-symc-*|x-eset-*|x-kse-*|x-kaspersky-*|x-amp-*|x-cmae-*|x-cm-*|"
        "x-authority-*|x-ui-*|x-crm114-*|x-dspam-*|x-bogosity|x-dcc-*|x-pyzor|x-razor*|x-greylist|x-scanned-"
        "by",
        noise);
}

static bool finds_sender_trace(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    return find_whole_field(
        scene,
        "x-gm-message-state|x-gm-*|x-google-*|x-sg-*|x-mailgun-*|x-ses-*|x-mc-*|x-mandrill-*|x-pm-*|x-mj-*|"
        "x-sib-*|x-klaviyo-*|x-msfbl|x-sfmc-*|x-campaign*|x-rpcampaign|x-job|x-jobid|feedback-id|x-feedback-"
        "id|"
        "x-csa-complaints|x-entity-*|x-provags-id|x-report-abuse*|x-mailer-*|x-hs-*|x-cio-*|x-linkedin-*|"
        "x-facebook*|x-notifications|x-github-*|x-roving-*|x-250ok-*|x-binding|x-delivery-*|x-eid|x-et-*|"
        "x-tm-id|x-mail-*|x-exmailinfo|x-envid|x-correlation-id|x-request-id|x-qq-*|x-sonic-*|x-zm-*|"
        "x-uidl|x-uid|x-imapbase|x-evolution-*|x-mozilla-*|x-apple-*|x-universally-unique-identifier|"
        "x-ms-tnef-correlator|x-ms-has-attach|x-originatororg|x-asg-*|x-loop|x-zoho-*|x-sender-id|x-fd-*",
        noise);
}

/* keydata of Autocrypt, key ids of OpenPGP fields. */
static bool finds_autocrypt(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    struct suppress_field field;
    if (!suppress_field(scene, &field) || !suppress_is_listed(field.name, "autocrypt|autocrypt-gossip"))
        return false;
    struct slice tag = find_tag(scene, &field, noise), body = suppress_text(scene, noise->from, noise->to);
    unsigned char bytes[64];
    if (!slice_is_equal(tag, slice_str("keydata")))
        return false;
    for (size_t i = 0; i < body.len; i++)
        if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n", body.ptr[i]))
            return false;
    size_t len = suppress_base64(slice_sub(slice_trim(body), 0, 16), bytes, sizeof bytes);
    return len != SLICE_NONE && body.len > 200 && (bytes[0] == 0x98 || bytes[0] == 0x99 || bytes[0] == 0xC6);
}

static bool finds_face(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    return find_whole_field(scene, "face|x-face|bimi-indicator", noise);
}

/* boundary=… of a Content-Type field. */
static bool find_declared_boundary(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    struct suppress_field field;
    if (!suppress_field(scene, &field) || !suppress_is_listed(field.name, "content-type"))
        return false;
    suppress_run(scene, field.from, field.to, "\";", noise);
    struct slice before = suppress_text(scene, field.from, noise->from);
    if (before.len > 0 && before.ptr[before.len - 1] == '"')
        before.len--;
    if (slice_ends_with_nocase(before, "boundary="))
        return true;
    noise->from += strlen("boundary=");
    return slice_starts_with_nocase(slice_skip(scene->text, noise->from - strlen("boundary=")), "boundary=");
}

/* A line "--XXX" whose XXX was declared above, or which stands there again. */
static bool find_boundary_line(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    size_t from, to;
    if (!suppress_line(scene, scene->from, &from, &to))
        return false;
    struct slice line = slice_trim(suppress_text(scene, from, to));
    if (line.len < 12 || line.len > 74 || !slice_starts_with(line, "--") ||
        slice_find_byte(line, 0, ' ') != SLICE_NONE)
        return false;
    *noise = (struct suppress_noise){ from, to, false };
    struct slice id = slice_skip(line, 2);
    if (id.len > 2 && id.ptr[id.len - 1] == '-' && id.ptr[id.len - 2] == '-')
        id.len -= 2;
    size_t start = from < SUPPRESS_REACH ? 0 : from - SUPPRESS_REACH;
    if (!suppress_may_look(scene, 2 * SUPPRESS_REACH))
        return false;
    struct slice above = suppress_text(scene, start, from),
                 below = slice_sub(scene->text, to, SUPPRESS_REACH);
    return slice_find(above, 0, id) != SLICE_NONE || slice_find(below, 0, line) != SLICE_NONE;
}

static bool finds_boundary(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    return find_declared_boundary(scene, noise) || find_boundary_line(scene, noise);
}

const struct suppressor suppressors_header[] = {
    { .name = "message-id",
      .silences = "Message-ID, In-Reply-To, References, Content-ID: what stands between < and >, with one @",
      .reason = "the id of a message names it and opens nothing",
      .finds = finds_message_id },
    { .name = "content-id-url",
      .silences = "cid: and mid: URLs",
      .reason = "it names a part of the message",
      .finds = finds_content_id_url },
    { .name = "mime-boundary",
      .silences = "boundary= of Content-Type, and lines of it",
      .reason = "a boundary only parts the message",
      .finds = finds_boundary },
    { .name = "dkim-signature",
      .silences =
          "b= and bh= of DKIM and ARC signatures, where they are base64 of a signature's or hash's length",
      .reason = "a signature proves a sender to everybody and opens nothing",
      .finds = finds_dkim_signature },
    { .name = "dkim-record",
      .silences = "p= of a DKIM record, where it decodes to a public key",
      .reason = "it is the public half, published in the DNS",
      .finds = finds_dkim_record },
    { .name = "authentication-results",
      .silences = "header.b=, header.s=, header.i= … of Authentication-Results",
      .reason = "it repeats a piece of a signature or the name of a key",
      .finds = finds_authentication_results },
    { .name = "received-id",
      .silences = "what follows id or IDENT: in Received",
      .reason = "a mail server's queue id names the delivery",
      .finds = finds_received_id },
    { .name = "address",
      .silences = "what stands before the @ in fields that hold addresses",
      .reason = "it is an address, perhaps one made for this message",
      .finds = finds_address },
    { .name = "thread-index",
      .silences = "Thread-Index, where it decodes to 22 bytes and 5 for each reply",
      .reason = "it is the conversation's place and time",
      .finds = finds_thread_index },
    { .name = "spam-filter",
      .silences = "fields of spam and virus filters",
      .reason = "a filter's own notes and verdict",
      .finds = finds_spam_filter },
    { .name = "sender-trace",
      .silences = "fields in which mail senders and clients number their messages",
      .reason = "it tells a sender which mailing and recipient this was",
      .finds = finds_sender_trace },
    { .name = "autocrypt",
      .silences = "keydata= of Autocrypt, where it begins as an OpenPGP public key",
      .reason = "it is a public key",
      .finds = finds_autocrypt },
    { .name = "face",
      .silences = "Face, X-Face, BIMI-Indicator",
      .reason = "it is a picture",
      .finds = finds_face },
    { .name = NULL },
};
