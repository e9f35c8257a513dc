// Which column of a file means what: by header names, by Binance's order, or as the user says.
#pragma once

#include "base/error.h"
#include "base/str.h"
#include "market/candle_store.h"

#include <stdbool.h>
#include <stddef.h>

enum candle_field {
    CANDLE_OPEN_TIME,
    CANDLE_OPEN,
    CANDLE_HIGH,
    CANDLE_LOW,
    CANDLE_CLOSE,
    CANDLE_VOLUME,
    CANDLE_CLOSE_TIME,
    CANDLE_QUOTE_VOLUME,
    CANDLE_TRADES,
    CANDLE_TAKER_BUY_BASE,
    CANDLE_TAKER_BUY_QUOTE,
    CANDLE_SYMBOL, // not stored: checked against the file's series
    CANDLE_FIELD_COUNT,
};

enum { CANDLE_LAYOUT_MAX_COLUMNS = 64, CANDLE_LAYOUT_ABSENT = -1 };

struct candle_layout {
    int column_of[CANDLE_FIELD_COUNT]; // from 0, or CANDLE_LAYOUT_ABSENT
    size_t column_count;
};

// The fields that are doubles of struct candle_row, each at its `offset`, in the order of a row.
struct candle_number {
    enum candle_field field;
    bool is_required; // what is not is NaN where a row has none
    size_t offset;
};
enum { CANDLE_NUMBER_COUNT = 8 };
extern const struct candle_number candle_numbers[CANDLE_NUMBER_COUNT];

// The number of a row, to be written.
static inline double *candle_number_in(const struct candle_number *number, struct candle_row *row)
{
    return (double *)(void *)((char *)row + number->offset);
}

// "open time", as messages say it.
const char *candle_field_name(enum candle_field field);

// Whether a record names columns: one of its fields is a known name of the open time.
bool candle_layout_is_header(const struct str *names, size_t count);

// Columns by name, whatever their case: Binance's spot and futures headers and what pandas made of them. Of
// several columns with the same meaning the better known name counts, then the first. Unknown columns are
// left aside. STATUS_INVALID when open time, open, high, low, close or volume is missing.
enum status candle_layout_by_names(const struct str *names, size_t count, struct candle_layout *out_layout,
                                   struct error *error);

// Columns by Binance's order: 12, 11 (without "ignore") or 6 (up to volume) of them. STATUS_INVALID
// otherwise.
enum status candle_layout_by_position(size_t count, struct candle_layout *out_layout, struct error *error);

// "time,open,close,high,low,volume" as a user writes it; "-" for a column to leave aside.
enum status candle_layout_from_text(struct str text, struct candle_layout *out_layout, struct error *error);

// "close time, trades" into `buffer`: the values that files of this layout do not have; "" when they have
// all.
enum { CANDLE_LAYOUT_ABSENT_TEXT = 128 };
struct str candle_layout_absent(const struct candle_layout *layout,
                                char buffer[static CANDLE_LAYOUT_ABSENT_TEXT]);
