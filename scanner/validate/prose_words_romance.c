/* prose_words_romance.c - data: the word lists of the judge of prose for French, Spanish, Portuguese and Italian. */
#include "validate/prose_words.h"

static const struct prose_words fr = {
    .language = "fr",
    .common = "le|la|les|de|du|des|et|est|un|une|pour|avec|vous|votre|je|ne|pas|que|qui|sur|dans|il|merci|"
              "bonjour|mon|ton|sera|"
              "au|en|ou|mes|vos|ce|c'est|a|par|se",
    .codes = "pin|code|puk|digicode|combinaison|passe|mdp|secret|chiffre",
    .weak = "code|codes|clé|clef|pass|combinaison",
    .joins = "avec|par|à savoir|désormais|puis|donc|dessous|il s'agit de|s'agit de|tapez|mettez|le tien "
             "est|c'est le|redevient|reste|est|était|sera|c'est|est le|est la|en|à|devient|est "
             "maintenant|c'est maintenant|maintenant|savoir|suivant|suivante|toujours|reste|lundi|pour "
             "code|is|ce sera|a été changé en|changé en|remis à|mis à|est désormais|est toujours|reste "
             "toujours|prend|depuis hier|depuis ce matin|dorénavant|on a mis|j'ai mis|c'est "
             "toujours|maintenant c'est|le nouveau c'est|est réglé sur|est sur|bascule sur|vaut",
    .befores = "c'est le|c'est ton|voilà le|un des|l'un des|voici le|c'était le|était le|comme mot|comme|est "
               "le|est ton|est votre|est mon|en guise de|puis ok",
    .ordinary =
        "confidencial|expiré|modifié|changé|incorrect|erroné|faux|invalide|obligatoire|nécessaire|requis|"
        "oublié|perdu|"
        "voir|ci-dessous|ci-joint|dessous|suit|même|identique|vide|aucun|inconnu|connu|secret|facultatif|"
        "saisir|définir|choisir|doit|peut|sms|courrier|mail|téléphone|séparément|plus|demain|aujourd'hui|"
        "lundi|encore|déjà|jamais|merci|cordialement|fort|faible|sûr|unique|valide|aide|caractères|chiffres|"
        "lettres|expire|envoyé|communiqué|stocké|chiffré|répéter|confirmer|annuler|votre_*|connexion|cassé|"
        "partout|personne|nouveau|required|see|below|simple|compliqué|difficile|facile|peut-être|"
        "malheureusement|personnel|public|commun|important|urgent|quelque|quelconque|ailleurs|rien|tout|"
        "autre|différent|pareil|long|court|meilleur|bloqué|débloqué|supprimé|réglé|confidentiel|toujours|"
        "bien|mal|correct|partagé|choisi|défini|perdue|trop|assez|vraiment|post-it|écran|papier",
    .handing =
        "nouveau|nouvelle|provisoire|temporaire|initial|par "
        "défaut|actuel|unique|admin|administrateur|root|wifi|invité*|vpn|zip|porte|portail|alarme|messagerie|"
        "local|ancien|personnel|animateur|participant|webinaire|test|provisoire*|temporaire*|téléphonique*|"
        "téléphone|principal|maître|bios|serveur|routeur|box|réseau|client|professeur|élève|famille|"
        "imprimante|caméra|sauvegarde|session|actuel*|d'accès|d'administration|secours|général|commun",
    .nearby = "voici|ci-dessous|identifiants de connexion|connecte-toi|se connecter|connecter avec|pour "
              "ouvrir|les accès|accès au|"
              "on ouvre",
    .logins = "identifiant|utilisateur|nom "
              "d'utilisateur|user|username|login|compte|e-mail|email|mail|client|serveur|ssid|réseau|"
              "domaine|site|nom|connexion|id|numéro fiscal|hôte",
    .policy =
        "doit|doivent|au "
        "moins|minimum|obligatoire*|oublié|expire*|incorrect|erroné*|invalide|solide|réinitialis*|politique|"
        "choisissez|confirm*|saisissez|saisir|saisi|veuillez|changez|cassage|longueur|caractères|sensible|"
        "échec|panne|"
        "demande "
        "votre|empreinte|gestionnaire|essais|connaît|rappel|indice|différer|définir|vérification|protégés|"
        "créez|"
        "comporte",
    .negation = "jamais|ne pas|n'est plus|aucun|personne|ne sais plus|ne communiquez|ne "
                "répondez|n'envoyez|ne doit pas",
    .units = "caractères|chiffres|lettres|jours|minutes|heures|fois|essais|bits|octets|mots|ou|mois|semaines|"
             "ans|euros|secondes|derniers|tentatives|à|h|messages|mails|points|mètres|km|pages|pièces|"
             "personnes|places|sec|min|€|m",
    .other_codes =
        "code "
        "source|vestimentaire|promo|réduction|erreur|postal|indicatif|qr|barre*|revue|pays|couleur|route|"
        "fiscal|vérification|code civil|produit|code banque|code guichet|code ape|code naf|code postal",
    .places =
        "porte|portail|alarme|garage|coffre|vélo|antivol|boîte|immeuble|entrée|ipad|iphone|téléphone|"
        "messagerie|carte|serveurs|maison|chalet|bureau|banque|conférence|pont|sim|accès|déverrouillage|"
        "secret|confidentiel|animateur|participant|pin|digicode|bleue|rampe|rambarde|réunion|portillon|"
        "barrière|bateau|casier|cave|grenier|ascenseur|parking|local|hall|interphone|tiroir|valise|cabanon|"
        "caravane|atelier|magasin|caisse|imprimante|tablette|école|crèche|cabinet|conteneur|rue|clavier|"
        "cadenas|boîtier|résidence|syndic|rideau|gîte|studio|remise|téléphonique|salle",
    .spelled = "majuscule|minuscule|chiffre|tiret|puis|point|dièse|étoile|underscore",
    .endings = "é|ée|és|ées|able|ables|ible|ibles|ique|iques|eux|euse|ment|ment.|tion|ait|ant|ante|ents|elle|"
               "elles|oires|oire|oin|ité|if|ive",
};

