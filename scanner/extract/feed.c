/* feed.c - a leaf's bytes become text, block by block, with the views that come of their charset. */
#include "extract/feed.h"

#include "base/utf8.h"
#include "extract/reading.h"
#include "extract/track.h"

/* Blocks that are copied are smaller, since the bytes, the other reading and both maps may be held beside the text. */
#define STREAM_BLOCK ((size_t)2 * 1024 * 1024)
#define PIECE ((size_t)4096)
#define SAMPLE_WANTED ((size_t)8192)

enum feed_mode {
    FEED_PLAIN,   /* all bytes so far were plain ASCII, or need no conversion */
    FEED_CONVERT, /* through the reading's converters */
    FEED_RAW,     /* bytes are the text */
};

struct feed {
    struct extract *extract;
    const struct feed_maker *maker;
    struct source *source;
    enum feed_mode mode;
    size_t block_size, repeat; /* bytes */

    struct buffer text; /* the block so far */
    uint64_t offset;    /* of its first byte in the leaf's text */
    size_t repeated;
    uint64_t blocks;

    struct reading reading;
    bool is_tracked;  /* `raw` holds the bytes of this block's text */
    bool is_fine;     /* pieces end where ASCII does, for an exact map */
    struct track raw; /* the bytes as they came */
    struct track other;
    size_t other_at; /* bytes of `raw` that the other reading has taken */
    size_t bad_end;  /* end in `text` of the last place that did not decode, 0 if none */
};

int feed_views_add(struct feed_views *views, struct text_view view)
{
    if (views->count == FEED_VIEWS_MAX)
        return -1;
    views->list[views->count++] = view;
    return 0;
}

/* Blocks. */

static void send_block(struct feed *feed, struct slice text, size_t next, bool is_last)
{
    const struct text_sink *sink = feed->extract->sink;
    const struct feed_block made = { text, feed->offset, feed->repeated, next, is_last };
    struct feed_views views = { .count = 0 };
    feed->maker->make(feed->maker->ctx, &made, &views);
    if (feed->other.text.len > 0)
        feed_views_add(&views, track_view(&feed->other, VIEW_CHARSET));
    if (feed->is_tracked && (feed->bad_end > 0 || feed->reading.is_unknown))
        feed_views_add(&views, track_view(&feed->raw, VIEW_BYTES));
    const struct text_block block = {
        .text = text,
        .offset = feed->offset,
        .repeated = feed->repeated,
        .is_last = is_last,
        .views = views.list,
        .cells = views.cells,
        .view_count = views.count,
    };
    sink->block(sink->ctx, &block);
    feed->offset += next;
    feed->repeated = text.len - next;
    feed->blocks++;
}

/* Where the block after TEXT begins: at a character start, so that at least `repeat` bytes come again. */
static size_t next_start(const struct feed *feed, struct slice text)
{
    if (text.len <= feed->repeat)
        return text.len;
    size_t at = text.len - feed->repeat;
    return feed->mode == FEED_RAW ? at : utf8_cut(text, at);
}

/* All of TEXT, which stays where it is. */
static void send_all(struct feed *feed, struct slice text)
{
    while (text.len > feed->block_size) {
        size_t len = feed->mode == FEED_RAW ? feed->block_size : utf8_cut(text, feed->block_size);
        struct slice part = slice_sub(text, 0, len);
        size_t next = next_start(feed, part);
        send_block(feed, part, next, false);
        text = slice_skip(text, next);
    }
    send_block(feed, text, text.len, true);
}

/* Damage is past and nothing else needs the bytes. */
static void track_stop(struct feed *feed)
{
    const struct reading *reading = &feed->reading;
    if (!feed->is_tracked || feed->bad_end > 0 || reading->text || reading->other || reading->is_unknown)
        return;
    feed->is_tracked = false;
    track_clear(&feed->raw);
}

static void send_held(struct feed *feed, bool is_last)
{
    struct slice text = buffer_slice(&feed->text);
    size_t next = is_last ? text.len : next_start(feed, text);
    send_block(feed, text, next, is_last);
    if (feed->is_tracked) {
        size_t most = feed->reading.other ? feed->other_at : SIZE_MAX;
        feed->other_at -= track_drop(&feed->raw, next, most);
        track_drop(&feed->other, next, SIZE_MAX);
    }
    feed->bad_end = feed->bad_end > next ? feed->bad_end - next : 0;
    buffer_drop(&feed->text, next);
    track_stop(feed);
}

/* Conversion. */

