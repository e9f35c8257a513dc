// The strategies there are, one file each; strategy.c lists them.
#pragma once

#include "engine/strategy.h"

extern const struct strategy strategy_buy_and_hold;
extern const struct strategy strategy_ma_cross;
