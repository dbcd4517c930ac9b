/* prose_near.c - the judge of prose: words directly beside a value that mean the same in whatever language the sentence is.
 *
 * A short sentence doesn't always tell its language. These lists need none: each holds the words of all languages, in which few mean
 * two things. Of each list the second string holds those of the languages that set no spaces.
 */
#include "validate/prose_near.h"

struct everywhere {
    const char *spaced, *unspaced;
};

/* Before a number: it counts or names something that nobody opens. */
static const struct everywhere numbers = {
    "invoice|ticket|room|floor|order|ref|reference|case|page|line|article|version|tel|phone|call|extension|"
    "ext|"
    "booking|account|build|release|port|model|receipt|customer|dial|fax|mobile|chapter|issue|meeting id|"
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "rechnung|raum|zimmer|stock|bestellung|vorgang|seite|zeile|artikel|telefon|durchwahl|buchung|konto|"
    "modell|"
    "quittung|kunde|kundennummer|auftrag|meldung|haus|januar|februar|märz|mai|juni|juli|oktober|dezember|plz|"
    "bankleitzahl|absatz|paragraf|kapitel|euro|buchungsnummer|aktenzeichen|rechnungsnummer|bestellnummer|"
    "facture|salle|bureau|étage|commande|réf|référence|dossier|ligne|téléphone|tél|poste|réservation|compte|"
    "modèle|composez le|composer le|"
    "reçu|client|appelez "
    "le|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|chambre|"
    "factura|sala|despacho|piso|pedido|referencia|expediente|página|línea|artículo|teléfono|extensión|"
    "reserva|cuenta|"
    "modelo|recibo|cliente|parte|incidencia|llame al|llama al|código "
    "postal|enero|febrero|marzo|abril|mayo|junio|julio|"
    "agosto|septiembre|octubre|noviembre|diciembre|"
    "fattura|stanza|ufficio|piano|ordine|riferimento|pratica|pagina|riga|articolo|telefono|interno|"
    "prenotazione|conto|"
    "modello|ricevuta|chiamare lo|chiamare "
    "il|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|cap|"
    "fatura|nota|escritório|andar|processo|chamado|linha|artigo|telefone|ramal|conta|janeiro|fevereiro|março|"
    "maio|junho|"
    "julho|setembro|outubro|novembro|dezembro|cep|ligue|nif|cpf|"
    "factuur|kamer|zaal|verdieping|bestelling|dossier|melding|regel|artikel|telefoon|toestel|boeking|"
    "rekening|bon|klant|"
    "klantnummer|boekingsnummer|postcode|januari|februari|maart|mei|augustus|bel|"
    "faktura|faktury|pokój|piętro|zamówienie|zgłoszenie|strona|wiersz|artykuł|rezerwacja|konta|paragon|"
    "klienta|"
    "dzwonić|stycznia|lutego|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|"
    "grudnia|bilet|linka|klapka|"
    "faktuře|místnost|kancelář|patro|objednávka|hlášení|strana|řádek|článek|rezervace|účet|účtu|doklad|"
    "zákazník|volejte|"
    "ledna|února|března|dubna|května|června|července|srpna|září|října|listopadu|prosince|psč|"
    "счёт|счет|счёте|комната|кабинет|этаж|заказ|заявка|заявки|дело|страница|строка|статья|телефон|тел|доб|"
    "бронь|модель|"
    "чек|клиент|звоните|индекс|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|"
    "декабря|билет|"
    "рахунок|кімната|кабінет|поверх|замовлення|справа|сторінка|рядок|стаття|клієнт|телефонуйте|дзвоніть|"
    "індекс|січня|"
    "лютого|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|листопада|грудня|квиток|"
    "oda|odası|kat|sipariş|kayıt|sayfa|satır|madde|dahili|rezervasyon|hesap|makbuz|müşteri no|vergi no|posta "
    "kodu|ocak|"
    "şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık|bilet|sicil no|"
    "rum|våning|ärende|sida|rad|telefon|anknytning|bokning|referens|kvitto|kund|kundnummer|ring|januari|mars|"
    "juni|"
    "juli|postnummer|"
    "ошибка|ошибку|помилка|помилку|chyba|chybu|błąd|błędu|fehler|erreur|erro|errore|fout|fel|felkod|hata|"
    "hatası|"
    "квартира|квартиры|кв|офис|канал|pobočku|pobočka|byt|bytu|daire|kanal|wohnung|appartement|apartamento|"
    "appartamento|lägenhet|"
    "mieszkanie|filiale|agence|sucursal|agência|roku|году|jahr|année|año|anno|jaar|året|"
    "id|isbn|iban|bic|po|error|rev|inv|cve|rfc|iso|art|str|ust|§",
    "发票|房间|室|楼|订单|工单|页|行|条|版|电话|分机|预订号|预约号|账户|收据|客户号|月|年|邮编|邮政编码|积分|"
    "致电|编号为|单号|单号：|"
    "請求書|部屋|号室|注文|受付|ページ|電話|内線|予約番号|口座|領収書|お客様番号|郵便番号|整理券|チケット|"
    "型番|"
    "영수증|호실|주문|접수|쪽|줄|전화|내선|예약번호|계좌|고객번호|우편번호|월|년|티켓|모델|대기번호"
};

