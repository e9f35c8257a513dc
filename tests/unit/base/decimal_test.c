#include "check.h"

#include "base/decimal.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>

__extension__ typedef unsigned __int128 wide;

enum { ROUNDS = 20000 };

static enum decimal_result parse(const char *text, struct decimal *out_value)
{
    return decimal_parse((struct str){text, strlen(text)}, out_value);
}

static struct decimal decimal(const char *text)
{
    struct decimal value = DECIMAL_ZERO;
    if (parse(text, &value) != DECIMAL_OK) fail_msg("%s is refused", text);
    return value;
}

static void assert_decimal(struct decimal value, const char *expected)
{
    char text[DECIMAL_TEXT_MAX];
    const size_t len = decimal_format(value, text);
    assert_int_equal(len, strlen(text));
    assert_string_equal(text, expected);
}

// ---- text

static void numbers_are_read_as_they_are_written(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        {"0", "0"},
        {"-0", "0"},
        {"0.0", "0"},
        {"5", "5"},
        {"-5", "-5"},
        {"0.01", "0.01"},
        {"0.1", "0.1"},
        {"1.10", "1.1"},
        {"60000", "60000"},
        {"1.5e3", "1500"},
        {"1E-2", "0.01"},
        {"10e-19", "0.000000000000000001"},
        {"0.000000000000000001", "0.000000000000000001"},
        {"99999999999999999999.999999999999999999", "99999999999999999999.999999999999999999"},
        {"-99999999999999999999.999999999999999999", "-99999999999999999999.999999999999999999"},
        {"0.1000000000000000000000000000000000000000000000000", "0.1"},
        {"100000e-5", "1"},
        {"0e999999999", "0"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_decimal(decimal(texts[i][0]), texts[i][1]);
}

static void what_does_not_fit_is_refused_and_not_rounded(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum decimal_result result;
    } cases[] = {
        {"0.0000000000000000001", DECIMAL_TOO_FINE},
        {"1.0000000000000000001", DECIMAL_TOO_FINE},
        {"1e-19", DECIMAL_TOO_FINE},
        {"1e-999999999999999999999", DECIMAL_TOO_FINE},
        {"100000000000000000000", DECIMAL_TOO_LARGE},
        {"1e20", DECIMAL_TOO_LARGE},
        {"1e308", DECIMAL_TOO_LARGE},
        {"1e999999999999999999999", DECIMAL_TOO_LARGE},
        {"123456789012345678901234567890123456789012345", DECIMAL_TOO_LARGE},
        {"", DECIMAL_NO_NUMBER},
        {"-", DECIMAL_NO_NUMBER},
        {"+1", DECIMAL_NO_NUMBER},
        {".5", DECIMAL_NO_NUMBER},
        {"5.", DECIMAL_NO_NUMBER},
        {"01", DECIMAL_NO_NUMBER},
        {"1e", DECIMAL_NO_NUMBER},
        {"1e+", DECIMAL_NO_NUMBER},
        {"0x10", DECIMAL_NO_NUMBER},
        {"NaN", DECIMAL_NO_NUMBER},
        {"Infinity", DECIMAL_NO_NUMBER},
        {"1 ", DECIMAL_NO_NUMBER},
        {"1,5", DECIMAL_NO_NUMBER},
        {"1.2.3", DECIMAL_NO_NUMBER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct decimal value = {42};
        if (parse(cases[i].text, &value) != cases[i].result) fail_msg("%s", cases[i].text);
        assert_true(value.units == 42);
    }
}

static void doubles_become_what_is_printed_of_them(void **state)
{
    (void)state;
    struct decimal value;
    assert_true(decimal_from_double(0.1, &value));
    assert_decimal(value, "0.1");
    assert_true(decimal_from_double(-42123.45, &value));
    assert_decimal(value, "-42123.45");
    assert_true(decimal_from_double(1.5e-19, &value));
    assert_decimal(value, "0");
    assert_false(decimal_from_double(1e20, &value));
    assert_false(decimal_from_double(0.0 / 0.0, &value));
    assert_true(decimal_to_double(decimal("0.1")) == 0.1);
    assert_true(decimal_to_double(decimal("-42123.45")) == -42123.45);
}

// ---- arithmetic against OpenSSL's integers

static uint64_t seed = 88172645463325252;

static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    return seed ^= seed << 17;
}

// Of any size, with few digits as often as with many.
static struct decimal random_decimal(void)
{
    wide units = (wide)next_random() << 64 | next_random();
    units >>= next_random() % 128;
    units %= (wide)1000000000000000000 * 1000000000000000000 * 100;
    if (next_random() % 4 == 0) units -= units % 1000000000000000000;
    return (struct decimal){next_random() % 2 ? -(decimal_units)units : (decimal_units)units};
}

static BIGNUM *big(struct decimal value)
{
    unsigned char bytes[16];
    const bool is_negative = value.units < 0;
    wide units = is_negative ? -(wide)value.units : (wide)value.units;
    for (size_t i = 16; i-- > 0; units >>= 8)
        bytes[i] = (unsigned char)units;
    BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
    BN_set_negative(number, is_negative);
    return number;
}

static BIGNUM *big_text(const char *text)
{
    BIGNUM *number = NULL;
    assert_true(BN_dec2bn(&number, text) > 0);
    return number;
}

