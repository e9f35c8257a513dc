#include "unit/unit.h"

#include "market/symbol_name.h"

static void assert_split(const char *symbol, const char *base_asset, const char *quote_asset)
{
    const struct symbol_parts parts = symbol_name_split(str_from_c(symbol));
    assert_str_equal(parts.base_asset, str_from_c(base_asset));
    assert_str_equal(parts.quote_asset, str_from_c(quote_asset));
}

static void the_quote_asset_ends_the_name(void **state)
{
    (void)state;
    assert_split("BTCUSDT", "BTC", "USDT");
    assert_split("ETHBTC", "ETH", "BTC");
    assert_split("BNBETH", "BNB", "ETH");
    assert_split("BTCEUR", "BTC", "EUR");
    assert_split("USDTTRY", "USDT", "TRY");
    assert_split("BTCUSD", "BTC", "USD");
}

static void a_base_that_looks_like_part_of_usdt_stays_whole(void **state)
{
    (void)state;
    assert_split("BUSDT", "B", "USDT");
    assert_split("CUSDT", "C", "USDT");
    assert_split("TUSDT", "T", "USDT");
    assert_split("USUSDT", "US", "USDT");
    assert_split("USDCUSDT", "USDC", "USDT");
    assert_split("BUSDUSDT", "BUSD", "USDT");
    assert_split("1000SATSUSDT", "1000SATS", "USDT");
    assert_split("BTCUPUSDT", "BTCUP", "USDT");
    assert_split("币安人生USDT", "币安人生", "USDT");
}

static void the_longest_quote_asset_counts(void **state)
{
    (void)state;
    assert_split("BTCTUSD", "BTC", "TUSD");
    assert_split("BTCFDUSD", "BTC", "FDUSD");
    assert_split("BTCBUSD", "BTC", "BUSD");
    assert_split("BTCAEUR", "BTC", "AEUR");
}

static void the_term_of_a_future_is_no_part_of_the_assets(void **state)
{
    (void)state;
    assert_split("BTCUSDT_240329", "BTC", "USDT");
    assert_split("BTCUSD_PERP", "BTC", "USD");
}

static void a_name_without_a_known_quote_is_all_base(void **state)
{
    (void)state;
    assert_split("USDT", "USDT", "");
    assert_split("BTC", "BTC", "");
    assert_split("XYZ", "XYZ", "");
    assert_split("XYZ_1", "XYZ_1", "");
    assert_split("", "", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_quote_asset_ends_the_name),
        cmocka_unit_test(a_base_that_looks_like_part_of_usdt_stays_whole),
        cmocka_unit_test(the_longest_quote_asset_counts),
        cmocka_unit_test(the_term_of_a_future_is_no_part_of_the_assets),
        cmocka_unit_test(a_name_without_a_known_quote_is_all_base),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
