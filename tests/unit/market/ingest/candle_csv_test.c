// CSV as exchanges, pandas and people write it.
#include "unit/unit.h"

#include "base/buf.h"
#include "base/limits.h"
#include "market/ingest/candle_csv.h"

#include <math.h>
#include <string.h>

struct reading {
    struct row_list rows;
    struct ingest_report report;
    struct error error;
    enum status status;
};

static struct reading reading;

static void read_with(const char *text, const char *columns, bool skips_bad_rows)
{
    static const struct series_name series = {.symbol = "BTCUSDT", .interval = INTERVAL_1D};
    struct candle_layout layout;
    struct error error = {0};
    if (columns) assert_ok(candle_layout_from_text(str_from_c(columns), &layout, &error));
    const struct candle_csv_rules rules = {
        .series = &series, .layout = columns ? &layout : NULL, .skips_bad_rows = skips_bad_rows};
    BYTE_SOURCE_SCOPE source;
    byte_source_open_memory(&source, str_from_c(text));
    row_list_done(&reading.rows);
    reading = (struct reading){0};
    reading.status = candle_csv_read(&source, &rules, &reading.rows, &reading.report, &reading.error);
}

static const struct candle_row *read_rows(const char *text, size_t count)
{
    read_with(text, NULL, false);
    if (reading.status != STATUS_OK) fail_msg("%s", reading.error.message);
    assert_int_equal(reading.rows.count, count);
    return reading.rows.rows;
}

static void assert_refused(const char *text, int64_t line, const char *part)
{
    read_with(text, NULL, false);
    if (reading.status == STATUS_OK) fail_msg("accepted: %s", text);
    if (!strstr(reading.error.message, part)) fail_msg("it says: %s", reading.error.message);
    assert_int_equal(reading.report.failed_line, line);
}

static int done(void **state)
{
    (void)state;
    row_list_done(&reading.rows);
    return 0;
}

static void twelve_columns_without_header_are_binances(void **state)
{
    (void)state;
    const struct candle_row *row =
        read_rows("1704067200000,1.5,3.5,0.5,2.5,10.25,1704153599999,20.5,77,4.25,8.5,0\n", 1);
    assert_int_equal(row->open_time_us, 1704067200000000);
    assert_int_equal(row->close_time_us, 1704153599999000);
    assert_true(row->open == 1.5 && row->high == 3.5 && row->low == 0.5 && row->close == 2.5);
    assert_true(row->volume == 10.25 && row->quote_volume == 20.5);
    assert_int_equal(row->trades, 77);
    assert_true(row->taker_buy_base == 4.25 && row->taker_buy_quote == 8.5);
    assert_int_equal(reading.report.notice_count, 0);
}

static void values_that_a_file_does_not_have_are_absent(void **state)
{
    (void)state;
    const struct candle_row *row = read_rows("1704067200,1,3,1,2,10\n", 1);
    assert_int_equal(row->close_time_us, CANDLE_NO_TIME);
    assert_true(isnan(row->quote_volume) && isnan(row->taker_buy_base) && isnan(row->taker_buy_quote));
    assert_int_equal(row->trades, CANDLE_NO_COUNT);
    assert_int_equal(reading.report.notice_count, 1);
}

static void known_headers_are_understood(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,"
        "ignore",
        "open_time,open,high,low,close,volume,close_time,quote_asset_volume,number_of_trades,"
        "taker_buy_base_asset_volume,taker_buy_quote_asset_volume,ignore",
        "Open time,Open,High,Low,Close,Volume,Close time,Quote asset volume,Number of trades,"
        "Taker buy base asset volume,Taker buy quote asset volume,Ignore",
        "\"timestamp\",\"open\",\"high\",\"low\",\"close\",\"volume\",\"close_time\",\"quote_volume\",\"trades\","
        "\"taker_buy_base\",\"taker_buy_quote\",\"x\"",
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        BUF_SCOPE(text, MIB);
        buf_append_format(&text, "%s\n1704067200000,1,3,1,2,10,1704153599999,20,77,4,8,0\n", headers[i]);
        buf_append_char(&text, '\0');
        const struct candle_row *row = read_rows(text.data, 1);
        assert_true(row->quote_volume == 20 && row->taker_buy_base == 4 && row->taker_buy_quote == 8);
        assert_int_equal(row->trades, 77);
        assert_int_equal(row->line, 2);
        assert_int_equal(reading.report.notice_count, 0);
    }
}

