#include "base/digits.h"

char *digits_put(char *out, uint64_t value)
{
    const uint64_t high = value / DIGITS_EIGHT, low = value % DIGITS_EIGHT;
    if (high >= DIGITS_EIGHT) return digits_put_eight(digits_put(out, high), digits_of((uint32_t)low, 0)[0]);
    const digits_pair digits = digits_of((uint32_t)high, (uint32_t)low);
    if (high == 0) return digits_put_unpadded(out, digits[1]);
    return digits_put_eight(digits_put_unpadded(out, digits[0]), digits[1]);
}

char *digits_put_signed(char *out, int64_t value)
{
    if (value >= 0) return digits_put(out, (uint64_t)value);
    *out++ = '-';
    return digits_put(out, 0 - (uint64_t)value);
}
