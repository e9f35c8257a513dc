#include "unit/unit.h"

#include "net/fetch_retry.h"

static void each_status_has_its_verdict(void **state)
{
    (void)state;
    static const struct {
        long http_status;
        enum fetch_verdict verdict;
    } cases[] = {
        {200, FETCH_TAKEN},   {206, FETCH_TAKEN},     {404, FETCH_ABSENT},  {408, FETCH_AGAIN},
        {500, FETCH_AGAIN},   {503, FETCH_AGAIN},     {429, FETCH_SLOWER},  {418, FETCH_SLOWER},
        {302, FETCH_REFUSED}, {416, FETCH_RESTARTED}, {403, FETCH_REFUSED}, {204, FETCH_REFUSED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(fetch_judge_status(cases[i].http_status), cases[i].verdict);
}

static void pauses_double_up_to_the_longest(void **state)
{
    (void)state;
    const struct fetch_pause pause = {.first_ms = 100, .longest_ms = 1000, .random = UINT32_MAX};
    assert_in_range(fetch_pause_ms(&pause, 1), 50, 100);
    assert_in_range(fetch_pause_ms(&pause, 3), 200, 400);
    assert_in_range(fetch_pause_ms(&pause, 9), 500, 1000);
    assert_in_range(fetch_pause_ms(&pause, 1000), 500, 1000);
}

static void half_of_a_pause_is_by_chance(void **state)
{
    (void)state;
    const struct fetch_pause least = {.first_ms = 100, .longest_ms = 1000, .random = 0};
    const struct fetch_pause most = {.first_ms = 100, .longest_ms = 1000, .random = 50};
    assert_int_equal(fetch_pause_ms(&least, 1), 50);
    assert_int_equal(fetch_pause_ms(&most, 1), 100);
}

static void no_pause_is_shorter_than_the_server_asks(void **state)
{
    (void)state;
    const struct fetch_pause pause = {.first_ms = 100, .longest_ms = 1000, .retry_after_s = 7};
    assert_int_equal(fetch_pause_ms(&pause, 1), 7000);
}

static void a_range_says_its_first_byte(void **state)
{
    (void)state;
    int64_t first = -1;
    assert_true(fetch_range_start(STR("bytes 100-199/200"), &first));
    assert_int_equal(first, 100);
    assert_false(fetch_range_start(STR("bytes */200"), &first));
    assert_false(fetch_range_start(STR("items 1-2/3"), &first));
    assert_false(fetch_range_start(STR(""), &first));
}

static void only_a_strong_tag_says_that_a_file_is_the_same(void **state)
{
    (void)state;
    assert_true(fetch_tag_is_strong(STR("\"abc\"")));
    assert_false(fetch_tag_is_strong(STR("W/\"abc\"")));
    assert_false(fetch_tag_is_strong(STR("abc")));
    assert_false(fetch_tag_is_strong(STR("\"\"")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_status_has_its_verdict),
        cmocka_unit_test(pauses_double_up_to_the_longest),
        cmocka_unit_test(half_of_a_pause_is_by_chance),
        cmocka_unit_test(no_pause_is_shorter_than_the_server_asks),
        cmocka_unit_test(a_range_says_its_first_byte),
        cmocka_unit_test(only_a_strong_tag_says_that_a_file_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
