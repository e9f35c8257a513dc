#include "unit/unit.h"

#include "base/arena.h"
#include "base/limits.h"
#include "http/target.h"

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 1 * MIB);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

static int status_of(const char *raw)
{
    struct http_target target;
    return http_target_parse(str_from_c(raw), &arena, &target).status;
}

static struct http_target parse(const char *raw)
{
    struct http_target target = {0};
    assert_int_equal(http_target_parse(str_from_c(raw), &arena, &target).status, 0);
    return target;
}

static void assert_parameter(const struct http_target *target, size_t i, const char *name, const char *value)
{
    assert_true(i < target->query_count);
    assert_str_equal(target->query[i].name, str_from_c(name));
    assert_str_equal(target->query[i].value, str_from_c(value));
}

static void a_path_is_decoded_exactly_once(void **state)
{
    (void)state;
    assert_str_equal(parse("/").path, STR("/"));
    assert_str_equal(parse("/a%20b/%C3%A4").path, STR("/a b/ä"));
    assert_str_equal(parse("/100%2525").path, STR("/100%25"));
    assert_str_equal(parse("/a+b").path, STR("/a+b")); // plus is a plus in a path
    assert_str_equal(parse("/a%3Fb?c").path, STR("/a?b"));
}

static void parameters_keep_their_order_and_their_repetitions(void **state)
{
    (void)state;
    const struct http_target target = parse("/x?b=2&a=1&b=3");
    assert_int_equal(target.query_count, 3);
    assert_parameter(&target, 0, "b", "2");
    assert_parameter(&target, 1, "a", "1");
    assert_parameter(&target, 2, "b", "3");
}

static void parameters_are_decoded_after_they_are_cut_apart(void **state)
{
    (void)state;
    const struct http_target target = parse("/x?a%3Db=1%262&q=a+b%2Bc&s=A/B&e==&ok=%0A");
    assert_int_equal(target.query_count, 5);
    assert_parameter(&target, 0, "a=b", "1&2");
    assert_parameter(&target, 1, "q", "a b+c");
    assert_parameter(&target, 2, "s", "A/B");
    assert_parameter(&target, 3, "e", "=");
    assert_parameter(&target, 4, "ok", "\n");
}

static void empty_pieces_do_not_count_and_a_value_may_be_missing(void **state)
{
    (void)state;
    assert_int_equal(parse("/x?").query_count, 0);
    assert_int_equal(parse("/x?&&").query_count, 0);
    const struct http_target target = parse("/x?a&&b=&=c");
    assert_int_equal(target.query_count, 3);
    assert_parameter(&target, 0, "a", "");
    assert_parameter(&target, 1, "b", "");
    assert_parameter(&target, 2, "", "c");
}

static void what_is_not_a_plain_path_is_refused(void **state)
{
    (void)state;
    const char *const bad[] = {"",      "x",     "*",      "http://a/x", "?a=b", "/a b",
                               "/a\tb", "/a\nb", "/a\x7f", "/\xC3\xA4",  "/a#b", "/?a#b"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(status_of(bad[i]), 400);
}

static void broken_escapes_are_refused(void **state)
{
    (void)state;
    const char *const bad[] = {"/%",    "/%4",    "/%zz",    "/%4g",    "/%00",
                               "/?a=%", "/?a=%4", "/?%zz=1", "/?a=%00", "/?a=b%"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(status_of(bad[i]), 400);
}

static void escapes_that_are_no_utf8_are_refused(void **state)
{
    (void)state;
    const char *const bad[] = {"/%ff",          "/%c3",    "/%c0%af", "/%ed%a0%80",
                               "/%f4%90%80%80", "/?a=%ff", "/?%e4=1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(status_of(bad[i]), 400);
}

static void escapes_lead_neither_up_nor_across_segments(void **state)
{
    (void)state;
    const char *const bad[] = {"/..",    "/../x",  "/a/../b", "/a/..",  "/./a",   "/%2e%2e/x",
                               "/a/%2E", "/a%2Fb", "/a%2fb",  "/a%5cb", "/a%0Ab", "/a%7F"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(status_of(bad[i]), 400);
    assert_int_equal(status_of("/..."), 0);
    assert_int_equal(status_of("/a..b/.git"), 0);
    assert_int_equal(status_of("/x?a=../b"), 0);
}

static void eight_kib_is_the_longest_target(void **state)
{
    (void)state;
    char raw[LIMIT_URL_BYTES + 2];
    memset(raw, 'a', sizeof raw);
    raw[0] = '/';
    struct http_target target;
    assert_int_equal(http_target_parse((struct str){raw, LIMIT_URL_BYTES}, &arena, &target).status, 0);
    assert_int_equal(http_target_parse((struct str){raw, LIMIT_URL_BYTES + 1}, &arena, &target).status, 414);
}

static void thirty_two_parameters_are_the_most(void **state)
{
    (void)state;
    char raw[4 + 2 * (LIMIT_QUERY_PARAMETERS + 1)] = "/?";
    for (size_t i = 0; i < LIMIT_QUERY_PARAMETERS; i++)
        memcpy(raw + 2 + 2 * i, "a&", 3);
    assert_int_equal(parse(raw).query_count, LIMIT_QUERY_PARAMETERS);
    memcpy(raw + 2 + 2 * LIMIT_QUERY_PARAMETERS, "a", 2);
    assert_int_equal(status_of(raw), 400);
}

static void lack_of_memory_is_said_to_be_that(void **state)
{
    (void)state;
    struct arena none;
    struct http_target target;
    arena_init(&none, 0);
    assert_int_equal(http_target_parse(STR("/x"), &none, &target).status, 503);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_is_decoded_exactly_once),
        cmocka_unit_test(parameters_keep_their_order_and_their_repetitions),
        cmocka_unit_test(parameters_are_decoded_after_they_are_cut_apart),
        cmocka_unit_test(empty_pieces_do_not_count_and_a_value_may_be_missing),
        cmocka_unit_test(what_is_not_a_plain_path_is_refused),
        cmocka_unit_test(broken_escapes_are_refused),
        cmocka_unit_test(escapes_that_are_no_utf8_are_refused),
        cmocka_unit_test(escapes_lead_neither_up_nor_across_segments),
        cmocka_unit_test(eight_kib_is_the_longest_target),
        cmocka_unit_test(thirty_two_parameters_are_the_most),
        cmocka_unit_test(lack_of_memory_is_said_to_be_that),
    };
    return cmocka_run_group_tests_name("http target", tests, set_up, tear_down);
}
