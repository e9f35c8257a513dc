// More than there is room for, and the end of the server.
#include "client.h"
#include "site.h"

#include "base/clock.h"
#include "base/limits.h"
#include "unit/unit.h"

enum { WORKERS = 2, QUEUE = 2, CONNECTIONS_PER_ADDRESS = 8 };

static struct site site;

static int set_up(void **state)
{
    (void)state;
    site_start(&site, (struct http_server_options){.event_threads = 1,
                                                   .worker_threads = WORKERS,
                                                   .request_queue = QUEUE,
                                                   .max_connections_per_address = CONNECTIONS_PER_ADDRESS});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    site_open_gate(&site);
    site_stop(&site);
    return 0;
}

static void ask_to_wait(struct client clients[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        clients[i] = client_connect(site.port);
        client_send_c(&clients[i], "GET /wait HTTP/1.1\r\n" HOST "\r\n");
    }
}

static void assert_all_answered(struct client clients[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(client_read(&clients[i], false).status, 200);
        client_close(&clients[i]);
    }
}

// The one event thread has read what was sent before, once it answers what was sent after it.
static void let_the_server_catch_up(void)
{
    struct client later = client_connect(site.port);
    assert_int_equal(client_ask(&later, "GET /quick HTTP/1.1\r\n" HOST "\r\n").status, 200);
    client_close(&later);
}

