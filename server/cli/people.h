// What the commands about people stand on: the state database, opened and brought up to date, and who acts.
#pragma once

#include "app/app.h"
#include "base/arena.h"
#include "base/error.h"
#include "config/config.h"

struct people {
    struct config config;
    struct app app;
    struct actor actor; // somebody with a shell on this machine
};

// STATUS_CONFLICT "state_locked" where a server holds the SQLite file. Close it after a failure, too.
enum status people_open(struct arena *arena, struct people *out_people, struct error *error);
void people_close(struct people *people);

// A password from standard input: asked for twice and not shown on a terminal, else its first line. In the
// arena. STATUS_INVALID when the two differ, or there is none.
enum status people_read_password(struct arena *arena, struct str *out_password, struct error *error);
