// Every case of the shared edge files ends in the class that docs/guide/importing.md decides.
#include "unit/market/ingest/ingest_fixture.h"

#include <stdio.h>
#include <string.h>

enum { ALL_REFUSED = -1, CASES_MAX = 128 };

static const struct edge_case {
    const char *file;
    int rows;          // stored; ALL_REFUSED: the file is refused
    int rows_skipping; // with --skip-bad
    int line;          // that is named, 0: the file as a whole
    const char *said;  // part of the reason, or of a notice where the file is accepted; NULL: nothing is said
} cases[] = {
    {"unit/BTCUSDT-1h-2024-12-31.csv", 24, 24, 0, NULL},
    {"unit/BTCUSDT-1h-2025-01-01.csv", 24, 24, 0, NULL},
    {"unit/BTCUSDT-1h-mixed-ms-us.csv", 12, 12, 0, NULL},
    {"unit/BTCUSDT-1h-seconds.csv", 24, 24, 0, NULL},
    {"form/BTCUSDT-1h-2025-03-05-header-um.csv", 24, 24, 0, NULL},
    {"form/BTCUSDT-1h-2025-03-05-crlf-bom.csv", 24, 24, 0, NULL},
    {"form/BTCUSDT-1h-2025-03-05-no-final-newline.csv", 24, 24, 0, NULL},
    {"form/BTCUSDT-1h-2025-03-05-quoted.csv", 24, 24, 0, NULL},
    {"form/BTCUSDT-1h-2025-03-05-empty.csv", 0, 0, 0, "no candles"},
    {"form/BTCUSDT-1h-2025-03-05-header-only.csv", 0, 0, 0, "no candles"},
    {"form/BTCUSDT-1h-2025-03-05-utf16.csv", ALL_REFUSED, ALL_REFUSED, 0, "UTF-16"},
    {"form/BTCUSDT-1h-2025-03-05-truncated-line.csv", ALL_REFUSED, 23, 24, "9 of 12 columns"},
    {"value/BTCUSDT-1h-2025-03-05-high-below-low.csv", ALL_REFUSED, 23, 6, "below the low"},
    {"value/BTCUSDT-1h-2025-03-05-nan.csv", ALL_REFUSED, 23, 8, "close \"NaN\" is not a number"},
    {"value/BTCUSDT-1h-2025-03-05-inf.csv", ALL_REFUSED, 23, 8, "high \"inf\" is not a number"},
    {"value/BTCUSDT-1h-2025-03-05-empty-field.csv", ALL_REFUSED, 23, 8, "open \"\" is not a number"},
    {"value/BTCUSDT-1h-2025-03-05-negative-volume.csv", ALL_REFUSED, 23, 4, "volume -12.5 is negative"},
    {"value/BTCUSDT-1h-2025-03-05-zero-price.csv", ALL_REFUSED, 23, 4, "low 0 is not above 0"},
    {"value/BTCUSDT-1h-2025-03-05-exponent.csv", ALL_REFUSED, 23, 3, "is not a time"},
    {"value/BTCUSDT-1h-2025-03-05-decimal-comma.csv", ALL_REFUSED, 23, 1, "is not a number"},
    {"value/BTCUSDT-1h-2025-03-05-long-number.csv", ALL_REFUSED, 23, 2, "402 characters"},
    {"value/BTCUSDT-1h-2025-03-05-nul-byte.csv", ALL_REFUSED, 24, 4, "1 of 12 columns"},
    {"value/BTCUSDT-1h-2025-03-05-11-columns.csv", 24, 24, 0, NULL},
    {"value/BTCUSDT-1h-2025-03-05-6-columns.csv", 24, 24, 0, "has no close time, quote volume, trades"},
    {"value/BTCUSDT-1h-2025-03-05-long-line.csv", ALL_REFUSED, 24, 3, "too long"},
    {"order/BTCUSDT-1h-2025-03-05-reversed.csv", 24, 24, 0, NULL},
    {"order/BTCUSDT-1h-2025-03-05-duplicate-identical.csv", 24, 24, 0, "again: 3"},
    {"order/BTCUSDT-1h-2025-03-05-duplicate-conflict.csv", 24, 24, 25, "other values: 1"},
    {"order/BTCUSDT-1h-2025-03-05-gap.csv", 20, 20, 0, NULL},
    {"order/BTCUSDT-1h-2025-03-05-misaligned.csv", ALL_REFUSED, 23, 10, "not on the grid of 1h"},
    {"order/BTCUSDT-1h-2025-03-05-far-times.csv", ALL_REFUSED, 22, 1, "between 1990 and 2100"},
    {"name/BTCUSDT-1d-2025-03-05.csv", ALL_REFUSED, ALL_REFUSED, 2, "the grid of 1d"},
    {"zip/BTCUSDT-1h-2025-03-05-good.zip", 24, 24, 0, NULL},
    {"zip/BTCUSDT-1h-2025-03-05-stored.zip", 24, 24, 0, NULL},
    {"zip/BTCUSDT-1h-2025-03-05-bad-checksum.zip", ALL_REFUSED, ALL_REFUSED, 0, "SHA-256"},
    {"zip/BTCUSDT-1h-2025-03-05-checksum-other-name.zip", 24, 24, 0, "names another file"},
    {"zip/BTCUSDT-1h-2025-03-05-checksum-upper.zip", 24, 24, 0, NULL},
    {"zip/BTCUSDT-1h-2025-03-05-checksum-short.zip", ALL_REFUSED, ALL_REFUSED, 0, "no SHA-256"},
    {"zip/BTCUSDT-1h-2025-03-05-no-checksum.zip", 24, 24, 0, "no CHECKSUM"},
    {"zip/BTCUSDT-1h-2025-03-05-truncated.zip", ALL_REFUSED, ALL_REFUSED, 0, "truncated"},
    {"zip/BTCUSDT-1h-2025-03-05-crc.zip", ALL_REFUSED, ALL_REFUSED, 0, "damaged"},
    {"zip/BTCUSDT-1h-2025-03-05-two-members.zip", ALL_REFUSED, ALL_REFUSED, 0, "2 members"},
    {"zip/BTCUSDT-1h-2025-03-05-traversal.zip", ALL_REFUSED, ALL_REFUSED, 0, "no plain CSV"},
    {"zip/BTCUSDT-1h-2025-03-05-absolute.zip", ALL_REFUSED, ALL_REFUSED, 0, "no plain CSV"},
    {"zip/BTCUSDT-1h-2025-03-05-member-other-symbol.zip", ALL_REFUSED, ALL_REFUSED, 0, "another series"},
    {"zip/BTCUSDT-1h-2025-03-05-no-csv.zip", ALL_REFUSED, ALL_REFUSED, 0, "no plain CSV"},
    {"zip/BTCUSDT-1h-2025-03-05-empty-archive.zip", ALL_REFUSED, ALL_REFUSED, 0, "0 members"},
    {"zip/BTCUSDT-1h-2025-03-05-bomb.zip", ALL_REFUSED, ALL_REFUSED, 0, "100 times"},
    {"zip/BTCUSDT-1h-2025-03-05-not-a-zip.zip", ALL_REFUSED, ALL_REFUSED, 0, "not a ZIP"},
    {"zip/BTCUSDT-1h-2025-03-05.csv.gz", 24, 24, 0, NULL},
    {"real/BTCUSDT-1d-2018-02-06..11.csv", 6, 6, 0, NULL},
    {"real/BTCUSDT-4h-2018-02.csv", 161, 161, 0, NULL},
    {"real/BTCUSDT-4h-2017-09.csv", 180, 180, 0, NULL},
    {"real/BTCUSDT-1h-2023-03-24.csv", 23, 23, 0, NULL},
    {"real/BTCUSDT-1h-2023-03-spot-with-header.csv", 743, 743, 0, NULL},
    {"real/LUNAUSDT-1d.csv", 621, 621, 0, NULL},
    {"real/COCOSUSDT-1d.csv", 635, 635, 0, NULL},
    {"real/BTCUSDT-1d-restated-before.csv", 4, 4, 0, NULL},
    {"real/BTCUSDT-1d-restated-after.csv", 4, 4, 0, NULL},
    {"real/FTTUSDT-1d-um-delisted.csv", 1515, 1515, 0, "has no close time"},
    {"real/币安人生USDT-1d-um.csv", 231, 231, 0, "has no close time"},
    {"real/TSLAUSDT-1d-um-tradfi.csv", 131, 131, 0, "has no close time"},
    {"real/zip-slip.zip", ALL_REFUSED, ALL_REFUSED, 0, "2 members"},
};

