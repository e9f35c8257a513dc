// How many requests a process takes from one API token: 60 at once and 20 each second after that (security.md
// 4.4), by the generic cell rate algorithm (ITU-T I.371), which keeps one time for each token.
//
// The table is bounded. A token whose place another one takes begins anew; that is one which was not used for
// the longest, of those that share the place.
#pragma once

#include "base/error.h"
#include "base/str.h"

#include <stdint.h>

struct token_rate;

enum status token_rate_new(struct token_rate **out_rate, struct error *error);
void token_rate_free(struct token_rate *rate); // NULL is fine

// Counts a request of the token now. STATUS_TOO_MANY "throttled" with retry_after_s when there were too many;
// then it does not count. NULL counts nothing. Safe for all threads.
enum status token_rate_take(struct token_rate *rate, struct str token_id, int64_t now_us,
                            struct error *error);
