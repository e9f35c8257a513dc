#include "app/tradable.h"
#include "base/clock.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "cli/download_report.h"
#include "cli/interrupt.h"
#include "config/config.h"
#include "market/download/download_run.h"
#include "market/download/download_sizes.h"
#include "market/download/download_terms.h"
#include "market/ingest/field.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "usage: tlab download --file FILE [options]\n"
    "       tlab download --symbols A,B --interval 1d --from DAY [--to DAY] [options]\n"
    "\n"
    "Fetches the candles that the database does not have from Binance's archive (BINANCE_DATA_URL), verifies each file by\n"
    "its CHECKSUM, keeps it under destination_dir in Binance's layout and stores its candles. What was interrupted goes on\n"
    "with the same command. The server may run meanwhile. docs/guide/downloader.md has the whole.\n"
    "\n"
    "  --file FILE         what is wanted: a YAML file such as configs/spot-1d.yaml\n"
    "  --symbols A,B       instead of a file: these, on the spot market\n"
    "  --interval INTERVAL of --symbols, such as 1d\n"
    "  --from DAY          of --symbols: the first day, such as 2024-01-31 (UTC)\n"
    "  --to DAY            of --symbols: the last one, included (default: yesterday)\n"
    "  --freq FREQ         daily: a file a day; monthly: whole months; auto: full months monthly, the rest daily\n"
    "                      (default auto)\n"
    "  --dry-run           print what would be fetched, and fetch nothing\n"
    "  --sizes             with --dry-run: ask the archive how long each file is\n"
    "  --all-tradable      all symbols that are traded on the spot market now, instead of those of the file\n"
    "  --quote ASSET       with --all-tradable: only those priced in it (default USDT; ALL for every one)\n"
    "  --recheck           look for replaced archives, too: their candles become revisions\n"
    "  --jobs N            requests at once, 1 to 32 (default 8)\n"
    "  --attempts N        of each request, 1 to 20 (default 5)\n"
    "  --timeout SECONDS   without a byte, until a request is tried again, 1 to 600 (default 30)\n"
    "  --db-path FILE      the database (default: MARKET_DB_PATH, or file.db)\n"
    "  --json              print the summary as JSON; with --dry-run a line of JSON for each file\n"
    "  --quiet             print errors only\n"
    "  --help              print this\n"
    "\n"
    "Exit status: 0 everything there is is stored, 1 failed, 2 wrong usage, 3 a part of it failed or was not come to.\n";

enum { ATTEMPTS_MAX = 20, TIMEOUT_MAX_S = 600, DAY_S = 86400 };

struct download_arguments {
    const char *file;            // NULL: the wish stands in `terms`
    struct download_terms terms; // without symbols, which `symbols` lists
    struct str symbols;          // "A,B"; ptr NULL: not given
    struct str db_path;          // "": as configured
    struct str quote;
    enum download_freq freq;
    struct fetch_rules rules;
    bool is_dry, asks_sizes, takes_all_tradable, rechecks, prints_json, is_quiet, wants_help;
};

// What it works with, after files and settings were read.
struct download {
    const struct download_arguments *arguments;
    struct config config;
    struct str db_path;
    struct arena arena;
    int64_t today;
    struct download_spec spec;
    struct download_holdings holdings;
    struct download_plan plan;
};

static enum status take_number(const char *option, int64_t maximum, int64_t *out_number, struct error *error)
{
    if (str_to_int64(str_from_c(optarg), out_number) && *out_number >= 1 && *out_number <= maximum)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, NULL, "--%s is from 1 to %" PRId64 ", not \"%.60s\"", option,
                     maximum, optarg);
}

static enum status take_freq(enum download_freq *out_freq, struct error *error)
{
    if (download_freq_parse(str_from_c(optarg), out_freq)) return STATUS_OK;
    return error_set(error, STATUS_INVALID, NULL, "--freq is daily, monthly or auto, not \"%.60s\"", optarg);
}

static enum status take_rule(int option, struct fetch_rules *rules, struct error *error)
{
    int64_t number = 0;
    switch (option) {
    case 'j': TRY(take_number("jobs", LIMIT_FETCHES, &number, error)); break;
    case 'n': TRY(take_number("attempts", ATTEMPTS_MAX, &number, error)); break;
    case 't': TRY(take_number("timeout", TIMEOUT_MAX_S, &number, error)); break;
    default: return error_set(error, STATUS_INVALID, NULL, "unknown option, or one without its value");
    }
    if (option == 'j') rules->at_once = (size_t)number;
    if (option == 'n') rules->attempts = (int)number;
    if (option == 't') rules->stall_s = number;
    return STATUS_OK;
}

