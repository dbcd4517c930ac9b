/* mask.c - what may be shown of a secret, and keeping it out of everything else.
 *
 * A text is looked at as it stands, percent-decoded and HTML-unescaped; what a secret covers in any of these is covered in the
 * text. Secrets are held sorted, forwards and backwards, so that each place of a text costs a binary search.
 */
#include "record/mask.h"

#include "base/sort.h"
#include "base/utf8.h"
#include "record/mask_forms.h"

#define PIECE_LEAST 4 /* bytes of a secret that give it away */
#define GRAM_BITS_EACH 16
#define GRAM_BITS_LEAST ((size_t)8 * 1024)
#define GRAM_BITS_MOST ((size_t)64 * 1024 * 1024)
#define PART_LEAST 16 /* bytes of a part between dots */
#define LINE_LEAST 8  /* bytes a line of a longer secret has to be masked on its own */

/* Bytes compared for one text before the rest of it is masked unseen: only texts made to be slow come near, and ten thousand may come in one message. */
#define WORK_BASE ((size_t)1024 * 1024)
#define WORK_PER_BYTE 1024

struct pattern {
    struct slice text; /* owned */
    size_t prefix_of;  /* the longest other pattern that this one begins with, or SLICE_NONE */
};

struct pattern_list {
    struct pattern *at;
    size_t count, capacity;
};

/* Which pieces of PIECE_LEAST bytes stand somewhere in the patterns, by hash: a text with one that does not is inside none of them. */
struct grams {
    unsigned char *bits;
    size_t count; /* of bits; a power of two */
};

struct mask {
    struct pattern_list forward, backward;
    struct grams grams;
    size_t longest;
    bool is_sorted;
};

static void list_clear(struct pattern_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        explicit_bzero((void *)list->at[i].text.ptr, list->at[i].text.len);
        free((void *)list->at[i].text.ptr);
    }
    list->count = 0;
}

static void list_release(struct pattern_list *list)
{
    list_clear(list);
    free(list->at);
}

static unsigned char *list_add(struct pattern_list *list, size_t len)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 16;
        list->at = reallocarray(list->at, list->capacity, sizeof *list->at);
    }
    unsigned char *bytes = list->at ? malloc(len) : NULL;
    if (!bytes)
        abort();
    list->at[list->count++] = (struct pattern){ slice_of(bytes, len), SLICE_NONE };
    return bytes;
}

struct mask *mask_new(void)
{
    struct mask *mask = calloc(1, sizeof *mask);
    if (!mask)
        abort();
    return mask;
}

void mask_free(struct mask *mask)
{
    if (!mask)
        return;
    list_release(&mask->forward);
    list_release(&mask->backward);
    free(mask->grams.bits);
    free(mask);
}

void mask_clear(struct mask *mask)
{
    list_clear(&mask->forward);
    list_clear(&mask->backward);
    mask->longest = 0;
    mask->is_sorted = false;
}

static void add_pattern(struct mask *mask, struct slice text)
{
    if (text.len == 0)
        return;
    memcpy(list_add(&mask->forward, text.len), text.ptr, text.len);
    mask->is_sorted = false;
    if (text.len > mask->longest)
        mask->longest = text.len;
    if (text.len <= PIECE_LEAST)
        return;
    unsigned char *reversed = list_add(&mask->backward, text.len);
    for (size_t i = 0; i < text.len; i++)
        reversed[i] = text.ptr[text.len - 1 - i];
}

/* Elsewhere the lines of a long secret may be quoted, wrapped otherwise, or stand alone. */
static void add_lines(struct mask *mask, struct slice secret)
{
    struct slice line;
    struct buffer joined;
    buffer_init(&joined, secret.len);
    while (slice_eat_line(&secret, &line)) {
        line = slice_trim(line);
        while (line.len > 0 && line.ptr[0] == '>')
            line = slice_trim(slice_skip(line, 1));
        if (line.len >= LINE_LEAST)
            add_pattern(mask, line);
        buffer_put(&joined, line);
    }
    add_pattern(mask, buffer_slice(&joined));
    buffer_release(&joined);
}

