// The log of events: numbers without gaps in the order of the commits, and a bound.
#include "unit/app/app_fixture.h"

#include "app/event.h"
#include "base/limits.h"
#include "store/event_store.h"

#include <pthread.h>

enum { WRITERS = 4, EVENTS_EACH = 50 };

static void append(const struct app *app, struct str log, const char *type)
{
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(app->db, DB_WRITE, &tx, &seen_error));
    assert_ok(event_append(tx, log, type, STR("{}"), FIXTURE_NOW_US, &seen_error));
    assert_ok(event_commit(app, &tx, log, &seen_error));
}

static struct event_list list(const struct app *app, struct str log, int64_t after, struct arena *arena)
{
    struct event_list events;
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(app->db, DB_READ, &tx, &seen_error));
    assert_ok(event_store_list(tx, (struct event_page){log, after, 4 * EVENT_LOG_LENGTH}, arena, &events,
                               &seen_error));
    return events;
}

static void each_log_counts_for_itself(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, 16 * MIB);
    struct app *app = fixture_app();
    append(app, STR("a"), "one");
    append(app, STR("b"), "other");
    append(app, STR("a"), "two");
    const struct event_list events = list(app, STR("a"), 0, &arena);
    assert_int_equal(events.count, 2);
    assert_int_equal(events.items[0].number, 1);
    assert_int_equal(events.items[1].number, 2);
    assert_true(str_eq(events.items[1].type, STR("two")));
    assert_int_equal(list(app, STR("a"), 1, &arena).count, 1);
    fixture_app_free(app);
}

static void what_is_rolled_back_leaves_no_gap(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, 16 * MIB);
    struct app *app = fixture_app();
    append(app, STR("a"), "one");
    struct db_tx *tx = NULL;
    assert_ok(db_begin(app->db, DB_WRITE, &tx, &seen_error));
    assert_ok(event_append(tx, STR("a"), "never", STR("{}"), FIXTURE_NOW_US, &seen_error));
    db_rollback(&tx);
    append(app, STR("a"), "two");
    const struct event_list events = list(app, STR("a"), 0, &arena);
    assert_int_equal(events.count, 2);
    assert_int_equal(events.items[1].number, 2);
    fixture_app_free(app);
}

struct writer {
    const struct app *app;
    int failures;
};

static void *write_events(void *argument)
{
    struct writer *writer = argument;
    for (int i = 0; i < EVENTS_EACH; i++) {
        struct error error = {0};
        struct db_tx *tx = NULL;
        if (db_begin(writer->app->db, DB_WRITE, &tx, &error) != STATUS_OK ||
            event_append(tx, STR("a"), "x", STR("{}"), FIXTURE_NOW_US, &error) != STATUS_OK ||
            event_commit(writer->app, &tx, STR("a"), &error) != STATUS_OK)
            writer->failures++;
        db_rollback(&tx);
    }
    return NULL;
}

// Who reads up to the newest event, again and again while others write, misses none.
static void a_reader_sees_every_number_in_order(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    struct writer writers[WRITERS];
    pthread_t threads[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){.app = app};
        assert_int_equal(pthread_create(&threads[i], NULL, write_events, &writers[i]), 0);
    }
    int64_t seen = 0;
    while (seen < WRITERS * EVENTS_EACH) {
        ARENA_SCOPE(arena, 16 * MIB);
        const struct event_list events = list(app, STR("a"), seen, &arena);
        for (size_t i = 0; i < events.count; i++)
            assert_int_equal(events.items[i].number, ++seen);
    }
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(writers[i].failures, 0);
    }
    fixture_app_free(app);
}

static void a_log_does_not_grow_for_ever(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, 16 * MIB);
    struct app *app = fixture_app();
    struct db_tx *tx = NULL;
    assert_ok(db_begin(app->db, DB_WRITE, &tx, &seen_error));
    for (int i = 0; i < 2 * EVENT_LOG_LENGTH; i++)
        assert_ok(event_append(tx, STR("a"), "x", STR("{}"), FIXTURE_NOW_US, &seen_error));
    assert_ok(db_commit(&tx, &seen_error));
    const struct event_list events = list(app, STR("a"), 0, &arena);
    // one append in 64 trims: twenty times that without any is one run in 500 million
    assert_in_range(events.count, EVENT_LOG_LENGTH, EVENT_LOG_LENGTH + 20 * 64);
    assert_int_equal(events.items[events.count - 1].number, 2 * EVENT_LOG_LENGTH);
    fixture_app_free(app);
}

static int run(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_log_counts_for_itself),
        cmocka_unit_test(what_is_rolled_back_leaves_no_gap),
        cmocka_unit_test(a_reader_sees_every_number_in_order),
        cmocka_unit_test(a_log_does_not_grow_for_ever),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    return harness_run_on_both(run, &fixture_engine);
}
