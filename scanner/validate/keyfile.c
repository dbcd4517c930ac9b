/* keyfile.c - the validator of what walk/keyfile.c tells of a file that is a secret by itself. */
#include "validate/codec.h"
#include "validate/tables.h"

/* The text between NAME=" and the next quote. */
static struct slice quoted(struct slice text, const char *name)
{
    size_t at = slice_find(text, 0, slice_str(name)), len = strlen(name);
    if (at == SLICE_NONE)
        return slice_of(NULL, 0);
    text = slice_skip(text, at + len);
    size_t end = slice_find_byte(text, 0, '"');
    return end == SLICE_NONE ? slice_of(NULL, 0) : slice_sub(text, 0, end);
}

static bool says(const struct candidate *candidate, const char *word)
{
    return slice_find(candidate->match, 0, slice_str(word)) != SLICE_NONE;
}

static void judge_keyfile(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    struct slice how = quoted(c->match, " how=\"");
    bool is_checked = says(c, " checked=yes ");
    const char *state = says(c, " empty=yes ")   ? "an empty password opens it"
                        : says(c, " locked=no ") ? "not encrypted"
                        : says(c, " empty=no ")  ? "encrypted; an empty password does not open it"
                                                 : "encrypted";
    (void)argument;
    codec_show(judgement->opens.user, sizeof judgement->opens.user, quoted(c->match, " of=\""));
    judgement_say(judgement, is_checked ? JUDGED_PROVEN : JUDGED_NOTHING, "%s%s%.*s%s", state,
                  how.len ? " (" : "", (int)(how.len < 90 ? how.len : 90),
                  how.ptr ? (const char *)how.ptr : "", how.len ? ")" : "");
}

const struct validator validators_keyfile[] = {
    { .name = "keyfile",
      .meaning = "a file that is a secret by itself: whether it is encrypted, and whether an empty password "
                 "opens it",
      .is_of_keyfiles = true,
      .judge = judge_keyfile },
    { .name = NULL },
};
