// A CSV file of candles: what is kept obeys the rules and ascends, reads the same when it is printed and read
// again, and is the same whether bad rows are skipped or there are none.
#include "base/buf.h"
#include "base/limits.h"
#include "base/number.h"
#include "market/ingest/candle_csv.h"
#include "market/ingest/row_rules.h"

#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) abort();
}

struct reading {
    struct row_list rows;
    struct ingest_report report;
    enum status status;
};

static void read_text(struct str text, enum interval interval, bool skips_bad_rows,
                      struct reading *out_reading)
{
    const struct series_name series = {.symbol = "BTCUSDT", .interval = interval};
    const struct candle_csv_rules rules = {.series = &series, .skips_bad_rows = skips_bad_rows};
    struct error error = {0};
    BYTE_SOURCE_SCOPE source;
    byte_source_open_memory(&source, text);
    *out_reading = (struct reading){0};
    out_reading->status = candle_csv_read(&source, &rules, &out_reading->rows, &out_reading->report, &error);
    require(out_reading->status == STATUS_OK || error.message[0]);
}

static void check_rules(const struct row_list *rows, enum interval interval)
{
    for (size_t i = 0; i < rows->count; i++) {
        require(candle_row_check(&rows->rows[i], interval, NULL) == STATUS_OK);
        require(i == 0 || rows->rows[i].open_time_us > rows->rows[i - 1].open_time_us);
    }
}

static void print_number(struct buf *text, double value)
{
    char number[NUMBER_TEXT_MAX];
    buf_append_char(text, ',');
    if (!isnan(value)) buf_append(text, number, number_format(value, number));
}

static void print_row(struct buf *text, const struct candle_row *row)
{
    buf_append_format(text, "%" PRId64, row->open_time_us);
    const double values[] = {row->open,           row->high,           row->low,
                             row->close,          row->volume,         row->quote_volume,
                             row->taker_buy_base, row->taker_buy_quote};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        print_number(text, values[i]);
    buf_append_char(text, ',');
    if (row->trades != CANDLE_NO_COUNT) buf_append_format(text, "%" PRId64, row->trades);
    buf_append_char(text, ',');
    if (row->close_time_us != CANDLE_NO_TIME) buf_append_format(text, "%" PRId64, row->close_time_us);
    buf_append_char(text, '\n');
}

static void require_same(const struct row_list *a, const struct row_list *b)
{
    require(a->count == b->count);
    for (size_t i = 0; i < a->count; i++)
        require(memcmp(&a->rows[i], &b->rows[i], offsetof(struct candle_row, line)) == 0);
}

static void check_round_trip(const struct row_list *rows, enum interval interval)
{
    BUF_SCOPE(text, 64 * MIB);
    struct reading again;
    buf_append_str(
        &text, STR("open_time,open,high,low,close,volume,quote_volume,taker_buy_base,taker_buy_quote,trades,"
                   "close_time\n"));
    for (size_t i = 0; i < rows->count; i++)
        print_row(&text, &rows->rows[i]);
    require(!text.failed);
    read_text(buf_str(&text), interval, false, &again);
    require(again.status == STATUS_OK);
    require_same(rows, &again.rows);
    row_list_done(&again.rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) return 0;
    const enum interval interval = (enum interval)(data[0] % INTERVAL_COUNT);
    const struct str text = {.ptr = (const char *)data + 1, .len = size - 1};
    struct reading strict, skipping;
    read_text(text, interval, false, &strict);
    read_text(text, interval, true, &skipping);
    if (strict.status == STATUS_OK) {
        check_rules(&strict.rows, interval);
        require(skipping.status == STATUS_OK && skipping.report.left_out_count == 0);
        require_same(&strict.rows, &skipping.rows);
        check_round_trip(&strict.rows, interval);
    } else if (skipping.status == STATUS_OK) {
        require(skipping.report.left_out_count > 0);
        check_rules(&skipping.rows, interval);
        check_round_trip(&skipping.rows, interval);
    }
    row_list_done(&strict.rows);
    row_list_done(&skipping.rows);
    return 0;
}
