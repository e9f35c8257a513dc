#include "engine/scan_flags.h"

#include "engine/scan_screen.h"

#include <math.h>
#include <string.h>

enum { TILE = 1024 }; // bars whose sums slide on from one start; more would let roundings add up

// A stretch of eight series side by side, by their own bars. Room is made once.
struct tile {
    size_t first;    // bar of the first row
    size_t rows;     // the first min_candles - 1 are only looked back at
    double *closes;  // [row][lane], NaN behind a series' end
    double *mediums; // means that end at a row
    double *longs;
    uint64_t *screens; // a byte a lane
};

static enum status make_tile(const struct scan_plan *plan, struct arena *arena, struct tile *out_tile)
{
    const size_t values = (TILE + LANES + plan->min_candles) * LANES; // settled in eights
    struct tile tile = {
        .closes = arena_alloc_raw(arena, values, sizeof(double)),
        .mediums = arena_alloc_raw(arena, values, sizeof(double)),
        .longs = arena_alloc_raw(arena, values, sizeof(double)),
        .screens = arena_alloc_raw(arena, values / LANES, sizeof(uint64_t)),
    };
    if (!tile.closes || !tile.mediums || !tile.longs || !tile.screens) return STATUS_NO_MEMORY;
    *out_tile = tile;
    return STATUS_OK;
}

static void fill_lane(const struct scan_column *column, struct tile *tile, size_t lane)
{
    const size_t left = column->count > tile->first ? column->count - tile->first : 0;
    const size_t rows = left < tile->rows ? left : tile->rows;
    const double *close = column->close + (rows ? tile->first : 0);
    for (size_t i = 0; i < rows; i++)
        tile->closes[i * LANES + lane] = close[i];
    for (size_t i = rows; i < tile->rows; i++)
        tile->closes[i * LANES + lane] = (double)NAN;
}

// Eight full columns.
VECTORISED static void fill_lanes(const struct scan_column *columns, struct tile *tile)
{
    const double *close[LANES];
    double *restrict out = tile->closes;
    size_t row = 0;
    for (size_t lane = 0; lane < LANES; lane++)
        close[lane] = columns[lane].close + tile->first;
    for (; row + QUAD <= tile->rows; row += QUAD) {
        quad_turn(close, row, out + row * LANES, LANES);
        quad_turn(close + QUAD, row, out + row * LANES + QUAD, LANES);
    }
    for (; row < tile->rows; row++)
        for (size_t lane = 0; lane < LANES; lane++)
            out[row * LANES + lane] = close[lane][row];
}

static void fill_tile(const struct scan_column *columns, size_t count, struct tile *tile)
{
    bool is_full = count == LANES;
    for (size_t lane = 0; lane < count; lane++)
        is_full &= columns[lane].count >= tile->first + tile->rows;
    if (is_full) {
        fill_lanes(columns, tile);
        return;
    }
    static const struct scan_column none = {0};
    for (size_t lane = 0; lane < LANES; lane++)
        fill_lane(lane < count ? &columns[lane] : &none, tile, lane);
}

// Sum of the `length` rows before `end`.
INLINED void sum_before(const double *restrict closes, size_t end, size_t length, quad *out_sum)
{
    quad sum = {0};
    for (size_t i = end - length; i < end; i++)
        sum += QUAD_AT(closes + i * LANES);
    *out_sum = sum;
}

INLINED void slide(const double *restrict closes, size_t row, size_t length, quad *sum)
{
    *sum += QUAD_AT(closes + row * LANES) - QUAD_AT(closes + (row - length) * LANES);
}

// How far off a mean may be, for each lane: a fraction of its greatest close.
INLINED void find_tolerance(const struct scan_plan *plan, const double *restrict closes, size_t rows,
                            quad *out_tolerance)
{
    quad greatest = {0};
    for (size_t i = 0; i < rows; i++) {
        const quad close = QUAD_AT(closes + i * LANES);
        greatest = QUAD_MAX(close, greatest);
    }
    *out_tolerance = greatest * screen_tolerance(plan->rules.long_window + 2 * rows);
}

// Four of the eight series on their way through the rows of a tile.
struct half {
    const double *closes;
    double *mediums;
    double *longs;
    quad short_sum, medium_sum, long_sum;
    quad tolerance;
};

// At the first row whose means are compared with.
INLINED void begin_half(const struct scan_plan *plan, const struct tile *tile, size_t lane, struct half *half)
{
    const struct scan_rules *rules = &plan->rules;
    const size_t end = plan->min_candles - rules->slope_window;
    half->closes = tile->closes + lane;
    half->mediums = tile->mediums + lane;
    half->longs = tile->longs + lane;
    find_tolerance(plan, half->closes, tile->rows, &half->tolerance);
    sum_before(half->closes, end, rules->short_window, &half->short_sum);
    sum_before(half->closes, end, rules->medium_window, &half->medium_sum);
    sum_before(half->closes, end, rules->long_window, &half->long_sum);
    *(quad *)(half->mediums + (end - 1) * LANES) = half->medium_sum * (1 / (double)rules->medium_window);
    *(quad *)(half->longs + (end - 1) * LANES) = half->long_sum * (1 / (double)rules->long_window);
}

