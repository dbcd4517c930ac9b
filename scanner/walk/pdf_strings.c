/* pdf_strings.c - what the objects of a PDF say in strings, and what its streams are by the keys that name them. */
#include "walk/pdf_strings.h"

#define DEPTH_MOST 32
#define NAME_LEAST 16 /* bytes of a name that may be a text: destinations of old, keys of someone's own */

struct use_key {
    const char *key;
    enum pdf_use use;
};

static const struct use_key use_keys[] = {
    { "Contents", PDF_USE_CONTENT },
    { "CharProcs", PDF_USE_CONTENT },
    { "XFA", PDF_USE_FORM },
    { "XObject", PDF_USE_DRAWN },
    { "ToUnicode", PDF_USE_DRAWING },
    { "FontFile", PDF_USE_DRAWING },
    { "FontFile2", PDF_USE_DRAWING },
    { "FontFile3", PDF_USE_DRAWING },
    { "CIDSet", PDF_USE_DRAWING },
    { "CIDToGIDMap", PDF_USE_DRAWING },
    { "ICCBased", PDF_USE_DRAWING },
    { "Indexed", PDF_USE_DRAWING },
    { "DeviceRGB", PDF_USE_DRAWING },
    { "DeviceGray", PDF_USE_DRAWING },
    { "DeviceCMYK", PDF_USE_DRAWING },
    { "JBIG2Globals", PDF_USE_DRAWING },
    { "DestOutputProfile", PDF_USE_DRAWING },
    { "Thumb", PDF_USE_DRAWING },
    { "Encoding", PDF_USE_DRAWING },
};

/* One object, token by token. */
struct reading {
    struct pdf_objects *objects;
    struct pdf_words *words;
    struct buffer *out;
    const struct pdf_object *object;
    struct slice keys[DEPTH_MOST]; /* the last name at each depth */
    unsigned depth;
    struct slice label; /* of a form field: its name */
    uint64_t first, second;
    struct buffer bytes, text;
};

static enum pdf_use use_of(struct slice key)
{
    for (size_t i = 0; i < sizeof use_keys / sizeof *use_keys; i++)
        if (slice_is_equal(key, slice_str(use_keys[i].key)))
            return use_keys[i].use;
    return PDF_USE_UNKNOWN;
}

static struct slice key_at(const struct reading *reading, unsigned depth)
{
    return depth < DEPTH_MOST ? reading->keys[depth] : slice_of(NULL, 0);
}

/* The object that "N G R" names is what the key says, or the key around it. */
static void mark(struct reading *reading)
{
    enum pdf_use use = use_of(key_at(reading, reading->depth));
    if (use == PDF_USE_UNKNOWN && reading->depth > 0)
        use = use_of(key_at(reading, reading->depth - 1));
    if (use == PDF_USE_UNKNOWN || reading->first > UINT32_MAX)
        return;
    struct pdf_object *object = pdf_object_of(reading->objects, (uint32_t)reading->first);
    if (object)
        object->use = (unsigned char)use;
}

static void note_number(struct reading *reading, const struct pdf_token *token)
{
    if (token->kind == PDF_WORD && slice_is_equal(token->text, slice_str("R")))
        mark(reading);
    reading->first = reading->second;
    if (token->kind != PDF_NUMBER || slice_to_u64(token->text, &reading->second) < 0)
        reading->second = UINT64_MAX;
}

static void put_line(struct reading *reading, struct slice key, struct slice text)
{
    static const char *const values[] = { "V", "DV", "RV" };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (reading->label.len > 0 && slice_is_equal(key, slice_str(values[i])))
            key = reading->label;
    buffer_put(reading->out, key);
    buffer_put_str(reading->out, ": ");
    buffer_put(reading->out, text);
    buffer_put_byte(reading->out, '\n');
    pdf_words_note(reading->words, text);
    pdf_words_end(reading->words);
}

/* A string of bytes that are no text: a digest, a table. */
static bool is_text(struct slice bytes)
{
    bool is_marked = slice_starts_with(bytes, "\xfe\xff") || slice_starts_with(bytes, "\xff\xfe");
    for (size_t i = 0; !is_marked && i < bytes.len; i++)
        if (bytes.ptr[i] < ' ' && !memchr("\t\n\r\f\b", bytes.ptr[i], 5))
            return false;
    return true;
}

/* Strings in the file itself are enciphered, but for the dictionary that says how. */
static bool is_enciphered(const struct reading *reading)
{
    return reading->objects->is_encrypted && !reading->object->is_packed;
}

