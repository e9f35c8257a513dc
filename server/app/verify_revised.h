// Which stored candles behind a verified run were revised since it was asked for.
#pragma once

#include "app/verify_kind.h"

// Sets out->revised, in the arena, for the series of the run that are another by now: the symbols of their
// expressions, the members of their categories as they were recorded, on the interval that is stored. Nothing
// where none is another. An import that began before the run was asked for is not counted.
enum status verify_find_revised(const struct verify_call *call, const struct verify_run *run,
                                struct arena *arena, struct verification *out, struct error *error);
