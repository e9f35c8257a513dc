#include "unit/unit.h"

#include "base/buf.h"
#include "base/limits.h"
#include "market/category_file.h"

static const char whole[] =
    "# a person's file\n"
    "symbols:\n"
    "  ADAUSDT: {base_asset: ADA, quote_asset: USDT, categories: [Layer 1, Payments]}\n"
    "  XYZUSDT:\n"
    "    base_asset: XYZ\n"
    "    note: {who: [\"me\"]}\n"
    "    categories:\n"
    "      - Uncategorized\n"
    "  NEWUSDT:\n"
    "categories:\n"
    "  Layer 1: [BTCUSDT, adausdt]\n"
    "  Empty:\n"
    "  layer 2: []\n"
    "needs_review: [XYZUSDT]\n"
    "made_by: hand\n";

static const struct category_set *read_text(const char *text)
{
    const struct category_set *set = NULL;
    struct error error = {0};
    if (category_text_read(str_from_c(text), 7, &set, &error) != STATUS_OK)
        fail_msg("%s\n%s", text, error.message);
    return set;
}

static void both_sections_add_up(void **state)
{
    (void)state;
    CATEGORY_SET_SCOPE set = read_text(whole);
    assert_int_equal(set->version, 7);
    assert_int_equal(set->category_count, 5);
    static const char *const names[] = {"Empty", "Layer 1", "Payments", "Uncategorized", "layer 2"};
    for (size_t i = 0; i < 5; i++)
        assert_str_equal(set->categories[i].name, str_from_c(names[i]));
    const struct category *layer = category_set_find(set, STR("LAYER 1"));
    assert_int_equal(layer->symbol_count, 2); // ADAUSDT, which both sections name, once
    assert_str_equal(layer->symbols[0], STR("ADAUSDT"));
    assert_str_equal(layer->symbols[1], STR("BTCUSDT"));
    assert_int_equal(category_set_find(set, STR("empty"))->symbol_count, 0);
    assert_null(category_set_find(set, STR("Layer")));
}

static void a_symbol_knows_its_parts_and_categories(void **state)
{
    (void)state;
    CATEGORY_SET_SCOPE set = read_text(whole);
    const struct category_entry *ada = category_set_entry(set, STR("adausdt"));
    assert_str_equal(ada->symbol, STR("ADAUSDT"));
    assert_str_equal(ada->base_asset, STR("ADA"));
    assert_int_equal(ada->category_count, 2);
    assert_str_equal(ada->categories[0], STR("Layer 1"));
    assert_false(ada->needs_review);
    const struct category_entry *btc = category_set_entry(set, STR("BTCUSDT"));
    assert_str_equal(btc->base_asset, STR("BTC")); // split off the name where the file does not say
    assert_str_equal(btc->quote_asset, STR("USDT"));
    assert_true(category_set_entry(set, STR("XYZUSDT"))->needs_review);
    assert_int_equal(category_set_entry(set, STR("NEWUSDT"))->category_count, 0);
    assert_null(category_set_entry(set, STR("ETHUSDT")));
    assert_null(category_set_entry(set, STR("A_NAME_THAT_IS_LONGER_THAN_A_SYMBOL_MAY_BE")));
}

static void what_is_empty_is_no_error(void **state)
{
    (void)state;
    static const char *const texts[] = {"symbols: {}\ncategories: {}\nneeds_review: []\n",
                                        "symbols:\ncategories:\nneeds_review:\n", "symbols: ~\n", "{}\n",
                                        "version: 2\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        CATEGORY_SET_SCOPE set = read_text(texts[i]);
        assert_int_equal(set->category_count + set->entry_count, 0);
    }
}

static void names_of_every_script_are_read(void **state)
{
    (void)state;
    CATEGORY_SET_SCOPE set = read_text("categories: {\"Été & 币安\": [币安人生USDT, 1000SATSUSDT]}\n");
    assert_int_equal(category_set_find(set, STR("Été & 币安"))->symbol_count, 2);
    assert_str_equal(category_set_entry(set, STR("币安人生USDT"))->base_asset, STR("币安人生"));
}

