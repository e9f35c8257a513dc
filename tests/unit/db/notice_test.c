// Notices on both engines, and between processes on PostgreSQL, where two databases that are opened side by
// side are as good as two processes.
#include "harness.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "db/db_notice.h"
#include "db/db_pg.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static enum db_engine engine; // under test

enum { PATIENCE_S = 20, HEARD_MAX = 2000 };

// ---- an ear keeps what its listener is told

struct ear {
    struct db *db;
    struct db_listener *listener;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool is_held;    // the handler waits
    bool is_waiting; // it does so now
    size_t count;
    struct {
        char channel[LIMIT_NOTICE_CHANNEL_BYTES + 1], payload[LIMIT_NOTICE_PAYLOAD_BYTES + 1];
        int64_t when_us;
        pthread_t thread;
    } heard[HEARD_MAX];
};

static void keep(void *context, struct str channel, struct str payload)
{
    struct ear *ear = context;
    pthread_mutex_lock(&ear->mutex);
    if (ear->count == HEARD_MAX) abort();
    const size_t at = ear->count;
    if (!str_to_c(channel, ear->heard[at].channel, sizeof ear->heard[at].channel)) abort();
    if (!str_to_c(payload, ear->heard[at].payload, sizeof ear->heard[at].payload)) abort();
    ear->heard[at].when_us = clock_monotonic_us();
    ear->heard[at].thread = pthread_self();
    ear->count++;
    ear->is_waiting = ear->is_held;
    pthread_cond_broadcast(&ear->changed);
    while (ear->is_held)
        pthread_cond_wait(&ear->changed, &ear->mutex);
    ear->is_waiting = false;
    pthread_mutex_unlock(&ear->mutex);
}

static const char *const CHANNELS[] = {"jobs", "plans", NULL};
static const char *const NO_CHANNELS[] = {NULL};

static struct ear *deaf_ear(struct db *db)
{
    struct ear *ear = calloc(1, sizeof *ear);
    assert_non_null(ear);
    ear->db = db;
    pthread_mutex_init(&ear->mutex, NULL);
    pthread_cond_init(&ear->changed, NULL);
    return ear;
}

static struct ear *ear_of(struct db *db, const char *const *channels, int poll_ms)
{
    struct ear *ear = deaf_ear(db);
    const struct db_listening listening = {
        .channels = channels, .poll_ms = poll_ms, .handler = keep, .context = ear};
    assert_ok(db_listen(db, &listening, &ear->listener, &seen_error));
    return ear;
}

static struct ear *listen_to(struct db *db)
{
    return ear_of(db, CHANNELS, 0);
}

static void ear_free(struct ear *ear)
{
    db_unlisten(&ear->listener);
    assert_null(ear->listener);
    pthread_cond_destroy(&ear->changed);
    pthread_mutex_destroy(&ear->mutex);
    free(ear);
}

static void hold(struct ear *ear, bool is_held)
{
    pthread_mutex_lock(&ear->mutex);
    ear->is_held = is_held;
    pthread_cond_broadcast(&ear->changed);
    pthread_mutex_unlock(&ear->mutex);
}

// With the mutex held. How often it was told so.
static size_t count_of(const struct ear *ear, const char *channel, const char *payload)
{
    size_t count = 0;
    for (size_t i = 0; i < ear->count; i++)
        if (strcmp(ear->heard[i].channel, channel) == 0 && strcmp(ear->heard[i].payload, payload) == 0)
            count++;
    return count;
}

static size_t times(struct ear *ear, const char *channel, const char *payload)
{
    pthread_mutex_lock(&ear->mutex);
    const size_t count = count_of(ear, channel, payload);
    pthread_mutex_unlock(&ear->mutex);
    return count;
}

static struct timespec patience(void)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    return until;
}

// Until it was told so `wanted` times; ends the test when that does not come.
static void await_times(struct ear *ear, const char *channel, const char *payload, size_t wanted)
{
    const struct timespec until = patience();
    int result = 0;
    pthread_mutex_lock(&ear->mutex);
    while (count_of(ear, channel, payload) < wanted && result == 0)
        result = pthread_cond_timedwait(&ear->changed, &ear->mutex, &until);
    const size_t count = count_of(ear, channel, payload);
    pthread_mutex_unlock(&ear->mutex);
    if (count < wanted) fail_msg("\"%s\" \"%s\" came %zu times, not %zu", channel, payload, count, wanted);
}