static void a_full_queue_is_said_at_once_and_everything_queued_is_answered(void **state)
{
    (void)state;
    struct client waiting[WORKERS + QUEUE];
    ask_to_wait(waiting, WORKERS);
    site_await_waiting(&site, WORKERS);
    ask_to_wait(waiting + WORKERS, QUEUE);
    let_the_server_catch_up();
    struct client busy = client_connect(site.port);
    const struct reply reply = client_ask(&busy, "GET /wait HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(reply.status, 503);
    assert_str_equal(reply_field(&reply, STR("Retry-After")), STR("1"));
    assert_str_equal(reply_field(&reply, STR("Content-Type")), STR("application/problem+json"));
    assert_int_equal(client_ask(&busy, "GET /quick HTTP/1.1\r\n" HOST "\r\n").status,
                     200); // same connection, fine again
    site_open_gate(&site);
    assert_all_answered(waiting, WORKERS + QUEUE);
    client_close(&busy);
}

static void one_address_has_a_limited_number_of_connections(void **state)
{
    (void)state;
    struct client clients[CONNECTIONS_PER_ADDRESS];
    for (size_t i = 0; i < CONNECTIONS_PER_ADDRESS; i++) {
        clients[i] = client_connect(site.port);
        assert_int_equal(client_ask(&clients[i], "GET /quick HTTP/1.1\r\n" HOST "\r\n").status, 200);
    }
    struct client one_more = client_connect(site.port);
    assert_true(client_wait_closed(&one_more));
    assert_int_equal(one_more.in.len, 0);
    client_close(&one_more);
    for (size_t i = 0; i < CONNECTIONS_PER_ADDRESS; i++)
        client_close(&clients[i]);
}

// As many as come through a proxy.
static void the_number_of_connections_of_an_address_can_be_left_open(void **state)
{
    (void)state;
    struct site proxied;
    struct client clients[LIMIT_CONNECTIONS_PER_ADDRESS + 1];
    const size_t count = sizeof clients / sizeof clients[0];
    site_start(&proxied, (struct http_server_options){.max_connections_per_address = SIZE_MAX});
    for (size_t i = 0; i < count; i++) {
        clients[i] = client_connect(proxied.port);
        assert_int_equal(client_ask(&clients[i], "GET /quick HTTP/1.1\r\n" HOST "\r\n").status, 200);
    }
    for (size_t i = 0; i < count; i++)
        client_close(&clients[i]);
    site_stop(&proxied);
}

struct stopping {
    pthread_t thread;
    int grace_ms;
    int64_t took_ms;
};

static void *stop_server(void *argument)
{
    struct stopping *stopping = argument;
    const int64_t start_us = clock_monotonic_us();
    http_server_stop(&site.server, stopping->grace_ms);
    stopping->took_ms = (clock_monotonic_us() - start_us) / 1000;
    return NULL;
}

static void begin_stop(struct stopping *stopping, int grace_ms)
{
    *stopping = (struct stopping){.grace_ms = grace_ms};
    assert_int_equal(pthread_create(&stopping->thread, NULL, stop_server, stopping), 0);
}

static void a_stop_takes_nothing_new_and_answers_what_is_there(void **state)
{
    (void)state;
    struct stopping stopping;
    struct client clients[WORKERS + 1];
    ask_to_wait(clients, WORKERS);
    site_await_waiting(&site, WORKERS);
    ask_to_wait(clients + WORKERS, 1); // in the queue
    let_the_server_catch_up();
    begin_stop(&stopping, CLIENT_PATIENCE_MS);
    while (client_is_let_in(site.port))
        (void)client_hears_something(&clients[0], 5);
    site_open_gate(&site);
    for (size_t i = 0; i <= WORKERS; i++) {
        const struct reply reply = client_read(&clients[i], false);
        assert_int_equal(reply.status, 200);
        assert_str_equal(reply_field(&reply, STR("Connection")), STR("close"));
        assert_true(client_wait_closed(&clients[i]));
        client_close(&clients[i]);
    }
    assert_int_equal(pthread_join(stopping.thread, NULL), 0);
    assert_true(stopping.took_ms < CLIENT_PATIENCE_MS);
}

static void a_stop_closes_idle_connections_at_once(void **state)
{
    (void)state;
    struct stopping stopping;
    struct client client = client_connect(site.port);
    assert_int_equal(client_ask(&client, "GET /echo HTTP/1.1\r\n" HOST "\r\n").status, 200);
    begin_stop(&stopping, CLIENT_PATIENCE_MS);
    assert_true(client_wait_closed(&client));
    assert_int_equal(pthread_join(stopping.thread, NULL), 0);
    assert_true(stopping.took_ms < CLIENT_PATIENCE_MS / 2);
    client_close(&client);
}

static void the_grace_of_a_stop_ends(void **state)
{
    (void)state;
    struct stopping stopping;
    struct client clients[WORKERS];
    ask_to_wait(clients, WORKERS);
    site_await_waiting(&site, WORKERS);
    begin_stop(&stopping, 50);
    while (client_is_let_in(site.port))
        (void)client_hears_something(&clients[0], 5);
    (void)client_hears_something(&clients[0], 100); // the grace passes
    site_open_gate(&site);                          // a handler that runs is waited for all the same
    assert_int_equal(pthread_join(stopping.thread, NULL), 0);
    for (size_t i = 0; i < WORKERS; i++) {
        assert_int_equal(client_read(&clients[i], false).status, 200); // late, but it was done
        assert_true(client_wait_closed(&clients[i]));
        client_close(&clients[i]);
    }
}

// Asks and asks on new connections until there is nobody to connect to.
static void *keep_asking(void *argument)
{
    const struct str requests = STR("GET /echo HTTP/1.1\r\n" HOST "\r\nGET /big HTTP/1.1\r\n" HOST "\r\n");
    size_t *count = argument;
    struct client client;
    while (client_try_connect(&client, site.port)) {
        client_send(&client, requests);
        (void)client_hears_something(&client, CLIENT_PATIENCE_MS);
        client_close(&client);
        (*count)++;
    }
    client_close(&client);
    return NULL;
}

static void a_stop_in_the_middle_of_traffic_does_no_harm(void **state)
{
    (void)state;
    pthread_t threads[3];
    size_t counts[3] = {0};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, keep_asking, &counts[i]), 0);
    while (atomic_load(&site.handled_count) < 200)
        assert_true(client_can_connect(site.port));
    http_server_stop(&site.server, CLIENT_PATIENCE_MS);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_true(counts[0] + counts[1] + counts[2] > 0);
}

#define ON_SITE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SITE(a_full_queue_is_said_at_once_and_everything_queued_is_answered),
        ON_SITE(one_address_has_a_limited_number_of_connections),
        cmocka_unit_test(the_number_of_connections_of_an_address_can_be_left_open),
        ON_SITE(a_stop_takes_nothing_new_and_answers_what_is_there),
        ON_SITE(a_stop_closes_idle_connections_at_once),
        ON_SITE(the_grace_of_a_stop_ends),
        ON_SITE(a_stop_in_the_middle_of_traffic_does_no_harm),
    };
    return cmocka_run_group_tests_name("http under load", tests, NULL, NULL);
}
