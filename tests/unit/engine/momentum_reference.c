#include "unit/engine/momentum_reference.h"

#include <stdio.h>
#include <string.h>

enum { DAY = 86400, BEGIN = 1577836800, BPS = 10000, NAME_BYTES = 4 };

const struct universe *market_universe(struct market_of_tests *market, struct arena *arena)
{
    static char names[MARKET_SYMBOLS][NAME_BYTES];
    const size_t n = market->symbol_count;
    struct universe *universe = &market->universe;
    *universe = (struct universe){.symbol_count = n, .bar_count = market->bar_count, .time = market->time};
    universe->open = ARENA_ARRAY(arena, double, n * market->bar_count);
    universe->close = ARENA_ARRAY(arena, double, n * market->bar_count);
    for (size_t s = 0; s < n; s++) {
        (void)snprintf(names[s], NAME_BYTES, "S%02u", (unsigned)s % 100);
        market->names[s] = str_from_c(names[s]);
    }
    for (size_t t = 0; t < market->bar_count; t++) {
        market->time[t] = BEGIN + DAY * (int64_t)t;
        memcpy(universe->open + t * n, market->open[t], n * sizeof(double));
        memcpy(universe->close + t * n, market->close[t], n * sizeof(double));
    }
    return universe;
}

static uint64_t below(uint64_t *seed, uint64_t end)
{
    return series_random(seed) % end;
}

static void walk_of_chance(struct market_of_tests *market, size_t symbol, uint64_t *seed)
{
    const bool is_coarse = below(seed, 3) == 0, has_gaps = below(seed, 2) == 0, breaks = below(seed, 5) == 0;
    const size_t from = below(seed, 4) == 0 ? below(seed, market->bar_count) : 0;
    const size_t to = below(seed, 4) == 0 ? below(seed, market->bar_count) : market->bar_count;
    double price = 100;
    for (size_t t = 0; t < market->bar_count; t++) {
        if (breaks && below(seed, 15) == 0) price *= below(seed, 2) ? 30 : 1.0 / 30;
        const double open = price * (1 + ((double)below(seed, 21) - 10) / 1000);
        price = is_coarse ? price * (1 + (double)below(seed, 2) / 10)
                          : price * (1 + ((double)below(seed, 201) - 100) / 800);
        if (is_coarse && price > 150) price = 100;
        const bool is_absent = t < from || t >= to || (has_gaps && below(seed, 6) == 0);
        market->open[t][symbol] = is_absent ? (double)NAN : open;
        market->close[t][symbol] = is_absent ? (double)NAN : price;
    }
}

void market_of_chance(struct market_of_tests *market, uint64_t *seed)
{
    market->symbol_count = 1 + below(seed, MARKET_SYMBOLS);
    market->bar_count = 30 + below(seed, MARKET_BARS - 29);
    for (size_t s = 0; s < market->symbol_count; s++)
        walk_of_chance(market, s, seed);
}

struct momentum_rules rules_of_chance(uint64_t *seed)
{
    struct momentum_rules rules = {
        .strategy = below(seed, 2) ? MOMENTUM_RELATIVE : MOMENTUM_RISK_ADJUSTED,
        .weighting = below(seed, 2) ? WEIGHTING_EQUAL : WEIGHTING_INVERSE_VOLATILITY,
        .long_count = below(seed, 6),
        .short_count = below(seed, 6),
        .lookback = 2 + below(seed, 12),
        .skip = below(seed, 3) ? 0 : below(seed, 5),
        .rebalance_every = 1 + below(seed, 9),
        .initial_capital = 10000,
        .fee_bps = (double)below(seed, 30),
        .slippage_bps = (double)below(seed, 20),
        .max_gap_factor = 10,
    };
    if (rules.long_count + rules.short_count == 0) rules.long_count = 1;
    return rules;
}

// One run of the reference.
struct slow {
    const struct market_of_tests *market;
    const struct momentum_rules *rules;
    double cash;
    double units[MARKET_SYMBOLS];
    double weights[MARKET_SYMBOLS]; // of the newest rebalance
    bool is_ordered[MARKET_SYMBOLS];
    int ordered_asset[MARKET_SYMBOLS];
    struct reference result;
};

static bool has(const struct market_of_tests *market, size_t s, size_t t)
{
    return !isnan(market->close[t][s]);
}

// The newest candle at or before a bar; -1 when there is none.
static int newest(const struct market_of_tests *market, size_t s, size_t t)
{
    for (int i = (int)t; i >= 0; i--)
        if (has(market, s, (size_t)i)) return i;
    return -1;
}

// How many breaks the symbol has had up to a bar.
static int asset_at(const struct market_of_tests *market, size_t s, size_t t, double factor)
{
    int breaks = 0, before = -1;
    for (size_t i = 0; i <= t; i++) {
        if (!has(market, s, i)) continue;
        if (before >= 0) {
            const double close = market->close[before][s], open = market->open[i][s];
            breaks += open > close * factor || open * factor < close;
        }
        before = (int)i;
    }
    return breaks;
}

