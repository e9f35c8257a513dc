#include "app/scan.h"
#include "base/clock.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/number.h"
#include "cli/cli.h"
#include "config/config.h"

#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "usage: tlab scan [uptrends|ratios] [options]\n"
    "\n"
    "Prints the symbols, or the ratios of two symbols, that are in an uptrend on their last closed candle, the\n"
    "clearest first: what GET /api/v1/scanner/uptrends and /ratio-uptrends answer. docs/guide/scanner.md has the rules.\n"
    "\n"
    "  --db-path FILE               the database (default: MARKET_DB_PATH, or file.db)\n"
    "  --interval INTERVAL          of the candles (default 1d)\n"
    "  --category NAME              only symbols of it (SYMBOL_CATEGORIES_PATH)\n"
    "  --quote ASSET                only symbols priced in it (default USDT)\n"
    "  --quote-symbol SYMBOL        of ratios: everything against this one\n"
    "  --limit N                    rows, 1 to 1000 (default 20)\n"
    "  --as-of TIME                 as of a day or time such as 2024-01-31, UTC\n"
    "  --all                        those that do not pass, too\n"
    "  --short-window N             bars of SMA(short) (default 20)\n"
    "  --medium-window N            bars of SMA(medium) (default 50)\n"
    "  --long-window N              bars of SMA(long) (default 200)\n"
    "  --slope-window N             bars that the averages must have risen over (default 20)\n"
    "  --recent-return-window N     bars of the recent return (default 30)\n"
    "  --long-return-window N       bars of the long return (default 90)\n"
    "  --max-extension X            how far the close may stand above SMA(medium) (default 0.25)\n"
    "  --help                       print this\n"
    "\n"
    "Exit status: 0 scanned, 1 failed, 2 wrong usage.\n";

enum { DEFAULT_LIMIT = 20, US_PER_S = 1000000, US_PER_MS = 1000, NAME_COLUMN_MIN = 6 };

struct scan_arguments {
    struct str db_path; // "": as configured
    struct scan_request request;
    struct str quote_symbol;
    bool is_of_ratios;
    bool wants_help;
};

static enum status take_count(const char *text, const char *option, size_t maximum, size_t *out_count,
                              struct error *error)
{
    int64_t count;
    if (!str_to_int64(str_from_c(text), &count) || count < 1 || (uint64_t)count > maximum)
        return error_set(error, STATUS_INVALID, NULL, "--%s is from 1 to %zu, not \"%.60s\"", option, maximum,
                         text);
    *out_count = (size_t)count;
    return STATUS_OK;
}

static enum status take_time(const char *text, struct scan_scope *scope, struct error *error)
{
    int64_t time_us;
    if (!datetime_parse_us(str_from_c(text), &time_us))
        return error_set(error, STATUS_INVALID, NULL, "\"%.60s\" is no time such as 2024-01-31", text);
    scope->has_as_of = true;
    scope->as_of = time_us / US_PER_S;
    return STATUS_OK;
}

static enum status take_interval(const char *text, struct scan_scope *scope, struct error *error)
{
    if (interval_parse(str_from_c(text), &scope->interval)) return STATUS_OK;
    return error_set(error, STATUS_INVALID, NULL, "\"%.60s\" is no interval such as 1d", text);
}

static enum status take_extension(const char *text, struct scan_rules *rules, struct error *error)
{
    if (number_parse(str_from_c(text), &rules->max_extension)) return STATUS_OK;
    return error_set(error, STATUS_INVALID, NULL, "\"%.60s\" is no number such as 0.25", text);
}

static enum status take_kind(int argc, char **argv, struct scan_arguments *arguments, struct error *error)
{
    const struct str kind = optind < argc ? str_from_c(argv[optind]) : STR("uptrends");
    arguments->is_of_ratios = str_eq(kind, STR("ratios"));
    if (!arguments->is_of_ratios && !str_eq(kind, STR("uptrends")))
        return error_set(error, STATUS_INVALID, NULL, "\"%.100s\" is neither uptrends nor ratios",
                         argv[optind]);
    if (optind + 1 < argc)
        return error_set(error, STATUS_INVALID, NULL, "\"%.100s\" is not expected", argv[optind + 1]);
    if (arguments->quote_symbol.len && !arguments->is_of_ratios)
        return error_set(error, STATUS_INVALID, NULL, "--quote-symbol goes with ratios");
    return scan_rules_check(&arguments->request.rules, error);
}

