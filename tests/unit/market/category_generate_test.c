#include "unit/unit.h"

#include "base/buf.h"
#include "base/limits.h"
#include "market/category_file.h"
#include "market/category_generate.h"
#include "market/category_rules.h"
#include "market/category_write.h"
#include "market/demo/demo_asset.h"
#include "market/demo/demo_categories.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct category_set *read_text(const char *text)
{
    const struct category_set *set = NULL;
    assert_ok(category_text_read(str_from_c(text), 1, &set, NULL));
    return set;
}

#define GENERATE(before, ...)                                                                                \
    generate((const char *const[]){__VA_ARGS__},                                                             \
             sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *), before)

static const struct category_set *generate(const char *const *names, size_t count,
                                           const struct category_set *before)
{
    struct str symbols[32];
    const struct category_set *set = NULL;
    assert_true(count <= 32);
    for (size_t i = 0; i < count; i++)
        symbols[i] = str_from_c(names[i]);
    assert_ok(category_generate(symbols, count, before, &set, NULL));
    return set;
}

static void assert_entry(const struct category_set *set, const char *symbol, const char *base,
                         const char *category)
{
    const struct category_entry *entry = category_set_entry(set, str_from_c(symbol));
    if (!entry) {
        fail_msg("%s is missing", symbol);
        return;
    }
    assert_str_equal(entry->base_asset, str_from_c(base));
    assert_true(entry->category_count > 0);
    assert_str_equal(entry->categories[0], str_from_c(category));
    assert_true(entry->needs_review == (strcmp(category, CATEGORY_NONE) == 0));
}

static void known_assets_are_put_where_they_belong(void **state)
{
    (void)state;
    CATEGORY_SET_SCOPE set =
        GENERATE(NULL, "BTCUSDT", "ETHBTC", "LINKUSDT", "UNIUSDC", "DOGEUSDT", "XYZQUSDT");
    assert_entry(set, "BTCUSDT", "BTC", "Layer 1");
    assert_entry(set, "ETHBTC", "ETH", "Layer 1");
    assert_entry(set, "LINKUSDT", "LINK", "Oracle");
    assert_entry(set, "UNIUSDC", "UNI", "DeFi");
    assert_entry(set, "DOGEUSDT", "DOGE", "Meme");
    assert_entry(set, "XYZQUSDT", "XYZQ", CATEGORY_NONE);
    assert_int_equal(category_set_categorized(set), 5);
    assert_str_equal(category_set_entry(set, STR("BTCUSDT"))->categories[1], STR("Store of Value"));
}

static void multipliers_are_taken_off_where_the_name_is_not_known_with_them(void **state)
{
    (void)state;
    CATEGORY_SET_SCOPE set = GENERATE(NULL, "1000SATSUSDT", "1000000MOGUSDT", "1MBABYDOGEUSDT", "1INCHUSDT",
                                      "1000XECUSDT", "1000USDT");
    assert_entry(set, "1000SATSUSDT", "1000SATS", "Meme");
    assert_entry(set, "1000000MOGUSDT", "1000000MOG", "Meme");
    assert_entry(set, "1MBABYDOGEUSDT", "1MBABYDOGE", "Meme");
    assert_entry(set, "1INCHUSDT", "1INCH", "DeFi");
    assert_entry(set, "1000XECUSDT", "1000XEC", "Payments");
    assert_entry(set, "1000USDT", "1000", CATEGORY_NONE);
}

static void names_that_look_like_others_are_not_taken_for_them(void **state)
{
    (void)state;
    CATEGORY_SET_SCOPE set = GENERATE(NULL, "BUSDT", "USUSDT", "TUSDT", "CUSDT", "币安人生USDT", "BTCUPUSDT",
                                      "ADADOWNUSDT", "JUPUSDT", "SUPERUSDT", "BUSDUSDT");
    assert_entry(set, "BUSDT", "B", "Meme");
    assert_entry(set, "USUSDT", "US", CATEGORY_NONE);
    assert_entry(set, "TUSDT", "T", "Infrastructure");
    assert_entry(set, "CUSDT", "C", CATEGORY_NONE);
    assert_entry(set, "币安人生USDT", "币安人生", "Meme");
    assert_entry(set, "BTCUPUSDT", "BTCUP", CATEGORY_NONE); // leveraged tokens are no coins
    assert_entry(set, "ADADOWNUSDT", "ADADOWN", CATEGORY_NONE);
    assert_entry(set, "JUPUSDT", "JUP", "DeFi");
    assert_entry(set, "SUPERUSDT", "SUPER", "Gaming Metaverse");
    assert_entry(set, "BUSDUSDT", "BUSD", "Stablecoin");
}

