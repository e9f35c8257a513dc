#include "base/decimal.h"

#include "base/number.h"

#include <math.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

#define E9 UINT64_C(1000000000)
#define E18 UINT64_C(1000000000000000000)
#define E4 UINT64_C(10000)
#define LIMIT ((wide)E18 * E18 * 100) // 10^38

enum { LIMBS = 6, EXPONENT_MAX = 60, DIGITS_MAX = DECIMAL_INTEGER_DIGITS + DECIMAL_SCALE };

// ---- magnitudes of up to 384 bits, the lowest limb first

struct magnitude {
    uint64_t limbs[LIMBS];
};

static wide absolute(struct decimal value)
{
    return value.units < 0 ? -(wide)value.units : (wide)value.units;
}

static struct magnitude magnitude_of(wide value)
{
    return (struct magnitude){.limbs = {(uint64_t)value, (uint64_t)(value >> 64)}};
}

// Of numbers whose product is below 2^384.
static struct magnitude times(const struct magnitude *a, wide b)
{
    const uint64_t factors[] = {(uint64_t)b, (uint64_t)(b >> 64)};
    struct magnitude product = {0};
    for (size_t j = 0; j < 2; j++) {
        uint64_t carry = 0;
        if (factors[j] == 0) continue;
        for (size_t i = 0; i + j < LIMBS; i++) {
            const wide sum = (wide)a->limbs[i] * factors[j] + product.limbs[i + j] + carry;
            product.limbs[i + j] = (uint64_t)sum;
            carry = (uint64_t)(sum >> 64);
        }
    }
    return product;
}

// Without the zeros at the top.
static size_t limbs_of(const struct magnitude *value)
{
    size_t limbs = LIMBS;
    while (limbs > 0 && value->limbs[limbs - 1] == 0)
        limbs--;
    return limbs;
}

// Answers what is left.
static uint64_t divide_by(struct magnitude *value, uint64_t divisor)
{
    uint64_t rest = 0;
    for (size_t i = limbs_of(value); i-- > 0;) {
        const wide now = (wide)rest << 64 | value->limbs[i];
        value->limbs[i] = (uint64_t)(now / divisor);
        rest = (uint64_t)now - value->limbs[i] * divisor; // a second division would cost as much as the first
    }
    return rest;
}

// Half to even: `rest` of `divisor` was left, and something smaller besides where `is_sticky`.
static bool rounds_up(uint64_t lowest, wide rest, wide divisor, bool is_sticky)
{
    if (rest > divisor - rest) return true;
    return rest == divisor - rest && (is_sticky || lowest & 1);
}

static bool to_decimal(const struct magnitude *value, bool is_up, bool is_negative, struct decimal *out_value)
{
    for (size_t i = 2; i < LIMBS; i++)
        if (value->limbs[i]) return false;
    const wide units = ((wide)value->limbs[1] << 64 | value->limbs[0]) + is_up;
    if (units >= LIMIT || units < is_up) return false;
    out_value->units = is_negative ? -(decimal_units)units : (decimal_units)units;
    return true;
}

// ---- text

