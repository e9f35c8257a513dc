#include "market/candle_store.h"

#include "base/cancel.h"
#include "base/clock.h"
#include "base/limits.h"
#include "market/candle_appender.h"
#include "market/candle_compact.h"
#include "market/candle_create.h"
#include "market/candle_extent.h"
#include "market/candle_merge.h"
#include "market/candle_schema.h"
#include "market/candle_sources.h"
#include "market/duck.h"
#include "market/writer_lock.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define WRITE_MEMORY_BYTES (1024 * MIB)
#define READERS_PATIENCE_US 30000000
#define RETRY_FIRST_US 2000 // pauses while a reader has the file, doubled up to RETRY_LAST_US
#define RETRY_LAST_US 20000

// A reader that waits tries again every 80 ms at the latest: after a second of writing it gets longer than
// that to come in.
#define SHORT_TURN_US 3000
#define LONG_TURN_US 90000
#define LONG_TURN_AFTER_US 1400000

#define SORT_ALWAYS_ROWS 1000000 // a table of up to so many rows is always put in order,
#define SORT_FRACTION 20         // a larger one when a twentieth of it is out of order

struct candle_writer {
    char path[PATH_MAX];
    struct writer_lock lock;
    int64_t now_us;
    int64_t not_before_us; // readers have their turn until then
    int64_t held_us;       // how long they were kept out since their last long turn
    struct candle_state state;
    struct candle_watch watch;
    int64_t adopted_rows; // candles of another tool that were taken over, -1: there were none
    bool is_prepared;     // the file is there, with its tables
    bool has_stored;
};

// The file while it is open for writing: everybody else is kept out.
struct window {
    struct candle_writer *writer;
    duckdb_database database;
    duckdb_connection connection;
    int64_t opened_us;
};

static void window_close(struct window *window)
{
    if (window->connection) duckdb_disconnect(&window->connection);
    if (!window->database) return;
    duckdb_close(&window->database);
    struct candle_writer *writer = window->writer;
    const int64_t now_us = clock_monotonic_us();
    writer->held_us += now_us - window->opened_us;
    const bool is_long = writer->held_us > LONG_TURN_AFTER_US && writer_lock_is_awaited(&writer->lock);
    if (is_long) writer->held_us = 0;
    writer->not_before_us = now_us + (is_long ? LONG_TURN_US : SHORT_TURN_US);
}
#define WINDOW_SCOPE __attribute__((cleanup(window_close))) struct window

static enum status window_open(struct candle_writer *writer, enum duck_access access, struct window *window,
                               struct error *error)
{
    char temp_directory[PATH_MAX + sizeof ".tmp"];
    (void)snprintf(temp_directory, sizeof temp_directory, "%s.tmp", writer->path);
    const struct duck_options options = {.access = access,
                                         .memory_limit_bytes = WRITE_MEMORY_BYTES,
                                         .temp_directory = str_from_c(temp_directory)};
    clock_pause_us(writer->not_before_us - clock_monotonic_us());
    const int64_t deadline_us = clock_monotonic_us() + READERS_PATIENCE_US;
    int64_t pause_us = RETRY_FIRST_US;
    enum status status;
    while ((status = duck_open(str_from_c(writer->path), &options, &window->database, error)) ==
           STATUS_UNAVAILABLE) {
        if (clock_monotonic_us() > deadline_us) return status;
        TRY(cancel_check(writer->watch.is_cancelled, error));
        clock_pause_us(pause_us);
        pause_us = pause_us * 2 < RETRY_LAST_US ? pause_us * 2 : RETRY_LAST_US;
    }
    if (status != STATUS_OK) return status;
    window->writer = writer;
    window->opened_us = clock_monotonic_us();
    return duck_connect(window->database, &window->connection, error);
}

// The file behind links, so that the lock and the rewritten file lie beside it and two names are one file.
static enum status resolve_path(struct str path, char out_path[static PATH_MAX], struct error *error)
{
    char given[PATH_MAX], folder_copy[PATH_MAX], name_copy[PATH_MAX], folder[PATH_MAX];
    if (path.len == 0 || !str_to_c(path, given, sizeof given))
        return error_set(error, STATUS_INVALID, NULL, "the path is empty or too long");
    if (realpath(given, out_path)) return STATUS_OK;
    (void)str_to_c(path, folder_copy, sizeof folder_copy);
    (void)str_to_c(path, name_copy, sizeof name_copy);
    if (errno != ENOENT || !realpath(dirname(folder_copy), folder))
        return error_set(error, STATUS_NOT_FOUND, NULL, "there is no such folder");
    const int len = snprintf(out_path, PATH_MAX, "%s/%s", folder, basename(name_copy));
    return len < PATH_MAX ? STATUS_OK : error_set(error, STATUS_INVALID, NULL, "the path is too long");
}

