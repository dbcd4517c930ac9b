/* prose_number.h - the judge of prose: numbers that name a document, a ticket, a parcel. */
#ifndef MAILSPILL_VALIDATE_PROSE_NUMBER_H
#define MAILSPILL_VALIDATE_PROSE_NUMBER_H

#include "validate/prose_case.h"

/* ISO-27001, INC0012345, B204: capitals, then digits. Not where a mark or a word for passwords stands directly before. */
bool prose_number_is_of_document(const struct prose_case *c);

/* 3f2504e0-4f89-11d3-9a0c-0305e82c3301, at the value's end */
bool prose_number_is_uuid(const struct prose_case *c);

/* 80x197 */
bool prose_number_is_measure(const struct prose_case *c);

/* 112 */
bool prose_number_is_emergency(const struct prose_case *c);

#endif
