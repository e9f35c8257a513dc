#include "app/momentum_json.h"

#include "app/backtest_checks.h"
#include "base/buf.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "json/json.h"
#include "json/writer.h"

enum { SHA256_TEXT_BYTES = 65 };

static void put_time(struct json_writer *w, const char *name, bool is_given, int64_t time)
{
    if (is_given)
        json_put_int(w, name, time);
    else
        json_put_null(w, name);
}

// Symbols as the market spells them, in the order of their names; null where a category says which.
static void put_symbols(struct json_writer *w, const struct momentum_request *request,
                        const struct momentum_window *window)
{
    json_key(w, "symbols");
    if (request->category.len) {
        json_null(w);
        return;
    }
    json_begin_array(w);
    for (size_t i = 0; i < window->symbols.count; i++)
        json_str(w, window->symbols.items[i]);
    json_end_array(w);
}

static void put_rules(struct json_writer *w, const struct momentum_rules *rules)
{
    json_put_double(w, "initial_capital", rules->initial_capital);
    json_put_int(w, "long_count", (int64_t)rules->long_count);
    json_put_int(w, "short_count", (int64_t)rules->short_count);
    json_put_int(w, "lookback", (int64_t)rules->lookback);
    json_put_int(w, "skip", (int64_t)rules->skip);
    json_put_int(w, "rebalance_every", (int64_t)rules->rebalance_every);
    json_put_c(w, "weighting", momentum_weighting_name(rules->weighting));
    json_put_double(w, "fee_bps", rules->fee_bps);
    json_put_double(w, "slippage_bps", rules->slippage_bps);
    json_put_double(w, "max_gap_factor", rules->max_gap_factor);
}

struct str momentum_json_request(const struct momentum_request *request, const struct momentum_window *window,
                                 struct arena *arena)
{
    const struct str none = {0};
    BUF_SCOPE(buf, LIMIT_JSON_BODY_BYTES);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_str(&w, "category", request->category.len ? request->category : none);
    category_choice_put(&w, &request->categories);
    put_symbols(&w, request, window);
    json_put_c(&w, "strategy", momentum_strategy_name(request->rules.strategy));
    json_put_c(&w, "interval", interval_name(request->interval));
    json_put_str(&w, "quote_asset", request->quote_asset);
    put_time(&w, "from", request->has_from, request->from);
    put_time(&w, "to", request->has_to, request->to);
    put_rules(&w, &request->rules);
    json_end_object(&w);
    return buf_copy(&buf, arena);
}

struct str momentum_universe_name(const struct momentum_request *request, struct arena *arena)
{
    return request->category.len ? str_format(arena, "CAT:%.*s", STR_ARG(request->category)) : STR("SYMBOLS");
}

// What was read of one symbol, and its line in the fingerprint of all.
static bool put_member(struct json_writer *w, const struct momentum_window *window, size_t index,
                       const atomic_bool *is_stopped, struct buf *lines)
{
    const struct series *series = window->series.items[index];
    const size_t from = candles_lower_bound(&series->candles, window->from);
    const size_t to = candles_lower_bound(&series->candles, window->to);
    char sha256[SHA256_TEXT_BYTES];
    if (!series_fingerprint(series, from, to, is_stopped, sha256)) return false;
    json_begin_object(w);
    json_put_c(w, "symbol", series->name);
    put_time(w, "first", from < to, from < to ? series->candles.time[from] : 0);
    put_time(w, "last", from < to, from < to ? series->candles.time[to - 1] : 0);
    json_put_int(w, "count", (int64_t)(to - from));
    json_put_c(w, "sha256", sha256);
    json_put_c(w, "resampled_from", series->is_resampled ? interval_name(series->resampled_from) : NULL);
    json_end_object(w);
    buf_append_format(lines, "%s %s\n", series->name, sha256);
    return true;
}

static bool put_members(struct json_writer *w, const struct momentum_window *window,
                        const atomic_bool *is_stopped, struct buf *lines)
{
    json_begin_array(w);
    for (size_t i = 0; i < window->series.count; i++)
        if (!put_member(w, window, i, is_stopped, lines)) return false;
    json_end_array(w);
    return true;
}

struct str momentum_json_data(const struct momentum_request *request, const struct momentum_window *window,
                              const struct universe *universe, const atomic_bool *is_stopped,
                              struct arena *arena)
{
    BUF_SCOPE(members, 4 * MIB);
    BUF_SCOPE(lines, 2 * MIB);
    BUF_SCOPE(buf, 4 * MIB);
    char sha256[SHA256_TEXT_BYTES];
    struct json_writer inner = json_writer_on(&members), w = json_writer_on(&buf);
    if (!put_members(&inner, window, is_stopped, &lines) || lines.failed) return (struct str){0};
    text_fingerprint(buf_str(&lines), sha256);
    json_begin_object(&w);
    json_put_str(&w, "symbol", momentum_universe_name(request, arena));
    json_put_c(&w, "interval", interval_name(request->interval));
    json_put_int(&w, "first", universe->time[0]);
    json_put_int(&w, "last", universe->time[universe->bar_count - 1]);
    json_put_int(&w, "count", (int64_t)universe->bar_count);
    json_put_c(&w, "sha256", sha256);
    json_put_null(&w, "resampled_from");
    json_put_int(&w, "check_bars", CHECK_BARS_SEVERAL);
    json_put_raw(&w, "symbols", buf_str(&members));
    json_end_object(&w);
    return members.failed ? (struct str){0} : buf_copy(&buf, arena);
}

