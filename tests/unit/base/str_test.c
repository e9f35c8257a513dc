#include "check.h"

#include "base/arena.h"

static void equal_means_same_bytes_and_length(void **state)
{
    (void)state;
    assert_true(str_eq(STR("abc"), STR("abc")));
    assert_false(str_eq(STR("abc"), STR("abd")));
    assert_false(str_eq(STR("abc"), STR("ab")));
    assert_true(str_eq((struct str){0}, STR("")));
    assert_true(str_eq(STR("a\0b"), STR("a\0b")));
    assert_false(str_eq(STR("a\0b"), STR("a\0c")));
}

static void case_is_ignored_for_ascii_letters_only(void **state)
{
    (void)state;
    assert_true(str_eq_ignore_case(STR("Content-TYPE"), STR("content-type")));
    assert_false(str_eq_ignore_case(STR("Ä"), STR("ä")));
    assert_false(str_eq_ignore_case(STR("@"), STR("`"))); // differ in the bit that makes a letter small
}

static void capitals_are_of_ascii_letters_only(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, 1024);
    assert_true(str_eq(str_upper(&arena, STR("az{`09Äusdt")), STR("AZ{`09ÄUSDT")));
    assert_int_equal(str_upper(&arena, STR("")).len, 0);
}

static void order_is_by_unsigned_bytes_then_length(void **state)
{
    (void)state;
    assert_true(str_compare(STR("a"), STR("b")) < 0);
    assert_true(str_compare(STR("ab"), STR("a")) > 0);
    assert_true(str_compare(STR("z"), STR("é")) < 0);
    assert_int_equal(str_compare((struct str){0}, STR("")), 0);
    assert_int_equal(str_compare_ignore_case(STR("Layer 1"), STR("LAYER 1")), 0);
    assert_true(str_compare_ignore_case(STR("a"), STR("B")) < 0 &&
                str_compare_ignore_case(STR("B"), STR("a")) > 0);
    assert_true(str_compare_ignore_case(STR("z"), STR("é")) < 0);
    assert_true(str_compare_ignore_case(STR("AB"), STR("a")) > 0);
}

static void prefixes_suffixes_and_parts_are_found(void **state)
{
    (void)state;
    assert_true(str_starts_with(STR("/api/v1"), STR("/api")));
    assert_false(str_starts_with(STR("/ap"), STR("/api")));
    assert_true(str_ends_with(STR("a.csv.gz"), STR(".gz")));
    assert_false(str_ends_with(STR("gz"), STR(".gz")));
    assert_true(str_starts_with(STR("x"), STR("")) && str_ends_with(STR("x"), STR("")));
    assert_true(str_contains(STR("BTCUSDT"), STR("USD")) && str_contains((struct str){0}, STR("")));
    assert_false(str_contains((struct str){0}, STR("x")));
    assert_int_equal(str_find(STR("a=b=c"), '='), 1);
    assert_int_equal(str_find(STR("abc"), '='), 3);
}

static void a_slice_is_cut_to_what_exists(void **state)
{
    (void)state;
    assert_text(str_slice(STR("abcdef"), 2, 3), "cde");
    assert_text(str_slice(STR("abc"), 1, SIZE_MAX), "bc");
    assert_text(str_slice(STR("abc"), 3, 1), "");
    assert_text(str_slice(STR("abc"), SIZE_MAX, SIZE_MAX), "");
}

static void a_prefix_never_cuts_a_character(void **state)
{
    (void)state;
    assert_text(str_prefix(STR("abc"), 3), "abc");
    assert_text(str_prefix(STR("abc"), 2), "ab");
    assert_text(str_prefix(STR("a€b"), 4), "a€");
    assert_text(str_prefix(STR("a€b"), 3), "a");
    assert_text(str_prefix(STR("a€b"), 2), "a");
    assert_text(str_prefix(STR("€"), 1), "");
    assert_text(str_prefix(STR("a😀"), 4), "a");
}

static void a_list_names_its_parts(void **state)
{
    (void)state;
    assert_true(str_lists(STR("a, bc ,d"), ',', STR("bc")));
    assert_true(str_lists(STR("a b"), ' ', STR("b")));
    assert_false(str_lists(STR("a,bc"), ',', STR("b")));
    assert_false(str_lists((struct str){0}, ',', STR("")));
}

static void trimming_takes_blanks_off_both_ends(void **state)
{
    (void)state;
    assert_text(str_trim(STR(" \t a b \r\n")), "a b");
    assert_text(str_trim(STR(" \n ")), "");
    assert_text(str_trim((struct str){0}), "");
}

