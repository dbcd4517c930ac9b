/* filters.c - the options that leave messages out: whether they can fit anything, and what they are in words. */
#include "cli/filters.h"

#include <time.h>

#define SECONDS_A_DAY 86400
#define WORDS_MAX ((size_t)16 * 1024)

static void put_day(struct buffer *out, int64_t seconds)
{
    char day[32] = "";
    struct tm tm;
    time_t at = (time_t)seconds;
    if (gmtime_r(&at, &tm))
        strftime(day, sizeof day, "%Y-%m-%d", &tm);
    buffer_put_str(out, day);
}

static void put_between(struct buffer *out)
{
    buffer_put_str(out, out->len > 0 ? ", " : "");
}

static const char *words_of(const struct scan_options *options, bool is_without_people)
{
    const struct scan_settings *settings = &options->settings;
    struct buffer out;
    buffer_init(&out, WORDS_MAX);
    for (size_t i = 0; i < options->folders.count; i++) {
        put_between(&out);
        buffer_printf(&out, "--folder %s", is_without_people ? "(withheld)" : options->folders.at[i]);
    }
    if (settings->since != INT64_MIN) {
        put_between(&out);
        buffer_put_str(&out, "--since ");
        put_day(&out, settings->since);
    }
    if (settings->until != INT64_MAX) {
        put_between(&out);
        buffer_put_str(&out, "--until ");
        put_day(&out, settings->until - SECONDS_A_DAY); /* it is exclusive */
    }
    const char *words = out.len > 0 ? arena_string(options->arena, buffer_slice(&out)) : NULL;
    buffer_release(&out);
    return words;
}

struct report_filters filters_words(const struct scan_options *options)
{
    return (struct report_filters){ words_of(options, false), words_of(options, true) };
}

int filters_check(const struct scan_options *options, struct error *err)
{
    const struct scan_settings *settings = &options->settings;
    struct buffer words;
    if (settings->since < settings->until)
        return 0;
    buffer_init(&words, WORDS_MAX);
    buffer_put_str(&words, "--since ");
    put_day(&words, settings->since);
    buffer_put_str(&words, " comes after --until ");
    put_day(&words, settings->until - SECONDS_A_DAY);
    error_set(err, ERROR_USAGE, "%.*s: no day is between them", (int)words.len, (const char *)words.ptr);
    buffer_release(&words);
    return -1;
}
