// Opening the state database as the settings say, for every subcommand that needs it.
#pragma once

#include "base/error.h"
#include "config/config.h"
#include "db/db.h"

enum status state_open(const struct config *config, struct db **out_db, struct error *error);

// The same for a command that stores nothing: a SQLite file that is not there is not made. STATUS_NOT_FOUND.
enum status state_open_existing(const struct config *config, struct db **out_db, struct error *error);

// Prints "tlab COMMAND: message", and each member at fault on a line of its own, to standard error.
void state_print_error(const char *command, const struct error *error);
