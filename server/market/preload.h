// Many stored series at once: one pass over the file in place of a question for each.
#pragma once

#include "engine/interval.h"
#include "market/market_fetch.h"
#include "market/members.h"

#include <stddef.h>

// Reads those of the symbols that are stored on the interval and not in the cache yet, and puts them there.
// Does nothing where they are few, or too many for memory; a failure is none: whoever asks for a series then
// reads it alone.
void market_preload_series(const struct market_source *source, const struct symbol_list *symbols,
                           enum interval interval);
