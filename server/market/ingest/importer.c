#include "market/ingest/importer.h"

#include "base/cancel.h"
#include "base/clock.h"
#include "market/ingest/read_ahead.h"

#include <stdlib.h>

// One transaction: enough rows that opening and closing the file costs little (below half a million DuckDB
// rewrites its last row groups again and again), few enough that readers wait half a second; so do they for a
// thousand files of a day.
enum { GROUP_ROWS = 524288, GROUP_FILES = 1024, TELL_EVERY_US = 100 * 1000 };

struct group {
    struct read_result results[GROUP_FILES];
    struct candle_write writes[GROUP_FILES]; // one for each result, empty for those refused
    size_t count;
    size_t rows;
    int64_t bytes;
};

struct import {
    struct candle_writer *writer;
    const struct import_options *options;
    struct read_ahead *ahead;
    struct import_progress progress; // of the files that are stored
    int64_t bytes_read;              // of the files that are taken
    int64_t told_us;
    struct import_summary *summary;
    struct group *group;
};

static void add_to_group(struct group *group, const struct read_result *result)
{
    group->results[group->count] = *result;
    const struct ingest_file *file = &group->results[group->count].file;
    struct candle_write *write = &group->writes[group->count];
    *write = (struct candle_write){
        .batch = {.symbol = str_from_c(file->series.symbol),
                  .interval = file->series.interval,
                  .rows = file->rows.rows,
                  .count = file->rows.count},
        .source = {.file_name = path_file_name(str_from_c(result->path))},
    };
    (void)str_to_c(str_from_c(file->sha256), write->source.sha256, sizeof write->source.sha256);
    group->rows += file->rows.count;
    group->bytes += result->bytes;
    group->count++;
}

// `bytes` and `rows` of what is not stored yet are read, or merged.
static void tell(struct import *import, int64_t bytes_read, int64_t bytes_merged, int64_t rows_merged)
{
    const struct import_listener *listener = &import->options->listener;
    struct import_progress progress = import->progress;
    if (!listener->on_progress) return;
    progress.bytes_done = (progress.bytes_done + bytes_merged + import->bytes_read + bytes_read) / 2;
    progress.rows_done += rows_merged;
    import->told_us = clock_monotonic_us();
    listener->on_progress(listener->context, &progress);
}

static enum status note_series(struct import_summary *summary, const struct series_name *series,
                               struct error *error)
{
    const size_t count = summary->series_count;
    if (count > 0 && series_name_eq(&summary->series[count - 1], series)) return STATUS_OK;
    if ((count & (count - 1)) == 0) { // grows at powers of two
        struct series_name *grown = reallocarray(summary->series, count ? count * 2 : 1, sizeof *grown);
        if (!grown) return error_no_memory(error);
        summary->series = grown;
    }
    summary->series[summary->series_count++] = *series;
    return STATUS_OK;
}

static enum status account(struct import *import, const struct read_result *result,
                           const struct candle_write *write, struct error *error)
{
    struct import_summary *summary = import->summary;
    const bool is_refused = result->status != STATUS_OK;
    summary->files_refused += is_refused;
    summary->files_empty += !is_refused && write->batch.count == 0;
    summary->files_stored += !is_refused && write->batch.count > 0;
    summary->rows.added += write->result.added;
    summary->rows.unchanged += write->result.unchanged;
    summary->rows.revised += write->result.revised;
    if (!is_refused) summary->rows_left_out += result->file.report.left_out_count;
    import->progress.files_done++;
    import->progress.bytes_done += result->bytes;
    import->progress.rows_done += (int64_t)write->batch.count;
    const struct import_listener *listener = &import->options->listener;
    if (listener->on_file)
        listener->on_file(listener->context,
                          &(struct import_event){.path = result->path,
                                                 .report = &result->file.report,
                                                 .refusal = is_refused ? &result->error : NULL,
                                                 .result = &write->result});
    return write->batch.count > 0 ? note_series(summary, &result->file.series, error) : STATUS_OK;
}

