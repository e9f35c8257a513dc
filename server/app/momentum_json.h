// The parts of a stored backtest of a category that are kept as JSON text, and what is read back out of them.
#pragma once

#include "app/momentum_request.h"
#include "app/momentum_window.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/momentum.h"

#include <stdatomic.h>

// Each owned by the arena; ptr NULL on lack of memory.
struct str momentum_json_request(const struct momentum_request *request, const struct momentum_window *window,
                                 struct arena *arena);
// `time` of the bars of the test.
struct str momentum_json_warnings(const struct momentum_result *result, const int64_t *time,
                                  const struct str *names, struct arena *arena);
struct str momentum_json_attribution(const struct momentum_result *result, const struct str *names,
                                     struct arena *arena);

// What was read: of the calendar, and last, "symbols" with a fingerprint each. `sha256` of the whole is over
// a line "SYMBOL sha256" a symbol. ptr NULL when it was stopped on the way too.
struct str momentum_json_data(const struct momentum_request *request, const struct momentum_window *window,
                              const struct universe *universe, const atomic_bool *is_stopped,
                              struct arena *arena);

// "CAT:<name>", or "SYMBOLS": what stands where other backtests have their symbol.
struct str momentum_universe_name(const struct momentum_request *request, struct arena *arena);

// The names behind the numbers of symbols in the rows of a run, from its data.
enum status momentum_symbols_read(struct str data_json, struct arena *arena, struct symbol_list *out_symbols,
                                  struct error *error);
