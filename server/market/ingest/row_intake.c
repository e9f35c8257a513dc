#include "market/ingest/row_intake.h"

#include "market/ingest/field.h"
#include "market/ingest/row_rules.h"

#include <inttypes.h>

enum status row_intake_refuse(struct row_intake *intake, int64_t line, struct error *error)
{
    if (!intake->skips_bad_rows) {
        intake->report->failed_line = line;
        return STATUS_INVALID;
    }
    ingest_report_left_out(intake->report, line, error->message);
    *error = (struct error){0};
    return STATUS_OK;
}

enum status row_intake_add(struct row_intake *intake, const struct candle_row *row, struct error *error)
{
    if (candle_row_check(row, intake->series->interval, error) == STATUS_OK)
        return row_list_add(intake->rows, row, error);
    if (!candle_row_is_on_grid(row, intake->series->interval)) intake->off_grid++;
    return row_intake_refuse(intake, row->line, error);
}

static bool is_separator(char c)
{
    return c == '/' || c == '-' || c == '_' || c == ':' || c == ' ';
}

enum status row_intake_check_symbol(const struct row_intake *intake, struct str symbol, struct error *error)
{
    char packed[LIMIT_SYMBOL_BYTES + 1];
    size_t len = 0;
    for (size_t i = 0; i < symbol.len && len < LIMIT_SYMBOL_BYTES; i++)
        if (!is_separator(symbol.ptr[i])) packed[len++] = symbol.ptr[i];
    const struct str expected = str_from_c(intake->series->symbol);
    if (str_eq_ignore_case(symbol, expected) ||
        str_eq_ignore_case((struct str){.ptr = packed, .len = len}, expected))
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, NULL, "symbol %s is not %s", field_quote(symbol).text,
                     intake->series->symbol);
}

static enum status check_grid(const struct row_intake *intake, struct error *error)
{
    const int64_t seen = (int64_t)intake->rows->count + intake->report->left_out_count;
    if (intake->off_grid * 2 <= seen) return STATUS_OK;
    return error_set(error, STATUS_INVALID, NULL,
                     "%" PRId64 " of %" PRId64 " rows are off the grid of %s: it holds another interval",
                     intake->off_grid, seen, interval_name(intake->series->interval));
}

enum status row_intake_finish(struct row_intake *intake, struct error *error)
{
    TRY(check_grid(intake, error));
    struct row_repeats repeats;
    row_list_order(intake->rows, &repeats);
    if (repeats.identical)
        ingest_report_notice(intake->report, 0, "rows that stand in it again: %zu", repeats.identical);
    if (repeats.conflicting)
        ingest_report_notice(
            intake->report, repeats.second_line,
            "candles that stand in it again with other values: %zu; the last one counts, here "
            "instead of line %" PRId64,
            repeats.conflicting, repeats.first_line);
    return STATUS_OK;
}
