#include "app/universe_cache.h"

#include "app/recent_cache.h"
#include "base/limits.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct shared_universe {
    atomic_size_t owners;
    struct universe_range range;
    struct universe universe; // the prices are guarded by `mutex`
    pthread_mutex_t mutex;    // held while prices are put in place: all who wait for it want them
    struct arena arena;
};

// All that changes behind the const that owners see is the count of them, and that prices come.
static struct shared_universe *whole_of(const struct shared_universe *shared)
{
    return (struct shared_universe *)(uintptr_t)shared;
}

static void retain(const void *shared)
{
    atomic_fetch_add_explicit(&whole_of(shared)->owners, 1, memory_order_relaxed);
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

static void release(const void *shared)
{
    const struct shared_universe *owned = shared;
    shared_universe_release(&owned);
}

static const struct recent_kind kind = {
    .max_count = LIMIT_UNIVERSE_CACHE, .retain = retain, .release = release};

// One is the other, by a name that says what is in it.
static struct recent_cache *recent_of(struct universe_cache *cache)
{
    return (struct recent_cache *)cache;
}

enum status universe_cache_new(size_t max_bytes, struct universe_cache **out_cache, struct error *error)
{
    struct recent_cache *recent;
    TRY(recent_cache_new(&kind, max_bytes, &recent, error));
    *out_cache = (struct universe_cache *)recent;
    return STATUS_OK;
}

void universe_cache_free(struct universe_cache *cache)
{
    recent_cache_free(recent_of(cache));
}

// The range and the ids of the series; ptr NULL on lack of memory.
static struct str key_of(const struct series_list *series, struct universe_range range, struct arena *arena)
{
    const size_t count = 2 + series->count;
    uint64_t *numbers = arena_alloc_raw(arena, count, sizeof *numbers);
    if (!numbers) return (struct str){0};
    numbers[0] = (uint64_t)range.from;
    numbers[1] = (uint64_t)range.to;
    for (size_t i = 0; i < series->count; i++)
        numbers[2 + i] = series->items[i]->id;
    return (struct str){.ptr = (const char *)numbers, .len = count * sizeof *numbers};
}

static struct candles *candles_of(const struct series_list *series, struct arena *arena)
{
    struct candles *members = ARENA_ARRAY(arena, struct candles, series->count);
    for (size_t i = 0; members && i < series->count; i++)
        members[i] = series->items[i]->candles;
    return members;
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
    if (!times) return error_no_memory(error);
    if (universe.bar_count) memcpy(times, universe.time, universe.bar_count * sizeof *times);
    universe.time = times;
    shared->universe = universe;
    return STATUS_OK;
}

static enum status make(const struct series_list *series, struct universe_range range,
                        const struct shared_universe **out_shared, struct error *error)
{
    struct shared_universe *shared = calloc(1, sizeof *shared);
    if (!shared) return error_no_memory(error);
    atomic_init(&shared->owners, 1);
    pthread_mutex_init(&shared->mutex, NULL);
    arena_init(&shared->arena, LIMIT_BACKTEST_ARENA_BYTES);
    shared->range = range;
    *out_shared = shared;
    const enum status status = make_calendar(shared, series, error);
    if (status != STATUS_OK) shared_universe_release(out_shared);
    return status;
}

// With prices, whether they are in place or not.
static size_t bytes_of(const struct shared_universe *shared)
{
    const struct universe *universe = &shared->universe;
    return sizeof *shared +
           universe->bar_count * (sizeof *universe->time + 2 * universe->symbol_count * sizeof(double));
}

enum status universe_cache_get(struct universe_cache *cache, const struct series_list *series,
                               struct universe_range range, const struct shared_universe **out_shared,
                               struct error *error)
{
    if (!cache) return make(series, range, out_shared, error);
    ARENA_SCOPE(scratch, MIB);
    const struct str key = key_of(series, range, &scratch);
    if (!key.ptr) return error_no_memory(error);
    *out_shared = recent_cache_get(recent_of(cache), key);
    if (*out_shared) return STATUS_OK;
    TRY(make(series, range, out_shared, error));
    recent_cache_put(recent_of(cache), key, *out_shared, bytes_of(*out_shared) + key.len);
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