/* A verb that puts a value in, directly before it … */
static const struct everywhere typing = {
    "with|mit|med|avec|con|com|met|со|із|"
    "meter|poner|introducir|escribir|teclear|inserir|digitar|colocar|escrever|scrivere|mettere|intikken|"
    "invoeren|invullen|wpisać|napsat|"
    "naťukat|вписать|вписати|нажмите|нажми|faites|faites le|fais|fais le|fai il|fai|tu "
    "fais|pones|metes|marcas|digita o|geht mit|geht nur noch mit|nur noch mit|nur mit|met code|alleen "
    "met|solo con|só com|que com|qu'avec|bara med|only with|tylko na|jen na|только на|тільки на|"
    "type|enter|use|try|put|put in|key in|type in|say|punch in|enter the password|"
    "tippe|tipp|tippt|tippen|nimm|nehmt|nehmen|gib|gebt|sag|sagen|schreib|schreibt|"
    "tape|tapez|taper|mets|mettez|mettre|entre|entrez|entrer|saisis|saisissez|saisir|dis|dites|écris|écrivez|"
    "utilise|"
    "utilisez|compose|composez|rentre|rentrez|"
    "escribe|escriba|escribid|pon|pones|pongan|poned|ponga|teclea|teclee|mete|mete|introduce|introduzca|usa|"
    "usad|usen|di|"
    "diga|pulsa|marca|"
    "põe|ponha|põem|digite|digita|escreve|escreva|metes|meta|coloca|coloque|use|usem|bota|insere|insira|diz|"
    "diga|tecle|"
    "scrivi|scrivete|scriva|digiti|digitare|digitate|metti|mettete|inserisci|inserire|inserite|usate|dica|"
    "dite|premi|"
    "tik|typ|toets|gebruik|zeg|neem|vul|kies|"
    "wpisz|wpiszcie|wpisać|podaj|podajcie|podać|wstukaj|użyj|używaj|wklep|powiedz|wpisujesz|"
    "napiš|napište|zadej|zadejte|zadáte|zadáš|naťukej|použij|použijte|řekni|zadat|vyťukej|"
    "вбей|вбейте|введи|введите|ввести|вводи|вводите|набери|наберите|скажи|скажите|напиши|напишите|используй|"
    "используйте|впиши|вводишь|"
    "вбий|введіть|наберіть|скажіть|напишіть|використовуй|використовуйте|впишіть|вводь|вводьте|"
    "skriv|ange|knappa in|slå|slå in|använd|mata in|säg|tryck",
    "输入|输|打|填|用|键入|按|輸入|就打|就填|填写|敲"
};

