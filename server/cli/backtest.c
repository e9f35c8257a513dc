#include "app/verify.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "base/log.h"
#include "cli/cli.h"
#include "cli/state.h"
#include "sql_migrations.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: tlab backtest verify ID [--workspace ID]\n"
    "\n"
    "Runs a stored backtest again over exactly the time that it read and says whether its result is the same, or\n"
    "which series changed from when on. Stores nothing.\n"
    "\n"
    "  --workspace ID   the workspace it belongs to (default: local-workspace)\n"
    "  --help           print this\n"
    "\n"
    "The state is that of APP_STATE_DB_PATH or APP_STATE_DATABASE_URL, the candles those of MARKET_DB_PATH. A\n"
    "SQLite file that a server has open is that server's alone: ask it with POST .../backtests/ID/verify.\n"
    "Exit status: 0 identical, 1 not, or it could not be verified, 2 wrong usage.\n";

enum { US_PER_S = 1000000 };

struct verify_arguments {
    struct str id;
    struct str workspace_id;
    bool wants_help;
};

static enum status parse_arguments(int argc, char **argv, struct verify_arguments *arguments,
                                   struct error *error)
{
    static const struct option options[] = {
        {"workspace", required_argument, NULL, 'w'}, {"help", no_argument, NULL, 'h'}, {0}};
    opterr = 0;
    for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (option == 'w')
            arguments->workspace_id = str_from_c(optarg);
        else if (option == 'h')
            arguments->wants_help = true;
        else
            return error_set(error, STATUS_INVALID, NULL, "unknown option, or one without its value");
    }
    if (arguments->wants_help) return STATUS_OK;
    if (argc - optind != 2 || strcmp(argv[optind], "verify") != 0)
        return error_set(error, STATUS_INVALID, NULL, "it takes `verify` and the id of a backtest");
    arguments->id = str_from_c(argv[optind + 1]);
    return STATUS_OK;
}

static void print_series(const struct verify_series *series)
{
    char text[DATETIME_TEXT_MAX];
    printf("%.*s %.*s: %s", STR_ARG(series->symbol), STR_ARG(series->interval),
           series_state_name(series->state));
    if (series->has_changed_from) {
        datetime_format_us(series->changed_from * US_PER_S, text);
        printf(" from %.19s on", text);
    }
    putchar('\n');
}

static void print_revised(const struct verify_revised *revised)
{
    char first[DATETIME_TEXT_MAX], last[DATETIME_TEXT_MAX];
    datetime_format_us(revised->first * US_PER_S, first);
    datetime_format_us(revised->last * US_PER_S, last);
    printf("%.*s %.*s: %lld candles were revised since it was run, from %.19s to %.19s\n",
           STR_ARG(revised->symbol), STR_ARG(revised->interval), (long long)revised->candles, first, last);
}

static void print_row_value(double value, const char *when)
{
    if (isnan(value))
        printf("no such row %s", when);
    else
        printf("%.17g %s", value, when);
}

static void print_row(const char *what, const struct verify_row *row)
{
    char text[DATETIME_TEXT_MAX];
    if (!row->differs) return;
    datetime_format_us(row->time * US_PER_S, text);
    printf("%s: the first that differs is number %zu, of %.19s: ", what, row->number, text);
    print_row_value(row->stored, "stored");
    fputs(", ", stdout);
    print_row_value(row->now, "now\n");
}

static void print_differences(const struct verification *verification)
{
    for (size_t i = 0; i < verification->figure_count; i++)
        printf("%s: %.17g stored, %.17g now\n", verification->figures[i].name,
               verification->figures[i].stored, verification->figures[i].now);
    print_row("equity", &verification->equity);
    print_row("trades", &verification->trades);
    for (size_t i = 0; i < VERIFY_PARTS; i++)
        if (verification->parts[i]) printf("%s: not the same\n", verify_part_name((enum verify_part)i));
    if (!verification->was_run) printf("It cannot be run again: %s.\n", verification->refusal.message);
}

static void print_verdict(const struct verification *verification)
{
    static const char *const sentences[] = {
        [VERDICT_IDENTICAL] = "Identical: the same candles give the same result, to the last bit.",
        [VERDICT_DATA_CHANGED] = "The data changed: the candles are not those that it read.",
        [VERDICT_ENGINE_CHANGED] = "The engine changed: the same candles give another result now.",
        [VERDICT_DIFFERENT] =
            "Different: the same candles and engine give another result than the stored one.",
    };
    puts(sentences[verification->verdict]);
    printf("engine: %.*s stored, %.*s now\n", STR_ARG(verification->engine_stored),
           STR_ARG(verification->engine_now));
    for (size_t i = 0; i < verification->series_count; i++)
        print_series(&verification->series[i]);
    for (size_t i = 0; i < verification->revised_count; i++)
        print_revised(&verification->revised[i]);
    print_differences(verification);
}

// A database of another version is left as it is.
static enum status check_version(struct db *db, struct error *error)
{
    uint32_t version;
    TRY(db_schema_version(db, &version, error));
    if (version == SQL_MIGRATIONS[SQL_MIGRATION_COUNT - 1].version) return STATUS_OK;
    return error_set(error, STATUS_CONFLICT, NULL,
                     "the state has schema version %u, this program %u; run `tlab migrate` first", version,
                     SQL_MIGRATIONS[SQL_MIGRATION_COUNT - 1].version);
}

static enum status verify(const struct verify_arguments *arguments, const struct app *app, bool *out_is_same,
                          struct error *error)
{
    ARENA_SCOPE(arena, LIMIT_RESPONSE_BYTES);
    struct verification verification;
    TRY(check_version(app->db, error));
    const struct verify_request request = {.workspace_id = arguments->workspace_id,
                                           .backtest_id = arguments->id};
    TRY(backtest_verify(app, &request, &arena, &verification, error));
    print_verdict(&verification);
    *out_is_same = verification.verdict == VERDICT_IDENTICAL;
    return STATUS_OK;
}

static enum status open_and_verify(const struct verify_arguments *arguments, bool *out_is_same,
                                   struct error *error)
{
    ARENA_SCOPE(arena, MIB);
    struct config config;
    struct app app = {0};
    TRY(config_load((config_source *)getenv, &arena, &config, error));
    const struct market_options options = {.path = config.market_db_path,
                                           .categories_path = config.symbol_categories_path,
                                           .cache_bytes = (size_t)config.market_cache_mb * MIB};
    TRY(state_open_existing(&config, &app.db, error));
    enum status status = market_open(&options, &app.market, error);
    if (status == STATUS_OK) status = verify(arguments, &app, out_is_same, error);
    if (app.market) market_close(app.market);
    db_close(app.db);
    return status;
}

int backtest_command(int argc, char **argv)
{
    struct verify_arguments arguments = {.workspace_id = LOCAL_WORKSPACE_ID};
    struct error error = {0};
    bool is_same = false;
    if (parse_arguments(argc, argv, &arguments, &error) != STATUS_OK) {
        fprintf(stderr, "tlab backtest: %s\n`tlab backtest --help` explains the options\n", error.message);
        return CLI_USAGE;
    }
    if (arguments.wants_help) {
        fputs(help, stdout);
        return CLI_OK;
    }
    log_set_level(LOG_ERROR);
    if (open_and_verify(&arguments, &is_same, &error) == STATUS_OK) return is_same ? CLI_OK : CLI_FAILED;
    state_print_error("backtest", &error);
    return CLI_FAILED;
}