static enum status take_option(int option, struct download_arguments *arguments, struct error *error)
{
    switch (option) {
    case 'f': arguments->file = optarg; return STATUS_OK;
    case 's': arguments->symbols = str_from_c(optarg); return STATUS_OK;
    case 'i': arguments->terms.interval = str_from_c(optarg); return STATUS_OK;
    case 'b': arguments->terms.from = str_from_c(optarg); return STATUS_OK;
    case 'e': arguments->terms.to = str_from_c(optarg); return STATUS_OK;
    case 'd': arguments->db_path = str_from_c(optarg); return STATUS_OK;
    case 'q': arguments->quote = str_from_c(optarg); return STATUS_OK;
    case 'F': return take_freq(&arguments->freq, error);
    case 'D': arguments->is_dry = true; return STATUS_OK;
    case 'z': arguments->asks_sizes = true; return STATUS_OK;
    case 'a': arguments->takes_all_tradable = true; return STATUS_OK;
    case 'r': arguments->rechecks = true; return STATUS_OK;
    case 'J': arguments->prints_json = true; return STATUS_OK;
    case 'Q': arguments->is_quiet = true; return STATUS_OK;
    case 'h': arguments->wants_help = true; return STATUS_OK;
    default: return take_rule(option, &arguments->rules, error);
    }
}

// A file, or its members as options: not both.
static enum status check_wish(const struct download_arguments *arguments, struct error *error)
{
    const struct download_terms *terms = &arguments->terms;
    const bool has_terms = arguments->symbols.ptr || terms->interval.ptr || terms->from.ptr || terms->to.ptr;
    if (arguments->wants_help) return STATUS_OK;
    if (arguments->asks_sizes && !arguments->is_dry)
        return error_set(error, STATUS_INVALID, NULL, "--sizes goes with --dry-run");
    if (!arguments->file && !arguments->symbols.ptr)
        return error_set(error, STATUS_INVALID, NULL, "--file or --symbols is missing");
    if (arguments->file && has_terms)
        return error_set(error, STATUS_INVALID, NULL,
                         "--symbols, --interval, --from and --to go without --file, which says the same");
    if (arguments->file || (terms->interval.ptr && terms->from.ptr)) return STATUS_OK;
    return error_set(error, STATUS_INVALID, NULL, "--symbols needs --interval and --from");
}

static enum status parse_arguments(int argc, char **argv, struct download_arguments *arguments,
                                   struct error *error)
{
    static const struct option options[] = {
        {"symbols", required_argument, NULL, 's'},
        {"interval", required_argument, NULL, 'i'},
        {"from", required_argument, NULL, 'b'},
        {"to", required_argument, NULL, 'e'},
        {"file", required_argument, NULL, 'f'},
        {"freq", required_argument, NULL, 'F'},
        {"dry-run", no_argument, NULL, 'D'},
        {"all-tradable", no_argument, NULL, 'a'},
        {"quote", required_argument, NULL, 'q'},
        {"recheck", no_argument, NULL, 'r'},
        {"jobs", required_argument, NULL, 'j'},
        {"attempts", required_argument, NULL, 'n'},
        {"timeout", required_argument, NULL, 't'},
        {"db-path", required_argument, NULL, 'd'},
        {"sizes", no_argument, NULL, 'z'},
        {"json", no_argument, NULL, 'J'},
        {"quiet", no_argument, NULL, 'Q'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1)
        TRY(take_option(option, arguments, error));
    if (optind < argc)
        return error_set(error, STATUS_INVALID, NULL, "\"%.100s\" is not expected", argv[optind]);
    return check_wish(arguments, error);
}

static void print_error(const struct error *error)
{
    fprintf(stderr, "tlab download: %s\n", error->message);
}

// ---- what is wanted

static bool is_wanted(const struct tradable_symbol *symbol, struct str quote)
{
    const bool is_priced = str_eq(quote, STR("ALL")) || str_eq_ignore_case(symbol->quote_asset, quote);
    if (!symbol->is_tradable || !is_priced) return false;
    if (download_spec_knows_symbol(symbol->symbol)) return true;
    fprintf(stderr, "notice: the exchange lists %s, which is no symbol: left aside\n",
            field_quote(symbol->symbol).text);
    return false;
}

static enum status take_all_tradable(struct download *download, struct error *error)
{
    struct tradable_list list;
    const struct fetch_rules *rules = &download->arguments->rules;
    const struct str quote = download->arguments->quote;
    if (download->spec.asset != DOWNLOAD_SPOT)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "--all-tradable goes with asset spot, not %s",
                         download_asset_name(download->spec.asset));
    TRY(tradable_fetch(download->config.binance_api_url, rules, &download->arena, &list, error));
    struct str *names = ARENA_ARRAY(&download->arena, struct str, list.count);
    size_t count = 0;
    if (!names) return error_no_memory(error);
    for (size_t i = 0; i < list.count; i++)
        if (is_wanted(&list.symbols[i], quote)) names[count++] = list.symbols[i].symbol;
    if (count == 0)
        return error_set(error, STATUS_INVALID, NULL, "the exchange trades no symbol priced in %.*s",
                         STR_ARG(str_prefix(quote, 30)));
    return download_spec_take_symbols(&download->spec, names, count, &download->arena, error);
}

