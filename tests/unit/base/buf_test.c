#include "check.h"

#include "base/buf.h"

static void appended_pieces_stand_one_after_the_other(void **state)
{
    (void)state;
    BUF_SCOPE(buf, 100);
    buf_append_str(&buf, STR("a="));
    buf_append_char(&buf, '"');
    buf_append_format(&buf, "%d %s", 42, "x");
    buf_append(&buf, NULL, 0);
    assert_text(buf_str(&buf), "a=\"42 x");
    assert_false(buf.failed);
}

static void it_grows_to_its_bound_and_not_beyond(void **state)
{
    (void)state;
    BUF_SCOPE(buf, 1000);
    for (size_t i = 0; i < 1000; i++)
        buf_append_char(&buf, 'x');
    assert_false(buf.failed);
    assert_int_equal(buf.len, 1000);
    assert_true(buf.capacity <= 1000);
    buf_append_char(&buf, 'y');
    assert_true(buf.failed);
    assert_int_equal(buf.len, 1000);
}

static void a_failure_is_remembered_until_it_is_cleared(void **state)
{
    (void)state;
    BUF_SCOPE(buf, 4);
    buf_append_str(&buf, STR("12345"));
    assert_true(buf.failed);
    buf_append_char(&buf, 'x'); // would fit, but the piece before is missing
    assert_int_equal(buf.len, 0);
    buf_clear(&buf);
    buf_append_str(&buf, STR("1234"));
    assert_false(buf.failed);
    assert_text(buf_str(&buf), "1234");
}

static void sizes_that_overflow_fail(void **state)
{
    (void)state;
    BUF_SCOPE(buf, SIZE_MAX);
    buf_append_char(&buf, 'x');
    assert_false(buf_reserve(&buf, SIZE_MAX));
    assert_true(buf.failed);
}

static void formatted_text_longer_than_the_bound_fails(void **state)
{
    (void)state;
    BUF_SCOPE(buf, 16);
    buf_append_format(&buf, "%s", "0123456789abcdef0");
    assert_true(buf.failed);
}

static void after_done_it_is_empty_and_usable(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 10);
    buf_append_str(&buf, STR("abc"));
    buf_done(&buf);
    assert_null(buf.data);
    buf_append_str(&buf, STR("d"));
    assert_text(buf_str(&buf), "d");
    buf_done(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appended_pieces_stand_one_after_the_other),
        cmocka_unit_test(it_grows_to_its_bound_and_not_beyond),
        cmocka_unit_test(a_failure_is_remembered_until_it_is_cleared),
        cmocka_unit_test(sizes_that_overflow_fail),
        cmocka_unit_test(formatted_text_longer_than_the_bound_fails),
        cmocka_unit_test(after_done_it_is_empty_and_usable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
