// Memory with one owner and one end of life: a request, a job, an import file. Nothing in it is freed alone.
#pragma once

#include <stddef.h>

struct arena_block;

// Zero-initialised apart from max_bytes. Not shared between threads.
struct arena {
    struct arena_block *newest;
    size_t used_bytes; // handed out by malloc so far
    size_t max_bytes;  // bound over all blocks; requests beyond it fail
    size_t kept_bytes; // largest block that arena_reset keeps; 0: 1 MiB
};

void arena_init(struct arena *arena, size_t max_bytes);

// Everything is given back; the arena may be used again.
void arena_clear(struct arena *arena);

// Everything is given back, but the last block is kept for the next use if it is at most kept_bytes (workers
// that serve request after request; fresh memory costs more than most of what is done with it).
void arena_reset(struct arena *arena);

// count × size zeroed bytes, aligned for any type (64 bytes from 4 KiB on, for vector loads).
// NULL when the product overflows, the bound is reached or memory is short. count and size may be 0.
void *arena_alloc(struct arena *arena, size_t count, size_t size) __attribute__((malloc));

// As arena_alloc, but the bytes are not cleared: for columns that are written whole.
void *arena_alloc_raw(struct arena *arena, size_t count, size_t size) __attribute__((malloc));

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), 1, sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc((arena), (count), sizeof(type)))

// Cleanup attribute: `ARENA_SCOPE(arena, LIMIT);` declares an arena that ends with the block.
#define ARENA_SCOPE(name, bound)                                                                             \
    __attribute__((cleanup(arena_clear))) struct arena name = {                                              \
        .newest = NULL, .used_bytes = 0, .max_bytes = (bound)}
