#include "engine/scan_ratio.h"

#include "engine/scan_screen.h"

#include <math.h>
#include <string.h>

enum {
    BASES = 4, // taken at once: with eight quotes each, their sums fill the registers of AVX2
    HALVES = LANES / QUAD,
};

// Of two series the first that applies to either is that of their ratio.
enum standing {
    STALE,     // has candles, but none at the newest bar
    EMPTY,     // no candle at all
    TOO_SHORT, // fewer than min_candles
    GAPPED,    // to be compared bar by bar
    FULL,      // its last min_candles are on the calendar that most share
};

static const double least_price = 1e-100, greatest_price = 1e100;

struct pair_scan {
    const struct scan_ratio_input *input;
    enum standing *standings;
    const int64_t *calendar; // of the last min_candles bars; NULL when no series has as many
    double *bases;           // closes of FULL bases: [group][bar][BASES]
    double *quotes;          // reciprocal closes of FULL quotes: [group][bar][LANES]
    uint32_t *full_bases;
    uint32_t *full_quotes;
    size_t full_base_count;
    size_t full_quote_count;
    double *ratio; // min_candles
    int64_t *ratio_times;
    scan_pair_taker *take;
    void *context;
    struct scan_ratio_counts counts;
};

static const double *newest_closes(const struct candles *candles, size_t count)
{
    return candles->close + candles->count - count;
}

VECTORISED static bool has_sound_prices(const double *low, const double *high, size_t count)
{
    size_t odd = 0;
    for (size_t i = 0; i < count; i++)
        odd += !(low[i] >= least_price) | !(high[i] <= greatest_price);
    return odd == 0;
}

static bool is_long_enough(const struct scan_ratio_input *input, const struct candles *candles)
{
    return candles->count >= input->plan->min_candles;
}

static bool is_current(const struct scan_ratio_input *input, const struct candles *candles)
{
    return candles->count > 0 && candles->time[candles->count - 1] == input->newest;
}

// The last bars of the series that misses the fewest: its window begins latest.
static const int64_t *find_calendar(const struct scan_ratio_input *input)
{
    const int64_t *best = NULL;
    for (size_t i = 0; i < input->series_count; i++) {
        const struct candles *candles = &input->series[i];
        if (!is_long_enough(input, candles) || !is_current(input, candles)) continue;
        const int64_t *times = candles->time + candles->count - input->plan->min_candles;
        if (!best || times[0] > best[0]) best = times;
    }
    return best;
}

static enum standing standing_of(const struct pair_scan *scan, const struct candles *candles)
{
    const size_t bars = scan->input->plan->min_candles;
    if (candles->count == 0) return EMPTY;
    if (!is_current(scan->input, candles)) return STALE;
    if (!is_long_enough(scan->input, candles) || !scan->calendar)
        return TOO_SHORT; // the one goes with the other
    const size_t first = candles->count - bars;
    const bool is_on_calendar = memcmp(candles->time + first, scan->calendar, bars * sizeof(int64_t)) == 0;
    return is_on_calendar && has_sound_prices(candles->low + first, candles->high + first, bars) ? FULL
                                                                                                 : GAPPED;
}

static size_t gather_full(const struct pair_scan *scan, const uint32_t *indices, size_t count, uint32_t *out)
{
    size_t full = 0;
    for (size_t i = 0; i < count; i++)
        if (scan->standings[indices[i]] == FULL) out[full++] = indices[i];
    return full;
}

static size_t groups_of(size_t count, size_t width)
{
    return (count + width - 1) / width;
}

// Closes side by side, `width` series a group; what is left of the last group repeats its last series.
static void fill_panel(const struct pair_scan *scan, const uint32_t *indices, size_t count, size_t width,
                       double *out_panel)
{
    const size_t bars = scan->input->plan->min_candles;
    for (size_t at = 0; at < groups_of(count, width) * width; at++) {
        const uint32_t index = indices[at < count ? at : count - 1];
        const double *closes = newest_closes(&scan->input->series[index], bars);
        double *column = out_panel + at / width * bars * width + at % width;
        for (size_t i = 0; i < bars; i++)
            column[i * width] = closes[i];
    }
}

VECTORISED static void invert(double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = 1 / values[i];
}

