// What a strategy is: a row of one table. It turns candles into a column of signals and knows nothing of
// execution.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/candles.h"
#include "engine/side_words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STRATEGY_PARAMS_MAX = 16 };

// The decision at the close of a bar, one byte a bar. It fills later, by the rules of simulate.h.
enum signal {
    SIGNAL_HOLD = 0,  // no order
    SIGNAL_LONG = 1,  // be long
    SIGNAL_SHORT = 2, // be short where that is allowed, flat otherwise
    SIGNAL_FLAT = 3,  // be out
};

enum strategy_param_kind { STRATEGY_PARAM_INTEGER, STRATEGY_PARAM_NUMBER, STRATEGY_PARAM_CHOICE };

struct strategy_param {
    const char *name;        // member of the request's "params"
    const char *title;       // label of a form
    const char *description; // one sentence
    const char *unit;        // "bars", "%" …, NULL for none
    enum strategy_param_kind kind;
    double default_value;       // of a choice: its index
    double minimum;             // inclusive; integers and numbers
    double maximum;             // inclusive
    const char *const *choices; // NULL-terminated; choices only
};

// Of strategies that say "be long" at the bar where one line comes to lie above another, "be short" where it
// does no longer, and nothing else; what a bar's side is depends on the warmup_bars before it alone. The
// sides of many sets of values are found together, with what they have in common done once.
struct strategy_sides {
    // Whether the signals of these values are of that kind.
    bool (*is_of_kind)(const double *values);

    // The sides of `count` sets of such values at the bars [from, to) of the candles, both multiples of
    // SIDE_BARS (to may lie behind the last candle), into words[k] of set k, laid out as side_words.h says.
    // Bars without that many before them have any side.
    enum status (*find)(const struct candles *candles, const double *const *values, size_t count,
                        struct side_range range, struct arena *arena, uint64_t *const *out_words);
};

struct strategy {
    const char *id; // snake_case, as in a request's strategy_id
    const char *title;
    const char *description;
    const struct strategy_param *params;
    size_t param_count; // <= STRATEGY_PARAMS_MAX

    // Bars needed before the first signal can come; values[i] belongs to params[i].
    size_t (*warmup_bars)(const double *values);

    // A rule between parameters (fast < slow). NULL: none. Faults as members "/params/<name>".
    enum status (*check)(const double *values, struct error *error);

    // Writes candles->count signals; signal t depends on bars <= t only. Scratch comes from the arena.
    enum status (*signals)(const struct candles *candles, const double *values, struct arena *arena,
                           uint8_t *out_signals, struct error *error);

    const struct strategy_sides *sides; // NULL: none
};

// The table, in the order shown to users; STRATEGY_COUNT entries.
size_t strategy_count(void);
const struct strategy *strategy_at(size_t index);

// NULL when there is no such strategy.
const struct strategy *strategy_find(struct str id);

// STATUS_NOT_FOUND "unknown_strategy": names all there are, and as near names those that begin most alike.
enum status strategy_unknown(struct str id, struct error *error);

// Defaults of all parameters into values[param_count].
void strategy_defaults(const struct strategy *strategy, double *out_values);

// A value against kind, minimum and maximum of its parameter; the fault is the member "/params/<name>".
enum status strategy_check_value(const struct strategy_param *param, double value, struct error *error);

// All values against kind, minimum, maximum and the rule between them; every fault a member "/params/<name>".
enum status strategy_check(const struct strategy *strategy, const double *values, struct error *error);