// A number as it is written: digits, where its point is, and its exponent.
struct lexeme {
    char digits[DIGITS_MAX + 1];
    size_t count;  // of digits kept; zeros at the front are not
    int64_t scale; // digits behind the point, less the exponent
    bool is_negative;
    bool is_too_long; // more digits than any decimal has, and they are not all zeros
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void keep_digit(struct lexeme *lexeme, char digit, bool is_fraction)
{
    if (is_fraction) lexeme->scale++;
    if (lexeme->count == 0 && digit == '0') return;
    if (lexeme->count <= DIGITS_MAX) {
        lexeme->digits[lexeme->count++] = digit;
        return;
    }
    // beyond what is kept a zero changes the scale alone
    lexeme->scale--;
    lexeme->is_too_long |= digit != '0';
}

static bool read_exponent(struct str text, size_t at, struct lexeme *lexeme)
{
    int64_t exponent = 0;
    const bool is_negative = at < text.len && text.ptr[at] == '-';
    if (at < text.len && (text.ptr[at] == '-' || text.ptr[at] == '+')) at++;
    if (at == text.len) return false;
    for (; at < text.len; at++) {
        if (!is_digit(text.ptr[at])) return false;
        if (exponent <= EXPONENT_MAX * 10) exponent = exponent * 10 + (text.ptr[at] - '0');
    }
    lexeme->scale -= is_negative ? -exponent : exponent;
    return true;
}

// RFC 8259, 6.
static bool read_lexeme(struct str text, struct lexeme *lexeme)
{
    size_t at = text.len > 0 && text.ptr[0] == '-';
    lexeme->is_negative = at == 1;
    const size_t first = at;
    for (; at < text.len && is_digit(text.ptr[at]); at++)
        keep_digit(lexeme, text.ptr[at], false);
    if (at == first || (text.ptr[first] == '0' && at > first + 1)) return false;
    if (at < text.len && text.ptr[at] == '.') {
        const size_t point = at++;
        for (; at < text.len && is_digit(text.ptr[at]); at++)
            keep_digit(lexeme, text.ptr[at], true);
        if (at == point + 1) return false;
    }
    if (at == text.len) return true;
    return (text.ptr[at] == 'e' || text.ptr[at] == 'E') && read_exponent(text, at + 1, lexeme);
}

// Zeros at the end say nothing.
static void drop_zeros(struct lexeme *lexeme)
{
    while (lexeme->count > 0 && lexeme->digits[lexeme->count - 1] == '0' && lexeme->scale > -EXPONENT_MAX) {
        lexeme->count--;
        lexeme->scale--;
    }
}

static const uint64_t powers[] = {
    UINT64_C(1),
    UINT64_C(10),
    UINT64_C(100),
    UINT64_C(1000),
    UINT64_C(10000),
    UINT64_C(100000),
    UINT64_C(1000000),
    UINT64_C(10000000),
    UINT64_C(100000000),
    UINT64_C(1000000000),
    UINT64_C(10000000000),
    UINT64_C(100000000000),
    UINT64_C(1000000000000),
    UINT64_C(10000000000000),
    UINT64_C(100000000000000),
    UINT64_C(1000000000000000),
    UINT64_C(10000000000000000),
    UINT64_C(100000000000000000),
    E18,
};

// The digits at `at`, which do not overflow while there are up to 19 of them; answers how many.
static size_t read_digits(struct str text, size_t at, uint64_t *out_value)
{
    const size_t begin = at;
    uint64_t value = 0;
    for (; at < text.len && is_digit(text.ptr[at]); at++)
        value = value * 10 + (unsigned)(text.ptr[at] - '0');
    *out_value = value;
    return at - begin;
}

// What is written as decimal_format writes, with up to 18 digits on either side of the point, which is nearly
// all there is. False for anything else.
static bool parse_plain(struct str text, struct decimal *out_value)
{
    uint64_t whole, fraction = 0;
    const bool is_negative = text.len > 0 && text.ptr[0] == '-';
    const size_t begin = is_negative, before = read_digits(text, begin, &whole);
    size_t end = begin + before, behind = 0;
    if (before == 0 || before > DECIMAL_SCALE || (before > 1 && text.ptr[begin] == '0')) return false;
    if (end < text.len && text.ptr[end] == '.') {
        behind = read_digits(text, end + 1, &fraction);
        if (behind == 0 || behind > DECIMAL_SCALE) return false;
        end += 1 + behind;
    }
    if (end != text.len) return false;
    const wide units = (wide)whole * E18 + fraction * powers[DECIMAL_SCALE - behind];
    out_value->units = is_negative ? -(decimal_units)units : (decimal_units)units;
    return true;
}

enum decimal_result decimal_parse(struct str text, struct decimal *out_value)
{
    struct lexeme lexeme = {0};
    wide units = 0;
    if (parse_plain(text, out_value)) return DECIMAL_OK;
    if (!read_lexeme(text, &lexeme)) return DECIMAL_NO_NUMBER;
    if (lexeme.count == 0) {
        *out_value = DECIMAL_ZERO;
        return DECIMAL_OK;
    }
    if (!lexeme.is_too_long) drop_zeros(&lexeme);
    if ((int64_t)lexeme.count - lexeme.scale > DECIMAL_INTEGER_DIGITS) return DECIMAL_TOO_LARGE;
    if (lexeme.scale > DECIMAL_SCALE || lexeme.is_too_long) return DECIMAL_TOO_FINE;
    for (size_t i = 0; i < lexeme.count; i++)
        units = units * 10 + (unsigned)(lexeme.digits[i] - '0');
    for (int64_t i = lexeme.scale; i < DECIMAL_SCALE; i++)
        units *= 10;
    out_value->units = lexeme.is_negative ? -(decimal_units)units : (decimal_units)units;
    return DECIMAL_OK;
}

size_t decimal_format(struct decimal value, char out_text[DECIMAL_TEXT_MAX])
{
    char reversed[DECIMAL_TEXT_MAX];
    wide rest = absolute(value);
    size_t count = 0, len = 0;
    for (; rest > 0 || count <= DECIMAL_SCALE; rest /= 10)
        reversed[count++] = (char)('0' + (int)(rest % 10));
    size_t last = 0; // the last digit behind the point that is shown
    while (last < DECIMAL_SCALE && reversed[last] == '0')
        last++;
    if (value.units < 0) out_text[len++] = '-';
    while (count > last) {
        if (count == DECIMAL_SCALE) out_text[len++] = '.';
        out_text[len++] = reversed[--count];
    }
    out_text[len] = '\0';
    return len;
}

// Digits behind the 18th are rounded: the shortest text of a small double may have more.
bool decimal_from_double(double value, struct decimal *out_value)
{
    char text[NUMBER_TEXT_MAX];
    if (!isfinite(value) || fabs(value) >= 1e20) return false;
    const size_t len = number_format(value, text);
    if (decimal_parse((struct str){text, len}, out_value) == DECIMAL_OK) return true;
    const double units = nearbyint(value * 1e18);
    if (fabs(units) >= 1e37) return false;
    out_value->units = (decimal_units)units;
    return true;
}

double decimal_to_double(struct decimal value)
{
    char text[DECIMAL_TEXT_MAX];
    double number = 0;
    const size_t len = decimal_format(value, text);
    (void)number_parse((struct str){text, len}, &number);
    return number;
}

struct decimal decimal_of_int(int64_t value)
{
    return (struct decimal){(decimal_units)value * (decimal_units)E18};
}

// ---- arithmetic

int decimal_compare(struct decimal a, struct decimal b)
{
    return (a.units > b.units) - (a.units < b.units);
}

struct decimal decimal_negate(struct decimal value)
{
    return (struct decimal){-value.units};
}

struct decimal decimal_absolute(struct decimal value)
{
    return value.units < 0 ? decimal_negate(value) : value;
}

static bool fits(decimal_units units)
{
    return units < (decimal_units)LIMIT && units > -(decimal_units)LIMIT;
}

bool decimal_add(struct decimal a, struct decimal b, struct decimal *out_sum)
{
    decimal_units sum;
    if (__builtin_add_overflow(a.units, b.units, &sum) || !fits(sum)) return false;
    out_sum->units = sum;
    return true;
}

bool decimal_subtract(struct decimal a, struct decimal b, struct decimal *out_difference)
{
    return decimal_add(a, decimal_negate(b), out_difference);
}

bool decimal_multiply(struct decimal a, struct decimal b, struct decimal *out_product)
{
    const struct magnitude first = magnitude_of(absolute(a));
    struct magnitude product = times(&first, absolute(b));
    const uint64_t rest = divide_by(&product, E18);
    return to_decimal(&product, rounds_up(product.limbs[0], rest, E18, false), (a.units < 0) != (b.units < 0),
                      out_product);
}

bool decimal_multiply_bps(struct decimal a, struct decimal b, struct decimal bps, struct decimal *out_product)
{
    const struct magnitude first = magnitude_of(absolute(a));
    struct magnitude product = times(&first, absolute(b));
    product = times(&product, absolute(bps));
    bool is_sticky = divide_by(&product, E18) != 0;
    is_sticky |= divide_by(&product, E4) != 0;
    const uint64_t rest = divide_by(&product, E18);
    const bool is_negative = ((a.units < 0) != (b.units < 0)) != (bps.units < 0);
    return to_decimal(&product, rounds_up(product.limbs[0], rest, E18, is_sticky), is_negative, out_product);
}

// Bits up to the highest that is set.
static size_t bits_of(uint64_t high, uint64_t low)
{
    if (high) return 128 - (size_t)__builtin_clzll(high);
    return low ? 64 - (size_t)__builtin_clzll(low) : 0;
}

static unsigned bit_of(const struct magnitude *value, size_t bit)
{
    return value->limbs[bit / 64] >> bit % 64 & 1;
}

// Bit by bit. The first bits, fewer than the divisor has, are less than it.
static struct magnitude divide_by_bits(const struct magnitude *dividend, wide divisor, wide *out_rest)
{
    const size_t limbs = limbs_of(dividend),
                 first = bits_of((uint64_t)(divisor >> 64), (uint64_t)divisor) - 1;
    struct magnitude quotient = {0};
    wide rest = 0;
    size_t bit = limbs ? (limbs - 1) * 64 + bits_of(0, dividend->limbs[limbs - 1]) : 0;
    for (size_t taken = 0; taken < first && bit > 0; taken++)
        rest = rest << 1 | bit_of(dividend, --bit);
    while (bit-- > 0) {
        const bool is_carried = rest >> 127 != 0;
        rest = rest << 1 | bit_of(dividend, bit);
        if (!is_carried && rest < divisor) continue;
        rest -= divisor;
        quotient.limbs[bit / 64] |= UINT64_C(1) << bit % 64;
    }
    *out_rest = rest;
    return quotient;
}

static struct magnitude long_divide(const struct magnitude *dividend, wide divisor, wide *out_rest)
{
    struct magnitude quotient = *dividend;
    if (divisor >> 64) return divide_by_bits(dividend, divisor, out_rest);
    *out_rest = divide_by(&quotient, (uint64_t)divisor);
    return quotient;
}

static bool divide_product(wide a, wide b, wide divisor, bool is_negative, struct decimal *out_quotient)
{
    wide rest;
    if (divisor == 0) return false;
    const struct magnitude first = magnitude_of(a);
    const struct magnitude dividend = times(&first, b);
    const struct magnitude quotient = long_divide(&dividend, divisor, &rest);
    return to_decimal(&quotient, rounds_up(quotient.limbs[0], rest, divisor, false), is_negative,
                      out_quotient);
}

bool decimal_divide(struct decimal a, struct decimal b, struct decimal *out_quotient)
{
    return divide_product(absolute(a), E18, absolute(b), (a.units < 0) != (b.units < 0), out_quotient);
}

bool decimal_share(struct decimal value, struct decimal part, struct decimal whole, struct decimal *out_share)
{
    const bool is_negative = ((value.units < 0) != (part.units < 0)) != (whole.units < 0);
    return divide_product(absolute(value), absolute(part), absolute(whole), is_negative, out_share);
}
