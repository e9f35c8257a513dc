// Parquet, made by DuckDB itself.
#include "unit/market/ingest/ingest_fixture.h"

#include "base/limits.h"
#include "market/duck_scratch.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

// Writes the answer of a query as Parquet and answers the path.
static const char *write_parquet(void **state, const char *name, const char *query)
{
    const char *path = path_in(state, name);
    const struct str file = str_from_c(path);
    const struct duck_scratch_options options = {
        .files = &file, .file_count = 1, .memory_limit_bytes = 256 * MIB};
    DUCK_SCRATCH_SCOPE scratch = {0};
    struct error error = {0};
    char sql[4096];
    assert_ok(duck_scratch_open(&options, &scratch, &error));
    (void)snprintf(sql, sizeof sql, "COPY (%s) TO '%s' (FORMAT parquet, USE_TMP_FILE false)", query, path);
    if (duck_execute(scratch.connection, sql, &error) != STATUS_OK) fail_msg("%s", error.message);
    return path;
}

#define ROWS(time)                                                                                           \
    "SELECT " time " AS open_time, 1.5 + i AS open, 3.5 + i AS high, 0.5 + i AS low, 2.5 + i AS close, "     \
    "10 + i AS volume FROM range(3) t(i)"

static void times_of_every_type_are_read(void **state)
{
    static const char *const queries[] = {
        ROWS("make_timestamp((1704067200 + i * 86400) * 1000000)"),
        ROWS("CAST(make_timestamp((1704067200 + i * 86400) * 1000000) AS TIMESTAMP_NS)"),
        ROWS("CAST(make_timestamp((1704067200 + i * 86400) * 1000000) AS TIMESTAMPTZ)"),
        ROWS("CAST(make_timestamp((1704067200 + i * 86400) * 1000000) AS DATE)"),
        ROWS("1704067200 + i * 86400"),
        ROWS("(1704067200 + i * 86400) * 1000"),
        ROWS("CAST((1704067200 + i * 86400) * 1000 AS DOUBLE)"),
        ROWS("CAST(make_timestamp((1704067200 + i * 86400) * 1000000) AS VARCHAR)"),
    };
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        INGEST_FILE_SCOPE file = {0};
        struct error error = {0};
        const char *path = write_parquet(state, "XUSDT-1d.parquet", queries[i]);
        if (read_strict(path, &file, &error) != STATUS_OK) fail_msg("%s: %s", queries[i], error.message);
        assert_int_equal(file.rows.count, 3);
        assert_int_equal(file.rows.rows[2].open_time_us, (1704067200 + 2 * 86400) * INT64_C(1000000));
        assert_true(file.rows.rows[2].close == 4.5);
    }
}

static void all_columns_are_found_by_name(void **state)
{
    INGEST_FILE_SCOPE file = {0};
    const char *path = write_parquet(
        state, "XUSDT-1d.parquet",
        "SELECT 9 AS \"a \"\"b\", 'XUSDT' AS symbol, 8.5 AS taker_buy_quote_asset_volume, 4.25::DECIMAL(9,2) AS "
        "\"Taker buy base asset volume\", 77::INTEGER AS count, 20.5::FLOAT AS quote_volume, 10::UTINYINT AS volume, "
        "2.5 AS close, 0.5 AS low, 3.5 AS high, 1.5 AS open, 1704153599999 AS close_time, 1704067200000 AS open_time");
    assert_ok(read_strict(path, &file, NULL));
    const struct candle_row *row = &file.rows.rows[0];
    assert_int_equal(row->close_time_us, 1704153599999000);
    assert_true(row->quote_volume == 20.5 && row->taker_buy_base == 4.25 && row->taker_buy_quote == 8.5);
    assert_int_equal(row->trades, 77);
    assert_true(row->open == 1.5 && row->high == 3.5 && row->low == 0.5 && row->close == 2.5 &&
                row->volume == 10);
    assert_int_equal(file.report.notice_count, 0);
}

static void bad_rows_are_named_by_their_number(void **state)
{
    static const char *const values[] = {"'nan'::DOUBLE", "'inf'::DOUBLE", "NULL", "0.0", "-1.0"};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char query[1024];
        (void)snprintf(
            query, sizeof query,
            "SELECT (1704067200 + i * 86400) AS time, CASE WHEN i = 1 THEN %s ELSE 1.5 END AS open, 3 AS "
            "high, 1 AS low, 2 AS close, 5 AS volume FROM range(3) t(i)",
            values[i]);
        const char *path = write_parquet(state, "XUSDT-1d.parquet", query);
        INGEST_FILE_SCOPE strict = {0};
        assert_int_equal(read_strict(path, &strict, NULL), STATUS_INVALID);
        assert_int_equal(strict.report.failed_line, 2);
        INGEST_FILE_SCOPE skipping = {0};
        assert_ok(read_skipping(path, &skipping, NULL));
        assert_int_equal(skipping.rows.count, 2);
        assert_int_equal(skipping.report.left_out[0].line, 2);
    }
}

static void what_is_no_parquet_is_refused(void **state)
{
    INGEST_FILE_SCOPE file = {0};
    assert_int_equal(read_strict(write_text(state, "XUSDT-1d.parquet", STR("PAR1 but no more")), &file, NULL),
                     STATUS_MALFORMED);
    assert_int_equal(read_strict(write_text(state, "XUSDT-1d.parquet", STR("")), &file, NULL),
                     STATUS_MALFORMED);
    const char *path = write_parquet(state, "XUSDT-1d.parquet", "SELECT 1 AS open_time");
    struct error error = {0};
    assert_int_equal(read_strict(path, &file, &error), STATUS_INVALID);
    assert_non_null(strstr(error.message, "\"open\""));
}

static void a_path_is_no_pattern(void **state)
{
    INGEST_FILE_SCOPE file = {0};
    (void)write_parquet(state, "AUSDT-1d.parquet", ROWS("1704067200 + i * 86400"));
    assert_int_equal(read_strict(write_text(state, "*USDT-1d.parquet", STR("x")), &file, NULL),
                     STATUS_INVALID);
}

static void sql_reaches_no_other_file(void **state)
{
    const char *other = write_parquet(state, "other.parquet", "SELECT 1 AS x");
    char sql[1024];
    (void)snprintf(sql, sizeof sql, "SELECT * FROM read_parquet('%s')", other);
    const struct str file = STR("/nowhere/named.parquet");
    const struct duck_scratch_options options = {
        .files = &file, .file_count = 1, .memory_limit_bytes = 256 * MIB};
    DUCK_SCRATCH_SCOPE scratch = {0};
    struct error error = {0};
    assert_ok(duck_scratch_open(&options, &scratch, &error));
    assert_int_not_equal(duck_execute(scratch.connection, sql, &error), STATUS_OK);
    assert_int_not_equal(duck_execute(scratch.connection, "SET enable_external_access = true", &error),
                         STATUS_OK);
    assert_int_not_equal(duck_execute(scratch.connection, "ATTACH '/tmp/other.db'", &error), STATUS_OK);
    assert_int_not_equal(duck_execute(scratch.connection, "COPY (SELECT 1) TO '/tmp/evil.csv'", &error),
                         STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(times_of_every_type_are_read, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(all_columns_are_found_by_name, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(bad_rows_are_named_by_their_number, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(what_is_no_parquet_is_refused, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(a_path_is_no_pattern, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(sql_reaches_no_other_file, folder_setup, folder_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
