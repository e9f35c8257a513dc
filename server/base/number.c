#include "base/number.h"

#include "base/digits.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

__extension__ typedef unsigned __int128 uint128;

enum {
    FRACTION_BITS = 52,
    EXPONENT_BIAS = 1023 + FRACTION_BITS, // of the significand as an integer
    POWER_MIN = -292,
    POWER_MAX = 324,
    BIG_WORDS = 13, // 832 bits: 5^324 has 753, and 2^831 / 5^292 keeps 153
    PARSE_DIGITS_MAX = 19,
    EXACT_POWER_MAX = 22, // 10^22 is the largest power of ten that a double holds exactly
};

#define FIXED_END 1e7 // below it eight decimals have at most 15 digits
#define EXACT_INTEGER_MAX ((uint64_t)1 << 53)

// digits × 10^exponent
struct decimal {
    uint64_t digits;
    int exponent;
};

// ---- powers of ten

// The first 128 bits of 10^k, rounded up; computed exactly before main and constant from then on.
static uint128 powers[POWER_MAX - POWER_MIN + 1];

static uint128 power_of_ten(int k)
{
    return powers[k - POWER_MIN];
}

// floor(log2(10^k)) for |k| <= 1233
static int log2_of_power_of_ten(int k)
{
    return k * 1741647 >> 19;
}

// The first 128 bits behind the leading zeros; big[0] is the most significant word. *out_rest: bits follow.
static uint128 leading_bits(const uint64_t big[static BIG_WORDS], bool *out_rest)
{
    size_t first = 0;
    while (big[first] == 0)
        first++;
    const uint64_t word[3] = {big[first], first + 1 < BIG_WORDS ? big[first + 1] : 0,
                              first + 2 < BIG_WORDS ? big[first + 2] : 0};
    const int shift = __builtin_clzll(word[0]);
    const uint64_t below = shift ? word[2] >> (64 - shift) : 0;
    *out_rest = word[2] << shift != 0;
    for (size_t i = first + 3; i < BIG_WORDS; i++)
        *out_rest |= big[i] != 0;
    return ((uint128)word[0] << 64 | word[1]) << shift | below;
}

static void multiply_by_5(uint64_t big[static BIG_WORDS])
{
    uint64_t carry = 0;
    for (size_t i = BIG_WORDS; i-- > 0;) {
        const uint128 product = (uint128)big[i] * 5 + carry;
        big[i] = (uint64_t)product;
        carry = (uint64_t)(product >> 64);
    }
}

static void divide_by_5(uint64_t big[static BIG_WORDS])
{
    uint64_t remainder = 0;
    for (size_t i = 0; i < BIG_WORDS; i++) {
        const uint128 dividend = (uint128)remainder << 64 | big[i];
        big[i] = (uint64_t)(dividend / 5);
        remainder = (uint64_t)(dividend % 5);
    }
}

// 10^k and 5^k differ in the binary exponent alone. For k < 0 dividing floor by floor gives floor(2^831 /
// 5^-k), whose leading bits are those of 5^k, and as that never ends, what is above them by one is the value
// rounded up.
__attribute__((constructor)) static void compute_powers(void)
{
    uint64_t up[BIG_WORDS] = {[BIG_WORDS - 1] = 1};
    uint64_t down[BIG_WORDS] = {[0] = (uint64_t)1 << 63};
    bool rest;
    for (int k = 0; k <= POWER_MAX; k++, multiply_by_5(up)) {
        const uint128 bits = leading_bits(up, &rest);
        powers[k - POWER_MIN] = bits + rest;
    }
    for (int k = -1; k >= POWER_MIN; k--) {
        divide_by_5(down);
        powers[k - POWER_MIN] = leading_bits(down, &rest) + 1;
    }
}

// ---- text to double

struct scanned {
    uint64_t digits; // the first 19 significant ones
    int64_t exponent;
    bool negative;
    bool cut; // digits beyond those were left out
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *scan_digits(const char *at, const char *end, struct scanned *number, size_t *significant)
{
    for (; at < end && is_digit(*at); at++) {
        const uint64_t digit = (uint64_t)(*at - '0');
        if (*significant < PARSE_DIGITS_MAX) {
            number->digits = number->digits * 10 + digit;
            *significant += number->digits != 0;
        } else {
            number->cut |= digit != 0;
            number->exponent++;
        }
    }
    return at;
}

// The part behind "e". Far out of range it does not grow on, which changes no value.
static const char *scan_exponent(const char *at, const char *end, int64_t *exponent)
{
    const bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) at++;
    if (at == end) return NULL;
    int64_t value = 0;
    for (; at < end && is_digit(*at); at++)
        if (value < INT32_MAX) value = value * 10 + (*at - '0');
    *exponent += negative ? -value : value;
    return at;
}

