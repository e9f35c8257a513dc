#include "app/momentum_request.h"

#include "app/backtest_label.h"
#include "base/limits.h"
#include "engine/ground.h"
#include "json/decode.h"

#include <stdio.h>

static const double most_capital = 1e15;
static const double most_bps = 1000;
static const double most_gap_factor = 1e6;

static const char *const strategies[] = {"relative_momentum", "risk_adjusted_momentum", NULL};
static const char *const weightings[] = {"equal", "inverse_volatility", NULL};

// One call of momentum_request_decode.
struct decoding {
    const struct json_value *body;
    struct arena *arena;
    struct error *error;
};

// The body as it comes; what is absent keeps its default.
struct body {
    struct str category;
    struct str category_set_id;
    int64_t category_set_version;
    const struct json_value *symbols;
    int strategy;
    int interval;
    struct str quote_asset;
    double initial_capital;
    int64_t long_count;
    int64_t short_count;
    int64_t lookback;
    int64_t skip;
    int64_t rebalance_every;
    double fee_bps;
    double slippage_bps;
    double max_gap_factor;
    int weighting;
    int64_t from;
    int64_t to;
    struct str name;
    struct str notes;
    const struct json_value *tags;
};

const char *momentum_strategy_name(enum momentum_strategy strategy)
{
    return strategies[strategy];
}

const char *momentum_weighting_name(enum momentum_weighting weighting)
{
    return weightings[weighting];
}

struct momentum_rules momentum_default_rules(void)
{
    return (struct momentum_rules){
        .strategy = MOMENTUM_RELATIVE,
        .weighting = WEIGHTING_EQUAL,
        .long_count = 5,
        .short_count = 5,
        .lookback = 30,
        .skip = 0,
        .rebalance_every = 7,
        .initial_capital = 10000,
        .fee_bps = 10,
        .slippage_bps = 0,
        .max_gap_factor = GROUND_GAP_FACTOR,
    };
}

static enum status decode_members(struct decoding *decoding, const char *const *interval_names,
                                  struct body *body)
{
    const struct json_field fields[] = {
        JSON_FIELD(struct body, category, TEXT, .min_bytes = 1, .max_bytes = LIMIT_CATEGORY_BYTES),
        JSON_FIELD(struct body, category_set_id, TEXT, .min_bytes = 1, .max_bytes = LIMIT_ID_BYTES),
        JSON_FIELD(struct body, category_set_version, INTEGER, .minimum = 1,
                   .maximum = LIMIT_CATEGORY_SET_VERSIONS),
        JSON_FIELD(struct body, symbols, ARRAY, .max_bytes = LIMIT_UNIVERSE_SYMBOLS),
        JSON_FIELD(struct body, strategy, CHOICE, .choices = strategies),
        JSON_FIELD(struct body, interval, CHOICE, .choices = interval_names),
        JSON_FIELD(struct body, quote_asset, TEXT, .min_bytes = 1, .max_bytes = LIMIT_SYMBOL_BYTES),
        JSON_FIELD(struct body, initial_capital, NUMBER, .is_above_minimum = true, .maximum = most_capital),
        JSON_FIELD(struct body, long_count, INTEGER, .maximum = LIMIT_SIDE_SYMBOLS),
        JSON_FIELD(struct body, short_count, INTEGER, .maximum = LIMIT_SIDE_SYMBOLS),
        JSON_FIELD(struct body, lookback, INTEGER, .minimum = 1, .maximum = LIMIT_REBALANCE_BARS),
        JSON_FIELD(struct body, skip, INTEGER, .maximum = LIMIT_REBALANCE_BARS),
        JSON_FIELD(struct body, rebalance_every, INTEGER, .minimum = 1, .maximum = LIMIT_REBALANCE_BARS),
        JSON_FIELD(struct body, fee_bps, NUMBER, .maximum = most_bps),
        JSON_FIELD(struct body, slippage_bps, NUMBER, .maximum = most_bps),
        JSON_FIELD(struct body, max_gap_factor, NUMBER, .is_above_minimum = true, .minimum = 1,
                   .maximum = most_gap_factor),
        JSON_FIELD(struct body, weighting, CHOICE, .choices = weightings),
        JSON_FIELD(struct body, from, INTEGER, JSON_EPOCH_SECONDS),
        JSON_FIELD(struct body, to, INTEGER, JSON_EPOCH_SECONDS),
        JSON_FIELD(struct body, name, TEXT, .min_bytes = 1, .max_bytes = 4 * LIMIT_NAME),
        JSON_FIELD(struct body, tags, ARRAY, .max_bytes = LIMIT_TAGS),
        JSON_FIELD(struct body, notes, TEXT, .max_bytes = LIMIT_NOTES_BYTES),
    };
    return json_decode(decoding->body, "", fields, sizeof fields / sizeof *fields, body, decoding->error);
}

static void check_symbol(struct decoding *decoding, const struct json_value *symbol, uint32_t index)
{
    char pointer[ERROR_POINTER_MAX];
    if (symbol->type == JSON_STRING && symbol->text.len > 0 && symbol->text.len <= LIMIT_SYMBOL_BYTES) return;
    (void)snprintf(pointer, sizeof pointer, "/symbols/%u", index);
    (void)error_add_field(decoding->error, pointer, "must be a symbol of 1 to %d bytes", LIMIT_SYMBOL_BYTES);
}

