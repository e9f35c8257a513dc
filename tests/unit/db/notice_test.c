// Notices within one process: what holds on both engines.
#include "ear.h"

#include "base/clock.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>

static enum db_engine engine; // under test

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

static void a_notice_is_told_as_it_was_given_on_another_thread(void **state)
{
    struct ear *ear = ear_on(*state);
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
    struct ear *ear = ear_on(*state);
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
    struct ear *first = ear_on(*state), *second = ear_of(*state, plans, 0);
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
    struct ear *ear = ear_on(*state);
    db_notify(*state, "jobs", STR("2"));
    await(ear, "jobs", "2");
    assert_int_equal(ear->count, 1);
    ear_free(ear);
    db_notify(*state, "jobs", STR("3"));
}

static void equal_notices_that_wait_are_told_once(void **state)
{
    enum { BURST = 10000 };
    struct ear *ear = ear_on(*state);
    ear_hold(ear);
    for (int i = 0; i < BURST; i++)
        db_notify(*state, "jobs", STR("same"));
    db_notify(*state, "plans", STR("same"));
    ear_release(ear);
    await(ear, "plans", "same");
    assert_int_equal(ear_times(ear, "jobs", "same"), 1);
    ear_free(ear);
}
static void after_a_burst_the_last_change_is_seen(void **state)
{
    for (int round = 0; round < 10; round++)
        write_in_a_burst(*state, *state);
}

static void too_many_different_ones_become_everything(void **state)
{
    struct ear *ear = ear_on(*state);
    ear_hold(ear);
    notify_numbers(*state, "jobs", LIMIT_NOTICES_WAITING);
    ear_release(ear);
    await(ear, "jobs", "255");
    assert_int_equal(ear->count, 1 + LIMIT_NOTICES_WAITING);
    for (int i = 0; i < LIMIT_NOTICES_WAITING; i++) {
        char payload[16];
        (void)snprintf(payload, sizeof payload, "%d", i);
        assert_string_equal(ear->heard[1 + i].payload, payload);
    }
    ear_hold(ear);
    notify_numbers(*state, "jobs", LIMIT_NOTICES_WAITING + 1);
    ear_release(ear);
    await(ear, "", "");
    assert_int_equal(ear_times(ear, "jobs", "7"), 1); // of the first round
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
    struct ear *ear = ear_on(*state);
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
        const struct db_listening listening = {.channels = channels, .handler = ear_keep};
        assert_fails(db_listen(*state, &listening, &listener, &seen_error), STATUS_INTERNAL, "");
    }
    const char *many[LIMIT_NOTICE_CHANNELS + 2] = {NULL};
    for (size_t i = 0; i < LIMIT_NOTICE_CHANNELS; i++)
        many[i] = "jobs";
    ear_free(ear_of(*state, many, 0));
    many[LIMIT_NOTICE_CHANNELS] = "jobs";
    const struct db_listening listening = {.channels = many, .handler = ear_keep};
    assert_fails(db_listen(*state, &listening, &listener, &seen_error), STATUS_INTERNAL, "");
    assert_null(listener);
}

static void pass_on(void *context, struct str channel, struct str payload)
{
    struct ear *ear = context;
    if (str_eq(channel, STR("jobs"))) db_notify(ear->db, "plans", payload);
    ear_keep(context, channel, payload);
}

static void a_handler_may_give_notice(void **state)
{
    struct ear *ear = ear_new(*state);
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
        assert_int_equal(pthread_create(&threads[i], NULL, crowd_run, &crowd), 0);
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

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, open_fresh, close_it)

static int run_all(const char *name)
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

int main(void)
{
    return harness_run_on_both(run_all, &engine);
}
