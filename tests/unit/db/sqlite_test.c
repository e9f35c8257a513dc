// What is SQLite's alone: the file, its lock, its settings, damage, a full and a failing disk.
#include "harness.h"

#include "db/db_sqlite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct db *open_migrated(const struct db_options *options)
{
    uint32_t version;
    struct db *db = open_database(options);
    assert_ok(db_migrate(db, MIGRATIONS, MIGRATION_COUNT, &version, &seen_error));
    return db;
}

static struct db *fresh(struct db_options *out_options)
{
    *out_options = fresh_options(DB_SQLITE);
    out_options->busy_timeout_ms = 50;
    return open_migrated(out_options);
}

static struct sqlite_connection *writer_of(struct db *db)
{
    return &((struct sqlite_db *)db)->connections[0];
}

static struct sqlite_connection *reader_of(struct db *db)
{
    return &((struct sqlite_db *)db)->connections[1];
}

static const char *beside(const struct db_options *options, const char *ending)
{
    static char path[600];
    (void)snprintf(path, sizeof path, "%s%s", options->sqlite_path.ptr, ending);
    return path;
}

static unsigned mode_of(const char *path)
{
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    return about.st_mode & 0777;
}

// ---- the file

static void every_file_is_for_the_owner_alone(void **state)
{
    (void)state;
    const mode_t before = umask(0);
    struct db_options options;
    struct db *db = fresh(&options);
    insert_value(db, 1);
    (void)umask(before);
    static const char *const endings[] = {"", "-wal", "-shm", ".lock"};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(mode_of(beside(&options, endings[i])), 0600);
    db_close(db);
    assert_int_equal(chmod(options.sqlite_path.ptr, 0644), 0);
    db = open_database(&options);
    assert_int_equal(mode_of(options.sqlite_path.ptr), 0600);
    db_close(db);
}

static void what_was_committed_is_there_after_opening_again(void **state)
{
    (void)state;
    struct db_options options;
    struct db *db = fresh(&options);
    insert_value(db, 1);
    db_close(db);
    assert_int_equal(access(beside(&options, "-wal"), F_OK), -1); // closed in order: the log is moved in
    db = open_database(&options);
    assert_int_equal(count_values(db), 1);
    db_close(db);
}

static void a_path_that_cannot_be_is_refused(void **state)
{
    (void)state;
    struct db *db = NULL;
    struct db_options options = fresh_options(DB_SQLITE);
    options.sqlite_path = STR(":memory:");
    assert_fails(db_open(&options, &db, &seen_error), STATUS_INVALID, "");
    options.sqlite_path = (struct str){0};
    assert_fails(db_open(&options, &db, &seen_error), STATUS_INVALID, "");
    assert_int_equal(mkdir(harness_path("folder.db"), 0700), 0);
    options.sqlite_path = str_from_c(harness_path("folder.db"));
    assert_fails(db_open(&options, &db, &seen_error), STATUS_UNAVAILABLE, "");
    options.sqlite_path = str_from_c(harness_path("no/such/folder/state.db"));
    assert_fails(db_open(&options, &db, &seen_error), STATUS_UNAVAILABLE, "");
    assert_null(db);
}

// ---- the process lock

static void wait_for(pid_t child, int expected)
{
    int result;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result));
    assert_int_equal(WEXITSTATUS(result), expected);
}

static void a_second_process_is_refused_and_told_who_holds_it(void **state)
{
    (void)state;
    struct db_options options;
    struct db *db = fresh(&options), *second = NULL;
    char holder[32];
    (void)snprintf(holder, sizeof holder, "process %d", (int)getpid());
    const pid_t child = fork();
    if (child == 0) {
        struct error error = {0};
        const bool refused = db_open(&options, &second, &error) == STATUS_CONFLICT;
        _exit(refused && strcmp(error.code, "state_locked") == 0 && strstr(error.message, holder) ? 42 : 1);
    }
    wait_for(child, 42);
    assert_fails(db_open(&options, &second, &seen_error), STATUS_CONFLICT,
                 "state_locked"); // nor this one twice
    insert_value(db, 1);
    db_close(db);
    db = open_database(&options);
    db_close(db);
}

