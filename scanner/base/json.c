/* json.c - writes JSON that is valid UTF-8 and safe to show. */
#include "base/json.h"

#include <math.h>
#include <stdio.h>

#include "base/utf8.h"

void json_init(struct json *json, struct buffer *out)
{
    *json = (struct json){ .out = out };
}

static void put_code(struct buffer *out, uint32_t code)
{
    if (code == '"' || code == '\\')
        buffer_printf(out, "\\%c", (int)code);
    else if (code == '\n')
        buffer_put_str(out, "\\n");
    else if (!utf8_is_unsafe(code))
        utf8_put(out, code);
    else if (code < 0x10000)
        buffer_printf(out, "\\u%04x", (unsigned)code);
    else
        buffer_printf(out, "\\u%04x\\u%04x", (unsigned)(0xD800 + ((code - 0x10000) >> 10)),
                      (unsigned)(0xDC00 + ((code - 0x10000) & 0x3FF)));
}

/* Bytes that stand for themselves, at the front of TEXT: most of most texts. */
static size_t plain_prefix(struct slice text)
{
    size_t len = 0;
    while (len < text.len && text.ptr[len] >= 0x20 && text.ptr[len] < 0x7F && text.ptr[len] != '"' &&
           text.ptr[len] != '\\')
        len++;
    return len;
}

static void put_quoted(struct buffer *out, struct slice text)
{
    uint32_t code;
    buffer_put_byte(out, '"');
    while (text.len > 0) {
        size_t plain = plain_prefix(text);
        buffer_put(out, slice_sub(text, 0, plain));
        text = slice_skip(text, plain);
        if (utf8_eat(&text, &code) != 0)
            put_code(out, code);
    }
    buffer_put_byte(out, '"');
}

static void begin_value(struct json *json, const char *key)
{
    if (json->needs_comma)
        buffer_put_byte(json->out, ',');
    json->needs_comma = true;
    if (!key)
        return;
    put_quoted(json->out, slice_str(key));
    buffer_put_byte(json->out, ':');
}

static void begin_nest(struct json *json, const char *key, unsigned char sign)
{
    begin_value(json, key);
    buffer_put_byte(json->out, sign);
    json->needs_comma = false;
}

static void end_nest(struct json *json, unsigned char sign)
{
    buffer_put_byte(json->out, sign);
    json->needs_comma = true;
}

void json_begin_object(struct json *json, const char *key)
{
    begin_nest(json, key, '{');
}

void json_end_object(struct json *json)
{
    end_nest(json, '}');
}

void json_begin_array(struct json *json, const char *key)
{
    begin_nest(json, key, '[');
}

void json_end_array(struct json *json)
{
    end_nest(json, ']');
}

void json_put_text(struct json *json, const char *key, struct slice text)
{
    begin_value(json, key);
    put_quoted(json->out, text);
}

void json_put_text_or_null(struct json *json, const char *key, struct slice text)
{
    if (text.len == 0)
        json_put_null(json, key);
    else
        json_put_text(json, key, text);
}

void json_put_string(struct json *json, const char *key, const char *text)
{
    json_put_text_or_null(json, key, slice_str(text));
}

void json_put_number(struct json *json, const char *key, uint64_t number)
{
    begin_value(json, key);
    buffer_put_decimal(json->out, number);
}

void json_put_seconds(struct json *json, const char *key, double seconds)
{
    begin_value(json, key);
    if (!isfinite(seconds) || seconds < 0)
        seconds = 0;
    /* No decimal comma, whatever the locale. */
    uint64_t thousandths = (uint64_t)(seconds * 1000 + 0.5);
    buffer_printf(json->out, "%llu.%03llu", (unsigned long long)(thousandths / 1000),
                  (unsigned long long)(thousandths % 1000));
}

void json_put_bool(struct json *json, const char *key, bool value)
{
    begin_value(json, key);
    buffer_put_str(json->out, value ? "true" : "false");
}

void json_put_null(struct json *json, const char *key)
{
    begin_value(json, key);
    buffer_put_str(json->out, "null");
}

void json_put_texts(struct json *json, const char *key, const struct slice *texts, size_t count)
{
    json_begin_array(json, key);
    for (size_t i = 0; i < count; i++)
        json_put_text(json, NULL, texts[i]);
    json_end_array(json);
}

int json_time(int64_t seconds, char out[24])
{
    struct tm tm;
    time_t time = (time_t)seconds;
    if (!gmtime_r(&time, &tm) || tm.tm_year < -1900 || tm.tm_year > 9999 - 1900)
        return -1;
    return strftime(out, 24, "%Y-%m-%dT%H:%M:%SZ", &tm) == 20 ? 0 : -1;
}

void json_put_time(struct json *json, const char *key, int64_t seconds)
{
    char text[24];
    if (json_time(seconds, text) < 0)
        json_put_null(json, key);
    else
        json_put_string(json, key, text);
}

void json_put_raw(struct json *json, const char *key, struct slice value)
{
    begin_value(json, key);
    buffer_put(json->out, value);
}
