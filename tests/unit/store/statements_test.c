// Every named statement of server/store/sql is one that both databases understand, on the tables the
// migrations make.
#include "unit/db/harness.h"

#include "sql_migrations.h"
#include "sql_statements.h"

static enum db_engine engine;

static void every_statement_can_be_prepared(void **state)
{
    (void)state;
    struct db_options options = fresh_options(engine);
    options.statements = SQL_STATEMENTS;
    options.statement_count = SQL_STATEMENT_COUNT;
    struct db *db = open_database(&options);
    uint32_t version;
    assert_ok(db_migrate(db, SQL_MIGRATIONS, SQL_MIGRATION_COUNT, &version, &seen_error));
    assert_int_equal(version, SQL_MIGRATION_COUNT);
    int faults = 0;
    for (size_t i = 0; i < SQL_STATEMENT_COUNT; i++) {
        if (db_check_statement(db, SQL_STATEMENTS[i], &seen_error) == STATUS_OK) continue;
        print_error("%s: %s\n", SQL_STATEMENTS[i]->name, seen_error.message);
        faults++;
    }
    db_close(db);
    assert_int_equal(faults, 0);
}

static void statements_are_numbered_in_the_order_of_the_table(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < SQL_STATEMENT_COUNT; i++)
        assert_int_equal(SQL_STATEMENTS[i]->id, i);
}

static int run(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_statement_can_be_prepared),
        cmocka_unit_test(statements_are_numbered_in_the_order_of_the_table),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    return harness_run_on_both(run, &engine);
}
