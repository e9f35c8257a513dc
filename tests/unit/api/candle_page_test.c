#include "unit/unit.h"

#include "api/candle_page.h"
#include "base/limits.h"

enum { BARS = 10 };

static const int64_t times[BARS] = {100, 200, 300, 400, 500, 600, 700, 800, 900, 1000};
static const struct candles candles = {.count = BARS, .time = times};

static void assert_window(struct candle_query query, size_t begin, size_t end, bool has_more)
{
    ARENA_SCOPE(arena, MIB);
    const struct candle_window window = candle_window_find(&query, &candles, &arena);
    assert_int_equal(window.begin, begin);
    assert_int_equal(window.end, end);
    assert_int_equal(window.next_cursor.ptr != NULL, has_more);
}

static void without_from_the_newest_come_first(void **state)
{
    (void)state;
    assert_window((struct candle_query){.limit = 3}, 7, 10, true);
    assert_window((struct candle_query){.limit = 3, .has_to = true, .to = 800}, 4, 7, true);
    assert_window((struct candle_query){.limit = 3, .has_cursor = true, .cursor = 800}, 4, 7, true);
    assert_window((struct candle_query){.limit = 3, .has_cursor = true, .cursor = 300}, 0, 2, false);
}

static void with_from_the_oldest_come_first(void **state)
{
    (void)state;
    assert_window((struct candle_query){.limit = 3, .has_from = true, .from = 150}, 1, 4, true);
    assert_window(
        (struct candle_query){.limit = 3, .has_from = true, .from = 150, .has_cursor = true, .cursor = 500},
        4, 7, true);
    assert_window((struct candle_query){.limit = 3, .has_from = true, .from = 200, .has_to = true, .to = 400},
                  1, 3, false);
}

static void descending_pages_stop_at_from(void **state)
{
    (void)state;
    assert_window((struct candle_query){.limit = 3, .is_descending = true, .has_from = true, .from = 700}, 7,
                  10, true);
    assert_window((struct candle_query){.limit = 3,
                                        .is_descending = true,
                                        .has_from = true,
                                        .from = 700,
                                        .has_cursor = true,
                                        .cursor = 800},
                  6, 7, false);
}

static void a_range_without_candles_is_an_empty_page(void **state)
{
    (void)state;
    assert_window((struct candle_query){.limit = 3, .has_from = true, .from = 5000}, 10, 10, false);
    assert_window((struct candle_query){.limit = 3, .has_to = true, .to = 50}, 0, 0, false);
    assert_window((struct candle_query){.limit = 3, .has_from = true, .from = 210, .has_to = true, .to = 290},
                  2, 2, false);
    assert_window(
        (struct candle_query){.limit = 3, .has_from = true, .from = 900, .has_cursor = true, .cursor = -5}, 8,
        10, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_from_the_newest_come_first),
        cmocka_unit_test(with_from_the_oldest_come_first),
        cmocka_unit_test(descending_pages_stop_at_from),
        cmocka_unit_test(a_range_without_candles_is_an_empty_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
