#include "market/ingest/row_rules.h"

#include "base/datetime.h"
#include "base/number.h"

#include <inttypes.h>
#include <math.h>

static const int64_t us_per_s = 1000000;
static const int64_t earliest_us =
    INT64_C(631152000000000); // 1990-01-01: before it, a number was no time at all
static const int64_t latest_us = INT64_C(4102444800000000); // 2100-01-01

bool candle_row_is_on_grid(const struct candle_row *row, enum interval interval)
{
    const int64_t open_s = row->open_time_us / us_per_s;
    // Binance counts the 3-day bars of each symbol from the day of its listing: any day may open one
    const enum interval grid = interval == INTERVAL_3D ? INTERVAL_1D : interval;
    return row->open_time_us % us_per_s == 0 && interval_floor(grid, open_s) == open_s;
}

static enum status check_times(const struct candle_row *row, enum interval interval, struct error *error)
{
    char open[DATETIME_TEXT_MAX], close[DATETIME_TEXT_MAX];
    if (row->open_time_us < earliest_us || row->open_time_us >= latest_us)
        return error_set(error, STATUS_INVALID, NULL, "open time %" PRId64 " s is not between 1990 and 2100",
                         row->open_time_us / us_per_s);
    if (!candle_row_is_on_grid(row, interval))
        return error_set(error, STATUS_INVALID, NULL, "open time %.*s is not on the grid of %s",
                         STR_ARG(datetime_format_us(row->open_time_us, open)), interval_name(interval));
    if (row->close_time_us == CANDLE_NO_TIME) return STATUS_OK;
    const int64_t end_us = interval_next(interval, row->open_time_us / us_per_s) * us_per_s;
    if (row->close_time_us < row->open_time_us)
        return error_set(error, STATUS_INVALID, NULL, "closes before it opens at %.*s",
                         STR_ARG(datetime_format_us(row->open_time_us, open)));
    if (row->close_time_us > end_us)
        return error_set(error, STATUS_INVALID, NULL, "close time is after the end of its bar, %.*s",
                         STR_ARG(datetime_format_us(end_us, close)));
    return STATUS_OK;
}

static enum status refuse_number(const char *name, double value, const char *rule, struct error *error)
{
    if (!isfinite(value)) return error_set(error, STATUS_INVALID, NULL, "%s is not a finite number", name);
    char text[NUMBER_TEXT_MAX];
    const size_t len = number_format(value, text);
    return error_set(error, STATUS_INVALID, NULL, "%s %.*s %s", name, (int)len, text, rule);
}

static enum status check_prices(const struct candle_row *row, struct error *error)
{
    const struct {
        const char *name;
        double value;
    } prices[] = {{"open", row->open}, {"high", row->high}, {"low", row->low}, {"close", row->close}};
    for (size_t i = 0; i < sizeof prices / sizeof prices[0]; i++)
        if (!isfinite(prices[i].value) || prices[i].value <= 0)
            return refuse_number(prices[i].name, prices[i].value, "is not above 0", error);
    if (row->high < row->low) return refuse_number("high", row->high, "is below the low", error);
    if (row->open < row->low || row->open > row->high)
        return refuse_number("open", row->open, "is not between low and high", error);
    if (row->close < row->low || row->close > row->high)
        return refuse_number("close", row->close, "is not between low and high", error);
    return STATUS_OK;
}

// NaN stands for a value that the file does not have; files cannot spell it.
static bool is_amount_or_absent(double value)
{
    return isnan(value) || (isfinite(value) && value >= 0);
}

static enum status check_amounts(const struct candle_row *row, struct error *error)
{
    if (!isfinite(row->volume) || row->volume < 0)
        return refuse_number("volume", row->volume, "is negative", error);
    if (!is_amount_or_absent(row->quote_volume))
        return refuse_number("quote volume", row->quote_volume, "is negative", error);
    if (!is_amount_or_absent(row->taker_buy_base))
        return refuse_number("taker buy volume", row->taker_buy_base, "is negative", error);
    if (!is_amount_or_absent(row->taker_buy_quote))
        return refuse_number("taker buy quote volume", row->taker_buy_quote, "is negative", error);
    if (row->trades < 0 && row->trades != CANDLE_NO_COUNT)
        return error_set(error, STATUS_INVALID, NULL, "%" PRId64 " trades", row->trades);
    return STATUS_OK;
}

enum status candle_row_check(const struct candle_row *row, enum interval interval, struct error *error)
{
    TRY(check_times(row, interval, error));
    TRY(check_prices(row, error));
    return check_amounts(row, error);
}
