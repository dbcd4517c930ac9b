/* maker.c - templates of fake secrets: random classes, and the list of makers. */
#include "validate/maker.h"

#include <ctype.h>

#include "validate/tables.h"

#define TEMPLATE_DEPTH_MAX 4
#define TEMPLATE_COUNT_MAX 65536

const struct maker *const maker_tables[] = { makers_token,  makers_azure,  makers_key, makers_account,
                                             makers_stored, makers_wallet, NULL };

/* FNV-1a, so that every byte of the seed counts. */
void prng_init(struct prng *prng, struct slice seed)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < seed.len; i++)
        hash = (hash ^ seed.ptr[i]) * 0x100000001b3u;
    prng->state = hash;
}

/* splitmix64 */
uint64_t prng_next(struct prng *prng)
{
    uint64_t z = prng->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

size_t prng_below(struct prng *prng, size_t bound)
{
    return bound ? (size_t)(prng_next(prng) % bound) : 0;
}

void prng_bytes(struct prng *prng, unsigned char *out, size_t len)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (unsigned char)(prng_next(prng) >> 56);
}

void prng_text(struct prng *prng, struct buffer *out, const char *alphabet, size_t len)
{
    size_t size = strlen(alphabet);
    for (size_t i = 0; i < len; i++)
        buffer_put_byte(out, (unsigned char)alphabet[prng_below(prng, size)]);
}

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static const struct {
    const char *name, *alphabet;
} classes[] = {
    { "digits", DIGITS },
    { "hex", DIGITS "abcdef" },
    { "HEX", DIGITS "ABCDEF" },
    { "lower", LOWER },
    { "upper", UPPER },
    { "alpha", LOWER UPPER },
    { "alnum", LOWER UPPER DIGITS },
    { "base32", UPPER "234567" },
    { "base64", UPPER LOWER DIGITS "+/" },
    { "base64url", UPPER LOWER DIGITS "-_" },
    { "word", UPPER LOWER DIGITS "_" },
    { "printable", UPPER LOWER DIGITS "!#$%&()*+,-./:;<=>?@[]^_{|}~" },
};

static const char *class_find(struct slice name)
{
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (slice_is_equal(name, slice_str(classes[i].name)))
            return classes[i].alphabet;
    return NULL;
}

static const struct maker *maker_find(struct slice name)
{
    for (size_t t = 0; maker_tables[t]; t++)
        for (const struct maker *m = maker_tables[t]; m->name; m++)
            if (slice_is_equal(name, slice_str(m->name)))
                return m;
    return NULL;
}

/* COUNT is "N" or "N-M". */
static int put_class(struct prng *prng, struct slice alphabet, struct slice count, struct buffer *out,
                     struct error *err)
{
    uint64_t least, most;
    size_t dash = slice_find_byte(count, 0, '-');
    struct slice low = dash == SLICE_NONE ? count : slice_sub(count, 0, dash);
    struct slice high = dash == SLICE_NONE ? count : slice_skip(count, dash + 1);
    if (slice_to_u64(low, &least) < 0 || slice_to_u64(high, &most) < 0 || most < least ||
        most > TEMPLATE_COUNT_MAX)
        return error_set(err, ERROR_FORMAT, "bad count '%.*s' in template, write N or N-M", (int)count.len,
                         (const char *)count.ptr);
    size_t len = (size_t)least + prng_below(prng, (size_t)(most - least) + 1);
    for (size_t i = 0; i < len; i++)
        buffer_put_byte(out, alphabet.ptr[prng_below(prng, alphabet.len)]);
    return 0;
}

/* A class and a maker may share a name: with a count it is the class. */
static bool is_count(struct slice argument)
{
    for (size_t i = 0; i < argument.len; i++)
        if (!isdigit(argument.ptr[i]) && (argument.ptr[i] != '-' || i == 0))
            return false;
    return argument.len > 0;
}

