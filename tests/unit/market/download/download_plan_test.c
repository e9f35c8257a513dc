#include "unit/unit.h"

#include "base/datetime.h"
#include "base/limits.h"
#include "market/download/download_plan.h"

#include <stdio.h>

// A plan for A and B in one line: "A 2024-01, B 2024-02-03". Days that are held: of A only.
struct case_of_plan {
    enum download_freq freq;
    enum interval interval;
    const char *first, *last, *today;
    const char *held_from, *held_to; // complete by candles; NULL: none
    const char *held_month;          // imported by its file; NULL: none
    bool rechecks;
};

static int64_t day_of(const char *text)
{
    int64_t time_us = 0;
    assert_true(datetime_parse_us(str_from_c(text), &time_us));
    return time_us / INT64_C(86400000000);
}

static void hold(struct download_holdings *holdings, const struct case_of_plan *one)
{
    for (int64_t day = one->held_from ? day_of(one->held_from) : 1;
         one->held_from && day <= day_of(one->held_to); day++)
        download_holdings_note(holdings, 0, day, DOWNLOAD_HELD_CANDLES);
    if (one->held_month) download_holdings_note(holdings, 0, day_of(one->held_month), DOWNLOAD_HELD_MONTH);
}

static const char *text_of(const struct download_plan *plan)
{
    static char text[8192];
    size_t len = 0;
    text[0] = '\0';
    for (size_t i = 0; i < plan->count; i++) {
        const struct download_item *item = &plan->items[i];
        char date[DATETIME_TEXT_MAX];
        (void)datetime_format_date((int64_t)item->first_day * 86400, date);
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%.*s %.*s%s", i ? ", " : "",
                                STR_ARG(plan->spec->symbols[item->symbol]), item->is_monthly ? 7 : 10, date,
                                item->is_held ? "*" : "");
    }
    return text;
}

static const char *plan_of(struct case_of_plan one, size_t *out_held, int64_t *out_unpublished)
{
    const struct str symbols[] = {STR("A"), STR("B")};
    ARENA_SCOPE(arena, 64 * MIB);
    struct error error = {0};
    struct download_holdings holdings;
    struct download_plan plan;
    const struct download_spec spec = {.interval = one.interval,
                                       .symbols = symbols,
                                       .symbol_count = 2,
                                       .first_day = day_of(one.first),
                                       .last_day = day_of(one.last)};
    const struct download_wish wish = {
        .freq = one.freq, .today = day_of(one.today), .rechecks_held = one.rechecks};
    assert_ok(download_holdings_new(&spec, &arena, &holdings, &error));
    hold(&holdings, &one);
    if (download_plan_make(&spec, &holdings, &wish, &arena, &plan, &error) != STATUS_OK) return "refused";
    if (out_held) *out_held = plan.held_count;
    if (out_unpublished) *out_unpublished = plan.unpublished_days;
    return text_of(&plan);
}

#define PLAN(...)                                                                                            \
    plan_of((struct case_of_plan){.interval = INTERVAL_1D, .today = "2026-01-01", __VA_ARGS__}, NULL, NULL)

static void daily_takes_each_day_of_the_range(void **state)
{
    (void)state;
    assert_string_equal(PLAN(.freq = DOWNLOAD_DAILY, .first = "2024-02-28", .last = "2024-03-01"),
                        "A 2024-02-28, A 2024-02-29, A 2024-03-01, B 2024-02-28, B 2024-02-29, B 2024-03-01");
}

static void monthly_takes_each_month_that_the_range_touches(void **state)
{
    (void)state;
    assert_string_equal(PLAN(.freq = DOWNLOAD_MONTHLY, .first = "2023-12-31", .last = "2024-02-01"),
                        "A 2023-12, A 2024-01, A 2024-02, B 2023-12, B 2024-01, B 2024-02");
}

static void auto_takes_full_months_by_months_and_the_rest_by_days(void **state)
{
    (void)state;
    assert_string_equal(PLAN(.freq = DOWNLOAD_AUTO, .first = "2024-01-31", .last = "2024-03-01"),
                        "A 2024-01-31, A 2024-02, A 2024-03-01, B 2024-01-31, B 2024-02, B 2024-03-01");
}

