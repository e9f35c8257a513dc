#include "unit/unit.h"

#include "app/paper_order_state.h"

static void only_orders_that_rest_go_anywhere(void **state)
{
    (void)state;
    static const int expected[][PAPER_ORDER_STEP_COUNT] = {
        //                        FILL                CANCEL                 REJECT
        [PAPER_ORDER_ACCEPTED] = {PAPER_ORDER_FILLED, PAPER_ORDER_CANCELLED, PAPER_ORDER_REJECTED},
        [PAPER_ORDER_FILLED] = {-1, -1, -1},
        [PAPER_ORDER_CANCELLED] = {-1, -1, -1},
        [PAPER_ORDER_REJECTED] = {-1, -1, -1},
    };
    for (int from = PAPER_ORDER_ACCEPTED; from <= PAPER_ORDER_REJECTED; from++)
        for (int step = 0; step < PAPER_ORDER_STEP_COUNT; step++) {
            enum paper_order_status to;
            const bool can =
                paper_order_state_after((enum paper_order_status)from, (enum paper_order_step)step, &to);
            assert_int_equal(can ? (int)to : -1, expected[from][step]);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(only_orders_that_rest_go_anywhere)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
