#include "engine/span_curve.h"

#include "engine/span_tail.h"
#include "engine/step_blocks.h"
#include "engine/vector.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum {
    BLOCK = 512, // values made at a time
    MUCH_LARGER = 16,
    AHEAD = 4, // spans whose bars are fetched into the cache meanwhile
};

// Sums over the steps within spans that are all in, less the ground's pivot, in four lanes.
struct held_sums {
    struct power_sums bars;
    quad powers; // of whole blocks: the first four of the sums, a lane each
    double block_downside;
};

// Bars of such a span, fewer than two blocks of them.
struct held_span {
    const double *close;
    const double *steps; // readable up to three behind the last
    size_t count;
    size_t readable; // closes
    double pivot;
    double units;
};

// Their closes and how far they are below the peak.
struct held_row {
    quad low, high;
    quad squares; // of equity / peak - 1
};

// One pass over a curve.
struct measurement {
    const struct span_curve *curve;
    struct held_sums held;
    struct step_sums loose;
    struct span_steps steps;
    size_t held_count;
    struct stretch stretch;
    struct curve_drawdowns drawdowns;
    bool is_finite;
    size_t waiting; // loose steps that are not yet added
    double before[BLOCK];
    double after[BLOCK];
    double others[BLOCK];
};

// The first lanes of four.
static const int64_t first_lanes[QUAD][QUAD] = {{0}, {-1}, {-1, -1}, {-1, -1, -1}};

INLINED void add_depth(const quad *price, const quad_mask *mask, double scale, struct held_row *row)
{
    const quad depth = QUAD_WHERE(*mask, *price * scale - 1);
    row->low = QUAD_EITHER(*mask & (*price < row->low), *price, row->low);
    row->high = QUAD_EITHER(*mask & (*price > row->high), *price, row->high);
    row->squares += depth * depth;
}

// The closes behind the last four, and nothing of use in the other lanes.
INLINED void load_rest(const double *close, size_t rest, size_t readable, quad *out)
{
    if (readable >= QUAD) {
        *out = QUAD_AT(close);
        return;
    }
    *out = (quad){0} + close[0];
    for (size_t k = 1; k < rest; k++)
        (*out)[k] = close[k];
}

// What has a new peak is looked at once more, value by value.
INLINED void settle_row(const struct held_row *row, const double *close, size_t count, double units,
                        struct stretch *stretch, struct curve_drawdowns *drawdowns)
{
    const quad_mask is_over = row->high * units >= stretch->floor;
    if ((is_over[0] | is_over[1]) | (is_over[2] | is_over[3])) {
        stretch_add(stretch, close, units, count, drawdowns);
        return;
    }
    stretch_extend(stretch, count, units * quad_lowest(&row->low), &row->squares);
}

INLINED void add_held(const struct held_span *span, struct held_sums *sums, struct stretch *stretch,
                      struct curve_drawdowns *drawdowns)
{
    const quad_mask all = {-1, -1, -1, -1};
    const double *close = span->close;
    const double scale = span->units * stretch->scale;
    struct held_row row UNINITIALISED; // member by member, in registers
    row.low = row.high = (quad){0} + close[0];
    row.squares = (quad){0};
    size_t i = 0;
    for (; i + QUAD <= span->count; i += QUAD) {
        const quad price = QUAD_AT(close + i), step = QUAD_AT(span->steps + i);
        power_sums_add(&step, &all, span->pivot, &sums->bars);
        add_depth(&price, &all, scale, &row);
    }
    if (i < span->count) {
        const quad_mask mask = *(const quad_mask *)first_lanes[span->count - i];
        const quad step = QUAD_AT(span->steps + i);
        quad price;
        load_rest(close + i, span->count - i, span->readable - i, &price);
        power_sums_add(&step, &mask, span->pivot, &sums->bars);
        add_depth(&price, &mask, scale, &row);
    }
    settle_row(&row, close, span->count, span->units, stretch, drawdowns);
}

