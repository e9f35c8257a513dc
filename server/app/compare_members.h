// What the requests of several backtests do not have in common.
#pragma once

#include "app/compare.h"

// Sets the members of the comparison from its rows: those whose value is not the same in all requests, in the
// order in which they first come. Members of members are told apart one level down ("/params/fast").
enum status compare_members(struct arena *arena, struct comparison *comparison, struct error *error);
