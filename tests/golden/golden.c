#include "golden/golden.h"

#include "base/limits.h"
#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit/unit.h"

// Where the shared folder is: TLAB_SHARED_DIR, or beside the checkout.
void shared_path(const char *relative, char out_path[static PATH_BYTES])
{
    const char *given = getenv("TLAB_SHARED_DIR");
    const char *root = getenv("TLAB_SOURCE_DIR");
    if (given)
        snprintf(out_path, PATH_BYTES, "%s/%s", given, relative);
    else
        snprintf(out_path, PATH_BYTES, "%s/../shared/%s", root ? root : ".", relative);
}

static struct str read_whole_file(struct arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = arena_alloc(arena, MIB, 1);
    assert_non_null(text);
    const size_t length = fread(text, 1, MIB, file);
    assert_int_equal(fclose(file), 0);
    return (struct str){.ptr = text, .len = length};
}

bool golden_is_there(void)
{
    char path[PATH_BYTES];
    shared_path("golden/golden.json", path);
    if (access(path, R_OK) == 0) return true;
    fprintf(stderr, "skipped: %s is not there (TLAB_SHARED_DIR names the shared folder)\n", path);
    return false;
}

const struct json_value *member(const struct json_value *object, const char *name)
{
    const struct json_value *value = json_member(object, str_from_c(name));
    if (!value) fail_msg("golden.json has no member %s", name);
    return value;
}

double number(const struct json_value *object, const char *name)
{
    double value = (double)NAN;
    assert_true(number_parse(member(object, name)->text, &value));
    return value;
}

void assert_close(double actual, const struct json_value *object, const char *name)
{
    const double expected = number(object, name);
    if (!(fabs(actual - expected) <= 1e-9 * fabs(expected)))
        fail_msg("%s is %.17g and should be %.17g", name, actual, expected);
}

void assert_equal(int64_t actual, const struct json_value *object, const char *name)
{
    const double expected = number(object, name);
    if ((double)actual != expected)
        fail_msg("%s is %lld and should be %.0f", name, (long long)actual, expected);
}

const struct json_value *golden_case(struct arena *arena, const char *name)
{
    char path[PATH_BYTES];
    shared_path("golden/golden.json", path);
    const struct json_value *root = NULL;
    struct error error = {0};
    assert_int_equal(json_parse(arena, read_whole_file(arena, path), &root, &error), STATUS_OK);
    return member(root, name);
}
