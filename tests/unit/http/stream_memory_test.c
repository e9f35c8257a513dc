// What an open stream that has nothing to say costs in memory of the process: everything but the kernel's, on
// connections that have served a request before, as a browser's have. Prints the figure. The clients are of
// the same process; what they keep is given back before the measurement.
#include "client.h"
#include "feed.h"
#include "site.h"

#include "unit/sanitized.h"
#include "unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

enum { STREAMS = 1000, BYTES_MAX = 25000 };

static struct site site;
static struct feed feeds[STREAMS];
static struct client clients[STREAMS];

static void answer(void *context, const struct http_request *request, struct http_response *response)
{
    int64_t n = 0;
    (void)context;
    assert_true(str_to_int64(http_request_query(request, STR("n")), &n));
    http_response_header(response, STR("Content-Type"), STR("text/event-stream"));
    response->stream = feed_source(&feeds[n]);
}

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < STREAMS; i++)
        feed_init(&feeds[i]);
    site_start(&site, (struct http_server_options){.max_connections_per_address = STREAMS + 1});
    site.own = answer;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < STREAMS; i++)
        client_close(&clients[i]);
    site_stop(&site);
    for (size_t i = 0; i < STREAMS; i++)
        feed_done(&feeds[i]);
    return 0;
}

static long resident_bytes(void)
{
    char line[256];
    long kib = 0;
    FILE *status = fopen("/proc/self/status", "re");
    assert_non_null(status);
    while (fgets(line, sizeof line, status))
        if (strncmp(line, "VmRSS:", 6) == 0) kib = strtol(line + 6, NULL, 10);
    assert_int_equal(fclose(status), 0);
    return kib * 1024;
}

static void forget(struct client *client)
{
    buf_done(&client->in);
    client->read_from = 0;
}

static void open_stream(size_t n)
{
    char request[512];
    struct client *client = &clients[n];
    (void)snprintf(request, sizeof request,
                   "GET /stream?n=%zu HTTP/1.1\r\n" HOST "Accept: text/event-stream\r\n"
                   "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
                   "Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"
                   "Cookie: session=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n\r\n",
                   n);
    *client = client_connect(site.port);
    assert_int_equal(client_ask(client, "GET /big HTTP/1.1\r\n" HOST "\r\n").status, 200);
    client_send_c(client, request);
    assert_int_equal(client_read(client, true).status, 200);
    feed_await_opened(&feeds[n]);
    forget(client);
}

// A comment line, as a writer sends it every few seconds to learn whether the peer is still there.
static void hear_from(size_t n)
{
    feed_say(&feeds[n], 16);
    assert_int_equal(client_read_chunk(&clients[n]).len, 16);
    forget(&clients[n]);
}

static void a_thousand_idle_streams_cost_less_than_25_kb_each(void **state)
{
    (void)state;
    if (IS_SANITIZED) skip();
    const long before = resident_bytes();
    for (size_t i = 0; i < STREAMS; i++)
        open_stream(i);
    for (size_t i = 0; i < STREAMS; i++)
        hear_from(i);
    const long each = (resident_bytes() - before) / STREAMS;
    print_message("%d idle streams cost %ld bytes each\n", STREAMS, each);
    assert_true(each < BYTES_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_thousand_idle_streams_cost_less_than_25_kb_each, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("http memory of streams", tests, NULL, NULL);
}
