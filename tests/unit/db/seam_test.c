// One body of tests for both engines: what holds here is what the layers above may rely on.
#include "harness.h"

#include "base/clock.h"

#include <dirent.h>
#include <float.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static enum db_engine engine; // under test

static int open_fresh(void **state)
{
    *state = fresh_database(engine);
    return 0;
}

static int close_it(void **state)
{
    db_close(*state);
    return 0;
}

static enum status insert(struct db_tx *tx, int64_t id)
{
    return db_execute(tx, &VALUE_INSERT, DB_PARAMS(DB_INT(id), DB_NULL, DB_NULL, DB_NULL, DB_NULL), NULL,
                      &seen_error);
}

// ---- transactions

static void a_committed_row_is_there_for_everybody(void **state)
{
    insert_value(*state, 1);
    assert_int_equal(count_values(*state), 1);
}

static void a_transaction_that_is_left_early_leaves_nothing(void **state)
{
    {
        DB_TX_SCOPE tx = NULL;
        assert_ok(db_begin(*state, DB_WRITE, &tx, &seen_error));
        assert_ok(insert(tx, 1));
        assert_int_equal(count_in(tx), 1);
    }
    assert_int_equal(count_values(*state), 0);
}

static void an_early_end_with_open_rows_is_a_rollback_too(void **state)
{
    {
        DB_TX_SCOPE tx = NULL;
        assert_ok(db_begin(*state, DB_WRITE, &tx, &seen_error));
        assert_ok(insert(tx, 1));
        DB_ROWS_SCOPE rows = NULL;
        bool has_row;
        assert_ok(db_query(tx, &VALUE_SELECT, DB_PARAMS(DB_INT(1)), &rows, &seen_error));
        assert_ok(db_next(rows, &has_row, &seen_error));
    }
    assert_int_equal(count_values(*state), 0);
}

static void what_is_not_committed_nobody_else_sees(void **state)
{
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(*state, DB_WRITE, &tx, &seen_error));
    assert_ok(insert(tx, 1));
    assert_int_equal(count_values(*state), 0);
    assert_ok(db_commit(&tx, &seen_error));
    assert_null(tx);
    assert_int_equal(count_values(*state), 1);
}

static void a_read_transaction_sees_one_snapshot(void **state)
{
    insert_value(*state, 1);
    DB_TX_SCOPE reading = NULL;
    assert_ok(db_begin(*state, DB_READ, &reading, &seen_error));
    assert_int_equal(count_in(reading), 1);
    insert_value(*state, 2);
    assert_int_equal(count_in(reading), 1);
    assert_ok(db_commit(&reading, &seen_error));
    assert_int_equal(count_values(*state), 2);
}

static void a_read_transaction_refuses_to_write(void **state)
{
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(*state, DB_READ, &tx, &seen_error));
    assert_fails(insert(tx, 1), STATUS_INTERNAL, "");
    db_rollback(&tx);
    assert_int_equal(count_values(*state), 0);
}

static void after_a_failed_statement_only_rollback_is_left(void **state)
{
    DB_TX_SCOPE tx = NULL;
    struct db_rows *rows = NULL;
    assert_ok(db_begin(*state, DB_WRITE, &tx, &seen_error));
    assert_ok(insert(tx, 1));
    assert_fails(insert(tx, 1), STATUS_CONFLICT, "constraint");
    assert_fails(insert(tx, 2), STATUS_INTERNAL, "");
    assert_fails(db_query(tx, &VALUE_COUNT, DB_NO_PARAMS, &rows, &seen_error), STATUS_INTERNAL, "");
    assert_fails(db_commit(&tx, &seen_error), STATUS_INTERNAL, "");
    assert_null(tx);
    assert_int_equal(count_values(*state), 0);
    insert_value(*state, 3);
}

static void rows_are_to_be_closed_before_the_next_step(void **state)
{
    DB_TX_SCOPE tx = NULL;
    struct db_rows *rows = NULL;
    assert_ok(db_begin(*state, DB_WRITE, &tx, &seen_error));
    assert_ok(db_query(tx, &VALUE_COUNT, DB_NO_PARAMS, &rows, &seen_error));
    assert_fails(db_commit(&tx, &seen_error), STATUS_INTERNAL, "");
}

