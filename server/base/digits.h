// Decimal digits of integers, sixteen at a time: what the numbers in answers are made of. And eight at a time
// from text: what files are made of.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the lowest byte of a word is taken to be the first in memory"
#endif

enum { DIGITS_EIGHT = 100000000, DIGITS_TEXT_MAX = 20 };

// Twice eight digits as bytes 0 to 9, the first of each in the lowest byte.
typedef uint64_t digits_pair __attribute__((vector_size(16)));

// Of two values below 10^8. They are halved to fours, pairs and digits, all lanes at once; the divisions are
// multiplications to a compiler.
static inline digits_pair digits_of(uint32_t first, uint32_t second)
{
    typedef uint16_t sixteenths __attribute__((vector_size(16)));
    typedef uint32_t quarters __attribute__((vector_size(16)));
    const digits_pair halves = {first / 10000 | (uint64_t)(first % 10000) << 32,
                                second / 10000 | (uint64_t)(second % 10000) << 32};
    const sixteenths fours = (sixteenths)halves, hundreds = fours / 100;
    const sixteenths pairs = hundreds | (sixteenths)((quarters)(fours - 100 * hundreds) << 16);
    const sixteenths tens = pairs / 10;
    return (digits_pair)(tens | (pairs - 10 * tens) << 8);
}

// Both write eight bytes and return the end of the text.
static inline char *digits_put_eight(char *out, uint64_t digits)
{
    const uint64_t text = digits | UINT64_C(0x3030303030303030);
    memcpy(out, &text, sizeof text);
    return out + 8;
}

static inline char *digits_put_unpadded(char *out, uint64_t digits)
{
    const uint64_t last = UINT64_C(1) << 56; // stands even when it is 0
    const int zeros = __builtin_ctzll(digits | last) / 8;
    const uint64_t text = (digits | UINT64_C(0x3030303030303030)) >> 8 * zeros;
    memcpy(out, &text, sizeof text);
    return out + 8 - zeros;
}

// Whether eight bytes of text, read as a word, are all digits.
static inline bool digits_are_eight(uint64_t text)
{
    const uint64_t kind = UINT64_C(0xf0f0f0f0f0f0f0f0), digit = UINT64_C(0x3030303030303030);
    return (text & kind) == digit && ((text + UINT64_C(0x0606060606060606)) & kind) == digit;
}

// Their value: digits are joined to pairs, fours and eight, all lanes at once.
static inline uint64_t digits_eight_value(uint64_t text)
{
    const uint64_t digits = text & UINT64_C(0x0f0f0f0f0f0f0f0f);
    const uint64_t pairs = (digits * 10 + (digits >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
    const uint64_t fours = (pairs * 100 + (pairs >> 16)) & UINT64_C(0x0000ffff0000ffff);
    return (fours * 10000 + (fours >> 32)) & UINT32_MAX;
}

// Any integer; returns the end of the text. `out` has room for DIGITS_TEXT_MAX bytes.
char *digits_put(char *out, uint64_t value);
char *digits_put_signed(char *out, int64_t value);
