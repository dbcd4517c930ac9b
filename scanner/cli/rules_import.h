/* rules_import.h - other scanners' rule files, read into one kind of tree, and made into rules of ours.
 *
 * What comes out obeys the same limits as any rule: each one is loaded and compiled before it is written, or named and left out.
 */
#ifndef MAILSPILL_CLI_RULES_IMPORT_H
#define MAILSPILL_CLI_RULES_IMPORT_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

#define IMPORT_FILE_MAX ((size_t)16 * 1024 * 1024)
#define IMPORT_DEPTH_MAX 32

enum import_kind { IMPORT_TEXT, IMPORT_LIST, IMPORT_MAP };

/* A value of a TOML or YAML file. Numbers, dates and truth are text as a person writes them. */
struct import_node {
    enum import_kind kind;
    struct slice key; /* within a map */
    struct slice text;
    unsigned line;
    struct import_node *first, *next;
};

/* Read TEXT; nodes and strings live in ARENA. NULL with the line in ERR. */
struct import_node *import_read_yaml(struct arena *arena, struct slice text, struct error *err);
struct import_node *import_read_toml(struct arena *arena, struct slice text, struct error *err);

/* A new node at the end of PARENT's children (NULL: a root). LAST: the child added before, or NULL. */
struct import_node *import_node_new(struct arena *arena, struct import_node *parent, struct import_node *last,
                                    enum import_kind kind);

const struct import_node *import_find(const struct import_node *map, const char *key); /* or NULL */
struct slice import_text(const struct import_node *map, const char *key);              /* or empty */
size_t import_count(const struct import_node *node);                                   /* children */

/* How a pattern is carried over. */
struct import_pattern {
    struct slice text;     /* as the other scanner has it */
    unsigned secret_group; /* number of the group that holds the secret; 0: a named one, else the first */
    unsigned most;         /* what a repeat without bound is clamped to */
    bool is_find;          /* for Hyperscan: without look-around, atomic groups and possessive repeats */
    /* Out: */
    unsigned clamped, groups;
    bool has_look, has_reference, has_named;
    unsigned referred; /* bit N: \N refers to group N */
};

/* Append the pattern in our syntax, its secret named. */
void import_put_pattern(struct import_pattern *pattern, struct buffer *out);

/* Does the secret begin with at least four fixed characters, as only its issuer writes them? */
bool import_has_prefix(struct slice pattern);

struct import_sum {
    size_t rules, imported, dropped;
    size_t clamped, without_examples;
};

/* Where the words of the report go. */
struct import_report {
    void (*line)(void *ctx, const char *file, unsigned line, const char *id, const char *words);
    void *ctx;
};

struct import;

struct import *import_new(const struct import_report *report);
void import_free(struct import *import);

/* Append the rules of FILE to the import's text: TOML is gitleaks', YAML is Nosey Parker's or Kingfisher's. 0 or -1. */
int import_add_file(struct import *import, const char *file, struct error *err);

/* A rule file of ours. */
struct slice import_rules(const struct import *import);
const struct import_sum *import_sum(const struct import *import);

#endif
