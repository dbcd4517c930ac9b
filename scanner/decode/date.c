/* date.c - dates of mail (RFC 5322 sections 3.3 and 4.3, asctime), whatever the order of their words. */
#include "decode/header.h"

#include "item/envelope.h"

enum date_part {
    DATE_WEEKDAY = 1,
    DATE_DAY = 2,
    DATE_MONTH = 4,
    DATE_YEAR = 8,
    DATE_TIME = 16,
    DATE_ZONE = 32,
};

struct date {
    unsigned parts; /* of enum date_part: those that were found */
    int64_t year, month, day, hour, minute, second;
    int64_t zone; /* minutes east of UTC */
    bool is_odd;  /* a word that is none of a date's */
};

static bool is_letter(unsigned char c)
{
    c = slice_lower_byte(c);
    return (c >= 'a' && c <= 'z') || c >= 0x80;
}

/* The digits at the front of *REST, at most 9 of them. */
static int64_t eat_number(struct slice *rest, size_t *digits)
{
    int64_t value = 0;
    size_t len = 0;
    for (; len < rest->len && len < 9 && slice_is_digit(rest->ptr[len]); len++)
        value = value * 10 + (rest->ptr[len] - '0');
    *digits = len;
    *rest = slice_skip(*rest, len);
    return value;
}

/* Index in NAMES, three letters each, of the word's first three; -1 if none. */
static int find_name(struct slice word, const char *names)
{
    for (int i = 0; word.len >= 3 && names[i * 3]; i++)
        if (slice_is_equal_nocase(slice_sub(word, 0, 3), slice_of(names + i * 3, 3)))
            return i;
    return -1;
}

/* Obsolete zones by name; military letters tell nothing (RFC 5322 section 4.3). */
static bool find_zone(struct slice word, int64_t *zone)
{
    static const struct {
        const char *name;
        int hours;
    } zones[] = { { "ut", 0 },   { "utc", 0 },  { "gmt", 0 },  { "est", -5 }, { "edt", -4 }, { "cst", -6 },
                  { "cdt", -5 }, { "mst", -7 }, { "mdt", -6 }, { "pst", -8 }, { "pdt", -7 }, { "wet", 0 },
                  { "west", 1 }, { "bst", 1 },  { "cet", 1 },  { "met", 1 },  { "cest", 2 }, { "mest", 2 },
                  { "eet", 2 },  { "eest", 3 }, { "msk", 3 },  { "jst", 9 },  { "kst", 9 },  { "hst", -10 } };
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        if (!slice_is_equal_nocase(word, slice_str(zones[i].name)))
            continue;
        *zone = zones[i].hours * 60;
        return true;
    }
    return word.len == 1;
}

static void eat_word(struct date *date, struct slice *rest)
{
    size_t len = 0;
    while (len < rest->len && is_letter(rest->ptr[len]))
        len++;
    struct slice word = slice_sub(*rest, 0, len);
    *rest = slice_skip(*rest, len);
    int month = find_name(word, "janfebmaraprmayjunjulaugsepoctnovdec");
    bool is_half =
        slice_is_equal_nocase(word, slice_str("am")) || slice_is_equal_nocase(word, slice_str("pm"));
    if (is_half && (date->parts & DATE_TIME)) {
        date->hour = date->hour % 12 + (slice_lower_byte(word.ptr[0]) == 'p' ? 12 : 0);
    } else if (!(date->parts & DATE_MONTH) && month >= 0) {
        date->month = month + 1;
        date->parts |= DATE_MONTH;
    } else if (!(date->parts & DATE_ZONE) && (date->parts & DATE_TIME) && find_zone(word, &date->zone))
        date->parts |= DATE_ZONE;
    else if (find_name(word, "montuewedthufrisatsun") >= 0)
        date->parts |= DATE_WEEKDAY;
    else
        date->is_odd = true;
}

/* ":MM" and maybe ":SS" after the hour; old mailers wrote dots. */
static void eat_time(struct date *date, struct slice *rest, int64_t hour)
{
    size_t digits = 0;
    date->hour = hour;
    *rest = slice_skip(*rest, 1);
    date->minute = eat_number(rest, &digits);
    date->parts |= DATE_TIME;
    if (rest->len > 1 && (rest->ptr[0] == ':' || rest->ptr[0] == '.') && slice_is_digit(rest->ptr[1])) {
        *rest = slice_skip(*rest, 1);
        date->second = eat_number(rest, &digits);
    }
}

/* A year of two digits turns at 50, one of three counts from 1900 (RFC 5322 section 4.3). */
static int64_t whole_year(int64_t year, size_t digits)
{
    if (digits == 2)
        return year + (year < 50 ? 2000 : 1900);
    return digits == 3 ? year + 1900 : year;
}

static void eat_digits(struct date *date, struct slice *rest)
{
    size_t digits = 0;
    int64_t value = eat_number(rest, &digits);
    bool is_time = rest->len > 1 && digits <= 2 && slice_is_digit(rest->ptr[1]) &&
                   !(date->parts & DATE_TIME) &&
                   (rest->ptr[0] == ':' || (rest->ptr[0] == '.' && (date->parts & DATE_YEAR)));
    if (is_time)
        eat_time(date, rest, value);
    else if (digits <= 2 && !(date->parts & DATE_DAY)) {
        date->day = value;
        date->parts |= DATE_DAY;
    } else if (digits >= 2 && digits <= 4 && !(date->parts & DATE_YEAR)) {
        date->year = whole_year(value, digits);
        date->parts |= DATE_YEAR;
    } else
        date->is_odd = true;
}

