// The shared candles, imported and read back: what the catalogue counts against SERIES.tsv, and coarser bars
// made here against the exchange's own.
#include "unit/market/market_fixture.h"

#include "base/datetime.h"
#include "base/limits.h"
#include "market/candle_store.h"
#include "market/ingest/importer.h"
#include "market/market.h"
#include "market/resample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { SERIES_MAX = 64, COLUMNS = 12, GAP_TEXT_BYTES = 256 };

struct data {
    struct folder *folder;
    struct market *market;
    char shared[4096];
};

static void find_shared(char *path, size_t capacity)
{
    const char *given = getenv("TLAB_SHARED_DIR"), *root = getenv("TLAB_SOURCE_DIR");
    if (given)
        (void)snprintf(path, capacity, "%s/data", given);
    else
        (void)snprintf(path, capacity, "%s/../shared/data", root ? root : ".");
}

static void import_all(const char *folder, const char *database)
{
    struct error error = {0};
    struct file_list files;
    struct candle_writer *writer = NULL;
    struct import_summary summary = {0};
    const struct import_options options = {0};
    file_list_init(&files);
    assert_ok(file_list_add(&files, folder, &error));
    assert_ok(candle_writer_open(str_from_c(database), 1, &writer, &error));
    assert_ok(import_run(writer, &files, &options, &summary, &error));
    assert_int_equal(summary.files_refused, 0);
    assert_ok(candle_writer_close(&writer, &error));
    import_summary_done(&summary);
    file_list_done(&files);
}

static int import_shared(void **state)
{
    void *folder = NULL;
    if (folder_setup(&folder) != 0) return -1;
    struct data *data = calloc(1, sizeof *data);
    *state = data;
    if (!data) return -1;
    data->folder = folder;
    find_shared(data->shared, sizeof data->shared);
    char source[4200];
    (void)snprintf(source, sizeof source, "%s/SERIES.tsv", data->shared);
    FILE *file = fopen(source, "r");
    if (!file) return 0; // the tests skip
    (void)fclose(file);
    (void)snprintf(source, sizeof source, "%s/binance-public", data->shared);
    char database[4096];
    (void)snprintf(database, sizeof database, "%s", path_in(&folder, "file.db"));
    import_all(source, database);
    const struct market_options options = {.path = str_from_c(database), .cache_bytes = 256 * MIB};
    return market_open(&options, &data->market, NULL) == STATUS_OK ? 0 : -1;
}

static int drop_shared(void **state)
{
    struct data *data = *state;
    void *folder = data->folder;
    market_close(data->market);
    free(data);
    return folder_teardown(&folder);
}

static struct market *market_of(void **state)
{
    const struct data *data = *state;
    if (!data->market) {
        print_message("no shared data at %s\n", data->shared);
        skip();
    }
    return data->market;
}

// Lines of SERIES.tsv, those of one symbol and interval joined: files of days and of months may both hold it.
struct expected {
    int64_t first, last, gaps, rows, missing, cut;
    char gap_starts[GAP_TEXT_BYTES];
    enum interval interval;
    bool is_joined;
    char symbol[32];
};

static int64_t seconds_of(const char *text)
{
    int64_t time_us;
    assert_true(datetime_parse_us(str_from_c(text), &time_us));
    return time_us / 1000000;
}

static void add_expected(struct expected *list, size_t *count, char *columns[static COLUMNS])
{
    struct expected line = {.first = seconds_of(columns[5]),
                            .last = seconds_of(columns[6]),
                            .gaps = strtoll(columns[7], NULL, 10),
                            .rows = strtoll(columns[4], NULL, 10),
                            .missing = strtoll(columns[8], NULL, 10),
                            .cut = strtoll(columns[10], NULL, 10)};
    (void)snprintf(line.gap_starts, sizeof line.gap_starts, "%s", columns[11]);
    (void)snprintf(line.symbol, sizeof line.symbol, "%s", columns[2]);
    assert_true(interval_parse(str_from_c(columns[3]), &line.interval));
    for (size_t i = 0; i < *count; i++) {
        if (strcmp(list[i].symbol, line.symbol) != 0 || list[i].interval != line.interval) continue;
        list[i].is_joined = true;
        list[i].gaps += line.gaps;
        list[i].missing += line.missing;
        list[i].cut += line.cut;
        if (line.gap_starts[0] != '\n')
            (void)snprintf(list[i].gap_starts, sizeof list[i].gap_starts, "%s", line.gap_starts);
        if (line.first < list[i].first) list[i].first = line.first;
        if (line.last > list[i].last) list[i].last = line.last;
        return;
    }
    assert_true(*count < SERIES_MAX);
    list[(*count)++] = line;
}

