#include "check.h"

#include "base/digits.h"

#include <inttypes.h>
#include <stdio.h>

// Eight digits of a pair as text.
static struct str text_of(uint64_t digits, char text[static 8])
{
    return (struct str){.ptr = text, .len = (size_t)(digits_put_eight(text, digits) - text)};
}

static void every_four_digits_come_out_in_every_place(void **state)
{
    (void)state;
    for (uint32_t fours = 0; fours < 10000; fours++) {
        const uint32_t first = fours * 10000 + (9999 - fours), second = (fours * 7 % 10000) * 10000 + fours;
        char expected[9], text[8];
        const digits_pair digits = digits_of(first, second);
        (void)snprintf(expected, sizeof expected, "%08" PRIu32, first);
        assert_text(text_of(digits[0], text), expected);
        (void)snprintf(expected, sizeof expected, "%08" PRIu32, second);
        assert_text(text_of(digits[1], text), expected);
    }
}

// As printf has it, and nothing behind the room that it needs.
static void assert_written(uint64_t value)
{
    char expected[DIGITS_TEXT_MAX + 1], text[DIGITS_TEXT_MAX + 1];
    (void)snprintf(expected, sizeof expected, "%" PRIu64, value);
    text[DIGITS_TEXT_MAX] = '#';
    assert_text(((struct str){.ptr = text, .len = (size_t)(digits_put(text, value) - text)}), expected);
    assert_int_equal(text[DIGITS_TEXT_MAX], '#');
}

static void assert_written_signed(int64_t value)
{
    char expected[DIGITS_TEXT_MAX + 1], text[DIGITS_TEXT_MAX + 1];
    (void)snprintf(expected, sizeof expected, "%" PRId64, value);
    text[DIGITS_TEXT_MAX] = '#';
    assert_text(((struct str){.ptr = text, .len = (size_t)(digits_put_signed(text, value) - text)}),
                expected);
    assert_int_equal(text[DIGITS_TEXT_MAX], '#');
}

static void integers_of_every_length_are_written_as_printf_writes_them(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252u, power = 1;
    for (int i = 0; i < 20; i++, power *= 10) {
        assert_written(power - 1);
        assert_written(power);
        assert_written(power + 1);
    }
    assert_written(UINT64_MAX);
    for (int i = 0; i < 200000; i++) {
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        assert_written(seed >> i % 64);
        assert_written_signed((int64_t)(seed << 1) >> i % 64);
    }
}

static void the_ends_of_the_signed_range_are_written(void **state)
{
    (void)state;
    static const int64_t values[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        assert_written_signed(values[i]);
}

static uint64_t word_of(const char *eight)
{
    uint64_t word;
    memcpy(&word, eight, sizeof word);
    return word;
}

static void eight_digits_of_text_are_their_value(void **state)
{
    (void)state;
    for (uint32_t fours = 0; fours < 10000; fours++) {
        const uint32_t value = fours * 10000 + (9999 - fours);
        char text[9];
        (void)snprintf(text, sizeof text, "%08" PRIu32, value);
        assert_true(digits_are_eight(word_of(text)));
        assert_int_equal(digits_eight_value(word_of(text)), value);
    }
}

static void any_other_byte_in_any_place_is_no_digit(void **state)
{
    (void)state;
    for (size_t place = 0; place < 8; place++)
        for (int byte = 0; byte < 256; byte++) {
            char text[] = "90909090";
            text[place] = (char)byte;
            assert_int_equal(digits_are_eight(word_of(text)), byte >= '0' && byte <= '9');
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_four_digits_come_out_in_every_place),
        cmocka_unit_test(integers_of_every_length_are_written_as_printf_writes_them),
        cmocka_unit_test(the_ends_of_the_signed_range_are_written),
        cmocka_unit_test(eight_digits_of_text_are_their_value),
        cmocka_unit_test(any_other_byte_in_any_place_is_no_digit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
