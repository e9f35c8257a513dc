#include "market/catalog_scan.h"

#include "base/limits.h"
#include "market/candle_reader.h"

#include <stdlib.h>

enum {
    RUNS_MAX = 32,    // of one series; beyond it its times are read again and sorted
    SLOTS_MIN = 1024, // power of two
};

// Times of one series that came in ascending order.
struct run {
    int64_t first, last;
    int64_t count;
    int64_t gaps;
};

// Files are sorted as a rule, so that a series is one run; a month that was imported late makes a second one.
struct scanned_series {
    struct str symbol;
    struct str bar;         // as its first row spells the interval
    enum interval interval; // INTERVAL_COUNT: none of ours
    struct run runs[RUNS_MAX];
    size_t run_count;
    bool is_scattered; // more runs than that, or runs that overlap
};

// Every series of the scan, found by (symbol, interval): open addressing, at most half full.
struct scan {
    struct arena *arena;
    struct scanned_series **slots;
    size_t slot_count;
    size_t count;
    struct scanned_series *present; // of the last row; rows of one series stand together as a rule
};

static bool is_gap(enum interval interval, int64_t time, int64_t next)
{
    return next > interval_next(interval, time);
}

// The slot of the series, or the empty one where it belongs.
static struct scanned_series **slot_of(struct scan *scan, struct str symbol, enum interval interval)
{
    for (size_t i = (size_t)str_hash(symbol) + interval;; i++) {
        struct scanned_series **slot = &scan->slots[i & (scan->slot_count - 1)];
        if (!*slot || ((*slot)->interval == interval && str_eq((*slot)->symbol, symbol))) return slot;
    }
}

static enum status grow(struct scan *scan, struct error *error)
{
    struct scanned_series **old = scan->slots;
    const size_t old_count = scan->slot_count;
    const size_t slot_count = old_count ? old_count * 2 : SLOTS_MIN;
    struct scanned_series **slots = ARENA_ARRAY(scan->arena, struct scanned_series *, slot_count);
    if (!slots) return error_no_memory(error);
    scan->slots = slots;
    scan->slot_count = slot_count;
    for (size_t i = 0; i < old_count; i++)
        if (old[i]) *slot_of(scan, old[i]->symbol, old[i]->interval) = old[i];
    return STATUS_OK;
}

static enum status add_series(struct scan *scan, const struct candle_point *point, enum interval interval,
                              struct error *error)
{
    if (scan->count == LIMIT_CATALOG_SERIES)
        return error_set(error, STATUS_TOO_LARGE, NULL, "there are more than %d series",
                         LIMIT_CATALOG_SERIES);
    if (2 * (scan->count + 1) > scan->slot_count) TRY(grow(scan, error));
    struct scanned_series *series = ARENA_NEW(scan->arena, struct scanned_series);
    if (!series) return error_no_memory(error);
    series->symbol = str_copy(scan->arena, point->symbol);
    series->bar = str_copy(scan->arena, point->bar);
    if (!series->symbol.ptr || !series->bar.ptr) return error_no_memory(error);
    series->interval = interval;
    *slot_of(scan, series->symbol, interval) = series;
    scan->present = series;
    scan->count++;
    return STATUS_OK;
}

static enum status find_series(struct scan *scan, const struct candle_point *point, struct error *error)
{
    const struct scanned_series *present = scan->present;
    if (present && point->is_same_series) return STATUS_OK;
    if (present && str_eq(present->symbol, point->symbol) && str_eq(present->bar, point->bar))
        return STATUS_OK;
    enum interval interval;
    if (!interval_parse(point->bar, &interval)) interval = INTERVAL_COUNT;
    scan->present = scan->slot_count ? *slot_of(scan, point->symbol, interval) : NULL;
    return scan->present ? STATUS_OK : add_series(scan, point, interval, error);
}

static void add_time(struct scanned_series *series, int64_t time)
{
    struct run *run = series->run_count ? &series->runs[series->run_count - 1] : NULL;
    if (run && time >= run->last) {
        run->count += time > run->last; // the same time twice is one candle
        run->gaps += is_gap(series->interval, run->last, time);
        run->last = time;
    } else if (series->run_count < RUNS_MAX) {
        series->runs[series->run_count++] = (struct run){.first = time, .last = time, .count = 1};
    } else {
        series->is_scattered = true;
    }
}

static enum status visit(void *context, const struct candle_point *point, struct error *error)
{
    struct scan *scan = context;
    TRY(find_series(scan, point, error));
    if (scan->present->interval != INTERVAL_COUNT) add_time(scan->present, point->time);
    return STATUS_OK;
}

static int compare_runs(const void *a, const void *b)
{
    const struct run *x = a, *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

// Joins the runs into one; false when they overlap.
static bool join_runs(struct scanned_series *series, struct run *out_whole)
{
    qsort(series->runs, series->run_count, sizeof series->runs[0], compare_runs);
    struct run whole = series->runs[0];
    for (size_t i = 1; i < series->run_count; i++) {
        const struct run *next = &series->runs[i];
        if (next->first <= whole.last) return false;
        whole.gaps += next->gaps + is_gap(series->interval, whole.last, next->first);
        whole.count += next->count;
        whole.last = next->last;
    }
    *out_whole = whole;
    return true;
}

// Reads the series and puts its times in order.
static enum status gather(duckdb_connection connection, const struct scanned_series *series,
                          struct run *out_whole, struct error *error)
{
    SERIES_BUILDER_SCOPE builder = {0};
    TRY(candle_reader_series(connection, series->symbol, series->interval, &builder, error));
    TRY(series_builder_order(&builder, error));
    struct run whole = {.first = series->runs[0].first, .last = series->runs[0].first};
    if (builder.count) whole = (struct run){.first = builder.time[0], .last = builder.time[0], .count = 1};
    for (size_t i = 1; i < builder.count; i++) {
        whole.gaps += is_gap(series->interval, whole.last, builder.time[i]);
        whole.last = builder.time[i];
        whole.count++;
    }
    *out_whole = whole;
    return STATUS_OK;
}

static enum status measure(duckdb_connection connection, struct scanned_series *series,
                           struct stored_interval *out_extent, struct error *error)
{
    struct run whole;
    if (series->is_scattered || !join_runs(series, &whole)) TRY(gather(connection, series, &whole, error));
    *out_extent = (struct stored_interval){.interval = series->interval,
                                           .first = whole.first,
                                           .last = whole.last,
                                           .count = whole.count,
                                           .gaps = whole.gaps};
    return STATUS_OK;
}

static int compare_series(const void *a, const void *b)
{
    const struct stored_series *x = a, *y = b;
    const int order = str_compare(x->symbol, y->symbol);
    return order ? order : (int)x->extent.interval - (int)y->extent.interval;
}

enum status catalog_scan(duckdb_connection connection, struct arena *arena, struct stored_series **out_series,
                         size_t *out_count, struct error *error)
{
    struct scan scan = {.arena = arena};
    const struct candle_visitor visitor = {visit, &scan};
    TRY(candle_reader_scan_times(connection, &visitor, error));
    struct stored_series *list = ARENA_ARRAY(arena, struct stored_series, scan.count);
    if (!list) return error_no_memory(error);
    size_t count = 0;
    for (size_t i = 0; i < scan.slot_count; i++) {
        struct scanned_series *series = scan.slots[i];
        if (!series || series->interval == INTERVAL_COUNT) continue;
        list[count].symbol = series->symbol;
        TRY(measure(connection, series, &list[count++].extent, error));
    }
    qsort(list, count, sizeof list[0], compare_series);
    *out_series = list;
    *out_count = count;
    return STATUS_OK;
}
