#include "unit/unit.h"

#include "app/api_token.h"

static void tokens_are_found_in_text(void **state)
{
    (void)state;
    static const char *const with[] = {
        "tlab_abcdefghij_0123456789abcdefghijklmnopqrstuvwxyz-_ABCDEF",
        "Bearer tlab_abcdefghij_",
        "/api/v1/me/tlab_222222aaaa_x",
        "tlab_tlab_abcdefghij_",
    };
    static const char *const without[] = {"",
                                          "tlab_",
                                          "tlab_session",
                                          "tlab_abcdefghij",
                                          "tlab_abcdefghi_x",
                                          "tlab_abcdefghi1_x",
                                          "tlab_ABCDEFGHIJ_x",
                                          "TLAB_abcdefghij_x"};
    for (size_t i = 0; i < sizeof with / sizeof *with; i++)
        assert_true(api_token_is_in(str_from_c(with[i])));
    for (size_t i = 0; i < sizeof without / sizeof *without; i++)
        assert_false(api_token_is_in(str_from_c(without[i])));
}

static void an_actor_with_a_ceiling_has_the_lower_of_two_roles(void **state)
{
    (void)state;
    const struct actor person = {0}, program = {.ceiling = ROLE_TRADER};
    assert_int_equal(actor_role(&person, ROLE_OWNER), ROLE_OWNER);
    assert_int_equal(actor_role(&program, ROLE_OWNER), ROLE_TRADER);
    assert_int_equal(actor_role(&program, ROLE_VIEWER), ROLE_VIEWER);
    assert_int_equal(actor_role(&program, ROLE_NONE), ROLE_NONE);
}

static void a_bound_actor_sees_one_workspace(void **state)
{
    (void)state;
    const struct actor person = {0}, program = {.only_workspace_id = STR("w1")};
    assert_true(actor_sees(&person, STR("w1")));
    assert_true(actor_sees(&program, STR("w1")));
    assert_false(actor_sees(&program, STR("w2")));
    assert_false(actor_sees(&program, STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_are_found_in_text),
        cmocka_unit_test(an_actor_with_a_ceiling_has_the_lower_of_two_roles),
        cmocka_unit_test(a_bound_actor_sees_one_workspace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
