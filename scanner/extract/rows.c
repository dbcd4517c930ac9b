/* rows.c - tables of comma-separated values (RFC 4180; semicolons and tabs too) with a column of passwords: each row a login.
 *
 * Exports of password managers are known by the columns that each of them writes; any other table counts by its heading too, but is judged as
 * what somebody wrote down.
 */
#include "base/utf8.h"
#include "extract/feed.h"
#include "extract/logins.h"
#include "walk/type.h"

#define COLUMNS_MAX 64
#define HEADING_MAX ((size_t)8 * 1024)
#define CELL_MAX ((size_t)64 * 1024)

/* Columns that only this manager's export has, besides a password's; letters of any case. */
static const struct {
    const char *manager;
    const char *columns[4];
} managers[] = {
    { "Bitwarden", { "login_username", "login_password" } },
    { "LastPass", { "url", "extra", "grouping" } },
    { "Firefox", { "url", "httpRealm", "formActionOrigin" } },
    { "Firefox", { "hostname", "formSubmitURL" } },
    { "True Key", { "kind", "name", "login", "memo" } },
    { "Dashlane", { "username2", "title", "otpSecret" } },
    { "Dashlane", { "username2", "title", "otpUrl" } },
    { "NordPass", { "name", "url", "cardholdername" } },
    { "Proton Pass", { "type", "name", "createTime" } },
    { "KeePassXC", { "Group", "Title", "Username" } },
    { "KeePass", { "Account", "Login Name", "Web Site" } },
    { "1Password", { "Title", "Username", "OTPAuth" } },
    { "Safari", { "Title", "URL", "Username" } },
    { "Chrome", { "name", "url", "username" } },
    { "RoboForm", { "Name", "MatchUrl", "Pwd" } },
    { "Keeper", { "folder", "title", "login", "website address" } },
    { "Zoho Vault", { "Secret Name", "Secret URL" } },
    { "1Password", { "title", "website", "username" } },
    { "Enpass", { "Title", "*Username" } },
};

struct table {
    struct extract *extract;
    struct track view;
    enum login_field columns[COLUMNS_MAX];
    size_t column_count;
    unsigned char separator;
    bool is_manager, has_heading;
    uint64_t read_to; /* in the leaf's text: rows before it were given */
};

struct cell {
    struct slice raw; /* without its quotes */
    bool is_quoted, has_quotes;
};

/* The cell at *AT of TEXT; *AT goes to what follows it: a separator, a line end or the end. 1; 0 where the text ends inside a quoted cell. */
static int take_cell(struct slice text, size_t *at, unsigned char separator, struct cell *cell)
{
    size_t start = *at, end;
    *cell = (struct cell){ .is_quoted = start < text.len && text.ptr[start] == '"' };
    if (!cell->is_quoted) {
        for (end = start; end < text.len && text.ptr[end] != separator && text.ptr[end] != '\n'; end++)
            continue;
        *at = end;
        cell->raw = slice_sub(text, start, end - start);
        return 1;
    }
    end = slice_find_byte(text, start + 1, '"');
    while (end != SLICE_NONE && end + 1 < text.len && text.ptr[end + 1] == '"') {
        cell->has_quotes = true;
        end = slice_find_byte(text, end + 2, '"');
    }
    if (end == SLICE_NONE)
        return 0;
    cell->raw = slice_sub(text, start + 1, end - start - 1);
    /* What stands between the quote and the separator is no CSV, but there. */
    for (end++; end < text.len && text.ptr[end] != separator && text.ptr[end] != '\n'; end++)
        continue;
    *at = end;
    return 1;
}

/* The heading. */

/* The first line; one of comment before it, as some write, is none. */
static struct slice heading_of(struct slice head)
{
    head = slice_sub(utf8_skip_mark(head), 0, HEADING_MAX);
    size_t end = slice_find_byte(head, 0, '\n');
    if (slice_starts_with(head, "# ") && end != SLICE_NONE) {
        head = slice_skip(head, end + 1);
        end = slice_find_byte(head, 0, '\n');
    }
    return slice_sub(head, 0, end == SLICE_NONE ? head.len : end);
}

static unsigned char separator_of(struct slice line)
{
    static const char marks[] = ",;\t|";
    size_t best = 0;
    unsigned char separator = 0;
    for (const char *mark = marks; *mark; mark++) {
        size_t count = 0;
        for (size_t at = 0; (at = slice_find_byte(line, at, (unsigned char)*mark)) != SLICE_NONE; at++)
            count++;
        if (count > best) {
            best = count;
            separator = (unsigned char)*mark;
        }
    }
    return separator;
}

