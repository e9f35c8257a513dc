// What has served its time is removed, and nothing else, on both databases.
#include "unit/app/app_fixture.h"

#include "app/housekeeping.h"
#include "base/limits.h"

#include <stdio.h>

enum { MANY = 1201 }; // more than go in one transaction

#define DAY_US ((int64_t)24 * 3600 * 1000000)

__attribute__((format(printf, 2, 3))) static void run_script(const struct app *app, const char *format, ...)
{
    char sql[4096];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(sql, sizeof sql, format, arguments);
    va_end(arguments);
    assert_ok(fixture_script(app, sql, &seen_error));
}

// Nothing but the statements of the product answers rows: a user whose status is none is refused.
static void assert_count(const struct app *app, const char *rows, int count)
{
    run_script(
        app, "UPDATE users SET status = CASE (SELECT count(*) FROM %s) WHEN %d THEN status ELSE 'wrong' END",
        rows, count);
}

// Jobs of a kind that ended then.
static void put_jobs(const struct app *app, const char *kind, int count, int64_t ended_us)
{
    run_script(
        app,
        "INSERT INTO jobs (id, kind, title, payload, status, lane, lane_width, max_attempts, created_by, "
        "created_at, finished_at) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
        "SELECT '%s-%lld-' || i, '%s', 'x', '{}', 'completed', 'market', 1, 5, 'local-user', 1, %lld FROM n",
        count, kind, (long long)ended_us, kind, (long long)ended_us);
}

static void jobs_that_are_no_part_of_anything_go_a_month_after_their_end(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    ARENA_SCOPE(arena, MIB);
    const int64_t before_us = FIXTURE_NOW_US - JOB_KEPT_US - 1, after_us = FIXTURE_NOW_US - JOB_KEPT_US;
    put_jobs(app, "market_import", MANY, before_us);
    put_jobs(app, "market_download", 1, before_us);
    put_jobs(app, "backtest_verify", 1, before_us);
    put_jobs(app, "market_import", 2, after_us);
    put_jobs(app, "backtest", 3, before_us);
    (void)fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    run_script(app, "UPDATE jobs SET kind = 'market_download' WHERE status = 'queued'");
    assert_ok(housekeeping_run(app, FIXTURE_NOW_US, &seen_error));
    assert_count(app, "jobs WHERE kind = 'backtest'", 3);
    assert_count(app, "jobs WHERE status = 'queued'", 1);
    assert_count(app, "jobs", 2 + 3 + 1);
    assert_ok(housekeeping_run(app, FIXTURE_NOW_US + 1, &seen_error));
    assert_count(app, "jobs", 3 + 1);
    fixture_app_free(app);
}

static void put_invitation(const struct app *app, const char *id, int64_t expires_us, const char *ended)
{
    char token[80];
    if (fixture_engine == DB_SQLITE)
        (void)snprintf(token, sizeof token, "CAST('%s' AS BLOB)", id);
    else
        (void)snprintf(token, sizeof token, "convert_to('%s', 'UTF8')", id);
    run_script(app,
               "INSERT INTO invitations (id, token_hash, workspace_id, email, email_key, role, created_by, "
               "created_at, expires_at) VALUES ('%s', %s, 'local-workspace', 'a@x.org', 'a@x.org', 'viewer', "
               "'local-user', 1, %lld); UPDATE invitations SET %s WHERE id = '%s'",
               id, token, (long long)expires_us, ended, id);
}

static void invitations_go_a_month_after_their_end(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    const int64_t before_us = FIXTURE_NOW_US - INVITATION_KEPT_US - 1, after_us = before_us + 1;
    char accepted[80], revoked[80], late[80];
    (void)snprintf(accepted, sizeof accepted, "accepted_at = %lld", (long long)before_us);
    (void)snprintf(revoked, sizeof revoked, "revoked_at = %lld", (long long)before_us);
    (void)snprintf(late, sizeof late, "revoked_at = %lld", (long long)after_us);
    put_invitation(app, "expired", before_us, "sent_at = 1");
    put_invitation(app, "accepted", FIXTURE_NOW_US, accepted);
    put_invitation(app, "revoked", FIXTURE_NOW_US, revoked);
    put_invitation(app, "kept-expired", after_us, "sent_at = 1");
    put_invitation(app, "kept-revoked", before_us, late);
    put_invitation(app, "kept-waiting", FIXTURE_NOW_US + DAY_US, "sent_at = 1");
    assert_ok(housekeeping_run(app, FIXTURE_NOW_US, &seen_error));
    assert_count(app, "invitations", 3);
    assert_count(app, "invitations WHERE id LIKE 'kept-%'", 3);
    fixture_app_free(app);
}

static void what_was_removed_before_is_removed_as_before(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    static const char numbers[] =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1201) SELECT";
    const char *hash =
        fixture_engine == DB_SQLITE ? "CAST('h' || i AS BLOB)" : "convert_to('h' || i, 'UTF8')";
    run_script(
        app,
        "INSERT INTO throttles (key, level, updated_at) %s 'k' || i, 1, CASE i WHEN 1 THEN %lld ELSE 1 END FROM n",
        numbers, (long long)FIXTURE_NOW_US);
    run_script(app,
               "INSERT INTO idempotency_keys (scope, key, fingerprint, created_at, object_id) "
               "%s 's' || (i %% 7), 'k' || i, %s, CASE i WHEN 1 THEN %lld ELSE 1 END, 'o' FROM n",
               numbers, hash, (long long)FIXTURE_NOW_US);
    run_script(
        app,
        "INSERT INTO sessions (id, user_id, token_hash, rotated_at, created_at, seen_at, idle_us, expires_at, "
        "proved_at, method, address, user_agent) %s 's' || i, 'local-user', %s, 1, 1, 1, %lld, "
        "CASE i WHEN 1 THEN %lld ELSE 1 END, 1, 'password', '', '' FROM n",
        numbers, hash, (long long)FIXTURE_NOW_US, (long long)FIXTURE_NOW_US + 1);
    assert_ok(housekeeping_run(app, FIXTURE_NOW_US, &seen_error));
    assert_count(app, "throttles", 1);
    assert_count(app, "idempotency_keys", 1);
    assert_count(app, "sessions", 1);
    fixture_app_free(app);
}

static int run(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_that_are_no_part_of_anything_go_a_month_after_their_end),
        cmocka_unit_test(invitations_go_a_month_after_their_end),
        cmocka_unit_test(what_was_removed_before_is_removed_as_before),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    return harness_run_on_both(run, &fixture_engine);
}
