// What every unit test includes: cmocka with the headers it wants before it.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

#define assert_str_equal(actual, expected)                                                                   \
    do {                                                                                                     \
        const struct str str_actual = (actual), str_expected = (expected);                                   \
        if (!str_eq(str_actual, str_expected))                                                               \
            fail_msg("\"%.*s\" is not \"%.*s\"", STR_ARG(str_actual), STR_ARG(str_expected));                \
    } while (0)

#define assert_ok(expression) assert_int_equal((expression), STATUS_OK)