static bool has_column(struct slice line, unsigned char separator, const char *name)
{
    struct cell cell;
    for (size_t at = 0; at <= line.len && take_cell(line, &at, separator, &cell) == 1; at++)
        if (slice_is_equal_nocase(slice_trim(cell.raw), slice_str(name)))
            return true;
    return false;
}

static bool is_managers(struct slice line, unsigned char separator)
{
    for (size_t i = 0; i < sizeof managers / sizeof *managers; i++) {
        bool has_all = true;
        for (size_t c = 0; c < 4 && managers[i].columns[c] && has_all; c++)
            has_all = has_column(line, separator, managers[i].columns[c]);
        if (has_all)
            return true;
    }
    return false;
}

/* Whether the line heads a column of secrets among others. */
static bool read_heading(struct table *table, struct slice line)
{
    struct cell cell;
    bool has_secret = false;
    table->separator = separator_of(line);
    table->column_count = 0;
    if (table->separator == 0)
        return false;
    for (size_t at = 0; at <= line.len && table->column_count < COLUMNS_MAX &&
                        take_cell(line, &at, table->separator, &cell) == 1;
         at++) {
        enum login_field field = login_field_of(slice_trim(cell.raw));
        table->columns[table->column_count++] = field;
        has_secret |= field == LOGIN_SECRET;
    }
    table->is_manager = has_secret && is_managers(line, table->separator);
    return has_secret && table->column_count > 1;
}

/* Keeper's export has no heading: folder, title, login, password, address, notes, shared folder, then fields of one's own. */
static const enum login_field keeper_columns[] = { LOGIN_NONE, LOGIN_SERVICE, LOGIN_USER, LOGIN_SECRET,
                                                   LOGIN_URL,  LOGIN_NOTE,    LOGIN_NONE };

#define KEEPER_COLUMNS (sizeof keeper_columns / sizeof *keeper_columns)
#define KEEPER_ROWS 20

/* Letters and digits without white space. */
static bool is_like_password(struct slice text)
{
    bool has_letter = false, has_digit = false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = text.ptr[i], lower = slice_lower_byte(c);
        if (c <= ' ')
            return false;
        has_letter |= (lower >= 'a' && lower <= 'z') || c >= 0x80;
        has_digit |= (c >= '0' && c <= '9');
    }
    return has_letter && has_digit && text.len >= 6;
}

/* The row at *AT of HEAD: 1 where it may be one of Keeper's, with what tells it from other tables counted; 0 where it is none, -1 where it is cut. */
static int look_at_row(struct slice head, size_t *at, unsigned *addresses, unsigned *passwords)
{
    struct cell cells[KEEPER_COLUMNS] = { { .is_quoted = false } }, cell;
    size_t column = 0;
    for (;; column++, (*at)++) {
        if (take_cell(head, at, ',', &cell) == 0 || *at >= head.len)
            return -1;
        if (column < KEEPER_COLUMNS)
            cells[column] = cell;
        if (head.ptr[*at] == '\n')
            break;
    }
    ++*at;
    struct slice user = slice_trim(cells[2].raw), password = cells[3].raw, address = slice_trim(cells[4].raw);
    bool has_address =
        slice_starts_with_nocase(address, "http://") || slice_starts_with_nocase(address, "https://");
    if (column + 1 < KEEPER_COLUMNS || (address.len > 0 && !has_address))
        return 0;
    *addresses += has_address && user.len > 0;
    *passwords += is_like_password(password);
    return 1;
}

/* Every row has its columns, and most of them an address behind what looks like a password. */
static bool is_keepers(struct slice head)
{
    unsigned rows = 0, addresses = 0, passwords = 0;
    int got = 1;
    head = utf8_skip_mark(head);
    for (size_t at = 0; rows < KEEPER_ROWS && at < head.len;) {
        got = look_at_row(head, &at, &addresses, &passwords);
        if (got != 1)
            break;
        rows++;
    }
    return got != 0 && rows > 0 && 2 * addresses >= rows && 2 * passwords > rows;
}

static bool is_called_keeper(const struct item *item)
{
    return slice_find_nocase(item->name, 0, slice_str("keeper")) != SLICE_NONE;
}

