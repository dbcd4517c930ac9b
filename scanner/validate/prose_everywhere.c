/* prose_everywhere.c - words that mean the same to the judge of prose in whatever language the sentence is. */
#include "validate/prose_everywhere.h"

/* Before a number: it counts or names something that nobody opens. */
const struct prose_everywhere prose_numbers = {
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
const struct prose_everywhere prose_typing = {
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
    "escribe|escriba|escribid|marque|pon|pones|pongan|poned|ponga|teclea|teclee|mete|mete|introduce|"
    "introduzca|usa|"
    "usad|usen|di|"
    "diga|pulsa|marca|"
    "põe|ponha|põem|marque|marquem|marquen|aperte|aperta|pressione|prima|carregue|digite|digita|escreve|"
    "escreva|metes|meta|coloca|coloque|use|usem|bota|insere|insira|diz|"
    "diga|tecle|"
    "scrivi|scrivete|scriva|digiti|digitare|digitate|metti|mettete|inserisci|inserire|inserite|usate|dica|"
    "dite|premi|"
    "tik|typ|toets|gebruik|zeg|neem|vul|kies|"
    "wpisz|wpiszcie|wpisać|podaj|podajcie|podać|wstukaj|użyj|używaj|wklep|powiedz|wpisujesz|"
    "napiš|napište|zadej|zadejte|zadáte|zadáš|naťukej|použij|použijte|řekni|zadat|vyťukej|"
    "пиши|пишите|вбей|вбейте|введи|введите|ввести|вводи|вводите|набери|наберите|скажи|скажите|напиши|"
    "напишите|используй|"
    "используйте|впиши|вводишь|"
    "вбий|введіть|наберіть|скажіть|напишіть|використовуй|використовуйте|впишіть|вводь|вводьте|"
    "skriv|ange|knappa in|slå|slå in|använd|mata in|säg|tryck",
    "输入|输|打|填|用|键入|按|輸入|就打|就填|填写|敲"
};

/* … or directly after it. */
const struct prose_everywhere prose_typed = {
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
const struct prose_everywhere prose_asking = {
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
const struct prose_everywhere prose_locations = {
    "is in|is on|is at|is with|is inside|is under|stuck on|ist im|ist in|ist auf|ist am|ist bei|ist "
    "unter|hängt am|liegt im|liegt "
    "auf|steht im|steht auf dem|"
    "est dans|est sur|est chez|est au|est sous|par|está en|es en|por|vía|está no|está na|está em|pelo|pela|è "
    "in|è nel|è nella|è "
    "su|è sul|è sulla|è da|tramite|is op|staat in|staat op|ligt in|ligt op|hangt op|är på|är i|sitter "
    "på|ligger i|står i|på|via|"
    "jest na|jest w|jest u|są w|są na|przez|wisi na|leży w|leży na|je na|je v|je ve|je u|visí na|visi "
    "na|leží na|leží v|najdeš na|najdeš v|hangt op|hangt aan|plakt op|appesa|attaccata|sta su|sta sul|sta "
    "nel|cola em|colada no|fica no|fica na|kleb*|jsou v|jsou na|přes|на|в|у|через|лежит "
    "в|лежить у|лежить в",
    NULL
};

/* A motto or an entry of a dictionary, not a password. */
const struct prose_everywhere prose_events = {
    "tábor*|oddíl*|lager*|obóz|obozu|лагер*|табор*|ročník*|konferenc*|kampa*|festival*|ples*|soutěž*|oslav*|"
    "demonstrac*|protest*|volb*|volební|křížov*|"
    "slovník*|encyklopedi*|"
    "stran*|sezón*|závod*|turnaj*|zjezd*|sjezd*|dne|týdne|měsíce|roku|výstav*|slavnost*|pochod*|hnutí|spolku|"
    "konkurs*|kampan*|zjazd*|święt*|obchod*|krzyżów*|słownik*|encyklop*|parti*|sezon*|dnia|tygodnia|miesiąca|"
    "przewodnie|wyborcz*|"
    "marsz*|zlot*|sztandar*|конференц*|фестивал*|конкурс*|кампан*|выборов|митинг*|кроссворд*|съезд*|партии|"
    "felicidade|"
    "года|дня|року|вибор*",
    NULL
};

/* What a key is to that opens nothing. */
const struct prose_everywhere prose_successes = {
    "éxito|succès|sucesso|successo|problema|redacción|seo|crucigrama|felicidad|réussite|bonheur|felicità|"
    "success|erfolg*|succes|framgång*|sukces*|úspěch*|успех*|успіх*|başarı*",
    NULL
};

/* Names that stand beside the word "password" in ordinary sentences. */
const char prose_known_names[] =
    "keepass|keepassxc|bitwarden|lastpass|1password|dashlane|nordpass|protonpass|enpass|roboform|vaultwarden|"
    "windows|"
    "windows7|windows8|windows10|windows11|win7|win10|win11|office365|o365|m365|microsoft365|sharepoint|"
    "onedrive|outlook|"
    "teams|excel|word|powerpoint|acrobat|linkedin|facebook|whatsapp|instagram|youtube|github|gitlab|"
    "bitlocker|veracrypt|"
    "truecrypt|openssh|openvpn|wireguard|anyconnect|forticlient|teamviewer|anydesk|sha1|sha-1|sha256|sha-256|"
    "sha512|md5|"
    "bcrypt|argon2|argon2id|scrypt|pbkdf2|pkcs#8|pkcs#11|pkcs#12|pkcs12|aes128|aes256|aes-256|rsa2048|ipv4|"
    "ipv6|tls1|tls1.2|tls1.3|ssl3|"
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

/* Between user and password. */
const struct prose_everywhere prose_ands = { "&|and|und|et|y|e|en|och|i|a|u|и|і|й|та|ve|mit passwort|with "
                                             "password|w|con|com|avec|med|met|z|s|с|з|plus|sowie|dann",
                                             "和|と|랑|와|과|跟" };

/* After what a secret is made of, directly before it. */
const struct prose_everywhere prose_conclusions = {
    "so|thus|i.e|ie|that is|that's|hence|also|sprich|d.h|das "
    "heißt|heißt|donc|soit|c'est-à-dire|càd|autrement dit|o sea|es decir|"
    "así que|osea|ou seja|isto "
    "é|logo|quindi|cioè|ossia|ovvero|insomma|dus|oftewel|ofwel|d.w.z|czyli|więc|tj|tedy|čili|takže|"
    "tzn|то есть|т.е|тоесть|значит|итого|получается|тобто|отже|виходить|yani|alltså|dvs|det vill säga|tudo "
    "junto|todo junto|"
    "tutto attaccato|zusammen|insieme",
    "就是|即|也就是|つまり|すなわち|즉"
};

/* The label of a user's name. */
const struct prose_everywhere prose_users = {
    "user|username|user "
    "name|login|логин|логином|логін|логіном|юзер|пользователь|користувач|usuario|usuário|utilizador|"
    "utilisateur|identifiant|utente|benutzer|benutzername|nutzername|gebruiker|gebruikersnaam|användare|"
    "användarnamn|"
    "kullanıcı|kullanıcı adı|uživatel|uživatelské jméno|użytkownik|uzytkownik|вход|вхід|id",
    "用户名|账号|ユーザー|アカウント|アイディー|아이디|계정"
};

/* Getting in, and what one gets into. */
const struct prose_everywhere prose_access = {
    "password|passcode|passphrase|pwd|zip|zip-bestand|zipfile|zip-datei|rar|mot de passe|mots de "
    "passe|mdp|contraseñ*|clave|claves|senha*|palavra-passe|parol*|hasło|hasła|"
    "hasłem|heslo|hesla|heslem|парол*|пароль|lösenord*|wachtzin|pass|login|log in|logon|log on|sign "
    "in|signin|logs in|logged in|get in|let in|lets you "
    "in|locked|unlock*|unzip|decrypt*|encrypted|credentials|creds|"
    "account|wifi|wi-fi|wlan|wireless|passphrase|token|hotspot|router|vpn|admin*|root|ssh|ftp|sftp|rdp|mysql|"
    "database|keystore|"
    "keychain|mailbox|webmail|portal|"
    "access|netflix|spotify|bitlocker|bios|nas|alarm|switch|"
    "anmeld*|einlogg*|zugang*|zugangsdaten|konto|öffn*|entsperr*|entschlüssel*|verschlüsselt|geschützt|"
    "benutzer|nutzer|passwor*|kennwor*|"
    "postfach|freigabe|gesperrt|rechner|laptop|reinkomm*|"
    "connexion|connect*|accès|accéder|compte|identifiant*|ouvr*|ouvre|déverrouill*|déchiffr*|chiffré*|"
    "protégé*|verrouill*|session|partage|"
    "boîte mail|messagerie|ordinateur|ordi|"
    "acceso|acced*|entra*|entrar|cuenta|abre|abrir|abres|desbloque*|descifr*|cifrad*|protegid*|usuario|"
    "sesión|conéctate|conect*|ordenador|"
    "acesso|acess*|conta|abra|abre|entra|entre|utilizador|usuário|sessão|computador|rede|"
    "accesso|acced*|entrare|entri|account|apre|apri|aprire|sblocc*|decifr*|decomprim*|cifrat*|protett*|"
    "utente|rete|computer|"
    "inlog*|toegang*|openen|open|ontgrendel*|ontsleutel*|versleuteld|beveiligd|gebruiker|wachtwoor*|netwerk|"
    "postvak|"
    "logowani*|zaloguj*|loguj*|dostęp*|konto|konta|otwier*|otworz*|odblok*|odszyfr*|zaszyfr*|zabezpiecz*|"
    "użytkownik*|skrzynk*|komputer*|sieć|sieci|"
    "přihl*|přístup*|účet|účt*|otevř*|otevír*|odemk*|odemyk*|dešifr*|zašifr*|zaheslovan*|uživatel*|schránk*|"
    "počítač*|síť|sítě|"
    "вход*|войти|зайти|заход*|доступ*|логин*|учётк*|учетк*|учётн*|аккаунт*|откры*|откро*|разблок*|расшифр*|"
    "зашифр*|запарол*|пользовател*|почт*|"
    "ящик*|сервер*|роутер*|вайфай*|ноут*|комп|компьютер*|архив*|"
    "вхід|увійти|зайти|заход*|доступ*|логін*|акаунт*|обліков*|відкри*|розблок*|розшифр*|зашифр*|запарол*|"
    "користувач*|пошт*|скриньк*|"
    "комп'ютер*|архів*|мереж*|"
    "giriş*|girin*|girebil*|girilir*|hesab*|hesap*|aç|açın|açıl*|açar*|kilit*|şifre*|kullanıcı*|oturum*|"
    "bağlan*|modem*|ağ|ağı|bilgisayar*|"
    "logga in|loggar "
    "in|inlogg*|åtkomst*|konto|kontot|öppn*|lås*|krypter*|skyddad*|användar*|lösen*|dator*|nätverk*|brevlåd*",
    "登录|登陆|账号|帐号|账户|密码|打开|解锁|解压|加密|进入|进去|连接|无线|路由|邮箱|服务器|后台|入口|用户|"
    "ログイン|アカウント|パス|キーは|SSID|入れ|入る|開き|開く|開け|解凍|復号|暗号|ロック|接続|無線|ルーター|"
    "サーバ|"
    "管理画面|共有|ユーザ|"
    "로그인|계정|비번|암호|비밀번호|접속|열리|열려|열면|압축|잠금|잠겨|공유기|와이파이|서버|관리자|사용자|"
    "아이디|들어가"
};

/* Beside a value: it is new, or is being given. */
const struct prose_everywhere prose_given = {
    "now|new one|changed|reset|temporary|here is|here's|as always|as usual|the usual|"
    "jetzt|neu|neue|neues|geändert|zurückgesetzt|vorläufig*|hier ist|wie "
    "immer|nouveau|nouvelle|changé|maintenant|voici|comme d'habitude|"
    "nuevo|nueva|cambié|cambiado|ahora|como siempre|nova|novo|mudei|agora|como "
    "sempre|nuova|nuovo|cambiat*|adesso|ora|come sempre|"
    "nieuw|nieuwe|veranderd|gewijzigd|zoals altijd|nowe|nowy|zmieni*|teraz|jak "
    "zawsze|nové|nový|změni*|teď|jako vždy|"
    "новый|новая|теперь|сменил*|поменял*|как всегда|новий|нова|тепер|змінил*|поміняв|як "
    "завжди|yeni|yenisi|artık|şimdi|değiştir*|her zamanki|"
    "ny|nya|nytt|ändra*|bytt*|nu|numera|som vanligt",
    "新|改成|换成|现在|老样子|新しい|変え|変更|今は|いつもの|새|바꿨|바꾸|변경|이제"
};

/* What stands for a password that was spoken of before, or that both know of. */
const struct prose_everywhere prose_standins = {
    "mine|the usual|same as always|same as last time|same as before|the old one|the new one|changed "
    "mine|prompted|"
    "if it asks|when it asks|if that fails|if that doesn't|should work|that works|opens it|gets you in|gets "
    "you into|"
    "lets you in|will get you in|"
    "meins|das übliche|wie immer|wie gehabt|das gleiche|dasselbe|das neue|das alte|wie letztes mal|"
    "le mien|comme d'habitude|toujours le même|le même que|le nouveau|l'ancien|"
    "la mía|la de siempre|la misma|la nueva|la vieja|como siempre|como la otra vez|te la pide|te lo pide|"
    "a minha|a de sempre|a mesma|a nova|a antiga|como sempre|"
    "la mia|la solita|la stessa|quella nuova|quella vecchia|come sempre|come al solito|te la chiede|"
    "de mijne|zelfde als|zoals altijd|de nieuwe|de oude|erom vraagt|om vraagt|"
    "mitt är|mitt|samma som|som vanligt|det nya|det gamla|"
    "moje to|takie jak|takie samo|jak zawsze|jak zwykle|"
    "moje je|stejné jako|stejný jako|jako vždy|jako vždycky|jako obvykle|"
    "такой же|тот же|как всегда|как обычно|мой такой|"
    "такий самий|той самий|як завжди|як зазвичай|"
    "benimki|aynısı|her zamanki|her zamanki gibi",
    "我的是|老样子|一样|和以前|いつもの|前と同じ|同じで|내 거|늘 쓰던|똑같"
};

/* Between the one thing that is put in and the next. */
const struct prose_everywhere prose_steps = { "then|and then|followed by|dann|und dann|danach|puis|et "
                                              "puis|ensuite|luego|y luego|después|depois|e depois|"
                                              "poi|e poi|dopo|en dan|daarna|och sen|sen|sedan|och "
                                              "sedan|potem|i potem|a potem|pak|a pak|potom|потом|а потом|"
                                              "затем|потім|а потім|далі|sonra|ve sonra|ardından",
                                              "然后|再|その後|それから|そのあと|그다음|다음에" };

/* Of what a token of letters and digits is the name, where one of these stands in its sentence. */
const struct prose_everywhere prose_models = {
    "ticket|queue|commit|hash|uuid|failed|model|version|release|build|serial|part "
    "number|sku|firmware|kernel|driver|chipset|processor|cpu|bug|patch|revision|flight|"
    "license plate|number plate|postcode|zip code|movie|song|episode|season|isbn|"
    "modell|seriennummer|kennzeichen|flug|modèle|numéro de série|vol|plaque|modelo|número de "
    "serie|matrícula|vuelo|voo|modello|targa|volo|"
    "numero di serie|serienummer|kenteken|vlucht|numer seryjny|rejestracyjn*|lot|sériové "
    "číslo|spz|let|модель|модели|серийный|госномер|рейс|"
    "серійний|держномер|seri no|seri numara*|plaka|uçuş|registreringsnummer|flyg",
    "型号|版本|序列号|车牌|航班|型番|バージョン|製造番号|シリアル|便名|모델|버전|시리얼|차량번호|항공편"
};

/* Names that users have in many a system. */
const struct prose_everywhere prose_accounts = {
    "admin*|root|user*|guest*|test*|demo*|service*|support*|operator*|office*|info|backup|postgres|mysql|"
    "oracle|master|manager|"
    "supervisor|installer|monitor|sa|pi|gast*|benutzer*|azubi*|praktikant*|empfang|kasse*|büro|schulung*|"
    "lehrer*|schüler*|"
    "gebruiker*|stagiair*|receptie|balie|kassa|docent*|leerling*|gäst*|elev*|praktikant*|reception|lärare|"
    "invité*|stagiaire*|"
    "accueil|caisse|élève*|eleve*|prof|profs|compta|installateur*|utilisateur*|invitado*|usuario*|becari*|"
    "alumn*|recepcion*|profe*|"
    "caja|convidado*|utilizador*|usuário*|aluno*|estagiari*|recepção|caixa|ospite|ospiti|utente*|stagista*|"
    "segreteria|cassa|"
    "installatore*|alunno*|docente*|gość|goście|użytkownik*|stażyst*|staz*|uczeń|uczen*|recepcja|kasa|"
    "nauczyciel*|host|hosté|"
    "uživatel*|uzivatel*|recepce|pokladna|žák*|zak*|učitel*|brigádník*|гость|гости|пользователь*|админ*|"
    "оператор*|касса|"
    "стажер*|стажёр*|ученик*|охрана|смена|гість|гості|користувач*|каса|зміна|охорона|учень*|стажист*|misafir*"
    "|kullanıcı*|"
    "stajyer*|öğrenci*|öğretmen*|kasa|resepsiyon|рут",
    NULL
};

/* After a number: it measures something. */
const struct prose_everywhere prose_measures = {
    "kg|km|cm|mm|m2|g|lb|lbs|gb|mb|kb|tb|ghz|mhz|kw|kwh|eur|euro|euros|usd|gbp|chf|kč|kr|zł|руб|грн|tl|pm|am|"
    "h|min|mins|"
    "sec|sek|korun|lira*|рубл*|гривень|złotych|kronor|euroa|dollars|pounds|"
    "employees|people|mitarbeiter*|personen|employés|personnes|empleados|personas|dipendenti|persone|"
    "funcionários|"
    "pessoas|medewerkers|personen|pracownik*|zaměstnan*|сотрудник*|працівник*|çalışan*|anställda|personer|"
    "roku|года|году|року|yılı|yılında|:e|:a|"
    "hatası|ошибка|ошибки|aut|míst|мест|місць|araçlık|kişilik|až|bis|tot|till|до|"
    "°c|°|€|$|£|x|pcs|кг|км|ч|мин|год|хв|tel|ext|pieces|rooms|beds",
    "号楼|号室|号线|层|楼|号房|호실|호|층|公斤|公里|克|米|キロ|㎏|킬로|円|元|원|ページ|页|쪽|人|名|명|件|건"
};

/* Directly before or after a word for codes: that code opens nothing. Beginnings of words, for they are inflected. */
const struct prose_everywhere prose_coded = {
    "dialling|dialing|dial|banca|banque|banco|feature|friend|referral|promocional|referido|parrain*|"
    "destinatario|univoco|"
    "acente|şube|sicil|kontrahent*|appointment|rezervačn*|předmět*|lék*|pojišťovn*|termin*|cita|appuntamento|"
    "afspraak*|wizyt*|randevu|"
    "başvuru|ders|dersin|plaka|"
    "ваканси*|мкб|предмет*|записи|запису|rendez-vous|"
    "order|booking|tracking|discount|promo*|coupon*|voucher*|product|item|case|reference|customer|tax|error|"
    "country|postal|area|source|status|invoice|ticket|sort|swift|bic|pnr|qr|sku|ean|article|dress|color|"
    "colour|"
    "bestell*|buchungs*|rabatt*|gutschein*|aktions*|artikel*|fehler*|kunden*|länder*|sendungs*|"
    "commande|réservation|suivi|promo|réduction|remise|produit|article|erreur|référence|dossier|facture|naf|"
    "ape|"
    "pedido|reserva|seguimiento|descuento|cupón|producto|artículo|referencia|incidencia|"
    "ordine|prenotazione|spedizione|tracciamento|tracking|sconto|prodotto|articolo|errore|riferimento|"
    "pratica|avviamento|fiscale|"
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
    "종목|업종|사업자|분류|기관|학과|산업|행정|종합|지역|部署|証券|銘柄|支店|金融機関|学校|科目|分類|行业|"
    "行政区|股|学校|院校|专业|校区|统一社会|商品|注文|予約|クーポン|社員|従業員|学籍|学生|会員|クラス|製造|"
    "차량|사원|학번|직원|车牌|学号|割引|追跡|エラー|製品|顧客|お客様|郵便|"
    "バー|ソース|勘定|产品|订单|优惠|折扣|"
    "错误|国家|邮政|"
    "股票|追踪|客户|예약|주문|할인|쿠폰|상품|제품|오류|국가|우편|고객|추적|바|소스"
};

/* Directly before a value: it is an example, or denied. */
const struct prose_everywhere prose_examples = {
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

size_t prose_everywhere_in(const struct prose_everywhere *list, struct slice text)
{
    static const struct prose_words spaced = { .language = "" }, unspaced = { .is_unspaced = true };
    size_t at = prose_words_in(&spaced, list->spaced, text);
    if (at != SLICE_NONE || !list->unspaced)
        return at;
    return prose_words_in(&unspaced, list->unspaced, text);
}

bool prose_everywhere_ends(const struct prose_everywhere *list, struct slice text)
{
    static const struct prose_words spaced = { .language = "" }, unspaced = { .is_unspaced = true };
    return prose_words_end(&spaced, list->spaced, text) ||
           (list->unspaced && prose_words_end(&unspaced, list->unspaced, text));
}
