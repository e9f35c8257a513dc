#include "base/arena.h"
#include "base/clock.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "base/log.h"
#include "cli/cli.h"
#include "cli/export_choice.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "config/config.h"
#include "market/market.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char help[] =
    "usage: tlab export --symbols A,B --interval 1d [options]\n"
    "       tlab export --all --interval 1d [options]\n"
    "\n"
    "Writes stored candles as Parquet or CSV files, named as `tlab import` reads them: SYMBOL-INTERVAL.parquet. Numbers\n"
    "and times are exact. Every file is whole or not there. The server may run meanwhile.\n"
    "\n"
    "  --symbols A,B        these\n"
    "  --all                every symbol that has the interval\n"
    "  --interval INTERVAL  as it is stored, such as 1d\n"
    "  --from TIME          the first day or time, such as 2024-01-31 or 2024-01-31T12:00 (UTC)\n"
    "  --to TIME            the last one, included\n"
    "  --format FORMAT      parquet or csv (default: as the name of the file ends, or parquet)\n"
    "  --out PATH           a file, for one series; a folder; or - for CSV on standard output (default: files in the\n"
    "                       present folder)\n"
    "  --force              replace files that are there already\n"
    "  --db-path FILE       the database (default: MARKET_DB_PATH, or file.db)\n"
    "  --quiet              print errors only\n"
    "  --help               print this\n"
    "\n"
    "Exit status: 0 everything is written, 1 failed or stopped, 2 wrong usage.\n";

enum { US_PER_S = 1000000, DAY_TEXT_BYTES = 10 };
#define US_PER_DAY (INT64_C(86400) * US_PER_S)
#define HELD_LONG_US 1000000  // after which an import that waits for the file gets its turn,
#define WRITERS_TURN_US 50000 // for that long: it looks every 20 ms

struct export_arguments {
    struct export_wish wish;
    struct str db_path; // "": as configured
    bool has_interval, takes_all, overwrites, is_quiet, wants_help;
};

static enum status take_interval(const char *text, struct export_arguments *arguments, struct error *error)
{
    arguments->has_interval = interval_parse(str_from_c(text), &arguments->wish.interval);
    if (arguments->has_interval) return STATUS_OK;
    return error_set(error, STATUS_INVALID, NULL, "there is no interval \"%.40s\"", text);
}

static enum status take_time(const char *text, int64_t *out_time_us, struct error *error)
{
    if (datetime_parse_us(str_from_c(text), out_time_us)) return STATUS_OK;
    return error_set(error, STATUS_INVALID, NULL, "\"%.60s\" is no day or time such as 2024-01-31", text);
}

// A day with all of its candles, a time with the one that opens then.
static enum status take_end(const char *text, int64_t *out_until_us, struct error *error)
{
    int64_t time_us;
    TRY(take_time(text, &time_us, error));
    *out_until_us = time_us + (strlen(text) == DAY_TEXT_BYTES ? US_PER_DAY : 1);
    return STATUS_OK;
}

static enum status take_format(const char *text, struct export_wish *wish, struct error *error)
{
    wish->has_format = export_format_parse(str_from_c(text), &wish->format);
    if (wish->has_format) return STATUS_OK;
    return error_set(error, STATUS_INVALID, NULL, "--format is parquet or csv, not \"%.40s\"", text);
}

static enum status take_option(int option, struct export_arguments *arguments, struct error *error)
{
    struct export_wish *wish = &arguments->wish;
    switch (option) {
    case 's': wish->symbols = str_from_c(optarg); return STATUS_OK;
    case 'a': arguments->takes_all = true; return STATUS_OK;
    case 'i': return take_interval(optarg, arguments, error);
    case 'b': return take_time(optarg, &wish->from_us, error);
    case 'e': return take_end(optarg, &wish->until_us, error);
    case 'f': return take_format(optarg, wish, error);
    case 'o': wish->out = optarg; return STATUS_OK;
    case 'r': arguments->overwrites = true; return STATUS_OK;
    case 'd': arguments->db_path = str_from_c(optarg); return STATUS_OK;
    case 'q': arguments->is_quiet = true; return STATUS_OK;
    case 'h': arguments->wants_help = true; return STATUS_OK;
    default: return error_set(error, STATUS_INVALID, NULL, "unknown option, or one without its value");
    }
}

