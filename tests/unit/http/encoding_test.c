#include "unit/unit.h"

#include "base/limits.h"
#include "http/encoding.h"

#include <zlib.h>

static struct str unpack(struct str packed, Bytef *out, size_t capacity)
{
    z_stream stream = {.next_in = (z_const Bytef *)(uintptr_t)packed.ptr,
                       .avail_in = (uInt)packed.len,
                       .next_out = out,
                       .avail_out = (uInt)capacity};
    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    const size_t len = stream.total_out;
    assert_int_equal(inflateEnd(&stream), Z_OK);
    return (struct str){(const char *)out, len};
}

static void a_compressor_packs_one_text_after_another(void **state)
{
    (void)state;
    static char text[100000];
    static Bytef back[sizeof text];
    struct gzip *gzip = gzip_new();
    assert_non_null(gzip);
    for (unsigned round = 0; round < 3; round++) {
        BUF_SCOPE(packed, 1 * MIB);
        for (unsigned i = 0; i < sizeof text; i++)
            text[i] = (char)('0' + i * (round + 1) % 7);
        const struct str plain = {text, sizeof text - round * 1000};
        assert_true(gzip_compress(gzip, plain, &packed));
        assert_true(packed.len < plain.len / 10);
        assert_str_equal(unpack(buf_str(&packed), back, sizeof back), plain);
    }
    gzip_free(gzip);
}

static void what_does_not_get_smaller_is_left_alone(void **state)
{
    (void)state;
    unsigned char noise[2048];
    uint32_t seed = 1;
    for (size_t i = 0; i < sizeof noise; i++) {
        seed = seed * 1664525u + 1013904223u;
        noise[i] = (unsigned char)(seed >> 24);
    }
    BUF_SCOPE(packed, 1 * MIB);
    struct gzip *gzip = gzip_new();
    assert_non_null(gzip);
    assert_false(gzip_compress(gzip, (struct str){(const char *)noise, sizeof noise}, &packed));
    assert_true(
        gzip_compress(gzip, STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), &packed));
    gzip_free(gzip);
}

static void text_is_compressible_and_pictures_are_not(void **state)
{
    (void)state;
    assert_true(encoding_is_compressible(STR("application/json; charset=utf-8")));
    assert_true(encoding_is_compressible(STR("application/problem+json")));
    assert_true(encoding_is_compressible(STR("text/csv")));
    assert_false(encoding_is_compressible(STR("image/png")));
    assert_false(encoding_is_compressible(STR("application/zip")));
    assert_false(encoding_is_compressible(STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_compressor_packs_one_text_after_another),
        cmocka_unit_test(what_does_not_get_smaller_is_left_alone),
        cmocka_unit_test(text_is_compressible_and_pictures_are_not),
    };
    return cmocka_run_group_tests_name("http encoding", tests, NULL, NULL);
}
