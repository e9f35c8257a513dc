#include "engine/interval.h"

#include "base/datetime.h"

enum { MINUTE_S = 60, HOUR_S = 3600, DAY_S = 86400, MONTHS_PER_YEAR = 12 };

struct interval_row {
    const char *name;
    int64_t seconds;  // 0 for the month
    int64_t origin_s; // an open time of the grid
};

// 1970-01-05 was the first Monday after the epoch.
static const struct interval_row rows[INTERVAL_COUNT] = {
    [INTERVAL_1S] = {.name = "1s", .seconds = 1},
    [INTERVAL_1M] = {.name = "1m", .seconds = MINUTE_S},
    [INTERVAL_3M] = {.name = "3m", .seconds = 3 * MINUTE_S},
    [INTERVAL_5M] = {.name = "5m", .seconds = 5 * MINUTE_S},
    [INTERVAL_15M] = {.name = "15m", .seconds = 15 * MINUTE_S},
    [INTERVAL_30M] = {.name = "30m", .seconds = 30 * MINUTE_S},
    [INTERVAL_1H] = {.name = "1h", .seconds = HOUR_S},
    [INTERVAL_2H] = {.name = "2h", .seconds = 2 * HOUR_S},
    [INTERVAL_4H] = {.name = "4h", .seconds = 4 * HOUR_S},
    [INTERVAL_6H] = {.name = "6h", .seconds = 6 * HOUR_S},
    [INTERVAL_8H] = {.name = "8h", .seconds = 8 * HOUR_S},
    [INTERVAL_12H] = {.name = "12h", .seconds = 12 * HOUR_S},
    [INTERVAL_1D] = {.name = "1d", .seconds = DAY_S},
    [INTERVAL_3D] = {.name = "3d", .seconds = 3 * DAY_S},
    [INTERVAL_1W] = {.name = "1w", .seconds = 7 * DAY_S, .origin_s = 4 * DAY_S},
    [INTERVAL_1MO] = {.name = "1mo"},
};

// Quotient rounded towards minus infinity, so that times before 1970 keep to the same grid. divisor > 0.
static int64_t floor_divide(int64_t value, int64_t divisor)
{
    return value / divisor - (value % divisor < 0);
}

static int64_t month_floor(int64_t time_s)
{
    const struct civil_date date = datetime_civil_from_days(floor_divide(time_s, DAY_S));
    return datetime_days_from_civil(date.year, date.month, 1) * DAY_S;
}

static int64_t month_next(int64_t time_s)
{
    const struct civil_date date = datetime_civil_from_days(floor_divide(time_s, DAY_S));
    const bool is_december = date.month == MONTHS_PER_YEAR;
    return datetime_days_from_civil(date.year + is_december, is_december ? 1 : date.month + 1, 1) * DAY_S;
}

const char *interval_name(enum interval interval)
{
    return rows[interval].name;
}

bool interval_parse(struct str text, enum interval *out_interval)
{
    if (str_eq(text, STR("1M"))) {
        *out_interval = INTERVAL_1MO;
        return true;
    }
    for (unsigned i = 0; i < INTERVAL_COUNT; i++) {
        if (!str_eq(text, str_from_c(rows[i].name))) continue;
        *out_interval = (enum interval)i;
        return true;
    }
    return false;
}

int64_t interval_seconds(enum interval interval)
{
    return rows[interval].seconds;
}

double interval_periods_per_year(enum interval interval)
{
    if (interval == INTERVAL_1MO) return MONTHS_PER_YEAR;
    return 365.0 * DAY_S / (double)rows[interval].seconds;
}

int64_t interval_floor(enum interval interval, int64_t time_s)
{
    if (interval == INTERVAL_1MO) return month_floor(time_s);
    const struct interval_row *row = &rows[interval];
    return floor_divide(time_s - row->origin_s, row->seconds) * row->seconds + row->origin_s;
}

int64_t interval_next(enum interval interval, int64_t open_s)
{
    return interval == INTERVAL_1MO ? month_next(open_s) : open_s + rows[interval].seconds;
}

int64_t interval_bars(enum interval interval, int64_t from_s, int64_t to_s)
{
    const int64_t length_s = interval_seconds(interval);
    if (length_s > 0) return to_s > from_s ? (to_s - from_s) / length_s : 0;
    int64_t bars = 0;
    for (; from_s < to_s; from_s = interval_next(interval, from_s))
        bars++;
    return bars;
}

bool interval_divides(enum interval fine, enum interval coarse)
{
    if (fine == coarse) return true;
    const int64_t fine_s = rows[fine].seconds;
    if (fine_s == 0) return false;
    const int64_t coarse_s = coarse == INTERVAL_1MO ? DAY_S : rows[coarse].seconds;
    return coarse_s % fine_s == 0;
}
