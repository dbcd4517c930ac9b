/* prose_words_germanic.c - data: the word lists of the judge of prose for English, German, Dutch and Swedish. */
#include "validate/prose_words.h"

static const struct prose_words en = {
    .language = "en",
    .common = "the|is|and|to|of|for|in|it|you|your|please|with|this|that|are|was|have|not|be|on|my|we|if|"
              "when|has|will|can|from|"
              "our|all|new|a|an|i|as|at|by|or|me|so|but",
    .codes = "pin|code|combination|puk|passcode|key|password|pass|passphrase|passwd|pw|pwd",
    .weak = "code|codes|pass|key|combination|keys",
    .joins = "which is|is currently|is simply|i.e.|namely|is still|is|was|are|to|as|be|is "
             "now|it's|'s|follows|simply|still|namely|remains|became|now|currently|being|it is|that is|set "
             "to|changed to|reset to|is set to|now set to|has been set to|will be|would be|stays|reads|goes",
    .befores = "that's the|is the pass*|one of those|is my|was the pass*|as the|as your|as my|as password|as "
               "a password|as its|is the|is your|is my|was the|is a|for "
               "the|for my|for your|"
               "that's the|press ok",
    .ordinary =
        "about|above|access|account|after|again|already|also|always|any|anyone|attached|authentication|"
        "available|because|been|before|being|below|blank|box|cannot|case|change|changed|changes|check|"
        "compromised|contains|correct|could|dialog|did|different|do|does|doesn't|don't|either|email|emailed|"
        "empty|encrypted|enter|entered|error|every|everywhere|expired|expires|expiry|failed|field|file|files|"
        "first|following|forgotten|found|generated|generator|given|goes|had|hash|hashes|help|here|hi|hint|"
        "how|incorrect|info|information|into|invalid|its|just|kept|known|last|length|less|like|list|long|"
        "lost|made|mailed|management|manager|may|mismatch|missing|more|must|necessary|needed|needs|never|no|"
        "none|now|off|ok|old|once|one|only|optional|out|over|page|policies|policy|private|problem|prompt|"
        "prompts|protect|protected|protection|question|recovery|regards|registration|reminder|removed|"
        "request|requested|required|requirements|reset|same|screen|security|see|sent|separately|sequence|"
        "server|set|settings|should|shown|someone|something|still|storage|stored|strength|strong|such|"
        "support|system|than|thank|thanks|their|them|then|there|they|too|under|unique|unless|until|up|upon|"
        "used|users|using|valid|via|weak|well|were|what|where|which|who|within|without|won't|would|wrong|yes|"
        "yet|yours|yourself|cheers|best|sincerely|hello|dear|provided|secure|sensitive|stolen|guessing|"
        "cracking|cracker|authenticated|based|free|database|dialogue|window|form|string|variable|parameter|"
        "option|argument|callback|function|type|input|value|mandatory|numeric|alphanumeric|lowercase|"
        "uppercase|unknown|secret|default|tomorrow|today|monday|friday|ask|confidential|anything|nothing|"
        "everything|whatever|letters|characters|digits|numbers|symbols|sms|text|phone|mail|post|review|"
        "number|numbers|working|sniffing|somewhere|somehow|enough|really|quite|probably|perhaps|maybe|please|"
        "sorry|easy|hard|simple|complicated|short|complex|public|shared|personal|common|generic|standard|"
        "normal|regular|written|printed|unchanged|useless|unavailable|visible|hidden|masked|garbled|redacted|"
        "withheld|forthcoming|important|critical|essential|post-it|post-its|sticky|monitor|paper|note|"
        "hidden|broken|written|chosen|spoken|taken|shown|gone|dead|fine|good|great|awful|terrible|horrible|"
        "stupid|silly|rubbish|garbage|gibberish|crap|junk|toast|kaput|perfect|okay|plaintext|cleartext|plain|"
        "clear|trivial|obvious|mine|theirs|hers|ours|later|sooner|elsewhere|inside|outside|overleaf|"
        "underneath|beneath|enclosed|joined|safe|insecure|unsafe|immaterial|irrelevant|redundant|obsolete|"
        "outdated|different|identical|dynamic|static|automatic|random|weaker|stronger|longer|shorter|bogus|"
        "fake|real|genuine|true|false|null|undefined|register|submit|cancel|continue|next|back|"
        "search|"
        "home|save|signup|subscribe|logout|signin|username|passwords|tuesday|wednesday|thursday|saturday|"
        "sunday|tonight|soon|shortly|another|nobody|everybody|somebody|people|yourselves|himself|herself|"
        "itself|myself|history|crucial|vital|manual|online|offline|internal|external|alone|together|"
        "whichever|whoever|case-insensitive|unusable|sufficient|adequate|lengthy|tricky|messy|funny|pretty|"
        "likely|unlikely|simply|guests|members|admins|everyone|staff|visitors|customers|windows|version|"
        "protocol|address|reminders|below|attachment|envelope|letter|fridge|drawer|board|wall|manuals|sheet",
    .handing = "new|temporary|temp|initial|default|current|one-time|one "
               "time|admin|root|wifi|wi-fi|guest|vpn|zip|archive|door|gate|alarm|voicemail|conference|"
               "database|db|administrator|wireless|router|test|old|local|host|participant|moderator|webinar|"
               "starter|first|staging|dev|production|prod|telephone|phone|login|log-in|starting|start|"
               "recovery|backup|printer|email|e-mail|laptop|bios|encryption|wlan|network|admin's|sudo|ssh|"
               "ftp|sftp|smb|nas|customer|client|staff|teacher|student|kids|family",
    .nearby =
        "here is|here are|here's|log in with|login with|sign in with|log in as|login as|log in using|use "
        "this|details "
        "are|details below|credentials|to access|to log in|to login|to unlock|to open|you can unlock|unlock",
    .logins = "username|user name|user|users|userid|user id|login|logins|login "
              "id|account|email|e-mail|id|host|server|ssid|"
              "network|url|site|domain|name|client|customer",
    .policy = "must|should|at "
              "least|minimum|required|requires|require|forgot|forgotten|forget|lost|incorrect|invalid|wrong|"
              "strong|reset|expire|expires|expired|policy|protect|remind|reminder|choose|retype|re-enter|"
              "confirm|enter "
              "your|enter the|change your|your own|share your|guess|crack|cracking|recover|ask for|asks "
              "you|prompted|"
              "case-sensitive|case "
              "sensitive|manager|hint|mandatory|length|dialog|failed|broken|hash|hashes|expiry|differ|"
              "update your|typing it|somebody knows|verification|remember",
    .negation = "never|don't|do not|does not|can't|cannot|no longer|not be|nobody|won't|please do not",
    .units = "characters|chars|character|digits|digit|letters|days|day|minutes|hours|times|attempts|bits|"
             "bytes|words|more|or|months|weeks|users|people|accounts|passwords|years|seconds|percent|tries|"
             "messages|message|points|miles|km|metres|meters|euros|dollars|pounds|gb|mb|pages|rooms|items|"
             "pieces|copies|seats|steps|hrs|mins|secs|am|pm|o'clock|employees|students|emails|mails",
    .other_codes =
        "source|dress|discount|promo|error|zip code|postal|area code|country|qr|bar "
        "code|barcode|review|exit|status|product|voucher|coupon|gift|tax|colour|color|morse|genetic|open|"
        "machine|reference|sort code|diagnostic|reason|event|eventlog|windows|log|type|bank "
        "code|swift|bic|national|booking|iso|the pin pad|pinned|boarding|codebase|vendor|response|return "
        "code|verification code|tracking",
    .places = "door|gate|alarm|garage|safe|bike|lock|lockbox|building|entrance|ipad|iphone|phone|voicemail|"
              "card|server "
              "room|house|office|flat|keypad|combination|bank|banking|bridge|conference|meeting|account|sim|"
              "cottage|vault|locker|guest|host|participant|access|security|unlock|entry|visa|debit|cash|room|"
              "voice|mailbox|dial|front|back|side|shed|boat|padlock|gym|printer|till|barrier|tablet|laptop|"
              "porch|telephone|sim "
              "card|roller|lift|cabin|caravan|garden|shop|warehouse|clinic|church|loft|cellar|studio|school|"
              "storage|unit|parking|car park|intercom|drawer|cabinet|briefcase|suitcase",
    .spelled =
        "capital|lower|upper|lowercase|uppercase|digit|dash|underscore|then|hyphen|dot|hash|star|number",
    .endings = "ed|ing|ly|able|ible|ive|ous|ful|less|ary|ory|tion|sion|ness|ment|ity|ial|ual|ical|dent|cient|"
               "tant|vant|ized|ised|ism|ware",
};

