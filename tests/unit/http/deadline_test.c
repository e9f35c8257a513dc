// Deadlines over a socket. The server's are short here; a client drips a byte at each tick, for it is the
// whole that has to arrive in time, not the next byte.
#include "client.h"
#include "site.h"

#include "base/clock.h"
#include "unit/unit.h"

#include <sys/socket.h>

enum { DEADLINE_MS = 300, TICK_MS = 10, SLACK_MS = 5000 };

static struct site site;
static struct client client;

static int set_up(void **state)
{
    (void)state;
    site_start(&site, (struct http_server_options){
                          .worker_threads = 2,
                          .header_deadline_ms = DEADLINE_MS,
                          .body_deadline_ms = DEADLINE_MS,
                          .idle_deadline_ms = DEADLINE_MS,
                          .write_stall_ms = DEADLINE_MS,
                      });
    client = client_connect(site.port);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    client_close(&client);
    site_open_gate(&site);
    site_stop(&site);
    return 0;
}

// Sends `drop` again and again until the server answers or closes; in milliseconds.
static int64_t drip_until_heard(const char *drop)
{
    const int64_t start_us = clock_monotonic_us();
    while (!client_hears_something(&client, TICK_MS)) {
        client_send_c(&client, drop);
        assert_true(clock_monotonic_us() - start_us < (DEADLINE_MS + SLACK_MS) * 1000);
    }
    return (clock_monotonic_us() - start_us) / 1000;
}

static void assert_timed_out(void)
{
    const struct reply reply = client_read(&client, false);
    assert_int_equal(reply.status, 408);
    assert_str_equal(reply_field(&reply, STR("Content-Type")), STR("application/problem+json"));
    assert_str_equal(reply_field(&reply, STR("Connection")), STR("close"));
    assert_str_equal(reply_field(&reply, STR("X-Content-Type-Options")), STR("nosniff"));
    assert_true(str_ends_with(reply_field(&reply, STR("Date")), STR(" GMT")));
    assert_true(client_wait_closed(&client));
}

static void a_head_that_drips_is_dropped(void **state)
{
    (void)state;
    client_send_c(&client, "GET /echo HTTP/1.1\r\n");
    assert_true(drip_until_heard("X: y\r\n") >= DEADLINE_MS - TICK_MS);
    assert_timed_out();
    assert_int_equal(site.handled_count, 0);
}

static void a_connection_without_a_request_is_dropped(void **state)
{
    (void)state;
    assert_true(drip_until_heard("") >= DEADLINE_MS - TICK_MS);
    assert_timed_out();
}

static void a_body_that_drips_is_dropped(void **state)
{
    (void)state;
    client_send_c(&client, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n\r\n");
    assert_true(drip_until_heard("b") >= DEADLINE_MS - TICK_MS);
    assert_timed_out();
    assert_int_equal(site.handled_count, 0);
}

static void a_chunked_body_that_drips_is_dropped(void **state)
{
    (void)state;
    client_send_c(&client, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n");
    assert_true(drip_until_heard("1\r\nb\r\n") >= DEADLINE_MS - TICK_MS);
    assert_timed_out();
}

static void an_idle_connection_is_closed_without_a_word(void **state)
{
    (void)state;
    assert_int_equal(client_ask(&client, "GET /echo HTTP/1.1\r\n" HOST "\r\n").status, 200);
    const size_t received = client.in.len;
    assert_true(client_wait_closed(&client));
    assert_int_equal(client.in.len, received);
}

static void a_request_after_a_pause_has_its_whole_time_again(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(client_ask(&client, "GET /echo HTTP/1.1\r\n" HOST "\r\n").status, 200);
        assert_false(client_hears_something(&client, DEADLINE_MS / 3));
    }
}

static void a_handler_may_take_longer_than_any_deadline(void **state)
{
    (void)state;
    client_send_c(&client, "GET /wait HTTP/1.1\r\n" HOST "\r\n");
    assert_false(client_hears_something(&client, DEADLINE_MS * 3));
    site_open_gate(&site);
    assert_int_equal(client_read(&client, false).status, 200);
}

// A connection that hears nothing: waiting for it is letting time pass.
static struct client connect_to_silence(void)
{
    struct client silence = client_connect(site.port);
    client_send_c(&silence, "GET /wait HTTP/1.1\r\n" HOST "\r\n");
    return silence;
}

static void a_reader_that_stalls_is_dropped(void **state)
{
    (void)state;
    const int small = 4096;
    struct client silence = connect_to_silence();
    (void)setsockopt(client.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    client_send_c(&client, "GET /huge HTTP/1.1\r\n" HOST "\r\n");
    assert_true(client_hears_something(&client, CLIENT_PATIENCE_MS)); // the answer has begun
    assert_false(client_hears_something(&silence, DEADLINE_MS * 4));
    assert_true(client_wait_closed(&client));
    assert_true(client.in.len < SITE_HUGE_BYTES);
    client_close(&silence);
}

static void a_reader_that_is_slow_but_reads_is_served(void **state)
{
    (void)state;
    struct client silence = connect_to_silence();
    client_send_c(&client, "GET /huge HTTP/1.1\r\n" HOST "\r\n");
    assert_true(buf_reserve(&client.in, SITE_HUGE_BYTES + 4096));
    for (int i = 0; i < 3 * DEADLINE_MS / TICK_MS; i++) {
        assert_false(client_hears_something(&silence, TICK_MS));
        const ssize_t got = recv(client.fd, client.in.data + client.in.len, 256 * 1024, 0);
        assert_true(got > 0);
        client.in.len += (size_t)got;
    }
    const struct reply reply = client_read(&client, false);
    assert_int_equal(reply.body.len, SITE_HUGE_BYTES);
    client_close(&silence);
}

#define ON_SITE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SITE(a_head_that_drips_is_dropped),
        ON_SITE(a_connection_without_a_request_is_dropped),
        ON_SITE(a_body_that_drips_is_dropped),
        ON_SITE(a_chunked_body_that_drips_is_dropped),
        ON_SITE(an_idle_connection_is_closed_without_a_word),
        ON_SITE(a_request_after_a_pause_has_its_whole_time_again),
        ON_SITE(a_handler_may_take_longer_than_any_deadline),
        ON_SITE(a_reader_that_stalls_is_dropped),
        ON_SITE(a_reader_that_is_slow_but_reads_is_served),
    };
    return cmocka_run_group_tests_name("http deadlines", tests, NULL, NULL);
}
