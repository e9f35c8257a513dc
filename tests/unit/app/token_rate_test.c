#include "unit/unit.h"

#include "app/token_rate.h"
#include "base/limits.h"

#include <stdio.h>

#define S ((int64_t)1000000)
#define T0 ((int64_t)1790000000 * S)

static struct token_rate *rate;

static int set_up(void **state)
{
    (void)state;
    struct error error = {0};
    return token_rate_new(&rate, &error) == STATUS_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    token_rate_free(rate);
    return 0;
}

// Seconds to wait; 0: it was counted.
static int64_t take(const char *id, int64_t now_us)
{
    struct error error = {0};
    const enum status status = token_rate_take(rate, str_from_c(id), now_us, &error);
    if (status == STATUS_OK) return 0;
    assert_int_equal(status, STATUS_TOO_MANY);
    assert_string_equal(error.code, "throttled");
    assert_true(error.retry_after_s > 0);
    return error.retry_after_s;
}

static int taken(const char *id, int64_t now_us, int tries)
{
    int count = 0;
    for (int i = 0; i < tries; i++)
        count += take(id, now_us) == 0;
    return count;
}

static void sixty_come_at_once(void **state)
{
    (void)state;
    assert_int_equal(taken("aaaaaaaaaa", T0, 100), 60);
    assert_int_equal(take("aaaaaaaaaa", T0), 1);
}

static void then_twenty_a_second(void **state)
{
    (void)state;
    assert_int_equal(taken("aaaaaaaaaa", T0, 60), 60);
    assert_int_equal(taken("aaaaaaaaaa", T0 + S / 20 - 1, 5), 0);
    assert_int_equal(taken("aaaaaaaaaa", T0 + S / 20, 5), 1);
    assert_int_equal(taken("aaaaaaaaaa", T0 + S, 100), 19);
    assert_int_equal(taken("aaaaaaaaaa", T0 + 4 * S, 100), 60); // and no more than sixty again
    assert_int_equal(taken("aaaaaaaaaa", T0 + 400 * S, 100), 60);
}

static void at_twenty_a_second_nothing_is_refused(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++)
        assert_int_equal(take("aaaaaaaaaa", T0 + i * (S / 20)), 0);
}

static void each_token_is_counted_by_itself(void **state)
{
    (void)state;
    assert_int_equal(taken("aaaaaaaaaa", T0, 100), 60);
    assert_int_equal(taken("bbbbbbbbbb", T0, 100), 60);
    assert_int_equal(taken("aaaaaaaaaa", T0, 100), 0);
}

static void a_clock_that_was_set_back_keeps_nobody_out(void **state)
{
    (void)state;
    assert_int_equal(taken("aaaaaaaaaa", T0 + 3600 * S, 100), 60);
    assert_true(take("aaaaaaaaaa", T0) <= 3);
    assert_int_equal(take("aaaaaaaaaa", T0 + 3 * S), 0);
}

static void whoever_waited_for_a_worker_makes_no_room(void **state)
{
    (void)state;
    assert_int_equal(taken("aaaaaaaaaa", T0, 60), 60);
    assert_int_equal(taken("aaaaaaaaaa", T0 + S, 100), 20);
    int more = 0;
    for (int i = 0; i < 100; i++)
        more += taken("aaaaaaaaaa", T0 + (i % 2 ? S : 0), 1);
    assert_int_equal(more, 0);
}

static void more_tokens_than_places_are_counted_too(void **state)
{
    (void)state;
    char id[16];
    assert_int_equal(taken("aaaaaaaaaa", T0, 60), 60);
    for (int i = 0; i < 4 * LIMIT_TOKEN_RATES; i++) {
        (void)snprintf(id, sizeof id, "t%09d", i);
        assert_int_equal(taken(id, T0 + i, 61), 60);
    }
}

static void where_nothing_counts_all_come(void **state)
{
    (void)state;
    struct error error = {0};
    for (int i = 0; i < 1000; i++)
        assert_int_equal(token_rate_take(NULL, STR("aaaaaaaaaa"), T0, &error), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sixty_come_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(then_twenty_a_second, set_up, tear_down),
        cmocka_unit_test_setup_teardown(at_twenty_a_second_nothing_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_token_is_counted_by_itself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_clock_that_was_set_back_keeps_nobody_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(whoever_waited_for_a_worker_makes_no_room, set_up, tear_down),
        cmocka_unit_test_setup_teardown(more_tokens_than_places_are_counted_too, set_up, tear_down),
        cmocka_unit_test(where_nothing_counts_all_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
