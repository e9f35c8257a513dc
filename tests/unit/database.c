#include "unit/database.h"

#include "unit/unit.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *server_url(void)
{
    const char *url = getenv("TLAB_TEST_POSTGRESQL_URL"); // leads to the database "postgres"
    return url && *url ? url : NULL;
}

static void run_on_server(const char *verb, const char *name, const char *how)
{
    char sql[128];
    snprintf(sql, sizeof sql, "%s DATABASE %s%s", verb, name, how);
    PGconn *connection = PQconnectdb(server_url());
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) fail_msg("%s: %s", sql, PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
}

static void postgresql_init(struct test_database *database)
{
    static int counter;
    snprintf(database->name, sizeof database->name, "unit_%ld_%d", (long)getpid(), ++counter);
    run_on_server("CREATE", database->name, "");
    const char *url = server_url(), *name = strstr(url, "/postgres?");
    assert_non_null(name);
    snprintf(database->location, sizeof database->location, "%.*s/%s%s", (int)(name - url), url,
             database->name, name + strlen("/postgres"));
}

static void sqlite_init(struct test_database *database)
{
    const char *folder = getenv("TMPDIR");
    snprintf(database->location, sizeof database->location, "%s/tlab-unit-XXXXXX", folder ? folder : "/tmp");
    assert_non_null(mkdtemp(database->location));
    snprintf(database->path, sizeof database->path, "%s/state.db", database->location);
}

bool test_database_init(struct test_database *database, enum db_engine engine)
{
    *database = (struct test_database){.engine = engine};
    if (engine == DB_POSTGRESQL && !server_url()) return false;
    if (engine == DB_POSTGRESQL)
        postgresql_init(database);
    else
        sqlite_init(database);
    return true;
}

struct db_options test_database_options(const struct test_database *database,
                                        const struct db_statement *const *statements, size_t count)
{
    struct db_options options = {.statements = statements, .statement_count = count};
    if (database->engine == DB_POSTGRESQL)
        options.postgresql_url = str_from_c(database->location);
    else
        options.sqlite_path = str_from_c(database->path);
    return options;
}

void test_database_done(struct test_database *database)
{
    if (database->engine == DB_POSTGRESQL) {
        run_on_server("DROP", database->name, " WITH (FORCE)");
        return;
    }
    static const char *const endings[] = {"", "-wal", "-shm", ".lock", "-journal"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char path[640];
        snprintf(path, sizeof path, "%s%s", database->path, endings[i]);
        (void)unlink(path);
    }
    (void)rmdir(database->location);
}
