#include "market/download/download_plan.h"

enum { RECENT_DAYS = 45 };

struct planning {
    struct download_plan *plan;
    const struct download_wish *wish;
    bool has_daily;
};

bool download_freq_parse(struct str text, enum download_freq *out_freq)
{
    static const char *const names[] = {"daily", "monthly", "auto"};
    for (int freq = DOWNLOAD_DAILY; freq <= DOWNLOAD_AUTO; freq++)
        if (str_eq(text, str_from_c(names[freq]))) {
            *out_freq = (enum download_freq)freq;
            return true;
        }
    return false;
}

struct download_archive download_plan_archive(const struct download_plan *plan,
                                              const struct download_item *item)
{
    return (struct download_archive){.asset = plan->spec->asset,
                                     .symbol = plan->spec->symbols[item->symbol],
                                     .interval = plan->spec->interval,
                                     .is_monthly = item->is_monthly,
                                     .first_day = item->first_day};
}

static void add(struct planning *planning, const struct download_item *item)
{
    struct download_plan *plan = planning->plan;
    plan->held_count += item->is_held && !planning->wish->rechecks_held;
    if (!item->is_held || planning->wish->rechecks_held) plan->items[plan->count++] = *item;
}

static void add_month(struct planning *planning, uint32_t symbol, int64_t first_day)
{
    const struct download_holdings *holdings = planning->plan->holdings;
    add(planning,
        &(struct download_item){.symbol = symbol,
                                .first_day = (int32_t)first_day,
                                .is_monthly = true,
                                .is_held = download_holdings_has_month(holdings, symbol, first_day)});
}

static void add_days(struct planning *planning, uint32_t symbol, int64_t first_day, int64_t last_day)
{
    const struct download_holdings *holdings = planning->plan->holdings;
    for (int64_t day = first_day; day <= last_day; day++)
        add(planning, &(struct download_item){.symbol = symbol,
                                              .first_day = (int32_t)day,
                                              .is_held = download_holdings_has_day(holdings, symbol, day)});
}

// What of one month lies in the range.
static void add_part(struct planning *planning, uint32_t symbol, int64_t month, int64_t last_day)
{
    struct download_plan *plan = planning->plan;
    const int64_t month_last = download_month_next(month) - 1;
    const int64_t from = month > plan->spec->first_day ? month : plan->spec->first_day;
    const int64_t to = month_last < last_day ? month_last : last_day;
    const bool is_whole = from == month && to == month_last;
    const bool has_ended = month_last < planning->wish->today;
    const bool by_months = plan->freq == DOWNLOAD_MONTHLY || !planning->has_daily;
    if (plan->freq == DOWNLOAD_AUTO && planning->has_daily ? is_whole : by_months && has_ended)
        add_month(planning, symbol, month);
    else if (by_months)
        plan->unpublished_days += to - from + 1;
    else
        add_days(planning, symbol, from, to);
}

// Days and months that one symbol has at the most.
static size_t most_items(const struct download_spec *spec, int64_t last_day)
{
    return last_day < spec->first_day ? 0 : (size_t)(last_day - spec->first_day + 1);
}

static enum status begin(struct planning *planning, struct arena *arena, int64_t last_day,
                         struct error *error)
{
    struct download_plan *plan = planning->plan;
    const size_t of_symbol = most_items(plan->spec, last_day);
    plan->items = arena_alloc_raw(arena, plan->spec->symbol_count * of_symbol, sizeof *plan->items);
    return plan->items
               ? STATUS_OK
               : error_set(error, STATUS_TOO_LARGE, NULL, "%zu symbols for %zu days are too many files",
                           plan->spec->symbol_count, of_symbol);
}

enum status download_plan_make(const struct download_spec *spec, const struct download_holdings *holdings,
                               const struct download_wish *wish, struct arena *arena,
                               struct download_plan *out_plan, struct error *error)
{
    struct download_plan plan = {.spec = spec, .holdings = holdings, .freq = wish->freq};
    struct planning planning = {.plan = &plan, .wish = wish};
    const int64_t last_day = spec->last_day < wish->today ? spec->last_day : wish->today - 1;
    planning.has_daily = download_interval_has_daily(spec->interval);
    if (!planning.has_daily && wish->freq == DOWNLOAD_DAILY)
        return error_set(error, STATUS_INVALID, NULL, "there are no daily files of %s: ask for monthly ones",
                         interval_name(spec->interval));
    TRY(begin(&planning, arena, last_day, error));
    for (uint32_t symbol = 0; symbol < spec->symbol_count; symbol++)
        for (int64_t month = download_month_first(spec->first_day); month <= last_day;
             month = download_month_next(month))
            add_part(&planning, symbol, month, last_day);
    *out_plan = plan;
    return STATUS_OK;
}

size_t download_plan_stand_in(const struct download_plan *plan, const struct download_item *month,
                              int64_t today, struct download_item out_days[static DOWNLOAD_MONTH_DAYS_MAX])
{
    const int64_t end = download_month_next(month->first_day);
    const bool is_recent = end > today - RECENT_DAYS;
    size_t count = 0;
    if (plan->freq != DOWNLOAD_AUTO || !month->is_monthly || !is_recent) return 0;
    if (!download_interval_has_daily(plan->spec->interval)) return 0;
    for (int64_t day = month->first_day; day < end; day++)
        if (!download_holdings_has_day(plan->holdings, month->symbol, day))
            out_days[count++] = (struct download_item){.symbol = month->symbol, .first_day = (int32_t)day};
    return count;
}
