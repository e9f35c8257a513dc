#include "check.h"

#include "base/error.h"

static void a_failure_is_recorded_and_answered(void **state)
{
    (void)state;
    struct error error = {0};
    const enum status status =
        error_set(&error, STATUS_CONFLICT, "name_taken", "workspace %s exists", "alpha");
    assert_int_equal(status, STATUS_CONFLICT);
    assert_int_equal(error.status, STATUS_CONFLICT);
    assert_string_equal(error.code, "name_taken");
    assert_string_equal(error.message, "workspace alpha exists");
}

static void no_error_object_is_fine(void **state)
{
    (void)state;
    assert_int_equal(error_set(NULL, STATUS_NOT_FOUND, NULL, "x"), STATUS_NOT_FOUND);
    assert_int_equal(error_add_field(NULL, "/a", "x"), STATUS_INVALID);
    assert_int_equal(error_no_memory(NULL), STATUS_NO_MEMORY);
    error_add_near(NULL, STR("x"));
}

static void the_first_field_gives_the_message(void **state)
{
    (void)state;
    struct error error = {0};
    assert_int_equal(error_add_field(&error, "/params/fast", "%d is below 1", 0), STATUS_INVALID);
    assert_int_equal(error_add_field(&error, "/params/slow", "missing"), STATUS_INVALID);
    assert_string_equal(error.code, "invalid_input");
    assert_string_equal(error.message, "/params/fast: 0 is below 1");
    assert_int_equal(error.field_count, 2);
    assert_string_equal(error.fields[1].pointer, "/params/slow");
    assert_string_equal(error.fields[1].detail, "missing");
}

static void fields_beyond_the_last_place_are_dropped(void **state)
{
    (void)state;
    struct error error = {0};
    for (int i = 0; i < ERROR_FIELDS_MAX + 5; i++)
        (void)error_add_field(&error, "/x", "%d", i);
    assert_int_equal(error.field_count, ERROR_FIELDS_MAX);
    assert_string_equal(error.fields[ERROR_FIELDS_MAX - 1].detail, "15");
}

static void near_names_keep_their_order_and_number(void **state)
{
    (void)state;
    struct error error = {0};
    for (int i = 0; i < ERROR_NEAR_MAX + 2; i++)
        error_add_near(&error, i == 0 ? STR("BTCUSDT") : STR("BTCUSDC"));
    assert_int_equal(error.near_count, ERROR_NEAR_MAX);
    assert_string_equal(error.near[0], "BTCUSDT");
}

static void long_text_is_cut_between_characters(void **state)
{
    (void)state;
    char value[2000];
    for (size_t shift = 0; shift < 3; shift++) {
        struct error error = {0};
        memset(value, 'a', shift);
        for (size_t i = shift; i + 3 < sizeof value; i += 3)
            memcpy(value + i, "€", 4);
        (void)error_set(&error, STATUS_INVALID, NULL, "%s", value);
        (void)error_add_field(&error, value, "%s", value);
        assert_true(str_is_utf8(str_from_c(error.message)));
        assert_true(str_is_utf8(str_from_c(error.fields[0].pointer)));
        assert_true(str_is_utf8(str_from_c(error.fields[0].detail)));
        assert_in_range(strlen(error.message), ERROR_MESSAGE_MAX - 7, ERROR_MESSAGE_MAX - 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_is_recorded_and_answered),
        cmocka_unit_test(no_error_object_is_fine),
        cmocka_unit_test(the_first_field_gives_the_message),
        cmocka_unit_test(fields_beyond_the_last_place_are_dropped),
        cmocka_unit_test(near_names_keep_their_order_and_number),
        cmocka_unit_test(long_text_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
