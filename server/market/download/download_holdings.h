// What the database has of that which is wanted, day by day.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "market/candle_file.h"
#include "market/download/download_spec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum download_held {
    DOWNLOAD_HELD_CANDLES = 1, // every candle that the day can have is there, whatever it came from
    DOWNLOAD_HELD_DAY = 2,     // the daily file was imported
    DOWNLOAD_HELD_MONTH = 4,   // the monthly file that begins with this day was imported
};

struct download_holdings {
    int64_t first_day; // of the month of the first day that is wanted
    size_t day_count;  // up to the end of the last month
    size_t symbol_count;
    uint8_t *days; // symbol by symbol, day_count each: bits of enum download_held
};

// Nothing held. Memory of the arena; STATUS_NO_MEMORY.
enum status download_holdings_new(const struct download_spec *spec, struct arena *arena,
                                  struct download_holdings *out_holdings, struct error *error);

// Adds what an open file has.
enum status download_holdings_read(struct download_holdings *holdings, const struct download_spec *spec,
                                   const struct candle_session *session, struct error *error);

// The same for a file that is opened for it; one that is not there, or holds no candles yet, has nothing.
enum status download_holdings_read_file(struct download_holdings *holdings, const struct download_spec *spec,
                                        struct candle_file *file, struct error *error);

// A new one for a file by its path; one that is not there, or holds no candles yet, has nothing. No other
// handle of it may be open in this process.
enum status download_holdings_of_file(struct str db_path, const struct download_spec *spec,
                                      struct arena *arena, struct download_holdings *out_holdings,
                                      struct error *error);

// Notes one bit of a day; days outside count nothing.
void download_holdings_note(struct download_holdings *holdings, size_t symbol, int64_t day,
                            enum download_held held);

// Whether a file would bring nothing new.
bool download_holdings_has_day(const struct download_holdings *holdings, size_t symbol, int64_t day);
bool download_holdings_has_month(const struct download_holdings *holdings, size_t symbol, int64_t first_day);