static enum status fill_panels(struct pair_scan *scan, struct arena *arena)
{
    const struct scan_ratio_input *input = scan->input;
    const size_t bars = input->plan->min_candles;
    scan->full_bases = ARENA_ARRAY(arena, uint32_t, input->base_count);
    scan->full_quotes = ARENA_ARRAY(arena, uint32_t, input->quote_count);
    if (!scan->full_bases || !scan->full_quotes) return STATUS_NO_MEMORY;
    scan->full_base_count = gather_full(scan, input->bases, input->base_count, scan->full_bases);
    scan->full_quote_count = gather_full(scan, input->quotes, input->quote_count, scan->full_quotes);
    const size_t base_values = groups_of(scan->full_base_count, BASES) * BASES * bars;
    const size_t quote_values = groups_of(scan->full_quote_count, LANES) * LANES * bars;
    scan->bases = arena_alloc_raw(arena, base_values, sizeof(double));
    scan->quotes = arena_alloc_raw(arena, quote_values, sizeof(double));
    if (!scan->bases || !scan->quotes) return STATUS_NO_MEMORY;
    fill_panel(scan, scan->full_bases, scan->full_base_count, BASES, scan->bases);
    fill_panel(scan, scan->full_quotes, scan->full_quote_count, LANES, scan->quotes);
    invert(scan->quotes, quote_values);
    return STATUS_OK;
}

// Sums of products over bars [from, to), of each base with eight quotes: [half of the quotes][base].
INLINED void sum_products(const double *restrict bases, const double *restrict quotes, size_t from, size_t to,
                          quad out_sums[HALVES][BASES])
{
    quad a = {0}, b = {0}, c = {0}, d = {0}, e = {0}, f = {0}, g = {0}, h = {0};
    for (size_t i = from; i < to; i++) {
        const quad left = QUAD_AT(quotes + i * LANES), right = QUAD_AT(quotes + i * LANES + QUAD);
        const double *base = bases + i * BASES;
        a += left * base[0];
        b += left * base[1];
        c += left * base[2];
        d += left * base[3];
        e += right * base[0];
        f += right * base[1];
        g += right * base[2];
        h += right * base[3];
    }
    out_sums[0][0] = a;
    out_sums[0][1] = b;
    out_sums[0][2] = c;
    out_sums[0][3] = d;
    out_sums[1][0] = e;
    out_sums[1][1] = f;
    out_sums[1][2] = g;
    out_sums[1][3] = h;
}

INLINED void window_mean(const struct scan_plan *plan, quad sums[][HALVES][BASES], size_t at, size_t window,
                         quad *out_mean)
{
    quad sum = {0};
    for (size_t i = plan->windows[window].first; i < plan->windows[window].end; i++)
        sum += sums[i][at / BASES][at % BASES];
    *out_mean = sum * (1 / plan->windows[window].length);
}

INLINED void find_greatest(const struct screen_input *in, quad *out_greatest)
{
    quad greatest = QUAD_MAX(in->close, in->recent);
    greatest = QUAD_MAX(greatest, in->past);
    greatest = QUAD_MAX(greatest, in->sma_short);
    greatest = QUAD_MAX(greatest, in->sma_medium);
    greatest = QUAD_MAX(greatest, in->sma_long);
    greatest = QUAD_MAX(greatest, in->medium_before);
    *out_greatest = QUAD_MAX(greatest, in->long_before);
}

// One base (at % BASES) with four quotes (the half at / BASES of eight).
INLINED void screen_at(const struct scan_plan *plan, const double *restrict bases,
                       const double *restrict quotes, quad sums[][HALVES][BASES], size_t at,
                       quad_mask *screens)
{
    const size_t base = at % BASES, half = at / BASES * QUAD, last = plan->min_candles - 1;
    const size_t recent = last - plan->rules.recent_return_window,
                 past = last - plan->rules.long_return_window;
    quad greatest;
    struct screen_input in = {
        .close = QUAD_AT(quotes + last * LANES + half) * bases[last * BASES + base],
        .recent = QUAD_AT(quotes + recent * LANES + half) * bases[recent * BASES + base],
        .past = QUAD_AT(quotes + past * LANES + half) * bases[past * BASES + base],
    };
    window_mean(plan, sums, at, 0, &in.sma_short);
    window_mean(plan, sums, at, 1, &in.sma_medium);
    window_mean(plan, sums, at, 2, &in.sma_long);
    window_mean(plan, sums, at, 3, &in.medium_before);
    window_mean(plan, sums, at, 4, &in.long_before);
    find_greatest(&in, &greatest);
    const quad allowed = greatest * near_tolerance(plan->rules.long_window);
    screen_judge(&in, &allowed, 1 / (1 + plan->rules.max_extension), half ? &screen_right : &screen_left,
                 screens);
}

