// How answers that go on end, over a socket.
#include "stream_site.h"

#include "base/clock.h"
#include "unit/unit.h"

#include <sys/socket.h>

enum { DEADLINE_MS = 800, STOPPED_STREAMS = 100, THREADS = 4, TRIES = 10 };

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

static void open_stream(void)
{
    client_send_c(&client, STREAM "\r\n");
    assert_int_equal(client_read(&client, true).status, 200);
    feed_await_opened(feed);
}

static void *say_to_all_until_closed(void *argument)
{
    bool are_open = true;
    (void)argument;
    while (are_open) {
        are_open = false;
        for (size_t i = 0; i < STOPPED_STREAMS; i++) {
            feed_say(&stream_feeds[i], 1);
            are_open |= feed_closed_count(&stream_feeds[i]) == 0;
        }
    }
    return NULL;
}

// Every way to end meets wakes from other threads: the peer's, the source's, an abort, and the server's end.
static void ends_and_wakes_may_meet(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    struct client others[STOPPED_STREAMS];
    for (size_t i = 0; i < STOPPED_STREAMS; i++)
        others[i] = stream_site_open(i);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, say_to_all_until_closed, NULL), 0);
    for (size_t i = 0; i < STOPPED_STREAMS; i++) {
        if (i % 4 == 0) (void)shutdown(others[i].fd, SHUT_RDWR);
        if (i % 4 == 1) feed_end(&stream_feeds[i]);
        if (i % 4 == 2) feed_abort(&stream_feeds[i]);
    }
    site_open_gate(&stream_site);
    http_server_stop(&stream_site.server, CLIENT_PATIENCE_MS);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (size_t i = 0; i < STOPPED_STREAMS; i++) {
        assert_int_equal(feed_closed_count(&stream_feeds[i]), 1);
        client_close(&others[i]);
    }
}

static void a_stream_that_sleeps_can_be_aborted(void **state)
{
    (void)state;
    open_stream();
    feed_abort(feed);
    feed_await_closed(feed);
    assert_true(client_wait_closed(&client));
    assert_int_equal(client.in.len, client.read_from); // no last chunk: the body is not whole
}

