// What the store promises: whole transactions, no candle twice, old values kept, order, one writer, readers
// between.
#include "unit/market/ingest/candle_fixture.h"

#include "base/limits.h"
#include "market/candle_store.h"
#include "market/duck.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROWS_MAX = 20000 };

static void a_new_file_holds_what_was_stored(void **state)
{
    struct candle_row rows[3];
    fill_days(rows, 0, 3);
    rows[1].close_time_us = CANDLE_NO_TIME;
    rows[1].trades = CANDLE_NO_COUNT;
    rows[1].quote_volume = rows[1].taker_buy_base = rows[1].taker_buy_quote = (double)NAN;
    const struct candle_write_result result = store_alone(state, write_of("XUSDT", rows, 3));
    assert_int_equal(result.added, 3);
    assert_int_equal(result.unchanged + result.revised, 0);
    assert_int_equal(
        number(state, "SELECT count(*) FROM binance_candles WHERE symbol = 'XUSDT' AND \"interval\" = '1d' "
                      "AND high = open + 2 AND low = open - 1 AND close = open + 1 AND volume = 10"),
        3);
    assert_int_equal(
        number(state, "SELECT count(*) FROM binance_candles WHERE trades = 77 AND quote_volume = 1000.25 "
                      "AND taker_buy_base = 5 AND taker_buy_quote = 500.125"),
        2);
    assert_int_equal(
        number(state, "SELECT count(*) FROM binance_candles WHERE trades IS NULL AND quote_volume IS NULL "
                      "AND taker_buy_base IS NULL AND taker_buy_quote IS NULL AND open_time = "
                      "'2024-01-02' AND close_time = '2024-01-02 23:59:59.999'"),
        1);
    assert_int_equal(
        number(state, "SELECT count(*) FROM candle_sources WHERE file_name = 'file.csv' AND sha256 = '5d83' "
                      "AND \"rows\" = 3 AND revision = 1 AND epoch_us(imported_at) = 1700000000"),
        1);
}

static void storing_the_same_again_changes_nothing(void **state)
{
    struct candle_row rows[5];
    struct stat before, after;
    fill_days(rows, 0, 5);
    (void)store_alone(state, write_of("XUSDT", rows, 5));
    assert_int_equal(stat(path_in(state, "file.db"), &before), 0);
    const struct candle_write_result result = store_alone(state, write_of("XUSDT", rows, 5));
    assert_int_equal(stat(path_in(state, "file.db"), &after), 0);
    assert_int_equal(result.added + result.revised, 0);
    assert_int_equal(result.unchanged, 5);
    assert_int_equal(number(state, "SELECT count(*) FROM binance_candles"), 5);
    assert_int_equal(number(state, "SELECT count(*) FROM candle_sources"), 1);
    assert_int_equal(number(state, "SELECT count(*) FROM candle_revisions"), 0);
    assert_int_equal(before.st_size, after.st_size);
}

static void other_values_win_and_the_old_ones_are_kept(void **state)
{
    struct candle_row rows[5];
    fill_days(rows, 0, 5);
    (void)store_alone(state, write_of("XUSDT", rows, 5));
    rows[3].volume = 11;
    rows[4].trades = 78;
    const struct candle_write_result result = store_alone(state, write_of("XUSDT", rows, 5));
    assert_int_equal(result.revised, 2);
    assert_int_equal(result.unchanged, 3);
    assert_int_equal(number(state, "SELECT count(*) FROM binance_candles"), 5);
    assert_int_equal(number(state, "SELECT count(*) FROM binance_candles WHERE volume = 11 OR trades = 78"),
                     2);
    assert_int_equal(
        number(state, "SELECT count(*) FROM candle_revisions WHERE volume = 10 AND trades = 77 AND "
                      "revision = 2 AND open_time >= '2024-01-04' AND epoch_us(replaced_at) = 1700000000"),
        2);
    assert_int_equal(number(state, "SELECT revised FROM candle_sources WHERE revision = 2"), 2);
    assert_int_equal(number(state, COUNT_UNSORTED), 0);
}

