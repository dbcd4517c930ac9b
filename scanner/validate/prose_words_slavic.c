/* prose_words_slavic.c - data: the word lists of the judge of prose for Polish, Czech, Russian and Ukrainian. */
#include "validate/prose_words.h"

static const struct prose_words pl = {
    .language = "pl",
    .common = "i|w|na|do|to|jest|się|nie|z|o|że|jak|dla|po|od|twoje|proszę|przy|cześć|mam|masz|już|a|za|ze|"
              "czy|ten|jego|ci|oto",
    .codes = "pin|kod|puk|szyfr|hasło|cyfr",
    .weak = "kod|kodu|kody|klucz|szyfr|pass",
    .joins = "z|ze|więc|a więc|tj|dokładnie|twój to|twoje to|znaczy|to teraz|od "
             "dziś|to|jest|brzmi|na|będzie|było|wynosi|wpisz|czyli|następujące|nadal|teraz|poniedziałku|zaś|"
             "is|teraz to|to nadal|nadal to|zmienione na|zmieniony na|ustawiony na|ustawiona na|ustawione "
             "na|ustawiłam na|ustawiłem na|ustawiliśmy na|od wczoraj|od dzisiaj|od rana|stoi na|nowe to|nowy "
             "to|zostało|jest teraz|otwiera się|brzmi teraz|dałem|dałam|wciąż|słowo",
    .befores =
        "to było|jedno z|to hasło|jako hasło|takie hasło|to jest|jako|to hasło|to jest|jest hasłem|i ok",
    .ordinary = "zmienione|zmieniono|błędne|poprawne|nieprawidłowe|nieważne|wymagane|konieczne|potrzebne|"
                "zapomniane|zgubione|patrz|poniżej|powyżej|załączeniu|takie|samo|puste|brak|żadne|nieznane|"
                "tajne|opcjonalne|wprowadź|ustaw|wybierz|musi|może|powinno|sms|smsem|pocztą|mailem|"
                "telefonicznie|osobno|później|jutro|dzisiaj|dziś|poniedziałek|ponownie|znowu|nigdy|dzięki|"
                "dziękuję|pozdrawiam|silne|słabe|bezpieczne|jednorazowe|ważne|pomoc|znaków|cyfr|liter|wygasa|"
                "wysłane|przekazane|zapisane|zaszyfrowane|powtórz|potwierdź|anuluj|zaloguj|zepsute|wszędzie|"
                "nikt|nikomu|nowe|twoje_*|required|see|below|proste|skomplikowane|trudne|łatwe|niestety|"
                "osobiste|publiczne|wspólne|pilne|jakieś|nic|wszystko|inne|długie|krótkie|lepsze|gotowe|"
                "poufne|zawsze|jeszcze|dobrze|źle|poprawnie|dość|bardzo|naprawdę|zablokowane|gdzieś|nigdzie",
    .handing = "nowe|nowy|tymczasowe|początkowe|domyślne|obecne|jednorazowe|administratora|root|wifi|gości|"
               "vpn|zip|drzwi|bramy|alarmu|poczty|lokalnego|stare|osobiste|prowadzącego|uczestnika|webinaru|"
               "testowych|tymczasow*|telefoniczn*|główne|bios*|serwera|routera|sieci|klienta|pracownika|"
               "ucznia|rodzinne|drukarki|kamery|kopii|sesji|aktualne|dostępu|ogólne|startowe|roota|admina",
    .nearby = "oto|dane do logowania|dane logowania|zaloguj się|do otwarcia|dostęp|przesyłam|podaję",
    .logins = "użytkownik|nazwa użytkownika|user|username|login|konto|e-mail|email|mail|klienta|numer "
              "klienta|serwer|ssid|sieć|"
              "domena|strona|imię|id|host",
    .policy = "musi|muszą|co najmniej|minimum|wymagane|zapomnia*|nie "
              "pamięt*|wygas*|błędn*|nieprawidłow*|silne|reset*|zresetować|"
              "polityka|wybierz|potwierdź|podaj "
              "nazwę|wprowadź|wprowadzono|zmień|łamania|długość|znaków|rozróżniana|nieudane|"
              "zawiesza|pyta o|zażądano|skrót|menedżer|próby|zna "
              "twoje|przypomnienie|podpowiedź|różnić|ustaw|weryfikacyjny|"
              "zabezpieczonych|utwórz|składa|obowiązkowe|podając",
    .negation =
        "nigdy|nie jest|nie może|nie odpowiadaj|nie udostępniaj|nikt|nikomu|nie działa|nie pamiętam|żadne",
    .units = "znaków|cyfr|cyfry|liter|dni|minut|godzin|razy|próby|prób|bitów|bajtów|słów|lub|miesięcy|"
             "tygodni|lat|zł|sekund|ostatnich|haseł|hasłach|do|stycznia|wiadomości|maili|punktów|metrów|km|"
             "stron|sztuk|osób|miejsc|sek|min|godz",
    .other_codes = "źródłowy|rabatowy|błędu|pocztowy|kierunkowy|qr|kreskowy|przegląd|kraju|koloru|dress|"
                   "weryfikacyjny|produktu|promocyjny|kod banku|kod bic|rabatt*|indirim*",
    .places = "drzwi|bramy|alarm*|garaż*|sejf*|rower*|zapięcie|klucze|skrytka|budynku|wejściowy|ipad*|iphone|"
              "telefonu|poczty|karty|serwerowni|domu|działce|biura|banku|telekonferencja|sim|dostępu|"
              "odblokowania|tajny|prowadzącego|uczestnika|wpa2|poręczy|spotkania|pin|furtk*|szlaban*|łód*|"
              "łódce|szafk*|piwnic*|wind*|parking*|klatk*|portiern*|domofon*|szuflad*|waliz*|altan*|warsztat*"
              "|sklep*|kasy|drukark*|tablet*|szkoł*|przedszkol*|gabinet*|kontener*|klawiatur*|kłódk*|magazyn*"
              "|rolet*|rowerown*|telefoniczn*|skrytk*|bram*|wejści*|zmywaln*|siłown*",
    .spelled = "duże|małe|cyfra|myślnik|potem|kropka|gwiazdka",
    .endings = "ny|na|ne|nego|nym|ny.|ty|ta|te|ony|ona|one|owy|owa|owe|ski|ska|skie|ąc|ący|ące|iono|ano|ować|"
               "ywać|ości|ość|enie|anie|liśmy|ałem|ałam|iłem|iłam|ło|ła|ły",
};

