#include "unit/market/series_fixture.h"

#include "market/series_check.h"

static const struct candle first = {60, 1, 2, 0.5, 1.5, 10}, second = {120, 1.5, 3, 1, 2.5, 20};
static const struct candle third = {180, 2.5, 4, 2, 3, 30};

static void candles_out_of_order_are_put_in_order_and_the_last_of_a_time_stays(void **state)
{
    (void)state;
    SERIES_BUILDER_SCOPE builder = {0};
    struct candle restated = second;
    restated.close = 99;
    const struct candle given[] = {third, second, first, restated};
    for (size_t i = 0; i < 4; i++)
        assert_ok(series_builder_append(&builder, given[i], NULL));
    assert_true(builder.is_unordered);
    assert_ok(series_builder_order(&builder, NULL));
    SERIES_SCOPE series = NULL;
    assert_ok(series_builder_finish(&builder, &(struct series){.interval = INTERVAL_1M}, &series, NULL));
    assert_int_equal(series->candles.count, 3);
    assert_candle(series, 0, first);
    assert_candle(series, 1, restated);
    assert_candle(series, 2, third);
}

static void a_time_given_twice_in_a_row_counts_as_out_of_order(void **state)
{
    (void)state;
    SERIES_BUILDER_SCOPE builder = {0};
    assert_ok(series_builder_append(&builder, first, NULL));
    assert_ok(series_builder_append(&builder, first, NULL));
    assert_true(builder.is_unordered);
}

static void an_empty_series_has_columns(void **state)
{
    (void)state;
    SERIES_BUILDER_SCOPE builder = {0};
    SERIES_SCOPE series = NULL;
    assert_ok(series_builder_order(&builder, NULL));
    assert_ok(series_builder_finish(&builder, &(struct series){.interval = INTERVAL_1M}, &series, NULL));
    assert_int_equal(series->candles.count, 0);
    assert_non_null(series->candles.time);
    assert_non_null(series->candles.volume);
}

static void more_than_the_limit_of_candles_is_refused(void **state)
{
    (void)state;
    SERIES_BUILDER_SCOPE builder = {0};
    assert_int_equal(series_builder_reserve(&builder, (size_t)LIMIT_SERIES_BARS + 1, NULL), STATUS_TOO_LARGE);
}

static void a_series_lives_until_its_last_owner_lets_go(void **state)
{
    (void)state;
    const struct series *one = SERIES_OF(INTERVAL_1M, first, second);
    const struct series *other = series_retain(one);
    series_release(&one);
    assert_null(one);
    assert_candle(other, 1, second);
    series_release(&other);
    series_release(&other);
}

// The digests were computed apart from this program: sha256 over the packed little-endian columns.
static void the_fingerprint_covers_exactly_the_candles_of_the_range(void **state)
{
    (void)state;
    SERIES_SCOPE series = SERIES_OF(INTERVAL_1M, first, second, third);
    char all[65], middle[65], none[65];
    const atomic_bool is_stopped = true;
    assert_false(series_fingerprint(series, 0, 3, &is_stopped, all));
    assert_true(series_fingerprint(series, 0, 3, NULL, all));
    assert_true(series_fingerprint(series, 1, 2, NULL, middle));
    assert_true(series_fingerprint(series, 2, 2, NULL, none));
    assert_string_equal(all, "6ff4424ab703954f017d43a02a8be5ca216e8e58c154f13b0f4c53356554ba93");
    assert_string_equal(middle, "0cbae79340ff8319c7524c4bbe8ceee9248520e7066ebc202309faa5195820a4");
    assert_string_equal(none, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void checks_are_those_of_the_candles_however_often_they_are_asked_for(void **state)
{
    (void)state;
    SERIES_SCOPE series = SERIES_OF(INTERVAL_1M, first, second, third);
    const size_t asked[][3] = {{0, 3, 1}, {0, 3, 1}, {0, 3, 2}, {1, 3, 1}, {1, 2, 1}, {2, 2, 1}, {0, 3, 1}};
    uint32_t checks[4];
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        const size_t from = asked[i][0], to = asked[i][1], each = asked[i][2];
        uint32_t wanted[4] = {1, 2, 3, 4};
        memcpy(checks, wanted, sizeof checks);
        assert_true(series_check(&series->candles, from, to, each, NULL, wanted));
        assert_true(series_checks(series, from, to, each, NULL, checks));
        assert_memory_equal(checks, wanted, sizeof checks); // and nothing behind them
    }
}

static void each_series_has_an_id_of_its_own(void **state)
{
    (void)state;
    SERIES_SCOPE one = SERIES_OF(INTERVAL_1M, first);
    SERIES_SCOPE other = SERIES_OF(INTERVAL_1M, first);
    assert_true(one->id != other->id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(candles_out_of_order_are_put_in_order_and_the_last_of_a_time_stays),
        cmocka_unit_test(a_time_given_twice_in_a_row_counts_as_out_of_order),
        cmocka_unit_test(an_empty_series_has_columns),
        cmocka_unit_test(more_than_the_limit_of_candles_is_refused),
        cmocka_unit_test(a_series_lives_until_its_last_owner_lets_go),
        cmocka_unit_test(the_fingerprint_covers_exactly_the_candles_of_the_range),
        cmocka_unit_test(checks_are_those_of_the_candles_however_often_they_are_asked_for),
        cmocka_unit_test(each_series_has_an_id_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
