// The subcommands of tlab: one file each, one line each in the table of main.c.
#pragma once

struct cli_command {
    const char *name;
    const char *summary;               // one line of `tlab --help`
    int (*run)(int argc, char **argv); // argv[0] is the subcommand's name; answers the exit status
};

enum { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_PARTLY = 3 };

int serve_command(int argc, char **argv);
int import_command(int argc, char **argv);
int download_command(int argc, char **argv);
int symbols_command(int argc, char **argv);
int demo_command(int argc, char **argv);
int export_command(int argc, char **argv);
int doctor_command(int argc, char **argv);
int categories_command(int argc, char **argv);
int migrate_command(int argc, char **argv);
int routes_command(int argc, char **argv);
int worker_command(int argc, char **argv);
int scan_command(int argc, char **argv);
int backtest_command(int argc, char **argv);
int user_command(int argc, char **argv);
int token_command(int argc, char **argv);
int audit_command(int argc, char **argv);
int check_command(int argc, char **argv);