static enum status prepare_file(struct candle_writer *writer, struct error *error)
{
    WINDOW_SCOPE window = {0};
    TRY(candle_create(writer->path, error));
    TRY(window_open(writer, DUCK_WRITE, &window, error));
    TRY(duck_execute(window.connection, "BEGIN", error));
    TRY(candle_schema_ensure(window.connection, &writer->adopted_rows, error));
    TRY(candle_state_read(window.connection, &writer->state, error));
    TRY(duck_execute(window.connection, "COMMIT", error));
    writer->is_prepared = true;
    return STATUS_OK;
}

enum status candle_writer_open(struct str path, int64_t now_us, struct candle_writer **out_writer,
                               struct error *error)
{
    CANDLE_WRITER_SCOPE writer = calloc(1, sizeof *writer);
    if (!writer) return error_no_memory(error);
    writer->now_us = now_us;
    writer->adopted_rows = -1;
    writer->lock.fd = -1;
    TRY(resolve_path(path, writer->path, error));
    TRY(writer_lock_take(str_from_c(writer->path), &writer->lock, error));
    candle_compact_clean(writer->path);
    candle_create_clean(writer->path);
    if (access(writer->path, F_OK) == 0) TRY(prepare_file(writer, error));
    *out_writer = writer;
    writer = NULL;
    return STATUS_OK;
}

int64_t candle_writer_adopted(const struct candle_writer *writer)
{
    return writer->adopted_rows;
}

void candle_writer_watch(struct candle_writer *writer, const struct candle_watch *watch)
{
    writer->watch = *watch;
}

static bool continues_run(const struct candle_batch *last, const struct candle_batch *next)
{
    return next->interval == last->interval && str_eq(next->symbol, last->symbol) &&
           next->rows[0].open_time_us > last->rows[last->count - 1].open_time_us;
}

// How many files from the first on can be merged in one pass: one series, each behind the one before.
static size_t run_length(const struct candle_write *writes, size_t count)
{
    size_t length = 1;
    while (length < count && writes[length].batch.count > 0 &&
           continues_run(&writes[length - 1].batch, &writes[length].batch))
        length++;
    return length;
}

static struct candle_key key_of(const struct candle_batch *batch, const struct candle_row *row)
{
    struct candle_key key = {.open_time_us = row->open_time_us};
    (void)str_to_c(batch->symbol, key.symbol, sizeof key.symbol);
    (void)str_to_c(str_from_c(interval_name(batch->interval)), key.interval, sizeof key.interval);
    return key;
}

// What was appended stands behind what was there.
static void note_order(struct candle_state *state, const struct candle_write *write)
{
    const struct candle_batch *batch = &write->batch;
    const int64_t appended = write->result.added + write->result.revised;
    const struct candle_key first = key_of(batch, &batch->rows[0]);
    const struct candle_key last = key_of(batch, &batch->rows[batch->count - 1]);
    if (appended == 0) return;
    if (candle_key_compare(&first, &state->last) <= 0 || write->result.revised > 0)
        state->unsorted_rows += appended;
    if (candle_key_compare(&last, &state->last) > 0) state->last = last;
}

static enum status merge_all(const struct candle_writer *writer, duckdb_connection connection,
                             struct candle_write *writes, size_t count, struct error *error)
{
    CANDLE_APPENDER_SCOPE candles = {0};
    CANDLE_APPENDER_SCOPE revisions = {0};
    STORED_ROWS_SCOPE stored = {0};
    TRY(candle_appender_open(&candles, connection, CANDLE_TABLE, error));
    TRY(candle_appender_open(&revisions, connection, REVISION_TABLE, error));
    TRY(stored_rows_open(&stored, connection, error));
    struct candle_merge merge = {.connection = connection,
                                 .candles = &candles,
                                 .revisions = &revisions,
                                 .stored = &stored,
                                 .now_us = writer->now_us,
                                 .watch = &writer->watch};
    for (size_t i = 0; i < count;) {
        writes[i].result = (struct candle_write_result){0};
        if (writes[i].batch.count == 0) {
            i++;
            continue;
        }
        const size_t length = run_length(writes + i, count - i);
        TRY(candle_merge_run(&merge, writes + i, length, writer->state.revision + 1 + (int64_t)i, error));
        i += length;
    }
    return STATUS_OK;
}