static int expand(struct slice text, struct prng *prng, struct buffer *out, struct error *err, int depth);

static int put_made(struct slice name, struct slice argument, struct prng *prng, struct buffer *out,
                    struct error *err, int depth)
{
    const struct maker *maker = maker_find(name);
    if (!maker)
        return error_set(err, ERROR_FORMAT, "unknown class or maker '%.*s' in template", (int)name.len,
                         (const char *)name.ptr);
    struct buffer made;
    buffer_init(&made, TEMPLATE_COUNT_MAX);
    int result = expand(argument, prng, &made, err, depth + 1);
    if (result == 0)
        result = maker->make(prng, buffer_slice(&made), out, err);
    buffer_release(&made);
    return result;
}

/* BODY is what stands between the braces. */
static int put_field(struct slice body, struct prng *prng, struct buffer *out, struct error *err, int depth)
{
    if (body.len && body.ptr[0] == '[') {
        size_t close = slice_find_byte(body, 2, ']');
        if (close == SLICE_NONE || close + 1 >= body.len || body.ptr[close + 1] != ':')
            return error_set(err, ERROR_FORMAT, "bad class in template, write {[chars]:N}");
        return put_class(prng, slice_sub(body, 1, close - 1), slice_skip(body, close + 2), out, err);
    }
    size_t colon = slice_find_byte(body, 0, ':');
    struct slice name = colon == SLICE_NONE ? body : slice_sub(body, 0, colon);
    struct slice argument = colon == SLICE_NONE ? slice_sub(body, body.len, 0) : slice_skip(body, colon + 1);
    const char *alphabet = class_find(name);
    if (alphabet && is_count(argument))
        return put_class(prng, slice_str(alphabet), argument, out, err);
    return put_made(name, argument, prng, out, err, depth);
}

/* Length of the field body that starts at AT, up to its closing brace. Inside a nested field every brace closes. */
static size_t field_length(struct slice text, size_t at)
{
    int depth = 1;
    for (size_t i = at; i < text.len; i++) {
        bool twice = i + 1 < text.len && text.ptr[i + 1] == text.ptr[i];
        if (text.ptr[i] == '[' && i == at)
            i = slice_find_byte(text, at + 2, ']') == SLICE_NONE ? i : slice_find_byte(text, at + 2, ']');
        else if (text.ptr[i] == '{' && twice)
            i++;
        else if (text.ptr[i] == '{')
            depth++;
        else if (text.ptr[i] == '}' && twice && depth == 1)
            i++;
        else if (text.ptr[i] == '}' && --depth == 0)
            return i - at;
    }
    return SLICE_NONE;
}

static int expand(struct slice text, struct prng *prng, struct buffer *out, struct error *err, int depth)
{
    if (depth > TEMPLATE_DEPTH_MAX)
        return error_set(err, ERROR_FORMAT, "template nested deeper than %d", TEMPLATE_DEPTH_MAX);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = text.ptr[i];
        bool twice = i + 1 < text.len && text.ptr[i + 1] == c;
        if ((c != '{' && c != '}') || twice) {
            buffer_put_byte(out, c);
            i += (c == '{' || c == '}') && twice;
            continue;
        }
        if (c == '}')
            return error_set(err, ERROR_FORMAT, "stray '}' in template, write '}}' for a brace");
        size_t len = field_length(text, i + 1);
        if (len == SLICE_NONE)
            return error_set(err, ERROR_FORMAT, "'{' without '}' in template, write '{{' for a brace");
        if (put_field(slice_sub(text, i + 1, len), prng, out, err, depth) < 0)
            return -1;
        i += len + 1;
    }
    return out->is_overfull ? error_set(err, ERROR_LIMIT, "template makes too long a text") : 0;
}

int maker_expand(struct slice template_text, struct prng *prng, struct buffer *out, struct error *err)
{
    return expand(template_text, prng, out, err, 0);
}
