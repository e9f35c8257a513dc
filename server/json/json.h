// A JSON document as a tape: values in document order, numbers kept as their text so that nothing is rounded.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum json_type { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

// One entry of the tape. An object's members are pairs of entries: the name (a string), then the value.
struct json_value {
    enum json_type type;
    uint32_t count;  // elements of an array, members of an object
    uint32_t span;   // entries of this value with all that is inside it; value + span is what follows
    struct str text; // number: as written; string: unescaped
};

// Parses strictly by RFC 8259 and I-JSON: UTF-8 without BOM, no duplicate names, no lone surrogates, no
// U+0000, no trailing bytes; bounds of limits.h (depth, values, number length). The tape and unescaped
// strings live in the arena, other strings borrow `text`. STATUS_MALFORMED "invalid_json" with the byte
// position; STATUS_NO_MEMORY.
enum status json_parse(struct arena *arena, struct str text, const struct json_value **out_root,
                       struct error *error);

// The same for a text whose root has to be an object: STATUS_INVALID, member "", for another one.
enum status json_parse_object(struct arena *arena, struct str text, const struct json_value **out_object,
                              struct error *error);

// First element or member name; NULL when there is none. `json_after` gives the entry that follows a value.
static inline const struct json_value *json_first(const struct json_value *container)
{
    return container->count ? container + 1 : NULL;
}
static inline const struct json_value *json_after(const struct json_value *value)
{
    return value + value->span;
}

// The member's value, NULL when the object has none of that name.
const struct json_value *json_member(const struct json_value *object, struct str name);
