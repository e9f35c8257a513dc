#include "engine/scan.h"

#include "base/limits.h"
#include "engine/rounding.h"
#include "engine/vector.h"

#include <math.h>

enum window { SHORT, MEDIUM, LONG, MEDIUM_BEFORE, LONG_BEFORE };

struct scan_rules scan_rules_default(void)
{
    return (struct scan_rules){.short_window = 20,
                               .medium_window = 50,
                               .long_window = 200,
                               .slope_window = 20,
                               .recent_return_window = 30,
                               .long_return_window = 90,
                               .max_extension = 0.25};
}

static void check_window(const char *pointer, size_t window, struct error *error)
{
    if (window < 1 || window > LIMIT_SCAN_WINDOW)
        (void)error_add_field(error, pointer, "must be from 1 to %d bars, not %zu", LIMIT_SCAN_WINDOW,
                              window);
}

enum status scan_rules_check(const struct scan_rules *rules, struct error *error)
{
    check_window("?short_window", rules->short_window, error);
    check_window("?medium_window", rules->medium_window, error);
    check_window("?long_window", rules->long_window, error);
    check_window("?slope_window", rules->slope_window, error);
    check_window("?recent_return_window", rules->recent_return_window, error);
    check_window("?long_return_window", rules->long_return_window, error);
    if (rules->medium_window <= rules->short_window)
        (void)error_add_field(error, "?medium_window", "%zu must be above short_window, %zu",
                              rules->medium_window, rules->short_window);
    if (rules->long_window <= rules->medium_window)
        (void)error_add_field(error, "?long_window", "%zu must be above medium_window, %zu",
                              rules->long_window, rules->medium_window);
    if (!(rules->max_extension > 0 && rules->max_extension <= LIMIT_SCAN_EXTENSION))
        (void)error_add_field(error, "?max_extension", "must be above 0 and at most %d, not %g",
                              LIMIT_SCAN_EXTENSION, rules->max_extension);
    return error && error->field_count ? STATUS_INVALID : STATUS_OK;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

size_t scan_min_candles(const struct scan_rules *rules)
{
    return larger(rules->long_window + rules->slope_window,
                  1 + larger(rules->recent_return_window, rules->long_return_window));
}

const char *scan_condition_name(enum scan_condition condition)
{
    static const char *const names[] = {
        [SCAN_CLOSE_ABOVE_MEDIUM] = "close_above_medium",
        [SCAN_SHORT_ABOVE_MEDIUM] = "short_above_medium",
        [SCAN_MEDIUM_ABOVE_LONG] = "medium_above_long",
        [SCAN_MEDIUM_RISING] = "medium_rising",
        [SCAN_LONG_RISING] = "long_rising",
        [SCAN_RECENT_RETURN] = "recent_return_positive",
        [SCAN_LONG_RETURN] = "long_return_positive",
        [SCAN_NOT_EXTENDED] = "not_extended",
    };
    return names[condition];
}

// Keeps the edges ascending and each once.
static void add_edge(struct scan_plan *plan, size_t *count, size_t edge)
{
    size_t at = 0;
    while (at < *count && plan->edges[at] < edge)
        at++;
    if (at < *count && plan->edges[at] == edge) return;
    for (size_t i = (*count)++; i > at; i--)
        plan->edges[i] = plan->edges[i - 1];
    plan->edges[at] = edge;
}

static size_t edge_index(const struct scan_plan *plan, size_t edge)
{
    size_t at = 0;
    while (plan->edges[at] != edge)
        at++;
    return at;
}

void scan_plan_make(const struct scan_rules *rules, struct scan_plan *out_plan)
{
    const size_t lag = rules->slope_window;
    const struct {
        size_t newest, length;
    } windows[SCAN_WINDOWS] = {[SHORT] = {0, rules->short_window},
                               [MEDIUM] = {0, rules->medium_window},
                               [LONG] = {0, rules->long_window},
                               [MEDIUM_BEFORE] = {lag, rules->medium_window},
                               [LONG_BEFORE] = {lag, rules->long_window}};
    struct scan_plan plan = {.rules = *rules, .min_candles = scan_min_candles(rules)};
    size_t count = 0;
    for (size_t i = 0; i < SCAN_WINDOWS; i++) {
        add_edge(&plan, &count, windows[i].newest);
        add_edge(&plan, &count, windows[i].newest + windows[i].length);
    }
    plan.segment_count = count - 1;
    for (size_t i = 0; i < SCAN_WINDOWS; i++) {
        plan.windows[i].first = edge_index(&plan, windows[i].newest);
        plan.windows[i].end = edge_index(&plan, windows[i].newest + windows[i].length);
        plan.windows[i].length = (double)windows[i].length;
    }
    plan.near_count = larger(plan.windows[SHORT].end, plan.windows[MEDIUM_BEFORE].end);
    *out_plan = plan;
}

// Sum of differences from `from`, in eight lanes and what is left.
INLINED double sum_differences(const double *values, size_t count, double from)
{
    quad left = {0}, right = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        left += QUAD_AT(values + i) - from;
        right += QUAD_AT(values + i + QUAD) - from;
    }
    if (i + QUAD <= count) {
        left += QUAD_AT(values + i) - from;
        i += QUAD;
    }
    double rest = 0; // of three at most: a loop would be made fit for many
    if (i + 2 <= count) {
        rest = (values[i] - from) + (values[i + 1] - from);
        i += 2;
    }
    if (i < count) rest += values[i] - from;
    left += right;
    return QUAD_SUM(left) + rest;
}

