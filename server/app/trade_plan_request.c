#include "app/trade_plan_request.h"

#include "app/backtest_label.h"
#include "app/trade_plan_check.h"
#include "app/trade_plan_risk.h"
#include "app/trade_plan_rule.h"
#include "base/limits.h"
#include "json/decode.h"

#include <stdio.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

struct plan_body {
    struct str account_id;
    int trade_type;
    struct str strategy_tag;
    struct str thesis;
    struct str invalidation;
    const struct json_value *invalidation_rule;
    struct decimal max_risk_amount;
    bool auto_close;
    struct str notes;
    const struct json_value *tags;
    const struct json_value *legs;
};

static const struct json_field plan_fields[] = {
    JSON_FIELD(struct plan_body, account_id, TEXT, .min_bytes = 1, .max_bytes = LIMIT_ID_BYTES),
    JSON_FIELD(struct plan_body, trade_type, CHOICE, .choices = trade_type_names),
    JSON_FIELD(struct plan_body, strategy_tag, TEXT, .min_bytes = 1, .max_bytes = LIMIT_NAME),
    JSON_FIELD(struct plan_body, thesis, TEXT, .max_bytes = LIMIT_PLAN_TEXT_BYTES),
    JSON_FIELD(struct plan_body, invalidation, TEXT, .max_bytes = LIMIT_PLAN_TEXT_BYTES),
    JSON_FIELD(struct plan_body, invalidation_rule, OBJECT),
    JSON_FIELD(struct plan_body, max_risk_amount, DECIMAL, .is_above_minimum = true),
    JSON_FIELD(struct plan_body, auto_close, BOOLEAN),
    JSON_FIELD(struct plan_body, notes, TEXT, .max_bytes = LIMIT_NOTES_BYTES),
    JSON_FIELD(struct plan_body, tags, ARRAY, .max_bytes = LIMIT_TAGS),
    JSON_FIELD(struct plan_body, legs, ARRAY, .max_bytes = LIMIT_PLAN_LEGS),
};

struct leg_body {
    struct str symbol;
    int side;
    struct decimal planned_quantity;
    struct decimal planned_entry_price;
    struct decimal stop_price;
    struct decimal target_price;
};

static const struct json_field leg_fields[] = {
    JSON_FIELD(struct leg_body, symbol, TEXT, .is_required = true, .min_bytes = 1,
               .max_bytes = LIMIT_SERIES_EXPRESSION_BYTES),
    JSON_FIELD(struct leg_body, side, CHOICE, .is_required = true, .choices = leg_side_names),
    JSON_FIELD(struct leg_body, planned_quantity, DECIMAL, .is_required = true, .is_above_minimum = true),
    JSON_FIELD(struct leg_body, planned_entry_price, DECIMAL, .is_required = true, .is_above_minimum = true),
    JSON_FIELD(struct leg_body, stop_price, DECIMAL, .is_above_minimum = true),
    JSON_FIELD(struct leg_body, target_price, DECIMAL, .is_above_minimum = true),
};

struct moved_leg_body {
    struct str leg_id;
    struct decimal stop_price;
    struct decimal target_price;
};

static const struct json_field moved_leg_fields[] = {
    JSON_FIELD(struct moved_leg_body, leg_id, TEXT, .is_required = true, .min_bytes = 1, .max_bytes = 8),
    JSON_FIELD(struct moved_leg_body, stop_price, DECIMAL, .is_above_minimum = true),
    JSON_FIELD(struct moved_leg_body, target_price, DECIMAL, .is_above_minimum = true),
};

static bool is_member(const struct json_value *object, const char *name)
{
    return json_member(object, str_from_c(name)) != NULL;
}

static bool is_null(const struct json_value *object, const char *name)
{
    const struct json_value *value = json_member(object, str_from_c(name));
    return value && value->type == JSON_NULL;
}

static enum status finish(const struct error *error)
{
    return error->field_count ? STATUS_INVALID : STATUS_OK;
}

struct trade_plan_leg *trade_plan_leg_find(const struct trade_plan *plan, struct str id)
{
    for (size_t i = 0; i < plan->leg_count; i++)
        if (str_eq(plan->legs[i].id, id)) return &plan->legs[i];
    return NULL;
}

// ---- legs

static void leg_pointer(char pointer[static ERROR_POINTER_MAX], size_t index)
{
    (void)snprintf(pointer, ERROR_POINTER_MAX, "/legs/%zu", index);
}

