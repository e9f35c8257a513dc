// Folders and files into the database, the shared data with them.
#include "unit/market/ingest/ingest_fixture.h"

#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct import_summary import_one(void **state, const char *path)
{
    const char *const paths[] = {path, NULL};
    return import_paths(path_in(state, "file.db"), paths, false);
}

static int64_t number(void **state, const char *sql)
{
    return query_number(path_in(state, "file.db"), sql);
}

static void a_folder_is_walked_in_the_order_of_names(void **state)
{
    (void)write_candles(state, "BUSDT-1h-2024-01.csv", 0, 5);
    (void)write_candles(state, "AUSDT-1h-2024-01.csv", 0, 5);
    (void)write_candles(state, ".hidden-1h-2024-01.csv", 0, 5);
    (void)write_text(state, "AUSDT-1h-2024-01.csv.txt", STR("no candles"));
    (void)write_text(state, "AUSDT-1h-2024-01.csv.CHECKSUM.txt", STR("no candles"));
    const struct folder *folder = *state;
    FILE_LIST_SCOPE files;
    file_list_init(&files);
    assert_ok(file_list_add(&files, folder->path, NULL));
    assert_int_equal(files.count, 2);
    assert_str_equal(path_file_name(str_from_c(files.entries[0].path)), STR("AUSDT-1h-2024-01.csv"));
    assert_str_equal(path_file_name(str_from_c(files.entries[1].path)), STR("BUSDT-1h-2024-01.csv"));
    (void)remove(path_in(state, ".hidden-1h-2024-01.csv"));
}

static void folders_in_folders_are_walked_and_links_to_folders_are_not(void **state)
{
    const struct folder *folder = *state;
    char inner[128], link[128], path[256];
    (void)snprintf(inner, sizeof inner, "%s/BUSDT", folder->path);
    (void)snprintf(link, sizeof link, "%s/loop", folder->path);
    assert_int_equal(mkdir(inner, 0700), 0);
    assert_int_equal(symlink(folder->path, link), 0);
    (void)write_candles(state, "BUSDT/BUSDT-1h.csv", 0, 5);
    FILE_LIST_SCOPE files;
    file_list_init(&files);
    assert_ok(file_list_add(&files, folder->path, NULL));
    assert_int_equal(files.count, 1);
    (void)snprintf(path, sizeof path, "%s/BUSDT-1h.csv", inner);
    assert_int_equal(remove(path), 0);
    assert_int_equal(rmdir(inner), 0);
    assert_int_equal(remove(link), 0);
}

static void what_cannot_be_read_is_refused_and_the_rest_is_stored(void **state)
{
    char good[256], bad[256];
    (void)snprintf(good, sizeof good, "%s", write_candles(state, "AUSDT-1h.csv", 0, 5));
    (void)snprintf(bad, sizeof bad, "%s", write_text(state, "BUSDT-1h.csv", STR("1704067200,1,2\n")));
    const char *const paths[] = {"/no/such/path", bad, good, NULL};
    struct import_summary summary = import_paths(path_in(state, "file.db"), paths, false);
    assert_int_equal(summary.files_refused, 2);
    assert_int_equal(summary.files_stored, 1);
    assert_int_equal(summary.rows.added, 5);
    assert_int_equal(summary.series_count, 1);
    assert_string_equal(summary.series[0].symbol, "AUSDT");
    import_summary_done(&summary);
    assert_int_equal(number(state, "SELECT count(*) FROM binance_candles"), 5);
}

// More than go into one transaction, lists of rows used again by files of other lengths, and a fault among
// them.
static void of_many_small_files_only_the_bad_one_is_missing(void **state)
{
    enum { FILES = 1100, BAD = 500 };
    const struct folder *folder = *state;
    char name[32];
    for (int i = 0; i < FILES; i++) {
        (void)snprintf(name, sizeof name, "S%04dUSDT-1h.csv", i);
        if (i == BAD)
            (void)write_text(state, name, STR("1704067200000,1,2,1,2,3\n1704070800000,1,2\n"));
        else
            (void)write_candles(state, name, i, 1 + i % 3);
    }
    struct import_summary summary = import_one(state, folder->path);
    assert_int_equal(summary.files_stored, FILES - 1);
    assert_int_equal(summary.files_refused, 1);
    assert_int_equal(summary.series_count, FILES - 1);
    import_summary_done(&summary);
    assert_int_equal(number(state, "SELECT count(*) FROM binance_candles WHERE symbol = 'S0500USDT'"), 0);
    assert_int_equal(number(state,
                            "SELECT count(*) FROM candle_sources JOIN (SELECT symbol, count(*) AS n, "
                            "min(open_time) AS first, max(open_time) AS last FROM binance_candles "
                            "GROUP BY symbol) AS stored USING (symbol) WHERE \"rows\" = n AND added = n "
                            "AND n = 1 + symbol[2:5]::BIGINT % 3 AND first_open_time = first "
                            "AND last_open_time = last AND file_name = symbol || '-1h.csv'"),
                     FILES - 1);
    assert_int_equal(number(state, "SELECT count(DISTINCT revision) FROM candle_sources"), FILES - 1);
}

