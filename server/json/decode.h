// Objects into structs by a table of fields: every fault is named with its JSON pointer, unknown members are
// refused.
#pragma once

#include "base/decimal.h"
#include "base/error.h"
#include "base/str.h"
#include "json/json.h"

#include <stdbool.h>
#include <stddef.h>

enum json_field_kind {
    JSON_FIELD_TEXT,    // struct str, borrowed from the document
    JSON_FIELD_INTEGER, // int64_t; 20, 20.0 and 2e1 are the same integer
    JSON_FIELD_NUMBER,  // double
    JSON_FIELD_DECIMAL, // struct decimal; a number, or a string that holds one
    JSON_FIELD_BOOLEAN, // bool
    JSON_FIELD_CHOICE,  // int: index of the text in `choices`
    JSON_FIELD_VALUE,   // const struct json_value *, unchecked
    JSON_FIELD_OBJECT,  // const struct json_value *, an object
    JSON_FIELD_ARRAY,   // const struct json_value *, an array
};

struct json_field {
    const char *name;
    enum json_field_kind kind;
    bool is_required;
    bool is_above_minimum; // the minimum itself is refused
    bool is_below_maximum; // the maximum itself is refused
    size_t offset;
    double minimum; // numbers, integers, decimals: inclusive bounds; both 0 and not above: unbounded
    double maximum;
    size_t min_bytes;           // text
    size_t max_bytes;           // text; 0: LIMIT_NOTES_BYTES. Array: most elements
    const char *const *choices; // NULL-terminated
    const char *hint;           // of numbers and integers: said of what is out of range; NULL: nothing
};

// The bounds of an integer that is a time: seconds of the years 1 to 9999.
#define JSON_EPOCH_SECONDS                                                                                   \
    .minimum = -62135596800.0, .maximum = 253402300799.0,                                                    \
    .hint = "times are seconds since 1970, not milliseconds"

// JSON_FIELD(struct body, name, TEXT, .is_required = true, .max_bytes = 120)
#define JSON_FIELD(type, member, field_kind, ...)                                                            \
    {                                                                                                        \
        .name = #member, .kind = JSON_FIELD_##field_kind, .offset = offsetof(type, member), __VA_ARGS__      \
    }

// Members that are absent or null leave what `out_struct` holds (its defaults); required ones must be there.
// All faults are collected in the error (STATUS_INVALID). `prefix` is the pointer of the object itself, ""
// for the root.
enum status json_decode(const struct json_value *object, const char *prefix, const struct json_field *fields,
                        size_t field_count, void *out_struct, struct error *error);

// The same for some of an object's members; the others are somebody else's and stay unread.
enum status json_decode_part(const struct json_value *object, const char *prefix,
                             const struct json_field *fields, size_t field_count, void *out_struct,
                             struct error *error);

// One value as JSON_FIELD_DECIMAL takes it: exact, up to 20 digits before the point and 18 behind it.
// STATUS_INVALID at `pointer` with the value.
enum status json_decode_decimal(const struct json_value *value, const char *pointer,
                                struct decimal *out_decimal, struct error *error);