INLINED bool is_finite(double value)
{
    return value >= -DBL_MAX && value <= DBL_MAX;
}

// ---- loose steps

static void flush(struct measurement *m)
{
    const struct step_pairs pairs = {.before = m->before, .after = m->after, .others = m->others};
    step_sums_add(&m->loose, &pairs, m->waiting, m->steps.loose + m->steps.loose_count);
    m->steps.loose_count += m->waiting;
    m->waiting = 0;
}

// The step that leads to `bar`.
INLINED void add_loose(struct measurement *m, double before, double after, size_t bar)
{
    if (m->waiting == BLOCK) flush(m);
    m->before[m->waiting] = before;
    m->after[m->waiting] = after;
    m->others[m->waiting] = m->curve->ground->steps[bar];
    m->waiting++;
}

VECTORISED static size_t make_values(const double *restrict close, size_t count, const struct span *span,
                                     double *restrict out)
{
    const double cash = span->cash, units = span->units;
    size_t faults = 0;
    for (size_t i = 0; i < count; i++) {
        out[i] = cash + units * close[i];
        faults += !((out[i] >= -DBL_MAX) & (out[i] <= DBL_MAX)); // NaN is neither
    }
    return faults;
}

// Bars [from, to) of a span that has cash beside its position, the bar before them being of it, too.
static void measure_mixed(struct measurement *m, const struct span *span, size_t from, size_t to)
{
    const struct ground *ground = m->curve->ground;
    double values[BLOCK + 1] UNINITIALISED;
    if (m->waiting > 0) flush(m);
    for (size_t bar = from, size; bar < to; bar += size) {
        size = to - bar < BLOCK ? to - bar : BLOCK;
        const struct step_pairs pairs = {
            .before = values, .after = values + 1, .others = ground->steps + bar};
        m->is_finite &= make_values(ground->close + bar - 1, size + 1, span, values) == 0;
        step_sums_add(&m->loose, &pairs, size, m->steps.loose + m->steps.loose_count);
        m->steps.loose_count += size;
        stretch_add(&m->stretch, values + 1, 1, size, &m->drawdowns);
    }
}

// ---- spans that are all in

INLINED void measure_bars(struct measurement *m, double units, size_t from, size_t to, struct held_sums *sums)
{
    if (from == to) return;
    const struct ground *ground = m->curve->ground;
    const struct held_span held = {
        .close = ground->close + from,
        .steps = ground->steps + from,
        .count = to - from,
        .readable = ground->bar_count - from,
        .pivot = ground->pivot,
        .units = units,
    };
    add_held(&held, sums, &m->stretch, &m->drawdowns);
}

// Those with a new peak are looked at value by value.
INLINED void measure_blocks(struct measurement *m, double units, size_t first, size_t last,
                            struct held_sums *sums)
{
    const struct ground *ground = m->curve->ground;
    struct step_block made UNINITIALISED;
    for (size_t i = first; i < last; i++) {
        const struct step_block *block = ground->blocks ? &ground->blocks[i] : &made;
        const double *close = ground->close + i * BLOCK_BARS;
        if (!ground->blocks) step_block_make(close, ground->steps + i * BLOCK_BARS, ground->pivot, &made);
        sums->powers += QUAD_AT(block->powers);
        sums->block_downside += block->downside;
        if (!(block->high * units < m->stretch.floor)) {
            stretch_add(&m->stretch, close, units, BLOCK_BARS, &m->drawdowns);
            continue;
        }
        const double level = block->mean * (units * m->stretch.scale), depth = level - 1;
        const quad squares = {level * level * block->spread + BLOCK_BARS * (depth * depth)};
        stretch_extend(&m->stretch, BLOCK_BARS, units * block->low, &squares);
    }
}

