#include "market/category_performance.h"

#include "base/datetime.h"
#include "engine/ground.h"
#include "market/category_index.h"
#include "market/members.h"
#include "market/series_expression.h"

#include <math.h>
#include <stdlib.h>

enum { DAY_S = 86400 };

const char *const category_period_names[PERIOD_COUNT + 1] = {"1d", "7d", "30d", "90d", "ytd", NULL};

static const int64_t period_days[PERIOD_YTD] = {1, 7, 30, 90};

static const double nothing = (double)NAN;

static bool breaks(const struct candles *candles, size_t i)
{
    const double gap = candles->open[i] / candles->close[i - 1];
    return !(gap <= GROUND_GAP_FACTOR && gap >= 1 / GROUND_GAP_FACTOR);
}

// A walk from the last candle towards older ones.
struct look_back {
    const struct candles *candles;
    size_t at;
    bool is_whole; // no break was passed
};

static struct look_back look_back_from_end(const struct candles *candles)
{
    return (struct look_back){.candles = candles, .at = candles->count - 1, .is_whole = true};
}

// Goes on to the last candle at or before `wanted`; the change of the last close since that one's.
static double change_since(struct look_back *back, int64_t wanted)
{
    const struct candles *candles = back->candles;
    while (back->is_whole && back->at > 0 && candles->time[back->at] > wanted) {
        back->is_whole = !breaks(candles, back->at);
        back->at--;
    }
    const double then = candles->close[back->at];
    const bool is_there = back->is_whole && candles->time[back->at] <= wanted && then > 0;
    return is_there ? candles->close[candles->count - 1] / then - 1 : nothing;
}

// The last second before the year of a daily candle.
static int64_t end_of_year_before(int64_t time)
{
    const struct civil_date date = datetime_civil_from_days(time / DAY_S);
    return datetime_days_from_civil(date.year, 1, 1) * DAY_S - 1;
}

static void find_changes(const struct candles *candles, double *change)
{
    const int64_t end = candles->time[candles->count - 1];
    struct look_back days = look_back_from_end(candles), year = days;
    for (size_t period = 0; period < PERIOD_YTD; period++)
        change[period] = change_since(&days, end - period_days[period] * DAY_S);
    change[PERIOD_YTD] = change_since(&year, end_of_year_before(end));
}

static double distance_of(const struct candles *candles)
{
    if (candles->count < CATEGORY_AVERAGE_BARS) return nothing;
    double sum = 0;
    for (size_t i = candles->count - CATEGORY_AVERAGE_BARS; i < candles->count; i++)
        sum += candles->close[i];
    return candles->close[candles->count - 1] / (sum / CATEGORY_AVERAGE_BARS) - 1;
}

static struct member_performance member_of(struct str symbol, const struct candles *candles,
                                           int64_t index_time)
{
    struct member_performance member = {.symbol = symbol, .last_close = nothing, .distance = nothing};
    for (size_t period = 0; period < PERIOD_COUNT; period++)
        member.change[period] = nothing;
    if (candles->count == 0) return member;
    const size_t last = candles->count - 1;
    member.time = candles->time[last];
    member.last_close = candles->close[last];
    member.turnover = candles->volume[last] * candles->close[last];
    if (member.time != index_time) return member;
    find_changes(candles, member.change);
    member.distance = distance_of(candles);
    return member;
}

// Whether it is one of those that made the last bar of the index.
static bool made_last_bar(const struct candles *candles, const struct candles *index)
{
    const size_t last = candles->count - 1, bar = index->count - 1;
    return candles->count > 1 && bar > 0 && candles->time[last] == index->time[bar] &&
           candles->time[last - 1] == index->time[bar - 1] && candles->close[last - 1] > 0 &&
           !breaks(candles, last);
}

static void weigh(struct member_performance *member, const struct candles *candles,
                  const struct series *index)
{
    const size_t bar = index->candles.count - 1;
    if (!made_last_bar(candles, &index->candles) || index->member_counts[bar] == 0) return;
    member->weight = 1 / (double)index->member_counts[bar];
    member->contribution =
        member->weight * (candles->close[candles->count - 1] / candles->close[candles->count - 2] - 1);
}