static const struct prose_words de = {
    .language = "de",
    .common = "der|die|das|und|ist|für|mit|bitte|sie|ihr|ihre|ich|nicht|ein|eine|auf|zum|zur|von|den|dem|im|"
              "wir|du|dein|"
              "mein|es|werden|wird|wurde|hab|habe|hallo|wie|bei|zu|an|in|oder|nach|noch",
    .codes = "pin|code|puk|kombination|kennwort|passwort|kenncode|nummer|geheimzahl|zahlencode|ziffernfolge|"
             "sperre|kennzahl",
    .weak = "code|codes|schlüssel|pass|kombination|zahlenkombination|kw",
    .joins =
        "mit|seit heute|ab sofort|dazu|also|sondern|ganz originell|neu|steht auf|das "
        "ist|dann|ist|lautet|war|heißt|heisst|auf|wäre|in|nämlich|zwar|folgt|nun|jetzt|immer "
        "noch|weiterhin|wird|bleibt|montag|is|sei|es ist|er ist|das wäre|lautet jetzt|ist jetzt|ist "
        "aktuell|geändert auf|gesetzt auf|gestellt auf|ist auf|nimmt die|gilt|bekommt|hat die|hat den|hört "
        "auf|ist derzeit|ist bis|ist weiterhin|ist nach wie vor|geändert in|heißt jetzt|neue ist|neue heißt",
    .befores =
        "war das|das war|wäre das|das ist|ist das neue|als kennwort|heißt das|eines der|ist jetzt|dann "
        "klappt|lautet das|als|ist das|ist dein|ist ihr|ist die|ist mein|lautet|für das|und ok",
    .ordinary =
        "separater|separatem|getrennter|gesonderter|gesondertem|abgelaufen|ändern|geändert|falsch|richtig|"
        "ungültig|erforderlich|notwendig|nötig|vergessen|verloren|"
        "siehe|unten|oben|folgt|anbei|beigefügt|gleich|gleiche|selbe|derselbe|dasselbe|leer|keins|keine|kein|"
        "unbekannt|bekannt|geheim|optional|pflichtfeld|eingeben|zurücksetzen|zurückgesetzt|setzen|festlegen|"
        "wählen|muss|sollte|kann|darf|soll|per|sms|post|mail|telefon|telefonisch|separat|getrennt|später|"
        "morgen|heute|montag|wieder|schon|bereits|nie|niemals|danke|gruß|grüße|viele|liebe|sicher|stark|"
        "schwach|einmalig|gültig|hinweis|hilfe|manager|generator|richtlinie|zeichen|ziffern|buchstaben|und|"
        "oder|unser|euer|läuft|gilt|steht|wurde|worden|haben|hat|geht|kommt|bekommen|erhalten|gesendet|"
        "geschickt|verschickt|mitgeteilt|vergeben|gespeichert|gehasht|verschlüsselt|deins|meins|ihres|"
        "wiederholen|bestätigen|anzeigen|verbergen|abbrechen|weiter|anmelden|registrieren|kaputt|überall|"
        "niemandem|name|required|see|below|sent|aktivieren|gesperrt|entsperrt|deaktiviert|gelöscht|bekommt|"
        "bekommst|derzeit|momentan|nochmal|erneut|eben|einfach|zweimal|dreimal|vielleicht|hoffentlich|"
        "natürlich|leider|offenbar|wahrscheinlich|angeblich|eigentlich|wichtig|kompliziert|schwierig|leicht|"
        "schwer|lang|kurz|länger|kürzer|besser|dringend|umgehend|sofort|aktuell|offen|anders|weg|gelöst|"
        "erledigt|angepasst|hinterlegt|privat|öffentlich|allgemein|gemeinsam|irgendwo|nirgends|irgendwas|"
        "nichts|etwas|alles|vertraulich|persönlich|monitor|zettel|klebezettel|bildschirm",
    .handing =
        "neue*|vorläufige*|temporäre*|initial*|standard*|start*|aktuelle*|einmal*|admin*|root*|wlan*|wifi|wi-"
        "fi|gast*|gäste*|vpn|zip|tür*|tor*|alarm*|mailbox*|konferenz*|datenbank*|lokale*|test*|alte*|"
        "persönliche*|moderator*|teilnehmer*|einwahl*|webinar*|erst*|vorläufig*|zugangs*|login*|bios*|geräte*"
        "|server*|router*|backup*|sicherungs*|verschlüsselungs*|telefon*|bank*|online*|netz*|haus*|kunden*|"
        "mitarbeiter*|lehrer*|schüler*|familien*|firmen*|drucker*|kamera*|master*|haupt*|ersatz*",
    .nearby = "hier ist|hier sind|anbei|zugangsdaten|anmeldedaten|logindaten|melde dich|anmelden "
              "mit|einloggen mit|zum öffnen|"
              "zum entsperren|ihre anmeldedaten|zugang",
    .logins = "benutzer|benutzername|nutzer|nutzername|user|username|login|anmeldename|anmeldung|konto|"
              "account|e-mail|email|"
              "mail|kundennummer|server|ssid|netz|netzwerk|domäne|seite|name|kennung|kunde|id|host",
    .policy = "muss|müssen|sollte|mindestens|erforderlich|vergessen|vergesse|läuft*|ablauf|abgelaufen|laufen|"
              "falsch*|ungültig|"
              "sicheres|starkes|zurücksetz*|rücksetz*|reset|richtlinie|passwortrichtlinie|schützen|wählen|"
              "erneut|bestätig*|"
              "geben sie|eingeben|eingabe|ändern "
              "sie|eigenes|knacken|länge|zeichen|hinweis|passworthinweis|pflichtfeld*|"
              "fehlgeschlagen|kaputt|fragt|unterscheid*|hash|passwortmanager|passwort-reset|versuche|kennt|"
              "erinnerung",
    .negation = "nie|niemals|nicht mit|kein|keine|niemand|nicht mehr|nicht an|weiß nicht|keinesfalls",
    .units =
        "zeichen|ziffern|stellen|stellig|buchstaben|tage|tagen|minuten|stunden|mal|versuche|bit|byte|bytes|"
        "wörter|oder|monate|monaten|wochen|jahre|passwörter|passwörtern|konten|prozent|uhr|sekunden|bis|"
        "letzten|nachrichten|mails|punkte|meter|km|seiten|stück|leute|personen|plätze|sek|min|std|€|eur",
    .other_codes =
        "dresscode|quellcode|rabatt*|gutschein*|fehler*|postleitzahl|vorwahl|qr|bar|barcode|review|länder*|"
        "farb*|steuer*|reise*|bestätigungscode|code-review|aktions*|produkt*|bankcode|strichcode|ländercode",
    .places =
        "tür|tor|alarm*|garage*|tresor|safe|fahrrad*|schloss|schlüsseltresor|gebäude|eingang|ipad|iphone|"
        "handy|telefon|mailbox|karte|serverraum|haus|büro|wohnung|bank|konferenz*|telefonkonferenz|konto|sim|"
        "hütte|ferienhaus|geländer|fahrradschloss|ec|wlan|gast|zugang*|entsperr*|zugangscode|sim-pin|schrank|"
        "schranke|spind|boot|laube|scheune|keller|dachboden|ferienwohnung|fahrradschuppen|schuppen|"
        "treppenhaus|aufzug|parkhaus|parkplatz|schranken|seitentor|seiteneingang|hintertür|pforte|praxis|"
        "kita|schule|werkstatt|lager|laden|kasse|drucker|tablet|tastatur|telefonbanking|bankschließfach|"
        "schließfach|schublade|container|halle|sprechanlage|zähler|heizung|schlüsselkasten|schlüsselbox",
    .spelled =
        "großes|großer|kleines|kleiner|ziffer|minus|bindestrich|unterstrich|dann|punkt|raute|stern|wie",
    .endings = "lich|liche|lichen|bar|bare|haft|los|lose|isch|ische|ischen|iert|ierte|ierten|ieren|ungen|ung|"
               "keit|heit|tet|ellt|eilt|etzt|angt|endet|ossen|ändert|geben|ommen|fallen|halten|ehen|assen|"
               "örtern|wörter|erweise|fähig|pflichtig|ende|enden|elt|ert",
};

