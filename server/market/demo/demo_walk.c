#include "market/demo/demo_walk.h"

#include "market/demo/demo_random.h"

#include <math.h>
#include <string.h>

enum {
    SEASON_DAYS = 75, // an asset is in and out of favour for so long
    SPLIT_GAP_DAYS = 3,
    COLLAPSE_DAYS = 5,
    REPLACED_GAP_DAYS = 17,
    LEAST_TICKS = 20, // a price does not fall below
    FAR = 12,         // so many times its first price is far, and favour turns back
};

static const int64_t us_per_s = 1000000, s_per_day = 86400, s_per_hour = 3600, s_per_quarter = 900,
                     us_per_ms = 1000;
static const double units_per_volume = 1e5; // volumes have five decimals

// Prices in ticks and volumes in units, so that sums are exact.
struct bar {
    int64_t open, high, low, close;
    int64_t volume, taker_volume;
    double quote_volume, taker_quote_volume;
    int64_t trades;
    bool is_set;
};

struct walker {
    const struct demo_plan *plan;
    struct demo_random random;
    double price;
    int64_t last_ticks; // of the last close: the next bar opens there
    double ticks_per_unit;
    double volume_per_quarter; // units
    double favour;             // drift of the season, per hour
    double first_price;        // since it was listed, split or replaced
    double attention;          // of the day: 0 as usual, above it more is traded, below it less
    double deviation;          // of its own, per quarter
    struct row_list *quarters; // where candles of 15m go, NULL: they are not kept
};

static double power_of_ten(int exponent)
{
    double power = 1;
    while (exponent-- > 0)
        power *= 10;
    return power;
}

static int64_t to_ticks(const struct walker *walker, double price)
{
    const int64_t ticks = (int64_t)(price * walker->ticks_per_unit + 0.5);
    return ticks > LEAST_TICKS ? ticks : LEAST_TICKS;
}

static void add_bar(struct bar *sum, const struct bar *part)
{
    if (!sum->is_set) {
        *sum = *part;
        return;
    }
    sum->high = part->high > sum->high ? part->high : sum->high;
    sum->low = part->low < sum->low ? part->low : sum->low;
    sum->close = part->close;
    sum->volume += part->volume;
    sum->taker_volume += part->taker_volume;
    sum->quote_volume += part->quote_volume;
    sum->taker_quote_volume += part->taker_quote_volume;
    sum->trades += part->trades;
}

static enum status keep_bar(const struct walker *walker, const struct bar *bar, int64_t open_s,
                            int64_t length_s, struct row_list *rows, struct error *error)
{
    if (!bar->is_set) return STATUS_OK;
    const double ticks = walker->ticks_per_unit, cents = 100;
    const struct candle_row row = {
        .open_time_us = open_s * us_per_s,
        .close_time_us = (open_s + length_s) * us_per_s - us_per_ms,
        .open = (double)bar->open / ticks,
        .high = (double)bar->high / ticks,
        .low = (double)bar->low / ticks,
        .close = (double)bar->close / ticks,
        .volume = (double)bar->volume / units_per_volume,
        .quote_volume = floor(bar->quote_volume * cents) / cents,
        .taker_buy_base = (double)bar->taker_volume / units_per_volume,
        .taker_buy_quote = floor(bar->taker_quote_volume * cents) / cents,
        .trades = bar->trades,
    };
    return row_list_add(rows, &row, error);
}

// How many times the usual is traded while attention is what it is.
static double crowd(const struct walker *walker)
{
    return walker->attention >= 0 ? 1 + walker->attention : 1 / (1 - walker->attention);
}

static void trade(struct walker *walker, double effort, struct bar *bar)
{
    const double volume =
        walker->volume_per_quarter * crowd(walker) * effort * (0.4 + 1.2 * demo_random_unit(&walker->random));
    const double taker_share = 0.42 + 0.16 * demo_random_unit(&walker->random);
    const double mean_price = (double)(bar->high + bar->low + 2 * bar->close) / 4 / walker->ticks_per_unit;
    bar->volume = (int64_t)volume;
    bar->taker_volume = (int64_t)(volume * taker_share);
    bar->quote_volume = (double)bar->volume / units_per_volume * mean_price;
    bar->taker_quote_volume = (double)bar->taker_volume / units_per_volume * mean_price;
    bar->trades = 1 + (int64_t)(bar->quote_volume / 900);
}

