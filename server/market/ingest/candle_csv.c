#include "market/ingest/candle_csv.h"

#include "market/ingest/csv_reader.h"
#include "market/ingest/field.h"
#include "market/ingest/row_intake.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

struct csv_pass {
    struct row_intake intake;
    struct candle_layout layout;
    bool has_layout;
};

static enum status refuse_field(enum candle_field field, struct str text, const char *what,
                                struct error *error)
{
    if (text.len > FIELD_NUMBER_MAX_BYTES)
        return error_set(error, STATUS_INVALID, NULL, "%s has %zu characters", candle_field_name(field),
                         text.len);
    return error_set(error, STATUS_INVALID, NULL, "%s %s is not %s", candle_field_name(field),
                     field_quote(text).text, what);
}

// The field's text; empty too where the layout has no such column.
static struct str text_of(const struct csv_record *record, const struct candle_layout *layout,
                          enum candle_field field)
{
    const int column = layout->column_of[field];
    return column == CANDLE_LAYOUT_ABSENT ? (struct str){0} : record->fields[column];
}

static enum status decode_times(const struct csv_record *record, const struct candle_layout *layout,
                                struct candle_row *row, struct error *error)
{
    const struct str open = text_of(record, layout, CANDLE_OPEN_TIME);
    const struct str close = text_of(record, layout, CANDLE_CLOSE_TIME);
    if (!field_time_us(open, &row->open_time_us))
        return refuse_field(CANDLE_OPEN_TIME, open, "a time", error);
    row->close_time_us = CANDLE_NO_TIME;
    if (close.len && !field_time_us(close, &row->close_time_us))
        return refuse_field(CANDLE_CLOSE_TIME, close, "a time", error);
    return STATUS_OK;
}

static enum status decode_numbers(const struct csv_record *record, const struct candle_layout *layout,
                                  struct candle_row *row, struct error *error)
{
    for (size_t i = 0; i < CANDLE_NUMBER_COUNT; i++) {
        const struct candle_number *number = &candle_numbers[i];
        const struct str text = text_of(record, layout, number->field);
        double *value = candle_number_in(number, row);
        *value = (double)NAN;
        if (text.len == 0 && !number->is_required) continue;
        if (!field_number(text, value)) return refuse_field(number->field, text, "a number", error);
    }
    return STATUS_OK;
}

static enum status decode_trades(const struct csv_record *record, const struct candle_layout *layout,
                                 struct candle_row *row, struct error *error)
{
    const struct str text = text_of(record, layout, CANDLE_TRADES);
    row->trades = CANDLE_NO_COUNT;
    if (text.len == 0) return STATUS_OK;
    if (!field_count(text, &row->trades) || row->trades < 0)
        return refuse_field(CANDLE_TRADES, text, "a count", error);
    return STATUS_OK;
}

static enum status decode_row(const struct csv_pass *pass, const struct csv_record *record,
                              struct candle_row *row, struct error *error)
{
    if (record->problem) return error_set(error, STATUS_INVALID, NULL, "%s", record->problem);
    if (record->count != pass->layout.column_count)
        return error_set(error, STATUS_INVALID, NULL, "%zu of %zu columns", record->count,
                         pass->layout.column_count);
    row->line = record->line;
    const struct str symbol = text_of(record, &pass->layout, CANDLE_SYMBOL);
    if (symbol.len) TRY(row_intake_check_symbol(&pass->intake, symbol, error));
    TRY(decode_times(record, &pass->layout, row, error));
    TRY(decode_numbers(record, &pass->layout, row, error));
    return decode_trades(record, &pass->layout, row, error);
}

static bool starts_with_time(const struct csv_record *record, size_t column)
{
    int64_t time_us;
    return column < record->count && field_time_us(record->fields[column], &time_us);
}

// Looks at the first record: settles the layout and tells whether the record is a header.
static enum status settle_layout(struct csv_pass *pass, const struct csv_record *record, bool *out_is_header,
                                 struct error *error)
{
    const bool is_header = candle_layout_is_header(record->fields, record->count);
    if (pass->has_layout)
        *out_is_header =
            !record->problem && !starts_with_time(record, (size_t)pass->layout.column_of[CANDLE_OPEN_TIME]);
    else
        *out_is_header = is_header;
    if (pass->has_layout) return STATUS_OK;
    pass->has_layout = true;
    if (is_header) return candle_layout_by_names(record->fields, record->count, &pass->layout, error);
    return candle_layout_by_position(record->count, &pass->layout, error);
}

static enum status take_record(struct csv_pass *pass, const struct csv_record *record, struct error *error)
{
    struct candle_row row;
    const enum status status = decode_row(pass, record, &row, error);
    return status == STATUS_OK ? row_intake_add(&pass->intake, &row, error)
                               : row_intake_refuse(&pass->intake, record->line, error);
}

static enum status read_all(struct csv_pass *pass, struct csv_reader *reader, struct error *error)
{
    struct csv_record record;
    TRY(csv_reader_next(reader, &record, error));
    while (record.problem && !pass->has_layout) {
        TRY(take_record(pass, &record, error));
        TRY(csv_reader_next(reader, &record, error));
    }
    if (record.count == 0) return row_intake_finish(&pass->intake, error);
    bool is_header = false;
    if (settle_layout(pass, &record, &is_header, error) != STATUS_OK) {
        pass->intake.report->failed_line = record.line;
        return error->status;
    }
    if (is_header) TRY(csv_reader_next(reader, &record, error));
    while (record.count > 0) {
        TRY(take_record(pass, &record, error));
        TRY(csv_reader_next(reader, &record, error));
    }
    return row_intake_finish(&pass->intake, error);
}

static void note_absent_columns(const struct csv_pass *pass)
{
    char buffer[CANDLE_LAYOUT_ABSENT_TEXT];
    const struct str absent = candle_layout_absent(&pass->layout, buffer);
    if (pass->has_layout && absent.len)
        ingest_report_notice(pass->intake.report, 0, "has no %.*s", STR_ARG(absent));
}

static void free_reader(struct csv_reader **reader)
{
    free(*reader);
}

enum status candle_csv_read(struct byte_source *source, const struct candle_csv_rules *rules,
                            struct row_list *rows, struct ingest_report *report, struct error *error)
{
    struct csv_pass pass = {.intake = {.series = rules->series,
                                       .skips_bad_rows = rules->skips_bad_rows,
                                       .rows = rows,
                                       .report = report},
                            .has_layout = rules->layout != NULL};
    if (rules->layout) pass.layout = *rules->layout;
    __attribute__((cleanup(free_reader))) struct csv_reader *reader = malloc(sizeof *reader);
    if (!reader) return error_no_memory(error);
    csv_reader_init(reader, source);
    TRY(read_all(&pass, reader, error));
    note_absent_columns(&pass);
    return STATUS_OK;
}
