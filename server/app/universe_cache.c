#include "app/universe_cache.h"

#include "base/limits.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct shared_universe {
    atomic_size_t owners;
    struct universe_range range;
    size_t bytes;             // with prices
    uint64_t *ids;            // of its series
    struct universe universe; // the prices are guarded by `mutex`
    pthread_mutex_t mutex;    // held while prices are put in place: all who wait for it want them
    struct arena arena;
};

struct entry {
    uint64_t used_at; // by the clock of the cache
    struct shared_universe *shared;
};

struct universe_cache {
    size_t max_bytes;
    pthread_mutex_t mutex; // guards what follows; no other lock is taken under it
    size_t bytes;
    size_t count;
    uint64_t clock;
    struct entry entries[LIMIT_UNIVERSE_CACHE];
};

// All that changes behind the const that owners see is the count of them, and that prices come.
static struct shared_universe *whole_of(const struct shared_universe *shared)
{
    return (struct shared_universe *)(uintptr_t)shared;
}

static struct shared_universe *retain(struct shared_universe *shared)
{
    atomic_fetch_add_explicit(&shared->owners, 1, memory_order_relaxed);
    return shared;
}

void shared_universe_release(const struct shared_universe **shared)
{
    struct shared_universe *whole = whole_of(*shared);
    *shared = NULL;
    if (!whole || atomic_fetch_sub_explicit(&whole->owners, 1, memory_order_acq_rel) > 1) return;
    pthread_mutex_destroy(&whole->mutex);
    arena_clear(&whole->arena);
    free(whole);
}

enum status universe_cache_new(size_t max_bytes, struct universe_cache **out_cache, struct error *error)
{
    struct universe_cache *cache = calloc(1, sizeof *cache);
    if (!cache) return error_no_memory(error);
    cache->max_bytes = max_bytes;
    pthread_mutex_init(&cache->mutex, NULL);
    *out_cache = cache;
    return STATUS_OK;
}

static void drop(struct universe_cache *cache, size_t index)
{
    const struct shared_universe *shared = cache->entries[index].shared;
    cache->bytes -= shared->bytes;
    shared_universe_release(&shared);
    cache->entries[index] = cache->entries[--cache->count];
}

void universe_cache_free(struct universe_cache *cache)
{
    if (!cache) return;
    while (cache->count > 0)
        drop(cache, 0);
    pthread_mutex_destroy(&cache->mutex);
    free(cache);
}

static bool is_of(const struct shared_universe *shared, const struct series_list *series,
                  struct universe_range range)
{
    bool is_same = shared->universe.symbol_count == series->count && shared->range.from == range.from &&
                   shared->range.to == range.to;
    for (size_t i = 0; is_same && i < series->count; i++)
        is_same = shared->ids[i] == series->items[i]->id;
    return is_same;
}

static struct entry *find(struct universe_cache *cache, const struct series_list *series,
                          struct universe_range range)
{
    for (size_t i = 0; i < cache->count; i++)
        if (is_of(cache->entries[i].shared, series, range)) return &cache->entries[i];
    return NULL;
}

static struct shared_universe *look_up(struct universe_cache *cache, const struct series_list *series,
                                       struct universe_range range)
{
    pthread_mutex_lock(&cache->mutex);
    struct entry *entry = find(cache, series, range);
    if (entry) entry->used_at = ++cache->clock;
    struct shared_universe *shared = entry ? retain(entry->shared) : NULL;
    pthread_mutex_unlock(&cache->mutex);
    return shared;
}

static void drop_oldest(struct universe_cache *cache)
{
    size_t oldest = 0;
    for (size_t i = 1; i < cache->count; i++)
        if (cache->entries[i].used_at < cache->entries[oldest].used_at) oldest = i;
    drop(cache, oldest);
}

