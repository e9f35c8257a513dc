#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buf_init(struct buf *buf, size_t max_bytes)
{
    *buf = (struct buf){.max_bytes = max_bytes};
}

void buf_done(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf){.max_bytes = buf->max_bytes};
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    buf->failed = false;
}

static size_t grown_capacity(const struct buf *buf, size_t need)
{
    size_t capacity = buf->capacity ? buf->capacity : 256;
    while (capacity < need)
        capacity = capacity > buf->max_bytes / 2 ? buf->max_bytes : capacity * 2;
    return capacity < buf->max_bytes ? capacity : buf->max_bytes;
}

bool buf_reserve(struct buf *buf, size_t extra)
{
    if (buf->failed) return false;
    if (extra <= buf->capacity - buf->len) return true;
    size_t need;
    if (__builtin_add_overflow(buf->len, extra, &need) || need > buf->max_bytes) return !(buf->failed = true);
    const size_t capacity = grown_capacity(buf, need);
    char *data = realloc(buf->data, capacity);
    if (!data) return !(buf->failed = true);
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

void buf_append(struct buf *buf, const void *bytes, size_t len)
{
    if (len == 0 || !buf_reserve(buf, len)) return;
    memcpy(buf->data + buf->len, bytes, len);
    buf->len += len;
}

void buf_append_str(struct buf *buf, struct str text)
{
    buf_append(buf, text.ptr, text.len);
}

void buf_append_char(struct buf *buf, char c)
{
    buf_append(buf, &c, 1);
}

void buf_append_format(struct buf *buf, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) buf->failed = true;
    if (length >= 0 &&
        buf_reserve(buf, (size_t)length + 1)) { // + 1: vsnprintf writes a NUL, which is not kept
        (void)vsnprintf(buf->data + buf->len, (size_t)length + 1, format, again);
        buf->len += (size_t)length;
    }
    va_end(again);
}

struct str buf_copy(const struct buf *buf, struct arena *arena)
{
    return buf->failed ? (struct str){0} : str_copy(arena, buf_str(buf));
}
