/* params.c - structured values `token; name=value` (RFC 2045, 2183) with the continuations of RFC 2231. */
#include "decode/header.h"

#include "base/buffer.h"
#include "decode/decoder.h"
#include "decode/text.h"

/* One parameter as written: `name*1*=value`. */
struct segment {
    struct slice name;
    unsigned order;   /* N of name*N, 0 without one */
    bool is_numbered; /* name*N */
    bool is_extended; /* ends in '*': percent-encoded */
    bool is_taken;    /* put into the list with another of its name */
    struct slice value;
};

struct segments {
    struct segment *list;
    size_t count, room, limit;
    bool is_over_limit;
};

static bool is_space(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A byte of a parameter's name (RFC 2045 token). */
static bool is_name_byte(unsigned char c)
{
    return c > ' ' && c < 0x7F && !strchr("()<>@,;:\\\"/[]?=", c);
}

static struct slice skip_space(struct slice s)
{
    while (s.len > 0 && is_space(s.ptr[0]))
        s = slice_skip(s, 1);
    return s;
}

/* The name of a parameter at the front of S, with `=` after it; empty if there is none. */
static struct slice peek_name(struct slice s)
{
    size_t len = 0;
    while (len < s.len && len < 128 && is_name_byte(s.ptr[len]))
        len++;
    struct slice after = skip_space(slice_sub(s, len, 64));
    return slice_sub(s, 0, after.len > 0 && after.ptr[0] == '=' ? len : 0);
}

static bool is_file_name(struct slice name)
{
    return slice_starts_with_nocase(name, "name") || slice_starts_with_nocase(name, "filename");
}

/* Names by which a parameter is known where no semicolon stands before it. */
static bool is_known_name(struct slice name)
{
    static const char *const known[] = {
        "charset",     "name",       "filename",      "boundary",          "format",
        "delsp",       "type",       "size",          "protocol",          "micalg",
        "start",       "method",     "creation-date", "modification-date", "read-date",
        "report-type", "reply-type", "smime-type",    "x-unix-mode",       "access-type"
    };
    name.len = slice_find_byte(name, 0, '*') == SLICE_NONE ? name.len : slice_find_byte(name, 0, '*');
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (slice_is_equal_nocase(name, slice_str(known[i])))
            return true;
    return false;
}

/* Whether a value may end here: nothing, a semicolon, a comment or a known parameter follows. */
static bool is_boundary(struct slice after)
{
    after = skip_space(after);
    return after.len == 0 || after.ptr[0] == ';' || after.ptr[0] == '(' || is_known_name(peek_name(after));
}

/* Index of the quote that closes a string that begins at the front of S, or its length. Names of files hold stray quotes. */
static size_t closing_quote(struct slice s, bool is_lenient)
{
    size_t last = s.len;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\\')
            i++;
        else if (s.ptr[i] == '"' && (!is_lenient || is_boundary(slice_skip(s, i + 1))))
            return i;
        else if (s.ptr[i] == '"')
            last = i;
    }
    return last;
}

/* Without backslashes; in a file name only before a quote or another one, since paths hold single ones. */
static struct slice unescape(struct arena *arena, struct slice s, bool is_lenient)
{
    if (slice_find_byte(s, 0, '\\') == SLICE_NONE)
        return s;
    unsigned char *out = arena_alloc(arena, s.len);
    size_t len = 0;
    for (size_t i = 0; i < s.len; i++) {
        bool is_pair = s.ptr[i] == '\\' && s.len - i > 1;
        if (is_pair && (!is_lenient || s.ptr[i + 1] == '"' || s.ptr[i + 1] == '\\'))
            i++;
        out[len++] = s.ptr[i];
    }
    return slice_of(out, len);
}

static struct slice eat_quoted(struct arena *arena, struct slice *rest, bool is_lenient)
{
    struct slice s = slice_skip(*rest, 1);
    size_t close = closing_quote(s, is_lenient);
    *rest = slice_skip(s, close == s.len ? close : close + 1);
    return unescape(arena, slice_sub(s, 0, close), is_lenient);
}

