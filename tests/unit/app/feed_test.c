// What one who watches gets: the bytes of an event stream, whole and in order, over any number of comings and
// goings.
#include "unit/app/app_fixture.h"

#include "app/event.h"
#include "app/feed.h"
#include "app/feed_topic.h"
#include "app/workspace.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "store/event_store.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { PATIENCE_US = 20 * 1000 * 1000 };

struct client {
    struct feed_watcher *watcher;
    pthread_mutex_t mutex;
    pthread_cond_t woken;
    bool is_woken;
    atomic_bool is_dropped;
    bool has_ended;
    struct buf text;
};

static void wake(void *context)
{
    struct client *client = context;
    pthread_mutex_lock(&client->mutex);
    client->is_woken = true;
    pthread_cond_signal(&client->woken);
    pthread_mutex_unlock(&client->mutex);
}

static void drop(void *context)
{
    struct client *client = context;
    pthread_mutex_lock(&client->mutex);
    client->is_dropped = true;
    client->is_woken = true;
    pthread_cond_signal(&client->woken);
    pthread_mutex_unlock(&client->mutex);
}

static struct feed *open_feed(const struct app *app)
{
    struct feed *feed;
    assert_ok(feed_open(app, 7, &feed, &seen_error));
    return feed;
}

static void client_begin(struct client *client, struct feed *feed, struct str workspace_id,
                         const char *position)
{
    *client = (struct client){.text = {.max_bytes = 64 * MIB}};
    pthread_mutex_init(&client->mutex, NULL);
    pthread_cond_init(&client->woken, NULL);
    const struct feed_request request = {
        .workspace_id = workspace_id,
        .user_id = LOCAL_USER_ID,
        .is_operator = true,
        .position = str_from_c(position),
        .wake = wake,
        .drop = drop,
        .context = client,
    };
    assert_ok(feed_watch(feed, &request, &client->watcher, &seen_error));
}

static void client_end(struct client *client)
{
    feed_unwatch(client->watcher);
    buf_done(&client->text);
    pthread_cond_destroy(&client->woken);
    pthread_mutex_destroy(&client->mutex);
}

// Reads what is there in small pieces, as a connection does.
static void client_read(struct client *client)
{
    char piece[100];
    size_t len;
    while ((len = feed_read(client->watcher, piece, sizeof piece, &client->has_ended)) > 0)
        buf_append(&client->text, piece, len);
}

static void client_wait(struct client *client)
{
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += PATIENCE_US / 1000000;
    pthread_mutex_lock(&client->mutex);
    while (!client->is_woken)
        assert_int_equal(pthread_cond_timedwait(&client->woken, &client->mutex, &deadline), 0);
    client->is_woken = false;
    pthread_mutex_unlock(&client->mutex);
}

static size_t count_of(const struct client *client, const char *word)
{
    size_t count = 0;
    const struct str needle = str_from_c(word);
    for (size_t i = 0; i + needle.len <= client->text.len; i++)
        count += memcmp(client->text.data + i, needle.ptr, needle.len) == 0;
    return count;
}

static void client_read_until(struct client *client, const char *word)
{
    client_read(client);
    while (count_of(client, word) == 0) {
        client_wait(client);
        client_read(client);
    }
}

static void happen(const struct app *app, struct feed *feed, struct str log, const char *data)
{
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(app->db, DB_WRITE, &tx, &seen_error));
    assert_ok(event_append(tx, log, "test", str_from_c(data), FIXTURE_NOW_US, &seen_error));
    assert_ok(event_commit(app, &tx, log, &seen_error));
    feed_on_notice(feed, STR("events"), log);
}

static void assert_text(const struct client *client, const char *expected)
{
    assert_int_equal(client->text.len, strlen(expected));
    assert_memory_equal(client->text.data, expected, client->text.len);
}

static void a_new_client_begins_now(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    struct feed *feed = open_feed(app);
    struct client client;
    happen(app, feed, LOCAL_WORKSPACE_ID, "\"before\"");
    client_begin(&client, feed, LOCAL_WORKSPACE_ID, "");
    happen(app, feed, LOCAL_WORKSPACE_ID, "\"after\"");
    client_read_until(&client, "after");
    assert_text(&client,
                "id: 1.0\nretry: 1000\nevent: candles\ndata: {\"data_version\":\"0000000000000007-0\"}\n\n"
                "id: 2.0\nevent: test\ndata: \"after\"\n\n");
    client_end(&client);
    feed_close(feed);
    fixture_app_free(app);
}

