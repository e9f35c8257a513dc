// What symbols are worth now: the prices that a move is made at and that positions are valued with.
#pragma once

#include "app/app.h"
#include "app/fill.h"
#include "base/arena.h"
#include "base/error.h"
#include "json/json.h"

#include <stddef.h>
#include <stdint.h>

// In the order that they were asked for, or given.
struct mark_list {
    struct mark *items;
    size_t count;
};

struct mark_query {
    const struct str *symbols;
    size_t count;
    const struct mark_list *given; // with the request; NULL: none
    int64_t now_us;
};

// A mark for each symbol: the one that is given, else the close of its newest stored candle that has ended by
// now (of any interval: the newest end wins, of candles that end together the longest), with that end as its
// time. Neither: is_known is false. Reads no state: call it before the transaction. STATUS_NO_MEMORY.
enum status mark_find(const struct app *app, const struct mark_query *query, struct arena *arena,
                      struct mark_list *out_marks, struct error *error);

// STATUS_INVALID "no_mark_price" with the symbols that have no mark.
enum status mark_require(const struct mark_list *marks, struct error *error);

// The known mark of a symbol, whatever the case of its letters; NULL: none.
const struct mark *mark_of(const struct mark_list *marks, struct str symbol);

// {"BTCUSDT": 60000, "ETHUSDT": "2500.5"} as marks of a request of that time. `object` NULL: none.
// STATUS_INVALID with the member's pointer behind `pointer` for a price that is none; at most LIMIT_MARKS.
enum status mark_read(const struct json_value *object, const char *pointer, int64_t now_us,
                      struct arena *arena, struct mark_list *out_marks, struct error *error);
