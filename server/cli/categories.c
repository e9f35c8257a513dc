#include "base/limits.h"
#include "cli/cli.h"
#include "config/config.h"
#include "market/category_file.h"
#include "market/category_generate.h"
#include "market/category_write.h"
#include "market/market.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: tlab categories generate [options]\n"
    "\n"
    "Writes the file of categories for the symbols that have candles: each symbol with its base and quote asset and the\n"
    "categories that are known for the base asset. What is not known is Uncategorized and listed under needs_review.\n"
    "What a person changed in the file before is kept: symbols that are in a category, and symbols that are no longer\n"
    "under needs_review.\n"
    "\n"
    "  --db-path FILE  the market database (default: MARKET_DB_PATH, or file.db)\n"
    "  --output FILE   the file to write (default: SYMBOL_CATEGORIES_PATH, or configs/symbol-categories.yaml)\n"
    "  --help          print this\n"
    "\n"
    "Exit status: 0 written, 1 failed, 2 wrong usage.\n";

struct categories_arguments {
    struct str db_path; // "": as configured
    struct str output;  // "": as configured
    bool wants_help;
};

static enum status parse_arguments(int argc, char **argv, struct categories_arguments *arguments,
                                   struct error *error)
{
    static const struct option options[] = {
        {"db-path", required_argument, NULL, 'd'},
        {"output", required_argument, NULL, 'o'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        switch (option) {
        case 'd': arguments->db_path = str_from_c(optarg); break;
        case 'o': arguments->output = str_from_c(optarg); break;
        case 'h': arguments->wants_help = true; break;
        default: return error_set(error, STATUS_INVALID, NULL, "unknown option, or one without its value");
        }
    }
    if (arguments->wants_help) return STATUS_OK;
    if (optind >= argc) return error_set(error, STATUS_INVALID, NULL, "what to do is missing: generate");
    if (strcmp(argv[optind], "generate") != 0)
        return error_set(error, STATUS_INVALID, NULL, "\"%.100s\" is not known; there is generate",
                         argv[optind]);
    if (optind + 1 < argc)
        return error_set(error, STATUS_INVALID, NULL, "\"%.100s\" is not expected", argv[optind + 1]);
    return STATUS_OK;
}

static enum status read_before(const char *path, const struct category_set **out_set, struct error *error)
{
    struct error cause = {0};
    const enum status status = category_file_read(path, 1, out_set, &cause);
    if (status == STATUS_OK || status == STATUS_NOT_FOUND) return STATUS_OK;
    return error_set(error, status, NULL, "%.200s: %.250s; put it right or move it away", path,
                     cause.message);
}

static enum status generate_from(const struct catalog *catalog, const char *path, struct arena *arena,
                                 const struct category_set **out_set, struct error *error)
{
    CATEGORY_SET_SCOPE before = NULL;
    TRY(read_before(path, &before, error));
    struct str *symbols = ARENA_ARRAY(arena, struct str, catalog->symbol_count);
    if (!symbols) return error_no_memory(error);
    for (size_t i = 0; i < catalog->symbol_count; i++)
        symbols[i] = catalog->symbols[i].symbol;
    return category_generate(symbols, catalog->symbol_count, before, out_set, error);
}

static void print_summary(const struct category_set *set, const char *path)
{
    const size_t categorized = category_set_categorized(set);
    printf("symbols: %zu\ncategorized: %zu\nuncategorized: %zu\ncategories: %zu\noutput: %s\n",
           set->entry_count, categorized, set->entry_count - categorized, set->category_count, path);
}

static enum status generate(struct market *market, const char *path, struct arena *arena, struct error *error)
{
    CATALOG_SCOPE catalog = NULL;
    CATEGORY_SET_SCOPE set = NULL;
    TRY(market_catalog(market, &catalog, error));
    TRY(generate_from(catalog, path, arena, &set, error));
    TRY(category_file_write(path, set, error));
    print_summary(set, path);
    return STATUS_OK;
}

static enum status run(struct categories_arguments *arguments, struct error *error)
{
    ARENA_SCOPE(arena, 16 * MIB);
    struct config config;
    TRY(config_load((config_source *)getenv, &arena, &config, error));
    const struct str output = arguments->output.len ? arguments->output : config.symbol_categories_path;
    const char *path = str_copy_c(&arena, output);
    if (!path) return error_no_memory(error);
    const struct market_options options = {
        .path = arguments->db_path.len ? arguments->db_path : config.market_db_path, .cache_bytes = MIB};
    struct market *market;
    log_set_level(LOG_ERROR); // what the market says of itself is no part of the summary
    TRY(market_open(&options, &market, error));
    const enum status status = generate(market, path, &arena, error);
    market_close(market);
    return status;
}

int categories_command(int argc, char **argv)
{
    struct categories_arguments arguments = {0};
    struct error error = {0};
    if (parse_arguments(argc, argv, &arguments, &error) != STATUS_OK) {
        fprintf(stderr, "tlab categories: %s\n`tlab categories --help` explains it\n", error.message);
        return CLI_USAGE;
    }
    if (arguments.wants_help) {
        fputs(help, stdout);
        return CLI_OK;
    }
    if (run(&arguments, &error) == STATUS_OK) return CLI_OK;
    fprintf(stderr, "tlab categories: %s\n", error.message);
    return CLI_FAILED;
}