static const struct prose_words nl = {
    .language = "nl",
    .common = "de|het|een|en|is|van|voor|met|je|uw|u|ik|niet|op|aan|dat|die|bij|wordt|worden|we|wij|te|naar|"
              "ook|als|dit|er|om|"
              "zijn|heb|hebt|heeft|graag|hier|of|in",
    .codes = "pin|code|puk|combinatie|wachtwoord|cijfer|wachtzin|slot",
    .weak = "code|codes|sleutel|pass|combinatie",
    .joins = "met|dus|gewoon|blijkt|staat op|dan|jouw|jij "
             "bent|namelijk|nu|is|was|luidt|wordt|op|in|als|namelijk|heet|nu|nog "
             "steeds|volgt|werd|blijft|maandag|zijn|het is|dat is|is nu|is weer|is voorlopig|veranderd "
             "in|gewijzigd in|gezet op|gaat met|pakt|geldt|is ingesteld op|nieuwe is|is tot|is nog|is "
             "overal|is gewoon|heet nu|is momenteel",
    .befores =
        "is het|dat is|was het|een van|zo moet|is nu|dat was|als|is het|is je|is uw|is de|was het|en ok",
    .ordinary =
        "verlopen|gewijzigd|wijzigen|veranderd|onjuist|juist|ongeldig|verplicht|nodig|vergeten|kwijt|zie|"
        "hieronder|hierboven|volgt|bijgevoegd|dezelfde|hetzelfde|leeg|geen|onbekend|bekend|geheim|optioneel|"
        "invoeren|instellen|kiezen|moet|mag|kan|zal|per|sms|post|mail|telefoon|apart|later|morgen|vandaag|"
        "maandag|weer|al|nooit|dank|bedankt|groet|groeten|sterk|zwak|veilig|eenmalig|geldig|hulp|tekens|"
        "cijfers|letters|verloopt|komt|gestuurd|verzonden|meegedeeld|opgeslagen|versleuteld|herhalen|"
        "bevestigen|annuleren|inloggen|registreren|kapot|uw_*|overal|niemand|hoofdlettergevoelig|required|"
        "see|below|trouwens|luidt|opgelost|geblokkeerd|vrijgegeven|verwijderd|makkelijk|moeilijk|eenvoudig|"
        "eigenlijk|waarschijnlijk|misschien|helaas|gelukkig|natuurlijk|vertrouwelijk|persoonlijk|openbaar|"
        "belangrijk|dringend|ergens|nergens|iets|niets|alles|anders|gewoon|simpel|lang|kort|langer|korter|"
        "beter|weg|klaar|ingesteld|aangepast|bewaard|opnieuw",
    .handing =
        "nieuw*|tijdelijk*|voorlopig*|standaard*|initieel|initiële|huidig*|eenmalig*|admin*|root*|wifi*|gast*"
        "|vpn|zip|deur*|hek|alarm*|voicemail|conference|lokale|test*|oud*|persoonlijk*|host*|deelnemer*|"
        "webinar*|tijdelijke|begin*|start*|inlog*|bios*|server*|router*|back-up*|backup*|telefonisch*|bank*|"
        "netwerk*|klant*|medewerkers*|gezins*|printer*|camera*|hoofd*|reserve*",
    .nearby =
        "hier is|hier zijn|hier de|inloggegevens|log in|inloggen met|om te openen|toegang|aanmelden met",
    .logins = "gebruiker|gebruikersnaam|user|username|login|inlognaam|account|e-mail|email|mail|klantnummer|"
              "server|ssid|"
              "netwerk|domein|site|naam|id|host|gastnetwerk",
    .policy =
        "moet|moeten|minstens|minimaal|verplicht*|vergeten|verlopen|verloopt|onjuist|verkeerd*|ongeldig|"
        "sterk|opnieuw|"
        "reset|beleid|wachtwoordbeleid|kies|bevestig|vul|voer|wijzig uw|wijzig het|kraken|lengte|tekens|"
        "hoofdlettergevoelig|mislukt|kapot|vraagt|hash|wachtwoordmanager|wachtwoordreset|pogingen|kent|"
        "herinnering|"
        "geheugensteun|verschillen|instellen",
    .negation = "nooit|niet meer|niet met|geen|niemand|niet zijn|weet niet|antwoord niet",
    .units = "tekens|cijfers|letters|dagen|minuten|uur|keer|pogingen|bit|bytes|woorden|of|maanden|weken|jaar|"
             "wachtwoorden|euro|seconden|procent|laatste|tot|berichten|mails|punten|meter|km|pagina's|stuks|"
             "personen|plaatsen|sec|min|€",
    .other_codes = "dresscode|broncode|korting*|fout*|postcode|kengetal|qr|bar|barcode|review|land*|kleur*|"
                   "verificatie*|actie*|product*|bankcode|landcode|streepjescode",
    .places =
        "deur|achterdeur|hek|alarm*|garage*|kluis|fiets*|slot|sleutelkastje|gebouw|ingang|ipad|iphone|"
        "telefoon|testtelefoon|voicemail|pas|bankpas|serverruimte|huis|huisje|kantoor|bank|conference|sim|"
        "simkaart|toegang*|ontgrendel*|reling|fietsslot|geheime|host*|deelnemer*|kast|kluisje|boot|schuur|"
        "berging|kelder|zolder|lift|parkeergarage|slagboom|poort|poortje|zijpoort|hangslot|voordeur|"
        "werkplaats|magazijn|winkel|kassa|printer|tablet|school|praktijk|opvang|container|hal|intercom|lade|"
        "koffer|kist|chalet|caravan|sportschool|sleutelkluis|rolluik|telefoon*|fietsenstalling|telefonisch*",
    .spelled = "hoofdletter|kleine|grote|cijfer|streepje|dan|punt|hekje|ster",
    .endings =
        "lijk|lijke|baar|bare|loos|loze|isch|ische|eerd|eerde|eren|ingen|heid|teit|aardig|achtig|ezet|esteld|"
        "iger|ijker|lend|rend|dend|gend|kend|mend|tend|vend|nend|ewijzigd|evraagd|ezonden|estuurd|eschikt|"
        "ekomen|egeven|ehouden|elopen|euwd|igen|elijks|telijk|erige",
};

