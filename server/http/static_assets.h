// The files that live in the binary: the built web application (web/dist) and the API description. A
// generator (tools/embed/web.c) makes the table when the server is built; without a web build it holds
// /openapi.json alone.
#pragma once

#include "base/str.h"

#include <stdbool.h>

// All texts live as long as the process.
struct static_asset {
    struct str path;         // as in the URL: "/index.html", "/assets/index-Df31kQ2x.js"
    struct str content_type; // "text/html; charset=utf-8"
    struct str etag;         // strong, quoted: the SHA-256 of the identity bytes in hex
    struct str identity;     // the bytes as they are
    struct str gzip;         // the same compressed; empty where that would not be smaller
    struct str brotli;
    bool is_immutable; // the name carries a hash of the contents: clients may keep it for ever
};

// NULL when there is no such file. The path is compared byte for byte: no "..", no folder index, no query.
const struct static_asset *static_asset_find(struct str path);

// The generated table, sorted by path.
extern const struct static_asset static_asset_table[];
extern const size_t static_asset_count;