/* … or directly after it. */
static const struct everywhere typed = {
    "eintippen|eingeben|eingibst|eingeben bitte|nehmen|verwenden|benutzen|tippen|"
    "intikken|intoetsen|invullen|invoeren|gebruiken|"
    "ile|"
    "yaz|yazın|yazınız|yazıp|gir|girin|giriniz|girip|kullan|kullanın|tuşla|tuşlayın|söyle|söyleyin|deyin|"
    "yazarsan",
    "で開|で入|で解|로 열|으로 열|로 들어|로 로그인|으로 "
    "로그인|登录|打开|解锁|と入れ|って入れ|を入れ|を入力|と入力|って打|と打|を押|と言|入れて|입력|을 입력|를 "
    "입력|치세요|쳐|치면|눌러|을 누르|를 누르|누르"
};

/* Somebody or something asks for the secret. */
static const struct everywhere asking = {
    "asks|asked|asking|prompts|prompted|wants a|wants the|when it says|fragt|gefragt|verlangt|will ein|will "
    "das|demande|"
    "demandé|réclame|pide|piden|pregunta|pedir|pede|pedindo|perguntar|chiede|chiedono|vraagt|pyta|zapyta|"
    "spyta|poprosi|"
    "zeptá|ptá|chce "
    "heslo|спросит|спросят|спрашивает|просит|попросит|запросит|спитає|питає|запитає|просить|sorarsa|sorar|"
    "isterse|frågar|vill ha|efterfrågar|begär",
    "问|要密码|提示|要求|聞かれ|求められ|물어|물으|요구"
};

/* Where a secret is kept or goes, directly before the word that names the place. */
static const struct everywhere locations = {
    "is in|is on|is at|is with|is inside|is under|stuck on|ist im|ist in|ist auf|ist am|ist bei|ist "
    "unter|hängt am|liegt im|liegt "
    "auf|steht im|steht auf dem|"
    "est dans|est sur|est chez|est au|est sous|par|está en|es en|por|vía|está no|está na|está em|pelo|pela|è "
    "in|è nel|è nella|è "
    "su|è sul|è sulla|è da|tramite|is op|staat in|staat op|ligt in|ligt op|hangt op|är på|är i|sitter "
    "på|ligger i|står i|på|via|"
    "jest na|jest w|jest u|są w|są na|przez|je na|je v|je ve|je u|jsou v|jsou na|přes|на|в|у|через|лежит "
    "в|лежить у|лежить в",
    NULL
};

/* A motto or an entry of a dictionary, not a password. */
static const struct everywhere events = {
    "ročník*|konferenc*|kampa*|festival*|ples*|soutěž*|oslav*|demonstrac*|protest*|volb*|volební|křížov*|"
    "slovník*|encyklopedi*|"
    "stran*|sezón*|závod*|turnaj*|zjezd*|sjezd*|dne|týdne|měsíce|roku|výstav*|slavnost*|pochod*|hnutí|spolku|"
    "konkurs*|kampan*|zjazd*|święt*|obchod*|krzyżów*|słownik*|encyklop*|parti*|sezon*|dnia|tygodnia|miesiąca|"
    "przewodnie|wyborcz*|"
    "marsz*|zlot*|sztandar*|конференц*|фестивал*|конкурс*|кампан*|выборов|митинг*|кроссворд*|съезд*|партии|"
    "года|дня|року|вибор*",
    NULL
};

