// Identifiers: UUID version 7 (RFC 9562), so that ids made later sort later.
#pragma once

#include "base/str.h"

#include <stdint.h>

enum { ID_TEXT_LEN = 36 };

struct id {
    char text[ID_TEXT_LEN + 1]; // lower-case, NUL-terminated
};

// `now_us` gives the 48-bit millisecond stamp and, in the 12 bits behind it, the part of the millisecond (RFC
// 9562, 6.2 method 3): ids of different microseconds sort by time. The other 62 bits are random (rand_bytes).
struct id id_new(int64_t now_us);

static inline struct str id_str(const struct id *id)
{
    return (struct str){.ptr = id->text, .len = ID_TEXT_LEN};
}
