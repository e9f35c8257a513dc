// The rows of one file while it is read: grows up to LIMIT_IMPORT_ROWS, then is put in order.
#pragma once

#include "base/error.h"
#include "market/candle_store.h"

#include <stddef.h>
#include <stdint.h>

// Zero-initialise. Heap, owned by the list.
struct row_list {
    struct candle_row *rows;
    size_t count;
    size_t capacity;
};

enum status row_list_add(struct row_list *list, const struct candle_row *row, struct error *error);

struct row_repeats {
    size_t identical;    // rows that stood in the file more than once
    size_t conflicting;  // rows that stood in it again with other values: the last one counts
    int64_t first_line;  // of the first conflict: the row that was dropped,
    int64_t second_line; // and the one that was kept
};

// Ascending by open time, one row for each.
void row_list_order(struct row_list *list, struct row_repeats *out_repeats);

void row_list_done(struct row_list *list);
#define ROW_LIST_SCOPE __attribute__((cleanup(row_list_done))) struct row_list
