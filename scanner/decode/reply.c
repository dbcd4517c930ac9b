/* reply.c - where, in the body of a reply or forward, the earlier message begins that it carries below itself. */
#include "decode/reply.h"

/* A line that is longer is no mark, and a mark goes on over so many lines at most. */
#define LINE_MOST 400
#define LINES_MOST 5

static const char *const titles[] = {
    "original message",
    "forwarded message",
    "original appointment",
    "original meeting",
    "ursprüngliche nachricht",
    "originalnachricht",
    "weitergeleitete nachricht",
    "message d'origine",
    "message original",
    "message transféré",
    "mensaje original",
    "mensaje reenviado",
    "mensagem original",
    "mensagem encaminhada",
    "messaggio originale",
    "messaggio inoltrato",
    "oorspronkelijk bericht",
    "doorgestuurd bericht",
    "original meddelelse",
    "ursprungligt meddelande",
    "wiadomość oryginalna",
    "исходное сообщение",
    "пересылаемое сообщение",
    "原始邮件",
    "转发邮件",
    "转发的邮件",
    "元のメッセージ",
    NULL,
};
static const char *const plain_titles[] = {
    "begin forwarded message:", "anfang der weitergeleiteten nachricht:", "début du message transféré",
    "inicio del mensaje reenviado:", NULL
};
static const char *const froms[] = { "from:", "von:", "de:", "de :",    "da:",      "van:",    "fra:",
                                     "från:", "od:",  "от:", "发件人:", "发件人：", "差出人:", NULL };
static const char *const sents[] = { "sent:",      "date:",    "gesendet:",   "datum:",      "envoyé :",
                                     "envoyé:",    "enviado:", "enviada em:", "inviato:",    "verzonden:",
                                     "sendt:",     "skickat:", "wysłano:",    "отправлено:", "发送时间:",
                                     "发送时间：", "日期:",    "送信日時:",   NULL };
static const char *const openings[] = { "on ", "am ",  "le ",   "el ",     "il ", "em ",
                                        "op ", "den ", "dnia ", "w dniu ", NULL };
static const char *const wrotes[] = { "wrote",    "schrieb", "a écrit", "escribió", "ha scritto",
                                      "escreveu", "schreef", "skrev",   "napisał",  NULL };

/* WORDS are in small letters. */
static bool starts_with_any(struct slice line, const char *const *words)
{
    unsigned char first = line.len > 0 ? slice_lower_byte(line.ptr[0]) : 0;
    for (; *words; words++)
        if ((unsigned char)**words == first && slice_starts_with_nocase(line, *words))
            return true;
    return false;
}

static bool holds_any(struct slice line, const char *const *words)
{
    for (; *words; words++)
        if (slice_find_nocase(line, 0, slice_str(*words)) != SLICE_NONE)
            return true;
    return false;
}

/* The next line of *REST, trimmed; too long a one is empty. 1 or 0. */
static int eat_line(struct slice *rest, struct slice *line)
{
    if (slice_eat_line(rest, line) != 1)
        return 0;
    *line = line->len <= LINE_MOST ? slice_trim(*line) : slice_of(NULL, 0);
    return 1;
}

/* "-----Original Message-----": no armour, which begins with BEGIN. */
static bool is_titled(struct slice line)
{
    size_t dashes = 0;
    while (dashes < line.len && line.ptr[dashes] == '-')
        dashes++;
    struct slice rest = slice_trim(slice_skip(line, dashes));
    return dashes >= 3 && starts_with_any(rest, titles);
}

/* "From: …", and within a few lines "Sent: …". */
static bool is_header(struct slice line, struct slice rest)
{
    if (!starts_with_any(line, froms))
        return false;
    for (int i = 0; i < LINES_MOST && eat_line(&rest, &line) == 1 && line.len > 0; i++)
        if (starts_with_any(line, sents))
            return true;
    return false;
}

/* Whether the first line of REST that is not blank has a quote prefix. */
static bool is_prefixed(struct slice rest)
{
    struct slice line;
    for (int i = 0; i < LINES_MOST && eat_line(&rest, &line) == 1; i++)
        if (line.len > 0)
            return line.ptr[0] == '>' || line.ptr[0] == '|';
    return false;
}

/* "On Fri, 12 Jan 2024 at 09:30, Bob <bob@…> wrote:", on up to three lines. REST is left after it. */
static bool is_attribution(struct slice line, struct slice *rest)
{
    bool has_digit = false, has_wrote = false;
    if (!starts_with_any(line, openings))
        return false;
    for (int i = 0; i < 3 && line.len > 0; i++) {
        for (size_t k = 0; k < line.len; k++)
            has_digit |= line.ptr[k] >= '0' && line.ptr[k] <= '9';
        bool is_here = holds_any(line, wrotes);
        has_wrote |= is_here;
        if (line.ptr[line.len - 1] == ':')
            return has_digit && (is_here || (has_wrote && slice_find_byte(line, 0, '@') != SLICE_NONE));
        if (eat_line(rest, &line) != 1)
            return false;
    }
    return false;
}

size_t reply_find(struct slice text)
{
    struct slice rest = text, line;
    bool is_first = true; /* a text that begins with a header is not below anything */
    for (;;) {
        size_t start = (size_t)(rest.ptr - text.ptr);
        if (eat_line(&rest, &line) != 1)
            return SLICE_NONE;
        if (line.len == 0)
            continue;
        struct slice after = rest;
        bool is_mark = is_titled(line) || starts_with_any(line, plain_titles) ||
                       (!is_first && is_header(line, rest)) || is_attribution(line, &after);
        if (is_mark && !is_prefixed(after))
            return start;
        is_first = false;
    }
}

size_t reply_find_in_html(struct slice html)
{
    static const char *const marks[] = { "gmail_quote",
                                         "divRplyFwdMsg",
                                         "appendonsend",
                                         "OutlookMessageHeader",
                                         "yahoo_quoted",
                                         "protonmail_quote",
                                         "moz-cite-prefix",
                                         "moz-forward-container",
                                         "mail-editor-reference-message-container",
                                         "<blockquote type=\"cite\"",
                                         "border-top:solid #E1E1E1",
                                         "border-top:solid #B5C4DF",
                                         "-----Original Message-----",
                                         NULL };
    size_t first = SLICE_NONE;
    for (const char *const *mark = marks; *mark; mark++) {
        size_t at = slice_find(slice_sub(html, 0, first), 0, slice_str(*mark));
        if (at != SLICE_NONE)
            first = at;
    }
    return first;
}
