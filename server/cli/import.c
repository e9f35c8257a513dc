#include "base/clock.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "cli/import_report.h"
#include "cli/interrupt.h"
#include "config/config.h"
#include "market/ingest/importer.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "usage: tlab import [options] PATH...\n"
    "\n"
    "Stores candles from ZIP, CSV, CSV.gz and Parquet files; folders are walked through. Every file is stored whole or\n"
    "not at all. A candle that is there already with other values is revised, its old values are kept. The server may\n"
    "run meanwhile.\n"
    "\n"
    "  --db-path FILE      the database (default: MARKET_DB_PATH, or file.db)\n"
    "  --symbol SYMBOL     for all files, instead of what their names say\n"
    "  --interval I        for files whose names do not say it: 1s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w 1mo\n"
    "  --columns LIST      meaning of the columns of CSV files, such as time,open,close,high,low,volume (\"-\" for one\n"
    "                      to leave aside); further: close_time, quote_volume, trades, taker_buy_base,\n"
    "                      taker_buy_quote. Without it the header decides, or Binance's order of 12, 11 or 6 columns\n"
    "  --skip-bad          store the good rows of a file that has bad ones, and list the bad ones\n"
    "  --json              print the summary as JSON\n"
    "  --quiet             print errors only\n"
    "  --help              print this\n"
    "\n"
    "Names say symbol and interval as Binance's do: BTCUSDT-1d-2024-01.zip, or a folder .../BTCUSDT/1d/. With\n"
    "--interval the whole name is the symbol: BTCUSDT.csv.gz. A CHECKSUM file beside a file is verified.\n"
    "\n"
    "Exit status: 0 everything is stored, 1 nothing or failed, 2 wrong usage, 3 a part was refused.\n";

struct import_arguments {
    struct str db_path; // "": as configured
    struct ingest_file_rules rules;
    struct candle_layout layout;
    bool is_quiet;
    bool prints_json;
    bool wants_help;
    char **paths;
    int path_count;
};

enum { OPTION_DB_PATH = 256, OPTION_SYMBOL, OPTION_INTERVAL, OPTION_COLUMNS, OPTION_SKIP_BAD, OPTION_JSON };

static const struct option long_options[] = {
    {"db-path", required_argument, NULL, OPTION_DB_PATH},
    {"symbol", required_argument, NULL, OPTION_SYMBOL},
    {"interval", required_argument, NULL, OPTION_INTERVAL},
    {"columns", required_argument, NULL, OPTION_COLUMNS},
    {"skip-bad", no_argument, NULL, OPTION_SKIP_BAD},
    {"json", no_argument, NULL, OPTION_JSON},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static enum status take_symbol(const char *text, struct series_choice *choice, struct error *error)
{
    char symbol[LIMIT_SYMBOL_BYTES + 1];
    choice->symbol = str_from_c(text);
    if (symbol_copy(choice->symbol, symbol)) return STATUS_OK;
    return error_set(error, STATUS_INVALID, NULL, "\"%.100s\" is no symbol", text);
}

static enum status take_interval(const char *text, struct series_choice *choice, struct error *error)
{
    choice->has_interval = interval_parse(str_from_c(text), &choice->interval);
    if (choice->has_interval) return STATUS_OK;
    return error_set(error, STATUS_INVALID, NULL, "\"%.100s\" is no interval", text);
}

static enum status take_option(int option, struct import_arguments *arguments, struct error *error)
{
    switch (option) {
    case OPTION_DB_PATH: arguments->db_path = str_from_c(optarg); return STATUS_OK;
    case OPTION_SYMBOL: return take_symbol(optarg, &arguments->rules.series, error);
    case OPTION_INTERVAL: return take_interval(optarg, &arguments->rules.series, error);
    case OPTION_COLUMNS:
        arguments->rules.layout = &arguments->layout;
        return candle_layout_from_text(str_from_c(optarg), &arguments->layout, error);
    case OPTION_SKIP_BAD: arguments->rules.skips_bad_rows = true; return STATUS_OK;
    case OPTION_JSON: arguments->prints_json = true; return STATUS_OK;
    case 'q': arguments->is_quiet = true; return STATUS_OK;
    case 'h': arguments->wants_help = true; return STATUS_OK;
    default: return error_set(error, STATUS_INVALID, NULL, "unknown option, or one without its value");
    }
}

static enum status parse_arguments(int argc, char **argv, struct import_arguments *arguments,
                                   struct error *error)
{
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "qh", long_options, NULL)) != -1)
        TRY(take_option(option, arguments, error));
    arguments->paths = argv + optind;
    arguments->path_count = argc - optind;
    if (arguments->path_count == 0 && !arguments->wants_help)
        return error_set(error, STATUS_INVALID, NULL, "name at least one file or folder");
    return STATUS_OK;
}

static enum status list_files(const struct import_arguments *arguments, struct file_list *files,
                              struct error *error)
{
    for (int i = 0; i < arguments->path_count; i++)
        TRY(file_list_add(files, arguments->paths[i], error));
    if (files->count == 0)
        return error_set(error, STATUS_NOT_FOUND, NULL, "no ZIP, CSV, CSV.gz or Parquet files in %.200s",
                         arguments->paths[0]);
    return STATUS_OK;
}