static void add_decoded(struct mask *mask, struct slice secret, enum mask_form form)
{
    struct mask_decoded decoded;
    mask_decode(&decoded, secret, form);
    if (decoded.text.len < secret.len)
        add_pattern(mask, decoded.text);
    mask_decoded_release(&decoded);
}

/* A token of several parts (header.payload.signature) may stand elsewhere with one of them decoded: the others are shown as they are. */
static void add_parts(struct mask *mask, struct slice secret)
{
    size_t dot = slice_find_byte(secret, 0, '.');
    for (; dot != SLICE_NONE; dot = slice_find_byte(secret, 0, '.')) {
        if (dot >= PART_LEAST)
            add_pattern(mask, slice_sub(secret, 0, dot));
        secret = slice_skip(secret, dot + 1);
        if (slice_find_byte(secret, 0, '.') == SLICE_NONE && secret.len >= PART_LEAST)
            add_pattern(mask, secret);
    }
}

void mask_add(struct mask *mask, struct slice secret)
{
    add_pattern(mask, secret);
    add_pattern(mask, slice_trim(secret));
    add_parts(mask, secret);
    if (slice_find_byte(secret, 0, '\n') != SLICE_NONE || slice_find_byte(secret, 0, '\r') != SLICE_NONE)
        add_lines(mask, secret);
    add_decoded(mask, secret, MASK_FORM_PERCENT);
    add_decoded(mask, secret, MASK_FORM_HTML);
}

static int compare_patterns(const void *a, const void *b)
{
    return slice_compare(((const struct pattern *)a)->text, ((const struct pattern *)b)->text);
}

static bool begins_with(struct slice text, struct slice prefix)
{
    return prefix.len <= text.len && memcmp(text.ptr, prefix.ptr, prefix.len) == 0;
}

static void list_drop_twins(struct pattern_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (kept > 0 && slice_is_equal(list->at[kept - 1].text, list->at[i].text)) {
            explicit_bzero((void *)list->at[i].text.ptr, list->at[i].text.len);
            free((void *)list->at[i].text.ptr);
        } else {
            list->at[kept++] = list->at[i];
        }
    }
    list->count = kept;
}

static void list_sort(struct pattern_list *list)
{
    if (list->count == 0)
        return;
    sort_items(list->at, list->count, sizeof *list->at, compare_patterns);
    list_drop_twins(list);
    for (size_t i = 1; i < list->count; i++) {
        size_t prefix = i - 1;
        while (prefix != SLICE_NONE && !begins_with(list->at[i].text, list->at[prefix].text))
            prefix = list->at[prefix].prefix_of;
        list->at[i].prefix_of = prefix;
    }
}

static size_t gram_at(const struct grams *grams, struct slice text, size_t at)
{
    uint32_t gram;
    memcpy(&gram, text.ptr + at, sizeof gram);
    return (size_t)((uint64_t)gram * 0x9E3779B97F4A7C15u >> 20) & (grams->count - 1);
}

static void grams_make(struct grams *grams, const struct pattern_list *list)
{
    size_t bytes = 0;
    for (size_t i = 0; i < list->count; i++)
        bytes += list->at[i].text.len;
    grams->count = GRAM_BITS_LEAST;
    while (grams->count / GRAM_BITS_EACH < bytes && grams->count < GRAM_BITS_MOST)
        grams->count *= 2;
    free(grams->bits);
    grams->bits = calloc(grams->count / 8, 1);
    if (!grams->bits)
        abort();
    for (size_t i = 0; i < list->count; i++)
        for (size_t at = 0; at + PIECE_LEAST <= list->at[i].text.len; at++) {
            size_t bit = gram_at(grams, list->at[i].text, at);
            grams->bits[bit / 8] |= (unsigned char)(1u << bit % 8);
        }
}

