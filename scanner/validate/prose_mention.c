/* prose_mention.c - the judge of prose: what tells that a sentence speaks of passwords and codes and holds none. */
#include "validate/prose_mention.h"

#include "validate/prose_everywhere.h"
#include "validate/prose_join.h"
#include "validate/prose_near.h"
#include "validate/prose_plain.h"

/* "SNI-kod", "kod kontrahenta", "acente kodu": is it said whose code it is? */
static bool is_qualified(const struct prose_case *c)
{
    struct slice raw = c->scene->raw;
    size_t from = c->scene->from;
    bool is_compound = from > 1 && raw.ptr[from - 1] == '-' && slice_is_upper(raw.ptr[from - 2]);
    return c->join.len > 0 || is_compound;
}

bool prose_mention_is_code_of_unknown(const struct prose_case *c)
{
    return prose_is_weak(c) && !prose_is_opener(c) && c->value->classes.digit == c->value->raw.len &&
           c->value->raw.len >= 4 && is_qualified(c) && !prose_joined_by_mark(c) &&
           !prose_joined_by_word(c) && !c->value->is_alone && !prose_is_place(c) &&
           !prose_is_handed_over(c) && !prose_access_is_near(c) && !prose_is_typed(c) && !prose_is_asked(c) &&
           !prose_in_sentence(c, c->words->logins) &&
           !prose_words_inside("szyfr|шифр|combin|kombin|комбин|комбін", c->scene->trigger);
}

bool prose_mention_is_field(const struct prose_case *c)
{
    static const char *const blanks[] = { "___", "\xe2\x80\xa6\xe2\x80\xa6", "\xe2\x96\xa1" };
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++)
        if (!c->value->is_before && slice_find(c->value->between, 0, slice_str(blanks[i])) != SLICE_NONE)
            return true;
    return false;
}

/* What stands before the value on its line, without what may stand between a label and it. */
static struct slice label_before(const struct prose_case *c)
{
    size_t to = c->value->from, from;
    while (to > 0 && strchr(" \t:#.(\"'-", c->scene->folded.ptr[to - 1]) && c->scene->folded.ptr[to - 1])
        to--;
    for (from = to; from > 0 && to - from < 24 && c->scene->folded.ptr[from - 1] != '\n';)
        from--;
    return slice_sub(c->scene->folded, from, to - from);
}

static bool is_digits(const struct prose_case *c)
{
    return c->value->classes.digit == c->value->raw.len;
}

/* "tracking code: X. The PIN …" */
static bool is_behind_coded_label(const struct prose_case *c)
{
    size_t to = c->value->from, from;
    while (to > 0 && c->scene->folded.ptr[to - 1] == ' ')
        to--;
    if (!to || c->scene->folded.ptr[to - 1] != ':')
        return false;
    for (from = to; from > 0 && to - from < 48 && !strchr("\n.;,", c->scene->folded.ptr[from - 1]);)
        from--;
    return prose_everywhere_in(&prose_coded, slice_sub(c->scene->folded, from, to - from)) != SLICE_NONE;
}

bool prose_mention_is_of_other(const struct prose_case *c)
{
    static const struct prose_everywhere numbered = { "code|código|codice|kód|kod|код|codigo|номер|number",
                                                      "번호|编号|单号" };
    struct slice label = label_before(c);
    bool is_code =
        prose_words_inside("pin|cod|cód|kod|kód|код|пін|пин|コード|番号|코드|번호|码|碼", c->scene->trigger);
    if (c->value->is_before && c->value->classes.digit >= 4 && is_behind_coded_label(c))
        return true;
    if (c->value->is_before)
        return c->value->classes.digit >= 4 && c->scene->trigger.ptr[0] >= 0xE0 &&
               c->value->classes.lower < 2 && prose_everywhere_ends(&numbered, label);
    return !is_code && !prose_is_opener(c) && c->join.len > 0 && is_digits(c) && c->value->raw.len <= 3 &&
           prose_everywhere_ends(&numbered, label);
}

static bool is_plain(const struct prose_case *c)
{
    return !c->value->classes.digit && !c->value->is_quoted && !prose_has_shape(c) && !prose_is_loose_pair(c);
}

bool prose_mention_is_whose(const struct prose_case *c)
{
    static const struct prose_everywhere prepositions = {
        "for|of|on|till|för|på|av|auf|für|von|vom|zum|zur|voor|van|op|na|do|k|ke|pro|dla|od|od|к|до|для|"
        "от|на|від|"
        "à|a|de|du|da|do|di|del|della|para|pour|per|al|alla|en|in",
        NULL
    };
    static const struct prose_everywhere changes = {
        "chang*|set|reset|geänder*|änder*|gesetzt|stell*|gestellt|umgestellt|mud*|troc*|troque*|alter*|cambi*"
        "|pus*|puest*|"
        "pong*|mis|mise|remis|modif*|impost*|mess*|zmieni*|ustawi*|změni*|nastav*|dal*|přepsa*|измен*|поменя*"
        "|смен*|"
        "постав*|зміни*|поміня*|ändra*|bytt*|byta|satt*|ställ*|veranderd|gewijzigd|gezet|wijzig*|değiştir*",
        NULL
    };
    struct slice join = slice_trim(c->join), v = c->value->folded;
    while (v.len && strchr("?!", v.ptr[v.len - 1]))
        v.len--;
    if (c->value->is_before || !is_plain(c) || prose_joined_by_mark(c) || prose_joined_by_layout(c))
        return false;
    bool is_account = !join.len && prose_everywhere_in(&prose_accounts, v) == 0 && prose_is_clause_end(c);
    if (prose_everywhere_in(&changes, prose_clause_before(c)) != SLICE_NONE && !prose_question_follows(c))
        return is_account;
    return is_account ||
           (join.len <= 8 && prose_everywhere_in(&prepositions, join) == 0 &&
            prose_everywhere_ends(&prepositions, join) && slice_find_byte(join, 0, ' ') == SLICE_NONE);
}