static void await(struct ear *ear, const char *channel, const char *payload)
{
    await_times(ear, channel, payload, 1);
}

// Until it was told more than `count` notices.
static void await_more_than(struct ear *ear, size_t count)
{
    const struct timespec until = patience();
    int result = 0;
    pthread_mutex_lock(&ear->mutex);
    while (ear->count <= count && result == 0)
        result = pthread_cond_timedwait(&ear->changed, &ear->mutex, &until);
    pthread_mutex_unlock(&ear->mutex);
    assert_int_equal(result, 0);
}

// Until the handler stands in a call of which it does not come back.
static void hold_in_call(struct ear *ear)
{
    const struct timespec until = patience();
    int result = 0;
    hold(ear, true);
    db_notify(ear->db, "jobs", STR("hold"));
    pthread_mutex_lock(&ear->mutex);
    while (!ear->is_waiting && result == 0)
        result = pthread_cond_timedwait(&ear->changed, &ear->mutex, &until);
    pthread_mutex_unlock(&ear->mutex);
    assert_int_equal(result, 0);
}

static void notify_numbers(struct db *db, const char *channel, int count)
{
    for (int i = 0; i < count; i++) {
        char payload[16];
        (void)snprintf(payload, sizeof payload, "%d", i);
        db_notify(db, channel, str_from_c(payload));
    }
}

static int open_fresh(void **state)
{
    *state = fresh_database(engine);
    return 0;
}

static int close_it(void **state)
{
    db_close(*state);
    return 0;
}

// ---- one process

static void a_notice_is_told_as_it_was_given_on_another_thread(void **state)
{
    struct ear *ear = listen_to(*state);
    char payload[LIMIT_NOTICE_PAYLOAD_BYTES + 1] = {0};
    for (size_t i = 0; i < LIMIT_NOTICE_PAYLOAD_BYTES; i++)
        payload[i] = (char)(' ' + i % ('~' - ' ' + 1));
    db_notify(*state, "jobs", str_from_c(payload));
    db_notify(*state, "plans", STR(""));
    await(ear, "jobs", payload);
    await(ear, "plans", "");
    assert_int_equal(ear->count, 2);
    assert_false(pthread_equal(ear->heard[0].thread, pthread_self()));
    assert_true(pthread_equal(ear->heard[0].thread, ear->heard[1].thread));
    ear_free(ear);
}

static void a_channel_that_was_not_asked_for_is_not_told(void **state)
{
    struct ear *ear = listen_to(*state);
    db_notify(*state, "job", STR("1"));
    db_notify(*state, "jobs2", STR("2"));
    db_notify(*state, "jobs", STR("3"));
    await(ear, "jobs", "3");
    assert_int_equal(ear->count, 1);
    ear_free(ear);
}

static void each_listener_is_told_what_it_asked_for_once(void **state)
{
    static const char *const plans[] = {"plans", NULL};
    struct ear *first = listen_to(*state), *second = ear_of(*state, plans, 0);
    struct ear *third = ear_of(*state, NO_CHANNELS, 0);
    db_notify(*state, "jobs", STR("1"));
    db_notify(*state, "plans", STR("2"));
    await(first, "plans", "2");
    await(second, "plans", "2");
    db_notify(*state, "", STR(""));
    await(first, "", "");
    await(second, "", "");
    await(third, "", "");
    assert_int_equal(first->count, 3);
    assert_int_equal(second->count, 2);
    assert_int_equal(third->count, 1);
    ear_free(first);
    db_notify(*state, "plans", STR("3"));
    await(second, "plans", "3");
    ear_free(third);
    ear_free(second);
}

static void without_a_listener_a_notice_goes_nowhere(void **state)
{
    db_notify(*state, "jobs", STR("1"));
    struct ear *ear = listen_to(*state);
    db_notify(*state, "jobs", STR("2"));
    await(ear, "jobs", "2");
    assert_int_equal(ear->count, 1);
    ear_free(ear);
    db_notify(*state, "jobs", STR("3"));
}

static void equal_notices_that_wait_are_told_once(void **state)
{
    enum { BURST = 10000 };
    struct ear *ear = listen_to(*state);
    hold_in_call(ear);
    for (int i = 0; i < BURST; i++)
        db_notify(*state, "jobs", STR("same"));
    db_notify(*state, "plans", STR("same"));
    hold(ear, false);
    await(ear, "plans", "same");
    assert_int_equal(times(ear, "jobs", "same"), 1);
    ear_free(ear);
}

