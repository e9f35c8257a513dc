#include "engine/indicators/indicator.h"

#include "engine/indicators/atr.h"
#include "engine/indicators/bbands.h"
#include "engine/indicators/donchian.h"
#include "engine/indicators/ema.h"
#include "engine/indicators/macd.h"
#include "engine/indicators/roc.h"
#include "engine/indicators/rsi.h"
#include "engine/indicators/sma.h"
#include "engine/indicators/stddev.h"
#include "engine/indicators/stoch.h"
#include "engine/indicators/supertrend.h"
#include "engine/indicators/volatility.h"
#include "engine/indicators/vwap.h"
#include "engine/indicators/wma.h"

#include <math.h>
#include <string.h>

#define LENGTH(name_text, default_length)                                                                    \
    {                                                                                                        \
        .name = name_text, .default_value = default_length, .minimum = 1, .maximum = WINDOW_LENGTH_MAX,      \
        .is_integer = true                                                                                   \
    }

static void run_sma(const struct indicator_call *call)
{
    sma_run(call->candles->close, call->candles->count, (size_t)call->params[0], call->columns[0],
            call->scratch);
}

static void run_ema(const struct indicator_call *call)
{
    ema_run(call->candles->close, call->candles->count, (size_t)call->params[0], call->columns[0]);
}

static void run_rsi(const struct indicator_call *call)
{
    rsi_run(call->candles->close, call->candles->count, (size_t)call->params[0], call->columns[0]);
}

static void run_atr(const struct indicator_call *call)
{
    atr_run(call->candles, (size_t)call->params[0], call->columns[0]);
}

static void run_bbands(const struct indicator_call *call)
{
    const struct bbands_columns out = {
        .upper = call->columns[0], .middle = call->columns[1], .lower = call->columns[2]};
    bbands_run(call->candles->close, call->candles->count, (size_t)call->params[0], call->params[1], out,
               call->scratch);
}

static void run_macd(const struct indicator_call *call)
{
    const struct macd_lengths lengths = {
        .fast = (size_t)call->params[0], .slow = (size_t)call->params[1], .signal = (size_t)call->params[2]};
    const struct macd_columns out = {
        .macd = call->columns[0], .signal = call->columns[1], .histogram = call->columns[2]};
    macd_run(call->candles->close, call->candles->count, lengths, out);
}

static void run_donchian(const struct indicator_call *call)
{
    const struct donchian_columns out = {
        .upper = call->columns[0], .middle = call->columns[1], .lower = call->columns[2]};
    donchian_run(call->candles, (size_t)call->params[0], out, call->scratch);
}

static void run_supertrend(const struct indicator_call *call)
{
    const struct supertrend_columns out = {.line = call->columns[0], .direction = call->columns[1]};
    supertrend_run(call->candles, (size_t)call->params[0], call->params[1], out);
}

static void run_roc(const struct indicator_call *call)
{
    roc_run(call->candles->close, call->candles->count, (size_t)call->params[0], call->columns[0]);
}

static void run_stddev(const struct indicator_call *call)
{
    stddev_run(call->candles->close, call->candles->count, (size_t)call->params[0], call->columns[0],
               call->scratch);
}

static void run_volatility(const struct indicator_call *call)
{
    volatility_run(call->candles->close, call->candles->count, (size_t)call->params[0], call->columns[0],
                   call->spare, call->scratch);
}

static void run_wma(const struct indicator_call *call)
{
    wma_run(call->candles->close, call->candles->count, (size_t)call->params[0], call->columns[0],
            call->scratch);
}

static void run_vwap(const struct indicator_call *call)
{
    vwap_run(call->candles, call->columns[0]);
}

static void run_stoch(const struct indicator_call *call)
{
    const struct stoch_lengths lengths = {.range = (size_t)call->params[0],
                                          .smoothing = (size_t)call->params[1],
                                          .signal = (size_t)call->params[2]};
    const struct stoch_columns out = {.k = call->columns[0], .d = call->columns[1]};
    stoch_run(call->candles, lengths, out, call->spare, call->scratch);
}

static void run_volume_sma(const struct indicator_call *call)
{
    sma_run(call->candles->volume, call->candles->count, (size_t)call->params[0], call->columns[0],
            call->scratch);
}