enum { CASE_COUNT = sizeof cases / sizeof cases[0] };

static const struct edge_case *find_case(struct str file)
{
    for (size_t i = 0; i < CASE_COUNT; i++)
        if (str_eq(file, str_from_c(cases[i].file))) return &cases[i];
    return NULL;
}

static bool notice_says(const struct ingest_report *report, const struct edge_case *edge)
{
    for (size_t i = 0; i < report->notice_count; i++)
        if (strstr(report->notices[i].text, edge->said) && report->notices[i].line == edge->line) return true;
    return false;
}

static void check_strict(const struct edge_case *edge, const char *path)
{
    INGEST_FILE_SCOPE file = {0};
    struct error error = {0};
    const enum status status = read_strict(path, &file, &error);
    if ((status == STATUS_OK) != (edge->rows != ALL_REFUSED)) fail_msg("%s: %s", edge->file, error.message);
    if (status != STATUS_OK) {
        if (!strstr(error.message, edge->said)) fail_msg("%s: it says: %s", edge->file, error.message);
        if (file.report.failed_line != edge->line)
            fail_msg("%s: line %d", edge->file, (int)file.report.failed_line);
        return;
    }
    if (file.rows.count != (size_t)edge->rows) fail_msg("%s: %zu rows", edge->file, file.rows.count);
    if (edge->said && !notice_says(&file.report, edge)) fail_msg("%s: not noticed", edge->file);
    if (!edge->said && file.report.notice_count) fail_msg("%s: %s", edge->file, file.report.notices[0].text);
}

