#include "app/trade_plan_terms.h"

#include "base/limits.h"
#include "json/decode.h"

#include <stdio.h>

enum { MOST_BPS = 1000 };

// Members that are absent stay negative, which none may be.
struct move_body {
    const struct json_value *mark_prices;
    struct decimal fee_bps;
    struct decimal slippage_bps;
    struct decimal fraction;
    const struct json_value *legs;
    struct str note;
};

static const struct decimal absent = {-1};

#define TERMS_FIELDS                                                                                         \
    JSON_FIELD(struct move_body, mark_prices, OBJECT),                                                       \
        JSON_FIELD(struct move_body, fee_bps, DECIMAL, .maximum = MOST_BPS),                                 \
        JSON_FIELD(struct move_body, slippage_bps, DECIMAL, .maximum = MOST_BPS)

static enum status take_terms(const struct move_body *body, int64_t now_us, struct arena *arena,
                              struct trade_plan_terms *out_terms, struct error *error)
{
    struct trade_plan_terms terms = {
        .has_fee_bps = !decimal_is_negative(body->fee_bps),
        .has_slippage_bps = !decimal_is_negative(body->slippage_bps),
        .fee_bps = body->fee_bps,
        .slippage_bps = body->slippage_bps,
    };
    TRY(mark_read(body->mark_prices, "/mark_prices", now_us, arena, &terms.marks, error));
    *out_terms = terms;
    return error->field_count ? STATUS_INVALID : STATUS_OK;
}

enum status trade_plan_terms_read(const struct json_value *body, int64_t now_us, struct arena *arena,
                                  struct trade_plan_terms *out_terms, struct error *error)
{
    static const struct json_field fields[] = {TERMS_FIELDS};
    struct move_body members = {.fee_bps = absent, .slippage_bps = absent};
    if (body) (void)json_decode(body, "", fields, sizeof fields / sizeof *fields, &members, error);
    return take_terms(&members, now_us, arena, out_terms, error);
}

static enum status read_part(const struct json_value *object, size_t index, struct trade_plan_part *out_part,
                             struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct trade_plan_part, leg_id, TEXT, .is_required = true, .min_bytes = 1, .max_bytes = 8),
        JSON_FIELD(struct trade_plan_part, quantity, DECIMAL, .is_required = true, .is_above_minimum = true),
    };
    char pointer[ERROR_POINTER_MAX];
    (void)snprintf(pointer, sizeof pointer, "/legs/%zu", index);
    return json_decode(object, pointer, fields, sizeof fields / sizeof *fields, out_part, error);
}

static enum status take_parts(const struct json_value *array, struct arena *arena,
                              struct trade_plan_closing *closing, struct error *error)
{
    struct trade_plan_part *parts = ARENA_ARRAY(arena, struct trade_plan_part, array->count);
    if (!parts) return error_no_memory(error);
    if (array->count == 0)
        return error_add_field(error, "/legs", "names no leg; leave it out to close everything");
    const struct json_value *object = json_first(array);
    for (uint32_t i = 0; i < array->count; i++, object = json_after(object))
        (void)read_part(object, i, &parts[i], error);
    closing->parts = parts;
    closing->part_count = array->count;
    return STATUS_OK;
}

enum status trade_plan_closing_read(const struct json_value *body, int64_t now_us, struct arena *arena,
                                    struct trade_plan_closing *out_closing, struct error *error)
{
    static const struct json_field fields[] = {
        TERMS_FIELDS,
        JSON_FIELD(struct move_body, fraction, DECIMAL, .is_above_minimum = true, .maximum = 1),
        JSON_FIELD(struct move_body, legs, ARRAY, .max_bytes = LIMIT_PLAN_LEGS),
        JSON_FIELD(struct move_body, note, TEXT, .max_bytes = LIMIT_NOTES_BYTES),
    };
    struct move_body members = {.fee_bps = absent, .slippage_bps = absent};
    struct trade_plan_closing closing = {.reason = CLOSE_MANUAL};
    if (body) (void)json_decode(body, "", fields, sizeof fields / sizeof *fields, &members, error);
    if (members.legs && !decimal_is_zero(members.fraction))
        (void)error_add_field(error, "/fraction", "goes without legs: give one of them");
    if (members.legs) TRY(take_parts(members.legs, arena, &closing, error));
    closing.fraction = members.fraction;
    closing.note = str_trim(members.note);
    TRY(take_terms(&members, now_us, arena, &closing.terms, error));
    *out_closing = closing;
    return STATUS_OK;
}
