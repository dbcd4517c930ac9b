/* tables.h - the groups of validators and makers: one array a file, each ended by a NULL name. */
#ifndef MAILSPILL_VALIDATE_TABLES_H
#define MAILSPILL_VALIDATE_TABLES_H

#include "validate/maker.h"
#include "validate/validator.h"

extern const struct validator validators_checksum[];
extern const struct validator validators_azure[];
extern const struct validator validators_encoded[];
extern const struct validator validators_pem[];
extern const struct validator validators_token[];
extern const struct validator validators_account[];
extern const struct validator validators_reversible[];
extern const struct validator validators_plausible[];
extern const struct validator validators_prefixed[];
extern const struct validator validators_prose[];
extern const struct validator validators_column[];
extern const struct validator validators_sasl[];
extern const struct validator validators_wallet[];
extern const struct validator validators_keyfile[];

extern const struct maker makers_token[];
extern const struct maker makers_azure[];
extern const struct maker makers_key[];
extern const struct maker makers_account[];
extern const struct maker makers_stored[];
extern const struct maker makers_wallet[];

#endif
