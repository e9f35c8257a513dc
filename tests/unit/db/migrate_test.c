#include "harness.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static enum db_engine engine; // under test

#define NOTE "CREATE TABLE note (id text PRIMARY KEY, words text NOT NULL)"

static const struct db_migration THREE[] = {
    {1,
     "first",
     {NOTE " STRICT; INSERT INTO note VALUES ('a', 'one')", NOTE "; INSERT INTO note VALUES ('a', 'one')"}},
    {2,
     "second",
     {"ALTER TABLE note ADD COLUMN size INTEGER; UPDATE note SET size = 3",
      "ALTER TABLE note ADD COLUMN size bigint; UPDATE note SET size = 3"}},
    {3, "third",
     BOTH_ENGINES("CREATE INDEX note_words ON note (words); INSERT INTO note VALUES ('b', 'two', 3)")},
};

static const struct db_migration BROKEN[] = {
    {1, "first", {NOTE " STRICT", NOTE}},
    {2, "broken",
     BOTH_ENGINES("INSERT INTO note VALUES ('kept', 'not'); ALTER TABLE no_such_table ADD COLUMN x bigint")},
};

static const struct db_statement NOTE_SIZES = {
    0, "note_sizes", BOTH_ENGINES("SELECT count(*), CAST(coalesce(sum(size), 0) AS bigint) FROM note")};
static const struct db_statement NOTE_COUNT = {1, "note_count", BOTH_ENGINES("SELECT count(*) FROM note")};
static const struct db_statement HISTORY = {
    2, "history", BOTH_ENGINES("SELECT version, name, applied_at FROM schema_migrations ORDER BY version")};
static const struct db_statement *const STATEMENTS[] = {&NOTE_SIZES, &NOTE_COUNT, &HISTORY};

static struct db_options empty(void)
{
    struct db_options options = fresh_options(engine);
    options.statements = STATEMENTS;
    options.statement_count = 3;
    return options;
}

static uint32_t migrate(struct db *db, const struct db_migration *migrations, size_t count)
{
    uint32_t version = 99;
    assert_ok(db_migrate(db, migrations, count, &version, &seen_error));
    return version;
}

static int64_t number(struct db *db, const struct db_statement *statement, int column)
{
    DB_TX_SCOPE tx = NULL;
    DB_ROWS_SCOPE rows = NULL;
    bool has_row = false;
    assert_ok(db_begin(db, DB_READ, &tx, &seen_error));
    assert_ok(db_query(tx, statement, DB_NO_PARAMS, &rows, &seen_error));
    assert_ok(db_next(rows, &has_row, &seen_error));
    const int64_t value = has_row ? db_int(rows, column) : -1;
    db_rows_done(&rows);
    return value;
}

static void assert_complete(struct db *db)
{
    assert_int_equal(number(db, &NOTE_SIZES, 0), 2);
    assert_int_equal(number(db, &NOTE_SIZES, 1), 6);
}

static void an_empty_database_gets_every_migration_once(void **state)
{
    (void)state;
    const struct db_options options = empty();
    struct db *db = open_database(&options);
    assert_int_equal(migrate(db, THREE, 3), 3);
    assert_complete(db);
    assert_int_equal(migrate(db, THREE, 3), 3);
    assert_complete(db);
    db_close(db);
}

static void no_migrations_at_all_are_version_0(void **state)
{
    (void)state;
    const struct db_options options = empty();
    struct db *db = open_database(&options);
    assert_int_equal(migrate(db, NULL, 0), 0);
    db_close(db);
}

static void the_history_is_kept_with_names_and_times(void **state)
{
    (void)state;
    const struct db_options options = empty();
    struct db *db = open_database(&options);
    (void)migrate(db, THREE, 3);
    DB_TX_SCOPE tx = NULL;
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    assert_ok(db_begin(db, DB_READ, &tx, &seen_error));
    assert_ok(db_query(tx, &HISTORY, DB_NO_PARAMS, &rows, &seen_error));
    for (size_t i = 0; i < 3; i++) {
        assert_ok(db_next(rows, &has_row, &seen_error));
        assert_true(has_row);
        assert_int_equal(db_int(rows, 0), THREE[i].version);
        assert_true(str_eq(db_text(rows, 1), str_from_c(THREE[i].name)));
        assert_true(db_int(rows, 2) > INT64_C(1700000000000000));
    }
    assert_ok(db_next(rows, &has_row, &seen_error));
    assert_false(has_row);
    db_rows_done(&rows);
    db_rollback(&tx);
    db_close(db);
}

static void a_database_that_is_newer_is_left_alone(void **state)
{
    (void)state;
    const struct db_options options = empty();
    struct db *db = open_database(&options);
    uint32_t version = 99;
    (void)migrate(db, THREE, 3);
    assert_fails(db_migrate(db, THREE, 2, &version, &seen_error), STATUS_CONFLICT, "state_newer");
    assert_int_equal(version, 99);
    assert_complete(db);
    db_close(db);
}

