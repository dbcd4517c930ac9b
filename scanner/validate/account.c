/* account.c - validators: user and password pairs: headers, URLs, connection strings. */
#include "validate/tables.h"

const struct validator validators_account[] = {
    { .name = "basic-auth",
      .meaning = "HTTP Basic credentials: base64 of printable user:password; tells the user",
      .judge = validator_pending },
    { .name = "docker-auth",
      .meaning = "Docker registry auth: base64 of user:password; tells user and registry",
      .judge = validator_pending },
    { .name = "url-userinfo",
      .meaning = "URL with a password: percent-decodes, tells user and host; rejects examples, placeholders "
                 "and variables",
      .judge = validator_pending },
    { .name = "connection-string",
      .meaning = "ADO, ODBC, JDBC or AMQP-like key=value string: has a password; tells user and host; "
                 "rejects placeholders",
      .judge = validator_pending },
    { .name = "otpauth",
      .meaning = "otpauth: URI: the secret is base32; tells issuer and account",
      .judge = validator_pending },
    { .name = "wifi-qr",
      .meaning = "Wi-Fi QR text WIFI:T:…;S:…;P:…;; tells the network; rejects open networks",
      .judge = validator_pending },
    { .name = "base64-text",
      .meaning = "the value is base64 of printable text (argument: the least length of the text, 6 by "
                 "default); rejects else",
      .judge = validator_pending },
    { .name = "unattend-password",
      .meaning = "Windows answer file: base64 of UTF-16 text that ends in Password or AdministratorPassword",
      .judge = validator_pending },
    { .name = NULL },
};
