#include "engine/span_curve.h"

#include "engine/span_tail.h"
#include "engine/vector.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum {
    BLOCK = 512, // values made at a time
    CHUNK = 128, // closes looked at together: where one of them is a new peak, they are looked at once more
};

// Sums over the steps within spans that are all in, less the ground's pivot, in four lanes.
struct held_sums {
    quad x;
    quad xx;
    quad xxx;
    quad xxxx;
    quad downside;
};

// Up to CHUNK bars of such a span.
struct held_chunk {
    const double *close;
    const double *steps; // readable up to three behind the last
    size_t count;
    size_t readable; // closes
    double pivot;
    double scale; // from close to equity / peak
};

struct held_depths {
    double low, high; // closes
    quad squares;     // of equity / peak - 1
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

INLINED void add_held_quad(const quad *price, const quad *steps, const quad_mask *mask,
                           const struct held_chunk *chunk, struct held_sums *sums, struct held_depths *depths)
{
    const quad step = *steps;
    const quad x = QUAD_WHERE(*mask, step - chunk->pivot);
    const quad loss = QUAD_WHERE(*mask & (step < 0), step);
    const quad depth = QUAD_WHERE(*mask, *price * chunk->scale - 1);
    const quad square = x * x;
    sums->x += x;
    sums->xx += square;
    sums->xxx += square * x;
    sums->xxxx += square * square;
    sums->downside += loss * loss;
    depths->squares += depth * depth;
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

VECTORISED static void add_held(const struct held_chunk *chunk, struct held_sums *sums,
                                struct held_depths *out)
{
    const quad_mask all = {-1, -1, -1, -1};
    struct held_sums now = *sums;
    struct held_depths depths = {0};
    quad low = (quad){0} + chunk->close[0], high = low;
    size_t i = 0;
    for (; i + QUAD <= chunk->count; i += QUAD) {
        const quad price = QUAD_AT(chunk->close + i), step = QUAD_AT(chunk->steps + i);
        low = QUAD_MIN(price, low);
        high = QUAD_MAX(price, high);
        add_held_quad(&price, &step, &all, chunk, &now, &depths);
    }
    if (i < chunk->count) {
        const size_t rest = chunk->count - i;
        const quad_mask mask = *(const quad_mask *)first_lanes[rest];
        const quad step = QUAD_AT(chunk->steps + i);
        quad price;
        load_rest(chunk->close + i, rest, chunk->readable - i, &price);
        low = QUAD_EITHER(mask & (price < low), price, low);
        high = QUAD_EITHER(mask & (price > high), price, high);
        add_held_quad(&price, &step, &mask, chunk, &now, &depths);
    }
    const quad low_pair = QUAD_MIN(low, ((quad){low[2], low[3], low[0], low[1]}));
    const quad high_pair = QUAD_MAX(high, ((quad){high[2], high[3], high[0], high[1]}));
    depths.low = low_pair[0] < low_pair[1] ? low_pair[0] : low_pair[1];
    depths.high = high_pair[0] > high_pair[1] ? high_pair[0] : high_pair[1];
    *sums = now;
    *out = depths;
}

static bool is_finite(double value)
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
static void add_loose(struct measurement *m, double before, double after, size_t bar)
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
        stretch_add(&m->stretch, values + 1, size, &m->drawdowns);
    }
}

// ---- spans that are all in

static void add_peaks(struct measurement *m, const struct span *span, const double *close, size_t count)
{
    double values[CHUNK] UNINITIALISED;
    (void)make_values(close, count, span, values);
    stretch_add(&m->stretch, values, count, &m->drawdowns);
}

static void measure_held(struct measurement *m, const struct span *span, size_t from, size_t to)
{
    const struct ground *ground = m->curve->ground;
    for (size_t bar = from, size; bar < to; bar += size) {
        struct held_depths depths;
        size = to - bar < CHUNK ? to - bar : CHUNK;
        const struct held_chunk chunk = {
            .close = ground->close + bar,
            .steps = ground->steps + bar,
            .count = size,
            .readable = ground->bar_count - bar,
            .pivot = ground->pivot,
            .scale = span->units * (1 / m->stretch.peak),
        };
        add_held(&chunk, &m->held, &depths);
        m->is_finite &= is_finite(span->units * depths.high);
        if (span->units * depths.high < m->stretch.peak)
            stretch_extend(&m->stretch, size, span->units * depths.low, &depths.squares);
        else
            add_peaks(m, span, chunk.close, size);
    }
    m->held_count += to - from;
}

// ---- the whole

// The bars of a span behind its first.
static void measure_inside(struct measurement *m, const struct span *span, size_t from, size_t to)
{
    if (from >= to) return;
    if (span_is_all_in(span)) {
        measure_held(m, span, from, to);
    } else if (span->units != 0) {
        measure_mixed(m, span, from, to);
    } else {
        m->steps.flat_count += to - from;
        stretch_hold(&m->stretch, span->cash, to - from, &m->drawdowns);
    }
}

static void measure_spans(struct measurement *m)
{
    const double *close = m->curve->ground->close;
    double before = m->curve->spans[0].cash;
    m->stretch = stretch_begin(before);
    for (size_t i = 0; i < m->curve->span_count; i++) {
        const struct span *span = &m->curve->spans[i];
        const size_t end = span_end(&m->steps, i);
        const double value = span->cash + span->units * close[span->from];
        m->is_finite &= is_finite(value);
        if (i > 0) {
            add_loose(m, before, value, span->from);
            stretch_hold(&m->stretch, value, 1, &m->drawdowns);
        }
        measure_inside(m, span, span->from + 1, end);
        before = span->cash + span->units * close[end - 1];
    }
    flush(m);
    stretch_end(&m->stretch, &m->drawdowns);
}

static struct curve_steps finish_held(const struct measurement *m)
{
    const struct held_sums *held = &m->held;
    const struct step_sums sums = {
        .pivot = m->curve->ground->pivot,
        .other_pivot = m->curve->ground->pivot,
        .left = {.x = held->x,
                 .xx = held->xx,
                 .xxx = held->xxx,
                 .xxxx = held->xxxx,
                 .y = held->x,
                 .yy = held->xx,
                 .xy = held->xx,
                 .downside = held->downside},
    };
    return step_sums_finish(&sums, m->held_count);
}

// What the benchmark does in flat spans is what it does elsewhere taken from all that it does.
static struct curve_steps finish_flat(const struct measurement *m)
{
    const struct ground *ground = m->curve->ground;
    const struct step_sums *loose = &m->loose;
    const double elsewhere = QUAD_SUM(m->held.x) + PAIR_SUM(loose->left.y, loose->right.y);
    return (struct curve_steps){
        .count = m->steps.flat_count,
        .other_mean = ground->pivot + (ground->step_sum - elsewhere) / (double)m->steps.flat_count,
    };
}

static struct curve_steps join_steps(const struct measurement *m)
{
    const struct ground *ground = m->curve->ground;
    const struct curve_steps held = finish_held(m), flat = finish_flat(m);
    const struct curve_steps loose = step_sums_finish(&m->loose, m->steps.loose_count);
    const struct curve_steps inside = curve_steps_join(&held, &flat);
    struct curve_steps all = curve_steps_join(&inside, &loose);
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
