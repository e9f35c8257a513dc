// Notices between processes on PostgreSQL: two databases that are opened side by side are as good as two
// processes.
#include "ear.h"

#include "base/clock.h"
#include "db/db_pg.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

struct pair {
    struct db_options options;
    char url[512];
    struct db *here, *there;
};

static int open_pair(void **state)
{
    struct pair *pair = calloc(1, sizeof *pair);
    assert_non_null(pair);
    pair->options = fresh_options(DB_POSTGRESQL);
    assert_true(str_to_c(pair->options.postgresql_url, pair->url, sizeof pair->url));
    pair->options.postgresql_url = str_from_c(pair->url);
    pair->options.pool_size = 2;
    pair->here = open_database(&pair->options);
    pair->there = open_database(&pair->options);
    *state = pair;
    return 0;
}

static int close_pair(void **state)
{
    struct pair *pair = *state;
    db_close(pair->here);
    db_close(pair->there);
    free(pair);
    return 0;
}

static int sender_of(struct db *db)
{
    return atomic_load(&((struct pg_db *)db)->sender_pid);
}

static void await_loss(struct db *db)
{
    enum { PATIENCE_US = 20 * 1000 * 1000 };
    const int64_t until_us = clock_monotonic_us() + PATIENCE_US;
    while (sender_of(db) != 0 && clock_monotonic_us() < until_us)
        (void)sched_yield();
    assert_int_equal(sender_of(db), 0);
}

// As psql would.
static void run_sql(const struct pair *pair, const char *sql)
{
    PGconn *session = PQconnectdb(pair->url);
    PGresult *result = PQexec(session, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(session));
    PQclear(result);
    PQfinish(session);
}

static void processes_hear_each_other_and_themselves_once(void **state)
{
    struct pair *pair = *state;
    struct ear *here = ear_on(pair->here), *there = ear_on(pair->there);
    struct ear *also_here = ear_on(pair->here);
    char payload[LIMIT_NOTICE_PAYLOAD_BYTES + 1] = {0};
    for (size_t i = 0; i < LIMIT_NOTICE_PAYLOAD_BYTES; i++)
        payload[i] = (char)(' ' + i % ('~' - ' ' + 1));
    db_notify(pair->here, "jobs", str_from_c(payload));
    db_notify(pair->here, "plans", STR(""));
    db_notify(pair->here, "elsewhere", STR("1"));
    await(there, "jobs", payload);
    await(there, "plans", "");
    // what comes back to its sender comes before the answer to it
    db_notify(pair->there, "jobs", STR("answer"));
    await(here, "jobs", "answer");
    await(also_here, "jobs", "answer");
    db_notify(pair->here, "jobs", STR("end"));
    await(there, "jobs", "end");
    await(here, "jobs", "end");
    await(also_here, "jobs", "end");
    assert_int_equal(here->count, 4);
    assert_int_equal(also_here->count, 4);
    assert_int_equal(there->count, 4);
    ear_free(here);
    db_notify(pair->here, "jobs", STR("from the second"));
    await(there, "jobs", "from the second");
    ear_free(also_here);
    ear_free(there);
}

static void after_a_burst_the_last_change_is_seen_by_the_other(void **state)
{
    struct pair *pair = *state;
    struct ear *sender = ear_of(pair->here, NO_CHANNELS, 0);
    for (int round = 0; round < 3; round++)
        write_in_a_burst(pair->here, pair->there);
    ear_free(sender);
}

static void too_many_for_a_slow_server_become_everything(void **state)
{
    struct pair *pair = *state;
    struct ear *here = ear_on(pair->here), *there = ear_on(pair->there);
    db_notify(pair->here, "jobs", STR("first"));
    await(there, "jobs", "first");
    const pid_t session = sender_of(pair->here);
    assert_int_equal(kill(session, SIGSTOP), 0);
    db_notify(pair->here, "jobs", STR("under way"));
    await(here, "jobs", "under way"); // as a rule it was sent before
    notify_numbers(pair->here, "plans", LIMIT_NOTICES_WAITING);
    db_notify(pair->here, "plans", STR("one more"));
    assert_int_equal(kill(session, SIGCONT), 0);
    await(there, "", "");
    db_notify(pair->here, "jobs", STR("last"));
    await(there, "jobs", "last");
    assert_int_equal(ear_times(there, "", ""), 1);
    assert_int_equal(ear_times(there, "plans", "7"), 0);
    ear_free(here);
    ear_free(there);
}