static double breadth_of(const struct category_performance *performance)
{
    size_t known = 0, above = 0;
    for (size_t i = 0; i < performance->member_count; i++) {
        known += isnan(performance->members[i].distance) ? 0 : 1;
        above += performance->members[i].distance > 0 ? 1 : 0;
    }
    return known ? (double)above / (double)known : nothing;
}

static struct category_performance without_members(struct arena *arena)
{
    struct category_performance performance = {.breadth = nothing,
                                               .members = ARENA_ARRAY(arena, struct member_performance, 0)};
    for (size_t period = 0; period < PERIOD_COUNT; period++)
        performance.change[period] = nothing;
    return performance;
}

static enum status measure(const struct series *index, const struct symbol_list *symbols,
                           const struct series_list *list, struct arena *arena,
                           struct category_performance *performance, struct error *error)
{
    if (index->candles.count == 0) return STATUS_OK;
    performance->time = index->candles.time[index->candles.count - 1];
    performance->members = ARENA_ARRAY(arena, struct member_performance, symbols->count);
    if (!performance->members) return error_no_memory(error);
    performance->member_count = symbols->count;
    find_changes(&index->candles, performance->change);
    for (size_t i = 0; i < symbols->count; i++) {
        const struct candles *candles = &list->items[i]->candles;
        performance->members[i] = member_of(symbols->items[i], candles, performance->time);
        weigh(&performance->members[i], candles, index);
    }
    performance->breadth = breadth_of(performance);
    performance->data_version =
        index->data_version < list->data_version ? index->data_version : list->data_version;
    return STATUS_OK;
}

enum status category_performance_find(struct market_view view, const struct category *category,
                                      struct str quote, struct arena *arena,
                                      struct category_performance *out_performance, struct error *error)
{
    const struct member_query query = {.category = category->name, .quote = quote, .interval = INTERVAL_1D};
    struct category_performance performance = without_members(arena);
    struct symbol_list symbols;
    SERIES_LIST_SCOPE list = {0};
    SERIES_SCOPE index = NULL;
    TRY(market_members(view, &query, arena, &symbols, error));
    if (symbols.count > 0) {
        const struct str expression =
            str_format(arena, SERIES_CATEGORY_PREFIX "%.*s@%.*s", STR_ARG(category->name), STR_ARG(quote));
        if (!expression.ptr) return error_no_memory(error);
        // the members first: all in one pass of the file, and the index is made of them
        TRY(market_series_list(view, &symbols, INTERVAL_1D, &list, error));
        TRY(market_series(view, expression, INTERVAL_1D, &index, error));
        TRY(measure(index, &symbols, &list, arena, &performance, error));
    }
    *out_performance = performance;
    return STATUS_OK;
}

// qsort has no context: what is compared travels along.
struct ranked {
    double change;
    const struct member_performance *member;
};

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->change != y->change) return x->change > y->change ? -1 : 1;
    return str_compare(x->member->symbol, y->member->symbol);
}

static double median_of(const struct ranked *ranked, size_t count)
{
    if (count == 0) return nothing;
    return (ranked[(count - 1) / 2].change + ranked[count / 2].change) / 2;
}

enum status category_spread_find(const struct category_performance *performance, enum category_period period,
                                 struct arena *arena, struct category_spread *out_spread, struct error *error)
{
    struct ranked *ranked = ARENA_ARRAY(arena, struct ranked, performance->member_count);
    struct category_spread spread = {
        .ranked = ARENA_ARRAY(arena, const struct member_performance *, performance->member_count)};
    if (!ranked || !spread.ranked) return error_no_memory(error);
    for (size_t i = 0; i < performance->member_count; i++) {
        const struct member_performance *member = &performance->members[i];
        if (!isnan(member->change[period]))
            ranked[spread.count++] = (struct ranked){member->change[period], member};
    }
    qsort(ranked, spread.count, sizeof *ranked, compare_ranked);
    for (size_t i = 0; i < spread.count; i++)
        spread.ranked[i] = ranked[i].member;
    spread.median = median_of(ranked, spread.count);
    *out_spread = spread;
    return STATUS_OK;
}
