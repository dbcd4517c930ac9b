/* suppress_block.c - suppressors for blocks of many lines: armoured public keys, signatures and certificates, pictures. */
#include "match/suppress_scene.h"

#include "validate/codec.h"

static bool is_base64_byte(unsigned char c)
{
    return codec_base64_digit(c) >= 0 && c != '-' && c != '_';
}

/* 1: a line of base64, with padding at its end at most; 2: with padding or a CRC, so the last; 0: else. */
static int base64_line(struct slice line)
{
    size_t len = 0;
    if (line.len == 0 || line.len > 100)
        return 0;
    if (line.len == 5 && line.ptr[0] == '=')
        line = slice_skip(line, 1);
    while (len < line.len && is_base64_byte(line.ptr[len]))
        len++;
    size_t padding = line.len - len;
    for (size_t i = len; i < line.len; i++)
        if (line.ptr[i] != '=')
            return 0;
    return padding > 2 ? 0 : padding > 0 ? 2 : 1;
}

/* A line of a block, without what quoting put before it and white space after. */
static struct slice block_line(const struct suppress_scene *scene, size_t from, size_t to)
{
    struct slice line = suppress_text(scene, from, to);
    size_t at = 0;
    while (at < line.len && (line.ptr[at] == '>' || line.ptr[at] == ' ' || line.ptr[at] == '\t'))
        at++;
    return slice_trim(slice_skip(line, at));
}

struct block {
    size_t from, to;       /* its base64 */
    struct slice label;    /* after BEGIN */
    unsigned char head[8]; /* the first bytes */
    size_t head_len;
};

/* "-----BEGIN LABEL-----": the label. */
static struct slice label_of(struct slice line, const char *word)
{
    struct slice none = slice_of(NULL, 0), rest = line;
    if (!slice_starts_with(rest, "-----"))
        return none;
    rest = slice_skip(rest, 5);
    if (!slice_starts_with(rest, word) || !slice_ends_with_nocase(rest, "-----"))
        return none;
    rest = slice_skip(rest, strlen(word));
    return slice_sub(rest, 0, rest.len - 5);
}

/* Above the body stand a blank line and headers ("Version: …"), if anything. */
static bool is_armor_header(struct slice line)
{
    return line.len == 0 || slice_find_byte(line, 0, ':') != SLICE_NONE;
}

/* Up from the secret's line, which is base64, to BEGIN. */
static bool find_begin(const struct suppress_scene *scene, struct block *block)
{
    size_t from, to, at = scene->from;
    bool is_body = true;
    struct slice first = { NULL, 0 };
    while (scene->from - at < SUPPRESS_REACH && suppress_line(scene, at, &from, &to)) {
        struct slice line = block_line(scene, from, to);
        block->label = label_of(line, "BEGIN ");
        if (block->label.len > 0 || from == 0)
            break;
        is_body = is_body && base64_line(line) != 0;
        if (is_body) {
            first = line;
            block->from = from;
        } else if (!first.ptr || !is_armor_header(line)) {
            return false;
        }
        at = from - 1;
    }
    size_t len = codec_base64(slice_sub(first, 0, 8), block->head, sizeof block->head);
    block->head_len = len == SLICE_NONE ? 0 : len;
    return block->label.len > 0 && first.len >= 16;
}

/* Down to END with the same label. */
static bool find_end(const struct suppress_scene *scene, struct block *block)
{
    size_t from, to, at = scene->from;
    bool is_last = false;
    while (at - scene->from < SUPPRESS_REACH && suppress_line(scene, at, &from, &to)) {
        struct slice line = block_line(scene, from, to), label = label_of(line, "END ");
        if (label.len > 0)
            return slice_is_equal(label, block->label);
        int kind = base64_line(line);
        if (kind == 0 || (is_last && line.ptr[0] != '='))
            return false;
        is_last = kind == 2;
        block->to = to;
        while (to < scene->text.len && (scene->text.ptr[to] == '\r' || scene->text.ptr[to] == '\n'))
            to++;
        if (to >= scene->text.len)
            return false;
        at = to;
    }
    return false;
}

static bool find_block(const struct suppress_scene *scene, struct block *block, struct suppress_noise *noise)
{
    *block = (struct block){ 0 };
    if (!find_begin(scene, block) || !find_end(scene, block))
        return false;
    *noise = (struct suppress_noise){ block->from, block->to, true };
    return true;
}

/* The tag of the first packet (RFC 9580 section 4.2). */
static unsigned packet_tag(const struct block *block)
{
    if (block->head_len == 0 || !(block->head[0] & 0x80))
        return 0;
    return block->head[0] & 0x40 ? block->head[0] & 0x3Fu : block->head[0] >> 2 & 0x0Fu;
}

static bool finds_pgp_block(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    struct block block;
    if (!find_block(scene, &block, noise))
        return false;
    unsigned tag = packet_tag(&block);
    if (slice_is_equal(block.label, slice_str("PGP PUBLIC KEY BLOCK")))
        return tag == 6;
    if (slice_is_equal(block.label, slice_str("PGP SIGNATURE")))
        return tag == 2;
    return slice_is_equal(block.label, slice_str("PGP MESSAGE")) &&
           (tag == 1 || tag == 3 || tag == 18 || tag == 20 || tag == 9);
}