static void columns_are_found_wherever_they_stand(void **state)
{
    (void)state;
    const struct candle_row *row = read_rows(",close,low,date,x,high,open,volume,timestamp,timestamp\n"
                                             "0,2,1,never,,3,1.5,10,2024-01-01 00:00:00+00:00,\n",
                                             1);
    assert_int_equal(row->open_time_us, 1704067200000000);
    assert_true(row->open == 1.5 && row->high == 3 && row->low == 1 && row->close == 2 && row->volume == 10);
}

static void a_header_without_a_needed_column_is_refused(void **state)
{
    (void)state;
    assert_refused("time,open,high,low,close\n1704067200,1,3,1,2\n", 1, "\"volume\"");
    assert_refused("a,b,c\n1,2,3\n", 1, "expected 12, 11 or 6");
}

static void columns_may_be_named_by_the_user(void **state)
{
    (void)state;
    read_with("1704067200000,1,2,3,0.5,10\n", "time,open,close,high,low,volume", false);
    assert_ok(reading.status);
    assert_true(reading.rows.rows[0].close == 2 && reading.rows.rows[0].high == 3 &&
                reading.rows.rows[0].low == 0.5);
    read_with("a,b,c,d,e,f,g\n0,1704067200000,1,2,3,0.5,10\n", "-,time,open,close,high,low,volume", false);
    assert_ok(reading.status);
    assert_int_equal(reading.rows.count, 1);
    struct candle_layout layout;
    assert_int_equal(candle_layout_from_text(STR("time,open,high,low,close"), &layout, NULL), STATUS_INVALID);
    assert_int_equal(candle_layout_from_text(STR("time,open,high,low,close,volume,what"), &layout, NULL),
                     STATUS_INVALID);
    assert_int_equal(candle_layout_from_text(STR(""), &layout, NULL), STATUS_INVALID);
}

static void empty_optional_fields_are_absent_and_others_refused(void **state)
{
    (void)state;
    const struct candle_row *row =
        read_rows("open_time,open,high,low,close,volume,trades,quote_volume\n1704067200,1,3,1,2,10,,\n", 1);
    assert_int_equal(row->trades, CANDLE_NO_COUNT);
    assert_true(isnan(row->quote_volume));
    assert_refused("1704067200,1,3,1,2,\n", 1, "volume \"\" is not a number");
    assert_refused(",1,3,1,2,5\n1704067200,1,3,1,2,5\n", 1, "open time \"\" is not a time");
}