static void values_that_a_file_does_not_have_stay_as_they_are(void **state)
{
    struct candle_row rows[2];
    fill_days(rows, 0, 2);
    rows[0].close_time_us = FIRST_US + 7000;
    (void)store_alone(state, write_of("XUSDT", rows, 2));
    for (size_t i = 0; i < 2; i++) {
        rows[i].close_time_us = CANDLE_NO_TIME;
        rows[i].trades = CANDLE_NO_COUNT;
        rows[i].quote_volume = rows[i].taker_buy_base = rows[i].taker_buy_quote = (double)NAN;
    }
    assert_int_equal(store_alone(state, write_of("XUSDT", rows, 2)).unchanged, 2);
    rows[0].volume = 12;
    assert_int_equal(store_alone(state, write_of("XUSDT", rows, 2)).revised, 1);
    assert_int_equal(number(state,
                            "SELECT count(*) FROM binance_candles WHERE volume = 12 AND trades = 77 AND "
                            "quote_volume = 1000.25 AND taker_buy_base = 5 AND taker_buy_quote = 500.125 AND "
                            "epoch_us(close_time) = 1704067200007000"),
                     1);
}

static void spellings_of_one_value_are_no_revision(void **state)
{
    struct candle_row rows[1];
    fill_days(rows, 0, 1);
    rows[0].volume = 129993.873362;
    (void)store_alone(state, write_of("XUSDT", rows, 1));
    rows[0].volume = 129993.87336199998; // as pandas prints it
    rows[0].close_time_us += 999;        // …999 ms and …999999 µs
    assert_int_equal(store_alone(state, write_of("XUSDT", rows, 1)).unchanged, 1);
    rows[0].volume = 129993.87336201;
    assert_int_equal(store_alone(state, write_of("XUSDT", rows, 1)).revised, 1);
}

static void files_of_one_call_see_each_other(void **state)
{
    struct candle_row first[4], second[4], third[2];
    fill_days(first, 0, 4);
    fill_days(second, 2, 4); // two days of it are in the first file
    fill_days(third, 1, 2);
    third[0].volume = 99;
    struct candle_write writes[] = {write_of("XUSDT", first, 4), write_of("XUSDT", second, 4),
                                    write_of("YUSDT", first, 4), write_of("XUSDT", third, 2),
                                    write_of("XUSDT", third, 0)};
    struct candle_writer *writer = open_writer(state);
    assert_ok(candle_writer_store(writer, writes, 5, NULL));
    assert_ok(candle_writer_close(&writer, NULL));
    assert_int_equal(writes[0].result.added, 4);
    assert_int_equal(writes[1].result.added, 2);
    assert_int_equal(writes[1].result.unchanged, 2);
    assert_int_equal(writes[2].result.added, 4);
    assert_int_equal(writes[3].result.revised, 1);
    assert_int_equal(writes[3].result.unchanged, 1);
    assert_int_equal(writes[4].result.added, 0);
    assert_int_equal(number(state, "SELECT count(*) FROM binance_candles"), 10);
    assert_int_equal(number(state, "SELECT count(*) FROM candle_sources"), 4);
    assert_int_equal(number(state, "SELECT count(*) FROM binance_candles WHERE volume = 99"), 1);
}

