#include "cli/state.h"

#include "sql_statements.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

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

enum status state_open_existing(const struct config *config, struct db **out_db, struct error *error)
{
    char path[PATH_MAX];
    const bool is_file = config->state_database_url.len == 0;
    if (is_file && str_to_c(config->state_db_path, path, sizeof path) && access(path, F_OK) != 0)
        return error_set(error, STATUS_NOT_FOUND, NULL,
                         "there is no state database %s here; name the server's with APP_STATE_DB_PATH",
                         path);
    return state_open(config, out_db, error);
}

void state_print_error(const char *command, const struct error *error)
{
    if (!error->field_count) fprintf(stderr, "tlab %s: %s\n", command, error->message);
    for (size_t i = 0; i < error->field_count; i++)
        fprintf(stderr, "tlab %s: %s: %s\n", command, error->fields[i].pointer, error->fields[i].detail);
}
