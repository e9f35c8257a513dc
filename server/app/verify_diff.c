#include "app/verify_diff.h"

#include "app/backtest_rows.h"
#include "base/number.h"
#include "engine/metrics.h"
#include "json/json.h"

#include <math.h>
#include <string.h>

enum { ROWS_AT_ONCE = 65536, BYTES_AT_ONCE = 4 * 1024 * 1024 };

// A backtest as it is stored, read in one transaction.
struct stored {
    struct db_tx *tx;
    const struct backtest_row *row;
};

// Rows of a part, some of those stored against as many of now.
struct rows {
    enum backtest_part part;
    size_t record_bytes;
    size_t stored_first; // number of the first of them
    size_t stored_count; // at most; SIZE_MAX: to the end
    const char *now;
    size_t now_count;
};

// `number` counts from the first of the rows; the record is that of the stored row, or all zero.
struct row_difference {
    bool is_found;
    size_t number;
    bool is_stored;
    char record[sizeof(struct stored_trade)];
};

_Static_assert(sizeof(struct stored_trade) >= sizeof(struct stored_point), "any record fits");

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

// What two rows have to have in common, 0 where they cannot: rebalances of other symbols have another size,
// and trades stored before there were excursions have all but those.
static size_t common_bytes(const struct rows *rows, size_t stored_bytes)
{
    const bool is_older = rows->part == BACKTEST_TRADES && stored_bytes == STORED_TRADE_LEAST_BYTES;
    return stored_bytes == rows->record_bytes || is_older ? stored_bytes : 0;
}

static bool is_same_row(const struct rows *rows, const struct record_list *piece, size_t i, size_t number)
{
    const size_t bytes = common_bytes(rows, piece->record_bytes);
    return number < rows->now_count && bytes > 0 &&
           memcmp((const char *)piece->records + i * piece->record_bytes,
                  rows->now + number * rows->record_bytes, bytes) == 0;
}

// A piece of the stored rows; whether the first that differs is in it, or the rows of now end there.
static void look_at(const struct rows *rows, const struct record_list *piece, size_t begin,
                    struct row_difference *out)
{
    for (size_t i = 0; i < piece->count && !out->is_found; i++) {
        if (is_same_row(rows, piece, i, begin + i)) continue;
        *out = (struct row_difference){.is_found = true, .number = begin + i, .is_stored = true};
        memcpy(out->record, (const char *)piece->records + i * piece->record_bytes,
               least(piece->record_bytes, sizeof out->record));
    }
}

// The rows of rebalances are as long as there are symbols, those of trades as when they were stored.
static enum status read_piece(const struct stored *stored, const struct rows *rows, size_t done,
                              struct arena *arena, struct record_list *piece, struct error *error)
{
    const bool is_any_size = rows->part == BACKTEST_REBALANCES || rows->part == BACKTEST_TRADES;
    const size_t fitting = BYTES_AT_ONCE / rows->record_bytes + 1;
    const size_t limit = least(least(ROWS_AT_ONCE, fitting), rows->stored_count - done);
    *piece = (struct record_list){.part = rows->part,
                                  .record_bytes = is_any_size ? 0 : rows->record_bytes,
                                  .first = rows->stored_first + done};
    arena_reset(arena);
    return backtest_store_read_rows(stored->tx, stored->row, limit, arena, piece, error);
}

static enum status find_difference(const struct stored *stored, const struct rows *rows,
                                   struct row_difference *out, struct error *error)
{
    ARENA_SCOPE(scratch, SIZE_MAX);
    size_t done = 0;
    struct record_list piece = {.count = 1};
    *out = (struct row_difference){0};
    while (!out->is_found && piece.count > 0 && done < rows->stored_count) {
        TRY(read_piece(stored, rows, done, &scratch, &piece, error));
        look_at(rows, &piece, done, out);
        done += piece.count;
    }
    if (!out->is_found && done < rows->now_count)
        *out = (struct row_difference){.is_found = true, .number = done};
    return STATUS_OK;
}