static void print_error(const struct error *error)
{
    fprintf(stderr, "tlab import: %s\n", error->message);
}

// Says what is stored now, in whatever way the import ended.
static enum status print_summary(const struct import_arguments *arguments, struct import_report *report,
                                 const struct import_summary *summary, struct candle_writer *writer,
                                 struct error *error)
{
    struct candle_extent *extents = calloc(summary->series_count + 1, sizeof *extents);
    if (!extents) return error_no_memory(error);
    for (size_t i = 0; i < summary->series_count; i++) {
        extents[i].symbol = str_from_c(summary->series[i].symbol);
        extents[i].interval = summary->series[i].interval;
    }
    const enum status status = arguments->is_quiet
                                   ? STATUS_OK
                                   : candle_writer_measure(writer, extents, summary->series_count, error);
    if (status == STATUS_OK) {
        if (arguments->prints_json)
            import_report_json(report, summary, extents);
        else
            import_report_summary(report, summary, extents);
    }
    free(extents);
    return status;
}

static int exit_status(enum status status, const struct import_summary *summary)
{
    const size_t accepted = summary->files_stored + summary->files_empty;
    if (status == STATUS_CANCELLED && accepted > 0) return CLI_PARTLY;
    if (status != STATUS_OK || accepted == 0) return CLI_FAILED;
    return summary->files_refused > 0 || summary->rows_left_out > 0 ? CLI_PARTLY : CLI_OK;
}

static int import_files(const struct import_arguments *arguments, const struct file_list *files,
                        struct candle_writer **writer)
{
    struct progress progress;
    progress_start(&progress, stderr, arguments->is_quiet);
    struct import_report report = {.progress = &progress, .is_quiet = arguments->is_quiet};
    const struct import_options options = {
        .rules = arguments->rules,
        .listener = {.on_file = import_report_file,
                     .on_progress = import_report_progress,
                     .context = &report},
        .is_cancelled = &interrupt_came,
    };
    struct import_summary summary = {0};
    struct error error = {0};
    enum status status = import_run(*writer, files, &options, &summary, &error);
    report.elapsed_s = progress_elapsed_s(&progress);
    progress_clear(&progress);
    if (status == STATUS_CANCELLED)
        fputs("tlab import: stopped; what was stored stays, the same command goes on from here\n", stderr);
    else if (status != STATUS_OK)
        print_error(&error);
    const enum status said = print_summary(arguments, &report, &summary, *writer, &error);
    if (said != STATUS_OK) print_error(&error);
    if (candle_writer_close(writer, &error) != STATUS_OK)
        fprintf(stderr, "notice: the candles are stored, but could not be put in order: %s\n", error.message);
    const int code = exit_status(status != STATUS_OK ? status : said, &summary);
    import_summary_done(&summary);
    return code;
}

static enum status find_db_path(const struct import_arguments *arguments, struct arena *arena,
                                struct str *out_path, struct error *error)
{
    struct config config;
    *out_path = arguments->db_path;
    if (out_path->len > 0) return STATUS_OK;
    TRY(config_load((config_source *)getenv, arena, &config, error));
    *out_path = config.market_db_path;
    return STATUS_OK;
}

static enum status open_all(const struct import_arguments *arguments, struct file_list *files,
                            struct candle_writer **out_writer, struct error *error)
{
    ARENA_SCOPE(arena, MIB);
    struct str db_path;
    TRY(list_files(arguments, files, error));
    TRY(find_db_path(arguments, &arena, &db_path, error));
    struct error cause = {0};
    const enum status status = candle_writer_open(db_path, clock_wall_us(), out_writer, &cause);
    if (status == STATUS_OK) return STATUS_OK;
    return error_set(error, status, cause.code, "%.*s: %.300s", STR_ARG(str_slice(db_path, 0, 200)),
                     cause.message);
}

int import_command(int argc, char **argv)
{
    struct import_arguments arguments = {0};
    struct error error = {0};
    if (parse_arguments(argc, argv, &arguments, &error) != STATUS_OK) {
        print_error(&error);
        fputs("`tlab import --help` explains the options\n", stderr);
        return CLI_USAGE;
    }
    if (arguments.wants_help) {
        fputs(help, stdout);
        return CLI_OK;
    }
    FILE_LIST_SCOPE files;
    file_list_init(&files);
    CANDLE_WRITER_SCOPE writer = NULL;
    if (open_all(&arguments, &files, &writer, &error) != STATUS_OK) {
        print_error(&error);
        return CLI_FAILED;
    }
    if (candle_writer_adopted(writer) >= 0)
        fprintf(stderr,
                "notice: the database was made by another tool: %" PRId64
                " candles were taken over, its table is kept as "
                "binance_candles_before\n",
                candle_writer_adopted(writer));
    interrupt_catch(); // ends behind the transaction that is running
    return import_files(&arguments, &files, &writer);
}
