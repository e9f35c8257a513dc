#include "market/provenance_reader.h"

#include "market/coverage_reader.h"
#include "market/duck.h"

#include <string.h>

static const char select_origins[] =
    "SELECT file_name, sha256, coalesce(\"rows\", 0), coalesce(epoch_us(imported_at), 0), revision, "
    "epoch_us(first_open_time), epoch_us(last_open_time), coalesce(added, 0), coalesce(revised, 0) "
    "FROM candle_sources WHERE symbol = $1 AND \"interval\" = $2 AND epoch_us(last_open_time) >= $3 "
    "AND epoch_us(first_open_time) < $4 AND revision > $5 ORDER BY revision LIMIT $6";

#define OR_NAN(column) "coalesce(" column ", CAST('nan' AS DOUBLE)), "

static const char select_revisions[] =
    "WITH page AS (SELECT * FROM candle_revisions WHERE symbol = $1 AND \"interval\" = $2 "
    "AND epoch_us(open_time) >= $3 AND epoch_us(open_time) < $4 AND epoch_us(replaced_at) > $7 "
    "AND (epoch_us(open_time) > $8 OR (epoch_us(open_time) = $8 AND revision > $5)) "
    "ORDER BY open_time, revision LIMIT $6) "
    "SELECT epoch_us(r.open_time), coalesce(epoch_us(r.replaced_at), 0), r.revision, " OR_NAN(
        "r.open") OR_NAN("r.high") OR_NAN("r.low") OR_NAN("r.close") OR_NAN("r.volume") OR_NAN("c.open")
        OR_NAN("c.high") OR_NAN("c.low") OR_NAN("c.close") OR_NAN(
            "c.volume") "coalesce(s.file_name, ''), coalesce(s.sha256, '') FROM page r "
                        "LEFT JOIN (SELECT * FROM candle_sources WHERE symbol = $1 AND \"interval\" = $2) s "
                        "ON s.revision = r.revision "
                        "LEFT JOIN (SELECT * FROM binance_candles WHERE symbol = $1 AND \"interval\" = $2) c "
                        "ON c.open_time = r.open_time ORDER BY r.open_time, r.revision";

static const char select_counts[] =
    "SELECT symbol, \"interval\", count(DISTINCT open_time), min(epoch_us(open_time)), max(epoch_us(open_time)) "
    "FROM candle_revisions WHERE epoch_us(open_time) >= $1 AND epoch_us(open_time) < $2 "
    "AND epoch_us(replaced_at) > $3 GROUP BY 1, 2 ORDER BY 1, 2";

enum { COLUMN_BEFORE = 3, COLUMN_NOW = 8, COLUMN_FILE = 13, COLUMN_SHA256 = 14 };

static enum status bind_common(struct duck_query *query, const struct provenance_query *wanted,
                               struct error *error)
{
    TRY(duck_query_bind_text(query, 1, wanted->symbol, error));
    TRY(duck_query_bind_text(query, 2, str_from_c(interval_name(wanted->interval)), error));
    TRY(duck_query_bind_int64(query, 3, wanted->from_us, error));
    TRY(duck_query_bind_int64(query, 4, wanted->to_us, error));
    TRY(duck_query_bind_int64(query, 5, wanted->after_revision, error));
    return duck_query_bind_int64(query, 6, (int64_t)wanted->limit, error);
}

static struct candle_origin origin_at(const struct duck_query *query, size_t row, struct arena *arena)
{
    return (struct candle_origin){.file_name = str_copy(arena, duck_query_text(query, 0, row)),
                                  .sha256 = str_copy(arena, duck_query_text(query, 1, row)),
                                  .rows = duck_query_int64s(query, 2)[row],
                                  .imported_at_us = duck_query_int64s(query, 3)[row],
                                  .revision = duck_query_int64s(query, 4)[row],
                                  .first_us = duck_query_int64s(query, 5)[row],
                                  .last_us = duck_query_int64s(query, 6)[row],
                                  .added = duck_query_int64s(query, 7)[row],
                                  .revised = duck_query_int64s(query, 8)[row]};
}

static struct candle_values values_at(const struct duck_query *query, size_t first, size_t row)
{
    return (struct candle_values){.open = duck_query_doubles(query, first)[row],
                                  .high = duck_query_doubles(query, first + 1)[row],
                                  .low = duck_query_doubles(query, first + 2)[row],
                                  .close = duck_query_doubles(query, first + 3)[row],
                                  .volume = duck_query_doubles(query, first + 4)[row]};
}

