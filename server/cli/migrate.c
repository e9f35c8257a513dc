#include "base/limits.h"
#include "cli/cli.h"
#include "cli/state.h"
#include "sql_migrations.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static enum status migrate(uint32_t *out_version, struct error *error)
{
    ARENA_SCOPE(arena, MIB);
    struct config config;
    struct db *db = NULL;
    TRY(config_load((config_source *)getenv, &arena, &config, error));
    TRY(state_open(&config, &db, error));
    const enum status status = db_migrate(db, SQL_MIGRATIONS, SQL_MIGRATION_COUNT, out_version, error);
    db_close(db);
    return status;
}

int migrate_command(int argc, char **argv)
{
    static const struct option options[] = {{"help", no_argument, NULL, 'h'}, {0}};
    const int option = getopt_long(argc, argv, "h", options, NULL);
    if (option != -1 || optind < argc) {
        fputs(
            "usage: tlab migrate\n\nBrings the state database (APP_STATE_DB_PATH or APP_STATE_DATABASE_URL) to the schema of this\n"
            "program and prints its version. The server does the same when it starts.\n",
            option == 'h' ? stdout : stderr);
        return option == 'h' ? CLI_OK : CLI_USAGE;
    }
    struct error error = {0};
    uint32_t version;
    if (migrate(&version, &error) != STATUS_OK) {
        state_print_error("migrate", &error);
        return CLI_FAILED;
    }
    printf("schema version %u\n", version);
    return CLI_OK;
}
