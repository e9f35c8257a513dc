#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    ALIGNMENT = 16,
    VECTOR_ALIGNMENT = 64,
    VECTOR_FROM_BYTES = 4096,
    BLOCK_BYTES_MIN = 16 * 1024,
    KEPT_BYTES_MAX = 1024 * 1024, // unless the owner says otherwise
};

struct arena_block {
    struct arena_block *older;
    size_t capacity; // bytes after this header
    size_t used;
    size_t unused; // keeps the header a multiple of ALIGNMENT
};

void arena_init(struct arena *arena, size_t max_bytes)
{
    *arena = (struct arena){.max_bytes = max_bytes};
}

static void free_from(struct arena_block *block)
{
    while (block) {
        struct arena_block *older = block->older;
        free(block);
        block = older;
    }
}

void arena_clear(struct arena *arena)
{
    free_from(arena->newest);
    arena->newest = NULL;
    arena->used_bytes = 0;
}

void arena_reset(struct arena *arena)
{
    struct arena_block *kept = arena->newest; // blocks double in size, so the newest is the largest as a rule
    const size_t kept_max = arena->kept_bytes ? arena->kept_bytes : KEPT_BYTES_MAX;
    if (!kept || kept->capacity > kept_max) {
        arena_clear(arena);
        return;
    }
    free_from(kept->older);
    kept->older = NULL;
    kept->used = 0;
    arena->used_bytes = kept->capacity;
}

static struct arena_block *add_block(struct arena *arena, size_t need)
{
    const size_t left = arena->max_bytes - arena->used_bytes;
    if (need > left) return NULL;
    size_t capacity = arena->newest ? arena->newest->capacity : BLOCK_BYTES_MIN / 2;
    capacity = capacity > left / 2 ? left : capacity * 2;
    if (capacity < need) capacity = need;
    struct arena_block *block = malloc(sizeof *block + capacity);
    if (!block) return NULL;
    *block = (struct arena_block){.older = arena->newest, .capacity = capacity};
    arena->newest = block;
    arena->used_bytes += capacity;
    return block;
}

// Bytes to skip so that the next address is a multiple of `alignment`.
static size_t padding(const struct arena_block *block, size_t alignment)
{
    const uintptr_t next = (uintptr_t)(block + 1) + block->used;
    return (size_t)(-next & (alignment - 1));
}

void *arena_alloc_raw(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > arena->max_bytes || bytes > PTRDIFF_MAX)
        return NULL;
    const size_t alignment = bytes >= VECTOR_FROM_BYTES ? VECTOR_ALIGNMENT : ALIGNMENT;
    struct arena_block *block = arena->newest;
    if (!block || block->capacity - block->used < bytes + padding(block, alignment)) {
        block = add_block(arena, bytes + alignment - ALIGNMENT); // malloc aligns to ALIGNMENT
        if (!block) return NULL;
    }
    block->used += padding(block, alignment);
    void *memory = (char *)(block + 1) + block->used;
    block->used += bytes;
    return memory;
}

void *arena_alloc(struct arena *arena, size_t count, size_t size)
{
    void *memory = arena_alloc_raw(arena, count, size);
    if (memory) memset(memory, 0, count * size);
    return memory;
}