/* Names that stand beside the word "password" in ordinary sentences. */
static const char known_names[] =
    "keepass|keepassxc|bitwarden|lastpass|1password|dashlane|nordpass|protonpass|enpass|roboform|vaultwarden|"
    "windows|"
    "windows7|windows8|windows10|windows11|win7|win10|win11|office365|o365|m365|microsoft365|sharepoint|"
    "onedrive|outlook|"
    "teams|excel|word|powerpoint|acrobat|linkedin|facebook|whatsapp|instagram|youtube|github|gitlab|"
    "bitlocker|veracrypt|"
    "truecrypt|openssh|openvpn|wireguard|anyconnect|forticlient|teamviewer|anydesk|sha1|sha-1|sha256|sha-256|"
    "sha512|md5|"
    "bcrypt|argon2|argon2id|scrypt|pbkdf2|aes128|aes256|aes-256|rsa2048|ipv4|ipv6|tls1|tls1.2|tls1.3|ssl3|"
    "http2|html5|"
    "css3|oauth2|oauth|saml2|fido2|webauthn|2fa|mfa|totp|u2f|ldap|kerberos|ntlm|wpa|wpa2|wpa3|802.1x|wpa2-"
    "psk|"
    "wpa2-personal|wpa2-enterprise|iphone|ipad|android|macbook|macos|airpods|playstation|ps4|ps5|xbox|mysql|"
    "postgresql|postgres|mongodb|mariadb|wordpress|nextcloud|owncloud|jenkins|docker|kubernetes|python3|php7|"
    "php8|java8|"
    "java11|utf8|utf-8|utf-16|iso-8859-1|base64|x64|x86|win32|win64|mp3|mp4|covid19|covid-19|gmail|hotmail|"
    "paypal|"
    "firefox|chrome|chromium|safari|edge|opera|brave|thunderbird|linux|ubuntu|debian|apple|google|microsoft|"
    "post-it|samsung|ebay|amazon|netflix|spotify|zoom|webex|skype|starttls|imap4|pop3|smtp|sftp|ssh2|g8|v2|e-"
    "mail|ci/"
    "cd|s/"
    "mime|"
    "login|password1st|haveibeenpwned|rockyou|signal|telegram|threema|viber|slack|messenger|discord|anydesk|"
    "teamviewer";

static const char ands[] = "&|and|und|et|y|e|en|och|i|a|u|и|і|й|та|ve|mit passwort|with "
                           "password|w|con|com|avec|med|met|z|s|с|з|plus|sowie|dann";

/* After a number: it measures something. */
static const struct everywhere measures = {
    "kg|km|cm|mm|m2|g|lb|lbs|gb|mb|kb|tb|ghz|mhz|kw|kwh|eur|euro|euros|usd|gbp|chf|kč|kr|zł|руб|грн|tl|pm|am|"
    "h|min|mins|"
    "sec|sek|korun|lira*|рубл*|гривень|złotych|kronor|euroa|dollars|pounds|"
    "employees|people|mitarbeiter*|personen|employés|personnes|empleados|personas|dipendenti|persone|"
    "funcionários|"
    "pessoas|medewerkers|personen|pracownik*|zaměstnan*|сотрудник*|працівник*|çalışan*|anställda|personer|"
    "roku|года|году|року|yılı|yılında|:e|:a|"
    "hatası|ошибка|ошибки|aut|míst|мест|місць|araçlık|kişilik|až|bis|tot|till|до|"
    "°c|°|€|$|£|x|pcs|кг|км|ч|мин|год|хв|tel|ext|pieces|rooms|beds",
    "公斤|公里|克|米|キロ|㎏|킬로|円|元|원|ページ|页|쪽|人|名|명|件|건"
};

