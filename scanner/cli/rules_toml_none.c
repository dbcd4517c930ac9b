/* rules_toml_none.c - stands in for rules_toml.cc in a build without toml++: no TOML can be read. */
#include "cli/rules_toml.h"

#include <stdio.h>

int rules_toml_read(const char *text, size_t len, const struct rules_toml_sink *sink, char *why, size_t size)
{
    (void)text;
    (void)len;
    (void)sink;
    snprintf(why, size, "TOML can't be read: this program was built without toml++ (libtomlplusplus-dev)");
    return -1;
}
