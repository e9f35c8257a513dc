#include "unit/market/market_fixture.h"

#include "base/limits.h"
#include "market/duck.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct duck_options reading = {.access = DUCK_READ, .memory_limit_bytes = 64 * MIB};

static enum status open_for(const char *path, enum duck_access access_wanted, struct error *error)
{
    const struct duck_options options = {.access = access_wanted, .memory_limit_bytes = 64 * MIB};
    DUCK_DATABASE_SCOPE database = NULL;
    return duck_open(str_from_c(path), &options, &database, error);
}

static void assert_fails(const char *path, enum status expected, const char *message)
{
    struct error error = {0};
    assert_int_equal(open_for(path, DUCK_READ, &error), expected);
    assert_string_equal(error.message, message);
}

static void write_bytes(const char *path, const void *bytes, size_t len)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void an_absent_file_is_not_found_and_not_made(void **state)
{
    assert_fails(path_in(state, "absent.db"), STATUS_NOT_FOUND, "there is no such file");
    assert_fails(path_in(state, "no/folder.db"), STATUS_NOT_FOUND, "there is no such file");
    assert_int_not_equal(access(path_in(state, "absent.db"), F_OK), 0);
    assert_int_equal(open_for(path_in(state, "new.db"), DUCK_WRITE, NULL), STATUS_OK);
    assert_int_equal(access(path_in(state, "new.db"), F_OK), 0);
}

static void what_is_no_database_is_told_apart(void **state)
{
    write_bytes(path_in(state, "empty.db"), "", 0);
    assert_fails(path_in(state, "empty.db"), STATUS_NOT_FOUND, "the file is empty");
    write_bytes(path_in(state, "text.db"), "hello", 5);
    assert_fails(path_in(state, "text.db"), STATUS_MALFORMED, "it is not a DuckDB database");
    assert_fails("/tmp", STATUS_INVALID, "it is a directory, not a file");
    assert_int_equal(mkfifo(path_in(state, "pipe.db"), 0600), 0);
    assert_fails(path_in(state, "pipe.db"), STATUS_INVALID, "it is not a regular file");
    assert_fails("", STATUS_INVALID, "the path is empty or too long");
}

static void a_cut_database_is_malformed(void **state)
{
    const char *path = path_in(state, "cut.db");
    database_write(path, "CREATE TABLE t AS SELECT i FROM range(1000) r(i);");
    assert_int_equal(truncate(path, 5000), 0);
    assert_int_equal(open_for(path, DUCK_READ, NULL), STATUS_MALFORMED);
}

static void a_file_without_permission_is_forbidden(void **state)
{
    if (geteuid() == 0) skip(); // root may read everything
    const char *path = path_in(state, "closed.db");
    database_write(path, "CREATE TABLE t (i INTEGER);");
    assert_int_equal(chmod(path, 0), 0);
    assert_fails(path, STATUS_FORBIDDEN, "no permission to open the file");
}

static void a_file_that_another_process_writes_is_unavailable(void **state)
{
    const char *path = path_in(state, "held.db");
    database_write(path, "CREATE TABLE t (i INTEGER);");
    struct importer importer = importer_hold(path);
    assert_fails(path, STATUS_UNAVAILABLE, "another process has the file open");
    importer_release(&importer);
    assert_int_equal(open_for(path, DUCK_READ, NULL), STATUS_OK);
}

static void sql_reaches_no_other_file_and_no_setting(void **state)
{
    const char *path = path_in(state, "file.db");
    database_write(path, "CREATE TABLE t (i INTEGER);");
    DUCK_DATABASE_SCOPE database = NULL;
    DUCK_CONNECTION_SCOPE connection = NULL;
    assert_ok(duck_open(str_from_c(path), &reading, &database, NULL));
    assert_ok(duck_connect(database, &connection, NULL));
    assert_int_not_equal(duck_execute(connection, "SELECT * FROM read_csv('/etc/passwd')", NULL), STATUS_OK);
    assert_int_not_equal(duck_execute(connection, "ATTACH '/tmp/other.db'", NULL), STATUS_OK);
    assert_int_not_equal(duck_execute(connection, "COPY t TO '/tmp/t.csv'", NULL), STATUS_OK);
    assert_int_not_equal(duck_execute(connection, "INSTALL httpfs", NULL), STATUS_OK);
    assert_int_not_equal(duck_execute(connection, "SET threads = 8", NULL), STATUS_OK);
    assert_int_not_equal(duck_execute(connection, "SET enable_external_access = true", NULL), STATUS_OK);
    assert_int_not_equal(duck_execute(connection, "INSERT INTO t VALUES (1)", NULL), STATUS_OK);
}

