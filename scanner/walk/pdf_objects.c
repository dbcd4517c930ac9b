/* pdf_objects.c - the objects of a PDF, found by their bytes. */
#include "walk/pdf_objects.h"

#include "base/sort.h"

#define OBJECTS_MOST ((size_t)1000000)
#define PACKED_MOST ((uint64_t)128 * 1024 * 1024) /* bytes out of object streams, all together */
#define STEPS_MOST 8                              /* references to references */

static bool is_space(unsigned char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0;
}

/* Step back over a number that ends before *AT, and the white space before it. False: there is none. */
static bool step_back(struct slice file, size_t *at, size_t *start)
{
    size_t end = *at, i;
    for (i = end; i > 0 && end - i < 10 && slice_is_digit(file.ptr[i - 1]);)
        i--;
    *start = i;
    if (i == end)
        return false;
    for (; i > 0 && end - i < 16 && is_space(file.ptr[i - 1]);)
        i--;
    *at = i;
    return true;
}

/* "N G" before the "obj" at AT? */
static bool number_before(struct slice file, size_t at, uint32_t *number, uint32_t *generation)
{
    uint64_t value, second;
    size_t start, digits_end;
    for (digits_end = at; digits_end > 0 && at - digits_end < 4 && is_space(file.ptr[digits_end - 1]);)
        digits_end--;
    at = digits_end;
    size_t second_end = at;
    if (!step_back(file, &at, &start) || at == start ||
        slice_to_u64(slice_sub(file, start, second_end - start), &second) < 0)
        return false;
    digits_end = at;
    if (!step_back(file, &at, &start) ||
        slice_to_u64(slice_sub(file, start, digits_end - start), &value) < 0 || value > UINT32_MAX)
        return false;
    *number = (uint32_t)value;
    *generation = (uint32_t)second;
    return true;
}

static bool is_end(const struct pdf_token *token)
{
    static const char *const words[] = { "endobj", "obj", "xref", "trailer", "startxref" };
    for (size_t i = 0; token->kind == PDF_WORD && i < sizeof words / sizeof *words; i++)
        if (slice_is_equal(token->text, slice_str(words[i])))
            return true;
    return false;
}

/* The stream that begins with REST's line end, up to "endstream"; REST goes on after it. */
static struct slice eat_stream(struct slice *rest, struct slice body)
{
    struct slice end = slice_str("endstream");
    uint64_t len;
    *rest = slice_skip(*rest, rest->len > 0 && rest->ptr[0] == '\r');
    *rest = slice_skip(*rest, rest->len > 0 && rest->ptr[0] == '\n');
    struct slice said = pdf_entry(body, "Length");
    uint32_t number;
    if (pdf_as_reference(said, &number) < 0 && pdf_as_number(said, &len) == 0 && len < rest->len) {
        struct slice after = slice_sub(*rest, (size_t)len, 16), trimmed = slice_trim(after);
        if (slice_starts_with(trimmed, "endstream")) {
            struct slice stream = slice_sub(*rest, 0, (size_t)len);
            *rest = slice_skip(*rest, (size_t)len);
            return stream;
        }
    }
    size_t at = slice_find(*rest, 0, end);
    struct slice stream = slice_sub(*rest, 0, at == SLICE_NONE ? rest->len : at);
    *rest = slice_skip(*rest, stream.len);
    return stream;
}

/* The object whose "obj" was before REST; REST goes on after it. */
static struct pdf_object eat_object(struct slice *rest)
{
    struct slice start = *rest, before = *rest;
    struct pdf_object object = { .body = start };
    struct pdf_token token;
    while (before = *rest, pdf_token_next(rest, &token) && !is_end(&token)) {
        if (token.kind == PDF_WORD && slice_is_equal(token.text, slice_str("stream"))) {
            object.body = slice_sub(start, 0, (size_t)(token.text.ptr - start.ptr));
            object.has_stream = true;
            object.stream = eat_stream(rest, object.body);
            return object;
        }
    }
    object.body = slice_sub(start, 0, start.len - before.len);
    *rest = before; /* "obj" may be that of the next one */
    if (rest->len > 0 && slice_starts_with(slice_trim(slice_sub(*rest, 0, 16)), "endobj"))
        *rest = slice_skip(*rest, 1 + (size_t)(slice_trim(slice_sub(*rest, 0, 16)).ptr - rest->ptr) + 5);
    return object;
}

