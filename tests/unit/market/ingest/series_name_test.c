#include "unit/unit.h"

#include "market/ingest/series_name.h"

#include <stdio.h>

// "SYMBOL interval" of a path, "" where it is refused.
static const char *resolve(const char *path, const char *member, const char *symbol, const char *interval)
{
    static char text[64];
    struct series_choice choice = {.symbol = str_from_c(symbol)};
    if (interval) choice.has_interval = interval_parse(str_from_c(interval), &choice.interval);
    struct series_name name;
    struct error error = {0};
    if (series_name_resolve(str_from_c(path), str_from_c(member), &choice, &name, &error) != STATUS_OK)
        return "";
    (void)snprintf(text, sizeof text, "%s %s", name.symbol, interval_name(name.interval));
    return text;
}

static void binance_names_say_symbol_and_interval(void **state)
{
    (void)state;
    assert_string_equal(resolve("a/BTCUSDT-1d-2024-01.zip", NULL, NULL, NULL), "BTCUSDT 1d");
    assert_string_equal(resolve("BTCUSDT-1h-2025-03-05.csv", NULL, NULL, NULL), "BTCUSDT 1h");
    assert_string_equal(resolve("BTCUSDT-1M-2024-01.csv", NULL, NULL, NULL), "BTCUSDT 1mo");
    assert_string_equal(resolve("BTCUSDT-1m-2024-01.csv.gz", NULL, NULL, NULL), "BTCUSDT 1m");
    assert_string_equal(resolve("btcusdt-4h.parquet", NULL, NULL, NULL), "BTCUSDT 4h");
    assert_string_equal(resolve("币安人生USDT-1d-um.csv", NULL, NULL, NULL), "币安人生USDT 1d");
    assert_string_equal(resolve("BTC-USD-1d-x.csv", NULL, NULL, NULL), "BTC-USD 1d");
    assert_string_equal(resolve("BTCUSDT_240329-1d-2024-01.CSV", NULL, NULL, NULL), "BTCUSDT_240329 1d");
}

static void folders_say_it_where_the_name_does_not(void **state)
{
    (void)state;
    assert_string_equal(resolve("spot/klines/ETHUSDT/1h/2024-01.csv", NULL, NULL, NULL), "ETHUSDT 1h");
    assert_string_equal(resolve("ETHUSDT/1h/x.zip", NULL, NULL, NULL), "ETHUSDT 1h");
    assert_string_equal(resolve("1h/x.zip", NULL, NULL, NULL), "");
}

static void the_stem_is_the_symbol_where_the_interval_is_given(void **state)
{
    (void)state;
    assert_string_equal(resolve("raw/BTCUSDT.csv.gz", NULL, NULL, "1d"), "BTCUSDT 1d");
    assert_string_equal(resolve("raw/BTCUSDT.csv.gz", NULL, NULL, NULL), "");
    assert_string_equal(resolve("raw/BTCUSDT.csv.gz", NULL, "ETHUSDT", NULL), "");
    assert_string_equal(resolve("raw/what ever.csv", NULL, "ethusdt", "1d"), "ETHUSDT 1d");
    assert_string_equal(resolve("raw/what ever.csv", NULL, NULL, "1d"), "");
}

static void the_users_word_counts_but_may_not_contradict_the_interval(void **state)
{
    (void)state;
    assert_string_equal(resolve("BTCUSDT-1d-2024-01.zip", NULL, "XYZ", NULL), "XYZ 1d");
    assert_string_equal(resolve("BTCUSDT-1d-2024-01.zip", NULL, NULL, "1d"), "BTCUSDT 1d");
    assert_string_equal(resolve("BTCUSDT-1d-2024-01.zip", NULL, NULL, "1h"), "");
}

static void a_member_may_not_contradict_its_archive(void **state)
{
    (void)state;
    assert_string_equal(resolve("BTCUSDT-1d-2024-01.zip", "BTCUSDT-1d-2024-01.csv", NULL, NULL),
                        "BTCUSDT 1d");
    assert_string_equal(resolve("BTCUSDT-1d-2024-01.zip", "data.csv", NULL, NULL), "BTCUSDT 1d");
    assert_string_equal(resolve("BTCUSDT-1d-2024-01.zip", "ETHUSDT-1d-2024-01.csv", NULL, NULL), "");
    assert_string_equal(resolve("BTCUSDT-1d-2024-01.zip", "BTCUSDT-1h-2024-01.csv", NULL, NULL), "");
    assert_string_equal(resolve("download.zip", "ETHUSDT-1d-2024-01.csv", NULL, NULL), "ETHUSDT 1d");
}

static void symbols_are_what_can_be_asked_for(void **state)
{
    (void)state;
    char symbol[LIMIT_SYMBOL_BYTES + 1];
    assert_true(symbol_copy(STR("btcUsdt"), symbol));
    assert_string_equal(symbol, "BTCUSDT");
    assert_true(symbol_copy(STR("12345678901234567890123456789012"), symbol));
    assert_false(symbol_copy(STR("123456789012345678901234567890123"), symbol));
    static const char *const refused[] = {"",     "A/B",  "A B", "A:B", "A'B",
                                          "A\"B", "A\nB", "A,B", "A*B", "\xff\xff"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (symbol_copy(str_from_c(refused[i]), symbol)) fail_msg("\"%s\" is taken for a symbol", refused[i]);
}

static void kinds_are_told_by_the_end_of_the_name(void **state)
{
    (void)state;
    assert_int_equal(ingest_kind(STR("a.csv")), INGEST_CSV);
    assert_int_equal(ingest_kind(STR("a.CSV.GZ")), INGEST_GZIP);
    assert_int_equal(ingest_kind(STR("a.zip")), INGEST_ZIP);
    assert_int_equal(ingest_kind(STR("a.parquet")), INGEST_PARQUET);
    assert_int_equal(ingest_kind(STR("a.zip.CHECKSUM")), INGEST_OTHER);
    assert_int_equal(ingest_kind(STR("a.gz")), INGEST_OTHER);
    assert_int_equal(ingest_kind(STR(".csv")), INGEST_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(binance_names_say_symbol_and_interval),
        cmocka_unit_test(folders_say_it_where_the_name_does_not),
        cmocka_unit_test(the_stem_is_the_symbol_where_the_interval_is_given),
        cmocka_unit_test(the_users_word_counts_but_may_not_contradict_the_interval),
        cmocka_unit_test(a_member_may_not_contradict_its_archive),
        cmocka_unit_test(symbols_are_what_can_be_asked_for),
        cmocka_unit_test(kinds_are_told_by_the_end_of_the_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