static void a_client_that_comes_back_gets_what_it_missed_and_nothing_twice(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    struct feed *feed = open_feed(app);
    struct client client;
    happen(app, feed, LOCAL_WORKSPACE_ID, "\"seen\"");
    happen(app, feed, LOCAL_WORKSPACE_ID, "\"missed\"");
    happen(app, feed, STR(""), "\"of the instance\"");
    client_begin(&client, feed, LOCAL_WORKSPACE_ID, "1.0");
    happen(app, feed, LOCAL_WORKSPACE_ID, "\"live\"");
    client_read_until(&client, "live");
    assert_text(&client,
                "id: 1.0\nretry: 1000\nevent: candles\ndata: {\"data_version\":\"0000000000000007-0\"}\n\n"
                "id: 2.0\nevent: test\ndata: \"missed\"\n\n"
                "id: 2.1\nevent: test\ndata: \"of the instance\"\n\n"
                "id: 3.1\nevent: test\ndata: \"live\"\n\n");
    client_end(&client);
    feed_close(feed);
    fixture_app_free(app);
}

static void a_position_that_the_log_does_not_know_is_reset(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    struct feed *feed = open_feed(app);
    struct client client;
    happen(app, feed, LOCAL_WORKSPACE_ID, "\"one\"");
    client_begin(&client, feed, LOCAL_WORKSPACE_ID, "99.0"); // of another database
    client_read(&client);
    assert_int_equal(count_of(&client, "event: reset\n"), 1);
    assert_int_equal(count_of(&client, "id: 1.0\n"), 1);
    client_end(&client);
    client_begin(&client, feed, LOCAL_WORKSPACE_ID, "nonsense");
    client_read(&client);
    assert_int_equal(count_of(&client, "event: reset\n"), 0);
    client_end(&client);
    feed_close(feed);
    fixture_app_free(app);
}

static void lost_in_one_log_is_lost_in_both(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    struct feed *feed = open_feed(app);
    struct client client;
    happen(app, feed, LOCAL_WORKSPACE_ID, "\"one\"");
    client_begin(&client, feed, LOCAL_WORKSPACE_ID, "0.99");
    happen(app, feed, LOCAL_WORKSPACE_ID, "\"two\"");
    client_read_until(&client, "two");
    assert_int_equal(count_of(&client, "event: reset\n"), 1);
    assert_int_equal(count_of(&client, ".99"), 0);
    assert_int_equal(count_of(&client, "\"one\""), 0); // it reads anew what there is
    client_end(&client);
    feed_close(feed);
    fixture_app_free(app);
}

static void what_the_log_has_forgotten_is_reset(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    struct feed *feed = open_feed(app);
    struct client client;
    struct db_tx *tx = NULL;
    assert_ok(db_begin(app->db, DB_WRITE, &tx, &seen_error));
    for (int i = 0; i < 2 * EVENT_LOG_LENGTH; i++)
        assert_ok(event_append(tx, LOCAL_WORKSPACE_ID, "test", STR("0"), FIXTURE_NOW_US, &seen_error));
    assert_ok(db_commit(&tx, &seen_error));
    client_begin(&client, feed, LOCAL_WORKSPACE_ID, "3.0");
    client_read(&client);
    assert_int_equal(count_of(&client, "event: reset\n"), 1);
    assert_int_equal(count_of(&client, "event: test\n"), 0);
    client_end(&client);
    feed_close(feed);
    fixture_app_free(app);
}

static void new_candles_are_told_and_only_once(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    struct feed *feed = open_feed(app);
    struct client client;
    client_begin(&client, feed, LOCAL_WORKSPACE_ID, "");
    client_read(&client);
    feed_on_candles(feed, 42);
    client_read_until(&client, "-42");
    client_read(&client);
    assert_int_equal(count_of(&client, "event: candles\n"), 2);
    client_end(&client);
    feed_close(feed);
    fixture_app_free(app);
}

static void a_client_that_is_too_far_behind_is_dropped(void **state)
{
    (void)state;
    struct app *app = fixture_app();
    struct feed *feed = open_feed(app);
    struct client client;
    char data[4096];
    (void)memset(data, 'x', sizeof data - 1);
    data[0] = data[sizeof data - 2] = '"';
    data[sizeof data - 1] = '\0';
    client_begin(&client, feed, LOCAL_WORKSPACE_ID, "");
    for (size_t bytes = 0; bytes < FEED_TOPIC_BYTES + 2 * sizeof data; bytes += sizeof data)
        happen(app, feed, LOCAL_WORKSPACE_ID, data);
    while (!client.is_dropped)
        client_wait(&client);
    client_read(&client);
    assert_true(client.has_ended);
    client_end(&client);
    feed_close(feed);
    fixture_app_free(app);
}