// BASES bases with eight quotes: a byte for each quote, a word for each base.
VECTORISED static void screen_pairs(const struct scan_plan *plan, const double *restrict bases,
                                    const double *restrict quotes, uint64_t screens[BASES])
{
    const size_t bars = plan->min_candles;
    quad sums[SCAN_SEGMENTS_MAX][HALVES][BASES];
    for (size_t i = 0; i < plan->segment_count; i++)
        sum_products(bases, quotes, bars - plan->edges[i + 1], bars - plan->edges[i], sums[i]);
    for (size_t base = 0; base < BASES; base++) {
        quad_mask both = {0};
        screen_at(plan, bases, quotes, sums, base, &both);
        screen_at(plan, bases, quotes, sums, BASES + base, &both);
        screens[base] = screen_bytes(&both);
    }
}

VECTORISED static void divide(const double *restrict base, const double *restrict quote, size_t count,
                              double *restrict out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = base[i] / quote[i];
}

static enum status hand_over(struct pair_scan *scan, struct scan_pair pair,
                             const struct scan_figures *figures)
{
    const bool passes = figures->conditions == SCAN_PASSES;
    scan->counts.passing += passes;
    return scan->take && (passes || scan->input->takes_all) ? scan->take(scan->context, pair, figures)
                                                            : STATUS_OK;
}

static enum status look_closely(struct pair_scan *scan, struct scan_pair pair)
{
    const struct scan_ratio_input *input = scan->input;
    const size_t bars = input->plan->min_candles;
    struct scan_figures figures;
    divide(newest_closes(&input->series[pair.base], bars), newest_closes(&input->series[pair.quote], bars),
           bars, scan->ratio);
    (void)scan_bar(input->plan, scan->ratio + bars - 1, &figures);
    return hand_over(scan, pair, &figures);
}

static enum status settle(struct pair_scan *scan, struct scan_pair pair, uint8_t screen)
{
    if (pair.base == pair.quote) return STATUS_OK;
    const bool is_shown = screen == SCREEN_PASSES && scan->take;
    if (screen == SCREEN_UNSURE || is_shown || scan->input->takes_all) return look_closely(scan, pair);
    scan->counts.passing += screen == SCREEN_PASSES;
    return STATUS_OK;
}

static enum status settle_block(struct pair_scan *scan, size_t base, size_t quote,
                                const uint64_t screens[BASES])
{
    for (size_t b = 0; b < BASES && base + b < scan->full_base_count; b++) {
        uint8_t bytes[LANES];
        memcpy(bytes, &screens[b], sizeof bytes);
        if (screens[b] == 0 && !scan->input->takes_all) continue; // all of them fail
        for (size_t q = 0; q < LANES && quote + q < scan->full_quote_count; q++) {
            const struct scan_pair pair = {scan->full_bases[base + b], scan->full_quotes[quote + q]};
            if (bytes[q] != SCREEN_FAILS || scan->input->takes_all) TRY(settle(scan, pair, bytes[q]));
        }
    }
    return STATUS_OK;
}

static size_t count_full_pairs(const struct pair_scan *scan)
{
    size_t pairs = scan->full_base_count * scan->full_quote_count;
    for (size_t b = 0; b < scan->full_base_count; b++)
        for (size_t q = 0; q < scan->full_quote_count; q++)
            pairs -= scan->full_bases[b] == scan->full_quotes[q];
    return pairs;
}

static enum status scan_full_pairs(struct pair_scan *scan)
{
    const size_t bars = scan->input->plan->min_candles;
    uint64_t screens[BASES];
    for (size_t quote = 0; quote < scan->full_quote_count; quote += LANES) {
        for (size_t base = 0; base < scan->full_base_count; base += BASES) {
            screen_pairs(scan->input->plan, scan->bases + base * bars, scan->quotes + quote * bars, screens);
            TRY(settle_block(scan, base, quote, screens));
        }
    }
    scan->counts.evaluated += count_full_pairs(scan);
    return STATUS_OK;
}

