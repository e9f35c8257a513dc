#include "store/decimal_value.h"

struct db_value decimal_value(struct decimal_values *values, struct decimal decimal)
{
    char *text = values->texts[values->count++];
    const size_t len = decimal_format(decimal, text);
    return DB_TEXT(((struct str){text, len}));
}

struct decimal decimal_of_column(const struct db_rows *rows, int column, bool *is_damaged)
{
    struct decimal value = DECIMAL_ZERO;
    if (db_is_null(rows, column)) return value;
    *is_damaged |= decimal_parse(db_text(rows, column), &value) != DECIMAL_OK;
    return value;
}

enum status decimal_damaged(const char *table, struct str key, struct error *error)
{
    return error_set(error, STATUS_INTERNAL, "ledger_damaged",
                     "a decimal of %s %.*s cannot be read; tlab check names every damage", table,
                     STR_ARG(str_prefix(key, 100)));
}