/* From here on the bytes are kept beside the text, which have been the same so far. */
static void track_start(struct feed *feed)
{
    if (feed->is_tracked)
        return;
    feed->is_tracked = true;
    track_put(&feed->raw, buffer_slice(&feed->text), 0);
    feed->other_at = feed->raw.text.len;
    if (feed->reading.other)
        track_put(&feed->other, buffer_slice(&feed->text), 0);
}

static void convert_start(struct feed *feed, struct slice sample)
{
    const struct reading *reading = &feed->reading;
    reading_choose(&feed->reading, sample);
    feed->mode = FEED_CONVERT;
    feed->is_fine = reading->is_exact && (reading->other || reading->is_unknown || !reading->text);
    if (reading->text || reading->other || reading->is_unknown)
        track_start(feed);
}

/* The other reading of the bytes that `raw` got last. */
static void convert_other(struct feed *feed, size_t text_at, bool is_last)
{
    struct buffer out;
    uint64_t bad = 0;
    struct slice in = slice_skip(buffer_slice(&feed->raw.text), feed->other_at);
    buffer_init(&out, 8 * (in.len + 16));
    charset_convert(feed->reading.other, &in, is_last, &out, &bad);
    feed->other_at = feed->raw.text.len - in.len;
    track_put(&feed->other, buffer_slice(&out), text_at);
    buffer_release(&out);
}

/* Where a piece of IN with LEAST bytes or more ends: at a line end, or, for an exact map, where ASCII starts or stops. */
static size_t piece_end(const struct feed *feed, struct slice in, size_t least)
{
    size_t most = in.len - least < PIECE ? in.len : PIECE + least, at = least;
    if (feed->is_fine) {
        bool is_ascii = in.ptr[0] < 0x80;
        while (at < most && (in.ptr[at] < 0x80) == is_ascii)
            at++;
        return at;
    }
    size_t newline = slice_find_byte(slice_sub(in, 0, most), least - 1, '\n');
    return newline == SLICE_NONE ? most : newline + 1;
}

/* Convert PIECE. The bytes used, 0 where it is only the start of a character. */
static size_t convert_piece(struct feed *feed, struct slice piece, bool is_last, bool *is_full)
{
    size_t text_at = feed->text.len;
    struct slice rest = piece;
    uint64_t bad = 0;
    *is_full = reading_convert(feed->reading.text, &rest, is_last, &feed->text, &bad) < 0;
    size_t used = piece.len - rest.len;
    track_put(&feed->raw, slice_sub(piece, 0, used), text_at);
    if (feed->reading.other)
        convert_other(feed, text_at, is_last && !*is_full);
    if (bad > 0) {
        feed->bad_end = feed->text.len;
        feed->is_fine = feed->reading.is_exact;
    }
    return used;
}

static size_t take_piece(struct feed *feed, struct slice in, bool is_end, bool *is_full)
{
    size_t least = 1;
    for (;;) {
        struct slice piece = slice_sub(in, 0, piece_end(feed, in, least));
        size_t used = convert_piece(feed, piece, is_end && piece.len == in.len, is_full);
        if (used > 0 || *is_full || piece.len == in.len)
            return used;
        least = piece.len + 1;
    }
}

/* UTF-8 that is valid is its own text: nothing is kept beside it until something is not. */
static size_t take_utf8(struct feed *feed, struct slice in, bool is_end, bool *is_full)
{
    size_t room = feed->text.ceiling - feed->text.len;
    struct slice fitting = slice_sub(in, 0, utf8_cut(in, room));
    size_t good = utf8_valid_prefix(fitting);
    buffer_put(&feed->text, slice_sub(in, 0, good));
    *is_full = good == fitting.len && fitting.len < in.len;
    if (good > 0 || *is_full)
        return good;
    if (!is_end && in.len < 4)
        return 0;
    track_start(feed);
    return take_piece(feed, in, is_end, is_full);
}

static size_t take_as_is(struct feed *feed, struct slice in, size_t good, bool *is_full)
{
    size_t room = feed->text.ceiling - feed->text.len;
    size_t taken = good < room ? good : room;
    buffer_put(&feed->text, slice_sub(in, 0, taken));
    *is_full = taken == room && taken < in.len;
    return taken;
}

/* Move bytes from IN into the block. The bytes used; *IS_FULL where the block must be sent before more fits. */
static size_t take(struct feed *feed, struct slice in, bool is_end, bool *is_full)
{
    if (feed->mode == FEED_RAW)
        return take_as_is(feed, in, in.len, is_full);
    if (feed->mode == FEED_PLAIN) {
        size_t plain = feed->reading.is_transparent ? reading_plain(slice_sub(in, 0, feed->block_size)) : 0;
        if (plain > 0)
            return take_as_is(feed, in, plain, is_full);
        convert_start(feed, in);
    }
    if (!feed->is_tracked)
        return take_utf8(feed, in, is_end, is_full);
    return take_piece(feed, in, is_end, is_full);
}

