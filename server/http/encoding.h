// Compression of answers.
#pragma once

#include "base/buf.h"
#include "base/str.h"

#include <stdbool.h>

// A gzip compressor that is used again and again by one thread.
struct gzip;

// NULL when memory is short.
struct gzip *gzip_new(void);
void gzip_free(struct gzip *gzip);

// Appends the gzip form of `plain` to *out; false (and *out is not to be used) when it does not get smaller
// than `plain` or memory is short.
bool gzip_compress(struct gzip *gzip, struct str plain, struct buf *out);

// Whether text of this Content-Type is worth compressing: JSON in all its names, text/*, JavaScript, SVG,
// YAML.
bool encoding_is_compressible(struct str content_type);
