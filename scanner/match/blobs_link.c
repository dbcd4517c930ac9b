/* blobs_link.c - links that a mail filter or a redirect wrapped: the target that they carry. */
#include "match/blobs_parts.h"

#define HOST_MAX ((size_t)128)
#define LINK_MAX ((size_t)16 * 1024)

/* How the target is written. */
enum wrapping {
    WRAPPING_PERCENT,      /* in a parameter, percent-encoded */
    WRAPPING_PROOFPOINT_2, /* in a parameter: - for %, _ for / */
    WRAPPING_PROOFPOINT_3, /* between __ and __; */
    WRAPPING_BASE64,       /* in a parameter, base64url */
    WRAPPING_PATH,         /* the rest of the path, percent-encoded, after one folder */
    WRAPPING_BETWEEN,      /* between ___ and ___ */
};

struct wrapper {
    const char *host; /* or the end of it, from a dot on */
    const char *path; /* that the path begins with */
    enum wrapping wrapping;
    const char *parameter; /* "url=" */
};

/* Where the maker describes the form: Microsoft Learn, "Safe Links in Microsoft Defender"; Proofpoint, "URL Defense: decoding rewritten URLs";
 * Barracuda Campus, "Understanding link protection"; Cisco, "Rewritten URLs, outbreak filters"; Google, "Redirect notice". */
static const struct wrapper wrappers[] = {
    { ".safelinks.protection.outlook.com", "/", WRAPPING_PERCENT, "url=" },
    { ".safelinks.protection.office365.us", "/", WRAPPING_PERCENT, "url=" },
    { "urldefense.proofpoint.com", "/v1/", WRAPPING_PERCENT, "u=" },
    { "urldefense.proofpoint.com", "/v2/", WRAPPING_PROOFPOINT_2, "u=" },
    { "urldefense.proofpoint.com", "/v3/", WRAPPING_PROOFPOINT_3, NULL },
    { "urldefense.com", "/v2/", WRAPPING_PROOFPOINT_2, "u=" },
    { "urldefense.com", "/v3/", WRAPPING_PROOFPOINT_3, NULL },
    { "urldefense.us", "/v2/", WRAPPING_PROOFPOINT_2, "u=" },
    { "urldefense.us", "/v3/", WRAPPING_PROOFPOINT_3, NULL },
    { "linkprotect.cudasvc.com", "/", WRAPPING_PERCENT, "a=" },
    { "secure-web.cisco.com", "/", WRAPPING_PATH, NULL },
    { "www.google.com", "/url", WRAPPING_PERCENT, "q=" },
    { "www.google.com", "/url", WRAPPING_PERCENT, "url=" },
    { "clicktime.symantec.com", "/", WRAPPING_PERCENT, "u=" },
    { ".protection.sophos.com", "", WRAPPING_BASE64, "u=" },
    { "protect.checkpoint.com", "/v2/", WRAPPING_BETWEEN, NULL },
    { "url.avanan.click", "/v2/", WRAPPING_BETWEEN, NULL },
    { "protect2.fireeye.com", "/", WRAPPING_PERCENT, "u=" },
    { ".hornetsecurity.com", "/", WRAPPING_PERCENT, "u=" },
    { "slack-redir.net", "/link", WRAPPING_PERCENT, "url=" },
    { "l.facebook.com", "/l.php", WRAPPING_PERCENT, "u=" },
    { "www.linkedin.com", "/redir/", WRAPPING_PERCENT, "url=" },
    { "www.youtube.com", "/redirect", WRAPPING_PERCENT, "q=" },
};

/* A link, [start, end) of the text, taken apart. */
struct link {
    struct slice host, path; /* path: with query */
    size_t path_at, end;
};

static bool ends_link(unsigned char c)
{
    return c <= ' ' || c == '"' || c == '<' || c == '>' || c == '\'' || c == 0x7F;
}

