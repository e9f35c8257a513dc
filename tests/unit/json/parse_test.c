#include "unit/unit.h"

#include "base/limits.h"
#include "json/json.h"

#include <stdio.h>
#include <string.h>

static enum status parse(struct arena *arena, struct str text, const struct json_value **out_root)
{
    struct error error = {0};
    return json_parse(arena, text, out_root, &error);
}

static void assert_refused(struct str text)
{
    ARENA_SCOPE(arena, MIB);
    struct error error = {0};
    const struct json_value *root = NULL;
    if (json_parse(&arena, text, &root, &error) == STATUS_OK) fail_msg("accepted: %.*s", STR_ARG(text));
    assert_int_equal(error.status, STATUS_MALFORMED);
    assert_string_equal(error.code, "invalid_json");
    assert_null(root);
}

static void values_keep_their_order_and_numbers_their_text(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    const struct json_value *root;
    assert_ok(parse(&arena, STR(" {\"a\": 0.10, \"b\": [1e5, true, null], \"c\": \"x\"} "), &root));
    assert_int_equal(root->type, JSON_OBJECT);
    assert_int_equal(root->count, 3);
    assert_str_equal(json_member(root, STR("a"))->text, STR("0.10"));
    const struct json_value *list = json_member(root, STR("b"));
    assert_int_equal(list->count, 3);
    assert_str_equal(json_first(list)->text, STR("1e5"));
    assert_int_equal(json_after(json_first(list))->type, JSON_TRUE);
    assert_int_equal(json_after(json_after(json_first(list)))->type, JSON_NULL);
    assert_str_equal(json_member(root, STR("c"))->text, STR("x"));
    assert_null(json_member(root, STR("d")));
}

static void escapes_and_surrogate_pairs_become_utf8(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    const struct json_value *root;
    assert_ok(parse(&arena, STR("\"a\\n\\\"\\\\\\/\\u00e9\\u4e2d\\ud83d\\ude00\""), &root));
    assert_str_equal(root->text, STR("a\n\"\\/\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80"));
}

static void what_is_not_json_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "'a'",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "+1",
        "NaN",
        "Infinity",
        "0x10",
        "tru",
        "[1 2]",
        "\"a",
        "\"\\x\"",
        "\"\\u12\"",
        "// c\n1",
        "1 1",
        "{\"a\" 1}",
        "[",
        "\"\t\"",
        "nul",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "\"\\u0000\"",
        "\xEF\xBB\xBF{}",
        "\"\xC0\xAF\"",
        "\"\xED\xA0\x80\"",
        "{\"a\":1,\"a\":2}",
        "[1}",
        "{\"a\"}",
        "1e+",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_refused(str_from_c(texts[i]));
}

static void a_name_twice_is_found_in_large_objects_too(void **state)
{
    (void)state;
    char text[8192];
    size_t len = 0;
    for (int i = 0; i < 300; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%c\"k%d\":%d", i ? ',' : '{', i, i);
    ARENA_SCOPE(arena, MIB);
    const struct json_value *root;
    text[len] = '}';
    assert_ok(parse(&arena, (struct str){text, len + 1}, &root));
    assert_str_equal(json_member(root, STR("k299"))->text, STR("299"));
    len += (size_t)snprintf(text + len, sizeof text - len, ",\"k7\":0}");
    assert_refused((struct str){text, len});
}

static void nesting_is_bounded(void **state)
{
    (void)state;
    char text[2 * LIMIT_JSON_DEPTH + 2];
    ARENA_SCOPE(arena, MIB);
    const struct json_value *root;
    memset(text, '[', LIMIT_JSON_DEPTH);
    memset(text + LIMIT_JSON_DEPTH, ']', LIMIT_JSON_DEPTH);
    assert_ok(parse(&arena, (struct str){text, 2 * LIMIT_JSON_DEPTH}, &root));
    memset(text, '[', LIMIT_JSON_DEPTH + 1);
    memset(text + LIMIT_JSON_DEPTH + 1, ']', LIMIT_JSON_DEPTH + 1);
    assert_refused((struct str){text, 2 * LIMIT_JSON_DEPTH + 2});
}

static void long_numbers_are_refused(void **state)
{
    (void)state;
    char text[LIMIT_JSON_NUMBER_BYTES + 1];
    ARENA_SCOPE(arena, MIB);
    const struct json_value *root;
    memset(text, '1', sizeof text);
    assert_ok(parse(&arena, (struct str){text, LIMIT_JSON_NUMBER_BYTES}, &root));
    assert_refused((struct str){text, LIMIT_JSON_NUMBER_BYTES + 1});
}

static void every_prefix_of_a_document_is_refused(void **state)
{
    (void)state;
    const struct str whole = STR("{\"a\":[1,-2.5e3,\"\\u00e9\\ud83d\\ude00\",true,{\"b\":null}]}");
    ARENA_SCOPE(arena, MIB);
    const struct json_value *root;
    assert_ok(parse(&arena, whole, &root));
    for (size_t len = 0; len < whole.len; len++)
        assert_refused(str_slice(whole, 0, len));
}

static void an_arena_that_is_too_small_is_said(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, 64);
    const struct json_value *root;
    assert_int_equal(parse(&arena, STR("[1,2,3,4,5,6,7,8,9]"), &root), STATUS_NO_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_keep_their_order_and_numbers_their_text),
        cmocka_unit_test(escapes_and_surrogate_pairs_become_utf8),
        cmocka_unit_test(what_is_not_json_is_refused),
        cmocka_unit_test(a_name_twice_is_found_in_large_objects_too),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(long_numbers_are_refused),
        cmocka_unit_test(every_prefix_of_a_document_is_refused),
        cmocka_unit_test(an_arena_that_is_too_small_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
