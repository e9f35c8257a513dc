// How often something may be tried, to the second, on both databases.
#include "unit/app/app_fixture.h"

#include "app/throttle.h"

#include <stdio.h>

#define S ((int64_t)1000000)
#define T0 FIXTURE_NOW_US

// Seconds to wait; 0: it may be tried, and was.
static int64_t attempt(const struct app *app, enum throttle_kind kind, const char *what, int64_t now_us)
{
    struct error error = {0};
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(app->db, DB_WRITE, &tx, &seen_error));
    const enum status status = throttle_charge(tx, kind, str_from_c(what), now_us, &error);
    if (status == STATUS_OK) {
        assert_ok(db_commit(&tx, &seen_error));
        return 0;
    }
    assert_int_equal(status, STATUS_TOO_MANY);
    assert_string_equal(error.code, "throttled");
    assert_true(error.retry_after_s > 0);
    return error.retry_after_s;
}

static void succeed(const struct app *app, enum throttle_kind kind, const char *what, int64_t now_us)
{
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(app->db, DB_WRITE, &tx, &seen_error));
    assert_ok(throttle_clear(tx, kind, str_from_c(what), now_us, &seen_error));
    assert_ok(db_commit(&tx, &seen_error));
}

static void fail_five_times(const struct app *app, enum throttle_kind kind, const char *what, int64_t now_us)
{
    for (int i = 0; i < 5; i++)
        assert_int_equal(attempt(app, kind, what, now_us), 0);
}

static void each_failure_behind_the_fourth_doubles_the_wait(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    static const enum throttle_kind kinds[] = {THROTTLE_ACCOUNT, THROTTLE_DEVICE, THROTTLE_CODE};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        int64_t now_us = T0;
        fail_five_times(app, kinds[i], "ann", now_us);
        for (int64_t wait_s = 1; wait_s <= 512; wait_s *= 2) {
            assert_int_equal(attempt(app, kinds[i], "ann", now_us), wait_s);
            assert_int_equal(attempt(app, kinds[i], "ann", now_us + wait_s * S - 1), 1);
            now_us += wait_s * S;
            assert_int_equal(attempt(app, kinds[i], "ann", now_us), 0);
        }
        assert_int_equal(attempt(app, kinds[i], "ann", now_us), 900); // and no longer
        fail_five_times(app, kinds[i], "ann", now_us + 900 * S);      // nobody is locked out for ever
    }
    fixture_app_free(app);
}

static void what_is_refused_does_not_count(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    fail_five_times(app, THROTTLE_ACCOUNT, "ann", T0);
    for (int i = 0; i < 100; i++)
        assert_int_equal(attempt(app, THROTTLE_ACCOUNT, "ann", T0 + i), 1);
    assert_int_equal(attempt(app, THROTTLE_ACCOUNT, "ann", T0 + S), 0);
    fixture_app_free(app);
}

static void a_success_or_a_quiet_quarter_of_an_hour_makes_forget(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    fail_five_times(app, THROTTLE_ACCOUNT, "ann", T0);
    succeed(app, THROTTLE_ACCOUNT, "ann", T0 + S);
    fail_five_times(app, THROTTLE_ACCOUNT, "ann", T0 + S);
    fail_five_times(app, THROTTLE_ACCOUNT, "bob", T0);
    assert_int_equal(attempt(app, THROTTLE_ACCOUNT, "bob", T0 + 899 * S), 0);
    assert_int_equal(attempt(app, THROTTLE_ACCOUNT, "bob", T0 + 899 * S), 2);
    fail_five_times(app, THROTTLE_ACCOUNT, "bob", T0 + 1799 * S);
    fixture_app_free(app);
}

static void names_and_kinds_are_counted_apart(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    fail_five_times(app, THROTTLE_ACCOUNT, "ann", T0);
    assert_int_equal(attempt(app, THROTTLE_ACCOUNT, "ann", T0), 1);
    assert_int_equal(attempt(app, THROTTLE_ACCOUNT, "ann ", T0), 0);
    assert_int_equal(attempt(app, THROTTLE_DEVICE, "ann", T0), 0);
    assert_int_equal(attempt(app, THROTTLE_ADDRESS, "ann", T0), 0);
    fixture_app_free(app);
}

