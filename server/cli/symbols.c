#include "app/tradable.h"
#include "base/clock.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "config/config.h"
#include "market/download/download_spec.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "usage: tlab symbols check --file FILE\n"
    "\n"
    "Names the symbols of a download file (configs/spot-1d.yaml) that are not traded on the spot market now, as the\n"
    "exchangeInfo of BINANCE_API_URL says. Their past may be in the archive all the same.\n"
    "\n"
    "  --file FILE         the YAML file of `tlab download`\n"
    "  --help              print this\n"
    "\n"
    "Exit status: 0 all are traded, 1 failed, 2 wrong usage, 3 some are not.\n";

struct symbols_arguments {
    const char *file;
    bool wants_help;
};

static enum status parse_arguments(int argc, char **argv, struct symbols_arguments *arguments,
                                   struct error *error)
{
    static const struct option options[] = {
        {"file", required_argument, NULL, 'f'}, {"help", no_argument, NULL, 'h'}, {0}};
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (option == 'f') arguments->file = optarg;
        if (option == 'h') arguments->wants_help = true;
        if (option == '?')
            return error_set(error, STATUS_INVALID, NULL, "unknown option, or one without its value");
    }
    if (arguments->wants_help) return STATUS_OK;
    if (optind + 1 != argc || !str_eq(str_from_c(argv[optind]), STR("check")))
        return error_set(error, STATUS_INVALID, NULL, "what is to be done is missing: check");
    return arguments->file ? STATUS_OK : error_set(error, STATUS_INVALID, NULL, "--file is missing");
}

// One line for each that is not traded; answers how many there are.
static size_t print_untraded(const struct download_spec *spec, const struct tradable_list *list)
{
    size_t count = 0;
    for (size_t i = 0; i < spec->symbol_count; i++) {
        const struct tradable_symbol *known = tradable_find(list, spec->symbols[i]);
        if (known && known->is_tradable) continue;
        count++;
        printf("%.*s: %.*s\n", STR_ARG(spec->symbols[i]),
               STR_ARG(known ? known->status : STR("not known to the exchange")));
    }
    printf("%zu of %zu symbols are traded\n", spec->symbol_count - count, spec->symbol_count);
    return count;
}

static enum status check(const char *file, struct arena *arena, size_t *out_untraded, struct error *error)
{
    struct config config;
    struct download_spec spec;
    struct tradable_list list;
    const struct fetch_rules rules = fetch_rules_default();
    TRY(config_load((config_source *)getenv, arena, &config, error));
    TRY(download_spec_read(file, datetime_day_us(clock_wall_us()), arena, &spec, error));
    TRY(tradable_fetch(config.binance_api_url, &rules, arena, &list, error));
    *out_untraded = print_untraded(&spec, &list);
    return STATUS_OK;
}

int symbols_command(int argc, char **argv)
{
    ARENA_SCOPE(arena, LIMIT_DOWNLOAD_SPEC_ARENA_BYTES);
    struct symbols_arguments arguments = {0};
    struct error error = {0};
    size_t untraded = 0;
    if (parse_arguments(argc, argv, &arguments, &error) != STATUS_OK) {
        fprintf(stderr, "tlab symbols: %s\n`tlab symbols --help` explains the options\n", error.message);
        return CLI_USAGE;
    }
    if (arguments.wants_help) {
        fputs(help, stdout);
        return CLI_OK;
    }
    if (check(arguments.file, &arena, &untraded, &error) != STATUS_OK) {
        fprintf(stderr, "tlab symbols: %s\n", error.message);
        return CLI_FAILED;
    }
    return untraded > 0 ? CLI_PARTLY : CLI_OK;
}
