// Series as files: order, absent values, tables of other tools, and what is left when it is stopped.
#include "unit/market/market_fixture.h"

#include "market/export/export_file.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HEADER                                                                                               \
    "open_time,open,high,low,close,volume,close_time,quote_volume,trades,taker_buy_base,taker_buy_quote\n"

struct place {
    char database[PATH_MAX], file[PATH_MAX];
};

static struct place place_in(void **state, const char *sql)
{
    struct place place;
    (void)snprintf(place.database, PATH_MAX, "%s", path_in(state, "file.db"));
    (void)snprintf(place.file, PATH_MAX, "%s", path_in(state, "BTCUSDT-1d.csv"));
    database_write(place.database, sql);
    return place;
}

static struct export_request everything(void)
{
    return (struct export_request){.symbol = STR("BTCUSDT"),
                                   .interval = INTERVAL_1D,
                                   .from_us = EXPORT_FIRST_US,
                                   .until_us = EXPORT_END_US};
}

static enum status export_in(const struct place *place, const struct export_request *request,
                             struct error *error)
{
    EXPORT_WRITER_SCOPE writer = {0};
    int64_t row_count;
    const struct export_target target = {.path = place->file, .format = EXPORT_CSV};
    TRY(export_writer_open(str_from_c(place->database), place->file, &writer, error));
    return export_to_file(&writer, request, &target, &row_count, error);
}

static void assert_exported(const struct place *place, const char *expected)
{
    char text[4096] = "";
    const struct export_request request = everything();
    struct error error = {0};
    if (export_in(place, &request, &error) != STATUS_OK) fail_msg("%s", error.message);
    const int fd = open(place->file, O_RDONLY | O_CLOEXEC);
    assert_true(read(fd, text, sizeof text - 1) >= 0);
    (void)close(fd);
    assert_string_equal(text, expected);
}

static void rows_that_lie_in_any_order_come_out_ascending(void **state)
{
    const struct place place = place_in(
        state, CANDLES_TABLE
        "INSERT INTO binance_candles BY NAME SELECT 'BTCUSDT' AS symbol, '1d' AS \"interval\", "
        "make_timestamp(d * 86400000000) AS open_time, d AS open, d AS high, d AS low, d AS close, 0 AS volume "
        "FROM (VALUES (20002), (20000), (20001)) v(d);" CANDLES("ETHUSDT", "1d", 0, 86400, 3, 9)
            CANDLES("BTCUSDT", "1h", 0, 3600, 3, 9));
    assert_exported(&place, HEADER "1728000000000000,20000,20000,20000,20000,0,,,,,\n"
                                   "1728086400000000,20001,20001,20001,20001,0,,,,,\n"
                                   "1728172800000000,20002,20002,20002,20002,0,,,,,\n");
}

static void numbers_are_exact_and_what_is_absent_stays_absent(void **state)
{
    const struct place place =
        place_in(state, CANDLES_TABLE
                 "INSERT INTO binance_candles VALUES ('BTCUSDT', '1d', '2024-01-01', 0.1::DOUBLE + "
                 "0.2::DOUBLE, 5e-324, 1.5e300, 0.00000001, 12345678.12345678, '2024-01-01 "
                 "23:59:59.999999', NULL, 7, 0.5, NULL)");
    assert_exported(&place, HEADER "1704067200000000,0.30000000000000004,5e-324,1.5e300,1e-8,"
                                   "12345678.12345678,1704153599999999,,7,0.5,\n");
}

static void a_table_of_another_tool_is_written_as_an_import_would_take_it_over(void **state)
{
    const struct place place = place_in(
        state,
        "CREATE TABLE binance_candles AS SELECT * FROM (VALUES ('btcusdt', 1704153600000::BIGINT, 2, 2, "
        "2, 2, 3, 40), ('btcusdt', 1704067200, 1, 1, 1, 1, 2, 30)) "
        "v(symbol, time, open, high, low, close, volume, count)");
    assert_exported(&place, HEADER "1704067200000000,1,1,1,1,2,,,30,,\n1704153600000000,2,2,2,2,3,,,40,,\n");
}

static void what_is_stopped_leaves_nothing(void **state)
{
    const struct place place = place_in(state, CANDLES_TABLE CANDLES("BTCUSDT", "1d", 0, 86400, 9000, 3));
    const atomic_bool is_cancelled = true;
    struct export_request request = everything();
    struct error error = {0};
    request.is_cancelled = &is_cancelled;
    assert_int_equal(export_in(&place, &request, &error), STATUS_CANCELLED);
    assert_int_equal(access(place.file, F_OK), -1); // folder_teardown fails where the hidden folder is left
}

static void stop_at_first_rows(void *context, int64_t row_count)
{
    atomic_bool *is_cancelled = context;
    if (row_count > 0) atomic_store(is_cancelled, true);
}

static void what_is_stopped_in_the_middle_leaves_nothing(void **state)
{
    const struct place place = place_in(state, CANDLES_TABLE CANDLES("BTCUSDT", "1d", 0, 86400, 9000, 3));
    atomic_bool is_cancelled = false;
    struct export_request request = everything();
    struct error error = {0};
    request.is_cancelled = &is_cancelled;
    request.on_rows = stop_at_first_rows;
    request.context = &is_cancelled;
    assert_int_equal(export_in(&place, &request, &error), STATUS_CANCELLED);
    assert_int_equal(access(place.file, F_OK), -1);
}

static void a_name_that_is_taken_stays_what_it_is(void **state)
{
    const struct place place = place_in(state, CANDLES_TABLE CANDLES("BTCUSDT", "1d", 0, 86400, 3, 3));
    const struct export_request request = everything();
    struct error error = {0};
    assert_int_equal(export_in(&place, &request, &error), STATUS_OK);
    assert_int_equal(export_in(&place, &request, &error), STATUS_CONFLICT);
}

static void an_import_that_has_the_file_is_waited_for(void **state)
{
    const struct place place = place_in(state, CANDLES_TABLE CANDLES("BTCUSDT", "1d", 0, 86400, 3, 3));
    const atomic_bool is_cancelled = true; // waiting, too, can be stopped
    struct export_request request = everything();
    struct error error = {0};
    request.is_cancelled = &is_cancelled;
    struct importer importer = importer_hold(place.database);
    assert_int_equal(export_in(&place, &request, &error), STATUS_CANCELLED);
    importer_release(&importer);
    request.is_cancelled = NULL;
    assert_int_equal(export_in(&place, &request, &error), STATUS_OK);
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(int argc, char **argv)
{
    if (is_importer(argc, argv)) return 0;
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(rows_that_lie_in_any_order_come_out_ascending),
        IN_A_FOLDER(numbers_are_exact_and_what_is_absent_stays_absent),
        IN_A_FOLDER(a_table_of_another_tool_is_written_as_an_import_would_take_it_over),
        IN_A_FOLDER(what_is_stopped_leaves_nothing),
        IN_A_FOLDER(what_is_stopped_in_the_middle_leaves_nothing),
        IN_A_FOLDER(a_name_that_is_taken_stays_what_it_is),
        IN_A_FOLDER(an_import_that_has_the_file_is_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
