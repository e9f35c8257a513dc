// A document of categories in YAML and in JSON is the same set, and so is what is written of it.
#include "unit/unit.h"

#include "app/category_document.h"
#include "base/buf.h"
#include "base/limits.h"
#include "json/json.h"

#include <stdio.h>

static struct error seen;

static const struct category_set *from_yaml(struct str text)
{
    const struct category_set *set = NULL;
    if (category_document_read_yaml(text, &set, &seen) != STATUS_OK) fail_msg("%s", seen.message);
    return set;
}

static enum status read_json(struct str text, struct arena *arena, const struct category_set **out_set)
{
    const struct json_value *object;
    seen = (struct error){0};
    if (json_parse_object(arena, text, &object, &seen) != STATUS_OK) fail_msg("%s", seen.message);
    return category_document_read_json(object, "/document", out_set, &seen);
}

static struct str text_of(const struct category_set *set, struct arena *arena)
{
    struct str text;
    if (category_document_text(set, arena, &text, &seen) != STATUS_OK) fail_msg("%s", seen.message);
    return text;
}

static struct str json_of(const struct category_set *set, struct arena *arena)
{
    BUF_SCOPE(buf, MIB);
    struct json_writer w = json_writer_on(&buf);
    category_document_put(&w, set);
    return buf_copy(&buf, arena);
}

static const char yaml[] = "symbols:\n"
                           "  adausdt: {base_asset: ADA, categories: [Layer 1, 币]}\n"
                           "  ODD: {}\n"
                           "categories:\n"
                           "  Layer 1: [BTCUSDT, BTCUSDT]\n"
                           "  \"No\": []\n"
                           "needs_review: [XYZUSDT, ADAUSDT]\n";

static const char json[] =
    "{\"symbols\":{\"ADAUSDT\":{\"base_asset\":\"ADA\",\"quote_asset\":\"USDT\","
    "\"categories\":[\"Layer 1\",\"币\"]},"
    "\"BTCUSDT\":{\"base_asset\":\"BTC\",\"quote_asset\":\"USDT\",\"categories\":[\"Layer 1\"]},"
    "\"ODD\":{\"base_asset\":\"ODD\",\"quote_asset\":\"\",\"categories\":[]},"
    "\"XYZUSDT\":{\"base_asset\":\"XYZ\",\"quote_asset\":\"USDT\",\"categories\":[]}},"
    "\"categories\":{\"Layer 1\":[\"ADAUSDT\",\"BTCUSDT\"],\"No\":[],\"币\":[\"ADAUSDT\"]},"
    "\"needs_review\":[\"ADAUSDT\",\"XYZUSDT\"]}";

static void yaml_and_json_of_a_set_read_back_as_that_set(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    CATEGORY_SET_SCOPE set = from_yaml(str_from_c(yaml));
    const struct str text = text_of(set, &arena);
    assert_str_equal(json_of(set, &arena), str_from_c(json));
    CATEGORY_SET_SCOPE of_text = from_yaml(text);
    assert_str_equal(text_of(of_text, &arena), text);
    CATEGORY_SET_SCOPE of_json = NULL;
    assert_int_equal(read_json(str_from_c(json), &arena, &of_json), STATUS_OK);
    assert_str_equal(text_of(of_json, &arena), text);
}

static void an_empty_document_is_an_empty_set(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    CATEGORY_SET_SCOPE set = NULL;
    assert_int_equal(read_json(STR("{\"symbols\":null}"), &arena, &set), STATUS_OK);
    assert_int_equal(set->category_count + set->entry_count, 0);
    assert_str_equal(json_of(set, &arena), STR("{\"symbols\":{},\"categories\":{},\"needs_review\":[]}"));
    CATEGORY_SET_SCOPE again = from_yaml(text_of(set, &arena));
    assert_int_equal(again->category_count + again->entry_count, 0);
}

static void broken_yaml_names_the_line_and_what_to_do(void **state)
{
    (void)state;
    const struct category_set *set = NULL;
    struct error error = {0};
    assert_int_equal(category_document_read_yaml(STR("categories:\n  A: [B C]\n"), &set, &error),
                     STATUS_MALFORMED);
    assert_string_equal(error.code, "invalid_yaml");
    assert_string_equal(error.message,
                        "line 2: \"B C\" is no symbol; correct it there and send the whole document again");
    assert_null(set);
}

