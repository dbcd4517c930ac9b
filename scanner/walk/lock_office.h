/* lock_office.h - inside the locks: Word, Excel and PowerPoint files from 97 to 2003. One file a program; each deciphers its streams in place. */
#ifndef MAILSPILL_WALK_LOCK_OFFICE_H
#define MAILSPILL_WALK_LOCK_OFFICE_H

#include "walk/cfb.h"
#include "walk/lock_offcrypto.h"

struct office {
    struct cfb cfb;
    const struct office_program *program;
    struct cfb_entry *stream; /* WordDocument, Workbook, PowerPoint Document */
    struct slice bytes;       /* all of it */
    struct offcrypto crypto;
    bool is_xor; /* of Excel: */
    uint16_t xor_key, xor_verifier;
    unsigned char xor_array[16];
    size_t header_at; /* where what tells of the encryption begins: Excel in its stream, PowerPoint too */
    struct cfb_entry *table;   /* of Word */
    uint32_t edit_at, session; /* of PowerPoint: the last edit, and the id of the session's object */
};

struct office_program {
    const char *stream;
    /* Is it locked? Reads office->crypto. 1, 0 or -1. */
    int (*open)(struct lock *lock, struct office *office, struct error *err);
    /* Decipher the streams in FILE, a copy of the compound file. */
    void (*decipher)(struct lock *lock, struct office *office, unsigned char *file);
};

extern const struct office_program lock_office_word, lock_office_excel, lock_office_excel5,
    lock_office_powerpoint;

/* Excel's obfuscation (MS-OFFCRYPTO section 2.3.7): is it PASSWORD's? Its check of 16 bits is held against what a record must hold, too. */
bool office_xor_try(struct office *office, struct slice password);

#endif
