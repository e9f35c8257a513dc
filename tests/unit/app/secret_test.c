// What sessions, invitations and API tokens are made of (S8 of security.md).
#include "unit/unit.h"

#include "app/secret.h"

#include <stdlib.h>

enum { COUNT = 10000, BYTES = 256 };

static struct secret secrets[COUNT];

static int make(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT; i++)
        secrets[i] = secret_new();
    return 0;
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct secret));
}

static int digit_of(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *at = c ? strchr(digits, c) : NULL;
    assert_non_null(at);
    return (int)(at - digits);
}

static void each_is_43_letters_of_a_url(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(strlen(secrets[i].text), SECRET_TEXT_LEN);
        assert_int_equal(SECRET_TEXT_LEN, 43); // 256 bits
        for (size_t c = 0; c < SECRET_TEXT_LEN; c++)
            (void)digit_of(secrets[i].text[c]);
    }
}

static void none_comes_twice(void **state)
{
    (void)state;
    qsort(secrets, COUNT, sizeof *secrets, compare);
    for (size_t i = 1; i < COUNT; i++)
        assert_int_not_equal(compare(&secrets[i - 1], &secrets[i]), 0);
}

// Bytes 0 to 31 of each from its digits of six bits.
static void count_bytes(const struct secret *secret, size_t counts[BYTES])
{
    unsigned bits = 0, held = 0;
    for (size_t c = 0; c < SECRET_TEXT_LEN; c++) {
        bits = (bits << 6 | (unsigned)digit_of(secret->text[c])) & 0xFFFF;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        counts[bits >> held & 0xFF]++;
    }
}

// Chi-square with 255 degrees of freedom is beyond 400 in one of 10^8 runs.
static void all_bytes_are_as_likely(void **state)
{
    (void)state;
    size_t counts[BYTES] = {0};
    const double expected = COUNT * 32.0 / BYTES;
    double chi_square = 0;
    for (size_t i = 0; i < COUNT; i++)
        count_bytes(&secrets[i], counts);
    for (size_t i = 0; i < BYTES; i++) {
        const double difference = (double)counts[i] - expected;
        chi_square += difference * difference / expected;
    }
    assert_true(chi_square > 130 && chi_square < 400);
}

static void a_hash_is_sha_256(void **state)
{
    (void)state;
    static const unsigned char of_abc[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea};
    const struct hash hash = hash_of(STR("abc"));
    assert_int_equal(sizeof hash.bytes, 32);
    assert_memory_equal(hash.bytes, of_abc, sizeof of_abc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_43_letters_of_a_url),
        cmocka_unit_test(none_comes_twice),
        cmocka_unit_test(all_bytes_are_as_likely),
        cmocka_unit_test(a_hash_is_sha_256),
    };
    return cmocka_run_group_tests(tests, make, NULL);
}
