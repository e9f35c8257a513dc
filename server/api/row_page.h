// A page of rows of a backtest: what the handlers of its parts begin with, and how they are to be shown.
#pragma once

#include "api/call.h"
#include "app/backtest.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

struct row_page {
    struct backtest_page page;
    struct str next_cursor; // ptr NULL: this is the last page
    bool is_csv;
};

// Reads "limit" (`limit` where it is absent) and "cursor" (of this kind), and the rows; sets the ETag.
enum status row_page_read(struct api_call *call, enum backtest_part part, char kind, size_t limit,
                          struct row_page *out_page);

// A number of a CSV file, empty where it is not finite, and the character behind it.
void row_page_put_cell(struct buf *buf, double value, char end);
