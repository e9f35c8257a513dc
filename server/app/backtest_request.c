#include "app/backtest_request.h"

#include "app/backtest_label.h"
#include "base/limits.h"
#include "engine/ground.h"
#include "json/decode.h"

static const double most_capital = 1e15;
static const double most_bps = 1000;
static const double most_gap_factor = 1e6;
static const double most_percent = 1e6;

// One call of backtest_request_decode.
struct decoding {
    const struct json_value *body;
    struct arena *arena;
    struct error *error;
};

// The body as it comes; what is absent keeps its default.
struct body {
    struct str strategy_id;
    struct str symbol;
    struct str category_set_id;
    int64_t category_set_version;
    int interval;
    int64_t from;
    int64_t to;
    double initial_capital;
    const struct json_value *params;
    double fee_bps;
    double slippage_bps;
    double position_fraction;
    double max_gap_factor;
    double stop_loss_pct; // 0: none, which nobody can write
    double take_profit_pct;
    double trailing_stop_pct;
    bool allow_short;
    int execution;
    struct str name;
    struct str notes;
    const struct json_value *tags;
};

static enum status decode_members(struct decoding *decoding, const char *const *interval_names,
                                  struct body *body)
{
    static const char *const executions[] = {"next_open", "close", NULL};
    const struct json_field fields[] = {
        JSON_FIELD(struct body, strategy_id, TEXT, .is_required = true, .min_bytes = 1, .max_bytes = 64),
        JSON_FIELD(struct body, symbol, TEXT, .is_required = true, .min_bytes = 1,
                   .max_bytes = LIMIT_SERIES_EXPRESSION_BYTES),
        JSON_FIELD(struct body, category_set_id, TEXT, .min_bytes = 1, .max_bytes = LIMIT_ID_BYTES),
        JSON_FIELD(struct body, category_set_version, INTEGER, .minimum = 1,
                   .maximum = LIMIT_CATEGORY_SET_VERSIONS),
        JSON_FIELD(struct body, interval, CHOICE, .choices = interval_names),
        JSON_FIELD(struct body, from, INTEGER, JSON_EPOCH_SECONDS),
        JSON_FIELD(struct body, to, INTEGER, JSON_EPOCH_SECONDS),
        JSON_FIELD(struct body, initial_capital, NUMBER, .is_above_minimum = true, .maximum = most_capital),
        JSON_FIELD(struct body, params, OBJECT),
        JSON_FIELD(struct body, fee_bps, NUMBER, .maximum = most_bps),
        JSON_FIELD(struct body, slippage_bps, NUMBER, .maximum = most_bps),
        JSON_FIELD(struct body, position_fraction, NUMBER, .is_above_minimum = true, .maximum = 1),
        JSON_FIELD(struct body, allow_short, BOOLEAN),
        JSON_FIELD(struct body, execution, CHOICE, .choices = executions),
        JSON_FIELD(struct body, max_gap_factor, NUMBER, .is_above_minimum = true, .minimum = 1,
                   .maximum = most_gap_factor),
        JSON_FIELD(struct body, stop_loss_pct, NUMBER, .is_above_minimum = true, .is_below_maximum = true,
                   .maximum = 100),
        JSON_FIELD(struct body, take_profit_pct, NUMBER, .is_above_minimum = true, .maximum = most_percent),
        JSON_FIELD(struct body, trailing_stop_pct, NUMBER, .is_above_minimum = true, .maximum = most_percent),
        JSON_FIELD(struct body, name, TEXT, .min_bytes = 1, .max_bytes = 4 * LIMIT_NAME),
        JSON_FIELD(struct body, tags, ARRAY, .max_bytes = LIMIT_TAGS),
        JSON_FIELD(struct body, notes, TEXT, .max_bytes = LIMIT_NOTES_BYTES),
    };
    return json_decode(decoding->body, "", fields, sizeof fields / sizeof *fields, body, decoding->error);
}

// A JSON field per parameter; values arrive as int64_t, double or an index and are then made doubles.
struct param_value {
    int64_t integer;
    double number;
    int choice;
};

static struct json_field param_field(const struct strategy_param *param, size_t index)
{
    static const enum json_field_kind kinds[] = {JSON_FIELD_INTEGER, JSON_FIELD_NUMBER, JSON_FIELD_CHOICE};
    static const size_t offsets[] = {offsetof(struct param_value, integer),
                                     offsetof(struct param_value, number),
                                     offsetof(struct param_value, choice)};
    return (struct json_field){
        .name = param->name,
        .kind = kinds[param->kind],
        .offset = index * sizeof(struct param_value) + offsets[param->kind],
        .minimum = param->minimum,
        .maximum = param->maximum,
        .choices = param->choices,
    };
}

static double param_double(const struct strategy_param *param, const struct param_value *value)
{
    if (param->kind == STRATEGY_PARAM_INTEGER) return (double)value->integer;
    return param->kind == STRATEGY_PARAM_NUMBER ? value->number : value->choice;
}

