#include "unit/market/open_market.h"

#include "base/limits.h"

struct market *market_on(const char *path, int watch_interval_ms)
{
    struct market *market;
    const struct market_options options = {
        .path = str_from_c(path), .cache_bytes = 64 * MIB, .watch_interval_ms = watch_interval_ms};
    assert_ok(market_open(&options, &market, NULL));
    return market;
}

const struct series *series_from(struct market *market, const char *expression, enum interval interval)
{
    const struct series *series = NULL;
    struct error error = {0};
    if (market_series(market_as_it_is(market), str_from_c(expression), interval, &series, &error) !=
        STATUS_OK)
        fail_msg("%s: %s", expression, error.message);
    return series;
}

struct error failure_of(struct market *market, const char *expression, enum interval interval)
{
    const struct series *series = NULL;
    struct error error = {0};
    assert_int_not_equal(
        market_series(market_as_it_is(market), str_from_c(expression), interval, &series, &error), STATUS_OK);
    assert_null(series);
    return error;
}

struct market_health health_of(struct market *market)
{
    struct market_health health;
    market_look_now(market);
    market_health(market, &health);
    return health;
}