static struct bar step(struct walker *walker, double move)
{
    struct demo_random *random = &walker->random;
    const double noise = demo_random_normal(random);
    double change = move + walker->deviation * noise;
    if (change < -0.4) change = -0.4;
    walker->price *= 1 + change;
    const double top_wick = walker->deviation * demo_random_unit(random);
    const double bottom_wick = walker->deviation * demo_random_unit(random);
    const int64_t open = walker->last_ticks, close = to_ticks(walker, walker->price);
    const double highest = (double)(open > close ? open : close),
                 lowest = (double)(open < close ? open : close);
    struct bar bar = {
        .open = open,
        .high = (int64_t)(highest * (1 + top_wick)),
        .low = (int64_t)(lowest * (1 - bottom_wick)) + (bottom_wick > 0 ? 1 : 0),
        .close = close,
        .is_set = true,
    };
    if (bar.low > (int64_t)lowest) bar.low = (int64_t)lowest;
    walker->price = (double)close / walker->ticks_per_unit;
    walker->last_ticks = close;
    trade(walker, 0.5 + fabs(noise), &bar);
    return bar;
}

// A dollar is a dollar, give or take a few ticks.
static struct bar pegged_step(struct walker *walker)
{
    const double spread = 7;
    const int64_t dollar = (int64_t)walker->ticks_per_unit;
    const int64_t close = dollar - 3 + (int64_t)(demo_random_unit(&walker->random) * spread);
    const int64_t open = walker->last_ticks;
    struct bar bar = {.open = open,
                      .high = open > close ? open : close,
                      .low = open < close ? open : close,
                      .close = close,
                      .is_set = true};
    walker->last_ticks = close;
    trade(walker, 1, &bar);
    return bar;
}

static struct bar frozen_step(const struct walker *walker)
{
    const int64_t ticks = walker->last_ticks;
    return (struct bar){.open = ticks, .high = ticks, .low = ticks, .close = ticks, .is_set = true};
}

static void set_price(struct walker *walker, double price)
{
    walker->price = price;
    walker->first_price = price;
    walker->last_ticks = to_ticks(walker, price);
    const double quarters_a_day = (double)DEMO_HOURS_A_DAY * DEMO_QUARTERS, million = 1e6;
    walker->volume_per_quarter =
        walker->plan->asset->turnover_m * million / quarters_a_day / price * units_per_volume;
}

// The drift of a season; away from where the price has gone far.
static double season(struct walker *walker)
{
    const double favour_a_day = 0.0035;
    const double favour = favour_a_day / DEMO_HOURS_A_DAY * demo_random_normal(&walker->random);
    if (walker->price > walker->first_price * FAR) return -fabs(favour);
    return walker->price < walker->first_price / FAR ? fabs(favour) : favour;
}

// What happens to the price at the beginning of a day.
static void begin_day(struct walker *walker, int day)
{
    const struct demo_asset *asset = walker->plan->asset;
    if ((day - asset->listed_day) % SEASON_DAYS == 0) walker->favour = season(walker);
    walker->attention = 0.85 * walker->attention + 0.45 * demo_random_normal(&walker->random);
    if (asset->fate == DEMO_FATE_SPLIT && day == asset->fate_day) set_price(walker, walker->price * 1000);
    if (asset->fate == DEMO_FATE_REPLACED && day == asset->fate_day + COLLAPSE_DAYS + REPLACED_GAP_DAYS)
        set_price(walker, 1);
}

// A day without candles. The whole exchange is down for no whole day.
static bool is_closed(const struct demo_asset *asset, int day)
{
    const int since = day - asset->fate_day;
    switch (asset->fate) {
    case DEMO_FATE_DELISTED: return since >= 0;
    case DEMO_FATE_SPLIT: return since < 0 && since >= -SPLIT_GAP_DAYS;
    case DEMO_FATE_REPLACED: return since >= COLLAPSE_DAYS && since < COLLAPSE_DAYS + REPLACED_GAP_DAYS;
    case DEMO_FATE_OUTAGES: return since >= 0 && (since % 190 < 2 || since % 333 < 5);
    case DEMO_FATE_PLAIN:
    case DEMO_FATE_FROZEN:
    case DEMO_FATE_PEGGED: return false;
    }
    return false;
}

// One hour a year without candles, for all: exchanges have outages.
static bool is_outage(int64_t hour)
{
    const int64_t hours_a_year = 365 * DEMO_HOURS_A_DAY, outage_hour = 82 * DEMO_HOURS_A_DAY + 13;
    return hour % hours_a_year == outage_hour;
}

static double move_of(const struct walker *walker, const struct demo_hour *hour, int day)
{
    const struct demo_asset *asset = walker->plan->asset;
    const double beta = asset->beta_percent / 100.0;
    const double own = walker->deviation * walker->deviation * DEMO_QUARTERS;
    const double drag = (beta * beta * hour->deviation * hour->deviation + own) / 2; // what multiplying costs
    const bool collapses = asset->fate == DEMO_FATE_REPLACED && day >= asset->fate_day;
    const double collapse = collapses && day < asset->fate_day + COLLAPSE_DAYS ? -0.08 : 0;
    return beta * hour->move + walker->favour + drag + collapse;
}

