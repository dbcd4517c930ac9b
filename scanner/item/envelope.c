/* envelope.c - what folder names and subjects tell, in the languages that mail programs speak. */
#include "item/envelope.h"

#include <unicode/uchar.h>

#include "base/utf8.h"

/* Names in lower case, parted by bars, as Outlook, Exchange, Gmail, Apple Mail, Thunderbird, Lotus Notes and webmailers localise them. */
static const char inbox_names[] =
    "inbox|posteingang|eingang|boîte de réception|courrier entrant|boîte aux lettres|bandeja de entrada|"
    "recibidos|entrada|buzón de entrada|caixa de entrada|recebidos|posta in arrivo|in arrivo|postvak in|"
    "inkorg|inkorgen|innboks|indbakke|saapuneet|skrzynka odbiorcza|odebrane|doručená pošta|doručené|"
    "prijaté|beérkezett üzenetek|bejövő|mesaje primite|inbox (primite)|gelen kutusu|входящие|вхідні|"
    "входяща поща|εισερχόμενα|受信トレイ|受信箱|收件箱|收件夹|收件匣|받은 편지함|받은편지함|תיבת דואר "
    "נכנס|דואר נכנס|علبة الوارد|"
    "البريد الوارد|صندوق الوارد|hộp thư đến|กล่องขาเข้า|กล่องจดหมาย|kotak masuk|peti masuk|prejeto|"
    "ulazna pošta|primljeno|safata d'entrada|sarrera-ontzia|gauti laiškai|iesūtne|postkast|इनबॉक्स";
static const char sent_names[] =
    "sent|sent items|sent mail|sent messages|sent-mail|sent_mail|sentmail|outbox sent|gesendet|"
    "gesendete elemente|gesendete objekte|gesendete nachrichten|gesendete e-mails|postausgang gesendet|"
    "envoyés|éléments envoyés|messages envoyés|courrier envoyé|objets envoyés|mails envoyés|enviados|"
    "elementos enviados|correo enviado|mensajes enviados|correos enviados|itens enviados|"
    "mensagens enviadas|e-mails enviados|correio enviado|enviadas|posta inviata|inviati|inviata|"
    "elementi inviati|messaggi inviati|verzonden|verzonden items|verzonden berichten|verstuurd|skickat|"
    "skickade|skickade objekt|skickade meddelanden|sendt|sendte elementer|sendt post|sendte|sendt e-post|"
    "lähetetyt|lähetetyt kohteet|lähetetyt viestit|wysłane|elementy wysłane|odeslaná pošta|odeslané|"
    "odoslaná pošta|odoslané|elküldött elemek|elküldött üzenetek|elküldött|elemente trimise|"
    "mesaje trimise|trimise|gönderilmiş öğeler|gönderilmiş postalar|gönderilenler|gönderilmiş|"
    "отправленные|отправленное|надіслані|надіслане|изпратени|изпратена "
    "поща|απεσταλμένα|送信済みアイテム|送信済み|"
    "送信済みメール|送信箱|已发送|已发送邮件|已发邮件|已发送消息|寄件備份|寄件備份匣|已傳送郵件|보낸 "
    "편지함|보낸편지함|보낸 항목|보낸메일함|פריטים שנשלחו|דואר יוצא|"
    "נשלח|العناصر المرسلة|البريد المرسل|المرسل|thư đã gửi|mục đã gửi|đã gửi|รายการที่ถูกส่ง|"
    "จดหมายที่ส่งแล้ว|item terkirim|terkirim|surat terkirim|poslano|poslani elementi|poslane stavke|"
    "poslate stavke|elements enviats|enviats|bidalitakoak|išsiųsti laiškai|nosūtītās|saadetud|"
    "भेजे गए मेल";
static const char drafts_names[] =
    "drafts|draft|draft messages|entwürfe|entwurf|brouillons|brouillon|borradores|borrador|rascunhos|"
    "rascunho|bozze|bozza|concepten|concept|utkast|kladder|kladde|luonnokset|wersje robocze|"
    "kopie robocze|szkice|koncepty|rozepsané|rozpísané|piszkozatok|piszkozat|vázlatok|ciorne|schițe|"
    "taslaklar|taslak|черновики|чернетки|чернови|πρόχειρα|下書き|草稿|草稿箱|草稿夹|草稿匣|임시 "
    "보관함|임시보관함|טיוטות|"
    "المسودات|مسودات|thư nháp|nháp|แบบร่าง|ร่าง|draf|konsep|osnutki|skice|nacrti|esborranys|zirriborroak|"
    "juodraščiai|melnraksti|mustandid";
