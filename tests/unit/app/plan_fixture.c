#include "unit/app/plan_fixture.h"

#include "app/paper_account.h"
#include "base/limits.h"

void plan_place_begin(struct plan_place *place)
{
    *place = (struct plan_place){.app = fixture_app(), .actor = FIXTURE_ACTOR};
    arena_init(&place->arena, 256 * MIB);
    place->workspace_id = fixture_workspace(place->app, &place->arena, "of plans");
    place->actor.workspace_id = place->workspace_id;
}

void plan_place_end(struct plan_place *place)
{
    fixture_app_free(place->app);
    arena_clear(&place->arena);
}

struct decimal decimal_of_text(const char *text)
{
    struct decimal value;
    if (decimal_parse(str_from_c(text), &value) != DECIMAL_OK) fail_msg("%s", text);
    return value;
}

void assert_decimal(struct decimal value, const char *expected)
{
    char text[DECIMAL_TEXT_MAX];
    (void)decimal_format(value, text);
    assert_string_equal(text, expected);
}

const struct json_value *json_of_text(struct plan_place *place, const char *text)
{
    const struct json_value *root;
    assert_ok(json_parse(&place->arena, str_from_c(text), &root, &seen_error));
    return root;
}

enum status plan_create(struct plan_place *place, const char *body, struct trade_plan *out_plan)
{
    const struct json_value *object = json_of_text(place, body);
    return trade_plan_create(place->app, &place->actor, object, &place->arena, out_plan, &seen_error);
}

struct trade_plan plan_of_guide(struct plan_place *place)
{
    struct trade_plan plan;
    assert_ok(plan_create(place,
                          "{\"account_id\":\"paper-main\",\"trade_type\":\"single\",\"thesis\":\"Trend\","
                          "\"max_risk_amount\":100,\"legs\":[{\"symbol\":\"BTCUSDT\",\"side\":\"long\","
                          "\"planned_quantity\":0.01,\"planned_entry_price\":60000}]}",
                          &plan));
    return plan;
}

struct trade_plan plan_read(struct plan_place *place, struct str id)
{
    struct trade_plan plan;
    assert_ok(trade_plan_get(place->app, (struct trade_plan_place){place->workspace_id, id}, &place->arena,
                             &plan, &seen_error));
    return plan;
}

struct trade_plan_target plan_target(const struct trade_plan *plan)
{
    return (struct trade_plan_target){{plan->workspace_id, plan->id}, 0};
}

static struct trade_plan_terms terms_of(struct plan_place *place, const char *marks)
{
    struct trade_plan_terms terms = {0};
    assert_ok(mark_read(json_of_text(place, marks), "/mark_prices", place->actor.now_us, &place->arena,
                        &terms.marks, &seen_error));
    return terms;
}

enum status plan_open(struct plan_place *place, struct str id, const char *marks,
                      struct trade_plan_outcome *out_outcome)
{
    const struct trade_plan_opening opening = {{{place->workspace_id, id}, 0}, terms_of(place, marks)};
    return trade_plan_open(place->app, &place->actor, &opening, &place->arena, out_outcome, &seen_error);
}

enum status plan_close(struct plan_place *place, struct str id, const char *marks, const char *fraction,
                       struct trade_plan_outcome *out_outcome)
{
    const struct trade_plan_closing closing = {.target = {{place->workspace_id, id}, 0},
                                               .fraction =
                                                   fraction ? decimal_of_text(fraction) : DECIMAL_ZERO,
                                               .terms = terms_of(place, marks)};
    return trade_plan_close(place->app, &place->actor, &closing, &place->arena, out_outcome, &seen_error);
}

struct paper_account plan_account(struct plan_place *place)
{
    struct paper_account account;
    assert_ok(paper_account_get(place->app, place->workspace_id, PAPER_MAIN_ID, &place->arena, &account,
                                &seen_error));
    return account;
}