static void put_warning(struct json_writer *w, const struct asset_warning *warning, struct str name,
                        struct arena *arena)
{
    char date[DATETIME_TEXT_MAX];
    const struct str day = datetime_format_date(warning->time, date);
    if (warning->factor > 0)
        json_str(w,
                 str_format(arena,
                            "the price of %.*s jumps by a factor of %.4g before the bar of %.*s: taken for "
                            "another asset under the same name%s",
                            STR_ARG(name), warning->factor, STR_ARG(day),
                            warning->ends_holding ? ", the holding was closed at the close before it" : ""));
    else
        json_str(w, str_format(arena, "%.*s has no candles after %.*s: its holding was closed at that close",
                               STR_ARG(name), STR_ARG(day)));
}

static bool is_flat(const struct momentum_rebalance *rebalance)
{
    return rebalance->long_count + rebalance->short_count == 0;
}

// Rebalances that hold nothing, since there were not two symbols to be ranked.
static void put_flat(struct json_writer *w, const struct momentum_course *course, const int64_t *time,
                     struct arena *arena)
{
    size_t flat = 0, first = 0;
    for (size_t i = 0; i < course->rebalance_count; i++)
        flat += is_flat(&course->rebalances[i]);
    while (first < course->rebalance_count && is_flat(&course->rebalances[first]))
        first++;
    if (flat == 0) return;
    if (flat == course->rebalance_count) {
        json_str(w, str_format(arena,
                               "nothing was traded: at none of the %zu rebalances were there two symbols "
                               "that could be ranked",
                               flat));
        return;
    }
    char date[DATETIME_TEXT_MAX];
    const struct str day = datetime_format_date(time[course->rebalances[first].bar], date);
    json_str(w, str_format(arena,
                           "%zu of %zu rebalances hold nothing: there were not two symbols that could be "
                           "ranked, as there first were at the close of %.*s",
                           flat, course->rebalance_count, STR_ARG(day)));
}

struct str momentum_json_warnings(const struct momentum_result *result, const int64_t *time,
                                  const struct str *names, struct arena *arena)
{
    BUF_SCOPE(buf, 64 * KIB);
    struct json_writer w = json_writer_on(&buf);
    const size_t shown =
        result->warning_count < ASSET_WARNINGS_MAX ? result->warning_count : ASSET_WARNINGS_MAX;
    json_begin_array(&w);
    for (size_t i = 0; i < shown; i++)
        put_warning(&w, &result->warnings[i], names[result->warnings[i].symbol], arena);
    if (result->warning_count > shown)
        json_str(&w, str_format(arena, "%zu more breaks and ends of assets are not listed",
                                result->warning_count - shown));
    put_flat(&w, &result->course, time, arena);
    json_end_array(&w);
    return buf_copy(&buf, arena);
}

struct str momentum_json_attribution(const struct momentum_result *result, const struct str *names,
                                     struct arena *arena)
{
    BUF_SCOPE(buf, 4 * MIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_array(&w);
    for (size_t i = 0; i < result->attribution_count; i++) {
        const struct attribution *row = &result->attributions[i];
        json_begin_object(&w);
        json_put_str(&w, "symbol", names[row->symbol]);
        json_put_c(&w, "side", row->is_short ? "short" : "long");
        json_put_double(&w, "pnl", row->pnl);
        json_put_double(&w, "fees", row->fees);
        json_put_int(&w, "trades", row->trades);
        json_put_int(&w, "bars_held", (int64_t)row->bars_held);
        json_end_object(&w);
    }
    json_end_array(&w);
    return buf_copy(&buf, arena);
}

enum status momentum_symbols_read(struct str data_json, struct arena *arena, struct symbol_list *out_symbols,
                                  struct error *error)
{
    const struct json_value *data;
    TRY(json_parse(arena, data_json, &data, error));
    const struct json_value *symbols = json_member(data, STR("symbols"));
    if (!symbols || symbols->type != JSON_ARRAY) {
        *out_symbols = (struct symbol_list){0};
        return STATUS_OK;
    }
    struct str *names = ARENA_ARRAY(arena, struct str, symbols->count);
    if (!names) return error_no_memory(error);
    const struct json_value *symbol = json_first(symbols);
    for (uint32_t i = 0; i < symbols->count; i++, symbol = json_after(symbol)) {
        const struct json_value *name = json_member(symbol, STR("symbol"));
        if (name) names[i] = name->text;
    }
    *out_symbols = (struct symbol_list){.items = names, .count = symbols->count};
    return STATUS_OK;
}