static void what_a_person_changed_is_kept(void **state)
{
    (void)state;
    CATEGORY_SET_SCOPE before =
        read_text("symbols:\n"
                  "  BTCUSDT: {categories: [Money]}\n"                // elsewhere than rules say
                  "  ETHUSDT: {categories: []}\n"                     // in none, and looked at
                  "  ODDUSDT: {base_asset: ADA, quote_asset: USDT}\n" // other parts
                  "  UNIUSDT: {categories: [Uncategorized]}\n"        // unknown before the rules grew
                  "  SEENUSDT: {categories: [Uncategorized]}\n"       // moved out of needs_review
                  "  BONKUSDT: {categories: [Mine]}\n"                // placed, still to be reviewed
                  "categories: {Empty: [], Mine: [GONEUSDT]}\n"       // no longer stored
                  "needs_review: [UNIUSDT, BONKUSDT]\n");
    CATEGORY_SET_SCOPE set =
        GENERATE(before, "BTCUSDT", "ETHUSDT", "ODDUSDT", "UNIUSDT", "SEENUSDT", "BONKUSDT", "SOLUSDT");
    assert_entry(set, "BTCUSDT", "BTC", "Money");
    assert_int_equal(category_set_entry(set, STR("BTCUSDT"))->category_count, 1);
    assert_int_equal(category_set_entry(set, STR("ETHUSDT"))->category_count, 0);
    assert_str_equal(category_set_entry(set, STR("ODDUSDT"))->base_asset, STR("ADA"));
    assert_entry(set, "UNIUSDT", "UNI", "DeFi");
    assert_false(category_set_entry(set, STR("SEENUSDT"))->needs_review);
    assert_true(category_set_entry(set, STR("BONKUSDT"))->needs_review);
    assert_str_equal(category_set_entry(set, STR("BONKUSDT"))->categories[0], STR("Mine"));
    assert_entry(set, "GONEUSDT", "GONE", "Mine");
    assert_entry(set, "SOLUSDT", "SOL", "Layer 1");
    assert_non_null(category_set_find(set, STR("Empty")));
}

static void print_into(const struct category_set *set, struct buf *buf)
{
    buf_clear(buf);
    category_set_print(set, buf);
    assert_false(buf->failed);
}

static void what_is_written_reads_back_and_stays_the_same(void **state)
{
    (void)state;
    CATEGORY_SET_SCOPE set = GENERATE(NULL, "币安人生USDT", "BTCUSDT", "1000SATSUSDT", "NOUSDT", "ONUSDT",
                                      "NULLUSDT", "123USDT", "ETHBTC", "STRANGE", "1E5USDT");
    BUF_SCOPE(first, MIB);
    BUF_SCOPE(second, MIB);
    print_into(set, &first);
    CATEGORY_SET_SCOPE read = NULL;
    struct error error = {0};
    if (category_text_read(buf_str(&first), 1, &read, &error) != STATUS_OK)
        fail_msg("%s\n%.*s", error.message, STR_ARG(buf_str(&first)));
    print_into(read, &second);
    assert_str_equal(buf_str(&second), buf_str(&first));
    assert_str_equal(category_set_entry(read, STR("NOUSDT"))->base_asset, STR("NO"));
    assert_true(str_contains(buf_str(&first), STR("base_asset: \"NO\""))); // bare, others read false
    assert_true(str_contains(buf_str(&first), STR("base_asset: \"NULL\"")));
    assert_true(str_contains(buf_str(&first), STR("\"123USDT\": {base_asset: \"123\"")));
    // generated again from what was written, nothing changes
    struct str symbols[16];
    for (size_t i = 0; i < set->entry_count; i++)
        symbols[i] = set->entries[i].symbol;
    CATEGORY_SET_SCOPE again = NULL;
    assert_ok(category_generate(symbols, set->entry_count, read, &again, NULL));
    print_into(again, &second);
    assert_str_equal(buf_str(&second), buf_str(&first));
}