static const struct prose_words es = {
    .language = "es",
    .common = "el|la|los|las|de|del|y|es|un|una|para|con|su|tu|que|no|en|por|se|mi|te|hola|usted|le|lo|al|"
              "está|ha|o|si|favor|a",
    .codes = "pin|código|codigo|puk|combinación|número secreto|clave|contraseña|secreto|cifra",
    .weak = "código|codigo|códigos|llave|pass|combinación|contra",
    .joins = "con|es el|entonces|o sea|pones|marca|teclea|la tuya es|el tuyo "
             "es|sería|digamos|es|era|será|a|pon|es la|es el|sigue "
             "siendo|siguiente|ahora|por|fue|queda|lunes|is|son|ahora es|es ahora|cambiada a|cambiado "
             "a|puesta en|puesto en|está en|lleva|desde ayer|desde hoy|desde esta mañana|la pusimos|hemos "
             "puesto|he puesto|te pongo|te puse|la nueva es|el nuevo es|queda en|se abre con|va con|vale",
    .befores = "es el|era la|esa es la|una de las|esa es|es el password|es tu|como|es la|es el|es tu|es "
               "su|es mi|por|y ok",
    .ordinary =
        "caducada|caducado|cambiada|cambiado|modificada|incorrecta|incorrecto|errónea|inválida|obligatoria|"
        "obligatorio|necesaria|requerida|olvidada|perdida|ver|vea|abajo|adjunto|sigue|misma|mismo|vacía|"
        "vacío|ninguna|desconocida|secreta|opcional|introducir|definir|elegir|debe|puede|sms|correo|mail|"
        "teléfono|aparte|después|mañana|hoy|lunes|otra|ya|nunca|gracias|saludos|segura|fuerte|débil|única|"
        "válida|ayuda|caracteres|números|letras|caduca|enviada|comunicada|guardada|cifrada|repetir|confirmar|"
        "cancelar|su_*|tu_*|entrar|rota|nadie|nueva|required|see|below|menos|donde|cuando|simple|complicada|"
        "difícil|fácil|quizá|quizás|desgraciadamente|personal|pública|común|importante|urgente|alguna|nada|"
        "todo|distinta|igual|larga|corta|mejor|resuelto|confidencial|siempre|todavía|bien|mal|correcta|"
        "demasiado|bastante|realmente|escrita|suya|nuestra|post-it|monitor|papel",
    .handing = "nueva|nuevo|temporal|provisional|inicial|predeterminada|actual|un solo "
               "uso|admin|administrador|root|wifi|invitado*|vpn|zip|puerta|portón|alarma|buzón|local|"
               "anterior|personal|anfitrión|participante|seminario|prueba|telefónic*|principal|maestra|bios|"
               "servidor|router|red|cliente|empleado|profesor|alumno|familia|impresora|cámara|copias|sesión|"
               "de acceso|general|común|de administrador|vieja|antigua",
    .nearby = "aquí|datos de acceso|credenciales|entra con|ingrese con|para abrir|acceso|te dejo",
    .logins =
        "usuario|nombre de "
        "usuario|user|username|login|cuenta|correo|e-mail|email|cliente|servidor|ssid|red|dominio|sitio|"
        "nombre|nif|id|host",
    .policy =
        "debe|deben|al "
        "menos|mínimo|obligatori*|olvid*|caduca*|incorrect*|errónea*|inválid*|segura|restablec*|política|"
        "elija|confirm*|introduzca|introducido|cambie|cámbiela "
        "antes|descifra*|longitud|caracteres|distingue|fallo|falla|"
        "pida|pidió|hash|gestor|intentos|sabe "
        "su|recordatorio|pista|igual|definir|verificación|protegidos|cree una|tiene 4",
    .negation = "nunca|no responda|no hace|no debe|no puede|ninguna|nadie|no recuerdo|no comparta|ya no",
    .units = "caracteres|dígitos|números|letras|días|minutos|horas|veces|intentos|bits|bytes|palabras|o|"
             "meses|semanas|años|euros|segundos|últimas|contraseñas|a|mensajes|correos|puntos|metros|km|"
             "páginas|piezas|personas|plazas|seg|min|€|h",
    .other_codes =
        "código "
        "fuente|vestimenta|descuento|promocional|error|postal|prefijo|qr|barras|revisión|país|color|éxito|"
        "verificación|civil|producto|fiscal|código de entidad|código postal|código swift",
    .places = "puerta|portón|alarma|garaje|caja|bici|candado|llaves|edificio|entrada|ipad|iphone|teléfono|"
              "móvil|buzón|tarjeta|servidores|casa|oficina|banco|conferencia|sim|acceso|desbloqueo|secreto|"
              "anfitrión|participante|wifi|wpa2|impresora|barandilla|reunión|sala|pin|usuario|cancela|"
              "barrera|barca|barco|taquilla|sótano|ascensor|aparcamiento|parking|portal|portero|interfono|"
              "cajón|maleta|caseta|caravana|taller|tienda|tableta|tablet|colegio|guardería|consulta|"
              "contenedor|calle|teclado|trastero|urbanización|persiana|estudio|almacén|cajita|cajetín|"
              "gimnasio|telefónica|telefónico|bicis|finca|verja",
    .spelled = "mayúscula|minúscula|guion|guión|luego|punto|número|asterisco",
    .endings = "ado|ada|ados|adas|ido|ida|idos|idas|able|ables|ible|ibles|mente|ción|ando|iendo|ante|ente|"
               "iva|ivo|ual|oso|osa|arla|erla|irla|arlo|ería|aron",
};

