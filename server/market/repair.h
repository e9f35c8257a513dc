// The command line that fills a gap: what a person types, never run from here.
#pragma once

#include "base/arena.h"
#include "base/str.h"
#include "engine/interval.h"
#include "engine/quality.h"

// "tlab import data/spot/monthly/klines/BTCUSDT/1h/BTCUSDT-1h-2023-03.zip": the archive of the month in
// Binance's layout under `data`, or the folder of the series where a gap goes over more than one month. Names
// that a shell would read otherwise are quoted. ptr NULL on lack of memory.
struct str repair_command(struct str symbol, enum interval interval, const struct quality_gap *gap,
                          struct arena *arena);