static void without_a_free_connection_it_is_busy_after_the_wait(void **state)
{
    (void)state;
    struct db_options options = fresh_options(engine);
    options.pool_size = 1;
    enum { WAIT_MS = 300 }; // in which a busy machine can still connect
    options.busy_timeout_ms = WAIT_MS;
    struct db *db = open_database(&options);
    struct db_tx *first = NULL, *second = NULL;
    assert_ok(db_begin(db, DB_READ, &first, &seen_error));
    const int64_t before_us = clock_monotonic_us();
    assert_fails(db_begin(db, DB_READ, &second, &seen_error), STATUS_UNAVAILABLE, "state_busy");
    assert_true(clock_monotonic_us() - before_us >= WAIT_MS * 1000);
    db_rollback(&first);
    assert_ok(db_begin(db, DB_READ, &second, &seen_error));
    db_rollback(&second);
    db_close(db);
}

static void *add_fifty_times(void *db)
{
    for (int i = 0; i < 50; i++) {
        struct error error = {0};
        DB_TX_SCOPE tx = NULL;
        int64_t changed = 0;
        if (db_begin(db, DB_WRITE, &tx, &error) != STATUS_OK ||
            db_execute(tx, &COUNTER_ADD, DB_PARAMS(DB_INT(1), DB_INT(1)), &changed, &error) != STATUS_OK ||
            changed != 1 || db_commit(&tx, &error) != STATUS_OK)
            return "failed";
    }
    return NULL;
}

static int64_t counter(struct db *db)
{
    DB_TX_SCOPE tx = NULL;
    DB_ROWS_SCOPE rows = NULL;
    bool has_row = false;
    assert_ok(db_begin(db, DB_READ, &tx, &seen_error));
    assert_ok(db_query(tx, &COUNTER_READ, DB_PARAMS(DB_INT(1)), &rows, &seen_error));
    assert_ok(db_next(rows, &has_row, &seen_error));
    const int64_t total = db_int(rows, 0);
    db_rows_done(&rows);
    return total;
}

static void writers_in_many_threads_lose_no_change(void **state)
{
    pthread_t threads[8];
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, add_fifty_times, *state), 0);
    for (size_t i = 0; i < 8; i++) {
        void *failed;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    assert_int_equal(counter(*state), 8 * 50);
}

static size_t open_files(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (folder && readdir(folder))
        count++;
    if (folder) closedir(folder);
    return count;
}

static void a_thousand_transactions_keep_no_file_open(void **state)
{
    insert_value(*state, -1);
    assert_int_equal(count_values(*state), 1);
    const size_t before = open_files();
    for (int64_t i = 0; i < 500; i++) {
        insert_value(*state, i);
        assert_int_equal(count_values(*state), i + 2);
    }
    assert_int_equal(open_files(), before);
}

// ---- constraints

static enum status insert_parent(struct db *db, const char *id, int64_t size)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(db, DB_WRITE, &tx, &seen_error));
    const struct db_value words = id ? DB_TEXT(str_from_c(id)) : DB_NULL;
    TRY(db_execute(tx, &PARENT_INSERT, DB_PARAMS(words, DB_INT(size)), NULL, &seen_error));
    return db_commit(&tx, &seen_error);
}

static enum status insert_child(struct db *db, struct db_value parent)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(db, DB_WRITE, &tx, &seen_error));
    TRY(db_execute(tx, &CHILD_INSERT, DB_PARAMS(parent), NULL, &seen_error));
    return db_commit(&tx, &seen_error);
}

static void a_broken_constraint_is_a_conflict_that_names_it(void **state)
{
    assert_ok(insert_parent(*state, "a", 1));
    assert_fails(insert_parent(*state, "a", 1), STATUS_CONFLICT, "constraint");
    assert_non_null(strstr(seen_error.message, "parent"));
    assert_fails(insert_parent(*state, "b", 0), STATUS_CONFLICT, "constraint");
    assert_non_null(strstr(seen_error.message, "parent_size"));
    assert_fails(insert_child(*state, DB_TEXT(STR("nobody"))), STATUS_CONFLICT, "constraint");
    assert_fails(insert_child(*state, DB_NULL), STATUS_CONFLICT, "constraint");
    assert_ok(insert_child(*state, DB_TEXT(STR("a"))));
}

