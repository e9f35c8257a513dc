// Writers that come while another one writes: one flush for all, and each its own outcome.
#include "harness.h"

#include "db/db_sqlite.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

enum { WRITERS = 5, ROUNDS = 200 };

// What one thread does in its transaction: a row of this id, and then it commits or leaves.
struct writer {
    pthread_t thread;
    struct db *db;
    int64_t id;
    bool leaves;
    enum status status;
    struct error error;
    int commits; // as many when it had ended
};

static int commits; // of the file
static bool commits_fail;

static int on_commit(void *context)
{
    (void)context;
    commits++;
    return commits_fail; // true: it becomes a rollback
}

static struct sqlite_db *inside(struct db *db)
{
    return (struct sqlite_db *)db;
}

static enum status write_row(struct writer *writer)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(writer->db, DB_WRITE, &tx, &writer->error));
    TRY(db_execute(tx, &VALUE_INSERT, DB_PARAMS(DB_INT(writer->id), DB_NULL, DB_NULL, DB_NULL, DB_NULL), NULL,
                   &writer->error));
    return writer->leaves ? STATUS_CANCELLED : db_commit(&tx, &writer->error);
}

static void *write_in_thread(void *argument)
{
    struct writer *writer = argument;
    writer->status = write_row(writer);
    writer->commits = commits;
    return NULL;
}

static void wait_until_waiting(struct db *db, size_t count)
{
    struct pool *pool = &inside(db)->writers;
    for (size_t waiting = 0; waiting < count; sched_yield()) {
        pthread_mutex_lock(&pool->mutex);
        waiting = pool->waiting;
        pthread_mutex_unlock(&pool->mutex);
    }
}

// The first writer begins, all others wait for its end; then they go on one after the other.
static void run_together(struct db *db, struct writer writers[WRITERS])
{
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(db, DB_WRITE, &tx, &seen_error));
    for (size_t i = 1; i < WRITERS; i++) {
        assert_int_equal(pthread_create(&writers[i].thread, NULL, write_in_thread, &writers[i]), 0);
        wait_until_waiting(db, i);
    }
    assert_ok(db_execute(tx, &VALUE_INSERT,
                         DB_PARAMS(DB_INT(writers[0].id), DB_NULL, DB_NULL, DB_NULL, DB_NULL), NULL,
                         &seen_error));
    commits = 0;
    sqlite3_commit_hook(inside(db)->connections[0].handle, on_commit, NULL);
    writers[0].status = db_commit(&tx, &writers[0].error);
    for (size_t i = 1; i < WRITERS; i++)
        assert_int_equal(pthread_join(writers[i].thread, NULL), 0);
    sqlite3_commit_hook(inside(db)->connections[0].handle, NULL, NULL);
}

static void prepare(struct db **out_db, struct writer writers[WRITERS])
{
    *out_db = fresh_database(DB_SQLITE);
    commits_fail = false;
    for (size_t i = 0; i < WRITERS; i++)
        writers[i] = (struct writer){.db = *out_db, .id = (int64_t)i + 1};
}

static void writers_that_wait_share_one_flush(void **state)
{
    (void)state;
    struct writer writers[WRITERS];
    struct db *db;
    prepare(&db, writers);
    run_together(db, writers);
    for (size_t i = 0; i < WRITERS; i++)
        assert_int_equal(writers[i].status, STATUS_OK);
    assert_int_equal(count_values(db), WRITERS);
    assert_int_equal(commits, 1);
    db_close(db);
}

static void one_that_fails_or_leaves_takes_nobody_with_it(void **state)
{
    (void)state;
    struct writer writers[WRITERS];
    struct db *db;
    prepare(&db, writers);
    writers[1].id = writers[0].id; // is there already
    writers[WRITERS - 1].leaves = true;
    run_together(db, writers);
    assert_int_equal(writers[1].status, STATUS_CONFLICT);
    assert_int_equal(writers[WRITERS - 1].status, STATUS_CANCELLED);
    for (size_t i = 0; i < WRITERS - 1; i++)
        if (i != 1) assert_int_equal(writers[i].status, STATUS_OK);
    assert_int_equal(count_values(db), WRITERS - 2);
    assert_int_equal(commits, 1);
    db_close(db);
}

