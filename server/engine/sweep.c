#include "engine/sweep.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *name;
    size_t offset;
} rule_numbers[] = {
    {"fee_bps", offsetof(struct backtest_rules, fee_bps)},
    {"slippage_bps", offsetof(struct backtest_rules, slippage_bps)},
    {"position_fraction", offsetof(struct backtest_rules, position_fraction)},
    {"max_gap_factor", offsetof(struct backtest_rules, max_gap_factor)},
    {"stop_loss_pct", offsetof(struct backtest_rules, stop_loss_pct)},
    {"take_profit_pct", offsetof(struct backtest_rules, take_profit_pct)},
    {"trailing_stop_pct", offsetof(struct backtest_rules, trailing_stop_pct)},
};

const char *sweep_rule_at(size_t index)
{
    return index < sizeof rule_numbers / sizeof *rule_numbers ? rule_numbers[index].name : NULL;
}

double *sweep_rule_value(struct backtest_rules *rules, size_t index)
{
    return (double *)((char *)rules + rule_numbers[index].offset);
}

size_t sweep_count(const struct sweep_axis *axes, size_t axis_count)
{
    size_t count = 1;
    for (size_t i = 0; i < axis_count; i++) {
        if (axes[i].count > SIZE_MAX / count) return SIZE_MAX;
        count *= axes[i].count;
    }
    return count;
}

void sweep_values(const struct sweep_axis *axes, size_t axis_count, size_t combination, double *out_values)
{
    for (size_t i = axis_count; i-- > 0;) {
        out_values[i] = axes[i].values[combination % axes[i].count];
        combination /= axes[i].count;
    }
}

void sweep_apply(const struct sweep_axis *axes, size_t axis_count, size_t combination, double *parameters,
                 struct backtest_rules *rules)
{
    double values[SWEEP_AXES_MAX];
    sweep_values(axes, axis_count, combination, values);
    for (size_t i = 0; i < axis_count; i++) {
        if (!axes[i].is_rule)
            parameters[axes[i].index] = values[i];
        else if (rules)
            *sweep_rule_value(rules, axes[i].index) = values[i];
    }
}

void sweep_combine(const struct sweep_input *input, size_t combination, struct sweep_combination *out_run)
{
    struct backtest_rules rules = input->rules;
    memcpy(out_run->values, input->values, input->strategy->param_count * sizeof *out_run->values);
    sweep_apply(input->axes, input->axis_count, combination, out_run->values, &rules);
    const size_t wanted = input->strategy->warmup_bars(out_run->values);
    const size_t warmup = wanted < input->first ? wanted : input->first;
    out_run->candles = candles_slice(input->candles, input->first - warmup, input->candles->count);
    out_run->input = (struct backtest_input){
        .candles = &out_run->candles,
        .first = warmup,
        .interval = input->interval,
        .strategy = input->strategy,
        .values = out_run->values,
        .rules = rules,
    };
}

static bool is_trial(const struct sweep_row *row)
{
    return row->is_valid && !isnan(row->metrics.sharpe);
}

struct deflated_sharpe sweep_deflated_sharpe(const struct sweep_input *input, const struct sweep_row *rows,
                                             size_t count, const struct sweep_row *chosen, size_t *out_trials)
{
    const double per_bar = 1 / sqrt(interval_periods_per_year(input->interval));
    double sum = 0, squares = 0;
    size_t trials = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_trial(&rows[i])) continue;
        sum += rows[i].metrics.sharpe * per_bar;
        trials++;
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_trial(&rows[i])) continue;
        const double apart = rows[i].metrics.sharpe * per_bar - sum / (double)trials;
        squares += apart * apart;
    }
    *out_trials = trials;
    const struct sharpe_trial trial = {.sharpe = chosen->metrics.sharpe * per_bar,
                                       .skew = chosen->metrics.skew,
                                       .kurtosis = chosen->metrics.kurtosis,
                                       .returns = (double)(input->candles->count - input->first - 1)};
    return deflated_sharpe_of(&trial, trials, trials > 1 ? squares / (double)(trials - 1) : 0);
}