static size_t read_expected(const char *shared, struct expected list[static SERIES_MAX])
{
    char path[4200], line[4096];
    (void)snprintf(path, sizeof path, "%s/SERIES.tsv", shared);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t count = 0;
    assert_non_null(fgets(line, sizeof line, file)); // names of the columns
    while (fgets(line, sizeof line, file)) {
        char *columns[COLUMNS], *rest = line;
        for (size_t i = 0; i < COLUMNS; i++)
            columns[i] = strsep(&rest, "\t");
        add_expected(list, &count, columns);
    }
    (void)fclose(file);
    return count;
}

static void the_catalogue_counts_rows_and_gaps_as_the_list_of_series_does(void **state)
{
    struct market *market = market_of(state);
    struct expected list[SERIES_MAX];
    const size_t count = read_expected(((struct data *)*state)->shared, list);
    assert_true(count > 0);
    CATALOG_SCOPE catalog = NULL;
    assert_ok(market_catalog(market, &catalog, NULL));
    size_t stored_count = 0;
    for (size_t i = 0; i < catalog->symbol_count; i++)
        stored_count += catalog->symbols[i].interval_count;
    assert_int_equal(stored_count, count);
    for (size_t i = 0; i < count; i++) {
        const struct symbol_info *info = catalog_find(catalog, str_from_c(list[i].symbol));
        assert_non_null(info);
        const struct stored_interval *stored = symbol_info_interval(info, list[i].interval);
        assert_non_null(stored);
        assert_int_equal(stored->first, list[i].first);
        assert_int_equal(stored->last, list[i].last);
        assert_int_equal(stored->gaps, list[i].gaps);
        if (!list[i].is_joined) assert_int_equal(stored->count, list[i].rows);
    }
}

static const struct coverage_series *find_coverage(const struct coverage *coverage,
                                                   const struct expected *expected)
{
    for (size_t i = 0; i < coverage->count; i++) {
        const struct coverage_series *series = &coverage->series[i];
        if (series->interval == expected->interval && str_eq(series->symbol, str_from_c(expected->symbol)))
            return series;
    }
    fail_msg("no coverage of %s", expected->symbol);
    return NULL;
}

// "2018-02-08 04:00 x7; 2018-06-26 04:00 x2": every one of them is a gap of that length.
static void assert_gaps(const struct quality *quality, char *text)
{
    enum { TIME_LENGTH = 16 };
    for (char *gap = strsep(&text, ";"); gap && strlen(gap) > TIME_LENGTH; gap = strsep(&text, ";")) {
        gap += *gap == ' ';
        gap[TIME_LENGTH] = '\0';
        const int64_t start = seconds_of(gap), bars = strtoll(gap + TIME_LENGTH + 2, NULL, 10);
        bool is_there = false;
        for (size_t i = 0; i < quality->largest_count; i++)
            is_there |= quality->largest[i].start == start && quality->largest[i].bars == bars;
        if (!is_there) fail_msg("no gap of %lld bars at %s", (long long)bars, gap);
    }
}

static void coverage_finds_the_gaps_and_cut_bars_of_the_list_of_series(void **state)
{
    struct market *market = market_of(state);
    struct expected list[SERIES_MAX];
    const size_t count = read_expected(((struct data *)*state)->shared, list);
    COVERAGE_SCOPE coverage = NULL;
    assert_ok(market_coverage(market, &coverage, NULL));
    assert_int_equal(coverage->count, count);
    for (size_t i = 0; i < count; i++) {
        const struct coverage_series *series = find_coverage(coverage, &list[i]);
        const struct quality *quality = &series->quality;
        assert_int_equal(quality->first, list[i].first);
        assert_int_equal(quality->last, list[i].last);
        assert_int_equal(quality->gaps, list[i].gaps);
        assert_int_equal(quality->missing, list[i].missing);
        assert_int_equal(quality->cut_bars - quality->is_last_unfinished, list[i].cut);
        assert_int_equal(quality->off_grid, 0);
        assert_int_equal(series->revisions, 0);
        assert_int_equal(series->without_source, 0);
        assert_gaps(quality, list[i].gap_starts);
    }
}