static enum status read_leg(const struct json_value *object, size_t index, struct arena *arena,
                            struct trade_plan_leg *leg, struct error *error)
{
    char pointer[ERROR_POINTER_MAX];
    struct leg_body body = {0};
    leg_pointer(pointer, index);
    TRY(json_decode(object, pointer, leg_fields, COUNT_OF(leg_fields), &body, error));
    *leg = (struct trade_plan_leg){
        .id = str_format(arena, "%zu", index + 1),
        .symbol = body.symbol,
        .side = body.side ? LEG_SHORT : LEG_LONG,
        .planned_quantity = body.planned_quantity,
        .planned_entry_price = body.planned_entry_price,
        .stop_price = body.stop_price,
        .target_price = body.target_price,
    };
    return leg->id.ptr ? STATUS_OK : error_no_memory(error);
}

static enum status read_legs(const struct json_value *array, struct arena *arena, struct trade_plan *plan,
                             struct error *error)
{
    struct trade_plan_leg *legs = ARENA_ARRAY(arena, struct trade_plan_leg, array->count);
    if (!legs) return error_no_memory(error);
    const struct json_value *object = json_first(array);
    for (uint32_t i = 0; i < array->count; i++, object = json_after(object))
        (void)read_leg(object, i, arena, &legs[i], error);
    plan->legs = legs;
    plan->leg_count = array->count;
    return finish(error);
}

static enum status move_leg(const struct json_value *object, size_t index, const struct trade_plan *plan,
                            struct error *error)
{
    char pointer[ERROR_POINTER_MAX];
    struct moved_leg_body body = {0};
    leg_pointer(pointer, index);
    TRY(json_decode(object, pointer, moved_leg_fields, COUNT_OF(moved_leg_fields), &body, error));
    struct trade_plan_leg *leg = trade_plan_leg_find(plan, body.leg_id);
    if (!leg)
        return error_add_field(error, pointer, "the plan has no leg \"%.*s\"",
                               STR_ARG(str_prefix(body.leg_id, 8)));
    if (is_member(object, "stop_price")) leg->stop_price = body.stop_price;
    if (is_member(object, "target_price")) leg->target_price = body.target_price;
    return STATUS_OK;
}

// Stops and targets of legs that are open; the array is a copy, for the plan as it was is compared with
// later.
static enum status move_legs(const struct json_value *array, struct arena *arena, struct trade_plan *plan,
                             struct error *error)
{
    struct trade_plan_leg *legs = ARENA_ARRAY(arena, struct trade_plan_leg, plan->leg_count);
    if (!legs) return error_no_memory(error);
    memcpy(legs, plan->legs, plan->leg_count * sizeof *legs);
    plan->legs = legs;
    const struct json_value *object = json_first(array);
    for (uint32_t i = 0; i < array->count; i++, object = json_after(object))
        (void)move_leg(object, i, plan, error);
    return finish(error);
}

// ---- the plan

// What json_decode leaves as it is when a member is null.
static struct str text_of(const struct json_value *members, const char *name, struct str text)
{
    return is_null(members, name) ? (struct str){0} : text;
}

static enum status take_rule(const struct app *app, const struct json_value *object, struct arena *arena,
                             struct trade_plan *plan, struct error *error)
{
    struct trade_plan_rule rule;
    TRY(trade_plan_rule_read(app, object, "/invalidation_rule", arena, &rule, error));
    plan->invalidation_rule = trade_plan_rule_write(&rule, arena);
    return plan->invalidation_rule.ptr ? STATUS_OK : error_no_memory(error);
}

static void take_texts(const struct json_value *members, const struct plan_body *body,
                       struct trade_plan *plan)
{
    plan->strategy_tag = text_of(members, "strategy_tag", body->strategy_tag);
    plan->thesis = text_of(members, "thesis", body->thesis);
    plan->invalidation = text_of(members, "invalidation", body->invalidation);
    plan->notes = text_of(members, "notes", body->notes);
}

static struct plan_body body_of(const struct trade_plan *plan)
{
    return (struct plan_body){
        .account_id = plan->account_id,
        .trade_type = (int)plan->type,
        .strategy_tag = plan->strategy_tag,
        .thesis = plan->thesis,
        .invalidation = plan->invalidation,
        .max_risk_amount = plan->max_risk_amount,
        .auto_close = plan->auto_close,
        .notes = plan->notes,
    };
}

