#include "api/handlers.h"

#include "api/reply.h"
#include "engine/strategy.h"

static void put_choices(struct json_writer *w, const struct strategy_param *param)
{
    json_put_c(w, "default", param->choices[(size_t)param->default_value]);
    json_key(w, "enum");
    json_begin_array(w);
    for (const char *const *choice = param->choices; *choice; choice++)
        json_c(w, *choice);
    json_end_array(w);
}

static void put_range(struct json_writer *w, const struct strategy_param *param)
{
    json_put_double(w, "default", param->default_value);
    json_put_double(w, "minimum", param->minimum);
    json_put_double(w, "maximum", param->maximum);
}

// One parameter as JSON Schema.
static void put_param(struct json_writer *w, const struct strategy_param *param)
{
    static const char *const types[] = {"integer", "number", "string"};
    json_key(w, param->name);
    json_begin_object(w);
    json_put_c(w, "type", types[param->kind]);
    json_put_c(w, "title", param->title);
    json_put_c(w, "description", param->description);
    if (param->kind == STRATEGY_PARAM_CHOICE)
        put_choices(w, param);
    else
        put_range(w, param);
    if (param->unit) json_put_c(w, "x-unit", param->unit);
    json_end_object(w);
}

static void put_strategy(struct json_writer *w, const struct strategy *strategy)
{
    double defaults[STRATEGY_PARAMS_MAX];
    strategy_defaults(strategy, defaults);
    json_begin_object(w);
    json_put_c(w, "id", strategy->id);
    json_put_c(w, "title", strategy->title);
    json_put_c(w, "description", strategy->description);
    json_put_int(w, "default_warmup_bars", (int64_t)strategy->warmup_bars(defaults));
    json_key(w, "parameters");
    json_begin_object(w);
    json_put_c(w, "type", "object");
    json_key(w, "properties");
    json_begin_object(w);
    for (size_t i = 0; i < strategy->param_count; i++)
        put_param(w, &strategy->params[i]);
    json_end_object(w);
    json_put_bool(w, "additionalProperties", false);
    json_end_object(w);
    json_end_object(w);
}

enum status strategies_list(struct api_call *call)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "strategies");
    json_begin_array(&w);
    for (size_t i = 0; i < strategy_count(); i++)
        put_strategy(&w, strategy_at(i));
    json_end_array(&w);
    reply_next_cursor(&w, (struct str){0});
    json_end_object(&w);
    return STATUS_OK;
}

enum status strategies_get(struct api_call *call)
{
    const struct strategy *strategy = strategy_find(call->params[0]);
    if (!strategy) return strategy_unknown(call->params[0], call->error);
    struct json_writer w = reply_json(call);
    put_strategy(&w, strategy);
    return STATUS_OK;
}