// Unless somebody else has put the same one there meanwhile.
static void keep(struct universe_cache *cache, const struct series_list *series,
                 struct shared_universe *shared)
{
    if (shared->bytes > cache->max_bytes) return;
    pthread_mutex_lock(&cache->mutex);
    if (!find(cache, series, shared->range)) {
        while (cache->count == LIMIT_UNIVERSE_CACHE || cache->bytes + shared->bytes > cache->max_bytes)
            drop_oldest(cache);
        cache->bytes += shared->bytes;
        cache->entries[cache->count++] = (struct entry){.used_at = ++cache->clock, .shared = retain(shared)};
    }
    pthread_mutex_unlock(&cache->mutex);
}

static struct candles *candles_of(const struct series_list *series, struct arena *arena)
{
    struct candles *members = ARENA_ARRAY(arena, struct candles, series->count);
    for (size_t i = 0; members && i < series->count; i++)
        members[i] = series->items[i]->candles;
    return members;
}

static uint64_t *ids_of(const struct series_list *series, struct arena *arena)
{
    uint64_t *ids = ARENA_ARRAY(arena, uint64_t, series->count);
    for (size_t i = 0; ids && i < series->count; i++)
        ids[i] = series->items[i]->id;
    return ids;
}

// What is built on the way, and times that a series owns, are left behind.
static enum status make_calendar(struct shared_universe *shared, const struct series_list *series,
                                 struct error *error)
{
    ARENA_SCOPE(scratch, LIMIT_BACKTEST_ARENA_BYTES);
    struct universe universe;
    const struct candles *members = candles_of(series, &scratch);
    if (!members) return error_no_memory(error);
    TRY(universe_calendar(members, series->count, shared->range, &scratch, &universe, error));
    int64_t *times = arena_alloc_raw(&shared->arena, universe.bar_count, sizeof *times);
    shared->ids = ids_of(series, &shared->arena);
    if (!times || !shared->ids) return error_no_memory(error);
    if (universe.bar_count) memcpy(times, universe.time, universe.bar_count * sizeof *times);
    universe.time = times;
    shared->universe = universe;
    shared->bytes = sizeof *shared + series->count * sizeof *shared->ids +
                    universe.bar_count * (sizeof *times + 2 * series->count * sizeof(double));
    return STATUS_OK;
}

static enum status make(const struct series_list *series, struct universe_range range,
                        struct shared_universe **out_shared, struct error *error)
{
    struct shared_universe *shared = calloc(1, sizeof *shared);
    if (!shared) return error_no_memory(error);
    atomic_init(&shared->owners, 1);
    pthread_mutex_init(&shared->mutex, NULL);
    arena_init(&shared->arena, LIMIT_BACKTEST_ARENA_BYTES);
    shared->range = range;
    const enum status status = make_calendar(shared, series, error);
    const struct shared_universe *unfinished = shared;
    if (status != STATUS_OK) shared_universe_release(&unfinished);
    *out_shared = shared;
    return status;
}

enum status universe_cache_get(struct universe_cache *cache, const struct series_list *series,
                               struct universe_range range, const struct shared_universe **out_shared,
                               struct error *error)
{
    struct shared_universe *shared = cache ? look_up(cache, series, range) : NULL;
    if (!shared) {
        TRY(make(series, range, &shared, error));
        if (cache) keep(cache, series, shared);
    }
    *out_shared = shared;
    return STATUS_OK;
}

struct universe shared_universe_calendar(const struct shared_universe *shared)
{
    return (struct universe){.symbol_count = shared->universe.symbol_count,
                             .bar_count = shared->universe.bar_count,
                             .time = shared->universe.time};
}

static enum status put_prices(struct shared_universe *shared, const struct series_list *series,
                              struct error *error)
{
    ARENA_SCOPE(scratch, MIB);
    const struct candles *members = candles_of(series, &scratch);
    if (!members) return error_no_memory(error);
    return universe_put_prices(members, shared->range, &shared->arena, &shared->universe, error);
}

enum status shared_universe_prices(const struct shared_universe *shared, const struct series_list *series,
                                   struct universe *out_universe, struct error *error)
{
    struct shared_universe *whole = whole_of(shared);
    pthread_mutex_lock(&whole->mutex);
    const enum status status = whole->universe.open ? STATUS_OK : put_prices(whole, series, error);
    *out_universe = whole->universe;
    pthread_mutex_unlock(&whole->mutex);
    return status;
}