enum option_code { WINDOW_OPTIONS = 1000 };

static const struct option options[] = {
    {"short-window", required_argument, NULL, WINDOW_OPTIONS},
    {"medium-window", required_argument, NULL, WINDOW_OPTIONS + 1},
    {"long-window", required_argument, NULL, WINDOW_OPTIONS + 2},
    {"slope-window", required_argument, NULL, WINDOW_OPTIONS + 3},
    {"recent-return-window", required_argument, NULL, WINDOW_OPTIONS + 4},
    {"long-return-window", required_argument, NULL, WINDOW_OPTIONS + 5},
    {"db-path", required_argument, NULL, 'd'},
    {"interval", required_argument, NULL, 'i'},
    {"category", required_argument, NULL, 'c'},
    {"quote", required_argument, NULL, 'q'},
    {"quote-symbol", required_argument, NULL, 's'},
    {"limit", required_argument, NULL, 'l'},
    {"as-of", required_argument, NULL, 't'},
    {"all", no_argument, NULL, 'a'},
    {"max-extension", required_argument, NULL, 'x'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static enum status take_window(int option, struct scan_rules *rules, struct error *error)
{
    size_t *const windows[] = {&rules->short_window,         &rules->medium_window,
                               &rules->long_window,          &rules->slope_window,
                               &rules->recent_return_window, &rules->long_return_window};
    const int index = option - WINDOW_OPTIONS;
    return take_count(optarg, options[index].name, LIMIT_SCAN_WINDOW, windows[index], error);
}

static enum status take_option(int option, struct scan_arguments *arguments, struct error *error)
{
    struct scan_request *request = &arguments->request;
    if (option >= WINDOW_OPTIONS) return take_window(option, &request->rules, error);
    switch (option) {
    case 'd': arguments->db_path = str_from_c(optarg); return STATUS_OK;
    case 'i': return take_interval(optarg, &request->scope, error);
    case 'c': request->scope.category = str_from_c(optarg); return STATUS_OK;
    case 'q': request->scope.quote = str_from_c(optarg); return STATUS_OK;
    case 's': arguments->quote_symbol = str_from_c(optarg); return STATUS_OK;
    case 'l': return take_count(optarg, "limit", LIMIT_PAGE, &request->limit, error);
    case 't': return take_time(optarg, &request->scope, error);
    case 'a': request->takes_all = true; return STATUS_OK;
    case 'x': return take_extension(optarg, &request->rules, error);
    case 'h': arguments->wants_help = true; return STATUS_OK;
    default: return error_set(error, STATUS_INVALID, NULL, "unknown option, or one without its value");
    }
}

static enum status parse_arguments(int argc, char **argv, struct scan_arguments *arguments,
                                   struct error *error)
{
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1)
        TRY(take_option(option, arguments, error));
    return arguments->wants_help ? STATUS_OK : take_kind(argc, argv, arguments, error);
}

static struct str row_name(struct arena *arena, const struct scan_row *row)
{
    return row->quote.len ? str_format(arena, "%.*s/%.*s", STR_ARG(row->base), STR_ARG(row->quote))
                          : row->base;
}

static void print_name(struct str name, size_t width)
{
    const size_t characters = str_characters(name);
    printf("%.*s%*s", STR_ARG(name), (int)(width > characters ? width - characters : 0), "");
}

// A fraction as percent; "-" for what is no number.
static void print_percent(double value)
{
    if (isfinite(value))
        printf("  %+9.1f%%", 100 * value);
    else
        printf("  %10s", "-");
}

static void print_row(struct str name, size_t width, const struct scan_row *row)
{
    const struct scan_figures *figures = &row->figures;
    print_name(name, width);
    printf("  %5.1f  %12.6g", row->score, figures->close);
    print_percent(figures->recent_return);
    print_percent(figures->long_return);
    print_percent(figures->extension);
    print_percent(figures->slope_medium);
    print_percent(figures->slope_long);
    printf("  %6zu  %7zu  %s\n", row->bars, row->passing_bars,
           figures->conditions == SCAN_PASSES ? "passes" : "-");
}

static void print_rows(struct arena *arena, const struct scan_outcome *outcome)
{
    size_t width = NAME_COLUMN_MIN;
    for (size_t i = 0; i < outcome->row_count; i++) {
        const size_t characters = str_characters(row_name(arena, &outcome->rows[i]));
        width = characters > width ? characters : width;
    }
    print_name(STR("symbol"), width);
    printf("  %5s  %12s  %10s  %10s  %10s  %10s  %10s  %6s  %7s\n", "score", "close", "recent", "long",
           "extension", "slope med", "slope long", "bars", "passing");
    for (size_t i = 0; i < outcome->row_count; i++)
        print_row(row_name(arena, &outcome->rows[i]), width, &outcome->rows[i]);
}

static void print_summary(const struct scan_arguments *arguments, const struct scan_outcome *outcome,
                          double took_ms)
{
    char as_of[DATETIME_TEXT_MAX] = "-";
    if (outcome->has_as_of) datetime_format_us(outcome->as_of * US_PER_S, as_of);
    printf("\n%zu of %zu %s pass, as of %.19s; skipped: %zu too short, %zu stale; %.1f ms\n",
           outcome->passing, outcome->evaluated, arguments->is_of_ratios ? "ratios" : "symbols", as_of,
           outcome->too_short, outcome->stale, took_ms);
}

static enum status scan_and_print(const struct scan_arguments *arguments, struct market *market,
                                  struct error *error)
{
    ARENA_SCOPE(arena, LIMIT_REQUEST_ARENA_BYTES);
    struct scan_outcome outcome;
    struct scan_request request = arguments->request;
    request.quotes =
        (struct symbol_list){.items = &arguments->quote_symbol, .count = arguments->quote_symbol.len > 0};
    const int64_t begin_us = clock_monotonic_us();
    TRY((arguments->is_of_ratios ? scan_ratio_uptrends : scan_uptrends)(market_as_it_is(market), &request,
                                                                        &arena, &outcome, error));
    const double took_ms = (double)(clock_monotonic_us() - begin_us) / US_PER_MS;
    print_rows(&arena, &outcome);
    print_summary(arguments, &outcome, took_ms);
    return STATUS_OK;
}

static enum status run_scan(const struct scan_arguments *arguments, struct error *error)
{
    ARENA_SCOPE(arena, MIB);
    struct config config;
    struct market *market;
    TRY(config_load((config_source *)getenv, &arena, &config, error));
    const struct market_options market_options = {.path = arguments->db_path.len ? arguments->db_path
                                                                                 : config.market_db_path,
                                                  .categories_path = config.symbol_categories_path,
                                                  .cache_bytes = (size_t)config.market_cache_mb * MIB};
    TRY(market_open(&market_options, &market, error));
    const enum status status = scan_and_print(arguments, market, error);
    market_close(market);
    return status;
}

int scan_command(int argc, char **argv)
{
    struct scan_arguments arguments = {
        .request = {
            .scope = {.interval = INTERVAL_1D, .quote = STR("USDT"), .now_s = clock_wall_us() / US_PER_S},
            .rules = scan_rules_default(),
            .limit = DEFAULT_LIMIT}};
    struct error error = {0};
    if (parse_arguments(argc, argv, &arguments, &error) != STATUS_OK) {
        fprintf(stderr, "tlab scan: %s%s%s\n`tlab scan --help` explains the options\n",
                error.field_count ? error.fields[0].pointer + 1 : "", error.field_count ? " " : "",
                error.field_count ? error.fields[0].detail : error.message);
        return CLI_USAGE;
    }
    if (arguments.wants_help) {
        fputs(help, stdout);
        return CLI_OK;
    }
    log_set_level(LOG_ERROR);
    if (run_scan(&arguments, &error) == STATUS_OK) return CLI_OK;
    fprintf(stderr, "tlab scan: %s\n", error.message);
    return CLI_FAILED;
}