static bool is_divisor(const struct candles *candles, size_t i)
{
    return candles->open[i] != 0 && candles->high[i] != 0 && candles->low[i] != 0 && candles->close[i] != 0;
}

static bool is_bar_of_ratio(const struct candles *base, size_t i, const struct candles *quote, size_t k)
{
    return is_divisor(quote, k) && isfinite(base->open[i] / quote->open[k]) &&
           isfinite(base->high[i] / quote->high[k]) && isfinite(base->close[i] / quote->close[k]);
}

size_t scan_ratio_bars(const struct candles *base, const struct candles *quote, size_t wanted,
                       double *out_close, int64_t *out_time)
{
    size_t found = 0;
    for (size_t i = base->count, k = quote->count; i > 0 && k > 0 && found < wanted;) {
        if (base->time[i - 1] > quote->time[k - 1]) {
            i--;
        } else if (base->time[i - 1] < quote->time[k - 1]) {
            k--;
        } else {
            i--, k--;
            if (!is_bar_of_ratio(base, i, quote, k)) continue;
            found++;
            if (out_close) out_close[wanted - found] = base->close[i] / quote->close[k];
            if (out_time) out_time[wanted - found] = base->time[i];
        }
    }
    return found;
}

static enum standing standing_of_pair(const struct pair_scan *scan, struct scan_pair pair)
{
    const enum standing a = scan->standings[pair.base], b = scan->standings[pair.quote];
    return a < b ? a : b;
}

static enum status scan_gapped_pair(struct pair_scan *scan, struct scan_pair pair)
{
    const struct scan_ratio_input *input = scan->input;
    const size_t bars = input->plan->min_candles;
    const size_t found = scan_ratio_bars(&input->series[pair.base], &input->series[pair.quote], bars,
                                         scan->ratio, scan->ratio_times);
    if (found > 0 && scan->ratio_times[bars - 1] < input->newest) {
        scan->counts.stale++;
    } else if (found < bars) {
        scan->counts.too_short++;
    } else {
        struct scan_figures figures;
        (void)scan_bar(input->plan, scan->ratio + bars - 1, &figures);
        scan->counts.evaluated++;
        return hand_over(scan, pair, &figures);
    }
    return STATUS_OK;
}

static enum status scan_other_pairs(struct pair_scan *scan)
{
    const struct scan_ratio_input *input = scan->input;
    for (size_t b = 0; b < input->base_count; b++) {
        for (size_t q = 0; q < input->quote_count; q++) {
            const struct scan_pair pair = {input->bases[b], input->quotes[q]};
            if (pair.base == pair.quote) continue;
            const enum standing standing = standing_of_pair(scan, pair);
            scan->counts.stale += standing == STALE;
            scan->counts.too_short += standing == TOO_SHORT || standing == EMPTY;
            if (standing == GAPPED) TRY(scan_gapped_pair(scan, pair));
        }
    }
    return STATUS_OK;
}

enum status scan_ratios(const struct scan_ratio_input *input, struct arena *arena, scan_pair_taker *take,
                        void *context, struct scan_ratio_counts *out_counts)
{
    struct pair_scan scan = {
        .input = input, .calendar = find_calendar(input), .take = take, .context = context};
    scan.standings = ARENA_ARRAY(arena, enum standing, input->series_count);
    scan.ratio = arena_alloc_raw(arena, input->plan->min_candles, sizeof(double));
    scan.ratio_times = arena_alloc_raw(arena, input->plan->min_candles, sizeof(int64_t));
    if (!scan.standings || !scan.ratio || !scan.ratio_times) return STATUS_NO_MEMORY;
    for (size_t i = 0; i < input->series_count; i++)
        scan.standings[i] = standing_of(&scan, &input->series[i]);
    TRY(fill_panels(&scan, arena));
    TRY(scan_full_pairs(&scan));
    TRY(scan_other_pairs(&scan));
    *out_counts = scan.counts;
    return STATUS_OK;
}