static void the_last_file_that_says_a_candle_wins(void **state)
{
    BUF_SCOPE(text, MIB);
    char folder[64];
    put_candles(&text, 2, 5, 3);
    (void)write_candles(state, "AUSDT-1h-a.csv", 0, 5);
    (void)write_text(state, "AUSDT-1h-b.csv", buf_str(&text));
    (void)snprintf(folder, sizeof folder, "%s", ((struct folder *)*state)->path);
    struct import_summary summary = import_one(state, folder);
    assert_int_equal(summary.rows.added, 7);
    assert_int_equal(summary.rows.revised, 3);
    import_summary_done(&summary);
    assert_int_equal(number(state, "SELECT count(*) FROM binance_candles WHERE volume = 3"), 5);
    assert_int_equal(number(state, "SELECT count(*) FROM candle_revisions WHERE volume = 2"), 3);
}

// Five candles of AUSDT to import, and a writer for them.
static void begin_with_one_file(void **state, struct file_list *files, struct candle_writer **out_writer)
{
    file_list_init(files);
    assert_ok(file_list_add(files, write_candles(state, "AUSDT-1h.csv", 0, 5), NULL));
    assert_ok(candle_writer_open(str_from_c(path_in(state, "file.db")), 1, out_writer, NULL));
}

static void a_cancelled_import_stores_nothing_more(void **state)
{
    const atomic_bool is_cancelled = true;
    const struct import_options options = {.is_cancelled = &is_cancelled};
    struct candle_writer *writer = NULL;
    struct import_summary summary = {0};
    FILE_LIST_SCOPE files;
    begin_with_one_file(state, &files, &writer);
    assert_int_equal(import_run(writer, &files, &options, &summary, NULL), STATUS_CANCELLED);
    assert_int_equal(summary.files_stored, 0);
    assert_ok(candle_writer_close(&writer, NULL));
    import_summary_done(&summary);
}

static void a_file_is_not_read_to_its_end_when_nobody_wants_it_any_more(void **state)
{
    const atomic_bool is_cancelled = true;
    const struct ingest_file_rules rules = {.watch = {.is_cancelled = &is_cancelled}};
    struct ingest_file file = {0};
    struct error error = {0};
    assert_int_equal(ingest_file_read(write_candles(state, "AUSDT-1h.csv", 0, 5), &rules, &file, &error),
                     STATUS_CANCELLED);
    ingest_file_done(&file);
}

static void a_file_tells_how_far_it_is_read(void **state)
{
    BUF_SCOPE(text, MIB);
    put_candles(&text, 0, 2000, 3);
    const struct zip_content member = {"AUSDT-1h.csv", buf_str(&text)};
    char paths[3][256];
    (void)snprintf(paths[0], sizeof paths[0], "%s", write_text(state, "AUSDT-1h.csv", buf_str(&text)));
    (void)snprintf(paths[1], sizeof paths[1], "%s", write_gzip(state, "AUSDT-1h.csv.gz", buf_str(&text)));
    (void)snprintf(paths[2], sizeof paths[2], "%s", write_zip(state, "AUSDT-1h.zip", &member, 1));
    for (size_t i = 0; i < 3; i++) {
        _Atomic int64_t position = 0;
        const struct ingest_file_rules rules = {.watch = {.position = &position}};
        INGEST_FILE_SCOPE file = {0};
        struct stat stored;
        assert_int_equal(stat(paths[i], &stored), 0);
        assert_ok(ingest_file_read(paths[i], &rules, &file, NULL));
        assert_in_range(position, stored.st_size / 2, stored.st_size);
    }
}

struct told {
    double before_stored; // the part that was done when it was told last before the file was stored
    double last;
};

