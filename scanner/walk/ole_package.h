/* ole_package.h - a file that was put into a document as it is (Ole10Native), and the objects of OLE 1 around it (MS-OLEDS). */
#ifndef MAILSPILL_WALK_OLE_PACKAGE_H
#define MAILSPILL_WALK_OLE_PACKAGE_H

#include "base/slice.h"

struct ole_package {
    struct slice label; /* the name it was given, as it stands */
    size_t at;          /* where the file begins in NATIVE */
    uint32_t len;
};

/* Read what stands before the file. NATIVE: the stream, or the native data of an object, which lacks the four bytes of its length: HAS_LENGTH. Its
 * first 4096 bytes are enough. False where it is no package. */
bool ole_package_read(struct slice native, bool has_length, struct ole_package *package);

struct ole_object1 {
    struct slice class;  /* "Package", "Excel.Sheet.8" */
    struct slice native; /* its data, as far as it is there */
    size_t native_at;
};

/* An embedded object of OLE 1 (MS-OLEDS section 2.2.5). False where BYTES are none. */
bool ole_object1_read(struct slice bytes, struct ole_object1 *object);

#endif