static void the_table_is_left_in_order_and_everything_else_in_the_file_as_it_was(void **state)
{
    struct candle_row rows[10];
    database_write(
        path_in(state, "file.db"),
        "CREATE SCHEMA mine; CREATE TABLE mine.\"no \"\"tes\" (id INTEGER PRIMARY KEY, text VARCHAR); "
        "INSERT INTO mine.\"no \"\"tes\" VALUES (1, 'keep'), (2, 'me'); "
        "CREATE VIEW kept AS SELECT * FROM mine.\"no \"\"tes\"");
    assert_int_equal(chmod(path_in(state, "file.db"), 0640), 0);
    fill_days(rows, 0, 10);
    struct candle_writer *writer = open_writer(state);
    (void)store_one(writer, write_of("ZUSDT", rows, 10));
    (void)store_one(writer, write_of("AUSDT", rows + 5, 5));
    (void)store_one(writer, write_of("AUSDT", rows, 5));
    assert_ok(candle_writer_close(&writer, NULL));
    struct stat file;
    assert_int_equal(stat(path_in(state, "file.db"), &file), 0);
    assert_int_equal(file.st_mode & 0777, 0640);
    assert_int_equal(number(state, COUNT_UNSORTED), 0);
    assert_int_equal(number(state, "SELECT count(*) FROM binance_candles"), 20);
    assert_int_equal(number(state, "SELECT count(*) FROM kept"), 2);
    assert_int_equal(number(state, "SELECT unsorted_rows FROM candle_state"), 0);
    assert_int_equal(number(state, "SELECT count(*) FROM candle_sources"), 3);
    assert_int_equal(access(path_in(state, "file.db.sorting"), F_OK), -1);
    assert_int_equal(access(path_in(state, "file.db.wal"), F_OK), -1);
    assert_int_equal(access(path_in(state, "file.db.lock"), F_OK), -1);
}

static void what_a_crash_left_of_sorting_is_removed(void **state)
{
    struct candle_row rows[1];
    fill_days(rows, 0, 1);
    (void)write_text(state, "file.db.sorting", STR("half a file"));
    (void)store_alone(state, write_of("XUSDT", rows, 1));
    assert_int_equal(access(path_in(state, "file.db.sorting"), F_OK), -1);
}

static void a_second_writer_is_refused_and_told_who_writes(void **state)
{
    struct candle_writer *writer = open_writer(state), *second = NULL;
    struct error error = {0};
    char process[32];
    (void)snprintf(process, sizeof process, "process %d", (int)getpid());
    assert_int_equal(candle_writer_open(str_from_c(path_in(state, "file.db")), NOW_US, &second, &error),
                     STATUS_CONFLICT);
    assert_string_equal(error.code, "import_running");
    assert_non_null(strstr(error.message, process));
    char link[256];
    (void)snprintf(link, sizeof link, "%s", path_in(state, "link.db"));
    assert_int_equal(symlink("file.db", link), 0);
    candle_writer_abandon(&writer);
    writer = open_writer(state);
    struct candle_row rows[1];
    fill_days(rows, 0, 1);
    (void)store_one(writer, write_of("XUSDT", rows, 1));
    assert_int_equal(candle_writer_open(str_from_c(link), NOW_US, &second, &error), STATUS_CONFLICT);
    assert_ok(candle_writer_close(&writer, NULL));
    assert_ok(candle_writer_open(str_from_c(link), NOW_US, &second, &error));
    candle_writer_abandon(&second);
}

// In a process of its own: locks of one process do not see each other.
static int run_apart(int (*work)(void **state), void **state)
{
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) _exit(work(state));
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int read_once(void **state)
{
    const struct duck_options options = {.access = DUCK_READ, .memory_limit_bytes = 64 * MIB};
    duckdb_database database = NULL;
    if (duck_open(str_from_c(path_in(state, "file.db")), &options, &database, NULL) != STATUS_OK) return 1;
    duckdb_close(&database);
    return 0;
}

static void readers_get_in_between_two_transactions(void **state)
{
    struct candle_row rows[4];
    fill_days(rows, 0, 4);
    struct candle_writer *writer = open_writer(state);
    for (size_t i = 0; i < 4; i++) {
        (void)store_one(writer, write_of("XUSDT", rows + i, 1));
        assert_int_equal(run_apart(read_once, state), 0);
    }
    assert_ok(candle_writer_close(&writer, NULL));
}

static int store_with_little_room(void **state)
{
    static struct candle_row rows[ROWS_MAX];
    (void)signal(SIGXFSZ, SIG_IGN);
    struct candle_writer *writer = NULL;
    if (candle_writer_open(str_from_c(path_in(state, "file.db")), NOW_US, &writer, NULL) != STATUS_OK)
        return 2;
    struct stat file;
    if (stat(path_in(state, "file.db"), &file) != 0) return 3;
    const struct rlimit room = {.rlim_cur = (rlim_t)file.st_size, .rlim_max = (rlim_t)file.st_size};
    if (setrlimit(RLIMIT_FSIZE, &room) != 0) return 4;
    for (size_t i = 0; i < ROWS_MAX; i++)
        rows[i] = row_of(FIRST_US + (int64_t)i * DAY_US, 1.5 + (double)(i * 7919 % 10007) / 7);
    struct candle_write write = write_of("YUSDT", rows, ROWS_MAX);
    const enum status status = candle_writer_store(writer, &write, 1, NULL);
    return status == STATUS_OK ? 5 : 0;
}

