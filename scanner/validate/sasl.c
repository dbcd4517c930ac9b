/* sasl.c - validators: what mail programs send to log in: SASL PLAIN (RFC 4616), and LOGIN, a name and a password in base64 each. */
#include "validate/codec.h"
#include "validate/tables.h"

#define TEXT_MAX 512

/* The bytes that TEXT is base64 of; none where it is not. */
static struct slice decode(struct slice text, unsigned char bytes[TEXT_MAX])
{
    size_t len = codec_base64(text, bytes, TEXT_MAX);
    return slice_of(bytes, len == SLICE_NONE ? 0 : len);
}

/* Whom to act as, NUL, user, NUL, password. */
static void judge_plain(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[TEXT_MAX];
    struct slice rest = decode(c->secret, bytes);
    size_t first = slice_find_byte(rest, 0, 0);
    size_t second = first == SLICE_NONE ? SLICE_NONE : slice_find_byte(rest, first + 1, 0);
    (void)argument;
    if (second == SLICE_NONE || second == first + 1) {
        judgement_say(judgement, JUDGED_REJECT, "does not decode to user and password");
        return;
    }
    struct slice user = slice_sub(rest, first + 1, second - first - 1),
                 password = slice_skip(rest, second + 1);
    if (password.len == 0 || !codec_is_printable(user) || !codec_is_printable(password)) {
        judgement_say(judgement, JUDGED_REJECT, "does not decode to user and password");
        return;
    }
    if (judgement_rejects_password(judgement, password))
        return;
    codec_show(judgement->opens.user, sizeof judgement->opens.user, user);
    judgement_say(judgement, JUDGED_PROVEN, "decodes to user and password");
}

static struct slice last_word(struct slice line)
{
    size_t start = line.len;
    while (start > 0 && line.ptr[start - 1] > ' ')
        start--;
    return slice_skip(line, start);
}

/* The user that was sent in a line of BEFORE, which the server's questions stand between. */
static struct slice find_user(struct slice before, unsigned char bytes[TEXT_MAX])
{
    struct slice user = slice_of(NULL, 0);
    unsigned char room[TEXT_MAX];
    while (before.len > 0) {
        size_t end = slice_find_byte(before, 0, '\n');
        struct slice line = slice_trim(slice_sub(before, 0, end == SLICE_NONE ? before.len : end));
        before = slice_skip(before, end == SLICE_NONE ? before.len : end + 1);
        struct slice text = decode(last_word(line), room);
        if (text.len == 0 || !codec_is_printable(text) || slice_find(line, 0, slice_str("334")) != SLICE_NONE)
            continue;
        memcpy(bytes, text.ptr, text.len);
        user = slice_of(bytes, text.len);
    }
    return user;
}

static void judge_login(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[TEXT_MAX], name[TEXT_MAX];
    struct slice password = decode(c->secret, bytes);
    struct slice user = find_user(slice_sub(c->match, 0, (size_t)(c->secret.ptr - c->match.ptr)), name);
    (void)argument;
    if (password.len == 0 || !codec_is_printable(password) || user.len == 0) {
        judgement_say(judgement, JUDGED_REJECT, "does not decode to a password behind a user");
        return;
    }
    if (judgement_rejects_password(judgement, password))
        return;
    codec_show(judgement->opens.user, sizeof judgement->opens.user, user);
    judgement_say(judgement, JUDGED_PROVEN, "decodes to a password, behind its user");
}

const struct validator validators_sasl[] = {
    { .name = "sasl-plain",
      .meaning = "SASL PLAIN: base64 of user and password behind NULs; tells the user",
      .judge = judge_plain },
    { .name = "sasl-login",
      .meaning = "AUTH LOGIN: base64 of a password, behind a line that is base64 of its user; tells the user",
      .judge = judge_login },
    { .name = NULL },
};
