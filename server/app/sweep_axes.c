#include "app/sweep_axes.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/number.h"
#include "json/copy.h"
#include "json/decode.h"

#include <math.h>
#include <stdio.h>

static const double largest = 1e15;

// One call of sweep_axes_split.
struct split {
    struct arena *arena;
    struct raw_axes axes;
    struct error *error;
};

// A value that stands twice would be run twice and count as two trials.
static bool has_value(const struct raw_axis *axis, double value)
{
    for (size_t i = 0; i < axis->count; i++)
        if (axis->values[i] == value) return true;
    return false;
}

static enum status read_value(struct split *split, const struct json_value *element, struct raw_axis *axis)
{
    char pointer[ERROR_POINTER_MAX];
    double *value = &axis->values[axis->count];
    (void)snprintf(pointer, sizeof pointer, "%s/%zu", axis->pointer, axis->count);
    if (element->type != JSON_NUMBER || !number_parse(element->text, value))
        return error_add_field(
            split->error, pointer,
            "must be a number: only numbers vary, what has a name is given once, without a list");
    if (has_value(axis, *value))
        return error_add_field(split->error, pointer, "must not be there twice, as %g is", *value);
    return STATUS_OK;
}

static enum status read_list(struct split *split, const struct json_value *list, struct raw_axis *axis)
{
    if (list->count == 0 || list->count > LIMIT_SWEEP_COMBINATIONS)
        return error_add_field(split->error, axis->pointer, "must list 1 to %d values, not %u",
                               LIMIT_SWEEP_COMBINATIONS, list->count);
    axis->values = ARENA_ARRAY(split->arena, double, list->count);
    if (!axis->values) return error_no_memory(split->error);
    const struct json_value *element = json_first(list);
    for (; axis->count < list->count; axis->count++, element = json_after(element))
        TRY(read_value(split, element, axis));
    return STATUS_OK;
}

struct range {
    double from;
    double to;
    double step;
};

// from, from + step, … up to and with `to`; a last step that misses it by a rounding counts.
static enum status fill_range(struct split *split, const struct range *range, struct raw_axis *axis)
{
    const double steps = floor((range->to - range->from) / range->step + 1e-9);
    if (!(steps >= 0 && steps < LIMIT_SWEEP_COMBINATIONS))
        return error_add_field(split->error, axis->pointer,
                               "must run from %g up to %g in at most %d steps of %g", range->from, range->to,
                               LIMIT_SWEEP_COMBINATIONS, range->step);
    const size_t count = (size_t)steps + 1;
    axis->values = ARENA_ARRAY(split->arena, double, count);
    if (!axis->values) return error_no_memory(split->error);
    for (; axis->count < count; axis->count++) {
        // to the 12th digit, so that 0.1 + 2 · 0.1 is the 0.3 that would be written
        char text[NUMBER_TEXT_MAX];
        const double exact = range->from + (double)axis->count * range->step;
        (void)snprintf(text, sizeof text, "%.12g", exact);
        axis->values[axis->count] = exact;
        (void)number_parse(str_from_c(text), &axis->values[axis->count]);
    }
    return STATUS_OK;
}

static enum status read_range(struct split *split, const struct json_value *object, struct raw_axis *axis)
{
    struct range range = {0};
    const struct json_field fields[] = {
        JSON_FIELD(struct range, from, NUMBER, .is_required = true, .minimum = -largest, .maximum = largest),
        JSON_FIELD(struct range, to, NUMBER, .is_required = true, .minimum = -largest, .maximum = largest),
        JSON_FIELD(struct range, step, NUMBER, .is_required = true, .is_above_minimum = true,
                   .maximum = largest),
    };
    TRY(json_decode(object, axis->pointer, fields, sizeof fields / sizeof *fields, &range, split->error));
    return fill_range(split, &range, axis);
}

static bool is_varying(const struct json_value *value)
{
    return value->type == JSON_ARRAY || value->type == JSON_OBJECT;
}

// Writes the first value of an axis, or 0 where it has none: its fault is recorded by then.
static void take_axis(struct split *split, struct json_writer *w, struct str name, bool is_param,
                      const struct json_value *value)
{
    struct raw_axis axis = {.name = name, .is_param = is_param};
    (void)snprintf(axis.pointer, sizeof axis.pointer, "%s/%.*s", is_param ? "/params" : "",
                   (int)(name.len < 60 ? name.len : 60), name.ptr);
    if (split->axes.count == SWEEP_AXES_MAX) {
        (void)error_add_field(split->error, axis.pointer, "is one more than the %d members that may vary",
                              SWEEP_AXES_MAX);
    } else {
        (void)(value->type == JSON_ARRAY ? read_list(split, value, &axis) : read_range(split, value, &axis));
        split->axes.items[split->axes.count++] = axis;
    }
    json_double(w, axis.count ? axis.values[0] : 0);
}

static bool is_rule_number(struct str name)
{
    for (size_t i = 0; sweep_rule_at(i); i++)
        if (str_eq(name, str_from_c(sweep_rule_at(i)))) return true;
    return false;
}

static bool is_own_member(struct str name)
{
    return str_eq(name, STR("metric")) || str_eq(name, STR("goal"));
}

static void write_params(struct split *split, struct json_writer *w, const struct json_value *params)
{
    const struct json_value *name = json_first(params);
    json_begin_object(w);
    for (uint32_t i = 0; i < params->count; i++) {
        const struct json_value *value = json_after(name);
        json_key_str(w, name->text);
        if (is_varying(value))
            take_axis(split, w, name->text, true, value);
        else
            json_copy(w, value);
        name = json_after(value);
    }
    json_end_object(w);
}

static void write_member(struct split *split, struct json_writer *w, struct str name,
                         const struct json_value *value)
{
    if (is_own_member(name)) return;
    json_key_str(w, name);
    if (str_eq(name, STR("params")) && value->type == JSON_OBJECT)
        write_params(split, w, value);
    else if (is_rule_number(name) && is_varying(value))
        take_axis(split, w, name, false, value);
    else
        json_copy(w, value);
}

struct str sweep_axes_split(const struct json_value *body, struct arena *arena, struct raw_axes *out_axes,
                            struct error *error)
{
    BUF_SCOPE(buf, LIMIT_JSON_BODY_BYTES);
    struct json_writer w = json_writer_on(&buf);
    struct split split = {.arena = arena, .error = error};
    const struct json_value *name = json_first(body);
    json_begin_object(&w);
    for (uint32_t i = 0; i < body->count; i++) {
        const struct json_value *value = json_after(name);
        write_member(&split, &w, name->text, value);
        name = json_after(value);
    }
    json_end_object(&w);
    *out_axes = split.axes;
    return buf_copy(&buf, arena);
}
