#include "check.h"

#include "base/ip_range.h"

static bool holds(const char *range, const char *address)
{
    struct ip_range parsed;
    assert_true(ip_range_parse(str_from_c(range), &parsed));
    return ip_range_holds(&parsed, str_from_c(address));
}

static void a_range_holds_what_begins_like_it(void **state)
{
    (void)state;
    assert_true(holds("10.0.0.0/8", "10.255.255.255"));
    assert_false(holds("10.0.0.0/8", "11.0.0.0"));
    assert_true(holds("192.0.2.128/25", "192.0.2.128"));
    assert_false(holds("192.0.2.128/25", "192.0.2.127"));
    assert_true(holds("0.0.0.0/0", "203.0.113.7"));
    assert_true(holds("2001:db8::/32", "2001:db8:ffff::1"));
    assert_false(holds("2001:db8::/32", "2001:db9::1"));
    assert_true(holds("::/0", "2001:db8::1"));
    assert_true(holds("fe80::/10", "fe80::1%eth0"));
}

static void one_address_is_its_own_range(void **state)
{
    (void)state;
    assert_true(holds("192.0.2.7", "192.0.2.7"));
    assert_false(holds("192.0.2.7", "192.0.2.6"));
    assert_true(holds("2001:DB8::7", "2001:db8:0:0::7"));
    assert_false(holds("2001:db8::7", "2001:db8::8"));
}

static void the_two_families_are_apart_but_for_mapped_addresses(void **state)
{
    (void)state;
    assert_true(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
    assert_true(holds("::ffff:10.0.0.0/104", "10.1.2.3"));
    assert_false(holds("0.0.0.0/0", "2001:db8::1"));
    assert_false(holds("2000::/3", "32.1.13.184"));
    assert_true(holds("::/0", "192.0.2.1"));
}

static void what_is_no_address_is_in_no_range(void **state)
{
    (void)state;
    assert_false(holds("::/0", ""));
    assert_false(holds("::/0", "localhost"));
    assert_false(holds("::/0", "192.0.2.1/32"));
}

static void a_range_is_refused_that_is_none(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.1/8",
        "10.0.0/8",
        "10.0.0.0 /8",
        "10.0.0.0/8/8",
        "010.0.0.0.0/8",
        "256.0.0.0/8",
        "example.org",
        "2001:db8::1/32",
        "2001:db8::/129",
        "2001:db8::/0032",
        ":::/8",
        "10.0.0.0/8,11.0.0.0/8",
        "fe80::1%eth0",
    };
    struct ip_range range;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(ip_range_parse(str_from_c(wrong[i]), &range));
}

static void a_range_is_written_as_usual(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"10.0.0.0/8", "10.0.0.0/8"},
        {"192.0.2.7", "192.0.2.7/32"},
        {"0.0.0.0/0", "0.0.0.0/0"},
        {"2001:DB8:0:0::/32", "2001:db8::/32"},
        {"::", "::/128"},
        {"::/0", "::/0"},
        {"::ffff:10.0.0.0/104", "10.0.0.0/8"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct ip_range range;
        char text[IP_RANGE_TEXT_MAX];
        assert_true(ip_range_parse(str_from_c(pairs[i][0]), &range));
        assert_text(ip_range_format(&range, text), pairs[i][1]);
    }
}

static void a_list_holds_what_one_of_it_holds(void **state)
{
    (void)state;
    const struct str list = STR("10.0.0.0/8, 2001:db8::/32,192.0.2.7");
    assert_true(ip_ranges_check(list) && ip_ranges_check(STR("")));
    assert_true(ip_ranges_hold(list, STR("10.1.2.3")) && ip_ranges_hold(list, STR("2001:db8::1")) &&
                ip_ranges_hold(list, STR("192.0.2.7")));
    assert_false(ip_ranges_hold(list, STR("192.0.2.8")) || ip_ranges_hold(list, STR("")) ||
                 ip_ranges_hold(STR(""), STR("10.1.2.3")));
    assert_false(ip_ranges_check(STR("10.0.0.0/8,")) || ip_ranges_check(STR("office")) ||
                 ip_ranges_check(STR("10.0.0.1/8")));
}

static void a_network_is_what_one_subscriber_has(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"192.0.2.7", "192.0.2.7/32"},
        {"::ffff:192.0.2.7", "192.0.2.7/32"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
        {"fe80::1%eth0", "fe80::/64"},
        {"::1", "::/64"},
        {"unknown", "unknown"},
        {"", ""},
    };
    char text[IP_RANGE_TEXT_MAX];
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_text(ip_network_of(str_from_c(pairs[i][0]), text), pairs[i][1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_holds_what_begins_like_it),
        cmocka_unit_test(one_address_is_its_own_range),
        cmocka_unit_test(the_two_families_are_apart_but_for_mapped_addresses),
        cmocka_unit_test(what_is_no_address_is_in_no_range),
        cmocka_unit_test(a_range_is_refused_that_is_none),
        cmocka_unit_test(a_range_is_written_as_usual),
        cmocka_unit_test(a_list_holds_what_one_of_it_holds),
        cmocka_unit_test(a_network_is_what_one_subscriber_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