static enum status decode_symbols(struct decoding *decoding, const struct json_value *array,
                                  struct momentum_request *request)
{
    struct str *symbols = ARENA_ARRAY(decoding->arena, struct str, array->count);
    if (!symbols) return error_no_memory(decoding->error);
    const struct json_value *symbol = json_first(array);
    for (uint32_t i = 0; i < array->count; i++, symbol = json_after(symbol)) {
        check_symbol(decoding, symbol, i);
        symbols[i] = symbol->text;
    }
    if (array->count == 0)
        (void)error_add_field(decoding->error, "/symbols", "must name at least one symbol");
    request->symbols = symbols;
    request->symbol_count = array->count;
    return STATUS_OK;
}

static void check_universe(struct decoding *decoding, const struct body *body)
{
    if (body->symbols && body->category.len)
        (void)error_add_field(decoding->error, "/symbols", "either a category or symbols, not both");
    if (body->symbols && body->category_set_id.len)
        (void)error_add_field(decoding->error, "/category_set_id", "goes with a category, not with symbols");
    if (!body->symbols && !body->category.len && !decoding->error->field_count)
        (void)error_add_field(decoding->error, "/category", "a category, or symbols, must be given");
}

static void check_range(struct decoding *decoding, const struct momentum_request *request,
                        const struct body *body)
{
    if (request->has_from && request->has_to && body->from >= body->to)
        (void)error_add_field(decoding->error, "/to", "%lld must be after from, %lld", (long long)body->to,
                              (long long)body->from);
}

static bool is_given(const struct decoding *decoding, const char *name)
{
    const struct json_value *value = json_member(decoding->body, str_from_c(name));
    return value && value->type != JSON_NULL;
}

static struct body default_body(void)
{
    const struct momentum_rules rules = momentum_default_rules();
    return (struct body){
        .strategy = (int)rules.strategy,
        .interval = INTERVAL_1D,
        .quote_asset = STR("USDT"),
        .initial_capital = rules.initial_capital,
        .long_count = (int64_t)rules.long_count,
        .short_count = (int64_t)rules.short_count,
        .lookback = (int64_t)rules.lookback,
        .skip = (int64_t)rules.skip,
        .rebalance_every = (int64_t)rules.rebalance_every,
        .fee_bps = rules.fee_bps,
        .slippage_bps = rules.slippage_bps,
        .max_gap_factor = rules.max_gap_factor,
        .weighting = (int)rules.weighting,
    };
}

static struct momentum_rules rules_of(const struct body *body)
{
    return (struct momentum_rules){
        .strategy = (enum momentum_strategy)body->strategy,
        .weighting = (enum momentum_weighting)body->weighting,
        .long_count = (size_t)body->long_count,
        .short_count = (size_t)body->short_count,
        .lookback = (size_t)body->lookback,
        .skip = (size_t)body->skip,
        .rebalance_every = (size_t)body->rebalance_every,
        .initial_capital = body->initial_capital,
        .fee_bps = body->fee_bps,
        .slippage_bps = body->slippage_bps,
        .max_gap_factor = body->max_gap_factor,
    };
}

// The members of the body that are not rules.
static void take_body(const struct body *body, struct momentum_request *request)
{
    request->category = body->category;
    request->categories =
        (struct category_choice){.set_id = body->category_set_id, .version = body->category_set_version};
    request->quote_asset = body->quote_asset;
    request->interval = (enum interval)body->interval;
    request->from = body->from;
    request->to = body->to;
    request->rules = rules_of(body);
    request->notes = body->notes;
}

enum status momentum_request_decode(const struct json_value *object, struct arena *arena,
                                    struct momentum_request *out_request, struct error *error)
{
    struct decoding decoding = {.body = object, .arena = arena, .error = error};
    const char *interval_names[INTERVAL_COUNT + 1] = {NULL};
    for (int i = 0; i < INTERVAL_COUNT; i++)
        interval_names[i] = interval_name((enum interval)i);
    struct body body = default_body();
    struct momentum_request request = {.has_from = is_given(&decoding, "from"),
                                       .has_to = is_given(&decoding, "to")};
    (void)decode_members(&decoding, interval_names, &body);
    check_universe(&decoding, &body);
    if (body.symbols) TRY(decode_symbols(&decoding, body.symbols, &request));
    take_body(&body, &request);
    request.quote_asset = str_upper(arena, request.quote_asset);
    if (!request.quote_asset.ptr) return error_no_memory(error);
    if (!error->field_count) (void)momentum_rules_check(&request.rules, error);
    if (!error->field_count) check_range(&decoding, &request, &body);
    category_choice_check(&request.categories, error);
    request.tags_json = backtest_label_tags(body.tags, arena, error);
    request.name = backtest_label_name(body.name, error);
    if (error->field_count) return STATUS_INVALID;
    *out_request = request;
    return STATUS_OK;
}