// ---- values

static struct db_rows *stored(struct db_tx *tx, const struct db_value values[static 5])
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    assert_ok(db_execute(tx, &VALUE_INSERT, values, 5, NULL, &seen_error));
    assert_ok(db_query(tx, &VALUE_SELECT, DB_PARAMS(values[0]), &rows, &seen_error));
    assert_ok(db_next(rows, &has_row, &seen_error));
    assert_true(has_row);
    return rows;
}

static void assert_double_comes_back(struct db_tx *tx, int64_t id, double value)
{
    DB_ROWS_SCOPE rows =
        stored(tx, (struct db_value[]){DB_INT(id), DB_NULL, DB_DOUBLE(value), DB_NULL, DB_NULL});
    const double back = db_double(rows, 1);
    assert_false(db_is_null(rows, 1));
    if (value == 0)
        assert_true(back == 0); // SQLite keeps no negative zero
    else
        assert_memory_equal(&back, &value, sizeof value);
}

static void doubles_come_back_to_the_last_bit(void **state)
{
    static const double values[] = {0.0,      -0.0,
                                    0.1,      1.0 / 3,
                                    -2.5,     1e300,
                                    DBL_MAX,  -DBL_MAX,
                                    DBL_MIN,  5e-324,
                                    46020.96, 9007199254740993.0,
                                    1e21,     123456789012345680.0,
                                    INFINITY, -INFINITY,
                                    4.0,      -1e15};
    DB_TX_SCOPE tx = NULL;
    int64_t id = 0;
    assert_ok(db_begin(*state, DB_WRITE, &tx, &seen_error));
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        assert_double_comes_back(tx, id++, values[i]);
    uint64_t bits = 88172645463325252u;
    while (id < 2000) {
        bits = bits * 6364136223846793005u + 1442695040888963407u;
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isnan(value)) assert_double_comes_back(tx, id++, value);
    }
}

static void whole_numbers_come_back(void **state)
{
    static const int64_t values[] = {0, 1, -1, 255, 256, -256, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(*state, DB_WRITE, &tx, &seen_error));
    for (int64_t i = 0; i < (int64_t)(sizeof values / sizeof *values); i++) {
        DB_ROWS_SCOPE rows =
            stored(tx, (struct db_value[]){DB_INT(i), DB_INT(values[i]), DB_INT(i), DB_NULL, DB_NULL});
        assert_true(db_int(rows, 0) == values[i]);
        assert_true(db_double(rows, 1) == (double)i); // a whole number for a real column
    }
}

static void text_comes_back_byte_for_byte(void **state)
{
    static const char *const values[] = {"",
                                         "plain",
                                         "with 'quotes' \" \\ % _ $1 ; --",
                                         "Grüße, 価格 😀",
                                         "\x01\x1f\x7f",
                                         "e\xCC\x81 is not \xC3\xA9",
                                         "trailing blank "};
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(*state, DB_WRITE, &tx, &seen_error));
    for (int64_t i = 0; i < (int64_t)(sizeof values / sizeof *values); i++) {
        const struct str words = str_from_c(values[i]);
        DB_ROWS_SCOPE rows =
            stored(tx, (struct db_value[]){DB_INT(i), DB_NULL, DB_NULL, DB_TEXT(words), DB_NULL});
        assert_false(db_is_null(rows, 2));
        assert_true(str_eq(db_text(rows, 2), words));
    }
    DB_ROWS_SCOPE rows =
        stored(tx, (struct db_value[]){DB_INT(99), DB_NULL, DB_NULL, DB_TEXT((struct str){0}), DB_NULL});
    assert_false(db_is_null(rows, 2));
}

