// What the tests of this folder share: cmocka with the headers it needs before it, and text compared as text.
#pragma once

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define assert_text(actual, expected)                                                                        \
    do {                                                                                                     \
        const struct str text_ = (actual);                                                                   \
        assert_int_equal(text_.len, strlen(expected));                                                       \
        if (text_.len) assert_memory_equal(text_.ptr, expected, text_.len);                                  \
    } while (0)
