#include "store/count_rows.h"

enum status count_rows(struct db_tx *tx, const struct db_statement *statement, const struct db_value *values,
                       size_t count, int64_t *out_rows, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, statement, values, count, &rows, error));
    TRY(db_next(rows, &has_row, error));
    *out_rows = has_row ? db_int(rows, 0) : 0;
    return STATUS_OK;
}