/* A sign with four digits after the time. Zones that cannot be tell nothing. */
static bool eat_zone(struct date *date, struct slice *rest)
{
    size_t digits = 0;
    struct slice after = slice_skip(*rest, 1);
    if (!(date->parts & DATE_TIME) || (date->parts & DATE_ZONE))
        return false;
    int64_t value = eat_number(&after, &digits);
    if (digits == 2 && after.len > 2 && after.ptr[0] == ':' && slice_is_digit(after.ptr[1])) {
        after = slice_skip(after, 1);
        value = value * 100 + eat_number(&after, &digits);
        digits += 2;
    }
    if (digits != 4)
        return false;
    int64_t minutes = value / 100 * 60 + value % 100;
    if (value % 100 < 60 && minutes < 24 * 60)
        date->zone = rest->ptr[0] == '-' ? -minutes : minutes;
    date->parts |= DATE_ZONE;
    *rest = after;
    return true;
}

static void skip_comment(struct slice *rest)
{
    size_t depth = 0, at = 0;
    do {
        depth += rest->ptr[at] == '(';
        depth -= rest->ptr[at] == ')';
        at++;
    } while (depth > 0 && at < rest->len);
    *rest = slice_skip(*rest, at);
}

static struct date read_date(struct slice value)
{
    struct date date = { 0 };
    struct slice rest = slice_sub(slice_trim(value), 0, 512); /* no date is longer, whatever its comments */
    while (rest.len > 0) {
        unsigned char c = rest.ptr[0];
        if (c == '(')
            skip_comment(&rest);
        else if (slice_is_digit(c))
            eat_digits(&date, &rest);
        else if (is_letter(c))
            eat_word(&date, &rest);
        else if ((c != '+' && c != '-') || !eat_zone(&date, &rest))
            rest = slice_skip(rest, 1);
    }
    return date;
}

static int64_t days_in_month(int64_t year, int64_t month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && is_leap);
}

/* Days from 1970-01-01 in the Gregorian calendar. March begins the year, so that the leap day ends it. */
static int64_t days_since_epoch(int64_t year, int64_t month, int64_t day)
{
    if (month <= 2)
        year--;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719468;
}

static int64_t to_seconds(const struct date *date)
{
    const unsigned needed = DATE_DAY | DATE_MONTH | DATE_YEAR;
    if ((date->parts & needed) != needed || date->year < 1 || date->day < 1 ||
        date->day > days_in_month(date->year, date->month))
        return ENVELOPE_NO_DATE;
    if (date->hour > 24 || date->minute > 59 || date->second > 60)
        return ENVELOPE_NO_DATE;
    int64_t days = days_since_epoch(date->year, date->month, date->day);
    return ((days * 24 + date->hour) * 60 + date->minute - date->zone) * 60 + date->second;
}

/* A date after its day, as nearly all mail has it: 'a' is a letter, 'd' a digit, 's' a sign. */
static const char plain_shape[] = " aaa dddd dd:dd:dd sdddd";
#define PLAIN_LEN (sizeof plain_shape - 1)

static bool has_plain_shape(const unsigned char *text)
{
    for (size_t i = 0; i < PLAIN_LEN; i++) {
        unsigned char want = (unsigned char)plain_shape[i], c = text[i];
        if (want == 'd' ? !slice_is_digit(c) : want == 's' ? c != '+' && c != '-' : want != 'a' && c != want)
            return false;
    }
    return true;
}

/* Nothing, or one comment. */
static bool is_plain_end(struct slice text)
{
    return text.len == 0 ||
           (text.len > 2 && text.ptr[0] == ' ' && text.ptr[1] == '(' &&
            slice_find_byte(text, 2, '(') == SLICE_NONE && slice_find_byte(text, 0, ')') == text.len - 1);
}

static int64_t number_at(const unsigned char *text, size_t digits)
{
    struct slice rest = slice_of(text, digits);
    return eat_number(&rest, &digits);
}

/* "Fri, 12 Jan 2024 09:30:00 +0100 (CET)", which read_date reads the same way. False: it is in another form. */
static bool read_plain_date(struct slice text, struct date *date)
{
    if (text.len > 5 && text.ptr[3] == ',' && text.ptr[4] == ' ' &&
        find_name(text, "montuewedthufrisatsun") >= 0)
        text = slice_skip(text, 5);
    size_t day = text.len > 1 && text.ptr[1] == ' ' ? 1 : 2;
    if (text.len < day + PLAIN_LEN || !slice_is_digit(text.ptr[0]) || !slice_is_digit(text.ptr[day - 1]))
        return false;
    const unsigned char *at = text.ptr + day;
    int month =
        has_plain_shape(at) ? find_name(slice_of(at + 1, 3), "janfebmaraprmayjunjulaugsepoctnovdec") : -1;
    if (month < 0 || !is_plain_end(slice_skip(text, day + PLAIN_LEN)))
        return false;
    *date = (struct date){ .parts = DATE_DAY | DATE_MONTH | DATE_YEAR | DATE_TIME,
                           .year = number_at(at + 5, 4),
                           .month = month + 1,
                           .day = number_at(text.ptr, day),
                           .hour = number_at(at + 10, 2),
                           .minute = number_at(at + 13, 2),
                           .second = number_at(at + 16, 2) };
    struct slice zone = slice_of(at + 19, 5);
    return eat_zone(date, &zone);
}

int64_t header_parse_date(struct slice value)
{
    struct date date;
    if (!read_plain_date(slice_trim(value), &date))
        date = read_date(value);
    return to_seconds(&date);
}

int64_t header_parse_asctime(struct slice value)
{
    const unsigned needed = DATE_WEEKDAY | DATE_TIME;
    size_t remote = slice_find(value, 0, slice_str(" remote from "));
    struct date date = read_date(slice_sub(value, 0, remote));
    if (date.is_odd || (date.parts & needed) != needed)
        return ENVELOPE_NO_DATE;
    return to_seconds(&date);
}