/* Take the columns of Keeper's export where HEAD is one. */
static bool assume_keeper(struct table *table, const struct item *item, struct slice head)
{
    if (!is_called_keeper(item) || !is_keepers(head))
        return false;
    memcpy(table->columns, keeper_columns, sizeof keeper_columns);
    table->column_count = KEEPER_COLUMNS;
    table->separator = ',';
    table->is_manager = true;
    return true;
}

/* Rows. */

static struct login_value value_of(struct table *table, struct slice text, const struct cell *cell)
{
    struct login_value value = { cell->raw, (size_t)(cell->raw.ptr - text.ptr), !cell->has_quotes };
    if (!cell->has_quotes || cell->raw.len > CELL_MAX)
        return value;
    unsigned char *out = arena_room(table->extract->arena, cell->raw.len);
    size_t len = 0;
    for (size_t i = 0; i < cell->raw.len; i++) {
        out[len++] = cell->raw.ptr[i];
        i += cell->raw.ptr[i] == '"';
    }
    value.text = slice_of(out, len);
    return value;
}

/* The row at *AT of TEXT, to the view. False where it does not end in TEXT. */
static bool take_row(struct table *table, struct slice text, size_t *at, bool is_last)
{
    struct login login = { .secret_count = 0 };
    struct cell cell;
    size_t end = *at;
    for (size_t column = 0; end <= text.len; column++) {
        if (take_cell(text, &end, table->separator, &cell) == 0)
            return false;
        if (column < table->column_count && table->columns[column] != LOGIN_NONE)
            login_take(&login, table->columns[column], value_of(table, text, &cell));
        if (end >= text.len || text.ptr[end] == '\n')
            break;
        end++;
    }
    if (end >= text.len && !is_last)
        return false;
    login_put(&table->view, &login, table->is_manager);
    *at = end + 1;
    return true;
}

static void table_make(void *ctx, const struct feed_block *block, struct feed_views *views)
{
    struct table *table = ctx;
    struct arena_mark mark = arena_mark(table->extract->arena);
    struct slice text = block->text;
    size_t at = table->read_to > block->offset ? (size_t)(table->read_to - block->offset) : 0;
    track_clear(&table->view);
    /* Not VIEW_TEXT: a line of a table ends where its row does, and is no token that was cut. */
    feed_views_add(views, (struct text_view){ VIEW_DOCUMENT, text, { NULL, 0 } });
    if (!table->has_heading) {
        struct slice line = heading_of(text);
        table->has_heading = read_heading(table, line);
        at = line.ptr ? (size_t)(line.ptr - text.ptr) + line.len + 1 : text.len;
        if (!table->has_heading && assume_keeper(table, table->extract->item, text)) {
            table->has_heading = true;
            at = text.len - utf8_skip_mark(text).len;
        }
    }
    while (table->has_heading && at < text.len && take_row(table, text, &at, block->is_last))
        continue;
    table->read_to = block->offset + at;
    arena_rewind(table->extract->arena, mark);
    if (table->view.text.len > 0)
        feed_views_add(views, track_view(&table->view, VIEW_DOCUMENT));
}

static enum bid table_probe(const struct item *item, struct slice head)
{
    struct table table = { .column_count = 0 };
    if (item->content != CONTENT_ANY || (item->kind == ITEM_PART && !item->is_attachment) || head.len == 0)
        return BID_NONE;
    /* A mark of UTF-16: its zeros are left out. */
    char narrow[2048];
    size_t len = 0;
    if (head.ptr[0] >= 0xFE) {
        for (size_t i = 2; i < head.len && len < sizeof narrow; i++)
            if (head.ptr[i] != 0)
                narrow[len++] = (char)head.ptr[i];
        head = slice_of(narrow, len);
    }
    struct slice line = heading_of(head);
    if (line.len < 6 || line.len == HEADING_MAX || !type_is_text(line))
        return BID_NONE;
    return read_heading(&table, line) || assume_keeper(&table, item, head) ? BID_SIGNATURE : BID_NONE;
}

static int table_extract(struct extract *extract, struct error *err)
{
    struct table table = { .extract = extract };
    const struct feed_maker maker = { .make = table_make, .ctx = &table };
    track_init(&table.view, SIZE_MAX / 2);
    int result = feed_text(extract, extract->item->charset, &maker, err);
    track_release(&table.view);
    return result;
}

const struct extractor extractor_rows = {
    .name = "rows",
    .title =
        "CSV with a column of passwords; exports of password managers (1Password, Bitwarden, browsers …): "
        "a login a row",
    .probe = table_probe,
    .extract = table_extract,
};
