// ZIP, gzip and CHECKSUM: what comes out is what went in, or the file is refused.
#include "unit/market/ingest/ingest_fixture.h"

#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#define ARCHIVE "XUSDT-1h-2024-01.zip"
#define MEMBER "XUSDT-1h-2024-01.csv"

enum { HOURS = 24 };

static const char *write_good_zip(void **state)
{
    BUF_SCOPE(text, MIB);
    put_candles(&text, 0, HOURS, 2);
    const struct zip_content member = {MEMBER, buf_str(&text)};
    return write_zip(state, ARCHIVE, &member, 1);
}

// The reason, or "" when the file is accepted.
static const char *refusal(const char *path)
{
    static struct error error;
    INGEST_FILE_SCOPE file = {0};
    error = (struct error){0};
    return read_strict(path, &file, &error) == STATUS_OK ? "" : error.message;
}

static void assert_refused(const char *path, const char *part)
{
    const char *reason = refusal(path);
    if (!strstr(reason, part)) fail_msg("it says \"%s\", not \"%s\"", reason, part);
}

static void a_good_archive_is_read(void **state)
{
    INGEST_FILE_SCOPE file = {0};
    assert_ok(read_strict(write_good_zip(state), &file, NULL));
    assert_int_equal(file.rows.count, HOURS);
    assert_string_equal(file.series.symbol, "XUSDT");
    assert_int_equal(file.rows.rows[3].open_time_us, (FIRST_HOUR_S + 3 * 3600) * 1000000);
    assert_true(file.rows.rows[3].close == 103.5);
    assert_int_equal(file.rows.rows[3].trades, 7);
}

static struct str load(const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *bytes = calloc(1, MIB);
    assert_non_null(bytes);
    const size_t len = fread(bytes, 1, MIB, file);
    assert_int_equal(fclose(file), 0);
    return (struct str){bytes, len};
}

static bool holds_the_same(const char *path)
{
    INGEST_FILE_SCOPE file = {0};
    if (read_strict(path, &file, NULL) != STATUS_OK) return true;
    bool is_same = file.rows.count == HOURS && strcmp(file.series.symbol, "XUSDT") == 0;
    for (size_t i = 0; is_same && i < HOURS; i++)
        is_same = file.rows.rows[i].close == 100.5 + (double)i && file.rows.rows[i].volume == 2;
    return is_same;
}

static void damage_everywhere(void **state, const char *name, struct str good)
{
    char *bytes = calloc(1, good.len);
    assert_non_null(bytes);
    for (size_t at = 0; at < good.len; at++) {
        memcpy(bytes, good.ptr, good.len);
        bytes[at] = (char)(bytes[at] ^ (1 << (at % 8)));
        if (!holds_the_same(write_text(state, name, (struct str){bytes, good.len})))
            fail_msg("%s: other candles with byte %zu flipped", name, at);
    }
    for (size_t len = 0; len < good.len; len++) {
        if (!refusal(write_text(state, name, str_slice(good, 0, len)))[0] && len > 0)
            fail_msg("%s: accepted when cut at %zu", name, len);
    }
    free(bytes);
}

static void a_damaged_zip_never_gives_other_candles(void **state)
{
    const struct str good = load(write_good_zip(state));
    damage_everywhere(state, ARCHIVE, good);
    free((void *)(uintptr_t)good.ptr);
}

static void a_damaged_gzip_never_gives_other_candles(void **state)
{
    BUF_SCOPE(text, MIB);
    put_candles(&text, 0, HOURS, 2);
    const struct str good = load(write_gzip(state, "XUSDT-1h.csv.gz", buf_str(&text)));
    damage_everywhere(state, "XUSDT-1h.csv.gz", good);
    free((void *)(uintptr_t)good.ptr);
}

static void a_gzip_of_several_members_is_one_file(void **state)
{
    BUF_SCOPE(first, MIB);
    BUF_SCOPE(second, MIB);
    BUF_SCOPE(both, MIB);
    put_candles(&first, 0, 10, 2);
    put_candles(&second, 10, 10, 2);
    const struct str head = load(write_gzip(state, "a.gz", buf_str(&first)));
    const struct str tail = load(write_gzip(state, "b.gz", buf_str(&second)));
    buf_append_str(&both, head);
    buf_append_str(&both, tail);
    INGEST_FILE_SCOPE file = {0};
    assert_ok(read_strict(write_text(state, "XUSDT-1h.csv.gz", buf_str(&both)), &file, NULL));
    assert_int_equal(file.rows.count, 20);
    free((void *)(uintptr_t)head.ptr);
    free((void *)(uintptr_t)tail.ptr);
}

static void a_gzip_that_is_none_is_refused(void **state)
{
    BUF_SCOPE(text, MIB);
    put_candles(&text, 0, HOURS, 2);
    assert_refused(write_text(state, "XUSDT-1h.csv.gz", buf_str(&text)), "not a gzip");
}

static void bombs_are_refused(void **state)
{
    const size_t size = 8 * MIB;
    char *zeros = calloc(1, size);
    assert_non_null(zeros);
    const struct zip_content member = {MEMBER, {zeros, size}};
    assert_refused(write_zip(state, ARCHIVE, &member, 1), "100 times");
    assert_refused(write_gzip(state, "XUSDT-1h.csv.gz", member.text), "100 times");
    free(zeros);
}

