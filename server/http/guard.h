// The strict gate in front of everything: a request head that could be read in two ways is refused, and the
// connection it came on is closed (RFC 9112; security.md 8.2). Pure functions.
#pragma once

#include "base/str.h"
#include "http/fault.h"
#include "http/http.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A request head as it came, in order, nothing decoded.
struct http_head {
    struct str method;
    struct str version; // "HTTP/1.1"
    struct str target;
    const struct http_pair *headers;
    size_t header_count;
};

struct guard_rules {
    const struct str *allowed_hosts;
    size_t allowed_host_count;
    uint16_t port;
    bool trust_any_port;
};

// How the body is delimited, once the head is known to be sound.
struct http_framing {
    enum http_method method;
    bool is_chunked;
    bool is_http_1_0;
    uint64_t content_length; // 0 when chunked
};

// Faults: 400 framing, header syntax or Host missing or repeated; 405 TRACE and CONNECT; 417 an expectation
// other than 100-continue; 421 a Host that is not ours; 431 header fields over LIMIT_HEADERS,
// LIMIT_HEADER_LINE_BYTES or LIMIT_HEADER_BYTES; 501 any other method; 505 a version that is not HTTP/1.x.
// The target is not looked at (target.h).
struct http_fault guard_check(const struct guard_rules *rules, const struct http_head *head,
                              struct http_framing *out_framing);
