/* pdf_colour.c - no colour profile is read: text has no use for them, and poppler would read each of them again for every page. */
#include <stdint.h>

#include "helpers/pdf.h"

/* Stands before the function of Little CMS that poppler calls, which takes NULL for a profile that it cannot read and goes on with plain colours. */
void *cmsOpenProfileFromMem(const void *bytes, uint32_t len);

void *cmsOpenProfileFromMem(const void *bytes, uint32_t len)
{
    (void)bytes;
    (void)len;
    return NULL;
}
