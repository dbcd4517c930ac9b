/* prose_near.c - the judge of prose: words directly beside a value that mean the same in whatever language the sentence is. */
#include "validate/prose_near.h"

#include "validate/prose_everywhere.h"
#include "validate/prose_join.h"

static struct slice strip(struct slice text, const char *set)
{
    while (text.len && text.ptr[text.len - 1] && strchr(set, text.ptr[text.len - 1]))
        text.len--;
    return text;
}

/* What stands before the value on its line, at most 40 bytes of it, folded. */
static struct slice before_value(const struct prose_case *c)
{
    size_t to = c->value->from, from = to;
    while (from > 0 && to - from < 40 && c->scene->folded.ptr[from - 1] != '\n')
        from--;
    return slice_sub(c->scene->folded, from, to - from);
}

/* What of TEXT stands on its first line. */
static struct slice on_line(struct slice text)
{
    return slice_trim(slice_sub(text, 0, slice_find_byte(text, 0, '\n')));
}

/* "code for the server room: 7701": the mark says that what stands before it is all label */
static bool is_marked_off(const struct prose_case *c, struct slice before)
{
    static const struct prose_everywhere of = {
        "for|to|of|on|at|für|zu|zum|zur|von|vom|pour|du|de|de la|de l|del|della|do|da|di|para|per|al|alla|"
        "voor|van|till|för|på|do|dla|od|k|ke|na|pro|для|от|від|до|к|на",
        NULL
    };
    struct slice raw = slice_sub(c->scene->folded, 0, c->value->from);
    raw = strip(raw, " \t\"'(*");
    return raw.len && raw.ptr[raw.len - 1] == ':' && before.len && c->join.len && c->join.len < 48 &&
           slice_find_byte(c->join, 0, ',') == SLICE_NONE && slice_find_byte(c->join, 0, '.') == SLICE_NONE &&
           prose_everywhere_in(&of, slice_trim(c->join)) == 0;
}

/* "20 bis 30", "5 a 8": with "till Friday" behind it no number counts anything */
bool prose_near_is_until(struct slice after)
{
    static const struct prose_everywhere ranges = { "a|à|o|az|bis|tot|till|até|hasta|až|do|до|al|-", NULL };
    if (prose_everywhere_in(&ranges, after) != 0)
        return false;
    while (after.len && after.ptr[0] != ' ')
        after = slice_skip(after, 1);
    after = slice_trim(after);
    return !after.len || !slice_is_digit(after.ptr[0]);
}

bool prose_is_other_number(const struct prose_case *c)
{
    static const struct prose_everywhere signs = {
        "no|nr|n°|nº|№|č|number|nummer|numer|num|núm|číslo|numéro|número|numero", "号"
    };
    struct slice before = strip(before_value(c), " \t:#.(\"'-");
    if (!c->value->classes.digit || c->value->classes.lower > 1 || c->value->is_quoted)
        return false;
    struct slice after = on_line(slice_sub(slice_skip(c->scene->folded, c->value->to), 0, 24));
    if (prose_everywhere_in(&prose_measures, after) == 0 && !prose_near_is_until(after))
        return true;
    if (prose_everywhere_ends(&prose_numbers, before) && !is_marked_off(c, before))
        return true;
    for (size_t i = before.len; i > 0 && before.len - i < 12; i--)
        if (before.ptr[i - 1] == ' ' && prose_everywhere_ends(&signs, before))
            return prose_everywhere_ends(&prose_numbers, strip(slice_sub(before, 0, i - 1), " \t:#.-"));
    return false;
}

