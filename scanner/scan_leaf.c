/* scan_leaf.c - one leaf through extractor and matcher, and what its matches are told with. */
#include "decode/reply.h"
#include "scan_parts.h"

/* Bytes of an encoded form that no report shows, and those beside it. */
#define ENCODED_MOST ((size_t)16 * 1024)
#define ENCODED_CORE_LEAST ((size_t)8)
#define ENCODED_NEAR ((size_t)2)

void scan_note_names(struct scan *scan, const struct item *item)
{
    size_t start = scan->names.len;
    for (; item; item = item->parent) {
        buffer_put(&scan->names, item->name);
        buffer_put_byte(&scan->names, '\n');
    }
    struct slice added = slice_skip(buffer_slice(&scan->names), start);
    if (scan->last_names <= start &&
        slice_is_equal(added,
                       slice_sub(buffer_slice(&scan->names), scan->last_names, start - scan->last_names)))
        scan->names.len = start;
    else
        scan->last_names = start;
}

/* The field that the text at OFFSET of a header block stands in, lower case: for ids. */
static struct slice header_name_at(struct arena *arena, struct slice text, size_t offset)
{
    size_t start = offset < text.len ? offset : text.len;
    for (;;) {
        while (start > 0 && text.ptr[start - 1] != '\n' && text.ptr[start - 1] != '\r')
            start--;
        if (start == 0 || (text.ptr[start] != ' ' && text.ptr[start] != '\t'))
            break;
        start--;
    }
    struct slice line = slice_sub(text, start, 128);
    if (slice_starts_with(line, "From "))
        return slice_str("separator");
    size_t colon = slice_find_byte(line, 0, ':');
    if (colon == SLICE_NONE)
        return slice_of(NULL, 0);
    char *name = arena_string(arena, slice_trim(slice_sub(line, 0, colon)));
    for (char *c = name; *c; c++)
        *c = (char)slice_lower_byte((unsigned char)*c);
    return slice_str(name);
}

/* Whether AT of the block stands in an earlier message that a reply or forward put below itself. The block is searched at its first match only. */
static bool is_below_reply(struct scan *scan, size_t at)
{
    const struct item *leaf = scan->leaf;
    bool is_body = leaf->kind == ITEM_PART && !leaf->is_attachment && slice_starts_with(leaf->type, "text/");
    if (leaf->kind == ITEM_PART && leaf->type.len == 0)
        is_body = true;
    if (!is_body)
        return false;
    if (!scan->has_reply_at)
        scan->reply_at = slice_is_equal(leaf->type, slice_str("text/html"))
                             ? reply_find_in_html(scan->block->text)
                             : reply_find(scan->block->text);
    scan->has_reply_at = true;
    return at >= scan->reply_at;
}

/* The kind that the words of a rule's gap begin with ("not-in-export: …"); without one it is `unsupported`. */
static enum gap_kind kind_of_words(struct slice *words)
{
    size_t colon = slice_find(*words, 0, slice_str(": "));
    int kind = colon == SLICE_NONE ? -1 : gap_kind_from_name(slice_sub(*words, 0, colon));
    if (kind < 0)
        return GAP_UNSUPPORTED;
    *words = slice_skip(*words, colon + 2);
    return (enum gap_kind)kind;
}

static bool is_body(const struct item *leaf)
{
    return leaf->kind == ITEM_PART && !leaf->is_attachment;
}

/* What a rule knows to be a secret that only a person can read, or to stand for what is not here. The first of a leaf: who reads it finds the
 * others. What is not here belongs to the message that said so, not to its replies. */
static void tell_rule_gap(struct scan *scan, const struct match *match, size_t at)
{
    char reason[400];
    struct slice words = slice_str(match->rule->gap);
    enum gap_kind kind = kind_of_words(&words);
    if (scan->rule_gaps >> kind & 1)
        return;
    if (kind == GAP_NOT_IN_EXPORT && (!is_body(scan->leaf) || match->is_quoted || is_below_reply(scan, at)))
        return;
    scan->rule_gaps |= 1u << kind;
    snprintf(reason, sizeof reason, "%.*s (line %llu)", (int)words.len, (const char *)words.ptr,
             (unsigned long long)match->line);
    scan_gap(scan, scan->leaf, kind, GAP_STANDS_FOR_REST, NULL, reason);
}

static bool is_digit_at(struct slice text, size_t at)
{
    unsigned char c = at < text.len ? text.ptr[at] : '=';
    return slice_is_lower(c) || slice_is_upper(c) || slice_is_digit(c) || memchr("+/-_", c, 4);
}

/* LEN bytes of TEXT at AT alone: other views show them without what stands beside them here, their padding and line ends. The last digit may hold no
 * more than bits of the secret's end. */