static void a_file_is_written_whole_into_a_folder_that_is_made(void **state)
{
    (void)state;
    char folder[] = "/tmp/tlab-categories-XXXXXX", inner[64], path[128];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(inner, sizeof inner, "%s/configs", folder);
    (void)snprintf(path, sizeof path, "%s/symbol-categories.yaml", inner);
    CATEGORY_SET_SCOPE set = GENERATE(NULL, "BTCUSDT");
    CATEGORY_SET_SCOPE read = NULL;
    struct stat info;
    assert_ok(category_file_write(path, set, NULL));
    assert_ok(category_file_write(path, set, NULL)); // in the place of the one before
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0644);
    assert_ok(category_file_read(path, 1, &read, NULL));
    assert_int_equal(read->entry_count, 1);
    assert_int_equal(category_file_write("/nowhere/at/all/x.yaml", set, NULL), STATUS_UNAVAILABLE);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(inner), 0); // nothing is left beside it
    assert_int_equal(rmdir(folder), 0);
}

static void every_asset_of_the_demo_has_a_category(void **state)
{
    (void)state;
    CATEGORY_SET_SCOPE set = NULL;
    assert_ok(demo_categories(&set, NULL));
    assert_int_equal(set->entry_count, demo_asset_count + demo_pair_count);
    assert_int_equal(category_set_categorized(set), set->entry_count);
}

// ---- beside what others say

// The category of ours that a word of the reference means; "" for none of ours.
static struct str meant_by(struct str word)
{
    static const char *const words[][2] = {{"Gaming", "Gaming Metaverse"},
                                           {"Exchange token", "Exchange Token"},
                                           {"Payment", "Payments"},
                                           {"Gold", "Store of Value"},
                                           {"AI", "AI"},
                                           {"DeFi", "DeFi"},
                                           {"Infrastructure", "Infrastructure"},
                                           {"Layer 1", "Layer 1"},
                                           {"Layer 2", "Layer 2"},
                                           {"Meme", "Meme"},
                                           {"Privacy", "Privacy"},
                                           {"RWA", "RWA"},
                                           {"Stablecoin", "Stablecoin"},
                                           {"Storage", "Storage"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(word, str_from_c(words[i][0]))) return str_from_c(words[i][1]);
    return STR("");
}

// The reference knows neither oracles nor DePIN: both are infrastructure there.
static bool means(struct str ours, struct str theirs)
{
    const bool is_kind = str_eq(ours, STR("Oracle")) || str_eq(ours, STR("DePIN"));
    return str_eq(ours, theirs) || (is_kind && str_eq(theirs, STR("Infrastructure")));
}

struct agreement {
    size_t both, agreed;
};

static void compare_line(struct str line, struct agreement *agreement)
{
    struct str base, words, word, names[CATEGORY_RULES_MAX];
    if (!str_split(&line, ',', &base) || !str_split(&line, ',', &words)) return;
    const size_t count = category_rules_find(base, names);
    bool is_categorized = false, agrees = false;
    while (str_split(&words, '|', &word)) {
        const struct str theirs = meant_by(word);
        is_categorized |= theirs.len > 0;
        for (size_t i = 0; i < count && theirs.len > 0; i++)
            agrees |= means(names[i], theirs);
    }
    agreement->both += is_categorized && count > 0 ? 1 : 0;
    agreement->agreed += agrees ? 1 : 0;
}

static void rules_agree_with_the_reference(void **state)
{
    (void)state;
    const char *given = getenv("TLAB_SHARED_DIR"), *root = getenv("TLAB_SOURCE_DIR");
    char path[512], line[512];
    (void)snprintf(path, sizeof path, "%s%s/data/categories/reference.csv",
                   given  ? given
                   : root ? root
                          : ".",
                   given ? "" : "/../shared");
    FILE *file = fopen(path, "r");
    if (!file) skip();
    struct agreement agreement = {0};
    while (fgets(line, sizeof line, file))
        compare_line(str_trim(str_from_c(line)), &agreement);
    (void)fclose(file);
    print_message("%zu of %zu assets agree\n", agreement.agreed, agreement.both);
    assert_true(agreement.both > 200);
    assert_true(agreement.agreed * 10 >= agreement.both * 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_assets_are_put_where_they_belong),
        cmocka_unit_test(multipliers_are_taken_off_where_the_name_is_not_known_with_them),
        cmocka_unit_test(names_that_look_like_others_are_not_taken_for_them),
        cmocka_unit_test(what_a_person_changed_is_kept),
        cmocka_unit_test(what_is_written_reads_back_and_stays_the_same),
        cmocka_unit_test(a_file_is_written_whole_into_a_folder_that_is_made),
        cmocka_unit_test(every_asset_of_the_demo_has_a_category),
        cmocka_unit_test(rules_agree_with_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
