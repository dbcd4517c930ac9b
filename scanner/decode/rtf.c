/* rtf.c - RTF taken apart (Rich Text Format 1.9.1), token by token. */
#include "decode/rtf.h"

#include "base/utf8.h"
#include "decode/decoder.h"
#include "decode/rtf_words.h"

/* No control word of any version is longer: what is longer is text. */
#define WORD_MAX ((size_t)32)
#define NUMBER_MAX 10

/* Bytes of data in one piece, so that its place in the source is known well enough. */
#define DATA_PIECE ((size_t)64)

void rtf_init(struct rtf *rtf, const struct rtf_sink *sink, bool is_utf8)
{
    *rtf =
        (struct rtf){ .sink = *sink, .is_utf8 = is_utf8, .codepage = CODEPAGE_WESTERN, .default_font = -1 };
    rtf->state.groups[0] = (struct rtf_group){ .place = RTF_IN_BODY, .skip = 1 };
    buffer_init(&rtf->made, (size_t)4 * 1024);
}

void rtf_release(struct rtf *rtf)
{
    codepages_release(&rtf->pages);
    buffer_release(&rtf->made);
}

bool rtf_is_rtf(struct slice text)
{
    return slice_starts_with(text, "{\\rtf") || slice_starts_with(text, "{\\urtf");
}

bool rtf_is_picture(struct slice bytes)
{
    return slice_starts_with(bytes, "\x89PNG") || slice_starts_with(bytes, "\xff\xd8\xff");
}

static struct rtf_group *top(struct rtf *rtf)
{
    return &rtf->state.groups[rtf->state.depth];
}

static enum rtf_kind kind_of(const struct rtf_group *group)
{
    static const enum rtf_kind kinds[] = {
        [RTF_IN_BODY] = RTF_BODY,   [RTF_IN_TAG] = RTF_TAG,     [RTF_IN_OTHER] = RTF_OTHER,
        [RTF_IN_FONTS] = RTF_OTHER, [RTF_IN_DATA] = RTF_DATA,   [RTF_IN_OBJECT] = RTF_DATA,
        [RTF_IN_NOTE] = RTF_BODY,   [RTF_IN_FIELD] = RTF_OTHER, [RTF_IN_PICTURE] = RTF_DATA,
    };
    return kinds[group->place];
}

static void put(struct rtf *rtf, struct slice bytes, size_t at, bool is_as_is)
{
    const struct rtf_group *group = top(rtf);
    const struct rtf_piece piece = {
        .kind = kind_of(group),
        .is_replaced = group->is_replaced,
        .is_object = group->place == RTF_IN_OBJECT,
        .is_picture = group->place == RTF_IN_PICTURE,
        .is_as_is = is_as_is,
        .bytes = bytes,
        .at = at,
    };
    rtf->sink.put(rtf->sink.ctx, &piece);
}

/* Text that waits for its other bytes. */

static unsigned codepage_of(const struct rtf *rtf, const struct rtf_group *group)
{
    return group->codepage ? group->codepage : rtf->codepage;
}

static void flush(struct rtf *rtf)
{
    if (rtf->pending_len == 0)
        return;
    buffer_clear(&rtf->made);
    (void)codepages_put(&rtf->pages, codepage_of(rtf, top(rtf)), slice_of(rtf->pending, rtf->pending_len),
                        &rtf->made);
    rtf->pending_len = 0;
    rtf->is_half = false;
    put(rtf, buffer_slice(&rtf->made), rtf->pending_at, false);
}

static void put_code(struct rtf *rtf, uint32_t code, size_t at)
{
    unsigned char bytes[4];
    flush(rtf);
    put(rtf, slice_of(bytes, utf8_write(bytes, code)), at, false);
}

static void put_byte(struct rtf *rtf, unsigned char byte, size_t at)
{
    if (rtf->pending_len == RTF_PENDING || (rtf->pending_len == RTF_PENDING - 1 && !rtf->is_half))
        flush(rtf);
    if (rtf->pending_len == 0)
        rtf->pending_at = at;
    rtf->pending[rtf->pending_len++] = byte;
    rtf->is_half = !rtf->is_half && codepage_is_lead(codepage_of(rtf, top(rtf)), byte);
}

/* A character that the reader of an old RTF would see in place of the \u before it. True if it was passed over. */
static bool skip_character(struct rtf *rtf)
{
    if (rtf->state.skip == 0)
        return false;
    rtf->state.skip--;
    return true;
}

/* Groups. */

static void open_group(struct rtf *rtf)
{
    struct rtf_state *state = &rtf->state;
    flush(rtf);
    state->skip = 0;
    if (state->depth + 1 == RTF_DEPTH) {
        state->over++;
        return;
    }
    state->groups[state->depth + 1] = state->groups[state->depth];
    state->depth++;
}

