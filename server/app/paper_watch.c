#include "app/paper_watch.h"

#define SECOND_US ((int64_t)1000000)

static int64_t newest_end_us(const struct symbol_info *info)
{
    int64_t newest_s = 0;
    for (size_t i = 0; i < info->interval_count; i++) {
        const int64_t end_s = interval_next(info->intervals[i].interval, info->intervals[i].last);
        if (end_s > newest_s) newest_s = end_s;
    }
    return newest_s * SECOND_US;
}

int64_t paper_watch_from(const struct app *app, struct str symbol, int64_t now_us)
{
    struct error ignored = {0};
    CATALOG_SCOPE catalog = NULL;
    if (market_catalog(app->market, &catalog, &ignored) != STATUS_OK) return now_us;
    const struct symbol_info *info = catalog_find(catalog, symbol);
    const int64_t end_us = info ? newest_end_us(info) : now_us;
    return end_us < now_us ? end_us : now_us;
}