static const struct prose_words cs = {
    .language = "cs",
    .common = "a|v|na|do|je|se|to|ne|z|že|jak|pro|po|od|vaše|tvoje|prosím|při|ahoj|mám|máš|už|k|ke|s|i|jsem|"
              "ho|co|u|který|které",
    .codes = "pin|kód|puk|kombinace|heslo|číseln",
    .weak = "kód|kódu|kódy|klíč|kombinace|pass",
    .joins = "s|se|tedy|čili|tvůj je|zatím|je tam|je to|je "
             "teď|vlastně|zní|prostě|větou|je|zní|bylo|bude|na|jsou|napiš|následující|pořád|stále|teď|"
             "pondělí|to|is|teď je|je pořád|pořád je|změněno na|změněn na|nastaven na|nastaveno na|nastavil "
             "na|nastavila na|od včerejška|od dneška|od rána|stojí na|nové je|nový je|zůstalo|jsme dali|dal "
             "jsem|otvírá se|je na|chce|mám|je prostě|slovo",
    .befores =
        "je heslo|bylo heslo|jako heslo|jedno z|to je|takové heslo|jako|je heslo|je tvoje|je vaše|to je|a ok",
    .ordinary =
        "nebere|bere|nejde|jde|nepůjde|půjde|nefunguje|funguje|nesedí|neplatí|platí|nesouhlasí|neznám|nevím|"
        "doplním|pošlu|napíšu|zavolám|řeknu|dodám|zašlu|sdělím|upřesním|visí|visi|leží|najdeš|změněno|změnit|"
        "změněné|chybné|špatné|správné|nesprávné|neplatné|povinné|nutné|potřeba|zapomenuté|"
        "ztracené|viz|níže|výše|příloze|stejné|prázdné|žádné|neznámé|známé|tajné|volitelné|zadejte|nastavit|"
        "zvolte|musí|může|sms|poštou|mailem|e-mailem|telefonicky|zvlášť|později|zítra|dnes|pondělí|znovu|už|"
        "již|nikdy|díky|děkuji|pozdravem|silné|slabé|bezpečné|jednorázové|platné|pomoc|znaků|číslic|písmen|"
        "vyprší|přijde|posláno|sděleno|uloženo|zašifrované|zopakujte|potvrďte|zrušit|vase_*|přihlásit|"
        "rozbité|všude|nikdo|nikomu|nové|required|see|below|jednoduché|složité|těžké|lehké|možná|bohužel|"
        "osobní|veřejné|společné|důležité|naléhavé|nějaké|nic|všechno|jiné|dlouhé|krátké|lepší|hotové|"
        "důvěrné|vždy|ještě|dobře|správně|dost|velmi|opravdu|zablokované|někde|nikde|trpělivost|monitor|"
        "monitoru|papírek|papírky|lísteček",
    .handing = "nové|nový|dočasné|výchozí|počáteční|aktuální|jednorázové|správce|root*|wifi|hosty|vpn|zip|"
               "dveřím|bráně|alarmu|schránky|místního|staré|osobní|hostitele|účastníka|webinář|testovacím|"
               "dočasn*|telefonní|hlavní|bios*|serveru|routeru|sítě|klienta|zaměstnance|žáka|rodinné|"
               "tiskárny|kamery|zálohy|přístupové|obecné|startovní|roota|admina|heslová",
    .nearby = "tady je|přihlašovací údaje|přihlas se|přihlaste se|k otevření|přístup|posílám|otevírá",
    .logins = "uživatel|uživatelské jméno|user|username|login|účet|e-mail|email|mail|zákaznické "
              "číslo|server|ssid|síť|doména|web|"
              "jméno|id|host",
    .policy = "musí|alespoň|minimálně|povinn*|zapomn*|zapomen*|vyprší|chybn*|nesprávn*|špatn*|silné|obnov*|"
              "pravidla|zvolte|"
              "potvrďte|zadejte|zadán|změňte ho|změňte heslo|ihned|změňte "
              "výchozí|lámání|délka|znaků|rozlišují|selhalo|padá|chce "
              "vaše|otisk|správce hesel|pokusy|zná "
              "někdo|připomínka|nápověda|lišit|nastavit|ověřovací|chráněné|vytvořte|vyžádáno|"
              "neptáme|platnost|má 4",
    .negation = "nikdy|nesmí|neodpovídejte|nikomu|nikdo|není|nepamatuju|nedělá|žádné|neptáme|nepoužívejte|"
                "neposílejte|"
                "nesdělujte|nepište|neukládejte|nemyslete",
    .units = "znaků|číslic|číslice|písmen|dní|minut|hodin|krát|pokusy|pokusů|bitů|bajtů|slov|nebo|měsíců|"
             "týdnů|let|kč|sekund|posledních|hesel|heslech|až|ledna|zpráv|mailů|bodů|metrů|km|stran|kusů|"
             "osob|míst|sek|min|hod",
    .other_codes = "zdrojový|slevový|chybový|psč|předvolba|qr|čárový|kontrola|země|barvy|dress|ověřovací|"
                   "produktu|kód banky|bankovní spojení",
    .places = "dveřím|bráně|alarm*|garáž*|trezor*|kolo|zámek|klíče|schránka|budovy|vstupní|ipad*|iphone|"
              "telefon*|hlasové|kartě|serverovny|domu|chatě|kanceláře|banky|telekonference|sim|přístupový|"
              "odemčení|tajný|hostitele|účastníka|wpa2|zábradlí|schůzky|pin|brank*|branou|vrat*|závor*|lod*|"
              "skříňk*|sklep*|výtah*|parkoviš*|vchod*|vrátnic*|zvonk*|šuplík*|kufr*|chat*|díln*|obchod*|"
              "poklad*|tiskárn*|tablet*|škol*|ordinac*|kontejner*|klávesnic*|sklad*|rolet*|kolárn*|telefonní|"
              "schránk*|posilovn*|dveř*|veranda|hlasovk*",
    .spelled = "velké|malé|číslice|pomlčka|pak|tečka|hvězdička",
    .endings = "ký|ké|ká|lý|lé|lá|rý|ré|rá|dý|dé|hý|hé|bý|bé|čí|ší|cí|ním|tím|lím|dám|lám|uji|uju|íme|áme|"
               "ujeme|nejde|nebere|nepůjde|ný|ná|né|ného|ným|tý|tá|té|ový|ová|ové|ský|ská|ské|eno|ena|en|án|"
               "áno|ána|ovat|ost|osti|ení|"
               "ání|lo|la|li|ící|ivé|ivý|ává|uje|ují",
};

