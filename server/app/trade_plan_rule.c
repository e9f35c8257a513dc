#include "app/trade_plan_rule.h"

#include "base/limits.h"
#include "json/decode.h"
#include "json/writer.h"

#include <stdio.h>

static const char *const operators[] = {"below", "above", NULL};
static const char *const averages[] = {"sma", "ema", NULL};

struct rule_body {
    struct str series;
    struct str interval;
    int operator;
    const struct json_value *level;
    const struct json_value *average;
};

static const struct json_field rule_fields[] = {
    JSON_FIELD(struct rule_body, series, TEXT, .is_required = true, .min_bytes = 1,
               .max_bytes = LIMIT_SERIES_EXPRESSION_BYTES),
    JSON_FIELD(struct rule_body, interval, TEXT, .is_required = true, .max_bytes = 8),
    JSON_FIELD(struct rule_body, operator, CHOICE, .is_required = true, .choices = operators),
    JSON_FIELD(struct rule_body, level, VALUE),
    JSON_FIELD(struct rule_body, average, OBJECT),
};

struct average_body {
    int kind;
    int64_t length;
};

static const struct json_field average_fields[] = {
    JSON_FIELD(struct average_body, kind, CHOICE, .is_required = true, .choices = averages),
    JSON_FIELD(struct average_body, length, INTEGER, .is_required = true, .minimum = 1,
               .maximum = LIMIT_RULE_LENGTH),
};

// "/invalidation_rule/level", until the next call.
struct place {
    const char *pointer;
    char text[ERROR_POINTER_MAX];
};

static const char *at(struct place *place, const char *member)
{
    (void)snprintf(place->text, sizeof place->text, "%.80s/%s", place->pointer, member);
    return place->text;
}

static enum status read_average(const struct json_value *object, const char *pointer,
                                struct trade_plan_rule *rule, struct error *error)
{
    struct average_body body = {0};
    TRY(json_decode(object, pointer, average_fields, sizeof average_fields / sizeof *average_fields, &body,
                    error));
    rule->average = body.kind ? AVERAGE_EMA : AVERAGE_SMA;
    rule->length = (size_t)body.length;
    return STATUS_OK;
}

static enum status read_threshold(const struct rule_body *body, struct place *place,
                                  struct trade_plan_rule *rule, struct error *error)
{
    if (!body->level == !body->average)
        return error_add_field(error, place->pointer, "needs either a level or an average, not %s",
                               body->level ? "both" : "neither");
    if (body->average) return read_average(body->average, at(place, "average"), rule, error);
    TRY(json_decode_decimal(body->level, at(place, "level"), &rule->level, error));
    if (rule->level.units > 0) return STATUS_OK;
    return error_add_field(error, place->text, "%.*s is no price: it must be above 0",
                           STR_ARG(str_prefix(body->level->text, 60)));
}

static enum status read_form(const struct json_value *object, struct place *place,
                             struct trade_plan_rule *out_rule, struct error *error)
{
    struct rule_body body = {0};
    TRY(json_decode(object, place->pointer, rule_fields, sizeof rule_fields / sizeof *rule_fields, &body,
                    error));
    struct trade_plan_rule rule = {.series = body.series, .is_above = body.operator== 1 };
    if (!interval_parse(body.interval, &rule.interval))
        return error_add_field(error, at(place, "interval"), "\"%.*s\" is no interval; take 1h or 1d, say",
                               STR_ARG(str_prefix(body.interval, 20)));
    TRY(read_threshold(&body, place, &rule, error));
    *out_rule = rule;
    return STATUS_OK;
}

// What the market says of the series is a fault of the member that names it.
static enum status blame(enum status status, const char *pointer, struct error *error)
{
    char message[ERROR_MESSAGE_MAX];
    if (status != STATUS_NOT_FOUND && status != STATUS_INVALID) return status;
    (void)str_to_c(str_from_c(error->message), message, sizeof message);
    (void)error_set(error, STATUS_INVALID, NULL, "%s", message);
    return error_add_field(error, pointer, "%.200s", message);
}

static enum status check_series(const struct app *app, const char *pointer, struct arena *arena,
                                struct trade_plan_rule *rule, struct error *error)
{
    SERIES_SCOPE series = NULL;
    if (!app->market) return STATUS_OK;
    TRY(blame(market_series(market_as_it_is(app->market), rule->series, rule->interval, &series, error),
              pointer, error));
    rule->series = str_copy(arena, str_from_c(series->name));
    return rule->series.ptr ? STATUS_OK : error_no_memory(error);
}

enum status trade_plan_rule_read(const struct app *app, const struct json_value *object, const char *pointer,
                                 struct arena *arena, struct trade_plan_rule *out_rule, struct error *error)
{
    struct place place = {.pointer = pointer};
    struct trade_plan_rule rule;
    TRY(read_form(object, &place, &rule, error));
    TRY(check_series(app, at(&place, "series"), arena, &rule, error));
    *out_rule = rule;
    return STATUS_OK;
}

static void put_average(struct json_writer *w, const struct trade_plan_rule *rule)
{
    json_key(w, "average");
    json_begin_object(w);
    json_put_c(w, "kind", averages[rule->average == AVERAGE_EMA]);
    json_put_int(w, "length", (int64_t)rule->length);
    json_end_object(w);
}

struct str trade_plan_rule_write(const struct trade_plan_rule *rule, struct arena *arena)
{
    BUF_SCOPE(buf, 4 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_str(&w, "series", rule->series);
    json_put_c(&w, "interval", interval_name(rule->interval));
    json_put_c(&w, "operator", operators[rule->is_above]);
    if (rule->average == AVERAGE_NONE)
        json_put_decimal(&w, "level", rule->level);
    else
        put_average(&w, rule);
    json_end_object(&w);
    return buf_copy(&buf, arena);
}

enum status trade_plan_rule_parse(struct str text, struct arena *arena, struct trade_plan_rule *out_rule,
                                  struct error *error)
{
    const struct json_value *object;
    struct error fault = {0};
    struct place place = {.pointer = ""};
    const bool is_read = json_parse_object(arena, text, &object, &fault) == STATUS_OK &&
                         read_form(object, &place, out_rule, &fault) == STATUS_OK;
    return is_read ? STATUS_OK
                   : error_set(error, STATUS_INTERNAL, NULL, "a stored invalidation rule cannot be read: %s",
                               fault.message);
}
