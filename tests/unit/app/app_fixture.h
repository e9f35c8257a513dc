// A fresh state database with the schema of the product and a few workspaces, for tests of the rules.
#pragma once

#include "unit/db/harness.h"

#include "app/app.h"
#include "app/job.h"
#include "base/arena.h"

#define FIXTURE_NOW_US ((int64_t)1700000000000000)

extern const struct actor FIXTURE_ACTOR; // the local user, at that time

// The same in a workspace.
#define FIXTURE_ACTOR_IN(team)                                                                               \
    (&(const struct actor){.user_id = LOCAL_USER_ID, .now_us = FIXTURE_NOW_US, .workspace_id = (team)})

extern enum db_engine fixture_engine; // set by harness_run_on_both

// Each process has a struct app of its own; the second of a PostgreSQL database shares it.
struct app *fixture_app(void);                         // a fresh database
struct app *fixture_app_beside(const struct app *app); // PostgreSQL: another process on the same one
void fixture_app_free(struct app *app);

// A workspace of the local user; the id lives in the arena.
struct str fixture_workspace(const struct app *app, struct arena *arena, const char *name);

// Runs SQL as somebody would who writes to the database behind the server's back; one transaction.
enum status fixture_script(const struct app *app, const char *sql, struct error *error);

// Puts a backtest job into the queue of the workspace and answers it; ends the test when that fails.
struct job fixture_enqueue(const struct app *app, struct str workspace_id, struct arena *arena);

// The next job for a worker of that name; false: none.
bool fixture_claim(const struct app *app, const char *worker, struct arena *arena, struct job *out_job);

struct job fixture_get(const struct app *app, const struct job *job, struct arena *arena);