static const struct prose_words sv = {
    .language = "sv",
    .common = "och|är|det|den|att|för|med|du|din|ditt|jag|inte|en|ett|på|till|av|som|har|vi|kan|om|hej|här|"
              "från|efter|eller|"
              "mitt|min|de|blir|ska|vid|i",
    .codes = "pin|kod|puk|kombination|lösen|lösenord|siffer|pinnen",
    .weak = "kod|koden|koder|nyckel|nyckeln|pass|kombination*",
    .joins =
        "med|alltså|står på|numera|det är|är numera|din "
        "är|sedan|upp|är|var|blir|blev|till|heter|som|nämligen|fortfarande|nu|följer|montag|måndag|lyder|is|"
        "är nu|är fortfarande|är tills vidare|ändrat till|bytt till|satt till|satte vi till|ställt "
        "på|ställde|tar|gäller|nya är|är just nu|heter nu|är alltså|är inställt på|slå|öppnas med",
    .befores =
        "är nu|så fungerar|en av|det var|det är|var det|som|är lösenord*|är ditt|är koden|är mitt|och ok",
    .ordinary = "genast|omedelbart|ändrat|ändrats|ändrades|fel|rätt|ogiltigt|obligatoriskt|nödvändigt|glömt|"
                "tappat|se|nedan|"
                "ovan|följer|bifogat|samma|detsamma|tomt|inget|okänt|känt|hemligt|valfritt|ange|välj|byt|"
                "måste|får|kan|ska|sms|post|mejl|mail|telefon|separat|senare|imorgon|morgon|idag|måndag|igen|"
                "redan|aldrig|tack|hälsningar|mvh|starkt|svagt|säkert|giltigt|hjälp|tecken|siffror|bokstäver|"
                "går|kommer|skickas|skickat|sparat|krypterat|upprepa|bekräfta|avbryt|trasig|överallt|ingen|"
                "skiftlägeskänsligt|krävs|lapp|lappen|required|see|below|ditt_*|losenord*|spärrat|låst|olåst|"
                "borttaget|enkelt|svårt|krångligt|kanske|tyvärr|egentligen|antagligen|konfidentiellt|"
                "personligt|offentligt|viktigt|någonstans|ingenstans|något|ingenting|allt|annorlunda|vanligt|"
                "långt|kort|längre|kortare|bättre|borta|klart|inställt|löst|sparad",
    .handing = "ny*|tillfällig*|temporär*|start*|standard*|nuvarande|engångs*|admin*|root*|wifi*|gäst*|vpn|"
               "zip|dörr*|port*|larm*|röstbrevlåd*|lokalt|test*|gammalt|gamla|personlig*|värd*|deltagar*|"
               "webbinari*|inlogg*|bios*|server*|router*|backup*|telefon*|bank*|nätverks*|kund*|personal*|"
               "familje*|skrivar*|kamera*|huvud*|reserv*|nya|nytt|rot*",
    .nearby = "här är|här kommer|inloggningsuppgifter*|logga in|för att öppna|inloggning|lås upp",
    .logins = "användare|användarnamn|användaren|user|username|login|inlogg|inloggning|konto|e-post|mail|"
              "kundnummer|server|ssid|"
              "nätverk|domän|webbplats|namn|id|host|gästnätet",
    .policy = "måste|minst|obligatorisk*|glömt|går "
              "ut|fel|felaktig*|ogiltigt|starkt|återställ*|policy|lösenordspolicy|välj|"
              "bekräfta|ange|byt före|byt genast|byt "
              "lösen*|knäck*|längd|tecken|skiftläge*|misslyckades|trasig|frågar|hash|"
              "lösenordshanterare*|försök|känner till|påminnelse|ledtråd|lösenordsledtråd|krävs|består",
    .negation = "aldrig|inte med|inte vara|inte längre|ingen|inga|inget|minns inte|svara inte|dela inte",
    .units = "tecken|siffror|bokstäver|dagar|minuter|timmar|gånger|försök|bit|byte|ord|eller|månader|veckor|"
             "år|lösenord|kr|kronor|sekunder|procent|senaste|meddelanden|mejl|poäng|meter|km|sidor|stycken|"
             "personer|platser|sek|min|kl",
    .other_codes = "klädkod*|källkod|rabatt*|felkod*|postnummer*|riktnummer*|qr|streckkod|kodgranskning|"
                   "lands*|färg*|verifiering*|kampanj*|produkt*|bankkod|landskod|rabat*|promocyjn*|indirim*",
    .places = "dörr*|bakdörr*|port*|grind*|larm*|garage*|kassaskåp*|cykel*|lås*|nyckelskåp*|hus*|ingång*|"
              "ipad*|iphone|telefon*|testtelefon*|röstbrevlåd*|kort*|bankkort*|serverrum*|stuga*|kontor*|"
              "bank*|telefonmöte*|sim*|åtkomst*|upplåsning*|hemlig*|värd*|deltagar*|pin*|räcket|cykellåset|"
              "skåp*|båt*|förråd*|källar*|vind*|hiss*|parkering*|bom*|sidogrind*|entré*|verkstad*|lager*|"
              "butik*|kassa*|skrivar*|surfplatta*|skola*|klinik*|dagis*|container*|hall*|porttelefon*|låda*|"
              "väska*|husvagn*|gym*|hänglås*|knappsats*|cykelrum*|jalusi*",
    .spelled = "stort|litet|siffran|streck|sedan|punkt|bindestreck",
    .endings = "lig|ligt|liga|bar|bart|bara|isk|iskt|iska|erad|erat|erade|ning|ningen|het|ats|ades|ande|ende|"
               "samt|samma|ställt|skickat|ändrat|bytt|givet|hållet|tagen|tagit",
};

const struct prose_words *const prose_germanic[] = { &en, &de, &nl, &sv, NULL };
