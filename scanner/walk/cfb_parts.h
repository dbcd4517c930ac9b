/* cfb_parts.h - inside the compound file reader: what cfb.c and cfb_stream.c have in common. */
#ifndef MAILSPILL_WALK_CFB_PARTS_H
#define MAILSPILL_WALK_CFB_PARTS_H

#include "decode/codepage.h"
#include "walk/cfb.h"

/* Bytes of the file at OFFSET; the count, less than LEN at its end. */
size_t cfb_read_at(struct cfb *cfb, uint64_t offset, void *into, size_t len);

/* Where SECTOR starts in the file. */
uint64_t cfb_sector_offset(const struct cfb *cfb, uint32_t sector);

/* Follow each stream's chain once: how much of it can be read, and what no stream covers. */
void cfb_measure(struct cfb *cfb);

#endif
