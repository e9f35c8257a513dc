#include "cli/import_report.h"

#include "base/datetime.h"
#include "base/limits.h"
#include "json/writer.h"

#include <inttypes.h>
#include <stdio.h>

enum { US_PER_S = 1000000, COUNT_TEXT_MAX = 32 };

// "kind: path:line: ", the way compilers say it; without a line the file as a whole. Names of files may hold
// anything: bytes that a terminal would obey are shown as "?".
static void print_place(const char *kind, const char *path, int64_t line)
{
    fprintf(stderr, "%s: ", kind);
    for (; *path; path++)
        fputc((unsigned char)*path < 0x20 || *path == 0x7f ? '?' : *path, stderr);
    if (line > 0) fprintf(stderr, ":%" PRId64, line);
    fputs(": ", stderr);
}

static void print_left_out(const char *path, const struct ingest_report *report)
{
    const int64_t listed =
        report->left_out_count < INGEST_LEFT_OUT_MAX ? report->left_out_count : INGEST_LEFT_OUT_MAX;
    for (int64_t i = 0; i < listed; i++) {
        print_place("left out", path, report->left_out[i].line);
        fprintf(stderr, "%s\n", report->left_out[i].text);
    }
    if (report->left_out_count > listed) {
        print_place("left out", path, 0);
        fprintf(stderr, "and %" PRId64 " more rows\n", report->left_out_count - listed);
    }
}

static void gather_notice(struct import_report *report, const char *path, const struct ingest_note *note)
{
    for (size_t i = 0; i < report->notice_count; i++) {
        if (strcmp(report->notices[i].text, note->text) != 0) continue;
        report->notices[i].files++;
        return;
    }
    if (report->notice_count == IMPORT_NOTICES_MAX) {
        report->notices_dropped++;
        return;
    }
    struct import_notice *notice = &report->notices[report->notice_count++];
    *notice = (struct import_notice){.first_line = note->line, .files = 1};
    (void)str_to_c(str_from_c(note->text), notice->text, sizeof notice->text);
    (void)str_to_c(str_from_c(path), notice->first_path, sizeof notice->first_path);
}

void import_report_file(void *context, const struct import_event *event)
{
    struct import_report *report = context;
    if (event->refusal) {
        progress_clear(report->progress);
        print_place("rejected", event->path, event->report->failed_line);
        fprintf(stderr, "%s\n", event->refusal->message);
        return;
    }
    if (event->report->left_out_count > 0) {
        progress_clear(report->progress);
        print_left_out(event->path, event->report);
    }
    for (size_t i = 0; i < event->report->notice_count; i++)
        gather_notice(report, event->path, &event->report->notices[i]);
}

void import_report_progress(void *context, const struct import_progress *progress)
{
    const struct import_report *report = context;
    const struct progress_state state = {
        .effort_done = progress->bytes_done,
        .effort_total = progress->bytes_total,
        .items_done = progress->files_done,
        .items_total = progress->files_total,
        .items_name = "files",
        .units_done = progress->rows_done,
        .units_name = "rows",
    };
    progress_show(report->progress, &state);
}

static void print_notices(const struct import_report *report)
{
    for (size_t i = 0; i < report->notice_count; i++) {
        const struct import_notice *notice = &report->notices[i];
        print_place("notice", notice->first_path, notice->first_line);
        fputs(notice->text, stderr);
        if (notice->files > 1) fprintf(stderr, " (and %zu more files)", notice->files - 1);
        fputc('\n', stderr);
    }
    if (report->notices_dropped > 0) fprintf(stderr, "notice: and %zu more\n", report->notices_dropped);
}

// 1,234,567
static const char *grouped(int64_t value, char buffer[static COUNT_TEXT_MAX])
{
    char digits[COUNT_TEXT_MAX];
    const int len = snprintf(digits, sizeof digits, "%" PRId64, value);
    size_t at = 0;
    for (int i = 0; i < len; i++) {
        buffer[at++] = digits[i];
        if ((len - i) % 3 == 1 && i + 1 < len && digits[i] != '-') buffer[at++] = ',';
    }
    buffer[at] = '\0';
    return buffer;
}