static void blobs_of_every_byte_come_back(void **state)
{
    static char bytes[1 << 20];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i % 256 ^ i / 256);
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(*state, DB_WRITE, &tx, &seen_error));
    int64_t id = 0;
    for (size_t len = 0; len <= sizeof bytes; len = len < 600 ? len + 1 : len * 32) {
        const struct str blob = {.ptr = bytes, .len = len};
        DB_ROWS_SCOPE rows =
            stored(tx, (struct db_value[]){DB_INT(id++), DB_NULL, DB_NULL, DB_NULL, DB_BLOB(blob)});
        assert_false(db_is_null(rows, 3));
        assert_true(str_eq(db_blob(rows, 3), blob));
    }
}

static void null_comes_back_as_null(void **state)
{
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(*state, DB_WRITE, &tx, &seen_error));
    DB_ROWS_SCOPE rows = stored(tx, (struct db_value[]){DB_INT(1), DB_NULL, DB_NULL, DB_NULL, DB_NULL});
    for (int column = 0; column < 4; column++)
        assert_true(db_is_null(rows, column));
    assert_int_equal(db_int(rows, 0), 0);
    assert_true(db_double(rows, 1) == 0);
    assert_int_equal(db_text(rows, 2).len, 0);
    assert_int_equal(db_blob(rows, 3).len, 0);
}

static void values_that_one_engine_would_change_are_refused(void **state)
{
    const struct db_value refused[] = {
        DB_DOUBLE(NAN),
        DB_TEXT(STR("a\0b")),
        DB_TEXT(STR("\xFF")),
        DB_TEXT(STR("\xED\xA0\x80")),
        DB_TEXT(STR("cut \xE2\x82")),
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct db_value values[] = {DB_INT(1), DB_NULL, DB_NULL, DB_NULL, DB_NULL};
        values[refused[i].type == DB_DOUBLE_VALUE ? 2 : 3] = refused[i];
        DB_TX_SCOPE tx = NULL;
        assert_ok(db_begin(*state, DB_WRITE, &tx, &seen_error));
        assert_fails(db_execute(tx, &VALUE_INSERT, values, 5, NULL, &seen_error), STATUS_INVALID, "");
    }
}

// ---- statements

static void parameters_go_by_their_number(void **state)
{
    DB_TX_SCOPE tx = NULL;
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    assert_ok(db_begin(*state, DB_READ, &tx, &seen_error));
    assert_ok(
        db_query(tx, &ORDER_OF_PARAMS,
                 DB_PARAMS(DB_TEXT(STR("one ")), DB_TEXT(STR("two ")), DB_TEXT(STR("three ")), DB_INT(1)),
                 &rows, &seen_error));
    assert_ok(db_next(rows, &has_row, &seen_error));
    assert_true(str_eq(db_text(rows, 0), STR("three one two one ")));
    assert_int_equal(db_int(rows, 1), 1);
    assert_ok(db_next(rows, &has_row, &seen_error));
    assert_false(has_row);
}

static void the_number_of_values_must_be_right(void **state)
{
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(*state, DB_WRITE, &tx, &seen_error));
    assert_fails(db_execute(tx, &COUNTER_ADD, DB_PARAMS(DB_INT(1)), NULL, &seen_error), STATUS_INTERNAL, "");
    db_rollback(&tx);
    assert_ok(db_begin(*state, DB_WRITE, &tx, &seen_error));
    assert_fails(db_execute(tx, &VALUE_COUNT, DB_PARAMS(DB_INT(1)), NULL, &seen_error), STATUS_INTERNAL, "");
}

static void a_statement_that_was_not_given_at_open_is_refused(void **state)
{
    static const struct db_statement unknown = {1000, "unknown", {"SELECT 1", "SELECT 1"}};
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(*state, DB_READ, &tx, &seen_error));
    assert_fails(db_execute(tx, &unknown, DB_NO_PARAMS, NULL, &seen_error), STATUS_INTERNAL, "");
}

