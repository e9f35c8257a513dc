#include "market/candle_merge.h"

#include "base/cancel.h"
#include "market/ingest/row_list.h"

#include <math.h>

enum { STEP_ROWS = 4096 }; // that are merged between two looks at the watch

// What one run needs beside the merge itself.
struct run {
    struct candle_merge *merge;
    struct str symbol;
    enum interval interval;
    struct row_list revised; // the new values of rows that are there with others
};

// Sums that another program printed differ in their last digits: 0.00023199999999999997 is 0.000232.
static bool is_same_number(double a, double b)
{
    const double tolerance = 1e-14; // of the value; double keeps 16 digits
    return a == b || fabs(a - b) <= tolerance * fabs(a);
}

// Takes the stored value where the file has none; says whether the two differ.
static bool differs_or_fill(double *incoming, double stored)
{
    if (isnan(*incoming)) {
        *incoming = stored;
        return false;
    }
    return isnan(stored) || !is_same_number(*incoming, stored);
}

// Completes `incoming` with what only the stored row has; true when it says anything else than the stored
// row.
static bool complete_and_compare(struct candle_row *incoming, const struct candle_row *stored)
{
    const int64_t us_per_ms = 1000; // the same bar closes at …999 ms in one file and …999999 µs in another
    bool differs = false;
    if (incoming->close_time_us == CANDLE_NO_TIME)
        incoming->close_time_us = stored->close_time_us;
    else
        differs |= incoming->close_time_us / us_per_ms != stored->close_time_us / us_per_ms;
    if (incoming->trades == CANDLE_NO_COUNT)
        incoming->trades = stored->trades;
    else
        differs |= incoming->trades != stored->trades;
    differs |= differs_or_fill(&incoming->open, stored->open);
    differs |= differs_or_fill(&incoming->high, stored->high);
    differs |= differs_or_fill(&incoming->low, stored->low);
    differs |= differs_or_fill(&incoming->close, stored->close);
    differs |= differs_or_fill(&incoming->volume, stored->volume);
    differs |= differs_or_fill(&incoming->quote_volume, stored->quote_volume);
    differs |= differs_or_fill(&incoming->taker_buy_base, stored->taker_buy_base);
    differs |= differs_or_fill(&incoming->taker_buy_quote, stored->taker_buy_quote);
    return differs;
}

static struct candle_batch batch_of(const struct run *run, const struct candle_row *rows, size_t count)
{
    return (struct candle_batch){
        .symbol = run->symbol, .interval = run->interval, .rows = rows, .count = count};
}

static enum status keep_old(struct run *run, const struct candle_row *incoming,
                            const struct candle_row *stored, const struct revision_stamp *stamp,
                            struct error *error)
{
    const struct candle_batch old = batch_of(run, stored, 1);
    TRY(candle_appender_add(run->merge->revisions, &old, stamp, error));
    return row_list_add(&run->revised, incoming, error);
}

static enum status add_new(const struct run *run, const struct candle_row *rows, size_t count,
                           struct error *error)
{
    const struct candle_batch batch = batch_of(run, rows, count);
    return candle_appender_add(run->merge->candles, &batch, NULL, error);
}

// Rows [begin, end) of the file beside the table. New rows go to the table in spans, as they stand.
static enum status merge_step(struct run *run, struct candle_write *write, size_t begin, size_t end,
                              const struct revision_stamp *stamp, struct error *error)
{
    const struct candle_row *rows = write->batch.rows;
    size_t span_begin = begin;
    for (size_t i = begin; i < end; i++) {
        const struct candle_row *stored;
        TRY(stored_rows_find(run->merge->stored, rows[i].open_time_us, &stored, error));
        if (!stored) continue;
        TRY(add_new(run, rows + span_begin, i - span_begin, error));
        span_begin = i + 1;
        struct candle_row incoming = rows[i];
        if (complete_and_compare(&incoming, stored)) {
            TRY(keep_old(run, &incoming, stored, stamp, error));
            write->result.revised++;
        } else {
            write->result.unchanged++;
        }
    }
    return add_new(run, rows + span_begin, end - span_begin, error);
}

static enum status look(const struct candle_merge *merge, struct error *error)
{
    const struct candle_watch *watch = merge->watch;
    if (watch->on_rows) watch->on_rows(watch->context, merge->rows_done);
    return cancel_check(watch->is_cancelled, error);
}

static enum status merge_file(struct run *run, struct candle_write *write, int64_t revision,
                              struct error *error)
{
    const struct revision_stamp stamp = {.replaced_at_us = run->merge->now_us, .revision = revision};
    const size_t count = write->batch.count;
    for (size_t begin = 0, end; begin < count; begin = end) {
        end = count - begin < STEP_ROWS ? count : begin + STEP_ROWS;
        TRY(look(run->merge, error));
        TRY(merge_step(run, write, begin, end, &stamp, error));
        run->merge->rows_done += end - begin;
    }
    write->result.added = (int64_t)count - write->result.unchanged - write->result.revised;
    return STATUS_OK;
}

// The old values stand in candle_revisions already, under this run's numbers.
static enum status replace_revised(struct run *run, int64_t first_revision, struct error *error)
{
    if (run->revised.count == 0) return STATUS_OK;
    TRY(candle_appender_flush(run->merge->revisions, error));
    DUCK_QUERY_SCOPE query = {.is_cancelled = run->merge->watch->is_cancelled};
    TRY(duck_query_prepare(&query, run->merge->connection,
                           "DELETE FROM binance_candles AS c USING candle_revisions AS r "
                           "WHERE c.symbol = $1 AND c.\"interval\" = $2 AND c.open_time = r.open_time "
                           "AND r.symbol = $1 AND r.\"interval\" = $2 AND r.revision >= $3",
                           error));
    TRY(duck_query_bind_text(&query, 1, run->symbol, error));
    TRY(duck_query_bind_text(&query, 2, str_from_c(interval_name(run->interval)), error));
    TRY(duck_query_bind_int64(&query, 3, first_revision, error));
    TRY(duck_query_run(&query, error));
    return add_new(run, run->revised.rows, run->revised.count, error);
}

static enum status run_files(struct run *run, struct candle_write *writes, size_t count,
                             int64_t first_revision, struct error *error)
{
    const struct candle_batch *last = &writes[count - 1].batch;
    TRY(stored_rows_turn(run->merge->stored, run->symbol, run->interval,
                         last->rows[last->count - 1].open_time_us, error));
    for (size_t i = 0; i < count; i++)
        TRY(merge_file(run, &writes[i], first_revision + (int64_t)i, error));
    TRY(replace_revised(run, first_revision, error));
    return candle_appender_flush(run->merge->candles, error);
}

enum status candle_merge_run(struct candle_merge *merge, struct candle_write *writes, size_t count,
                             int64_t first_revision, struct error *error)
{
    struct run run = {.merge = merge, .symbol = writes[0].batch.symbol, .interval = writes[0].batch.interval};
    const enum status status = run_files(&run, writes, count, first_revision, error);
    row_list_done(&run.revised);
    return status;
}
