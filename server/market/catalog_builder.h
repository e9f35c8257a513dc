// Makes a catalogue out of an open file.
#pragma once

#include "base/error.h"
#include "market/candle_file.h"
#include "market/catalog.h"

// Reads the table twice: once for what is stored, once for the closes of the intervals that tell a symbol's
// changes.
enum status catalog_build(const struct candle_session *session, const struct catalog **out_catalog,
                          struct error *error);