/* Directly before or after a word for codes: that code opens nothing. Beginnings of words, for they are inflected. */
static const struct everywhere coded = {
    "friend|referral|promocional|referido|parrain*|destinatario|univoco|"
    "appointment|rezervačn*|předmět*|lék*|pojišťovn*|termin*|cita|appuntamento|afspraak*|wizyt*|randevu|"
    "başvuru|ders|dersin|plaka|"
    "ваканси*|мкб|предмет*|записи|запису|rendez-vous|"
    "order|booking|tracking|discount|promo*|coupon*|voucher*|product|item|case|reference|customer|tax|error|"
    "country|postal|area|source|status|invoice|ticket|sort|swift|bic|pnr|qr|sku|ean|article|dress|color|"
    "colour|"
    "bestell*|buchungs*|rabatt*|gutschein*|aktions*|artikel*|fehler*|kunden*|länder*|sendungs*|"
    "commande|réservation|suivi|promo|réduction|remise|produit|article|erreur|référence|dossier|facture|naf|"
    "ape|"
    "pedido|reserva|seguimiento|descuento|cupón|producto|artículo|referencia|incidencia|"
    "ordine|prenotazione|spedizione|sconto|prodotto|articolo|errore|riferimento|pratica|avviamento|fiscale|"
    "tributo|"
    "encomenda|rastreio|rastreamento|desconto|cupom|cupão|produto|artigo|erro|referência|processo|"
    "bestel*|boekings*|kortings*|product*|fout*|klant*|volg*|"
    "zamówieni*|rezerwacj*|rabatow*|promocyjn*|przesyłki|produktu|towaru|błędu|klienta|sprawy|zgłoszeni*|"
    "faktury|"
    "banku|pkd|"
    "objednávk*|rezervac*|slevov*|zásilky|zboží|výrobku|produktu|chyby|zákazník*|případu|požadavku|faktury|"
    "banky|"
    "platební|úřadu|země|"
    "заказа|брони|бронирования|скидочн*|отслеживани*|товара|ошибки|клиента|обращени*|заявки|счёта|счета|"
    "оквэд|"
    "окпо|октмо|кбк|тн|подразделени*|налогов*|страны|банка|"
    "замовлення|бронювання|знижк*|відстеження|товару|помилки|клієнта|звернення|заявки|рахунку|єдрпоу|квед|"
    "країни|банку|"
    "sipariş|İndirim*|rezervasyon|indirim|kupon|kargo|takip|ürün|hata|müşteri|talep|referans|fatura|vergi|"
    "banka|ülke|"
    "kampanya|stok|"
    "streepjes*|streck*|strich*|barcod*|barkod*|qr*|zip*|geo*|uni*|postcod*|bekräftelse*|bestätigungs*|"
    "verificatie*|verifier*|verifik*|"
    "kassabon*|dress*|kleur*|färg*|farb*|land*|bank*|branch*|order*|bokning*|boknings*|spårning*|produkt*|"
    "artikel*|fel*|kund*|ärende*|faktura*|land*",
    "商品|注文|予約|クーポン|割引|追跡|エラー|製品|顧客|お客様|郵便|バー|ソース|勘定|产品|订单|优惠|折扣|"
    "错误|国家|邮政|"
    "股票|追踪|客户|예약|주문|할인|쿠폰|상품|제품|오류|국가|우편|고객|추적|바|소스"
};

/* Directly before a value: it is an example, or denied. */
static const struct everywhere examples = {
    "contraseñas como|claves como|senhas como|password come|passwords como|mots de passe comme|mots de passe "
    "tels que|"
    "passwörter wie|kennwörter wie|passwörtern wie|kennwörtern wie|wachtwoorden als|hesla jako|hesel "
    "jako|hasła jak|haseł jak|"
    "hasła takie jak|lösenord som|пароли вроде|пароли типа|паролі на зразок|паролі типу|codes like|codes "
    "comme|códigos como|"
    "for example|e.g|such as|like|not|zum beispiel|z.b|z. b|etwa|nicht|par exemple|p. ex|por ejemplo|p. ej|"
    "por exemplo|"
    "per esempio|ad esempio|bijvoorbeeld|bijv|niet|zoals|na "
    "przykład|np|typu|například|např|ne|ani|например|напр|"
    "вроде|типа|наприклад|на кшталт|örneğin|mesela|till exempel|t.ex|inte|såsom",
    "例如|比如|例えば|예를 들어"
};

static size_t near_in(const struct everywhere *list, struct slice text)
{
    static const struct prose_words spaced = { .language = "" }, unspaced = { .is_unspaced = true };
    size_t at = prose_words_in(&spaced, list->spaced, text);
    if (at != SLICE_NONE || !list->unspaced)
        return at;
    return prose_words_in(&unspaced, list->unspaced, text);
}

static bool ends_near(const struct everywhere *list, struct slice text)
{
    static const struct prose_words spaced = { .language = "" }, unspaced = { .is_unspaced = true };
    return prose_words_end(&spaced, list->spaced, text) ||
           (list->unspaced && prose_words_end(&unspaced, list->unspaced, text));
}

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

