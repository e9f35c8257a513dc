// What the API does alike with everything that is stored as a backtest: backtests themselves and sweeps.
#pragma once

#include "api/call.h"
#include "app/backtest.h"
#include "json/writer.h"

#include <stdbool.h>

struct backtest_noun {
    const char *plural; // member of lists
    const char *path;   // under the workspace
    bool is_sweep;
    void (*put)(struct json_writer *w, const struct backtest_row *row, bool is_whole);
};

extern const struct backtest_noun backtest_noun_backtests;
extern const struct backtest_noun backtest_noun_sweeps;

struct backtest_scope backtest_scope_of(const struct api_call *call);

// 201 with Location; 202 where nobody waited, or not long enough: the object tells how far it is.
void backtest_reply_new(struct api_call *call, const struct backtest_noun *noun,
                        const struct backtest_row *row);

// The market does not know which member of the body held the text that is no series.
enum status backtest_blame_symbol(struct api_call *call, enum status status);

// What the route's object is: STATUS_NOT_FOUND also for one of the other noun.
enum status backtest_noun_load(struct api_call *call, const struct backtest_noun *noun,
                               struct backtest_row *out_row);

// The handlers.
enum status backtest_noun_list(struct api_call *call, const struct backtest_noun *noun);
enum status backtest_noun_get(struct api_call *call, const struct backtest_noun *noun);
enum status backtest_noun_update(struct api_call *call, const struct backtest_noun *noun);
enum status backtest_noun_rerun(struct api_call *call, const struct backtest_noun *noun);
enum status backtest_noun_cancel(struct api_call *call, const struct backtest_noun *noun);
enum status backtest_noun_delete(struct api_call *call, const struct backtest_noun *noun);
