// Failures of the whole server, to the second, on both databases.
#include "unit/app/app_fixture.h"

#include "app/login_flood.h"

#define S ((int64_t)1000000)
#define T0 FIXTURE_NOW_US

// Whether a flood begins with it.
static bool failed_login(const struct app *app, int64_t now_us)
{
    bool begins;
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(app->db, DB_WRITE, &tx, &seen_error));
    assert_ok(login_flood_note(tx, now_us, &begins, &seen_error));
    assert_ok(db_commit(&tx, &seen_error));
    return begins;
}

static void fail_times(const struct app *app, int times, int64_t now_us)
{
    for (int i = 0; i < times; i++)
        assert_false(failed_login(app, now_us));
}

// Seconds that whoever is not known has to wait; 0: they may try.
static int64_t wait_of(const struct app *app, int64_t now_us)
{
    struct error error = {0};
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(app->db, DB_WRITE, &tx, &seen_error));
    const enum status status = login_flood_check(tx, now_us, &error);
    if (status == STATUS_OK) return 0;
    assert_int_equal(status, STATUS_TOO_MANY);
    assert_string_equal(error.code, "only_known_browsers");
    return error.retry_after_s;
}

static void the_hundredth_failure_within_a_minute_begins_a_flood_of_a_minute(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    assert_int_equal(wait_of(app, T0), 0);
    fail_times(app, 99, T0);
    assert_int_equal(wait_of(app, T0 + 59 * S), 0);
    assert_true(failed_login(app, T0 + 60 * S - 1));
    const int64_t began_us = T0 + 60 * S - 1;
    assert_int_equal(wait_of(app, began_us), 60);
    assert_int_equal(wait_of(app, began_us + 59 * S), 1);
    assert_int_equal(wait_of(app, began_us + 60 * S - 1), 1);
    assert_int_equal(wait_of(app, began_us + 60 * S), 0);
    fixture_app_free(app);
}

static void fewer_in_a_minute_are_none(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    for (int minute = 0; minute < 3; minute++) {
        fail_times(app, 99, T0 + minute * 60 * S);
        assert_int_equal(wait_of(app, T0 + minute * 60 * S), 0);
    }
    fixture_app_free(app);
}

static void failures_in_a_flood_make_it_no_longer_and_begin_no_other(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    fail_times(app, 99, T0);
    assert_true(failed_login(app, T0));
    fail_times(app, 150, T0 + 59 * S); // of known browsers, and of those who were under way
    assert_int_equal(wait_of(app, T0 + 59 * S), 1);
    assert_int_equal(wait_of(app, T0 + 60 * S), 0);
    fail_times(app, 99, T0 + 60 * S); // counted anew
    assert_true(failed_login(app, T0 + 61 * S));
    assert_int_equal(wait_of(app, T0 + 61 * S), 60);
    fixture_app_free(app);
}

static void a_clock_that_was_set_back_keeps_nobody_out(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    fail_times(app, 99, T0);
    assert_true(failed_login(app, T0));
    assert_int_equal(wait_of(app, T0 - 5 * S), 60); // of another machine, which is a little behind
    assert_int_equal(wait_of(app, T0 - 86400 * S), 0);
    fail_times(app, 99, T0 - 86400 * S);
    assert_true(failed_login(app, T0 - 86400 * S));
    fixture_app_free(app);
}

static void processes_count_together_and_one_of_them_tells(void **state)
{
    (void)state;
    if (fixture_engine != DB_POSTGRESQL) skip();
    struct app *app = fixture_app(), *beside = fixture_app_beside(app);
    int begun = 0;
    for (int i = 0; i < 110; i++)
        begun += failed_login(i % 2 ? app : beside, T0);
    assert_int_equal(begun, 1);
    assert_int_equal(wait_of(app, T0), 60);
    assert_int_equal(wait_of(beside, T0), 60);
    fixture_app_free(beside);
    fixture_app_free(app);
}

static int run(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hundredth_failure_within_a_minute_begins_a_flood_of_a_minute),
        cmocka_unit_test(fewer_in_a_minute_are_none),
        cmocka_unit_test(failures_in_a_flood_make_it_no_longer_and_begin_no_other),
        cmocka_unit_test(a_clock_that_was_set_back_keeps_nobody_out),
        cmocka_unit_test(processes_count_together_and_one_of_them_tells),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    return harness_run_on_both(run, &fixture_engine);
}