static const char trash_names[] =
    "trash|deleted items|deleted messages|deleted|bin|wastebasket|recycle bin|recoverable items|"
    "deletions|papierkorb|gelöscht|gelöschte elemente|gelöschte objekte|gelöschte nachrichten|corbeille|"
    "éléments supprimés|messages supprimés|poubelle|papelera|elementos eliminados|papelera de reciclaje|"
    "eliminados|basura|lixeira|lixo|itens excluídos|itens eliminados|mensagens excluídas|excluídos|"
    "reciclagem|cestino|posta eliminata|elementi eliminati|eliminata|eliminati|prullenbak|prullenmand|"
    "verwijderde items|verwijderde berichten|verwijderd|papperskorgen|papperskorg|borttaget|"
    "borttagna objekt|slettede elementer|slettet|slettet post|papirkurv|papirkorg|søppelkurv|søppel|"
    "roskakori|poistetut|poistetut kohteet|kosz|elementy usunięte|usunięte|odstraněná pošta|koš|"
    "odstránená pošta|odstránené|kôš|törölt elemek|kuka|lomtár|elemente șterse|coș de gunoi|gunoi|"
    "silinmiş öğeler|çöp kutusu|çöp|удаленные|удалённые|корзина|видалені|кошик|изтрити|кошче|διαγραμμένα|"
    "κάδος|κάδος "
    "απορριμμάτων|削除済みアイテム|ゴミ箱|ごみ箱|已删除|已删除邮件|已删除消息|废件箱|垃圾桶|回收站|"
    "刪除的郵件|已刪除的郵件|지운 편지함|휴지통|"
    "삭제된 항목|פריטים שנמחקו|אשפה|العناصر المحذوفة|سلة المهملات|المهملات|mục đã xóa|thùng rác|đã xóa|"
    "รายการที่ถูกลบ|ถังขยะ|item terhapus|sampah|tong sampah|izbrisano|koš za smeće|smeće|otpad|"
    "elements suprimits|paperera|zakarrontzia|šiukšlinė|miskaste|prügikast";
static const char junk_names[] =
    "junk|spam|junk e-mail|junk email|junk mail|bulk|bulk mail|unsolicited|junk-e-mail|spamverdacht|"
    "spam-verdacht|werbung|courrier indésirable|indésirables|pourriel|courriel indésirable|"
    "correo no deseado|correo basura|no deseado|lixo eletrônico|lixo electrónico|correio não solicitado|"
    "posta indesiderata|indesiderata|ongewenste e-mail|ongewenst|ongewenste reclame|reclame|skräppost|"
    "skräp|søppelpost|uønsket e-post|uønsket mail|uønsket post|roskaposti|wiadomości-śmieci|niechciane|"
    "nevyžádaná pošta|nevyžádané|nevyžiadaná pošta|levélszemét|mesaje nedorite|e-mail nedorit|"
    "önemsiz e-posta|önemsiz|istenmeyen e-posta|gereksiz|нежелательная почта|спам|небажана пошта|"
    "нежелана поща|ανεπιθύμητα|ανεπιθύμητη αλληλογραφία|迷惑メール|垃圾邮件|垃圾郵件|정크 "
    "메일|스팸|스팸함|스팸메일함|דואר זבל|ספאם|"
    "البريد الإلكتروني غير الهام|بريد مزعج|غير مرغوب|thư rác|อีเมลขยะ|จดหมายขยะ|neželena pošta|"
    "bezvrijedna pošta|neželjena pošta|correu brossa|zabor-posta|brukalas|mēstules|rämpspost|स्पैम";
static const char archive_names[] =
    "archive|archives|archived|archived items|all mail|all mail including spam and trash|online archive|"
    "in-place archive|archiv|alle nachrichten|archivées|tous les messages|archivo|archivados|todos|"
    "todos los correos|arquivo|arquivo morto|todos os e-mails|archivio|tutti i messaggi|archief|"
    "alle e-mail|alle berichten|arkiv|alla mejl|all e-post|alle mails|arkisto|kaikki viestit|archiwum|"
    "wszystkie|archív|všechny zprávy|všetky správy|archívum|összes levél|arhivă|toate mesajele|arşiv|"
    "arşivle|tüm postalar|архив|архів|вся почта|вся "
    "пошта|αρχειοθήκη|αρχείο|アーカイブ|すべてのメール|存档|归档|所有邮件|封存|"
    "보관|전체보관함|보관함|ארכיון|الأرشيف|أرشيف|lưu trữ|คลัง|arsip|arhiv|arhiva|arxiu";

static const struct {
    const char *role;
    const char *names;
} roles[] = {
    { "inbox", inbox_names }, { "sent", sent_names }, { "drafts", drafts_names },
    { "trash", trash_names }, { "junk", junk_names }, { "archive", archive_names },
};

static bool is_equal_folded(struct slice a, struct slice b)
{
    uint32_t left, right;
    int got;
    while ((got = utf8_eat(&a, &left)) != 0) {
        if (utf8_eat(&b, &right) == 0)
            return false;
        if (got < 0 ||
            u_foldCase((UChar32)left, U_FOLD_CASE_DEFAULT) != u_foldCase((UChar32)right, U_FOLD_CASE_DEFAULT))
            return false;
    }
    return b.len == 0;
}