// Whole blocks where the span has any, and the bars before and behind them.
INLINED void measure_held(struct measurement *m, const struct span *span, size_t from, size_t to,
                          struct held_sums *sums)
{
    const size_t first = (from + BLOCK_BARS - 1) / BLOCK_BARS, last = to / BLOCK_BARS;
    m->held_count += to - from;
    if (first >= last) {
        measure_bars(m, span->units, from, to, sums);
        return;
    }
    measure_bars(m, span->units, from, first * BLOCK_BARS, sums);
    measure_blocks(m, span->units, first, last, sums);
    measure_bars(m, span->units, last * BLOCK_BARS, to, sums);
}

// ---- the whole

// The bars of a span behind its first.
INLINED void measure_inside(struct measurement *m, const struct span *span, size_t from, size_t to,
                            struct held_sums *sums)
{
    if (from >= to) return;
    if (span_is_all_in(span)) {
        measure_held(m, span, from, to, sums);
    } else if (span->units != 0) {
        measure_mixed(m, span, from, to);
    } else {
        m->steps.flat_count += to - from;
        stretch_hold(&m->stretch, span->cash, to - from, &m->drawdowns);
    }
}

// What a span begins with and the one before it ends with.
INLINED void fetch(const struct ground *ground, size_t bar)
{
    __builtin_prefetch(ground->close + bar);
    __builtin_prefetch(ground->steps + bar);
    if (ground->blocks) __builtin_prefetch(&ground->blocks[bar / BLOCK_BARS + 1]);
}

// The sums of what is held stay in registers from span to span.
VECTORISED static void measure_spans(struct measurement *m)
{
    struct held_sums sums = {0};
    const double *close = m->curve->ground->close;
    double before = m->curve->spans[0].cash;
    m->stretch = stretch_begin(before);
    for (size_t i = 0; i < m->curve->span_count; i++) {
        const struct span *span = &m->curve->spans[i];
        const size_t end = span_end(&m->steps, i);
        if (i + AHEAD < m->curve->span_count) fetch(m->curve->ground, m->curve->spans[i + AHEAD].from);
        const double value = span->cash + span->units * close[span->from];
        m->is_finite &= is_finite(value);
        if (i > 0) {
            add_loose(m, before, value, span->from);
            stretch_hold(&m->stretch, value, 1, &m->drawdowns);
        }
        measure_inside(m, span, span->from + 1, end, &sums);
        before = span->cash + span->units * close[end - 1];
    }
    m->held = sums;
    flush(m);
    stretch_end(&m->stretch, &m->drawdowns);
    m->is_finite &= is_finite(m->stretch.peak);
}

static struct curve_steps finish_held(const struct held_sums *held, double pivot, size_t count)
{
    const struct step_sums sums = {
        .pivot = pivot,
        .other_pivot = pivot,
        .left = {.x = held->bars.x,
                 .xx = held->bars.xx,
                 .xxx = held->bars.xxx,
                 .xxxx = held->bars.xxxx,
                 .y = held->bars.x,
                 .yy = held->bars.xx,
                 .xy = held->bars.xx,
                 .downside = held->bars.downside},
        .right = {.x = {held->powers[0]},
                  .xx = {held->powers[1]},
                  .xxx = {held->powers[2]},
                  .xxxx = {held->powers[3]},
                  .y = {held->powers[0]},
                  .yy = {held->powers[1]},
                  .xy = {held->powers[1]},
                  .downside = {held->block_downside}},
    };
    return step_sums_finish(&sums, count);
}

VECTORISED static void sum_held(const double *steps, size_t count, double pivot, struct held_sums *sums)
{
    const quad_mask all = {-1, -1, -1, -1};
    size_t i = 0;
    for (; i + QUAD <= count; i += QUAD) {
        const quad step = QUAD_AT(steps + i);
        power_sums_add(&step, &all, pivot, &sums->bars);
    }
    if (i == count) return;
    const quad step = QUAD_AT(steps + i);
    power_sums_add(&step, (const quad_mask *)first_lanes[count - i], pivot, &sums->bars);
}

