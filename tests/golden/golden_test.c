// The ma_cross cases of the shared golden results, through the engine alone: the slow independent reference
// and the engine must agree to a relative 1e-9, counts and times exactly. Skipped where the shared data is
// absent.
#include "base/limits.h"
#include "base/number.h"
#include "engine/backtest.h"
#include "json/json.h"

#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "golden/golden.h"
#include "unit/unit.h"

enum { COLUMNS = 6, CSV_MAX = 4 * 1024 * 1024, US_PER_S = 1000000 };

// Columns that grow: time, open, high, low, close, volume.
struct table {
    size_t count;
    size_t capacity;
    double *columns[COLUMNS];
    int64_t *time;
};

static void table_grow(struct table *table)
{
    if (table->count < table->capacity) return;
    table->capacity = table->capacity ? 2 * table->capacity : 4096;
    for (size_t i = 0; i < COLUMNS; i++) {
        table->columns[i] = realloc(table->columns[i], table->capacity * sizeof(double));
        assert_non_null(table->columns[i]);
    }
    table->time = realloc(table->time, table->capacity * sizeof *table->time);
    assert_non_null(table->time);
}

static void table_done(struct table *table)
{
    for (size_t i = 0; i < COLUMNS; i++)
        free(table->columns[i]);
    free(table->time);
}

// One line of a Binance file: milliseconds up to 2024, microseconds from 2025 on.
static void table_add(struct table *table, struct str line)
{
    struct str field;
    table_grow(table);
    for (size_t i = 0; i < COLUMNS; i++) {
        assert_true(str_split(&line, ',', &field));
        assert_true(number_parse(field, &table->columns[i][table->count]));
    }
    const double time = table->columns[0][table->count];
    table->time[table->count++] = (int64_t)(time > 1e14 ? time / US_PER_S : time / 1000);
}

static void read_zip(struct table *table, const char *path, char *text)
{
    struct zip *archive = zip_open(path, ZIP_RDONLY, NULL);
    assert_non_null(archive);
    struct zip_file *member = zip_fopen_index(archive, 0, 0);
    assert_non_null(member);
    const zip_int64_t length = zip_fread(member, text, CSV_MAX);
    assert_true(length > 0 && length < CSV_MAX);
    struct str rest = {.ptr = text, .len = (size_t)length};
    struct str line;
    while (str_split(&rest, '\n', &line)) {
        line = str_trim(line);
        if (line.len > 0) table_add(table, line);
    }
    zip_fclose(member);
    zip_discard(archive);
}

// All months of a series; their names sort by time.
static void read_series(struct table *table, struct str symbol, struct str interval)
{
    char folder[PATH_BYTES / 2], pattern[PATH_BYTES];
    snprintf(folder, sizeof folder, "data/binance-public/data/spot/monthly/klines/%.*s/%.*s/*.zip",
             STR_ARG(symbol), STR_ARG(interval));
    shared_path(folder, pattern);
    glob_t files;
    assert_int_equal(glob(pattern, 0, NULL, &files), 0);
    char *text = malloc(CSV_MAX);
    assert_non_null(text);
    for (size_t i = 0; i < files.gl_pathc; i++)
        read_zip(table, files.gl_pathv[i], text);
    free(text);
    globfree(&files);
}

static void assert_trade(const struct trade *trade, const struct json_value *expected)
{
    assert_false(trade->is_open);
    assert_true(str_eq(member(expected, "side")->text, trade->is_short ? STR("short") : STR("long")));
    assert_equal(trade->entry_time, expected, "entry_time");
    assert_equal(trade->exit_time, expected, "exit_time");
    assert_close(trade->entry_price, expected, "entry_price");
    assert_close(trade->exit_price, expected, "exit_price");
    assert_close(trade->quantity, expected, "quantity");
    assert_close(trade->fees, expected, "fees");
    assert_close(trade->pnl, expected, "pnl");
}

