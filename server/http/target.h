// The request target, from bytes on the wire to a path and query parameters. Pure functions.
#pragma once

#include "base/arena.h"
#include "base/str.h"
#include "http/fault.h"
#include "http/http.h"

#include <stdbool.h>
#include <stddef.h>

struct http_target {
    struct str path; // decoded; owned by the arena
    const struct http_pair *query;
    size_t query_count;
};

// Decodes "%41" once, and "+" to a space where `plus_is_space`. `out` has room for encoded.len bytes and may
// not overlap. False for "%" without two hexadecimal digits and for anything that decodes to a NUL or to
// invalid UTF-8; *out_len is set only on success.
bool http_percent_decode(struct str encoded, bool plus_is_space, char *out, size_t *out_len);

// Reads an origin-form target ("/path?name=value&…"). Refused with 400: another form, bytes outside the
// visible ASCII range, a fragment, what http_percent_decode refuses, an encoded slash, control bytes or a dot
// segment in the path, more than LIMIT_QUERY_PARAMETERS parameters; with 414: more than LIMIT_URL_BYTES; with
// 503: no memory. "a=1&&b" gives two parameters: empty pieces do not count, a piece without "=" has an empty
// value.
struct http_fault http_target_parse(struct str raw, struct arena *arena, struct http_target *out_target);
