// Files that are merged in steps: pages of what is stored, gaps in it, and somebody who wants it to end.
#include "unit/market/ingest/candle_fixture.h"

#include "base/limits.h"
#include "market/duck.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STEP_MAX = 4096, MANY_ROWS = 20000 };

// Somebody who counts the steps, and wants the end after so many rows.
struct onlooker {
    atomic_bool is_cancelled;
    size_t cancel_at, last_rows, widest_step;
};

static void look_on(void *context, size_t rows)
{
    struct onlooker *onlooker = context;
    const size_t step = rows - onlooker->last_rows;
    if (step > onlooker->widest_step) onlooker->widest_step = step;
    onlooker->last_rows = rows;
    if (rows >= onlooker->cancel_at) atomic_store(&onlooker->is_cancelled, true);
}

static struct candle_watch watch_of(struct onlooker *onlooker)
{
    return (struct candle_watch){&onlooker->is_cancelled, look_on, onlooker};
}

static void a_long_series_is_merged_across_pages(void **state)
{
    enum { MANY = 150000 };
    struct candle_row *rows = calloc(MANY, sizeof *rows), *few = calloc(MANY / 1000, sizeof *few);
    assert_true(rows && few);
    for (int64_t i = 0; i < MANY; i++)
        rows[i] = row_of(FIRST_US + i * 60000000, 100);
    struct candle_write write = write_of("XUSDT", rows, MANY);
    write.batch.interval = INTERVAL_1M;
    assert_int_equal(store_alone(state, write).added, MANY);
    assert_int_equal(store_alone(state, write).unchanged, MANY);
    for (size_t i = 0; i < MANY / 1000; i++) {
        few[i] = rows[i * 1000 + 7];
        few[i].high += (double)(i % 2);
    }
    write.batch.rows = few;
    write.batch.count = MANY / 1000;
    assert_int_equal(store_alone(state, write).revised, MANY / 2000);
    assert_int_equal(number(state, "SELECT count(*) FROM binance_candles"), MANY);
    assert_int_equal(number(state, "SELECT count(DISTINCT open_time) FROM binance_candles"), MANY);
    assert_int_equal(number(state, COUNT_UNSORTED), 0);
    free(rows);
    free(few);
}

static void what_lies_on_both_sides_of_a_gap_is_found(void **state)
{
    enum { SIDE = 10, YEARS_DAYS = 4000 }; // far more minutes than a page has room for
    struct candle_row rows[2 * SIDE], far[1];
    for (int64_t i = 0; i < SIDE; i++) {
        rows[i] = row_of(FIRST_US + i * 60000000, 100);
        rows[SIDE + i] = row_of(FIRST_US + YEARS_DAYS * DAY_US + i * 60000000, 100);
    }
    far[0] = row_of(FIRST_US + YEARS_DAYS / 2 * DAY_US, 100);
    struct candle_write write = write_of("XUSDT", rows, 2 * SIDE), middle = write_of("XUSDT", far, 1);
    write.batch.interval = middle.batch.interval = INTERVAL_1M;
    assert_int_equal(store_alone(state, write).added, 2 * SIDE);
    assert_int_equal(store_alone(state, middle).added, 1);
    assert_int_equal(store_alone(state, write).unchanged, 2 * SIDE);
    assert_int_equal(store_alone(state, middle).unchanged, 1);
}

static void a_file_is_merged_in_steps_that_are_told(void **state)
{
    struct candle_row *rows = calloc(MANY_ROWS, sizeof *rows);
    struct onlooker onlooker = {.cancel_at = SIZE_MAX};
    const struct candle_watch watch = watch_of(&onlooker);
    struct candle_writer *writer = open_writer(state);
    assert_non_null(rows);
    fill_days(rows, 0, MANY_ROWS);
    candle_writer_watch(writer, &watch);
    assert_int_equal(store_one(writer, write_of("XUSDT", rows, MANY_ROWS)).added, MANY_ROWS);
    assert_in_range(onlooker.widest_step, 1, STEP_MAX);
    assert_in_range(onlooker.last_rows, MANY_ROWS - STEP_MAX, MANY_ROWS);
    assert_ok(candle_writer_close(&writer, NULL));
    free(rows);
}