// Texts that are no file of categories, and a part of what is said of them.
static const struct {
    const char *text, *message;
} cases[] = {
    {"", "line 1: it is empty"},
    {"# only a comment\n", "it is empty"},
    {"~\n", "line 1: it is empty"},
    {"- a\n", "line 1: a mapping (name: value) is expected here"},
    {"text\n", "line 1: a mapping"},
    {"symbols: [A]\n", "line 1: a mapping"},
    {"symbols:\n  AUSDT: [Meme]\n", "line 2: a mapping"},
    {"symbols:\n  AUSDT: {categories: Meme}\n", "line 2: a list of names is expected here"},
    {"symbols:\n  AUSDT: {categories: {Meme: 1}}\n", "line 2: a list"},
    {"symbols:\n  AUSDT: {categories: [[Meme]]}\n", "line 2: a name is expected here"},
    {"symbols:\n  AUSDT: {categories: ['']}\n", "line 2: a name is expected here"},
    {"symbols:\n  AUSDT: {base_asset: [A]}\n", "line 2: the name of an asset is expected here"},
    {"symbols:\n  AUSDT: {base_asset: A B}\n", "the base or quote asset of AUSDT is none"},
    {"symbols:\n  A USDT: {}\n", "line 2: \"A USDT\" is no symbol"},
    {"symbols:\n  'A/B': {}\n", "line 2: \"A/B\" is no symbol"},
    {"symbols:\n  'CAT:A': {}\n", "is no symbol"},
    {"symbols:\n  ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456: {}\n", "is no symbol"},
    {"symbols:\n  ? [A]\n  : {}\n", "line 2: a name is expected here"},
    {"symbols:\n  AUSDT: {}\n  BUSDT: {}\n  AUSDT: {}\n", "line 4: AUSDT was there already, in line 2"},
    {"symbols:\n  ausdt: {}\n  AUSDT: {}\n", "line 3: AUSDT was there already, in line 2"},
    {"categories:\n  AI: [A]\n  Ai: [B]\n", "line 3: Ai was there already, in line 2"},
    {"symbols: {}\nsymbols: {}\n", "line 2: symbols was there already, in line 1"},
    {"symbols:\n  A: {categories: [B], categories: [C]}\n", "categories was there already"},
    {"categories: [A]\n", "line 1: a mapping"},
    {"categories:\n  Meme: AUSDT\n", "line 2: a list of names"},
    {"categories:\n  Meme: [A]\n  Meme: [B]\n", "line 3: Meme was there already, in line 2"},
    {"categories:\n  A/B: [A]\n", "line 2: \"A/B\" is no name of a category"},
    {"categories:\n  A@B: [A]\n", "is no name of a category"},
    {"categories:\n  '': [A]\n", "is no name of a category"},
    {"categories:\n  \"A\\x85B\": [A]\n", "is no name of a category"},
    {"categories:\n  \"A\\u2028B\": [A]\n", "is no name of a category"},
    {"categories:\n  \"A\\uFFFEB\": [A]\n", "is no name of a category"},
    {"symbols:\n  \"A\\uFEFFB\": {}\n", "is no symbol"},
    {"categories:\n  ' A': [A]\n", "is no name of a category"},
    {"categories:\n  \"A\\tB\": [A]\n", "is no name of a category"},
    {"categories:\n  A name of a category that is longer than one may be at all: []\n", "is no name"},
    {"categories:\n  Meme: [A, A B]\n", "line 2: \"A B\" is no symbol"},
    {"needs_review: {A: 1}\n", "line 1: a list of names"},
    {"needs_review: [[A]]\n", "line 1: a name is expected here"},
    {"categorys:\n  Meme: [A]\n", "line 1: \"categorys\" is no section"},
    {"a: &x [A]\n", "line 1: anchors, aliases and tags are not read"},
    {"categories:\n  A: &x [A]\n  B: *x\n", "line 2: anchors"},
    {"categories:\n  B: *x\n", "line 2: anchors"},
    {"categories: !!map {}\n", "line 1: anchors, aliases and tags"},
    {"symbols:\n  A: {x: [[[[[[1]]]]]]}\n", "line 2: lists and mappings are nested too deeply"},
    {"symbols: {}\n---\nsymbols: {}\n", "there is a second document"},
    {"symbols: {\n", "no YAML"},
    {"symbols: {}\n\tcategories: {}\n", "no YAML"},
    {"symbols:\n  A: {}\n B: {}\n", "no YAML"},
    {"categories:\n  Meme: [\"A\n", "no YAML"},
    {"%YAML 9.9\n---\n{}\n", "no YAML"},
    {"symbols: {A\xff: {}}\n", "no YAML"},
    {"\xff\xfe{\0}\0", "no YAML"},
    {"@\n", "no YAML"},
};

static void what_is_broken_is_refused_with_its_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct category_set *set = NULL;
        struct error error = {0};
        if (category_text_read(str_from_c(cases[i].text), 1, &set, &error) != STATUS_MALFORMED)
            fail_msg("read: %s", cases[i].text);
        assert_null(set);
        if (!strstr(error.message, cases[i].message))
            fail_msg("%s\n\"%s\" is not in \"%s\"", cases[i].text, cases[i].message, error.message);
    }
}

