#include "base/datetime.h"

#include <stdio.h>

enum { SECONDS_PER_DAY = 86400 };

int64_t datetime_days_from_civil(int64_t year, int month, int day)
{
    const int64_t y = month <= 2 ? year - 1 : year;
    const int64_t era = (y >= 0 ? y : y - 399) / 400;
    const int64_t year_of_era = y - era * 400;
    const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct civil_date datetime_civil_from_days(int64_t days)
{
    const int64_t z = days + 719468;
    const int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    const int64_t day_of_era = z - era * 146097;
    const int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t shifted_month = (5 * day_of_year + 2) / 153;
    const int month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    return (struct civil_date){
        .year = year_of_era + era * 400 + (month <= 2),
        .month = month,
        .day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1),
    };
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t datetime_day_us(int64_t time_us)
{
    return floor_div(time_us, INT64_C(1000000) * SECONDS_PER_DAY);
}

struct str datetime_format_us(int64_t time_us, char buffer[static DATETIME_TEXT_MAX])
{
    const int64_t seconds = floor_div(time_us, 1000000);
    const int64_t days = floor_div(seconds, SECONDS_PER_DAY);
    const int64_t in_day = seconds - days * SECONDS_PER_DAY;
    const struct civil_date date = datetime_civil_from_days(days);
    const int len = snprintf(buffer, DATETIME_TEXT_MAX, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", (int)date.year,
                             date.month, date.day, (int)(in_day / 3600), (int)(in_day / 60 % 60),
                             (int)(in_day % 60), (int)(time_us - seconds * 1000000));
    return (struct str){.ptr = buffer, .len = len > 0 && len < DATETIME_TEXT_MAX ? (size_t)len : 0};
}

struct str datetime_format_date(int64_t time_s, char buffer[static DATETIME_TEXT_MAX])
{
    const struct civil_date date = datetime_civil_from_days(floor_div(time_s, SECONDS_PER_DAY));
    const int len =
        snprintf(buffer, DATETIME_TEXT_MAX, "%04d-%02d-%02d", (int)date.year, date.month, date.day);
    return (struct str){.ptr = buffer, .len = len > 0 && len < DATETIME_TEXT_MAX ? (size_t)len : 0};
}

// Reads exactly `digits` digits off the front of `*text`.
static bool take_number(struct str *text, size_t digits, int *out_value)
{
    if (text->len < digits) return false;
    int value = 0;
    for (size_t i = 0; i < digits; i++) {
        if (text->ptr[i] < '0' || text->ptr[i] > '9') return false;
        value = value * 10 + (text->ptr[i] - '0');
    }
    *text = str_slice(*text, digits, text->len);
    *out_value = value;
    return true;
}

static bool take_char(struct str *text, char c)
{
    if (text->len == 0 || text->ptr[0] != c) return false;
    *text = str_slice(*text, 1, text->len);
    return true;
}

static bool take_date(struct str *text, int64_t *out_days)
{
    int year, month, day;
    if (!take_number(text, 4, &year) || !take_char(text, '-') || !take_number(text, 2, &month) ||
        !take_char(text, '-') || !take_number(text, 2, &day))
        return false;
    const int64_t days = datetime_days_from_civil(year, month, day);
    const struct civil_date back = datetime_civil_from_days(days);
    if (month < 1 || month > 12 || back.month != month || back.day != day) return false;
    *out_days = days;
    return true;
}

static bool take_fraction_us(struct str *text, int64_t *out_us)
{
    *out_us = 0;
    if (!take_char(text, '.')) return true;
    int64_t unit = 100000;
    size_t digits = 0;
    for (int digit; take_number(text, 1, &digit); digits++, unit /= 10)
        *out_us += digit * unit; // digits past the sixth count nothing
    return digits > 0;
}

static bool take_clock(struct str *text, int64_t *out_us)
{
    int hour, minute, second = 0;
    int64_t fraction = 0;
    if (!take_number(text, 2, &hour) || !take_char(text, ':') || !take_number(text, 2, &minute)) return false;
    if (take_char(text, ':') && (!take_number(text, 2, &second) || !take_fraction_us(text, &fraction)))
        return false;
    if (hour > 23 || minute > 59 || second > 59) return false;
    *out_us = ((int64_t)hour * 3600 + minute * 60 + second) * 1000000 + fraction;
    return true;
}

static bool take_zone(struct str *text, int64_t *out_offset_us)
{
    *out_offset_us = 0;
    if (text->len == 0 || take_char(text, 'Z')) return true;
    const int sign = text->ptr[0] == '-' ? -1 : 1;
    int hour, minute;
    if (!take_char(text, '+') && !take_char(text, '-')) return false;
    if (!take_number(text, 2, &hour) || !take_char(text, ':') || !take_number(text, 2, &minute)) return false;
    if (hour > 23 || minute > 59) return false;
    *out_offset_us = sign * ((int64_t)hour * 3600 + minute * 60) * 1000000;
    return true;
}

bool datetime_parse_us(struct str text, int64_t *out_time_us)
{
    int64_t days, in_day = 0, offset = 0;
    if (!take_date(&text, &days)) return false;
    if (text.len && (take_char(&text, 'T') || take_char(&text, ' ')))
        if (!take_clock(&text, &in_day) || !take_zone(&text, &offset)) return false;
    if (text.len) return false;
    *out_time_us = days * SECONDS_PER_DAY * 1000000 + in_day - offset;
    return true;
}