static const struct prose_words pt = {
    .language = "pt",
    .common = "o|a|os|as|de|do|da|e|é|um|uma|para|com|sua|seu|que|não|em|por|se|minha|meu|tua|olá|no|na|ao|"
              "está|foi|ou|dos|das|"
              "como",
    .codes = "pin|código|codigo|puk|combinação|segredo|senha|passe|palavra-passe|combina",
    .weak = "código|codigo|códigos|chave|pass|combinação|segredo",
    .joins =
        "com|então|ou seja|é a seguinte|bota|digita|marcar|o teu é|a sua é|passou a "
        "ser|será|é|era|será|para|coloque|é a|é o|seguinte|agora|continua|foi|fica|segunda|is|são|agora "
        "é|continua sendo|mudada para|mudado para|alterada para|trocada para|redefini a senha para|está "
        "em|ficou|desde ontem|desde hoje|coloquei|pus|a nova é|o novo é|fica em|abre com|é agora|virou|vale",
    .befores = "era a|essa é a|é essa|uma das|como password|é o|como senha|como|é a|é o|é a sua|é a tua|é "
               "esse|por|e ok",
    .ordinary =
        "expirada|alterada|alterado|incorreta|incorreto|errada|inválida|obrigatória|obrigatório|necessária|"
        "precisa|esquecida|perdida|ver|veja|abaixo|anexo|segue|mesma|mesmo|vazia|vazio|nenhuma|desconhecida|"
        "secreta|opcional|digitar|definir|escolher|deve|pode|sms|correio|mail|e-mail|telefone|separado|"
        "depois|amanhã|hoje|segunda|outra|já|nunca|obrigado|obrigada|cumprimentos|segura|forte|fraca|única|"
        "válida|ajuda|caracteres|números|letras|expira|enviada|comunicada|guardada|cifrada|repetir|confirmar|"
        "cancelar|sua_*|entrar|avariada|ninguém|nova|required|see|below|simples|complicada|difícil|fácil|"
        "talvez|infelizmente|pessoal|pública|comum|importante|urgente|alguma|nada|tudo|diferente|igual|longa|"
        "curta|melhor|resolvido|confidencial|sempre|ainda|bem|mal|correta|correto|demais|bastante|realmente|"
        "escrita|nossa|preferencial|eletrônica|post-it|post-its|monitor|papel",
    .handing = "nova|novo|temporária|provisória|inicial|padrão|atual|uso "
               "único|admin|administrador|root|wifi|visita*|vpn|zip|porta|portão|alarme|caixa "
               "postal|local|antiga|pessoal|anfitrião|participante|webinar|teste*|provisório|telefônic*|"
               "telefónic*|principal|mestra|mestre|bios|servidor|roteador|rede|cliente|funcionário|professor|"
               "aluno|família|impressora|câmera|cópias|sessão|de acesso|geral|comum",
    .nearby = "aqui|dados de acesso|credenciais|entre com|para abrir|acesso|seguem|deixo aqui",
    .logins = "usuário|utilizador|nome de "
              "usuário|user|username|login|conta|e-mail|email|cliente|servidor|ssid|rede|domínio|site|"
              "nome|nif|id|host",
    .policy = "deve|devem|pelo "
              "menos|mínimo|obrigatóri*|esquec*|esqueci|expira*|incorret*|errada*|inválid*|forte|redefini*|"
              "política|escolha|confirme|introduza|digite "
              "o|digitado|altere|quebram|comprimento|caracteres|diferencia|falha|trava|"
              "pede a|pedida|hash|gestor|tentativas|sabe a "
              "sua|lembrete|dica|diferente|definir|verificação|protegidos|crie|"
              "tem 4",
    .negation = "nunca|não responda|não deve|não me|nenhum*|ninguém|não partilhe|já não|não serve|não faz",
    .units = "caracteres|dígitos|números|letras|dias|minutos|horas|vezes|tentativas|bits|bytes|palavras|ou|"
             "meses|semanas|anos|euros|segundos|últimas|senhas|a|mensagens|e-mails|pontos|metros|km|páginas|"
             "peças|pessoas|lugares|seg|min|r$|h|reais",
    .other_codes =
        "código "
        "fonte|código-fonte|vestuário|desconto|promocional|erro|postal|indicativo|qr|barras|revisão|país|cor|"
        "verificação|civil|produto|fiscal|código do banco|código swift|código postal",
    .places =
        "porta|portão|alarme|garagem|cofre|bicicleta|cadeado|chaves|prédio|entrada|ipad|iphone|telefone|"
        "telemóvel|caixa "
        "postal|cartão|servidores|casa|escritório|banco|conferência|sim|acesso|desbloqueio|secreto|anfitrião|"
        "participante|wpa2|reunião|sala|pin|grade|cancela|barco|armário|porão|elevador|estacionamento|"
        "portaria|interfone|gaveta|mala|galpão|oficina|loja|caixa|impressora|tablet|escola|creche|"
        "consultório|contêiner|rua|teclado|depósito|condomínio|persiana|estúdio|almoxarifado|caixinha|"
        "bicicletário|academia|telefônica|telefónico|sítio|chácara|varanda|portãozinho|lavanderia",
    .spelled = "maiúsculo|minúsculo|hífen|depois|ponto|número|asterisco",
    .endings = "ado|ada|ados|adas|ido|ida|idos|idas|ável|áveis|ível|íveis|mente|ção|ando|endo|indo|ante|ente|"
               "iva|ivo|oso|osa|ada.",
};

