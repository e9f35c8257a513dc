#include "unit/unit.h"

#include "api/routes.h"

static const struct route *find(enum http_method method, struct str path, struct str *params,
                                unsigned *allowed)
{
    *allowed = 0;
    return route_find(method, path, params, allowed);
}

static void the_table_is_sound(void **state)
{
    (void)state;
    struct error error = {0};
    assert_ok(routes_check(&error));
}

static void parameters_are_cut_out_of_the_path(void **state)
{
    (void)state;
    struct str params[ROUTE_PARAMS_MAX];
    unsigned allowed;
    const struct route *route =
        find(HTTP_GET, STR("/api/v1/workspaces/w1/backtests/b2/equity"), params, &allowed);
    assert_non_null(route);
    assert_str_equal(params[0], STR("w1"));
    assert_str_equal(params[1], STR("b2"));
    assert_int_equal(route->least_role, LEAST_VIEWER);
}

static void head_is_answered_where_get_is(void **state)
{
    (void)state;
    struct str params[ROUTE_PARAMS_MAX];
    unsigned allowed;
    assert_ptr_equal(find(HTTP_HEAD, STR("/api/v1/me"), params, &allowed),
                     find(HTTP_GET, STR("/api/v1/me"), params, &allowed));
}

static void a_method_that_a_path_lacks_is_told_apart_from_a_path_that_is_not(void **state)
{
    (void)state;
    struct str params[ROUTE_PARAMS_MAX];
    unsigned allowed;
    assert_null(find(HTTP_PUT, STR("/api/v1/workspaces"), params, &allowed));
    assert_int_equal(allowed, 1u << HTTP_GET | 1u << HTTP_POST);
    static const char *const absent[] = {"/api/v1/workspaces/",
                                         "/api/v1/workspaces//backtests",
                                         "/api/v1",
                                         "/api/v1/nothing",
                                         "/api/v1/workspaces/w1/backtests/b2/equity/x",
                                         "/api/v2/me"};
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        assert_null(find(HTTP_GET, str_from_c(absent[i]), params, &allowed));
        assert_int_equal(allowed, 0);
    }
}

static void legacy_routes_mean_a_workspace(void **state)
{
    (void)state;
    struct str params[ROUTE_PARAMS_MAX];
    unsigned allowed;
    const struct route *legacy = find(HTTP_POST, STR("/api/v1/backtests"), params, &allowed);
    assert_true(legacy->is_legacy && route_is_of_workspace(legacy));
    assert_false(route_is_of_workspace(find(HTTP_GET, STR("/api/v1/candles"), params, &allowed)));
}

static void what_is_for_operators_takes_no_tokens(void **state)
{
    (void)state;
    for (size_t i = 0; i < route_count(); i++)
        if (route_at(i)->least_role == LEAST_OPERATOR) assert_true(route_at(i)->refuses_tokens);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_sound),
        cmocka_unit_test(parameters_are_cut_out_of_the_path),
        cmocka_unit_test(head_is_answered_where_get_is),
        cmocka_unit_test(a_method_that_a_path_lacks_is_told_apart_from_a_path_that_is_not),
        cmocka_unit_test(legacy_routes_mean_a_workspace),
        cmocka_unit_test(what_is_for_operators_takes_no_tokens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
