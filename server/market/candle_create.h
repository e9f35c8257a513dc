// The database file comes into being whole: made beside its place and renamed, so that a process that is
// ended while it makes it leaves no half of one, which nobody could open.
#pragma once

#include "base/error.h"

// An empty database at `path`, unless something is there already, be it a link that leads nowhere. The caller
// holds the writer's lock. Errors: those of duck_open; STATUS_UNAVAILABLE when it cannot be renamed.
enum status candle_create(const char *path, struct error *error);

// Removes what a process that was ended in candle_create left behind.
void candle_create_clean(const char *path);
