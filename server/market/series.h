// A decoded series: columns of one (symbol, interval) or of an expression over several, shared between
// threads by reference count and never changed once made.
#pragma once

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "engine/candles.h"
#include "engine/interval.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct series {
    struct candles candles; // columns owned by the series
    uint64_t id;            // no other series that this process makes has it
    enum interval interval;
    bool is_resampled;
    enum interval resampled_from; // where is_resampled
    bool is_last_partial;         // the last bar was put together from bars that do not reach its end yet
    const uint32_t
        *member_counts;          // beside the candles of an index: members that made each bar; NULL otherwise
    uint64_t categories_version; // of the categories it was made with; 0 where it was made without
    uint64_t data_version;       // of the file it was read from; the one for an ETag
    char name[LIMIT_SERIES_EXPRESSION_BYTES +
              1]; // the expression as it is stored: "btcusdt" was asked, "BTCUSDT" is
};

// One more owner; answers the same series.
const struct series *series_retain(const struct series *series);
void series_release(const struct series **series); // one owner less; NULL is fine
#define SERIES_SCOPE __attribute__((cleanup(series_release))) const struct series *

// Memory that the series holds.
size_t series_bytes(const struct series *series);

// What a series was made of: SHA-256 over exactly the candles [from, to) as little-endian columns time, open,
// high, low, close, volume; lower-case hex, NUL-terminated. For the fingerprint of a backtest. 0 <= from <=
// to <= count. False when `is_stopped` (may be NULL) became true on the way: the text is none then. A
// libcrypto that cannot hash ends the process.
bool series_fingerprint(const struct series *series, size_t from, size_t to, const atomic_bool *is_stopped,
                        char out_hex[static 65]);

// Writes the checks of series_check of the candles [from, to), as that does; those that were asked for last
// are kept.
bool series_checks(const struct series *series, size_t from, size_t to, size_t bars_each,
                   const atomic_bool *is_stopped, uint32_t *out_checks);

// SHA-256 of a text, as above: of the fingerprints of several series.
void text_fingerprint(struct str text, char out_hex[static 65]);

struct candle {
    int64_t time; // open time, epoch seconds
    double open, high, low, close, volume;
};

// Columns that grow while a series is being made. Zero-initialise; belongs to one thread.
struct series_builder {
    size_t count;
    size_t capacity;
    int64_t *time;
    double *open, *high, *low, *close, *volume;
    uint32_t *member_counts; // set by who makes an index, on the heap, as many as candles in the end
    bool is_unordered;       // a candle came that was not later than the one before it
};

// Room for `count` candles in all. STATUS_TOO_LARGE beyond LIMIT_SERIES_BARS, STATUS_NO_MEMORY.
enum status series_builder_reserve(struct series_builder *builder, size_t count, struct error *error);

// Appends a candle; the room must have been reserved.
static inline void series_builder_put(struct series_builder *builder, struct candle candle)
{
    const size_t i = builder->count++;
    builder->is_unordered |= i > 0 && candle.time <= builder->time[i - 1];
    builder->time[i] = candle.time;
    builder->open[i] = candle.open;
    builder->high[i] = candle.high;
    builder->low[i] = candle.low;
    builder->close[i] = candle.close;
    builder->volume[i] = candle.volume;
}

// As series_builder_put, making room as needed.
enum status series_builder_append(struct series_builder *builder, struct candle candle, struct error *error);

// Makes times ascending and unique; of candles with the same time the one that came last stays.
enum status series_builder_order(struct series_builder *builder, struct error *error);

// Takes the columns over into a series with one owner; the builder is empty afterwards. `description` gives
// everything but the candles and the id. The columns must be in order. An empty builder gives an empty
// series.
enum status series_builder_finish(struct series_builder *builder, const struct series *description,
                                  const struct series **out_series, struct error *error);

void series_builder_done(struct series_builder *builder);
#define SERIES_BUILDER_SCOPE __attribute__((cleanup(series_builder_done))) struct series_builder
