#include "check.h"

#include "base/id.h"

#include <ctype.h>
#include <stdlib.h>

static const int64_t NOW_US = INT64_C(1790000000123456);

static void the_text_is_a_uuid_of_version_7(void **state)
{
    (void)state;
    for (int round = 0; round < 1000; round++) {
        const struct id id = id_new(NOW_US + round);
        assert_int_equal(strlen(id.text), ID_TEXT_LEN);
        for (size_t i = 0; i < ID_TEXT_LEN; i++) {
            if (i == 8 || i == 13 || i == 18 || i == 23)
                assert_int_equal(id.text[i], '-');
            else
                assert_true(isdigit((unsigned char)id.text[i]) || (id.text[i] >= 'a' && id.text[i] <= 'f'));
        }
        assert_int_equal(id.text[14], '7');
        assert_non_null(strchr("89ab", id.text[19]));
    }
}

static void the_first_48_bits_are_the_milliseconds(void **state)
{
    (void)state;
    const struct id id = id_new(NOW_US);
    char hex[13] = {0};
    memcpy(hex, id.text, 8);
    memcpy(hex + 8, id.text + 9, 4);
    assert_int_equal(strtoll(hex, NULL, 16), NOW_US / 1000);
}

static void ids_of_later_microseconds_sort_later(void **state)
{
    (void)state;
    struct id before = id_new(NOW_US);
    for (int64_t later = 1; later < 5000; later++) {
        const struct id id = id_new(NOW_US + later);
        assert_true(str_compare(id_str(&before), id_str(&id)) < 0);
        before = id;
    }
}

static void ids_of_one_microsecond_differ(void **state)
{
    (void)state;
    enum { COUNT = 500 };
    static struct id ids[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        ids[i] = id_new(NOW_US);
    for (size_t i = 0; i < COUNT; i++)
        for (size_t other = 0; other < i; other++)
            assert_string_not_equal(ids[i].text, ids[other].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_is_a_uuid_of_version_7),
        cmocka_unit_test(the_first_48_bits_are_the_milliseconds),
        cmocka_unit_test(ids_of_later_microseconds_sort_later),
        cmocka_unit_test(ids_of_one_microsecond_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