static void hide_core(struct scan *scan, struct slice text, size_t at, size_t len)
{
    if (is_digit_at(text, at + len) && !is_digit_at(text, at + len + 1))
        len++;
    struct slice core = slice_trim(slice_sub(text, at, len < ENCODED_MOST ? len : ENCODED_MOST));
    while (core.len > 0 && core.ptr[core.len - 1] == '=')
        core.len--;
    if (core.len >= ENCODED_CORE_LEAST)
        scan->output->hidden(scan->output->ctx, core);
}

/* The encoded form of a secret gives it away as well: no context may show it. Of a compressed block all of it is that form. */
static void hide_encoded(struct scan *scan, const struct match *match)
{
    const struct match_blob *blob = &match->blob;
    uint64_t from = blob->is_packed ? blob->from : match->offset,
             to = blob->is_packed ? blob->to : match->end;
    uint64_t start = scan->block->offset;
    if (blob->to == 0 || from < start)
        return;
    /* Bits of the first and the last character may stand in their neighbours. */
    size_t at = (size_t)(from - start), before = at < ENCODED_NEAR ? at : ENCODED_NEAR;
    size_t len = (size_t)(to - from) + before + ENCODED_NEAR;
    struct slice encoded = slice_sub(scan->block->text, at - before, len < ENCODED_MOST ? len : ENCODED_MOST);
    scan->output->hidden(scan->output->ctx, encoded);
    hide_core(scan, scan->block->text, at, (size_t)(to - from));
}

/* Rules of key files go by a line that keyfile_put makes: one that stands in a mail says nothing. */
static bool is_forged(const struct scan *scan, const struct rule *rule)
{
    for (size_t i = 0; i < rule->validator_count && !scan->is_keyfile_line; i++)
        if (rule->validators[i].validator->is_of_keyfiles)
            return true;
    return false;
}

/* A user or a host in a field that programs write (Received:, Message-ID:) is not what a sentence's password opens. */
static bool is_written_field(struct slice name)
{
    static const char *const written[] = { "subject", "comments", "keywords", "thread-topic",
                                           "content-description" };
    for (size_t i = 0; i < sizeof written / sizeof *written; i++)
        if (slice_is_equal(name, slice_str(written[i])))
            return true;
    return false;
}

/* What stands beside a key file's hash is for people, not the line that its rule matched. */
static void say_keyfile(struct scan *scan, struct match *match)
{
    const char *user = match->opens ? match->opens->user : "";
    match->context_before =
        arena_printf(scan->leaf_arena, "%s%s%s: ", match->rule->name, *user ? ", of " : "", user);
    match->context_after = slice_of(NULL, 0);
}

static bool is_escaped(const struct rule *rule)
{
    for (size_t i = 0; i < rule->validator_count; i++)
        if (rule->validators[i].validator->is_escaped)
            return true;
    return false;
}

/* A secret that stands in the text with escapes: both forms are secret, the one without is told. */
static void undo_escapes(struct scan *scan, struct match *match)
{
    struct slice secret = match->secret;
    if (!is_escaped(match->rule) || slice_find_byte(secret, 0, '\\') == SLICE_NONE)
        return;
    unsigned char *bytes = arena_room(scan->leaf_arena, secret.len);
    size_t len = 0;
    for (size_t i = 0; i < secret.len; i++) {
        i += secret.ptr[i] == '\\' && i + 1 < secret.len;
        bytes[len++] = secret.ptr[i];
    }
    scan->output->hidden(scan->output->ctx, secret);
    match->secret = slice_of(bytes, len);
}

void scan_match_put(void *ctx, const struct match *match)
{
    struct scan *scan = ctx;
    struct slice header = slice_of(NULL, 0);
    struct match told = *match;
    if (is_forged(scan, match->rule))
        return;
    if (scan->task->purpose == SCAN_HARVEST) {
        scan_harvest_match(scan, match);
        return;
    }
    scan->is_lead |= scan_is_password(match->rule);
    scan->is_sentence |= match->rule->verdict == VERDICT_PROSE;
    if (match->rule->is_silent && (match->rule->pair.is_untold || match->rule->gap))
        return;
    if (!match->rule->pair.is_untold && !match->rule->gap)
        hide_encoded(scan, match);
    if (match->rule->is_silent) {
        scan->output->hidden(scan->output->ctx, match->secret);
        return;
    }
    size_t at = match->offset > scan->block->offset ? (size_t)(match->offset - scan->block->offset) : 0;
    if (match->rule->gap) {
        tell_rule_gap(scan, match, at);
        return;
    }
    if (scan->leaf->kind == ITEM_HEADER)
        header = header_name_at(scan->leaf_arena, scan->block->text, at);
    else
        told.is_quoted |= is_below_reply(scan, at);
    if (scan->leaf->kind == ITEM_HEADER && match->rule->pair.is_untold && !is_written_field(header))
        return;
    undo_escapes(scan, &told);
    if (scan->is_keyfile_line)
        say_keyfile(scan, &told);
    collector_match(scan->collector, &told, header);
    scan_note_names(scan, scan->leaf);
}

static void scan_hidden_put(void *ctx, const struct match *match)
{
    struct scan *scan = ctx;
    scan->output->hidden(scan->output->ctx, match->secret);
}

