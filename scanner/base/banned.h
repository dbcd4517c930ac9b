/* banned.h - calls that no file may make: each is a compile error. Included before every file by the Makefile.
 *
 * The system's own headers come first, since they declare what is poisoned here.
 */
#ifndef MAILSPILL_BASE_BANNED_H
#define MAILSPILL_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#undef alloca
#undef sprintf
#undef vsprintf
#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strncat strtok strtok_r gets atoi atol atoll
#pragma GCC poison scanf sscanf fscanf localtime gmtime asctime ctime mktemp tmpnam tempnam alloca

#endif
