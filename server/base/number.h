// Doubles from text and to text, exactly: correctly rounded in, shortest round trip out. Locale plays no
// part.
#pragma once

#include "base/str.h"

#include <stdbool.h>

enum { NUMBER_TEXT_MAX = 32 };

// A decimal number by JSON's grammar plus leading "+", leading zeros and ".5" / "5." as files have them;
// nothing around it. Correctly rounded (ties to even). False for anything else, also "nan", "inf",
// hexadecimal, "1,5"; and for magnitudes beyond DBL_MAX. Values under the smallest subnormal become 0.
bool number_parse(struct str text, double *out_value);

// The shortest decimal text that reads back as exactly this double ("0.1", "46020.96", "1e-7", "1.5e300"); of
// several shortest the closest. Plain notation for 1e-6 <= |x| < 1e21, as JavaScript prints; "0" for both
// zeros. The value must be finite. Returns the length; the text is not NUL-terminated.
size_t number_format(double value, char buffer[static NUMBER_TEXT_MAX]);
