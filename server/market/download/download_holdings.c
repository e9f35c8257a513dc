#include "market/download/download_holdings.h"

#include "market/duck.h"

#include <stdlib.h>

// Open times of the view are timestamps or microseconds, by what the file has.
#define COUNTS_BY_DAY(time_us)                                                                               \
    "SELECT symbol, " time_us " // 86400000000, count(DISTINCT time_us) FROM candle "                        \
    "WHERE bar IN ($1, $2) AND " time_us " >= $3 AND " time_us " < $4 GROUP BY 1, 2"

static const char select_type[] = "SELECT typeof(time_us) FROM candle LIMIT 1";
static const char select_counts_of_timestamps[] = COUNTS_BY_DAY("epoch_us(time_us)");
static const char select_counts_of_numbers[] = COUNTS_BY_DAY("time_us");

enum { PATIENCE_MS = 30000, S_PER_DAY = 86400 };
#define US_PER_DAY INT64_C(86400000000)

enum status download_holdings_new(const struct download_spec *spec, struct arena *arena,
                                  struct download_holdings *out_holdings, struct error *error)
{
    const int64_t first = download_month_first(spec->first_day);
    const int64_t end = spec->first_day <= spec->last_day ? download_month_next(spec->last_day) : first;
    struct download_holdings holdings = {
        .first_day = first, .day_count = (size_t)(end - first), .symbol_count = spec->symbol_count};
    holdings.days = arena_alloc(arena, spec->symbol_count, holdings.day_count);
    if (!holdings.days) return error_no_memory(error);
    *out_holdings = holdings;
    return STATUS_OK;
}

void download_holdings_note(struct download_holdings *holdings, size_t symbol, int64_t day,
                            enum download_held held)
{
    const int64_t at = day - holdings->first_day;
    if (at < 0 || at >= (int64_t)holdings->day_count) return;
    holdings->days[symbol * holdings->day_count + (size_t)at] |= (uint8_t)held;
}

static uint8_t held_on(const struct download_holdings *holdings, size_t symbol, int64_t day)
{
    const int64_t at = day - holdings->first_day;
    if (at < 0 || at >= (int64_t)holdings->day_count) return 0;
    return holdings->days[symbol * holdings->day_count + (size_t)at];
}

bool download_holdings_has_day(const struct download_holdings *holdings, size_t symbol, int64_t day)
{
    return (held_on(holdings, symbol, day) & (DOWNLOAD_HELD_CANDLES | DOWNLOAD_HELD_DAY)) != 0 ||
           (held_on(holdings, symbol, download_month_first(day)) & DOWNLOAD_HELD_MONTH) != 0;
}

bool download_holdings_has_month(const struct download_holdings *holdings, size_t symbol, int64_t first_day)
{
    if (held_on(holdings, symbol, first_day) & DOWNLOAD_HELD_MONTH) return true;
    const int64_t end = download_month_next(first_day);
    for (int64_t day = first_day; day < end; day++)
        if (!download_holdings_has_day(holdings, symbol, day)) return false;
    return true;
}

// ---- the file

struct filling {
    struct download_holdings *holdings;
    const struct download_spec *spec;
    size_t symbol; // that was found last: rows of one come together as a rule
};

static int by_name(const void *key, const void *member)
{
    return str_compare(*(const struct str *)key, *(const struct str *)member);
}

static bool find_symbol(struct filling *filling, struct str name)
{
    const struct download_spec *spec = filling->spec;
    if (filling->symbol < spec->symbol_count && str_eq(spec->symbols[filling->symbol], name)) return true;
    const struct str *found =
        bsearch(&name, spec->symbols, spec->symbol_count, sizeof *spec->symbols, by_name);
    if (found) filling->symbol = (size_t)(found - spec->symbols);
    return found != NULL;
}

// Bars that open on the day.
static int64_t bars_of_day(enum interval interval, int64_t day)
{
    const int64_t length_s = interval_seconds(interval), begin_s = day * S_PER_DAY;
    if (length_s > 0 && length_s <= S_PER_DAY) return S_PER_DAY / length_s;
    return interval_floor(interval, begin_s) == begin_s;
}

// Days on which no bar of three days, a week or a month opens are whole with none.
static void note_empty_days(struct filling *filling)
{
    struct download_holdings *holdings = filling->holdings;
    if (download_interval_has_daily(filling->spec->interval)) return;
    for (size_t symbol = 0; symbol < holdings->symbol_count; symbol++)
        for (size_t i = 0; i < holdings->day_count; i++) {
            const int64_t day = holdings->first_day + (int64_t)i;
            if (bars_of_day(filling->spec->interval, day) == 0)
                download_holdings_note(holdings, symbol, day, DOWNLOAD_HELD_CANDLES);
        }
}

static void note_counts(struct filling *filling, const struct duck_query *query)
{
    const int64_t *days = duck_query_int64s(query, 1), *counts = duck_query_int64s(query, 2);
    for (size_t row = 0; row < query->row_count; row++) {
        if (!find_symbol(filling, duck_query_text(query, 0, row))) continue;
        if (counts[row] >= bars_of_day(filling->spec->interval, days[row]))
            download_holdings_note(filling->holdings, filling->symbol, days[row], DOWNLOAD_HELD_CANDLES);
    }
}