static void a_query_gives_its_rows_chunk_by_chunk(void **state)
{
    const char *path = path_in(state, "rows.db");
    database_write(path, "CREATE TABLE t AS SELECT i, i / 2 AS half, 'text ' || i AS short, "
                         "'a text that is longer than twelve bytes ' || i AS long FROM range(5000) r(i);");
    DUCK_DATABASE_SCOPE database = NULL;
    DUCK_CONNECTION_SCOPE connection = NULL;
    DUCK_QUERY_SCOPE query = {0};
    assert_ok(duck_open(str_from_c(path), &reading, &database, NULL));
    assert_ok(duck_connect(database, &connection, NULL));
    assert_ok(duck_query_prepare(
        &query, connection,
        "SELECT i, CAST(half AS DOUBLE), short, long, CASE WHEN i % 2 = 0 THEN i END FROM t "
        "WHERE i >= $1 AND short <> $2",
        NULL));
    assert_ok(duck_query_bind_int64(&query, 1, 1000, NULL));
    assert_ok(duck_query_bind_text(&query, 2, STR("text 1002"), NULL));
    for (int run = 0; run < 2; run++) { // a statement can be started again
        size_t rows = 0;
        assert_ok(duck_query_start(&query, NULL));
        for (;;) {
            assert_ok(duck_query_next(&query, NULL));
            if (query.row_count == 0) break;
            if (rows == 0) {
                assert_int_equal(duck_query_int64s(&query, 0)[1], 1001);
                assert_true(duck_query_doubles(&query, 1)[1] == 500.5);
                assert_str_equal(duck_query_text(&query, 2, 1), STR("text 1001"));
                assert_str_equal(duck_query_text(&query, 3, 2),
                                 STR("a text that is longer than twelve bytes 1003"));
                assert_false(duck_query_is_null(&query, 4, 0));
                assert_true(duck_query_is_null(&query, 4, 1));
            }
            rows += query.row_count;
        }
        assert_int_equal(rows, 3999);
    }
}

static void a_failing_statement_says_why_in_one_line(void **state)
{
    const char *path = path_in(state, "fails.db");
    database_write(path, "CREATE TABLE t AS SELECT 'x' AS v FROM range(10);");
    DUCK_DATABASE_SCOPE database = NULL;
    DUCK_CONNECTION_SCOPE connection = NULL;
    DUCK_QUERY_SCOPE query = {0};
    struct error error = {0};
    assert_ok(duck_open(str_from_c(path), &reading, &database, NULL));
    assert_ok(duck_connect(database, &connection, NULL));
    assert_int_equal(duck_query_prepare(&query, connection, "SELECT * FROM nowhere", &error),
                     STATUS_INTERNAL);
    assert_null(strchr(error.message, '\n'));
    assert_non_null(strstr(error.message, "nowhere"));
    duck_query_done(&query);
    assert_ok(duck_query_prepare(&query, connection, "SELECT CAST(v AS INTEGER) FROM t", NULL));
    enum status status = duck_query_start(&query, &error);
    if (status == STATUS_OK) status = duck_query_next(&query, &error);
    assert_int_equal(status, STATUS_INTERNAL);
}

#define file_test(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)

static void a_statement_ends_when_its_end_is_asked_for(void **state)
{
    enum { ROWS = 1000000 }; // more than one task has
    const char *path = path_in(state, "file.db");
    const atomic_bool is_cancelled = true;
    DUCK_DATABASE_SCOPE database = NULL;
    DUCK_CONNECTION_SCOPE connection = NULL;
    const struct duck_options options = {.access = DUCK_WRITE, .memory_limit_bytes = 256 * MIB};
    assert_int_equal(duck_open(str_from_c(path), &options, &database, NULL), STATUS_OK);
    assert_int_equal(duck_connect(database, &connection, NULL), STATUS_OK);
    assert_int_equal(duck_execute(connection, "CREATE TABLE t(i BIGINT)", NULL), STATUS_OK);
    DUCK_QUERY_SCOPE insert = {0};
    DUCK_QUERY_SCOPE count = {0};
    const char *sql = "INSERT INTO t SELECT i FROM range($1::BIGINT) r(i)";
    assert_int_equal(duck_query_prepare(&insert, connection, sql, NULL), STATUS_OK);
    assert_int_equal(duck_query_prepare(&count, connection, "SELECT count(*) FROM t", NULL), STATUS_OK);
    assert_int_equal(duck_query_bind_int64(&insert, 1, ROWS, NULL), STATUS_OK);
    for (int64_t turn = 0; turn < 2; turn++) {
        insert.is_cancelled = turn == 0 ? &is_cancelled : NULL;
        assert_int_equal(duck_query_run(&insert, NULL), turn == 0 ? STATUS_CANCELLED : STATUS_OK);
        assert_int_equal(duck_query_start(&count, NULL), STATUS_OK);
        assert_int_equal(duck_query_next(&count, NULL), STATUS_OK);
        assert_int_equal(duck_query_int64s(&count, 0)[0], turn * ROWS);
    }
}

int main(int argc, char **argv)
{
    if (is_importer(argc, argv)) return 0;
    const struct CMUnitTest tests[] = {
        file_test(an_absent_file_is_not_found_and_not_made),
        file_test(what_is_no_database_is_told_apart),
        file_test(a_cut_database_is_malformed),
        file_test(a_file_without_permission_is_forbidden),
        file_test(a_file_that_another_process_writes_is_unavailable),
        file_test(sql_reaches_no_other_file_and_no_setting),
        file_test(a_query_gives_its_rows_chunk_by_chunk),
        file_test(a_failing_statement_says_why_in_one_line),
        file_test(a_statement_ends_when_its_end_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