/* What stateful converters still hold. */
static void flush(struct feed *feed)
{
    bool is_full = false;
    if (feed->mode == FEED_CONVERT && feed->is_tracked)
        convert_piece(feed, slice_of(NULL, 0), true, &is_full);
}

static int stream(struct feed *feed, struct error *err)
{
    struct source *source = feed->source;
    size_t want = SAMPLE_WANTED;
    int got;
    if (feed->block_size > STREAM_BLOCK && STREAM_BLOCK / 4 >= feed->repeat)
        feed->block_size = STREAM_BLOCK;
    buffer_init(&feed->text, feed->block_size);
    do {
        bool is_full = false;
        got = source_fill(source, want, err);
        bool is_end = got <= 0 || source->is_at_end;
        struct slice in = source->ready;
        size_t held = feed->text.len;
        size_t used = in.len > 0 ? take(feed, in, is_end, &is_full) : 0;
        source_consume(source, used);
        if (is_full && used == 0 && held == feed->repeated && feed->text.len == held)
            return error_set(err, ERROR_LIMIT, "a character does not fit into a block");
        if (is_full)
            send_held(feed, false);
        if (!is_full && used == 0 && is_end)
            break;
        want =
            used > 0 || is_full || source->ready.len < SAMPLE_WANTED ? SAMPLE_WANTED : source->ready.len + 1;
    } while (want <= SOURCE_WANT_MAX);
    flush(feed);
    send_held(feed, true);
    return got < 0 ? -1 : 0;
}

/* Whether ALL the bytes are the text, so that nothing need be copied. */
static bool is_own_text(struct feed *feed, struct slice all)
{
    const struct reading *reading = &feed->reading;
    if (feed->mode == FEED_RAW)
        return true;
    size_t plain = reading->is_transparent ? reading_plain(all) : 0;
    if (plain == all.len)
        return true;
    /* The sample shows a mark at the start if there is one, and the first byte that is not plain. */
    convert_start(feed, slice_skip(all, plain < SAMPLE_WANTED / 2 ? 0 : plain));
    return !reading->text && !reading->other && !reading->is_unknown && utf8_is_valid(all);
}

static int feed_run(struct feed *feed, struct error *err)
{
    struct source *source = feed->source;
    int got = source_fill(source, SOURCE_WANT_MAX, err);
    if (source->is_at_end && is_own_text(feed, source->ready)) {
        send_all(feed, source->ready);
        source_consume(source, source->ready.len);
        return got < 0 ? -1 : 0;
    }
    return stream(feed, err);
}

static void set_sizes(struct feed *feed)
{
    const struct text_sink *sink = feed->extract->sink;
    size_t wanted = feed->maker->block_size ? feed->maker->block_size : sink->block_max;
    size_t repeat = sink->overlap * (feed->maker->repeats ? feed->maker->repeats : 1);
    if (wanted < 4 * repeat)
        wanted = 4 * repeat;
    feed->block_size = wanted < sink->block_max ? wanted : sink->block_max;
    feed->repeat = repeat <= feed->block_size / 4 ? repeat : sink->overlap;
}

static int feed_with(struct feed *feed, struct error *err)
{
    feed->source = feed->extract->item->source;
    set_sizes(feed);
    track_init(&feed->raw, SIZE_MAX / 2);
    track_init(&feed->other, SIZE_MAX / 2);
    int result = feed_run(feed, err);
    track_release(&feed->other);
    track_release(&feed->raw);
    buffer_release(&feed->text);
    return result;
}

int feed_bytes(struct extract *extract, const struct feed_maker *maker, struct error *err)
{
    struct feed feed = { .extract = extract, .maker = maker, .mode = FEED_RAW };
    return feed_with(&feed, err);
}

static void tell_unknown(struct extract *extract, struct slice charset)
{
    char name[64];
    utf8_escape_into(name, sizeof name, slice_trim(charset));
    extract_gap(extract, GAP_UNSUPPORTED, NULL, "unknown charset '%s'", name);
}

int feed_text(struct extract *extract, struct slice charset, const struct feed_maker *maker,
              struct error *err)
{
    struct feed feed = { .extract = extract, .maker = maker, .mode = FEED_PLAIN };
    reading_init(&feed.reading, charset);
    if (feed.reading.is_unknown)
        tell_unknown(extract, charset);
    int result = feed_with(&feed, err);
    reading_release(&feed.reading);
    return result;
}
