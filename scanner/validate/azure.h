/* azure.h - the signatures of Azure's identifiable keys and the seeds of their checksums. */
#ifndef MAILSPILL_VALIDATE_AZURE_H
#define MAILSPILL_VALIDATE_AZURE_H

#include <stdint.h>

#define AZURE_SEEDS_MAX 7

/* A kind of identifiable key: SIGNATURE stands before the last six characters. A seed is the ASCII of an eight-letter name. */
struct azure_key {
    const char *signature;
    const char *service;
    unsigned bytes; /* of the usual key */
    uint64_t seeds[AZURE_SEEDS_MAX];
};

extern const struct azure_key azure_keys[]; /* ended by a NULL signature */

/* Seed of common annotated keys and of storage accounts: "Default0". */
#define AZURE_SEED_DEFAULT 0x44656661756c7430u

/* Entra application secrets. */
#define AZURE_SEED_ENTRA 0x4161645077643030u
#define AZURE_ENTRA_ALPHABET "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~"

/* What the CRC-32 of an Azure DevOps token is XORed with, for users and for applications. */
#define AZURE_DEVOPS_USER 0xE0B9692Du
#define AZURE_DEVOPS_APP 0x1019F92Eu
#define AZURE_DEVOPS_BYTES 32

/* CRC-32 over the 28 bytes of BYTES that are not the checksum's own. */
uint32_t azure_devops_crc(const unsigned char bytes[AZURE_DEVOPS_BYTES]);

#endif
