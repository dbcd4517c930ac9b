/* passwords.h - --password-file: what locked attachments are tried with beside what the mail tells. */
#ifndef MAILSPILL_CLI_PASSWORDS_H
#define MAILSPILL_CLI_PASSWORDS_H

#include "base/error.h"
#include "scan_harvest.h"

/* A password a line; FILE is 0600 or a descriptor (fd:3). Release HARVEST in both cases. 0 or -1. */
int passwords_read(const char *file, struct harvest *harvest, struct error *err);

#endif