// dividend / divisor, half to even; NULL when it has more than 38 digits.
static BIGNUM *round_half_even(const BIGNUM *dividend, const BIGNUM *divisor, BN_CTX *context)
{
    BIGNUM *quotient = BN_new(), *rest = BN_new(), *doubled = BN_new(),
           *limit = big_text("1"
                             "00000000000000000000000000000000000000");
    const bool is_negative = BN_is_negative(dividend) != BN_is_negative(divisor);
    assert_true(BN_div(quotient, rest, dividend, divisor, context));
    assert_true(BN_lshift1(doubled, rest));
    const int order = BN_ucmp(doubled, divisor);
    BN_set_negative(quotient, 0);
    if (order > 0 || (order == 0 && BN_is_odd(quotient))) assert_true(BN_add_word(quotient, 1));
    const bool is_fitting = BN_ucmp(quotient, limit) < 0;
    if (!BN_is_zero(quotient)) BN_set_negative(quotient, is_negative);
    BN_free(rest);
    BN_free(doubled);
    BN_free(limit);
    if (is_fitting) return quotient;
    BN_free(quotient);
    return NULL;
}

static void assert_same(bool is_done, struct decimal value, BIGNUM *expected)
{
    assert_int_equal(is_done, expected != NULL);
    if (!expected) return;
    BIGNUM *got = big(value);
    if (BN_cmp(got, expected) != 0) {
        char *a = BN_bn2dec(got), *b = BN_bn2dec(expected);
        fail_msg("%s is not %s", a, b);
    }
    BN_free(got);
    BN_free(expected);
}

static void products_and_quotients_are_those_of_another_implementation(void **state)
{
    (void)state;
    BN_CTX *context = BN_CTX_new();
    BIGNUM *scale = big_text("1000000000000000000"),
           *bps_scale = big_text("10000000000000000000000000000000000000000");
    for (int i = 0; i < ROUNDS; i++) {
        const struct decimal a = random_decimal(), b = random_decimal(), c = random_decimal();
        BIGNUM *x = big(a), *y = big(b), *z = big(c), *product = BN_new();
        struct decimal result;
        assert_true(BN_mul(product, x, y, context));
        bool is_done = decimal_multiply(a, b, &result);
        assert_same(is_done, result, round_half_even(product, scale, context));
        assert_true(BN_mul(product, product, z, context));
        is_done = decimal_multiply_bps(a, b, c, &result);
        assert_same(is_done, result, round_half_even(product, bps_scale, context));
        if (!decimal_is_zero(b)) {
            assert_true(BN_mul(product, x, scale, context));
            is_done = decimal_divide(a, b, &result);
            assert_same(is_done, result, round_half_even(product, y, context));
            assert_true(BN_mul(product, x, z, context));
            is_done = decimal_share(a, c, b, &result);
            assert_same(is_done, result, round_half_even(product, y, context));
        }
        BN_free(x);
        BN_free(y);
        BN_free(z);
        BN_free(product);
    }
    BN_free(scale);
    BN_free(bps_scale);
    BN_CTX_free(context);
}

static void halves_go_to_the_even_neighbour(void **state)
{
    (void)state;
    struct decimal result;
    assert_true(decimal_multiply(decimal("0.000000000000000001"), decimal("0.5"), &result));
    assert_decimal(result, "0");
    assert_true(decimal_multiply(decimal("0.000000000000000003"), decimal("0.5"), &result));
    assert_decimal(result, "0.000000000000000002");
    assert_true(decimal_multiply(decimal("-0.000000000000000003"), decimal("0.5"), &result));
    assert_decimal(result, "-0.000000000000000002");
    assert_true(decimal_multiply_bps(decimal("0.01"), decimal("60000"), decimal("5"), &result));
    assert_decimal(result, "0.3");
    assert_true(decimal_divide(decimal("1"), decimal("3"), &result));
    assert_decimal(result, "0.333333333333333333");
    assert_false(decimal_divide(decimal("1"), DECIMAL_ZERO, &result));
    assert_true(decimal_share(decimal("100"), decimal("1"), decimal("3"), &result));
    assert_decimal(result, "33.333333333333333333");
    assert_false(decimal_share(decimal("1"), decimal("1"), DECIMAL_ZERO, &result));
}

static void sums_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    const struct decimal largest = decimal("99999999999999999999.999999999999999999");
    struct decimal result = decimal("7");
    assert_false(decimal_add(largest, decimal("0.000000000000000001"), &result));
    assert_false(decimal_subtract(decimal_negate(largest), decimal("0.000000000000000001"), &result));
    assert_decimal(result, "7");
    assert_true(decimal_add(largest, decimal_negate(largest), &result));
    assert_decimal(result, "0");
}

static void every_value_reads_back_as_itself(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        char text[DECIMAL_TEXT_MAX];
        const struct decimal value = random_decimal();
        const size_t len = decimal_format(value, text);
        struct decimal again;
        assert_int_equal(decimal_parse((struct str){text, len}, &again), DECIMAL_OK);
        assert_int_equal(decimal_compare(value, again), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_as_they_are_written),
        cmocka_unit_test(what_does_not_fit_is_refused_and_not_rounded),
        cmocka_unit_test(doubles_become_what_is_printed_of_them),
        cmocka_unit_test(products_and_quotients_are_those_of_another_implementation),
        cmocka_unit_test(halves_go_to_the_even_neighbour),
        cmocka_unit_test(sums_that_do_not_fit_are_refused),
        cmocka_unit_test(every_value_reads_back_as_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