static const struct prose_words ru = {
    .language = "ru",
    .common = "и|в|на|с|не|от|для|что|как|ваш|мой|твой|это|к|по|у|привет|если|из|за|до|же|я|мы|вы|был|был|"
              "будет|при|или|а|был",
    .codes = "пин|pin|код|puk|пук|комбинаци|парол|шифр",
    .weak = "код|кода|коды|ключ|шифр|комбинация|пасс",
    .joins = "с|со|то есть|так что|ваш|твой|стоит|поставил|скажи что|а "
             "именно|сейчас|ныне|установлен|это|на|был|будет|введи|следующий|именно|тот "
             "же|теперь|такой|понедельника|—|–|is|равен|стал|остался|всё ещё|все ещё|сменили на|поменяли "
             "на|изменён на|поставили|выставила на|выставлен на|со вчерашнего дня|с сегодняшнего дня|с "
             "утра|стоит на|новый|так и остался|открывается|сделал|по-прежнему|пока|вот|слово",
    .befores = "такой пароль|с таким паролем|один из|это был|вот пароль|как пароль|паролем|в "
               "качестве|как|это пароль|— это|паролем|это|и ок",
    .ordinary =
        "изменён|изменен|сменить|неверный|верный|неправильный|недействителен|обязателен|нужен|нужно|забыт|"
        "забыли|потерян|см|ниже|выше|вложении|тот|такой|пустой|нет|неизвестен|секретный|введите|задать|"
        "выберите|должен|может|смс|почтой|письмом|отдельно|позже|завтра|сегодня|понедельник|снова|уже|"
        "никогда|спасибо|уважением|надёжный|слабый|одноразовый|действителен|помощь|символов|цифр|букв|"
        "истекает|истёк|придёт|отправлен|сообщили|хранится|зашифрован|повторите|подтвердите|отмена|ваш_*|"
        "войти|сломан|везде|никто|никому|новый|прежний|чувствителен|required|простой|сложный|трудный|лёгкий|"
        "увы|личный|общий|важно|срочно|какой-то|ничего|всё|другой|длинный|короткий|лучше|готово|всегда|ещё|"
        "хорошо|правильно|очень|правда|заблокирован|где-то|нигде|прошлогодний|свой|сам",
    .handing = "новый|временный|начальный|стандартный|текущий|одноразовый|админ*|администратора|root|wifi|"
               "вайфая|гост*|vpn|архив*|двери|ворот|сигнализации|почты|локального|старый|личный|организатора|"
               "участника|вебинара|тестовым|временн*|телефонн*|основн*|главн*|биос*|сервера|роутера|сети|"
               "клиента|сотрудника|ученика|семейн*|принтера|камеры|бэкапа|доступа|общий|стартов*|рута|админа|"
               "стар*|нов*|начальн*|гостев*",
    .nearby = "вот|данные для входа|войдите|заходи|чтобы открыть|доступ|вход|высылаю",
    .logins =
        "пользователь|имя "
        "пользователя|user|username|логин|login|юзер|аккаунт|учётка|учетка|почта|e-mail|email|клиента|номер "
        "клиента|сервер|ssid|сеть|домен|сайт|имя|id|хост",
    .policy =
        "должен|должна|не "
        "менее|минимум|обязател*|забыл*|забыт*|истека*|неверн*|неправильн*|надёжный|сброс*|сбросить|политика|"
        "выберите|подтвердите|введите|введён|смените|меняйте|взлом*|длина|символов|чувствителен|не "
        "удался|падает|просит|"
        "запрошен|хеш|менеджер|попытки|знает|напоминание|подсказка|отличаться|задать|подтверждения|"
        "защищённые|придумайте|"
        "состоит|срок",
    .negation = "никогда|не должен|не отвечайте|не сообщайте|никому|никто|не нужен|не помню|не "
                "работает|никем|не спрашиваем|не используйте|не пишите|не отправляйте|не пересылайте|не "
                "храните|не думайте",
    .units = "символов|цифр|цифры|букв|дней|минут|часов|раз|раза|попытки|попыток|бит|байт|слов|или|месяцев|"
             "недель|лет|рублей|секунд|последних|паролей|до|января|сообщений|сообщения|писем|баллов|метров|"
             "км|страниц|штук|человек|мест|сек|мин|руб",
    .other_codes = "исходный|дресс*|промокод|ошибки|индекс|города|qr|штрих*|ревью|страны|цвета|подтверждения|"
                   "панель|кодовая|товара|успеху|код банка|код валюты",
    .places = "двер*|ворот|сигнализаци*|гараж*|сейф*|вело*|замк*|ключница|здани*|домофон*|айпад*|айфон*|"
              "телефон*|голосовой|карт*|серверной|дом*|даче|офис*|банк*|конференци*|сим*|доступа|"
              "разблокировки|секретный|организатора|участника|wpa2|перилах|встречи|пин*|pin|велозамка|"
              "гостевая|калитк*|шлагбаум*|лодк*|шкафчик*|подвал*|лифт*|парковк*|подъезд*|проходн*|ящик*|"
              "чемодан*|дач*|мастерск*|магазин*|касс*|принтер*|планшет*|школ*|садик*|кабинет*|контейнер*|"
              "клавиатур*|склад*|рольстав*|велосар*|телефонн*|ключниц*|вход*|ворот*|крыльц*",
    .spelled = "большая|маленькая|цифра|дефис|потом|точка|звёздочка|решётка",
    .endings = "ный|ная|ное|ные|ного|ной|тый|тое|тая|ый|ий|ая|ое|ые|ован|овано|ено|ен|ена|ан|ана|ано|ался|"
               "алось|илось|ется|ются|ость|ости|ение|ания|ание|ать|ить|еть|ули|или|али|ала|ило|ыл",
};

