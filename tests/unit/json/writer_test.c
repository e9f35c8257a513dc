#include "unit/unit.h"

#include "base/limits.h"
#include "json/json.h"
#include "json/writer.h"

#include <math.h>

static void commas_stand_between_values_only(void **state)
{
    (void)state;
    BUF_SCOPE(buf, KIB);
    struct json_writer w = json_writer_on(&buf);
    const double numbers[] = {1.5, NAN, -0.25};
    const int64_t integers[] = {INT64_MIN, 0, INT64_MAX};
    json_begin_object(&w);
    json_key(&w, "a");
    json_begin_array(&w);
    json_end_array(&w);
    json_key(&w, "b");
    json_double_array(&w, numbers, 3);
    json_key(&w, "c");
    json_int_array(&w, integers, 3);
    json_key(&w, "d");
    json_begin_object(&w);
    json_end_object(&w);
    json_key(&w, "e");
    json_bool(&w, false);
    json_end_object(&w);
    assert_str_equal(
        buf_str(&buf),
        STR("{\"a\":[],\"b\":[1.5,null,-0.25],\"c\":[-9223372036854775808,0,9223372036854775807],"
            "\"d\":{},\"e\":false}"));
}

static void decimals_are_numbers_with_every_digit(void **state)
{
    (void)state;
    BUF_SCOPE(buf, KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_decimal(&w, "a", (struct decimal){1});
    json_put_decimal(&w, "b", decimal_of_int(-60000));
    json_end_object(&w);
    assert_str_equal(buf_str(&buf), STR("{\"a\":0.000000000000000001,\"b\":-60000}"));
}

static void decimals_are_strings_where_that_is_asked_for(void **state)
{
    (void)state;
    BUF_SCOPE(buf, KIB);
    struct json_writer w = json_writer_on(&buf);
    w.quotes_decimals = true;
    json_begin_array(&w);
    json_decimal(&w, (struct decimal){-1});
    json_int(&w, 7);
    json_decimal(&w, DECIMAL_ZERO);
    json_end_array(&w);
    assert_str_equal(buf_str(&buf), STR("[\"-0.000000000000000001\",7,\"0\"]"));
}

static void what_is_not_finite_becomes_null(void **state)
{
    (void)state;
    BUF_SCOPE(buf, KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_array(&w);
    json_double(&w, INFINITY);
    json_double(&w, -INFINITY);
    json_double(&w, NAN);
    json_c(&w, NULL);
    json_time_us(&w, 0);
    json_end_array(&w);
    assert_str_equal(buf_str(&buf), STR("[null,null,null,null,null]"));
}

static void any_text_comes_back_through_the_parser(void **state)
{
    (void)state;
    char all[255];
    for (int i = 1; i < 128; i++)
        all[i - 1] = (char)i;
    const struct str text = {all, 127};
    BUF_SCOPE(buf, 4 * KIB);
    ARENA_SCOPE(arena, MIB);
    struct error error = {0};
    struct json_writer w = json_writer_on(&buf);
    const struct json_value *root;
    json_str(&w, text);
    assert_ok(json_parse(&arena, buf_str(&buf), &root, &error));
    assert_str_equal(root->text, text);
}

static void a_full_buffer_is_remembered(void **state)
{
    (void)state;
    BUF_SCOPE(buf, 8);
    struct json_writer w = json_writer_on(&buf);
    json_c(&w, "longer than eight");
    assert_true(buf.failed);
    json_int(&w, 1);
    assert_true(buf.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_stand_between_values_only),
        cmocka_unit_test(decimals_are_numbers_with_every_digit),
        cmocka_unit_test(decimals_are_strings_where_that_is_asked_for),
        cmocka_unit_test(what_is_not_finite_becomes_null),
        cmocka_unit_test(any_text_comes_back_through_the_parser),
        cmocka_unit_test(a_full_buffer_is_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
