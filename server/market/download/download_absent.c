#include "market/download/download_absent.h"

#include <stdlib.h>

enum { MARK_ABSENT = 1, MARK_ASKED = 2, FIRST_CAPACITY = 64 };

enum status download_absent_init(struct download_absent *absent, const struct download_plan *plan,
                                 struct error *error)
{
    *absent = (struct download_absent){.plan = plan, .marks = calloc(plan->count + 1, 1)};
    return absent->marks ? STATUS_OK : error_no_memory(error);
}

void download_absent_done(struct download_absent *absent)
{
    free(absent->marks);
    free(absent->items);
    *absent = (struct download_absent){0};
}

static enum status add(struct download_absent *absent, const struct download_item *item, struct error *error)
{
    if (absent->count == absent->capacity) {
        const size_t capacity = absent->capacity ? 2 * absent->capacity : FIRST_CAPACITY;
        struct download_item *grown = reallocarray(absent->items, capacity, sizeof *grown);
        if (!grown) return error_no_memory(error);
        absent->items = grown;
        absent->capacity = capacity;
    }
    absent->items[absent->count++] = *item;
    return STATUS_OK;
}

enum status download_absent_note(struct download_absent *absent, size_t index, int64_t today,
                                 struct error *error)
{
    struct download_item days[DOWNLOAD_MONTH_DAYS_MAX];
    const struct download_plan *plan = absent->plan;
    const size_t count = download_plan_stand_in(plan, &plan->items[index], today, days);
    absent->marks[index] = count > 0 ? MARK_ABSENT | MARK_ASKED : MARK_ABSENT;
    for (size_t i = 0; i < count; i++)
        TRY(add(absent, &days[i], error));
    return STATUS_OK;
}

// ---- one month

// Days that the database has not, but for `except`.
static enum status add_days(struct download_absent *absent, uint32_t symbol, int64_t month, int64_t except,
                            struct error *error)
{
    const int64_t end = download_month_next(month);
    for (int64_t day = month; day < end; day++) {
        const struct download_item item = {.symbol = symbol, .first_day = (int32_t)day};
        if (day == except || download_holdings_has_day(absent->plan->holdings, symbol, day)) continue;
        TRY(add(absent, &item, error));
    }
    return STATUS_OK;
}

// The item of a month that was noted and is not asked for yet.
static bool find_open(const struct download_absent *absent, uint32_t symbol, int64_t month, size_t *out_index)
{
    size_t from = 0, to = absent->plan->count;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        const struct download_item *item = &absent->plan->items[middle];
        const bool is_before =
            item->symbol != symbol ? item->symbol < symbol : (int64_t)item->first_day < month;
        if (is_before)
            from = middle + 1;
        else
            to = middle;
    }
    *out_index = from;
    return from < absent->plan->count && absent->marks[from] == MARK_ABSENT &&
           absent->plan->items[from].symbol == symbol && absent->plan->items[from].first_day == month;
}

// A month from its last day on backwards, or from its first one on; as far as the database has the probes.
static enum status probe(struct download_absent *absent, uint32_t symbol, int64_t month, bool is_back,
                         struct error *error)
{
    size_t index;
    while (find_open(absent, symbol, month, &index)) {
        const int64_t day = is_back ? download_month_next(month) - 1 : month;
        const struct download_item item = {.symbol = symbol, .first_day = (int32_t)day, .is_probe = true};
        absent->marks[index] |= MARK_ASKED;
        if (!download_holdings_has_day(absent->plan->holdings, symbol, day)) return add(absent, &item, error);
        TRY(add_days(absent, symbol, month, day, error));
        month = is_back ? download_month_first(month - 1) : download_month_next(month);
    }
    return STATUS_OK;
}

enum status download_absent_follow(struct download_absent *absent, const struct download_item *probe_item,
                                   struct error *error)
{
    const int64_t month = download_month_first(probe_item->first_day);
    const bool is_back = probe_item->first_day != month;
    TRY(add_days(absent, probe_item->symbol, month, probe_item->first_day, error));
    return probe(absent, probe_item->symbol,
                 is_back ? download_month_first(month - 1) : download_month_next(month), is_back, error);
}

// ---- one symbol

struct hull { // of the months that are there
    int64_t first, last;
    bool is_empty;
};

// Whole months of the range that are no item were held.
static struct hull hull_of(const struct download_absent *absent, size_t from, size_t to)
{
    const struct download_plan *plan = absent->plan;
    struct hull hull = {.is_empty = true};
    int64_t month = download_month_first(plan->spec->first_day);
    const int64_t last_day = plan->items[to - 1].first_day;
    if (month < plan->spec->first_day) month = download_month_next(month);
    for (size_t i = from; month <= plan->spec->last_day; month = download_month_next(month)) {
        while (i < to && plan->items[i].first_day < month)
            i++;
        const bool is_item = i < to && plan->items[i].first_day == month;
        const bool is_there =
            is_item ? plan->items[i].is_monthly && !absent->marks[i]
                    : month <= last_day ||
                          download_holdings_has_month(plan->holdings, plan->items[from].symbol, month);
        if (!is_there) continue;
        if (hull.is_empty) hull.first = month;
        hull.last = month;
        hull.is_empty = false;
    }
    return hull;
}

static enum status ask_month(struct download_absent *absent, size_t index, const struct hull *hull,
                             struct error *error)
{
    const struct download_item *item = &absent->plan->items[index];
    const int64_t month = item->first_day;
    if (absent->marks[index] != MARK_ABSENT) return STATUS_OK;
    if (hull->is_empty) return probe(absent, item->symbol, month, true, error);
    if (month > hull->first && month < hull->last) {
        absent->marks[index] |= MARK_ASKED;
        return add_days(absent, item->symbol, month, -1, error);
    }
    if (download_month_next(month) == hull->first) return probe(absent, item->symbol, month, true, error);
    const bool is_behind = month == download_month_next(hull->last);
    return is_behind ? probe(absent, item->symbol, month, false, error) : STATUS_OK;
}

static enum status ask_symbol(struct download_absent *absent, size_t from, size_t to, struct error *error)
{
    const struct hull hull = hull_of(absent, from, to);
    for (size_t i = to; i-- > from;)
        TRY(ask_month(absent, i, &hull, error));
    return STATUS_OK;
}

enum status download_absent_ask(struct download_absent *absent, struct error *error)
{
    const struct download_plan *plan = absent->plan;
    if (plan->freq != DOWNLOAD_AUTO || !download_interval_has_daily(plan->spec->interval)) return STATUS_OK;
    for (size_t from = 0, to; from < plan->count; from = to) {
        to = from;
        while (to < plan->count && plan->items[to].symbol == plan->items[from].symbol)
            to++;
        TRY(ask_symbol(absent, from, to, error));
    }
    return STATUS_OK;
}