static void who_may_no_longer_watch_is_sent_away(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    struct feed *feed = open_feed(app);
    struct client client;
    struct workspace workspace;
    const struct str id = fixture_workspace(app, &arena, "short-lived");
    client_begin(&client, feed, id, "");
    assert_ok(workspace_get(app, id, LOCAL_USER_ID, &arena, &workspace, &seen_error));
    assert_ok(workspace_delete(app, FIXTURE_ACTOR_IN(id), &workspace, &seen_error));
    feed_on_notice(feed, STR("events"), id);
    while (!client.has_ended) {
        client_read(&client);
        if (!client.has_ended) client_wait(&client);
    }
    assert_int_equal(count_of(&client, "\"deleted\":true"), 1); // it is told before
    client_end(&client);
    feed_close(feed);
    fixture_app_free(app);
}

struct source {
    const struct app *app;
    struct feed *feed;
    int count;
    int failures;
};

static void *keep_happening(void *argument)
{
    struct source *source = argument;
    for (int i = 0; i < source->count; i++) {
        struct db_tx *tx = NULL;
        struct error error = {0};
        if (db_begin(source->app->db, DB_WRITE, &tx, &error) != STATUS_OK ||
            event_append(tx, LOCAL_WORKSPACE_ID, "test", STR("0"), FIXTURE_NOW_US, &error) != STATUS_OK ||
            event_commit(source->app, &tx, LOCAL_WORKSPACE_ID, &error) != STATUS_OK)
            source->failures++;
        db_rollback(&tx);
        feed_on_notice(source->feed, STR("events"), LOCAL_WORKSPACE_ID);
    }
    return NULL;
}

// The id of the last event that came whole.
static void last_position(const struct client *client, char *position, size_t size)
{
    const struct str text = buf_str(&client->text);
    size_t whole = text.len, at = 0;
    while (whole >= 2 && memcmp(text.ptr + whole - 2, "\n\n", 2) != 0)
        whole--;
    for (size_t i = 0; i + 4 < whole; i++)
        if (memcmp(text.ptr + i, "id: ", 4) == 0) at = i + 4;
    const struct str rest = str_slice(text, at, whole - at);
    (void)str_to_c(str_slice(rest, 0, str_find(rest, '\n')), position, size);
}

static void fifty_returns_miss_and_double_nothing(void **state)
{
    (void)state;
    enum { EVENTS = 600 };
    struct app *app = fixture_app();
    struct feed *feed = open_feed(app);
    struct source source = {.app = app, .feed = feed, .count = EVENTS};
    char position[FEED_POSITION_MAX] = "0.0";
    struct client client;
    pthread_t thread;
    int64_t seen = 0;
    int returns = 0;
    assert_int_equal(pthread_create(&thread, NULL, keep_happening, &source), 0);
    while (seen < EVENTS || returns < 50) {
        client_begin(&client, feed, LOCAL_WORKSPACE_ID, position);
        if (seen < EVENTS) client_read_until(&client, "event: test\n");
        char expected[48];
        for (size_t i = count_of(&client, "event: test\n"); i > 0; i--) {
            (void)snprintf(expected, sizeof expected, "id: %lld.0\nevent: test\n", (long long)++seen);
            assert_int_equal(count_of(&client, expected), 1);
        }
        if (client.text.len) last_position(&client, position, sizeof position);
        client_end(&client);
        returns++;
    }
    pthread_join(thread, NULL);
    assert_int_equal(source.failures, 0);
    feed_close(feed);
    fixture_app_free(app);
}

static int run(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_client_begins_now),
        cmocka_unit_test(a_client_that_comes_back_gets_what_it_missed_and_nothing_twice),
        cmocka_unit_test(a_position_that_the_log_does_not_know_is_reset),
        cmocka_unit_test(lost_in_one_log_is_lost_in_both),
        cmocka_unit_test(what_the_log_has_forgotten_is_reset),
        cmocka_unit_test(new_candles_are_told_and_only_once),
        cmocka_unit_test(a_client_that_is_too_far_behind_is_dropped),
        cmocka_unit_test(who_may_no_longer_watch_is_sent_away),
        cmocka_unit_test(fifty_returns_miss_and_double_nothing),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    return harness_run_on_both(run, &fixture_engine);
}
