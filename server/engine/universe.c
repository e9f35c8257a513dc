#include "engine/universe.h"

#include "base/limits.h"
#include "engine/vector.h"

#include <math.h>
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

VECTORISED static void fill(double *restrict values, size_t count, double value)
{
    for (size_t i = 0; i < count; i++)
        values[i] = value;
}

enum { TILE = 8 }; // symbols written side by side: a cache line of a bar is filled in one go

// The rows [begin, end) of up to TILE neighbouring symbols. `next` is where each of them stands.
static void put_tile(const struct candles *parts, size_t first, size_t width, size_t *next,
                     struct universe *universe)
{
    for (size_t t = 0; t < universe->bar_count; t++) {
        const int64_t time = universe->time[t];
        const size_t row = t * universe->symbol_count + first;
        for (size_t k = 0; k < width; k++) {
            const struct candles *part = &parts[first + k];
            const size_t i = next[k];
            if (i == part->count || part->time[i] != time) continue;
            universe->open[row + k] = part->open[i];
            universe->close[row + k] = part->close[i];
            next[k] = i + 1;
        }
    }
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

enum status universe_build(const struct candles *members, size_t symbol_count, struct universe_range range,
                           struct arena *arena, struct universe *out_universe, struct error *error)
{
    struct universe universe;
    const struct candles *parts = slice_all(members, symbol_count, range, arena);
    if (!parts) return error_no_memory(error);
    TRY(universe_calendar(members, symbol_count, range, arena, &universe, error));
    const size_t values = universe.bar_count * symbol_count;
    universe.open = arena_alloc_raw(arena, values, sizeof(double));
    universe.close = arena_alloc_raw(arena, values, sizeof(double));
    if (!universe.open || !universe.close) return error_no_memory(error);
    fill(universe.open, values, (double)NAN);
    fill(universe.close, values, (double)NAN);
    for (size_t s = 0; s < symbol_count; s += TILE) {
        size_t next[TILE] = {0};
        put_tile(parts, s, symbol_count - s < TILE ? symbol_count - s : TILE, next, &universe);
    }
    *out_universe = universe;
    return STATUS_OK;
}
