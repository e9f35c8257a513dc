// tlab: the server of Trading Lab and its tools. Wiring only: a name on the command line to its subcommand.
#include "cli/cli.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct cli_command commands[] = {
    {"serve", "run the server: API and web application", serve_command},
    {"worker", "work on jobs, beside servers", worker_command},
    {"import", "store candles from ZIP, CSV, CSV.gz and Parquet files", import_command},
    {"download", "fetch the candles that are missing from Binance's archive, and store them",
     download_command},
    {"export", "write stored candles as Parquet or CSV files", export_command},
    {"symbols", "check which symbols are traded", symbols_command},
    {"demo", "write an invented market to try everything with", demo_command},
    {"doctor", "say how clean the stored candles are, and what repairs them", doctor_command},
    {"scan", "print the symbols, or ratios of symbols, that are in an uptrend", scan_command},
    {"backtest", "verify a stored backtest: run it again and compare", backtest_command},
    {"categories", "write the file of categories for the symbols that are stored", categories_command},
    {"user", "list, add, disable accounts; set passwords", user_command},
    {"token", "list, create and revoke API tokens", token_command},
    {"audit", "verify that the audit log is whole", audit_command},
    {"check", "check that the paper ledger adds up, and that the audit log is whole", check_command},
    {"migrate", "bring the state database up to date, or show its version", migrate_command},
    {"routes", "print the routes of the API and the role each takes", routes_command},
};

enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static void print_help(FILE *out)
{
    fputs(
        "usage: tlab COMMAND [options]\n\nResearch and paper trading on candles that stay on your own machine.\n\ncommands:\n",
        out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-11s %s\n", commands[i].name, commands[i].summary);
    fputs("\n`tlab COMMAND --help` explains one. `tlab --version` tells the version.\n", out);
}

int main(int argc, char **argv)
{
    (void)signal(SIGPIPE, SIG_IGN);
    const char *name = argc > 1 ? argv[1] : "--help";
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        print_help(argc > 1 ? stdout : stderr);
        return argc > 1 ? CLI_OK : CLI_USAGE;
    }
    if (strcmp(name, "--version") == 0) {
        puts("tlab " TLAB_VERSION);
        return CLI_OK;
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(name, commands[i].name) == 0) return commands[i].run(argc - 1, argv + 1);
    fprintf(stderr, "tlab: there is no command \"%s\"\n\n", name);
    print_help(stderr);
    return CLI_USAGE;
}
