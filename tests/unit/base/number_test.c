#include "check.h"

#include "base/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// xorshift64: the same numbers in every run
static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    return *seed ^= *seed << 17;
}

static struct str format(double value, char buffer[static NUMBER_TEXT_MAX])
{
    return (struct str){.ptr = buffer, .len = number_format(value, buffer)};
}

// The significant digits of a text without leading and trailing zeros.
static size_t digits_of(const char *text, char *out_digits)
{
    size_t count = 0;
    for (; *text && *text != 'e'; text++)
        if (*text >= '0' && *text <= '9' && (count || *text != '0')) out_digits[count++] = *text;
    while (count && out_digits[count - 1] == '0')
        count--;
    out_digits[count] = '\0';
    return count;
}

// It reads back, by strtod and by ourselves; and what the C library prints with one digit less does not.
static void assert_shortest(double value)
{
    char text[NUMBER_TEXT_MAX + 1], fewer[40], digits[40];
    double back;
    const size_t len = number_format(value, text);
    text[len] = '\0';
    assert_true(len <= NUMBER_TEXT_MAX);
    assert_true(bits_of(strtod(text, NULL)) == bits_of(value));
    assert_true(number_parse(str_from_c(text), &back) && bits_of(back) == bits_of(value));
    const size_t count = digits_of(text, digits);
    assert_in_range(count, 1, 17);
    if (count == 1) return;
    (void)snprintf(fewer, sizeof fewer, "%.*e", (int)count - 2, value);
    assert_true(strtod(fewer, NULL) != value);
}

// Of the texts with that many digits it is the closest, which is what printf rounds to.
static void assert_closest(double value)
{
    char text[NUMBER_TEXT_MAX + 1], closest[40], digits[40], expected[40];
    text[number_format(value, text)] = '\0';
    const size_t count = digits_of(text, digits);
    (void)snprintf(closest, sizeof closest, "%.*e", (int)count - 1, value);
    (void)digits_of(closest, expected);
    assert_string_equal(digits, expected);
}

static void a_million_random_doubles_are_written_shortest_and_closest(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252u;
    for (int i = 0; i < 1000000;) {
        const uint64_t bits = next_random(&seed) & ~(UINT64_C(1) << 63);
        const double value = from_bits(bits);
        if (!isfinite(value) || value == 0) continue;
        i++;
        assert_shortest(value);
        // at a power of two the closest text of that length may round to the narrower side, into the
        // neighbour
        if (bits << 12) assert_closest(value);
    }
}

static void prices_with_few_decimals_are_written_as_they_were_read(void **state)
{
    (void)state;
    uint64_t seed = 42;
    for (int i = 0; i < 200000; i++) {
        char text[40], plain[NUMBER_TEXT_MAX];
        const int decimals = i % 9;
        const uint64_t digits = next_random(&seed) % 10000000000000u;
        const double scaled = (double)digits / pow(10, decimals);
        (void)snprintf(text, sizeof text, "%.*f", decimals, scaled);
        double value;
        assert_true(number_parse(str_from_c(text), &value));
        assert_true(bits_of(value) == bits_of(strtod(text, NULL)));
        if (value == 0) continue;
        assert_shortest(value);
        if (value < 1e-6) continue; // written with an exponent
        struct str expected = str_from_c(text);
        while (decimals && str_ends_with(expected, STR("0")))
            expected.len--;
        if (str_ends_with(expected, STR("."))) expected.len--;
        assert_true(str_eq(format(value, plain), expected));
    }
}

// What number_format promises, by trial: the first precision of printf that reads back.
static void format_slowly(double value, char text[static 64])
{
    char scientific[40], digits[40];
    int precision = -1, zeros = 0;
    do
        (void)snprintf(scientific, sizeof scientific, "%.*e", ++precision, value);
    while (strtod(scientific, NULL) != value);
    const int count = (int)digits_of(scientific, digits),
              point = (int)strtol(strchr(scientific, 'e') + 1, NULL, 10) + 1;
    const char *const sign = value < 0 ? "-" : "";
    if (point <= -6 || point > 21) {
        (void)snprintf(text, 64, "%s%c%s%se%d", sign, digits[0], count > 1 ? "." : "", digits + 1, point - 1);
    } else if (point <= 0) {
        (void)snprintf(text, 64, "%s0.%.*s%s", sign, -point, "00000", digits);
    } else {
        zeros = point > count ? point - count : 0;
        (void)snprintf(text, 64, "%s%.*s%.*s%s%s", sign, point, digits, zeros, "00000000000000000000",
                       point < count ? "." : "", point < count ? digits + point : "");
    }
}