static void note_progress(void *context, const struct import_progress *progress)
{
    struct told *told = context;
    const double done = (double)progress->bytes_done / (double)progress->bytes_total;
    assert_true(done >= told->last);
    told->last = done;
    if (progress->files_done == 0) told->before_stored = done;
}

static void one_file_tells_that_it_is_read_before_it_is_stored(void **state)
{
    struct told told = {0};
    const struct import_options options = {.listener = {.on_progress = note_progress, .context = &told}};
    struct candle_writer *writer = NULL;
    struct import_summary summary = {0};
    FILE_LIST_SCOPE files;
    begin_with_one_file(state, &files, &writer);
    assert_ok(import_run(writer, &files, &options, &summary, NULL));
    assert_true(told.before_stored >= 0.4 && told.before_stored < 1);
    assert_true(told.last >= 1);
    assert_ok(candle_writer_close(&writer, NULL));
    import_summary_done(&summary);
}

static void cancel_now(void *context, const struct import_event *event)
{
    (void)event;
    atomic_store((atomic_bool *)context, true);
}

static void an_import_that_has_stored_its_last_file_is_done_whoever_cancels_then(void **state)
{
    atomic_bool is_cancelled = false;
    const struct import_options options = {
        .is_cancelled = &is_cancelled,
        .listener = {.on_file = cancel_now, .context = &is_cancelled},
    };
    struct candle_writer *writer = NULL;
    struct import_summary summary = {0};
    FILE_LIST_SCOPE files;
    begin_with_one_file(state, &files, &writer);
    assert_ok(import_run(writer, &files, &options, &summary, NULL));
    assert_int_equal(summary.rows.added, 5);
    assert_ok(candle_writer_close(&writer, NULL));
    import_summary_done(&summary);
}

// One line of SERIES.tsv against what is stored in a database that holds this part only.
struct expected {
    char symbol[32], interval[8], first[24], last[24];
    long rows, gaps, missing;
};

static void check_series(void **state, const struct expected *expected)
{
    struct candle_writer *writer = NULL;
    struct candle_extent extent = {.symbol = str_from_c(expected->symbol)};
    char text[64];
    assert_true(interval_parse(str_from_c(expected->interval), &extent.interval));
    assert_ok(candle_writer_open(str_from_c(path_in(state, "file.db")), 1, &writer, NULL));
    assert_ok(candle_writer_measure(writer, &extent, 1, NULL));
    candle_writer_abandon(&writer);
    if (extent.rows != expected->rows || extent.gaps != expected->gaps ||
        extent.missing_bars != expected->missing)
        fail_msg("%s %s: %ld rows, %ld gaps, %ld missing", expected->symbol, expected->interval,
                 (long)extent.rows, (long)extent.gaps, (long)extent.missing_bars);
    (void)snprintf(text, sizeof text, "SELECT epoch_us('%s'::TIMESTAMP)", expected->first);
    assert_int_equal(number(state, text), extent.first_us);
    (void)snprintf(text, sizeof text, "SELECT epoch_us('%s'::TIMESTAMP)", expected->last);
    assert_int_equal(number(state, text), extent.last_us);
}

// Imports the folder of one market and period, and compares its lines.
static void check_part(void **state, const char *data, const char *folder, const char *market,
                       const char *period)
{
    char path[4200], line[1024], found_market[16], found_period[16];
    struct expected expected;
    (void)remove(path_in(state, "file.db"));
    (void)snprintf(path, sizeof path, "%s/binance-public/data/%s", data, folder);
    struct import_summary summary = import_one(state, path);
    assert_int_equal(summary.files_refused, 0);
    const int64_t rows = summary.rows.added;
    import_summary_done(&summary);
    (void)snprintf(path, sizeof path, "%s/SERIES.tsv", data);
    FILE *list = fopen(path, "r");
    assert_non_null(list);
    int64_t expected_rows = 0;
    while (fgets(line, sizeof line, list)) {
        const int fields =
            sscanf(line, "%15[^\t]\t%15[^\t]\t%31[^\t]\t%7[^\t]\t%ld\t%23[^\t]\t%23[^\t]\t%ld\t%ld",
                   found_market, found_period, expected.symbol, expected.interval, &expected.rows,
                   expected.first, expected.last, &expected.gaps, &expected.missing);
        if (fields != 9 || strcmp(found_market, market) != 0 || strcmp(found_period, period) != 0) continue;
        check_series(state, &expected);
        expected_rows += expected.rows;
    }
    assert_int_equal(fclose(list), 0);
    assert_int_equal(rows, expected_rows);
}

