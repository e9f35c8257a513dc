#include "check.h"

#include "base/datetime.h"

#define SECOND_US INT64_C(1000000)
#define DAY_US (86400 * SECOND_US)

static void known_days_are_met(void **state)
{
    (void)state;
    assert_int_equal(datetime_days_from_civil(1970, 1, 1), 0);
    assert_int_equal(datetime_days_from_civil(1969, 12, 31), -1);
    assert_int_equal(datetime_days_from_civil(2000, 3, 1), 11017);
    assert_int_equal(datetime_days_from_civil(2038, 1, 19), 24855);
    assert_int_equal(datetime_days_from_civil(0, 1, 1), -719528);
    assert_int_equal(datetime_days_from_civil(9999, 12, 31), 2932896);
}

static void every_day_of_four_centuries_comes_back(void **state)
{
    (void)state;
    struct civil_date before = datetime_civil_from_days(-135141); // 1599-12-31
    assert_true(before.year == 1599 && before.month == 12 && before.day == 31);
    for (int64_t day = -135140; day < 146097; day++) {
        const struct civil_date date = datetime_civil_from_days(day);
        assert_int_equal(datetime_days_from_civil(date.year, date.month, date.day), day);
        const bool next_day = date.day == before.day + 1 && date.month == before.month;
        const bool next_month = date.day == 1 && date.month == before.month % 12 + 1;
        assert_true(next_day || next_month);
        before = date;
    }
}

static void a_day_is_counted_from_its_first_microsecond(void **state)
{
    (void)state;
    assert_int_equal(datetime_day_us(0), 0);
    assert_int_equal(datetime_day_us(INT64_C(86400000000) - 1), 0);
    assert_int_equal(datetime_day_us(INT64_C(86400000000)), 1);
    assert_int_equal(datetime_day_us(-1), -1);
}

static void leap_years_follow_the_gregorian_rule(void **state)
{
    (void)state;
    int64_t time;
    assert_true(datetime_parse_us(STR("2024-02-29"), &time));
    assert_true(datetime_parse_us(STR("2000-02-29"), &time));
    assert_false(datetime_parse_us(STR("2023-02-29"), &time));
    assert_false(datetime_parse_us(STR("1900-02-29"), &time));
    assert_false(datetime_parse_us(STR("2100-02-29"), &time));
}

static void times_are_written_with_microseconds_in_utc(void **state)
{
    (void)state;
    char text[DATETIME_TEXT_MAX];
    assert_text(datetime_format_us(0, text), "1970-01-01T00:00:00.000000Z");
    assert_text(datetime_format_us(-1, text), "1969-12-31T23:59:59.999999Z");
    assert_text(datetime_format_us(INT64_C(1709210096789012), text), "2024-02-29T12:34:56.789012Z");
    assert_text(datetime_format_us(2932897 * DAY_US - 1, text), "9999-12-31T23:59:59.999999Z");
    assert_text(datetime_format_us(-719528 * DAY_US, text), "0000-01-01T00:00:00.000000Z");
    assert_text(datetime_format_date(-1, text), "1969-12-31");
    assert_text(datetime_format_date(1709210096, text), "2024-02-29");
}

static void each_iso_form_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t time_us;
    } cases[] = {
        {"1970-01-02", DAY_US},
        {"1970-01-01T00:00", 0},
        {"1970-01-01 01:02:03", 3723 * SECOND_US},
        {"1970-01-01T01:02:03Z", 3723 * SECOND_US},
        {"1970-01-01T00:00:00.25", 250000},
        {"1970-01-01T00:00:00.000001Z", 1},
        {"1970-01-01T00:00:00.0000019Z", 1},
        {"1970-01-01T02:00+02:00", 0},
        {"1970-01-01T00:00:00-02:30", 9000 * SECOND_US},
        {"1969-12-31T23:59:59.999999Z", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t time_us;
        assert_true(datetime_parse_us(str_from_c(cases[i].text), &time_us));
        assert_int_equal(time_us, cases[i].time_us);
    }
}

static void what_is_no_time_is_refused(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "",
        "2024",
        "2024-1-1",
        "2024-13-01",
        "2024-00-10",
        "2024-04-31",
        "2024-01-00",
        "24-01-01",
        "2024-01-01T",
        "2024-01-01T1:00",
        "2024-01-01T24:00",
        "2024-01-01T10:60",
        "2024-01-01T10:00:60",
        "2024-01-01T10:00:00.",
        "2024-01-01T10:00:00+2",
        "2024-01-01T10:00:00+24:00",
        "2024-01-01T10:00:00ZZ",
        "2024-01-01T10:00 UTC",
        "2024-01-01x10:00",
        "+2024-01-01",
        " 2024-01-01",
        "2024-01-01 ",
    };
    int64_t time_us = 5;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_false(datetime_parse_us(str_from_c(refused[i]), &time_us));
    assert_int_equal(time_us, 5);
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    char text[DATETIME_TEXT_MAX];
    for (int64_t time_us = -719528 * DAY_US; time_us < 2932897 * DAY_US; time_us += INT64_C(98765432123457)) {
        int64_t back;
        assert_true(datetime_parse_us(datetime_format_us(time_us, text), &back));
        assert_int_equal(back, time_us);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_days_are_met),
        cmocka_unit_test(every_day_of_four_centuries_comes_back),
        cmocka_unit_test(a_day_is_counted_from_its_first_microsecond),
        cmocka_unit_test(leap_years_follow_the_gregorian_rule),
        cmocka_unit_test(times_are_written_with_microseconds_in_utc),
        cmocka_unit_test(each_iso_form_is_read),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(what_is_written_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