static void what_has_not_ended_is_not_asked_for(void **state)
{
    (void)state;
    int64_t unpublished = 0;
    const struct case_of_plan days = {.freq = DOWNLOAD_AUTO,
                                      .interval = INTERVAL_1D,
                                      .first = "2024-03-01",
                                      .last = "2024-12-31",
                                      .today = "2024-03-03"};
    assert_string_equal(plan_of(days, NULL, NULL), "A 2024-03-01, A 2024-03-02, B 2024-03-01, B 2024-03-02");
    struct case_of_plan months = days;
    months.freq = DOWNLOAD_MONTHLY;
    months.first = "2024-02-01";
    assert_string_equal(plan_of(months, NULL, &unpublished), "A 2024-02, B 2024-02");
    assert_int_equal(unpublished, 4);
}

static void what_is_held_is_left_out_and_counted(void **state)
{
    (void)state;
    size_t held = 0;
    const struct case_of_plan days = {.freq = DOWNLOAD_DAILY,
                                      .interval = INTERVAL_1D,
                                      .first = "2024-01-30",
                                      .last = "2024-02-01",
                                      .today = "2026-01-01",
                                      .held_month = "2024-01-01"};
    assert_string_equal(plan_of(days, &held, NULL), "A 2024-02-01, B 2024-01-30, B 2024-01-31, B 2024-02-01");
    assert_int_equal(held, 2);
    assert_string_equal(PLAN(.freq = DOWNLOAD_MONTHLY, .first = "2024-01-01", .last = "2024-02-29",
                             .held_from = "2024-01-01", .held_to = "2024-02-28"),
                        "A 2024-02, B 2024-01, B 2024-02");
}

static void rechecked_files_are_items_too(void **state)
{
    (void)state;
    assert_string_equal(PLAN(.freq = DOWNLOAD_MONTHLY, .first = "2024-01-01", .last = "2024-01-31",
                             .held_month = "2024-01-01", .rechecks = true),
                        "A 2024-01*, B 2024-01");
}

static void weeks_come_by_months_only(void **state)
{
    (void)state;
    const struct case_of_plan weeks = {.freq = DOWNLOAD_AUTO,
                                       .interval = INTERVAL_1W,
                                       .first = "2024-01-10",
                                       .last = "2024-01-20",
                                       .today = "2026-01-01"};
    assert_string_equal(plan_of(weeks, NULL, NULL), "A 2024-01, B 2024-01");
    struct case_of_plan daily = weeks;
    daily.freq = DOWNLOAD_DAILY;
    assert_string_equal(plan_of(daily, NULL, NULL), "refused");
}

static void only_a_recent_month_has_days_that_stand_in(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    const struct str symbols[] = {STR("A")};
    struct error error = {0};
    struct download_holdings holdings;
    struct download_item days[DOWNLOAD_MONTH_DAYS_MAX];
    const struct download_spec spec = {.interval = INTERVAL_1D,
                                       .symbols = symbols,
                                       .symbol_count = 1,
                                       .first_day = day_of("2024-02-01"),
                                       .last_day = day_of("2024-02-29")};
    assert_ok(download_holdings_new(&spec, &arena, &holdings, &error));
    download_holdings_note(&holdings, 0, day_of("2024-02-02"), DOWNLOAD_HELD_DAY);
    struct download_plan plan = {.spec = &spec, .holdings = &holdings, .freq = DOWNLOAD_AUTO};
    const struct download_item month = {.first_day = (int32_t)spec.first_day, .is_monthly = true};
    assert_int_equal(download_plan_stand_in(&plan, &month, day_of("2024-03-02"), days), 28);
    assert_int_equal(days[1].first_day, day_of("2024-02-03"));
    assert_int_equal(download_plan_stand_in(&plan, &month, day_of("2024-06-01"), days), 0);
    plan.freq = DOWNLOAD_MONTHLY;
    assert_int_equal(download_plan_stand_in(&plan, &month, day_of("2024-03-02"), days), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(daily_takes_each_day_of_the_range),
        cmocka_unit_test(monthly_takes_each_month_that_the_range_touches),
        cmocka_unit_test(auto_takes_full_months_by_months_and_the_rest_by_days),
        cmocka_unit_test(what_has_not_ended_is_not_asked_for),
        cmocka_unit_test(what_is_held_is_left_out_and_counted),
        cmocka_unit_test(rechecked_files_are_items_too),
        cmocka_unit_test(weeks_come_by_months_only),
        cmocka_unit_test(only_a_recent_month_has_days_that_stand_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
