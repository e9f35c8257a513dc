#include "engine/universe.h"

#include "base/limits.h"
#include "engine/vector.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

// Times of two ascending columns, each once. `out` has room for both.
static size_t merge_times(const int64_t *a, size_t a_count, const int64_t *b, size_t b_count, int64_t *out)
{
    size_t i = 0, j = 0, count = 0;
    while (i < a_count && j < b_count) {
        const int64_t left = a[i], right = b[j];
        out[count++] = left < right ? left : right;
        i += left <= right;
        j += right <= left;
    }
    memcpy(out + count, a + i, (a_count - i) * sizeof *out);
    count += a_count - i;
    memcpy(out + count, b + j, (b_count - j) * sizeof *out);
    return count + b_count - j;
}

// Whether all times of `some` stand in a row in `all`: nothing is new then.
static bool is_stretch_of(const struct candles *some, const int64_t *all, size_t all_count)
{
    const struct candles calendar = {.count = all_count, .time = all};
    const size_t start = candles_lower_bound(&calendar, some->time[0]);
    return all_count - start >= some->count &&
           memcmp(all + start, some->time, some->count * sizeof *all) == 0;
}

// The union of all times; the longest series first, so that most of the others add nothing.
static enum status build_calendar(const struct candles *parts, size_t symbol_count, struct arena *arena,
                                  struct universe *out_universe, struct error *error)
{
    size_t longest = 0;
    for (size_t s = 1; s < symbol_count; s++)
        if (parts[s].count > parts[longest].count) longest = s;
    const int64_t *times = parts[longest].time;
    size_t count = parts[longest].count;
    for (size_t s = 0; s < symbol_count; s++) {
        if (parts[s].count == 0 || is_stretch_of(&parts[s], times, count)) continue;
        int64_t *merged = arena_alloc_raw(arena, count + parts[s].count, sizeof *merged);
        if (!merged) return error_no_memory(error);
        count = merge_times(times, count, parts[s].time, parts[s].count, merged);
        times = merged;
    }
    out_universe->time = times;
    out_universe->bar_count = count;
    return STATUS_OK;
}

enum { TILE = 8 }; // symbols written side by side: a cache line of a bar is filled in one go

// Neighbouring symbols, up to TILE of them, and where each of them stands.
struct tile {
    const struct candles *parts;
    size_t width;
    size_t next[TILE];
    double *open; // of the first of them at bar 0
    double *close;
    size_t stride; // from bar to bar
};

struct tile_bars {
    size_t begin, end;
};

// Bars [begin, end), whatever the symbols have there.
static void put_rows(struct tile *tile, const int64_t *times, size_t begin, size_t end)
{
    for (size_t t = begin; t < end; t++) {
        for (size_t k = 0; k < tile->width; k++) {
            const struct candles *part = &tile->parts[k];
            const size_t i = tile->next[k];
            const bool is_there = i < part->count && part->time[i] == times[t];
            tile->open[t * tile->stride + k] = is_there ? part->open[i] : (double)NAN;
            tile->close[t * tile->stride + k] = is_there ? part->close[i] : (double)NAN;
            tile->next[k] += is_there;
        }
    }
}

// TILE columns of `count` values as rows.
VECTORISED static void turn_columns(const double *const *columns, size_t count, double *rows, size_t stride)
{
    size_t bar = 0;
    for (; bar + QUAD <= count; bar += QUAD) {
        quad_turn(columns, bar, rows + bar * stride, stride);
        quad_turn(columns + QUAD, bar, rows + bar * stride + QUAD, stride);
    }
    for (; bar < count; bar++)
        for (size_t k = 0; k < TILE; k++)
            rows[bar * stride + k] = columns[k][bar];
}

// `count` bars, from `bar` on, at which all of TILE symbols have a candle.
static void put_full_rows(struct tile *tile, size_t bar, size_t count)
{
    const double *open[TILE], *close[TILE];
    for (size_t k = 0; k < TILE; k++) {
        open[k] = tile->parts[k].open + tile->next[k];
        close[k] = tile->parts[k].close + tile->next[k];
        tile->next[k] += count;
    }
    turn_columns(open, count, tile->open + bar * tile->stride, tile->stride);
    turn_columns(close, count, tile->close + bar * tile->stride, tile->stride);
}