static void end_data(struct rtf *rtf, size_t at)
{
    rtf->state.high = 0;
    put(rtf, slice_of(NULL, 0), at, false);
}

static void close_group(struct rtf *rtf, size_t at)
{
    struct rtf_state *state = &rtf->state;
    flush(rtf);
    state->skip = 0;
    if (state->over > 0) {
        state->over--;
        return;
    }
    if (state->depth == 0)
        return;
    const struct rtf_group *group = top(rtf), *outer = group - 1;
    if (kind_of(group) == RTF_DATA && kind_of(outer) != RTF_DATA)
        end_data(rtf, at);
    bool is_run = group->place == RTF_IN_FIELD && outer->place == RTF_IN_FIELD;
    bool ends_note = group->place == RTF_IN_NOTE && outer->place != RTF_IN_NOTE;
    if ((kind_of(group) == RTF_OTHER && !is_run) || ends_note)
        put(rtf, slice_str("\n"), at, false);
    state->depth--;
    state->has_ended = state->depth == 0;
}

/* Fonts. */

static uint16_t font_codepage(const struct rtf *rtf, int number)
{
    for (size_t i = 0; i < rtf->font_count; i++)
        if (rtf->fonts[i].number == number)
            return rtf->fonts[i].codepage;
    return 0;
}

static void describe_font(struct rtf *rtf, unsigned codepage)
{
    if (top(rtf)->place != RTF_IN_FONTS || codepage == 0)
        return;
    top(rtf)->codepage = (uint16_t)codepage;
    for (size_t i = 0; i < rtf->font_count; i++)
        if (rtf->fonts[i].number == rtf->state.font) {
            rtf->fonts[i].codepage = (uint16_t)codepage;
            return;
        }
    if (rtf->font_count == RTF_FONTS)
        return;
    rtf->fonts[rtf->font_count].number = rtf->state.font;
    rtf->fonts[rtf->font_count++].codepage = (uint16_t)codepage;
}

static void take_font(struct rtf *rtf, int number)
{
    if (top(rtf)->place == RTF_IN_FONTS) {
        rtf->state.font = number;
        return;
    }
    flush(rtf);
    top(rtf)->codepage = font_codepage(rtf, number);
}

/* Control words. */

static void take_unicode(struct rtf *rtf, int number, size_t at)
{
    struct rtf_state *state = &rtf->state;
    uint32_t code = (uint32_t)number & (number < 0 ? 0xFFFFu : 0x1FFFFFu);
    flush(rtf);
    if (code >= 0xD800 && code <= 0xDBFF) {
        state->surrogate = (uint16_t)code;
    } else {
        if (state->surrogate && code >= 0xDC00 && code <= 0xDFFF)
            code = 0x10000u + ((uint32_t)(state->surrogate - 0xD800) << 10) + (code - 0xDC00);
        state->surrogate = 0;
        put_code(rtf, code, at);
    }
    state->skip = top(rtf)->skip;
}

static void take_place(struct rtf *rtf, enum rtf_place place)
{
    enum rtf_place now = (enum rtf_place)top(rtf)->place;
    flush(rtf);
    rtf->state.high = 0;
    /* What stands inside data or is not shown stays so; text boxes and results are shown wherever they are. */
    bool is_shown = place == RTF_IN_BODY || place == RTF_IN_NOTE;
    if (kind_of(top(rtf)) == RTF_DATA && is_shown)
        return;
    if (now == RTF_IN_FONTS && place != RTF_IN_DATA)
        return;
    if (place == RTF_IN_NOTE && now != RTF_IN_NOTE)
        put(rtf, slice_str("\n"), rtf->at, false);
    top(rtf)->place = (unsigned char)place;
}