static void without_room_nothing_is_stored_and_the_file_stays_good(void **state)
{
    struct candle_row rows[3];
    fill_days(rows, 0, 3);
    (void)store_alone(state, write_of("XUSDT", rows, 3));
    assert_int_equal(run_apart(store_with_little_room, state), 0);
    assert_int_equal(number(state, "SELECT count(*) FROM binance_candles"), 3);
    assert_int_equal(number(state, "SELECT count(*) FROM candle_sources"), 1);
    assert_int_equal(store_alone(state, write_of("YUSDT", rows, 3)).added, 3);
}

static void what_cannot_be_written_to_is_refused_and_left_alone(void **state)
{
    struct candle_writer *writer = NULL;
    assert_int_equal(
        candle_writer_open(str_from_c(write_text(state, "file.db", STR("no database, but text"))), NOW_US,
                           &writer, NULL),
        STATUS_MALFORMED);
    assert_int_equal(access(path_in(state, "file.db.lock"), F_OK), -1);
    assert_int_equal(candle_writer_open(STR("/no/such/folder/file.db"), NOW_US, &writer, NULL),
                     STATUS_NOT_FOUND);
    assert_int_equal(candle_writer_open(STR(""), NOW_US, &writer, NULL), STATUS_INVALID);
    database_write(path_in(state, "old.db"),
                   "CREATE TABLE binance_candles (symbol VARCHAR, open_time BIGINT)");
    assert_int_equal(candle_writer_open(str_from_c(path_in(state, "old.db")), NOW_US, &writer, NULL),
                     STATUS_UNSUPPORTED);
    assert_int_equal(query_number(path_in(state, "old.db"), "SELECT count(*) FROM duckdb_tables()"), 1);
}

static void a_table_of_an_earlier_tool_is_taken_over_once(void **state)
{
    static const char *const times[] = {"BIGINT", "TIMESTAMP", "TIMESTAMPTZ", "DATE", "VARCHAR", "DOUBLE"};
    static const char *const values[] = {"1704067200000 + i * 86400000",
                                         "make_timestamp((1704067200 + i * 86400) * 1000000)",
                                         "make_timestamptz((1704067200 + i * 86400) * 1000000)",
                                         "DATE '2024-01-01' + i::INTEGER",
                                         "DATE '2024-01-01' + i::INTEGER",
                                         "1704067200 + i * 86400"};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        char sql[1024];
        struct candle_row rows[3];
        (void)remove(path_in(state, "file.db"));
        (void)snprintf(
            sql, sizeof sql,
            "CREATE TABLE binance_candles (close FLOAT, symbol VARCHAR, open_time %s, open DECIMAL(18, 4), high "
            "VARCHAR, low DOUBLE, volume DOUBLE, remark VARCHAR, PRIMARY KEY (symbol, open_time)); "
            "CREATE INDEX by_symbol ON binance_candles (symbol); INSERT INTO binance_candles SELECT 101, 'xusdt', "
            "%s, 100, '102', CASE WHEN i = 4 THEN 'nan'::DOUBLE ELSE 99 END, 10, 'kept' FROM range(5) t(i)",
            times[i], values[i]);
        database_write(path_in(state, "file.db"), sql);
        struct candle_writer *writer = open_writer(state);
        assert_int_equal(candle_writer_adopted(writer), 4); // one has no price
        for (size_t day = 0; day < 3; day++)
            rows[day] = row_of(FIRST_US + (int64_t)(day + 2) * DAY_US, 100);
        const struct candle_write_result result = store_one(writer, write_of("XUSDT", rows, 3));
        assert_int_equal(result.added, 1);
        assert_int_equal(result.revised, 2); // what was not known is known now
        assert_ok(candle_writer_close(&writer, NULL));
        assert_int_equal(
            number(state, "SELECT count(*) FROM binance_candles WHERE \"interval\" = '1d' AND open = 100"),
            5);
        assert_int_equal(number(state, COUNT_UNSORTED), 0);
        assert_int_equal(number(state, "SELECT count(*) FROM binance_candles_before WHERE remark = 'kept'"),
                         5);
        writer = open_writer(state);
        assert_int_equal(candle_writer_adopted(writer), -1);
        candle_writer_abandon(&writer);
    }
}

