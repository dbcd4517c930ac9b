/* lock_pdf.c - PDF under a password: the helper tries it (walk/pdf.h), and reads the document with the one that opens. */
#include "walk/lock_parts.h"
#include "walk/pdf.h"

/* Of this process: the helpers of its worker. A lock knows nothing of the walk that it lies in. */
static struct helper_client *helpers;

void lock_use_helpers(struct helper_client *client)
{
    helpers = client;
}

static bool pdf_probe(struct slice file)
{
    return slice_starts_with(file, "%PDF-");
}

/* 1: PASSWORD, or with COUNT 0 none, opens it; 0; -1. */
static int ask(struct lock *lock, const struct slice *password, size_t count, struct error *err)
{
    const struct walk_env env = { .limits = lock->limits, .helpers = helpers };
    const struct pdf_key key = { password, count };
    size_t which;
    return pdf_unlock(&env, source_from_memory(lock->arena, lock->file), &key, &which, err);
}

/* The dictionary of encryption is never encrypted itself (ISO 32000-1, 7.6.1), nor what names it. */
static int pdf_open(struct lock *lock, struct error *err)
{
    if (!helper_is_there(helpers, HELPER_PDF) ||
        slice_find(lock->file, 0, slice_str("/Encrypt")) == SLICE_NONE)
        return 0;
    int opens = ask(lock, NULL, 0, err);
    return opens == 0 ? 1 : 0; /* what it dies of is told when it is read */
}

static enum lock_answer pdf_try(struct lock *lock, struct slice password, struct error *err)
{
    struct error why;
    int opens = ask(lock, &password, 1, &why);
    if (opens < 0)
        return lock_say(LOCK_DAMAGED, err, "%s", why.message);
    return opens == 1 ? LOCK_OPEN : LOCK_WRONG;
}

const struct lock_kind lock_pdf = {
    .name = "pdf",
    .title = "PDF",
    .probe = pdf_probe,
    .open = pdf_open,
    .try = pdf_try,
};

void lock_set_opener(const struct lock *lock, struct slice password, struct item *item)
{
    if (lock->kind != &lock_pdf)
        return;
    struct pdf_key *key = arena_alloc(item->arena, sizeof *key);
    struct slice *copy = arena_alloc(item->arena, sizeof *copy);
    *copy = arena_copy(item->arena, password);
    *key = (struct pdf_key){ copy, 1 };
    item->opener = &format_pdf;
    item->node = key;
}
