// The command lines that fill a gap: what a person types, never run from here.
#pragma once

#include "base/arena.h"
#include "base/str.h"
#include "engine/interval.h"
#include "engine/quality.h"

// "tlab download --symbols BTCUSDT --interval 1h --from 2023-03-24 --to 2023-03-24 --recheck": the days of
// the gap from the exchange's archive; also where a file of them was imported before, since that one left the
// gap. Names that a shell would read otherwise are quoted. ptr NULL on lack of memory.
struct str repair_command(struct str symbol, enum interval interval, const struct quality_gap *gap,
                          struct arena *arena);

// The archive of the gap's month as `tlab download` keeps it, under `data` where the command runs. ptr NULL
// where the gap goes over the end of a month, or on lack of memory. Whether it is there is not looked at.
struct str repair_archive(struct str symbol, enum interval interval, const struct quality_gap *gap,
                          struct arena *arena);

// "tlab import PATH", quoted where a shell needs it.
struct str repair_import_command(struct str path, struct arena *arena);
