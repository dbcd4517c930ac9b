/* plausible.c - validators: how random or how made-up a value looks. */
#include "validate/tables.h"

const struct validator validators_plausible[] = {
    { .name = "entropy",
      .meaning = "rejects under N bits of Shannon entropy a character (entropy:3.5)",
      .judge = validator_pending },
    { .name = "charset-mix",
      .meaning = "rejects fewer than N of lower, upper, digit, other (charset-mix:3; 2 by default)",
      .judge = validator_pending },
    { .name = "min-digits",
      .meaning = "rejects fewer than N digits (min-digits:2; 1 by default)",
      .judge = validator_pending },
    { .name = "min-length",
      .meaning = "rejects fewer than N bytes (min-length:8)",
      .judge = validator_pending },
    { .name = "not-placeholder",
      .meaning = "rejects examples and blanks: xxxx, changeme, <your-key>, ${VAR}, {{…}}, masked, one "
                 "repeated sign, sequences, published example keys",
      .judge = validator_pending },
    { .name = "not-word",
      .meaning = "rejects identifiers, plain words, file paths, calls and look-ups of variables",
      .judge = validator_pending },
    { .name = "not-uuid", .meaning = "rejects UUIDs", .judge = validator_pending },
    { .name = "not-hex-digest",
      .meaning = "rejects values that are hex of the length of MD5, SHA-1, SHA-2",
      .judge = validator_pending },
    { .name = "base64",
      .meaning = "rejects what is not base64 (either alphabet) of exactly N bytes (base64:32), or of any "
                 "where no N is given",
      .judge = validator_pending },
    { .name = "hex",
      .meaning = "rejects what is not hex of exactly N bytes (hex:16)",
      .judge = validator_pending },
    { .name = "near",
      .meaning = "rejects where none of the words, cut by |, stands within 256 bytes around "
                 "(near:twilio|sms); case does not matter",
      .judge = validator_pending },
    { .name = "not-near",
      .meaning = "rejects where one of the words, cut by |, stands in the same line (not-near:sha1|commit)",
      .judge = validator_pending },
    { .name = NULL },
};
