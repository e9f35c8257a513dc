// Requests that can be read in two ways, over a socket: each is refused and its connection closed, so that
// whatever follows it is never taken for a request.
#include "client.h"
#include "site.h"

#include "base/limits.h"
#include "http/layout.h"
#include "unit/unit.h"

#include <stdio.h>
#include <sys/socket.h>

#define SECOND "GET /query?second HTTP/1.1\r\n" HOST "\r\n"
#define GET(fields) "GET /echo HTTP/1.1\r\n" HOST fields "\r\n"
#define POST(fields, body) "POST /echo HTTP/1.1\r\n" HOST fields "\r\n" body
#define CASE_OF(what, status, is_early, needs_next, text)                                                    \
    {                                                                                                        \
        what, {text SECOND, sizeof(text SECOND) - 1}, status, is_early, needs_next                           \
    }
#define CASE(what, status, text) CASE_OF(what, status, false, false, text)
#define CASE_EARLY(what, status, text) CASE_OF(what, status, true, false, text)
#define CASE_WITH_NEXT(what, status, text) CASE_OF(what, status, true, true, text)

enum { ANY_REFUSAL = 0, MUTATIONS = 1000 };

static const struct {
    const char *what;
    struct str bytes;
    int status;      // ANY_REFUSAL: libmicrohttpd's own answer, or none
    bool is_early;   // a libmicrohttpd after 0.9.76 refuses it by itself, before our guard sees it
    bool needs_next; // seen only when the next request comes in the same packet: a later one cannot be
                     // confused with it
} corpus[] = {
    CASE_EARLY("Content-Length and Transfer-Encoding", 400,
               POST("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
    CASE("chunked twice", 400,
         POST("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
    CASE_EARLY("another encoding", 400, POST("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")),
    CASE_EARLY("two encodings", 400, POST("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n")),
    CASE_EARLY("blank before the colon", 400, POST("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")),
    CASE("two lengths", 400, POST("Content-Length: 5\r\nContent-Length: 6\r\n", "hello")),
    CASE("two equal lengths", 400, POST("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")),
    CASE("length with a sign", ANY_REFUSAL, POST("Content-Length: +5\r\n", "hello")),
    CASE("negative length", ANY_REFUSAL, POST("Content-Length: -1\r\n", "hello")),
    CASE("hexadecimal length", ANY_REFUSAL, POST("Content-Length: 0x5\r\n", "hello")),
    CASE("length of two numbers", ANY_REFUSAL, POST("Content-Length: 5 5\r\n", "hello")),
    CASE("list of lengths", ANY_REFUSAL, POST("Content-Length: 5, 5\r\n", "hello")),
    CASE("length beyond 64 bits", ANY_REFUSAL, POST("Content-Length: 18446744073709551621\r\n", "hello")),
    CASE("empty length", ANY_REFUSAL, POST("Content-Length: \r\n", "hello")),
    CASE("chunked in HTTP/1.0", 400,
         "POST /echo HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    CASE_EARLY("bare LF everywhere", 400, "GET /echo HTTP/1.1\nHost: 127.0.0.1\n\n"),
    CASE_EARLY("bare LF after the request line", 400, "GET /echo HTTP/1.1\n" HOST "\r\n"),
    CASE_EARLY("bare LF after a field", 400, "GET /echo HTTP/1.1\r\nHost: 127.0.0.1\nX: 1\r\n\r\n"),
    CASE_WITH_NEXT("bare LF after the last field", 400, "GET /echo HTTP/1.1\r\nHost: 127.0.0.1\n\r\n"),
    CASE_WITH_NEXT("bare LF as the empty line", 400, "GET /echo HTTP/1.1\r\nHost: 127.0.0.1\r\n\n"),
    CASE("bare CR in a value", ANY_REFUSAL, GET("X: b\rX-C: d\r\n")),
    CASE_EARLY("NUL in a value", 400, GET("X: b\0c\r\n")),
    CASE("NUL in a name", ANY_REFUSAL, GET("X\0Y: b\r\n")),
    CASE("control byte in a value", 400, GET("X: b\x01c\r\n")),
    CASE_EARLY("folded field", 400, GET("X: b\r\n c\r\n")),
    CASE_EARLY("folded to nothing", 400, GET("X: b\r\n \r\n")),
    CASE("first field folded", ANY_REFUSAL, "GET /echo HTTP/1.1\r\n X: y\r\n" HOST "\r\n"),
    CASE_EARLY("no Host", 400, "GET /echo HTTP/1.1\r\n\r\n"),
    CASE("two Hosts", 400, GET("Host: evil.example\r\n")),
    CASE("another Host", 421, "GET /echo HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
    CASE("address with another Host", 400, "GET http://evil.example/echo HTTP/1.1\r\n" HOST "\r\n"),
    CASE_EARLY("blank in a name", 400, GET("X A: b\r\n")),
    CASE("field without a colon", ANY_REFUSAL, GET("XAb\r\n")),
    CASE_EARLY("field without a name", 400, GET(": b\r\n")),
    CASE("name that is no token", 400, GET("X(A): b\r\n")),
    CASE("another expectation", 417, POST("Expect: 200-ok\r\nContent-Length: 5\r\n", "hello")),
    CASE("chunk beyond 64 bits", ANY_REFUSAL,
         POST("Transfer-Encoding: chunked\r\n", "FFFFFFFFFFFFFFFF1\r\nhello\r\n0\r\n\r\n")),
    CASE("chunk size with 0x", ANY_REFUSAL,
         POST("Transfer-Encoding: chunked\r\n", "0x5\r\nhello\r\n0\r\n\r\n")),
    CASE_EARLY("chunk lines that end in LF", 400, POST("Transfer-Encoding: chunked\r\n", "5\nhello\n0\n\n")),
    CASE("chunk longer than said", ANY_REFUSAL,
         POST("Transfer-Encoding: chunked\r\n", "5\r\nhelloXX0\r\n\r\n")),
    CASE_EARLY("LF in a chunk extension", 400,
               POST("Transfer-Encoding: chunked\r\n", "5;a\nb\r\nhello\r\n0\r\n\r\n")),
    CASE("HTTP/3.0", ANY_REFUSAL, "GET /echo HTTP/3.0\r\n" HOST "\r\n"),
    CASE("no version", ANY_REFUSAL, "GET /echo\r\n"),
    CASE("TRACE", 405, "TRACE /echo HTTP/1.1\r\n" HOST "\r\n"),
    CASE("CONNECT", 405, "CONNECT 127.0.0.1:1 HTTP/1.1\r\n" HOST "\r\n"),
    CASE("lower-case method", 501, "get /echo HTTP/1.1\r\n" HOST "\r\n"),
    CASE("tabs in the request line", ANY_REFUSAL, "GET\t/echo\tHTTP/1.1\r\n" HOST "\r\n"),
    CASE_EARLY("two blanks in the request line", 400, "GET  /echo HTTP/1.1\r\n" HOST "\r\n"),
    CASE_EARLY("blank in the target", 400, "GET /echo x HTTP/1.1\r\n" HOST "\r\n"),
    CASE("escaped NUL", 400, "GET /a%00b HTTP/1.1\r\n" HOST "\r\n"),
    CASE_EARLY("NUL in the target", 400, "GET /a\0b HTTP/1.1\r\n" HOST "\r\n"),
    CASE("escaped way up", 400, "GET /x/%2e%2e%2f%2e%2e%2fetc/passwd HTTP/1.1\r\n" HOST "\r\n"),
    CASE("broken escape", 400, "GET /%zz HTTP/1.1\r\n" HOST "\r\n"),
    CASE("8-bit target", 400, "GET /\xff\xfe HTTP/1.1\r\n" HOST "\r\n"),
    CASE("fragment", 400, "GET /echo#a HTTP/1.1\r\n" HOST "\r\n"),
    CASE("no HTTP at all", ANY_REFUSAL, "\x16\x03\x01\x02\r\n\r\n"),
    CASE("body where none is taken", 413, "GET /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello"),
    CASE("PATCH that is refused", 417,
         "PATCH /echo HTTP/1.1\r\n" HOST "Expect: x\r\nContent-Length: 5\r\n\r\nhello"),
};

static struct site site;

static int set_up(void **state)
{
    (void)state;
    site_start(&site, (struct http_server_options){.worker_threads = 2});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    site_stop(&site);
    return 0;
}

static bool was_second_answered(const struct client *client)
{
    return str_contains(buf_str(&client->in), STR("second=;"));
}

// 404 is an answer like any other: the request was understood.
static bool is_refusal(struct str answer)
{
    if (str_starts_with(answer, STR("HTTP/1.1 404"))) return false;
    return str_starts_with(answer, STR("HTTP/1.1 4")) || str_starts_with(answer, STR("HTTP/1.1 5"));
}

// libmicrohttpd's own answer, or none at all.
static bool is_own_refusal(struct str answer)
{
    return answer.len == 0 || (is_refusal(answer) && !str_contains(answer, STR("application/problem+json")));
}

static void assert_problem(struct client *client, const char *what, int status)
{
    const struct reply reply = client_read(client, false);
    if (reply.status != status) fail_msg("%s: %d instead of %d", what, reply.status, status);
    assert_str_equal(reply_field(&reply, STR("Content-Type")), STR("application/problem+json"));
    assert_str_equal(reply_field(&reply, STR("Connection")), STR("close"));
}

static void assert_refused(struct client *client, size_t i)
{
    const char *what = corpus[i].what;
    if (!client_wait_closed(client)) fail_msg("%s: stays open", what);
    const struct str answer = buf_str(&client->in);
    if (was_second_answered(client)) fail_msg("%s: the second request was answered", what);
    if (corpus[i].status == ANY_REFUSAL) {
        if (answer.len && !is_refusal(answer)) fail_msg("%s: %.*s", what, STR_ARG(answer));
        return;
    }
    if (corpus[i].is_early && !layout_is_known() && is_own_refusal(answer)) return;
    assert_problem(client, what, corpus[i].status);
}

static void what_can_be_read_in_two_ways_is_refused_and_closed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof corpus / sizeof corpus[0]; i++) {
        struct client client = client_connect(site.port);
        client_send(&client, corpus[i].bytes);
        assert_refused(&client, i);
        client_close(&client);
    }
}

static void it_is_refused_byte_by_byte_as_well(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof corpus / sizeof corpus[0]; i++) {
        if (corpus[i].needs_next) continue;
        struct client client = client_connect(site.port);
        for (size_t at = 0; at < corpus[i].bytes.len; at++)
            client_send(&client, str_slice(corpus[i].bytes, at, 1));
        if (!client_wait_closed(&client)) fail_msg("%s: stays open", corpus[i].what);
        if (was_second_answered(&client)) fail_msg("%s: the second request was answered", corpus[i].what);
        client_close(&client);
    }
}

static void an_empty_line_before_a_request_and_later_minor_versions_pass(void **state)
{
    (void)state;
    const char *const fine[] = {"\r\n" GET(""), "GET /echo HTTP/1.9\r\n" HOST "\r\n", GET("X:\r\nY: \r\n"),
                                GET("X: "
                                    "a\tb"
                                    " \t\r\n")};
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++) {
        struct client client = client_connect(site.port);
        assert_int_equal(client_ask(&client, fine[i]).status, 200);
        assert_int_equal(client_ask(&client, SECOND).status, 200);
        client_close(&client);
    }
}

// Right, but nobody needs it: several empty lines in front, a chunk extension.
static void what_few_clients_send_is_served_unless_the_library_is_stricter(void **state)
{
    (void)state;
    const char *const rare[] = {
        "\r\n\r\n\r\n" GET("Connection: close\r\n") SECOND,
        POST("Transfer-Encoding: chunked\r\n", "5;x=1\r\nhello\r\n0\r\n\r\n") SECOND,
    };
    for (size_t i = 0; i < sizeof rare / sizeof rare[0]; i++) {
        struct client client = client_connect(site.port);
        client_send_c(&client, rare[i]);
        assert_true(client_wait_closed(&client));
        const struct str answer = buf_str(&client.in);
        const bool is_served = str_starts_with(answer, STR("HTTP/1.1 200"));
        if (!is_served && (layout_is_known() || !is_own_refusal(answer)))
            fail_msg("%s: %.*s", rare[i], STR_ARG(answer));
        assert_false(was_second_answered(&client));
        client_close(&client);
    }
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

// A byte changed, put in or taken out, somewhere in the first request.
static void mutate(struct buf *bytes, size_t first_len, uint32_t *seed)
{
    static const char nasty[] = "\r\n\0 \t:;,%+-0x\x7f\xff";
    const size_t at = next_random(seed) % first_len;
    const char c = nasty[next_random(seed) % (sizeof nasty - 1)];
    switch (next_random(seed) % 3) {
    case 0: bytes->data[at] = c; break;
    case 1:
        assert_true(buf_reserve(bytes, 1));
        memmove(bytes->data + at + 1, bytes->data + at, bytes->len - at);
        bytes->data[at] = c;
        bytes->len++;
        break;
    default: memmove(bytes->data + at, bytes->data + at + 1, bytes->len - at - 1); bytes->len--;
    }
}

// The last request asks to close, so that every connection ends by itself. After a refusal nothing may be
// answered.
static void after_a_refusal_nothing_is_answered_whatever_was_wrong(void **state)
{
    (void)state;
    const struct str seeds[] = {STR(POST("Content-Length: 5\r\nX-Test: a b\r\n", "hello")),
                                STR(POST("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n")),
                                STR(GET("X-Test: 1\r\n"))};
    uint32_t seed = 20260101;
    for (int i = 0; i < MUTATIONS; i++) {
        BUF_SCOPE(bytes, 1 * MIB);
        struct client client = client_connect(site.port);
        buf_append_str(&bytes, seeds[i % 3]);
        mutate(&bytes, seeds[i % 3].len, &seed);
        buf_append_str(&bytes, STR("GET /query?second HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"));
        client_send(&client, buf_str(&bytes));
        (void)shutdown(client.fd, SHUT_WR); // what waits for more of the first request ends as well
        assert_true(client_wait_closed(&client));
        const struct str answer = buf_str(&client.in);
        if (is_refusal(answer) && was_second_answered(&client))
            fail_msg("mutation %d: %.*s", i, STR_ARG(buf_str(&bytes)));
        client_close(&client);
    }
}

static int status_of_sized(size_t target_len, size_t fields, size_t field_len)
{
    BUF_SCOPE(bytes, 1 * MIB);
    static char text[64 * KIB];
    memset(text, 'a', sizeof text);
    buf_append_format(&bytes, "GET /query?%.*s HTTP/1.1\r\n" HOST, (int)(target_len - strlen("/query?")),
                      text);
    for (size_t i = 0; i < fields; i++)
        buf_append_format(&bytes, "X: %.*s\r\n", (int)(field_len - strlen("X: \r\n")), text);
    buf_append_str(&bytes, STR("\r\n"));
    struct client client = client_connect(site.port);
    client_send(&client, buf_str(&bytes));
    const struct reply reply = client_read(&client, false);
    const int status = reply.status;
    if (status != 200) assert_true(client_wait_closed(&client));
    client_close(&client);
    return status;
}

static void sizes_are_served_up_to_their_limits(void **state)
{
    (void)state;
    assert_int_equal(status_of_sized(LIMIT_URL_BYTES, 0, 0), 200);
    assert_int_equal(status_of_sized(LIMIT_URL_BYTES + 1, 0, 0), 414);
    assert_int_equal(status_of_sized(10, LIMIT_HEADERS - 1, 10), 200);
    assert_int_equal(status_of_sized(10, LIMIT_HEADERS, 10), 431);
    assert_int_equal(status_of_sized(10, 1, LIMIT_HEADER_LINE_BYTES), 200);
    assert_int_equal(status_of_sized(10, 1, LIMIT_HEADER_LINE_BYTES + 1), 431);
    const size_t half = (LIMIT_HEADER_BYTES - strlen(HOST)) / 2;
    assert_int_equal(status_of_sized(LIMIT_URL_BYTES, 2, half), 200); // everything at its limit at once
    assert_int_equal(status_of_sized(LIMIT_URL_BYTES, 2, half + 1), 431);
    assert_int_equal(status_of_sized(10, 2000, 10), 431);
    assert_int_equal(status_of_sized(60 * KIB, 0, 0), 414);
}

static void a_body_is_taken_up_to_the_limit_of_its_address(void **state)
{
    (void)state;
    static char body[SITE_BODY_LIMIT + 1];
    memset(body, 'b', sizeof body);
    for (size_t extra = 0; extra <= 1; extra++) {
        char head[128];
        struct client client = client_connect(site.port);
        (void)snprintf(head, sizeof head, POST("Content-Length: %zu\r\n", ""), SITE_BODY_LIMIT + extra);
        client_send_c(&client, head);
        if (extra == 0) client_send(&client, (struct str){body, SITE_BODY_LIMIT});
        assert_int_equal(client_read(&client, false).status,
                         extra ? 413 : 200); // 413 before a byte of it is sent
        client_close(&client);
    }
}

static void a_chunked_body_is_taken_up_to_the_limit_of_its_address(void **state)
{
    (void)state;
    static char chunk[SITE_BODY_LIMIT / 4];
    memset(chunk, 'b', sizeof chunk);
    for (size_t extra = 0; extra <= 1; extra++) {
        char size[32];
        struct client client = client_connect(site.port);
        client_send_c(&client, POST("Transfer-Encoding: chunked\r\n", ""));
        (void)snprintf(size, sizeof size, "%zx\r\n", sizeof chunk);
        for (int i = 0; i < 4; i++) {
            client_send_c(&client, size);
            client_send(&client, (struct str){chunk, sizeof chunk});
            client_send_c(&client, "\r\n");
        }
        client_send_c(&client, extra ? "1\r\nb\r\n" : "0\r\n\r\n"); // no end: refused without waiting for it
        const struct reply reply = client_read(&client, false);
        assert_int_equal(reply.status, extra ? 413 : 200);
        assert_true(client_wait_closed(&client));
        client_close(&client);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_can_be_read_in_two_ways_is_refused_and_closed),
        cmocka_unit_test(it_is_refused_byte_by_byte_as_well),
        cmocka_unit_test(an_empty_line_before_a_request_and_later_minor_versions_pass),
        cmocka_unit_test(what_few_clients_send_is_served_unless_the_library_is_stricter),
        cmocka_unit_test(after_a_refusal_nothing_is_answered_whatever_was_wrong),
        cmocka_unit_test(sizes_are_served_up_to_their_limits),
        cmocka_unit_test(a_body_is_taken_up_to_the_limit_of_its_address),
        cmocka_unit_test(a_chunked_body_is_taken_up_to_the_limit_of_its_address),
    };
    return cmocka_run_group_tests_name("http framing", tests, set_up, tear_down);
}