static void the_shared_data_have_the_rows_and_gaps_of_their_list(void **state)
{
    const char *data = shared_data();
    if (!data) skip();
    check_part(state, data, "spot/daily", "spot", "daily");
    check_part(state, data, "futures/um/monthly", "um", "monthly");
    check_part(state, data, "spot/monthly", "spot", "monthly");
    char path[4200];
    (void)snprintf(path, sizeof path, "%s/binance-public/data/spot/monthly", data);
    struct import_summary again = import_one(state, path);
    assert_int_equal(again.rows.added + again.rows.revised, 0);
    assert_int_equal(again.files_refused, 0);
    import_summary_done(&again);
}

static struct import_summary import_raw(void **state, const char *folder, enum interval interval,
                                        const char *columns)
{
    char path[4200];
    struct import_summary summary = {0};
    struct candle_layout layout;
    struct candle_writer *writer = NULL;
    struct import_options options = {.rules.series = {.has_interval = true, .interval = interval}};
    FILE_LIST_SCOPE files;
    file_list_init(&files);
    if (columns) {
        assert_ok(candle_layout_from_text(str_from_c(columns), &layout, NULL));
        options.rules.layout = &layout;
    }
    (void)snprintf(path, sizeof path, "%s/raw/%s", shared_data(), folder);
    assert_ok(file_list_add(&files, path, NULL));
    assert_ok(candle_writer_open(str_from_c(path_in(state, "file.db")), 1, &writer, NULL));
    assert_ok(import_run(writer, &files, &options, &summary, NULL));
    assert_ok(candle_writer_close(&writer, NULL));
    return summary;
}

static void the_raw_files_are_read_whole(void **state)
{
    if (!shared_data()) skip();
    struct import_summary um = import_raw(state, "um-daily-2024-2026", INTERVAL_1D, NULL);
    assert_int_equal(um.files_refused, 0);
    assert_int_equal(um.rows.added, 137981);
    assert_int_equal(um.series_count, 276);
    import_summary_done(&um);
    struct import_summary bitfinex =
        import_raw(state, "bitfinex-1m", INTERVAL_1M, "time,open,close,high,low,volume");
    assert_int_equal(bitfinex.files_refused, 0);
    assert_int_equal(bitfinex.rows.added, 293230);
    import_summary_done(&bitfinex);
}

static void restated_days_and_only_they_are_revised(void **state)
{
    if (!shared_data()) skip();
    struct import_summary before = import_raw(state, "spot-daily-2021-2022", INTERVAL_1D, NULL);
    assert_int_equal(before.rows.added, 64995);
    import_summary_done(&before);
    struct import_summary after = import_raw(state, "spot-daily-long", INTERVAL_1D, NULL);
    assert_int_equal(after.files_refused, 0);
    assert_int_equal(after.rows.added + after.rows.unchanged + after.rows.revised, 53947);
    import_summary_done(&after);
    assert_int_equal(number(state, "SELECT count(DISTINCT open_time) FROM candle_revisions"), 4);
    assert_int_equal(
        number(state, "SELECT count(*) FROM candle_revisions WHERE open_time::DATE NOT IN ('2021-01-11', "
                      "'2021-01-21', '2021-12-24', '2021-12-27')"),
        0);
}

int main(void)
{
#define IMPORT_TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IMPORT_TEST(a_folder_is_walked_in_the_order_of_names),
        IMPORT_TEST(folders_in_folders_are_walked_and_links_to_folders_are_not),
        IMPORT_TEST(what_cannot_be_read_is_refused_and_the_rest_is_stored),
        IMPORT_TEST(of_many_small_files_only_the_bad_one_is_missing),
        IMPORT_TEST(the_last_file_that_says_a_candle_wins),
        IMPORT_TEST(a_cancelled_import_stores_nothing_more),
        IMPORT_TEST(a_file_is_not_read_to_its_end_when_nobody_wants_it_any_more),
        IMPORT_TEST(a_file_tells_how_far_it_is_read),
        IMPORT_TEST(one_file_tells_that_it_is_read_before_it_is_stored),
        IMPORT_TEST(an_import_that_has_stored_its_last_file_is_done_whoever_cancels_then),
        IMPORT_TEST(the_shared_data_have_the_rows_and_gaps_of_their_list),
        IMPORT_TEST(the_raw_files_are_read_whole),
        IMPORT_TEST(restated_days_and_only_they_are_revised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
