/* left_out.c - what filters left out of a scan or case, in words. */
#include "report/left_out.h"

#include "report/text.h"

#define WORDS_MAX ((size_t)64 * 1024)

static uint64_t excluded_of(const struct report_summary *summary)
{
    return summary->counts.excluded + summary->excluded_in_case;
}

static uint64_t messages_of(const struct report_summary *summary)
{
    return summary->counts.messages + summary->messages_in_case;
}

bool left_out_any(const struct report_summary *summary)
{
    return excluded_of(summary) > 0;
}

bool left_out_all(const struct report_summary *summary)
{
    return excluded_of(summary) > 0 && excluded_of(summary) == messages_of(summary);
}

void left_out_put(struct buffer *out, const struct report_summary *summary, bool is_without_people)
{
    char number[32], total[32];
    uint64_t excluded = excluded_of(summary), messages = messages_of(summary);
    const char *by = is_without_people ? summary->filters.without_people : summary->filters.words;
    if (messages == 1)
        buffer_put_str(out, "the only message was");
    else if (excluded == messages)
        buffer_printf(out, "all %s messages were", text_count(messages, total));
    else
        buffer_printf(out, "%s of %s messages %s", text_count(excluded, number), text_count(messages, total),
                      excluded == 1 ? "was" : "were");
    buffer_printf(out, " left out by %s", by ? by : "--folder, --since or --until");
}

void left_out_tell(struct report *report, const struct report_summary *summary, bool is_without_people,
                   const char *before, const char *after)
{
    struct buffer words;
    if (!left_out_any(summary))
        return;
    buffer_init(&words, WORDS_MAX);
    left_out_put(&words, summary, is_without_people);
    report_write(report, slice_str(before));
    text_put_value(report, buffer_slice(&words), 0);
    report_write(report, slice_str(after));
    buffer_release(&words);
}
