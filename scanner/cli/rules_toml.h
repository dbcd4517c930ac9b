/* rules_toml.h - the border to the TOML library, which is C++: nothing but plain C crosses it. */
#ifndef MAILSPILL_CLI_RULES_TOML_H
#define MAILSPILL_CLI_RULES_TOML_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a file holds, in order: a table or list opens and closes, all else is text. KEY is empty in lists. Borrowed for the call. */
struct rules_toml_sink {
    void (*open)(void *ctx, const char *key, size_t key_len, unsigned line, int is_list);
    void (*close)(void *ctx);
    void (*text)(void *ctx, const char *key, size_t key_len, unsigned line, const char *text, size_t len);
    void *ctx;
};

/* Read TEXT, TOML 1.0. 0, or -1 with the reason and its line in WHY; the library's nesting limit holds. */
int rules_toml_read(const char *text, size_t len, const struct rules_toml_sink *sink, char *why, size_t size);

#ifdef __cplusplus
}
#endif

#endif
