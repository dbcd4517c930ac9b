/* maker_token.c - makers: tokens that carry a checksum. */
#include "validate/tables.h"

const struct maker makers_token[] = {
    { .name = "github",
      .meaning = "token with its CRC-32; argument: the prefix (ghp_ by default)",
      .make = maker_pending },
    { .name = "github-pat", .meaning = "github_pat_ token", .make = maker_pending },
    { .name = "npm", .meaning = "npm_ token", .make = maker_pending },
    { .name = "grafana", .meaning = "glsa_ token", .make = maker_pending },
    { .name = "gitlab-routable",
      .meaning = "routable token; argument: the prefix (glpat- by default)",
      .make = maker_pending },
    { .name = "atlassian",
      .meaning = "API token; argument: the prefix (ATATT3xFfGF0 by default)",
      .make = maker_pending },
    { .name = "bitbucket-dc-pat", .meaning = "44 base64 characters", .make = maker_pending },
    { .name = "cloudflare",
      .meaning = "token; argument: the prefix (cfut_ by default)",
      .make = maker_pending },
    { .name = "vercel", .meaning = "token; argument: the prefix (vcp_ by default)", .make = maker_pending },
    { .name = "confluent", .meaning = "cflt secret", .make = maker_pending },
    { .name = "zuplo", .meaning = "zpka_ key", .make = maker_pending },
    { .name = "apify", .meaning = "apify_api_ token", .make = maker_pending },
    { .name = "salad", .meaning = "salad_cloud_ key; argument: org or user", .make = maker_pending },
    { .name = NULL },
};
