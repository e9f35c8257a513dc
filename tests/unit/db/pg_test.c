// What is PostgreSQL's alone: sessions that come and go, outcomes that are not known, types, settings.
#include "harness.h"

#include "base/clock.h"
#include "db/db_pg.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static struct db *fresh_with(struct db_options *out_options, size_t pool_size, int wait_ms)
{
    uint32_t version;
    *out_options = fresh_options(DB_POSTGRESQL);
    out_options->pool_size = pool_size;
    out_options->busy_timeout_ms = wait_ms;
    struct db *db = open_database(out_options);
    assert_ok(db_migrate(db, MIGRATIONS, MIGRATION_COUNT, &version, &seen_error));
    return db;
}

static struct db *fresh(void)
{
    struct db_options options;
    return fresh_with(&options, 0, 0);
}

static enum status insert(struct db_tx *tx, int64_t id)
{
    return db_execute(tx, &VALUE_INSERT, DB_PARAMS(DB_INT(id), DB_NULL, DB_NULL, DB_NULL, DB_NULL), NULL,
                      &seen_error);
}

// As an operator or a failing network would: every session of this database but the asking one.
static void terminate_others(struct db *db)
{
    DB_TX_SCOPE tx = NULL;
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    assert_ok(db_begin(db, DB_READ, &tx, &seen_error));
    assert_ok(db_query(tx, &TERMINATE_OTHERS, DB_NO_PARAMS, &rows, &seen_error));
    assert_ok(db_next(rows, &has_row, &seen_error));
    db_rows_done(&rows);
}

// ---- losing the server

static void a_restart_of_the_server_is_not_noticed_between_transactions(void **state)
{
    (void)state;
    struct db *db = fresh();
    insert_value(db, 1);
    for (int64_t round = 2; round < 5; round++) {
        cluster_stop();
        cluster_start();
        insert_value(db, round);
        assert_int_equal(count_values(db), round);
    }
    db_close(db);
}

static void while_the_server_is_down_the_answer_is_unavailable(void **state)
{
    (void)state;
    enum { WAIT_MS = 100 };
    struct db_options options;
    struct db *db = fresh_with(&options, 2, WAIT_MS);
    struct db_tx *tx = NULL;
    insert_value(db, 1);
    cluster_stop();
    int64_t before_us = clock_monotonic_us();
    assert_fails(db_begin(db, DB_WRITE, &tx, &seen_error), STATUS_UNAVAILABLE, "state_unavailable");
    assert_true(clock_monotonic_us() - before_us >= WAIT_MS * 1000);
    assert_null(strstr(seen_error.message, "/")); // no path of the socket, no host
    before_us = clock_monotonic_us();
    for (int i = 0; i < 20; i++)
        assert_fails(db_begin(db, DB_READ, &tx, &seen_error), STATUS_UNAVAILABLE, "state_unavailable");
    assert_true(clock_monotonic_us() - before_us <
                20 * WAIT_MS * 1000); // a known outage is not waited for again
    assert_false(db_ping(db));
    cluster_start();
    assert_true(db_ping(db));
    insert_value(db, 2);
    assert_int_equal(count_values(db), 2);
    db_close(db);
}

static void pauses_between_attempts_grow_to_a_second(void **state)
{
    (void)state;
    static const int64_t pauses_ms[] = {50, 100, 200, 400, 800, 1000, 1000};
    int64_t pause_us = 0;
    for (size_t i = 0; i < sizeof pauses_ms / sizeof *pauses_ms; i++) {
        pause_us = pg_pause_after(pause_us);
        assert_int_equal(pause_us, pauses_ms[i] * 1000);
        assert_in_range(pg_jitter(pause_us), pause_us / 2, pause_us);
    }
    assert_int_equal(pg_jitter(0), 0);
}

static void a_session_that_dies_in_a_transaction_takes_it_back(void **state)
{
    (void)state;
    struct db *db = fresh();
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(db, DB_WRITE, &tx, &seen_error));
    assert_ok(insert(tx, 1));
    terminate_others(db);
    assert_fails(insert(tx, 2), STATUS_UNAVAILABLE, "state_unavailable");
    db_rollback(&tx);
    assert_int_equal(count_values(db), 0);
    insert_value(db, 3);
    db_close(db);
}