static int asset_of(const struct slow *run, size_t s, size_t t)
{
    return asset_at(run->market, s, t, run->rules->max_gap_factor);
}

// Whether the symbol's asset has its last candle here, though the market goes on.
static bool ends(const struct slow *run, size_t s, size_t t)
{
    if (!has(run->market, s, t)) return false;
    for (size_t i = t + 1; i < run->market->bar_count; i++)
        if (has(run->market, s, i)) return asset_of(run, s, i) != asset_of(run, s, t);
    return t + 1 < run->market->bar_count;
}

static double price_at_close(const struct slow *run, size_t s, size_t t)
{
    const int bar = newest(run->market, s, t);
    return bar < 0 ? 0 : run->market->close[bar][s];
}

static double price_at_open(const struct slow *run, size_t s, size_t t)
{
    return has(run->market, s, t) ? run->market->open[t][s] : price_at_close(run, s, t);
}

static double worth(const struct slow *run, size_t t, double (*price)(const struct slow *, size_t, size_t))
{
    double sum = run->cash;
    for (size_t s = 0; s < run->market->symbol_count; s++)
        if (run->units[s] != 0) sum += run->units[s] * price(run, s, t);
    return sum;
}

static void exit_all_of(struct slow *run, size_t s, double price, double equity)
{
    const double notional = fabs(run->units[s]) * price, fee = notional * run->rules->fee_bps / BPS;
    run->cash += run->units[s] * price - fee;
    run->result.fees += fee;
    if (equity > 0) run->result.turnover += notional / equity;
    run->units[s] = 0;
}

static void ruin(struct slow *run, size_t t, double (*price)(const struct slow *, size_t, size_t))
{
    for (size_t s = 0; s < run->market->symbol_count; s++)
        if (run->units[s] != 0) exit_all_of(run, s, price(run, s, t), worth(run, t, price));
    run->result.is_liquidated = true;
}

static void trade(struct slow *run, size_t s, size_t t, double equity)
{
    const double open = run->market->open[t][s], target = run->weights[s] * equity / open;
    const double bought = target - run->units[s];
    const double price = open * (1 + (bought > 0 ? 1 : -1) * run->rules->slippage_bps / BPS);
    const double fee = fabs(bought) * price * run->rules->fee_bps / BPS;
    run->cash -= bought * price + fee;
    run->result.fees += fee;
    run->result.turnover += fabs(bought) * open / equity;
    run->units[s] = target;
}

static bool has_fill(const struct slow *run, size_t t)
{
    for (size_t s = 0; s < run->market->symbol_count; s++)
        if (run->is_ordered[s] && has(run->market, s, t) && asset_of(run, s, t) == run->ordered_asset[s])
            return true;
    return false;
}

static void fill_orders(struct slow *run, size_t t)
{
    const double equity = worth(run, t, price_at_open);
    for (size_t s = 0; s < run->market->symbol_count; s++) {
        if (!run->is_ordered[s] || !has(run->market, s, t)) continue;
        run->is_ordered[s] = false;
        if (asset_of(run, s, t) == run->ordered_asset[s]) trade(run, s, t, equity);
    }
}

