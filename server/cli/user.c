#include "app/account.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "cli/people.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char help[] =
    "usage: tlab user list\n"
    "       tlab user add EMAIL [--name NAME] [--operator]\n"
    "       tlab user set-password EMAIL\n"
    "       tlab user disable EMAIL\n"
    "       tlab user enable EMAIL\n"
    "\n"
    "The accounts of the server, for whoever has a shell on it; each change is in the audit log. Passwords are read from\n"
    "standard input: asked for twice on a terminal, the first line otherwise. A new password and disabling end all\n"
    "sessions of the user. SQLite is held by one process: stop `tlab serve` first.\n"
    "\n"
    "  --name NAME  the name that others see (default: what stands before the @)\n"
    "  --operator   the user may run the server: imports, accounts, the server's audit log\n"
    "  --help       print this\n"
    "\n"
    "The state database is that of APP_STATE_DATABASE_URL or APP_STATE_DB_PATH, as for `tlab serve`.\n"
    "Exit status: 0 done, 1 failed, 2 wrong usage.\n";

struct user_arguments {
    const char *verb;
    struct str email;
    struct str name;
    bool is_operator;
    bool wants_help;
};

// ---- what it does

static void print_account(const struct account *account)
{
    char seen[DATETIME_TEXT_MAX];
    printf("%-36s %-8s %-8s %-20.20s %.*s (%.*s)\n", account->id.ptr ? account->id.ptr : "",
           account->is_active ? "active" : "disabled", account->is_operator ? "operator" : "",
           account->seen_at_us ? datetime_format_us(account->seen_at_us, seen).ptr : "-",
           STR_ARG(account->email), STR_ARG(account->display_name));
}

static enum status list_users(struct people *people, void *asked, struct arena *arena, struct error *error)
{
    (void)asked, (void)arena;
    struct account_page page = {.after_id = STR(""), .search = STR(""), .limit = LIMIT_PAGE};
    struct account_list list;
    printf("%-36s %-8s %-8s %-20s %s\n", "id", "status", "", "last seen", "e-mail (name)");
    ARENA_SCOPE(pages, 64 * MIB);
    do {
        TRY(account_list(&people->app, page, &pages, &list, error));
        for (size_t i = 0; i < list.count; i++) {
            list.items[i].id = str_from_c(str_copy_c(&pages, list.items[i].id));
            print_account(&list.items[i]);
        }
        if (list.count > 0) {
            page.after_created_at_us = list.items[list.count - 1].created_at_us;
            page.after_id = list.items[list.count - 1].id;
        }
    } while (list.count == page.limit);
    return STATUS_OK;
}

static enum status add_user(struct people *people, void *asked, struct arena *arena, struct error *error)
{
    const struct user_arguments *arguments = asked;
    struct account_new account = {
        .email = arguments->email, .display_name = arguments->name, .is_operator = arguments->is_operator};
    struct str id;
    TRY(people_read_password(arena, &account.password, error));
    TRY(account_add(&people->app, &people->actor, &account, arena, &id, error));
    printf("added %.*s as %.*s\n", STR_ARG(arguments->email), STR_ARG(id));
    return STATUS_OK;
}

static enum status set_password(struct people *people, void *asked, struct arena *arena, struct error *error)
{
    const struct user_arguments *arguments = asked;
    struct str password;
    TRY(people_read_password(arena, &password, error));
    TRY(account_set_password(&people->app, &people->actor, arguments->email, password, error));
    printf("%.*s has a new password; all sessions have ended\n", STR_ARG(arguments->email));
    return STATUS_OK;
}

static enum status set_active(struct people *people, const struct user_arguments *arguments, bool is_active,
                              struct arena *arena, struct error *error)
{
    struct account account;
    TRY(account_find(&people->app, arguments->email, arena, &account, error));
    const struct account_change change = {.is_active = is_active, .is_operator = account.is_operator};
    TRY(account_change(&people->app, &people->actor, &change, &account, error));
    printf("%.*s is %s\n", STR_ARG(arguments->email), is_active ? "active" : "disabled");
    return STATUS_OK;
}

static enum status disable_user(struct people *people, void *asked, struct arena *arena, struct error *error)
{
    return set_active(people, asked, false, arena, error);
}

static enum status enable_user(struct people *people, void *asked, struct arena *arena, struct error *error)
{
    return set_active(people, asked, true, arena, error);
}

static const struct {
    const char *name;
    bool takes_email;
    people_work *run;
} verbs[] = {
    {"list", false, list_users},     {"add", true, add_user},       {"set-password", true, set_password},
    {"disable", true, disable_user}, {"enable", true, enable_user},
};

// ---- what is asked

static people_work *find_verb(const char *name, bool *out_takes_email)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].name, name) == 0) {
            *out_takes_email = verbs[i].takes_email;
            return verbs[i].run;
        }
    return NULL;
}

static bool read_options(int argc, char **argv, struct user_arguments *arguments)
{
    static const struct option options[] = {{"name", required_argument, NULL, 'n'},
                                            {"operator", no_argument, NULL, 'o'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        switch (option) {
        case 'n': arguments->name = str_from_c(optarg); break;
        case 'o': arguments->is_operator = true; break;
        case 'h': arguments->wants_help = true; break;
        default: return false;
        }
    }
    return true;
}

static people_work *parse(int argc, char **argv, struct user_arguments *arguments)
{
    bool takes_email = false;
    if (!read_options(argc, argv, arguments) || arguments->wants_help || optind >= argc) return NULL;
    people_work *verb = find_verb(argv[optind], &takes_email);
    if (!verb || argc - optind != (takes_email ? 2 : 1)) return NULL;
    if (takes_email) arguments->email = str_from_c(argv[optind + 1]);
    return verb;
}

int user_command(int argc, char **argv)
{
    struct user_arguments arguments = {0};
    people_work *verb = parse(argc, argv, &arguments);
    if (!verb) {
        (void)fputs(help, arguments.wants_help ? stdout : stderr);
        return arguments.wants_help ? CLI_OK : CLI_USAGE;
    }
    return people_run("user", verb, &arguments);
}