static const struct prose_words it = {
    .language = "it",
    .common = "il|la|lo|gli|le|di|del|della|e|è|un|una|per|con|che|non|in|si|tua|sua|mia|ciao|ho|al|alla|dal|"
              "da|i|ti|mi|sono|ha|"
              "come|nel|o|a",
    .codes = "pin|codice|puk|combinazione|password|parola|pass",
    .weak = "codice|codici|chiave|pass|combinazione|parola",
    .joins = "con|invece|quindi|ossia|digita|il tuo è|la tua è|digitando|inserendo|dicendo|solo con|di "
             "riserva|è|era|sarà|in|metti|è la|è il|seguente|ora|sempre|cioè|resta|rimane|lunedì|is|sono|ora "
             "è|è ancora|è sempre|cambiata in|cambiato in|impostata su|impostato su|reimpostata in|messo|sta "
             "su|è su|da ieri|da oggi|da stamattina|l'abbiamo messa|ho messo|ti ho messo|quella nuova "
             "è|quella nuova|il nuovo è|si apre con|diventa|sarebbe|vale|è invece|è la parola",
    .befores =
        "era la|è questa|una delle|come password|quella è la|è il codice|come|è la|è il|è la tua|per|e ok",
    .ordinary =
        "quella|quello|quelle|solita|solito|scaduta|scaduto|cambiata|modificata|errata|errato|sbagliata|non|"
        "invalida|obbligatoria|obbligatorio|"
        "necessaria|richiesta|dimenticata|persa|vedi|sotto|allegato|segue|stessa|stesso|vuota|vuoto|nessuna|"
        "sconosciuta|segreta|facoltativa|inserire|impostare|scegliere|deve|può|sms|posta|mail|e-mail|"
        "telefono|parte|dopo|domani|oggi|lunedì|ancora|già|mai|grazie|saluti|sicura|forte|debole|unica|"
        "valida|aiuto|caratteri|cifre|lettere|scade|inviata|comunicata|salvata|cifrata|ripetere|conferma|"
        "annulla|la_tua*|tua_*|accedi|rotta|guasta|nessuno|nuova|required|see|below|reset|manager|semplice|"
        "complicata|difficile|facile|forse|purtroppo|personale|pubblica|comune|importante|urgente|qualche|"
        "niente|tutto|altra|diversa|uguale|lunga|corta|migliore|risolto|riservata|sempre|bene|male|corretta|"
        "troppo|abbastanza|davvero|scritta|vostra|nostra|esiste|post-it|monitor|foglietto|biglietto",
    .handing =
        "nuova|nuovo|temporanea|provvisoria|iniziale|predefinita|attuale|monouso|admin|amministratore|root|"
        "wifi|ospit*|vpn|zip|porta|cancello|allarme|segreteria|locale|vecchia|personale|moderatore|"
        "partecipante|webinar|prova|provvisorio|telefonic*|principale|master|bios|server|router|rete|cliente|"
        "dipendente|docente|alunno|famiglia|stampante|telecamera|backup|sessione|di accesso|generale|comune",
    .nearby = "ecco|dati di accesso|credenziali|entra come|accedere con|per aprire|accesso|ti lascio",
    .logins = "utente|nome utente|user|username|login|account|e-mail|email|mail|cliente|codice "
              "cliente|server|ssid|rete|dominio|"
              "sito|nome|id|host|accesso",
    .policy = "deve|devono|almeno|minimo|obbligatori*|dimentica*|scade|scadono|errat*|invalid*|sicura|"
              "reimposta*|reset|politica|"
              "scegli|conferma|inserisci|inserire|inserito|cambi|cambiala subito|cambiare "
              "la|violano|lunghezza|caratteri|distingue|"
              "fallito|blocca|chiede la password "
              "al|hash|gestore|tentativi|conosce|promemoria|suggerimento|diversa|imposta|"
              "verifica|protetti|crea una|ripristino|cambiare|ha 4",
    .negation =
        "mai|non inviare|non rispondere|non deve|non ricordo|nessun*|non serve|non condividere|non fa|non le",
    .units = "caratteri|cifre|numeri|lettere|giorni|minuti|ore|volte|tentativi|bit|byte|parole|o|mesi|"
             "settimane|anni|euro|secondi|ultime|password|a|messaggi|mail|punti|metri|km|pagine|pezzi|"
             "persone|posti|sec|min|€|h",
    .other_codes =
        "codice "
        "sorgente|sconto|errore|postale|prefisso|qr|barre|revisione|paese|colore|fiscale|verifica|tastiera|"
        "civile|cliente|successo|prodotto|codice abi|codice cab|codice iban|codice fiscale|codice univoco",
    .places =
        "porta|cancello|allarme|garage|cassaforte|bici|lucchetto|cassetta|palazzo|ingresso|ipad|iphone|"
        "telefono|segreteria|carta|bancomat|server|casa|ufficio|banca|conferenza|sim|accesso|sblocco|segreto|"
        "moderatore|partecipante|wpa2|ringhiera|riunione|sala|pin|chiavi|cancelletto|sbarra|barca|armadietto|"
        "cantina|ascensore|parcheggio|portone|portineria|citofono|cassetto|valigia|capanno|roulotte|officina|"
        "negozio|cassa|stampante|tablet|scuola|asilo|studio|container|via|tastierino|magazzino|condominio|"
        "serranda|palestra|cassettina|telefonico|telefonica|deposito|portico|baita|box",
    .spelled = "maiuscola|minuscola|trattino|poi|punto|numero|asterisco",
    .endings = "ato|ata|ati|ate|ito|ita|iti|ite|uto|uta|abile|abili|ibile|ibili|mente|zione|ando|endo|ante|"
               "ente|ivo|iva|oso|osa|arla|erla|irla|ale|ali",
};

const struct prose_words *const prose_romance[] = { &fr, &es, &pt, &it, NULL };
