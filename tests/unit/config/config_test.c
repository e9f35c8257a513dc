#include "unit/unit.h"

#include "base/limits.h"
#include "config/config.h"

#include <string.h>

static const char *nothing(const char *name)
{
    (void)name;
    return NULL;
}

static const char *good(const char *name)
{
    if (strcmp(name, "PORT") == 0 || strcmp(name, "CONNECTIONS_PER_ADDRESS") == 0) return "0";
    if (strcmp(name, "MARKET_DB_PATH") == 0) return "candles.db";
    return strcmp(name, "ALLOW_INSECURE_BIND") == 0 ? "1" : "";
}

static const char *bad(const char *name)
{
    if (strcmp(name, "PORT") == 0) return "80000";
    if (strcmp(name, "AUTH_MODE") == 0) return "nobody";
    if (strcmp(name, "LOGIN_NETWORKS") == 0) return "10.0.0.0/8,the office";
    if (strcmp(name, "APP_STATE_DATABASE_URL") == 0) return "mysql://somewhere";
    return strcmp(name, "ALLOW_INSECURE_BIND") == 0 ? "yes" : NULL;
}

static void defaults_are_the_documented_ones(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct config config;
    struct error error = {0};
    assert_ok(config_load(nothing, &arena, &config, &error));
    assert_str_equal(config.host, STR("127.0.0.1"));
    assert_int_equal(config.port, 8000);
    assert_int_equal(config.connections_per_address, LIMIT_CONNECTIONS_PER_ADDRESS);
    assert_str_equal(config.market_db_path, STR("file.db"));
    assert_str_equal(config.state_db_path, STR("app_state.db"));
    assert_str_equal(config.auth_mode, STR("none"));
    assert_int_equal(config_log_level(&config), LOG_INFO);
}

static void the_environment_wins_and_empty_means_unset(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct config config;
    struct error error = {0};
    assert_ok(config_load(good, &arena, &config, &error));
    assert_int_equal(config.port, 0);
    assert_int_equal(config.connections_per_address, 0);
    assert_str_equal(config.market_db_path, STR("candles.db"));
    assert_true(config.allow_insecure_bind);
    assert_str_equal(config.host, STR("127.0.0.1"));
}

static void all_bad_values_are_named_at_once(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct config config;
    struct error error = {0};
    assert_int_equal(config_load(bad, &arena, &config, &error), STATUS_INVALID);
    assert_int_equal(error.field_count, 5);
    assert_string_equal(error.fields[0].pointer, "PORT");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_the_documented_ones),
        cmocka_unit_test(the_environment_wins_and_empty_means_unset),
        cmocka_unit_test(all_bad_values_are_named_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
