#include "app/paper_rule.h"

#include "app/paper_bars.h"
#include "base/limits.h"
#include "engine/indicators/ema.h"
#include "engine/indicators/sma.h"

#include <math.h>
#include <stdlib.h>

// A level is decimal, and a close is what it is printed as: 58000.1 is not below 58000.1.
static bool is_beyond_level(const struct trade_plan_rule *rule, double close)
{
    struct decimal value;
    if (!decimal_from_double(close, &value)) return false;
    const int side = decimal_compare(value, rule->level);
    return rule->is_above ? side > 0 : side < 0;
}

static size_t find_by_level(const struct trade_plan_rule *rule, const struct paper_bars *bars)
{
    size_t i = bars->begin;
    while (i < bars->end && !is_beyond_level(rule, bars->series->candles.close[i]))
        i++;
    return i;
}

// From the first close that has a part in the averages that are asked for.
static size_t first_close(const struct trade_plan_rule *rule, const struct paper_bars *bars)
{
    const bool is_window = rule->average == AVERAGE_SMA && bars->begin + 1 >= rule->length;
    return is_window ? bars->begin + 1 - rule->length : 0;
}

static bool run_average(const struct trade_plan_rule *rule, const double *closes, size_t count, double *out)
{
    if (rule->average == AVERAGE_EMA) {
        ema_run(closes, count, rule->length, out);
        return true;
    }
    struct window_scratch *scratch = malloc(sizeof *scratch);
    if (scratch) sma_run(closes, count, rule->length, out, scratch);
    free(scratch);
    return scratch != NULL;
}

// No average yet (NaN) is beyond nothing.
static bool is_beyond(const struct trade_plan_rule *rule, double close, double average)
{
    return rule->is_above ? close > average : close < average;
}

static enum status find_by_average(const struct trade_plan_rule *rule, const struct paper_bars *bars,
                                   size_t *out_index, struct error *error)
{
    const size_t from = first_close(rule, bars);
    const double *closes = bars->series->candles.close;
    double *averages = calloc(bars->end - from, sizeof *averages);
    const bool is_run = averages && run_average(rule, closes + from, bars->end - from, averages);
    size_t i = bars->begin;
    while (is_run && i < bars->end && !is_beyond(rule, closes[i], averages[i - from]))
        i++;
    free(averages);
    *out_index = i;
    return is_run ? STATUS_OK : error_no_memory(error);
}

enum status paper_rule_find(const struct app *app, const struct trade_plan_rule *rule, struct paper_span span,
                            struct paper_rule_finding *out_finding, struct error *error)
{
    *out_finding = (struct paper_rule_finding){0};
    PAPER_BARS_SCOPE bars =
        paper_bars_of_series(app, rule->series, rule->interval, span.from_us, span.now_us);
    if (bars.begin == bars.end) return STATUS_OK;
    size_t index = bars.end;
    if (rule->average == AVERAGE_NONE)
        index = find_by_level(rule, &bars);
    else
        TRY(find_by_average(rule, &bars, &index, error));
    out_finding->seen_to_us = paper_bars_last_end_us(&bars);
    out_finding->is_broken = index < bars.end;
    if (out_finding->is_broken) out_finding->at_us = paper_bars_end_us(&bars, index);
    return STATUS_OK;
}