INLINED void slide_half(const struct scan_rules *rules, size_t row, struct half *half)
{
    slide(half->closes, row, rules->short_window, &half->short_sum);
    slide(half->closes, row, rules->medium_window, &half->medium_sum);
    slide(half->closes, row, rules->long_window, &half->long_sum);
    *(quad *)(half->mediums + row * LANES) = half->medium_sum * (1 / (double)rules->medium_window);
    *(quad *)(half->longs + row * LANES) = half->long_sum * (1 / (double)rules->long_window);
}

INLINED void judge_half(const struct scan_rules *rules, size_t row, const struct half *half,
                        const quad_mask *passing, quad_mask *screens)
{
    const struct screen_input in = {
        .close = QUAD_AT(half->closes + row * LANES),
        .recent = QUAD_AT(half->closes + (row - rules->recent_return_window) * LANES),
        .past = QUAD_AT(half->closes + (row - rules->long_return_window) * LANES),
        .sma_short = half->short_sum * (1 / (double)rules->short_window),
        .sma_medium = QUAD_AT(half->mediums + row * LANES),
        .sma_long = QUAD_AT(half->longs + row * LANES),
        .medium_before = QUAD_AT(half->mediums + (row - rules->slope_window) * LANES),
        .long_before = QUAD_AT(half->longs + (row - rules->slope_window) * LANES),
    };
    screen_judge(&in, &half->tolerance, 1 / (1 + rules->max_extension), passing, screens);
}

// Screens of the rows from min_candles - 1 on.
VECTORISED static void screen_tile(const struct scan_plan *plan, const struct tile *tile)
{
    const struct scan_rules rules = plan->rules;
    const size_t first = plan->min_candles - 1, rows = tile->rows;
    uint64_t *screens = tile->screens;
    struct half left, right;
    begin_half(plan, tile, 0, &left);
    begin_half(plan, tile, QUAD, &right);
    for (size_t row = first - rules.slope_window; row < rows; row++) {
        quad_mask both = {0};
        if (row > first - rules.slope_window) {
            slide_half(&rules, row, &left);
            slide_half(&rules, row, &right);
        }
        if (row < first) continue;
        judge_half(&rules, row, &left, &screen_left, &both);
        judge_half(&rules, row, &right, &screen_right, &both);
        screens[row] = screen_bytes(&both);
    }
}

// Eight rows of eight bytes become eight columns (H. S. Warren, Hacker's Delight, 7-3).
static void transpose(uint64_t rows[LANES])
{
    static const struct {
        unsigned apart, bits;
        uint64_t mask;
    } steps[] = {{4, 32, 0x00000000FFFFFFFF}, {2, 16, 0x0000FFFF0000FFFF}, {1, 8, 0x00FF00FF00FF00FF}};
    for (size_t s = 0; s < 3; s++) {
        for (size_t i = 0; i < LANES; i++) {
            if (i & steps[s].apart) continue;
            uint64_t *high = &rows[i + steps[s].apart];
            const uint64_t swapped = (rows[i] >> steps[s].bits ^ *high) & steps[s].mask;
            *high ^= swapped;
            rows[i] ^= swapped << steps[s].bits;
        }
    }
}

static bool is_any_unsure(uint64_t screens)
{
    return (screens & 0x0202020202020202) != 0;
}

// Eight flags of a series, the last bars of which may be fewer.
static void put_flags(const struct scan_plan *plan, const struct scan_column *column, size_t bar,
                      uint64_t screens)
{
    uint8_t flags[LANES];
    const size_t left = column->count > bar ? column->count - bar : 0;
    const size_t count = left < LANES ? left : LANES;
    memcpy(flags, &screens, sizeof flags);
    for (size_t i = 0; is_any_unsure(screens) && i < count; i++) {
        struct scan_figures unused;
        if (flags[i] == SCREEN_UNSURE) flags[i] = scan_bar(plan, column->close + bar + i, &unused);
    }
    if (count == LANES)
        memcpy(column->flags + bar, flags, LANES);
    else
        memcpy(column->flags + bar, flags, count);
}

// Rows behind the tile's end are of no series.
static void settle(const struct scan_plan *plan, const struct scan_column *columns, size_t count,
                   const struct tile *tile)
{
    for (size_t row = plan->min_candles - 1; row < tile->rows; row += LANES) {
        uint64_t screens[LANES];
        memcpy(screens, tile->screens + row, sizeof screens);
        transpose(screens);
        for (size_t lane = 0; lane < count; lane++)
            put_flags(plan, &columns[lane], tile->first + row, screens[lane]);
    }
}

static void scan_group(const struct scan_plan *plan, const struct scan_column *columns, size_t count,
                       struct tile *tile)
{
    const size_t lead = plan->min_candles - 1;
    size_t longest = 0;
    for (size_t i = 0; i < count; i++) {
        longest = columns[i].count > longest ? columns[i].count : longest;
        memset(columns[i].flags, 0, columns[i].count < lead ? columns[i].count : lead);
    }
    for (tile->first = 0; tile->first + lead < longest; tile->first += TILE) {
        tile->rows = longest - tile->first < lead + TILE ? longest - tile->first : lead + TILE;
        fill_tile(columns, count, tile);
        screen_tile(plan, tile);
        settle(plan, columns, count, tile);
    }
}

enum status scan_flags(const struct scan_plan *plan, const struct scan_column *columns, size_t column_count,
                       struct arena *arena)
{
    struct tile tile = {0};
    TRY(make_tile(plan, arena, &tile));
    for (size_t i = 0; i < column_count; i += LANES)
        scan_group(plan, &columns[i], column_count - i < LANES ? column_count - i : LANES, &tile);
    return STATUS_OK;
}