static void assert_result(const struct backtest_result *result, const struct json_value *expected)
{
    const struct metrics *metrics = &result->metrics;
    const bool is_open = metrics->open_trades > 0;
    const struct json_value *figures = member(expected, "metrics");
    assert_equal((int64_t)result->bar_count, expected, "bars");
    assert_equal((int64_t)metrics->trades, expected, "closed_trades");
    assert_equal(result->time[0], expected, "first");
    assert_equal(result->time[result->bar_count - 1], expected, "last");
    assert_int_equal(member(expected, "open_position")->type, is_open ? JSON_TRUE : JSON_FALSE);
    assert_close(metrics->final_equity, expected, "final_equity");
    assert_close(metrics->fees_paid, expected, "fees_paid");
    assert_close(metrics->profit_factor, expected, "profit_factor");
    assert_close(metrics->win_rate, expected, "win_rate");
    assert_equal((int64_t)metrics->max_drawdown_bars, figures, "max_drawdown_bars");
    const char *const names[] = {"cagr",    "calmar",       "max_drawdown", "sharpe",
                                 "sortino", "total_return", "volatility"};
    const double values[] = {metrics->cagr,    metrics->calmar,       metrics->max_drawdown, metrics->sharpe,
                             metrics->sortino, metrics->total_return, metrics->volatility};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_close(values[i], figures, names[i]);
    assert_trade(&result->trades[0], member(expected, "first_trade"));
    assert_trade(&result->trades[result->trade_count - 1 - is_open], member(expected, "last_trade"));
}

static void run_case(const char *name)
{
    ARENA_SCOPE(arena, 256 * MIB);
    const struct json_value *golden = golden_case(&arena, name);
    const struct json_value *request = member(golden, "request");
    struct error error = {0};
    const struct json_value *params = member(request, "params");

    struct table table = {0};
    read_series(&table, member(request, "symbol")->text, member(request, "interval")->text);
    const struct candles candles = {
        .count = table.count,
        .time = table.time,
        .open = table.columns[1],
        .high = table.columns[2],
        .low = table.columns[3],
        .close = table.columns[4],
        .volume = table.columns[5],
    };
    const struct strategy *strategy = strategy_find(member(request, "strategy_id")->text);
    assert_non_null(strategy);
    double values[STRATEGY_PARAMS_MAX];
    strategy_defaults(strategy, values);
    values[0] = number(params, "fast");
    values[1] = number(params, "slow");
    struct backtest_input input = {
        .candles = &candles,
        .strategy = strategy,
        .values = values,
        .rules.initial_capital = number(request, "initial_capital"),
        .rules.fee_bps = number(request, "fee_bps"),
        .rules.slippage_bps = number(request, "slippage_bps"),
        .rules.position_fraction = 1,
        .rules.max_gap_factor = 10,
        .rules.allow_short = member(request, "allow_short")->type == JSON_TRUE,
    };
    assert_true(interval_parse(member(request, "interval")->text, &input.interval));
    struct backtest_result result = {0};
    const enum status status = backtest_run(&input, &arena, &result, &error);
    if (status != STATUS_OK) fail_msg("%s", error.message);
    assert_int_equal(result.break_count, 0);
    assert_result(&result, member(golden, "expect"));
    table_done(&table);
}

static void daily_bitcoin_20_50(void **state)
{
    (void)state;
    run_case("btc_1d_20_50");
}

static void four_hour_bitcoin_20_100_with_shorts(void **state)
{
    (void)state;
    run_case("btc_4h_20_100_short");
}

static void daily_dogecoin_10_30_without_fees(void **state)
{
    (void)state;
    run_case("doge_1d_10_30_free");
}

static void hourly_ether_50_200_with_slippage(void **state)
{
    (void)state;
    run_case("eth_1h_50_200_slip");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(daily_bitcoin_20_50),
        cmocka_unit_test(four_hour_bitcoin_20_100_with_shorts),
        cmocka_unit_test(daily_dogecoin_10_30_without_fees),
        cmocka_unit_test(hourly_ether_50_200_with_slippage),
    };
    if (!golden_is_there()) return EXIT_SKIPPED;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