static void a_store_that_is_cancelled_midway_stores_nothing(void **state)
{
    struct candle_row *rows = calloc(MANY_ROWS, sizeof *rows);
    assert_non_null(rows);
    fill_days(rows, 0, MANY_ROWS);
    (void)store_alone(state, write_of("XUSDT", rows, MANY_ROWS / 2));
    for (size_t i = 0; i < MANY_ROWS / 2; i++)
        rows[i].volume++;
    struct onlooker onlooker = {.cancel_at = MANY_ROWS * 3 / 4}; // some are revised by then, some are new
    const struct candle_watch watch = watch_of(&onlooker);
    struct candle_write write = write_of("XUSDT", rows, MANY_ROWS);
    struct candle_writer *writer = open_writer(state);
    candle_writer_watch(writer, &watch);
    assert_int_equal(candle_writer_store(writer, &write, 1, NULL), STATUS_CANCELLED);
    assert_in_range(onlooker.last_rows, MANY_ROWS * 3 / 4, MANY_ROWS * 3 / 4 + STEP_MAX);
    candle_writer_abandon(&writer);
    assert_int_equal(number(state, "SELECT count(*) FROM binance_candles WHERE volume = 10"), MANY_ROWS / 2);
    assert_int_equal(number(state, "SELECT count(*) FROM candle_revisions"), 0);
    const struct candle_write_result result = store_alone(state, write);
    assert_int_equal(result.added, MANY_ROWS / 2);
    assert_int_equal(result.revised, MANY_ROWS / 2);
    free(rows);
}

static void an_order_that_nobody_waits_for_is_left_to_the_next_writer(void **state)
{
    struct candle_row rows[10];
    struct onlooker onlooker = {.cancel_at = SIZE_MAX};
    const struct candle_watch watch = watch_of(&onlooker);
    struct candle_writer *writer = open_writer(state);
    fill_days(rows, 0, 10);
    candle_writer_watch(writer, &watch);
    (void)store_one(writer, write_of("ZUSDT", rows, 10));
    (void)store_one(writer, write_of("AUSDT", rows, 10));
    atomic_store(&onlooker.is_cancelled, true);
    assert_ok(candle_writer_close(&writer, NULL));
    assert_int_equal(number(state, "SELECT count(*) FROM binance_candles"), 20);
    assert_int_equal(number(state, COUNT_UNSORTED), 1);
    assert_int_equal(access(path_in(state, "file.db.sorting"), F_OK), -1);
    (void)store_alone(state, write_of("BUSDT", rows, 10));
    assert_int_equal(number(state, COUNT_UNSORTED), 0);
}

// A process that reads the file until its pipe is closed.
static pid_t begin_reader(void **state, int *out_pipe)
{
    int told[2], held[2];
    char byte = 0;
    assert_int_equal(pipe(told) | pipe(held), 0);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        const struct duck_options options = {.access = DUCK_READ, .memory_limit_bytes = 64 * MIB};
        duckdb_database database = NULL;
        (void)close(held[1]);
        const bool is_open =
            duck_open(str_from_c(path_in(state, "file.db")), &options, &database, NULL) == STATUS_OK;
        if (is_open && write(told[1], "r", 1) == 1) (void)!read(held[0], &byte, 1);
        _exit(0);
    }
    (void)close(told[1]);
    (void)close(held[0]);
    assert_int_equal(read(told[0], &byte, 1), 1);
    (void)close(told[0]);
    *out_pipe = held[1];
    return pid;
}

static void waiting_for_a_reader_ends_too(void **state)
{
    struct candle_row rows[10];
    int reader_pipe, status;
    fill_days(rows, 0, 10);
    (void)store_alone(state, write_of("XUSDT", rows, 5));
    struct onlooker onlooker = {.is_cancelled = true};
    const struct candle_watch watch = watch_of(&onlooker);
    struct candle_write write = write_of("XUSDT", rows, 10);
    struct candle_writer *writer = open_writer(state);
    candle_writer_watch(writer, &watch);
    const pid_t reader = begin_reader(state, &reader_pipe);
    assert_int_equal(candle_writer_store(writer, &write, 1, NULL), STATUS_CANCELLED);
    assert_int_equal(onlooker.last_rows, 0);
    (void)close(reader_pipe);
    assert_int_equal(waitpid(reader, &status, 0), reader);
    candle_writer_abandon(&writer);
}

int main(void)
{
#define MERGE_TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        MERGE_TEST(a_long_series_is_merged_across_pages),
        MERGE_TEST(what_lies_on_both_sides_of_a_gap_is_found),
        MERGE_TEST(a_file_is_merged_in_steps_that_are_told),
        MERGE_TEST(a_store_that_is_cancelled_midway_stores_nothing),
        MERGE_TEST(an_order_that_nobody_waits_for_is_left_to_the_next_writer),
        MERGE_TEST(waiting_for_a_reader_ends_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
