#include "app/audit.h"
#include "cli/cli.h"
#include "cli/people.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char help[] =
    "usage: tlab audit verify\n"
    "\n"
    "Recomputes the chain of hashes of every audit log, and names the first entry that was changed, added or removed.\n"
    "SQLite is held by one process: stop `tlab serve` first, or verify a copy.\n"
    "\n"
    "  --help   print this\n"
    "\n"
    "The state database is that of APP_STATE_DATABASE_URL or APP_STATE_DB_PATH, as for `tlab serve`.\n"
    "Exit status: 0 whole, 1 failed or not whole, 2 wrong usage.\n";

static enum status verify(struct people *people, void *asked, struct arena *arena, struct error *error)
{
    bool *is_whole = asked;
    struct audit_fault fault;
    int64_t checked;
    TRY(audit_verify(&people->app, arena, &fault, &checked, error));
    *is_whole = fault.what.len == 0;
    if (*is_whole)
        printf("whole: %lld entries\n", (long long)checked);
    else
        printf("not whole: log %.*s, entry %lld: %.*s\n",
               STR_ARG(fault.log.len ? fault.log : STR("of the instance")), (long long)fault.number,
               STR_ARG(fault.what));
    return STATUS_OK;
}

int audit_command(int argc, char **argv)
{
    static const struct option options[] = {{"help", no_argument, NULL, 'h'}, {0}};
    const bool wants_help = getopt_long(argc, argv, "h", options, NULL) == 'h';
    if (wants_help || argc != 2 || strcmp(argv[1], "verify") != 0) {
        (void)fputs(help, wants_help ? stdout : stderr);
        return wants_help ? CLI_OK : CLI_USAGE;
    }
    bool is_whole = false;
    const int exit_status = people_run("audit", verify, &is_whole);
    return is_whole ? exit_status : CLI_FAILED;
}