static void a_migration_that_fails_leaves_the_version_before(void **state)
{
    (void)state;
    const struct db_options options = empty();
    struct db *db = open_database(&options);
    uint32_t version = 99;
    assert_int_not_equal(db_migrate(db, BROKEN, 2, &version, &seen_error), STATUS_OK);
    assert_int_equal(version, 99);
    assert_int_equal(number(db, &NOTE_COUNT, 0), 0);
    const struct db_migration repaired[] = {
        BROKEN[0], {2, "repaired", BOTH_ENGINES("INSERT INTO note VALUES ('a', 'b')")}};
    assert_int_equal(migrate(db, repaired, 2), 2);
    assert_int_equal(number(db, &NOTE_COUNT, 0), 1);
    db_close(db);
}

// ---- killed at any moment

static void migrate_in_a_child(const struct db_options *options)
{
    struct db *db = NULL;
    uint32_t version;
    if (db_open(options, &db, NULL) == STATUS_OK) (void)db_migrate(db, THREE, 3, &version, NULL);
    _exit(0);
}

static void a_killed_migration_is_taken_up_again(void **state)
{
    (void)state;
    for (int round = 0; round < 12; round++) {
        const struct db_options options = empty();
        const pid_t child = fork();
        if (child == 0) migrate_in_a_child(&options);
        (void)poll(NULL, 0, round); // each round dies at another point; whichever it is, the end is the same
        (void)kill(child, SIGKILL);
        assert_int_equal(waitpid(child, NULL, 0), child);
        struct db *db = open_database(&options);
        assert_int_equal(migrate(db, THREE, 3), 3);
        assert_complete(db);
        db_close(db);
    }
}

// ---- several at once

struct migrator {
    struct db *db;
    enum status status;
    uint32_t version;
    struct error error;
};

static void *run_migrator(void *argument)
{
    struct migrator *migrator = argument;
    migrator->status = db_migrate(migrator->db, THREE, 3, &migrator->version, &migrator->error);
    return NULL;
}

static void several_that_migrate_at_once_do_it_once(void **state)
{
    (void)state;
    enum { COUNT = 4 };
    struct migrator migrators[COUNT] = {0};
    pthread_t threads[COUNT];
    const struct db_options options = empty();
    for (size_t i = 0; i < COUNT;
         i++) // PostgreSQL: processes of their own, as it were; SQLite: threads of the only one
        migrators[i].db = i == 0 || engine == DB_POSTGRESQL ? open_database(&options) : migrators[0].db;
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_migrator, &migrators[i]), 0);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (size_t i = 0; i < COUNT; i++) {
        if (migrators[i].status != STATUS_OK) fail_msg("%s", migrators[i].error.message);
        assert_int_equal(migrators[i].version, 3);
    }
    assert_complete(migrators[0].db);
    for (size_t i = 0; i < COUNT; i++)
        if (i == 0 || engine == DB_POSTGRESQL) db_close(migrators[i].db);
}

// ---- the copy that SQLite keeps

static const char *copy_of(const struct db_options *options, const char *number_text)
{
    static char path[600];
    (void)snprintf(path, sizeof path, "%s.before-%s", options->sqlite_path.ptr, number_text);
    return path;
}

static void a_copy_is_kept_before_data_is_migrated(void **state)
{
    (void)state;
    if (engine != DB_SQLITE) return; // PostgreSQL's backups are its operator's
    const struct db_options options = empty();
    struct stat about;
    struct db *db = open_database(&options);
    (void)migrate(db, THREE, 1);
    assert_int_equal(access(copy_of(&options, "0001"), F_OK), -1); // there was nothing to keep
    assert_int_equal(migrate(db, THREE, 3), 3);
    assert_complete(db);
    db_close(db);
    assert_int_equal(stat(copy_of(&options, "0002"), &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(access(copy_of(&options, "0003"), F_OK), -1); // one copy for one run
    assert_int_equal(access(copy_of(&options, "0002.partial"), F_OK), -1);
    struct db_options old = options;
    old.sqlite_path = str_from_c(copy_of(&options, "0002"));
    db = open_database(&old);
    assert_int_equal(number(db, &NOTE_COUNT, 0), 1);
    assert_int_equal(migrate(db, THREE, 1), 1); // it is of version 1
    db_close(db);
}

static void a_new_database_leaves_no_copy(void **state)
{
    (void)state;
    if (engine != DB_SQLITE) return;
    static const char *const numbers[] = {"0001", "0002", "0003"};
    const struct db_options options = empty();
    struct db *db = open_database(&options);
    assert_int_equal(migrate(db, THREE, 3), 3);
    db_close(db);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        assert_int_equal(access(copy_of(&options, numbers[i]), F_OK), -1);
}

static int run_all(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_database_gets_every_migration_once),
        cmocka_unit_test(no_migrations_at_all_are_version_0),
        cmocka_unit_test(the_history_is_kept_with_names_and_times),
        cmocka_unit_test(a_database_that_is_newer_is_left_alone),
        cmocka_unit_test(a_migration_that_fails_leaves_the_version_before),
        cmocka_unit_test(a_killed_migration_is_taken_up_again),
        cmocka_unit_test(several_that_migrate_at_once_do_it_once),
        cmocka_unit_test(a_copy_is_kept_before_data_is_migrated),
        cmocka_unit_test(a_new_database_leaves_no_copy),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    return harness_run_on_both(run_all, &engine);
}