static void a_commit_without_an_answer_has_an_unknown_outcome(void **state)
{
    (void)state;
    struct db *db = fresh();
    struct db_tx *tx = NULL;
    assert_ok(db_begin(db, DB_WRITE, &tx, &seen_error));
    assert_ok(insert(tx, 1));
    terminate_others(db);
    assert_fails(db_commit(&tx, &seen_error), STATUS_UNAVAILABLE, "unknown_outcome");
    assert_null(tx);
    assert_int_equal(count_values(db), 0);
    db_close(db);
}

static void a_commit_whose_answer_is_lost_may_have_taken_place(void **state)
{
    (void)state;
    struct db *db = fresh();
    struct db_tx *tx = NULL;
    assert_ok(db_begin(db, DB_WRITE, &tx, &seen_error));
    assert_ok(insert(tx, 1));
    const struct pg_connection *connection = (struct pg_connection *)tx;
    assert_int_equal(shutdown(PQsocket(connection->handle), SHUT_RD), 0); // COMMIT goes out, nothing comes in
    assert_fails(db_commit(&tx, &seen_error), STATUS_UNAVAILABLE, "unknown_outcome");
    while (count_values(db) == 0) // the server may still be about it
        (void)sched_yield();
    assert_int_equal(count_values(db), 1);
    db_close(db);
}

static void reading_loses_nothing_by_a_lost_end(void **state)
{
    (void)state;
    struct db *db = fresh();
    struct db_tx *tx = NULL;
    assert_ok(db_begin(db, DB_READ, &tx, &seen_error));
    assert_int_equal(count_in(tx), 0);
    terminate_others(db);
    assert_ok(db_commit(&tx, &seen_error));
    db_close(db);
}

static void sessions_are_never_more_than_the_pool(void **state)
{
    (void)state;
    static const struct db_statement sessions = {
        0, "sessions",
        BOTH_ENGINES("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")};
    static const struct db_statement *const statements[] = {&sessions};
    struct db_options options;
    struct db *db = fresh_with(&options, 3, 0);
    for (int64_t round = 0; round < 5; round++) {
        terminate_others(db);
        insert_value(db, round);
    }
    options.statements = statements;
    options.statement_count = 1;
    options.pool_size = 1;
    struct db *watcher = open_database(&options);
    DB_TX_SCOPE tx = NULL;
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    assert_ok(db_begin(watcher, DB_READ, &tx, &seen_error));
    assert_ok(db_query(tx, &sessions, DB_NO_PARAMS, &rows, &seen_error));
    assert_ok(db_next(rows, &has_row, &seen_error));
    assert_in_range(db_int(rows, 0), 2, 4);
    db_rows_done(&rows);
    db_rollback(&tx);
    db_close(watcher);
    db_close(db);
}

// ---- freezing, or losing the machine, in a transaction

static const struct db_statement IDLES_IN_TRANSACTION = {
    0, "idles_in_transaction",
    BOTH_ENGINES("SELECT count(*) FROM pg_stat_activity"
                 " WHERE pid = CAST($1 AS bigint) AND state = 'idle in transaction'")};

static bool idles_in_transaction(struct db_options *options, const struct db_tx *of)
{
    static const struct db_statement *const statements[] = {&IDLES_IN_TRANSACTION};
    const int pid = PQbackendPID(((const struct pg_connection *)of)->handle);
    options->statements = statements;
    options->statement_count = 1;
    struct db *watcher = open_database(options);
    struct db_tx *tx = NULL;
    struct db_rows *rows = NULL;
    bool has_row;
    assert_ok(db_begin(watcher, DB_READ, &tx, &seen_error));
    assert_ok(db_query(tx, &IDLES_IN_TRANSACTION, DB_PARAMS(DB_INT(pid)), &rows, &seen_error));
    assert_ok(db_next(rows, &has_row, &seen_error));
    const bool idles = db_int(rows, 0) == 1;
    db_rows_done(&rows);
    db_rollback(&tx);
    db_close(watcher);
    return idles;
}

static enum status defer_insert(struct db_tx *tx, int64_t id, struct str bytes)
{
    return db_defer(tx, &VALUE_INSERT, DB_PARAMS(DB_INT(id), DB_NULL, DB_NULL, DB_NULL, DB_BLOB(bytes)),
                    &seen_error);
}

