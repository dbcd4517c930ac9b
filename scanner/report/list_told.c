/* list_told.c - who holds which secret: findings laid aside in narrow tables, for the lists that look at each of them. */
#include "report/list_parts.h"

/* Findings that count, by secret and custodian: numbers, and what they open. A message of 0 is none. The case is read once, as it lies. */
static const char told_sql[] =
    "DROP TABLE IF EXISTS temp.told;"
    "CREATE TEMP TABLE told(secret INTEGER, custodian TEXT, message INTEGER, finding INTEGER, severity "
    "INTEGER,"
    " verdict INTEGER, is_quoted INTEGER, service TEXT, host TEXT, user TEXT, account TEXT, expires TEXT,"
    " PRIMARY KEY(secret, custodian, message, finding)) WITHOUT ROWID;"
    "INSERT INTO told SELECT f.secret, f.custodian, ifnull(f.message, 0), f.finding, f.severity, f.verdict,"
    " f.is_quoted, f.service, f.host, f.user, f.account, f.expires FROM findings f NOT INDEXED"
    " WHERE f.id NOT IN (SELECT target FROM judged WHERE judgement = 'false') AND f.secret NOT IN"
    " (SELECT s.secret FROM secrets s JOIN judged ON target = s.id WHERE judgement = 'false')"
    " ORDER BY 1, 2, 3, 4;";

/* Organisations that are not inside; which messages they sent (way 1), got (0), or got from another outside or from themselves (2: nothing that we
 * sent; where one of several senders is inside, it is ours); and the place of each secret by its id, so that no order depends on which was
 * found first. */
static const char shared_sql[] =
    "DROP TABLE IF EXISTS temp.org; DROP TABLE IF EXISTS temp.belongs; DROP TABLE IF EXISTS temp.shared;"
    "DROP TABLE IF EXISTS temp.ranked; DROP TABLE IF EXISTS temp.rank_of;"
    "CREATE TEMP TABLE org(org INTEGER PRIMARY KEY, organisation TEXT, side TEXT, UNIQUE(organisation, "
    "side));"
    "INSERT INTO org(organisation, side) SELECT DISTINCT organisation, side FROM who WHERE side <> 'inside' "
    "ORDER BY 1, 2;"
    "CREATE TEMP TABLE belongs(person INTEGER PRIMARY KEY, org INTEGER);"
    "INSERT INTO belongs SELECT person, org FROM who JOIN org USING(organisation, side);"
    "CREATE TEMP TABLE shared(message INTEGER, org INTEGER, way INTEGER, PRIMARY KEY(message, org, way)) "
    "WITHOUT ROWID;"
    "INSERT OR IGNORE INTO shared SELECT mp.message, b.org, CASE WHEN mp.role = 'from' THEN 1"
    " WHEN (SELECT min(ifnull(o.side = 'outside' OR o.org = b.org, 0)) FROM message_people f LEFT JOIN "
    "belongs s"
    " ON s.person = f.person LEFT JOIN org o ON o.org = s.org WHERE f.message = mp.message AND f.role = "
    "'from')"
    " THEN 2 ELSE 0 END FROM message_people mp CROSS JOIN belongs b USING(person);"
    "CREATE TEMP TABLE ranked(rank INTEGER PRIMARY KEY, secret INTEGER, id TEXT, name TEXT, redacted TEXT);"
    "INSERT INTO ranked(secret, id, name, redacted) SELECT secret, lower(hex(id)), name, redacted FROM "
    "secrets "
    "ORDER BY id;"
    "CREATE TEMP TABLE rank_of(secret INTEGER PRIMARY KEY, rank INTEGER);"
    "INSERT INTO rank_of SELECT secret, rank FROM ranked ORDER BY secret;";

int lists_lay(struct lists *lists, const struct list *list, struct error *err)
{
    if (!list->is_of_each || lists->is_each_laid)
        return 0;
    if (lists_run(lists, told_sql) < 0 || lists_run(lists, shared_sql) < 0) {
        *err = lists->failure;
        return -1;
    }
    lists->is_each_laid = true;
    return 0;
}
