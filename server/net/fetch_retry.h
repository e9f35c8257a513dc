// What a failed request is worth: given up, asked again soon, or asked again when the server says so. Pure.
#pragma once

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum fetch_verdict {
    FETCH_TAKEN,     // 200, 206
    FETCH_ABSENT,    // 404: the server knows of no such file
    FETCH_AGAIN,     // 408, 5xx, a connection that was cut: the same may be had a little later
    FETCH_SLOWER,    // 429, and 418, which Binance answers to those who did not heed it: all requests wait
    FETCH_RESTARTED, // 416: what was kept of the file is no part of it any more
    FETCH_REFUSED,   // anything else: asking again would not help
};

// Of an answer that came whole.
enum fetch_verdict fetch_judge_status(long http_status);

struct fetch_pause {
    int64_t first_ms;      // before the second attempt, doubled with each further one
    int64_t longest_ms;    // of those pauses
    int64_t retry_after_s; // of the server; 0: it did not say
    uint32_t random;       // half of a pause is by chance, so that many do not come back at once
};

// Before the attempt that follows the attempt of number `attempt` (from 1). Never shorter than the server
// asks.
int64_t fetch_pause_ms(const struct fetch_pause *pause, int attempt);

// The first byte of "bytes 100-199/200" (RFC 9110, 14.4). False for anything else.
bool fetch_range_start(struct str content_range, int64_t *out_first);

// A validator that If-Range takes (RFC 9110, 13.1.5): quoted, and not weak.
bool fetch_tag_is_strong(struct str tag);
