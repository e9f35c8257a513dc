#include "base/arena.h"
#include "base/buf.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/number.h"
#include "cli/cli.h"
#include "config/config.h"
#include "market/market.h"
#include "market/repair.h"
#include "json/writer.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "usage: tlab doctor data [options]\n"
    "\n"
    "Says how clean the stored candles are, the worst series first: gaps, flat runs, outliers, breaks of an asset, cut\n"
    "bars and times off the grid, a score from 0 to 100, and the command that repairs each of the longest gaps. Changes\n"
    "nothing. docs/guide/data-quality.md has the rules.\n"
    "\n"
    "  --symbol SYMBOL      this symbol only\n"
    "  --interval INTERVAL  this interval only\n"
    "  --format FORMAT      table, csv or json (default table)\n"
    "  --min-score N        a score below it is a failure (default 0: none is)\n"
    "  --db-path FILE       the database (default: MARKET_DB_PATH, or file.db)\n"
    "  --help               print this\n"
    "\n"
    "Exit status: 0 every series reaches the score, 1 one does not or the data cannot be read, 2 wrong usage.\n";

enum { DOCTOR_GAPS = 5 }; // named for each series, in a table

enum doctor_format { FORMAT_TABLE, FORMAT_CSV, FORMAT_JSON };

struct doctor_arguments {
    struct str db_path; // "": as configured
    struct str symbol;  // "": all
    bool has_interval;
    enum interval interval;
    enum doctor_format format;
    double least_score;
    bool wants_help;
};

struct diagnosis {
    const struct coverage_series **series; // the worst first
    size_t count;
    size_t below; // the least score
};

static enum status take_format(const char *text, enum doctor_format *out_format, struct error *error)
{
    static const char *const names[] = {"table", "csv", "json"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(text, names[i]) != 0) continue;
        *out_format = (enum doctor_format)i;
        return STATUS_OK;
    }
    return error_set(error, STATUS_INVALID, NULL, "--format is table, csv or json, not \"%.40s\"", text);
}

static enum status take_option(int option, struct doctor_arguments *arguments, struct error *error)
{
    const struct str value = str_from_c(optarg);
    switch (option) {
    case 'd': arguments->db_path = value; return STATUS_OK;
    case 's': arguments->symbol = value; return STATUS_OK;
    case 'f': return take_format(optarg, &arguments->format, error);
    case 'h': arguments->wants_help = true; return STATUS_OK;
    case 'i':
        arguments->has_interval = true;
        if (interval_parse(value, &arguments->interval)) return STATUS_OK;
        return error_set(error, STATUS_INVALID, NULL, "there is no interval \"%.40s\"", optarg);
    case 'm':
        if (number_parse(value, &arguments->least_score) && arguments->least_score <= 100) return STATUS_OK;
        return error_set(error, STATUS_INVALID, NULL, "--min-score is a number up to 100, not \"%.40s\"",
                         optarg);
    default: return error_set(error, STATUS_INVALID, NULL, "unknown option, or one without its value");
    }
}