static bool add(struct pdf_objects *objects, struct buffer *list, struct pdf_object object)
{
    if (list->len / sizeof object >= OBJECTS_MOST) {
        objects->is_cut = true;
        return false;
    }
    object.place = (uint32_t)(list->len / sizeof object);
    buffer_put(list, slice_of(&object, sizeof object));
    return true;
}

/* The objects in the object stream HOLDER (7.5.7), after it. */
static void unpack(struct pdf_objects *objects, struct buffer *list, const struct pdf_object *holder)
{
    struct buffer bytes;
    uint64_t count, first, number, at, next;
    bool is_plain;
    struct source *source = pdf_stream(objects, holder, objects->arena, &is_plain, NULL);
    if (!source || pdf_as_number(pdf_entry(holder->body, "N"), &count) < 0 ||
        pdf_as_number(pdf_entry(holder->body, "First"), &first) < 0) {
        objects->lost++;
        return;
    }
    buffer_init(&bytes, (size_t)(PACKED_MOST - objects->unpacked));
    objects->lost += pdf_read_all(source, (size_t)(PACKED_MOST - objects->unpacked), &bytes) < 0;
    objects->unpacked += bytes.len;
    struct slice all = arena_copy(objects->arena, buffer_slice(&bytes));
    buffer_release(&bytes);
    struct slice head = slice_sub(all, 0, (size_t)(first < all.len ? first : all.len));
    struct slice inside = slice_skip(all, head.len);
    struct pdf_token token;
    bool has_more = pdf_token_next(&head, &token) && slice_to_u64(token.text, &number) == 0 &&
                    pdf_token_next(&head, &token) && slice_to_u64(token.text, &at) == 0;
    for (uint64_t i = 0; has_more && i < count; i++) {
        uint64_t next_number = 0;
        next = inside.len;
        has_more = pdf_token_next(&head, &token) && slice_to_u64(token.text, &next_number) == 0 &&
                   pdf_token_next(&head, &token) && slice_to_u64(token.text, &next) == 0;
        if (next < at || next > inside.len)
            next = inside.len;
        /* Offsets that go back would have the same bytes read again and again. */
        if (at > inside.len || number > UINT32_MAX)
            break;
        struct pdf_object object = { .number = (uint32_t)number, .is_packed = true };
        object.body = slice_sub(inside, (size_t)at, (size_t)(next - at));
        if (!add(objects, list, object) || next == inside.len)
            break;
        number = next_number;
        at = next;
    }
}

static void find_all(struct pdf_objects *objects, struct buffer *list)
{
    struct slice file = objects->file, word = slice_str("obj");
    uint32_t number, generation;
    size_t at = 0;
    while ((at = slice_find(file, at, word)) != SLICE_NONE) {
        struct slice rest = slice_skip(file, at + word.len);
        bool is_object = number_before(file, at, &number, &generation);
        at += word.len;
        if (!is_object)
            continue;
        struct pdf_object object = eat_object(&rest);
        object.number = number;
        object.generation = generation;
        at = file.len - rest.len;
        if (!add(objects, list, object))
            return;
    }
}

