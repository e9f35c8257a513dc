// Which candles of a series a request means: range, order, limit and cursor become a window of indices.
#pragma once

#include "api/call.h"
#include "engine/candles.h"
#include "engine/interval.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum candle_format { CANDLE_OBJECTS, CANDLE_COLUMNS, CANDLE_CSV };

// With `from`: the first `limit` candles at or after it, the cursor goes on to newer ones. Without, or in
// descending order: the newest `limit` before `to`, the cursor goes on to older ones.
struct candle_query {
    enum interval interval;
    bool has_from;
    bool has_to;
    int64_t from;
    int64_t to;
    size_t limit;
    bool is_descending;
    bool has_cursor;
    int64_t cursor; // forward: the first time wanted; backward: the first time no longer wanted
    enum candle_format format;
    struct str indicators; // as given, "" for none
};

// Candles [begin, end) of the series, to be shown in that order or backwards.
struct candle_window {
    size_t begin;
    size_t end;
    struct str next_cursor; // ptr NULL: no further page
};

// The parameters that candles and ratios share; faults are recorded in the call's error, STATUS_INVALID then.
enum status candle_query_read(struct api_call *call, struct candle_query *out_query);

// Cursors live in the arena.
struct candle_window candle_window_find(const struct candle_query *query, const struct candles *candles,
                                        struct arena *arena);