static struct bar next_bar(struct walker *walker, const struct demo_hour *hour, int day)
{
    const struct demo_asset *asset = walker->plan->asset;
    if (asset->fate == DEMO_FATE_PEGGED) return pegged_step(walker);
    if (asset->fate == DEMO_FATE_FROZEN && day >= asset->fate_day) return frozen_step(walker);
    return step(walker, move_of(walker, hour, day) / DEMO_QUARTERS);
}

static enum status walk_hour(struct walker *walker, const struct demo_hour *hour, int64_t open_s,
                             struct bar *out_bar, struct error *error)
{
    struct bar sum = {0};
    const int day = (int)(open_s / s_per_day - DEMO_FIRST_DAY);
    for (int64_t quarter = 0; quarter < DEMO_QUARTERS; quarter++) {
        const struct bar bar = next_bar(walker, hour, day);
        add_bar(&sum, &bar);
        if (walker->quarters)
            TRY(keep_bar(walker, &bar, open_s + quarter * s_per_quarter, s_per_quarter, walker->quarters,
                         error));
    }
    *out_bar = sum;
    return STATUS_OK;
}

static enum status walk_day(struct walker *walker, const struct demo_hour *hours, int day,
                            struct demo_candles *candles, struct error *error)
{
    const struct demo_plan *plan = walker->plan;
    const int64_t epoch_day = DEMO_FIRST_DAY + day;
    walker->quarters = epoch_day >= plan->first_quarterly_day ? &candles->quarters : NULL;
    struct bar sum = {0};
    for (int64_t hour = 0; hour < DEMO_HOURS_A_DAY; hour++) {
        const int64_t open_s = epoch_day * s_per_day + hour * s_per_hour;
        if (is_outage((int64_t)day * DEMO_HOURS_A_DAY + hour)) continue;
        struct bar bar;
        TRY(walk_hour(walker, &hours[hour], open_s, &bar, error));
        add_bar(&sum, &bar);
        if (epoch_day >= plan->first_hourly_day)
            TRY(keep_bar(walker, &bar, open_s, s_per_hour, &candles->hours, error));
    }
    return keep_bar(walker, &sum, epoch_day * s_per_day, s_per_day, &candles->days, error);
}

enum status demo_walk(const struct demo_climate *climate, const struct demo_plan *plan,
                      struct demo_candles *candles, struct error *error)
{
    const struct demo_asset *asset = plan->asset;
    struct walker walker = {
        .plan = plan,
        .random = demo_random_named(asset->base),
        .ticks_per_unit = power_of_ten(asset->decimals),
        .deviation = asset->idle_bp / 1e4 / sqrt((double)DEMO_HOURS_A_DAY * DEMO_QUARTERS),
    };
    set_price(&walker, asset->price);
    const int day_count = (int)(climate->hour_count / DEMO_HOURS_A_DAY);
    for (int day = asset->listed_day; day < day_count; day++) {
        begin_day(&walker, day);
        if (is_closed(asset, day)) continue;
        TRY(walk_day(&walker, climate->hours + (size_t)day * DEMO_HOURS_A_DAY, day, candles, error));
    }
    return STATUS_OK;
}

void demo_candles_done(struct demo_candles *candles)
{
    row_list_done(&candles->days);
    row_list_done(&candles->hours);
    row_list_done(&candles->quarters);
}

static double rounded(double value, double units)
{
    return floor(value * units + 0.5) / units;
}

static struct candle_row pair_row(const struct candle_row *base, const struct candle_row *quote)
{
    const double units = 1e8, share = 0.08; // of the base asset's trade is done in this pair
    struct candle_row row = *base;
    row.open = rounded(base->open / quote->open, units);
    row.close = rounded(base->close / quote->close, units);
    const double high = rounded(base->high / quote->high, units),
                 low = rounded(base->low / quote->low, units);
    row.high = fmax(fmax(row.open, row.close), high);
    row.low = fmin(fmin(row.open, row.close), low);
    row.volume = rounded(base->volume * share, units_per_volume);
    row.taker_buy_base = rounded(base->taker_buy_base * share, units_per_volume);
    row.quote_volume = rounded(row.volume * row.close, units);
    row.taker_buy_quote = rounded(row.taker_buy_base * row.close, units);
    row.trades = base->trades / 12;
    return row;
}

enum status demo_pair_days(const struct row_list *base, const struct row_list *quote, struct row_list *pair,
                           struct error *error)
{
    for (size_t b = 0, q = 0; b < base->count && q < quote->count;) {
        const int64_t base_us = base->rows[b].open_time_us, quote_us = quote->rows[q].open_time_us;
        if (base_us == quote_us) {
            const struct candle_row row = pair_row(&base->rows[b], &quote->rows[q]);
            TRY(row_list_add(pair, &row, error));
        }
        b += base_us <= quote_us;
        q += quote_us <= base_us;
    }
    return STATUS_OK;
}
