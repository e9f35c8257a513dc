// How bodies that go to a file arrive.
#include "upload_site.h"

#include "base/limits.h"
#include "unit/sanitized.h"
#include "unit/unit.h"

#include <stdio.h>
#include <zlib.h>

enum {
    DEADLINE_MS = 300,
    LARGE_BYTES = 20 * 1024 * 1024,
    SEND_BYTES = 60000,
    RESIDENT_BYTES_MAX = 4 * 1024 * 1024
};

static struct client client;

static int set_up(void **state)
{
    (void)state;
    upload_site_start((struct http_server_options){0});
    client = client_connect(upload_site.port);
    return 0;
}

static int set_up_with_short_bodies(void **state)
{
    (void)state;
    upload_site_start((struct http_server_options){.body_deadline_ms = DEADLINE_MS});
    client = client_connect(upload_site.port);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    client_close(&client);
    upload_site_stop();
    return 0;
}

static void a_large_body_arrives_byte_for_byte_while_others_are_answered(void **state)
{
    (void)state;
    struct client other = client_connect(upload_site.port);
    unsigned long crc = 0;
    const long before = folder_resident_bytes();
    upload_begin(&client, "", LARGE_BYTES);
    for (size_t sent = 0; sent < LARGE_BYTES;) {
        const size_t len = SEND_BYTES < LARGE_BYTES - sent ? SEND_BYTES : LARGE_BYTES - sent;
        crc = upload_send(&client, sent, len, crc);
        sent += len;
        assert_int_equal(client_ask(&other, "GET /quick HTTP/1.1\r\n" HOST "\r\n").status, 200);
        assert_int_equal(client_ask(&other, "GET /echo HTTP/1.1\r\n" HOST "\r\n").status, 200);
    }
    if (!IS_SANITIZED) assert_true(folder_resident_bytes() - before < RESIDENT_BYTES_MAX);
    upload_assert_stored(&client, LARGE_BYTES, crc);
    folder_await_count(upload_folder, 0);
    client_close(&other);
}

static void bodies_of_every_size_arrive_and_keep_the_connection(void **state)
{
    (void)state;
    const size_t piece = LIMIT_UPLOAD_PIECE_BYTES;
    const size_t sizes[] = {1, piece - 1, piece, piece + 1, 2 * piece, 2 * piece + 1, 5 * piece + 3, 1000000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        upload_all(&client, "", sizes[i]);
        assert_int_equal(folder_count(upload_folder), 0); // removed before the answer
    }
}

static void a_body_arrives_whole_however_it_is_chunked(void **state)
{
    (void)state;
    const size_t sizes[] = {1, 7, 16384, 65536, 65535, 3, 70000, 131072, 1, 1, 200000, 8192, 8192};
    unsigned long crc = 0;
    size_t len = 0;
    char line[32];
    client_send_c(&client, "POST /upload HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n");
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        (void)snprintf(line, sizeof line, "%zx\r\n", sizes[i]);
        client_send_c(&client, line);
        crc = upload_send(&client, len, sizes[i], crc);
        client_send_c(&client, "\r\n");
        len += sizes[i];
    }
    client_send_c(&client, "0\r\n\r\n");
    upload_assert_stored(&client, len, crc);
    assert_true(client_wait_closed(&client)); // as after every chunked body
}

// Many chunks in one packet fill the piece in the middle of what libmicrohttpd goes through at once.
static void a_body_of_many_small_chunks_arrives_whole(void **state)
{
    (void)state;
    BUF_SCOPE(request, 4 * 1024 * 1024);
    unsigned long crc = 0;
    const size_t count = 60000; // four bytes each: they fill a piece exactly
    buf_append_str(&request, STR("POST /upload HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"));
    for (size_t i = 0; i < count; i++) {
        buf_append_format(&request, "4\r\n%04zx\r\n", i);
        crc = crc32(crc, (const Bytef *)request.data + request.len - 6, 4);
    }
    buf_append_str(&request, STR("0\r\n\r\n"));
    client_send(&client, buf_str(&request));
    upload_assert_stored(&client, count * 4, crc);
}