static enum status split_symbols(struct str list, struct arena *arena, struct download_terms *terms,
                                 struct error *error)
{
    struct str *symbols = ARENA_ARRAY(arena, struct str, list.len + 1);
    struct str part;
    if (!symbols) return error_no_memory(error);
    while (str_split(&list, ',', &part))
        if (str_trim(part).len > 0) symbols[terms->symbol_count++] = str_trim(part);
    terms->symbols = symbols;
    return STATUS_OK;
}

static enum status read_terms(struct download *download, struct error *error)
{
    struct error cause = {0};
    struct download_terms terms = download->arguments->terms;
    TRY(split_symbols(download->arguments->symbols, &download->arena, &terms, error));
    const enum status status =
        download_terms_read(&terms, download->today, &download->arena, &download->spec, &cause);
    if (status != STATUS_INVALID) return status == STATUS_OK ? STATUS_OK : error_no_memory(error);
    return error_set(error, status, NULL, "--%s: %s", cause.fields[0].pointer + 1, cause.fields[0].detail);
}

static enum status read_file(struct download *download, struct error *error)
{
    const struct download_arguments *arguments = download->arguments;
    TRY(download_spec_read(arguments->file, download->today, &download->arena, &download->spec, error));
    for (size_t i = 0; i < download->spec.unknown_count; i++)
        fprintf(stderr, "notice: %s: \"%.*s\" means nothing here\n", arguments->file,
                STR_ARG(download->spec.unknown[i]));
    if (arguments->takes_all_tradable) TRY(take_all_tradable(download, error));
    if (download->spec.symbol_count > 0) return STATUS_OK;
    return error_set(error, STATUS_INVALID, NULL, "%.200s: there are no symbols", arguments->file);
}

static enum status read_wish(struct download *download, struct error *error)
{
    const struct download_arguments *arguments = download->arguments;
    TRY(config_load((config_source *)getenv, &download->arena, &download->config, error));
    download->db_path = arguments->db_path.len ? arguments->db_path : download->config.market_db_path;
    return arguments->file ? read_file(download, error) : read_terms(download, error);
}

// Nothing to do is a riddle where the clock of the machine is wrong.
static void print_notices(const struct download *download)
{
    char today[DATETIME_TEXT_MAX];
    const int64_t days = download->plan.unpublished_days / (int64_t)download->spec.symbol_count;
    if (days > 0)
        fprintf(stderr,
                "notice: the last days (%" PRId64
                ") have no monthly file yet; --freq auto takes daily ones\n",
                days);
    if (download->spec.first_day < download->today) return;
    (void)datetime_format_date(download->today * DAY_S, today);
    fprintf(stderr, "notice: no day of it has ended yet: today is %.10s, by the clock of this machine\n",
            today);
}

static enum status make_plan(struct download *download, struct error *error)
{
    const struct download_wish wish = {.freq = download->arguments->freq,
                                       .today = download->today,
                                       .rechecks_held = download->arguments->rechecks};
    TRY(download_holdings_of_file(download->db_path, &download->spec, &download->arena, &download->holdings,
                                  error));
    TRY(download_plan_make(&download->spec, &download->holdings, &wish, &download->arena, &download->plan,
                           error));
    if (!download->arguments->is_quiet) print_notices(download);
    return STATUS_OK;
}

// ---- the work