/* "bestelcode", "код заказа", "código de pedido", "sipariş kodu" */
bool prose_is_code_of_other(const struct prose_case *c)
{
    static const struct prose_everywhere of = { "de|del|della|di|do|da|of|du|för|voor|für", NULL };
    size_t from = c->scene->from > 32 ? c->scene->from - 32 : 0;
    if (!prose_words_inside("cod|cód|kod|kód|код|コード|코드|代码|代碼", c->scene->trigger))
        return false;
    struct slice after = slice_trim(slice_sub(slice_skip(c->scene->folded, c->scene->to), 0, 40));
    struct slice before = strip(slice_sub(c->scene->folded, from, c->scene->from - from), " -\"'");
    size_t word = 0;
    if (prose_everywhere_in(&of, after) == 0)
        while (after.len && after.ptr[0] != ' ')
            after = slice_skip(after, 1);
    while (word < before.len && !strchr(" \n.,;:!?", before.ptr[before.len - 1 - word]))
        word++;
    struct slice last = slice_skip(before, before.len - word);
    return prose_everywhere_in(&prose_coded, slice_trim(after)) == 0 ||
           prose_everywhere_ends(&prose_coded, before) || prose_everywhere_in(&prose_coded, last) == 0 ||
           prose_everywhere_in(&prose_coded, c->scene->trigger) == 0;
}

struct slice prose_after_but(const struct prose_case *c)
{
    static const struct prose_everywhere buts = { "but|aber|mais|pero|mas|ma|maar|ale|но|але|ama|fakat|men",
                                                  NULL };
    size_t start = (size_t)(c->sentence.ptr - c->scene->folded.ptr);
    struct slice rest = c->sentence;
    size_t trigger = c->scene->from > start ? c->scene->from - start : 0, skipped = 0;
    for (size_t at; (at = prose_everywhere_in(&buts, rest)) != SLICE_NONE && skipped + at < trigger;) {
        skipped += at + 2;
        rest = slice_skip(rest, at + 2);
    }
    return rest;
}

/* "the code begins with 7340": a part of it */
static bool is_part(const struct prose_case *c, struct slice before)
{
    static const struct prose_everywhere beginnings = {
        "starts with|starting with|begins with|beginning with|ends with|ending in|ends in|beginnt mit|endet "
        "auf|endet mit|commence par|commençant par|finit par|se termine par|empieza por|empieza con|termina "
        "en|começa por|começa com|termina em|inizia con|inizia per|finisce con|finisce per|begint "
        "met|eindigt op|zaczyna się od|kończy się na|začíná na|začíná|končí na|начинается с|начинается "
        "на|заканчивается на|починається з|починається на|закінчується на|börjar med|börjar på|slutar "
        "på|slutar med",
        "开头是|结尾是"
    };
    return !prose_has_shape(c) && prose_everywhere_ends(&beginnings, before);
}

/* "for example X", "not X" */
bool prose_is_example(const struct prose_case *c)
{
    static const struct prose_everywhere ors = { "or|o|oder|ou|of|lub|albo|czy|nebo|či|или|або|чи|veya|eller",
                                                 NULL };
    struct slice before = strip(before_value(c), " \t\"'`(,.:");
    if (c->value->is_before)
        return false;
    return prose_everywhere_ends(&prose_examples, before) || is_part(c, before) ||
           (prose_everywhere_ends(&ors, before) &&
            prose_everywhere_in(&prose_examples, before) != SLICE_NONE);
}

/* "opens at 1900", "room for 250", "boiler HP 1020": a time, an amount or a model beside what is opened */
bool prose_is_amount(const struct prose_case *c)
{
    static const struct prose_everywhere before = {
        "в|о|v|o|w|um|gegen|à|vers|alle|às|las|om|kl|pro|для|für|pour|para|per|voor|för|с|з|"
        "do|до|až|bis|tot|till|at|from|until|ab|seit|desde|depuis",
        "下午|上午|午後|午前|오후|오전"
    };
    static const struct prose_everywhere after = { "'da|'de|'ta|'te|’da|’de|’ta|’te", NULL };
    struct slice text = strip(before_value(c), " ");
    size_t word = 0, at = c->value->from - (before_value(c).len - text.len);
    while (word < text.len && word < 8 && c->scene->raw.ptr[at - 1 - word] >= 'A' &&
           c->scene->raw.ptr[at - 1 - word] <= 'Z')
        word++;
    bool is_article = slice_is_equal(slice_str(c->words->language), slice_str("pt")) &&
                      (prose_ends_with(text, "com o") || prose_ends_with(text, "com a"));
    bool is_model = word >= 2 && word <= 5 && (word == text.len || text.ptr[text.len - 1 - word] == ' ');
    return is_model || (!is_article && prose_everywhere_ends(&before, text)) ||
           prose_everywhere_in(&after, slice_sub(slice_skip(c->scene->folded, c->value->to), 0, 8)) == 0;
}

