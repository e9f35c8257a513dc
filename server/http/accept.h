// The Accept family of header fields: lists of names with a weight (RFC 9110 section 12.4.2). Pure functions.
#pragma once

#include "base/str.h"

#include <stdbool.h>

// The weight in thousandths of `name` in a list such as "gzip;q=0.8, br" or "text/csv, */*;q=0.1": 1000
// without "q", 0 when refused ("q=0"), -1 when the name is not in the list. Wildcards are names like any
// other.
int accept_quality(struct str list, struct str name);

// Whether a coding ("gzip", "br") may be used: named with a weight above 0, or not named but "*" is.
bool accept_allows_coding(struct str accept_encoding, struct str coding);