static void every_rule_refuses_its_row(void **state)
{
    (void)state;
    static const struct {
        const char *row, *part;
    } bad[] = {
        {"1704067200,1,3,1,2", "5 of 6 columns"},
        {"1704067200,1,3,1,2,3,4", "7 of 6 columns"},
        {"1704067201,1,3,1,2,3", "not on the grid of 1d"},
        {"315532800,1,3,1,2,3", "between 1990 and 2100"},
        {"4102444800,1,3,1,2,3", "between 1990 and 2100"},
        {"20240101,1,3,1,2,3", "between 1990 and 2100"},
        {"1704067200,0,3,0,2,3", "open 0 is not above 0"},
        {"1704067200,1,3,-1,2,3", "low -1 is not above 0"},
        {"1704067200,1,0.5,1,1,3", "high 0.5 is below the low"},
        {"1704067200,4,3,1,2,3", "open 4 is not between low and high"},
        {"1704067200,2,3,1,0.5,3", "close 0.5 is not between low and high"},
        {"1704067200,1,3,1,2,-1", "volume -1 is negative"},
        {"1704067200,1,3,1,2,1e999", "volume \"1e999\" is not a number"},
        {"\"1704067200,1,3,1,2,3", "a quote"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        BUF_SCOPE(text, MIB);
        buf_append_format(&text, "1703980800,1,3,1,2,3\n%s\n1704153600,1,3,1,2,3\n", bad[i].row);
        buf_append_char(&text, '\0');
        assert_refused(text.data, 2, bad[i].part);
        read_with(text.data, NULL, true);
        assert_ok(reading.status);
        assert_int_equal(reading.rows.count, 2);
        assert_int_equal(reading.report.left_out_count, 1);
        assert_int_equal(reading.report.left_out[0].line, 2);
        assert_non_null(strstr(reading.report.left_out[0].text, bad[i].part));
    }
}

static void the_other_amounts_may_not_be_negative(void **state)
{
    (void)state;
    assert_refused("1704067200,1,3,1,2,10,1704153599999,-20,77,4,8,0\n", 1, "quote volume -20 is negative");
    assert_refused("1704067200,1,3,1,2,10,1704153599999,20,-7,4,8,0\n", 1, "trades \"-7\" is not a count");
    assert_refused("1704067200,1,3,1,2,10,1704153599999,20,7,-4,8,0\n", 1, "taker buy volume -4 is negative");
    assert_refused("1704067200,1,3,1,2,10,1704153599999,20,7,4,-8,0\n", 1,
                   "taker buy quote volume -8 is negative");
}

static void a_close_time_may_be_cut_but_not_leave_its_bar(void **state)
{
    (void)state;
    (void)read_rows("1704067200000,1,3,1,2,10,1704067200000,20,77,4,8,0\n", 1);
    (void)read_rows("1704067200000,1,3,1,2,10,1704153600000,20,77,4,8,0\n", 1);
    assert_refused("1704067200000,1,3,1,2,10,1704067199999,20,77,4,8,0\n", 1, "before it opens");
    assert_refused("1704067200000,1,3,1,2,10,1704153600001,20,77,4,8,0\n", 1, "after the end of its bar");
}

static void rows_are_put_in_order_and_repeats_are_told(void **state)
{
    (void)state;
    const struct candle_row *rows =
        read_rows("1704153600,1,3,1,2,5\n1704067200,1,3,1,2,4\n1704153600,1,3,1,2,5\n"
                  "1704067200,1,3,1,2,6\n1703980800,1,3,1,2,3\n",
                  3);
    assert_int_equal(rows[0].open_time_us, 1703980800000000);
    assert_true(rows[1].volume == 6);
    assert_int_equal(rows[1].line, 4);
    assert_int_equal(rows[2].open_time_us, 1704153600000000);
    assert_int_equal(reading.report.notice_count, 3); // no close time and so on, repeated, conflicting
    assert_non_null(strstr(reading.report.notices[0].text, "again: 1"));
    assert_non_null(strstr(reading.report.notices[1].text, "other values: 1"));
    assert_int_equal(reading.report.notices[1].line, 4);
}

static void a_symbol_column_must_say_the_series(void **state)
{
    (void)state;
    (void)read_rows("date,symbol,open,high,low,close,volume\n2024-01-01,BTC/USDT,1,3,1,2,5\n"
                    "2024-01-02,btcusdt,1,3,1,2,5\n",
                    2);
    assert_refused("date,symbol,open,high,low,close,volume\n2024-01-01,BTCUSDT,1,3,1,2,5\n"
                   "2024-01-02,ETHUSDT,1,3,1,2,5\n",
                   3, "symbol \"ETHUSDT\" is not BTCUSDT");
}

static void most_rows_off_the_grid_are_another_interval_whatever_is_skipped(void **state)
{
    (void)state;
    read_with("1704067200,1,3,1,2,5\n1704070800,1,3,1,2,5\n1704074400,1,3,1,2,5\n", NULL, true);
    assert_int_equal(reading.status, STATUS_INVALID);
    assert_non_null(strstr(reading.error.message, "another interval"));
}

static void left_out_rows_are_counted_beyond_the_list(void **state)
{
    (void)state;
    BUF_SCOPE(text, MIB);
    buf_append_str(&text, STR("1704067200,1,3,1,2,5\n"));
    for (int i = 0; i < 100; i++)
        buf_append_str(&text, STR("1704067200,1,3,1\n"));
    buf_append_char(&text, '\0');
    read_with(text.data, NULL, true);
    assert_ok(reading.status);
    assert_int_equal(reading.report.left_out_count, 100);
    assert_int_equal(reading.report.left_out[INGEST_LEFT_OUT_MAX - 1].line, INGEST_LEFT_OUT_MAX + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twelve_columns_without_header_are_binances),
        cmocka_unit_test(values_that_a_file_does_not_have_are_absent),
        cmocka_unit_test(known_headers_are_understood),
        cmocka_unit_test(columns_are_found_wherever_they_stand),
        cmocka_unit_test(a_header_without_a_needed_column_is_refused),
        cmocka_unit_test(columns_may_be_named_by_the_user),
        cmocka_unit_test(empty_optional_fields_are_absent_and_others_refused),
        cmocka_unit_test(every_rule_refuses_its_row),
        cmocka_unit_test(the_other_amounts_may_not_be_negative),
        cmocka_unit_test(a_close_time_may_be_cut_but_not_leave_its_bar),
        cmocka_unit_test(rows_are_put_in_order_and_repeats_are_told),
        cmocka_unit_test(a_symbol_column_must_say_the_series),
        cmocka_unit_test(most_rows_off_the_grid_are_another_interval_whatever_is_skipped),
        cmocka_unit_test(left_out_rows_are_counted_beyond_the_list),
    };
    return cmocka_run_group_tests(tests, NULL, done);
}