/* Secrets in the names that the unit's paths show: another unit may find them, or none, as in the name of an input. Each name by itself: a file
 * "Password.txt" says nothing of the mailbox that it lies in. */
void scan_hide(struct scan *scan)
{
    const struct match_sink sink = { scan_hidden_put, NULL, scan };
    struct slice rest = buffer_slice(&scan->names), name;
    matcher_set_sentences(scan->matcher, false);
    while (slice_eat_line(&rest, &name) == 1) {
        struct text_view view = { VIEW_TEXT, slice_chomp(name), { NULL, 0 } };
        const struct text_block block = {
            .text = view.text, .is_last = true, .views = &view, .view_count = 1
        };
        matcher_begin(scan->matcher, &sink);
        matcher_block(scan->matcher, &block);
    }
    buffer_wipe(&scan->names);
    scan->last_names = 0;
}

void scan_turned_down_put(void *ctx, const struct rule *rule, struct slice text, enum view view)
{
    struct scan *scan = ctx;
    scan->is_lead |= scan_is_password(rule);
    if (scan->task->purpose == SCAN_HARVEST)
        scan_harvest_turned_down(scan, rule, text, view);
}

void scan_rejected_put(void *ctx, const struct match_rejected *rejected)
{
    struct scan *scan = ctx;
    struct buffer path;
    if (scan->task->purpose == SCAN_HARVEST)
        return;
    buffer_init(&path, 16 * 1024);
    item_put_path(&path, scan->leaf);
    scan->output->rejected(scan->output->ctx, buffer_slice(&path), rejected);
    scan_note_names(scan, scan->leaf);
    buffer_release(&path);
}

/* Told as a rejection without a line, where nothing matched: what matched is told by itself. */
void scan_looked_put(void *ctx, const struct match_looked *looked)
{
    char why[160];
    if (looked->matches > 0)
        return;
    snprintf(why, sizeof why, "looked at %zu place%s of the %s view: no match", looked->windows,
             looked->windows == 1 ? "" : "s", view_name(looked->view));
    scan_rejected_put(ctx, &(struct match_rejected){ .rule = looked->rule, .why = why });
}

void scan_block_put(void *ctx, const struct text_block *block)
{
    struct scan *scan = ctx;
    scan_beat(scan);
    scan->block = block;
    scan->has_reply_at = false;
    if (scan->task->purpose == SCAN_HARVEST)
        scan_harvest_block(scan, block);
    matcher_block(scan->matcher, block);
    scan->block = NULL;
}

void scan_refuse(struct scan *scan, const struct item *item, const struct gap *gap)
{
    if (scan->is_quiet)
        return;
    scan->counts.leaves++;
    scan->counts.refused++;
    scan_gap_put(scan, item, gap);
    scan->gapped = NULL;
}

static void scan_decoding_gaps(struct scan *scan, const struct item *item)
{
    const char *limit = matcher_decoding_limit(scan->matcher);
    if (limit)
        scan_gap(scan, item, GAP_LIMIT, GAP_STANDS_FOR_REST, limit,
                 "more is encoded in this text than was decoded");
    if (matcher_has_cut_blob(scan->matcher))
        scan_gap(scan, item, GAP_LIMIT, GAP_STANDS_FOR_REST, NULL,
                 "a compressed block in this text is too long to be unpacked whole");
}

void scan_leaf(struct scan *scan, struct item *item)
{
    const struct extractor *extractor = extractor_find(item);
    struct extract extract = { .item = item,
                               .sink = &scan->sink,
                               .gaps = &scan->gaps,
                               .limits = &scan->settings->limits,
                               .arena = scan->leaf_arena };
    struct error err = { 0 };
    const struct rule *rule = NULL;
    struct source *own = item->source;
    scan->leaf = item;
    scan->is_leaf_partial = scan->gapped == item || scan->is_rest_of_gap;
    scan->is_rest_of_gap = false;
    scan->rule_gaps = 0;
    collector_begin_leaf(scan->collector, item);
    matcher_set_sentences(scan->matcher, item->kind != ITEM_HEADER && item->kind != ITEM_REST);
    matcher_begin(scan->matcher, &scan->matches);
    struct export_reader *list = scan_watch_list(scan, item, &own);
    if (extractor->extract(&extract, &err) < 0)
        scan_gap_of_error(scan, item, &err);
    scan_end_list(scan, item, list, own);
    if (matcher_limit_hits(scan->matcher, &rule) > 0)
        scan_gap(scan, item, GAP_LIMIT, GAP_STANDS_FOR_REST, "match", rule->id);
    scan_decoding_gaps(scan, item);
    scan->counts.leaves++;
    *(scan->is_leaf_partial ? &scan->counts.partial : &scan->counts.scanned) += 1;
    scan->leaf = scan->gapped = NULL;
    arena_rewind(scan->leaf_arena, scan->leaf_empty);
}
