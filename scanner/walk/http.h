/* http.h - what was sent over HTTP/1 in one direction of a connection: its packed bodies unpacked (RFC 9112). */
#ifndef MAILSPILL_WALK_HTTP_H
#define MAILSPILL_WALK_HTTP_H

#include "walk/format.h"

/* Has STREAM a body that cannot be read where it stands: in chunks, compressed, a file of a known kind? format_http opens it, as `opener` of an item in memory. */
bool http_has_bodies(struct slice stream);

#endif
