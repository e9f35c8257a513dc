// For statements that answer one number.
#pragma once

#include "base/error.h"
#include "db/db.h"

#include <stddef.h>
#include <stdint.h>

// count_rows(tx, &SQL_…_COUNT, DB_PARAMS(…), &count, error)
enum status count_rows(struct db_tx *tx, const struct db_statement *statement, const struct db_value *values,
                       size_t count, int64_t *out_rows, struct error *error);