// The bars [begin, end) of the calendar at which every symbol of a whole tile has a candle, so far as that is
// plain to see: each has one at every bar from its first to its last, since the calendar has all of their
// times and no more of them in between. None where one has not.
static struct tile_bars full_rows(const struct tile *tile, const struct universe *universe)
{
    const struct candles calendar = {.count = universe->bar_count, .time = universe->time};
    struct tile_bars bars = {.end = tile->width == TILE ? universe->bar_count : 0};
    for (size_t k = 0; k < tile->width && bars.begin < bars.end; k++) {
        const struct candles *part = &tile->parts[k];
        if (part->count == 0) return (struct tile_bars){0};
        const size_t start = candles_lower_bound(&calendar, part->time[0]), end = start + part->count;
        if (end > universe->bar_count || universe->time[end - 1] != part->time[part->count - 1])
            return (struct tile_bars){0};
        bars.begin = start > bars.begin ? start : bars.begin;
        bars.end = end < bars.end ? end : bars.end;
    }
    return bars.begin < bars.end ? bars : (struct tile_bars){0};
}

static void put_tile(struct tile *tile, const struct universe *universe)
{
    const struct tile_bars full = full_rows(tile, universe);
    put_rows(tile, universe->time, 0, full.begin);
    if (full.begin < full.end) put_full_rows(tile, full.begin, full.end - full.begin);
    put_rows(tile, universe->time, full.end, universe->bar_count);
}

static enum status check_size(const struct universe *universe, struct error *error)
{
    if (universe->bar_count <= LIMIT_UNIVERSE_VALUES / (universe->symbol_count ? universe->symbol_count : 1))
        return STATUS_OK;
    return error_set(
        error, STATUS_TOO_LARGE, "too_many_candles",
        "%zu symbols over %zu bars are more than %zu values; narrow from and to, take a longer interval "
        "or fewer symbols",
        universe->symbol_count, universe->bar_count, (size_t)LIMIT_UNIVERSE_VALUES);
}

// The candles of each member in [from, to). NULL on lack of memory.
static struct candles *slice_all(const struct candles *members, size_t symbol_count,
                                 struct universe_range range, struct arena *arena)
{
    struct candles *parts = ARENA_ARRAY(arena, struct candles, symbol_count);
    for (size_t s = 0; parts && s < symbol_count && range.from < range.to; s++)
        if (members[s].count > 0)
            parts[s] = candles_slice(&members[s], candles_lower_bound(&members[s], range.from),
                                     candles_lower_bound(&members[s], range.to));
    return parts;
}

enum status universe_calendar(const struct candles *members, size_t symbol_count, struct universe_range range,
                              struct arena *arena, struct universe *out_universe, struct error *error)
{
    struct universe universe = {.symbol_count = symbol_count};
    const struct candles *parts = slice_all(members, symbol_count, range, arena);
    if (!parts) return error_no_memory(error);
    if (symbol_count > 0) TRY(build_calendar(parts, symbol_count, arena, &universe, error));
    TRY(check_size(&universe, error));
    *out_universe = universe;
    return STATUS_OK;
}

enum status universe_put_prices(const struct candles *members, struct universe_range range,
                                struct arena *arena, struct universe *universe, struct error *error)
{
    const size_t symbol_count = universe->symbol_count, values = universe->bar_count * symbol_count;
    const struct candles *parts = slice_all(members, symbol_count, range, arena);
    double *open = arena_alloc_raw(arena, values, sizeof *open);
    double *close = arena_alloc_raw(arena, values, sizeof *close);
    if (!parts || !open || !close) return error_no_memory(error);
    for (size_t s = 0; s < symbol_count; s += TILE) {
        struct tile tile = {
            .parts = parts + s,
            .width = symbol_count - s < TILE ? symbol_count - s : TILE,
            .open = open + s,
            .close = close + s,
            .stride = symbol_count,
        };
        put_tile(&tile, universe);
    }
    universe->open = open;
    universe->close = close;
    return STATUS_OK;
}

enum status universe_build(const struct candles *members, size_t symbol_count, struct universe_range range,
                           struct arena *arena, struct universe *out_universe, struct error *error)
{
    struct universe universe;
    TRY(universe_calendar(members, symbol_count, range, arena, &universe, error));
    TRY(universe_put_prices(members, range, arena, &universe, error));
    *out_universe = universe;
    return STATUS_OK;
}

struct universe universe_from(const struct universe *universe, size_t first)
{
    const size_t skipped = first * universe->symbol_count;
    return (struct universe){.symbol_count = universe->symbol_count,
                             .bar_count = universe->bar_count - first,
                             .time = universe->time + first,
                             .open = universe->open + skipped,
                             .close = universe->close + skipped};
}