static const bool is_host[256] = {
    ['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true,
    ['-'] = true,         ['.'] = true,         ['_'] = true,
};

static struct link link_of(struct slice text, size_t host_at)
{
    struct link link = { .path_at = host_at };
    while (link.path_at < text.len && link.path_at - host_at < HOST_MAX && is_host[text.ptr[link.path_at]])
        link.path_at++;
    link.host = slice_sub(text, host_at, link.path_at - host_at);
    return link;
}

static void find_end(struct link *link, struct slice text)
{
    link->end = link->path_at;
    while (link->end < text.len && link->end - link->path_at < LINK_MAX && !ends_link(text.ptr[link->end]))
        link->end++;
    link->path = slice_sub(text, link->path_at, link->end - link->path_at);
}

static bool is_of_host(const struct wrapper *wrapper, struct slice host)
{
    struct slice name = slice_str(wrapper->host);
    if (host.len < name.len || (name.ptr[0] != '.' && host.len != name.len))
        return false;
    return slice_is_equal_nocase(slice_skip(host, host.len - name.len), name);
}

/* The value of PARAMETER in the path's query: where it begins and ends in the path. */
static bool find_parameter(struct slice path, const char *parameter, size_t *from, size_t *to)
{
    struct slice name = slice_str(parameter);
    for (size_t at = 0; (at = slice_find(path, at, name)) != SLICE_NONE; at++) {
        if (at == 0 || (path.ptr[at - 1] != '?' && path.ptr[at - 1] != '&' && path.ptr[at - 1] != ';'))
            continue;
        *from = at + name.len;
        *to = slice_find_byte(path, *from, '&');
        if (*to == SLICE_NONE)
            *to = path.len;
        return *to > *from;
    }
    return false;
}

/* The text between OPEN and CLOSE. */
static bool find_between(struct slice path, const char *open, const char *close, size_t *from, size_t *to)
{
    size_t at = slice_find(path, 0, slice_str(open));
    if (at == SLICE_NONE)
        return false;
    *from = at + strlen(open);
    *to = slice_find(path, *from, slice_str(close));
    return *to != SLICE_NONE && *to > *from;
}

/* Where the target stands in the link's path. */
static bool find_target(const struct wrapper *wrapper, struct slice path, size_t *from, size_t *to)
{
    if (wrapper->wrapping == WRAPPING_PROOFPOINT_3)
        return find_between(path, "__", "__;", from, to);
    if (wrapper->wrapping == WRAPPING_BETWEEN)
        return find_between(path, "___", "___", from, to);
    if (wrapper->parameter)
        return find_parameter(path, wrapper->parameter, from, to);
    size_t slash = slice_find_byte(path, 1, '/');
    *from = slash == SLICE_NONE ? path.len : slash + 1;
    *to = path.len;
    return *to > *from;
}

/* Decoding, byte for byte into blobs->bytes with a pair for each. */

static int digit(unsigned char c)
{
    c = slice_lower_byte(c);
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void put_byte(struct blobs *blobs, unsigned char byte, size_t from)
{
    blobs_pair(blobs, blobs->bytes.len, from, BLOBS_1_TO_1);
    buffer_put_byte(&blobs->bytes, byte);
}

/* ESCAPE and two digits are a byte; SLASH, unless it is 0, stands for a slash. */
static void decode_escapes(struct blobs *blobs, struct slice text, size_t from, size_t to,
                           unsigned char escape, unsigned char slash)
{
    for (size_t at = from; at < to; at++) {
        int high = text.ptr[at] == escape && to - at > 2 ? digit(text.ptr[at + 1]) : -1;
        int low = high < 0 ? -1 : digit(text.ptr[at + 2]);
        if (low >= 0) {
            put_byte(blobs, (unsigned char)(high << 4 | low), at);
            at += 2;
        } else {
            put_byte(blobs, slash && text.ptr[at] == slash ? '/' : text.ptr[at], at);
        }
    }
}

static int value64(unsigned char c)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *at = c ? strchr(letters, c) : NULL;
    return at ? (int)(at - letters) : c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* The bytes of base64 in TEXT from FROM on, until it ends, into OUT of SIZE bytes. How many. */
static size_t decode_base64(struct slice text, size_t from, unsigned char *out, size_t size)
{
    uint32_t acc = 0;
    unsigned held = 0;
    size_t len = 0;
    for (size_t at = from; at < text.len && len < size; at++) {
        int value = value64(text.ptr[at]);
        if (value < 0)
            break;
        acc = acc << 6 | (uint32_t)value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[len++] = (unsigned char)(acc >> held);
        }
    }
    return len;
}

/* Version 3: `*` stands for a byte, `**` and a letter for two or more, out of the base64 that follows the target. */
static void decode_proofpoint_3(struct blobs *blobs, struct slice text, size_t from, size_t to, size_t end)
{
    unsigned char bytes[1024];
    struct slice path = slice_sub(text, 0, end);
    size_t count = decode_base64(path, to + 3, bytes, sizeof bytes), used = 0;
    for (size_t at = from; at < to; at++) {
        size_t run = 1;
        if (text.ptr[at] != '*' || used == count) {
            put_byte(blobs, text.ptr[at], at);
            continue;
        }
        if (to - at > 2 && text.ptr[at + 1] == '*' && value64(text.ptr[at + 2]) >= 0) {
            run = (size_t)value64(text.ptr[at + 2]) + 2;
            at += 2;
        }
        for (; run > 0 && used < count; run--)
            put_byte(blobs, bytes[used++], at);
    }
}

static void decode_target(struct blobs *blobs, struct slice text, const struct wrapper *wrapper, size_t from,
                          size_t to, size_t end)
{
    unsigned char bytes[4096];
    switch (wrapper->wrapping) {
    case WRAPPING_PROOFPOINT_2:
        decode_escapes(blobs, text, from, to, '-', '_');
        break;
    case WRAPPING_PROOFPOINT_3:
        decode_proofpoint_3(blobs, text, from, to, end);
        break;
    case WRAPPING_BASE64: {
        size_t len = decode_base64(slice_sub(text, 0, to), from, bytes, sizeof bytes);
        for (size_t i = 0; i < len; i++)
            put_byte(blobs, bytes[i], from + i / 3 * 4 + i % 3);
        break;
    }
    default:
        decode_escapes(blobs, text, from, to, '%', 0);
    }
}

static bool is_address(struct slice text)
{
    return slice_find(slice_sub(text, 0, 16), 0, slice_str(":/")) != SLICE_NONE ||
           (text.len > 4 && slice_find_byte(slice_sub(text, 0, HOST_MAX), 1, '.') != SLICE_NONE);
}

static bool unwrap(struct finder *finder, const struct wrapper *wrapper, const struct link *link)
{
    struct blobs *blobs = finder->blobs;
    size_t from, to;
    if (!find_target(wrapper, link->path, &from, &to))
        return false;
    from += link->path_at;
    to += link->path_at;
    blobs->count = 0;
    buffer_clear(&blobs->bytes);
    decode_target(blobs, finder->text, wrapper, from, to, link->end);
    struct slice target = buffer_slice(&blobs->bytes);
    if (!is_address(target) || blobs_content_of(target, true) != BLOBS_TEXT ||
        !blobs_grant(finder, BLOBS_ESCAPED, target.len))
        return false;
    blobs_region_begin(finder, BLOBS_ESCAPED, from, to);
    blobs_put_blob(finder, target);
    blobs_region_end(finder, to);
    return true;
}

/* Most hosts leave here: the two letters before the top-level domain are of no wrapper. */
static bool may_be_wrapper(struct slice host)
{
    static const char pairs[][3] = { "ok", "36", "nt", "se", "ns", "vc", "co", "le",
                                     "ec", "os", ".c", "ye", "ty", "ir", "in", "be" };
    if (host.len < 10)
        return false;
    char before = (char)slice_lower_byte(host.ptr[host.len - 6]),
         last = (char)slice_lower_byte(host.ptr[host.len - 5]);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (pairs[i][1] == last && pairs[i][0] == before)
            return true;
    return false;
}

bool blobs_link(struct finder *finder, size_t at)
{
    struct link link = link_of(finder->text, at + 3);
    if (!may_be_wrapper(link.host))
        return false;
    for (size_t i = 0; i < sizeof wrappers / sizeof *wrappers; i++) {
        const struct wrapper *wrapper = &wrappers[i];
        if (!is_of_host(wrapper, link.host))
            continue;
        find_end(&link, finder->text);
        if (!slice_starts_with_nocase(link.path, wrapper->path) || !unwrap(finder, wrapper, &link))
            continue;
        finder->escape_done = link.end;
        return true;
    }
    return false;
}
