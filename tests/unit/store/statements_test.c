// Every named statement of server/store/sql is one that both databases understand, on the tables the
// migrations make.
#include "unit/database.h"
#include "unit/unit.h"

#include "sql_migrations.h"
#include "sql_statements.h"

static void check_all(enum db_engine engine)
{
    struct test_database database;
    if (!test_database_init(&database, engine)) skip();
    struct error error = {0};
    struct db *db = NULL;
    uint32_t version;
    const struct db_options options = test_database_options(&database, SQL_STATEMENTS, SQL_STATEMENT_COUNT);
    if (db_open(&options, &db, &error) != STATUS_OK) fail_msg("%s", error.message);
    if (db_migrate(db, SQL_MIGRATIONS, SQL_MIGRATION_COUNT, &version, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_int_equal(version, SQL_MIGRATION_COUNT);
    int faults = 0;
    for (size_t i = 0; i < SQL_STATEMENT_COUNT; i++) {
        if (db_check_statement(db, SQL_STATEMENTS[i], &error) == STATUS_OK) continue;
        print_error("%s: %s\n", SQL_STATEMENTS[i]->name, error.message);
        faults++;
    }
    db_close(db);
    test_database_done(&database);
    assert_int_equal(faults, 0);
}

static void sqlite_prepares_every_statement(void **state)
{
    (void)state;
    check_all(DB_SQLITE);
}

static void postgresql_prepares_every_statement(void **state)
{
    (void)state;
    check_all(DB_POSTGRESQL);
}

static void statements_are_numbered_densely_in_the_order_of_the_table(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < SQL_STATEMENT_COUNT; i++)
        assert_int_equal(SQL_STATEMENTS[i]->id, i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sqlite_prepares_every_statement),
        cmocka_unit_test(postgresql_prepares_every_statement),
        cmocka_unit_test(statements_are_numbered_densely_in_the_order_of_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