bool prose_is_typed(const struct prose_case *c)
{
    struct slice before = strip(before_value(c), " \t\"'`:(");
    struct slice after = slice_sub(slice_skip(c->scene->folded, c->value->to), 0, 24);
    while (after.len && after.ptr[0] && strchr(" \"'`)", after.ptr[0]))
        after = slice_skip(after, 1);
    return prose_everywhere_ends(&prose_typing, before) ||
           (!c->value->is_before && prose_everywhere_in(&prose_typed, after) == 0);
}

bool prose_is_opened(const struct prose_case *c)
{
    static const struct prose_everywhere opening = {
        "to unlock|to open|to decrypt|to unzip|to log in|to get in", NULL
    };
    return prose_everywhere_in(&opening, c->join) != SLICE_NONE;
}

bool prose_is_concluded(const struct prose_case *c)
{
    return !c->value->is_before && prose_has_shape(c) &&
           prose_everywhere_ends(&prose_conclusions, strip(before_value(c), " \t\"'`(,:"));
}

/* "the same as before, that is X": only words that mean just that, for plain words */
bool prose_near_is_that_is(const struct prose_case *c)
{
    static const struct prose_everywhere list = {
        "cioè|ossia|ovvero|ou seja|o sea|es decir|isto é|soit|c'est-à-dire|à "
        "savoir|czyli|tedy|čili|tzn|tj|to znaczy|"
        "то есть|т.е|тобто|yani|alltså|dvs|det vill säga|oftewel|ofwel|d.w.z|dus|sprich|d.h|nämlich|i.e|that "
        "is|namely",
        NULL
    };
    return !c->value->is_before && prose_everywhere_ends(&list, strip(before_value(c), " \t\"'`(,:"));
}

/* "is now X", "è sempre X": without the adverb behind the verb */
static struct slice without_adverb(struct slice before)
{
    static const struct prose_everywhere adverbs = {
        "now|still|just|simply|currently|again|jetzt|noch|immer "
        "noch|wieder|einfach|nun|aktuell|derzeit|maintenant|"
        "toujours|encore|simplement|ahora|siempre|todavía|simplemente|agora|sempre|ainda|simplesmente|ora|"
        "adesso|"
        "ancora|nu|nog|nog "
        "steeds|weer|gewoon|voorlopig|momenteel|teď|pořád|stále|zase|prostě|zatím|teraz|nadal|"
        "znowu|po prostu|теперь|сейчас|всё ещё|пока|просто|снова|тепер|зараз|досі|поки|fortfarande|just "
        "nu|numera|"
        "igen|şimdi|hâlâ|artık",
        NULL
    };
    size_t end = before.len;
    if (!prose_everywhere_ends(&adverbs, before))
        return before;
    while (end > 0 && before.ptr[end - 1] != ' ')
        end--;
    return strip(slice_sub(before, 0, end), " ");
}

bool prose_is_said_to_be(const struct prose_case *c)
{
    static const struct prose_everywhere copulas = {
        "is|was|are|ist|war|lautet|heißt|heisst|bleibt|est|était|reste|es|era|sigue "
        "siendo|é|è|ficou|continua|resta|jest|"
        "brzmi|to|je|bylo|zní|zůstalo|это|был|остался|—|–|є|був|är|var|lyder|heter|blir|luidt|blijft|blijkt|"
        "is het|is dat|"
        "wordt|seria|"
        "sería|sarebbe|serait|sei|wäre|ist und bleibt|bleibt weiterhin|:",
        "是|为|為|は|는|은"
    };
    return prose_everywhere_ends(&copulas, without_adverb(strip(before_value(c), " \t\"'`(,")));
}