static void every_beginning_of_a_file_is_read_or_refused(void **state)
{
    (void)state;
    for (size_t len = 0; len < sizeof whole; len++) {
        CATEGORY_SET_SCOPE set = NULL;
        struct error error = {0};
        const enum status status = category_text_read((struct str){whole, len}, 1, &set, &error);
        assert_true(status == STATUS_OK || status == STATUS_MALFORMED);
        assert_true((status == STATUS_OK) == (set != NULL));
        assert_true((status == STATUS_OK) == (error.message[0] == '\0'));
    }
}

static void every_byte_of_a_file_may_be_another(void **state)
{
    (void)state;
    static const char others[] = {'\0', '\n', '\t', ' ', ':', '[',    '}',
                                  '-',  '&',  '*',  '"', '#', '\x80', '\xff'};
    char text[sizeof whole];
    for (size_t i = 0; i + 1 < sizeof whole; i++)
        for (size_t k = 0; k < sizeof others; k++) {
            memcpy(text, whole, sizeof whole);
            text[i] = others[k];
            CATEGORY_SET_SCOPE set = NULL;
            struct error error = {0};
            const enum status status =
                category_text_read((struct str){text, sizeof whole - 1}, 1, &set, &error);
            if (status != STATUS_OK && status != STATUS_MALFORMED) fail_msg("%s\n%s", text, error.message);
        }
}

static void more_than_the_limits_is_refused(void **state)
{
    (void)state;
    BUF_SCOPE(buf, 2 * LIMIT_CATEGORY_FILE_BYTES);
    const struct category_set *set = NULL;
    buf_append_str(&buf, STR("categories:\n"));
    for (size_t i = 0; i <= LIMIT_CATEGORIES; i++)
        buf_append_format(&buf, "  c%zu: []\n", i);
    assert_int_equal(category_text_read(buf_str(&buf), 1, &set, NULL), STATUS_TOO_LARGE);
    buf_clear(&buf);
    buf_append_str(&buf, STR("needs_review: ["));
    for (size_t i = 0; i <= LIMIT_CATEGORY_MENTIONS; i++)
        buf_append_format(&buf, "S%zu,", i);
    buf_append_char(&buf, ']');
    assert_int_equal(category_text_read(buf_str(&buf), 1, &set, NULL), STATUS_TOO_LARGE);
    buf_clear(&buf);
    buf_append_str(&buf, STR("x: \""));
    while (buf.len <= LIMIT_CATEGORY_FILE_BYTES)
        buf_append_str(&buf, STR("0123456789abcdef"));
    assert_int_equal(category_text_read(buf_str(&buf), 1, &set, NULL), STATUS_TOO_LARGE);
    assert_null(set);
}

static void names_that_come_close_are_named(void **state)
{
    (void)state;
    CATEGORY_SET_SCOPE set =
        read_text("categories: {Layer 1: [], Layer 2: [], Meme: [], DeFi: [], AI: []}\n");
    struct error error = {0};
    assert_int_equal(category_set_unknown(set, STR("layer"), &error), STATUS_NOT_FOUND);
    assert_string_equal(error.code, "unknown_category");
    assert_string_equal(error.message, "there is no category layer; did you mean Layer 1, Layer 2");
    assert_int_equal(error.near_count, 2);
    struct error other = {0};
    assert_int_equal(category_set_unknown(set, STR("mmee"), &other), STATUS_NOT_FOUND);
    assert_string_equal(other.near[0], "Meme");
    struct error far = {0};
    assert_int_equal(category_set_unknown(set, STR("Storage"), &far), STATUS_NOT_FOUND);
    assert_int_equal(far.near_count, 0);
}

static void a_missing_file_is_not_found(void **state)
{
    (void)state;
    const struct category_set *set = NULL;
    struct error error = {0};
    assert_int_equal(category_file_read("/nowhere/at/all.yaml", 1, &set, &error), STATUS_NOT_FOUND);
    assert_int_equal(category_file_read("/", 1, &set, &error), STATUS_UNAVAILABLE);
    assert_null(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sections_add_up),
        cmocka_unit_test(a_symbol_knows_its_parts_and_categories),
        cmocka_unit_test(what_is_empty_is_no_error),
        cmocka_unit_test(names_of_every_script_are_read),
        cmocka_unit_test(what_is_broken_is_refused_with_its_line),
        cmocka_unit_test(every_beginning_of_a_file_is_read_or_refused),
        cmocka_unit_test(every_byte_of_a_file_may_be_another),
        cmocka_unit_test(more_than_the_limits_is_refused),
        cmocka_unit_test(names_that_come_close_are_named),
        cmocka_unit_test(a_missing_file_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
