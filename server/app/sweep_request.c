#include "app/sweep_request.h"

#include "app/sweep_axes.h"
#include "base/buf.h"
#include "base/limits.h"
#include "json/copy.h"
#include "json/decode.h"
#include "json/writer.h"

#include <stdio.h>
#include <string.h>

enum { METRIC_NAMES_MAX = 64 };

static const char *const goals[] = {"highest", "lowest", NULL};

const char *sweep_axis_name(const struct sweep_request *request, size_t axis)
{
    const struct sweep_axis *at = &request->axes[axis];
    return at->is_rule ? sweep_rule_at(at->index) : request->base.strategy->params[at->index].name;
}

struct choice_body {
    int metric;
    int goal;
};

// The members that no single test has.
static void decode_choice(const struct json_value *body, struct sweep_request *request, struct error *error)
{
    const char *names[METRIC_NAMES_MAX] = {NULL};
    struct choice_body choice = {.goal = -1};
    for (size_t i = 0; i < metric_count() && i + 1 < METRIC_NAMES_MAX; i++) {
        names[i] = metric_at(i)->name;
        if (str_eq(str_from_c(names[i]), STR("sharpe"))) choice.metric = (int)i;
    }
    const struct json_field fields[] = {
        JSON_FIELD(struct choice_body, metric, CHOICE, .choices = names),
        JSON_FIELD(struct choice_body, goal, CHOICE, .choices = goals),
    };
    (void)json_decode_part(body, "", fields, sizeof fields / sizeof *fields, &choice, error);
    request->metric = (size_t)choice.metric;
    request->is_lowest =
        choice.goal < 0 ? metric_at(request->metric)->better == METRIC_LOWER : choice.goal == 1;
}

static bool find_rule(struct str name, size_t *out_index)
{
    for (size_t i = 0; sweep_rule_at(i); i++) {
        *out_index = i;
        if (str_eq(name, str_from_c(sweep_rule_at(i)))) return true;
    }
    return false;
}

static bool find_param(const struct strategy *strategy, struct str name, size_t *out_index)
{
    for (size_t i = 0; i < strategy->param_count; i++) {
        *out_index = i;
        if (str_eq(name, str_from_c(strategy->params[i].name))) return true;
    }
    return false;
}

// A number of the rules, as the request of a single test would take it.
static void check_rule_value(const struct sweep_request *request, size_t rule, double value,
                             struct error *fault)
{
    ARENA_SCOPE(arena, MIB);
    BUF_SCOPE(buf, 4 * KIB);
    struct json_writer w = json_writer_on(&buf);
    struct backtest_request single;
    const struct json_value *object;
    json_begin_object(&w);
    json_put_c(&w, "strategy_id", request->base.strategy->id);
    json_put_str(&w, "symbol", request->base.symbol);
    json_put_double(&w, sweep_rule_at(rule), value);
    json_end_object(&w);
    if (json_parse(&arena, buf_str(&buf), &object, fault) == STATUS_OK)
        (void)backtest_request_decode_parts(object, &arena, &single, fault);
}

// Whether a value is within the bounds of what it is a value of; the fault is told at the axis' own element.
static void check_value(const struct sweep_request *request, const struct raw_axis *raw,
                        const struct sweep_axis *axis, size_t element, struct error *error)
{
    struct error fault = {0};
    char pointer[ERROR_POINTER_MAX];
    if (axis->is_rule)
        check_rule_value(request, axis->index, axis->values[element], &fault);
    else
        (void)strategy_check_value(&request->base.strategy->params[axis->index], axis->values[element],
                                   &fault);
    if (fault.field_count == 0) return;
    (void)snprintf(pointer, sizeof pointer, "%s/%zu", raw->pointer, element);
    (void)error_add_field(error, pointer, "%s", fault.fields[0].detail);
}

static void add_axis(struct sweep_request *request, const struct raw_axis *raw, struct error *error)
{
    const struct strategy *strategy = request->base.strategy;
    struct sweep_axis axis = {.is_rule = !raw->is_param, .values = raw->values, .count = raw->count};
    const bool is_found =
        raw->is_param ? find_param(strategy, raw->name, &axis.index) : find_rule(raw->name, &axis.index);
    if (!is_found) return; // an unknown member: told by the test's own decoding
    if (raw->is_param && strategy->params[axis.index].kind == STRATEGY_PARAM_CHOICE) {
        (void)error_add_field(error, raw->pointer, "is no number; only numbers vary");
        return;
    }
    for (size_t i = 0; i < axis.count; i++)
        check_value(request, raw, &axis, i, error);
    request->axes[request->axis_count++] = axis;
}

// Whether an axis has a place in the test: its values can be at fault then, and not its name.
static bool is_known(const struct raw_axis *axis, const struct strategy *strategy)
{
    size_t index;
    return !axis->is_param || (strategy && find_param(strategy, axis->name, &index));
}

