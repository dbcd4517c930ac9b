/* picture_words_none.c - built without tesseract: no text is read. */
#include "helpers/picture.h"

int picture_words_load(const char *languages)
{
    (void)languages;
    return -1;
}

void picture_words(struct helper_job *job, PIX *grey)
{
    (void)job;
    (void)grey;
}
