/* json.h - writes JSON (RFC 8259) that is valid UTF-8 and safe to show: control, bidi and invisible characters as \u escapes.
 *
 * KEY is NULL for an element of an array and for the outermost value. Commas are put where they belong.
 */
#ifndef MAILSPILL_BASE_JSON_H
#define MAILSPILL_BASE_JSON_H

#include "base/buffer.h"
#include "base/slice.h"

struct json {
    struct buffer *out; /* borrowed */
    bool needs_comma;
};

void json_init(struct json *json, struct buffer *out);

void json_begin_object(struct json *json, const char *key);
void json_end_object(struct json *json);
void json_begin_array(struct json *json, const char *key);
void json_end_array(struct json *json);

void json_put_text(struct json *json, const char *key, struct slice text); /* invalid bytes as U+FFFD */
void json_put_text_or_null(struct json *json, const char *key, struct slice text); /* null where empty */
void json_put_string(struct json *json, const char *key, const char *text);        /* null where NULL or "" */
void json_put_number(struct json *json, const char *key, uint64_t number);
void json_put_seconds(struct json *json, const char *key, double seconds);
void json_put_bool(struct json *json, const char *key, bool value);
void json_put_null(struct json *json, const char *key);
void json_put_texts(struct json *json, const char *key, const struct slice *texts, size_t count);
void json_put_time(struct json *json, const char *key,
                   int64_t seconds); /* since 1970 UTC; null outside years 0 to 9999 */
void json_put_raw(struct json *json, const char *key, struct slice value); /* a value that is JSON already */

/* "2024-01-12T09:30:00Z" into OUT. 0, or -1 outside the years 0 to 9999. */
int json_time(int64_t seconds, char out[24]);

#endif
