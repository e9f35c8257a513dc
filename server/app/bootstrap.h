// The rows without which nobody could sign in: the local user, the local workspace, and its ownership.
#pragma once

#include "app/app.h"
#include "base/error.h"

#include <stdint.h>

// Brings the schema up to date and writes the rows where they are absent. Several processes may do it at
// once.
enum status app_bootstrap(const struct app *app, int64_t now_us, struct error *error);

// The first password of the instance: the local user's. Nothing happens where anybody has one already.
// STATUS_INVALID "DEFAULT_USER_PASSWORD" when it is missing or bad.
enum status app_bootstrap_password(const struct app *app, struct str password, int64_t now_us,
                                   struct error *error);
