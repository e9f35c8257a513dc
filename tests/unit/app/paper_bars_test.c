// Which candles what waits is held against, and from when on.
#include "unit/market/open_market.h"

#include "app/paper_bars.h"
#include "app/paper_rule.h"
#include "app/paper_watch.h"
#include "base/limits.h"

#define DAY ((int64_t)86400)
#define HOUR ((int64_t)3600)
#define US ((int64_t)1000000)

// BTC: ten days at 50, and hours at 61 from half past the ninth day to half past the tenth. ETH: eight days.
static struct market *market_with_hours(void **state)
{
    const char *path = path_in(state, "bars.db");
    database_write(path, CANDLES_TABLE BTC ETH CANDLES("BTCUSDT", "1h", 820800, 3600, 24, 61));
    return market_on(path, AN_HOUR_MS);
}

static void assert_bars(const struct app *app, int64_t from_s, int64_t now_s, enum interval interval,
                        size_t count)
{
    PAPER_BARS_SCOPE bars = paper_bars_of_symbol(app, STR("BTCUSDT"), from_s * US, now_s * US);
    assert_int_equal(bars.end - bars.begin, count);
    if (count == 0) return;
    assert_int_equal(bars.series->interval, interval);
    assert_true(paper_bars_open_us(&bars, bars.begin) >= from_s * US);
    assert_true(paper_bars_last_end_us(&bars) <= now_s * US);
}

static void candles_count_that_opened_from_then_on_and_have_ended(void **state)
{
    const struct app app = {.market = market_with_hours(state)};
    const int64_t begin = 820800, end = begin + 24 * HOUR;
    assert_bars(&app, begin, 100 * DAY, INTERVAL_1H, 24);
    assert_bars(&app, begin + 1, 100 * DAY, INTERVAL_1H, 23);
    assert_bars(&app, begin + HOUR, 100 * DAY, INTERVAL_1H, 23);
    assert_bars(&app, begin, end - 1, INTERVAL_1H, 23);
    assert_bars(&app, begin, begin + HOUR - 1, INTERVAL_1H, 0);
    assert_bars(&app, end, 100 * DAY, INTERVAL_1H, 0);
    market_close(app.market);
}

static void of_a_symbol_the_finest_interval_counts_that_has_one(void **state)
{
    const struct app app = {.market = market_with_hours(state)};
    assert_bars(&app, 0, 100 * DAY, INTERVAL_1H, 24);
    assert_bars(&app, 0, 2 * DAY, INTERVAL_1D, 2); // no hour had ended then
    market_close(app.market);
}

static void what_is_closed_as_well_has_the_close_of_then(void **state)
{
    const struct app app = {.market = market_with_hours(state)};
    const int64_t noon = 820800 + 12 * HOUR;
    struct mark mark = paper_bars_close(&app, STR("BTCUSDT"), (noon + 1) * US);
    assert_true(mark.is_known);
    assert_int_equal(mark.time_us, noon * US);
    assert_int_equal(decimal_compare(mark.price, decimal_of_int(61)), 0);
    mark = paper_bars_close(&app, STR("BTCUSDT"), (3 * DAY + 1) * US);
    assert_int_equal(mark.time_us, 3 * DAY * US);
    assert_int_equal(decimal_compare(mark.price, decimal_of_int(50)), 0);
    assert_false(paper_bars_close(&app, STR("BTCUSDT"), DAY * US - 1).is_known);
    assert_false(paper_bars_close(&app, STR("NOSUCH"), DAY * US).is_known);
    market_close(app.market);
}

static void what_begins_now_waits_for_candles_behind_the_newest(void **state)
{
    const struct app app = {.market = market_with_hours(state)};
    const int64_t end = 820800 + 24 * HOUR; // of the hours, behind that of the days
    const struct str btc = STR("BTCUSDT");
    for (int knows_now = 0; knows_now <= 1; knows_now++) {
        // the candles are old: all that comes is later
        assert_int_equal(paper_watch_from(&app, btc, knows_now, 100 * DAY * US), end * US);
        // they are ahead: all that opens from now on
        assert_int_equal(paper_watch_from(&app, btc, knows_now, (end - 1) * US), (end - 1) * US);
        assert_int_equal(paper_watch_from(&app, STR("NOSUCH"), knows_now, 5), 5);
    }
    // the candle that follows holds the moment
    const int64_t within = (end + HOUR - 1) * US;
    assert_int_equal(paper_watch_from(&app, btc, false, within), end * US);
    assert_int_equal(paper_watch_from(&app, btc, true, within), within);
    market_close(app.market);
}

// Closes of RISING: 1, 2, … 20.
static struct market *market_that_rises(void **state)
{
    const char *path = path_in(state, "rising.db");
    database_write(path, CANDLES_TABLE CANDLES("RISING", "1d", 0, 86400, 20, (i + 1)));
    return market_on(path, AN_HOUR_MS);
}

static struct paper_rule_finding find(const struct app *app, struct trade_plan_rule rule, int64_t from_day)
{
    struct error error = {0};
    struct paper_rule_finding finding;
    rule.series = STR("RISING");
    rule.interval = INTERVAL_1D;
    const struct paper_span span = {from_day * DAY * US, 100 * DAY * US};
    assert_ok(paper_rule_find(app, &rule, span, &finding, &error));
    assert_int_equal(finding.seen_to_us, 20 * DAY * US);
    return finding;
}

static void a_rule_is_broken_by_the_first_close_beyond_its_level(void **state)
{
    const struct app app = {.market = market_that_rises(state)};
    const struct trade_plan_rule rule = {.is_above = true, .level = decimal_of_int(12)};
    struct paper_rule_finding finding = find(&app, rule, 3);
    assert_true(finding.is_broken);
    assert_int_equal(finding.at_us, 13 * DAY * US); // the close of 13, known at its end
    finding = find(&app, rule, 15);
    assert_int_equal(finding.at_us, 16 * DAY * US); // the first that opened from then on
    const struct trade_plan_rule below = {.level = decimal_of_int(4)};
    assert_false(find(&app, below, 3).is_broken); // 4 is not below 4
    market_close(app.market);
}

static void a_rule_on_an_average_waits_until_there_is_one(void **state)
{
    const struct app app = {.market = market_that_rises(state)};
    for (int kind = AVERAGE_SMA; kind <= AVERAGE_EMA; kind++) {
        const struct trade_plan_rule rule = {
            .is_above = true, .average = (enum trade_plan_average)kind, .length = 5};
        assert_int_equal(find(&app, rule, 0).at_us, 5 * DAY * US); // the average of five closes
        assert_int_equal(find(&app, rule, 10).at_us, 11 * DAY * US);
        const struct trade_plan_rule below = {.average = (enum trade_plan_average)kind, .length = 5};
        assert_false(find(&app, below, 0).is_broken);
        const struct trade_plan_rule itself = {
            .is_above = true, .average = (enum trade_plan_average)kind, .length = 1};
        assert_false(find(&app, itself, 0).is_broken);
    }
    market_close(app.market);
}

int main(int argc, char **argv)
{
    if (is_importer(argc, argv)) return 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(candles_count_that_opened_from_then_on_and_have_ended, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(of_a_symbol_the_finest_interval_counts_that_has_one, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(what_is_closed_as_well_has_the_close_of_then, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(what_begins_now_waits_for_candles_behind_the_newest, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(a_rule_is_broken_by_the_first_close_beyond_its_level, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(a_rule_on_an_average_waits_until_there_is_one, folder_setup,
                                        folder_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
