// Makes coverage.h out of a file, and keeps the newest.
#pragma once

#include "base/error.h"
#include "market/candle_file.h"
#include "market/catalog.h"
#include "market/coverage.h"

// Lets one thread make it while others wait.
struct coverage_keeper;

enum status coverage_keeper_new(struct coverage_keeper **out_keeper, struct error *error);
void coverage_keeper_free(struct coverage_keeper *keeper); // NULL is fine

// The coverage of what the catalogue holds, at least of its version. Reads every candle, one series at a
// time, and lets go of the file in between: about a second for five million candles, once for each version.
// Errors: those of candle_session_begin.
enum status coverage_keeper_get(struct coverage_keeper *keeper, struct candle_file *file,
                                const struct catalog *catalog, const struct coverage **out_coverage,
                                struct error *error);
