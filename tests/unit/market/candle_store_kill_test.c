// A process that is ended at any instant of an import leaves whole files, and the next import goes on from
// there.
#include "unit/market/ingest/ingest_fixture.h"

#include "market/candle_store.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FILES = 6, ROWS = 4000, SERIES = 3, ROWS_MAX = 130000 };

// File `i` holds days of one of three series; the last file revises a part of the first and makes the table
// unsorted.
static void make_rows(int file, struct candle_row *rows)
{
    const int first = file == FILES - 1 ? ROWS / 2 : file / SERIES * ROWS;
    for (int i = 0; i < ROWS; i++) {
        const double price = 100 + (double)((first + i) * 7919 % 10007) / 7 + (file == FILES - 1 ? 1 : 0);
        rows[i] = (struct candle_row){
            .open_time_us = FIRST_HOUR_S * 1000000 + (first + i) * INT64_C(60000000),
            .close_time_us = CANDLE_NO_TIME,
            .open = price,
            .high = price + 2,
            .low = price - 1,
            .close = price + 1,
            .volume = 10,
            .trades = CANDLE_NO_COUNT,
        };
    }
}

// What the child does: every file in a transaction of its own, then the sorting.
static enum status import_all(const char *database)
{
    static const char *const symbols[SERIES] = {"CUSDT", "BUSDT", "AUSDT"};
    static struct candle_row rows[ROWS];
    CANDLE_WRITER_SCOPE writer = NULL;
    TRY(candle_writer_open(str_from_c(database), 1700000000, &writer, NULL));
    for (int file = 0; file < FILES; file++) {
        make_rows(file, rows);
        struct candle_write write = {
            .batch = {.symbol = str_from_c(symbols[file == FILES - 1 ? 0 : file % SERIES]),
                      .interval = INTERVAL_1M,
                      .rows = rows,
                      .count = ROWS},
            .source = {.file_name = STR("file"), .sha256 = "00"},
        };
        TRY(candle_writer_store(writer, &write, 1, NULL));
    }
    return candle_writer_close(&writer, NULL);
}

static bool arm_timer(int64_t limit_us)
{
    const struct itimerval limit = {
        .it_value = {.tv_sec = limit_us / 1000000, .tv_usec = limit_us % 1000000}};
    return setitimer(ITIMER_PROF, &limit, NULL) == 0;
}

static bool arm_size(int64_t limit_bytes)
{
    const struct rlimit limit = {.rlim_cur = (rlim_t)limit_bytes, .rlim_max = (rlim_t)limit_bytes};
    const struct rlimit no_core = {0};
    return setrlimit(RLIMIT_CORE, &no_core) == 0 && setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

// True when the import was done before the limit ended it. Nothing catches the signal: the process ends where
// it stands.
static bool import_within(const char *database, bool (*arm)(int64_t), int64_t limit, int signal)
{
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (arm && !arm(limit)) _exit(2);
        _exit(import_all(database) == STATUS_OK ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFSIGNALED(status)) {
        assert_int_equal(WTERMSIG(status), signal);
        return false;
    }
    assert_int_equal(WEXITSTATUS(status), 0);
    return true;
}

// The time is the processor's, so that load changes nothing.
static bool import_until(const char *database, int64_t limit_us)
{
    return import_within(database, arm_timer, limit_us, SIGPROF);
}

static bool import_all_of_it(const char *database)
{
    return import_within(database, NULL, 0, 0);
}

// Promises that are broken: whole files only, as many candles as sources say, none twice.
static const char broken_sql[] =
    "SELECT (SELECT (count(*) <> (SELECT coalesce(sum(added), 0) FROM candle_sources))::BIGINT FROM binance_candles) + "
    "(SELECT (count(*) <> (SELECT coalesce(sum(revised), 0) FROM candle_sources))::BIGINT FROM candle_revisions) + "
    "(SELECT count(*) - count(DISTINCT (symbol, \"interval\", open_time)) FROM binance_candles)";

static void check_whole(const char *database)
{
    if (access(database, F_OK) != 0) return; // ended before it was made
    if (query_number(database, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'candle_sources'") ==
        0)
        return;
    assert_int_equal(query_number(database, broken_sql), 0);
}

static void check_complete(const char *database)
{
    check_whole(database);
    assert_int_equal(query_number(database, "SELECT count(*) FROM binance_candles"), (FILES - 1) * ROWS);
    assert_int_equal(query_number(database, "SELECT count(*) FROM candle_revisions"), ROWS);
    assert_int_equal(query_number(database, "SELECT count(*) FROM candle_sources"), FILES);
    assert_int_equal(query_number(database, "SELECT unsorted_rows FROM candle_state"), 0);
}

static void an_import_that_is_ended_while_it_makes_the_file_is_in_nobodys_way(void **state)
{
    char database[256];
    for (int64_t limit_bytes = 4096; limit_bytes <= 16384; limit_bytes += 4096) {
        (void)snprintf(database, sizeof database, "%s", path_in(state, "made.db"));
        (void)remove(database);
        (void)remove(path_in(state, "made.db.wal"));
        assert_false(import_within(database, arm_size, limit_bytes, SIGXFSZ));
        check_whole(database);
        assert_true(import_all_of_it(database));
        check_complete(database);
    }
}

static void an_import_that_is_ended_anywhere_leaves_whole_files(void **state)
{
    const int64_t step_us = 29000;
    char database[256];
    bool is_done = false;
    for (int64_t limit_us = step_us; !is_done; limit_us += step_us) {
        (void)snprintf(database, sizeof database, "%s", path_in(state, "fresh.db"));
        (void)remove(database);
        (void)remove(path_in(state, "fresh.db.wal"));
        is_done = import_until(database, limit_us);
        check_whole(database);
    }
    check_complete(database);
}

static void the_next_import_goes_on_where_one_was_ended(void **state)
{
    char database[256];
    (void)snprintf(database, sizeof database, "%s", path_in(state, "file.db"));
    for (int64_t limit_us = 40000; limit_us < 200000; limit_us += 31000) {
        (void)import_until(database, limit_us);
        check_whole(database);
    }
    assert_true(import_all_of_it(database));
    check_whole(database);
    assert_int_equal(query_number(database, "SELECT count(*) FROM binance_candles"), (FILES - 1) * ROWS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_import_that_is_ended_while_it_makes_the_file_is_in_nobodys_way,
                                        folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(an_import_that_is_ended_anywhere_leaves_whole_files, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(the_next_import_goes_on_where_one_was_ended, folder_setup,
                                        folder_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
