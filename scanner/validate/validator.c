/* validator.c - the list of all validators, and what verdicts are called. */
#include "validate/validator.h"

#include <stdarg.h>
#include <stdio.h>

#include "validate/placeholder.h"
#include "validate/tables.h"

const struct validator *const validator_tables[] = {
    validators_checksum, validators_azure,      validators_encoded,   validators_pem,      validators_token,
    validators_account,  validators_reversible, validators_plausible, validators_prefixed, validators_prose,
    validators_sasl,     validators_column,     validators_wallet,    validators_keyfile,  NULL,
};

const struct validator *validator_find(struct slice name)
{
    for (size_t t = 0; validator_tables[t]; t++)
        for (const struct validator *v = validator_tables[t]; v->name; v++)
            if (name.len && name.ptr[0] == (unsigned char)v->name[0] &&
                slice_is_equal(name, slice_str(v->name)))
                return v;
    return NULL;
}

static const char *const verdict_names[VERDICTS] = {
    [VERDICT_PROSE] = "prose",
    [VERDICT_CONTEXTUAL] = "contextual",
    [VERDICT_STRUCTURAL] = "structural",
    [VERDICT_PROVEN] = "proven",
};

const char *verdict_name(enum verdict verdict)
{
    return verdict < VERDICTS ? verdict_names[verdict] : "unknown";
}

int verdict_from_name(struct slice name)
{
    for (int v = 0; v < VERDICTS; v++)
        if (slice_is_equal(name, slice_str(verdict_names[v])))
            return v;
    return -1;
}

void judgement_say(struct judgement *judgement, enum judged judged, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    judgement->judged = judged;
    vsnprintf(judgement->why, sizeof judgement->why, format, args);
    va_end(args);
}

bool judgement_rejects_password(struct judgement *judgement, struct slice password)
{
    enum placeholder placeholder = placeholder_of(password);
    if (placeholder == PLACEHOLDER_NONE || placeholder == PLACEHOLDER_SEQUENCE)
        return false;
    judgement_say(judgement, JUDGED_REJECT, "password %s", placeholder_why(placeholder));
    return true;
}