static bool finds_certificate(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    static const char labels[] =
        "CERTIFICATE|TRUSTED CERTIFICATE|X509 CERTIFICATE|X509 CRL|CERTIFICATE REQUEST|NEW "
        "CERTIFICATE REQUEST|PKCS7|CMS|PKCS #7 SIGNED DATA|PUBLIC KEY|RSA PUBLIC KEY|DH "
        "PARAMETERS|EC PARAMETERS|ATTRIBUTE CERTIFICATE";
    struct block block;
    return find_block(scene, &block, noise) && suppress_is_listed(block.label, labels) &&
           block.head_len > 1 && block.head[0] == 0x30;
}

/* "ssh-rsa AAAA…" (RFC 4253 section 6.6): the base64 begins with the name before it. */
static bool finds_ssh_public_key(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    unsigned char head[48];
    suppress_run(scene, 0, scene->text.len, "\"'<>,;", noise);
    struct slice run = suppress_text(scene, noise->from, noise->to);
    size_t len = codec_base64(slice_sub(run, 0, 64), head, sizeof head);
    if (len == SLICE_NONE || len < 16 || head[0] || head[1] || head[2] || head[3] > len - 4)
        return false;
    struct slice name = slice_of(head + 4, head[3]);
    struct slice before =
        slice_sub(scene->text, noise->from < 64 ? 0 : noise->from - 64, noise->from < 64 ? noise->from : 64);
    before = slice_trim(before);
    for (size_t i = 0; i < run.len; i++)
        if (!is_base64_byte(run.ptr[i]) && run.ptr[i] != '=')
            return false;
    noise->is_solid = true;
    return name.len >= 7 && before.len >= name.len &&
           slice_is_equal(slice_skip(before, before.len - name.len), name);
}

/* May the run go on over the byte at AT? A single line end is part of it, a blank line ends it. */
static bool is_in_run(struct slice text, size_t at)
{
    if (text.ptr[at] == '\r')
        return true;
    if (text.ptr[at] != '\n')
        return is_base64_byte(text.ptr[at]);
    size_t next = at + 1 < text.len && text.ptr[at + 1] == '\r' ? at + 2 : at + 1;
    return next >= text.len || text.ptr[next] != '\n';
}

/* The run of base64 around the secret, over line ends. */
static void find_base64_run(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    struct slice text = scene->text;
    size_t from = scene->from, to = scene->to;
    while (from > 0 && scene->from - from < SUPPRESS_REACH && is_in_run(text, from - 1))
        from--;
    while (to < text.len && to - scene->to < SUPPRESS_REACH && is_in_run(text, to))
        to++;
    *noise = (struct suppress_noise){ from, suppress_may_look(scene, to - from) ? to : from, true };
    for (size_t at = scene->from; at < scene->to; at++)
        if (!is_in_run(text, at))
            noise->to = noise->from;
}

/* Only a run as long as a small picture is one, and its first bytes are a picture's, in base64. */
#define PICTURE_LEAST 160

static bool finds_base64_image(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    static const char *const heads[] = {
        "iVBORw0KGgoAAAANSUhEUg", "/9j/4", "/9j/2", "R0lGODlh", "R0lGODdh", "UklGR", "AAABAA",
        "AAAAIGZ0eXBhdmlm"
    };
    find_base64_run(scene, noise);
    struct slice run = suppress_text(scene, noise->from, noise->to);
    if (run.len < PICTURE_LEAST)
        return false;
    for (size_t line = 0; line != SLICE_NONE && line < run.len;) {
        struct slice rest = slice_skip(run, line);
        for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
            if (rest.len >= PICTURE_LEAST && slice_starts_with(rest, heads[i])) {
                noise->from += line;
                return true;
            }
        line = slice_find_byte(run, line, '\n');
        line = line == SLICE_NONE ? line : line + 1;
    }
    return false;
}

const struct suppressor suppressors_block[] = {
    { .name = "pgp-block",
      .silences = "armoured OpenPGP public keys, signatures and messages, from BEGIN to END, whose first "
                  "packet is one",
      .reason = "public keys and signatures are public, and what is encrypted can't be read here",
      .finds = finds_pgp_block },
    { .name = "certificate",
      .silences =
          "PEM certificates, requests, lists, public keys and S/MIME signatures, from BEGIN to END, in DER",
      .reason = "a certificate holds the public half",
      .finds = finds_certificate },
    { .name = "ssh-public-key",
      .silences = "SSH public keys and known hosts whose base64 names the same kind as the word before it",
      .reason = "it is the public half",
      .finds = finds_ssh_public_key },
    { .name = "base64-image",
      .silences = "base64 that begins as PNG, JPEG, GIF, WebP, AVIF or icon, 160 characters or longer",
      .reason = "it is a picture",
      .finds = finds_base64_image },
    { .name = NULL },
};