static void take_known(struct rtf *rtf, const struct rtf_word *word, bool has_number, int number, size_t at)
{
    switch (word->action) {
    case RTF_PLACE:
        take_place(rtf, (enum rtf_place)word->value);
        break;
    case RTF_CHARACTER:
        if (!skip_character(rtf) && kind_of(top(rtf)) != RTF_DATA)
            put_code(rtf, word->value, at);
        break;
    case RTF_CODEPAGE:
        rtf->codepage = word->value;
        break;
    case RTF_ANSICPG:
        if (number > 0 && codepage_is_known((unsigned)number))
            rtf->codepage = (unsigned)number;
        break;
    case RTF_DEFAULT_FONT:
        rtf->default_font = number;
        break;
    case RTF_FONT:
        take_font(rtf, number);
        break;
    case RTF_FONT_CHARSET:
        describe_font(rtf, rtf_charset_codepage(number));
        break;
    case RTF_FONT_CODEPAGE:
        if (number > 0 && number < 0xFFFF && codepage_is_known((unsigned)number))
            describe_font(rtf, (unsigned)number);
        break;
    case RTF_PLAIN:
        flush(rtf);
        top(rtf)->codepage = rtf->default_font >= 0 ? font_codepage(rtf, rtf->default_font) : 0;
        break;
    case RTF_SKIP_COUNT:
        top(rtf)->skip = (unsigned char)(number < 0 ? 0 : number > 255 ? 255 : number);
        break;
    case RTF_UNICODE:
        if (has_number)
            take_unicode(rtf, number, at);
        break;
    case RTF_BINARY:
        rtf->state.bin = number > 0 ? (size_t)number : 0;
        break;
    case RTF_REPLACED:
        flush(rtf);
        top(rtf)->is_replaced = !has_number || number != 0;
        break;
    case RTF_WRAPPED:
        if (!has_number || number != 0)
            rtf->wraps = (enum rtf_wraps)word->value;
        break;
    }
}

static bool is_letter(unsigned char c)
{
    c = slice_lower_byte(c);
    return c >= 'a' && c <= 'z';
}

/* The parameter at AT of the text: its value, limited, and its length. */
static size_t number_at(struct slice text, size_t at, int *number)
{
    size_t start = at;
    bool is_negative = at < text.len && text.ptr[at] == '-';
    int64_t value = 0;
    at += is_negative;
    size_t first = at;
    while (at < text.len && at - first < NUMBER_MAX && slice_is_digit(text.ptr[at]))
        value = value * 10 + (text.ptr[at++] - '0');
    *number = 0;
    if (at == first)
        return 0;
    value = value > INT32_MAX ? INT32_MAX : value;
    *number = (int)(is_negative ? -value : value);
    return at - start;
}

/* The control word that starts at the backslash at rtf->at. The bytes it takes. */
static size_t take_word(struct rtf *rtf)
{
    size_t start = rtf->at + 1, end = start;
    int number;
    while (end < rtf->text.len && end - start < WORD_MAX && is_letter(rtf->text.ptr[end]))
        end++;
    struct slice name = slice_sub(rtf->text, start, end - start);
    size_t digits = number_at(rtf->text, end, &number);
    size_t stop = end + digits;
    bool has_space = stop < rtf->text.len && rtf->text.ptr[stop] == ' ';
    const struct rtf_word *word = rtf_word_find(name);
    bool was_ignorable = rtf->state.is_ignorable;
    rtf->state.is_ignorable = false;
    if (rtf->is_half)
        flush(rtf);
    if (word)
        take_known(rtf, word, digits > 0, number, rtf->at);
    else if (was_ignorable)
        take_place(rtf, RTF_IN_OTHER);
    else if (rtf->state.skip > 0)
        rtf->state.skip--;
    /* A word that nobody knows is kept where it could be anything. */
    if (!word && (was_ignorable || name.len == WORD_MAX) && kind_of(top(rtf)) == RTF_OTHER) {
        put(rtf, slice_sub(rtf->text, start, stop - start), start, true);
        put(rtf, slice_str(" "), stop, false);
    }
    return stop + has_space - rtf->at;
}

/* \'hh: a byte of the code page. */
static size_t take_hex(struct rtf *rtf)
{
    struct slice digits = slice_sub(rtf->text, rtf->at + 2, 2);
    int high = digits.len == 2 ? qp_hex_value(digits.ptr[0]) : -1;
    int low = high >= 0 ? qp_hex_value(digits.ptr[1]) : -1;
    if (low < 0)
        return 2;
    if (!skip_character(rtf) && kind_of(top(rtf)) != RTF_DATA)
        put_byte(rtf, (unsigned char)(high << 4 | low), rtf->at);
    return 4;
}

/* What stands after a backslash and is no letter. */
static size_t take_symbol(struct rtf *rtf)
{
    unsigned char c = rtf->at + 1 < rtf->text.len ? rtf->text.ptr[rtf->at + 1] : ' ';
    if (c == '\'')
        return take_hex(rtf);
    if (c == '*') {
        rtf->state.is_ignorable = true;
        return 2;
    }
    if (c == '-' || c == ':')
        return 2;
    if (!skip_character(rtf) && kind_of(top(rtf)) != RTF_DATA) {
        if (c == '~')
            put_code(rtf, 0xA0, rtf->at);
        else if (c == '_')
            put_code(rtf, '-', rtf->at);
        else if (c == '\r' || c == '\n')
            put_code(rtf, '\n', rtf->at);
        else {
            flush(rtf);
            put(rtf, slice_sub(rtf->text, rtf->at + 1, 1), rtf->at + 1, true);
        }
    }
    return 2;
}