static enum status parse_arguments(int argc, char **argv, struct doctor_arguments *arguments,
                                   struct error *error)
{
    static const struct option options[] = {
        {"symbol", required_argument, NULL, 's'},
        {"interval", required_argument, NULL, 'i'},
        {"format", required_argument, NULL, 'f'},
        {"min-score", required_argument, NULL, 'm'},
        {"db-path", required_argument, NULL, 'd'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1)
        TRY(take_option(option, arguments, error));
    if (arguments->wants_help) return STATUS_OK;
    if (optind + 1 == argc && strcmp(argv[optind], "data") == 0) return STATUS_OK;
    return error_set(error, STATUS_INVALID, NULL, "what is to be looked at is missing: tlab doctor data");
}

static int worst_first(const void *left, const void *right)
{
    const struct coverage_series *const *a = left, *const *b = right;
    const double x = (*a)->quality.score, y = (*b)->quality.score;
    if (x != y) return x < y ? -1 : 1;
    const int by_symbol = str_compare((*a)->symbol, (*b)->symbol);
    return by_symbol ? by_symbol : (int)(*a)->interval - (int)(*b)->interval;
}

static enum status diagnose(const struct doctor_arguments *arguments, const struct coverage *coverage,
                            const struct symbol_info *info, struct arena *arena, struct diagnosis *out,
                            struct error *error)
{
    out->series = ARENA_ARRAY(arena, const struct coverage_series *, coverage->count);
    if (!out->series) return error_no_memory(error);
    for (size_t i = 0; i < coverage->count; i++) {
        const struct coverage_series *series = &coverage->series[i];
        if (info && !str_eq(series->symbol, info->symbol)) continue;
        if (arguments->has_interval && series->interval != arguments->interval) continue;
        out->below += series->quality.score < arguments->least_score;
        out->series[out->count++] = series;
    }
    if (out->count > 1) qsort(out->series, out->count, sizeof *out->series, worst_first);
    return STATUS_OK;
}

// ---- table

static void print_date(int64_t time)
{
    char text[DATETIME_TEXT_MAX];
    const struct str date = datetime_format_date(time, text);
    printf("  %.*s", STR_ARG(date));
}

static void print_name(struct str name, size_t width)
{
    const size_t characters = str_characters(name);
    printf("%.*s%*s", STR_ARG(name), (int)(width > characters ? width - characters : 0), "");
}

static void print_row(const struct coverage_series *series, size_t width)
{
    const struct quality *q = &series->quality;
    print_name(series->symbol, width);
    printf("  %-4s  %6.2f", interval_name(series->interval), q->score);
    print_date(q->first);
    print_date(q->last);
    printf("  %10" PRId64 "  %6" PRId64 "  %8" PRId64 "  %6" PRId64 "  %8" PRId64 "  %6" PRId64 "  %6" PRId64
           "  %8" PRId64 "  %8" PRId64 "\n",
           q->count, q->gaps, q->missing, q->flat_bars, q->outliers, q->breaks, q->cut_bars, q->off_grid,
           series->revisions);
}

// The second way, for whoever has the archive of the month already.
static void print_file_at_hand(const struct coverage_series *series, const struct quality_gap *gap,
                               struct arena *arena)
{
    const struct str path = repair_archive(series->symbol, series->interval, gap, arena);
    const char *name = path.ptr ? str_copy_c(arena, path) : NULL;
    if (!name || access(name, R_OK) != 0) return;
    printf("    %16s  or from the disk: %.*s\n", "", STR_ARG(repair_import_command(path, arena)));
}

static void print_gaps(const struct coverage_series *series, struct arena *arena)
{
    const struct quality *q = &series->quality;
    for (size_t i = 0; i < q->largest_count && i < DOCTOR_GAPS; i++) {
        char text[DATETIME_TEXT_MAX];
        (void)datetime_format_us(q->largest[i].start * 1000000, text);
        const struct str command = repair_command(series->symbol, series->interval, &q->largest[i], arena);
        printf("    %.16s  %" PRId64 " missing: %.*s\n", text, q->largest[i].bars, STR_ARG(command));
        print_file_at_hand(series, &q->largest[i], arena);
    }
    if (q->gaps > DOCTOR_GAPS) printf("    and %" PRId64 " more gaps\n", q->gaps - DOCTOR_GAPS);
}

static void print_table(const struct diagnosis *diagnosis, struct arena *arena)
{
    size_t width = 10;
    for (size_t i = 0; i < diagnosis->count; i++) {
        const size_t characters = str_characters(diagnosis->series[i]->symbol);
        width = characters > width ? characters : width;
    }
    print_name(STR("symbol"), width);
    printf("  %-4s  %6s  %10s  %10s  %10s  %6s  %8s  %6s  %8s  %6s  %6s  %8s  %8s\n", "bar", "score", "first",
           "last", "candles", "gaps", "missing", "flat", "outliers", "breaks", "cut", "off grid", "revised");
    for (size_t i = 0; i < diagnosis->count; i++) {
        print_row(diagnosis->series[i], width);
        print_gaps(diagnosis->series[i], arena);
    }
    printf("\n%zu series, %zu below the score asked for\n", diagnosis->count, diagnosis->below);
}

// ---- for programs

static void put_counts(struct json_writer *w, const struct coverage_series *series)
{
    for (size_t i = 0; i < QUALITY_COUNTS; i++)
        json_put_int(w, quality_count_name(i), quality_count(&series->quality, i));
    json_put_int(w, "revisions", series->revisions);
}

static void put_series(struct json_writer *w, const struct coverage_series *series, struct arena *arena)
{
    json_begin_object(w);
    json_put_str(w, "symbol", series->symbol);
    json_put_c(w, "interval", interval_name(series->interval));
    json_put_double(w, "score", series->quality.score);
    put_counts(w, series);
    json_key(w, "repairs");
    json_begin_array(w);
    for (size_t i = 0; i < series->quality.largest_count; i++)
        json_str(w, repair_command(series->symbol, series->interval, &series->quality.largest[i], arena));
    json_end_array(w);
    json_end_object(w);
}

static enum status print_json(const struct diagnosis *diagnosis, struct arena *arena, struct error *error)
{
    BUF_SCOPE(buf, LIMIT_COVERAGE_BYTES);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_int(&w, "below", (int64_t)diagnosis->below);
    json_key(&w, "series");
    json_begin_array(&w);
    for (size_t i = 0; i < diagnosis->count; i++)
        put_series(&w, diagnosis->series[i], arena);
    json_end_array(&w);
    json_end_object(&w);
    if (buf.failed) return error_no_memory(error);
    printf("%.*s\n", STR_ARG(buf_str(&buf)));
    return STATUS_OK;
}

static void print_csv(const struct diagnosis *diagnosis)
{
    printf("symbol,interval,score");
    for (size_t i = 0; i < QUALITY_COUNTS; i++)
        printf(",%s", quality_count_name(i));
    puts(",revisions");
    for (size_t i = 0; i < diagnosis->count; i++) {
        const struct coverage_series *series = diagnosis->series[i];
        printf("%.*s,%s,%.4f", STR_ARG(series->symbol), interval_name(series->interval),
               series->quality.score);
        for (size_t k = 0; k < QUALITY_COUNTS; k++)
            printf(",%" PRId64, quality_count(&series->quality, k));
        printf(",%" PRId64 "\n", series->revisions);
    }
}

static enum status print(const struct doctor_arguments *arguments, const struct diagnosis *diagnosis,
                         struct arena *arena, struct error *error)
{
    switch (arguments->format) {
    case FORMAT_TABLE: print_table(diagnosis, arena); return STATUS_OK;
    case FORMAT_CSV: print_csv(diagnosis); return STATUS_OK;
    case FORMAT_JSON: return print_json(diagnosis, arena, error);
    }
    return STATUS_OK;
}

static enum status examine(const struct doctor_arguments *arguments, struct market *market, size_t *out_below,
                           struct error *error)
{
    ARENA_SCOPE(arena, LIMIT_COVERAGE_BYTES);
    CATALOG_SCOPE catalog = NULL;
    COVERAGE_SCOPE coverage = NULL;
    struct diagnosis diagnosis = {0};
    const struct symbol_info *info = NULL;
    TRY(market_catalog(market, &catalog, error));
    if (arguments->symbol.len) TRY(market_find_stored(catalog, arguments->symbol, &info, error));
    TRY(market_coverage(market, &coverage, error));
    TRY(diagnose(arguments, coverage, info, &arena, &diagnosis, error));
    TRY(print(arguments, &diagnosis, &arena, error));
    *out_below = diagnosis.below;
    return STATUS_OK;
}

static enum status run_doctor(const struct doctor_arguments *arguments, size_t *out_below,
                              struct error *error)
{
    ARENA_SCOPE(arena, MIB);
    struct config config;
    struct market *market;
    TRY(config_load((config_source *)getenv, &arena, &config, error));
    const struct market_options options = {
        .path = arguments->db_path.len ? arguments->db_path : config.market_db_path, .cache_bytes = MIB};
    TRY(market_open(&options, &market, error));
    const enum status status = examine(arguments, market, out_below, error);
    market_close(market);
    return status;
}

int doctor_command(int argc, char **argv)
{
    struct doctor_arguments arguments = {0};
    struct error error = {0};
    size_t below = 0;
    if (parse_arguments(argc, argv, &arguments, &error) != STATUS_OK) {
        fprintf(stderr, "tlab doctor: %s\n`tlab doctor --help` explains the options\n", error.message);
        return CLI_USAGE;
    }
    if (arguments.wants_help) {
        fputs(help, stdout);
        return CLI_OK;
    }
    log_set_level(LOG_ERROR);
    if (run_doctor(&arguments, &below, &error) == STATUS_OK) return below ? CLI_FAILED : CLI_OK;
    fprintf(stderr, "tlab doctor: %s\n", error.message);
    return CLI_FAILED;
}
