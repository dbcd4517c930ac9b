/* prose.c - validators: the judge of sentences in which a person wrote a password down.
 *
 * A rule finds a trigger ("password"). Each word in its reach may be the value: the features that hold for it (prose_shape.c,
 * prose_context.c) add their weights, and the best value with ACCEPT points and more is the secret. Those two tables and the word lists are all
 * there is to know: change a weight or a word there, and add a case to tests/prose.
 */
#include "validate/codec.h"
#include "validate/prose_case.h"
#include "validate/prose_code.h"
#include "validate/prose_language.h"
#include "validate/prose_join.h"
#include "validate/prose_near.h"
#include "validate/prose_pair.h"
#include "validate/prose_shaped.h"
#include "validate/prose_table.h"
#include "validate/prose_values.h"
#include "validate/tables.h"

#define ACCEPT 4
#define ACCEPT_OTHER 3  /* in other languages than English, of which manuals and lists are less full */
#define BEST_CONTEXT 14 /* what the surroundings can add at most to a value that nothing is said against */
#define TABLE_BONUS 4
#define NEARER 3 /* points that a value must have more than one before it that would do */

struct verdict_of_value {
    int points;
    const char *most, *least;
    int most_weight, least_weight;
};

enum side_of_table { WEIGH_ALL, WEIGH_AGAINST, WEIGH_FOR, WEIGH_DEAR };

static bool is_hopeless(const struct verdict_of_value *v)
{
    return v->points + BEST_CONTEXT < ACCEPT;
}

static bool is_on_side(const struct prose_feature *f, enum side_of_table side)
{
    return side == WEIGH_ALL ||
           (f->is_dear ? side == WEIGH_DEAR : side == (f->weight < 0 ? WEIGH_AGAINST : WEIGH_FOR));
}

static void weigh(const struct prose_feature *features, enum side_of_table side, const struct prose_case *c,
                  struct verdict_of_value *v)
{
    for (const struct prose_feature *f = features; f->holds; f++) {
        if (!is_on_side(f, side) || !f->holds(c))
            continue;
        v->points += f->weight;
        if (f->weight > v->most_weight) {
            v->most = f->why;
            v->most_weight = f->weight;
        }
        if (f->weight < v->least_weight) {
            v->least = f->why;
            v->least_weight = f->weight;
        }
        if (side == WEIGH_AGAINST && is_hopeless(v))
            return;
    }
}

static bool is_plain(const struct prose_value *value)
{
    return value->classes.digit == 0 && value->raw.len == value->classes.lower + value->classes.upper &&
           (!value->classes.upper || value->classes.lower == 0 ||
            (value->classes.upper == 1 && slice_is_upper(value->raw.ptr[0])));
}

static bool ends_clause(const struct prose_scene *scene, const struct prose_value *value)
{
    struct slice rest = slice_skip(scene->raw, value->to);
    return !rest.len || strchr(".,;!)\r\n", rest.ptr[0]);
}

/* Or a word of a few letters follows: "if you need it", "for now". */
static bool ends_loosely(const struct prose_scene *scene, const struct prose_value *value)
{
    struct slice rest = slice_skip(scene->raw, value->to);
    size_t word = slice_find_byte(slice_sub(rest, 1, 9), 0, ' ');
    return ends_clause(scene, value) || (rest.ptr[0] == ' ' && word != SLICE_NONE && word >= 2) ||
           slice_starts_with(rest, " (");
}

/* "la password è X": an English trigger in another language */
static bool may_be_word(struct prose_scene *scene, const struct prose_value *value, struct slice languages)
{
    if (scene->kind != PROSE_WORD || !ends_clause(scene, value))
        return false;
    if (!scene->words)
        scene->words = prose_language_of(languages, scene->folded);
    return scene->words->language[0] != 'e' || scene->words->language[1] != 'n';
}

