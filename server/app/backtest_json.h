// The parts of a stored backtest that are kept as JSON text: written once when the run ends, shown as they
// are.
#pragma once

#include "app/backtest_job.h"
#include "app/backtest_request.h"
#include "base/arena.h"
#include "base/str.h"
#include "engine/backtest.h"
#include "engine/lookahead.h"
#include "market/series.h"

// Each owned by the arena; ptr NULL on lack of memory. `sha256`: the fingerprint of the window; `check_bars`:
// how many bars each of the stored checks stands for, 0: none are stored.
struct str backtest_json_request(const struct backtest_request *request, const struct series *series,
                                 struct arena *arena);
struct str backtest_json_data(const struct backtest_window *window, const char *sha256, int64_t check_bars,
                              struct arena *arena);
struct str backtest_json_metrics(const struct metrics *metrics, struct arena *arena);
struct str backtest_json_monthly(const struct metrics *metrics, struct arena *arena);
// Where bars of the test are missing so that it shows: ptr NULL where none, or few.
struct str backtest_json_gaps(const struct backtest_result *result, enum interval interval,
                              struct arena *arena);
// `leads` stand before them.
struct str backtest_json_warnings(const struct backtest_result *result, const struct str *leads,
                                  size_t lead_count, struct arena *arena);
struct str backtest_json_lookahead(const struct lookahead *check, struct arena *arena);