static void drop_group(struct import *import)
{
    for (size_t i = 0; i < import->group->count; i++)
        read_ahead_release(import->ahead, &import->group->results[i]);
    import->group->count = import->group->rows = 0;
    import->group->bytes = 0;
}

static enum status account_group(struct import *import, struct error *error)
{
    for (size_t i = 0; i < import->group->count; i++)
        TRY(account(import, &import->group->results[i], &import->group->writes[i], error));
    return STATUS_OK;
}

// The writer's watch, from within a transaction.
static void on_rows(void *context, size_t rows)
{
    struct import *import = context;
    const struct group *group = import->group;
    if (clock_monotonic_us() - import->told_us < TELL_EVERY_US) return;
    tell(import, 0, (int64_t)((double)group->bytes * (double)rows / (double)group->rows), (int64_t)rows);
}

static enum status store_group(struct import *import, struct error *error)
{
    enum status status = STATUS_OK;
    if (import->group->rows > 0)
        status = candle_writer_store(import->writer, import->group->writes, import->group->count, error);
    if (status == STATUS_OK) status = account_group(import, error);
    drop_group(import);
    if (status == STATUS_OK) tell(import, 0, 0, 0);
    return status;
}

// False: there is no further file, or the end is asked for.
static bool take_file(struct import *import, struct read_result *result)
{
    const atomic_bool *is_cancelled = import->options->is_cancelled;
    int64_t bytes;
    while (!cancel_asked(is_cancelled) && !read_ahead_wait(import->ahead, TELL_EVERY_US, &bytes))
        tell(import, bytes, 0, 0);
    if (cancel_asked(is_cancelled) || !read_ahead_take(import->ahead, result)) return false;
    import->bytes_read += result->bytes;
    return true;
}

static enum status store_all(struct import *import, struct error *error)
{
    const atomic_bool *is_cancelled = import->options->is_cancelled;
    struct read_result result;
    while (take_file(import, &result)) {
        add_to_group(import->group, &result);
        if (cancel_asked(is_cancelled)) break; // while it was read
        if (import->group->rows >= GROUP_ROWS || import->group->count == GROUP_FILES)
            TRY(store_group(import, error));
    }
    // with the last file stored it is done, whoever asks for the end now
    if (import->progress.files_done < import->progress.files_total) TRY(cancel_check(is_cancelled, error));
    return store_group(import, error);
}

static int by_series(const void *a, const void *b)
{
    return series_name_compare(a, b);
}

static void make_series_unique(struct import_summary *summary)
{
    if (summary->series_count == 0) return;
    qsort(summary->series, summary->series_count, sizeof *summary->series, by_series);
    size_t kept = 1;
    for (size_t i = 1; i < summary->series_count; i++)
        if (!series_name_eq(&summary->series[i], &summary->series[kept - 1]))
            summary->series[kept++] = summary->series[i];
    summary->series_count = kept;
}

enum status import_run(struct candle_writer *writer, const struct file_list *files,
                       const struct import_options *options, struct import_summary *summary,
                       struct error *error)
{
    struct import import = {
        .writer = writer,
        .options = options,
        .progress = {.files_total = files->count, .bytes_total = files->total_bytes},
        .summary = summary,
        .group = calloc(1, sizeof *import.group),
    };
    if (!import.group) return error_no_memory(error);
    struct ingest_file_rules rules = options->rules;
    rules.watch.is_cancelled = options->is_cancelled;
    candle_writer_watch(writer, &(struct candle_watch){options->is_cancelled, on_rows, &import});
    enum status status = read_ahead_start(files, &rules, options->thread_count, &import.ahead, error);
    if (status == STATUS_OK) {
        status = store_all(&import, error);
        drop_group(&import);
        read_ahead_stop(&import.ahead);
    }
    candle_writer_watch(writer, &(struct candle_watch){.is_cancelled = options->is_cancelled});
    free(import.group);
    make_series_unique(summary);
    return status;
}

void import_summary_done(struct import_summary *summary)
{
    free(summary->series);
    *summary = (struct import_summary){0};
}
