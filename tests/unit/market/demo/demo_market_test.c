// The demo market: the same on every machine, sound by the rules for files, and with the oddities that it
// promises.
#include "unit/market/ingest/ingest_fixture.h"

#include "market/demo/demo_market.h"
#include "market/demo/demo_walk.h"
#include "market/ingest/row_rules.h"

#include <stdio.h>
#include <string.h>

enum { UNTIL_DAY = DEMO_DEFAULT_UNTIL_DAY };

#define EXPECTED_FINGERPRINT 0xa2ae1dd7d1ef8f4c

static struct demo_candles walk(size_t asset, int64_t until_day)
{
    struct demo_climate climate;
    struct demo_candles candles = {0};
    const struct demo_plan plan = {.asset = &demo_assets[asset],
                                   .first_hourly_day = until_day - 100,
                                   .first_quarterly_day = until_day - 50};
    assert_ok(demo_climate_make(until_day, &climate, NULL));
    assert_ok(demo_walk(&climate, &plan, &candles, NULL));
    demo_climate_done(&climate);
    return candles;
}

static size_t asset_named(const char *base)
{
    for (size_t i = 0; i < demo_asset_count; i++)
        if (strcmp(demo_assets[i].base, base) == 0) return i;
    fail_msg("there is no %s", base);
    return 0;
}

// FNV-1a over the values, as numbers of 64 bits.
static uint64_t fingerprint(uint64_t hash, const struct row_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const unsigned char *bytes = (const unsigned char *)&list->rows[i];
        for (size_t at = 0; at < sizeof list->rows[i]; at++)
            hash = (hash ^ bytes[at]) * 0x100000001b3;
    }
    return hash;
}

static void every_machine_draws_the_same_candles(void **state)
{
    (void)state;
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < demo_asset_count; i++) {
        struct demo_candles candles = walk(i, UNTIL_DAY);
        hash = fingerprint(hash, &candles.days);
        hash = fingerprint(hash, &candles.hours);
        hash = fingerprint(hash, &candles.quarters);
        demo_candles_done(&candles);
    }
    if (hash != EXPECTED_FINGERPRINT) fail_msg("the fingerprint is 0x%016llx", (unsigned long long)hash);
}

static void check_rows(const struct row_list *list, enum interval interval, const char *base)
{
    struct error error = {0};
    for (size_t i = 0; i < list->count; i++)
        if (candle_row_check(&list->rows[i], interval, &error) != STATUS_OK)
            fail_msg("%s %s, row %zu: %s", base, interval_name(interval), i, error.message);
}

static void every_candle_keeps_the_rules_for_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < demo_asset_count; i++) {
        struct demo_candles candles = walk(i, UNTIL_DAY);
        assert_true(candles.days.count > 100);
        check_rows(&candles.days, INTERVAL_1D, demo_assets[i].base);
        check_rows(&candles.hours, INTERVAL_1H, demo_assets[i].base);
        check_rows(&candles.quarters, INTERVAL_15M, demo_assets[i].base);
        demo_candles_done(&candles);
    }
}

// Finer candles of one coarser one add up to it.
static void check_sum(const struct candle_row *coarse, const struct candle_row *fine, size_t count)
{
    struct candle_row sum = fine[0];
    for (size_t i = 1; i < count; i++) {
        sum.high = fine[i].high > sum.high ? fine[i].high : sum.high;
        sum.low = fine[i].low < sum.low ? fine[i].low : sum.low;
        sum.close = fine[i].close;
        sum.volume += fine[i].volume;
        sum.trades += fine[i].trades;
    }
    assert_true(sum.open == coarse->open && sum.high == coarse->high && sum.low == coarse->low &&
                sum.close == coarse->close);
    assert_true(sum.volume - coarse->volume < 1e-3 && coarse->volume - sum.volume < 1e-3);
    assert_int_equal(sum.trades, coarse->trades);
}

static void check_all_sums(const struct row_list *coarse, const struct row_list *fine, int64_t length_us)
{
    size_t at = 0;
    for (size_t i = 0; i < coarse->count && at < fine->count; i++) {
        const int64_t begin_us = coarse->rows[i].open_time_us;
        const size_t first = at;
        if (begin_us < fine->rows[at].open_time_us - length_us + 1) continue;
        while (at < fine->count && fine->rows[at].open_time_us < begin_us + length_us)
            at++;
        check_sum(&coarse->rows[i], &fine->rows[first], at - first);
    }
    assert_int_equal(at, fine->count);
}

