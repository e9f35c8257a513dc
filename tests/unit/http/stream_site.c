#include "stream_site.h"

#include "unit/unit.h"

#include <stdio.h>

struct site stream_site;
struct feed stream_feeds[STREAM_SITE_FEEDS];

static struct client silence; // hears nothing: waiting for it is letting time pass

static void answer(void *context, const struct http_request *request, struct http_response *response)
{
    int64_t n = 0;
    (void)context;
    (void)str_to_int64(http_request_query(request, STR("n")), &n);
    if (http_request_query(request, STR("wait")).len) site_wait(&stream_site);
    http_response_header(response, STR("Content-Type"), STR("text/event-stream"));
    http_response_header(response, STR("ETag"), STR("\"stream-1\""));
    if (http_request_query(request, STR("split")).len)
        http_response_header(response, STR("X-Split"), STR("a\r\nX-Forged: b"));
    response->stream = feed_source(&stream_feeds[n]);
}

void stream_site_start(struct http_server_options options)
{
    options.max_streams = STREAM_SITE_MAX;
    options.worker_threads = 3;
    for (size_t i = 0; i < STREAM_SITE_FEEDS; i++)
        feed_init(&stream_feeds[i]);
    site_start(&stream_site, options);
    stream_site.own = answer;
    silence = client_connect(stream_site.port);
    client_send_c(&silence, "GET /wait HTTP/1.1\r\n" HOST "\r\n");
    site_await_waiting(&stream_site, 1);
}

void stream_site_stop(void)
{
    client_close(&silence);
    site_open_gate(&stream_site);
    site_stop(&stream_site);
    for (size_t i = 0; i < STREAM_SITE_FEEDS; i++)
        feed_done(&stream_feeds[i]);
}

struct client stream_site_open(size_t n)
{
    char request[128];
    struct client client = client_connect(stream_site.port);
    (void)snprintf(request, sizeof request, "GET /stream?n=%zu HTTP/1.1\r\n" HOST "\r\n", n);
    client_send_c(&client, request);
    assert_int_equal(client_read(&client, true).status, 200);
    feed_await_opened(&stream_feeds[n]);
    return client;
}

void stream_site_let_pass(int ms)
{
    assert_false(client_hears_something(&silence, ms));
}
