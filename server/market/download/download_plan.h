// Which files are to be fetched: what is wanted less what is held. Pure.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "market/download/download_holdings.h"
#include "market/download/download_spec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum download_freq {
    DOWNLOAD_DAILY,   // a file a day
    DOWNLOAD_MONTHLY, // the months that the range touches, whole
    DOWNLOAD_AUTO,    // months that lie in the range by months, the rest by days
};

bool download_freq_parse(struct str text, enum download_freq *out_freq);

struct download_item {
    uint32_t symbol;   // index into spec->symbols
    int32_t first_day; // counted from 1970-01-01
    bool is_monthly;
    bool is_held;  // looked at all the same, because it may have been replaced
    bool is_probe; // whether it is there says something of others: download_absent.h
};

struct download_plan {
    const struct download_spec *spec;
    const struct download_holdings *holdings;
    enum download_freq freq;
    struct download_item *items; // by symbol, then by day
    size_t count;
    size_t held_count;        // files that are not needed
    int64_t unpublished_days; // wanted, but in a month that has not ended and by months only
};

struct download_wish {
    enum download_freq freq;
    int64_t today;      // days from here on have not ended: no file has them
    bool rechecks_held; // held files become items, too
};

// Borrows spec and holdings. STATUS_INVALID: daily files of an interval that has none, STATUS_NO_MEMORY.
enum status download_plan_make(const struct download_spec *spec, const struct download_holdings *holdings,
                               const struct download_wish *wish, struct arena *arena,
                               struct download_plan *out_plan, struct error *error);

// The newest months come by days until Binance has made their file, some days into the next one: the daily
// files that stand in for a monthly one that is not published. 0 for one that ended long before `today`, or
// where daily files were not asked for or do not exist.
enum { DOWNLOAD_MONTH_DAYS_MAX = 31 };
size_t download_plan_stand_in(const struct download_plan *plan, const struct download_item *month,
                              int64_t today, struct download_item out_days[static DOWNLOAD_MONTH_DAYS_MAX]);

struct download_archive download_plan_archive(const struct download_plan *plan,
                                              const struct download_item *item);
