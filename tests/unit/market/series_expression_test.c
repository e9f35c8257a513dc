#include "unit/unit.h"

#include "market/series_expression.h"

#include <stdio.h>

static void assert_reads(const char *text, const char *expected)
{
    struct series_expression expression;
    char buffer[LIMIT_SERIES_EXPRESSION_BYTES + 1];
    assert_ok(series_expression_parse(str_from_c(text), &expression, NULL));
    assert_str_equal(series_expression_text(&expression, buffer), str_from_c(expected));
}

static void assert_refuses(struct str text)
{
    struct series_expression expression;
    struct error error = {0};
    assert_int_equal(series_expression_parse(text, &expression, &error), STATUS_INVALID);
    assert_string_equal(error.code, "invalid_symbol");
    assert_true(error.message[0] != '\0');
    assert_true(str_is_utf8(str_from_c(error.message)));
}

static void a_symbol_reads_back_as_itself(void **state)
{
    (void)state;
    assert_reads("BTCUSDT", "BTCUSDT");
    assert_reads("1000SATSUSDT", "1000SATSUSDT");
    assert_reads("币安人生USDT", "币安人生USDT");
    assert_reads("BTCUSDT_240329", "BTCUSDT_240329");
}

static void a_ratio_has_two_terms(void **state)
{
    (void)state;
    struct series_expression expression;
    assert_ok(series_expression_parse(STR("ETHUSDT/BTCUSDT"), &expression, NULL));
    assert_int_equal(expression.term_count, 2);
    assert_string_equal(expression.terms[0].name, "ETHUSDT");
    assert_string_equal(expression.terms[1].name, "BTCUSDT");
    assert_int_equal(expression.terms[1].kind, SERIES_TERM_SYMBOL);
    assert_reads("ETHUSDT/BTCUSDT", "ETHUSDT/BTCUSDT");
}

static void small_letters_and_spaces_around_are_forgiven(void **state)
{
    (void)state;
    assert_reads(" btcusdt\n", "BTCUSDT");
    assert_reads("ethUsdt/btcusdt", "ETHUSDT/BTCUSDT");
}

static void what_is_no_expression_is_refused(void **state)
{
    (void)state;
    assert_refuses(STR(""));
    assert_refuses(STR("  "));
    assert_refuses(STR("/"));
    assert_refuses(STR("/BTCUSDT"));
    assert_refuses(STR("BTCUSDT/"));
    assert_refuses(STR("A/B/C"));
    assert_refuses(STR("BTC USDT"));
    assert_refuses(STR("ETHUSDT / BTCUSDT"));
    assert_refuses(STR("BTC\tUSDT"));
    assert_refuses(STR("BTC\0USDT"));
    assert_refuses(STR("BTC\x7f"));
    assert_refuses(STR("\xff\xfe"));
    assert_refuses(STR("\xe5\xb8")); // a character cut in two
}

static void a_term_has_at_most_the_length_of_a_symbol(void **state)
{
    (void)state;
    assert_reads("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345");
    assert_refuses(STR("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456"));
    char text[LIMIT_SERIES_EXPRESSION_BYTES + 1];
    memset(text, 'A', sizeof text);
    assert_refuses((struct str){text, sizeof text});
}

static void a_category_keeps_its_spaces_and_letters(void **state)
{
    (void)state;
    struct series_expression expression;
    assert_ok(series_expression_parse(STR("cat:Layer 1"), &expression, NULL));
    assert_int_equal(expression.term_count, 1);
    assert_int_equal(expression.terms[0].kind, SERIES_TERM_CATEGORY);
    assert_string_equal(expression.terms[0].name, "Layer 1");
    assert_string_equal(expression.terms[0].quote, "USDT");
    assert_reads("cat:Layer 1", "CAT:Layer 1");
    assert_reads("CAT:CAT:x", "CAT:CAT:x"); // a colon in a name means nothing
    assert_reads("CAT:币安", "CAT:币安");
}

static void a_category_may_have_another_quote_asset(void **state)
{
    (void)state;
    assert_reads("CAT:Layer 1@btc", "CAT:Layer 1@BTC");
    assert_reads("CAT:Layer 1@usdt", "CAT:Layer 1"); // the default is not written
    assert_reads("CAT:AI@BTC/CAT:Layer 1@BTC", "CAT:AI@BTC/CAT:Layer 1@BTC");
}

static void ratios_are_of_any_two_terms(void **state)
{
    (void)state;
    assert_reads("CAT:AI/CAT:Layer 1", "CAT:AI/CAT:Layer 1");
    assert_reads("ethusdt/CAT:Meme", "ETHUSDT/CAT:Meme");
    assert_reads("CAT:Meme/btcusdt", "CAT:Meme/BTCUSDT");
}

static void what_is_no_category_is_refused(void **state)
{
    (void)state;
    assert_refuses(STR("CAT:"));
    assert_refuses(STR("CAT: Meme"));
    assert_refuses(STR("CAT:Meme /BTCUSDT"));
    assert_refuses(STR("CAT:Meme@"));
    assert_refuses(STR("CAT:@BTC"));
    assert_refuses(STR("CAT:Meme@B C"));
    assert_refuses(STR("CAT:Me\tme"));
    assert_refuses(STR("CAT:A/CAT:B/CAT:C"));
    assert_refuses(STR("CAT:Meme@ABCDEFGHIJKLMNOPQRSTU"));
    assert_refuses(STR("CAT:A name that is longer than that of a category may be"));
}

static void the_longest_terms_fit(void **state)
{
    (void)state;
    char text[LIMIT_SERIES_EXPRESSION_BYTES + 1], name[LIMIT_CATEGORY_BYTES + 1] = {0};
    memset(name, 'x', LIMIT_CATEGORY_BYTES);
    (void)snprintf(text, sizeof text, "CAT:%s@ABCDEFGHIJKLMNOPQRST/CAT:%s@ABCDEFGHIJKLMNOPQRST", name, name);
    assert_reads(text, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_symbol_reads_back_as_itself),
        cmocka_unit_test(a_ratio_has_two_terms),
        cmocka_unit_test(small_letters_and_spaces_around_are_forgiven),
        cmocka_unit_test(what_is_no_expression_is_refused),
        cmocka_unit_test(a_category_keeps_its_spaces_and_letters),
        cmocka_unit_test(a_category_may_have_another_quote_asset),
        cmocka_unit_test(ratios_are_of_any_two_terms),
        cmocka_unit_test(what_is_no_category_is_refused),
        cmocka_unit_test(the_longest_terms_fit),
        cmocka_unit_test(a_term_has_at_most_the_length_of_a_symbol),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