// The handler reads what the notices are about.
struct board {
    atomic_int written, read, calls;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
};

static void read_board(void *context, struct str channel, struct str payload)
{
    struct board *board = context;
    (void)payload;
    if (channel.len == 0) abort(); // nothing here makes it look at everything
    atomic_fetch_add(&board->calls, 1);
    pthread_mutex_lock(&board->mutex);
    atomic_store(&board->read, atomic_load(&board->written));
    pthread_cond_broadcast(&board->changed);
    pthread_mutex_unlock(&board->mutex);
}

// Gives a notice after each of many changes on `from`; the listener of `to` has to see the last change.
static void write_in_a_burst(struct db *from, struct db *to)
{
    enum { BURST = 10000 };
    struct board board = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    struct db_listener *listener = NULL;
    const struct db_listening listening = {.channels = CHANNELS, .handler = read_board, .context = &board};
    assert_ok(db_listen(to, &listening, &listener, &seen_error));
    for (int i = 0; i < BURST; i++) {
        atomic_fetch_add(&board.written, 1);
        db_notify(from, "jobs", STR("same"));
    }
    const struct timespec until = patience();
    int result = 0;
    pthread_mutex_lock(&board.mutex);
    while (atomic_load(&board.read) < BURST && result == 0)
        result = pthread_cond_timedwait(&board.changed, &board.mutex, &until);
    pthread_mutex_unlock(&board.mutex);
    db_unlisten(&listener);
    assert_int_equal(atomic_load(&board.read), BURST);
    assert_in_range(atomic_load(&board.calls), 1, BURST);
}

static void after_a_burst_the_last_change_is_seen(void **state)
{
    for (int round = 0; round < 10; round++)
        write_in_a_burst(*state, *state);
}

static void too_many_different_ones_become_everything(void **state)
{
    struct ear *ear = listen_to(*state);
    hold_in_call(ear);
    notify_numbers(*state, "jobs", LIMIT_NOTICES_WAITING);
    hold(ear, false);
    await(ear, "jobs", "255");
    assert_int_equal(ear->count, 1 + LIMIT_NOTICES_WAITING);
    for (int i = 0; i < LIMIT_NOTICES_WAITING; i++) {
        char payload[16];
        (void)snprintf(payload, sizeof payload, "%d", i);
        assert_string_equal(ear->heard[1 + i].payload, payload);
    }
    hold_in_call(ear);
    notify_numbers(*state, "jobs", LIMIT_NOTICES_WAITING + 1);
    hold(ear, false);
    await(ear, "", "");
    assert_int_equal(times(ear, "jobs", "7"), 1); // of the first round
    db_notify(*state, "jobs", STR("after"));
    await(ear, "jobs", "after");
    ear_free(ear);
}

static void what_breaks_the_rules_is_told_as_everything(void **state)
{
    char payload[LIMIT_NOTICE_PAYLOAD_BYTES + 2] = {0};
    memset(payload, 'x', sizeof payload - 1);
    const struct {
        const char *channel;
        struct str payload;
    } broken[] = {{"jobs", str_from_c(payload)}, {"jobs", STR("a\nb")}, {"Jobs", STR("1")}, {"a b", STR("")}};
    struct ear *ear = listen_to(*state);
    log_set_level((enum log_level)(LOG_ERROR + 1));
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        db_notify(*state, broken[i].channel, broken[i].payload);
        await_times(ear, "", "", i + 1);
    }
    log_set_level(LOG_ERROR);
    ear_free(ear);
}

static void names_that_are_none_are_refused(void **state)
{
    static const char *const names[] = {"", "Jobs", "a b", "a;b",
                                        "a2345678901234567890123456789012345678901"};
    struct db_listener *listener = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *const channels[] = {"jobs", names[i], NULL};
        const struct db_listening listening = {.channels = channels, .handler = keep};
        assert_fails(db_listen(*state, &listening, &listener, &seen_error), STATUS_INTERNAL, "");
    }
    const char *many[LIMIT_NOTICE_CHANNELS + 2] = {NULL};
    for (size_t i = 0; i < LIMIT_NOTICE_CHANNELS; i++)
        many[i] = "jobs";
    ear_free(ear_of(*state, many, 0));
    many[LIMIT_NOTICE_CHANNELS] = "jobs";
    const struct db_listening listening = {.channels = many, .handler = keep};
    assert_fails(db_listen(*state, &listening, &listener, &seen_error), STATUS_INTERNAL, "");
    assert_null(listener);
}