// Only such a session is ended by idle_in_transaction_session_timeout, and its locks with it.
static void what_was_deferred_does_not_keep_the_server_from_seeing_that_a_transaction_idles(void **state)
{
    (void)state;
    static const size_t sizes[] = {100000, 700};
    static char bytes[100000];
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct db_options options;
        struct db *db = fresh_with(&options, 2, 0);
        DB_TX_SCOPE tx = NULL;
        assert_ok(db_begin(db, DB_WRITE, &tx, &seen_error));
        for (int64_t id = 1; id <= 14; id++)
            assert_ok(defer_insert(tx, id, (struct str){bytes, sizes[i]}));
        assert_true(idles_in_transaction(&options, tx));
        assert_ok(db_commit(&tx, &seen_error));
        assert_int_equal(count_values(db), 14);
        db_close(db);
    }
}

// ---- writers in each other's way

struct crossing {
    struct db *db;
    pthread_barrier_t *both_have_one;
    int64_t first, second;
    enum status status;
    struct error error;
};

static enum status add(struct db_tx *tx, int64_t id, struct error *error)
{
    return db_execute(tx, &COUNTER_ADD, DB_PARAMS(DB_INT(id), DB_INT(1)), NULL, error);
}

static void *lock_crosswise(void *argument)
{
    struct crossing *crossing = argument;
    DB_TX_SCOPE tx = NULL;
    crossing->status = db_begin(crossing->db, DB_WRITE, &tx, &crossing->error);
    if (crossing->status == STATUS_OK) crossing->status = add(tx, crossing->first, &crossing->error);
    (void)pthread_barrier_wait(crossing->both_have_one);
    if (crossing->status == STATUS_OK) crossing->status = add(tx, crossing->second, &crossing->error);
    if (crossing->status == STATUS_OK) crossing->status = db_commit(&tx, &crossing->error);
    return NULL;
}

static void of_two_that_lock_crosswise_one_is_told_to_try_again(void **state)
{
    (void)state;
    struct db *db = fresh();
    pthread_barrier_t both_have_one;
    pthread_barrier_init(&both_have_one, NULL, 2);
    struct crossing crossings[] = {{.db = db, .both_have_one = &both_have_one, .first = 1, .second = 2},
                                   {.db = db, .both_have_one = &both_have_one, .first = 2, .second = 1}};
    pthread_t other;
    assert_int_equal(pthread_create(&other, NULL, lock_crosswise, &crossings[1]), 0);
    (void)lock_crosswise(&crossings[0]);
    assert_int_equal(pthread_join(other, NULL), 0);
    const struct crossing *loser = &crossings[crossings[0].status == STATUS_OK];
    assert_int_equal(loser->status, STATUS_UNAVAILABLE);
    assert_string_equal(loser->error.code, "state_retry");
    assert_int_equal(crossings[loser == &crossings[0]].status, STATUS_OK);
    pthread_barrier_destroy(&both_have_one);
    db_close(db);
}

// ---- settings and types

static void assert_setting(struct db *db, const char *name, const char *expected)
{
    DB_TX_SCOPE tx = NULL;
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    assert_ok(db_begin(db, DB_WRITE, &tx, &seen_error));
    assert_ok(db_query(tx, &SETTING, DB_PARAMS(DB_TEXT(str_from_c(name))), &rows, &seen_error));
    assert_ok(db_next(rows, &has_row, &seen_error));
    if (!str_eq(db_text(rows, 0), str_from_c(expected)))
        fail_msg("%s is %.*s, not %s", name, STR_ARG(db_text(rows, 0)), expected);
    db_rows_done(&rows);
}

static void each_session_has_the_settings_of_the_security_rules(void **state)
{
    (void)state;
    static const char *const settings[][2] = {
        {"lock_timeout", "3s"},
        {"statement_timeout", "10s"},
        {"idle_in_transaction_session_timeout", "10s"},
        {"application_name", "tlab"},
        {"client_encoding", "UTF8"},
        {"transaction_isolation", "read committed"},
        {"synchronous_commit", "on"},
        {"jit", "off"},
        {"enable_sort", "off"},
        {"enable_seqscan", "off"},
        {"plan_cache_mode", "force_generic_plan"},
    };
    struct db *db = fresh();
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
            assert_setting(db, settings[i][0], settings[i][1]);
        cluster_run("ALTER SYSTEM SET synchronous_commit = off"); // our sessions do not follow it
        cluster_run("SELECT pg_reload_conf()");
        terminate_others(db);
    }
    cluster_run("ALTER SYSTEM RESET synchronous_commit");
    cluster_run("SELECT pg_reload_conf()");
    db_close(db);
}

