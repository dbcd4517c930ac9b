/* encoded.c - validators: keys with a checksum or fixed bits in their text form. */
#include "validate/tables.h"

const struct validator validators_encoded[] = {
    { .name = "age-key", .meaning = "age secret key: bech32 checksum", .judge = validator_pending },
    { .name = "bip39",
      .meaning = "BIP-39 English seed phrase: all words in the list and the checksum right",
      .judge = validator_pending },
    { .name = "bitcoin-wif",
      .meaning = "Bitcoin private key in WIF: Base58Check",
      .judge = validator_pending },
    { .name = "bitcoin-xprv",
      .meaning = "BIP-32 extended private key: Base58Check",
      .judge = validator_pending },
    { .name = "bitlocker",
      .meaning = "BitLocker recovery password: eight groups divisible by 11",
      .judge = validator_pending },
    { .name = "wireguard",
      .meaning = "WireGuard private key: 32 bytes, clamped as the generator does",
      .judge = validator_pending },
    { .name = "totp-base32",
      .meaning = "one-time-password secret: base32 of at least ten bytes",
      .judge = validator_pending },
    { .name = NULL },
};
