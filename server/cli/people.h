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

// What a command does; `asked` is its own.
typedef enum status people_work(struct people *people, void *asked, struct arena *arena, struct error *error);

// Opens the state, works and closes; prints what went wrong as the command's. Answers the exit status.
int people_run(const char *command, people_work *work, void *asked);

// The same on the state as it is: nothing is written, and one of an older version is refused.
int people_run_as_it_is(const char *command, people_work *work, void *asked);

// A password from standard input: asked for twice and not shown on a terminal, else its first line. In the
// arena. STATUS_INVALID when the two differ, or there is none.
enum status people_read_password(struct arena *arena, struct str *out_password, struct error *error);
