#include "unit/unit.h"

#include "app/one_time_code.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

#define SECOND_US ((int64_t)1000000)

// The secret of the RFCs' test vectors.
static struct totp_secret rfc_secret(void)
{
    struct totp_secret secret;
    memcpy(secret.bytes, "12345678901234567890", TOTP_SECRET_BYTES);
    return secret;
}

// RFC 6238, appendix B, SHA-1: the last six of its eight digits.
static void codes_are_those_of_rfc_6238(void **state)
{
    (void)state;
    static const struct {
        int64_t time_s;
        uint32_t code;
    } vectors[] = {{59, 94287082},         {1111111109, 7081804},  {1111111111, 14050471},
                   {1234567890, 89005924}, {2000000000, 69279037}, {20000000000, 65353130}};
    const struct totp_secret secret = rfc_secret();
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        assert_int_equal(totp_code(&secret, totp_step_at(vectors[i].time_s * SECOND_US)),
                         vectors[i].code % 1000000);
}

// RFC 4226, appendix D: the counter is the step.
static void codes_are_those_of_rfc_4226(void **state)
{
    (void)state;
    static const uint32_t codes[] = {755224, 287082, 359152, 969429, 338314,
                                     254676, 287922, 162583, 399871, 520489};
    const struct totp_secret secret = rfc_secret();
    for (int64_t i = 0; i < 10; i++)
        assert_int_equal(totp_code(&secret, i), codes[i]);
}

static void a_code_is_good_one_step_before_and_behind_its_own(void **state)
{
    (void)state;
    const struct totp_secret secret = rfc_secret();
    int64_t step = -1;
    for (int64_t now_s = 0; now_s < 300; now_s += 30) {
        const bool is_near = now_s >= 60 && now_s <= 120;
        assert_int_equal(totp_find_step(&secret, STR("969429"), now_s * SECOND_US, 0, &step), is_near);
        if (is_near) assert_int_equal(step, 3);
    }
}

static void a_step_is_used_once(void **state)
{
    (void)state;
    const struct totp_secret secret = rfc_secret();
    int64_t step;
    assert_true(totp_find_step(&secret, STR("969429"), 90 * SECOND_US, 2, &step));
    assert_false(totp_find_step(&secret, STR("969429"), 90 * SECOND_US, 3, &step));
    assert_true(totp_find_step(&secret, STR("338314"), 90 * SECOND_US, 3, &step));
    assert_false(totp_find_step(&secret, STR("359152"), 90 * SECOND_US, 3, &step));
}

static void only_six_digits_are_a_code(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",       "96942",  "9694290", "969 42",
                                        "96942x", "-69429", "9694٢9",  "+969429"};
    const struct totp_secret secret = rfc_secret();
    int64_t step;
    assert_true(totp_find_step(&secret, STR(" 969 429 "), 90 * SECOND_US, 0, &step));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(totp_find_step(&secret, str_from_c(wrong[i]), 90 * SECOND_US, 0, &step));
}

// A code with zeros in front is written with them.
static void zeros_in_front_count(void **state)
{
    (void)state;
    const struct totp_secret secret = rfc_secret();
    const int64_t now_us = 1111111109 * SECOND_US;
    int64_t step;
    assert_true(totp_find_step(&secret, STR("081804"), now_us, 0, &step));
    assert_false(totp_find_step(&secret, STR("81804"), now_us, 0, &step));
}

static void secrets_are_written_in_base32(void **state)
{
    (void)state;
    char text[TOTP_SECRET_TEXT_LEN + 1];
    const struct totp_secret secret = rfc_secret();
    totp_secret_to_text(&secret, text);
    assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

static void the_address_for_authenticators_is_encoded(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, 64 * KIB);
    const struct totp_secret secret = rfc_secret();
    assert_str_equal(
        totp_uri(&secret, STR("ann+x@example.org"), &arena),
        STR("otpauth://totp/Trading%20Lab:ann%2Bx%40example.org?secret="
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Trading%20Lab&algorithm=SHA1&digits=6&period=30"));
}

static void recovery_codes_are_read_as_people_write_them(void **state)
{
    (void)state;
    static const char *const same[] = {"abcd-efgh-2345-ijkl", "ABCD EFGH 2345 IJKL", "abcdefgh2345ijkl",
                                       " ab-cd efgh2345 ijkl "};
    static const char *const wrong[] = {"",
                                        "abcd-efgh-2345-ijk",
                                        "abcd-efgh-2345-ijklm",
                                        "abcd-efgh-2345-ijk1",
                                        "abcd-efgh-2345-ijk_",
                                        "abcd-efgh-2345-ijkl-mnop-qrst"};
    struct recovery_code code;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        assert_true(recovery_code_parse(str_from_c(same[i]), &code));
        assert_string_equal(code.text, "abcd-efgh-2345-ijkl");
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(recovery_code_parse(str_from_c(wrong[i]), &code));
}

static void new_recovery_codes_differ_and_can_be_read(void **state)
{
    (void)state;
    struct recovery_code read;
    const struct recovery_code one = recovery_code_new(), other = recovery_code_new();
    assert_true(recovery_code_parse(str_from_c(one.text), &read));
    assert_string_equal(read.text, one.text);
    assert_string_not_equal(one.text, other.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_those_of_rfc_6238),
        cmocka_unit_test(codes_are_those_of_rfc_4226),
        cmocka_unit_test(a_code_is_good_one_step_before_and_behind_its_own),
        cmocka_unit_test(a_step_is_used_once),
        cmocka_unit_test(only_six_digits_are_a_code),
        cmocka_unit_test(zeros_in_front_count),
        cmocka_unit_test(secrets_are_written_in_base32),
        cmocka_unit_test(the_address_for_authenticators_is_encoded),
        cmocka_unit_test(recovery_codes_are_read_as_people_write_them),
        cmocka_unit_test(new_recovery_codes_differ_and_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