/* A value without quotes: to the semicolon, or to a parameter that lacks one before it; only in file names with parentheses. */
static struct slice eat_bare(struct slice *rest, bool is_file)
{
    size_t len = 0;
    for (; len < rest->len && rest->ptr[len] != ';'; len++) {
        bool is_gap = is_space(rest->ptr[len]) && len + 1 < rest->len && !is_space(rest->ptr[len + 1]);
        if (!is_file && rest->ptr[len] == '(')
            break;
        if (is_gap && is_known_name(peek_name(slice_skip(*rest, len + 1))))
            break;
    }
    struct slice value = slice_trim(slice_sub(*rest, 0, len));
    *rest = slice_skip(*rest, len);
    return value;
}

/* Split "name*1*" into its parts (RFC 2231 sections 3 and 4). */
static void read_name(struct segment *segment, struct slice name)
{
    size_t star = slice_find_byte(name, 0, '*');
    uint64_t order = 0;
    segment->name = slice_sub(name, 0, star);
    if (star == SLICE_NONE)
        return;
    struct slice rest = slice_skip(name, star + 1);
    segment->is_extended = rest.len == 0 || rest.ptr[rest.len - 1] == '*';
    rest.len -= rest.len > 0 && segment->is_extended;
    segment->is_numbered = rest.len > 0 && slice_to_u64(rest, &order) == 0 && order < 100000;
    segment->order = segment->is_numbered ? (unsigned)order : 0;
}

static void segment_add(struct arena *arena, struct segments *segments, const struct segment *segment)
{
    if (segments->count >= segments->limit) {
        segments->is_over_limit = true;
        return;
    }
    if (segments->count == segments->room) {
        size_t room = segments->room ? segments->room * 2 : 8;
        struct segment *list = arena_alloc_array(arena, room, sizeof *list);
        if (segments->count > 0)
            memcpy(list, segments->list, segments->count * sizeof *list);
        segments->list = list;
        segments->room = room;
    }
    segments->list[segments->count++] = *segment;
}

/* Past a comment at the front of S, nested to any depth, or past one byte that does not close. */
static struct slice skip_comment(struct slice s)
{
    size_t depth = 0;
    for (size_t i = 0; i < s.len; i++) {
        depth += s.ptr[i] == '(';
        depth -= s.ptr[i] == ')';
        if (s.ptr[i] == '\\')
            i++;
        else if (depth == 0)
            return slice_skip(s, i + 1);
    }
    return slice_skip(s, s.len);
}

/* Where a parameter may begin: past semicolons, white space and comments. */
static struct slice skip_between(struct slice s)
{
    for (s = skip_space(s); s.len > 0 && (s.ptr[0] == ';' || s.ptr[0] == '('); s = skip_space(s))
        s = s.ptr[0] == '(' ? skip_comment(s) : slice_skip(s, 1);
    return s;
}

static void eat_segments(struct arena *arena, struct slice rest, struct segments *segments)
{
    while ((rest = skip_between(rest)).len > 0 && !segments->is_over_limit) {
        struct slice name = peek_name(rest);
        if (name.len == 0) { /* no parameter: on to the next semicolon, or word */
            size_t stop = 0;
            while (stop < rest.len && rest.ptr[stop] != ';' && !is_space(rest.ptr[stop]))
                stop++;
            rest = slice_skip(rest, stop > 0 ? stop : 1);
            continue;
        }
        struct segment segment = { 0 };
        bool is_file = is_file_name(name);
        read_name(&segment, name);
        rest = skip_space(slice_skip(skip_space(slice_skip(rest, name.len)), 1));
        bool is_quoted = rest.len > 0 && rest.ptr[0] == '"';
        segment.value = is_quoted ? eat_quoted(arena, &rest, is_file) : eat_bare(&rest, is_file);
        segment_add(arena, segments, &segment);
    }
}

static void put_percent(struct buffer *bytes, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        int high = text.ptr[i] == '%' && text.len - i > 2 ? qp_hex_value(text.ptr[i + 1]) : -1;
        int low = high >= 0 ? qp_hex_value(text.ptr[i + 2]) : -1;
        buffer_put_byte(bytes, low >= 0 ? (unsigned char)(high << 4 | low) : text.ptr[i]);
        i += low >= 0 ? 2 : 0;
    }
}

/* Cut `charset'language'` off the front of *TEXT. */
static struct slice eat_charset(struct slice *text)
{
    size_t first = slice_find_byte(*text, 0, '\'');
    size_t second = first == SLICE_NONE ? SLICE_NONE : slice_find_byte(*text, first + 1, '\'');
    if (second == SLICE_NONE)
        return slice_of(NULL, 0);
    struct slice charset = slice_sub(*text, 0, first);
    *text = slice_skip(*text, second + 1);
    return charset;
}