static struct slice text_of(struct reading *reading, const struct pdf_token *token)
{
    const struct pdf_cipher *cipher = &reading->objects->cipher;
    buffer_clear(&reading->bytes);
    buffer_clear(&reading->text);
    pdf_put_bytes(&reading->bytes, token);
    if (is_enciphered(reading)) {
        pdf_cipher_put(cipher, cipher->strings, reading->object->number, reading->object->generation,
                       buffer_slice(&reading->bytes), &reading->text);
        buffer_clear(&reading->bytes);
        buffer_put(&reading->bytes, buffer_slice(&reading->text));
        buffer_clear(&reading->text);
    }
    if (is_text(buffer_slice(&reading->bytes)))
        pdf_put_text(&reading->text, buffer_slice(&reading->bytes));
    return buffer_slice(&reading->text);
}

/* Is it written so that the file's bytes show it? */
static bool is_plain(const struct reading *reading, const struct pdf_token *token)
{
    return !reading->object->is_packed && !is_enciphered(reading) && token->kind == PDF_LITERAL &&
           slice_find_byte(token->text, 0, '\\') == SLICE_NONE &&
           !slice_starts_with(token->text, "\xfe\xff") && !slice_starts_with(token->text, "\xff\xfe");
}

static void put_string(struct reading *reading, const struct pdf_token *token)
{
    if (is_plain(reading, token))
        return;
    struct slice text = text_of(reading, token);
    if (text.len > 0 && !pdf_words_cover(reading->words, text))
        put_line(reading, key_at(reading, reading->depth), text);
}

static void put_name(struct reading *reading, struct slice name)
{
    bool has_digit = false;
    for (size_t i = 0; i < name.len; i++)
        has_digit |= slice_is_digit(name.ptr[i]);
    if (reading->object->is_packed && name.len >= NAME_LEAST && has_digit &&
        !pdf_words_cover(reading->words, name))
        put_line(reading, slice_str("name"), name);
}

static void take(struct reading *reading, const struct pdf_token *token)
{
    switch (token->kind) {
    case PDF_OPEN_DICT:
        if (++reading->depth < DEPTH_MOST)
            reading->keys[reading->depth] = slice_of(NULL, 0);
        break;
    case PDF_CLOSE_DICT:
        reading->depth -= reading->depth > 0;
        break;
    case PDF_NAME:
        if (reading->depth < DEPTH_MOST)
            reading->keys[reading->depth] = token->text;
        put_name(reading, token->text);
        break;
    case PDF_LITERAL:
    case PDF_HEX:
        put_string(reading, token);
        break;
    default:
        break;
    }
    note_number(reading, token);
}

/* The name of the field that the object is, in the arena. */
static struct slice label_of(struct reading *reading, struct slice body)
{
    static const char *const keys[] = { "TU", "T" };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct slice value = pdf_entry(body, keys[i]);
        struct pdf_token token;
        if (pdf_token_next(&value, &token) && (token.kind == PDF_LITERAL || token.kind == PDF_HEX))
            return arena_copy(reading->objects->arena, slice_sub(text_of(reading, &token), 0, 256));
    }
    return slice_of(NULL, 0);
}

static void read_object(struct reading *reading, const struct pdf_object *object)
{
    struct slice rest = object->body;
    struct pdf_token token;
    reading->object = object;
    reading->depth = 0;
    reading->keys[0] = slice_of(NULL, 0);
    reading->first = reading->second = UINT64_MAX;
    reading->label = slice_of(NULL, 0);
    if (pdf_entry(object->body, "V").len > 0 || pdf_entry(object->body, "DV").len > 0)
        reading->label = label_of(reading, object->body);
    while (pdf_token_next(&rest, &token))
        take(reading, &token);
}

/* An array of its own that is the value of a key is what the key says, and so is what it names. */
static void mark_through(struct pdf_objects *objects)
{
    for (size_t i = 0; i < objects->count; i++) {
        const struct pdf_object *object = &objects->list[i];
        struct slice rest = object->body;
        uint32_t number;
        if (object->has_stream || object->use == PDF_USE_UNKNOWN || object->use == PDF_USE_DRAWING)
            continue;
        while (pdf_reference_next(&rest, &number)) {
            struct pdf_object *named = pdf_object_of(objects, number);
            if (named && named->has_stream)
                named->use = object->use;
        }
    }
    for (size_t i = objects->count; i > 0; i--)
        if (objects->list[i - 1].is_old)
            objects->list[i - 1].use = objects->list[i].use;
}

void pdf_strings_put(struct pdf_objects *objects, struct pdf_words *words, struct buffer *out)
{
    struct reading reading = { .objects = objects, .words = words, .out = out };
    buffer_init(&reading.bytes, SIZE_MAX / 4);
    buffer_init(&reading.text, SIZE_MAX / 4);
    for (size_t i = 0; i < objects->count; i++)
        read_object(&reading, &objects->list[i]);
    mark_through(objects);
    buffer_release(&reading.bytes);
    buffer_release(&reading.text);
}
