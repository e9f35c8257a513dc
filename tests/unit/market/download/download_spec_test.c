#include "unit/unit.h"

#include "base/datetime.h"
#include "base/limits.h"
#include "market/download/download_spec.h"

enum { TODAY = 19800 };

static enum status parse(const char *yaml, struct arena *arena, struct download_spec *spec,
                         struct error *error)
{
    *error = (struct error){0};
    return download_spec_parse(str_from_c(yaml), TODAY, arena, spec, error);
}

static void a_whole_file_says_what_is_wanted(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct download_spec spec;
    struct error error;
    assert_ok(
        parse("asset: um\ndata_type: klines\ninterval: 1h\nsymbols: [bbb, \"AAA\", BBB]\n"
              "start_date: 2024-01-31\nend_date: '2024-02-01'\ndestination_dir: /some/where\ncolour: blue\n",
              &arena, &spec, &error));
    assert_int_equal(spec.asset, DOWNLOAD_UM);
    assert_int_equal(spec.interval, INTERVAL_1H);
    assert_int_equal(spec.symbol_count, 2);
    assert_str_equal(spec.symbols[0], STR("AAA"));
    assert_str_equal(spec.symbols[1], STR("BBB"));
    assert_int_equal(spec.first_day, datetime_days_from_civil(2024, 1, 31));
    assert_int_equal(spec.last_day, datetime_days_from_civil(2024, 2, 1));
    assert_str_equal(spec.destination_dir, STR("/some/where"));
    assert_int_equal(spec.unknown_count, 1);
    assert_str_equal(spec.unknown[0], STR("colour"));
}

static void what_is_left_out_has_a_meaning(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct download_spec spec;
    struct error error;
    assert_ok(parse("interval: 1d\nstart_date: 2024-01-31\nend_date:\n", &arena, &spec, &error));
    assert_int_equal(spec.asset, DOWNLOAD_SPOT);
    assert_int_equal(spec.symbol_count, 0);
    assert_int_equal(spec.last_day, TODAY - 1);
    assert_str_equal(spec.destination_dir, STR("data"));
}

static void what_means_nothing_is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *yaml;
        enum status status;
        const char *part;
    } cases[] = {
        {"interval: 1d\n", STATUS_INVALID, "start_date is missing"},
        {"start_date: 2024-01-01\n", STATUS_INVALID, "interval is missing"},
        {"asset: bonds\n", STATUS_INVALID, "line 1: \"bonds\" is no asset"},
        {"\ndata_type: trades\n", STATUS_UNSUPPORTED, "line 2: \"trades\""},
        {"interval: [1d]\n", STATUS_INVALID, "is no interval"},
        {"start_date: 1900-01-01\n", STATUS_INVALID, "is before 1970"},
        {"symbols: {a: b}\n", STATUS_INVALID, "symbols are a list"},
        {"symbols: [[A]]\n", STATUS_INVALID, "is no symbol"},
        {"symbols: [../A]\n", STATUS_INVALID, "is no symbol"},
        {"interval: 1d\nstart_date: 2024-01-02\nend_date: 2024-01-01\n", STATUS_INVALID, "behind end_date"},
        {"- a\n", STATUS_INVALID, "it is no mapping"},
        {"", STATUS_INVALID, "it is no mapping"},
        {"a: [\n", STATUS_MALFORMED, "no YAML"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ARENA_SCOPE(arena, MIB);
        struct download_spec spec;
        struct error error;
        assert_int_equal(parse(cases[i].yaml, &arena, &spec, &error), cases[i].status);
        if (!strstr(error.message, cases[i].part))
            fail_msg("\"%s\" is not in \"%s\"", cases[i].part, error.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_file_says_what_is_wanted),
        cmocka_unit_test(what_is_left_out_has_a_meaning),
        cmocka_unit_test(what_means_nothing_is_refused_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
