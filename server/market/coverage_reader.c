#include "market/coverage_reader.h"

#include "market/duck.h"

static const char select_sources[] =
    "SELECT symbol, \"interval\", coalesce(epoch_us(max(imported_at)), 0), count(*), "
    "coalesce(sum(added), 0)::BIGINT, coalesce(sum(revised), 0)::BIGINT FROM candle_sources "
    "WHERE symbol IS NOT NULL AND \"interval\" IS NOT NULL GROUP BY symbol, \"interval\"";

// Files close a bar at ...999 ms or ...999999 us: less than a millisecond is no cut.
static const char select_cut[] =
    "SELECT symbol, \"interval\", count(*) FROM binance_candles WHERE close_time IS NOT NULL AND "
    "epoch_us(close_time) + 1000 < epoch_us(open_time + CASE \"interval\" "
    "WHEN '1s' THEN INTERVAL 1 SECOND WHEN '1m' THEN INTERVAL 1 MINUTE WHEN '3m' THEN INTERVAL 3 MINUTE "
    "WHEN '5m' THEN INTERVAL 5 MINUTE WHEN '15m' THEN INTERVAL 15 MINUTE WHEN '30m' THEN INTERVAL 30 MINUTE "
    "WHEN '1h' THEN INTERVAL 1 HOUR WHEN '2h' THEN INTERVAL 2 HOUR WHEN '4h' THEN INTERVAL 4 HOUR "
    "WHEN '6h' THEN INTERVAL 6 HOUR WHEN '8h' THEN INTERVAL 8 HOUR WHEN '12h' THEN INTERVAL 12 HOUR "
    "WHEN '1d' THEN INTERVAL 1 DAY WHEN '3d' THEN INTERVAL 3 DAY WHEN '1w' THEN INTERVAL 7 DAY "
    "WHEN '1mo' THEN INTERVAL 1 MONTH END) GROUP BY symbol, \"interval\"";

enum status coverage_reader_has_table(duckdb_connection connection, struct str name, bool *out_has_table,
                                      struct error *error)
{
    DUCK_QUERY_SCOPE query = {0};
    TRY(duck_query_prepare(&query, connection,
                           "SELECT count(*) FROM duckdb_tables() WHERE database_name = current_database() "
                           "AND schema_name = 'main' AND table_name = $1",
                           error));
    TRY(duck_query_bind_text(&query, 1, name, error));
    TRY(duck_query_start(&query, error));
    TRY(duck_query_next(&query, error));
    *out_has_table = query.row_count == 1 && duck_query_int64s(&query, 0)[0] > 0;
    return STATUS_OK;
}

static struct coverage_fact *find_fact(const struct coverage_facts *facts, const struct duck_query *query,
                                       size_t row)
{
    enum interval interval;
    if (!interval_parse(duck_query_text(query, 1, row), &interval)) return NULL;
    return facts->find(facts->context, duck_query_text(query, 0, row), interval);
}

static void take_sources(const struct duck_query *query, size_t row, struct coverage_fact *fact)
{
    fact->last_import_us = duck_query_int64s(query, 2)[row];
    fact->files = duck_query_int64s(query, 3)[row];
    fact->added = duck_query_int64s(query, 4)[row];
    fact->revisions = duck_query_int64s(query, 5)[row];
}

static void take_cut(const struct duck_query *query, size_t row, struct coverage_fact *fact)
{
    fact->cut_bars = duck_query_int64s(query, 2)[row];
}

static enum status read_all(duckdb_connection connection, const char *sql, const struct coverage_facts *facts,
                            void take(const struct duck_query *, size_t, struct coverage_fact *),
                            struct error *error)
{
    DUCK_QUERY_SCOPE query = {0};
    TRY(duck_query_prepare(&query, connection, sql, error));
    TRY(duck_query_start(&query, error));
    for (;;) {
        TRY(duck_query_next(&query, error));
        if (query.row_count == 0) return STATUS_OK;
        for (size_t row = 0; row < query.row_count; row++) {
            struct coverage_fact *fact = find_fact(facts, &query, row);
            if (fact) take(&query, row, fact);
        }
    }
}

enum status coverage_reader_facts(duckdb_connection connection, const struct coverage_facts *facts,
                                  struct error *error)
{
    bool is_ours = false;
    TRY(coverage_reader_has_table(connection, STR("candle_sources"), &is_ours, error));
    if (!is_ours) return STATUS_OK;
    TRY(read_all(connection, select_sources, facts, take_sources, error));
    return read_all(connection, select_cut, facts, take_cut, error);
}
