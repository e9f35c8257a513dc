// Calendar and ISO-8601, UTC only, proleptic Gregorian. Pure arithmetic: no locale, no time zone data.
#pragma once

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum { DATETIME_TEXT_MAX = 32 };

struct civil_date {
    int64_t year;
    int month; // 1..12
    int day;   // 1..31
};

// Days since 1970-01-01 and back (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
int64_t datetime_days_from_civil(int64_t year, int month, int day);
struct civil_date datetime_civil_from_days(int64_t days);

// The day of a time, counted from 1970-01-01.
int64_t datetime_day_us(int64_t time_us);

// "2026-11-22T00:00:00.000000Z" for years 0..9999; returns the text, which lives in `buffer`.
struct str datetime_format_us(int64_t time_us, char buffer[static DATETIME_TEXT_MAX]);

// "2026-11-22" of a time in seconds.
struct str datetime_format_date(int64_t time_s, char buffer[static DATETIME_TEXT_MAX]);

// "2026-11-22", "2026-11-22T10:00" or "2026-11-22 10:00:30.25", the latter two with an optional "Z" or
// "+00:00" or "-02:30". Without a zone it is UTC; digits behind the microsecond count nothing. False when it
// is none of these or no real date or time.
bool datetime_parse_us(struct str text, int64_t *out_time_us);
