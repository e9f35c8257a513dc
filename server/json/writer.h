// Appends JSON to a buffer. Commas are the writer's business; a buffer that is full shows in buf.failed at
// the end.
#pragma once

#include "base/buf.h"
#include "base/decimal.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_writer {
    struct buf *buf;
    bool needs_comma;     // a value stands before what comes next
    bool quotes_decimals; // decimals are strings, for readers whose numbers are doubles
};

static inline struct json_writer json_writer_on(struct buf *buf)
{
    return (struct json_writer){.buf = buf};
}

void json_begin_object(struct json_writer *w);
void json_end_object(struct json_writer *w);
void json_begin_array(struct json_writer *w);
void json_end_array(struct json_writer *w);

void json_key(struct json_writer *w, const char *name); // a literal that needs no escape
void json_key_str(struct json_writer *w, struct str name);

void json_str(struct json_writer *w, struct str text); // must be UTF-8
void json_c(struct json_writer *w, const char *text);  // NULL gives null
void json_int(struct json_writer *w, int64_t value);
void json_double(struct json_writer *w, double value);          // shortest round trip; null when not finite
void json_decimal(struct json_writer *w, struct decimal value); // every digit of it: a number, or a string
void json_bool(struct json_writer *w, bool value);
void json_null(struct json_writer *w);
void json_raw(struct json_writer *w, struct str json);      // one value that is JSON already
void json_value_of(struct json_writer *w, struct str text); // string, or null when text.ptr is NULL

// "2026-11-22T00:00:00.000000Z"; null for 0, which no stored time has.
void json_time_us(struct json_writer *w, int64_t time_us);

// A member: name and value at once. Names are literals that need no escape.
void json_put_str(struct json_writer *w, const char *name, struct str text); // null when text.ptr is NULL
void json_put_c(struct json_writer *w, const char *name, const char *text);  // null when text is NULL
void json_put_int(struct json_writer *w, const char *name, int64_t value);
void json_put_double(struct json_writer *w, const char *name, double value);
void json_put_decimal(struct json_writer *w, const char *name, struct decimal value);
// null when it is not known
void json_put_decimal_if(struct json_writer *w, const char *name, bool is_known, struct decimal value);
void json_put_bool(struct json_writer *w, const char *name, bool value);
void json_put_null(struct json_writer *w, const char *name);
void json_put_raw(struct json_writer *w, const char *name, struct str json);
void json_put_time_us(struct json_writer *w, const char *name, int64_t time_us);

// [1,2,null]: whole columns, the fast path of candles and equity.
void json_double_array(struct json_writer *w, const double *values, size_t count);
void json_int_array(struct json_writer *w, const int64_t *values, size_t count);