static void assert_as_slowly(double value)
{
    char expected[64], text[NUMBER_TEXT_MAX];
    if (value == 0) return;
    format_slowly(value, expected);
    assert_text(format(value, text), expected);
}

// The double of a decimal takes the short way, the doubles beside it look alike and must not.
static void assert_as_slowly_around(double value)
{
    assert_as_slowly(value);
    assert_as_slowly(-value);
    assert_as_slowly(nextafter(value, INFINITY));
    assert_as_slowly(nextafter(value, 0));
}

static void decimals_and_their_neighbours_are_written_as_trial_finds_them(void **state)
{
    (void)state;
    uint64_t seed = 2463534242;
    for (int i = 0; i < 40000; i++) {
        const uint64_t digits = (next_random(&seed) % 10000000000000000u) >> i % 54;
        assert_as_slowly_around((double)digits / pow(10, i % 13));
    }
}

static void the_ends_of_what_eight_decimals_hold_are_written_as_trial_finds_them(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        assert_as_slowly_around(i / 1e8); // up to 1e-6 the notation is scientific
        assert_as_slowly_around(1e7 - i / 1e8);
        assert_as_slowly_around(1e7 + i / 1e8);
        assert_as_slowly_around(1e13 - i / 1e2);
        assert_as_slowly_around(1e13 + i / 1e2);
        assert_as_slowly_around(9007199254740992.0 - i);
        assert_as_slowly_around((i + 0.5) / 1e8);
        assert_as_slowly_around((2 * i + 1) / ldexp(1, i % 40));
    }
}

static void every_power_of_two_and_its_neighbours_come_back(void **state)
{
    (void)state;
    for (int exponent = -1074; exponent <= 1023; exponent++) {
        const double value = ldexp(1, exponent);
        assert_shortest(value);
        assert_shortest(nextafter(value, INFINITY));
        if (nextafter(value, 0) > 0) assert_shortest(nextafter(value, 0));
    }
}

static void every_power_of_ten_comes_back(void **state)
{
    (void)state;
    for (int exponent = -323; exponent <= 308; exponent++) {
        char text[16];
        (void)snprintf(text, sizeof text, "1e%d", exponent);
        double value;
        assert_true(number_parse(str_from_c(text), &value));
        assert_true(bits_of(value) == bits_of(strtod(text, NULL)));
        assert_shortest(value);
    }
}

static void subnormals_come_back(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (uint64_t bits = 1; bits < 1000; bits++)
        assert_shortest(from_bits(bits));
    for (int i = 0; i < 10000; i++)
        assert_shortest(from_bits((next_random(&seed) >> 12) | 1));
}

static void the_notation_is_that_of_javascript(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-0.0, "0"},
        {1, "1"},
        {-2.5, "-2.5"},
        {100, "100"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {46020.96, "46020.96"},
        {123456789012345680000.0, "123456789012345680000"},
        {1e20, "100000000000000000000"},
        {1e21, "1e21"},
        {-1.5e300, "-1.5e300"},
        {0.000001, "0.000001"},
        {0.00000123, "0.00000123"},
        {1e-7, "1e-7"},
        {1.5e-7, "1.5e-7"},
        {0.00000095, "9.5e-7"},
        {9007199254740991.0, "9007199254740991"},
        {9007199254740992.0, "9007199254740992"},
        {18014398509481984.0, "18014398509481984"},
        {1e23, "1e23"},
        {5e-324, "5e-324"},
        {DBL_MIN, "2.2250738585072014e-308"},
        {DBL_MAX, "1.7976931348623157e308"},
        {5.960464477539063e-8, "5.960464477539063e-8"}, // 2^-24, of the short texts not the one printf gives
        {1.7976931348623157e-5, "0.000017976931348623157"},
        {9999999.99999999, "9999999.99999999"},
        {12345678.9, "12345678.9"},
        {4.35, "4.35"},
    };
    char buffer[NUMBER_TEXT_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_text(format(cases[i].value, buffer), cases[i].text);
}

// Half way between the two largest doubles, exactly.
static const char MIDDLE_BELOW_MAX[] =
    "179769313486231560835325876058105298516207002341652166261661174625869553267292326574530099"
    "287946549246750631490335877017522087105926987962906277604735569213290190919152394180476217"
    "125334960946356387261286640198029037799514183602981511756283727771403830521483963923935633"
    "133642802139091669457927874464075218944";

