#include "api/indicator_query.h"

#include "base/number.h"

static enum status fault(struct api_call *call, struct str part, const char *rule)
{
    return error_add_field(call->error, "?indicators", "\"%.*s\": %s", STR_ARG(str_slice(part, 0, 40)), rule);
}

static enum status unknown(struct api_call *call, struct str part)
{
    BUF_SCOPE(known, KIB);
    for (size_t i = 0; i < indicator_count(); i++)
        buf_append_format(&known, " %s", indicator_at(i)->name);
    return fault(call, part, str_format(call->arena, "is unknown; one of%.*s", STR_ARG(buf_str(&known))).ptr);
}

static enum status parse_value(struct api_call *call, struct str part, const struct indicator_param *param,
                               struct str text, double *out_value)
{
    double value;
    if (number_parse(text, &value) && indicator_param_holds(param, value)) {
        *out_value = value;
        return STATUS_OK;
    }
    return fault(call, part,
                 str_format(call->arena, "%s must be %s %s %g and at most %g", param->name,
                            param->is_integer ? "an integer" : "a number",
                            param->is_above_minimum ? "above" : "from", param->minimum, param->maximum)
                     .ptr);
}

static enum status parse_one(struct api_call *call, struct str part, struct indicator_request *out_request)
{
    struct str rest = part, name, text;
    (void)str_split(&rest, ':', &name);
    const struct indicator *indicator = indicator_find(name);
    if (!indicator) return unknown(call, part);
    struct indicator_request request = {.indicator = indicator, .text = part};
    for (size_t i = 0; i < indicator->param_count; i++) {
        if (!str_split(&rest, ':', &text))
            return fault(
                call, part,
                str_format(call->arena, "takes %zu parameters, separated by colons", indicator->param_count)
                    .ptr);
        TRY(parse_value(call, part, &indicator->params[i], text, &request.values[i]));
    }
    if (rest.ptr && indicator->param_count == 0) return fault(call, part, "takes no parameters");
    if (rest.ptr)
        return fault(call, part,
                     str_format(call->arena, "takes %zu parameters, no more", indicator->param_count).ptr);
    *out_request = request;
    return STATUS_OK;
}

static bool is_repeated(const struct indicator_set *set, struct str part)
{
    for (size_t i = 0; i < set->count; i++)
        if (str_eq(set->items[i].text, part)) return true;
    return false;
}

enum status indicator_query_parse(struct api_call *call, struct str text, struct indicator_set *out_set)
{
    struct str rest = text, part;
    while (text.len && str_split(&rest, ',', &part)) {
        if (is_repeated(out_set, part)) return fault(call, part, "is asked for twice");
        if (out_set->count == LIMIT_INDICATORS)
            return fault(call, part, "is one more than the 16 of one request");
        TRY(parse_one(call, part, &out_set->items[out_set->count++]));
    }
    return STATUS_OK;
}

enum status indicator_query_run(struct indicator_set *set, const struct candles *candles, struct arena *arena,
                                struct error *error)
{
    for (size_t i = 0; i < set->count; i++) {
        struct indicator_request *request = &set->items[i];
        TRY(indicator_run(request->indicator, request->values, candles, arena, request->columns, error));
    }
    return STATUS_OK;
}
