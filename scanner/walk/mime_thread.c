/* mime_thread.c - the conversation that a message belongs to: as its header fields tell it, or guessed. */
#include "base/buffer.h"
#include "base/sort.h"
#include "decode/transfer.h"
#include "walk/mime_provenance.h"

/* A guessed thread names so many people at most, and takes so many bytes. */
#define GUESS_PEOPLE 32
#define GUESS_BYTES 2048

/* MS-OXOMSG section 2.2.1.3: one byte, five of a time, sixteen of a GUID; then five for each reply. */
#define THREAD_INDEX_ROOT 22

static struct slice first_id(struct provenance *provenance, struct slice value)
{
    struct slice rest = header_unfold(provenance->arena, value), id;
    return header_eat_message_id(&rest, &id) == 1 ? arena_copy(provenance->arena, id) : slice_of(NULL, 0);
}

static struct slice thread_index_root(struct provenance *provenance)
{
    struct buffer raw;
    struct slice root = slice_of(NULL, 0);
    buffer_init(&raw, 256);
    (void)transfer_decode_base64(slice_sub(provenance->thread_index, 0, 64), &raw, NULL);
    if (raw.len >= THREAD_INDEX_ROOT) {
        char hex[2 * THREAD_INDEX_ROOT + 1];
        for (size_t i = 0; i < THREAD_INDEX_ROOT; i++)
            snprintf(hex + 2 * i, 3, "%02x", raw.ptr[i]);
        root = arena_copy(provenance->arena, slice_of(hex, 2 * THREAD_INDEX_ROOT));
    }
    buffer_release(&raw);
    return root;
}

struct slice provenance_told_thread(struct provenance *provenance)
{
    struct slice thread = first_id(provenance, provenance->references);
    if (thread.len == 0)
        thread = first_id(provenance, provenance->in_reply_to);
    if (thread.len == 0)
        thread = thread_index_root(provenance);
    if (thread.len == 0)
        thread = arena_copy(provenance->arena, slice_sub(provenance->gmail_thread, 0, 64));
    return thread;
}

static int compare_slices(const void *a, const void *b)
{
    return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

static size_t add_people(struct slice *people, size_t count, const struct address_list *list)
{
    for (size_t i = 0; i < list->count && count < GUESS_PEOPLE; i++)
        people[count++] = list->at[i];
    return count;
}

struct slice provenance_guess_thread(struct provenance *provenance)
{
    const struct envelope *envelope = provenance->envelope;
    struct slice people[GUESS_PEOPLE];
    struct buffer text;
    size_t count = 0;
    if (envelope->from.len > 0)
        people[count++] = envelope->from;
    count = add_people(people, count, &envelope->to);
    count = add_people(people, count, &envelope->cc);
    sort_items(people, count, sizeof *people, compare_slices);
    buffer_init(&text, GUESS_BYTES);
    buffer_put(&text, envelope_bare_subject(envelope->subject));
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && slice_is_equal(people[i], people[i - 1]))
            continue;
        buffer_put_str(&text, i == 0 ? " | " : " ");
        buffer_put(&text, people[i]);
    }
    struct slice guess = arena_copy(provenance->arena, buffer_slice(&text));
    buffer_release(&text);
    return guess;
}