bool prose_is_other_number(const struct prose_case *c)
{
    static const struct everywhere signs = {
        "no|nr|n°|nº|№|č|number|nummer|numer|num|núm|číslo|numéro|número|numero", "号"
    };
    struct slice before = strip(before_value(c), " \t:#.(\"'-");
    if (!c->value->classes.digit || c->value->classes.lower > 1 || c->value->is_quoted)
        return false;
    struct slice after = slice_trim(slice_sub(slice_skip(c->scene->folded, c->value->to), 0, 16));
    if (ends_near(&numbers, before) || near_in(&measures, after) == 0)
        return true;
    for (size_t i = before.len; i > 0 && before.len - i < 12; i--)
        if (before.ptr[i - 1] == ' ' && ends_near(&signs, before))
            return ends_near(&numbers, strip(slice_sub(before, 0, i - 1), " \t:#.-"));
    return false;
}

/* "bestelcode", "код заказа", "código de pedido", "sipariş kodu" */
bool prose_is_code_of_other(const struct prose_case *c)
{
    static const struct everywhere of = { "de|del|della|di|do|da|of|du|för|voor|für", NULL };
    size_t from = c->scene->from > 32 ? c->scene->from - 32 : 0;
    if (!prose_words_inside("cod|cód|kod|kód|код|コード|코드|代码|代碼", c->scene->trigger))
        return false;
    struct slice after = slice_trim(slice_sub(slice_skip(c->scene->folded, c->scene->to), 0, 40));
    struct slice before = strip(slice_sub(c->scene->folded, from, c->scene->from - from), " -\"'");
    size_t word = 0;
    if (near_in(&of, after) == 0)
        while (after.len && after.ptr[0] != ' ')
            after = slice_skip(after, 1);
    while (word < before.len && !strchr(" \n.,;:!?", before.ptr[before.len - 1 - word]))
        word++;
    struct slice last = slice_skip(before, before.len - word);
    return near_in(&coded, slice_trim(after)) == 0 || ends_near(&coded, before) ||
           near_in(&coded, last) == 0 || near_in(&coded, c->scene->trigger) == 0;
}

struct slice prose_after_but(const struct prose_case *c)
{
    static const struct everywhere buts = { "but|aber|mais|pero|mas|ma|maar|ale|но|але|ama|fakat|men", NULL };
    size_t start = (size_t)(c->sentence.ptr - c->scene->folded.ptr);
    struct slice rest = c->sentence;
    size_t trigger = c->scene->from > start ? c->scene->from - start : 0, skipped = 0;
    for (size_t at; (at = near_in(&buts, rest)) != SLICE_NONE && skipped + at < trigger;) {
        skipped += at + 2;
        rest = slice_skip(rest, at + 2);
    }
    return rest;
}

/* "for example X", "not X" */
bool prose_is_example(const struct prose_case *c)
{
    static const struct everywhere ors = { "or|o|oder|ou|of|lub|albo|czy|nebo|či|или|або|чи|veya|eller",
                                           NULL };
    struct slice before = strip(before_value(c), " \t\"'`(,.:");
    if (c->value->is_before)
        return false;
    return ends_near(&examples, before) ||
           (ends_near(&ors, before) && near_in(&examples, before) != SLICE_NONE);
}

/* "opens at 1900", "room for 250", "boiler HP 1020": a time, an amount or a model beside what is opened */
bool prose_is_amount(const struct prose_case *c)
{
    static const struct everywhere before = {
        "в|о|v|o|w|um|gegen|à|vers|alle|às|las|om|kl|pro|для|für|pour|para|per|voor|för|с|з|"
        "do|до|až|bis|tot|till|at|from|until|ab|seit|desde|depuis",
        "下午|上午|午後|午前|오후|오전"
    };
    static const struct everywhere after = { "'da|'de|'ta|'te|’da|’de|’ta|’te", NULL };
    struct slice text = strip(before_value(c), " ");
    size_t word = 0, at = c->value->from - (before_value(c).len - text.len);
    while (word < text.len && word < 8 && c->scene->raw.ptr[at - 1 - word] >= 'A' &&
           c->scene->raw.ptr[at - 1 - word] <= 'Z')
        word++;
    bool is_model = word >= 2 && word <= 5 && (word == text.len || text.ptr[text.len - 1 - word] == ' ');
    return is_model || ends_near(&before, text) ||
           near_in(&after, slice_sub(slice_skip(c->scene->folded, c->value->to), 0, 8)) == 0;
}

