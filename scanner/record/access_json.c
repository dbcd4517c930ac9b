/* access_json.c - audit records as JSON: MailItemsAccessed of Microsoft 365, Gmail log events of Google Workspace. */
#include <jansson.h>

#include "record/access_parts.h"

#define DEPTH_MOST 4 /* arrays, and AuditData in a record */

static struct slice text_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return slice_of(json_string_value(value), json_string_length(value));
}

static struct slice first_of(const json_t *object, const char *const *keys)
{
    struct slice found = { NULL, 0 };
    for (; *keys && found.len == 0; keys++)
        found = text_of(object, *keys);
    return found;
}

/* "[::1]:443" and "192.0.2.1:51000" without the port. */
static struct slice bare_ip(struct slice ip)
{
    if (slice_starts_with(ip, "["))
        return slice_sub(ip, 1, slice_find_byte(ip, 0, ']') - 1);
    size_t colon = slice_find_byte(ip, 0, ':');
    bool is_v6 = colon != SLICE_NONE && slice_find_byte(ip, colon + 1, ':') != SLICE_NONE;
    return is_v6 ? ip : slice_sub(ip, 0, colon);
}

static struct access_record record_of(const json_t *object)
{
    static const char *const owners[] = { "MailboxOwnerUPN", "UserId", "owner", NULL };
    static const char *const ips[] = { "ClientIPAddress", "ClientIP", "ActorIpAddress", "ip_address", NULL };
    static const char *const sessions[] = { "SessionId", "session_id", NULL };
    static const char *const apps[] = { "ClientAppId", "AppId", "client_app_id", NULL };
    static const char *const actors[] = { "UserId", "actor", NULL };
    return (struct access_record){ access_time(text_of(object, "CreationTime")),
                                   first_of(object, owners),
                                   bare_ip(first_of(object, ips)),
                                   first_of(object, sessions),
                                   first_of(object, apps),
                                   first_of(object, actors) };
}

static bool has_property(const json_t *object, const char *name, const char *wanted)
{
    const json_t *properties = json_object_get(object, "OperationProperties"), *property;
    size_t index;
    json_array_foreach(
        properties, index,
        property) if (slice_is_equal(text_of(property, "Name"),
                                     slice_str(name))) return slice_is_equal_nocase(text_of(property,
                                                                                            "Value"),
                                                                                    slice_str(wanted));
    return false;
}

static void put_items(struct access_import *import, const struct access_record *record, const json_t *folder)
{
    const json_t *items = json_object_get(folder, "FolderItems"), *item;
    char room[ACCESS_ID_MOST];
    size_t index;
    json_array_foreach(items, index, item)
    {
        struct slice id = access_normal_id(text_of(item, "InternetMessageId"), room);
        if (id.len == 0) {
            import->counts->odd++;
            continue;
        }
        import->counts->messages++;
        access_put(import, record, "bind", id, text_of(folder, "Path"));
    }
}

static void put_mail_items(struct access_import *import, const json_t *object)
{
    const struct access_record record = record_of(object);
    const json_t *folders = json_object_get(object, "Folders"), *folder;
    bool is_sync = has_property(object, "MailAccessType", "Sync");
    size_t index;
    if (!access_fits(import, &record))
        return;
    import->counts->kept++;
    json_array_foreach(folders, index, folder)
    {
        if (!is_sync) {
            put_items(import, &record, folder);
            continue;
        }
        import->counts->folders++;
        access_put(import, &record, "folder", slice_of(NULL, 0), text_of(folder, "Path"));
    }
    if (is_sync && json_array_size(folders) == 0) { /* older records name the folder once */
        import->counts->folders++;
        access_put(import, &record, "folder", slice_of(NULL, 0),
                   text_of(json_object_get(object, "Item"), "Path"));
    }
    if (has_property(object, "IsThrottled", "True")) {
        import->counts->throttled++;
        access_put(import, &record, "throttled", slice_of(NULL, 0), slice_of(NULL, 0));
    }
}

/* Gmail log events as the Reports API gives them: events with parameters of a name and a value. */
static struct slice parameter_of(const json_t *event, const char *name)
{
    const json_t *parameters = json_object_get(event, "parameters"), *parameter;
    size_t index;
    json_array_foreach(parameters, index,
                       parameter) if (slice_is_equal(text_of(parameter, "name"),
                                                     slice_str(name))) return text_of(parameter, "value");
    return slice_of(NULL, 0);
}

static bool put_gmail(struct access_import *import, const json_t *object)
{
    const json_t *events = json_object_get(object, "events"), *event;
    const json_t *identity = json_object_get(object, "id"), *actor = json_object_get(object, "actor");
    struct access_record record = { access_time(text_of(identity, "time")),
                                    text_of(actor, "email"),
                                    text_of(object, "ipAddress"),
                                    slice_of(NULL, 0),
                                    slice_of(NULL, 0),
                                    text_of(actor, "email") };
    char room[ACCESS_ID_MOST];
    size_t index;
    if (!json_is_array(events))
        return false;
    bool does_fit = access_fits(import, &record);
    import->counts->kept += does_fit;
    json_array_foreach(events, index, event)
    {
        struct slice id = access_normal_id(parameter_of(event, "message_id"), room);
        if (id.len == 0) {
            import->counts->odd++;
        } else if (does_fit) {
            import->counts->messages++;
            access_put(import, &record, "bind", id, slice_of(NULL, 0));
        }
    }
    return true;
}

static void put_record(struct access_import *import, const json_t *value, unsigned depth);

static bool put_wrapped(struct access_import *import, const json_t *object, unsigned depth)
{
    const json_t *inner = json_object_get(object, "AuditData");
    if (json_is_object(inner)) {
        put_record(import, inner, depth + 1);
        return true;
    }
    if (!json_is_string(inner))
        return false;
    json_t *parsed = json_loadb(json_string_value(inner), json_string_length(inner), 0, NULL);
    if (parsed)
        put_record(import, parsed, depth + 1);
    else
        import->counts->records++, import->counts->odd++;
    json_decref(parsed);
    return true;
}

static void put_record(struct access_import *import, const json_t *value, unsigned depth)
{
    const json_t *element;
    size_t index;
    if (depth == DEPTH_MOST)
        return;
    if (json_is_array(value)) {
        json_array_foreach(value, index, element) put_record(import, element, depth + 1);
        return;
    }
    if (put_wrapped(import, value, depth))
        return;
    import->counts->records++;
    if (slice_is_equal(text_of(value, "Operation"), slice_str("MailItemsAccessed")))
        put_mail_items(import, value);
    else if (!put_gmail(import, value))
        import->counts->odd++;
}

int access_import_json(struct access_import *import, struct slice text)
{
    json_t *value = text.len ? json_loadb((const char *)text.ptr, text.len, 0, NULL) : NULL;
    if (!value)
        return -1;
    put_record(import, value, 0);
    json_decref(value);
    return 0;
}