static void the_number_of_changed_rows_is_told(void **state)
{
    int64_t changed = -1;
    for (int64_t id = 0; id < 5; id++)
        insert_value(*state, id);
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(*state, DB_WRITE, &tx, &seen_error));
    assert_ok(db_execute(tx, &VALUE_DELETE, DB_PARAMS(DB_INT(2)), &changed, &seen_error));
    assert_int_equal(changed, 3);
    assert_ok(db_execute(tx, &VALUE_DELETE, DB_PARAMS(DB_INT(2)), &changed, &seen_error));
    assert_int_equal(changed, 0);
    assert_ok(db_execute(tx, &VALUE_DELETE, DB_PARAMS(DB_INT(0)), NULL, &seen_error));
}

static void a_change_can_give_rows(void **state)
{
    DB_TX_SCOPE tx = NULL;
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    assert_ok(db_begin(*state, DB_WRITE, &tx, &seen_error));
    assert_ok(db_query(tx, &COUNTER_RETURNING, DB_PARAMS(DB_INT(1)), &rows, &seen_error));
    assert_ok(db_next(rows, &has_row, &seen_error));
    assert_true(has_row);
    assert_int_equal(db_int(rows, 0), 1);
    db_rows_done(&rows);
    assert_ok(db_commit(&tx, &seen_error));
    assert_int_equal(counter(*state), 1);
}

static void checking_a_statement_tells_what_is_wrong_with_it(void **state)
{
    static const struct db_statement missing = {0, "bad_select",
                                                BOTH_ENGINES("SELECT nothing FROM all_values")};
    static const struct db_statement two = {0, "two_of_them", BOTH_ENGINES("SELECT 1; SELECT 2")};
    assert_ok(db_check_statement(*state, &VALUE_INSERT, &seen_error));
    assert_ok(db_check_statement(*state, &COUNTER_RETURNING, &seen_error));
    assert_fails(db_check_statement(*state, &missing, &seen_error), STATUS_INTERNAL, "");
    assert_non_null(strstr(seen_error.message, "bad_select"));
    assert_non_null(strstr(seen_error.message, "nothing"));
    assert_fails(db_check_statement(*state, &two, &seen_error), STATUS_INTERNAL, "");
    assert_int_equal(count_values(*state), 0);
}

static void ping_and_engine_answer(void **state)
{
    assert_true(db_ping(*state));
    assert_int_equal(db_engine_of(*state), engine);
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, open_fresh, close_it)

static int run_all(const char *name)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(a_committed_row_is_there_for_everybody),
        ON_FRESH(a_transaction_that_is_left_early_leaves_nothing),
        ON_FRESH(an_early_end_with_open_rows_is_a_rollback_too),
        ON_FRESH(what_is_not_committed_nobody_else_sees),
        ON_FRESH(a_read_transaction_sees_one_snapshot),
        ON_FRESH(a_read_transaction_refuses_to_write),
        ON_FRESH(after_a_failed_statement_only_rollback_is_left),
        ON_FRESH(rows_are_to_be_closed_before_the_next_step),
        cmocka_unit_test(without_a_free_connection_it_is_busy_after_the_wait),
        ON_FRESH(writers_in_many_threads_lose_no_change),
        ON_FRESH(a_thousand_transactions_keep_no_file_open),
        ON_FRESH(a_broken_constraint_is_a_conflict_that_names_it),
        ON_FRESH(doubles_come_back_to_the_last_bit),
        ON_FRESH(whole_numbers_come_back),
        ON_FRESH(text_comes_back_byte_for_byte),
        ON_FRESH(blobs_of_every_byte_come_back),
        ON_FRESH(null_comes_back_as_null),
        ON_FRESH(values_that_one_engine_would_change_are_refused),
        ON_FRESH(parameters_go_by_their_number),
        ON_FRESH(the_number_of_values_must_be_right),
        ON_FRESH(a_statement_that_was_not_given_at_open_is_refused),
        ON_FRESH(the_number_of_changed_rows_is_told),
        ON_FRESH(a_change_can_give_rows),
        ON_FRESH(checking_a_statement_tells_what_is_wrong_with_it),
        ON_FRESH(ping_and_engine_answer),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    return harness_run_on_both(run_all, &engine);
}