/* "the password is X", in English too */
static bool is_said(const struct prose_scene *scene, const struct prose_value *value)
{
    static const char *const ends[] = { " is", "'s", " was", " now", " still" };
    struct slice between = slice_trim(value->between);
    bool is_ours =
        scene->kind == PROSE_WORD && !value->is_before && between.len <= 40 && ends_loosely(scene, value);
    for (size_t i = 0; i < sizeof ends / sizeof *ends && is_ours; i++)
        if (between.len + 1 >= strlen(ends[i]) &&
            (prose_ends_with(between, ends[i]) || prose_ends_with(between, ends[i] + 1)))
            return true;
    return false;
}

/* "X as the password", "X come password": only a word of a few letters and an article between */
static bool is_named_as(const struct prose_scene *scene, const struct prose_value *value)
{
    static const char *const joins[] = { "as ",  "als ",  "come ",  "como ", "de ",
                                         "som ", "jako ", "comme ", "как ",  "як " };
    struct slice way = slice_skip(scene->folded, value->to);
    if (scene->kind != PROSE_WORD || scene->from - value->to > 24 || !way.len || way.ptr[0] != ' ')
        return false;
    for (size_t i = 0; i < sizeof joins / sizeof *joins; i++)
        if (slice_starts_with(slice_skip(way, 1), joins[i]))
            return true;
    return false;
}

/* Cheap, and without words: could VALUE be a secret at all? A plain word can't, but behind a mark, in quotes or below its label. Begins C
 * and V, for judge_value. */
static bool is_promising(struct prose_scene *scene, const struct prose_value *value, struct slice languages,
                         struct prose_case *c, struct verdict_of_value *v)
{
    *v = (struct verdict_of_value){ 0 };
    bool is_bare = is_plain(value) && !value->is_quoted && !value->is_second && scene->trigger.ptr[0] < 0xD0;
    bool is_named = is_bare && value->is_before && is_named_as(scene, value);
    if (is_bare && value->is_before && !is_named)
        return false;
    prose_case_begin(c, scene, value);
    bool is_next = value->raw.len >= 6 && value->between.len <= prose_reach(c, 56) &&
                   (scene->takes_words || value->between.len <= 1 || is_said(scene, value) || is_named ||
                    may_be_word(scene, value, languages));
    if (is_bare && !is_next && !prose_joined_by_mark(c) && !prose_joined_by_layout(c) &&
        !(value->raw.len >= 6 && ends_clause(scene, value) && prose_is_typed(c)))
        return false;
    /* What speaks against a value comes last: once all is lost, the rest need not be asked. */
    weigh(prose_shape_features, WEIGH_FOR, c, v);
    weigh(prose_shape_features, WEIGH_AGAINST, c, v);
    return !is_hopeless(v);
}

static void judge_value(struct prose_case *c, struct verdict_of_value *v)
{
    prose_case_widen(c);
    /* Most values are lost here: what speaks for them need not be looked for. */
    weigh(prose_word_features, WEIGH_AGAINST, c, v);
    if (!is_hopeless(v))
        weigh(prose_word_features, WEIGH_FOR, c, v);
    if (v->points >= ACCEPT_OTHER)
        weigh(prose_shape_features, WEIGH_DEAR, c, v);
}

/* results */

static void take_value(const struct prose_scene *scene, const struct prose_value *value,
                       struct judgement *judgement)
{
    if (judgement->value_count < JUDGEMENT_VALUES_MAX)
        judgement->values[judgement->value_count++] = prose_scene_origin(scene, value->from, value->to);
}

static bool judge_table(struct prose_scene *scene, struct slice languages, struct judgement *judgement)
{
    struct prose_value rows[PROSE_ROWS_MAX];
    size_t count = prose_table_rows(scene, rows);
    if (!count)
        return false;
    scene->words = prose_language_of(languages, scene->folded);
    struct slice header = slice_sub(scene->folded, scene->line_from, scene->line_to - scene->line_from);
    int bonus = TABLE_BONUS + (prose_words_in(scene->words, scene->words->logins, header) != SLICE_NONE);
    for (size_t i = 0; i < count; i++) {
        struct prose_case c = { .scene = scene, .words = scene->words, .value = &rows[i] };
        struct verdict_of_value v = { .points = bonus };
        weigh(prose_shape_features, WEIGH_ALL, &c, &v);
        if (v.points >= ACCEPT)
            take_value(scene, &rows[i], judgement);
    }
    if (judgement->value_count)
        judgement_say(judgement, JUDGED_NOTHING, "the column's header says so");
    return judgement->value_count > 0;
}