static void assert_fault(const char *text, const char *pointer)
{
    ARENA_SCOPE(arena, MIB);
    CATEGORY_SET_SCOPE set = NULL;
    assert_int_equal(read_json(str_from_c(text), &arena, &set), STATUS_INVALID);
    assert_null(set);
    assert_int_equal(seen.field_count, 1);
    assert_string_equal(seen.fields[0].pointer, pointer);
}

static void faults_of_json_stand_where_they_are(void **state)
{
    (void)state;
    assert_fault("{\"symbol\":{}}", "/document/symbol");
    assert_fault("{\"symbols\":[]}", "/document/symbols");
    assert_fault("{\"symbols\":{\"A B\":{}}}", "/document/symbols/A B");
    assert_fault("{\"symbols\":{\"A\":[]}}", "/document/symbols/A");
    assert_fault("{\"symbols\":{\"A\":{\"name\":1}}}", "/document/symbols/A/name");
    assert_fault("{\"symbols\":{\"A\":{\"base_asset\":\"a b\"}}}", "/document/symbols/A");
    assert_fault("{\"symbols\":{\"A\":{\"categories\":[\"B\",\"\"]}}}", "/document/symbols/A/categories/1");
    assert_fault("{\"categories\":{\"a/~\":[\"A B\"]}}", "/document/categories/a~1~0");
    assert_fault("{\"categories\":{\"B\":{}}}", "/document/categories/B");
    assert_fault("{\"categories\":{\"B\":[\"A\",[]]}}", "/document/categories/B/1");
    assert_fault("{\"needs_review\":[\"A\",\"B C\"]}", "/document/needs_review/1");
}

static void a_fault_in_a_long_place_is_told_all_the_same(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    BUF_SCOPE(buf, MIB);
    CATEGORY_SET_SCOPE set = NULL;
    buf_append_str(&buf, STR("{\"symbols\":{\""));
    for (int i = 0; i < 500; i++)
        buf_append_char(&buf, '/');
    buf_append_str(&buf, STR("\":{\"categories\":[\"A\"]}}}"));
    assert_int_equal(read_json(buf_str(&buf), &arena, &set), STATUS_INVALID);
    assert_true(strlen(seen.fields[0].pointer) < ERROR_POINTER_MAX);
    assert_true(str_starts_with(str_from_c(seen.fields[0].pointer), STR("/document/symbols/~1~1")));
}

static void more_than_is_kept_is_too_large(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, 64 * MIB);
    BUF_SCOPE(buf, MIB);
    CATEGORY_SET_SCOPE set = NULL;
    buf_append_str(&buf, STR("{\"categories\":{"));
    for (int i = 0; i <= LIMIT_CATEGORIES; i++)
        buf_append_format(&buf, "%s\"C%d\":[]", i ? "," : "", i);
    buf_append_str(&buf, STR("}}"));
    assert_int_equal(read_json(buf_str(&buf), &arena, &set), STATUS_TOO_LARGE);
    assert_null(set);
}

// A text says of each membership twice.
static void what_could_not_be_read_again_is_not_kept(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, 64 * MIB);
    CATEGORY_BUILDER_SCOPE builder = NULL;
    CATEGORY_SET_SCOPE set = NULL;
    struct str text = {0};
    assert_ok(category_builder_new(0, &builder, &seen));
    for (int i = 0; i < LIMIT_CATEGORY_MENTIONS / 2 + 1; i++) {
        char symbol[16], category[16];
        (void)snprintf(symbol, sizeof symbol, "S%d", i / 100);
        (void)snprintf(category, sizeof category, "C%d", i % 100);
        const struct category_mention mention = {.symbol = str_from_c(symbol),
                                                 .category = str_from_c(category)};
        assert_ok(category_builder_mention(builder, &mention, &seen));
    }
    assert_ok(category_builder_finish(builder, &set, &seen));
    assert_int_equal(category_document_text(set, &arena, &text, &seen), STATUS_TOO_LARGE);
    assert_null(text.ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yaml_and_json_of_a_set_read_back_as_that_set),
        cmocka_unit_test(an_empty_document_is_an_empty_set),
        cmocka_unit_test(broken_yaml_names_the_line_and_what_to_do),
        cmocka_unit_test(faults_of_json_stand_where_they_are),
        cmocka_unit_test(a_fault_in_a_long_place_is_told_all_the_same),
        cmocka_unit_test(more_than_is_kept_is_too_large),
        cmocka_unit_test(what_could_not_be_read_again_is_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
