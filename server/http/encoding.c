#include "http/encoding.h"

#include <stdlib.h>
#include <zlib.h>

enum {
    LEVEL = 1,             // 109 KB of candles: 28 % in 0.7 ms; level 6: 24 % in 2.5 ms
    WINDOW_BITS = 15 + 16, // largest window, gzip wrapper
    MEMORY_LEVEL = 8,
};

struct gzip {
    z_stream stream;
};

struct gzip *gzip_new(void)
{
    struct gzip *gzip = calloc(1, sizeof *gzip);
    if (!gzip) return NULL;
    if (deflateInit2(&gzip->stream, LEVEL, Z_DEFLATED, WINDOW_BITS, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        free(gzip);
        return NULL;
    }
    return gzip;
}

void gzip_free(struct gzip *gzip)
{
    if (!gzip) return;
    deflateEnd(&gzip->stream);
    free(gzip);
}

bool gzip_compress(struct gzip *gzip, struct str plain, struct buf *out)
{
    z_stream *stream = &gzip->stream;
    if (plain.len > UINT32_MAX || !buf_reserve(out, plain.len)) return false;
    if (deflateReset(stream) != Z_OK) return false;
    stream->next_in = (z_const Bytef *)(uintptr_t)plain.ptr;
    stream->avail_in = (uInt)plain.len;
    stream->next_out = (Bytef *)(out->data + out->len);
    stream->avail_out = (uInt)plain.len; // no room to grow: what does not shrink is sent as it is
    if (deflate(stream, Z_FINISH) != Z_STREAM_END) return false;
    out->len += stream->total_out;
    return true;
}

bool encoding_is_compressible(struct str content_type)
{
    static const char *const prefixes[] = {"text/",
                                           "application/json",
                                           "application/problem+json",
                                           "application/javascript",
                                           "application/yaml",
                                           "application/schema+json",
                                           "image/svg+xml"};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (str_starts_with(content_type, str_from_c(prefixes[i]))) return true;
    return false;
}
