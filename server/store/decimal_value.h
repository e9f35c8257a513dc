// Decimals in the state database: text in one form on both engines (base/decimal.h's), so that no digit is
// lost.
#pragma once

#include "base/decimal.h"
#include "base/str.h"
#include "db/db.h"

#include <stdbool.h>
#include <stddef.h>

enum { DECIMAL_VALUES_MAX = 16 };

// The texts of the decimals of one statement, which must live as long as its call. Zero-initialise.
struct decimal_values {
    char texts[DECIMAL_VALUES_MAX][DECIMAL_TEXT_MAX];
    size_t count; // at most DECIMAL_VALUES_MAX
};

// A parameter; its text is the next one of `values`.
struct db_value decimal_value(struct decimal_values *values, struct decimal decimal);

// The decimal of a column; NULL reads as 0. *is_damaged becomes true (and else stays as it is) when the text
// is no decimal as it is stored.
struct decimal decimal_of_column(const struct db_rows *rows, int column, bool *is_damaged);

// STATUS_INTERNAL "ledger_damaged" for a row that holds such a text.
enum status decimal_damaged(const char *table, struct str key, struct error *error);

static inline struct db_value text_or_null(struct str text)
{
    return text.ptr ? DB_TEXT(text) : DB_NULL;
}
