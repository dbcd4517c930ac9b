/* pdf_flow_none.c - poppler's classes are not at hand, or not those that pdf_flow.cc knows: the GLib interface gives a page's text. */
#include "helpers/pdf_flow.h"

struct pdf_flow *pdf_flow_new(const void *bytes, size_t len, const char *password)
{
    (void)bytes, (void)len, (void)password;
    return NULL;
}

bool pdf_flow_page(struct pdf_flow *flow, unsigned number, pdf_flow_put_fn *put, void *ctx,
                   struct pdf_flow_seen *seen)
{
    (void)flow, (void)number, (void)put, (void)ctx, (void)seen;
    return false;
}
