#include "client.h"
#include "site.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/log.h"
#include "unit/unit.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

static struct site site;
static struct client client;

static int set_up(void **state)
{
    (void)state;
    site_start(&site, (struct http_server_options){.worker_threads = 2});
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

static struct str field(const struct reply *reply, const char *name)
{
    return reply_field(reply, str_from_c(name));
}

static void a_request_gets_its_answer(void **state)
{
    (void)state;
    const struct reply reply = client_ask(&client, "GET /echo?x=1 HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(reply.status, 200);
    assert_str_equal(field(&reply, "content-type"), STR("application/json"));
    assert_str_equal(reply.body,
                     STR("{\"method\":\"GET\",\"path\":\"/echo\",\"peer\":\"127.0.0.1\",\"body\":\"\"}"));
}

static void the_query_and_the_headers_reach_the_handler(void **state)
{
    (void)state;
    struct reply reply = client_ask(&client, "GET /query?b=2&a=x+y&b=%C3%A4 HTTP/1.1\r\n" HOST "\r\n");
    assert_str_equal(reply.body, STR("b=2;a=x y;b=ä;"));
    reply = client_ask(&client, "GET /header HTTP/1.1\r\n" HOST "X-TEST: \t a b \t\r\n\r\n");
    assert_str_equal(reply.body, STR("<a b>"));
}

static void every_answer_carries_the_security_headers(void **state)
{
    (void)state;
    const char *const requests[] = {
        "GET /echo HTTP/1.1\r\n" HOST "\r\n", "GET /nowhere HTTP/1.1\r\n" HOST "\r\n",
        "GET /overflow HTTP/1.1\r\n" HOST "\r\n", "GET /%00 HTTP/1.1\r\n" HOST "\r\n"};
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        const struct reply reply = client_ask(&client, requests[i]);
        assert_str_equal(field(&reply, "X-Content-Type-Options"), STR("nosniff"));
        assert_str_equal(field(&reply, "Referrer-Policy"), STR("no-referrer"));
        assert_str_equal(field(&reply, "Cross-Origin-Resource-Policy"), STR("same-origin"));
        assert_str_equal(field(&reply, "Cache-Control"), STR("no-store"));
        assert_str_equal(field(&reply, "Content-Security-Policy"),
                         STR("default-src 'none'; frame-ancestors 'none'"));
        assert_int_equal(field(&reply, "X-Request-Id").len, ID_TEXT_LEN);
        assert_true(field(&reply, "Date").len > 0);
        assert_int_equal(field(&reply, "Server").len, 0);
        assert_int_equal(field(&reply, "Strict-Transport-Security").len, 0);
    }
}

static void a_page_gets_the_policy_of_pages_and_keeps_its_own_headers(void **state)
{
    (void)state;
    const struct reply reply = client_ask(&client, "GET /page HTTP/1.1\r\n" HOST "\r\n");
    assert_true(str_contains(field(&reply, "Content-Security-Policy"), STR("script-src 'self';")));
    assert_str_equal(field(&reply, "Cross-Origin-Opener-Policy"), STR("same-origin"));
    assert_true(str_contains(field(&reply, "Permissions-Policy"), STR("camera=()")));
    assert_str_equal(field(&reply, "Cache-Control"), STR("no-cache"));
}

static void each_request_has_an_id_of_its_own(void **state)
{
    (void)state;
    struct reply reply = client_ask(&client, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    char first[ID_TEXT_LEN + 1];
    assert_true(str_to_c(field(&reply, "X-Request-Id"), first, sizeof first));
    reply = client_ask(&client, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    assert_false(str_eq(field(&reply, "X-Request-Id"), str_from_c(first)));
}

static void a_connection_is_kept_and_pipelined_requests_are_answered_in_order(void **state)
{
    (void)state;
    client_send_c(&client, "GET /query?n=1 HTTP/1.1\r\n" HOST "\r\nGET /quick HTTP/1.1\r\n" HOST
                           "\r\nGET /query?n=3 HTTP/1.1\r\n" HOST "\r\n");
    assert_str_equal(client_read(&client, false).body, STR("n=1;"));
    assert_true(str_contains(client_read(&client, false).body, STR("/quick")));
    assert_str_equal(client_read(&client, false).body, STR("n=3;"));
}

static void a_client_that_wants_to_close_is_closed(void **state)
{
    (void)state;
    const struct reply reply = client_ask(&client, "GET /echo HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
    assert_int_equal(reply.status, 200);
    assert_true(client_wait_closed(&client));
}

static void http_1_0_is_answered_and_closed(void **state)
{
    (void)state;
    assert_int_equal(client_ask(&client, "GET /echo HTTP/1.0\r\n\r\n").status, 200);
    assert_true(client_wait_closed(&client));
}

static void head_is_answered_as_get_without_the_body(void **state)
{
    (void)state;
    const struct reply head = client_ask(&client, "HEAD /big HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(head.status, 200);
    assert_str_equal(field(&head, "ETag"), STR("\"big-1\""));
    int64_t length;
    assert_true(str_to_int64(field(&head, "Content-Length"), &length));
    assert_int_equal(length, SITE_BIG_LINES * (sizeof SITE_BIG_LINE - 1));
    assert_int_equal(client_ask(&client, "GET /echo HTTP/1.1\r\n" HOST "\r\n").status,
                     200); // nothing lay in between
}

static void no_content_has_no_body_and_keeps_the_connection(void **state)
{
    (void)state;
    client_send_c(&client, "GET /empty HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(client_read(&client, true).status, 204);
    assert_int_equal(client_ask(&client, "GET /echo HTTP/1.1\r\n" HOST "\r\n").status, 200);
}

static void a_body_arrives_whole_however_it_is_cut(void **state)
{
    (void)state;
    const struct str request = STR("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 11\r\n\r\nhello world");
    for (size_t i = 0; i < request.len; i++)
        client_send(&client, str_slice(request, i, 1));
    assert_true(str_contains(client_read(&client, false).body, STR("\"body\":\"hello world\"")));
}

static void a_chunked_body_arrives_whole_and_ends_the_connection(void **state)
{
    (void)state;
    client_send_c(&client,
                  "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
                  "5\r\nhello\r\n6\r\n world\r\n0\r\nTrailer: 1\r\n\r\nGET /query?second HTTP/1.1\r\n" HOST
                  "\r\n");
    const struct reply reply = client_read(&client, false);
    assert_true(str_contains(reply.body, STR("\"body\":\"hello world\"")));
    assert_true(client_wait_closed(&client));
    assert_false(str_contains(buf_str(&client.in), STR("second")));
}

static void whoever_asks_may_continue(void **state)
{
    (void)state;
    client_send_c(&client,
                  "POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    assert_int_equal(client_read(&client, true).status, 100);
    client_send_c(&client, "hello");
    assert_true(str_contains(client_read(&client, false).body, STR("hello")));
}

static struct str unpack(struct str packed, struct buf *out)
{
    z_stream stream = {.next_in = (z_const Bytef *)(uintptr_t)packed.ptr, .avail_in = (uInt)packed.len};
    assert_true(buf_reserve(out, 1 << 20));
    stream.next_out = (Bytef *)out->data;
    stream.avail_out = 1 << 20;
    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    out->len = stream.total_out;
    assert_int_equal(inflateEnd(&stream), Z_OK);
    return buf_str(out);
}

static void large_text_is_compressed_for_those_who_take_it(void **state)
{
    (void)state;
    BUF_SCOPE(plain, 1 << 20);
    BUF_SCOPE(unpacked, 1 << 20);
    struct reply reply = client_ask(&client, "GET /big HTTP/1.1\r\n" HOST "Accept-Encoding: br\r\n\r\n");
    assert_int_equal(field(&reply, "Content-Encoding").len, 0);
    assert_str_equal(field(&reply, "Vary"), STR("Accept-Encoding"));
    buf_append_str(&plain, reply.body);
    reply = client_ask(&client, "GET /big HTTP/1.1\r\n" HOST "Accept-Encoding: gzip\r\n\r\n");
    assert_str_equal(field(&reply, "Content-Encoding"), STR("gzip"));
    assert_str_equal(field(&reply, "Vary"), STR("Accept-Encoding"));
    assert_true(reply.body.len * 10 < plain.len);
    assert_str_equal(unpack(reply.body, &unpacked), buf_str(&plain));
}

static void small_answers_are_not_compressed(void **state)
{
    (void)state;
    const struct reply reply =
        client_ask(&client, "GET /echo HTTP/1.1\r\n" HOST "Accept-Encoding: gzip\r\n\r\n");
    assert_int_equal(field(&reply, "Content-Encoding").len, 0);
    assert_int_equal(field(&reply, "Vary").len, 0);
}

static int status_with_condition(const char *method, const char *condition)
{
    char request[512];
    (void)snprintf(request, sizeof request, "%s /big HTTP/1.1\r\n" HOST "If-None-Match: %s\r\n\r\n", method,
                   condition);
    client_send_c(&client, request);
    struct reply reply =
        client_read(&client, strcmp(method, "HEAD") == 0 || strcmp(condition, "\"other\"") != 0);
    if (reply.status == 304) assert_str_equal(field(&reply, "ETag"), STR("\"big-1\""));
    return reply.status;
}

static void what_the_client_has_is_not_sent_again(void **state)
{
    (void)state;
    const char *const matching[] = {"\"big-1\"", "W/\"big-1\"", "\"a\", \"big-1\"", "*",
                                    "\"a\",W/\"big-1\" , \"b\""};
    for (size_t i = 0; i < sizeof matching / sizeof matching[0]; i++) {
        assert_int_equal(status_with_condition("GET", matching[i]), 304);
        assert_int_equal(status_with_condition("HEAD", matching[i]), 304);
    }
    assert_int_equal(status_with_condition("GET", "\"other\""), 200);
    assert_int_equal(client_ask(&client, "GET /echo HTTP/1.1\r\n" HOST "If-None-Match: *\r\n\r\n").status,
                     200);
}

static void a_failed_answer_is_a_500_with_nothing_of_it(void **state)
{
    (void)state;
    const char *const requests[] = {"GET /overflow HTTP/1.1\r\n" HOST "\r\n",
                                    "GET /many HTTP/1.1\r\n" HOST "\r\n",
                                    "GET /split HTTP/1.1\r\n" HOST "\r\n"};
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        const struct reply reply = client_ask(&client, requests[i]);
        assert_int_equal(reply.status, 500);
        assert_str_equal(field(&reply, "Content-Type"), STR("application/problem+json"));
        assert_int_equal(field(&reply, "X-Many").len, 0);
        assert_int_equal(field(&reply, "X-Forged").len, 0);
    }
}

static void a_large_answer_arrives_whole(void **state)
{
    (void)state;
    const struct reply reply =
        client_ask(&client, "GET /huge HTTP/1.1\r\n" HOST "Accept-Encoding: gzip\r\n\r\n");
    assert_int_equal(reply.body.len, SITE_HUGE_BYTES);
    assert_int_equal(field(&reply, "Content-Encoding").len, 0);
}

static void handlers_that_block_do_not_hold_up_quick_answers(void **state)
{
    (void)state;
    struct client others[2] = {client_connect(site.port), client_connect(site.port)};
    for (int i = 0; i < 2; i++)
        client_send_c(&others[i], "GET /wait HTTP/1.1\r\n" HOST "\r\n");
    site_await_waiting(&site, 2); // every worker
    assert_int_equal(client_ask(&client, "GET /quick HTTP/1.1\r\n" HOST "\r\n").status, 200);
    site_open_gate(&site);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(client_read(&others[i], false).status, 200);
        client_close(&others[i]);
    }
}

static void a_client_that_leaves_while_its_handler_runs_does_no_harm(void **state)
{
    (void)state;
    struct client other = client_connect(site.port);
    client_send_c(&other, "GET /wait HTTP/1.1\r\n" HOST "\r\n");
    site_await_waiting(&site, 1);
    client_close(&other);
    site_open_gate(&site);
    assert_int_equal(client_ask(&client, "GET /echo HTTP/1.1\r\n" HOST "\r\n").status, 200);
}

static void a_port_in_use_is_said_to_be_that(void **state)
{
    (void)state;
    struct error error = {0};
    struct http_server *second = NULL;
    struct http_server_options options = {.host = STR("127.0.0.1"), .port = site.port};
    assert_int_equal(http_server_start(&options, &second, &error), STATUS_CONFLICT);
    assert_string_equal(error.code, "address_in_use");
    assert_true(str_contains(str_from_c(error.message), STR("127.0.0.1")));
    assert_null(second);
    options = (struct http_server_options){.host = STR("lab.example")};
    assert_int_equal(http_server_start(&options, &second, &error), STATUS_INVALID);
    assert_true(str_contains(str_from_c(error.message), STR("lab.example")));
}

static void users_who_come_by_https_are_kept_there(void **state)
{
    (void)state;
    struct site public_site;
    site_start(&public_site, (struct http_server_options){.is_public_https = true});
    struct client other = client_connect(public_site.port);
    const struct reply reply = client_ask(&other, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    assert_str_equal(field(&reply, "Strict-Transport-Security"), STR("max-age=31536000"));
    client_close(&other);
    site_stop(&public_site);
}

// What goes to standard error while `request` is asked and the site is stopped; in the arena.
static struct str log_of(struct arena *arena, const char *request)
{
    struct site logged;
    const int log = memfd_create("log", MFD_CLOEXEC);
    const int standard_error = dup(STDERR_FILENO);
    char *text = arena_alloc(arena, 1, 4096);
    assert_true(log >= 0 && standard_error >= 0 && text && dup2(log, STDERR_FILENO) >= 0);
    site_start(&logged, (struct http_server_options){.worker_threads = 1});
    log_set_level(LOG_INFO);
    struct client other = client_connect(logged.port);
    (void)client_ask(&other, request);
    client_close(&other);
    site_stop(&logged);
    log_set_level(LOG_ERROR);
    assert_true(dup2(standard_error, STDERR_FILENO) >= 0);
    const ssize_t len = pread(log, text, 4096, 0);
    assert_true(len >= 0 && close(log) == 0 && close(standard_error) == 0);
    return (struct str){text, (size_t)len};
}

static void a_request_leaves_one_line_without_its_secrets(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, 1 << 20);
    const struct str line =
        log_of(&arena, "GET /echo?token=secret HTTP/1.1\r\n" HOST "Cookie: secret\r\n\r\n");
    assert_int_equal(str_find(line, '\n'), line.len - 1);
    const char *const parts[] = {"\"event\":\"request\"",  "\"method\":\"GET\"", "\"path\":\"/echo\"",
                                 "\"status\":200",         "\"bytes\":",         "\"duration_us\":",
                                 "\"peer\":\"127.0.0.1\"", "\"request_id\":\""};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        assert_true(str_contains(line, str_from_c(parts[i])));
    assert_false(str_contains(line, STR("secret")));
}

static void a_refused_request_leaves_a_line_too(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, 1 << 20);
    const struct str line = log_of(&arena, "GET /%zz?secret HTTP/1.1\r\n" HOST "\r\n");
    assert_true(str_contains(line, STR("\"status\":400")));
    assert_false(str_contains(line, STR("secret")));
}

#define ON_SITE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SITE(a_request_gets_its_answer),
        ON_SITE(the_query_and_the_headers_reach_the_handler),
        ON_SITE(every_answer_carries_the_security_headers),
        ON_SITE(a_page_gets_the_policy_of_pages_and_keeps_its_own_headers),
        ON_SITE(each_request_has_an_id_of_its_own),
        ON_SITE(a_connection_is_kept_and_pipelined_requests_are_answered_in_order),
        ON_SITE(a_client_that_wants_to_close_is_closed),
        ON_SITE(http_1_0_is_answered_and_closed),
        ON_SITE(head_is_answered_as_get_without_the_body),
        ON_SITE(no_content_has_no_body_and_keeps_the_connection),
        ON_SITE(a_body_arrives_whole_however_it_is_cut),
        ON_SITE(a_chunked_body_arrives_whole_and_ends_the_connection),
        ON_SITE(whoever_asks_may_continue),
        ON_SITE(large_text_is_compressed_for_those_who_take_it),
        ON_SITE(small_answers_are_not_compressed),
        ON_SITE(what_the_client_has_is_not_sent_again),
        ON_SITE(a_failed_answer_is_a_500_with_nothing_of_it),
        ON_SITE(a_large_answer_arrives_whole),
        ON_SITE(handlers_that_block_do_not_hold_up_quick_answers),
        ON_SITE(a_client_that_leaves_while_its_handler_runs_does_no_harm),
        ON_SITE(a_port_in_use_is_said_to_be_that),
        cmocka_unit_test(users_who_come_by_https_are_kept_there),
        cmocka_unit_test(a_request_leaves_one_line_without_its_secrets),
        cmocka_unit_test(a_refused_request_leaves_a_line_too),
    };
    return cmocka_run_group_tests_name("http server", tests, NULL, NULL);
}