static void no_file_is_made_before_there_is_something_to_store(void **state)
{
    struct candle_writer *writer = open_writer(state);
    int64_t rows = -1;
    assert_ok(candle_writer_count(writer, &rows, NULL));
    assert_int_equal(rows, 0);
    assert_ok(candle_writer_close(&writer, NULL));
    assert_int_equal(access(path_in(state, "file.db"), F_OK), -1);
}

static void gaps_are_counted_as_runs_and_as_bars(void **state)
{
    static const int days[] = {0, 1, 4, 5, 6, 8};
    static const int64_t months_us[] = {1704067200000000, 1706745600000000, 1711929600000000,
                                        1714521600000000};
    struct candle_row rows[6], months[4];
    for (size_t i = 0; i < 6; i++)
        rows[i] = row_of(FIRST_US + days[i] * DAY_US, 100);
    for (size_t i = 0; i < 4; i++)
        months[i] = row_of(months_us[i], 100);
    struct candle_writer *writer = open_writer(state);
    struct candle_write write = write_of("XUSDT", months, 4);
    write.batch.interval = INTERVAL_1MO;
    (void)store_one(writer, write_of("XUSDT", rows + 3, 3)); // the table is put in order at the end
    (void)store_one(writer, write_of("XUSDT", rows, 3));
    (void)store_one(writer, write);
    struct candle_extent extents[] = {{.symbol = STR("XUSDT"), .interval = INTERVAL_1D},
                                      {.symbol = STR("XUSDT"), .interval = INTERVAL_1MO},
                                      {.symbol = STR("NONE"), .interval = INTERVAL_1D}};
    assert_ok(candle_writer_measure(writer, extents, 3, NULL));
    assert_int_equal(extents[0].rows, 6);
    assert_int_equal(extents[0].gaps, 2);
    assert_int_equal(extents[0].missing_bars, 3);
    assert_int_equal(extents[0].first_us, FIRST_US);
    assert_int_equal(extents[0].last_us, FIRST_US + 8 * DAY_US);
    assert_int_equal(extents[1].gaps, 1);
    assert_int_equal(extents[1].missing_bars, 1);
    assert_int_equal(extents[2].rows, 0);
    assert_ok(candle_writer_close(&writer, NULL));
}

int main(void)
{
#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        STORE_TEST(a_new_file_holds_what_was_stored),
        STORE_TEST(storing_the_same_again_changes_nothing),
        STORE_TEST(other_values_win_and_the_old_ones_are_kept),
        STORE_TEST(values_that_a_file_does_not_have_stay_as_they_are),
        STORE_TEST(spellings_of_one_value_are_no_revision),
        STORE_TEST(files_of_one_call_see_each_other),
        STORE_TEST(the_table_is_left_in_order_and_everything_else_in_the_file_as_it_was),
        STORE_TEST(what_a_crash_left_of_sorting_is_removed),
        STORE_TEST(a_second_writer_is_refused_and_told_who_writes),
        STORE_TEST(readers_get_in_between_two_transactions),
        STORE_TEST(without_room_nothing_is_stored_and_the_file_stays_good),
        STORE_TEST(what_cannot_be_written_to_is_refused_and_left_alone),
        STORE_TEST(a_table_of_an_earlier_tool_is_taken_over_once),
        STORE_TEST(no_file_is_made_before_there_is_something_to_store),
        STORE_TEST(gaps_are_counted_as_runs_and_as_bars),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