static void a_killed_process_leaves_no_lock_and_loses_nothing(void **state)
{
    (void)state;
    struct db_options options = fresh_options(DB_SQLITE);
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        insert_value(open_migrated(&options), 1);
        (void)!write(ready[1], "x", 1);
        for (;;)
            (void)pause();
    }
    char byte;
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    struct db *db = open_database(&options);
    assert_int_equal(count_values(db), 1);
    db_close(db);
    close(ready[0]);
    close(ready[1]);
}

// ---- settings

static void assert_setting(struct sqlite_connection *connection, const char *name, const char *expected)
{
    char sql[64];
    sqlite3_stmt *statement = NULL;
    (void)snprintf(sql, sizeof sql, "PRAGMA %s", name);
    assert_int_equal(sqlite3_prepare_v2(connection->handle, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const char *value = (const char *)sqlite3_column_text(statement, 0);
    if (strcmp(value, expected) != 0) fail_msg("%s is %s, not %s", name, value, expected);
    sqlite3_finalize(statement);
}

static void assert_config(struct sqlite_connection *connection, int option, int expected)
{
    int value = -1;
    assert_int_equal(sqlite3_db_config(connection->handle, option, -1, &value), SQLITE_OK);
    assert_int_equal(value, expected);
}

static void each_connection_has_the_settings_of_the_security_rules(void **state)
{
    (void)state;
    static const char *const settings[][2] = {
        {"journal_mode", "wal"},     {"synchronous", "2"},    {"foreign_keys", "1"},
        {"recursive_triggers", "1"}, {"trusted_schema", "0"}, {"cell_size_check", "1"},
        {"mmap_size", "0"},          {"temp_store", "2"},     {"journal_size_limit", "67108864"},
    };
    struct db_options options;
    struct db *db = fresh(&options);
    struct sqlite_connection *const both[] = {writer_of(db), reader_of(db)};
    for (size_t i = 0; i < 2; i++) {
        (void)sqlite3_set_authorizer(both[i]->handle, NULL, NULL);
        for (size_t k = 0; k < sizeof settings / sizeof *settings; k++)
            assert_setting(both[i], settings[k][0], settings[k][1]);
        assert_setting(both[i], "query_only", i ? "1" : "0");
        assert_config(both[i], SQLITE_DBCONFIG_DEFENSIVE, 1);
        assert_config(both[i], SQLITE_DBCONFIG_DQS_DML, 0);
        assert_config(both[i], SQLITE_DBCONFIG_DQS_DDL, 0);
        assert_config(both[i], SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0);
        assert_int_equal(sqlite3_limit(both[i]->handle, SQLITE_LIMIT_SQL_LENGTH, -1), 100000);
        assert_int_equal(sqlite3_limit(both[i]->handle, SQLITE_LIMIT_ATTACHED, -1), 0);
        assert_int_equal(sqlite3_limit(both[i]->handle, SQLITE_LIMIT_VARIABLE_NUMBER, -1), 500);
    }
    db_close(db);
}

static void no_statement_reaches_beyond_the_tables(void **state)
{
    (void)state;
    static const char *const forbidden[] = {
        "ATTACH 'other.db' AS other",
        "DETACH main",
        "PRAGMA foreign_keys = OFF",
        "CREATE TABLE t (a INTEGER)",
        "DROP TABLE counter",
        "ALTER TABLE counter ADD x",
        "CREATE TRIGGER t AFTER INSERT ON counter BEGIN SELECT 1; END",
        "CREATE TEMP VIEW v AS SELECT 1",
        "SELECT \"no such column\"",
        "SELECT ?1",
        "SELECT :name",
        "SELECT $2",
    };
    struct db_options options;
    struct db *db = fresh(&options);
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++) {
        const struct db_statement statement = {0, "forbidden", {forbidden[i], forbidden[i]}};
        if (db_check_statement(db, &statement, &seen_error) == STATUS_OK)
            fail_msg("%s is allowed", forbidden[i]);
    }
    db_close(db);
}

static void no_migration_reaches_beyond_the_tables(void **state)
{
    (void)state;
    static const char *const forbidden[] = {"ATTACH 'other.db' AS other", "DETACH main",
                                            "PRAGMA writable_schema = ON", "PRAGMA max_page_count = 12"};
    struct db_options options = fresh_options(DB_SQLITE);
    struct db *db = open_database(&options);
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++) {
        const struct db_migration migration = {1, "forbidden", {forbidden[i], forbidden[i]}};
        uint32_t version = 0;
        if (db_migrate(db, &migration, 1, &version, &seen_error) == STATUS_OK)
            fail_msg("%s is allowed", forbidden[i]);
    }
    db_close(db);
}

