/* id.c - names that are stable anywhere and tell nothing: finding_id, gap_id, secret_id. */
#include "record/id.h"

#define OPENSSL_SUPPRESS_DEPRECATED /* SHA256_Update: what EVP adds costs as much as half a short text */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>

/* Deeper chains cannot be (container and MIME depth are limited). */
#define CHAIN_MAX 256

static void put_u64be(unsigned char out[8], uint64_t value)
{
    for (int i = 7; i >= 0; i--, value >>= 8)
        out[i] = (unsigned char)value;
}

static void digest_u64(SHA256_CTX *digest, uint64_t value)
{
    unsigned char bytes[8];
    put_u64be(bytes, value);
    SHA256_Update(digest, bytes, sizeof bytes);
}

/* Lengths go first, so that no two lists of texts give the same bytes. */
static void digest_text(SHA256_CTX *digest, struct slice text)
{
    digest_u64(digest, text.len);
    SHA256_Update(digest, text.ptr, text.len);
}

#define SHORT_MAX 512 /* most texts of an id together: hashed in one piece, which takes half as long */

/* What is hashed of TEXTS, in OUT; 0 where it is longer than that. */
static size_t put_short(unsigned char out[SHORT_MAX], const struct slice *texts, size_t count,
                        const uint64_t *ordinal)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        if (texts[i].len > SHORT_MAX || 2 * sizeof(uint64_t) + texts[i].len > SHORT_MAX - len)
            return 0;
        put_u64be(out + len, texts[i].len);
        if (texts[i].len > 0)
            memcpy(out + len + sizeof(uint64_t), texts[i].ptr, texts[i].len);
        len += sizeof(uint64_t) + texts[i].len;
    }
    if (ordinal)
        put_u64be(out + len, *ordinal);
    return len + (ordinal ? sizeof *ordinal : 0);
}

static struct record_id digest_texts(const struct slice *texts, size_t count, const uint64_t *ordinal)
{
    unsigned char hash[SHA256_DIGEST_LENGTH], whole[SHORT_MAX];
    struct record_id id;
    SHA256_CTX digest;
    size_t len = put_short(whole, texts, count, ordinal);
    SHA256_Init(&digest);
    SHA256_Update(&digest, whole, len);
    for (size_t i = 0; len == 0 && i < count; i++)
        digest_text(&digest, texts[i]);
    if (len == 0 && ordinal)
        digest_u64(&digest, *ordinal);
    SHA256_Final(hash, &digest);
    memcpy(id.bytes, hash, sizeof id.bytes);
    return id;
}

struct record_id id_of_finding(struct slice family, struct slice message_key, struct slice leaf_key,
                               uint64_t ordinal)
{
    struct slice texts[] = { slice_str("finding"), family, message_key, leaf_key };
    return digest_texts(texts, 4, &ordinal);
}

struct record_id id_of_gap(enum gap_kind kind, struct slice message_key, struct slice inner_path,
                           struct slice reason)
{
    struct slice texts[] = { slice_str("gap"), slice_str(gap_kind_name(kind)), message_key, inner_path,
                             reason };
    return digest_texts(texts, 5, NULL);
}

struct record_id id_of_thread(struct slice text)
{
    struct slice texts[] = { slice_str("thread"), text };
    return digest_texts(texts, 2, NULL);
}

/* What names a message that has no Message-ID; false if it has nothing to be named by. */
static bool put_origin(struct buffer *out, struct envelope *envelope)
{
    envelope_complete_origin(envelope);
    if (envelope->date == ENVELOPE_NO_DATE && envelope->from.len == 0 && envelope->first_received.len == 0)
        return false;
    buffer_put(out, envelope->from);
    buffer_put_byte(out, '\n');
    if (envelope->date != ENVELOPE_NO_DATE)
        buffer_printf(out, "%lld", (long long)envelope->date);
    buffer_put_byte(out, '\n');
    buffer_put(out, envelope->first_received);
    return true;
}

static struct slice last_name(struct slice path)
{
    for (size_t at; (at = slice_find_byte(path, 0, '/')) != SLICE_NONE && at + 1 < path.len;)
        path = slice_skip(path, at + 1);
    return path;
}

/* The path of ITEM below the input. A file is the same in a folder and in an archive: the sign of the first step does not count. */
static void put_loose_path(struct buffer *out, const struct item *item)
{
    struct buffer path;
    buffer_init(&path, (size_t)1024 * 1024);
    item_put_path(&path, item_input(item));
    size_t input_len = path.len;
    buffer_clear(&path);
    item_put_path(&path, item);
    struct slice inner = slice_skip(buffer_slice(&path), input_len);
    if (slice_starts_with(inner, "!/"))
        inner = slice_skip(inner, 2);
    while (slice_starts_with(inner, "/"))
        inner = slice_skip(inner, 1);
    if (inner.len > 0 && item_input(item)->is_document) {
        buffer_put(out, item_input(item)->key_path);
        buffer_put_str(out, "!/");
    }
    if (inner.len == 0)
        inner = item_input(item)->key_path;
    if (inner.len == 0)
        inner = last_name(item_input(item)->name);
    buffer_put(out, inner);
    buffer_release(&path);
}

void id_put_message_key(struct buffer *out, const struct item *item)
{
    const struct item *message = item_message(item);
    struct envelope *envelope = message ? message->envelope : NULL;
    if (envelope && envelope->id.len > 0)
        buffer_put(out, envelope->id);
    else if (!envelope || !put_origin(out, envelope))
        put_loose_path(out, message ? message : item);
}