// ---- candles

// The point of that number; NULL where there is none. Lives in the arena.
static enum status read_point(const struct stored *stored, size_t number, struct arena *arena,
                              const struct stored_point **out_point, struct error *error)
{
    struct record_list one = {
        .part = BACKTEST_EQUITY, .record_bytes = sizeof(struct stored_point), .first = number};
    TRY(backtest_store_read_rows(stored->tx, stored->row, 1, arena, &one, error));
    *out_point = one.count == 1 ? one.records : NULL;
    return STATUS_OK;
}

enum status verify_begin(struct db_tx *tx, const struct backtest_row *row, struct arena *arena,
                         int64_t *out_time, struct error *error)
{
    const struct stored stored = {.tx = tx, .row = row};
    const struct stored_point *point;
    TRY(read_point(&stored, 0, arena, &point, error));
    if (!point)
        return error_set(error, STATUS_INTERNAL, NULL, "the backtest %.*s has no equity", STR_ARG(row->id));
    *out_time = point->time;
    return STATUS_OK;
}

static void take_earlier(struct verify_series *series, int64_t time)
{
    if (!series->has_changed_from || time < series->changed_from) series->changed_from = time;
    series->has_changed_from = true;
}

// The time of the stored bar, where something tells it: the first of all, or a point of the equity. A candle
// that went shows by it, where those of now only have the next one.
static enum status take_stored_time(const struct stored *stored, const struct verify_checks *checks,
                                    size_t bar, struct verify_series *series, struct error *error)
{
    ARENA_SCOPE(scratch, SIZE_MAX);
    const size_t warmup = checks->stored_bars - least(checks->stored_bars, (size_t)stored->row->outcome.bars);
    const struct stored_point *point = NULL;
    if (bar == 0 && checks->stored_bars > 0) take_earlier(series, checks->first_time);
    if (checks->bars_each == 1 && bar >= warmup && bar < checks->stored_bars)
        TRY(read_point(stored, bar - warmup, &scratch, &point, error));
    if (point) take_earlier(series, point->time);
    return STATUS_OK;
}

static enum status place_change(const struct stored *stored, const struct verify_checks *checks,
                                struct verify_series *series, struct error *error)
{
    const struct rows rows = {
        .part = BACKTEST_CHECKS,
        .record_bytes = sizeof *checks->checks,
        .stored_first = checks->stored_first,
        .stored_count = checks->stored_count,
        .now = (const char *)checks->checks,
        .now_count = checks->count,
    };
    struct row_difference difference;
    TRY(find_difference(stored, &rows, &difference, error));
    if (!difference.is_found) return STATUS_OK;
    if (difference.number < checks->count) take_earlier(series, checks->times[difference.number]);
    return take_stored_time(stored, checks, difference.number * checks->bars_each, series, error);
}

enum status verify_place_changes(struct db_tx *tx, const struct backtest_row *row,
                                 const struct verify_run *run, struct error *error)
{
    const struct stored stored = {.tx = tx, .row = row};
    for (size_t i = 0; i < run->series_count; i++)
        if (run->series[i].state == SERIES_CHANGED && run->checks[i].bars_each > 0)
            TRY(place_change(&stored, &run->checks[i], &run->series[i], error));
    return STATUS_OK;
}

// ---- results

static enum status compare_part(const struct stored *stored, const struct record_list *now,
                                struct row_difference *out, struct error *error)
{
    const struct rows rows = {.part = now->part,
                              .record_bytes = now->record_bytes,
                              .stored_count = SIZE_MAX,
                              .now = now->records,
                              .now_count = now->count};
    return find_difference(stored, &rows, out, error);
}

// What is told of a row that differs.
struct told {
    int64_t time;
    double value;
};

static struct told point_told(const void *record)
{
    struct stored_point point;
    memcpy(&point, record, sizeof point);
    return (struct told){.time = point.time, .value = point.equity};
}

