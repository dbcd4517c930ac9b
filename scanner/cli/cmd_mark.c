/* cmd_mark.c - `mailspill mark`: what a person decided about a secret, a finding or a gap. */
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/command.h"
#include "record/case_marks.h"

#define MARKS_FILE_MOST ((size_t)1024 * 1024 * 1024)

struct marking {
    struct scan_options *options;
    struct case_store *store;
    struct mark mark; /* what is put, but for its target */
    uint64_t count;
};

static const char *author_of(const struct scan_options *options)
{
    const struct passwd *user = getpwuid(getuid());
    if (options->mark.by)
        return options->mark.by;
    return user && user->pw_name && *user->pw_name ? user->pw_name : "unknown";
}

static int put_one(void *ctx, const struct record_id *id)
{
    struct marking *marking = ctx;
    struct mark mark = marking->mark;
    mark.target = *id;
    marking->count++;
    return case_put_mark(marking->store, &mark, NULL);
}

static int take_judgement(struct marking *marking, const char *word, struct error *err)
{
    int judgement = mark_word_from_name(slice_str(word));
    if (judgement < 0)
        return error_set(err, ERROR_USAGE,
                         "'%s' is no judgement: false, true, rotated, notified, accepted or undo", word);
    marking->mark.word = (enum judgement_word)judgement;
    return 0;
}

/* Take back the last mark on the target. */
static int undo(struct marking *marking, struct error *err)
{
    int got = case_last_mark(marking->store, &marking->mark.target, &marking->mark.undoes);
    if (got == 0)
        return error_set(err, ERROR_USAGE, "there is no mark on it to take back");
    return got < 0 ? -1 : case_put_mark(marking->store, &marking->mark, NULL);
}

static int mark_id(struct marking *marking, struct error *err)
{
    const struct input_list *words = &marking->options->inputs;
    if (words->count != 2)
        return error_set(err, ERROR_USAGE,
                         "want an id and a judgement: mailspill mark --case DIR ID rotated");
    if (take_judgement(marking, words->at[1].input.path, err) < 0 ||
        case_find_target(marking->store, slice_str(words->at[0].input.path), &marking->mark, err) < 0)
        return -1;
    marking->count = 1;
    return marking->mark.word == MARK_UNDO ? undo(marking, err)
                                           : case_put_mark(marking->store, &marking->mark, NULL);
}

static int mark_where(struct marking *marking, struct error *err)
{
    const struct input_list *words = &marking->options->inputs;
    if (words->count != 1)
        return error_set(err, ERROR_USAGE, "want one judgement beside --where");
    if (take_judgement(marking, words->at[0].input.path, err) < 0)
        return -1;
    if (marking->mark.word == MARK_UNDO)
        return error_set(err, ERROR_USAGE, "undo takes one id at a time");
    /* What was rotated or told is the secret; what was judged is each place of it. */
    marking->mark.kind = marking->mark.word == MARK_ROTATED || marking->mark.word == MARK_NOTIFIED
                             ? TARGET_SECRET
                             : TARGET_FINDING;
    const char *where = marking->options->mark.where;
    if (case_each_where(marking->store, slice_str(where), marking->mark.kind, put_one, marking, err) < 0)
        return -1;
    if (marking->count == 0)
        return error_set(err, ERROR_USAGE, "nothing was marked: no finding of the case fits '%s'", where);
    return 0;
}

static int mark_import(struct marking *marking, struct error *err)
{
    const char *file = marking->options->mark.import;
    uint64_t added = 0, known = 0;
    struct buffer text;
    buffer_init(&text, MARKS_FILE_MOST);
    int result = strcmp(file, "-") == 0 ? file_read_fd(STDIN_FILENO, "standard input", &text, err)
                                        : file_read(file, &text, err);
    if (result == 0)
        result = case_import_marks(marking->store, buffer_slice(&text), file, &added, &known, err);
    buffer_release(&text);
    if (result == 0)
        printf("%llu %s added, %llu %s there\n", (unsigned long long)added, added == 1 ? "mark" : "marks",
               (unsigned long long)known, known == 1 ? "was" : "were");
    return result;
}

static int mark_export(struct marking *marking)
{
    struct buffer out;
    buffer_init(&out, MARKS_FILE_MOST);
    int result = case_export_marks(marking->store, &out);
    fwrite(out.ptr, 1, out.len, stdout);
    buffer_release(&out);
    return result;
}

static int mark_any(struct marking *marking, struct error *err)
{
    const struct mark_options *wanted = &marking->options->mark;
    if (wanted->is_export)
        return mark_export(marking);
    int result = wanted->import  ? mark_import(marking, err)
                 : wanted->where ? mark_where(marking, err)
                                 : mark_id(marking, err);
    if (result == 0)
        result = case_commit(marking->store);
    if (result == 0 && !wanted->import)
        printf("%llu marked %s\n", (unsigned long long)marking->count, mark_word(marking->mark.word));
    return result;
}

static int mark_run(struct scan_options *options, char *const *argv)
{
    struct error err = { 0 };
    struct marking marking = { .options = options };
    (void)argv;
    if (!options->case_dir) {
        error_set(&err, ERROR_USAGE, "which case? --case DIR");
        return command_fail(&command_mark, &err);
    }
    marking.mark.at = time(NULL);
    marking.mark.author = slice_str(author_of(options));
    marking.mark.note = slice_str(options->mark.note);
    marking.store = case_open(options->case_dir, options->mark.is_export ? CASE_READ : CASE_WRITE, &err);
    int result = marking.store ? mark_any(&marking, &err) : -1;
    if (result < 0 && marking.store && case_failure(marking.store))
        err = *case_failure(marking.store);
    case_close(marking.store);
    return result < 0 ? command_fail(&command_mark, &err) : 0;
}

const struct command command_mark = {
    .name = "mark",
    .operands = "--case DIR ID JUDGEMENT",
    .summary = "say of a secret, finding or gap: false, true, rotated, notified, accepted",
    .bit = COMMAND_MARK,
    .run = mark_run,
};
