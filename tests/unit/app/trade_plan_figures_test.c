// The table of a plan's states, its risk, what it made, and parts of it: arithmetic without a database.
#include "unit/unit.h"

#include "app/trade_plan_parts.h"
#include "app/trade_plan_pnl.h"
#include "app/trade_plan_risk.h"
#include "app/trade_plan_state.h"
#include "base/limits.h"

static struct decimal decimal(const char *text)
{
    struct decimal value;
    if (decimal_parse(str_from_c(text), &value) != DECIMAL_OK) fail_msg("%s", text);
    return value;
}

static void assert_decimal(struct decimal value, const char *expected)
{
    char text[DECIMAL_TEXT_MAX];
    (void)decimal_format(value, text);
    assert_string_equal(text, expected);
}

static void four_arrows_are_all_there_are(void **state)
{
    (void)state;
    int arrows = 0;
    enum trade_plan_status to;
    for (int from = PLAN_PLANNED; from <= PLAN_CANCELLED; from++)
        for (int step = 0; step < PLAN_STEP_COUNT; step++)
            arrows +=
                trade_plan_state_after((enum trade_plan_status)from, (enum trade_plan_step)step, &to) ? 1 : 0;
    assert_int_equal(arrows, 4);
    assert_true(trade_plan_state_after(PLAN_PLANNED, PLAN_STEP_OPEN, &to) && to == PLAN_OPEN);
    assert_true(trade_plan_state_after(PLAN_PLANNED, PLAN_STEP_CANCEL, &to) && to == PLAN_CANCELLED);
    assert_true(trade_plan_state_after(PLAN_OPEN, PLAN_STEP_CLOSE_PART, &to) && to == PLAN_OPEN);
    assert_true(trade_plan_state_after(PLAN_OPEN, PLAN_STEP_CLOSE, &to) && to == PLAN_CLOSED);
}

static void risk_is_what_is_lost_at_the_stops(void **state)
{
    (void)state;
    struct error error = {0};
    struct decimal risk;
    bool has_stop;
    struct trade_plan_leg legs[] = {
        {.side = LEG_LONG, .planned_quantity = decimal("3"), .planned_entry_price = decimal("0.3")},
        {.side = LEG_SHORT, .planned_quantity = decimal("2"), .planned_entry_price = decimal("10")},
    };
    struct trade_plan plan = {.legs = legs, .leg_count = 2};
    assert_int_equal(trade_plan_risk_count(&plan, &has_stop, &risk, &error), STATUS_OK);
    assert_false(has_stop);
    legs[0].stop_price = decimal("0.1");
    legs[1].stop_price = decimal("11.5");
    assert_int_equal(trade_plan_risk_count(&plan, &has_stop, &risk, &error), STATUS_OK);
    assert_decimal(risk, "3.6");
    plan.max_risk_amount = decimal("3.6");
    assert_int_equal(trade_plan_risk_check(&plan, &error), STATUS_OK);
    plan.max_risk_amount = decimal("3.599999999999999999");
    assert_int_equal(trade_plan_risk_check(&plan, &error), STATUS_INVALID);
    assert_string_equal(error.code, "risk_too_large");
    assert_string_equal(error.fields[0].pointer, "/max_risk_amount");
    legs[1].stop_price = decimal("9"); // a profit is kept
    assert_int_equal(trade_plan_risk_count(&plan, &has_stop, &risk, &error), STATUS_OK);
    assert_decimal(risk, "0.6");
    legs[0].planned_quantity = legs[0].planned_entry_price = decimal("99999999999999999999");
    error = (struct error){0};
    assert_int_equal(trade_plan_risk_count(&plan, &has_stop, &risk, &error), STATUS_INVALID);
    assert_string_equal(error.code, "amount_too_large");
}

// 3 bought for 1 in all: a third of it has no last digit.
static void what_was_made_adds_up_whatever_was_rounded(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct error error = {0};
    struct trade_plan_leg leg = {.symbol = STR("ABC"),
                                 .side = LEG_LONG,
                                 .planned_entry_price = decimal("0.3"),
                                 .quantity_open = decimal("2"),
                                 .quantity_closed = decimal("1"),
                                 .entry_notional = decimal("1"),
                                 .exit_notional = decimal("0.5"),
                                 .fees = decimal("0.01")};
    const struct trade_plan plan = {.legs = &leg, .leg_count = 1};
    struct mark mark = {.symbol = STR("ABC"), .is_known = true, .price = decimal("0.25")};
    const struct mark_list marks = {&mark, 1};
    struct trade_plan_pnl pnl;
    assert_int_equal(trade_plan_pnl_count(&plan, &marks, &arena, &pnl, &error), STATUS_OK);
    assert_decimal(pnl.legs[0].realized_pnl, "0.166666666666666667");
    assert_decimal(pnl.legs[0].unrealized_pnl, "-0.166666666666666667");
    assert_decimal(pnl.total.total_pnl, "-0.01");
    assert_decimal(pnl.total.slippage, "0.1");
    leg.side = LEG_SHORT;
    assert_int_equal(trade_plan_pnl_count(&plan, &marks, &arena, &pnl, &error), STATUS_OK);
    assert_decimal(pnl.total.realized_pnl, "-0.166666666666666667");
    assert_decimal(pnl.total.total_pnl, "-0.01");
    mark.is_known = false;
    assert_int_equal(trade_plan_pnl_count(&plan, &marks, &arena, &pnl, &error), STATUS_OK);
    assert_false(pnl.total.is_marked);
    assert_decimal(pnl.total.realized_pnl, "-0.166666666666666667");
}

static void parts_are_of_what_is_open(void **state)
{
    (void)state;
    struct error error = {0};
    struct decimal quantities[2];
    struct trade_plan_leg legs[] = {
        {.id = STR("1"), .quantity_open = decimal("0.000000000000000003")},
        {.id = STR("2"), .quantity_open = decimal("1")},
    };
    const struct trade_plan plan = {.legs = legs, .leg_count = 2};
    struct trade_plan_closing closing = {.fraction = decimal("0.5")};
    assert_int_equal(trade_plan_parts_count(&plan, &closing, quantities, &error), STATUS_OK);
    assert_decimal(quantities[0], "0.000000000000000002"); // 1.5: to the even digit
    assert_decimal(quantities[1], "0.5");
    closing.fraction = decimal("0.000000000000000001");
    assert_int_equal(trade_plan_parts_count(&plan, &closing, quantities, &error), STATUS_OK);
    assert_decimal(quantities[0], "0");
    legs[1].quantity_open = DECIMAL_ZERO;
    assert_int_equal(trade_plan_parts_count(&plan, &closing, quantities, &error), STATUS_INVALID);
    assert_string_equal(error.fields[0].pointer, "/fraction");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_arrows_are_all_there_are),
        cmocka_unit_test(risk_is_what_is_lost_at_the_stops),
        cmocka_unit_test(what_was_made_adds_up_whatever_was_rounded),
        cmocka_unit_test(parts_are_of_what_is_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