// Both spellings that a file may have.
static enum status bind_interval(struct duck_query *query, enum interval interval, struct error *error)
{
    const struct str name = str_from_c(interval_name(interval));
    TRY(duck_query_bind_text(query, 1, name, error));
    return duck_query_bind_text(query, 2, interval == INTERVAL_1MO ? STR("1M") : name, error);
}

// The statement for the file's kind of times; NULL where there are no candles.
static enum status choose_counts(duckdb_connection connection, const char **out_sql, struct error *error)
{
    DUCK_QUERY_SCOPE query = {0};
    TRY(duck_query_prepare(&query, connection, select_type, error));
    TRY(duck_query_start(&query, error));
    TRY(duck_query_next(&query, error));
    *out_sql = NULL;
    if (query.row_count == 0) return STATUS_OK;
    const bool is_timestamp = str_starts_with(duck_query_text(&query, 0, 0), STR("TIMESTAMP"));
    *out_sql = is_timestamp ? select_counts_of_timestamps : select_counts_of_numbers;
    return STATUS_OK;
}

static enum status start_counts(struct duck_query *query, const struct filling *filling,
                                duckdb_connection connection, struct error *error)
{
    const char *sql;
    const struct download_holdings *holdings = filling->holdings;
    const int64_t end_day = holdings->first_day + (int64_t)holdings->day_count;
    TRY(choose_counts(connection, &sql, error));
    if (!sql) return STATUS_OK;
    TRY(duck_query_prepare(query, connection, sql, error));
    TRY(bind_interval(query, filling->spec->interval, error));
    TRY(duck_query_bind_int64(query, 3, holdings->first_day * US_PER_DAY, error));
    TRY(duck_query_bind_int64(query, 4, end_day * US_PER_DAY, error));
    return duck_query_start(query, error);
}

static enum status read_counts(struct filling *filling, duckdb_connection connection, struct error *error)
{
    DUCK_QUERY_SCOPE query = {0};
    TRY(start_counts(&query, filling, connection, error));
    while (query.has_result) {
        TRY(duck_query_next(&query, error));
        if (query.row_count == 0) return STATUS_OK;
        note_counts(filling, &query);
    }
    return STATUS_OK;
}

static void note_sources(struct filling *filling, const struct duck_query *query)
{
    for (size_t row = 0; row < query->row_count; row++) {
        bool is_monthly;
        int64_t day;
        const struct str symbol = duck_query_text(query, 0, row), name = duck_query_text(query, 1, row);
        if (!find_symbol(filling, symbol)) continue;
        if (!download_archive_period(name, symbol, filling->spec->interval, &is_monthly, &day)) continue;
        download_holdings_note(filling->holdings, filling->symbol, day,
                               is_monthly ? DOWNLOAD_HELD_MONTH : DOWNLOAD_HELD_DAY);
    }
}

// Files of other tools have no such table.
static enum status has_sources(duckdb_connection connection, bool *out_has, struct error *error)
{
    DUCK_QUERY_SCOPE query = {0};
    TRY(duck_query_prepare(&query, connection,
                           "SELECT count(*)::BIGINT FROM duckdb_tables() WHERE table_name = 'candle_sources'",
                           error));
    TRY(duck_query_start(&query, error));
    TRY(duck_query_next(&query, error));
    *out_has = query.row_count == 1 && duck_query_int64s(&query, 0)[0] > 0;
    return STATUS_OK;
}

static enum status read_sources(struct filling *filling, duckdb_connection connection, struct error *error)
{
    bool has = false;
    DUCK_QUERY_SCOPE query = {0};
    TRY(has_sources(connection, &has, error));
    if (!has) return STATUS_OK;
    TRY(duck_query_prepare(&query, connection,
                           "SELECT symbol, file_name FROM candle_sources WHERE \"interval\" = $1", error));
    TRY(duck_query_bind_text(&query, 1, str_from_c(interval_name(filling->spec->interval)), error));
    TRY(duck_query_start(&query, error));
    for (;;) {
        TRY(duck_query_next(&query, error));
        if (query.row_count == 0) return STATUS_OK;
        note_sources(filling, &query);
    }
}

enum status download_holdings_read(struct download_holdings *holdings, const struct download_spec *spec,
                                   const struct candle_session *session, struct error *error)
{
    struct filling filling = {.holdings = holdings, .spec = spec};
    note_empty_days(&filling);
    TRY(read_counts(&filling, session->connection, error));
    return read_sources(&filling, session->connection, error);
}

enum status download_holdings_read_file(struct download_holdings *holdings, const struct download_spec *spec,
                                        struct candle_file *file, struct error *error)
{
    CANDLE_SESSION_SCOPE session = {0};
    struct error cause = {0};
    const enum status status = candle_session_begin(file, PATIENCE_MS, &session, &cause);
    if (status == STATUS_NOT_FOUND || status == STATUS_UNSUPPORTED) return STATUS_OK;
    if (status != STATUS_OK) return error_set(error, status, cause.code, "%.400s", cause.message);
    return download_holdings_read(holdings, spec, &session, error);
}

enum status download_holdings_of_file(struct str db_path, const struct download_spec *spec,
                                      struct arena *arena, struct download_holdings *out_holdings,
                                      struct error *error)
{
    struct candle_file *file;
    TRY(download_holdings_new(spec, arena, out_holdings, error));
    TRY(candle_file_new(db_path, &file, error));
    const enum status status = download_holdings_read_file(out_holdings, spec, file, error);
    candle_file_free(file);
    return status;
}
