#include "market/export/export_csv.h"

#include "base/digits.h"
#include "base/limits.h"
#include "base/number.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

// A chunk of DuckDB has at most 2048 rows; eleven fields of it take less than 400 bytes.
enum { CHUNK_ROWS_MAX = 2048, ROW_BYTES_MAX = 400, SQL_MAX_BYTES = 32 * 1024 };
#define CHUNK_TEXT_BYTES ((size_t)CHUNK_ROWS_MAX * ROW_BYTES_MAX)

enum column_kind { COLUMN_INTEGER, COLUMN_NUMBER };

static const struct csv_column {
    const char *name, *expression;
    enum column_kind kind;
} columns[] = {
    {"open_time", "epoch_us(open_time)", COLUMN_INTEGER},
    {"open", "open", COLUMN_NUMBER},
    {"high", "high", COLUMN_NUMBER},
    {"low", "low", COLUMN_NUMBER},
    {"close", "close", COLUMN_NUMBER},
    {"volume", "volume", COLUMN_NUMBER},
    {"close_time", "epoch_us(close_time)", COLUMN_INTEGER},
    {"quote_volume", "quote_volume", COLUMN_NUMBER},
    {"trades", "trades", COLUMN_INTEGER},
    {"taker_buy_base", "taker_buy_base", COLUMN_NUMBER},
    {"taker_buy_quote", "taker_buy_quote", COLUMN_NUMBER},
};

enum { COLUMN_COUNT = sizeof columns / sizeof columns[0] };

// The values of a chunk, borrowed from it.
struct csv_values {
    const int64_t *integers; // of a COLUMN_INTEGER
    const double *numbers;   // of a COLUMN_NUMBER
    uint64_t *validity;      // NULL: none is absent
};

static void take_values(const struct duck_query *query, struct csv_values values[static COLUMN_COUNT])
{
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        values[i] = (struct csv_values){
            .integers = columns[i].kind == COLUMN_INTEGER ? duck_query_int64s(query, i) : NULL,
            .numbers = columns[i].kind == COLUMN_NUMBER ? duck_query_doubles(query, i) : NULL,
            .validity = duck_query_validity(query, i),
        };
}

static bool is_there(const struct csv_values *values, size_t row)
{
    if (values->validity && !(values->validity[row / 64] >> row % 64 & 1)) return false;
    return values->integers || isfinite(values->numbers[row]);
}

static char *put_value(char *out, const struct csv_values *values, size_t row)
{
    if (!is_there(values, row)) return out;
    if (values->integers) return digits_put_signed(out, values->integers[row]);
    return out + number_format(values->numbers[row], out);
}

static char *put_row(char *out, const struct csv_values values[static COLUMN_COUNT], size_t row)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        if (i > 0) *out++ = ',';
        out = put_value(out, &values[i], row);
    }
    *out++ = '\n';
    return out;
}

static enum status put_chunk(const struct duck_query *query, struct buf *text, struct error *error)
{
    struct csv_values values[COLUMN_COUNT];
    take_values(query, values);
    buf_clear(text);
    if (!buf_reserve(text, query->row_count * ROW_BYTES_MAX)) return error_no_memory(error);
    char *end = text->data;
    for (size_t row = 0; row < query->row_count; row++)
        end = put_row(end, values, row);
    text->len = (size_t)(end - text->data);
    return STATUS_OK;
}

static enum status write_all(int fd, struct str text, struct error *error)
{
    for (size_t done = 0; done < text.len;) {
        const ssize_t wrote = write(fd, text.ptr + done, text.len - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0)
            return error_set(error,
                             errno == ENOSPC || errno == EDQUOT ? STATUS_STORAGE_FULL : STATUS_UNAVAILABLE,
                             NULL, "cannot be written: %s", strerrordesc_np(errno));
        done += (size_t)wrote;
    }
    return STATUS_OK;
}

static void put_header(struct buf *text)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        buf_append_format(text, "%s%s", i > 0 ? "," : "", columns[i].name);
    buf_append_char(text, '\n');
}

static void put_select(const struct export_source *source, struct buf *sql)
{
    BUF_SCOPE(list, SQL_MAX_BYTES);
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        buf_append_format(&list, "%s%s", i > 0 ? ", " : "", columns[i].expression);
    export_source_append_select(source, buf_str(&list), sql);
    buf_append_char(sql, '\0');
    sql->failed = sql->failed || list.failed;
}

static enum status write_rows(const struct export_source *source, struct duck_query *query, int fd,
                              struct error *error)
{
    BUF_SCOPE(text, CHUNK_TEXT_BYTES);
    int64_t row_count = 0;
    put_header(&text);
    for (;;) {
        if (text.failed) return error_no_memory(error);
        TRY(write_all(fd, buf_str(&text), error));
        TRY(export_source_tell(source, row_count, error));
        TRY(duck_query_next(query, error));
        if (query->row_count == 0) return STATUS_OK;
        TRY(put_chunk(query, &text, error));
        row_count += (int64_t)query->row_count;
    }
}

enum status export_csv(const struct export_source *source, int fd, struct error *error)
{
    BUF_SCOPE(sql, SQL_MAX_BYTES);
    DUCK_QUERY_SCOPE query = {0};
    put_select(source, &sql);
    if (sql.failed) return error_no_memory(error);
    TRY(duck_query_prepare(&query, source->connection, sql.data, error));
    TRY(duck_query_start(&query, error));
    return write_rows(source, &query, fd, error);
}