// Everything but the legs.
static enum status take_members(const struct app *app, const struct json_value *members, struct arena *arena,
                                struct plan_body *body, struct trade_plan *plan, struct error *error)
{
    *body = body_of(plan);
    (void)json_decode(members, "", plan_fields, COUNT_OF(plan_fields), body, error);
    if (is_member(members, "tags") || !plan->tags_json.ptr)
        plan->tags_json = backtest_label_tags(body->tags, arena, error);
    TRY(finish(error));
    if (!plan->tags_json.ptr) return error_no_memory(error);
    if (is_null(members, "invalidation_rule")) plan->invalidation_rule = (struct str){0};
    if (body->invalidation_rule) TRY(take_rule(app, body->invalidation_rule, arena, plan, error));
    take_texts(members, body, plan);
    plan->account_id = body->account_id;
    plan->type = (enum trade_type)body->trade_type;
    plan->max_risk_amount = is_null(members, "max_risk_amount") ? DECIMAL_ZERO : body->max_risk_amount;
    plan->auto_close = body->auto_close && !is_null(members, "auto_close");
    return STATUS_OK;
}

static enum status check_planned(const struct app *app, struct arena *arena, struct trade_plan *plan,
                                 struct error *error)
{
    TRY(trade_plan_check_legs(plan, error));
    TRY(trade_plan_check_symbols(app, arena, plan, error));
    return trade_plan_risk_check(plan, error);
}

static void require(const struct json_value *body, const char *name, struct error *error)
{
    char pointer[ERROR_POINTER_MAX];
    (void)snprintf(pointer, sizeof pointer, "/%s", name);
    if (!is_member(body, name) || is_null(body, name)) (void)error_add_field(error, pointer, "is missing");
}

enum status trade_plan_request_read(const struct app *app, const struct json_value *body, struct arena *arena,
                                    struct trade_plan *out_plan, struct error *error)
{
    struct plan_body members;
    struct trade_plan plan = {0};
    require(body, "account_id", error);
    require(body, "trade_type", error);
    require(body, "legs", error);
    const enum status status = take_members(app, body, arena, &members, &plan, error);
    if (members.legs) (void)read_legs(members.legs, arena, &plan, error);
    TRY(status);
    TRY(finish(error));
    TRY(check_planned(app, arena, &plan, error));
    *out_plan = plan;
    return STATUS_OK;
}

// ---- changes

// Which members may still change in a state.
static const char *changeable_in(enum trade_plan_status status)
{
    switch (status) {
    case PLAN_PLANNED:
        return "trade_type strategy_tag thesis invalidation invalidation_rule max_risk_amount auto_close notes "
               "tags legs";
    case PLAN_OPEN: return "thesis invalidation invalidation_rule auto_close notes tags legs";
    case PLAN_CLOSED:
    case PLAN_CANCELLED: return "thesis invalidation notes tags";
    }
    return "";
}

static enum status check_changeable(const struct json_value *members, const struct trade_plan *plan,
                                    struct error *error)
{
    const struct str open = str_from_c(changeable_in(PLAN_OPEN)),
                     allowed = str_from_c(changeable_in(plan->status));
    for (size_t i = 0; i < COUNT_OF(plan_fields); i++) {
        const struct str name = str_from_c(plan_fields[i].name);
        if (!json_member(members, name) || str_lists(allowed, ' ', name)) continue;
        if (str_eq(name, STR("account_id")))
            return error_add_field(error, "/account_id",
                                   "a plan stays in its account; cancel it and make another");
        const bool is_of_open = str_lists(open, ' ', name);
        return error_set(error, STATUS_CONFLICT, is_of_open ? "plan_not_open" : "plan_not_planned",
                         "%s changes only while a plan is planned%s; this one is %s (version %lld)",
                         plan_fields[i].name, is_of_open ? " or open" : "",
                         trade_plan_status_names[plan->status], (long long)plan->version);
    }
    return STATUS_OK;
}

static enum status take_legs(const struct json_value *array, struct arena *arena, struct trade_plan *plan,
                             struct error *error)
{
    return plan->status == PLAN_PLANNED ? read_legs(array, arena, plan, error)
                                        : move_legs(array, arena, plan, error);
}

enum status trade_plan_request_change(const struct app *app, const struct json_value *members,
                                      struct arena *arena, struct trade_plan *plan, struct error *error)
{
    struct plan_body body;
    if (members->count == 0)
        return error_add_field(error, "", "nothing is changed; known members are %s",
                               changeable_in(plan->status));
    TRY(check_changeable(members, plan, error));
    const enum status status = take_members(app, members, arena, &body, plan, error);
    if (is_null(members, "legs")) (void)error_add_field(error, "/legs", "a plan cannot be without legs");
    if (body.legs) (void)take_legs(body.legs, arena, plan, error);
    TRY(status);
    TRY(finish(error));
    if (plan->status == PLAN_PLANNED) return check_planned(app, arena, plan, error);
    if (!body.legs) return STATUS_OK;
    TRY(trade_plan_check_moved(plan, error));
    return trade_plan_risk_check(plan, error);
}