static struct candle_revision revision_at(const struct duck_query *query, size_t row, struct arena *arena)
{
    return (struct candle_revision){.time_us = duck_query_int64s(query, 0)[row],
                                    .replaced_at_us = duck_query_int64s(query, 1)[row],
                                    .revision = duck_query_int64s(query, 2)[row],
                                    .file_name = str_copy(arena, duck_query_text(query, COLUMN_FILE, row)),
                                    .sha256 = str_copy(arena, duck_query_text(query, COLUMN_SHA256, row)),
                                    .before = values_at(query, COLUMN_BEFORE, row),
                                    .now = values_at(query, COLUMN_NOW, row)};
}

// Starts the statement and reads the first rows; none where the file has no records.
static enum status start(struct duck_query *rows, duckdb_connection connection, const char *sql,
                         const struct provenance_query *query, struct error *error)
{
    bool is_ours = false;
    TRY(coverage_reader_has_table(connection, STR("candle_sources"), &is_ours, error));
    if (!is_ours) return STATUS_OK;
    TRY(duck_query_prepare(rows, connection, sql, error));
    TRY(bind_common(rows, query, error));
    if (sql == select_revisions) {
        TRY(duck_query_bind_int64(rows, 7, query->since_us, error));
        TRY(duck_query_bind_int64(rows, 8, query->after_time_us, error));
    }
    TRY(duck_query_start(rows, error));
    return duck_query_next(rows, error);
}

enum status provenance_read_origins(duckdb_connection connection, const struct provenance_query *query,
                                    struct arena *arena, struct provenance_page *page, struct error *error)
{
    DUCK_QUERY_SCOPE rows = {0};
    page->origins = ARENA_ARRAY(arena, struct candle_origin, query->limit);
    if (!page->origins) return error_no_memory(error);
    TRY(start(&rows, connection, select_origins, query, error));
    while (rows.row_count > 0) {
        for (size_t row = 0; row < rows.row_count && page->count < query->limit; row++)
            page->origins[page->count++] = origin_at(&rows, row, arena);
        TRY(duck_query_next(&rows, error));
    }
    return STATUS_OK;
}

enum status provenance_read_revisions(duckdb_connection connection, const struct provenance_query *query,
                                      struct arena *arena, struct provenance_page *page, struct error *error)
{
    DUCK_QUERY_SCOPE rows = {0};
    page->revisions = ARENA_ARRAY(arena, struct candle_revision, query->limit);
    if (!page->revisions) return error_no_memory(error);
    TRY(start(&rows, connection, select_revisions, query, error));
    while (rows.row_count > 0) {
        for (size_t row = 0; row < rows.row_count && page->count < query->limit; row++)
            page->revisions[page->count++] = revision_at(&rows, row, arena);
        TRY(duck_query_next(&rows, error));
    }
    return STATUS_OK;
}

static enum status append_counts(const struct duck_query *rows, struct arena *arena,
                                 struct revision_counts *counts, struct error *error)
{
    const size_t count = counts->count + rows->row_count;
    struct revision_count *items = ARENA_ARRAY(arena, struct revision_count, count);
    if (!items) return error_no_memory(error);
    if (counts->count) memcpy(items, counts->items, counts->count * sizeof *items);
    for (size_t row = 0; row < rows->row_count; row++)
        items[counts->count + row] =
            (struct revision_count){.symbol = str_copy(arena, duck_query_text(rows, 0, row)),
                                    .interval = str_copy(arena, duck_query_text(rows, 1, row)),
                                    .candles = duck_query_int64s(rows, 2)[row],
                                    .first_us = duck_query_int64s(rows, 3)[row],
                                    .last_us = duck_query_int64s(rows, 4)[row]};
    *counts = (struct revision_counts){items, count};
    return STATUS_OK;
}

enum status provenance_count_revisions(duckdb_connection connection, const struct provenance_query *query,
                                       struct arena *arena, struct revision_counts *out_counts,
                                       struct error *error)
{
    DUCK_QUERY_SCOPE rows = {0};
    bool is_ours = false;
    *out_counts = (struct revision_counts){0};
    TRY(coverage_reader_has_table(connection, STR("candle_sources"), &is_ours, error));
    if (!is_ours) return STATUS_OK;
    TRY(duck_query_prepare(&rows, connection, select_counts, error));
    TRY(duck_query_bind_int64(&rows, 1, query->from_us, error));
    TRY(duck_query_bind_int64(&rows, 2, query->to_us, error));
    TRY(duck_query_bind_int64(&rows, 3, query->since_us, error));
    TRY(duck_query_start(&rows, error));
    for (;;) {
        TRY(duck_query_next(&rows, error));
        if (rows.row_count == 0) return STATUS_OK;
        TRY(append_counts(&rows, arena, out_counts, error));
    }
}