static struct slice lower(struct arena *arena, struct slice s)
{
    unsigned char *out = arena_alloc(arena, s.len);
    for (size_t i = 0; i < s.len; i++)
        out[i] = slice_lower_byte(s.ptr[i]);
    return slice_of(out, s.len);
}

/* The segment of NAME that comes next after *ORDER in a continued value, or NULL. The first of two equal numbers counts. */
static struct segment *next_segment(struct segments *segments, struct slice name, uint64_t least)
{
    struct segment *best = NULL;
    for (size_t i = 0; i < segments->count; i++) {
        struct segment *segment = &segments->list[i];
        bool is_mine = (segment->is_numbered || segment->is_extended) && segment->order >= least &&
                       slice_is_equal_nocase(segment->name, name);
        if (is_mine && (!best || segment->order < best->order))
            best = segment;
    }
    return best;
}

static void take_all(struct segments *segments, struct slice name)
{
    for (size_t i = 0; i < segments->count; i++)
        segments->list[i].is_taken |= slice_is_equal_nocase(segments->list[i].name, name);
}

/* A value in RFC 2231 form: the pieces' bytes together become characters. */
static struct slice join_segments(struct arena *arena, struct segments *segments, struct segment *first)
{
    struct buffer bytes, text;
    struct slice charset = { 0 };
    buffer_init(&bytes, SIZE_MAX);
    for (struct segment *segment = first; segment;
         segment = next_segment(segments, first->name, segment->order + 1)) {
        struct slice value = segment->value;
        if (segment == first && segment->is_extended)
            charset = eat_charset(&value);
        if (segment->is_extended)
            put_percent(&bytes, value);
        else
            buffer_put(&bytes, value);
    }
    buffer_init(&text, text_ceiling(bytes.len));
    text_put(&text, buffer_slice(&bytes), charset);
    struct slice joined = arena_copy(arena, buffer_slice(&text));
    buffer_release(&bytes);
    buffer_release(&text);
    return first->is_extended ? joined : header_decode_text(arena, joined);
}

static void list_params(struct arena *arena, struct segments *segments, struct header_params *params)
{
    params->list = arena_alloc_array(arena, segments->count, sizeof *params->list);
    for (size_t i = 0; i < segments->count; i++) {
        struct segment *segment = &segments->list[i];
        if (segment->is_taken)
            continue;
        struct segment *first = next_segment(segments, segment->name, 0);
        struct header_param *param = &params->list[params->count++];
        param->name = lower(arena, segment->name);
        param->value =
            first ? join_segments(arena, segments, first) : header_decode_text(arena, segment->value);
        take_all(segments, segment->name);
    }
}

/* The token before the parameters: up to a semicolon, or to a parameter that lacks one before it. White space around '/' goes. */
static struct slice eat_token(struct arena *arena, struct slice *rest)
{
    struct slice s = skip_between(*rest);
    unsigned char *out = arena_alloc(arena, s.len);
    size_t len = 0, at = 0;
    bool is_gap = false;
    while (at < s.len && s.ptr[at] != ';' && s.ptr[at] != '(') {
        bool is_start = is_gap || at == 0;
        if (is_start && peek_name(slice_skip(s, at)).len > 0)
            break;
        is_gap = is_space(s.ptr[at]);
        if (!is_gap)
            out[len++] = slice_lower_byte(s.ptr[at]);
        at++;
    }
    *rest = slice_skip(s, at);
    while (len > 0 && strchr("\"'", out[len - 1]))
        len--;
    return len > 0 && strchr("\"'", out[0]) ? slice_of(out + 1, len - 1) : slice_of(out, len);
}

void header_parse_params(struct arena *arena, struct slice value, const struct limits *limits,
                         struct header_params *params)
{
    *params = (struct header_params){ 0 };
    struct slice rest = header_unfold(arena, value);
    struct segments segments = { .limit = (size_t)limits->header_params };
    params->token = eat_token(arena, &rest);
    eat_segments(arena, rest, &segments);
    list_params(arena, &segments, params);
    params->is_over_limit = segments.is_over_limit;
}

struct slice header_param(const struct header_params *params, const char *name)
{
    struct slice wanted = slice_str(name);
    for (size_t i = 0; i < params->count; i++)
        if (slice_is_equal_nocase(params->list[i].name, wanted))
            return params->list[i].value;
    return slice_of(NULL, 0);
}