static void the_log_is_moved_in_while_it_grows(void **state)
{
    (void)state;
    struct db_options options;
    struct db *db = fresh(&options);
    static char bytes[512 * 1024];
    for (int64_t id = 0; id < 40; id++) {
        DB_TX_SCOPE tx = NULL;
        const struct str blob = {.ptr = bytes, .len = sizeof bytes};
        assert_ok(db_begin(db, DB_WRITE, &tx, &seen_error));
        assert_ok(db_execute(tx, &VALUE_INSERT,
                             DB_PARAMS(DB_INT(id), DB_NULL, DB_NULL, DB_NULL, DB_BLOB(blob)), NULL,
                             &seen_error));
        assert_ok(db_commit(&tx, &seen_error));
    }
    struct stat log, file;
    assert_int_equal(stat(beside(&options, "-wal"), &log), 0);
    assert_int_equal(stat(options.sqlite_path.ptr, &file), 0);
    assert_true(log.st_size < 8 << 20); // 20 MiB were written
    assert_true(file.st_size > 12 << 20);
    db_close(db);
}

// ---- damage

static void overwrite(const char *path, off_t at, const char *bytes, size_t len)
{
    const int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, len, at), len);
    close(fd);
}

static void assert_refused_untouched(const struct db_options *options, const char *word)
{
    struct stat before, after;
    struct db *db = NULL;
    assert_int_equal(stat(options->sqlite_path.ptr, &before), 0);
    assert_fails(db_open(options, &db, &seen_error), STATUS_CONFLICT, "state_corrupt");
    assert_non_null(strstr(seen_error.message, options->sqlite_path.ptr));
    assert_non_null(strstr(seen_error.message, word));
    assert_int_equal(stat(options->sqlite_path.ptr, &after), 0);
    assert_int_equal(before.st_size, after.st_size);
    assert_int_equal(before.st_mtime, after.st_mtime);
}

static void filled(struct db_options *options)
{
    struct db *db = fresh(options);
    for (int64_t id = 0; id < 30; id++)
        insert_value(db, id);
    db_close(db);
}

static void a_damaged_file_is_refused_and_left_as_it_is(void **state)
{
    (void)state;
    struct db_options options;
    filled(&options);
    char noise[64];
    memset(noise, 0xA5, sizeof noise);
    overwrite(options.sqlite_path.ptr, 4096 + 8, noise, sizeof noise);
    assert_refused_untouched(&options, "damaged");
    filled(&options);
    assert_int_equal(truncate(options.sqlite_path.ptr, 4096), 0);
    assert_refused_untouched(&options, "");
}

