/* picture_codes_none.c - built without zbar: no code is read. */
#include "helpers/picture.h"

void picture_codes_load(void)
{
}

unsigned picture_codes(struct helper_job *job, PIX *grey)
{
    (void)job;
    (void)grey;
    return 0;
}