static void pass_on(void *context, struct str channel, struct str payload)
{
    struct ear *ear = context;
    if (str_eq(channel, STR("jobs"))) db_notify(ear->db, "plans", payload);
    keep(context, channel, payload);
}

static void a_handler_may_give_notice(void **state)
{
    struct ear *ear = deaf_ear(*state);
    const struct db_listening listening = {.channels = CHANNELS, .handler = pass_on, .context = ear};
    assert_ok(db_listen(*state, &listening, &ear->listener, &seen_error));
    db_notify(*state, "jobs", STR("1"));
    await(ear, "plans", "1");
    ear_free(ear);
}

static void everything_is_told_again_and_again_by_itself(void **state)
{
    enum { POLL_MS = 20 };
    int64_t before_us = clock_monotonic_us();
    struct ear *ear = ear_of(*state, CHANNELS, POLL_MS);
    await_times(ear, "", "", 4);
    pthread_mutex_lock(&ear->mutex);
    for (size_t i = 0; i < 4; i++) {
        assert_true(ear->heard[i].when_us - before_us >= POLL_MS * 1000);
        before_us = ear->heard[i].when_us;
    }
    pthread_mutex_unlock(&ear->mutex);
    ear_free(ear);
}

// ---- the end of listening

struct crowd {
    struct db *db;
    atomic_bool is_over;
};

static void *give_notices(void *argument)
{
    struct crowd *crowd = argument;
    for (uint64_t i = 0; !atomic_load(&crowd->is_over); i++) {
        char payload[32];
        (void)snprintf(payload, sizeof payload, "%d", (int)(i % 300));
        db_notify(crowd->db, i % 2 ? "jobs" : "plans", str_from_c(payload));
    }
    return NULL;
}

// Its memory is gone when the listener is.
struct life {
    atomic_size_t calls;
    atomic_bool is_over;
};

static void count_call(void *context, struct str channel, struct str payload)
{
    struct life *life = context;
    (void)channel, (void)payload;
    if (atomic_load(&life->is_over)) abort();
    atomic_fetch_add(&life->calls, 1);
}

static void after_unlisten_nothing_is_told_however_many_give_notice(void **state)
{
    enum { THREADS = 4, ROUNDS = 30, CALLS = 5 };
    struct crowd crowd = {.db = *state};
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, give_notices, &crowd), 0);
    for (int round = 0; round < ROUNDS; round++) {
        struct life *life = calloc(1, sizeof *life);
        struct db_listener *listener = NULL;
        const struct db_listening listening = {
            .channels = CHANNELS, .poll_ms = 1, .handler = count_call, .context = life};
        assert_ok(db_listen(*state, &listening, &listener, &seen_error));
        while (atomic_load(&life->calls) < CALLS)
            (void)sched_yield();
        db_unlisten(&listener);
        assert_null(listener);
        atomic_store(&life->is_over, true);
        free(life);
    }
    atomic_store(&crowd.is_over, true);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    struct db_listener *none = NULL;
    db_unlisten(&none);
}

// ---- two processes on PostgreSQL

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
    struct ear *here = listen_to(pair->here), *there = listen_to(pair->there);
    struct ear *also_here = listen_to(pair->here);
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
    struct ear *here = listen_to(pair->here), *there = listen_to(pair->there);
    db_notify(pair->here, "jobs", STR("first"));
    await(there, "jobs", "first");
    const pid_t session = sender_of(pair->here);
    assert_int_equal(kill(session, SIGSTOP), 0);
    db_notify(pair->here, "jobs", STR("under way"));
    await(here, "jobs", "under way"); // sent before it is told here
    notify_numbers(pair->here, "plans", LIMIT_NOTICES_WAITING);
    db_notify(pair->here, "plans", STR("one more"));
    assert_int_equal(kill(session, SIGCONT), 0);
    await(there, "", "");
    db_notify(pair->here, "jobs", STR("last"));
    await(there, "jobs", "last");
    assert_int_equal(times(there, "", ""), 1);
    assert_int_equal(times(there, "plans", "7"), 0);
    ear_free(here);
    ear_free(there);
}

