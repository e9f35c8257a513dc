#include "unit/unit.h"

#include "base/buf.h"
#include "base/limits.h"
#include "market/ingest/csv_reader.h"

#include <stdio.h>
#include <stdlib.h>

struct fixture {
    struct byte_source source;
    struct csv_reader reader;
    struct csv_record record;
};

static struct fixture *read_text(struct str text)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    byte_source_open_memory(&fixture->source, text);
    csv_reader_init(&fixture->reader, &fixture->source);
    return fixture;
}

// The next record as "a|b|c", or its problem in parentheses; "" at the end.
static const char *next(struct fixture *fixture)
{
    static char text[512];
    struct error error = {0};
    assert_ok(csv_reader_next(&fixture->reader, &fixture->record, &error));
    size_t len = 0;
    text[0] = '\0';
    if (fixture->record.problem) {
        (void)snprintf(text, sizeof text, "(%s)", fixture->record.problem);
        return text;
    }
    for (size_t i = 0; i < fixture->record.count; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%.*s", i ? "|" : "",
                                STR_ARG(fixture->record.fields[i]));
    return text;
}

static void records_end_with_lines_of_any_kind(void **state)
{
    (void)state;
    struct fixture *fixture = read_text(STR("\xef\xbb\xbf"
                                            "a,b\r\n\n1,2\n\r\n,\nlast,one"));
    assert_string_equal(next(fixture), "a|b");
    assert_int_equal(fixture->record.line, 1);
    assert_string_equal(next(fixture), "1|2");
    assert_int_equal(fixture->record.line, 3);
    assert_string_equal(next(fixture), "|");
    assert_int_equal(fixture->record.line, 5);
    assert_string_equal(next(fixture), "last|one");
    assert_int_equal(fixture->record.count, 2);
    assert_string_equal(next(fixture), "");
    assert_int_equal(fixture->record.count, 0);
    assert_string_equal(next(fixture), "");
    free(fixture);
}

// Bytes that differ from a comma by a bit or by one stand beside commas, at every distance from the line's
// end.
static void a_comma_separates_wherever_it_stands(void **state)
{
    (void)state;
    static const char others[] = "+-.\xac\x2d\x0c\x7f\x01";
    for (size_t len = 1; len <= 20; len++)
        for (size_t first = 0; first < len; first++)
            for (size_t second = first + 1; second <= len; second++) {
                char line[32], expected[32];
                for (size_t i = 0; i < len; i++)
                    line[i] = expected[i] = others[i % (sizeof others - 1)];
                line[first] = ',', expected[first] = '|';
                if (second < len) line[second] = ',', expected[second] = '|';
                expected[len] = '\0';
                struct fixture *fixture = read_text((struct str){.ptr = line, .len = len});
                assert_string_equal(next(fixture), expected);
                assert_int_equal(fixture->record.count, second < len ? 3 : 2);
                free(fixture);
            }
}

static void quotes_are_taken_off_and_unescaped(void **state)
{
    (void)state;
    struct fixture *fixture = read_text(STR("\"a\",\"b,c\",\"d\"\"e\",\n\"\",x\n"));
    assert_string_equal(next(fixture), "a|b,c|d\"e|");
    assert_int_equal(fixture->record.count, 4);
    assert_string_equal(next(fixture), "|x");
    free(fixture);
}

static void a_quote_out_of_place_is_told_and_the_next_line_is_read(void **state)
{
    (void)state;
    struct fixture *fixture = read_text(STR("\"open,1\n2,3\n\"a\"b,4\n5\n"));
    assert_string_equal(next(fixture), "(a quote that is not closed or stands inside a field)");
    assert_string_equal(next(fixture), "2|3");
    assert_string_equal(next(fixture), "(a quote that is not closed or stands inside a field)");
    assert_string_equal(next(fixture), "5");
    assert_int_equal(fixture->record.line, 4);
    free(fixture);
}

static void a_line_of_any_length_costs_no_memory(void **state)
{
    (void)state;
    BUF_SCOPE(text, 2 * MIB);
    buf_append_str(&text, STR("1,2\n"));
    for (size_t i = 0; i < MIB; i++)
        buf_append_char(&text, '7');
    buf_append_str(&text, STR("\n3,4"));
    struct fixture *fixture = read_text(buf_str(&text));
    assert_string_equal(next(fixture), "1|2");
    assert_string_equal(next(fixture), "(the line is too long)");
    assert_int_equal(fixture->record.line, 2);
    assert_string_equal(next(fixture), "3|4");
    assert_int_equal(fixture->record.line, 3);
    assert_string_equal(next(fixture), "");
    free(fixture);
}

static void the_longest_line_is_read_and_one_byte_more_is_not(void **state)
{
    (void)state;
    for (size_t extra = 0; extra < 2; extra++) {
        BUF_SCOPE(text, MIB);
        for (size_t i = 0; i < LIMIT_IMPORT_LINE_BYTES + extra; i++)
            buf_append_char(&text, '7');
        struct fixture *fixture = read_text(buf_str(&text));
        (void)next(fixture);
        assert_int_equal(fixture->record.problem != NULL, extra == 1);
        free(fixture);
    }
}

static void too_many_columns_are_told(void **state)
{
    (void)state;
    BUF_SCOPE(text, MIB);
    for (int i = 0; i < CSV_FIELDS_MAX; i++)
        buf_append_char(&text, ',');
    buf_append_str(&text, STR("\n1\n"));
    struct fixture *fixture = read_text(buf_str(&text));
    assert_string_equal(next(fixture), "(more columns than are read)");
    assert_string_equal(next(fixture), "1");
    free(fixture);
}

static void utf_16_is_refused(void **state)
{
    (void)state;
    struct fixture *fixture = read_text(STR("\xff\xfe"
                                            "1\0,\0"));
    struct error error = {0};
    assert_int_equal(csv_reader_next(&fixture->reader, &fixture->record, &error), STATUS_MALFORMED);
    free(fixture);
}

static void records_across_buffers_are_whole(void **state)
{
    (void)state;
    BUF_SCOPE(text, 4 * MIB);
    enum { LINES = 40000 };
    for (int i = 0; i < LINES; i++)
        buf_append_format(&text, "%d,%d,xyz\r\n", i, i * 2);
    struct fixture *fixture = read_text(buf_str(&text));
    for (int i = 0; i < LINES; i++) {
        char expected[64];
        (void)snprintf(expected, sizeof expected, "%d|%d|xyz", i, i * 2);
        assert_string_equal(next(fixture), expected);
    }
    assert_string_equal(next(fixture), "");
    free(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_end_with_lines_of_any_kind),
        cmocka_unit_test(a_comma_separates_wherever_it_stands),
        cmocka_unit_test(quotes_are_taken_off_and_unescaped),
        cmocka_unit_test(a_quote_out_of_place_is_told_and_the_next_line_is_read),
        cmocka_unit_test(a_line_of_any_length_costs_no_memory),
        cmocka_unit_test(the_longest_line_is_read_and_one_byte_more_is_not),
        cmocka_unit_test(too_many_columns_are_told),
        cmocka_unit_test(utf_16_is_refused),
        cmocka_unit_test(records_across_buffers_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
