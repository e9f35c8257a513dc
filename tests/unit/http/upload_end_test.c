// What becomes of bodies that go to a file and do not arrive.
#include "upload_site.h"

#include "base/clock.h"
#include "base/limits.h"
#include "unit/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { DEADLINE_MS = 300, LARGE_BYTES = 20 * 1024 * 1024 };

static struct client client;

static int set_up(void **state)
{
    (void)state;
    upload_site_start((struct http_server_options){0});
    client = client_connect(upload_site.port);
    return 0;
}

static int set_up_in_a_hurry(void **state)
{
    (void)state;
    upload_site_start((struct http_server_options){.upload_deadline_ms = DEADLINE_MS});
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

static void a_body_that_says_that_it_is_too_large_is_refused_at_once(void **state)
{
    (void)state;
    upload_begin(&client, "", SITE_UPLOAD_LIMIT + 1);
    upload_assert_refused(&client, 413);
    assert_true(client_wait_closed(&client));
    assert_int_equal(folder_count(upload_folder), 0);
}

static void a_body_that_grows_too_large_is_refused_and_removed(void **state)
{
    (void)state;
    client_send_c(&client, "POST /upload HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n2000000\r\n");
    (void)upload_send(&client, 0, SITE_UPLOAD_LIMIT, 0);
    assert_false(client_hears_something(&client, 50));
    assert_int_equal(folder_count(upload_folder), 1);
    (void)upload_send(&client, 0, 60000, 0);
    upload_assert_refused(&client, 413);
    assert_true(client_wait_closed(&client));
    folder_await_count(upload_folder, 0);
    assert_int_equal(upload_site.handled_count, 0);
}

static void limit_files_to(rlim_t file_bytes)
{
    struct rlimit limit;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = file_bytes < limit.rlim_max ? file_bytes : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_is_said_and_leaves_no_file(void **state)
{
    (void)state;
    limit_files_to(100000);
    upload_begin(&client, "", 1000000);
    (void)upload_send(&client, 0, 500000, 0);
    upload_assert_refused(&client, 507);
    assert_true(client_wait_closed(&client));
    folder_await_count(upload_folder, 0);
    limit_files_to(50000); // found out only with the last piece: the connection is kept
    struct client other = client_connect(upload_site.port);
    upload_begin(&other, "", 60000);
    (void)upload_send(&other, 0, 60000, 0);
    upload_assert_refused(&other, 507);
    limit_files_to(RLIM_INFINITY);
    assert_int_equal(folder_count(upload_folder), 0);
    assert_int_equal(client_ask(&other, "GET /echo HTTP/1.1\r\n" HOST "\r\n").status, 200);
    client_close(&other);
    assert_int_equal(upload_site.handled_count, 1);
}

static void a_folder_that_went_away_is_a_fault_of_the_server(void **state)
{
    (void)state;
    assert_int_equal(rmdir(upload_folder), 0);
    upload_begin(&client, "", 10);
    (void)upload_send(&client, 0, 10, 0);
    upload_assert_refused(&client, 500);
    assert_int_equal(mkdir(upload_folder, 0700), 0);
    upload_all(&client, "", 10);
}

static void an_aborted_upload_leaves_no_file(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * LIMIT_UPLOADS; i++) { // and gives its place back
        struct client other = client_connect(upload_site.port);
        upload_begin(&other, "", LARGE_BYTES);
        (void)upload_send(&other, 0, i % 2 ? 200000 : 1000, 0);
        if (i % 2) folder_await_count(upload_folder, 1);
        client_close(&other);
        folder_await_count(upload_folder, 0);
    }
}

// True when an upload is let begin: its file is there before an answer is.
static bool is_let_begin(void)
{
    struct client other = client_connect(upload_site.port);
    upload_begin(&other, "", LARGE_BYTES);
    (void)upload_send(&other, 0, 200000, 0);
    while (folder_count(upload_folder) == 0 && !client_hears_something(&other, 1))
        continue;
    const bool has_begun = folder_count(upload_folder) > 0;
    client_close(&other);
    folder_await_count(upload_folder, 0);
    return has_begun;
}

static void an_end_that_comes_with_the_last_bytes_gives_the_place_back(void **state)
{
    (void)state;
    // enough not to be too slow as long as the test is patient
    static const char bytes[40000] = "POST /upload HTTP/1.1\r\n" HOST "Content-Length: 300000\r\n\r\n";
    upload_site_stop();
    upload_site_start((struct http_server_options){.upload_deadline_ms = 2 * CLIENT_PATIENCE_MS});
    for (size_t i = 0; i < LIMIT_UPLOADS; i++) {
        struct client other = client_connect(upload_site.port);
        // what may be followed by more waits for it, and goes out with the end
        assert_int_equal(send(other.fd, bytes, sizeof bytes, MSG_MORE), sizeof bytes);
        client_close(&other);
    }
    const int64_t end_us = clock_monotonic_us() + CLIENT_PATIENCE_MS * 1000;
    while (!is_let_begin())
        assert_true(clock_monotonic_us() < end_us);
}

static void an_upload_that_takes_too_long_is_ended_and_removed(void **state)
{
    (void)state;
    upload_begin(&client, "", 1000000);
    (void)upload_send(&client, 0, 200000, 0);
    folder_await_count(upload_folder, 1);
    for (int i = 0; i < CLIENT_PATIENCE_MS / 5 && !client_hears_something(&client, 5); i++)
        (void)upload_send(&client, 0, 1, 0);
    upload_assert_refused(&client, 408);
    assert_true(client_wait_closed(&client));
    folder_await_count(upload_folder, 0);
}

static void *keep_uploading(void *argument)
{
    struct client uploader;
    (void)argument;
    while (client_try_connect(&uploader, upload_site.port)) {
        upload_begin(&uploader, "", 300000);
        (void)upload_send(&uploader, 0, 300000, 0);
        (void)client_hears_something(&uploader, CLIENT_PATIENCE_MS);
        client_close(&uploader);
    }
    client_close(&uploader);
    return NULL;
}

static void a_stop_in_the_middle_of_uploads_leaves_no_file(void **state)
{
    (void)state;
    pthread_t threads[4];
    struct client stuck = client_connect(upload_site.port);
    upload_begin(&stuck, "", 300000);
    (void)upload_send(&stuck, 0, 200000, 0);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, keep_uploading, NULL), 0);
    while (atomic_load(&upload_site.handled_count) < 20)
        (void)client_hears_something(&client, 1);
    http_server_stop(&upload_site.server, 50);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(folder_count(upload_folder), 0);
    (void)folder_event_thread_calls(); // in the end nobody else is left to remove files
    client_close(&stuck);
}

