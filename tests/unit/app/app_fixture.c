#include "unit/app/app_fixture.h"

#include "app/bootstrap.h"
#include "app/job_kind.h"
#include "app/workspace.h"
#include "base/id.h"
#include "db/db_engine.h"
#include "sql_statements.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum db_engine fixture_engine;

// The database of an app and where it lies.
struct fixture {
    struct app app; // first
    struct db_options options;
};

static struct app *open_app(struct db_options options)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    options.statements = SQL_STATEMENTS;
    options.statement_count = SQL_STATEMENT_COUNT;
    fixture->options = options;
    fixture->app = (struct app){
        .db = open_database(&options),
        .people.auth_mode = STR("none"),
        .paper.starting_balance = decimal_of_int(100000),
        .jobs = {.running_per_workspace = 2,
                 .queued_per_workspace = 50,
                 .process = STR("here:1:aaaa"),
                 .place = STR("here:/uploads")},
    };
    assert_ok(app_bootstrap(&fixture->app, FIXTURE_NOW_US, &seen_error));
    return &fixture->app;
}

// A database with the schema and the local user, made once for each engine: all others are copies of it.
static const struct db_options *first_database(void)
{
    static struct db_options options[DB_ENGINE_COUNT];
    static char names[DB_ENGINE_COUNT][512];
    struct db_options *first = &options[fixture_engine];
    char *name = names[fixture_engine];
    if (name[0]) return first;
    *first = fresh_options(fixture_engine);
    struct str *place = fixture_engine == DB_POSTGRESQL ? &first->postgresql_url : &first->sqlite_path;
    (void)snprintf(name, sizeof names[0], "%s", place->ptr);
    *place = str_from_c(name);
    fixture_app_free(open_app(*first));
    return first;
}

struct app *fixture_app(void)
{
    return open_app(copied_options(first_database()));
}

struct app *fixture_app_beside(const struct app *app)
{
    return open_app(((const struct fixture *)(const void *)app)->options);
}

void fixture_app_free(struct app *app)
{
    db_close(app->db);
    free(app);
}

const struct actor FIXTURE_ACTOR = {.user_id = {.ptr = "local-user", .len = 10}, .now_us = FIXTURE_NOW_US};

struct str fixture_workspace(const struct app *app, struct arena *arena, const char *name)
{
    struct workspace workspace;
    assert_ok(workspace_create(app, &FIXTURE_ACTOR, (struct workspace_input){.name = str_from_c(name)}, arena,
                               &workspace, &seen_error));
    return workspace.id;
}

enum status fixture_script(const struct app *app, const char *sql, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(tx->db->ops->script(tx, sql, error));
    return db_commit(&tx, error);
}

struct job fixture_enqueue(const struct app *app, struct str workspace_id, struct arena *arena)
{
    static int64_t now_us = FIXTURE_NOW_US;
    const struct id id = id_new(++now_us);
    const struct job_spec spec = {
        .kind = job_kind_find(STR("backtest")),
        .id = str_copy(arena, id_str(&id)),
        .workspace_id = workspace_id,
        .title = STR("a backtest"),
        .payload = STR("{\"strategy_id\":\"ma_cross\",\"symbol\":\"BTCUSDT\"}"),
        .created_by = LOCAL_USER_ID,
        .now_us = now_us,
    };
    struct job job;
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(app->db, DB_WRITE, &tx, &seen_error));
    assert_ok(job_enqueue(app, tx, &spec, arena, &job, &seen_error));
    assert_ok(job_commit(app, &tx, &job, &seen_error));
    return job;
}

bool fixture_claim(const struct app *app, const char *worker, struct arena *arena, struct job *out_job)
{
    const struct job_worker identity = {
        .name = str_from_c(worker), .place = app->jobs.place, .lease_us = JOB_LEASE_US};
    struct job_place place = {.arena = arena};
    size_t count;
    assert_ok(job_claim(app, &identity, &(struct job_places){&place, 1}, &count, &seen_error));
    if (count > 0) *out_job = place.job;
    return count > 0;
}

struct job fixture_get(const struct app *app, const struct job *job, struct arena *arena)
{
    struct job now;
    assert_ok(job_get(app, job->workspace_id, job->id, arena, &now, &seen_error));
    return now;
}
