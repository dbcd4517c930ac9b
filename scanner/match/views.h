/* views.h - the joined view: tokens that a line end cut, put together again; inside match/ only.
 *
 * Only what lies around a cut is copied: the line before, and the lines that it joins (a region). A map leads back.
 */
#ifndef MAILSPILL_MATCH_VIEWS_H
#define MAILSPILL_MATCH_VIEWS_H

#include "base/buffer.h"
#include "extract/extractor.h"
#include "match/cuts.h"

struct joined {
    struct buffer text;
    struct cuts cuts;
    struct text_map_pair *pairs;
    uint32_t *regions; /* of each pair: pairs of one region are joined across a cut */
    size_t count, capacity;
    uint32_t region;
    size_t reach; /* bytes of context at most */
};

/* REACH: the widest rule. */
void joined_init(struct joined *joined, size_t reach);
void joined_release(struct joined *joined);

/* Make the view of TEXT. False where no token was cut: there is nothing to scan. */
bool joined_make(struct joined *joined, struct slice text);

/* Does the view's [START, END) cross a cut, and no border between regions? */
bool joined_is_crossing(const struct joined *joined, size_t start, size_t end);

/* Narrow [*FROM, *TO) to the region that AT lies in: what another ends or begins with is cut anywhere. */
void joined_keep_region(const struct joined *joined, size_t at, size_t *from, size_t *to);

/* As joined_make left it; void after the next. */
struct text_view joined_view(const struct joined *joined);

#endif