static void check_skipping(const struct edge_case *edge, const char *path)
{
    INGEST_FILE_SCOPE file = {0};
    struct error error = {0};
    const enum status status = read_skipping(path, &file, &error);
    if ((status == STATUS_OK) != (edge->rows_skipping != ALL_REFUSED))
        fail_msg("%s, skipping: %s", edge->file, error.message);
    if (status != STATUS_OK) return;
    if (file.rows.count != (size_t)edge->rows_skipping)
        fail_msg("%s, skipping: %zu rows", edge->file, file.rows.count);
    const bool lists_bad = edge->rows == ALL_REFUSED;
    if (lists_bad != (file.report.left_out_count > 0))
        fail_msg("%s, skipping: nothing is listed", edge->file);
    if (lists_bad && file.report.left_out[0].line != edge->line)
        fail_msg("%s, skipping: line %d", edge->file, (int)file.report.left_out[0].line);
    for (size_t i = 1; i < file.rows.count; i++)
        assert_true(file.rows.rows[i].open_time_us > file.rows.rows[i - 1].open_time_us);
}

// Calls `visit` for each line of CASES.tsv; false when there is none.
static bool for_each_case(void (*visit)(const struct edge_case *edge, const char *path))
{
    const char *data = shared_data();
    char path[4096], line[4096];
    if (!data) return false;
    (void)snprintf(path, sizeof path, "%s/edge/CASES.tsv", data);
    FILE *list = fopen(path, "r");
    assert_non_null(list);
    size_t seen = 0;
    assert_non_null(fgets(line, sizeof line, list)); // the header
    while (fgets(line, sizeof line, list)) {
        const struct str name = str_slice(str_from_c(line), 0, str_find(str_from_c(line), '\t'));
        const struct edge_case *edge = find_case(name);
        if (!edge) fail_msg("%.*s is not decided", STR_ARG(name));
        (void)snprintf(path, sizeof path, "%s/edge/%s", data, edge->file);
        visit(edge, path);
        seen++;
    }
    assert_int_equal(fclose(list), 0);
    assert_int_equal(seen, CASE_COUNT);
    return true;
}

static void every_case_ends_in_its_class(void **state)
{
    (void)state;
    if (!for_each_case(check_strict)) skip();
}

static void with_skip_bad_the_good_rows_remain(void **state)
{
    (void)state;
    if (!for_each_case(check_skipping)) skip();
}

static void **folder_of_the_test;

static void check_nothing_is_stored(const struct edge_case *edge, const char *path)
{
    if (edge->rows != ALL_REFUSED) return;
    const char *const paths[] = {path, NULL};
    const char *database = path_in(folder_of_the_test, "refused.db");
    struct import_summary summary = import_paths(database, paths, false);
    assert_int_equal(summary.files_refused, 1);
    assert_int_equal(summary.files_stored + summary.files_empty, 0);
    assert_int_equal(summary.rows.added, 0);
    import_summary_done(&summary);
    FILE *file = fopen(path_in(folder_of_the_test, "refused.db"), "r");
    if (file) fail_msg("%s: a database was made for it", edge->file);
}

static void nothing_of_a_refused_file_is_stored(void **state)
{
    folder_of_the_test = state;
    if (!for_each_case(check_nothing_is_stored)) skip();
    FILE *evil = fopen("/tmp/evil.txt", "r");
    assert_null(evil);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_ends_in_its_class),
        cmocka_unit_test(with_skip_bad_the_good_rows_remain),
        cmocka_unit_test_setup_teardown(nothing_of_a_refused_file_is_stored, folder_setup, folder_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
