// One field of a text file as a time, a number or a count. Strict: what is not wholly understood is refused.
#pragma once

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum { FIELD_NUMBER_MAX_BYTES = 64, FIELD_QUOTED_MAX = 64 };

// Digits are seconds, milliseconds or microseconds since the epoch by magnitude (below 1e11, 1e14, 1e17);
// ".0" behind them is tolerated, an exponent is not: a rounded time is no time. Anything else is ISO-8601,
// UTC without a zone.
bool field_time_us(struct str text, int64_t *out_time_us);

// A finite decimal, correctly rounded; exponents allowed; at most FIELD_NUMBER_MAX_BYTES long.
bool field_number(struct str text, double *out_value);

// A whole number, ".0" behind it tolerated (pandas prints columns with gaps like that).
bool field_count(struct str text, int64_t *out_value);

// The text for a message: cut to 40 bytes, in double quotes, without bytes that a terminal would obey.
struct field_quoted {
    char text[FIELD_QUOTED_MAX];
};
struct field_quoted field_quote(struct str text);