static void hours_and_quarters_add_up(void **state)
{
    (void)state;
    struct demo_candles candles = walk(asset_named("DEMOBTC"), UNTIL_DAY);
    check_all_sums(&candles.days, &candles.hours, INT64_C(86400000000));
    check_all_sums(&candles.hours, &candles.quarters, INT64_C(3600000000));
    demo_candles_done(&candles);
}

static void a_day_is_the_same_whatever_the_end_is(void **state)
{
    (void)state;
    struct demo_candles longer = walk(0, UNTIL_DAY), shorter = walk(0, UNTIL_DAY - 300);
    assert_int_equal(longer.days.count, shorter.days.count + 300);
    assert_memory_equal(longer.days.rows, shorter.days.rows, shorter.days.count * sizeof *shorter.days.rows);
    demo_candles_done(&longer);
    demo_candles_done(&shorter);
}

static void the_promised_oddities_are_there(void **state)
{
    (void)state;
    struct demo_candles lost = walk(asset_named("DEMOLOST"), UNTIL_DAY);
    struct demo_candles split = walk(asset_named("DEMOSPLIT"), UNTIL_DAY);
    struct demo_candles frozen = walk(asset_named("DEMOFROZEN"), UNTIL_DAY);
    struct demo_candles phoenix = walk(asset_named("DEMOPHOENIX"), UNTIL_DAY);
    struct demo_candles halt = walk(asset_named("DEMOHALT"), UNTIL_DAY);
    const size_t days = UNTIL_DAY - DEMO_FIRST_DAY;
    assert_int_equal(lost.days.count, 1168);
    assert_int_equal(split.days.count, days - 3);
    assert_true(split.days.rows[381].open > split.days.rows[380].close * 500);
    assert_true(frozen.days.rows[days - 1].volume == 0 && frozen.days.rows[days - 1].trades == 0);
    assert_true(frozen.days.rows[days - 1].close == frozen.days.rows[676].open);
    assert_int_equal(phoenix.days.count, days - 17);
    assert_true(phoenix.days.rows[499].close < phoenix.days.rows[494].close / 100);
    assert_true(phoenix.days.rows[500].open == 1);
    assert_in_range(halt.days.count, days - 60, days - 20);
    demo_candles_done(&lost);
    demo_candles_done(&split);
    demo_candles_done(&frozen);
    demo_candles_done(&phoenix);
    demo_candles_done(&halt);
}

static void it_is_written_once_and_never_over_other_candles(void **state)
{
    char database[256];
    struct candle_writer *writer = NULL;
    struct demo_summary summary;
    (void)snprintf(database, sizeof database, "%s", path_in(state, "file.db"));
    assert_ok(candle_writer_open(str_from_c(database), 1, &writer, NULL));
    assert_ok(demo_market_write(writer, UNTIL_DAY, false, &summary, NULL));
    assert_int_equal(demo_market_write(writer, UNTIL_DAY, false, &summary, NULL), STATUS_CONFLICT);
    assert_ok(demo_market_write(writer, UNTIL_DAY, true, &summary, NULL));
    assert_ok(candle_writer_close(&writer, NULL));
    assert_in_range(summary.series, 40, 60);
    assert_int_equal(query_number(database, "SELECT count(*) FROM binance_candles"), summary.rows);
    assert_int_equal(query_number(database, "SELECT count(*) FROM candle_revisions"), 0);
    assert_int_equal(
        query_number(database, "SELECT count(*) FROM binance_candles WHERE symbol NOT LIKE 'DEMO%'"), 0);
    assert_int_equal(query_number(database, "SELECT unsorted_rows FROM candle_state"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_machine_draws_the_same_candles),
        cmocka_unit_test(every_candle_keeps_the_rules_for_files),
        cmocka_unit_test(hours_and_quarters_add_up),
        cmocka_unit_test(a_day_is_the_same_whatever_the_end_is),
        cmocka_unit_test(the_promised_oddities_are_there),
        cmocka_unit_test_setup_teardown(it_is_written_once_and_never_over_other_candles, folder_setup,
                                        folder_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