static enum status decode_params(struct decoding *decoding, const struct strategy *strategy,
                                 const struct json_value *params, double *out_values)
{
    struct json_field fields[STRATEGY_PARAMS_MAX];
    struct param_value values[STRATEGY_PARAMS_MAX];
    strategy_defaults(strategy, out_values);
    for (size_t i = 0; i < strategy->param_count; i++) {
        fields[i] = param_field(&strategy->params[i], i);
        values[i] = (struct param_value){(int64_t)out_values[i], out_values[i], (int)out_values[i]};
    }
    if (params) TRY(json_decode(params, "/params", fields, strategy->param_count, values, decoding->error));
    for (size_t i = 0; i < strategy->param_count; i++)
        out_values[i] = param_double(&strategy->params[i], &values[i]);
    for (size_t i = 0; i < strategy->param_count; i++)
        (void)strategy_check_value(&strategy->params[i], out_values[i], decoding->error);
    return decoding->error->field_count ? STATUS_INVALID : STATUS_OK;
}

static void check_range(struct decoding *decoding, bool has_from, bool has_to, const struct body *body)
{
    if (has_from && has_to && body->from >= body->to)
        (void)error_add_field(decoding->error, "/to", "%lld must be after from, %lld", (long long)body->to,
                              (long long)body->from);
}

static bool is_given(const struct decoding *decoding, const char *name)
{
    const struct json_value *value = json_member(decoding->body, str_from_c(name));
    return value && value->type != JSON_NULL;
}

static struct body default_body(const struct backtest_rules *rules)
{
    return (struct body){
        .interval = INTERVAL_1D,
        .initial_capital = rules->initial_capital,
        .fee_bps = rules->fee_bps,
        .slippage_bps = rules->slippage_bps,
        .position_fraction = rules->position_fraction,
        .max_gap_factor = rules->max_gap_factor,
        .allow_short = rules->allow_short,
        .execution = (int)rules->execution,
    };
}

static struct backtest_rules rules_of(const struct body *body)
{
    return (struct backtest_rules){
        .initial_capital = body->initial_capital,
        .fee_bps = body->fee_bps,
        .slippage_bps = body->slippage_bps,
        .position_fraction = body->position_fraction,
        .max_gap_factor = body->max_gap_factor,
        .stop_loss_pct = body->stop_loss_pct,
        .take_profit_pct = body->take_profit_pct,
        .trailing_stop_pct = body->trailing_stop_pct,
        .allow_short = body->allow_short,
        .execution = (enum execution)body->execution,
    };
}

struct backtest_rules backtest_default_rules(void)
{
    return (struct backtest_rules){
        .initial_capital = 10000,
        .fee_bps = 10,
        .slippage_bps = 0,
        .position_fraction = 1,
        .max_gap_factor = GROUND_GAP_FACTOR,
        .allow_short = false,
        .execution = EXECUTION_NEXT_OPEN,
    };
}

enum status backtest_request_decode_parts(const struct json_value *object, struct arena *arena,
                                          struct backtest_request *out_request, struct error *error)
{
    struct decoding decoding = {.body = object, .arena = arena, .error = error};
    const char *interval_names[INTERVAL_COUNT + 1] = {NULL};
    for (int i = 0; i < INTERVAL_COUNT; i++)
        interval_names[i] = interval_name((enum interval)i);
    const struct backtest_rules defaults = backtest_default_rules();
    struct body body = default_body(&defaults);
    struct backtest_request request = {.has_from = is_given(&decoding, "from"),
                                       .has_to = is_given(&decoding, "to")};
    (void)decode_members(&decoding, interval_names, &body);
    if (body.strategy_id.len) request.strategy = strategy_find(body.strategy_id);
    if (body.strategy_id.len && !request.strategy) return strategy_unknown(body.strategy_id, error);
    if (request.strategy) (void)decode_params(&decoding, request.strategy, body.params, request.values);
    if (!error->field_count) check_range(&decoding, request.has_from, request.has_to, &body);
    request.categories =
        (struct category_choice){.set_id = body.category_set_id, .version = body.category_set_version};
    category_choice_check(&request.categories, error);
    request.tags_json = backtest_label_tags(body.tags, arena, error);
    body.name = backtest_label_name(body.name, error);
    if (error->field_count) return STATUS_INVALID;
    request.symbol = body.symbol;
    request.interval = (enum interval)body.interval;
    request.from = body.from;
    request.to = body.to;
    request.rules = rules_of(&body);
    request.name = body.name;
    request.notes = body.notes;
    *out_request = request;
    return STATUS_OK;
}

enum status backtest_request_decode(const struct json_value *object, struct arena *arena,
                                    struct backtest_request *out_request, struct error *error)
{
    TRY(backtest_request_decode_parts(object, arena, out_request, error));
    return strategy_check(out_request->strategy, out_request->values, error);
}
