// The strategies there are, one file each; strategy.c lists them.
#pragma once

#include "engine/strategy.h"

extern const struct strategy strategy_bollinger_reversion;
extern const struct strategy strategy_buy_and_hold;
extern const struct strategy strategy_donchian_breakout;
extern const struct strategy strategy_ma_cross;
extern const struct strategy strategy_macd_cross;
extern const struct strategy strategy_momentum;
extern const struct strategy strategy_rsi_reversion;
extern const struct strategy strategy_supertrend;
