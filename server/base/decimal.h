// Money and quantities: exact decimals with 18 digits behind the point and up to 20 before it, in 128 bits.
// Nothing is rounded but where a function says so, and then half to even; what does not fit is refused.
#pragma once

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DECIMAL_SCALE = 18,
    DECIMAL_INTEGER_DIGITS = 20,
    DECIMAL_TEXT_MAX = 48, // with sign, point and NUL
};

__extension__ typedef __int128 decimal_units; // ISO C has no integer of that width

struct decimal {
    decimal_units units; // of 10^-18; absolutely below 10^38
};

#define DECIMAL_ZERO ((struct decimal){0})

enum decimal_result {
    DECIMAL_OK,
    DECIMAL_NO_NUMBER, // not a number as JSON writes them
    DECIMAL_TOO_FINE,  // more than 18 digits behind the point that are not zero
    DECIMAL_TOO_LARGE, // more than 20 digits before it
};

// "12", "-0.5", "1.5e3": a JSON number, also with an exponent, if all of its digits fit.
enum decimal_result decimal_parse(struct str text, struct decimal *out_value);

// Without exponent and trailing zeros: "0.01", "-5", "0". Answers its length; NUL-terminated.
size_t decimal_format(struct decimal value, char out_text[DECIMAL_TEXT_MAX]);

// The shortest decimal that reads back as this double, as it is printed everywhere; digits behind the 18th
// are rounded. False when it is not finite or too large.
bool decimal_from_double(double value, struct decimal *out_value);

// The nearest double, for charts and ratios; never back into a ledger.
double decimal_to_double(struct decimal value);

struct decimal decimal_of_int(int64_t value);

int decimal_compare(struct decimal a, struct decimal b); // <0, 0, >0
static inline bool decimal_is_zero(struct decimal value)
{
    return value.units == 0;
}
static inline bool decimal_is_negative(struct decimal value)
{
    return value.units < 0;
}
struct decimal decimal_negate(struct decimal value);
struct decimal decimal_absolute(struct decimal value);

// False, and nothing written, when the result does not fit.
[[nodiscard]] bool decimal_add(struct decimal a, struct decimal b, struct decimal *out_sum);
[[nodiscard]] bool decimal_subtract(struct decimal a, struct decimal b, struct decimal *out_difference);

// Rounded once, half to even, at the 18th digit.
[[nodiscard]] bool decimal_multiply(struct decimal a, struct decimal b, struct decimal *out_product);

// a × b × bps / 10,000, rounded once: the fee of a × b.
[[nodiscard]] bool decimal_multiply_bps(struct decimal a, struct decimal b, struct decimal bps,
                                        struct decimal *out_product);

// Rounded once, half to even. False also for b = 0.
[[nodiscard]] bool decimal_divide(struct decimal a, struct decimal b, struct decimal *out_quotient);

// value × part / whole, rounded once, half to even: the share of `value` that belongs to a part. False also
// for whole = 0.
[[nodiscard]] bool decimal_share(struct decimal value, struct decimal part, struct decimal whole,
                                 struct decimal *out_share);