static void ties_and_long_texts_are_rounded_to_even(void **state)
{
    (void)state;
    static const char *const hard[] = {
        "9007199254740993",
        "9007199254740993.0000000000000000000000000001",
        "9007199254740992.9999999999999999999999999999",
        "9007199254740995",
        "18014398509481986",
        "0.500000000000000166533453693773481063544750213623046875",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "2.2250738585072011e-308",
        "2.2250738585072012e-308",
        "1.7976931348623158e308",
        MIDDLE_BELOW_MAX,
        "1e23",
        "8.5e22",
        "6929495644600919.5",
        "3.518437208883201171875e13",
        "7.0420557077594588669468784357561207962098443483187940792729600000e59",
        "0.000000000000000000000000000000000000001234567890123456789012345678901234567890",
        "123456789012345678901234567890123456789012345678901234567890",
        "0.1234567890123456789",
        "12345678901234567890.1234567890",
        "1.00000000000000011102230246251565404236316680908203125",
        "1.00000000000000011102230246251565404236316680908203124",
        "1.00000000000000011102230246251565404236316680908203126",
        "0e999999999999",
        "1e-999999999999",
        "0.0000000000000000000e5",
        "1e+05",
    };
    for (size_t i = 0; i < sizeof hard / sizeof *hard; i++) {
        double value;
        assert_true(number_parse(str_from_c(hard[i]), &value));
        assert_true(bits_of(value) == bits_of(strtod(hard[i], NULL)));
    }
}

static void random_texts_are_read_as_strtod_reads_them(void **state)
{
    (void)state;
    uint64_t seed = 123456789;
    for (int i = 0; i < 1000000; i++) {
        char text[80];
        const unsigned long long whole = next_random(&seed) >> next_random(&seed) % 64;
        const unsigned long long part = next_random(&seed) >> next_random(&seed) % 64;
        const int exponent = (int)(next_random(&seed) % 720) - 370;
        const char *const between = i % 3 == 0 ? "." : i % 3 == 1 ? "" : ".00";
        (void)snprintf(text, sizeof text, "%s%llu%s%llue%d", i % 2 ? "-" : "", whole, between, part,
                       i % 4 ? exponent / 20 : exponent);
        const double expected = strtod(text, NULL);
        double value;
        assert_int_equal(number_parse(str_from_c(text), &value), isfinite(expected));
        if (isfinite(expected)) assert_true(bits_of(value) == bits_of(expected));
    }
}

static void the_forms_of_files_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"+1.5", 1.5},    {".5", 0.5},   {"5.", 5},    {"007", 7},
        {"-.25e1", -2.5}, {"1E3", 1000}, {"-0", -0.0}, {"00.10", 0.1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double value;
        assert_true(number_parse(str_from_c(cases[i].text), &value));
        assert_true(bits_of(value) == bits_of(cases[i].value));
    }
}

static void what_is_no_number_is_refused(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "",      "+",     "-",        ".",     "-.",      "e5",     ".e5",   "1e",   "1e+", "1e-",
        "1e5.0", "1.2.3", "1,5",      "1 ",    " 1",      "--1",    "+-1",   "0x10", "nan", "NaN",
        "inf",   "-inf",  "Infinity", "1e309", "1.8e308", "-1e400", "1_000", "1f",
    };
    double value = 3;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_false(number_parse(str_from_c(refused[i]), &value));
    assert_false(number_parse((struct str){0}, &value));
    assert_false(number_parse(STR("1\0"), &value));
    assert_true(value == 3);
}

static void text_that_goes_on_behind_the_number_is_not_read(void **state)
{
    (void)state;
    double value;
    assert_true(number_parse((struct str){.ptr = "1234567", .len = 3}, &value) && value == 123);
    assert_true(number_parse((struct str){.ptr = "9007199254740993123", .len = 16}, &value));
    assert_true(value == 9007199254740992.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_million_random_doubles_are_written_shortest_and_closest),
        cmocka_unit_test(prices_with_few_decimals_are_written_as_they_were_read),
        cmocka_unit_test(decimals_and_their_neighbours_are_written_as_trial_finds_them),
        cmocka_unit_test(the_ends_of_what_eight_decimals_hold_are_written_as_trial_finds_them),
        cmocka_unit_test(every_power_of_two_and_its_neighbours_come_back),
        cmocka_unit_test(every_power_of_ten_comes_back),
        cmocka_unit_test(subnormals_come_back),
        cmocka_unit_test(the_notation_is_that_of_javascript),
        cmocka_unit_test(ties_and_long_texts_are_rounded_to_even),
        cmocka_unit_test(random_texts_are_read_as_strtod_reads_them),
        cmocka_unit_test(the_forms_of_files_are_read),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(text_that_goes_on_behind_the_number_is_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
