#include "unit/unit.h"

#include "base/limits.h"
#include "http/guard.h"

static const struct guard_rules any_port = {
    .allowed_hosts = (const struct str[]){{"127.0.0.1", 9}, {"::1", 3}, {"Lab.Example", 11}},
    .allowed_host_count = 3,
    .port = 8000,
    .trust_any_port = true,
};

static int check_as(const struct guard_rules *rules, const char *method, const char *version,
                    const struct http_pair *headers, size_t count, struct http_framing *out_framing)
{
    const struct http_head head = {.method = str_from_c(method),
                                   .version = str_from_c(version),
                                   .headers = headers,
                                   .header_count = count};
    return guard_check(rules, &head, out_framing).status;
}

#define HEADERS(...)                                                                                         \
    ((const struct http_pair[]){__VA_ARGS__}),                                                               \
        sizeof((const struct http_pair[]){__VA_ARGS__}) / sizeof(struct http_pair)
#define FIELD(name, value)                                                                                   \
    {                                                                                                        \
        STR(name), STR(value)                                                                                \
    }
#define HOST FIELD("Host", "127.0.0.1:8000")
#define CHECK(...) check_as(&any_port, "POST", "HTTP/1.1", HEADERS(__VA_ARGS__), &framing)

static void the_methods_of_the_api_pass_and_no_others(void **state)
{
    (void)state;
    struct http_framing framing;
    for (int i = 0; i < HTTP_METHOD_COUNT; i++) {
        assert_int_equal(
            check_as(&any_port, http_method_name((enum http_method)i), "HTTP/1.1", HEADERS(HOST), &framing),
            0);
        assert_int_equal(framing.method, i);
    }
    assert_int_equal(check_as(&any_port, "TRACE", "HTTP/1.1", HEADERS(HOST), &framing), 405);
    assert_int_equal(check_as(&any_port, "CONNECT", "HTTP/1.1", HEADERS(HOST), &framing), 405);
    assert_int_equal(check_as(&any_port, "get", "HTTP/1.1", HEADERS(HOST), &framing), 501);
    assert_int_equal(check_as(&any_port, "BREW", "HTTP/1.1", HEADERS(HOST), &framing), 501);
    assert_int_equal(check_as(&any_port, "", "HTTP/1.1", HEADERS(HOST), &framing), 501);
}

static void only_http_1_is_spoken(void **state)
{
    (void)state;
    struct http_framing framing;
    const char *const others[] = {"",        "HTTP/0.9", "HTTP/2.0",  "HTTP/3.0", "HTTP/1",
                                  "HTTP/1.", "HTTP/1.a", "HTTP/1.10", "http/1.1", "ICY/1.1"};
    assert_int_equal(check_as(&any_port, "GET", "HTTP/1.1", HEADERS(HOST), &framing), 0);
    assert_false(framing.is_http_1_0);
    assert_int_equal(check_as(&any_port, "GET", "HTTP/1.9", HEADERS(HOST), &framing), 0);
    assert_int_equal(check_as(&any_port, "GET", "HTTP/1.0", HEADERS(HOST), &framing), 0);
    assert_true(framing.is_http_1_0);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_int_equal(check_as(&any_port, "GET", others[i], HEADERS(HOST), &framing), 505);
}

static void a_body_is_delimited_in_one_way_only(void **state)
{
    (void)state;
    struct http_framing framing;
    assert_int_equal(CHECK(HOST, FIELD("content-length", "12")), 0);
    assert_int_equal(framing.content_length, 12);
    assert_int_equal(CHECK(HOST, FIELD("Content-Length", "9223372036854775807")), 0);
    assert_int_equal(CHECK(HOST, FIELD("Transfer-Encoding", "Chunked")), 0);
    assert_true(framing.is_chunked);
    assert_int_equal(CHECK(HOST, FIELD("Content-Length", "5"), FIELD("Content-Length", "5")), 400);
    assert_int_equal(CHECK(HOST, FIELD("Content-Length", "5"), FIELD("Content-Length", "6")), 400);
    assert_int_equal(CHECK(HOST, FIELD("Content-Length", "5"), FIELD("Transfer-Encoding", "chunked")), 400);
    assert_int_equal(
        CHECK(HOST, FIELD("Transfer-Encoding", "chunked"), FIELD("transfer-encoding", "chunked")), 400);
}