static void make_file(const char *name, time_t age_s)
{
    char path[640];
    const struct timespec times[] = {{.tv_sec = time(NULL) - age_s}, {.tv_sec = time(NULL) - age_s}};
    (void)snprintf(path, sizeof path, "%s/%s", upload_folder, name);
    const int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(futimens(fd, times), 0);
    assert_int_equal(close(fd), 0);
}

static void what_a_crash_left_behind_goes_with_a_start_a_day_later(void **state)
{
    (void)state;
    site_stop(&upload_site);
    make_file(".upload-old", 25 * 3600);
    make_file(".upload-of-today", 23 * 3600);
    make_file("old", 25 * 3600);
    site_start(&upload_site, (struct http_server_options){.upload_dir = str_from_c(upload_folder)});
    assert_false(folder_has(upload_folder, ".upload-old"));
    assert_true(folder_has(upload_folder, ".upload-of-today"));
    assert_true(folder_has(upload_folder, "old"));
    folder_clear(upload_folder);
}

static void a_folder_that_cannot_be_read_is_said(void **state)
{
    (void)state;
    struct error error = {0};
    struct http_server *server = NULL;
    const struct http_server_options options = {.host = STR("127.0.0.1"),
                                                .upload_dir = STR("/nowhere/at/all")};
    assert_int_equal(http_server_start(&options, &server, &error), STATUS_INVALID);
    assert_true(str_contains(str_from_c(error.message), STR("/nowhere/at/all")));
}

#define ON_SITE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SITE(a_body_that_says_that_it_is_too_large_is_refused_at_once),
        ON_SITE(a_body_that_grows_too_large_is_refused_and_removed),
        ON_SITE(a_full_disk_is_said_and_leaves_no_file),
        ON_SITE(a_folder_that_went_away_is_a_fault_of_the_server),
        ON_SITE(an_aborted_upload_leaves_no_file),
        ON_SITE(an_end_that_comes_with_the_last_bytes_gives_the_place_back),
        cmocka_unit_test_setup_teardown(an_upload_that_takes_too_long_is_ended_and_removed, set_up_in_a_hurry,
                                        tear_down),
        ON_SITE(a_stop_in_the_middle_of_uploads_leaves_no_file),
        ON_SITE(what_a_crash_left_behind_goes_with_a_start_a_day_later),
        ON_SITE(a_folder_that_cannot_be_read_is_said),
    };
    return cmocka_run_group_tests_name("http uploads, their ends", tests, NULL, NULL);
}
