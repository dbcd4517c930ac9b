/* logins.h - logins that tables and exports of password managers hold, each as a line that the rules of patterns/managers.yaml know.
 *
 * A line is what it is called in brackets, then service, host, user and secret, tabs between and after: "[saved login]\tGitHub\tgithub.com\talice\t…\t".
 */
#ifndef MAILSPILL_EXTRACT_LOGINS_H
#define MAILSPILL_EXTRACT_LOGINS_H

#include "extract/track.h"

#define LOGIN_SECRETS 8

/* A value, and where it stands in the text. */
struct login_value {
    struct slice text; /* decoded */
    size_t at;
    bool is_as_is; /* it stands there byte for byte */
};

enum login_field { LOGIN_NONE, LOGIN_SERVICE, LOGIN_URL, LOGIN_USER, LOGIN_SECRET, LOGIN_OTP, LOGIN_NOTE };

struct login {
    struct login_value service, url, user, note;
    struct login_value secrets[LOGIN_SECRETS], codes[LOGIN_SECRETS];
    size_t secret_count, code_count;
};

/* What a column or member of this NAME holds; letters of any case, spaces and `_-` do not count. */
enum login_field login_field_of(struct slice name);

/* Of fields that come twice the first counts; secrets are all kept, up to LOGIN_SECRETS. Empty values do not count. */
void login_take(struct login *login, enum login_field field, struct login_value value);

/* Append LOGIN to VIEW. IS_MANAGER: it comes from a password manager's export, else from some table. */
void login_put(struct track *view, const struct login *login, bool is_manager);

#endif