/* "de|nl|en!": the trigger means something else in the last of the languages, which the text is in. */
static bool is_kept_out(const struct prose_scene *scene, struct slice languages)
{
    return languages.len > 3 && languages.ptr[languages.len - 1] == '!' &&
           (slice_starts_with(slice_skip(languages, languages.len - 3), scene->words->language) ||
            prose_language_is_other(languages, scene->folded, scene->kind == PROSE_WORD));
}

/* The nearer one, unless another is clearly better; of those before the trigger the last is the nearest. */
static bool is_better(const struct prose_value *value, int points, const struct prose_value *found, int best)
{
    int more = best < ACCEPT ? 0 : value->is_before && found->is_before ? -NEARER : NEARER;
    return points > best + more && (more >= 0 || points >= ACCEPT);
}

/* The best of the scene's values, or NULL. */
static const struct prose_value *find_best(struct prose_scene *scene, struct slice languages,
                                           struct verdict_of_value *best)
{
    const struct prose_value *found = NULL;
    for (size_t i = 0; i < scene->value_count; i++) {
        struct prose_case c;
        struct verdict_of_value v;
        if (!is_promising(scene, &scene->values[i], languages, &c, &v))
            continue;
        if (!scene->words)
            scene->words = prose_language_of(languages, scene->folded);
        if (is_kept_out(scene, languages))
            return NULL;
        judge_value(&c, &v);
        if (found && !is_better(&scene->values[i], v.points, found, best->points))
            continue;
        *best = v;
        found = &scene->values[i];
    }
    return found;
}

static bool is_of_name(unsigned char byte)
{
    return byte > ' ' && byte < 0x7F && !strchr("/|,;:&()<>\"'`", byte);
}

/* "user / value", "user and value": the word before the second. */
static void tell_user(const struct prose_scene *scene, const struct prose_value *value,
                      struct judgement *judgement)
{
    struct slice text = scene->raw, name = prose_pair_name(scene);
    size_t to = value->from, from;
    if (scene->kind == PROSE_ACCOUNT) {
        codec_show(judgement->opens.user, sizeof judgement->opens.user, name);
        return;
    }
    while (to > scene->to && !is_of_name(text.ptr[to - 1]))
        to--;
    bool has_sign = slice_find_byte(slice_sub(text, to, value->from - to), 0, '/') != SLICE_NONE ||
                    slice_find_byte(slice_sub(text, to, value->from - to), 0, ',') != SLICE_NONE;
    for (from = to; from > scene->to && is_of_name(text.ptr[from - 1]);)
        from--;
    if (!has_sign) { /* that was "and" */
        for (to = from; to > scene->to && !is_of_name(text.ptr[to - 1]);)
            to--;
        for (from = to; from > scene->to && is_of_name(text.ptr[from - 1]);)
            from--;
    }
    if (to > from)
        codec_show(judgement->opens.user, sizeof judgement->opens.user, slice_sub(text, from, to - from));
}

static void judge_kind(enum prose_kind kind, const struct candidate *candidate, struct slice argument,
                       struct judgement *judgement)
{
    struct prose_scene scene;
    struct verdict_of_value best = { 0 };
    prose_scene_init(&scene, candidate, kind);
    scene.takes_words = !slice_starts_with(argument, "en");
    if (!prose_scene_is_text(&scene)) {
        judgement_say(judgement, JUDGED_REJECT, "no text stands around it");
        return;
    }
    if (prose_code_is_trigger(&scene)) {
        judgement_say(judgement, JUDGED_REJECT, "the trigger is a piece of another name");
        return;
    }
    if (kind == PROSE_WORD && judge_table(&scene, argument, judgement))
        return;
    prose_values_find(&scene);
    const struct prose_value *value = find_best(&scene, argument, &best);
    if (!value) {
        judgement_say(judgement, JUDGED_REJECT, "nothing beside it looks like a secret");
    } else if (best.points >=
               (scene.words->language[0] == 'e' && scene.words->language[1] == 'n' ? ACCEPT : ACCEPT_OTHER)) {
        take_value(&scene, value, judgement);
        if (value->is_second)
            tell_user(&scene, value, judgement);
        judgement_say(judgement, JUDGED_NOTHING, "%s (%s, %d points)", best.most ? best.most : "",
                      scene.words->language, best.points);
    } else {
        judgement_say(judgement, JUDGED_REJECT, "%s (%s, %d points)",
                      best.least ? best.least : "too little speaks for it", scene.words->language,
                      best.points);
    }
}

