// What of a price is rounding and no move.
#pragma once

// Prices that are nearer to each other than this part of them are the same. A stored price has some ten
// significant digits, so that two of them that differ do so by a part of 1e-10 or more; the price of an index
// is a product of thousands of means, that of a ratio a quotient of such products, and what is equal there
// may differ by the roundings of all of them, some 1e-16 each.
#define SAME_PRICE 1e-12