// "2025-06-30 23:00"
static struct str minute(int64_t time_us, char buffer[static DATETIME_TEXT_MAX])
{
    enum { MINUTE_BYTES = 16 };
    const struct str text = datetime_format_us(time_us, buffer);
    buffer[10] = ' ';
    return str_slice(text, 0, MINUTE_BYTES);
}

static void print_series(const struct candle_extent *extents, size_t count)
{
    if (count == 0) return;
    printf("\n%-16s %-4s %12s  %-16s  %-16s  %s\n", "series", "", "candles", "first", "last", "gaps");
    for (size_t i = 0; i < count; i++) {
        const struct candle_extent *extent = &extents[i];
        char rows[COUNT_TEXT_MAX], missing[COUNT_TEXT_MAX], first[DATETIME_TEXT_MAX], last[DATETIME_TEXT_MAX];
        printf("%-16.*s %-4s %12s  %.*s  %.*s  %" PRId64, STR_ARG(extent->symbol),
               interval_name(extent->interval), grouped(extent->rows, rows),
               STR_ARG(minute(extent->first_us, first)), STR_ARG(minute(extent->last_us, last)),
               extent->gaps);
        if (extent->gaps > 0) printf(" (%s missing)", grouped(extent->missing_bars, missing));
        putchar('\n');
    }
}

void import_report_summary(const struct import_report *report, const struct import_summary *summary,
                           const struct candle_extent *extents)
{
    char added[COUNT_TEXT_MAX], unchanged[COUNT_TEXT_MAX], revised[COUNT_TEXT_MAX], left_out[COUNT_TEXT_MAX];
    progress_clear(report->progress);
    if (report->is_quiet) return;
    print_notices(report);
    const int64_t rows = summary->rows.added + summary->rows.unchanged + summary->rows.revised;
    printf("files: %zu stored, %zu without candles, %zu rejected\n", summary->files_stored,
           summary->files_empty, summary->files_refused);
    printf("candles: %s added, %s unchanged, %s revised, %s left out\n", grouped(summary->rows.added, added),
           grouped(summary->rows.unchanged, unchanged), grouped(summary->rows.revised, revised),
           grouped(summary->rows_left_out, left_out));
    if (rows > 0)
        printf("time: %.2f s, %.2f M candles a second\n", report->elapsed_s,
               (double)rows / report->elapsed_s / 1e6);
    print_series(extents, summary->series_count);
}

static void write_series(struct json_writer *json, const struct candle_extent *extents, size_t count)
{
    json_key(json, "series");
    json_begin_array(json);
    for (size_t i = 0; i < count; i++) {
        json_begin_object(json);
        json_key(json, "symbol");
        json_str(json, extents[i].symbol);
        json_key(json, "interval");
        json_c(json, interval_name(extents[i].interval));
        json_key(json, "count");
        json_int(json, extents[i].rows);
        json_key(json, "first");
        json_int(json, extents[i].first_us / US_PER_S);
        json_key(json, "last");
        json_int(json, extents[i].last_us / US_PER_S);
        json_key(json, "gaps");
        json_int(json, extents[i].gaps);
        json_key(json, "missing");
        json_int(json, extents[i].missing_bars);
        json_end_object(json);
    }
    json_end_array(json);
}

void import_report_json(const struct import_report *report, const struct import_summary *summary,
                        const struct candle_extent *extents)
{
    const struct {
        const char *name;
        int64_t value;
    } counts[] = {
        {"files_stored", (int64_t)summary->files_stored},
        {"files_empty", (int64_t)summary->files_empty},
        {"files_rejected", (int64_t)summary->files_refused},
        {"added", summary->rows.added},
        {"unchanged", summary->rows.unchanged},
        {"revised", summary->rows.revised},
        {"left_out", summary->rows_left_out},
    };
    BUF_SCOPE(text, 64 * MIB);
    struct json_writer json = json_writer_on(&text);
    progress_clear(report->progress);
    json_begin_object(&json);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        json_key(&json, counts[i].name);
        json_int(&json, counts[i].value);
    }
    json_key(&json, "elapsed_s");
    json_double(&json, report->elapsed_s);
    write_series(&json, extents, summary->series_count);
    json_end_object(&json);
    if (!text.failed) printf("%.*s\n", STR_ARG(buf_str(&text)));
}