bool prose_is_typed(const struct prose_case *c)
{
    struct slice before = strip(before_value(c), " \t\"'`:(");
    struct slice after = slice_sub(slice_skip(c->scene->folded, c->value->to), 0, 24);
    while (after.len && after.ptr[0] && strchr(" \"'`)", after.ptr[0]))
        after = slice_skip(after, 1);
    return ends_near(&typing, before) || (!c->value->is_before && near_in(&typed, after) == 0);
}

bool prose_is_opened(const struct prose_case *c)
{
    static const struct everywhere opening = { "to unlock|to open|to decrypt|to unzip|to log in|to get in",
                                               NULL };
    return near_in(&opening, c->join) != SLICE_NONE;
}

bool prose_is_said_to_be(const struct prose_case *c)
{
    static const struct everywhere copulas = {
        "is|was|are|ist|war|lautet|heißt|heisst|bleibt|est|était|reste|es|era|sigue "
        "siendo|é|è|ficou|continua|resta|jest|"
        "brzmi|to|je|bylo|zní|zůstalo|это|был|остался|—|–|є|був|är|var|lyder|heter|blir|luidt|blijft|blijkt|"
        "wordt|seria|"
        "sería|sarebbe|serait|sei|wäre|ist und bleibt|bleibt weiterhin|:",
        "是|为|為|は|는|은"
    };
    return ends_near(&copulas, strip(before_value(c), " \t\"'`(,"));
}

bool prose_is_asked(const struct prose_case *c)
{
    return near_in(&asking, c->sentence) != SLICE_NONE;
}

bool prose_is_at_place(const struct prose_case *c)
{
    return ends_near(&locations, strip(before_value(c), " \t\"'`(,"));
}

bool prose_is_about_event(const struct prose_case *c)
{
    return near_in(&events, c->sentence) != SLICE_NONE;
}

bool prose_is_spoken(const struct prose_case *c)
{
    return prose_words_inside("wort|woord|ordet|kodord|code word|codeword|safe word|le mot|mot secret|mot de "
                              "code|palabra|palavra|"
                              "parola|слов|słow|odwoł|kelime|合言葉|言葉|단어",
                              c->scene->trigger) &&
           !prose_words_inside(
               "passwor|passwör|kennwor|wachtwoord|lösenord|mot de passe|palavra-passe|palavra passe",
               c->scene->trigger);
}

bool prose_is_known_name(const struct prose_case *c)
{
    return !c->value->is_quoted && prose_words_has(known_names, strip(c->value->folded, "!?."));
}

bool prose_near_ends_with_and(struct slice text)
{
    static const struct everywhere list = { ands, "和|と|랑|와|과|跟" };
    return ends_near(&list, text);
}

bool prose_is_with_trigger(const struct prose_case *c)
{
    static const struct everywhere list = {
        "with|mit|mit dem|gegen das|per|unter dem|avec|avec le|par le|con|con la|con el|con esta|com|com "
        "a|com o|met|met "
        "het|op|"
        "med|med lösenordet|z|za|na|pod|s|se|pomocí|с|со|под|по|з|із|за|під",
        NULL
    };
    size_t from = c->scene->from > 32 ? c->scene->from - 32 : 0;
    struct slice before = strip(slice_sub(c->scene->folded, from, c->scene->from - from), " \"'");
    return ends_near(&list, before);
}

bool prose_near_is_set(struct slice text)
{
    static const struct everywhere list = { "geändert|gesetzt|gestellt|umgestellt|gelegt|zurückgesetzt|gezet|"
                                            "veranderd|gewijzigd|koyduk|yaptık|yaptım|"
                                            "ayarladık|değiştirdik|değiştirdim|değiştirildi",
                                            NULL };
    return near_in(&list, slice_sub(text, 0, 24)) == 0;
}

bool prose_near_is_spelled(struct slice text)
{
    static const struct everywhere list = {
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
    return near_in(&list, text) != SLICE_NONE;
}

bool prose_near_is_said_of_words(struct slice text)
{
    static const struct everywhere list = {
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
    return near_in(&list, text) != SLICE_NONE;
}
