#include "engine/candles.h"

#include "unit/unit.h"

static const int64_t times[] = {10, 20, 30, 40};
static const double prices[] = {1, 2, 3, 4};
static const struct candles candles = {.count = 4,
                                       .time = times,
                                       .open = prices,
                                       .high = prices,
                                       .low = prices,
                                       .close = prices,
                                       .volume = prices};

static void the_lower_bound_is_the_first_candle_at_or_behind_a_time(void **state)
{
    (void)state;
    const struct {
        int64_t time;
        size_t index;
    } cases[] = {{-5, 0}, {10, 0}, {11, 1}, {20, 1}, {40, 3}, {41, 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(candles_lower_bound(&candles, cases[i].time), cases[i].index);
    const struct candles empty = candles_slice(&candles, 2, 2);
    assert_int_equal(candles_lower_bound(&empty, 0), 0);
}

static void a_slice_views_the_same_columns(void **state)
{
    (void)state;
    const struct candles slice = candles_slice(&candles, 1, 3);
    assert_int_equal(slice.count, 2);
    assert_ptr_equal(slice.time, times + 1);
    const double *const columns[] = {slice.open, slice.high, slice.low, slice.close, slice.volume};
    for (size_t i = 0; i < 5; i++)
        assert_ptr_equal(columns[i], prices + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lower_bound_is_the_first_candle_at_or_behind_a_time),
        cmocka_unit_test(a_slice_views_the_same_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