void id_hex_of_bytes(struct slice bytes, char hex[65])
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (EVP_Digest(bytes.ptr, bytes.len, hash, &len, EVP_sha256(), NULL) != 1)
        abort();
    for (unsigned i = 0; i < 32; i++)
        snprintf(hex + (size_t)2 * i, 3, "%02x", hash[i]);
}

/* An address, in lower case. Others name a sender too, but not the same way in every mailbox: an X.500 name here, an address there. */
static struct slice put_sender(unsigned char *out, struct slice from)
{
    size_t len = slice_find_byte(from, 0, '@') == SLICE_NONE ? 0 : from.len;
    for (size_t i = 0; i < len; i++)
        out[i] = slice_lower_byte(from.ptr[i]);
    return slice_of(out, len);
}

struct record_id id_of_origin(const struct record_id *named, int64_t date, struct slice from)
{
    unsigned char room[SHORT_MAX], *longer = from.len > sizeof room ? malloc(from.len) : NULL;
    uint64_t when = (uint64_t)date;
    if (from.len > sizeof room && !longer)
        abort();
    struct slice texts[] = { slice_str("origin"), slice_of(named->bytes, sizeof named->bytes),
                             put_sender(longer ? longer : room, from) };
    struct record_id id = digest_texts(texts, 3, &when);
    free(longer);
    return id;
}

#define KEY_MAX ((size_t)1024 * 1024)

/* Of what id_put_message_key says, which is mostly the message's own id. */
static struct record_id digest_message(const struct item *item, const struct envelope *envelope)
{
    struct slice id_text = envelope ? slice_sub(envelope->id, 0, KEY_MAX) : slice_of(NULL, 0);
    struct slice texts[] = { slice_str("message"), id_text };
    struct buffer key;
    if (id_text.len > 0)
        return digest_texts(texts, 2, NULL);
    buffer_init(&key, KEY_MAX);
    id_put_message_key(&key, item);
    texts[1] = buffer_slice(&key);
    struct record_id id = digest_texts(texts, 2, NULL);
    buffer_release(&key);
    return id;
}

struct record_id id_of_message(const struct item *item)
{
    const struct item *message = item_message(item);
    struct envelope *envelope = message ? message->envelope : NULL;
    struct record_id id = digest_message(item, envelope);
    if (!envelope || envelope->id.len == 0)
        return id;
    envelope_complete_origin(envelope);
    return id_of_origin(&id, envelope->date, envelope->from);
}

static bool is_named_step(const struct item *item)
{
    return item->kind == ITEM_MEMBER || item->kind == ITEM_BLOB || item->is_attachment;
}

/* The items below TOP down to ITEM, outermost first. */
static size_t chain_below(const struct item *top, const struct item *item,
                          const struct item *chain[CHAIN_MAX])
{
    size_t count = 0;
    for (const struct item *i = item; i && i != top && count < CHAIN_MAX; i = i->parent)
        count++;
    for (size_t at = count; at > 0; at--, item = item->parent)
        chain[at - 1] = item;
    return count;
}

static void put_inner_step(struct buffer *out, const struct item *item)
{
    if (item->kind == ITEM_MESSAGE) {
        buffer_printf(out, "!#%llu", (unsigned long long)item->ordinal);
    } else if (item->kind == ITEM_REST) {
        buffer_put_str(out, "!/REST");
    } else if (is_named_step(item)) {
        buffer_put_str(out, "!/");
        item_put_name(out, item->name);
    }
}

static void put_header_key(struct buffer *out, struct slice name)
{
    buffer_put_str(out, "header:");
    for (size_t i = 0; i < name.len; i++)
        buffer_put_byte(out, slice_lower_byte(name.ptr[i]));
}

void id_put_leaf_key(struct buffer *out, const struct item *item, struct slice header_name)
{
    const struct item *chain[CHAIN_MAX];
    const struct item *message = item_message(item);
    if (item->kind == ITEM_HEADER) {
        put_header_key(out, header_name);
        return;
    }
    /* Outside a message the message key is the whole path already. */
    size_t count = message ? chain_below(message, item, chain) : 0;
    size_t first = 0;
    while (first < count && !is_named_step(chain[first]))
        first++;
    if (first == count) {
        buffer_put_str(out, "body");
        return;
    }
    buffer_put_str(out, "attachment:");
    item_put_name(out, chain[first]->name);
    while (++first < count)
        put_inner_step(out, chain[first]);
}

static struct slice skip_line_start(struct slice line)
{
    while (line.len > 0 && memchr(" \t>", line.ptr[0], 3))
        line = slice_skip(line, 1);
    return line;
}

/* A value of several lines without what quoting and wrapping put around each line. */
static void put_unwrapped(struct buffer *out, struct slice value)
{
    struct slice line;
    for (bool is_first = true; slice_eat_line(&value, &line); is_first = false) {
        line = slice_chomp(line);
        if (!is_first)
            line = skip_line_start(line);
        while (value.len > 0 && line.len > 0 && memchr(" \t", line.ptr[line.len - 1], 2))
            line.len--;
        buffer_put(out, line);
    }
}

struct record_id id_of_secret(const struct id_key *key, struct slice family, struct slice value)
{
    struct buffer text;
    struct record_id id;
    unsigned char mac[EVP_MAX_MD_SIZE];
    buffer_init(&text, family.len + 1 + value.len);
    buffer_put(&text, family);
    buffer_put_byte(&text, 0);
    put_unwrapped(&text, value);
    if (!HMAC(EVP_sha256(), key->bytes, sizeof key->bytes, text.ptr, text.len, mac, NULL))
        abort();
    buffer_release(&text);
    memcpy(id.bytes, mac, sizeof id.bytes);
    return id;
}