static int64_t first_page_of_values(const struct db_options *options)
{
    sqlite3 *handle = NULL;
    sqlite3_stmt *question = NULL;
    assert_int_equal(sqlite3_open(options->sqlite_path.ptr, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle,
                                        "SELECT rootpage FROM sqlite_schema WHERE name = 'all_values'", -1,
                                        &question, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(question), SQLITE_ROW);
    const int64_t page = sqlite3_column_int64(question, 0);
    sqlite3_finalize(question);
    sqlite3_close(handle);
    return page;
}

// Damages a page of the file, and gives it the time of the last change that it had.
static void damage_unseen(const struct db_options *options, int64_t page)
{
    struct stat before;
    char noise[64];
    memset(noise, 0xA5, sizeof noise);
    assert_int_equal(stat(options->sqlite_path.ptr, &before), 0);
    overwrite(options->sqlite_path.ptr, (page - 1) * 4096 + 8, noise, sizeof noise);
    const struct timespec times[] = {before.st_atim, before.st_mtim};
    assert_int_equal(utimensat(AT_FDCWD, options->sqlite_path.ptr, times, 0), 0);
}

static void a_file_is_looked_through_unless_it_is_as_it_was_left(void **state)
{
    (void)state;
    struct db_options options;
    filled(&options);
    damage_unseen(&options, 2);
    db_close(open_database(&options)); // large files open at once
    filled(&options);
    damage_unseen(&options, 2);
    overwrite(beside(&options, ".lock"), 0, "1\n", 2); // of a process that died
    assert_refused_untouched(&options, "damaged");
    assert_refused_untouched(&options, "damaged"); // whoever refuses leaves it as it was
}

static void run_raw(const struct db_options *options, const char *script)
{
    sqlite3 *handle = NULL;
    assert_int_equal(sqlite3_open(options->sqlite_path.ptr, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, script, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

// As a copy may be that was taken while the file was written: each page is whole, an index is older than its
// table.
static void make_torn(const struct db_options *options)
{
    run_raw(options, "CREATE INDEX by_words ON all_values (words);"
                     "PRAGMA writable_schema = ON;"
                     "CREATE TABLE kept AS SELECT * FROM sqlite_schema WHERE name = 'by_words';"
                     "DELETE FROM sqlite_schema WHERE name = 'by_words';");
    run_raw(options, "INSERT INTO all_values (id, words) VALUES (1000, 'newer');"
                     "PRAGMA writable_schema = ON;"
                     "INSERT INTO sqlite_schema SELECT * FROM kept; DROP TABLE kept;");
}

static void a_copy_that_was_torn_while_it_was_taken_is_refused(void **state)
{
    (void)state;
    struct db_options options;
    filled(&options);
    make_torn(&options);
    assert_refused_untouched(&options, "damaged"); // beside the lock of the file that was there before
    assert_refused_untouched(&options, "damaged"); // also when somebody has had it already
    assert_int_equal(unlink(beside(&options, ".lock")), 0);
    assert_refused_untouched(&options, "damaged");
}

static const struct db_statement WORDS = {0, "words",
                                          BOTH_ENGINES("SELECT id FROM all_values WHERE words > $1")};

static void damage_that_shows_in_use_is_nobodys_but_the_logs_and_is_looked_for_at_the_next_start(void **state)
{
    (void)state;
    static const struct db_statement *const statements[] = {&WORDS};
    struct db_options options;
    filled(&options);
    options.statements = statements;
    options.statement_count = 1;
    damage_unseen(&options, first_page_of_values(&options));
    struct db *db = open_database(&options);
    struct db_tx *tx = NULL;
    struct db_rows *rows = NULL;
    bool has_row;
    enum status status = db_begin(db, DB_READ, &tx, &seen_error);
    if (status == STATUS_OK) status = db_query(tx, &WORDS, DB_PARAMS(DB_TEXT(STR(""))), &rows, &seen_error);
    if (status == STATUS_OK) status = db_next(rows, &has_row, &seen_error);
    assert_int_equal(status, STATUS_INTERNAL);
    db_rows_done(&rows);
    db_rollback(&tx);
    db_close(db);
    assert_refused_untouched(&options, "damaged");
}

static void a_file_of_something_else_is_refused_and_left_as_it_is(void **state)
{
    (void)state;
    struct db_options options;
    filled(&options);
    overwrite(options.sqlite_path.ptr, 0, "PK\003\004 not a database at all", 26);
    assert_refused_untouched(&options, "not a database");
}

static void a_log_without_its_database_is_not_thrown_away(void **state)
{
    (void)state;
    struct db_options options;
    struct db *db = NULL;
    filled(&options);
    assert_int_equal(rename(options.sqlite_path.ptr, harness_path("elsewhere.db")), 0);
    const int fd = open(beside(&options, "-wal"), O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, "committed", 9), 9);
    close(fd);
    assert_fails(db_open(&options, &db, &seen_error), STATUS_CONFLICT, "state_corrupt");
    assert_non_null(strstr(seen_error.message, "restore"));
    struct stat log;
    assert_int_equal(stat(beside(&options, "-wal"), &log), 0);
    assert_int_equal(log.st_size, 9);
}

// ---- trouble while running

static enum status try_to_insert(struct db *db, int64_t id)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(db, DB_WRITE, &tx, &seen_error));
    TRY(db_execute(tx, &VALUE_INSERT, DB_PARAMS(DB_INT(id), DB_NULL, DB_NULL, DB_NULL, DB_NULL), NULL,
                   &seen_error));
    return db_commit(&tx, &seen_error);
}

static void a_foreign_writer_is_waited_for_and_then_reported(void **state)
{
    (void)state;
    struct db_options options;
    struct db *db = fresh(&options);
    sqlite3 *foreign = NULL;
    assert_int_equal(sqlite3_open(options.sqlite_path.ptr, &foreign), SQLITE_OK);
    assert_int_equal(sqlite3_exec(foreign, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_fails(try_to_insert(db, 1), STATUS_UNAVAILABLE, "state_busy");
    assert_int_equal(count_values(db), 0); // reading goes on
    assert_int_equal(sqlite3_exec(foreign, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_ok(try_to_insert(db, 1));
    sqlite3_close(foreign);
    db_close(db);
}

static void set_page_limit(struct db *db, const char *sql)
{
    sqlite3 *handle = writer_of(db)->handle;
    (void)sqlite3_set_authorizer(handle, NULL, NULL);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
}

static void a_full_disk_fails_the_write_and_heals_by_itself(void **state)
{
    (void)state;
    struct db_options options;
    struct db *db = fresh(&options);
    int64_t stored = 0;
    set_page_limit(db, "PRAGMA max_page_count = 12");
    while (try_to_insert(db, stored) == STATUS_OK)
        stored++;
    assert_int_equal(seen_error.status, STATUS_STORAGE_FULL);
    assert_string_equal(seen_error.code, "storage_full");
    assert_fails(try_to_insert(db, stored), STATUS_STORAGE_FULL, "storage_full");
    assert_int_equal(count_values(db), stored);
    set_page_limit(db, "PRAGMA max_page_count = 100000");
    assert_ok(try_to_insert(db, stored));
    assert_int_equal(count_values(db), stored + 1);
    db_close(db);
}

static void a_file_system_that_became_read_only_is_reported_as_such(void **state)
{
    (void)state;
    struct db_options options;
    struct db *db = fresh(&options);
    set_page_limit(db, "PRAGMA query_only = ON"); // gives the same answer, SQLITE_READONLY
    assert_fails(try_to_insert(db, 1), STATUS_UNAVAILABLE, "read_only");
    assert_int_equal(count_values(db), 0);
    db_close(db);
}

// ---- a failing disk: a VFS that is the system's but for two methods of the log, which fail when told to

static bool syncs_fail;
static int writes_left = -1; // the write that finds 0 here fails; -1: none
static const sqlite3_io_methods *real_methods;
static int (*real_open)(sqlite3_vfs *, const char *, sqlite3_file *, int, int *);

static int failing_sync(sqlite3_file *file, int flags)
{
    return syncs_fail ? SQLITE_IOERR_FSYNC : real_methods->xSync(file, flags);
}

static int failing_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
    if (writes_left == 0) return SQLITE_IOERR_WRITE;
    if (writes_left > 0) writes_left--;
    return real_methods->xWrite(file, bytes, len, at);
}

static int open_failing_log(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
    static sqlite3_io_methods methods;
    const int result = real_open(vfs, name, file, flags, out_flags);
    if (result == SQLITE_OK && flags & SQLITE_OPEN_WAL) {
        real_methods = file->pMethods;
        methods = *real_methods;
        methods.xSync = failing_sync;
        methods.xWrite = failing_write;
        file->pMethods = &methods;
    }
    return result;
}

// For every database opened from here on in this process.
static void use_failing_vfs(void)
{
    static sqlite3_vfs vfs;
    if (real_open) return;
    vfs = *sqlite3_vfs_find(NULL);
    real_open = vfs.xOpen;
    vfs.zName = "failing";
    vfs.xOpen = open_failing_log;
    (void)sqlite3_vfs_register(&vfs, 1);
}

static void a_write_that_fails_at_any_point_commits_nothing(void **state)
{
    (void)state;
    struct db_options options;
    int64_t stored = 0;
    int failures = 0;
    use_failing_vfs();
    struct db *db = fresh(&options);
    for (bool failed = true; failed; failures += failed) {
        writes_left = failures;
        failed = try_to_insert(db, stored) != STATUS_OK;
        if (failed) assert_int_equal(seen_error.status, STATUS_INTERNAL);
        writes_left = -1;
        stored += !failed;
        assert_int_equal(count_values(db), stored);
        assert_ok(try_to_insert(db, stored++)); // the next one goes through
    }
    assert_true(failures > 1);
    db_close(db);
    db = open_database(&options);
    assert_int_equal(count_values(db), stored);
    db_close(db);
}

static void a_failed_sync_ends_the_process_without_an_answer(void **state)
{
    (void)state;
    int told[2];
    char words[3] = {0};
    const struct db_options options = fresh_options(DB_SQLITE);
    assert_int_equal(pipe(told), 0);
    const pid_t child = fork();
    if (child == 0) {
        use_failing_vfs();
        struct db *db = open_migrated(&options);
        if (try_to_insert(db, 1) == STATUS_OK) (void)!write(told[1], "a", 1);
        syncs_fail = true;
        (void)try_to_insert(db, 2);
        (void)!write(told[1], "b", 1); // an answer, which nobody may give now
        _exit(EXIT_SUCCESS);
    }
    wait_for(child, EXIT_FAILURE);
    close(told[1]);
    assert_int_equal(read(told[0], words, sizeof words - 1), 1);
    assert_string_equal(words, "a");
    close(told[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_is_for_the_owner_alone),
        cmocka_unit_test(what_was_committed_is_there_after_opening_again),
        cmocka_unit_test(a_path_that_cannot_be_is_refused),
        cmocka_unit_test(a_second_process_is_refused_and_told_who_holds_it),
        cmocka_unit_test(a_killed_process_leaves_no_lock_and_loses_nothing),
        cmocka_unit_test(each_connection_has_the_settings_of_the_security_rules),
        cmocka_unit_test(no_statement_reaches_beyond_the_tables),
        cmocka_unit_test(no_migration_reaches_beyond_the_tables),
        cmocka_unit_test(the_log_is_moved_in_while_it_grows),
        cmocka_unit_test(a_damaged_file_is_refused_and_left_as_it_is),
        cmocka_unit_test(a_copy_that_was_torn_while_it_was_taken_is_refused),
        cmocka_unit_test(
            damage_that_shows_in_use_is_nobodys_but_the_logs_and_is_looked_for_at_the_next_start),
        cmocka_unit_test(a_file_is_looked_through_unless_it_is_as_it_was_left),
        cmocka_unit_test(a_file_of_something_else_is_refused_and_left_as_it_is),
        cmocka_unit_test(a_log_without_its_database_is_not_thrown_away),
        cmocka_unit_test(a_foreign_writer_is_waited_for_and_then_reported),
        cmocka_unit_test(a_full_disk_fails_the_write_and_heals_by_itself),
        cmocka_unit_test(a_file_system_that_became_read_only_is_reported_as_such),
        cmocka_unit_test(a_failed_sync_ends_the_process_without_an_answer),
        cmocka_unit_test(a_write_that_fails_at_any_point_commits_nothing),
    };
    if (!harness_init()) return EXIT_FAILURE;
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    harness_done();
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
