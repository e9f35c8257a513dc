#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

bool number_parse(struct str text, double *out_value)
{
    char copy[512];
    if (text.len == 0 || !str_to_c(text, copy, sizeof copy)) return false;
    char *end;
    const double value = strtod(copy, &end);
    if (*end || !isfinite(value)) return false;
    *out_value = value;
    return true;
}

size_t number_format(double value, char buffer[static NUMBER_TEXT_MAX])
{
    for (int digits = 15; digits < 17; digits++) {
        const int len = snprintf(buffer, NUMBER_TEXT_MAX, "%.*g", digits, value);
        if (strtod(buffer, NULL) == value) return (size_t)len;
    }
    return (size_t)snprintf(buffer, NUMBER_TEXT_MAX, "%.17g", value);
}
