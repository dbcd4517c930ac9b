/* placeholder_label.c - what a form, a translation or a message says of passwords, where the password itself would stand. */
#include "validate/placeholder.h"

#define LABEL_MAX ((size_t)100)

/* What passwords are called. A word alone is a label only if it is one of these; among others it is enough that one holds it. */
static const char *const names[] = {
    "password",    "passphrase",   "passcode",      "passwort",
    "kennwort",    "mot de passe", "contraseña",    "contrasena",
    "clave",       "senha",        "palavra-passe", "parola d'ordine",
    "wachtwoord",  "lösenord",     "adgangskode",   "passord",
    "salasana",    "hasło",        "hasła",         "heslo",
    "hesla",       "пароль",       "Пароль",        "пароля",
    "Пароля",      "паролі",       "parola",        "parolă",
    "şifre",       "Şifre",        "şifreniz",      "Şifreniz",
    "jelszó",      "geslo",        "lozinka",       "парола",
    "Парола",      "κωδικός",      "Κωδικός",       "סיסמה",
    "كلمة المرور", "密码",         "密碼",          "口令",
    "パスワード",  "暗証番号",     "비밀번호",      "암호",
    "mật khẩu",    "Mật khẩu",     "kata sandi",    "รหัสผ่าน",
    NULL,
};

static bool is_letter(unsigned char c)
{
    return (slice_lower_byte(c) >= 'a' && slice_lower_byte(c) <= 'z') || c >= 0x80;
}

/* A word as people write them: letters and what stands in and behind words, or a short number. */
static bool is_written_word(struct slice word)
{
    size_t letters = 0, digits = 0;
    for (size_t i = 0; i < word.len; i++) {
        letters += is_letter(word.ptr[i]);
        digits += slice_is_digit(word.ptr[i]);
        if (!is_letter(word.ptr[i]) && !slice_is_digit(word.ptr[i]) && !strchr("'?!.:,;()-/", word.ptr[i]))
            return false;
    }
    return !digits || (!letters && digits <= 3);
}

/* The words of TEXT, or 0 where one is none. */
static size_t count_words(struct slice text)
{
    size_t words = 0;
    while (text.len) {
        size_t space = slice_find_byte(text, 0, ' ');
        struct slice word = slice_sub(text, 0, space);
        if (!is_written_word(word))
            return 0;
        words += word.len > 0;
        text = space == SLICE_NONE ? slice_sub(text, text.len, 0) : slice_skip(text, space + 1);
    }
    return words;
}

static bool has_ascii_letter(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < 0x80 && is_letter(text.ptr[i]))
            return true;
    return false;
}

static struct slice without_signs(struct slice text)
{
    while (text.len && strchr("?!.:;, ", text.ptr[text.len - 1]) && text.ptr[text.len - 1])
        text.len--;
    return text;
}

/* "required|string|min:12": what a form's field must be, three rules and more. */
static bool is_rule_list(struct slice value)
{
    size_t rules = 0;
    while (value.len) {
        size_t bar = slice_find_byte(value, 0, '|');
        struct slice rule = slice_sub(value, 0, bar),
                     name = slice_sub(rule, 0, slice_find_byte(rule, 0, ':'));
        for (size_t i = 0; i < name.len; i++)
            if (name.ptr[i] != '_' && !(name.ptr[i] >= 'a' && name.ptr[i] <= 'z'))
                return false;
        if (name.len < 3)
            return false;
        rules++;
        value = bar == SLICE_NONE ? slice_sub(value, value.len, 0) : slice_skip(value, bar + 1);
    }
    return rules >= 3;
}

bool placeholder_is_label(struct slice value)
{
    if (is_rule_list(value))
        return true;
    size_t words = value.len <= LABEL_MAX ? count_words(value) : 0;
    if (!words)
        return false;
    struct slice bare = without_signs(value);
    bool is_eastern = value.ptr[0] >= 0xE0 && !has_ascii_letter(value); /* written without spaces */
    for (size_t i = 0; names[i]; i++) {
        struct slice name = slice_str(names[i]);
        if (words == 1 && bare.len != name.len && !(is_eastern && name.ptr[0] >= 0xE0))
            continue;
        if (slice_find_nocase(value, 0, name) != SLICE_NONE)
            return true;
    }
    return false;
}