/* Of two that begin with ASCII, the first bytes tell most apart. */
static bool may_be_equal(struct slice a, struct slice b)
{
    if (a.len == 0 || b.len == 0 || (a.ptr[0] | b.ptr[0]) >= 0x80)
        return true;
    return slice_lower_byte(a.ptr[0]) == slice_lower_byte(b.ptr[0]);
}

/* Is WORD one of NAMES, which bars part? */
static bool is_listed(struct slice word, const char *names)
{
    struct slice rest = slice_str(names);
    while (rest.len > 0) {
        size_t bar = slice_find_byte(rest, 0, '|');
        if (may_be_equal(rest, word) && is_equal_folded(slice_sub(rest, 0, bar), word))
            return true;
        rest = slice_skip(rest, bar == SLICE_NONE ? rest.len : bar + 1);
    }
    return false;
}

static const char *role_of_name(struct slice name)
{
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (is_listed(name, roles[i].names))
            return roles[i].role;
    return NULL;
}

/* The last step of *PATH, and *PATH without it. Maildir++ parts steps by dots, but only below INBOX or a leading dot. */
static struct slice eat_last_step(struct slice *path, bool dots)
{
    size_t start = path->len;
    while (start > 0 && path->ptr[start - 1] != '/' && path->ptr[start - 1] != '\\' &&
           !(dots && path->ptr[start - 1] == '.'))
        start--;
    struct slice step = slice_skip(*path, start);
    path->len = start > 0 ? start - 1 : 0;
    return slice_trim(step);
}

/* Folder names are short; what is longer than this names none. */
#define FOLDER_MAX 1024

struct slice envelope_folder_role(struct slice folder)
{
    bool dots = slice_starts_with(folder, ".") || slice_starts_with_nocase(folder, "INBOX.");
    if (folder.len > FOLDER_MAX)
        return slice_of(NULL, 0);
    while (folder.len > 0) {
        struct slice step = eat_last_step(&folder, dots);
        const char *role = step.len ? role_of_name(step) : NULL;
        if (role)
            return slice_str(role);
    }
    return slice_of(NULL, 0);
}

/* A subject with more prefixes than this keeps the rest of them. */
#define PREFIXES_MAX 100

/* Words before the colon that say "reply" or "forward". */
static const char reply_words[] =
    "re|fw|fwd|aw|wg|antw|antwort|sv|vs|vb|ref|rif|r|i|res|rv|tr|enc|odp|pd|ynt|ilt|doorst|vá|továbbítás|"
    "atb|απ|σχετ|πρθ|回复|答复|转发|回覆|轉寄|返信|転送|회신|전달|отв|ответ|на|пер|відп|השב|הועבר|رد|vl|trs|"
    "bls|"
    "rép|répons|reenv";

/* WORD without a count: "Re[2]", "Re(3)", "Re*2", "RE 2", "Re^2". */
static struct slice without_count(struct slice word)
{
    while (word.len > 0 && strchr("0123456789[]()*^ ", word.ptr[word.len - 1]))
        word.len--;
    return word;
}

static bool eat_reply_word(struct slice *subject)
{
    size_t stop = 0, width = 0;
    for (; stop < subject->len && stop < 24 && width == 0; stop += width == 0) {
        if (subject->ptr[stop] == ':')
            width = 1;
        else if (slice_starts_with(slice_skip(*subject, stop), "：")) /* full width */
            width = 3;
    }
    if (width == 0 || !is_listed(without_count(slice_trim(slice_sub(*subject, 0, stop))), reply_words))
        return false;
    *subject = slice_trim(slice_skip(*subject, stop + width));
    return true;
}

/* "[list-name] ", unless nothing would be left. */
static bool eat_list_tag(struct slice *subject)
{
    if (subject->len == 0 || subject->ptr[0] != '[')
        return false;
    size_t close = slice_find_byte(slice_sub(*subject, 0, 64), 0, ']');
    if (close == SLICE_NONE)
        return false;
    struct slice rest = slice_trim(slice_skip(*subject, close + 1));
    if (rest.len == 0)
        return false;
    *subject = rest;
    return true;
}

static bool eat_forward_tail(struct slice *subject)
{
    if (!slice_ends_with_nocase(*subject, "(fwd)"))
        return false;
    struct slice rest = slice_trim(slice_sub(*subject, 0, subject->len - 5));
    *subject = rest;
    return true;
}

struct slice envelope_bare_subject(struct slice subject)
{
    subject = slice_trim(subject);
    for (int i = 0; i < PREFIXES_MAX; i++)
        if (!eat_reply_word(&subject) && !eat_list_tag(&subject) && !eat_forward_tail(&subject))
            break;
    return subject;
}
