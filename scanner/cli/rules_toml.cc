/* rules_toml.cc - reads TOML with toml++ (libtomlplusplus-dev); rules_toml_none.c stands in where it was missing. */
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 1
#include <toml++/toml.h>

#include <cstdio>
#include <sstream>
#include <string>

#include "cli/rules_toml.h"

static void put_node(const struct rules_toml_sink *sink, std::string_view key, const toml::node &node);

static void put_text(const struct rules_toml_sink *sink, std::string_view key, const toml::node &node)
{
    unsigned line = static_cast<unsigned>(node.source().begin.line);
    if (const auto *text = node.as_string()) {
        sink->text(sink->ctx, key.data(), key.size(), line, text->get().data(), text->get().size());
        return;
    }
    std::ostringstream out;
    node.visit([&out](auto &&value) {
        if constexpr (toml::is_value<decltype(value)>)
            out << value.get();
    });
    std::string words = out.str();
    if (node.is_boolean())
        words = node.as_boolean()->get() ? "true" : "false";
    sink->text(sink->ctx, key.data(), key.size(), line, words.data(), words.size());
}

static void put_node(const struct rules_toml_sink *sink, std::string_view key, const toml::node &node)
{
    unsigned line = static_cast<unsigned>(node.source().begin.line);
    if (const auto *table = node.as_table()) {
        sink->open(sink->ctx, key.data(), key.size(), line, 0);
        for (auto &&[name, child] : *table)
            put_node(sink, name.str(), child);
        sink->close(sink->ctx);
    } else if (const auto *list = node.as_array()) {
        sink->open(sink->ctx, key.data(), key.size(), line, 1);
        for (auto &&child : *list)
            put_node(sink, "", child);
        sink->close(sink->ctx);
    } else {
        put_text(sink, key, node);
    }
}

extern "C" int rules_toml_read(const char *text, size_t len, const struct rules_toml_sink *sink, char *why,
                               size_t size)
{
    toml::parse_result result = toml::parse(std::string_view(text, len));
    if (!result) {
        std::string_view words = result.error().description();
        snprintf(why, size, "line %u: not TOML: %.*s",
                 static_cast<unsigned>(result.error().source().begin.line), static_cast<int>(words.size()),
                 words.data());
        return -1;
    }
    put_node(sink, "", result.table());
    return 0;
}