static int exit_status(enum status status, const struct download_plan *plan,
                       const struct download_summary *summary)
{
    const size_t failed = summary->counts[DOWNLOAD_FAILED];
    if (status == STATUS_OK && failed == 0) return CLI_OK;
    return download_summary_had(summary, plan) > 0 ? CLI_PARTLY : CLI_FAILED;
}

static void print_summary(const struct download *download, const struct download_report *report,
                          const struct download_summary *summary)
{
    if (download->arguments->prints_json)
        download_report_summary_json(report, &download->plan, summary);
    else
        download_report_summary(report, &download->plan, summary);
}

static int carry_out(struct download *download, struct candle_writer **writer)
{
    const struct download_arguments *arguments = download->arguments;
    struct download_report report = {.is_quiet = arguments->is_quiet};
    struct download_summary summary = {0};
    struct error error = {0};
    const struct download_options options = {
        .base_url = download->config.binance_data_url,
        .rules = arguments->rules,
        .today = download->today,
        .rechecks = arguments->rechecks,
        .is_cancelled = &interrupt_came,
        .listener = {.on_file = download_report_file,
                     .on_progress = download_report_progress,
                     .context = &report},
    };
    progress_start(&report.progress, stderr, arguments->is_quiet);
    const enum status status = download_run(*writer, &download->plan, &options, &summary, &error);
    progress_clear(&report.progress);
    if (status != STATUS_OK) print_error(&error);
    print_summary(download, &report, &summary);
    if (candle_writer_close(writer, &error) != STATUS_OK)
        fprintf(stderr, "notice: the candles are stored, but could not be put in order: %s\n", error.message);
    return exit_status(status, &download->plan, &summary);
}

static enum status open_writer(const struct download *download, struct candle_writer **out_writer,
                               struct error *error)
{
    struct error cause = {0};
    const enum status status = candle_writer_open(download->db_path, clock_wall_us(), out_writer, &cause);
    if (status == STATUS_OK) return STATUS_OK;
    return error_set(error, status, cause.code, "%.*s: %.300s", STR_ARG(str_slice(download->db_path, 0, 200)),
                     cause.message);
}

static enum status ask_sizes(struct download *download, const int64_t **out_sizes, struct error *error)
{
    struct download_report report = {.is_quiet = download->arguments->is_quiet};
    const struct download_options options = {
        .base_url = download->config.binance_data_url,
        .rules = download->arguments->rules,
        .is_cancelled = &interrupt_came,
        .listener = {.on_progress = download_report_progress, .context = &report},
    };
    progress_start(&report.progress, stderr, report.is_quiet);
    const enum status status =
        download_sizes_ask(&download->plan, &options, &download->arena, out_sizes, error);
    progress_clear(&report.progress);
    return status;
}

static int print_plan(struct download *download)
{
    const int64_t *sizes = NULL;
    struct error error = {0};
    if (download->arguments->asks_sizes && ask_sizes(download, &sizes, &error) != STATUS_OK) {
        print_error(&error);
        return CLI_FAILED;
    }
    if (download->arguments->prints_json)
        download_report_plan_json(&download->plan, sizes);
    else
        download_report_plan(&download->plan, sizes);
    return CLI_OK;
}

static int run(struct download *download)
{
    struct error error = {0};
    CANDLE_WRITER_SCOPE writer = NULL;
    enum status status = read_wish(download, &error);
    if (status == STATUS_OK) status = make_plan(download, &error);
    if (status == STATUS_OK && download->arguments->is_dry) return print_plan(download);
    if (status == STATUS_OK) status = open_writer(download, &writer, &error);
    if (status == STATUS_OK) return carry_out(download, &writer);
    print_error(&error);
    return CLI_FAILED;
}

int download_command(int argc, char **argv)
{
    struct download_arguments arguments = {
        .freq = DOWNLOAD_AUTO, .quote = STR("USDT"), .rules = fetch_rules_default()};
    struct error error = {0};
    if (parse_arguments(argc, argv, &arguments, &error) != STATUS_OK) {
        print_error(&error);
        fputs("`tlab download --help` explains the options\n", stderr);
        return CLI_USAGE;
    }
    if (arguments.wants_help) {
        fputs(help, stdout);
        return CLI_OK;
    }
    struct download download = {.arguments = &arguments, .today = datetime_day_us(clock_wall_us())};
    arena_init(&download.arena, LIMIT_DOWNLOAD_PLAN_BYTES);
    interrupt_catch(); // ends behind the transaction that is running
    const int code = run(&download);
    arena_clear(&download.arena);
    return code;
}