static void make_slow(const struct client *reader)
{
    const int small = 4096;
    assert_int_equal(setsockopt(reader->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
}

// Until the source is asked for no more: the peer's buffers and ours are full.
static void fill_up(struct feed *of)
{
    size_t before;
    feed_say_endlessly(of);
    do {
        before = feed_read_bytes(of);
        stream_site_let_pass(50);
    } while (before == 0 || feed_read_bytes(of) != before);
}

static void a_slow_reader_can_be_aborted(void **state)
{
    (void)state;
    make_slow(&client);
    open_stream();
    fill_up(feed);
    assert_int_equal(feed_closed_count(feed), 0);
    feed_abort(feed);
    feed_await_closed(feed);
    assert_true(client_wait_closed(&client));
    assert_true(client.in.len < feed_read_bytes(feed)); // what was unsent was thrown away
}

static void a_peer_that_closes_is_noticed_while_the_stream_sleeps(void **state)
{
    (void)state;
    struct client other = stream_site_open(1);
    client_close(&other);
    feed_await_closed(&stream_feeds[1]);
    other = stream_site_open(2);
    const struct linger reset = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(other.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    client_close(&other);
    feed_await_closed(&stream_feeds[2]);
}

static void a_slow_peer_that_closes_is_noticed(void **state)
{
    (void)state;
    struct client other = client_connect(stream_site.port);
    make_slow(&other);
    client_send_c(&other, STREAM "\r\n");
    feed_await_opened(feed);
    fill_up(feed);
    (void)shutdown(other.fd, SHUT_WR); // still there, but it will ask for nothing more
    feed_await_closed(feed);
    client_close(&other);
}

static void a_reader_that_stalls_is_ended(void **state)
{
    (void)state;
    make_slow(&client);
    open_stream();
    feed_say_endlessly(feed);
    feed_await_closed(feed);
    assert_true(client_wait_closed(&client));
    assert_true(client.in.len < feed_read_bytes(feed));
}

// Its last bytes are all in the kernel's hands: the connection sleeps, and nothing but the reaper looks.
static void a_reader_that_stalls_while_the_stream_sleeps_is_ended(void **state)
{
    (void)state;
    make_slow(&client);
    open_stream();
    feed_say(feed, 128 * 1024);
    feed_await_closed(feed);
    assert_int_equal(feed_read_bytes(feed), 128 * 1024);
}

// Reads a little every few milliseconds, for several deadlines or until the stream ends. Answers whether it
// always came in time, which on a busy machine it may not.
static bool read_slowly(struct client *reader)
{
    const int64_t begin_us = clock_monotonic_us();
    int64_t last_us = begin_us, longest_us = 0;
    assert_true(buf_reserve(&reader->in, 64 * 1024 * 1024));
    while (last_us - begin_us < DEADLINE_MS * 5 * 1000) {
        const ssize_t got = recv(reader->fd, reader->in.data + reader->in.len, 4096, 0);
        const int64_t now_us = clock_monotonic_us();
        if (now_us - last_us > longest_us) longest_us = now_us - last_us;
        last_us = now_us;
        if (got <= 0) break;
        reader->in.len += (size_t)got;
        stream_site_let_pass(5);
    }
    return longest_us < DEADLINE_MS * 1000 / 2;
}

static void a_reader_that_is_slow_but_reads_keeps_its_stream(void **state)
{
    (void)state;
    bool was_in_time = false;
    for (size_t n = 0; n < TRIES && !was_in_time; n++) {
        struct client slow = stream_site_open(n);
        make_slow(&slow);
        feed_say_endlessly(&stream_feeds[n]);
        was_in_time = read_slowly(&slow);
        if (was_in_time) assert_int_equal(feed_closed_count(&stream_feeds[n]), 0);
        client_close(&slow);
    }
    assert_true(was_in_time);
}

static void a_stop_ends_streams_at_once(void **state)
{
    (void)state;
    struct client others[STOPPED_STREAMS];
    for (size_t i = 0; i < STOPPED_STREAMS; i++)
        others[i] = stream_site_open(i);
    struct client slow = client_connect(stream_site.port); // does not take its end
    make_slow(&slow);
    client_send_c(&slow, "GET /stream?n=100 HTTP/1.1\r\n" HOST "\r\n");
    feed_await_opened(&stream_feeds[100]);
    fill_up(&stream_feeds[100]);
    site_open_gate(&stream_site); // nothing else is in flight
    const int64_t begin_us = clock_monotonic_us();
    http_server_stop(&stream_site.server, CLIENT_PATIENCE_MS);
    assert_true(clock_monotonic_us() - begin_us < 2000000);
    for (size_t i = 0; i < STOPPED_STREAMS; i++) {
        assert_int_equal(feed_closed_count(&stream_feeds[i]), 1);
        assert_int_equal(client_read_chunk(&others[i]).len, 0);
        assert_true(client_wait_closed(&others[i]));
        client_close(&others[i]);
    }
    assert_int_equal(feed_closed_count(&stream_feeds[100]), 1);
    client_close(&slow);
}

static void *stop_server(void *argument)
{
    (void)argument;
    http_server_stop(&stream_site.server, CLIENT_PATIENCE_MS);
    return NULL;
}

static void no_stream_begins_during_a_stop(void **state)
{
    (void)state;
    pthread_t stopping;
    client_send_c(&client, "GET /stream?wait=1 HTTP/1.1\r\n" HOST "\r\n");
    site_await_waiting(&stream_site, 2);
    assert_int_equal(pthread_create(&stopping, NULL, stop_server, NULL), 0);
    while (client_is_let_in(stream_site.port))
        (void)client_hears_something(&client, 5);
    (void)client_hears_something(&client, 50); // streams have been ended
    site_open_gate(&stream_site);
    assert_int_equal(client_read(&client, false).status, 503);
    assert_int_equal(pthread_join(stopping, NULL), 0);
    assert_int_equal(feed_opened_count(feed), 0);
    assert_int_equal(feed_closed_count(feed), 1);
}

#define ON_SITE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define IN_A_HURRY(test) cmocka_unit_test_setup_teardown(test, set_up_in_a_hurry, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SITE(ends_and_wakes_may_meet),
        ON_SITE(a_stream_that_sleeps_can_be_aborted),
        ON_SITE(a_slow_reader_can_be_aborted),
        ON_SITE(a_peer_that_closes_is_noticed_while_the_stream_sleeps),
        ON_SITE(a_slow_peer_that_closes_is_noticed),
        IN_A_HURRY(a_reader_that_stalls_is_ended),
        IN_A_HURRY(a_reader_that_stalls_while_the_stream_sleeps_is_ended),
        IN_A_HURRY(a_reader_that_is_slow_but_reads_keeps_its_stream),
        ON_SITE(a_stop_ends_streams_at_once),
        ON_SITE(no_stream_begins_during_a_stop),
    };
    return cmocka_run_group_tests_name("http streams, their ends", tests, NULL, NULL);
}