static void a_size_that_lies_is_refused(void **state)
{
    const struct str good = load(write_good_zip(state));
    char *bytes = (char *)(uintptr_t)good.ptr;
    char *directory = memmem(bytes, good.len, "PK\1\2", 4);
    assert_non_null(directory);
    directory[24] = (char)(directory[24] - 1); // uncompressed size, APPNOTE.TXT 4.3.12
    assert_refused(write_text(state, ARCHIVE, good), "damaged");
    free(bytes);
}

static void names_that_lead_elsewhere_are_refused(void **state)
{
    static const char *const names[] = {"../" MEMBER, "/tmp/" MEMBER, "a/" MEMBER, "a\\" MEMBER,
                                        "C:" MEMBER,  "readme.txt",   ".csv",      "..csv"};
    BUF_SCOPE(text, MIB);
    put_candles(&text, 0, HOURS, 2);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct zip_content member = {names[i], buf_str(&text)};
        assert_refused(write_zip(state, ARCHIVE, &member, 1), "no plain CSV file");
    }
}

static void exactly_one_member_is_expected(void **state)
{
    BUF_SCOPE(text, MIB);
    put_candles(&text, 0, HOURS, 2);
    const struct zip_content members[] = {{MEMBER, buf_str(&text)}, {"readme.txt", STR("x")}};
    assert_refused(write_zip(state, ARCHIVE, members, 2), "2 members");
    static const char no_members[22] = "PK\5\6";
    assert_refused(write_text(state, ARCHIVE, (struct str){no_members, sizeof no_members}), "0 members");
}

static void a_directory_that_claims_to_be_huge_is_not_read(void **state)
{
    const struct str good = load(write_good_zip(state));
    char *bytes = (char *)(uintptr_t)good.ptr;
    bytes[good.len - 22 + 14] = 1; // bytes of the directory: 16 MiB
    assert_refused(write_text(state, ARCHIVE, good), "too large for one member");
    free(bytes);
}

static void encrypted_members_and_links_are_refused(void **state)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s", write_good_zip(state));
    zip_t *archive = zip_open(path, 0, NULL);
    assert_int_equal(zip_file_set_external_attributes(archive, 0, 0, ZIP_OPSYS_UNIX, 0120777U << 16), 0);
    assert_int_equal(zip_close(archive), 0);
    assert_refused(path, "a link");
    (void)write_good_zip(state);
    archive = zip_open(path, 0, NULL);
    assert_int_equal(zip_file_set_encryption(archive, 0, ZIP_EM_AES_128, "secret"), 0);
    assert_int_equal(zip_close(archive), 0);
    assert_refused(path, "encrypted");
}

static void a_checksum_beside_the_file_is_verified(void **state)
{
    char line[256], path[256];
    INGEST_FILE_SCOPE file = {0};
    (void)snprintf(path, sizeof path, "%s", write_good_zip(state));
    assert_ok(read_strict(path, &file, NULL));
    assert_int_equal(file.report.notice_count, 1);
    assert_int_equal(strlen(file.sha256), 64);
    (void)snprintf(line, sizeof line, "%s  %s\n", file.sha256, ARCHIVE);
    (void)write_checksum(state, ARCHIVE, line);
    assert_string_equal(refusal(path), "");
    (void)snprintf(line, sizeof line, "0000  other.zip\r\n%s *%s\r\n", file.sha256, ARCHIVE);
    (void)write_checksum(state, ARCHIVE, line);
    assert_string_equal(refusal(path), "");
    line[20] = 'f' == line[20] ? 'e' : 'f';
    (void)write_checksum(state, ARCHIVE, line);
    assert_refused(path, "SHA-256");
    (void)snprintf(line, sizeof line, "%064d  other.zip\n", 0);
    (void)write_checksum(state, ARCHIVE, line);
    assert_refused(path, "another file");
    (void)write_checksum(state, ARCHIVE, "abc  other.zip\n");
    assert_refused(path, "no SHA-256");
    (void)write_checksum(state, ARCHIVE, "");
    assert_refused(path, "no SHA-256");
}

static void a_checksum_that_holds_under_another_name_is_noticed(void **state)
{
    char line[256], path[256];
    INGEST_FILE_SCOPE file = {0}, again = {0};
    (void)snprintf(path, sizeof path, "%s", write_good_zip(state));
    assert_ok(read_strict(path, &file, NULL));
    (void)snprintf(line, sizeof line, "%s  other.zip\n", file.sha256);
    (void)write_checksum(state, ARCHIVE, line);
    assert_ok(read_strict(path, &again, NULL));
    assert_int_equal(again.report.notice_count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_good_archive_is_read, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(a_damaged_zip_never_gives_other_candles, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(a_damaged_gzip_never_gives_other_candles, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(a_gzip_of_several_members_is_one_file, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(a_gzip_that_is_none_is_refused, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(bombs_are_refused, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(a_size_that_lies_is_refused, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(names_that_lead_elsewhere_are_refused, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(exactly_one_member_is_expected, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(a_directory_that_claims_to_be_huge_is_not_read, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(encrypted_members_and_links_are_refused, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(a_checksum_beside_the_file_is_verified, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(a_checksum_that_holds_under_another_name_is_noticed, folder_setup,
                                        folder_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