static bool scan(struct str text, struct scanned *number)
{
    const char *at = text.ptr, *const end = text.ptr + text.len;
    if (at < end && (*at == '-' || *at == '+')) number->negative = *at++ == '-';
    size_t significant = 0;
    const char *from = at;
    at = scan_digits(at, end, number, &significant);
    ptrdiff_t count = at - from;
    if (at < end && *at == '.') {
        from = ++at;
        at = scan_digits(at, end, number, &significant);
        number->exponent -= at - from;
        count += at - from;
    }
    if (count == 0) return false;
    if (at < end && (*at == 'e' || *at == 'E')) at = scan_exponent(at + 1, end, &number->exponent);
    return at == end;
}

// digits × 10^exponent where both factors are exact doubles: one rounding, hence the right one (Clinger
// 1990).
static bool multiply_exactly(const struct scanned *number, double *out_value)
{
    static const double exact[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (number->cut || number->digits > EXACT_INTEGER_MAX) return false;
    if (number->exponent < -EXACT_POWER_MAX || number->exponent > EXACT_POWER_MAX) return false;
    const double digits = (double)number->digits;
    *out_value = number->exponent < 0 ? digits / exact[-number->exponent] : digits * exact[number->exponent];
    return true;
}

// The product with the 128-bit power is known to one unit of its first 128 bits. Unless the bits behind the
// significand are so near to a half or a whole that this unit decides, the rounding is certain (after Eisel
// and Lemire 2021).
static bool multiply_wide(const struct scanned *number, double *out_value)
{
    enum { SPARE_BITS = 128 - FRACTION_BITS - 2 }; // behind 53 bits and one that may be the leading zero
    if (number->cut || number->digits == 0 || number->exponent < POWER_MIN || number->exponent > POWER_MAX)
        return false;
    const int exponent = (int)number->exponent, shift = __builtin_clzll(number->digits);
    const uint64_t digits = number->digits << shift;
    const uint128 power = power_of_ten(exponent);
    uint128 product = (uint128)digits * (uint64_t)(power >> 64) + ((uint128)digits * (uint64_t)power >> 64);
    int binary = log2_of_power_of_ten(exponent) + 63 - shift; // of the product's second bit
    if (product >> 127)
        binary++;
    else
        product <<= 1;
    const uint128 half = (uint128)1 << SPARE_BITS, rest = product & (2 * half - 1);
    const bool unsure = rest <= 2 || rest >= 2 * half - 4 || (rest >= half - 4 && rest <= half + 4);
    if (unsure || binary < -1022 || binary > 1022)
        return false; // nor subnormals nor what may round to infinity
    const uint64_t significand = (uint64_t)(product >> (SPARE_BITS + 1)) + (rest > half);
    // the leading 1 of the significand, or the carry of its rounding, counts the exponent up
    const uint64_t bits = ((uint64_t)(binary + 1022) << FRACTION_BITS) + significand;
    memcpy(out_value, &bits, sizeof bits);
    return true;
}

// Everything else: long, tiny, huge, or next to a tie.
static bool convert_slowly(struct str text, double *out_value)
{
    char copy[64], *long_copy = NULL;
    const bool fits = str_to_c(text, copy, sizeof copy);
    if (!fits) long_copy = strndup(text.ptr, text.len);
    if (!fits && !long_copy) return false;
    const double value = strtod(fits ? copy : long_copy, NULL);
    free(long_copy);
    if (!isfinite(value)) return false;
    *out_value = value;
    return true;
}

bool number_parse(struct str text, double *out_value)
{
    struct scanned number = {0};
    double value;
    if (!scan(text, &number)) return false;
    if (multiply_exactly(&number, &value) || multiply_wide(&number, &value)) {
        *out_value = number.negative ? -value : value;
        return true;
    }
    return convert_slowly(text, out_value);
}

// ---- double to text

// power × factor / 2^128, with the lowest bit telling whether anything was cut off: comparisons stay right.
static uint64_t multiply_round_to_odd(uint128 power, uint64_t factor)
{
    const uint128 low = (uint128)(uint64_t)power * factor;
    const uint128 high = (uint128)(uint64_t)(power >> 64) * factor + (uint64_t)(low >> 64);
    return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

// The shortest decimal inside the interval that rounds to significand × 2^exponent, of several the closest.
// R. Giulietti, "The Schubfach way to render doubles" (2021), figures 4 and 6. Trailing zeros may remain.
static struct decimal shortest(uint64_t significand, int exponent, bool narrow_below)
{
    const int k =
        (exponent * 1262611 - (narrow_below ? 524031 : 0)) >> 22; // floor(log10(2^exponent [× 3/4]))
    const int shift = exponent + log2_of_power_of_ten(-k) + 1;
    const uint128 power = power_of_ten(-k);
    const uint64_t odd =
        significand & 1; // the ends of the interval belong to it when the significand is even
    const uint64_t value = multiply_round_to_odd(power, 4 * significand << shift);
    const uint64_t lower = multiply_round_to_odd(power, (4 * significand - 2 + narrow_below) << shift) + odd;
    const uint64_t upper = multiply_round_to_odd(power, (4 * significand + 2) << shift) - odd;
    const uint64_t whole = value / 4, tens = whole / 10;
    const bool tens_below = lower <= 40 * tens, tens_above = 40 * tens + 40 <= upper;
    if (whole >= 10 && tens_below != tens_above)
        return (struct decimal){.digits = tens + tens_above, .exponent = k + 1};
    const bool below = lower <= 4 * whole, above = 4 * whole + 4 <= upper;
    const uint64_t middle = 4 * whole + 2;
    const bool closer_above = value > middle || (value == middle && whole & 1);
    return (struct decimal){.digits = whole + (below != above ? above : closer_above), .exponent = k};
}

static struct decimal without_trailing_zeros(struct decimal number)
{
    while (number.digits % 10000 == 0)
        number.digits /= 10000, number.exponent += 4;
    while (number.digits % 10 == 0)
        number.digits /= 10, number.exponent++;
    return number;
}

// Prices and volumes: a decimal of at most 15 digits that reads back as the value is the only one of that
// length, so nothing is shorter but itself without its zeros.
static bool is_decimal(double magnitude, double scale, uint64_t *out_digits)
{
    const double scaled = magnitude * scale;
    if (scaled >= 1e15) return false;
    const int64_t digits = (int64_t)(scaled + 0.5); // signed: the conversion is one instruction then
    if ((double)digits / scale != magnitude) return false;
    *out_digits = (uint64_t)digits;
    return true;
}

static struct decimal to_decimal(double magnitude)
{
    uint64_t digits, bits;
    if (magnitude >= FIXED_END && is_decimal(magnitude, 1e2, &digits))
        return without_trailing_zeros((struct decimal){.digits = digits, .exponent = -2});
    memcpy(&bits, &magnitude, sizeof bits);
    const uint64_t fraction = bits & (((uint64_t)1 << FRACTION_BITS) - 1);
    const int biased = (int)(bits >> FRACTION_BITS);
    if (biased == 0) return without_trailing_zeros(shortest(fraction, 1 - EXPONENT_BIAS, false));
    const uint64_t significand = fraction | (uint64_t)1 << FRACTION_BITS;
    return without_trailing_zeros(shortest(significand, biased - EXPONENT_BIAS, fraction == 0 && biased > 1));
}

// "1.5e-7", "1e300"
static char *write_scientific(char *out, const char *digits, size_t count, int exponent)
{
    *out++ = digits[0];
    if (count > 1) {
        *out++ = '.';
        out = (char *)memcpy(out, digits + 1, count - 1) + count - 1;
    }
    *out++ = 'e';
    if (exponent < 0) *out++ = '-';
    return digits_put(out, (uint64_t)abs(exponent));
}

// `point` digits stand before the decimal point, as ECMA-262 Number::toString has it.
static char *write_plain(char *out, const char *digits, int count, int point)
{
    if (point <= 0) {
        memcpy(out, "0.000000", 8);
        out += 2 - point;
        return (char *)memcpy(out, digits, (size_t)count) + count;
    }
    const int before = point < count ? point : count;
    out = (char *)memcpy(out, digits, (size_t)before) + before;
    for (int i = count; i < point; i++)
        *out++ = '0';
    if (before == count) return out;
    *out++ = '.';
    return (char *)memcpy(out, digits + before, (size_t)(count - before)) + (count - before);
}

// hundred_millionths × 10^-8
static char *write_fixed(char *out, uint64_t hundred_millionths)
{
    const digits_pair digits = digits_of((uint32_t)(hundred_millionths / DIGITS_EIGHT),
                                         (uint32_t)(hundred_millionths % DIGITS_EIGHT));
    out = digits_put_unpadded(out, digits[0]);
    if (digits[1] == 0) return out;
    const int zeros = __builtin_ctzll(__builtin_bswap64(digits[1])) / 8; // at the end
    *out++ = '.';
    return digits_put_eight(out, digits[1]) - zeros;
}

// Not inline: what most numbers need fits into registers.
__attribute__((noinline)) static char *write_any(char *out, double magnitude)
{
    const struct decimal number = to_decimal(magnitude);
    char digits[DIGITS_TEXT_MAX];
    const int count = (int)(digits_put(digits, number.digits) - digits), point = count + number.exponent;
    return point > -6 && point <= 21 ? write_plain(out, digits, count, point)
                                     : write_scientific(out, digits, (size_t)count, point - 1);
}

size_t number_format(double value, char buffer[static NUMBER_TEXT_MAX])
{
    enum { SMALLEST_PLAIN = 100 }; // hundred millionths: below 1e-6 the notation is scientific
    char *out = buffer;
    uint64_t digits;
    if (value == 0) {
        buffer[0] = '0';
        return 1;
    }
    if (value < 0) *out++ = '-';
    const double magnitude = fabs(value);
    if (is_decimal(magnitude, 1e8, &digits) && digits >= SMALLEST_PLAIN)
        out = write_fixed(out, digits);
    else
        out = write_any(out, magnitude);
    return (size_t)(out - buffer);
}