static void a_content_length_is_one_decimal_number(void **state)
{
    (void)state;
    struct http_framing framing;
    const struct str bad[] = {STR(""),
                              STR("+5"),
                              STR("-1"),
                              STR("0x5"),
                              STR("5 5"),
                              STR("5, 5"),
                              STR("5."),
                              STR("5e1"),
                              STR("9223372036854775808"),
                              STR("18446744073709551621")};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(CHECK(HOST, {STR("Content-Length"), bad[i]}), 400);
}

static void chunked_is_the_only_transfer_encoding(void **state)
{
    (void)state;
    struct http_framing framing;
    const struct str bad[] = {
        STR(""),         STR("xchunked"),    STR("chunked, identity"), STR("gzip, chunked"),
        STR("identity"), STR("chunked;q=1"), STR("chunked,")};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(CHECK(HOST, {STR("Transfer-Encoding"), bad[i]}), 400);
    assert_int_equal(check_as(&any_port, "POST", "HTTP/1.0",
                              HEADERS(HOST, FIELD("Transfer-Encoding", "chunked")), &framing),
                     400);
}

static void the_names_of_fields_are_tokens(void **state)
{
    (void)state;
    struct http_framing framing;
    const struct str bad[] = {STR(""),     STR("X A"),  STR("X "),    STR(" X"),
                              STR("X(A)"), STR("X\tA"), STR("X\x01"), STR("X\xC3\xA4"),
                              STR("X/A"),  STR("X\"A"), STR("X\0A")};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(CHECK(HOST, {bad[i], STR("1")}), 400);
    assert_int_equal(CHECK(HOST, FIELD("!#$%&'*+-.^_`|~09azAZ", "1")), 0);
}

static void the_values_of_fields_hold_no_control_bytes(void **state)
{
    (void)state;
    struct http_framing framing;
    const struct str bad[] = {STR("a\0b"), STR("a\rb"), STR("a\nb"), STR("\x01"), STR("a\x1f"), STR("\x7f")};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(CHECK(HOST, {STR("X"), bad[i]}), 400);
    assert_int_equal(CHECK(HOST, FIELD("X", "a\tb \xC3\xA4 \xFF")), 0);
}

static void exactly_one_host_is_needed(void **state)
{
    (void)state;
    struct http_framing framing;
    assert_int_equal(CHECK(FIELD("X", "1")), 400);
    assert_int_equal(CHECK(HOST, HOST), 400);
    assert_int_equal(CHECK(HOST, FIELD("host", "evil")), 400);
    assert_int_equal(check_as(&any_port, "GET", "HTTP/1.0", NULL, 0, &framing), 0);
    assert_int_equal(check_as(&any_port, "GET", "HTTP/1.0", HEADERS(FIELD("Host", "evil")), &framing), 421);
}

static void only_our_own_names_are_answered(void **state)
{
    (void)state;
    struct http_framing framing;
    const struct str ours[] = {STR("127.0.0.1"), STR("127.0.0.1:1"), STR("[::1]"), STR("[::1]:8000"),
                               STR("LAB.example:80")};
    const struct str others[] = {STR(""),
                                 STR("evil.example"),
                                 STR("0.0.0.0:8000"),
                                 STR("127.0.0.1.evil"),
                                 STR("lab.example."),
                                 STR("127.0.0.1:"),
                                 STR("127.0.0.1:x"),
                                 STR("127.0.0.1:65536"),
                                 STR("127.0.0.1:80:80"),
                                 STR("::1"),
                                 STR("[::1"),
                                 STR("[::1]x"),
                                 STR("[]"),
                                 STR("[127.0.0.1]"),
                                 STR("[lab.example]"),
                                 STR("a@127.0.0.1"),
                                 STR(":8000"),
                                 STR("[::1]:8000 "),
                                 STR("127.0.0.1, evil")};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        assert_int_equal(CHECK({STR("Host"), ours[i]}), 0);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_int_equal(CHECK({STR("Host"), others[i]}), 421);
}