static void types_that_do_not_cross_the_seam_are_refused_by_the_check(void **state)
{
    (void)state;
    static const struct db_statement refused[] = {
        {0, "total", BOTH_ENGINES("SELECT sum(total) AS grand_total FROM counter")},
        {0, "moment", BOTH_ENGINES("SELECT now() AS moment")},
        {0, "small", BOTH_ENGINES("SELECT 1 + $1")},
    };
    static const struct db_statement cast = {
        0, "cast",
        BOTH_ENGINES("SELECT CAST(sum(total) AS bigint), 1 + CAST($1 AS bigint), 1 < 2, 5 FROM counter")};
    struct db *db = fresh();
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_fails(db_check_statement(db, &refused[i], &seen_error), STATUS_INTERNAL, "");
        assert_non_null(strstr(seen_error.message, "write a cast"));
    }
    assert_ok(db_check_statement(db, &cast, &seen_error));
    db_close(db);
}

static void a_value_of_the_wrong_type_is_refused(void **state)
{
    (void)state;
    const struct db_value wrong[] = {DB_DOUBLE(1.5), DB_TEXT(STR("1")), DB_BLOB(STR("1"))};
    struct db *db = fresh();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        DB_TX_SCOPE tx = NULL;
        assert_ok(db_begin(db, DB_WRITE, &tx, &seen_error));
        assert_fails(db_execute(tx, &COUNTER_ADD, DB_PARAMS(DB_INT(1), wrong[i]), NULL, &seen_error),
                     STATUS_INTERNAL, "");
    }
    db_close(db);
}

// ---- opening

static void a_server_that_is_not_there_is_reported_with_its_reason(void **state)
{
    (void)state;
    struct db *db = NULL;
    char url[300];
    (void)snprintf(url, sizeof url, "postgresql:///x?host=%s", harness_folder());
    const struct db_options options = {.postgresql_url = str_from_c(url), .busy_timeout_ms = 50};
    assert_fails(db_open(&options, &db, &seen_error), STATUS_UNAVAILABLE, "state_unavailable");
    if (!strstr(seen_error.message, harness_folder())) fail_msg("%s", seen_error.message);
    assert_null(db);
}

static void a_url_that_is_none_is_refused_without_repeating_its_password(void **state)
{
    (void)state;
    struct db *db = NULL;
    const struct db_options options = {.postgresql_url = STR("postgresql://me:secret@[::1/x")};
    assert_fails(db_open(&options, &db, &seen_error), STATUS_INVALID, "");
    assert_null(strstr(seen_error.message, "secret"));
}

static void a_database_that_is_not_utf8_is_refused(void **state)
{
    (void)state;
    struct db *db = NULL;
    cluster_run("CREATE DATABASE ascii TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'");
    const struct db_options options = {.postgresql_url = str_from_c(cluster_url("ascii"))};
    assert_fails(db_open(&options, &db, &seen_error), STATUS_UNSUPPORTED, "");
    assert_non_null(strstr(seen_error.message, "SQL_ASCII"));
}

static int run_all(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_restart_of_the_server_is_not_noticed_between_transactions),
        cmocka_unit_test(while_the_server_is_down_the_answer_is_unavailable),
        cmocka_unit_test(pauses_between_attempts_grow_to_a_second),
        cmocka_unit_test(a_session_that_dies_in_a_transaction_takes_it_back),
        cmocka_unit_test(a_commit_without_an_answer_has_an_unknown_outcome),
        cmocka_unit_test(a_commit_whose_answer_is_lost_may_have_taken_place),
        cmocka_unit_test(reading_loses_nothing_by_a_lost_end),
        cmocka_unit_test(sessions_are_never_more_than_the_pool),
        cmocka_unit_test(what_was_deferred_does_not_keep_the_server_from_seeing_that_a_transaction_idles),
        cmocka_unit_test(of_two_that_lock_crosswise_one_is_told_to_try_again),
        cmocka_unit_test(each_session_has_the_settings_of_the_security_rules),
        cmocka_unit_test(types_that_do_not_cross_the_seam_are_refused_by_the_check),
        cmocka_unit_test(a_value_of_the_wrong_type_is_refused),
        cmocka_unit_test(a_server_that_is_not_there_is_reported_with_its_reason),
        cmocka_unit_test(a_url_that_is_none_is_refused_without_repeating_its_password),
        cmocka_unit_test(a_database_that_is_not_utf8_is_refused),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    return harness_run_on_postgresql(run_all);
}
