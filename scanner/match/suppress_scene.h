/* suppress_scene.h - what suppressors ask about the text around a match; inside match/ only. */
#ifndef MAILSPILL_MATCH_SUPPRESS_SCENE_H
#define MAILSPILL_MATCH_SUPPRESS_SCENE_H

#include "match/suppress.h"

/* The groups of suppressors. */
extern const struct suppressor suppressors_header[], suppressors_block[], suppressors_line[],
    suppressors_link[];

/* Nothing is looked for further away than this, bytes. */
#define SUPPRESS_REACH ((size_t)64 * 1024)

/* May COUNT more bytes be looked at? Takes them from the leaf's budget. */
bool suppress_may_look(const struct suppress_scene *scene, size_t count);

struct slice suppress_text(const struct suppress_scene *scene, size_t from, size_t to);

/* The line that AT stands in: [*FROM, *TO) without its end; false where it is longer than SUPPRESS_REACH. */
bool suppress_line(const struct suppress_scene *scene, size_t at, size_t *from, size_t *to);

/* LINE without quote prefixes, and the sign and space of a diff, at its front. */
struct slice suppress_unquoted(struct slice line);

/* A header field (RFC 5322), folded or not, in a header block or quoted in a text: the secret stands in its value. */
struct suppress_field {
    struct slice name;
    size_t from, to; /* the value */
};

bool suppress_field(const struct suppress_scene *scene, struct suppress_field *field);

/* Is NAME in LIST, cut by `|`? An entry that ends in `*` stands for all names that begin so. Case does not matter. */
bool suppress_is_listed(struct slice name, const char *list);

/* Does a word for a secret stand anywhere in TEXT? */
bool suppress_has_secret_word(struct slice text);

/* The maximal run around the secret of bytes that are not in ENDS or white space, not leaving [from, to). */
void suppress_run(const struct suppress_scene *scene, size_t from, size_t to, const char *ends,
                  struct suppress_noise *noise);

/* TEXT decoded from base64, white space passed over: the bytes, or SLICE_NONE where it is not base64 or does not fit. */
size_t suppress_base64(struct slice text, unsigned char *out, size_t size);

bool suppress_is_hex(struct slice text);

#endif