static void judge_prose(const struct candidate *candidate, struct slice argument, struct judgement *judgement)
{
    judge_kind(PROSE_WORD, candidate, argument, judgement);
}

static void judge_opener(const struct candidate *candidate, struct slice argument,
                         struct judgement *judgement)
{
    judge_kind(PROSE_OPENER, candidate, argument, judgement);
}

static void judge_name(const struct candidate *candidate, struct slice argument, struct judgement *judgement)
{
    judge_kind(PROSE_NAME, candidate, argument, judgement);
}

static void judge_login(const struct candidate *candidate, struct slice argument, struct judgement *judgement)
{
    judge_kind(PROSE_LOGIN, candidate, argument, judgement);
}

#define ACCEPT_SHAPED 5

/* The match is the value: no word for passwords need stand near, but words of getting in. */
static void judge_shaped(const struct candidate *candidate, struct slice argument,
                         struct judgement *judgement)
{
    struct prose_scene scene;
    struct prose_value value;
    struct prose_case c;
    struct verdict_of_value v = { 0 };
    prose_scene_init(&scene, candidate, PROSE_SHAPED);
    prose_shaped_begin(&c, &scene, &value);
    if (!value.raw.len || !prose_scene_is_text(&scene)) {
        judgement_say(judgement, JUDGED_REJECT, "no text stands around it");
        return;
    }
    prose_case_widen(&c);
    if (prose_shaped_is_promising(&c))
        weigh(prose_shape_features, WEIGH_ALL, &c, &v);
    if (v.points < ACCEPT) {
        judgement_say(judgement, JUDGED_REJECT, "%s",
                      v.least ? v.least : "nothing beside it is about getting in");
        return;
    }
    c.words = scene.words = prose_language_of(argument, scene.folded);
    weigh(prose_shaped_features, WEIGH_ALL, &c, &v);
    take_value(&scene, &value, judgement);
    judgement_say(judgement, v.points < ACCEPT_SHAPED ? JUDGED_REJECT : JUDGED_NOTHING, "%s (%s, %d points)",
                  v.points < ACCEPT_SHAPED ? v.least ? v.least : "too little speaks for it" : v.most,
                  scene.words->language, v.points);
}

static void judge_account(const struct candidate *candidate, struct slice argument,
                          struct judgement *judgement)
{
    judge_kind(PROSE_ACCOUNT, candidate, argument, judgement);
}

const struct validator validators_prose[] = {
    { .name = "prose",
      .meaning = "finds the value that a sentence gives away beside the matched word, told from sentences "
                 "that only speak "
                 "of passwords (argument: languages, the likeliest first: prose:en|de)",
      .judge = judge_prose },
    { .name = "prose-opener",
      .meaning = "finds the code beside a word for what is opened or for opening it (argument: languages)",
      .judge = judge_opener },
    { .name = "prose-name",
      .meaning = "finds the key beside the name of a network or service (argument: languages)",
      .judge = judge_name },
    { .name = "prose-login",
      .meaning = "finds the second of \"user / password\" behind a word for access (argument: languages)",
      .judge = judge_login },
    { .name = "prose-account",
      .meaning = "finds the password directly behind the matched name of a user and what joins both "
                 "(argument: languages)",
      .judge = judge_account },
    { .name = "prose-shaped",
      .meaning = "does a sentence about getting in hold the matched token as what gets in? The rule is tried "
                 "where a token of letters and "
                 "digits begins, and needs no `find` (argument: languages)",
      .judge = judge_shaped },
    { .name = NULL },
};