static void after_a_crash_of_the_server_everything_is_told_and_notices_flow_again(void **state)
{
    struct pair *pair = *state;
    struct ear *here = ear_on(pair->here), *there = ear_on(pair->there);
    for (size_t round = 1; round < 3; round++) {
        cluster_crash();
        cluster_start();
        await_times(here, "", "", round);
        await_times(there, "", "", round);
        db_notify(pair->here, "jobs", STR("from here"));
        db_notify(pair->there, "jobs", STR("from there"));
        await_times(here, "jobs", "from here", round);
        await_times(here, "jobs", "from there", round);
        await_times(there, "jobs", "from here", round);
        await_times(there, "jobs", "from there", round);
    }
    ear_free(here);
    ear_free(there);
}

static void while_the_server_is_down_this_process_is_told_as_always(void **state)
{
    struct pair *pair = *state;
    struct ear *here = ear_on(pair->here), *there = ear_on(pair->there);
    cluster_stop();
    notify_numbers(pair->here, "jobs", 100);
    await(here, "jobs", "99");
    const int64_t before_us = clock_monotonic_us();
    ear_free(here);
    assert_true(clock_monotonic_us() - before_us < 900 * 1000); // nothing can be sent: nothing to wait for
    cluster_start();
    await(there, "", "");
    ear_free(there);
}

static void what_was_under_way_when_the_session_died_is_told_to_the_other(void **state)
{
    struct pair *pair = *state;
    struct ear *here = ear_on(pair->here), *there = ear_on(pair->there);
    db_notify(pair->here, "jobs", STR("first"));
    await(there, "jobs", "first");
    const pid_t session = sender_of(pair->here);
    char sql[80];
    (void)snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%d)", (int)session);
    assert_int_equal(kill(session, SIGSTOP), 0);
    db_notify(pair->here, "jobs", STR("under way"));
    await(here, "jobs", "under way"); // as a rule it was sent before
    run_sql(pair, sql);
    assert_int_equal(kill(session, SIGCONT), 0);
    await(here, "", "");
    await_more_than(there, 1);
    ear_free(here);
    ear_free(there);
}

static void what_was_given_before_the_end_is_still_sent(void **state)
{
    struct pair *pair = *state;
    struct ear *there = ear_on(pair->there);
    for (int round = 0; round < 10; round++) {
        char payload[16];
        (void)snprintf(payload, sizeof payload, "%d", round);
        struct ear *here = ear_of(pair->here, NO_CHANNELS, 0);
        db_notify(pair->here, "jobs", str_from_c(payload));
        ear_free(here);
        await(there, "jobs", payload);
    }
    ear_free(there);
}

static void a_server_that_cuts_idle_sessions_does_not_cut_this_one(void **state)
{
    enum { POLL_MS = 150 };
    struct pair *pair = *state;
    cluster_run("ALTER SYSTEM SET idle_session_timeout = '20ms'");
    cluster_run("SELECT pg_reload_conf()");
    struct ear *here = ear_of(pair->here, CHANNELS, POLL_MS), *there = ear_on(pair->there);
    db_notify(pair->here, "jobs", STR("1"));
    await(there, "jobs", "1");
    const int session = sender_of(pair->here);
    await_times(here, "", "", 2);
    assert_int_equal(sender_of(pair->here), session);
    assert_int_equal(ear_times(there, "", ""), 0);
    cluster_run("ALTER SYSTEM RESET idle_session_timeout");
    cluster_run("SELECT pg_reload_conf()");
    ear_free(here);
    ear_free(there);
}

static void what_others_send_that_is_no_notice_is_told_as_everything(void **state)
{
    struct pair *pair = *state;
    struct ear *here = ear_on(pair->here);
    run_sql(pair, "NOTIFY tlab_jobs, 'by hand'");
    await(here, "jobs", "by hand");
    run_sql(pair, "SELECT pg_notify('tlab_jobs', repeat('x', 7000))");
    await_times(here, "", "", 1);
    run_sql(pair, "SELECT pg_notify('tlab_jobs', E'a\\nb')");
    await_times(here, "", "", 2);
    ear_free(here);
}

