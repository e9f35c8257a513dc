// How answers go on, over a socket.
#include "stream_site.h"

#include "unit/unit.h"

enum { DEADLINE_MS = 300, LATE_BYTES = 1000, THREADS = 4, WAKES = 10000 };

static struct client client;
static struct feed *const feed = &stream_feeds[0];

static int set_up(void **state)
{
    (void)state;
    stream_site_start((struct http_server_options){.event_threads = 2});
    client = client_connect(stream_site.port);
    return 0;
}

static int set_up_in_a_hurry(void **state)
{
    (void)state;
    stream_site_start((struct http_server_options){
        .header_deadline_ms = DEADLINE_MS,
        .body_deadline_ms = DEADLINE_MS,
        .idle_deadline_ms = DEADLINE_MS,
        .write_stall_ms = DEADLINE_MS,
    });
    client = client_connect(stream_site.port);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    client_close(&client);
    stream_site_stop();
    return 0;
}

static struct reply ask_for_stream(const char *request)
{
    client_send_c(&client, request);
    return client_read(&client, true);
}

static void open_stream(void)
{
    assert_int_equal(ask_for_stream(STREAM "\r\n").status, 200);
    feed_await_opened(feed);
}

static void assert_over_without_a_word(const struct client *other, size_t read_from)
{
    assert_int_equal(other->in.len, read_from);
}

static void an_answer_goes_on_until_its_source_ends(void **state)
{
    (void)state;
    const struct reply reply = ask_for_stream(STREAM "Accept-Encoding: gzip\r\n\r\n");
    assert_int_equal(reply.status, 200);
    assert_str_equal(reply_field(&reply, STR("Transfer-Encoding")), STR("chunked"));
    assert_str_equal(reply_field(&reply, STR("Connection")), STR("close"));
    assert_str_equal(reply_field(&reply, STR("Content-Type")), STR("text/event-stream"));
    assert_str_equal(reply_field(&reply, STR("X-Content-Type-Options")), STR("nosniff"));
    assert_int_equal(reply_field(&reply, STR("Content-Length")).len, 0);
    assert_int_equal(reply_field(&reply, STR("Content-Encoding")).len, 0);
    feed_say(feed, 1);
    assert_str_equal(client_read_chunk(&client), STR("x"));
    feed_say(feed, 3);
    assert_str_equal(client_read_chunk(&client), STR("xxx"));
    assert_int_equal(feed_closed_count(feed), 0);
    feed_end(feed);
    assert_int_equal(client_read_chunk(&client).len, 0);
    assert_true(client_wait_closed(&client));
    assert_over_without_a_word(&client, client.read_from);
    feed_await_closed(feed);
    assert_int_equal(feed_opened_count(feed), 1);
    assert_int_equal(feed_closed_count(feed), 1);
}

static void what_is_ready_before_the_first_read_is_sent(void **state)
{
    (void)state;
    feed_say(feed, 5);
    feed_end(feed);
    open_stream();
    assert_str_equal(client_read_chunk(&client), STR("xxxxx"));
    assert_int_equal(client_read_chunk(&client).len, 0);
}

static void a_large_burst_arrives_whole(void **state)
{
    (void)state;
    size_t left = 8 * 1024 * 1024;
    open_stream();
    feed_say(feed, left);
    while (left) {
        const struct str chunk = client_read_chunk(&client);
        assert_true(chunk.len > 0 && chunk.len <= left);
        left -= chunk.len;
    }
    feed_say(feed, 1); // after a burst it sleeps and wakes as before
    assert_str_equal(client_read_chunk(&client), STR("x"));
}

static void an_http_1_0_client_gets_the_stream_as_it_is(void **state)
{
    (void)state;
    const struct reply reply = ask_for_stream("GET /stream HTTP/1.0\r\n\r\n");
    assert_int_equal(reply.status, 200);
    assert_int_equal(reply_field(&reply, STR("Transfer-Encoding")).len, 0);
    assert_int_equal(reply_field(&reply, STR("Content-Length")).len, 0);
    feed_say(feed, 1);
    assert_true(client_hears_something(&client, CLIENT_PATIENCE_MS));
    feed_say(feed, 100000);
    feed_end(feed);
    assert_true(client_wait_closed(&client));
    assert_int_equal(client.in.len - client.read_from, 100001);
    feed_await_closed(feed);
}

