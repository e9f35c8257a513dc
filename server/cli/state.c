#include "cli/state.h"

#include "sql_statements.h"

#include <stdio.h>

enum status state_open(const struct config *config, struct db **out_db, struct error *error)
{
    const struct db_options options = {
        .sqlite_path = config->state_db_path,
        .postgresql_url = config->state_database_url,
        .pool_size = (size_t)config->state_pool_size,
        .statements = SQL_STATEMENTS,
        .statement_count = SQL_STATEMENT_COUNT,
    };
    return db_open(&options, out_db, error);
}

void state_print_error(const char *command, const struct error *error)
{
    if (!error->field_count) fprintf(stderr, "tlab %s: %s\n", command, error->message);
    for (size_t i = 0; i < error->field_count; i++)
        fprintf(stderr, "tlab %s: %s: %s\n", command, error->fields[i].pointer, error->fields[i].detail);
}
