#include "unit/unit.h"

#include "http/accept.h"

static void a_name_weighs_what_its_q_says(void **state)
{
    (void)state;
    const struct str list = STR("gzip;q=0.8, br, deflate ; q=0, x;q=0.001,y;q=1.000, z; level=1; q=0.5");
    assert_int_equal(accept_quality(list, STR("gzip")), 800);
    assert_int_equal(accept_quality(list, STR("BR")), 1000);
    assert_int_equal(accept_quality(list, STR("deflate")), 0);
    assert_int_equal(accept_quality(list, STR("x")), 1);
    assert_int_equal(accept_quality(list, STR("y")), 1000);
    assert_int_equal(accept_quality(list, STR("z")), 500);
    assert_int_equal(accept_quality(list, STR("zip")), -1);
    assert_int_equal(accept_quality(STR(""), STR("gzip")), -1);
}

static void a_weight_that_cannot_be_read_counts_as_refused(void **state)
{
    (void)state;
    const struct str bad[] = {STR("a;q=x"),  STR("a;q=2"),   STR("a;q=1.5"), STR("a;q=0.1234"),
                              STR("a;q=-1"), STR("a;q=0,5"), STR("a;q=01")};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(accept_quality(bad[i], STR("a")), 0);
}

static void a_coding_may_be_used_when_named_or_when_anything_goes(void **state)
{
    (void)state;
    assert_true(accept_allows_coding(STR("gzip, br"), STR("gzip")));
    assert_true(accept_allows_coding(STR("*"), STR("gzip")));
    assert_true(accept_allows_coding(STR("br;q=1, *;q=0.1"), STR("gzip")));
    assert_false(accept_allows_coding(STR("gzip;q=0, *"), STR("gzip")));
    assert_false(accept_allows_coding(STR("*;q=0"), STR("gzip")));
    assert_false(accept_allows_coding(STR("br"), STR("gzip")));
    assert_false(accept_allows_coding(STR("xgzip, gzipx"), STR("gzip")));
    assert_false(accept_allows_coding(STR(""), STR("gzip")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_weighs_what_its_q_says),
        cmocka_unit_test(a_weight_that_cannot_be_read_counts_as_refused),
        cmocka_unit_test(a_coding_may_be_used_when_named_or_when_anything_goes),
    };
    return cmocka_run_group_tests_name("http accept", tests, NULL, NULL);
}
