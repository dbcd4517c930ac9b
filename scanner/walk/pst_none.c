/* pst_none.c - stands in for pst.c where libpff is not there: a PST is told from other files, and named as what could not be read. */
#include "walk/format.h"

static enum bid pst_probe(const struct item *item, struct slice head)
{
    (void)item;
    return head.len >= 512 && slice_starts_with(head, "!BDN") ? BID_SIGNATURE : BID_NONE;
}

static int pst_open(struct walk *walk, struct error *err)
{
    (void)walk;
    return error_set(err, ERROR_UNSUPPORTED,
                     "this program was built without libpff, which reads PST and OST");
}

static int pst_next(struct walk *walk, struct item *child, struct error *err)
{
    (void)walk, (void)child, (void)err;
    return 0;
}

const struct format format_pst = {
    .name = "pst",
    .title = "Outlook mailbox (PST and OST): named only, built without libpff",
    .is_mailbox = true,
    .names_custodian = true,
    .probe = pst_probe,
    .open = pst_open,
    .next = pst_next,
};
