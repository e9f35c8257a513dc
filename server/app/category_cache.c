#include "app/category_cache.h"

#include "base/limits.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    char set_id[LIMIT_ID_BYTES + 1];
    int64_t version;
    uint64_t used_at; // by the clock of the cache
    size_t bytes;
    const struct category_set *set;
};

struct category_cache {
    size_t max_bytes;
    pthread_mutex_t mutex; // guards what follows; no other lock is taken under it
    size_t bytes;
    size_t count;
    uint64_t clock;
    struct entry entries[LIMIT_CATEGORY_CACHE_SETS];
};

enum status category_cache_new(size_t max_bytes, struct category_cache **out_cache, struct error *error)
{
    struct category_cache *cache = calloc(1, sizeof *cache);
    if (!cache) return error_no_memory(error);
    cache->max_bytes = max_bytes;
    pthread_mutex_init(&cache->mutex, NULL);
    *out_cache = cache;
    return STATUS_OK;
}

static void drop(struct category_cache *cache, size_t index)
{
    cache->bytes -= cache->entries[index].bytes;
    category_set_release(&cache->entries[index].set);
    cache->entries[index] = cache->entries[--cache->count];
}

void category_cache_free(struct category_cache *cache)
{
    if (!cache) return;
    while (cache->count > 0)
        drop(cache, 0);
    pthread_mutex_destroy(&cache->mutex);
    free(cache);
}

static struct entry *find(struct category_cache *cache, struct str set_id, int64_t version)
{
    for (size_t i = 0; i < cache->count; i++) {
        struct entry *entry = &cache->entries[i];
        if (entry->version == version && str_eq(str_from_c(entry->set_id), set_id)) return entry;
    }
    return NULL;
}

const struct category_set *category_cache_get(struct category_cache *cache, struct str set_id,
                                              int64_t version)
{
    pthread_mutex_lock(&cache->mutex);
    struct entry *entry = find(cache, set_id, version);
    if (entry) entry->used_at = ++cache->clock;
    const struct category_set *set = entry ? category_set_retain(entry->set) : NULL;
    pthread_mutex_unlock(&cache->mutex);
    return set;
}

static void drop_oldest(struct category_cache *cache)
{
    size_t oldest = 0;
    for (size_t i = 1; i < cache->count; i++)
        if (cache->entries[i].used_at < cache->entries[oldest].used_at) oldest = i;
    drop(cache, oldest);
}

void category_cache_put(struct category_cache *cache, struct str set_id, int64_t version,
                        const struct category_set *set)
{
    struct entry entry = {.version = version, .bytes = category_set_bytes(set), .set = set};
    if (entry.bytes > cache->max_bytes || !str_to_c(set_id, entry.set_id, sizeof entry.set_id)) return;
    pthread_mutex_lock(&cache->mutex);
    if (!find(cache, set_id, version)) {
        while (cache->count == LIMIT_CATEGORY_CACHE_SETS || cache->bytes + entry.bytes > cache->max_bytes)
            drop_oldest(cache);
        (void)category_set_retain(set);
        entry.used_at = ++cache->clock;
        cache->bytes += entry.bytes;
        cache->entries[cache->count++] = entry;
    }
    pthread_mutex_unlock(&cache->mutex);
}