static enum status check_arguments(const struct export_arguments *arguments, struct error *error)
{
    const struct export_wish *wish = &arguments->wish;
    if (arguments->takes_all == (wish->symbols.ptr != NULL))
        return error_set(error, STATUS_INVALID, NULL, "say --symbols A,B or --all");
    if (!arguments->has_interval)
        return error_set(error, STATUS_INVALID, NULL, "--interval is missing, such as --interval 1d");
    if (wish->until_us <= wish->from_us)
        return error_set(error, STATUS_INVALID, NULL, "--to is before --from");
    if (wish->out && !*wish->out) return error_set(error, STATUS_INVALID, NULL, "--out is empty");
    return STATUS_OK;
}

static enum status parse_arguments(int argc, char **argv, struct export_arguments *arguments,
                                   struct error *error)
{
    static const struct option options[] = {
        {"symbols", required_argument, NULL, 's'},  {"all", no_argument, NULL, 'a'},
        {"interval", required_argument, NULL, 'i'}, {"from", required_argument, NULL, 'b'},
        {"to", required_argument, NULL, 'e'},       {"format", required_argument, NULL, 'f'},
        {"out", required_argument, NULL, 'o'},      {"force", no_argument, NULL, 'r'},
        {"db-path", required_argument, NULL, 'd'},  {"quiet", no_argument, NULL, 'q'},
        {"help", no_argument, NULL, 'h'},           {0},
    };
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "qh", options, NULL)) != -1)
        TRY(take_option(option, arguments, error));
    if (arguments->wants_help) return STATUS_OK;
    if (optind < argc)
        return error_set(error, STATUS_INVALID, NULL, "\"%.100s\" is not expected", argv[optind]);
    return check_arguments(arguments, error);
}

// The market is closed before the first candle is read: one handle a process (candle_file.h).
static enum status choose(const struct export_arguments *arguments, struct str db_path, struct arena *arena,
                          struct export_choice *out_choice, const struct catalog **out_catalog,
                          struct error *error)
{
    struct market *market;
    const struct market_options options = {.path = db_path, .cache_bytes = MIB};
    TRY(market_open(&options, &market, error));
    const enum status status = market_catalog(market, out_catalog, error);
    market_close(market);
    TRY(status);
    return export_choice_make(&arguments->wish, *out_catalog, arena, out_choice, error);
}

// What the progress line and the summary count.
struct export_run {
    const struct export_arguments *arguments;
    const struct export_choice *choice;
    struct export_writer writer;
    struct progress progress;
    size_t position;       // in the choice
    int64_t effort_before; // likely rows of those before
    int64_t effort_total;
    size_t written, without; // series that have a file now, and those without a candle then
    int64_t row_count;
    int64_t turn_us; // when writers had the last one
};

static void show_progress(void *context, int64_t row_count)
{
    struct export_run *run = context;
    const int64_t likely_rows = run->choice->series[run->position].likely_rows;
    const struct progress_state state = {
        .effort_done = run->effort_before + (row_count < likely_rows ? row_count : likely_rows),
        .effort_total = run->effort_total,
        .items_done = run->position,
        .items_total = run->choice->count,
        .items_name = "series",
        .units_done = run->row_count + row_count,
        .units_name = "rows",
    };
    progress_show(&run->progress, &state);
}

static void give_writers_their_turn(struct export_run *run)
{
    if (clock_monotonic_us() - run->turn_us < HELD_LONG_US) return;
    clock_pause_us(WRITERS_TURN_US);
    run->turn_us = clock_monotonic_us();
}

static enum status write_series(struct export_run *run, const struct export_series *series,
                                struct error *error)
{
    const struct export_wish *wish = &run->arguments->wish;
    const struct export_request request = {.symbol = series->symbol,
                                           .interval = wish->interval,
                                           .from_us = wish->from_us,
                                           .until_us = wish->until_us,
                                           .is_cancelled = &interrupt_came,
                                           .on_rows = show_progress,
                                           .context = run};
    const struct export_target target = {
        .path = series->path, .format = run->choice->format, .overwrites = run->arguments->overwrites};
    int64_t row_count = 0;
    TRY(run->choice->is_stream ? export_to_stream(&run->writer, &request, STDOUT_FILENO, &row_count, error)
                               : export_to_file(&run->writer, &request, &target, &row_count, error));
    run->row_count += row_count;
    run->written++;
    return STATUS_OK;
}

