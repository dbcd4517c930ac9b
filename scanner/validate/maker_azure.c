/* maker_azure.c - makers: Microsoft secrets. */
#include "validate/tables.h"

const struct maker makers_azure[] = {
    { .name = "azure-key",
      .meaning = "identifiable key; argument: its signature: +ASt (default) +ABa AzCa ACDb +ACR AzSe +ASb "
                 "+AEh +ARm AIoT +AMC APIM AzFu",
      .make = maker_pending },
    { .name = "azure-storage-key",
      .meaning = "86 base64 characters and ==, of the older kind without checksum",
      .make = maker_pending },
    { .name = "azure-cask",
      .meaning = "84-character common annotated key; argument: the provider (AZEG by default)",
      .make = maker_pending },
    { .name = "entra-secret", .meaning = "8Q~ secret", .make = maker_pending },
    { .name = "azure-devops-pat", .meaning = "52 base32 characters", .make = maker_pending },
    { .name = "azure-sas",
      .meaning = "query of a shared access signature; argument: expiry day (2099-12-31 by default)",
      .make = maker_pending },
    { .name = NULL },
};
