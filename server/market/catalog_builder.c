#include "market/catalog_builder.h"

#include "base/limits.h"
#include "market/candle_reader.h"
#include "market/catalog_scan.h"
#include "market/symbol_name.h"

#include <math.h>

enum { DAY_S = 86400 };

// What a symbol's closes are wanted for: the last candle of one of its intervals, and those that opened days
// earlier.
enum { LOOK_LAST, LOOK_1D, LOOK_7D, LOOK_30D, LOOK_COUNT };

static const int64_t look_back_s[LOOK_COUNT] = {0, DAY_S, 7 * DAY_S, 30 * DAY_S};

struct closes {
    enum interval interval; // INTERVAL_COUNT: none up to 1d is stored
    int64_t last;
    double close[LOOK_COUNT];
};

// The symbols as they are being made, and the closes beside them.
struct build {
    struct symbol_info *symbols;
    struct closes *closes;
    size_t count;
    enum interval interval; // of the present scan
    size_t present;         // symbol of the last row
    bool is_wanted;         // whether its closes are
};

static size_t count_symbols(const struct stored_series *series, size_t count)
{
    size_t symbols = 0;
    for (size_t i = 0; i < count; i++)
        symbols += i == 0 || !str_eq(series[i].symbol, series[i - 1].symbol);
    return symbols;
}

// One symbol out of its `count` series.
static enum status add_symbol(struct build *build, const struct stored_series *series, size_t count,
                              struct arena *arena, struct error *error)
{
    const struct str symbol = str_copy(arena, series[0].symbol);
    struct stored_interval *intervals = ARENA_ARRAY(arena, struct stored_interval, count);
    if (!symbol.ptr || !intervals) return error_no_memory(error);
    struct closes closes = {
        .interval = INTERVAL_COUNT,
    };
    for (size_t i = 0; i < LOOK_COUNT; i++)
        closes.close[i] = (double)NAN;
    for (size_t i = 0; i < count; i++) {
        intervals[i] = series[i].extent;
        if (intervals[i].interval > INTERVAL_1D) continue;
        closes.interval = intervals[i].interval;
        closes.last = intervals[i].last;
    }
    const struct symbol_parts parts = symbol_name_split(symbol);
    build->closes[build->count] = closes;
    build->symbols[build->count++] = (struct symbol_info){.symbol = symbol,
                                                          .base_asset = parts.base_asset,
                                                          .quote_asset = parts.quote_asset,
                                                          .intervals = intervals,
                                                          .interval_count = count};
    return STATUS_OK;
}

static enum status add_symbols(struct build *build, const struct stored_series *series, size_t count,
                               struct arena *arena, struct error *error)
{
    for (size_t from = 0, to; from < count; from = to) {
        to = from + 1;
        while (to < count && str_eq(series[to].symbol, series[from].symbol))
            to++;
        TRY(add_symbol(build, series + from, to - from, arena, error));
    }
    return STATUS_OK;
}

// Makes the row's symbol the present one; false when its closes of this interval are of no interest.
static bool find_symbol(struct build *build, struct str symbol)
{
    size_t low = 0, high = build->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (str_compare(build->symbols[middle].symbol, symbol) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == build->count || !str_eq(build->symbols[low].symbol, symbol)) return false;
    build->present = low;
    return build->closes[low].interval == build->interval;
}

static enum status visit_close(void *context, const struct candle_point *point, struct error *error)
{
    (void)error;
    struct build *build = context;
    if (!point->is_same_series) build->is_wanted = find_symbol(build, point->symbol);
    if (!build->is_wanted) return STATUS_OK;
    struct closes *closes = &build->closes[build->present];
    for (size_t i = 0; i < LOOK_COUNT; i++)
        if (point->time == closes->last - look_back_s[i]) closes->close[i] = point->close;
    return STATUS_OK;
}

static enum status read_closes(struct build *build, duckdb_connection connection, struct error *error)
{
    const struct candle_visitor visitor = {visit_close, build};
    for (unsigned interval = 0; interval <= INTERVAL_1D; interval++) {
        bool is_wanted = false;
        for (size_t i = 0; i < build->count; i++)
            is_wanted |= build->closes[i].interval == interval;
        build->interval = (enum interval)interval;
        if (is_wanted) TRY(candle_reader_scan_closes(connection, build->interval, &visitor, error));
    }
    return STATUS_OK;
}

static double change(const struct closes *closes, size_t look)
{
    const double then = closes->close[look];
    return then > 0 ? closes->close[LOOK_LAST] / then - 1 : (double)NAN;
}

static void set_changes(struct build *build)
{
    for (size_t i = 0; i < build->count; i++) {
        const struct closes *closes = &build->closes[i];
        build->symbols[i].last_close = closes->close[LOOK_LAST];
        build->symbols[i].change_24h = change(closes, LOOK_1D);
        build->symbols[i].change_7d = change(closes, LOOK_7D);
        build->symbols[i].change_30d = change(closes, LOOK_30D);
    }
}

// `scratch` goes when the catalogue is made, `arena` is its own.
static enum status fill(struct catalog *catalog, duckdb_connection connection, struct arena *scratch,
                        struct arena *arena, struct error *error)
{
    struct stored_series *series;
    size_t count;
    TRY(catalog_scan(connection, scratch, &series, &count, error));
    const size_t symbol_count = count_symbols(series, count);
    struct build build = {.symbols = ARENA_ARRAY(arena, struct symbol_info, symbol_count),
                          .closes = ARENA_ARRAY(scratch, struct closes, symbol_count)};
    if (!build.symbols || !build.closes) return error_no_memory(error);
    TRY(add_symbols(&build, series, count, arena, error));
    TRY(read_closes(&build, connection, error));
    set_changes(&build);
    catalog->symbols = build.symbols;
    catalog->symbol_count = build.count;
    return STATUS_OK;
}

enum status catalog_build(const struct candle_session *session, const struct catalog **out_catalog,
                          struct error *error)
{
    ARENA_SCOPE(scratch, LIMIT_CATALOG_BYTES);
    struct catalog *catalog;
    struct arena *arena;
    TRY(catalog_new(&catalog, &arena, error));
    CATALOG_SCOPE owned = catalog;
    TRY(fill(catalog, session->connection, &scratch, arena, error));
    catalog->data_version = session->data_version;
    *out_catalog = catalog_retain(owned);
    return STATUS_OK;
}
