#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "cli/cli.h"
#include "cli/instance.h"
#include "cli/state.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static void print_help(FILE *out)
{
    fputs(
        "usage: tlab worker [--jobs N]\n\n"
        "Works on the jobs of the state database until SIGTERM or Ctrl-C; as many as you like on PostgreSQL, on\n"
        "this machine and others. (A SQLite file is held by one process: `tlab serve` has workers of its own.)\n"
        "When it is ready it prints `working as NAME` to standard error.\n\n"
        "  --jobs N   how many at the same time, instead of JOB_WORKERS\n\n"
        "It reads the settings that `tlab serve --help` lists. Each worker reads MARKET_DB_PATH of its machine.\n",
        out);
}

// Options win over the environment: they are put into it before it is read.
static int read_options(int argc, char **argv)
{
    static const struct option options[] = {
        {"jobs", required_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'}, {0}};
    for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (option == 'j') {
            (void)setenv("JOB_WORKERS", optarg, 1);
        } else {
            print_help(option == 'h' ? stdout : stderr);
            return option == 'h' ? CLI_OK : CLI_USAGE;
        }
    }
    if (optind == argc) return -1;
    fprintf(stderr, "tlab worker: \"%s\" is not an option\n", argv[optind]);
    return CLI_USAGE;
}

static enum status start(const struct config *config, struct arena *arena, struct instance *instance,
                         struct error *error)
{
    const struct instance_options options = {.config = config, .job_workers = instance_job_workers(config)};
    if (options.job_workers == 0) return error_add_field(error, "JOB_WORKERS", "a worker needs at least 1");
    log_set_level(config_log_level(config));
    return instance_open(&options, arena, instance, error);
}

int worker_command(int argc, char **argv)
{
    const int early = read_options(argc, argv);
    if (early >= 0) return early;
    ARENA_SCOPE(arena, MIB);
    struct error error = {0};
    struct config config = {0};
    struct instance instance = {.signals = -1};
    enum status status = config_load((config_source *)getenv, &arena, &config, &error);
    if (status == STATUS_OK) status = start(&config, &arena, &instance, &error);
    if (status == STATUS_OK) {
        fprintf(stderr, "working as %.*s\n", STR_ARG(instance.app.jobs.process));
        instance_wait(&instance);
    } else {
        state_print_error("worker", &error);
    }
    instance_close(&instance, (int)config.shutdown_grace_s * 1000);
    return status == STATUS_OK ? CLI_OK : CLI_FAILED;
}