static void after_a_crash_of_the_server_everything_is_told_and_notices_flow_again(void **state)
{
    struct pair *pair = *state;
    struct ear *here = listen_to(pair->here), *there = listen_to(pair->there);
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
    struct ear *here = listen_to(pair->here), *there = listen_to(pair->there);
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
    struct ear *here = listen_to(pair->here), *there = listen_to(pair->there);
    db_notify(pair->here, "jobs", STR("first"));
    await(there, "jobs", "first");
    const pid_t session = sender_of(pair->here);
    char sql[80];
    (void)snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%d)", (int)session);
    assert_int_equal(kill(session, SIGSTOP), 0);
    db_notify(pair->here, "jobs", STR("under way"));
    await(here, "jobs", "under way"); // sent before it is told here
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
    struct ear *there = listen_to(pair->there);
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
    struct ear *here = ear_of(pair->here, CHANNELS, POLL_MS), *there = listen_to(pair->there);
    db_notify(pair->here, "jobs", STR("1"));
    await(there, "jobs", "1");
    const int session = sender_of(pair->here);
    await_times(here, "", "", 2);
    assert_int_equal(sender_of(pair->here), session);
    assert_int_equal(times(there, "", ""), 0);
    cluster_run("ALTER SYSTEM RESET idle_session_timeout");
    cluster_run("SELECT pg_reload_conf()");
    ear_free(here);
    ear_free(there);
}

static void what_others_send_that_is_no_notice_is_told_as_everything(void **state)
{
    struct pair *pair = *state;
    struct ear *here = listen_to(pair->here);
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
    pair->options.busy_timeout_ms = WAIT_MS;
    struct db *other = open_database(&pair->options);
    struct ear *here = ear_of(pair->here, CHANNELS, POLL_MS), *there = listen_to(pair->there);
    db_notify(pair->here, "jobs", STR("first"));
    await(there, "jobs", "first");
    cluster_freeze(true);
    assert_int_equal(kill(sender_of(pair->here), SIGTERM), 0);
    while (sender_of(pair->here) != 0) // it notices
        (void)sched_yield();
    await_times(here, "", "", times(here, "", "") + 20); // goes on while it tries to connect
    db_notify(pair->here, "jobs", STR("second"));
    await(here, "jobs", "second");
    struct db_listener *listener = NULL;
    const struct db_listening listening = {.channels = CHANNELS, .handler = keep};
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
    assert_int_equal(pthread_create(&thread, NULL, give_notices, &crowd), 0);
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
    pair->options.busy_timeout_ms = 100;
    struct db *db = open_database(&pair->options);
    struct db_listener *listener = NULL;
    const struct db_listening listening = {.channels = CHANNELS, .handler = keep};
    cluster_stop();
    const int64_t before_us = clock_monotonic_us();
    assert_fails(db_listen(db, &listening, &listener, &seen_error), STATUS_UNAVAILABLE, "state_unavailable");
    assert_in_range(clock_monotonic_us() - before_us, 100 * 1000, 5 * 1000 * 1000);
    assert_null(listener);
    cluster_start();
    db_close(db);
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, open_fresh, close_it)
#define ON_PAIR(test) cmocka_unit_test_setup_teardown(test, open_pair, close_pair)

static int run_alone(const char *name)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(a_notice_is_told_as_it_was_given_on_another_thread),
        ON_FRESH(a_channel_that_was_not_asked_for_is_not_told),
        ON_FRESH(each_listener_is_told_what_it_asked_for_once),
        ON_FRESH(without_a_listener_a_notice_goes_nowhere),
        ON_FRESH(equal_notices_that_wait_are_told_once),
        ON_FRESH(after_a_burst_the_last_change_is_seen),
        ON_FRESH(too_many_different_ones_become_everything),
        ON_FRESH(what_breaks_the_rules_is_told_as_everything),
        ON_FRESH(names_that_are_none_are_refused),
        ON_FRESH(a_handler_may_give_notice),
        ON_FRESH(everything_is_told_again_and_again_by_itself),
        ON_FRESH(after_unlisten_nothing_is_told_however_many_give_notice),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

static int run_between_processes(void)
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
    return cmocka_run_group_tests_name("between processes", tests, NULL, NULL);
}

static int run_all(const char *name)
{
    const int failed = run_alone(name);
    return engine == DB_POSTGRESQL ? failed + run_between_processes() : failed;
}

int main(void)
{
    return harness_run_on_both(run_all, &engine);
}
