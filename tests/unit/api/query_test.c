#include "unit/unit.h"

#include "api/cursor.h"
#include "api/query.h"
#include "base/limits.h"

// A call with one query parameter.
struct fixture {
    struct http_pair pair;
    struct http_request request;
    struct error error;
    struct arena arena;
    struct api_call call;
};

static void prepare(struct fixture *f, struct str name, struct str value)
{
    *f = (struct fixture){.pair = {name, value}};
    arena_init(&f->arena, MIB);
    f->request = (struct http_request){.query = &f->pair, .query_count = 1, .arena = &f->arena};
    f->call = (struct api_call){.request = &f->request, .arena = &f->arena, .error = &f->error};
}

static void times_are_seconds_or_dates(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t time;
    } cases[] = {{"1704067200", 1704067200},
                 {"2024-01-01", 1704067200},
                 {"2024-01-01T00:00:00.5Z", 1704067201},
                 {"-1", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        bool is_given = false;
        int64_t time = 0;
        prepare(&f, STR("from"), str_from_c(cases[i].text));
        assert_ok(query_time(&f.call, "from", &is_given, &time));
        assert_true(is_given);
        assert_int_equal(time, cases[i].time);
        arena_clear(&f.arena);
    }
}

static void a_time_that_did_not_come_is_not_given(void **state)
{
    (void)state;
    struct fixture f;
    bool is_given = true;
    int64_t time = 7;
    prepare(&f, STR("to"), STR("2024-01-01"));
    assert_ok(query_time(&f.call, "from", &is_given, &time));
    assert_false(is_given);
    assert_int_equal(time, 7);
    arena_clear(&f.arena);
}

static void bad_values_name_the_parameter_and_the_rule(void **state)
{
    (void)state;
    struct fixture f;
    size_t limit = 5;
    prepare(&f, STR("limit"), STR("0"));
    assert_int_equal(query_count(&f.call, "limit", 10, &limit), STATUS_INVALID);
    assert_int_equal(limit, 5);
    assert_string_equal(f.error.fields[0].pointer, "?limit");
    assert_string_equal(f.error.fields[0].detail, "must be an integer from 1 to 10, not \"0\"");
    arena_clear(&f.arena);
}

static void names_that_a_route_does_not_know_are_refused(void **state)
{
    (void)state;
    struct fixture f;
    prepare(&f, STR("limits"), STR("1"));
    assert_int_equal(query_check_names(&f.request, "limit cursor", &f.error), STATUS_INVALID);
    assert_string_equal(f.error.fields[0].pointer, "?limits");
    arena_clear(&f.arena);
}

static void a_cursor_comes_back_as_it_was_written(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    for (int64_t key = -3; key < 2000000000000; key = key * 7 + 22) {
        struct fixture f;
        bool is_given;
        int64_t read;
        struct str id;
        prepare(&f, STR("cursor"), cursor_write_int(&arena, 'w', key, STR("some-id")));
        assert_ok(cursor_read_int(&f.call, 'w', &is_given, &read, &id));
        assert_int_equal(read, key);
        assert_str_equal(id, STR("some-id"));
        arena_clear(&f.arena);
    }
}

static void a_cursor_of_another_list_or_of_nobody_is_refused(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    const struct str texts[] = {
        cursor_write_int(&arena, 'x', 5, STR("")),      STR("abc"), STR("!!!"), STR(""), STR("d3w"),
        cursor_write(&arena, 'w', STR("five"), STR(""))};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct fixture f;
        bool is_given;
        int64_t key;
        struct str id;
        prepare(&f, STR("cursor"), texts[i]);
        assert_int_equal(cursor_read_int(&f.call, 'w', &is_given, &key, &id), STATUS_INVALID);
        assert_string_equal(f.error.fields[0].pointer, "?cursor");
        arena_clear(&f.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_seconds_or_dates),
        cmocka_unit_test(a_time_that_did_not_come_is_not_given),
        cmocka_unit_test(bad_values_name_the_parameter_and_the_rule),
        cmocka_unit_test(names_that_a_route_does_not_know_are_refused),
        cmocka_unit_test(a_cursor_comes_back_as_it_was_written),
        cmocka_unit_test(a_cursor_of_another_list_or_of_nobody_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
