/* biff12.h - the records of binary workbooks, .xlsb (MS-XLSB, section 2.1.4), and the strings in them. */
#ifndef MAILSPILL_DECODE_BIFF12_H
#define MAILSPILL_DECODE_BIFF12_H

#include "base/slice.h"

/* Those whose fields are known here (section 2.3.1). */
enum biff12_type {
    BIFF12_ROW = 0,
    BIFF12_RK = 2,
    BIFF12_REAL = 5,
    BIFF12_STRING = 6,
    BIFF12_SHARED = 7,
    BIFF12_FORMULA_STRING = 8,
    BIFF12_FORMULA_NUMBER = 9,
    BIFF12_FORMULA_ERROR = 11,
    BIFF12_SST_ITEM = 19,
    BIFF12_RICH_STRING = 62,
    BIFF12_BEGIN_SST = 159,
};

struct biff12_record {
    uint32_t type;
    uint32_t size; /* bytes of its fields, which follow */
};

/* 1, or 0 where REST ends inside the header: then it is unchanged. */
int biff12_eat_header(struct slice *rest, struct biff12_record *record);

/* A string with its length before it: its characters in UTF-16, and REST stands behind it. 0, or -1 where REST ends before. */
int biff12_eat_string(struct slice *rest, struct slice *units);

#endif