static void splitting_gives_every_part_also_empty_ones(void **state)
{
    (void)state;
    static const char *const expected[] = {"a", "", "b", ""};
    struct str rest = STR("a,,b,"), part;
    for (size_t i = 0; i < 4; i++) {
        assert_true(str_split(&rest, ',', &part));
        assert_text(part, expected[i]);
    }
    assert_false(str_split(&rest, ',', &part));
    rest = STR("");
    assert_true(str_split(&rest, ',', &part));
    assert_text(part, "");
    assert_false(str_split(&rest, ',', &part));
}

static void a_copy_is_terminated_and_tells_whether_all_of_it_fitted(void **state)
{
    (void)state;
    char buffer[4];
    assert_true(str_to_c(STR("abc"), buffer, sizeof buffer));
    assert_string_equal(buffer, "abc");
    assert_false(str_to_c(STR("abcd"), buffer, sizeof buffer));
    assert_string_equal(buffer, "abc");
    assert_false(str_to_c(STR("ab€"), buffer, sizeof buffer));
    assert_string_equal(buffer, "ab");
    assert_true(str_to_c((struct str){0}, buffer, 1));
    assert_string_equal(buffer, "");
}

static void copies_in_an_arena_are_terminated_and_fail_at_its_bound(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, 64);
    const struct str copy = str_copy(&arena, STR("symbol"));
    assert_text(copy, "symbol");
    assert_int_equal(copy.ptr[copy.len], '\0');
    assert_text(str_format(&arena, "%d of %s", 3, "five"), "3 of five");
    assert_null(str_copy_c(&arena, (struct str){.ptr = "x", .len = 64}));
    assert_null(str_format(&arena, "%0100d", 1).ptr);
}

static void whole_numbers_are_read_to_the_last_value_and_not_beyond(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "",
        "-",
        "+1",
        " 1",
        "1 ",
        "1.0",
        "0x10",
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999",
    };
    int64_t value = 7;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_false(str_to_int64(str_from_c(refused[i]), &value));
    assert_int_equal(value, 7);
    assert_true(str_to_int64(STR("9223372036854775807"), &value) && value == INT64_MAX);
    assert_true(str_to_int64(STR("-9223372036854775808"), &value) && value == INT64_MIN);
    assert_true(str_to_int64(STR("-0"), &value) && value == 0);
}

static void well_formed_utf8_is_told_from_everything_else(void **state)
{
    (void)state;
    static const char *const good[] = {
        "", "plain ascii text", "é", "€", "😀", "\xF4\x8F\xBF\xBF", "\xEF\xBF\xBF", "eight by8 and then ü"};
    static const char *const bad[] = {"\x80",
                                      "\xC0\x80",
                                      "\xC1\xBF",
                                      "\xC3",
                                      "\xE0\x80\x80",
                                      "\xED\xA0\x80",
                                      "\xF0\x80\x80\x80",
                                      "\xF4\x90\x80\x80",
                                      "\xF5\x80\x80\x80",
                                      "\xE2\x82",
                                      "12345678\xFF",
                                      "1234567\xE2\x82",
                                      "\xE2\x28\xA1"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(str_is_utf8(str_from_c(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(str_is_utf8(str_from_c(bad[i])));
}

static void the_hash_is_fnv_1a(void **state)
{
    (void)state;
    assert_true(str_hash(STR("")) == 0xcbf29ce484222325u);
    assert_true(str_hash(STR("a")) == 0xaf63dc4c8601ec8cu);
    assert_true(str_hash(STR("foobar")) == 0x85944171f73967e8u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_means_same_bytes_and_length),
        cmocka_unit_test(case_is_ignored_for_ascii_letters_only),
        cmocka_unit_test(capitals_are_of_ascii_letters_only),
        cmocka_unit_test(order_is_by_unsigned_bytes_then_length),
        cmocka_unit_test(prefixes_suffixes_and_parts_are_found),
        cmocka_unit_test(a_slice_is_cut_to_what_exists),
        cmocka_unit_test(a_prefix_never_cuts_a_character),
        cmocka_unit_test(a_list_names_its_parts),
        cmocka_unit_test(trimming_takes_blanks_off_both_ends),
        cmocka_unit_test(splitting_gives_every_part_also_empty_ones),
        cmocka_unit_test(a_copy_is_terminated_and_tells_whether_all_of_it_fitted),
        cmocka_unit_test(copies_in_an_arena_are_terminated_and_fail_at_its_bound),
        cmocka_unit_test(whole_numbers_are_read_to_the_last_value_and_not_beyond),
        cmocka_unit_test(well_formed_utf8_is_told_from_everything_else),
        cmocka_unit_test(the_hash_is_fnv_1a),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
