#include "engine/stops.h"

#include <math.h>

bool stops_are_set(const struct backtest_rules *rules)
{
    return rules->stop_loss_pct > 0 || rules->take_profit_pct > 0 || rules->trailing_stop_pct > 0;
}

static double distance_of(double price, double percent)
{
    return percent > 0 ? price * (percent / 100) : (double)INFINITY;
}

struct stops stops_of(const struct backtest_rules *rules, double price, bool is_short)
{
    const double side = is_short ? -1 : 1;
    return (struct stops){
        .side = side,
        .loss = side * price - distance_of(price, rules->stop_loss_pct),
        .profit = side * price + distance_of(price, rules->take_profit_pct),
        .distance = distance_of(price, rules->trailing_stop_pct),
        .best = side * price,
    };
}

// The stop as it stands before a bar.
static double stop_of(const struct stops *stops)
{
    const double trailing = stops->best - stops->distance;
    return trailing > stops->loss ? trailing : stops->loss;
}

// The exit in a bar that touches the stop or the target.
static struct stop_hit exit_in(const struct stops *stops, size_t bar, double open, double worst)
{
    const double stop = stop_of(stops);
    const bool is_profit = open > stop && (open >= stops->profit || !(worst <= stop));
    const double level = is_profit ? stops->profit : stop;
    const bool is_passed = is_profit ? open >= level : open <= level;
    return (struct stop_hit){
        .bar = bar,
        .price = stops->side * (is_passed ? open : level),
        .reason = is_profit             ? EXIT_TAKE_PROFIT
                  : stop == stops->loss ? EXIT_STOP_LOSS
                                        : EXIT_TRAILING_STOP,
    };
}

bool stops_watch(struct stops *stops, const struct candles *candles, size_t from, size_t to,
                 struct stop_hit *out_hit)
{
    const double side = stops->side;
    const double *best = side > 0 ? candles->high : candles->low;
    const double *worst = side > 0 ? candles->low : candles->high;
    for (size_t bar = from; bar < to; bar++) {
        const double open = side * candles->open[bar];
        const double stop = stop_of(stops);
        if ((side * worst[bar] <= stop) | (open <= stop) | (side * best[bar] >= stops->profit) |
            (open >= stops->profit)) {
            *out_hit = exit_in(stops, bar, open, side * worst[bar]);
            return true;
        }
        if (side * best[bar] > stops->best) stops->best = side * best[bar];
    }
    return false;
}