/* Text and data. */

/* Every byte that is not plain text. */
static bool is_special(const struct rtf *rtf, unsigned char c)
{
    return c == '\\' || c == '{' || c == '}' || c == '\r' || c == '\n' || c == 0 ||
           (c >= 0x80 && !rtf->is_utf8);
}

static void take_text(struct rtf *rtf)
{
    size_t start = rtf->at;
    while (rtf->at < rtf->text.len && rtf->state.skip > 0 && !is_special(rtf, rtf->text.ptr[rtf->at])) {
        rtf->at++;
        rtf->state.skip--;
        start = rtf->at;
    }
    while (rtf->is_half && rtf->at < rtf->text.len && !is_special(rtf, rtf->text.ptr[rtf->at]))
        put_byte(rtf, rtf->text.ptr[rtf->at], rtf->at), start = ++rtf->at;
    while (rtf->at < rtf->text.len && !is_special(rtf, rtf->text.ptr[rtf->at]))
        rtf->at++;
    rtf->state.is_ignorable = false;
    if (rtf->at > start) {
        flush(rtf);
        if (rtf->state.has_ended)
            put(rtf, slice_str("\n"), start, false);
        rtf->state.has_ended = false;
        put(rtf, slice_sub(rtf->text, start, rtf->at - start), start, true);
    }
}

static void take_data(struct rtf *rtf)
{
    unsigned char bytes[DATA_PIECE];
    size_t len = 0, start = rtf->at;
    for (; rtf->at < rtf->text.len && !is_special(rtf, rtf->text.ptr[rtf->at]) && len < DATA_PIECE;
         rtf->at++) {
        int digit = qp_hex_value(rtf->text.ptr[rtf->at]);
        if (digit < 0)
            continue;
        if (rtf->state.high)
            bytes[len++] = (unsigned char)((rtf->state.high - 16) << 4 | (unsigned)digit);
        rtf->state.high = rtf->state.high ? 0 : 16 + (unsigned)digit;
    }
    if (len > 0)
        put(rtf, slice_of(bytes, len), start, false);
}

/* Bytes that \bin announced: data, wherever they stand. */
static void take_binary(struct rtf *rtf)
{
    size_t left = rtf->text.len - rtf->at;
    size_t len = rtf->state.bin < left ? rtf->state.bin : left;
    struct rtf_piece piece = { .kind = RTF_DATA, .is_as_is = true, .at = rtf->at };
    flush(rtf);
    piece.is_object = top(rtf)->place == RTF_IN_OBJECT;
    piece.is_picture = top(rtf)->place == RTF_IN_PICTURE;
    piece.bytes = slice_sub(rtf->text, rtf->at, len);
    rtf->sink.put(rtf->sink.ctx, &piece);
    rtf->at += len;
    rtf->state.bin -= len;
    if (rtf->state.bin == 0)
        end_data(rtf, rtf->at);
}

static void take_special(struct rtf *rtf, unsigned char c)
{
    size_t taken = 1;
    if (c == '\\')
        taken = rtf->at + 1 < rtf->text.len && is_letter(rtf->text.ptr[rtf->at + 1]) ? take_word(rtf)
                                                                                     : take_symbol(rtf);
    else if (c == '{')
        open_group(rtf);
    else if (c == '}')
        close_group(rtf, rtf->at);
    else if (c >= 0x80 && !skip_character(rtf) && kind_of(top(rtf)) != RTF_DATA)
        put_byte(rtf, c, rtf->at);
    rtf->at += taken;
}

static void take_token(struct rtf *rtf)
{
    unsigned char c = rtf->text.ptr[rtf->at];
    if (rtf->state.bin > 0)
        take_binary(rtf);
    else if (is_special(rtf, c))
        take_special(rtf, c);
    else if (kind_of(top(rtf)) == RTF_DATA)
        take_data(rtf);
    else
        take_text(rtf);
}

void rtf_block(struct rtf *rtf, struct slice text, size_t next, bool is_last)
{
    struct rtf_state kept = rtf->state;
    bool is_kept = false;
    rtf->text = text;
    rtf->at = rtf->state.gone < text.len ? rtf->state.gone : text.len;
    rtf->state.gone = 0;
    rtf->is_last = is_last;
    while (rtf->at < text.len) {
        /* The state at NEXT, unless bytes of a character wait there. */
        if (!is_kept && rtf->at >= next && rtf->pending_len == 0) {
            kept = rtf->state;
            kept.gone = rtf->at - next;
            is_kept = true;
        }
        take_token(rtf);
    }
    flush(rtf);
    if (!is_kept) {
        kept = rtf->state;
        kept.gone = rtf->at > next ? rtf->at - next : 0;
    }
    rtf->state = kept;
}
