/* xml.c - XML read piece by piece (expat), with bounds on depth, memory and time; no entity is ever declared or expanded. */
#include "decode/xml.h"

#include <stdlib.h>

/* Each block of expat's begins with its size. */
union room {
    size_t size;
    max_align_t align;
};

static size_t held;

static void *xml_alloc(size_t size)
{
    if (size > XML_MEMORY_MAX - held)
        return NULL;
    union room *room = malloc(sizeof *room + size);
    if (!room)
        return NULL;
    room->size = size;
    held += size;
    return room + 1;
}

static void xml_free(void *ptr)
{
    if (!ptr)
        return;
    union room *room = (union room *)ptr - 1;
    held -= room->size;
    free(room);
}

static void *xml_resize(void *ptr, size_t size)
{
    if (!ptr)
        return xml_alloc(size);
    union room *room = (union room *)ptr - 1;
    size_t before = room->size;
    if (size > before && size - before > XML_MEMORY_MAX - held)
        return NULL;
    room = realloc(room, sizeof *room + size);
    if (!room)
        return NULL;
    room->size = size;
    held = held - before + size;
    return room + 1;
}

static void stop(struct xml *xml, enum xml_fault fault, const char *why)
{
    if (xml->fault == XML_SOUND) {
        xml->fault = fault;
        xml->why = why;
    }
    XML_StopParser(xml->parser, XML_FALSE);
}

static void on_start(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
    struct xml *xml = ctx;
    if (++xml->depth > XML_DEPTH_MAX) {
        stop(xml, XML_LIMIT, "too many elements in one another");
        return;
    }
    if (xml->sink->start)
        xml->sink->start(xml->sink->ctx, name, attributes);
}

static void on_end(void *ctx, const XML_Char *name)
{
    struct xml *xml = ctx;
    if (xml->sink->end)
        xml->sink->end(xml->sink->ctx, name);
    if (xml->depth > 0)
        xml->depth--;
}

static void on_text(void *ctx, const XML_Char *text, int len)
{
    struct xml *xml = ctx;
    if (xml->sink->text && len > 0)
        xml->sink->text(xml->sink->ctx, slice_of(text, (size_t)len));
}

static void on_comment(void *ctx, const XML_Char *text)
{
    struct xml *xml = ctx;
    if (xml->sink->aside)
        xml->sink->aside(xml->sink->ctx, slice_str(text));
}

static void on_instruction(void *ctx, const XML_Char *target, const XML_Char *text)
{
    on_comment(ctx, target);
    on_comment(ctx, text);
}

static void on_entity(void *ctx, const XML_Char *name, int is_parameter, const XML_Char *value, int len,
                      const XML_Char *base, const XML_Char *system, const XML_Char *public,
                      const XML_Char *notation)
{
    (void)name, (void)is_parameter, (void)value, (void)len, (void)base, (void)system, (void)public,
        (void)notation;
    stop(ctx, XML_DECLARES, "it declares entities");
}

void xml_init(struct xml *xml, const struct xml_sink *sink)
{
    static const XML_Memory_Handling_Suite suite = { xml_alloc, xml_resize, xml_free };
    *xml = (struct xml){ .sink = sink };
    xml->parser = XML_ParserCreate_MM("UTF-8", &suite, NULL);
    if (!xml->parser) {
        xml->fault = XML_LIMIT;
        xml->why = "no memory is left for it";
        return;
    }
    XML_SetUserData(xml->parser, xml);
    XML_SetElementHandler(xml->parser, on_start, on_end);
    XML_SetCharacterDataHandler(xml->parser, on_text);
    if (sink->aside) {
        XML_SetCommentHandler(xml->parser, on_comment);
        XML_SetProcessingInstructionHandler(xml->parser, on_instruction);
    }
    XML_SetEntityDeclHandler(xml->parser, on_entity);
    XML_SetParamEntityParsing(xml->parser, XML_PARAM_ENTITY_PARSING_NEVER);
    /* Its hash needs no secret: it is set so that no file of the system is asked for one. */
    XML_SetHashSalt(xml->parser, 0x6d61696cu);
}

void xml_release(struct xml *xml)
{
    if (xml->parser)
        XML_ParserFree(xml->parser);
    *xml = (struct xml){ 0 };
}

static void note_failure(struct xml *xml, enum XML_Error code)
{
    bool is_cut = code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN;
    xml->fault = code == XML_ERROR_NO_MEMORY ? XML_LIMIT : XML_DAMAGED;
    xml->why = code == XML_ERROR_NO_MEMORY ? "it needs too much memory"
               : is_cut                    ? "it is cut short"
                                           : XML_ErrorString(code);
}

/* What STATUS means, once so many bytes were fed that LEN of them are new. */
static int take_status(struct xml *xml, enum XML_Status status, size_t len, bool is_last)
{
    if (status == XML_STATUS_SUSPENDED && xml->fault == XML_SOUND)
        return 1;
    if (status == XML_STATUS_ERROR && xml->fault == XML_SOUND)
        note_failure(xml, XML_GetErrorCode(xml->parser));
    if (xml->fault == XML_SOUND && !is_last && xml->fed - xml_at(xml) > XML_TOKEN_MAX + len) {
        xml->fault = XML_LIMIT;
        xml->why = "a tag is too long";
    }
    return xml->fault == XML_SOUND ? 0 : -1;
}

static int feed_some(struct xml *xml, struct slice bytes, bool is_last)
{
    enum XML_Status status =
        XML_Parse(xml->parser, (const char *)bytes.ptr, (int)bytes.len, is_last ? XML_TRUE : XML_FALSE);
    xml->fed += bytes.len;
    return take_status(xml, status, bytes.len, is_last);
}

int xml_feed(struct xml *xml, struct slice bytes, bool is_last)
{
    while (xml->fault == XML_SOUND && bytes.len > XML_PIECE) {
        if (feed_some(xml, slice_sub(bytes, 0, XML_PIECE), false) < 0)
            return -1;
        bytes = slice_skip(bytes, XML_PIECE);
    }
    return xml->fault == XML_SOUND ? feed_some(xml, bytes, is_last) : -1;
}

void xml_pause(struct xml *xml)
{
    if (xml->fault == XML_SOUND)
        XML_StopParser(xml->parser, XML_TRUE);
}

int xml_resume(struct xml *xml)
{
    if (xml->fault != XML_SOUND)
        return -1;
    return take_status(xml, XML_ResumeParser(xml->parser), XML_PIECE, false);
}

uint64_t xml_at(const struct xml *xml)
{
    XML_Index at = XML_GetCurrentByteIndex(xml->parser);
    return at < 0 ? 0 : (uint64_t)at;
}

size_t xml_len(const struct xml *xml)
{
    int len = XML_GetCurrentByteCount(xml->parser);
    return len < 0 ? 0 : (size_t)len;
}

const char *xml_local(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

const char *xml_attribute(const char **attributes, const char *name)
{
    for (; attributes[0]; attributes += 2)
        if (strcmp(xml_local(attributes[0]), name) == 0)
            return attributes[1];
    return NULL;
}
