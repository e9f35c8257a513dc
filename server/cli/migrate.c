#include "base/limits.h"
#include "cli/cli.h"
#include "cli/state.h"
#include "sql_migrations.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static enum status migrate(bool is_question, uint32_t *out_version, struct error *error)
{
    ARENA_SCOPE(arena, MIB);
    struct config config;
    struct db *db = NULL;
    TRY(config_load((config_source *)getenv, &arena, &config, error));
    TRY(state_open(&config, &db, error));
    const enum status status = is_question
                                   ? db_schema_version(db, out_version, error)
                                   : db_migrate(db, SQL_MIGRATIONS, SQL_MIGRATION_COUNT, out_version, error);
    db_close(db);
    return status;
}

static void print_help(FILE *out)
{
    fputs(
        "usage: tlab migrate [--status]\n\n"
        "Brings the state database (APP_STATE_DB_PATH or APP_STATE_DATABASE_URL) to the schema of this program and\n"
        "prints its version. The server does the same when it starts.\n"
        "  --status   print the version and change nothing\n",
        out);
}

int migrate_command(int argc, char **argv)
{
    static const struct option options[] = {
        {"status", no_argument, NULL, 's'}, {"help", no_argument, NULL, 'h'}, {0}};
    bool is_question = false;
    for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (option == 's') {
            is_question = true;
        } else {
            print_help(option == 'h' ? stdout : stderr);
            return option == 'h' ? CLI_OK : CLI_USAGE;
        }
    }
    struct error error = {0};
    uint32_t version;
    if (migrate(is_question, &version, &error) != STATUS_OK) {
        state_print_error("migrate", &error);
        return CLI_FAILED;
    }
    printf("schema version %u of %u\n", version, SQL_MIGRATIONS[SQL_MIGRATION_COUNT - 1].version);
    return CLI_OK;
}
