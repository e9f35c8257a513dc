#include "unit/unit.h"

#include "base/limits.h"
#include "json/decode.h"

struct order {
    struct str name;
    int64_t count;
    double price;
    bool is_open;
    double share;
    int side;
    const struct json_value *extra;
    struct decimal amount;
    struct decimal bps;
};

static const char *const sides[] = {"buy", "sell", NULL};

static const struct json_field fields[] = {
    JSON_FIELD(struct order, name, TEXT, .is_required = true, .min_bytes = 1, .max_bytes = 5),
    JSON_FIELD(struct order, count, INTEGER, .minimum = 1, .maximum = 10),
    JSON_FIELD(struct order, price, NUMBER, .is_above_minimum = true, .maximum = 100),
    JSON_FIELD(struct order, share, NUMBER, .is_below_maximum = true, .maximum = 100),
    JSON_FIELD(struct order, is_open, BOOLEAN),
    JSON_FIELD(struct order, side, CHOICE, .choices = sides),
    JSON_FIELD(struct order, extra, OBJECT),
    JSON_FIELD(struct order, amount, DECIMAL, .is_above_minimum = true),
    JSON_FIELD(struct order, bps, DECIMAL, .maximum = 10000, .is_below_maximum = true),
};

static enum status decode(struct str text, struct order *order, struct error *error)
{
    static struct arena arena;
    arena_clear(&arena);
    arena_init(&arena, MIB);
    const struct json_value *root;
    TRY(json_parse(&arena, text, &root, error));
    const enum status status = json_decode(root, "", fields, sizeof fields / sizeof *fields, order, error);
    return status;
}

static void members_arrive_and_absent_ones_keep_their_defaults(void **state)
{
    (void)state;
    struct error error = {0};
    struct order order = {.price = 7, .side = 1};
    assert_ok(
        decode(STR("{\"name\":\"abc\",\"count\":2e0,\"is_open\":true,\"price\":null}"), &order, &error));
    assert_str_equal(order.name, STR("abc"));
    assert_int_equal(order.count, 2);
    assert_true(order.is_open);
    assert_true(order.price == 7);
    assert_int_equal(order.side, 1);
}

static void assert_fault(struct str text, const char *pointer)
{
    struct error error = {0};
    struct order order = {0};
    assert_int_equal(decode(text, &order, &error), STATUS_INVALID);
    assert_int_equal(error.field_count, 1);
    assert_string_equal(error.fields[0].pointer, pointer);
}

static void each_fault_names_its_member(void **state)
{
    (void)state;
    assert_fault(STR("{}"), "/name");
    assert_fault(STR("{\"name\":null}"), "/name");
    assert_fault(STR("{\"name\":1}"), "/name");
    assert_fault(STR("{\"name\":\"\"}"), "/name");
    assert_fault(STR("{\"name\":\"abcdef\"}"), "/name");
    assert_fault(STR("{\"name\":\"a\",\"count\":0}"), "/count");
    assert_fault(STR("{\"name\":\"a\",\"count\":11}"), "/count");
    assert_fault(STR("{\"name\":\"a\",\"count\":1.5}"), "/count");
    assert_fault(STR("{\"name\":\"a\",\"count\":\"1\"}"), "/count");
    assert_fault(STR("{\"name\":\"a\",\"price\":0}"), "/price");
    assert_fault(STR("{\"name\":\"a\",\"price\":1e999}"), "/price");
    assert_fault(STR("{\"name\":\"a\",\"price\":100.01}"), "/price");
    assert_fault(STR("{\"name\":\"a\",\"share\":100}"), "/share");
    assert_fault(STR("{\"name\":\"a\",\"is_open\":1}"), "/is_open");
    assert_fault(STR("{\"name\":\"a\",\"side\":\"hold\"}"), "/side");
    assert_fault(STR("{\"name\":\"a\",\"extra\":[]}"), "/extra");
    assert_fault(STR("{\"name\":\"a\",\"amount\":0}"), "/amount");
    assert_fault(STR("{\"name\":\"a\",\"amount\":true}"), "/amount");
    assert_fault(STR("{\"name\":\"a\",\"amount\":\"NaN\"}"), "/amount");
    assert_fault(STR("{\"name\":\"a\",\"amount\":1e308}"), "/amount");
    assert_fault(STR("{\"name\":\"a\",\"amount\":0.0000000000000000001}"), "/amount");
    assert_fault(STR("{\"name\":\"a\",\"bps\":-1}"), "/bps");
    assert_fault(STR("{\"name\":\"a\",\"bps\":10000}"), "/bps");
    assert_fault(STR("{\"name\":\"a\",\"id\":5}"), "/id");
    assert_fault(STR("[]"), "");
}

static void the_bounds_themselves_are_taken_where_nothing_is_said(void **state)
{
    (void)state;
    struct error error = {0};
    struct order order = {0};
    assert_ok(decode(STR("{\"name\":\"a\",\"price\":100,\"share\":0}"), &order, &error));
    assert_ok(decode(STR("{\"name\":\"a\",\"share\":99.999}"), &order, &error));
    assert_true(order.price == 100 && order.share == 99.999);
}

static void decimals_keep_every_digit_as_number_and_as_text(void **state)
{
    (void)state;
    struct error error = {0};
    struct order order = {0};
    char text[DECIMAL_TEXT_MAX];
    assert_ok(
        decode(STR("{\"name\":\"a\",\"amount\":99999999999999999999.999999999999999999,\"bps\":\"0.1\"}"),
               &order, &error));
    (void)decimal_format(order.amount, text);
    assert_string_equal(text, "99999999999999999999.999999999999999999");
    (void)decimal_format(order.bps, text);
    assert_string_equal(text, "0.1");
    assert_int_equal(decode(STR("{\"name\":\"a\",\"amount\":\"1e21\"}"), &order, &error), STATUS_INVALID);
    assert_string_equal(error.fields[0].detail, "1e21 has more than 20 digits before the point");
}

static void all_faults_are_collected(void **state)
{
    (void)state;
    struct error error = {0};
    struct order order = {0};
    assert_int_equal(decode(STR("{\"count\":0,\"side\":\"x\",\"y\":1}"), &order, &error), STATUS_INVALID);
    assert_int_equal(error.field_count, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_arrive_and_absent_ones_keep_their_defaults),
        cmocka_unit_test(each_fault_names_its_member),
        cmocka_unit_test(the_bounds_themselves_are_taken_where_nothing_is_said),
        cmocka_unit_test(decimals_keep_every_digit_as_number_and_as_text),
        cmocka_unit_test(all_faults_are_collected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