// A fault of the test alone; where it is of an axis, it is one of its first value.
static void tell_fault(const struct raw_axes *axes, const struct strategy *strategy,
                       const struct error_field *fault, struct error *error)
{
    char pointer[ERROR_POINTER_MAX];
    (void)snprintf(pointer, sizeof pointer, "%s", fault->pointer);
    for (size_t i = 0; i < axes->count; i++) {
        const struct raw_axis *axis = &axes->items[i];
        if (!str_eq(str_from_c(fault->pointer), str_from_c(axis->pointer))) continue;
        if (axis->count == 0) return; // a list without a value has its own fault
        if (is_known(axis, strategy)) (void)snprintf(pointer, sizeof pointer, "%s/0", axis->pointer);
    }
    (void)error_add_field(error, pointer, "%s", fault->detail);
}

static enum status decode_base(struct str text, const struct raw_axes *axes, struct arena *arena,
                               struct sweep_request *request, struct error *error)
{
    struct error faults = {0};
    const struct json_value *object;
    TRY(json_parse(arena, text, &object, error));
    const enum status status = backtest_request_decode_parts(object, arena, &request->base, &faults);
    if (status != STATUS_OK && faults.field_count == 0) {
        *error = faults;
        return status;
    }
    const struct json_value *id = json_member(object, STR("strategy_id"));
    const struct strategy *strategy = id && id->type == JSON_STRING ? strategy_find(id->text) : NULL;
    for (size_t i = 0; i < faults.field_count; i++)
        tell_fault(axes, strategy, &faults.fields[i], error);
    return STATUS_OK;
}

static void check_count(const struct sweep_request *request, struct error *error)
{
    const size_t count = sweep_count(request->axes, request->axis_count);
    if (request->axis_count == 0)
        (void)error_add_field(error, "/params",
                              "give at least one number as a list or a range (from, to, step)");
    else if (count > LIMIT_SWEEP_COMBINATIONS)
        (void)error_add_field(error, "/params", "%zu combinations are more than %d", count,
                              LIMIT_SWEEP_COMBINATIONS);
}

// A sweep of which nothing can be run is refused by what is wrong with its first combination.
static void check_some_go_together(const struct sweep_request *request, struct error *error)
{
    const struct strategy *strategy = request->base.strategy;
    const size_t count = sweep_count(request->axes, request->axis_count);
    struct error first = {0};
    for (size_t i = 0; i < count; i++) {
        double values[STRATEGY_PARAMS_MAX];
        struct error fault = {0};
        memcpy(values, request->base.values, sizeof values);
        sweep_apply(request->axes, request->axis_count, i, values, NULL);
        if (strategy_check(strategy, values, &fault) == STATUS_OK) return;
        if (i == 0) first = fault;
    }
    (void)error_add_field(error, first.fields[0].pointer, "none of the %zu combinations goes together: %s",
                          count, first.fields[0].detail);
}

enum status sweep_request_decode(const struct json_value *object, struct arena *arena,
                                 struct sweep_request *out_request, struct error *error)
{
    struct sweep_request request = {0};
    struct raw_axes axes;
    const struct str text = sweep_axes_split(object, arena, &axes, error);
    if (!text.ptr) return error_no_memory(error);
    decode_choice(object, &request, error);
    TRY(decode_base(text, &axes, arena, &request, error));
    for (size_t i = 0; i < axes.count && request.base.strategy; i++)
        add_axis(&request, &axes.items[i], error);
    if (!error->field_count) check_count(&request, error);
    if (!error->field_count) check_some_go_together(&request, error);
    if (error->field_count) return STATUS_INVALID;
    *out_request = request;
    return STATUS_OK;
}

static const struct sweep_axis *axis_named(const struct sweep_request *request, bool is_rule, struct str name)
{
    for (size_t i = 0; i < request->axis_count; i++)
        if (request->axes[i].is_rule == is_rule && str_eq(name, str_from_c(sweep_axis_name(request, i))))
            return &request->axes[i];
    return NULL;
}

static void put_members(struct json_writer *w, const struct sweep_request *request, bool is_rule,
                        const struct json_value *object)
{
    const struct json_value *name = json_first(object);
    for (uint32_t i = 0; i < object->count; i++) {
        const struct json_value *value = json_after(name);
        const struct sweep_axis *axis = axis_named(request, is_rule, name->text);
        json_key_str(w, name->text);
        if (axis) {
            json_double_array(w, axis->values, axis->count);
        } else if (is_rule && str_eq(name->text, STR("params"))) {
            json_begin_object(w);
            put_members(w, request, false, value);
            json_end_object(w);
        } else {
            json_copy(w, value);
        }
        name = json_after(value);
    }
}

struct str sweep_request_json(const struct sweep_request *request, struct str base_json, struct arena *arena)
{
    BUF_SCOPE(buf, LIMIT_JSON_BODY_BYTES);
    struct json_writer w = json_writer_on(&buf);
    const struct json_value *base;
    if (!base_json.ptr || json_parse(arena, base_json, &base, NULL) != STATUS_OK) return (struct str){0};
    json_begin_object(&w);
    put_members(&w, request, true, base);
    json_put_c(&w, "metric", metric_at(request->metric)->name);
    json_put_c(&w, "goal", goals[request->is_lowest]);
    json_end_object(&w);
    return buf_copy(&buf, arena);
}
