/* sidecar.c - what a file beside a message tells of it: Proton's metadata. */
#include "walk/sidecar.h"

#include <jansson.h>

#define LABELS_MOST 64
#define PEOPLE_MOST 1000

/* Folders that every account has (Proton's numbers), and their roles. */
static const struct {
    const char *id, *name;
} folders[] = {
    { "0", "Inbox" }, { "8", "Drafts" }, { "1", "Drafts" }, { "7", "Sent" },
    { "2", "Sent" },  { "3", "Trash" },  { "4", "Spam" },   { "6", "Archive" },
};

static struct slice copy_text(struct arena *arena, const json_t *value)
{
    return arena_copy(arena,
                      slice_sub(slice_of(json_string_value(value), json_string_length(value)), 0, 1024));
}

static bool is_called(const json_t *value, const char *text)
{
    return json_is_string(value) && strcmp(json_string_value(value), text) == 0;
}

/* Files hold the thing itself, or a version and the thing as "Payload". */
static const json_t *payload_of(const json_t *root)
{
    const json_t *payload = json_object_get(root, "Payload");
    return payload ? payload : root;
}

/* The label ID in the file of labels, or NULL. */
static const json_t *find_label(const json_t *labels, const json_t *id)
{
    const json_t *list = payload_of(labels), *label;
    size_t i;
    json_array_foreach(list, i, label) if (json_is_string(json_object_get(label, "ID")) &&
                                           json_is_string(id) &&
                                           strcmp(json_string_value(json_object_get(label, "ID")),
                                                  json_string_value(id)) == 0) return label;
    return NULL;
}

static void set_folder(struct envelope *envelope, struct slice name)
{
    envelope->folder = name;
    envelope->folder_role = envelope_folder_role(name);
}

/* Labels that a user made are folders (type 3) or tags; the first folder is where the message lies. */
static void take_label(struct arena *arena, const json_t *labels, const json_t *id, struct envelope *envelope,
                       bool *has_folder)
{
    const json_t *label = find_label(labels, id), *name;
    struct address_list *list = &envelope->labels;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (is_called(id, folders[i].id) && !*has_folder) {
            set_folder(envelope, slice_str(folders[i].name));
            *has_folder = true;
        }
    name = json_object_get(label, "Path");
    if (!json_is_string(name))
        name = json_object_get(label, "Name");
    if (!label || !json_is_string(name))
        return;
    if (list->count < LABELS_MOST)
        list->at[list->count++] = copy_text(arena, json_object_get(label, "Name"));
    if (json_integer_value(json_object_get(label, "Type")) == 3 && !*has_folder)
        set_folder(envelope, copy_text(arena, name));
}

static void take_labels(struct arena *arena, const json_t *message, const json_t *labels,
                        struct envelope *envelope)
{
    const json_t *ids = json_object_get(message, "LabelIDs"), *id;
    bool has_folder = false;
    size_t i;
    if (!json_is_array(ids))
        return;
    envelope->labels =
        (struct address_list){ arena_alloc_array(arena, LABELS_MOST, sizeof(struct slice)), 0 };
    json_array_foreach(ids, i, id) if (i < LABELS_MOST) take_label(arena, labels, id, envelope, &has_folder);
}

/* Bcc stands in the metadata alone: the header that was mailed has none. */
static struct address_list people_of(struct arena *arena, const json_t *list)
{
    struct address_list people = { 0 };
    size_t count = json_array_size(list) < PEOPLE_MOST ? json_array_size(list) : PEOPLE_MOST;
    people.at = arena_alloc_array(arena, count, sizeof *people.at);
    for (size_t i = 0; i < count; i++) {
        const json_t *address = json_object_get(json_array_get(list, i), "Address");
        if (json_is_string(address) && json_string_length(address) > 0)
            people.at[people.count++] = copy_text(arena, address);
    }
    return people;
}

static void take_message(struct arena *arena, const json_t *message, const json_t *labels,
                         struct envelope *envelope)
{
    struct journal *journal = arena_alloc(arena, sizeof *journal);
    json_int_t time = json_integer_value(json_object_get(message, "Time"));
    if (!json_is_array(json_object_get(message, "LabelIDs")))
        return;
    take_labels(arena, message, labels, envelope);
    envelope->is_told_beside = true;
    journal->bcc = people_of(arena, json_object_get(message, "BCCList"));
    envelope->journal = journal;
    if (time > 0 && time < INT64_C(1) << 40)
        envelope->date = time;
}

void sidecar_read(struct arena *arena, struct slice sidecar, struct envelope *envelope)
{
    size_t end = slice_find_byte(sidecar, 0, 0);
    struct slice first = slice_sub(sidecar, 0, end),
                 second = slice_skip(sidecar, end == SLICE_NONE ? end : end + 1);
    if (sidecar.len == 0)
        return;
    if (slice_starts_with(sidecar, SIDECAR_NAMES)) {
        envelope->beside = arena_copy(arena, slice_skip(sidecar, sizeof SIDECAR_NAMES - 1));
        return;
    }
    json_t *message = json_loadb((const char *)first.ptr, first.len, 0, NULL);
    json_t *labels = second.len ? json_loadb((const char *)second.ptr, second.len, 0, NULL) : NULL;
    if (json_is_object(message))
        take_message(arena, payload_of(message), labels, envelope);
    json_decref(message);
    json_decref(labels);
}
