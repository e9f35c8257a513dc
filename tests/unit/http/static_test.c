#include "unit/unit.h"

#include "http/static.h"
#include "http/static_assets.h"

// A table of the test's own: the linker takes it instead of the generated one.
const struct static_asset static_asset_table[] = {
    {{"/assets/app-Df31kQ2x.js", 23},
     {"text/javascript", 15},
     {"\"js\"", 4},
     {"script", 6},
     {"GZ", 2},
     {"B", 1},
     true},
    {{"/favicon.svg", 12}, {"image/svg+xml", 13}, {"\"svg\"", 5}, {"<svg/>", 6}, {NULL, 0}, {NULL, 0}, false},
    {{"/index.html", 11},
     {"text/html; charset=utf-8", 24},
     {"\"page\"", 6},
     {"<html>", 6},
     {"gz", 2},
     {NULL, 0},
     false},
};
const size_t static_asset_count = 3;

static struct http_response response;

static bool ask_as(enum http_method method, const char *path, const char *accept_encoding)
{
    const struct http_pair header = {STR("Accept-Encoding"), str_from_c(accept_encoding)};
    const struct http_request request = {
        .method = method, .path = str_from_c(path), .headers = &header, .header_count = 1};
    response = (struct http_response){.status = 200};
    return http_static_respond(&request, &response);
}

static bool ask(const char *path)
{
    return ask_as(HTTP_GET, path, "");
}

static struct str field(const char *name)
{
    for (size_t i = 0; i < response.header_count; i++)
        if (str_eq(response.headers[i].name, str_from_c(name))) return response.headers[i].value;
    return STR("");
}

static void files_are_sent_in_the_smallest_form_the_client_takes(void **state)
{
    (void)state;
    assert_true(ask_as(HTTP_GET, "/assets/app-Df31kQ2x.js", "gzip, deflate, br"));
    assert_str_equal(response.static_body, STR("B"));
    assert_str_equal(field("Content-Encoding"), STR("br"));
    assert_true(ask_as(HTTP_GET, "/assets/app-Df31kQ2x.js", "gzip, br;q=0"));
    assert_str_equal(response.static_body, STR("GZ"));
    assert_str_equal(field("Content-Encoding"), STR("gzip"));
    assert_true(ask("/assets/app-Df31kQ2x.js"));
    assert_str_equal(response.static_body, STR("script"));
    assert_str_equal(field("Content-Encoding"), STR(""));
    assert_str_equal(field("Vary"), STR("Accept-Encoding"));
    assert_true(response.is_compressed_already);
    assert_true(ask_as(HTTP_GET, "/favicon.svg", "gzip, br"));
    assert_str_equal(response.static_body, STR("<svg/>"));
    assert_str_equal(field("Vary"), STR(""));
}

static void hashed_names_are_kept_for_ever_and_others_are_checked(void **state)
{
    (void)state;
    assert_true(ask("/assets/app-Df31kQ2x.js"));
    assert_str_equal(field("Cache-Control"), STR("public, max-age=31536000, immutable"));
    assert_str_equal(field("ETag"), STR("\"js\""));
    assert_true(ask("/index.html"));
    assert_str_equal(field("Cache-Control"), STR("no-cache"));
    assert_str_equal(field("Content-Type"), STR("text/html; charset=utf-8"));
}

static void addresses_of_the_application_get_its_page(void **state)
{
    (void)state;
    const char *const addresses[] = {"/", "/login", "/w/local-workspace/chart", "/w/", "/apiary"};
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        assert_true(ask(addresses[i]));
        assert_str_equal(response.static_body, STR("<html>"));
    }
    assert_true(ask_as(HTTP_HEAD, "/", ""));
}

static void nothing_else_is_answered(void **state)
{
    (void)state;
    const char *const addresses[] = {
        "/api",         "/api/", "/api/v1/health", "/API/v1/health",   "/openapi.json/", "/missing.js",
        "/w/a.b/chart", "/.env", "/.git/config.x", "/favicon.svg.map", "/w/x.png"};
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        assert_false(ask(addresses[i]));
        assert_int_equal(response.header_count, 0);
        assert_int_equal(response.static_body.len, 0);
    }
    assert_false(ask_as(HTTP_POST, "/", ""));
    assert_false(ask_as(HTTP_OPTIONS, "/favicon.svg", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_sent_in_the_smallest_form_the_client_takes),
        cmocka_unit_test(hashed_names_are_kept_for_ever_and_others_are_checked),
        cmocka_unit_test(addresses_of_the_application_get_its_page),
        cmocka_unit_test(nothing_else_is_answered),
    };
    return cmocka_run_group_tests_name("http static", tests, NULL, NULL);
}
