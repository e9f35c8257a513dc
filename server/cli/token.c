#include "app/account.h"
#include "app/api_token.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "cli/people.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char help[] =
    "usage: tlab token list [EMAIL]\n"
    "       tlab token create EMAIL --name NAME --role ROLE [--workspace ID] [--days N] [--from CIDR]...\n"
    "       tlab token revoke ID\n"
    "\n"
    "The API tokens of the server's users, for whoever has a shell on it; each change is in the audit log. A new token is\n"
    "printed once, to standard output and alone; it goes into the header `Authorization: Bearer TOKEN`. SQLite is held by\n"
    "one process: stop `tlab serve` first.\n"
    "\n"
    "  --name NAME      what the token is for\n"
    "  --role ROLE      viewer, trader, editor or owner; never more than the user's own role at the time of a request\n"
    "  --workspace ID   the token sees this workspace alone (default: all of the user's)\n"
    "  --days N         until it expires, 1 to 366 (default: 90)\n"
    "  --from CIDR      it may be used from there only, such as 192.0.2.0/24; up to 10 times (default: from everywhere)\n"
    "  --help           print this\n"
    "\n"
    "The state database is that of APP_STATE_DATABASE_URL or APP_STATE_DB_PATH, as for `tlab serve`.\n"
    "Exit status: 0 done, 1 failed, 2 wrong usage.\n";

struct token_arguments {
    struct str subject; // EMAIL or ID; ptr NULL: none
    struct api_token_input input;
    bool wants_help;
};

// ---- what it does

static void print_token(const struct api_token *token)
{
    char expires[DATETIME_TEXT_MAX], used[DATETIME_TEXT_MAX];
    printf("%-10.*s %-6s %-36.*s %-20.20s %-20.20s %.*s (%.*s)\n", STR_ARG(token->id), role_name(token->role),
           STR_ARG(token->workspace_id.len ? token->workspace_id : STR("all")),
           datetime_format_us(token->expires_at_us, expires).ptr,
           token->last_used_at_us ? datetime_format_us(token->last_used_at_us, used).ptr : "-",
           STR_ARG(token->user_email), STR_ARG(token->name));
}

static enum status list_tokens(struct people *people, void *asked, struct arena *arena, struct error *error)
{
    const struct token_arguments *arguments = asked;
    struct account account = {.id = STR("")};
    struct api_token_list list;
    if (arguments->subject.ptr) TRY(account_find(&people->app, arguments->subject, arena, &account, error));
    TRY(api_token_list(&people->app, account.id, arena, &list, error));
    printf("%-10s %-6s %-36s %-20s %-20s %s\n", "id", "role", "workspace", "expires", "last used",
           "e-mail (name)");
    for (size_t i = 0; i < list.count; i++)
        print_token(&list.items[i]);
    return STATUS_OK;
}

static enum status create_token(struct people *people, void *asked, struct arena *arena, struct error *error)
{
    const struct token_arguments *arguments = asked;
    struct api_token_input input = arguments->input;
    struct account account;
    struct api_token_made made;
    TRY(account_find(&people->app, arguments->subject, arena, &account, error));
    input.user_id = account.id;
    TRY(api_token_create(&people->app, &people->actor, &input, arena, &made, error));
    (void)puts(made.text.text);
    return STATUS_OK;
}

static enum status revoke_token(struct people *people, void *asked, struct arena *arena, struct error *error)
{
    const struct token_arguments *arguments = asked;
    (void)arena;
    TRY(api_token_revoke(&people->app, &people->actor, STR(""), arguments->subject, error));
    printf("revoked %.*s\n", STR_ARG(arguments->subject));
    return STATUS_OK;
}

// ---- what is asked

static bool add_place(struct api_token_input *input, struct str cidr)
{
    if (input->place_count == LIMIT_TOKEN_PLACES) return false;
    input->places[input->place_count++] = cidr;
    return true;
}

static bool read_option(int option, struct token_arguments *arguments)
{
    struct api_token_input *input = &arguments->input;
    const struct str value = str_from_c(optarg);
    switch (option) {
    case 'n': input->name = value; return true;
    case 'w': input->workspace_id = value; return true;
    case 'r': return role_parse(value, &input->role);
    case 'd': return str_to_int64(value, &input->days);
    case 'f': return add_place(input, value);
    case 'h': arguments->wants_help = true; return true;
    default: return false;
    }
}

static bool read_options(int argc, char **argv, struct token_arguments *arguments)
{
    static const struct option options[] = {{"name", required_argument, NULL, 'n'},
                                            {"role", required_argument, NULL, 'r'},
                                            {"workspace", required_argument, NULL, 'w'},
                                            {"days", required_argument, NULL, 'd'},
                                            {"from", required_argument, NULL, 'f'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;)
        if (!read_option(option, arguments)) return false;
    return true;
}

static people_work *find_verb(const char *name, const struct token_arguments *arguments)
{
    const struct api_token_input *input = &arguments->input;
    const bool has_subject = arguments->subject.ptr != NULL;
    const bool is_complete = input->name.ptr && input->role != ROLE_NONE;
    if (strcmp(name, "list") == 0) return list_tokens;
    if (strcmp(name, "create") == 0) return has_subject && is_complete ? create_token : NULL;
    return strcmp(name, "revoke") == 0 && has_subject ? revoke_token : NULL;
}

static people_work *parse(int argc, char **argv, struct token_arguments *arguments)
{
    if (!read_options(argc, argv, arguments) || arguments->wants_help) return NULL;
    if (optind >= argc || argc - optind > 2) return NULL;
    if (argc - optind == 2) arguments->subject = str_from_c(argv[optind + 1]);
    return find_verb(argv[optind], arguments);
}

int token_command(int argc, char **argv)
{
    struct token_arguments arguments = {.input.days = API_TOKEN_DAYS};
    people_work *verb = parse(argc, argv, &arguments);
    if (!verb) {
        (void)fputs(help, arguments.wants_help ? stdout : stderr);
        return arguments.wants_help ? CLI_OK : CLI_USAGE;
    }
    return people_run("token", verb, &arguments);
}
