#include "unit/unit.h"

#include "base/datetime.h"
#include "market/download/download_archive.h"

static struct download_archive archive_of(enum download_asset asset, const char *symbol, bool is_monthly)
{
    return (struct download_archive){.asset = asset,
                                     .symbol = str_from_c(symbol),
                                     .interval = INTERVAL_1MO,
                                     .is_monthly = is_monthly,
                                     .first_day = datetime_days_from_civil(2024, 2, 1)};
}

static void paths_are_those_of_binance(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, 65536);
    struct download_archive archive = archive_of(DOWNLOAD_SPOT, "BTCUSDT", true);
    assert_str_equal(download_archive_path(&archive, &arena),
                     STR("data/spot/monthly/klines/BTCUSDT/1mo/BTCUSDT-1mo-2024-02.zip"));
    archive = archive_of(DOWNLOAD_UM, "BTCUSDT_240329", false);
    archive.interval = INTERVAL_1M;
    assert_str_equal(download_archive_path(&archive, &arena),
                     STR("data/futures/um/daily/klines/BTCUSDT_240329/1m/BTCUSDT_240329-1m-2024-02-01.zip"));
}

static void urls_escape_what_they_cannot_have(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, 65536);
    const struct download_archive archive = archive_of(DOWNLOAD_CM, "币USD_PERP", true);
    const struct str expected = STR("https://a/data/futures/cm/monthly/klines/%E5%B8%81USD_PERP/1mo/"
                                    "%E5%B8%81USD_PERP-1mo-2024-02.zip");
    assert_str_equal(download_archive_url(&archive, STR("https://a"), &arena), expected);
    assert_str_equal(download_archive_url(&archive, STR("https://a/"), &arena), expected);
}

static void names_say_their_period(void **state)
{
    (void)state;
    bool is_monthly;
    int64_t day;
    assert_true(
        download_archive_period(STR("AUSDT-1d-2024-02.zip"), STR("AUSDT"), INTERVAL_1D, &is_monthly, &day));
    assert_true(is_monthly);
    assert_int_equal(day, datetime_days_from_civil(2024, 2, 1));
    assert_true(download_archive_period(STR("AUSDT-1d-2024-02-29.zip"), STR("AUSDT"), INTERVAL_1D,
                                        &is_monthly, &day));
    assert_false(is_monthly);
    assert_int_equal(day, datetime_days_from_civil(2024, 2, 29));
    static const char *const others[] = {"AUSDT-1h-2024-02.zip",    "BUSDT-1d-2024-02.zip",
                                         "AUSDT-1d-2024-02-30.zip", "AUSDT-1d.zip",
                                         "AUSDT-1d-2024-13.zip",    "AUSDT-1d-last.zip"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(
            download_archive_period(str_from_c(others[i]), STR("AUSDT"), INTERVAL_1D, &is_monthly, &day));
}

static void months_begin_and_end_by_the_calendar(void **state)
{
    (void)state;
    const int64_t leap = datetime_days_from_civil(2024, 2, 29),
                  december = datetime_days_from_civil(2024, 12, 31);
    assert_int_equal(download_month_first(leap), datetime_days_from_civil(2024, 2, 1));
    assert_int_equal(download_month_next(leap), datetime_days_from_civil(2024, 3, 1));
    assert_int_equal(download_month_next(december), datetime_days_from_civil(2025, 1, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_those_of_binance),
        cmocka_unit_test(urls_escape_what_they_cannot_have),
        cmocka_unit_test(names_say_their_period),
        cmocka_unit_test(months_begin_and_end_by_the_calendar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
