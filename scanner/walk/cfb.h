/* cfb.h - compound files (MS-CFB): storages and streams, read with every chain and tree bounded.
 *
 * Nothing in the file is believed: chains are followed with their sectors marked, so that no sector is given twice and no chain has a
 * cycle; the tree of names is walked without recursion, each entry once. What no stream covers (free sectors, the ends of last
 * sectors) is at hand as well, since old text lies there.
 */
#ifndef MAILSPILL_WALK_CFB_H
#define MAILSPILL_WALK_CFB_H

#include "base/arena.h"
#include "base/limits.h"
#include "item/source.h"

#define CFB_NONE UINT32_MAX
#define CFB_ROOT 0u
#define CFB_CLASS_LEN 16

enum cfb_kind { CFB_EMPTY, CFB_STORAGE, CFB_STREAM, CFB_ROOT_STORAGE };

struct cfb_entry {
    struct slice name; /* UTF-8 */
    enum cfb_kind kind;
    uint32_t parent, child,
        next; /* as a list: the first child, the next one of the same parent; CFB_NONE for none */
    unsigned char class[CFB_CLASS_LEN]; /* of a storage */
    uint64_t size;                      /* of a stream, as declared */
    uint64_t usable;                    /* bytes of it that its chain holds and no stream before it had */
    uint32_t start;                     /* its first sector */
    uint32_t left, right, below;        /* the tree as it stands in the file */
    bool is_mini;                       /* it lies in the mini stream */
    bool is_orphan;                     /* no storage holds it */
    bool is_taken;                      /* cfb_read or cfb_source was asked for it */
};

struct cfb_range {
    uint64_t offset, len;
};

struct cfb {
    struct source *in;  /* seekable */
    struct slice bytes; /* all of it, where it shows at once; else empty */
    uint64_t size;
    struct arena *arena;
    unsigned sector_shift, mini_shift;
    uint32_t mini_cutoff;
    uint32_t *fat, *mini_fat, *mini_chain; /* mini_chain: the sectors of the mini stream, in order */
    size_t fat_count, mini_fat_count, mini_chain_count;
    struct cfb_entry *entries;
    size_t count;
    unsigned char *used, *mini_used; /* a bit for each sector */
    struct cfb_range *ranges;        /* that no stream covers; in order */
    size_t range_count, range_capacity;
    const char *fault; /* what is wrong with the file as a whole, in words; NULL: nothing was seen */
    bool is_cut;       /* the file is shorter than its tables say */
    bool is_over;      /* more entries than limits->inner_entries times eight: the rest is not there */
};

/* Does HEAD begin as a compound file? */
bool cfb_is_cfb(struct slice head);

/* Read the tables of IN. Allocates in ARENA. 0; -1 where there is no directory to go by. */
int cfb_open(struct cfb *cfb, struct arena *arena, struct source *in, const struct limits *limits,
             struct error *err);

/* The child of STORAGE that has this name, any case, or NULL. Costs as many steps as there are children. */
struct cfb_entry *cfb_find(struct cfb *cfb, uint32_t storage, const char *name);
uint32_t cfb_index(const struct cfb *cfb, const struct cfb_entry *entry);

/* The first MOST bytes of a stream, in ARENA or where they stand in the file. Fewer where it is damaged. */
struct slice cfb_read(struct cfb *cfb, struct arena *arena, struct cfb_entry *entry, size_t most);

/* A stream as a source, which fails where its chain does. In ARENA. */
struct source *cfb_source(struct cfb *cfb, struct arena *arena, struct cfb_entry *entry);

/* Write BYTES over the beginning of a stream where it stands in FILE, a copy of the whole file (cfb->size bytes). The bytes written: not more than
 * `usable`. */
size_t cfb_overwrite(const struct cfb *cfb, const struct cfb_entry *entry, struct slice bytes,
                     unsigned char *file);

/* All bytes that no stream covers and that are not fill (zeros, 0xFF), one range after another; NULL if there are none. In ARENA. */
struct source *cfb_rest(struct cfb *cfb, struct arena *arena);

#endif