static void head_and_304_are_answered_without_opening_the_stream(void **state)
{
    (void)state;
    const struct {
        const char *request;
        int status;
    } cases[] = {
        {"HEAD /stream HTTP/1.1\r\n" HOST "\r\n", 200},
        {"HEAD /stream HTTP/1.0\r\n\r\n", 200},
        {STREAM "If-None-Match: \"stream-1\"\r\nConnection: close\r\n\r\n", 304},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct client other = client_connect(stream_site.port);
        client_send_c(&other, cases[i].request);
        const struct reply reply = client_read(&other, true);
        assert_int_equal(reply.status, cases[i].status);
        assert_str_equal(reply_field(&reply, STR("ETag")), STR("\"stream-1\""));
        if (reply.status == 200) assert_int_equal(reply_field(&reply, STR("Content-Length")).len, 0);
        assert_true(client_wait_closed(&other));
        assert_over_without_a_word(&other, other.read_from);
        client_close(&other);
        feed_await_closed(feed);
        assert_int_equal(feed_closed_count(feed), i + 1);
    }
    assert_int_equal(feed_opened_count(feed), 0);
}

static void a_stream_whose_head_cannot_be_sent_is_closed_unopened(void **state)
{
    (void)state;
    const struct reply reply = client_ask(&client, "GET /stream?split=1 HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(reply.status, 500);
    feed_await_closed(feed);
    assert_int_equal(feed_closed_count(feed), 1);
    assert_int_equal(feed_opened_count(feed), 0);
}

static void a_wake_on_the_way_to_sleep_is_not_lost(void **state)
{
    (void)state;
    feed->late = LATE_BYTES;
    open_stream();
    for (int i = 0; i < LATE_BYTES; i++)
        assert_str_equal(client_read_chunk(&client), STR("x"));
}

static void a_stream_is_asked_once_a_wake(void **state)
{
    (void)state;
    open_stream();
    for (int i = 0; i < WAKES; i++) {
        feed_say(feed, 1);
        assert_str_equal(client_read_chunk(&client), STR("x"));
    }
    stream_site_let_pass(50);
    assert_in_range(feed_read_count(feed), WAKES + 1,
                    3 * WAKES); // what there is, that there is no more, a race
}

static void *say_often(void *argument)
{
    for (int i = 0; i < WAKES; i++)
        feed_say(argument, 1);
    return NULL;
}

static void wakes_from_many_threads_lose_nothing(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    open_stream();
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, say_often, feed), 0);
    for (size_t got = 0; got < (size_t)THREADS * WAKES;)
        got += client_read_chunk(&client).len;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(feed_read_bytes(feed), THREADS * WAKES);
}

static void a_stream_may_be_idle_for_longer_than_any_deadline(void **state)
{
    (void)state;
    open_stream();
    stream_site_let_pass(DEADLINE_MS * 4);
    feed_say(feed, 1);
    assert_str_equal(client_read_chunk(&client), STR("x"));
    stream_site_let_pass(DEADLINE_MS * 4);
    feed_say(feed, 2);
    assert_str_equal(client_read_chunk(&client), STR("xx"));
}

static void there_is_a_limit_to_open_streams(void **state)
{
    (void)state;
    struct client others[STREAM_SITE_MAX];
    for (size_t i = 0; i < STREAM_SITE_MAX; i++)
        others[i] = stream_site_open(i);
    const struct reply reply = client_ask(&client, "GET /stream?n=104 HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(reply.status, 503);
    assert_str_equal(reply_field(&reply, STR("Retry-After")), STR("1"));
    assert_str_equal(reply_field(&reply, STR("Content-Type")), STR("application/problem+json"));
    feed_await_closed(&stream_feeds[104]);
    assert_int_equal(feed_opened_count(&stream_feeds[104]), 0);
    feed_end(&stream_feeds[7]);
    assert_true(client_wait_closed(&others[7]));
    assert_int_equal(client_ask(&client, "GET /echo HTTP/1.1\r\n" HOST "\r\n").status, 200); // goes on
    struct client again = stream_site_open(104);
    client_close(&again);
    for (size_t i = 0; i < STREAM_SITE_MAX; i++)
        client_close(&others[i]);
}

#define ON_SITE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define IN_A_HURRY(test) cmocka_unit_test_setup_teardown(test, set_up_in_a_hurry, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SITE(an_answer_goes_on_until_its_source_ends),
        ON_SITE(what_is_ready_before_the_first_read_is_sent),
        ON_SITE(a_large_burst_arrives_whole),
        ON_SITE(an_http_1_0_client_gets_the_stream_as_it_is),
        ON_SITE(head_and_304_are_answered_without_opening_the_stream),
        ON_SITE(a_stream_whose_head_cannot_be_sent_is_closed_unopened),
        ON_SITE(a_wake_on_the_way_to_sleep_is_not_lost),
        ON_SITE(a_stream_is_asked_once_a_wake),
        ON_SITE(wakes_from_many_threads_lose_nothing),
        IN_A_HURRY(a_stream_may_be_idle_for_longer_than_any_deadline),
        ON_SITE(there_is_a_limit_to_open_streams),
    };
    return cmocka_run_group_tests_name("http streams", tests, NULL, NULL);
}