static void a_server_that_does_not_answer_keeps_nobody_waiting(void **state)
{
    enum { POLL_MS = 20, WAIT_MS = 100 };
    struct pair *pair = *state;
    struct db *other = open_database(&pair->options);
    other->wait_ms = WAIT_MS; // only now: to open may take longer on a busy machine
    struct ear *here = ear_of(pair->here, CHANNELS, POLL_MS), *there = ear_on(pair->there);
    db_notify(pair->here, "jobs", STR("first"));
    await(there, "jobs", "first");
    cluster_freeze(true);
    assert_int_equal(kill(sender_of(pair->here), SIGTERM), 0);
    await_loss(pair->here);
    await_times(here, "", "", ear_times(here, "", "") + 20); // goes on while it tries to connect
    db_notify(pair->here, "jobs", STR("second"));
    await(here, "jobs", "second");
    struct db_listener *listener = NULL;
    const struct db_listening listening = {.channels = CHANNELS, .handler = ear_keep};
    assert_fails(db_listen(other, &listening, &listener, &seen_error), STATUS_UNAVAILABLE,
                 "state_unavailable");
    if (!strstr(seen_error.message, "no answer in time")) fail_msg("%s", seen_error.message);
    const int64_t before_us = clock_monotonic_us();
    ear_free(here);
    assert_true(clock_monotonic_us() - before_us < 900 * 1000);
    cluster_freeze(false);
    ear_free(there);
    db_close(other);
}

static void be_another_thread(void *context, struct str channel, struct str payload)
{
    const pthread_t *listening = context;
    (void)channel, (void)payload;
    if (pthread_equal(*listening, pthread_self())) abort();
}

static void who_begins_to_listen_is_not_called_itself(void **state)
{
    struct pair *pair = *state;
    struct ear *sender = ear_of(pair->there, NO_CHANNELS, 0);
    struct crowd crowd = {.db = pair->there};
    pthread_t thread, self = pthread_self();
    assert_int_equal(pthread_create(&thread, NULL, crowd_run, &crowd), 0);
    const struct db_listening listening = {
        .channels = CHANNELS, .handler = be_another_thread, .context = &self};
    for (int round = 0; round < 50; round++) {
        struct db_listener *listener = NULL;
        assert_ok(db_listen(pair->here, &listening, &listener, &seen_error));
        db_unlisten(&listener);
    }
    atomic_store(&crowd.is_over, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    ear_free(sender);
}

static void listening_to_a_server_that_is_down_fails_in_time(void **state)
{
    struct pair *pair = *state;
    struct db_listener *listener = NULL;
    const struct db_listening listening = {.channels = CHANNELS, .handler = ear_keep};
    pair->here->wait_ms = 100;
    cluster_stop();
    const int64_t before_us = clock_monotonic_us();
    assert_fails(db_listen(pair->here, &listening, &listener, &seen_error), STATUS_UNAVAILABLE,
                 "state_unavailable");
    assert_in_range(clock_monotonic_us() - before_us, 100 * 1000, 5 * 1000 * 1000);
    assert_null(listener);
    cluster_start();
}

#define ON_PAIR(test) cmocka_unit_test_setup_teardown(test, open_pair, close_pair)

static int run_all(const char *name)
{
    const struct CMUnitTest tests[] = {
        ON_PAIR(processes_hear_each_other_and_themselves_once),
        ON_PAIR(after_a_burst_the_last_change_is_seen_by_the_other),
        ON_PAIR(too_many_for_a_slow_server_become_everything),
        ON_PAIR(after_a_crash_of_the_server_everything_is_told_and_notices_flow_again),
        ON_PAIR(while_the_server_is_down_this_process_is_told_as_always),
        ON_PAIR(what_was_under_way_when_the_session_died_is_told_to_the_other),
        ON_PAIR(what_was_given_before_the_end_is_still_sent),
        ON_PAIR(a_server_that_cuts_idle_sessions_does_not_cut_this_one),
        ON_PAIR(what_others_send_that_is_no_notice_is_told_as_everything),
        ON_PAIR(a_server_that_does_not_answer_keeps_nobody_waiting),
        ON_PAIR(who_begins_to_listen_is_not_called_itself),
        ON_PAIR(listening_to_a_server_that_is_down_fails_in_time),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    return harness_run_on_postgresql(run_all);
}
