/* pdf_flow.h - a page's words as poppler's own classes hold them, in one pass: what its GLib interface gives in two, text and places, took a seventh of
 * a long document's time. Those classes change with each version: pdf_flow_none.c stands in where they are not the ones this was written for. */
#ifndef MAILSPILL_HELPERS_PDF_FLOW_H
#define MAILSPILL_HELPERS_PDF_FLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "helpers/pdf_shapes.h"

#ifdef __cplusplus
extern "C" {
#endif

struct pdf_flow;

/* Where the text of a page goes: one call for all of it. */
typedef void pdf_flow_put_fn(void *ctx, const char *bytes, size_t len);

/* The document in BYTES, which must outlive it; PASSWORD may be NULL. Lives as long as the process. NULL: it is not read this way. */
struct pdf_flow *pdf_flow_new(const void *bytes, size_t len, const char *password);

/* What a page showed beside its text. */
struct pdf_flow_seen {
    bool is_known;     /* it was looked for */
    bool has_pictures; /* pictures, inline ones too, or patterns and shadings, which may hold some */
    struct pdf_drawing drawing;
};

/* The text of page NUMBER, from 1: lines end in "\n" but for the last, a tab stands between words that only their places part. False: not read this
 * way (it is written from right to left, or there is no such page); SEEN is set all the same. */
bool pdf_flow_page(struct pdf_flow *flow, unsigned number, pdf_flow_put_fn *put, void *ctx,
                   struct pdf_flow_seen *seen);

#ifdef __cplusplus
}
#endif

#endif