static struct told trade_told(const void *record)
{
    struct stored_trade trade;
    memcpy(&trade, record, sizeof trade);
    return (struct told){.time = trade.entry_time, .value = trade.pnl};
}

static enum status compare_rows(const struct stored *stored, const struct record_list *now,
                                struct told tell(const void *record), struct verify_row *out,
                                struct error *error)
{
    struct row_difference difference;
    TRY(compare_part(stored, now, &difference, error));
    if (!difference.is_found) return STATUS_OK;
    const bool is_now = difference.number < now->count;
    const char *records = now->records;
    const struct told none = {.value = (double)NAN};
    const struct told was = difference.is_stored ? tell(difference.record) : none;
    const struct told is = is_now ? tell(records + difference.number * now->record_bytes) : none;
    *out = (struct verify_row){
        .differs = true,
        .number = difference.number + 1,
        .time = difference.is_stored ? was.time : is.time,
        .stored = was.value,
        .now = is.value,
    };
    return STATUS_OK;
}

static double number_of(const struct json_value *value)
{
    double number;
    return value->type == JSON_NUMBER && number_parse(value->text, &number) ? number : (double)NAN;
}

static void compare_figure(const char *name, double stored, double now, struct verification *verification)
{
    if (stored == now || (isnan(stored) && isnan(now))) return;
    verification->figures[verification->figure_count++] =
        (struct verify_figure){.name = name, .stored = stored, .now = now};
}

// A figure that an older program did not have says nothing.
static enum status compare_figures(const struct backtest_outcome *stored, const struct backtest_outcome *now,
                                   struct arena *arena, struct verification *verification,
                                   struct error *error)
{
    const struct json_value *before, *after;
    verification->figures = ARENA_ARRAY(arena, struct verify_figure, metric_count() + 1);
    if (!verification->figures) return error_no_memory(error);
    TRY(verify_read_stored(stored->metrics_json, arena, &before, error));
    TRY(verify_read_stored(now->metrics_json, arena, &after, error));
    compare_figure("final_equity", stored->final_equity, now->final_equity, verification);
    for (size_t i = 0; i < metric_count(); i++) {
        const struct str name = str_from_c(metric_at(i)->name);
        const struct json_value *was = json_member(before, name), *is = json_member(after, name);
        if (was && is) compare_figure(metric_at(i)->name, number_of(was), number_of(is), verification);
    }
    return STATUS_OK;
}

static enum status compare_rebalances(const struct stored *stored, const struct record_list *now,
                                      bool *out_differs, struct error *error)
{
    struct row_difference difference = {0};
    if (now->records) TRY(compare_part(stored, now, &difference, error));
    *out_differs = difference.is_found;
    return STATUS_OK;
}

enum status verify_compare(struct db_tx *tx, const struct backtest_row *row, const struct verify_run *run,
                           struct arena *arena, struct verification *verification, struct error *error)
{
    const struct stored backtest = {.tx = tx, .row = row};
    const struct backtest_outcome *stored = &row->outcome, *now = &run->outcome;
    bool *parts = verification->parts;
    if (!run->was_run) return STATUS_OK;
    TRY(compare_figures(stored, now, arena, verification, error));
    TRY(compare_rows(&backtest, &run->points, point_told, &verification->equity, error));
    TRY(compare_rows(&backtest, &run->trades, trade_told, &verification->trades, error));
    TRY(compare_rebalances(&backtest, &run->rebalances, &parts[VERIFY_REBALANCES], error));
    parts[VERIFY_ATTRIBUTION] =
        now->attribution_json.ptr && !str_eq(stored->attribution_json, now->attribution_json);
    parts[VERIFY_BARS] = stored->bars != now->bars;
    parts[VERIFY_WARMUP_BARS] = stored->warmup_bars != now->warmup_bars;
    parts[VERIFY_LIQUIDATED_AT] = stored->liquidated_at != now->liquidated_at;
    parts[VERIFY_MONTHLY_RETURNS] = !str_eq(stored->monthly_returns_json, now->monthly_returns_json);
    return STATUS_OK;
}
