#include "app/sweep_rows.h"

#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "stored rows are little-endian");

size_t sweep_record_doubles(size_t axis_count)
{
    return axis_count + metric_count() + 1;
}

size_t sweep_record_metric(size_t axis_count, size_t metric)
{
    return axis_count + metric;
}

size_t sweep_record_equity(size_t axis_count)
{
    return axis_count + metric_count();
}

static void put_record(double *record, size_t axis_count, const struct sweep_row *row)
{
    memcpy(record, row->values, axis_count * sizeof *record);
    for (size_t i = 0; i < metric_count(); i++)
        record[sweep_record_metric(axis_count, i)] = metric_value(&row->metrics, i);
    record[sweep_record_equity(axis_count)] = row->metrics.final_equity;
}

struct record_list sweep_records(const struct sweep_request *request, const struct sweep_row *rows,
                                 size_t count, struct arena *arena)
{
    const size_t width = sweep_record_doubles(request->axis_count);
    double *records = arena_alloc_raw(arena, count * width, sizeof *records);
    size_t kept = 0;
    for (size_t i = 0; records && i < count; i++)
        if (rows[i].is_valid) put_record(records + kept++ * width, request->axis_count, &rows[i]);
    return (struct record_list){.part = BACKTEST_COMBINATIONS,
                                .record_bytes = width * sizeof *records,
                                .count = kept,
                                .records = records};
}