static bool grams_may_hold(const struct grams *grams, struct slice text)
{
    for (size_t at = 0; at + PIECE_LEAST <= text.len; at++) {
        size_t bit = gram_at(grams, text, at);
        if (!(grams->bits[bit / 8] >> bit % 8 & 1))
            return false;
    }
    return true;
}

/* One pass over one form of a text. */
struct search {
    const struct mask *mask;
    struct slice text;
    bool is_whole; /* pieces of secrets are left alone */
    size_t work_left;
    void (*cover)(void *ctx, size_t from, size_t to);
    void *ctx;
};

/* Bytes that A and B begin with in common; paid for. */
static size_t common_prefix(struct search *search, struct slice a, struct slice b)
{
    size_t max = a.len < b.len ? a.len : b.len, len = 0;
    while (len < max && a.ptr[len] == b.ptr[len])
        len++;
    search->work_left -= len + 1 < search->work_left ? len + 1 : search->work_left;
    return len;
}

/* Index of the first pattern that is not before TEXT. */
static size_t lower_bound(struct search *search, const struct pattern_list *list, struct slice text)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct slice pattern = list->at[middle].text;
        size_t common = common_prefix(search, pattern, text);
        bool is_before =
            common < text.len && (common == pattern.len || pattern.ptr[common] < text.ptr[common]);
        if (is_before)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_word_byte(unsigned char c)
{
    unsigned char lower = slice_lower_byte(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_' || c >= 0x80;
}

static bool stands_as_word(struct slice text, size_t at, size_t len)
{
    bool follows_word = at > 0 && is_word_byte(text.ptr[at - 1]);
    return !follows_word && (at + len == text.len || !is_word_byte(text.ptr[at + len]));
}

/* The longest pattern that REST, at AT of the text, begins with. PATTERN: the last one that sorts before REST, or REST itself. */
static size_t longest_match(struct search *search, size_t pattern, size_t at)
{
    const struct pattern_list *list = &search->mask->forward;
    struct slice rest = slice_skip(search->text, at);
    for (; pattern != SLICE_NONE; pattern = list->at[pattern].prefix_of) {
        struct slice text = list->at[pattern].text;
        if (text.len > rest.len || common_prefix(search, text, rest) < text.len)
            continue;
        if (text.len >= PIECE_LEAST || stands_as_word(search->text, at, text.len))
            return text.len;
    }
    return 0;
}

static void search_place(struct search *search, size_t at)
{
    const struct pattern_list *list = &search->mask->forward;
    struct slice rest = slice_skip(search->text, at);
    size_t found = lower_bound(search, list, rest);
    if (found < list->count) {
        size_t common = common_prefix(search, list->at[found].text, rest);
        bool is_whole = common == list->at[found].text.len;
        if (common == rest.len && common >= PIECE_LEAST && (is_whole || !search->is_whole)) {
            search->cover(search->ctx, at, search->text.len);
            return;
        }
        if (is_whole && stands_as_word(search->text, at, common))
            search->cover(search->ctx, at, at + common);
    }
    size_t len = longest_match(search, found > 0 ? found - 1 : SLICE_NONE, at);
    if (len > 0)
        search->cover(search->ctx, at, at + len);
}

/* The longest start of the text that is the end of a secret. */
static void search_front(struct search *search)
{
    const struct pattern_list *list = &search->mask->backward;
    size_t max = search->text.len < search->mask->longest ? search->text.len : search->mask->longest;
    unsigned char *reversed = malloc(search->text.len + 1);
    if (!reversed)
        abort();
    for (size_t i = 0; i < max; i++)
        reversed[max - 1 - i] = search->text.ptr[i];
    for (size_t len = max; len >= PIECE_LEAST && search->work_left > 0; len--) {
        struct slice front = slice_of(reversed + max - len, len);
        size_t found = lower_bound(search, list, front);
        if (found < list->count && begins_with(list->at[found].text, front)) {
            search->cover(search->ctx, 0, len);
            break;
        }
    }
    explicit_bzero(reversed, max);
    free(reversed);
}

/* Does the text stand wholly inside a secret? */
static bool is_inside(struct search *search)
{
    const struct pattern_list *list = &search->mask->forward;
    if (search->text.len < PIECE_LEAST || search->text.len >= search->mask->longest ||
        !grams_may_hold(&search->mask->grams, search->text))
        return false;
    for (size_t i = 0; i < list->count; i++) {
        struct slice pattern = list->at[i].text;
        if (pattern.len <= search->text.len)
            continue;
        search->work_left -= pattern.len < search->work_left ? pattern.len : search->work_left;
        if (search->work_left == 0 || slice_find(pattern, 0, search->text) != SLICE_NONE)
            return true;
    }
    return false;
}

static void search_text(struct search *search)
{
    search->work_left = WORK_BASE + WORK_PER_BYTE * search->text.len;
    if (!search->is_whole && is_inside(search)) {
        search->cover(search->ctx, 0, search->text.len);
        return;
    }
    if (!search->is_whole)
        search_front(search);
    size_t at = 0;
    for (; at < search->text.len && search->work_left > 0; at++)
        search_place(search, at);
    if (at < search->text.len)
        search->cover(search->ctx, at, search->text.len);
}

/* Which bytes of the text are covered, whatever the form that showed it. */
struct cover {
    unsigned char *is_covered; /* one a byte of the text */
    const struct mask_decoded *decoded;
    size_t done; /* where the last cover ended: covers come in order of their start */
};

static void cover_add(void *ctx, size_t from, size_t to)
{
    struct cover *cover = ctx;
    if (from < cover->done)
        from = cover->done;
    if (from >= to)
        return;
    cover->done = to;
    size_t start = mask_decoded_start(cover->decoded, from), end = mask_decoded_end(cover->decoded, to);
    memset(cover->is_covered + start, 1, end - start);
}

static void search_form(const struct mask *mask, struct slice text, bool is_whole, enum mask_form form,
                        unsigned char *is_covered)
{
    struct mask_decoded decoded;
    mask_decode(&decoded, text, form);
    struct cover cover = { is_covered, &decoded, 0 };
    struct search search = { mask, decoded.text, is_whole, 0, cover_add, &cover };
    if (form == MASK_FORM_PLAIN || decoded.text.len < text.len)
        search_text(&search);
    mask_decoded_release(&decoded);
}

static void put_masked(struct buffer *out, struct slice text, const unsigned char *is_covered)
{
    for (size_t at = 0, end; at < text.len; at = end) {
        end = at;
        while (end < text.len && is_covered[end] == is_covered[at])
            end++;
        if (is_covered[at])
            buffer_put_str(out, MASK_TEXT);
        else
            utf8_put_repaired(out, slice_sub(text, at, end - at));
    }
}

static struct slice masked(const struct mask *mask, struct arena *arena, struct slice text, bool is_whole)
{
    struct mask *sorted = (struct mask *)mask; /* sorting changes nothing that can be seen */
    struct buffer out;
    if (mask->forward.count == 0 && utf8_is_valid(text)) /* so it is with most */
        return text;
    if (!mask->is_sorted) {
        list_sort(&sorted->forward);
        list_sort(&sorted->backward);
        grams_make(&sorted->grams, &sorted->forward);
        sorted->is_sorted = true;
    }
    unsigned char *is_covered = calloc(text.len + 1, 1);
    if (!is_covered)
        abort();
    if (mask->forward.count > 0)
        for (enum mask_form form = 0; form < MASK_FORMS; form++)
            search_form(mask, text, is_whole, form, is_covered);
    buffer_init(&out, SIZE_MAX / 2);
    put_masked(&out, text, is_covered);
    struct slice copy = arena_copy(arena, buffer_slice(&out));
    buffer_release(&out);
    free(is_covered);
    return copy;
}

struct slice mask_text(const struct mask *mask, struct arena *arena, struct slice text)
{
    return masked(mask, arena, text, false);
}

struct slice mask_target(const struct mask *mask, struct arena *arena, struct slice text)
{
    return masked(mask, arena, text, true);
}
