#include "check.h"

#include "base/log.h"

#include <sys/mman.h>
#include <unistd.h>

// What the log writes to standard error, caught in memory.
static int caught, original;

static int catch_standard_error(void **state)
{
    (void)state;
    caught = memfd_create("log", MFD_CLOEXEC);
    original = dup(STDERR_FILENO);
    if (caught < 0 || original < 0) return -1;
    return dup2(caught, STDERR_FILENO) < 0;
}

static int give_standard_error_back(void **state)
{
    (void)state;
    log_set_level(LOG_INFO);
    const int result = dup2(original, STDERR_FILENO);
    close(original);
    close(caught);
    return result < 0;
}

static struct str written(void)
{
    static char text[1 << 20];
    const ssize_t len = pread(caught, text, sizeof text, 0);
    assert_true(len >= 0);
    return (struct str){.ptr = text, .len = (size_t)len};
}

// Enough of JSON to see that no text ends early and the object is closed at the end of the line.
static void assert_one_object(struct str line)
{
    int depth = 0;
    bool quoted = false;
    assert_true(str_is_utf8(line));
    for (size_t i = 0; i < line.len; i++) {
        const char c = line.ptr[i];
        assert_true((unsigned char)c >= 0x20);
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '{' || c == '}'))
            depth += c == '{' ? 1 : -1;
        assert_true(depth > 0 || i == line.len - 1);
    }
    assert_false(quoted);
    assert_int_equal(depth, 0);
}

static void a_line_holds_its_fields_in_order(void **state)
{
    (void)state;
    LOG(LOG_WARN, "import", LOG_C("file", "a.zip"), LOG_INT("rows", -3), LOG_REAL("seconds", 0.25),
        LOG_REAL("rate", 1.0 / 0.0));
    const struct str text = written();
    const struct str tail = STR(
        ",\"level\":\"warn\",\"event\":\"import\",\"file\":\"a.zip\",\"rows\":-3,\"seconds\":0.25,\"rate\":null}\n");
    assert_true(str_starts_with(text, STR("{\"time\":\"20")));
    assert_true(str_ends_with(text, tail));
    assert_one_object(str_slice(text, 0, text.len - 1));
}

static void no_value_can_forge_a_line(void **state)
{
    (void)state;
    LOG(LOG_INFO, "request", LOG_TEXT("agent", STR("a\"}\r\n{\"level\":\"x\"\\\x1b[31m\x7f\0z")));
    const struct str text = written();
    assert_int_equal(str_find(text, '\n'), text.len - 1);
    assert_one_object(str_slice(text, 0, text.len - 1));
    assert_true(str_contains(text, STR("a\\\"}\\u000d\\u000a{")) &&
                str_contains(text, STR("\\u001b[31m\\u007f\\u0000z")));
}

static void text_that_is_not_utf8_is_named_as_such(void **state)
{
    (void)state;
    LOG(LOG_INFO, "request", LOG_TEXT("path", STR("/\xFF")));
    assert_true(str_contains(written(), STR("\"path\":\"(not UTF-8)\"")));
}

static void long_values_are_cut_between_characters(void **state)
{
    (void)state;
    static char value[9001];
    for (size_t shift = 0; shift < 3; shift++) {
        memset(value, 'a', shift);
        for (size_t i = shift; i + 3 < sizeof value; i += 3)
            memcpy(value + i, "€", 4);
        LOG(LOG_INFO, "long", LOG_C("value", value));
    }
    struct str rest = written(), line;
    for (size_t i = 0; i < 3; i++) {
        assert_true(str_split(&rest, '\n', &line));
        assert_one_object(line);
        assert_in_range(line.len, 1000, 1200);
    }
}

static void fields_that_do_not_fit_are_left_out_whole(void **state)
{
    (void)state;
    char value[1001] = {0};
    memset(value, '\n', 1000); // six bytes each in the line
    LOG(LOG_INFO, "full", LOG_C("a", "first"), LOG_C("b", value), LOG_C("c", "third"));
    const struct str text = written();
    assert_one_object(str_slice(text, 0, text.len - 1));
    assert_true(str_ends_with(text, STR("\"event\":\"full\",\"a\":\"first\",\"c\":\"third\"}\n")));
}

static void lines_below_the_level_are_dropped(void **state)
{
    (void)state;
    LOG(LOG_DEBUG, "quiet");
    assert_int_equal(written().len, 0);
    log_set_level(LOG_DEBUG);
    LOG(LOG_DEBUG, "loud");
    assert_true(str_ends_with(written(), STR("\"event\":\"loud\"}\n")));
}

#define CATCHING(test) cmocka_unit_test_setup_teardown(test, catch_standard_error, give_standard_error_back)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CATCHING(a_line_holds_its_fields_in_order),          CATCHING(no_value_can_forge_a_line),
        CATCHING(text_that_is_not_utf8_is_named_as_such),    CATCHING(long_values_are_cut_between_characters),
        CATCHING(fields_that_do_not_fit_are_left_out_whole), CATCHING(lines_below_the_level_are_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