bool prose_near_is_put(const struct prose_case *c)
{
    static const struct prose_everywhere verbs = {
        "set to|changed to|reset to|gesetzt auf|geändert auf|on a mis|j'ai mis|on l'a mis|la pusimos|lo "
        "pusimos|"
        "hemos puesto|la puse|pusemos|pus|coloquei|colocamos|l'abbiamo messa|abbiamo messo|ho messo|ti ho "
        "messo|"
        "gezet op|jsme dali|dal jsem|dala jsem|nastavil na|nastavila na|ustawiliśmy na|ustawiłem "
        "na|ustawiłam na|"
        "поставили|поставил|поставила|satte vi till|satte till",
        NULL
    };
    return !c->value->is_before && prose_everywhere_ends(&verbs, strip(before_value(c), " \t\"'`(,"));
}

bool prose_is_asked(const struct prose_case *c)
{
    return prose_everywhere_in(&prose_asking, c->sentence) != SLICE_NONE ||
           (c->value->is_before && prose_everywhere_in(&prose_asking, c->join) != SLICE_NONE);
}

bool prose_is_at_place(const struct prose_case *c)
{
    return prose_everywhere_ends(&prose_locations, strip(before_value(c), " \t\"'`(,"));
}

bool prose_is_about_event(const struct prose_case *c)
{
    return prose_everywhere_in(&prose_events, c->sentence) != SLICE_NONE;
}

bool prose_is_about_success(const struct prose_case *c)
{
    return prose_everywhere_in(&prose_successes, c->sentence) != SLICE_NONE;
}

bool prose_is_spoken(const struct prose_case *c)
{
    return prose_words_inside(
               "wort|woord|ordet|kodord|code word|codeword|safe word|magic word|security word|secret word|"
               "memorable word|le mot|mot secret|mot de "
               "code|palabra|palavra|"
               "parola|слов|słow|odwoł|kelime|säkerhetsord|合言葉|言葉|단어|암호말",
               c->scene->trigger) &&
           !prose_words_inside(
               "passwor|passwör|kennwor|wachtwoord|lösenord|mot de passe|palavra-passe|palavra passe",
               c->scene->trigger);
}

bool prose_is_known_name(const struct prose_case *c)
{
    struct slice name = strip(c->value->folded, "!?.");
    if (c->value->is_quoted)
        return false;
    if (slice_starts_with(name, "ctrl+") || slice_starts_with(name, "strg+") ||
        slice_starts_with(name, "alt+") || slice_starts_with(name, "cmd+"))
        return true;
    /* "w KeePassie": some languages inflect it */
    for (size_t cut = 0; cut <= 2 && (cut == 0 || name.len >= cut + 6); cut++)
        if (prose_words_has(prose_known_names, slice_sub(name, 0, name.len - cut)))
            return true;
    return false;
}

bool prose_near_ends_with_and(struct slice text)
{
    return prose_everywhere_ends(&prose_ands, text);
}

bool prose_is_with_trigger(const struct prose_case *c)
{
    static const struct prose_everywhere list = {
        "with|mit|mit dem|gegen das|per|unter dem|avec|avec le|par le|con|con la|con el|con esta|com|com "
        "a|com o|met|met "
        "het|op|"
        "med|med lösenordet|z|za|na|pod|s|se|pomocí|с|со|под|по|з|із|за|під",
        NULL
    };
    size_t from = c->scene->from > 32 ? c->scene->from - 32 : 0;
    struct slice before = strip(slice_sub(c->scene->folded, from, c->scene->from - from), " \"'");
    return prose_everywhere_ends(&list, before);
}

bool prose_near_is_set(struct slice text)
{
    static const struct prose_everywhere list = {
        "geändert|gesetzt|gestellt|umgestellt|gelegt|zurückgesetzt|gezet|"
        "veranderd|gewijzigd|koyduk|yaptık|yaptım|"
        "ayarladık|değiştirdik|değiştirdim|değiştirildi",
        NULL
    };
    return prose_everywhere_in(&list, slice_sub(text, 0, 24)) == 0;
}

