#include "unit/http/site.h"
#include "unit/unit.h"

#include "base/limits.h"
#include "net/fetch.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define TAG "\"tag-1\""
#define WHOLE "0123456789abcdef"

// /stream answers WHOLE with a tag, or the rest of it to whoever has its beginning.
static void answer(void *context, const struct http_request *request, struct http_response *response)
{
    int64_t first = 0;
    int *requests = context;
    const struct str range = http_request_header(request, STR("range"));
    const bool is_same = str_eq(http_request_header(request, STR("if-range")), STR(TAG));
    ++*requests;
    if (range.len > 0 && is_same) {
        (void)str_to_int64(str_slice(range, 6, str_find(range, '-') - 6), &first);
        http_response_header(response, STR("Content-Range"),
                             str_format(request->arena, "bytes %d-15/16", (int)first));
        response->status = 206;
    }
    http_response_header(response, STR("Content-Type"), STR("application/octet-stream"));
    http_response_header(response, STR("ETag"), STR(TAG));
    buf_append_str(&response->body, str_slice(STR(WHOLE), (size_t)first, 16));
}

struct fixture {
    struct site site;
    int requests;
    char folder[32];
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    (void)snprintf(fixture->folder, sizeof fixture->folder, "/tmp/fetch-XXXXXX");
    if (!mkdtemp(fixture->folder)) return -1;
    site_start(&fixture->site, (struct http_server_options){0});
    fixture->site.own = answer;
    fixture->site.own_context = &fixture->requests;
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    char path[64];
    site_stop(&fixture->site);
    (void)snprintf(path, sizeof path, "%s/file", fixture->folder);
    (void)unlink(path);
    (void)rmdir(fixture->folder);
    free(fixture);
    return 0;
}

// What one request comes to; its body is copied.
static struct fetch_result fetch(struct fixture *fixture, const char *path, struct str file, size_t max_bytes,
                                 char body[static 64])
{
    char url[128];
    struct fetch_rules rules = fetch_rules_default();
    rules.pause_ms = 1;
    rules.attempts = 2;
    struct error error = {0};
    FETCH_CLIENT_SCOPE client = NULL;
    struct fetch_result result = {0};
    bool has_result = false;
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d%s", (int)fixture->site.port, path);
    assert_ok(fetch_client_new(&rules, str_from_c(url), &client, &error));
    const struct fetch_request request = {
        .url = str_from_c(url), .path = file, .max_bytes = max_bytes, .context = fixture};
    assert_ok(fetch_client_start(client, &request, &error));
    while (!has_result)
        assert_ok(fetch_client_wait(client, 1000, &result, &has_result, &error));
    (void)str_to_c(result.body, body, 64);
    assert_true(fetch_client_is_idle(client));
    return result;
}

static void an_answer_may_be_kept_in_memory(void **state)
{
    char body[64];
    const struct fetch_result result = fetch(*state, "/stream", STR(""), 100, body);
    assert_int_equal(result.status, STATUS_OK);
    assert_string_equal(body, WHOLE);
    assert_int_equal(result.attempts, 1);
    assert_ptr_equal(result.context, *state);
}

static void what_is_not_there_is_not_asked_for_twice(void **state)
{
    char body[64];
    const struct fetch_result result = fetch(*state, "/nowhere", STR(""), 100, body);
    assert_int_equal(result.status, STATUS_NOT_FOUND);
    assert_int_equal(result.attempts, 1);
    assert_string_equal(body, "");
}

static void an_answer_is_bounded(void **state)
{
    char body[64];
    const struct fetch_result result = fetch(*state, "/huge", STR(""), MIB, body);
    assert_int_equal(result.status, STATUS_TOO_LARGE);
    assert_int_equal(result.attempts, 1);
}

static struct str file_in(const struct fixture *fixture, char path[static 64], const char *suffix)
{
    (void)snprintf(path, 64, "%s/file%s", fixture->folder, suffix);
    return str_from_c(path);
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    (void)fclose(file);
}

static void assert_file(const char *path, const char *expected)
{
    char text[64] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void)fclose(file);
    assert_string_equal(text, expected);
}

static void a_file_goes_on_where_it_was_cut_off(void **state)
{
    char body[64], path[64], tag[64];
    put(file_in(*state, path, "").ptr, "01234");
    put(file_in(*state, tag, ".tag").ptr, TAG);
    assert_int_equal(fetch(*state, "/stream", str_from_c(path), 100, body).status, STATUS_OK);
    assert_file(path, WHOLE);
    assert_int_equal(access(tag, F_OK), -1);
}

static void the_beginning_of_another_file_is_thrown_away(void **state)
{
    char body[64], path[64], tag[64];
    put(file_in(*state, path, "").ptr, "another beginning, and a longer one");
    put(file_in(*state, tag, ".tag").ptr, "\"tag-0\"");
    assert_int_equal(fetch(*state, "/stream", str_from_c(path), 100, body).status, STATUS_OK);
    assert_file(path, WHOLE);
}

static void a_beginning_without_a_tag_is_thrown_away(void **state)
{
    char body[64], path[64];
    put(file_in(*state, path, "").ptr, "01234");
    assert_int_equal(fetch(*state, "/stream", str_from_c(path), 100, body).status, STATUS_OK);
    assert_file(path, WHOLE);
}

static void plain_http_is_refused_where_https_is_meant(void **state)
{
    const struct fixture *fixture = *state;
    char url[128];
    const struct fetch_rules rules = fetch_rules_default();
    struct error error = {0};
    FETCH_CLIENT_SCOPE client = NULL;
    struct fetch_result result = {0};
    bool has_result = false;
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d/stream", (int)fixture->site.port);
    assert_ok(fetch_client_new(&rules, STR("https://data.binance.vision"), &client, &error));
    const struct fetch_request request = {.url = str_from_c(url), .max_bytes = 100};
    assert_ok(fetch_client_start(client, &request, &error));
    while (!has_result)
        assert_ok(fetch_client_wait(client, 1000, &result, &has_result, &error));
    assert_int_equal(result.status, STATUS_UNAVAILABLE);
    assert_int_equal(result.attempts, 1);
    assert_int_equal(fixture->requests, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_answer_may_be_kept_in_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_there_is_not_asked_for_twice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_answer_is_bounded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_goes_on_where_it_was_cut_off, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_beginning_of_another_file_is_thrown_away, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_beginning_without_a_tag_is_thrown_away, set_up, tear_down),
        cmocka_unit_test_setup_teardown(plain_http_is_refused_where_https_is_meant, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
