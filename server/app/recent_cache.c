#include "app/recent_cache.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    char *key; // on the heap
    size_t key_len;
    uint64_t used_at; // by the clock of the cache
    size_t bytes;
    const void *value;
};

struct recent_cache {
    const struct recent_kind *kind;
    size_t max_bytes;
    pthread_mutex_t mutex; // guards what follows; no other lock is taken under it
    size_t bytes;
    size_t count;
    uint64_t clock;
    struct entry entries[]; // room for kind->max_count
};

enum status recent_cache_new(const struct recent_kind *kind, size_t max_bytes,
                             struct recent_cache **out_cache, struct error *error)
{
    struct recent_cache *cache = calloc(1, sizeof *cache + kind->max_count * sizeof cache->entries[0]);
    if (!cache) return error_no_memory(error);
    cache->kind = kind;
    cache->max_bytes = max_bytes;
    pthread_mutex_init(&cache->mutex, NULL);
    *out_cache = cache;
    return STATUS_OK;
}

static void drop(struct recent_cache *cache, size_t index)
{
    cache->bytes -= cache->entries[index].bytes;
    cache->kind->release(cache->entries[index].value);
    free(cache->entries[index].key);
    cache->entries[index] = cache->entries[--cache->count];
}

void recent_cache_free(struct recent_cache *cache)
{
    if (!cache) return;
    while (cache->count > 0)
        drop(cache, 0);
    pthread_mutex_destroy(&cache->mutex);
    free(cache);
}

static struct entry *find(struct recent_cache *cache, struct str key)
{
    for (size_t i = 0; i < cache->count; i++) {
        struct entry *entry = &cache->entries[i];
        if (str_eq((struct str){.ptr = entry->key, .len = entry->key_len}, key)) return entry;
    }
    return NULL;
}

const void *recent_cache_get(struct recent_cache *cache, struct str key)
{
    const void *value = NULL;
    pthread_mutex_lock(&cache->mutex);
    struct entry *entry = find(cache, key);
    if (entry) {
        entry->used_at = ++cache->clock;
        value = entry->value;
        cache->kind->retain(value);
    }
    pthread_mutex_unlock(&cache->mutex);
    return value;
}

static void drop_oldest(struct recent_cache *cache)
{
    size_t oldest = 0;
    for (size_t i = 1; i < cache->count; i++)
        if (cache->entries[i].used_at < cache->entries[oldest].used_at) oldest = i;
    drop(cache, oldest);
}

// The key is the entry's from here on.
static void add(struct recent_cache *cache, struct entry entry)
{
    while (cache->count == cache->kind->max_count || cache->bytes + entry.bytes > cache->max_bytes)
        drop_oldest(cache);
    cache->kind->retain(entry.value);
    entry.used_at = ++cache->clock;
    cache->bytes += entry.bytes;
    cache->entries[cache->count++] = entry;
}

void recent_cache_put(struct recent_cache *cache, struct str key, const void *value, size_t bytes)
{
    if (bytes > cache->max_bytes) return;
    char *copy = malloc(key.len);
    if (!copy) return;
    memcpy(copy, key.ptr, key.len);
    pthread_mutex_lock(&cache->mutex);
    if (!find(cache, key)) {
        add(cache, (struct entry){.key = copy, .key_len = key.len, .bytes = bytes, .value = value});
        copy = NULL;
    }
    pthread_mutex_unlock(&cache->mutex);
    free(copy);
}