bool prose_near_is_spelled(struct slice text)
{
    static const struct prose_everywhere list = {
        "lower case|lowercase|lower-case|all lower|all small|all caps|one word|no capitals|no spaces|without "
        "spaces|"
        "no space|capital|capitals|without the quotes|"
        "alles klein|kleingeschrieben|klein geschrieben|zusammengeschrieben|zusammen geschrieben|ein "
        "wort|ohne leerzeichen|"
        "in einem wort|großgeschrieben|groß geschrieben|mit großem|mit kleinem|"
        "minuscules|minuscule|majuscule|en un mot|un seul mot|sans espace|sans espaces|sans "
        "majuscule|attaché|"
        "minúsculas|minúscula|mayúscula|mayúsculas|todo junto|sin espacios|maiúscula|maiúsculas|tudo junto|"
        "sem espaços|"
        "minuscolo|minuscole|minuscola|maiuscola|tutto attaccato|senza spazi|"
        "kleine letters|kleine letter|alles aan elkaar|aan elkaar|één woord|zonder spaties|met "
        "hoofdletter|hoofdletter|"
        "małymi|małą|małej|wielką|dużą|wielkiej|jednym słowem|bez spacji|razem pisane|pisane razem|"
        "malými|malym|malým|malé|velkým|velké|dohromady|bez mezer|jedno slovo|"
        "маленькими|строчными|маленькой|большой буквы|заглавной|слитно|одним словом|без "
        "пробелов|маленької|великої|"
        "малими|разом|одним словом|без пробілів|"
        "küçük harf|küçük harfle|büyük harf|bitişik|boşluksuz|"
        "små bokstäver|gemener|ihopskrivet|ett ord|utan mellanslag|stor bokstav|liten bokstav|versal",
        "小写|大写|小文字|大文字|一个词|连写|つなげて|ひらがな|カタカナ|ローマ字|拼音|소문자|대문자|붙여|"
        "한글|"
        "띄어쓰기"
    };
    return prose_everywhere_in(&list, text) != SLICE_NONE;
}

bool prose_near_has_spaces(struct slice text)
{
    static const struct prose_everywhere list = {
        "with spaces|with a space|with the spaces|spaces included|mit leerzeichen|avec espaces|avec les "
        "espaces|"
        "avec un espace|con espacios|con espacio|com espaço|com espaços|con spazi|con gli spazi|con lo "
        "spazio|"
        "met spaties|met een spatie|ze spacjami|ze spacją|s mezerami|s mezerou|med mellanslag|с пробелами|"
        "с пробелом|з пробілами|з пробілом|boşluklu|пробелы|пробіли|boşluklar*",
        NULL
    };
    return prose_everywhere_in(&list, text) != SLICE_NONE;
}

size_t prose_near_remote_in(struct slice text)
{
    static const struct prose_everywhere remotes = { "teamviewer|anydesk|rustdesk", NULL };
    return prose_everywhere_in(&remotes, text);
}

bool prose_near_is_said_of_words(struct slice text)
{
    static const struct prose_everywhere list = {
        "-", "至少|见|見|参照|按|说好|老规矩|照旧|便条|便签|信封|邮件|短信|生年月日|誕生日|通り|メモ|封筒|"
             "見て|メール|电话|電話|郵送|전화|메일|문자|생일|메모|봉투|什么|什麼|多少|哪|谁|誰|怎|吗|吧|呢|"
             "如果|需|须|须|要|可以|不|没|"
             "的|了|们|另|已|将|会|我|你|您|请|见|发|"
             "找|问|给|跟|和|与|或|同|正确|正確|错|対|不明|"
             "秘密|大切|重要|必要|必須|安全|簡単|複雑|自由|任意|別|同様|同じ|"
             "以下|下記|上記|後|前|次|先|何|誰|どこ|どれ|"
             "どう|いつ|なに|なん|です|ます|した|して|する|され|なる|なり|"
             "ある|ない|いる|ください|こと|もの|から|まで|"
             "より|ため|など|を|が|へ|"
             "비밀|중요|필요|필수|안전|간단|복잡|자유|동일|같|아래|위에|다음|"
             "이전|무엇|뭐|뭔|누구|어디|어떻|언제|따로|"
             "별도|하세요|해요|합니다|했|하는|되|있|없|않|안 "
             "|입력|변경|설정|주세|드릴|드리|보내|알려|물어|아니|그대로|모르|"
             "몰라|까요|나요|습니다|니까"
    };
    return prose_everywhere_in(&list, text) != SLICE_NONE;
}
