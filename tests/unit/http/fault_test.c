// Every allocation that the threads of the server make for a request fails once. Whichever it is: the client
// gets a whole answer or a closed connection, and the next request is served.
#include "client.h"
#include "folder.h"
#include "site.h"

#include "unit/sanitized.h"
#include "unit/unit.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

enum { DISARMED = INT_MAX / 2, FAULTS_MAX = 2000 };

static _Atomic int until_fault = DISARMED; // allocations of the server's threads before the one that fails
static _Thread_local bool is_test_thread;

#if !IS_SANITIZED
#define EXPORTED __attribute__((visibility("default"))) // libmicrohttpd takes them too
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static bool fails_now(void)
{
    return !is_test_thread && atomic_fetch_sub(&until_fault, 1) == 0;
}

EXPORTED void *malloc(size_t size)
{
    return fails_now() ? NULL : __libc_malloc(size);
}

EXPORTED void *calloc(size_t count, size_t size)
{
    return fails_now() ? NULL : __libc_calloc(count, size);
}

EXPORTED void *realloc(void *memory, size_t size)
{
    return fails_now() ? NULL : __libc_realloc(memory, size);
}
#endif

static struct site site;
static char folder[512];
static _Atomic size_t begun_count; // sources of streams that were handed over,
static _Atomic size_t ended_count; // and those that heard that they are over

static size_t say_hello(void *source, char *out, size_t max)
{
    bool *was_said = source;
    if (*was_said || max < 5) return HTTP_STREAM_END;
    memcpy(out, "hello", 5);
    *was_said = true;
    return 5;
}

static void open_source(void *source, struct http_stream *stream)
{
    *(bool *)source = false;
    http_stream_wake(stream);
}

static void end_source(void *source)
{
    (void)source;
    atomic_fetch_add(&ended_count, 1);
}

// /upload answers with the size of the file, everything else is such a stream.
static void answer(void *context, const struct http_request *request, struct http_response *response)
{
    static bool was_said;
    (void)context;
    if (request->body_path) {
        buf_append_format(&response->body, "%d bytes", (int)request->body_bytes);
        return;
    }
    atomic_fetch_add(&begun_count, 1);
    response->stream = (struct http_stream_source){
        .read = say_hello, .opened = open_source, .closed = end_source, .source = &was_said};
}

static int set_up(void **state)
{
    (void)state;
    is_test_thread = true;
    folder_make(folder, sizeof folder);
    site_start(&site, (struct http_server_options){
                          .event_threads = 1, .worker_threads = 1, .upload_dir = str_from_c(folder)});
    site.own = answer;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    atomic_store(&until_fault, DISARMED);
    site_stop(&site);
    assert_int_equal(rmdir(folder), 0);
    return 0;
}

static void assert_whole_or_nothing(struct client *client)
{
    if (!client_wait_closed(client)) fail_msg("the connection stays open");
    if (client->in.len == 0) return;
    const struct reply reply = client_read(client, false); // fails when it is cut short
    if (str_eq(reply_field(&reply, STR("Transfer-Encoding")), STR("chunked")))
        while (client_read_chunk(client).len)
            continue;
    assert_true(reply.status == 200 || reply.status == 400 || reply.status == 431 || reply.status >= 500);
    assert_int_equal(client->read_from, client->in.len);
}

static void assert_served(void)
{
    struct client client = client_connect(site.port);
    assert_int_equal(client_ask(&client, "GET /quick HTTP/1.1\r\n" HOST "\r\n").status, 200);
    client_close(&client);
}

// False once the request has been served without reaching the fault.
static bool ask_with_fault(const char *request, int fault)
{
    struct client client = client_connect(site.port);
    atomic_store(&until_fault, fault);
    client_send_c(&client, request);
    assert_whole_or_nothing(&client);
    const bool was_reached = atomic_load(&until_fault) < 0;
    atomic_store(&until_fault, DISARMED);
    client_close(&client);
    assert_int_equal(begun_count, ended_count);
    folder_await_count(folder, 0);
    assert_served();
    return was_reached;
}

static void a_request_survives_every_lack_of_memory(void **state)
{
    (void)state;
    const char *const requests[] = {
        "GET /big?a=1 HTTP/1.1\r\n" HOST "Accept-Encoding: gzip\r\nConnection: close\r\n\r\n",
        "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\nConnection: close\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "GET /quick HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n",
        "POST /upload HTTP/1.1\r\n" HOST "Content-Length: 5\r\nConnection: close\r\n\r\nhello",
        "GET /stream HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n",
        "GET /%zz HTTP/1.1\r\n" HOST "\r\n",
    };
    if (IS_SANITIZED) skip();
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        int fault = 0;
        while (ask_with_fault(requests[i], fault))
            assert_true(++fault < FAULTS_MAX);
        assert_true(fault > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_request_survives_every_lack_of_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("http faults", tests, NULL, NULL);
}