/* "123456 :)" */
static bool is_smiled_at(const struct prose_case *c)
{
    static const char *const smiles[] = { " :)", " ;)", " :-)", " ;-)", " :D", " xD", " haha", " lol" };
    struct slice after = slice_sub(slice_skip(c->scene->raw, c->value->to), 0, 8);
    for (size_t i = 0; i < sizeof smiles / sizeof *smiles; i++)
        if (slice_find(after, 0, slice_str(smiles[i])) != SLICE_NONE)
            return true;
    return false;
}

bool prose_mention_is_ranked(const struct prose_case *c)
{
    static const struct prose_everywhere ranks = {
        "most common|most popular|top "
        "10|ranking|ranked|worst|häufigste*|beliebteste*|schlechteste*|rangliste|classement|"
        "les plus|palmarès|pires|ranking|más usad*|más comun*|peores|mais usad*|mais comun*|piores|più "
        "usat*|più comun*|"
        "peggiori|classifica|meest|populairste|najpopularniejsz*|najczęst*|najgorsz*|nejčastěj*|nejhorš*|"
        "nejpoužívan*|"
        "самый популярн*|самых|популярны*|худш*|рейтинг*|найпопулярніш*|найгірш*|en çok|en kötü|en "
        "yaygın|vanligast*|"
        "sämst*|topplista*",
        "最常|排行|最弱|最差|よく使われ|ランキング|最悪|가장 많|순위|최악"
    };
    if (prose_words_has("1234|12345|123456|12345678|123456789|qwerty|qwertz|azerty|password|1111|0000",
                        c->value->folded) &&
        is_smiled_at(c))
        return true;
    return prose_everywhere_in(&ranks, c->sentence) != SLICE_NONE ||
           prose_everywhere_in(&ranks, c->rest) != SLICE_NONE;
}

bool prose_mention_is_supposed(const struct prose_case *c)
{
    static const struct prose_everywhere suppositions = {
        "if|unless|once|should|wenn|falls|sobald|sollte|si|dès que|lorsque|quand|cuando|en "
        "cuanto|se|caso|quando|assim "
        "que|qualora|appena|als|indien|zodra|wanneer|om|när|ifall|jeśli|jeżeli|gdy|kiedy|pokud|jestli|"
        "jestliže|až|když|"
        "если|когда|как только|якщо|коли|щойно|eğer",
        NULL
    };
    return is_plain(c) && !prose_joined_by_mark(c) && !prose_is_spoken(c) &&
           prose_everywhere_in(&suppositions, slice_trim(prose_clause_before(c))) == 0;
}

bool prose_mention_is_warning(const struct prose_case *c)
{
    static const struct prose_everywhere warnings = {
        "click here|phishing|suspicious|scam|klicken sie hier|verdächtig*|betrug*|cliquez "
        "ici|suspect*|hameçonnage|haga "
        "clic|haz clic|sospechos*|clique aqui|suspeit*|clicca qui|cliccate qui|sospett*|truffa|klik "
        "hier|verdacht*|"
        "oplichting|kliknij*|podejrzan*|klikněte|podezřel*|podvod*|нажмите сюда|нажмите "
        "здесь|подозрительн*|мошенни*|"
        "фишинг*|натисніть тут|підозріл*|шахра*|фішинг*|tıklayın|şüpheli|oltalama|klicka "
        "här|misstänkt*|bluff*|nätfiske",
        "点击这里|点击此处|钓鱼|可疑|诈骗|クリック|不審|詐欺|フィッシング|클릭|의심|피싱|사기"
    };
    return prose_everywhere_in(&warnings, c->sentence) != SLICE_NONE ||
           prose_everywhere_in(&warnings, c->rest) != SLICE_NONE;
}

bool prose_mention_is_predicate(const struct prose_case *c)
{
    return is_plain(c) && !c->value->classes.upper && prose_is_adjacent(c) && !c->value->is_phrase &&
           c->words->endings && prose_words_ending(c->words->endings, c->value->folded);
}

bool prose_mention_is_masked(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    return v.len > 2 && v.ptr[0] == '[' && v.ptr[v.len - 1] == ']' && !c->value->classes.digit;
}

bool prose_mention_asks_about_number(const struct prose_case *c)
{
    size_t end = (size_t)(c->rest.ptr - c->scene->folded.ptr) + c->rest.len;
    struct slice after = slice_skip(c->scene->raw, end);
    bool is_question =
        slice_starts_with(after, "?") || slice_find(c->rest, 0, slice_str("\xef\xbc\x9f")) != SLICE_NONE;
    return is_question && prose_is_code(c) && !c->value->is_alone && !prose_joined_by_mark(c) &&
           (prose_is_opener(c) || !prose_is_adjacent(c));
}