static void the_port_is_ours_unless_a_proxy_is_trusted(void **state)
{
    (void)state;
    struct http_framing framing;
    struct guard_rules strict = any_port;
    strict.trust_any_port = false;
    assert_int_equal(check_as(&strict, "GET", "HTTP/1.1", HEADERS(FIELD("Host", "127.0.0.1:8000")), &framing),
                     0);
    assert_int_equal(check_as(&strict, "GET", "HTTP/1.1", HEADERS(FIELD("Host", "127.0.0.1:8001")), &framing),
                     421);
    assert_int_equal(check_as(&strict, "GET", "HTTP/1.1", HEADERS(FIELD("Host", "127.0.0.1")), &framing),
                     421);
    strict.port = 80;
    assert_int_equal(check_as(&strict, "GET", "HTTP/1.1", HEADERS(FIELD("Host", "127.0.0.1")), &framing), 0);
}

static void only_100_continue_is_expected(void **state)
{
    (void)state;
    struct http_framing framing;
    assert_int_equal(CHECK(HOST, FIELD("Expect", "100-Continue")), 0);
    assert_int_equal(CHECK(HOST, FIELD("Expect", "200-ok")), 417);
    assert_int_equal(CHECK(HOST, FIELD("Expect", "")), 417);
    assert_int_equal(CHECK(HOST, FIELD("Expect", "100-continue"), FIELD("Expect", "100-continue")), 417);
}

static void sixty_four_fields_are_the_most(void **state)
{
    (void)state;
    struct http_framing framing;
    struct http_pair headers[LIMIT_HEADERS + 1] = {HOST};
    for (size_t i = 1; i <= LIMIT_HEADERS; i++)
        headers[i] = (struct http_pair){STR("X"), STR("1")};
    assert_int_equal(check_as(&any_port, "GET", "HTTP/1.1", headers, LIMIT_HEADERS, &framing), 0);
    assert_int_equal(check_as(&any_port, "GET", "HTTP/1.1", headers, LIMIT_HEADERS + 1, &framing), 431);
}

static void one_field_is_at_most_8_kib_and_all_are_at_most_16(void **state)
{
    (void)state;
    struct http_framing framing;
    static char text[LIMIT_HEADER_BYTES];
    memset(text, 'a', sizeof text);
    const size_t longest = LIMIT_HEADER_LINE_BYTES - (sizeof "X: \r\n" - 1);
    const size_t rest =
        LIMIT_HEADER_BYTES - LIMIT_HEADER_LINE_BYTES - (sizeof "Host: 127.0.0.1:8000\r\nX: \r\n" - 1);
    assert_int_equal(CHECK(HOST, {STR("X"), {text, longest}}), 0);
    assert_int_equal(CHECK(HOST, {STR("X"), {text, longest + 1}}), 431);
    assert_int_equal(CHECK(HOST, {STR("X"), {text, longest}}, {STR("X"), {text, rest}}), 0);
    assert_int_equal(CHECK(HOST, {STR("X"), {text, longest}}, {STR("X"), {text, rest + 1}}), 431);
}

static void a_fault_leaves_the_framing_as_it_was(void **state)
{
    (void)state;
    struct http_framing framing = {.content_length = 77};
    assert_int_equal(CHECK(HOST, FIELD("Content-Length", "5"), FIELD("Expect", "x")), 417);
    assert_int_equal(framing.content_length, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_methods_of_the_api_pass_and_no_others),
        cmocka_unit_test(only_http_1_is_spoken),
        cmocka_unit_test(a_body_is_delimited_in_one_way_only),
        cmocka_unit_test(a_content_length_is_one_decimal_number),
        cmocka_unit_test(chunked_is_the_only_transfer_encoding),
        cmocka_unit_test(the_names_of_fields_are_tokens),
        cmocka_unit_test(the_values_of_fields_hold_no_control_bytes),
        cmocka_unit_test(exactly_one_host_is_needed),
        cmocka_unit_test(only_our_own_names_are_answered),
        cmocka_unit_test(the_port_is_ours_unless_a_proxy_is_trusted),
        cmocka_unit_test(only_100_continue_is_expected),
        cmocka_unit_test(sixty_four_fields_are_the_most),
        cmocka_unit_test(one_field_is_at_most_8_kib_and_all_are_at_most_16),
        cmocka_unit_test(a_fault_leaves_the_framing_as_it_was),
    };
    return cmocka_run_group_tests_name("http guard", tests, NULL, NULL);
}
