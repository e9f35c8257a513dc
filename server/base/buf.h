// A byte buffer that grows up to a bound. A failed append is remembered, so that a writer looks once at the
// end.
#pragma once

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

struct buf {
    char *data; // owned, heap; NULL while empty
    size_t len;
    size_t capacity;
    size_t max_bytes;
    bool failed; // bound reached or memory short: contents are not to be used
};

void buf_init(struct buf *buf, size_t max_bytes);
void buf_done(struct buf *buf);  // frees; the buffer may be used again
void buf_clear(struct buf *buf); // empties, keeps the memory

// At least `extra` writable bytes behind the contents; false (and failed) when that cannot be.
bool buf_reserve(struct buf *buf, size_t extra);

void buf_append(struct buf *buf, const void *bytes, size_t len);
void buf_append_str(struct buf *buf, struct str text);
void buf_append_char(struct buf *buf, char c);
void buf_append_format(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline struct str buf_str(const struct buf *buf)
{
    return (struct str){.ptr = buf->data, .len = buf->len};
}

struct arena;

// The contents in the arena; ptr NULL when the buffer failed, or on lack of memory.
struct str buf_copy(const struct buf *buf, struct arena *arena);

#define BUF_SCOPE(name, bound) __attribute__((cleanup(buf_done))) struct buf name = {.max_bytes = (bound)}