static bool is_close(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fabs(b);
}

// Bars of `symbol` made of hours against those that are stored, wherever both stand; at least `least` of
// them.
static void assert_hours_give(struct market *market, struct str symbol, enum interval coarse, size_t least)
{
    SERIES_SCOPE hours = NULL;
    SERIES_SCOPE stored = NULL;
    SERIES_SCOPE made = NULL;
    assert_ok(market_series(market_as_it_is(market), symbol, INTERVAL_1H, &hours, NULL));
    assert_ok(market_series(market_as_it_is(market), symbol, coarse, &stored, NULL));
    assert_false(stored->is_resampled);
    assert_ok(series_resample(hours, coarse, &made, NULL));
    const struct candles *a = &made->candles, *b = &stored->candles;
    size_t compared = 0;
    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        if (a->time[i] != b->time[j]) {
            a->time[i] < b->time[j] ? i++ : j++;
            continue;
        }
        const bool is_same = a->open[i] == b->open[j] && a->high[i] == b->high[j] && a->low[i] == b->low[j] &&
                             a->close[i] == b->close[j] && is_close(a->volume[i], b->volume[j]);
        if (!is_same)
            fail_msg("%.*s %s at %lld", STR_ARG(symbol), interval_name(coarse), (long long)a->time[i]);
        compared++, i++, j++;
    }
    assert_true(compared >= least);
}

static void hours_give_the_exchanges_own_four_hours(void **state)
{
    assert_hours_give(market_of(state), STR("BTCUSDT"), INTERVAL_4H, 7600);
}

static void hours_give_the_exchanges_own_days(void **state)
{
    assert_hours_give(market_of(state), STR("BTCUSDT"), INTERVAL_1D, 1277);
    assert_hours_give(market_of(state), STR("ETHUSDT"), INTERVAL_1D, 1277);
}

static void the_placeholder_hour_does_not_open_its_four_hours(void **state)
{
    SERIES_SCOPE hours = NULL;
    SERIES_SCOPE made = NULL;
    const int64_t time = 1679659200; // 2023-03-24 12:00
    assert_ok(market_series(market_as_it_is(market_of(state)), STR("BTCUSDT"), INTERVAL_1H, &hours, NULL));
    assert_ok(series_resample(hours, INTERVAL_4H, &made, NULL));
    size_t i = 0;
    while (i < made->candles.count && made->candles.time[i] != time)
        i++;
    assert_true(i < made->candles.count);
    assert_true(made->candles.open[i] == 28079.99);
}

static void ratios_stand_where_both_sides_have_a_candle(void **state)
{
    SERIES_SCOPE ratio = NULL;
    SERIES_SCOPE link = NULL;
    assert_ok(
        market_series(market_as_it_is(market_of(state)), STR("LINKUSDT/BTCUSDT"), INTERVAL_1D, &ratio, NULL));
    assert_ok(market_series(market_as_it_is(market_of(state)), STR("LINKUSDT"), INTERVAL_1D, &link, NULL));
    assert_int_equal(ratio->candles.count, link->candles.count);
    for (size_t i = 0; i < ratio->candles.count; i++) {
        assert_true(ratio->candles.high[i] >= ratio->candles.close[i]);
        assert_true(ratio->candles.low[i] <= ratio->candles.open[i]);
        assert_true(ratio->candles.volume[i] == 0);
    }
}

int main(int argc, char **argv)
{
    if (is_importer(argc, argv)) return 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_catalogue_counts_rows_and_gaps_as_the_list_of_series_does),
        cmocka_unit_test(coverage_finds_the_gaps_and_cut_bars_of_the_list_of_series),
        cmocka_unit_test(hours_give_the_exchanges_own_four_hours),
        cmocka_unit_test(hours_give_the_exchanges_own_days),
        cmocka_unit_test(the_placeholder_hour_does_not_open_its_four_hours),
        cmocka_unit_test(ratios_stand_where_both_sides_have_a_candle),
    };
    return cmocka_run_group_tests(tests, import_shared, drop_shared);
}