static void an_address_has_twenty_and_one_more_each_six_seconds(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    static const enum throttle_kind kinds[] = {THROTTLE_ADDRESS, THROTTLE_LINK};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        for (int n = 0; n < 20; n++)
            assert_int_equal(attempt(app, kinds[i], "192.0.2.1", T0), 0);
        assert_int_equal(attempt(app, kinds[i], "192.0.2.1", T0), 6);
        assert_int_equal(attempt(app, kinds[i], "192.0.2.1", T0 + 6 * S - 1), 1);
        assert_int_equal(attempt(app, kinds[i], "192.0.2.1", T0 + 6 * S), 0);
        assert_int_equal(attempt(app, kinds[i], "192.0.2.1", T0 + 6 * S), 6);
        succeed(app, kinds[i], "192.0.2.1", T0 + 6 * S); // takes back one, not all
        assert_int_equal(attempt(app, kinds[i], "192.0.2.1", T0 + 6 * S), 0);
        assert_int_equal(attempt(app, kinds[i], "192.0.2.1", T0 + 6 * S), 6);
        for (int n = 0; n < 20; n++)
            assert_int_equal(attempt(app, kinds[i], "192.0.2.1", T0 + 126 * S), 0);
        assert_int_equal(attempt(app, kinds[i], "192.0.2.1", T0 + 126 * S), 6);
    }
    fixture_app_free(app);
}

static void a_clock_that_is_behind_lets_nobody_try_earlier(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    fail_five_times(app, THROTTLE_ACCOUNT, "ann", T0);
    for (int64_t behind_s = 1; behind_s <= 900; behind_s += 31)
        assert_int_equal(attempt(app, THROTTLE_ACCOUNT, "ann", T0 - behind_s * S), 1);
    for (int n = 0; n < 20; n++)
        assert_int_equal(attempt(app, THROTTLE_ADDRESS, "192.0.2.1", T0), 0);
    assert_int_equal(attempt(app, THROTTLE_ADDRESS, "192.0.2.1", T0 - 90 * S), 6);
    fixture_app_free(app);
}

static void a_clock_that_was_set_back_makes_nobody_wait_until_it_is_there_again(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    fail_five_times(app, THROTTLE_ACCOUNT, "ann", T0);
    fail_five_times(app, THROTTLE_ACCOUNT, "ann", T0 - 86400 * S);
    assert_int_equal(attempt(app, THROTTLE_ACCOUNT, "ann", T0 - 86400 * S), 1);
    for (int n = 0; n < 20; n++)
        assert_int_equal(attempt(app, THROTTLE_ADDRESS, "192.0.2.1", T0), 0);
    for (int n = 0; n < 20; n++)
        assert_int_equal(attempt(app, THROTTLE_ADDRESS, "192.0.2.1", T0 - 86400 * S), 0);
    assert_int_equal(attempt(app, THROTTLE_ADDRESS, "192.0.2.1", T0 - 86400 * S), 6);
    fixture_app_free(app);
}

static void whoever_has_a_network_of_ipv6_has_one_address(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    char address[64];
    for (int n = 0; n < 20; n++) {
        (void)snprintf(address, sizeof address, "2001:db8:1:2:%x::%x", n, n);
        assert_int_equal(attempt(app, THROTTLE_ADDRESS, address, T0), 0);
    }
    assert_int_equal(attempt(app, THROTTLE_ADDRESS, "2001:DB8:1:2:ffff::1%eth0", T0), 6);
    assert_int_equal(attempt(app, THROTTLE_ADDRESS, "2001:db8:1:3::1", T0), 0);
    for (int n = 0; n < 20; n++)
        assert_int_equal(attempt(app, THROTTLE_LINK, "192.0.2.1", T0), 0);
    assert_int_equal(attempt(app, THROTTLE_LINK, "::ffff:192.0.2.1", T0), 6); // the same, as IPv6 calls it
    assert_int_equal(attempt(app, THROTTLE_LINK, "192.0.2.2", T0), 0);
    fixture_app_free(app);
}

static void processes_count_together(void **state)
{
    (void)state;
    if (fixture_engine != DB_POSTGRESQL) skip();
    struct app *app = fixture_app(), *beside = fixture_app_beside(app);
    for (int i = 0; i < 5; i++)
        assert_int_equal(attempt(i % 2 ? app : beside, THROTTLE_ACCOUNT, "ann", T0), 0);
    assert_int_equal(attempt(app, THROTTLE_ACCOUNT, "ann", T0), 1);
    assert_int_equal(attempt(beside, THROTTLE_ACCOUNT, "ann", T0), 1);
    fixture_app_free(beside);
    fixture_app_free(app);
}

static int run(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_failure_behind_the_fourth_doubles_the_wait),
        cmocka_unit_test(what_is_refused_does_not_count),
        cmocka_unit_test(a_success_or_a_quiet_quarter_of_an_hour_makes_forget),
        cmocka_unit_test(names_and_kinds_are_counted_apart),
        cmocka_unit_test(an_address_has_twenty_and_one_more_each_six_seconds),
        cmocka_unit_test(a_clock_that_is_behind_lets_nobody_try_earlier),
        cmocka_unit_test(a_clock_that_was_set_back_makes_nobody_wait_until_it_is_there_again),
        cmocka_unit_test(whoever_has_a_network_of_ipv6_has_one_address),
        cmocka_unit_test(processes_count_together),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    return harness_run_on_both(run, &fixture_engine);
}