INLINED void sum_segments(const struct scan_plan *plan, const double *close, size_t from, size_t to,
                          double *sums)
{
    for (size_t i = from; i < to; i++)
        sums[i] =
            sum_differences(close + 1 - plan->edges[i + 1], plan->edges[i + 1] - plan->edges[i], *close);
}

// A window's mean less the close.
INLINED double mean_difference(const struct scan_plan *plan, const double *sums, size_t window)
{
    double sum = 0;
    for (size_t i = plan->windows[window].first; i < plan->windows[window].end; i++)
        sum += sums[i];
    return sum / plan->windows[window].length;
}

// Whether what is `difference` above `value` is above it by more than rounding.
INLINED bool is_above(double difference, double value)
{
    return difference > value * SAME_PRICE;
}

INLINED unsigned holds(enum scan_condition condition, bool is_true)
{
    return (unsigned)is_true << condition;
}

INLINED void find_figures(const struct scan_plan *plan, const double *close, const double *mean,
                          struct scan_figures *out)
{
    const double now = *close;
    const double recent = close[-(ptrdiff_t)plan->rules.recent_return_window];
    const double past = close[-(ptrdiff_t)plan->rules.long_return_window];
    out->close = now;
    out->sma_short = now + mean[SHORT];
    out->sma_medium = now + mean[MEDIUM];
    out->sma_long = now + mean[LONG];
    out->slope_medium = out->sma_medium / (now + mean[MEDIUM_BEFORE]) - 1;
    out->slope_long = out->sma_long / (now + mean[LONG_BEFORE]) - 1;
    out->recent_return = now / recent - 1;
    out->long_return = now / past - 1;
    out->extension = now / out->sma_medium - 1;
    out->conditions =
        holds(SCAN_CLOSE_ABOVE_MEDIUM, is_above(-mean[MEDIUM], out->sma_medium)) |
        holds(SCAN_SHORT_ABOVE_MEDIUM, is_above(mean[SHORT] - mean[MEDIUM], out->sma_medium)) |
        holds(SCAN_MEDIUM_ABOVE_LONG, is_above(mean[MEDIUM] - mean[LONG], out->sma_medium)) |
        holds(SCAN_MEDIUM_RISING, is_above(mean[MEDIUM] - mean[MEDIUM_BEFORE], out->sma_medium)) |
        holds(SCAN_LONG_RISING, is_above(mean[LONG] - mean[LONG_BEFORE], out->sma_long)) |
        holds(SCAN_RECENT_RETURN, is_above(now - recent, now)) |
        holds(SCAN_LONG_RETURN, is_above(now - past, now)) |
        holds(SCAN_NOT_EXTENDED, out->extension <= plan->rules.max_extension);
}

VECTORISED bool scan_bar(const struct scan_plan *plan, const double *close, struct scan_figures *out_figures)
{
    double sums[SCAN_SEGMENTS_MAX], mean[SCAN_WINDOWS];
    sum_segments(plan, close, 0, plan->segment_count, sums);
    for (size_t i = 0; i < SCAN_WINDOWS; i++)
        mean[i] = mean_difference(plan, sums, i);
    find_figures(plan, close, mean, out_figures);
    return out_figures->conditions == SCAN_PASSES;
}

// Which bars close above the two closes of the past that the rules name.
static size_t find_risen(const struct scan_plan *plan, const double *const *closes, size_t count,
                         uint32_t *out_indices)
{
    const size_t recent = plan->rules.recent_return_window, past = plan->rules.long_return_window;
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        const double *close = closes[i];
        out_indices[found] = (uint32_t)i;
        found +=
            (size_t)is_above(*close - *(close - recent), *close) & is_above(*close - *(close - past), *close);
    }
    return found;
}

// Of a bar that has risen. The far windows are summed only where the near ones are right.
INLINED bool passes(const struct scan_plan *plan, const double *close, struct scan_figures *out)
{
    double sums[SCAN_SEGMENTS_MAX], mean[SCAN_WINDOWS];
    sum_segments(plan, close, 0, plan->near_count, sums);
    mean[SHORT] = mean_difference(plan, sums, SHORT);
    mean[MEDIUM] = mean_difference(plan, sums, MEDIUM);
    mean[MEDIUM_BEFORE] = mean_difference(plan, sums, MEDIUM_BEFORE);
    if (!(mean[MEDIUM] < 0 && mean[SHORT] > mean[MEDIUM] && mean[MEDIUM] > mean[MEDIUM_BEFORE])) return false;
    sum_segments(plan, close, plan->near_count, plan->segment_count, sums);
    mean[LONG] = mean_difference(plan, sums, LONG);
    mean[LONG_BEFORE] = mean_difference(plan, sums, LONG_BEFORE);
    find_figures(plan, close, mean, out);
    return out->conditions == SCAN_PASSES;
}

VECTORISED size_t scan_passing(const struct scan_plan *plan, const double *const *closes, size_t count,
                               uint32_t *out_indices, struct scan_figures *out_figures)
{
    const size_t risen = find_risen(plan, closes, count, out_indices);
    size_t passing = 0;
    for (size_t i = 0; i < risen; i++) {
        out_indices[passing] = out_indices[i];
        passing += passes(plan, closes[out_indices[i]], &out_figures[passing]);
    }
    return passing;
}
