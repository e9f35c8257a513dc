#include "cli/people.h"

#include "app/bootstrap.h"
#include "app/password.h"
#include "base/clock.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "cli/instance.h"
#include "cli/state.h"
#include "sql_migrations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static enum status check_version(const struct app *app, struct error *error)
{
    uint32_t version;
    TRY(db_schema_version(app->db, &version, error));
    if (version == SQL_MIGRATION_COUNT) return STATUS_OK;
    return error_set(
        error, STATUS_CONFLICT, "state_version",
        "the state database has version %u, this program %zu; bring it up to date with tlab migrate", version,
        (size_t)SQL_MIGRATION_COUNT);
}

// STATUS_CONFLICT "state_locked" where a server holds the SQLite file.
static enum status open_state(struct arena *arena, struct people *people, bool is_kept, struct error *error)
{
    TRY(config_load((config_source *)getenv, arena, &people->config, error));
    log_set_level(LOG_WARN);
    people->app.people.auth_mode = people->config.auth_mode;
    people->app.paper.starting_balance = people->config.paper_starting_balance;
    people->app.people.allows_sample_password = instance_is_loopback(people->config.host);
    people->actor = (struct actor){.user_id = STR(""),
                                   .now_us = clock_wall_us(),
                                   .via = STR("host"),
                                   .address = STR(""),
                                   .request_id = STR("")};
    TRY(password_gate_new(1, &people->app.passwords, error));
    TRY(state_open(&people->config, &people->app.db, error));
    return is_kept ? check_version(&people->app, error)
                   : app_bootstrap(&people->app, people->actor.now_us, error);
}

static int run(const char *command, bool is_kept, people_work *work, void *asked)
{
    ARENA_SCOPE(arena, 64 * MIB);
    struct people people = {0};
    struct error error = {0};
    enum status status = open_state(&arena, &people, is_kept, &error);
    if (status == STATUS_OK) status = work(&people, asked, &arena, &error);
    if (status != STATUS_OK) state_print_error(command, &error);
    if (people.app.db) db_close(people.app.db);
    password_gate_free(people.app.passwords);
    return status == STATUS_OK ? CLI_OK : CLI_FAILED;
}

int people_run(const char *command, people_work *work, void *asked)
{
    return run(command, false, work, asked);
}

int people_run_as_it_is(const char *command, people_work *work, void *asked)
{
    return run(command, true, work, asked);
}

// Without its end of line. False at the end of the input.
static bool read_line(char line[PASSWORD_MAX_BYTES + 3])
{
    if (!fgets(line, PASSWORD_MAX_BYTES + 3, stdin)) return false;
    line[strcspn(line, "\r\n")] = '\0';
    return true;
}

// What is typed is not shown.
static bool ask(const char *question, char line[PASSWORD_MAX_BYTES + 3])
{
    struct termios shown, hidden;
    if (tcgetattr(STDIN_FILENO, &shown) != 0) return false;
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    (void)fputs(question, stderr);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    const bool is_read = read_line(line);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    (void)fputc('\n', stderr);
    return is_read;
}

enum status people_read_password(struct arena *arena, struct str *out_password, struct error *error)
{
    char first[PASSWORD_MAX_BYTES + 3], second[PASSWORD_MAX_BYTES + 3];
    const bool is_asked = isatty(STDIN_FILENO) == 1;
    bool is_read = is_asked ? ask("Password: ", first) : read_line(first);
    if (is_read && is_asked) is_read = ask("Once more: ", second);
    if (!is_read) return error_set(error, STATUS_INVALID, NULL, "no password came on standard input");
    if (is_asked && strcmp(first, second) != 0)
        return error_set(error, STATUS_INVALID, NULL, "the two passwords are not the same");
    *out_password = str_copy(arena, str_from_c(first));
    explicit_bzero(first, sizeof first);
    explicit_bzero(second, sizeof second);
    return out_password->ptr ? STATUS_OK : error_no_memory(error);
}
