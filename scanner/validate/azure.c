/* azure.c - validators: Microsoft secrets: identifiable keys, CASK, Entra, Azure DevOps, storage, SAS. */
#include "validate/tables.h"

const struct validator validators_azure[] = {
    { .name = "azure-marvin32",
      .meaning = "Azure identifiable key (storage, Cosmos DB, Redis, Service Bus, ACR and others): Marvin32 "
                 "in the last four bytes",
      .judge = validator_pending },
    { .name = "azure-cask",
      .meaning = "Azure common annotated key (JQQJ99): Marvin32 checksum, month of allocation, provider",
      .judge = validator_pending },
    { .name = "entra-secret",
      .meaning = "Entra application secret (8Q~): Marvin32 in the last three characters",
      .judge = validator_pending },
    { .name = "azure-devops-pat",
      .meaning = "Azure DevOps token of 52 base32 characters: CRC-32 spread over it; raises only",
      .judge = validator_pending },
    { .name = "azure-storage",
      .meaning = "Azure storage or batch account key: 88 base64 characters that decode to 64 bytes",
      .judge = validator_pending },
    { .name = "azure-sas",
      .meaning = "Azure shared access signature: 32-byte sig; tells expiry (se), permissions (sp) and host; "
                 "weaker once expired",
      .judge = validator_pending },
    { .name = NULL },
};