static bool changes_anything(const struct candle_write *writes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (writes[i].result.added + writes[i].result.revised > 0) return true;
    return false;
}

static enum status store_in_window(struct candle_writer *writer, duckdb_connection connection,
                                   struct candle_write *writes, size_t count, struct error *error)
{
    struct candle_state state = writer->state;
    TRY(duck_execute(connection, "BEGIN", error));
    TRY(merge_all(writer, connection, writes, count, error));
    if (!changes_anything(writes, count)) return duck_execute(connection, "ROLLBACK", error);
    const struct candle_sources sources = {.writes = writes,
                                           .count = count,
                                           .first_revision = writer->state.revision + 1,
                                           .now_us = writer->now_us};
    TRY(candle_sources_append(&sources, connection, error));
    for (size_t i = 0; i < count; i++)
        if (writes[i].batch.count > 0) note_order(&state, &writes[i]);
    state.revision += (int64_t)count;
    TRY(candle_state_write(connection, &state, error));
    TRY(cancel_check(writer->watch.is_cancelled, error));
    TRY(duck_execute(connection, "COMMIT", error));
    writer->state = state;
    writer->has_stored = true;
    return STATUS_OK;
}

enum status candle_writer_store(struct candle_writer *writer, struct candle_write *writes, size_t count,
                                struct error *error)
{
    if (!writer->is_prepared) TRY(prepare_file(writer, error));
    WINDOW_SCOPE window = {0};
    TRY(window_open(writer, DUCK_WRITE, &window, error));
    return store_in_window(writer, window.connection, writes, count, error);
}

enum status candle_writer_measure(struct candle_writer *writer, struct candle_extent *extents, size_t count,
                                  struct error *error)
{
    if (!writer->is_prepared) return STATUS_OK;
    WINDOW_SCOPE window = {0};
    TRY(window_open(writer, DUCK_READ, &window, error));
    for (size_t i = 0; i < count; i++)
        TRY(candle_extent_measure(window.connection, &extents[i], error));
    return STATUS_OK;
}

enum status candle_writer_count(struct candle_writer *writer, int64_t *out_rows, struct error *error)
{
    if (!writer->is_prepared) {
        *out_rows = 0;
        return STATUS_OK;
    }
    WINDOW_SCOPE window = {0};
    TRY(window_open(writer, DUCK_READ, &window, error));
    DUCK_QUERY_SCOPE query = {0};
    TRY(duck_query_prepare(&query, window.connection, "SELECT count(*) FROM binance_candles", error));
    TRY(duck_query_start(&query, error));
    TRY(duck_query_next(&query, error));
    if (query.row_count != 1) return error_set(error, STATUS_INTERNAL, NULL, "no answer to a count");
    *out_rows = duck_query_int64s(&query, 0)[0];
    return STATUS_OK;
}

static enum status sort_if_needed(struct candle_writer *writer, struct error *error)
{
    int64_t rows = 0;
    if (!writer->has_stored || writer->state.unsorted_rows == 0) return STATUS_OK;
    TRY(candle_writer_count(writer, &rows, error));
    const bool is_worth_it = rows <= SORT_ALWAYS_ROWS || writer->state.unsorted_rows >= rows / SORT_FRACTION;
    if (!is_worth_it) return STATUS_OK;
    const enum status status = candle_compact(writer->path, writer->watch.is_cancelled, error);
    return status == STATUS_CANCELLED ? STATUS_OK : status;
}

enum status candle_writer_close(struct candle_writer **writer, struct error *error)
{
    const enum status status = sort_if_needed(*writer, error);
    candle_writer_abandon(writer);
    return status;
}

void candle_writer_abandon(struct candle_writer **writer)
{
    if (!*writer) return;
    writer_lock_release(&(*writer)->lock);
    free(*writer);
    *writer = NULL;
}
