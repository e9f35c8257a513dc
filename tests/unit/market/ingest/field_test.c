#include "unit/unit.h"

#include "base/number.h"
#include "market/ingest/field.h"

#include <stdio.h>
#include <stdlib.h>

static int64_t time_of(const char *text)
{
    int64_t time_us = -1;
    if (!field_time_us(str_from_c(text), &time_us)) fail_msg("\"%s\" is refused", text);
    return time_us;
}

static bool is_time(const char *text)
{
    int64_t time_us;
    return field_time_us(str_from_c(text), &time_us);
}

static void times_are_read_by_their_magnitude(void **state)
{
    (void)state;
    assert_int_equal(time_of("1735689600"), 1735689600000000);
    assert_int_equal(time_of("1735689600000"), 1735689600000000);
    assert_int_equal(time_of("1735689600000000"), 1735689600000000);
    assert_int_equal(time_of("1735689600000.0"), 1735689600000000);
    assert_int_equal(time_of("0000001735689600000"), 1735689600000000);
    assert_int_equal(time_of("00000000000000000000001735689600"), 1735689600000000);
    assert_int_equal(time_of(" 1735689600 "), 1735689600000000);
    assert_int_equal(time_of("-86400"), -86400000000);
}

static void times_are_read_as_iso_text(void **state)
{
    (void)state;
    assert_int_equal(time_of("2025-01-01"), 1735689600000000);
    assert_int_equal(time_of("2025-01-01 00:00:00+00:00"), 1735689600000000);
    assert_int_equal(time_of("2025-01-01T00:00:00Z"), 1735689600000000);
    assert_int_equal(time_of("2025-01-01T02:00:00+02:00"), 1735689600000000);
}

static void a_rounded_or_impossible_time_is_refused(void **state)
{
    (void)state;
    assert_false(is_time("1.74114E+15"));
    assert_false(is_time("1735689600.5"));
    assert_false(is_time("1735689600000000000")); // nanoseconds are none of the three
    assert_false(is_time("9223372036854775807"));
    assert_false(is_time("-9223372036854775808"));
    assert_false(is_time("99999999999999999999999"));
    assert_false(is_time("2025-02-30"));
    assert_false(is_time(""));
    assert_false(is_time("."));
    assert_false(is_time(".0"));
    assert_false(is_time("yesterday"));
}

static void assert_number(const char *text)
{
    double value = 0;
    if (!field_number(str_from_c(text), &value)) fail_msg("\"%s\" is refused", text);
    if (value != strtod(text, NULL)) fail_msg("\"%s\" is read as %.17g", text, value);
}

static void numbers_are_rounded_correctly_on_both_ways(void **state)
{
    (void)state;
    static const char *const texts[] = {"0",
                                        "0.0",
                                        "00.50",
                                        "87281.98000000",
                                        "0.00000001",
                                        "684364276.36666888",
                                        "5e-05",
                                        "273239141790.44",
                                        "9007199254740993",
                                        "9007199254740992.0",
                                        "123456789012345678.5",
                                        "0.1",
                                        ".5",
                                        "5.",
                                        "1e22",
                                        "4.35",
                                        "0.00023199999999999997",
                                        "0.30000000000000004",
                                        "1234567.1234567890000000",
                                        "-12.5",
                                        "+3",
                                        "0.0000000000000000000000001",
                                        "100000000000000000000000"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_number(texts[i]);
}

static void random_decimals_are_rounded_correctly(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (int i = 0; i < 20000; i++) {
        char text[40];
        random = random * 6364136223846793005 + 1442695040888963407;
        const unsigned long long whole = (unsigned long long)(random >> 33) % 1000000;
        const unsigned long long part = (unsigned long long)(random >> 20) % 100000000;
        (void)snprintf(text, sizeof text, "%llu.%08llu", whole, part);
        assert_number(text);
    }
}

static void what_is_no_number_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        " ",
                                        ".",
                                        "-",
                                        "nan",
                                        "NaN",
                                        "inf",
                                        "-inf",
                                        "0x10",
                                        "1,5",
                                        "1;5",
                                        "1.2.3",
                                        "12a",
                                        "1e400",
                                        "--1",
                                        "1 2",
                                        "11111111111111111111111111111111111111111111111111111111111111111"};
    double value;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (field_number(str_from_c(texts[i]), &value)) fail_msg("\"%s\" is taken for a number", texts[i]);
}

static void counts_are_whole(void **state)
{
    (void)state;
    int64_t count = 0;
    assert_true(field_count(STR("1314910"), &count));
    assert_int_equal(count, 1314910);
    assert_true(field_count(STR("1314910.0"), &count));
    assert_int_equal(count, 1314910);
    assert_true(field_count(STR("-3"), &count));
    assert_int_equal(count, -3);
    assert_true(field_count(STR("999999999999999999"), &count));
    assert_int_equal(count, 999999999999999999);
    assert_true(field_count(STR("9223372036854775807"), &count));
    assert_int_equal(count, INT64_MAX);
    assert_false(field_count(STR("9223372036854775808"), &count));
    assert_false(field_count(STR(""), &count));
    assert_false(field_count(STR("12345678901a"), &count));
    assert_false(field_count(STR("1.5"), &count));
    assert_false(field_count(STR("1e3"), &count));
    assert_false(field_count(STR("99999999999999999999"), &count));
}

static void quoted_fields_hold_nothing_that_a_terminal_obeys(void **state)
{
    (void)state;
    assert_string_equal(field_quote(STR("a\x1b[31m\tb\0c")).text, "\"a?[31m?b?c\"");
    assert_string_equal(field_quote(STR("\xc2\x9b"
                                        "31m"))
                            .text,
                        "\"??31m\"");
    assert_string_equal(field_quote(STR("\xff\xfe")).text, "\"??\"");
    assert_string_equal(field_quote(STR("币安人生")).text, "\"币安人生\"");
    assert_string_equal(field_quote(STR("0123456789012345678901234567890123456789X")).text,
                        "\"0123456789012345678901234567890123456789...\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_read_by_their_magnitude),
        cmocka_unit_test(times_are_read_as_iso_text),
        cmocka_unit_test(a_rounded_or_impossible_time_is_refused),
        cmocka_unit_test(numbers_are_rounded_correctly_on_both_ways),
        cmocka_unit_test(random_decimals_are_rounded_correctly),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(counts_are_whole),
        cmocka_unit_test(quoted_fields_hold_nothing_that_a_terminal_obeys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