// A refusal may be for a row that another one has written: whoever is told of it must find the row.
static void one_that_fails_ends_when_what_it_met_can_be_seen(void **state)
{
    (void)state;
    struct writer writers[WRITERS];
    struct db *db;
    prepare(&db, writers);
    writers[1].id = writers[0].id;
    writers[2].leaves = true;
    run_together(db, writers);
    assert_int_equal(writers[1].status, STATUS_CONFLICT);
    assert_int_equal(writers[1].commits, 1);
    assert_int_equal(writers[2].commits, 1);
    db_close(db);
}

static void where_the_flush_fails_nobody_is_told_otherwise(void **state)
{
    (void)state;
    struct writer writers[WRITERS];
    struct db *db;
    prepare(&db, writers);
    commits_fail = true;
    run_together(db, writers);
    for (size_t i = 0; i < WRITERS; i++) {
        assert_int_equal(writers[i].status,
                         STATUS_CONFLICT); // as SQLite calls a commit that the hook refuses
        assert_string_equal(writers[i].error.code, "constraint");
        assert_true(writers[i].error.message[0] != 0);
    }
    assert_int_equal(count_values(db), 0);
    insert_value(db, 1);
    assert_int_equal(count_values(db), 1);
    db_close(db);
}

// As SQLite does when the disk is full or fails: all that was not committed is gone.
static void where_the_transaction_is_lost_on_the_way_its_members_are_told(void **state)
{
    (void)state;
    struct writer writers[WRITERS];
    struct db *db;
    prepare(&db, writers);
    DB_TX_SCOPE first = NULL;
    assert_ok(db_begin(db, DB_WRITE, &first, &seen_error));
    assert_int_equal(pthread_create(&writers[1].thread, NULL, write_in_thread, &writers[1]), 0);
    wait_until_waiting(db, 1);
    struct sqlite_connection *connection = &inside(db)->connections[0];
    struct sqlite_member before = {.error = &writers[0].error}; // committed already, and waits for the disk
    sqlite_group_join(&inside(db)->group, &before);
    assert_int_equal(sqlite3_exec(connection->handle, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(connection->handle, "INSERT INTO nowhere VALUES (1)", NULL, NULL, NULL),
                     SQLITE_ERROR);
    db_rollback(&first);
    assert_int_equal(sqlite_group_wait(&inside(db)->group, &before), STATUS_INTERNAL);
    assert_int_equal(pthread_join(writers[1].thread, NULL), 0);
    assert_int_equal(writers[1].status, STATUS_OK); // a transaction of its own
    assert_int_equal(count_values(db), 1);
    db_close(db);
}

static void *add_or_leave(void *argument)
{
    struct writer *writer = argument;
    for (int64_t round = 0; round < ROUNDS; round++) {
        struct writer one = {.db = writer->db, .id = writer->id * ROUNDS + round, .leaves = round % 3 == 0};
        const enum status status = write_row(&one);
        if (status != (one.leaves ? STATUS_CANCELLED : STATUS_OK)) writer->status = status;
    }
    return NULL;
}

static void what_was_answered_is_what_is_stored_whoever_comes_when(void **state)
{
    (void)state;
    struct writer writers[WRITERS];
    struct db *db;
    prepare(&db, writers);
    for (size_t i = 0; i < WRITERS; i++)
        assert_int_equal(pthread_create(&writers[i].thread, NULL, add_or_leave, &writers[i]), 0);
    for (size_t i = 0; i < WRITERS; i++) {
        assert_int_equal(pthread_join(writers[i].thread, NULL), 0);
        assert_int_equal(writers[i].status, STATUS_OK);
    }
    assert_int_equal(count_values(db), WRITERS * (ROUNDS - (ROUNDS + 2) / 3));
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writers_that_wait_share_one_flush),
        cmocka_unit_test(one_that_fails_or_leaves_takes_nobody_with_it),
        cmocka_unit_test(one_that_fails_ends_when_what_it_met_can_be_seen),
        cmocka_unit_test(where_the_flush_fails_nobody_is_told_otherwise),
        cmocka_unit_test(where_the_transaction_is_lost_on_the_way_its_members_are_told),
        cmocka_unit_test(what_was_answered_is_what_is_stored_whoever_comes_when),
    };
    if (!harness_init()) return EXIT_FAILURE;
    const int failed = cmocka_run_group_tests_name("groups of writers", tests, NULL, NULL);
    harness_done();
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
