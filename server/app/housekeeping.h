// What has served its time is removed: ended sessions, forgotten attempts, answers that are no longer
// repeated.
#pragma once

#include "app/app.h"
#include "base/error.h"

#include <stdint.h>

// Every process may do it, now and then; doing it twice does no harm.
enum status housekeeping_run(const struct app *app, int64_t now_us, struct error *error);