// NaN when undefined or 0.
static double volatility_of(const struct slow *run, size_t s, size_t from, size_t to)
{
    double steps[MARKET_BARS];
    size_t count = 0;
    for (size_t t = from + 1; t <= to; t++)
        if (has(run->market, s, t))
            steps[count++] = run->market->close[t][s] / price_at_close(run, s, t - 1) - 1;
    double mean = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        mean += steps[i];
    mean /= (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (steps[i] - mean) * (steps[i] - mean);
    const double volatility = count > 1 ? sqrt(squares / (double)(count - 1)) : 0;
    return volatility >= 1e-12 ? volatility : (double)NAN;
}

static double score_of(const struct slow *run, size_t s, size_t t)
{
    const size_t end = t - run->rules->skip, start = end - run->rules->lookback;
    if (!has(run->market, s, t) || !has(run->market, s, end) || !has(run->market, s, start) ||
        asset_of(run, s, start) != asset_of(run, s, t))
        return (double)NAN;
    const double gain = run->market->close[end][s] / run->market->close[start][s] - 1;
    const double volatility = volatility_of(run, s, start, end);
    if (run->rules->strategy == MOMENTUM_RISK_ADJUSTED) return gain / volatility;
    return run->rules->weighting == WEIGHTING_INVERSE_VOLATILITY && isnan(volatility) ? (double)NAN : gain;
}

// The largest whole part of `eligible` that is in proportion, at least 1 of a side that is wanted.
static size_t side(size_t eligible, size_t wanted, size_t all)
{
    if (eligible < 2 || wanted == 0) return 0;
    if (eligible >= all) return wanted;
    size_t part = 0;
    while ((part + 1) * all <= eligible * wanted)
        part++;
    return part ? part : 1;
}

// The score, with 43 binary digits of one and its size.
static double key_of(double score)
{
    int exponent;
    (void)frexp(1 + fabs(score), &exponent);
    const double step = ldexp(1, exponent - 43);
    return copysign(floor((1 + fabs(score)) / step + 0.5) * step - 1, score);
}

// Names the symbols from best to worst, and answers how many there are.
static size_t rank(const struct slow *run, size_t t, size_t *order)
{
    bool is_taken[MARKET_SYMBOLS] = {false};
    for (size_t count = 0;; count++) {
        size_t best = MARKET_SYMBOLS;
        for (size_t s = run->market->symbol_count; s-- > 0;) {
            if (is_taken[s] || isnan(score_of(run, s, t))) continue;
            if (best == MARKET_SYMBOLS || key_of(score_of(run, s, t)) >= key_of(score_of(run, best, t)))
                best = s;
        }
        if (best == MARKET_SYMBOLS) return count;
        is_taken[best] = true;
        order[count] = best;
    }
}

static void put_side(struct slow *run, size_t t, const size_t *symbols, size_t count, double gross)
{
    const size_t end = t - run->rules->skip, start = end - run->rules->lookback;
    double parts[MARKET_SYMBOLS], sum = 0;
    for (size_t i = 0; i < count; i++) {
        const bool is_equal = run->rules->weighting == WEIGHTING_EQUAL;
        parts[i] = is_equal ? 1 : 1 / volatility_of(run, symbols[i], start, end);
        sum += parts[i];
    }
    for (size_t i = 0; i < count; i++)
        run->weights[symbols[i]] = gross * parts[i] / sum;
}

static void rebalance(struct slow *run, size_t t)
{
    const struct momentum_rules *rules = run->rules;
    const size_t all = rules->long_count + rules->short_count;
    size_t order[MARKET_SYMBOLS] = {0};
    const size_t eligible = rank(run, t, order);
    const size_t longs = side(eligible, rules->long_count, all);
    const size_t shorts = side(eligible, rules->short_count, all);
    const double gross = rules->long_count && rules->short_count ? 0.5 : 1;
    memset(run->weights, 0, sizeof run->weights);
    put_side(run, t, order, longs, gross);
    put_side(run, t, order + eligible - shorts, shorts, -gross);
    for (size_t s = 0; s < run->market->symbol_count; s++) {
        run->is_ordered[s] = run->units[s] != 0 || run->weights[s] != 0;
        run->ordered_asset[s] = asset_of(run, s, t);
    }
    const size_t r = run->result.rebalance_count++;
    run->result.decided[r] = t;
    run->result.eligible[r] = eligible;
    memcpy(run->result.weights[r], run->weights, sizeof run->weights);
}

// Answers the equity of the bar.
static double play(struct slow *run, size_t t, bool is_fill_of_rebalance, bool is_decision)
{
    const bool is_fill = is_fill_of_rebalance || has_fill(run, t);
    if (is_fill && !(worth(run, t, price_at_open) > 0)) ruin(run, t, price_at_open);
    if (run->result.is_liquidated) return run->cash;
    fill_orders(run, t);
    for (size_t s = 0; s < run->market->symbol_count; s++)
        if (run->units[s] != 0 && ends(run, s, t))
            exit_all_of(run, s, run->market->close[t][s], worth(run, t, price_at_close));
    if (!(worth(run, t, price_at_close) > 0))
        ruin(run, t, price_at_close);
    else if (is_decision)
        rebalance(run, t);
    return worth(run, t, price_at_close);
}

static double benchmark_step(const struct slow *run, size_t t)
{
    double sum = 0;
    size_t count = 0;
    for (size_t s = 0; s < run->market->symbol_count && t > 0; s++) {
        const int before = newest(run->market, s, t - 1);
        if (before < 0 || !has(run->market, s, t)) continue;
        if (asset_of(run, s, (size_t)before) != asset_of(run, s, t)) continue;
        sum += run->market->close[t][s] / run->market->close[before][s] - 1;
        count++;
    }
    return count ? 1 + sum / (double)count : 1;
}

const struct reference *reference_run(const struct market_of_tests *market,
                                      const struct momentum_input *input)
{
    static struct slow run;
    run = (struct slow){.market = market, .rules = &input->rules, .cash = input->rules.initial_capital};
    size_t due = input->rules.lookback + input->rules.skip;
    if (due < input->first) due = input->first;
    double benchmark = input->rules.initial_capital;
    for (size_t t = input->first; t < market->bar_count; t++) {
        const bool was_decision = t > due && (t - 1 - due) % input->rules.rebalance_every == 0;
        const bool is_decision =
            t >= due && (t - due) % input->rules.rebalance_every == 0 && t + 1 < market->bar_count;
        run.result.equity[t - input->first] = play(&run, t, was_decision, is_decision);
        if (t > input->first) benchmark *= benchmark_step(&run, t);
        run.result.benchmark[t - input->first] = benchmark;
    }
    return &run.result;
}