// Of many series those without a candle then are left out; a single one is missed.
static enum status write_each(struct export_run *run, struct error *error)
{
    const struct export_choice *choice = run->choice;
    for (run->position = 0; run->position < choice->count; run->position++) {
        const struct export_series *series = &choice->series[run->position];
        const enum status status = write_series(run, series, error);
        const bool is_empty = status == STATUS_NOT_FOUND && strcmp(error->code, "no_candles") == 0;
        if (status != STATUS_OK && !(is_empty && choice->count > 1)) return status;
        if (is_empty) run->without++;
        run->effort_before += series->likely_rows;
        give_writers_their_turn(run);
    }
    return STATUS_OK;
}

// Before the first file is written, so that a forgotten --force costs nothing.
static enum status check_places(const struct export_run *run, struct error *error)
{
    const struct export_choice *choice = run->choice;
    if (choice->is_stream) return STATUS_OK;
    if (choice->folder && mkdir(choice->folder, 0777) != 0 && errno != EEXIST)
        return error_set(error, STATUS_UNAVAILABLE, NULL, "%.300s cannot be made: %s", choice->folder,
                         strerrordesc_np(errno));
    for (size_t i = 0; i < choice->count && !run->arguments->overwrites; i++)
        if (access(choice->series[i].path, F_OK) == 0)
            return error_set(error, STATUS_CONFLICT, NULL, "%.300s is there already; --force replaces it",
                             choice->series[i].path);
    return STATUS_OK;
}

static void print_summary(const struct export_run *run)
{
    const struct export_choice *choice = run->choice;
    FILE *out = choice->is_stream ? stderr : stdout;
    if (run->arguments->is_quiet) return;
    fprintf(out, "%" PRId64 " candles of %zu series in %.1f s", run->row_count, run->written,
            progress_elapsed_s(&run->progress));
    if (!choice->is_stream)
        fprintf(out, ": %s",
                choice->count == 1 ? choice->series[0].path
                : choice->folder   ? choice->folder
                                   : ".");
    fputc('\n', out);
    if (run->without > 0) fprintf(out, "%zu series have no candles then\n", run->without);
}

static enum status write_all(struct export_run *run, struct error *error)
{
    for (size_t i = 0; i < run->choice->count; i++)
        run->effort_total += run->choice->series[i].likely_rows;
    progress_start(&run->progress, stderr, run->arguments->is_quiet);
    run->turn_us = clock_monotonic_us();
    const enum status status = write_each(run, error);
    progress_clear(&run->progress);
    if (status == STATUS_CANCELLED)
        fprintf(stderr, "tlab export: stopped; %zu of %zu files are whole, the others are not there\n",
                run->written, run->choice->count);
    if (status == STATUS_OK) print_summary(run);
    return status;
}

static enum status run_export(const struct export_arguments *arguments, struct error *error)
{
    ARENA_SCOPE(arena, LIMIT_CATALOG_BYTES);
    CATALOG_SCOPE catalog = NULL;
    struct config config;
    struct export_choice choice;
    TRY(config_load((config_source *)getenv, &arena, &config, error));
    const struct str db_path = arguments->db_path.len ? arguments->db_path : config.market_db_path;
    TRY(choose(arguments, db_path, &arena, &choice, &catalog, error));
    struct export_run run = {.arguments = arguments, .choice = &choice};
    TRY(check_places(&run, error));
    if (choice.is_stream)
        (void)signal(SIGPIPE, SIG_DFL); // whoever reads may have enough
    else
        interrupt_catch(); // of a stream nothing has to be cleared away
    enum status status =
        export_writer_open(db_path, choice.is_stream ? NULL : choice.series[0].path, &run.writer, error);
    if (status == STATUS_OK) status = write_all(&run, error);
    export_writer_close(&run.writer);
    return status;
}

int export_command(int argc, char **argv)
{
    struct export_arguments arguments = {.wish = {.from_us = EXPORT_FIRST_US, .until_us = EXPORT_END_US}};
    struct error error = {0};
    if (parse_arguments(argc, argv, &arguments, &error) != STATUS_OK) {
        fprintf(stderr, "tlab export: %s\n`tlab export --help` explains the options\n", error.message);
        return CLI_USAGE;
    }
    if (arguments.wants_help) {
        fputs(help, stdout);
        return CLI_OK;
    }
    log_set_level(LOG_ERROR);
    const enum status status = run_export(&arguments, &error);
    if (status != STATUS_OK && status != STATUS_CANCELLED)
        fprintf(stderr, "tlab export: %s\n", error.message);
    return status == STATUS_OK ? CLI_OK : CLI_FAILED;
}