static void without_a_body_there_is_no_file(void **state)
{
    (void)state;
    assert_str_equal(client_ask(&client, "POST /upload HTTP/1.1\r\n" HOST "\r\n").body, STR("none"));
    assert_str_equal(client_ask(&client, "POST /upload HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n").body,
                     STR("none"));
    client_send_c(&client, "POST /upload HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    upload_assert_stored(&client, 0, 0);
}

static void whoever_asks_may_continue(void **state)
{
    (void)state;
    client_send_c(&client,
                  "POST /upload HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 100000\r\n\r\n");
    assert_int_equal(client_read(&client, true).status, 100);
    upload_assert_stored(&client, 100000, upload_send(&client, 0, 100000, 0));
}

static void a_handler_may_keep_the_file(void **state)
{
    (void)state;
    upload_all(&client, "?keep=1", 100000);
    assert_int_equal(folder_count(upload_folder), 1);
    folder_clear(upload_folder);
    upload_all(&client, "?rename=1", 100000);
    assert_int_equal(folder_count(upload_folder), 1);
    folder_clear(upload_folder);
    upload_all(&client, "", 100000);
    folder_await_count(upload_folder, 0);
}

// It takes more than three times as long as other bodies may.
static void an_upload_has_more_time_than_other_bodies(void **state)
{
    (void)state;
    upload_begin(&client, "", 100);
    for (size_t i = 0; i < 100; i++) {
        assert_false(client_hears_something(&client, DEADLINE_MS / 30));
        (void)upload_send(&client, i, 1, 0);
    }
    assert_int_equal(client_read(&client, false).status, 200);
}

static void there_is_a_limit_to_uploads_at_once(void **state)
{
    (void)state;
    struct client others[LIMIT_UPLOADS];
    for (size_t i = 0; i < LIMIT_UPLOADS; i++) {
        others[i] = client_connect(upload_site.port);
        upload_begin(&others[i], "", 100000);
        (void)upload_send(&others[i], 0, 70000, 0);
    }
    folder_await_count(upload_folder, LIMIT_UPLOADS);
    upload_begin(&client, "", 100000);
    (void)upload_send(&client, 0, 70000, 0); // before that it holds nobody's place
    const struct reply reply = client_read(&client, false);
    assert_int_equal(reply.status, 503);
    assert_str_equal(reply_field(&reply, STR("Retry-After")), STR("1"));
    for (size_t i = 0; i < LIMIT_UPLOADS; i++) {
        (void)upload_send(&others[i], 70000, 30000, 0);
        assert_int_equal(client_read(&others[i], false).status, 200);
        client_close(&others[i]);
    }
    client_close(&client);
    client = client_connect(upload_site.port);
    upload_all(&client, "", 100000);
}

static int refuse_strangers(void *context, const struct http_request *request)
{
    (void)context;
    return str_eq(http_request_header(request, STR("X-Friend")), STR("yes")) ? 0 : 401;
}

static int set_up_with_gate(void **state)
{
    (void)state;
    upload_site_start((struct http_server_options){.body_gate = refuse_strangers});
    client = client_connect(upload_site.port);
    return 0;
}

// Who sends much is asked before any of it is stored; little goes to the handler, which says more.
static void strangers_send_nothing_to_the_disk(void **state)
{
    (void)state;
    upload_begin(&client, "", 1000000);
    (void)upload_send(&client, 0, LIMIT_UPLOAD_PIECE_BYTES + 1, 0);
    assert_int_equal(client_read(&client, false).status, 401);
    folder_await_count(upload_folder, 0);
    client_close(&client);
    client = client_connect(upload_site.port);
    upload_all(&client, "", LIMIT_UPLOAD_PIECE_BYTES);
    client_send_c(&client,
                  "POST /upload HTTP/1.1\r\n" HOST "X-Friend: yes\r\nContent-Length: 100000\r\n\r\n");
    upload_assert_stored(&client, 100000, upload_send(&client, 0, 100000, 0));
}

static void without_a_folder_nothing_is_taken(void **state)
{
    (void)state;
    struct site plain;
    site_start(&plain, (struct http_server_options){.worker_threads = 1});
    struct client other = client_connect(plain.port);
    upload_begin(&other, "", 10);
    upload_assert_refused(&other, 503);
    client_close(&other);
    site_stop(&plain);
}

#define ON_SITE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SITE(a_large_body_arrives_byte_for_byte_while_others_are_answered),
        ON_SITE(bodies_of_every_size_arrive_and_keep_the_connection),
        ON_SITE(a_body_arrives_whole_however_it_is_chunked),
        ON_SITE(a_body_of_many_small_chunks_arrives_whole),
        ON_SITE(without_a_body_there_is_no_file),
        ON_SITE(whoever_asks_may_continue),
        ON_SITE(a_handler_may_keep_the_file),
        cmocka_unit_test_setup_teardown(an_upload_has_more_time_than_other_bodies, set_up_with_short_bodies,
                                        tear_down),
        ON_SITE(there_is_a_limit_to_uploads_at_once),
        cmocka_unit_test_setup_teardown(strangers_send_nothing_to_the_disk, set_up_with_gate, tear_down),
        ON_SITE(without_a_folder_nothing_is_taken),
    };
    return cmocka_run_group_tests_name("http uploads", tests, NULL, NULL);
}
