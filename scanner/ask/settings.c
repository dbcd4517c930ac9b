/* settings.c - what a helper is told when it is started: bounds, and what it shall do. */
#include "ask/settings.h"

#include <stdio.h>

static uint64_t *number_at(struct helper_settings *settings, unsigned i)
{
    uint64_t *const numbers[HELPER_NUMBERS] = {
        &settings->needs_box, &settings->cpu,  &settings->memory, &settings->document,
        &settings->pages,     &settings->text, &settings->pixels,
    };
    return numbers[i];
}

void helper_settings_write(const struct helper_settings *settings, char arguments[HELPER_NUMBERS][24])
{
    struct helper_settings copy = *settings;
    for (unsigned i = 0; i < HELPER_NUMBERS; i++)
        snprintf(arguments[i], 24, "%llu", (unsigned long long)*number_at(&copy, i));
}

int helper_settings_read(struct helper_settings *settings, char *const *arguments)
{
    *settings = (struct helper_settings){ 0 };
    for (unsigned i = 0; i < HELPER_NUMBERS; i++)
        if (!arguments[i] || slice_to_u64(slice_str(arguments[i]), number_at(settings, i)) < 0)
            return -1;
    const char *languages = arguments[HELPER_NUMBERS];
    if (!languages || strlen(languages) >= sizeof settings->languages)
        return -1;
    memcpy(settings->languages, languages, strlen(languages) + 1);
    return 0;
}