// The steps within spans that are all in, once more, by another pivot.
static struct curve_steps measure_held_again(const struct measurement *m, double pivot)
{
    struct held_sums sums = {0};
    for (size_t i = 0; i < m->curve->span_count; i++) {
        const struct span *span = &m->curve->spans[i];
        const size_t from = span->from + 1, end = span_end(&m->steps, i);
        if (span_is_all_in(span) && from < end)
            sum_held(m->curve->ground->steps + from, end - from, pivot, &sums);
    }
    return finish_held(&sums, pivot, m->held_count);
}

// What the benchmark does in flat spans is what it does elsewhere taken from all that it does.
static struct curve_steps finish_flat(const struct measurement *m)
{
    const struct ground *ground = m->curve->ground;
    const struct step_sums *loose = &m->loose;
    const double elsewhere =
        QUAD_SUM(m->held.bars.x) + m->held.powers[0] + PAIR_SUM(loose->left.y, loose->right.y);
    return (struct curve_steps){
        .count = m->steps.flat_count,
        .other_mean = ground->pivot + (ground->step_sum - elsewhere) / (double)m->steps.flat_count,
    };
}

static struct curve_steps join_kinds(const struct measurement *m, const struct curve_steps *held)
{
    const struct curve_steps flat = finish_flat(m);
    const struct curve_steps loose = step_sums_finish(&m->loose, m->steps.loose_count);
    const struct curve_steps inside = curve_steps_join(held, &flat);
    return curve_steps_join(&inside, &loose);
}

// Whether the held steps lie so far from their pivot, the mean of the market's, that what they vary by was
// taken from something much larger: a position that was held through calm bars only.
static bool is_blurred(const struct measurement *m, const struct curve_steps *held,
                       const struct curve_steps *all)
{
    const double apart = held->mean - m->curve->ground->pivot;
    return m->held_count > 0 && (double)m->held_count * apart * apart > MUCH_LARGER * all->second;
}

static struct curve_steps join_steps(const struct measurement *m)
{
    const struct ground *ground = m->curve->ground;
    struct curve_steps held = finish_held(&m->held, ground->pivot, m->held_count);
    struct curve_steps all = join_kinds(m, &held);
    if (is_blurred(m, &held, &all)) {
        held = measure_held_again(m, m->loose.pivot);
        all = join_kinds(m, &held);
    }
    if (all.count == 0) all.mean = (double)NAN;
    all.other_mean = ground->pivot + ground->step_sum / (double)all.count;
    all.other_second = ground->square_sum;
    return all;
}

static double last_value(const struct span_curve *curve)
{
    const struct span *span = &curve->spans[curve->span_count - 1];
    return span->cash + span->units * curve->ground->close[curve->ground->bar_count - 1];
}

enum status span_curve_measure(const struct span_curve *curve, double tail_fraction, struct arena *arena,
                               struct curve_figures *out_figures, bool *out_is_finite, struct error *error)
{
    const size_t count = curve->ground->bar_count;
    struct measurement *m = arena_alloc_raw(arena, 1, sizeof *m);
    double *loose = arena_alloc_raw(arena, count, sizeof *loose);
    double *scratch = arena_alloc_raw(arena, count, sizeof *scratch);
    if (!m || !loose || !scratch) return error_no_memory(error);
    memset(m, 0, offsetof(struct measurement, before));
    m->curve = curve;
    m->is_finite = true;
    m->loose.pivot = step_steady(curve->spans[0].cash, last_value(curve), count - 1);
    m->loose.other_pivot = curve->ground->pivot;
    m->steps = (struct span_steps){
        .ground = curve->ground, .spans = curve->spans, .span_count = curve->span_count, .loose = loose};
    measure_spans(m);
    *out_is_finite = m->is_finite;
    if (!m->is_finite) return STATUS_OK;
    *out_figures = (struct curve_figures){
        .first = curve->spans[0].cash,
        .last = last_value(curve),
        .steps = join_steps(m),
        .drawdowns = m->drawdowns,
        .tail = span_tail(&m->steps, tail_fraction, scratch),
    };
    return STATUS_OK;
}