static const struct prose_words uk = {
    .language = "uk",
    .common = "і|й|та|в|у|на|з|не|від|для|що|як|ваш|мій|твій|це|до|по|привіт|якщо|із|за|же|я|ми|ви|був|буде|"
              "під|або|чи|о|є",
    .codes = "пін|pin|код|puk|пук|комбінаці|парол|шифр",
    .weak = "код|коду|коди|ключ|шифр|комбінація|пас",
    .joins = "з|із|тобто|отже|ваш|твій|стоїть|зараз|а "
             "саме|встановлено|другий|перший|це|на|був|буде|введи|наступний|такий|саме|той "
             "самий|тепер|понеділка|—|–|is|став|досі|все ще|змінили на|поміняли на|змінено "
             "на|поставили|поставив|виставила на|виставлено на|від учора|з сьогодні|зранку|стоїть "
             "на|новий|лишився|так і лишився|відкривається|зробив|поки|ось|слово",
    .befores = "такий пароль|з таким паролем|один із|це був|ось пароль|паролем|в якості|як|це пароль|— "
               "це|паролем|це|і ок",
    .ordinary =
        "змінено|змінений|змінити|неправильний|правильний|недійсний|обов'язковий|потрібен|забутий|забули|"
        "втрачений|див|нижче|вище|вкладенні|той|такий|порожній|немає|невідомий|секретний|введіть|задати|"
        "оберіть|має|може|смс|поштою|листом|окремо|пізніше|завтра|сьогодні|понеділок|знову|вже|ніколи|дякую|"
        "повагою|надійний|слабкий|одноразовий|дійсний|допомога|символів|цифр|літер|спливає|надійде|надіслано|"
        "повідомили|зберігається|зашифрований|повторіть|підтвердьте|скасувати|ваш_*|увійти|зламаний|всюди|"
        "ніхто|нікому|новий|чутливий|required|простий|складний|важкий|легкий|шкода|особистий|спільний|"
        "важливо|терміново|якийсь|нічого|все|інший|довгий|короткий|краще|готово|завжди|ще|добре|правильно|"
        "дуже|справді|заблоковано|десь|ніде|торішній|свій|сам",
    .handing = "новий|тимчасовий|початковий|стандартний|поточний|одноразовий|адмін*|адміністратора|root|wifi|"
               "вайфаю|гост*|vpn|архів*|дверей|воріт|сигналізації|пошти|локального|старий|особистий|"
               "організатора|учасника|вебінару|тестових|тимчасов*|телефонн*|основн*|головн*|біос*|сервера|"
               "роутера|мережі|клієнта|співробітника|учня|сімейн*|принтера|камери|бекапу|доступу|спільн*|"
               "стартов*|рута|адміна|стар*|нов*|початков*|гостьов*",
    .nearby = "ось|дані для входу|увійдіть|заходь|щоб відкрити|доступ|вхід|надсилаю",
    .logins = "користувач|ім'я користувача|user|username|логін|login|юзер|акаунт|обліковий "
              "запис|пошта|e-mail|email|клієнта|номер "
              "клієнта|сервер|ssid|мережа|домен|сайт|ім'я|id|хост",
    .policy =
        "має "
        "містити|повинен|щонайменше|мінімум|обов'язков*|забув*|забули|сплива*|неправильн*|надійний|скидання|"
        "скинути|політика|"
        "оберіть|підтвердьте|введіть|введено|змініть його до|змініть "
        "пароль|негайно|змінюйте|злам*|довжина|символів|"
        "чутливий|не "
        "вдався|падає|просить|запитано|хеш|менеджер|спроби|знає|нагадування|підказка|відрізнятися|задати|"
        "підтвердження|захищені|придумайте|складається|термін",
    .negation = "ніколи|не повинен|не відповідайте|не повідомляйте|нікому|ніхто|не потрібен|не пам'ятаю|не "
                "працює|ніхто",
    .units = "символів|цифр|цифри|літер|днів|хвилин|годин|рази|разів|спроби|спроб|біт|байт|слів|або|місяців|"
             "тижнів|років|гривень|секунд|останніх|паролів|до|січня|повідомлень|повідомлення|листів|балів|"
             "метрів|км|сторінок|штук|осіб|місць|сек|хв|грн",
    .other_codes = "вихідний|дрес*|промокод|помилки|індекс|міста|qr|штрих*|рев'ю|країни|кольору|"
                   "підтвердження|панель|кодова|товару|успіху|код банку|код валюти",
    .places = "двер*|воріт|сигналізаці*|гараж*|сейф*|вело*|замк*|ключниця|будівл*|домофон*|айпад*|айфон*|"
              "телефон*|голосової|карт*|серверної|дім|дачі|офіс*|банк*|конференці*|сім*|доступу|"
              "розблокування|секретний|організатора|учасника|wpa2|поручнях|зустрічі|пін*|pin|велозамка|"
              "гостьова|хвіртк*|шлагбаум*|човн*|човен|шафк*|підвал*|ліфт*|парковк*|під'їзд*|підїзд*|прохідн*|"
              "шухляд*|валіз*|дач*|майстерн*|магазин*|кас*|принтер*|планшет*|школ*|садк*|кабінет*|контейнер*|"
              "клавіатур*|склад*|ролет*|велосар*|телефонн*|ключниц*|вхід*|ворот*|ґанк*",
    .spelled = "велика|мала|цифра|дефіс|потім|крапка|зірочка",
    .endings = "ний|на|не|ні|ного|ної|тий|та|те|ий|ій|ано|ено|ена|ений|аний|ався|лося|ється|ються|ість|ості|"
               "ення|ання|ати|ити|іти|или|али|ала|ило",
};

const struct prose_words *const prose_slavic[] = { &pl, &cs, &ru, &uk, NULL };
