#include "app/audit.h"
#include "app/ledger_check.h"
#include "cli/cli.h"
#include "cli/people.h"

#include <getopt.h>
#include <stdio.h>

static const char help[] =
    "usage: tlab check\n"
    "\n"
    "Makes every balance of paper trading anew from its journal: cash, deposits, realized profit, fees, positions, what\n"
    "legs of plans repeat of their fills, states of plans and orders against them, plans against their histories; that\n"
    "every workspace has an owner; and the chain of hashes of every audit log. Each difference is a line: the table, the key of the row, the column, what is there, and what it must be.\n"
    "Nothing is changed. SQLite is held by one process: stop `tlab serve` first, or check a copy.\n"
    "\n"
    "  --help   print this\n"
    "\n"
    "The state database is that of APP_STATE_DATABASE_URL or APP_STATE_DB_PATH, as for `tlab serve`.\n"
    "Exit status: 0 it adds up, 1 failed or it does not, 2 wrong usage.\n";

static void print_fault(void *context, const struct ledger_fault *fault)
{
    (void)context;
    printf("%s %.*s%s%s: is %.*s, must be %.*s\n", fault->table, STR_ARG(fault->key),
           *fault->column ? " " : "", fault->column, STR_ARG(fault->found), STR_ARG(fault->expected));
}

static enum status check_audit(struct people *people, struct arena *arena, struct ledger_reporter *reporter,
                               int64_t *out_checked, struct error *error)
{
    struct audit_fault fault;
    TRY(audit_verify(&people->app, arena, &fault, out_checked, error));
    if (fault.what.len == 0) return STATUS_OK;
    reporter->fault_count++;
    printf("audit_entries %.*s/%lld: %.*s\n", STR_ARG(fault.log.len ? fault.log : STR("instance")),
           (long long)fault.number, STR_ARG(fault.what));
    return STATUS_OK;
}

static enum status check(struct people *people, void *asked, struct arena *arena, struct error *error)
{
    bool *is_sound = asked;
    struct ledger_reporter reporter = {.report = print_fault};
    struct ledger_counts counts;
    int64_t audited;
    TRY(ledger_check(&people->app, &reporter, &counts, error));
    TRY(check_audit(people, arena, &reporter, &audited, error));
    *is_sound = reporter.fault_count == 0;
    printf("%s: %lld accounts, %lld journal entries (%lld fills), %lld audit entries, %lld differences\n",
           *is_sound ? "it adds up" : "it does not add up", (long long)counts.accounts,
           (long long)counts.entries, (long long)counts.fills, (long long)audited,
           (long long)reporter.fault_count);
    return STATUS_OK;
}

int check_command(int argc, char **argv)
{
    static const struct option options[] = {{"help", no_argument, NULL, 'h'}, {0}};
    const bool wants_help = getopt_long(argc, argv, "h", options, NULL) == 'h';
    if (wants_help || argc != 1) {
        (void)fputs(help, wants_help ? stdout : stderr);
        return wants_help ? CLI_OK : CLI_USAGE;
    }
    bool is_sound = false;
    const int exit_status = people_run_as_it_is("check", check, &is_sound);
    return is_sound ? exit_status : CLI_FAILED;
}