static int compare(const void *left, const void *right)
{
    const struct pdf_object *a = left, *b = right;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

/* The last dictionary with a root: after the word "trailer", or of a stream of cross references (7.5.8). */
static void find_trailer(struct pdf_objects *objects)
{
    struct slice file = objects->file, word = slice_str("trailer");
    for (size_t at = 0; (at = slice_find(file, at, word)) != SLICE_NONE;) {
        struct slice dictionary = slice_sub(file, at += word.len, 4096);
        if (pdf_entry(dictionary, "Root").len > 0)
            objects->trailer = dictionary;
    }
    for (size_t i = 0; i < objects->count; i++) {
        struct slice body = objects->list[i].body;
        if (objects->list[i].has_stream && (!objects->trailer.ptr || body.ptr > objects->trailer.ptr) &&
            slice_is_equal(pdf_as_name(pdf_entry(body, "Type")), slice_str("XRef")) &&
            pdf_entry(body, "Root").len > 0)
            objects->trailer = body;
    }
}

/* LIST becomes that of OBJECTS. */
static void take_list(struct pdf_objects *objects, const struct buffer *list)
{
    struct slice all = arena_copy(objects->arena, buffer_slice(list));
    objects->count = all.len / sizeof(struct pdf_object);
    objects->list = (struct pdf_object *)(uintptr_t)all.ptr;
    sort_items(objects->list, objects->count, sizeof *objects->list, compare);
    for (size_t i = 1; i < objects->count; i++)
        objects->list[i - 1].is_old = objects->list[i - 1].number == objects->list[i].number;
}

static void find_cipher(struct pdf_objects *objects, const struct slice *passwords, size_t count)
{
    struct slice encrypt = pdf_entry(objects->trailer, "Encrypt");
    struct slice id = pdf_resolve(objects, pdf_entry(objects->trailer, "ID"));
    struct pdf_token token = { PDF_WORD, { NULL, 0 } };
    struct buffer bytes;
    if (encrypt.len == 0)
        return;
    buffer_init(&bytes, 256);
    if (pdf_token_next(&id, &token) && pdf_token_next(&id, &token) &&
        (token.kind == PDF_LITERAL || token.kind == PDF_HEX))
        pdf_put_bytes(&bytes, &token);
    objects->is_encrypted = true;
    objects->is_locked = pdf_cipher_open(&objects->cipher, pdf_resolve(objects, encrypt),
                                         buffer_slice(&bytes), passwords, count) < 0;
    buffer_release(&bytes);
}

/* Those of FOUND, in order, and after each object stream those in it. */
static void unpack_all(struct pdf_objects *objects, const struct buffer *found, struct buffer *list)
{
    struct slice rest = buffer_slice(found), one;
    struct pdf_object object;
    while (slice_eat(&rest, sizeof object, &one) == 0) {
        memcpy(&object, one.ptr, sizeof object);
        if (!add(objects, list, object))
            return;
        if (object.has_stream &&
            slice_is_equal(pdf_as_name(pdf_entry(object.body, "Type")), slice_str("ObjStm")))
            unpack(objects, list, &object);
    }
}

void pdf_objects_find(struct pdf_objects *objects, struct slice file, const struct slice *passwords,
                      size_t password_count, const struct limits *limits, struct arena *arena)
{
    struct buffer found, list;
    *objects = (struct pdf_objects){ .file = file, .limits = limits, .arena = arena };
    buffer_init(&found, OBJECTS_MOST * sizeof(struct pdf_object));
    buffer_init(&list, OBJECTS_MOST * sizeof(struct pdf_object));
    find_all(objects, &found);
    take_list(objects, &found);
    find_trailer(objects);
    find_cipher(objects, passwords, password_count);
    if (!objects->is_locked)
        unpack_all(objects, &found, &list);
    if (!objects->is_locked)
        take_list(objects, &list);
    buffer_release(&found);
    buffer_release(&list);
}

struct pdf_object *pdf_object_of(const struct pdf_objects *objects, uint32_t number)
{
    size_t low = 0, high = objects->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (objects->list[middle].number <= number)
            low = middle + 1;
        else
            high = middle;
    }
    bool is_there = low > 0 && objects->list[low - 1].number == number;
    return is_there ? &objects->list[low - 1] : NULL;
}

struct slice pdf_resolve(const struct pdf_objects *objects, struct slice value)
{
    uint32_t number;
    for (unsigned i = 0; i < STEPS_MOST && pdf_as_reference(value, &number) == 0; i++) {
        const struct pdf_object *object = pdf_object_of(objects, number);
        value = object ? object->body : slice_of(NULL, 0);
    }
    return slice_trim(value);
}