static const struct indicator table[] = {
    {.name = "sma",
     .title = "Simple moving average",
     .params = {LENGTH("length", 20)},
     .param_count = 1,
     .outputs = {"sma"},
     .output_count = 1,
     .run = run_sma},
    {.name = "ema",
     .title = "Exponential moving average",
     .params = {LENGTH("length", 20)},
     .param_count = 1,
     .outputs = {"ema"},
     .output_count = 1,
     .run = run_ema},
    {.name = "rsi",
     .title = "Relative strength index",
     .params = {LENGTH("length", 14)},
     .param_count = 1,
     .outputs = {"rsi"},
     .output_count = 1,
     .run = run_rsi},
    {.name = "atr",
     .title = "Average true range",
     .params = {LENGTH("length", 14)},
     .param_count = 1,
     .outputs = {"atr"},
     .output_count = 1,
     .run = run_atr},
    {.name = "bbands",
     .title = "Bollinger bands",
     .params =
         {LENGTH("length", 20),
          {.name = "width", .default_value = 2, .minimum = 0, .maximum = 100, .is_above_minimum = true}},
     .param_count = 2,
     .outputs = {"upper", "middle", "lower"},
     .output_count = 3,
     .run = run_bbands},
    {.name = "macd",
     .title = "Moving average convergence/divergence",
     .params = {LENGTH("fast", 12), LENGTH("slow", 26), LENGTH("signal", 9)},
     .param_count = 3,
     .outputs = {"macd", "signal", "histogram"},
     .output_count = 3,
     .run = run_macd},
    {.name = "donchian",
     .title = "Donchian channel",
     .params = {LENGTH("length", 20)},
     .param_count = 1,
     .outputs = {"upper", "middle", "lower"},
     .output_count = 3,
     .run = run_donchian},
    {.name = "supertrend",
     .title = "Supertrend",
     .params =
         {LENGTH("length", 10),
          {.name = "factor", .default_value = 3, .minimum = 0, .maximum = 100, .is_above_minimum = true}},
     .param_count = 2,
     .outputs = {"line", "direction"},
     .output_count = 2,
     .run = run_supertrend},
    {.name = "roc",
     .title = "Rate of change",
     .params = {LENGTH("length", 10)},
     .param_count = 1,
     .outputs = {"roc"},
     .output_count = 1,
     .run = run_roc},
    {.name = "stddev",
     .title = "Standard deviation",
     .params = {LENGTH("length", 20)},
     .param_count = 1,
     .outputs = {"stddev"},
     .output_count = 1,
     .run = run_stddev},
    {.name = "volatility",
     .title = "Volatility",
     .params = {{.name = "length",
                 .default_value = 30,
                 .minimum = 2,
                 .maximum = WINDOW_LENGTH_MAX,
                 .is_integer = true}},
     .param_count = 1,
     .outputs = {"volatility"},
     .output_count = 1,
     .has_spare = true,
     .run = run_volatility},
    {.name = "wma",
     .title = "Weighted moving average",
     .params = {LENGTH("length", 20)},
     .param_count = 1,
     .outputs = {"wma"},
     .output_count = 1,
     .run = run_wma},
    {.name = "vwap",
     .title = "Volume-weighted average price of the UTC day",
     .outputs = {"vwap"},
     .output_count = 1,
     .run = run_vwap},
    {.name = "stoch",
     .title = "Stochastic oscillator",
     .params = {LENGTH("length", 14), LENGTH("smoothing", 3), LENGTH("signal", 3)},
     .param_count = 3,
     .outputs = {"k", "d"},
     .output_count = 2,
     .has_spare = true,
     .run = run_stoch},
    {.name = "volume_sma",
     .title = "Simple moving average of the volume",
     .params = {LENGTH("length", 20)},
     .param_count = 1,
     .outputs = {"volume_sma"},
     .output_count = 1,
     .run = run_volume_sma},
};

size_t indicator_count(void)
{
    return sizeof table / sizeof *table;
}

const struct indicator *indicator_at(size_t index)
{
    return index < indicator_count() ? &table[index] : NULL;
}

const struct indicator *indicator_find(struct str name)
{
    for (size_t i = 0; i < indicator_count(); i++) {
        if (str_eq(name, str_from_c(table[i].name))) return &table[i];
    }
    return NULL;
}

bool indicator_param_holds(const struct indicator_param *param, double value)
{
    if (param->is_integer && value != trunc(value)) return false;
    if (param->is_above_minimum && value == param->minimum) return false;
    return value >= param->minimum && value <= param->maximum;
}

enum status indicator_run(const struct indicator *indicator, const double *params,
                          const struct candles *candles, struct arena *arena, double **out_columns,
                          struct error *error)
{
    for (size_t i = 0; i < indicator->param_count; i++) {
        const struct indicator_param *param = &indicator->params[i];
        if (!indicator_param_holds(param, params[i]))
            return error_set(error, STATUS_INVALID, "invalid_input", "%s of %s must be from %g to %g, not %g",
                             param->name, indicator->name, param->minimum, param->maximum, params[i]);
    }
    struct indicator_call call = {
        .candles = candles, .params = params, .scratch = arena_alloc_raw(arena, 1, sizeof *call.scratch)};
    if (indicator->has_spare) call.spare = arena_alloc_raw(arena, candles->count, sizeof *call.spare);
    if (!call.scratch || (indicator->has_spare && !call.spare)) return error_no_memory(error);
    for (size_t i = 0; i < indicator->output_count; i++) {
        call.columns[i] = arena_alloc_raw(arena, candles->count, sizeof(double));
        if (!call.columns[i]) return error_no_memory(error);
    }
    indicator->run(&call);
    memcpy(out_columns, call.columns, indicator->output_count * sizeof *out_columns);
    return STATUS_OK;
}
