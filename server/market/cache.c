#include "market/cache.h"

#include "base/limits.h"

#include <pthread.h>
#include <stdlib.h>

enum { BUCKET_COUNT = 4096 }; // for thousands of series; more of them only make the chains longer

// One name and interval. It stays in the table while it has a series, or while somebody loads it or waits for
// it.
struct entry {
    struct entry *next_in_bucket;
    struct entry *newer, *older; // by last use
    char name[LIMIT_SERIES_EXPRESSION_BYTES + 1];
    enum interval interval;
    uint64_t categories_version;
    const struct series *series; // NULL until the first load succeeds
    bool is_loading;
    size_t waiting_count;
    uint64_t load_count;     // loads that ended, for whoever waits for the end of one
    bool is_hurried;         // the last load did not wait for anything, having an older series
    enum status last_status; // of the last load
    char code[ERROR_CODE_MAX], message[ERROR_MESSAGE_MAX]; // why it failed
};

struct series_cache {
    pthread_mutex_t mutex; // guards everything; held for look-ups only, never while a series is loaded
    pthread_cond_t loaded;
    struct entry *buckets[BUCKET_COUNT];
    struct entry *newest, *oldest;
    size_t bytes;
    size_t max_bytes;
};

enum status series_cache_new(size_t max_bytes, struct series_cache **out_cache, struct error *error)
{
    struct series_cache *cache = calloc(1, sizeof *cache);
    if (!cache) return error_no_memory(error);
    cache->max_bytes = max_bytes;
    pthread_mutex_init(&cache->mutex, NULL);
    pthread_cond_init(&cache->loaded, NULL);
    *out_cache = cache;
    return STATUS_OK;
}

static struct entry **bucket_of(struct series_cache *cache, struct str name, enum interval interval)
{
    return &cache->buckets[(str_hash(name) + interval) % BUCKET_COUNT];
}

static void unlink_use(struct series_cache *cache, struct entry *entry)
{
    *(entry->newer ? &entry->newer->older : &cache->newest) = entry->older;
    *(entry->older ? &entry->older->newer : &cache->oldest) = entry->newer;
    entry->newer = entry->older = NULL;
}

static void link_newest(struct series_cache *cache, struct entry *entry)
{
    entry->older = cache->newest;
    *(cache->newest ? &cache->newest->newer : &cache->oldest) = entry;
    cache->newest = entry;
}

static bool is_of(const struct entry *entry, const struct series_request *request)
{
    return entry->interval == request->interval && entry->categories_version == request->categories_version &&
           str_eq(str_from_c(entry->name), request->name);
}

static struct entry *find(struct series_cache *cache, const struct series_request *request)
{
    struct entry *entry = *bucket_of(cache, request->name, request->interval);
    while (entry && !is_of(entry, request))
        entry = entry->next_in_bucket;
    return entry;
}

static struct entry *find_or_add(struct series_cache *cache, const struct series_request *request)
{
    struct entry *entry = find(cache, request);
    if (entry) {
        unlink_use(cache, entry);
    } else {
        entry = calloc(1, sizeof *entry);
        if (!entry || !str_to_c(request->name, entry->name, sizeof entry->name)) {
            free(entry);
            return NULL;
        }
        entry->interval = request->interval;
        entry->categories_version = request->categories_version;
        struct entry **bucket = bucket_of(cache, request->name, request->interval);
        entry->next_in_bucket = *bucket;
        *bucket = entry;
    }
    link_newest(cache, entry);
    return entry;
}

static void set_series(struct series_cache *cache, struct entry *entry, const struct series *series)
{
    if (entry->series) cache->bytes -= series_bytes(entry->series) + sizeof *entry;
    series_release(&entry->series);
    entry->series = series;
    if (series) cache->bytes += series_bytes(series) + sizeof *entry;
}

static bool is_in_use(const struct entry *entry)
{
    return entry->is_loading || entry->waiting_count > 0;
}

static void drop(struct series_cache *cache, struct entry *entry)
{
    struct entry **link = bucket_of(cache, str_from_c(entry->name), entry->interval);
    while (*link != entry)
        link = &(*link)->next_in_bucket;
    *link = entry->next_in_bucket;
    unlink_use(cache, entry);
    set_series(cache, entry, NULL);
    free(entry);
}

// Lets go of the least recently used until the rest fits, and of this entry when nothing came of it.
static void trim(struct series_cache *cache, struct entry *entry)
{
    if (!entry->series && !is_in_use(entry)) drop(cache, entry);
    for (struct entry *victim = cache->oldest, *newer; victim && cache->bytes > cache->max_bytes;
         victim = newer) {
        newer = victim->newer;
        if (!is_in_use(victim)) drop(cache, victim);
    }
}

static void keep_failure(struct entry *entry, const struct error *failure)
{
    (void)str_to_c(str_from_c(failure->code), entry->code, sizeof entry->code);
    (void)str_to_c(str_from_c(failure->message), entry->message, sizeof entry->message);
}

static void load(struct series_cache *cache, struct entry *entry, const struct series_request *request)
{
    struct error failure = {0};
    const struct series *series = NULL;
    const bool has_older = entry->series && request->is_older_welcome;
    entry->is_loading = true;
    entry->is_hurried = has_older;
    pthread_mutex_unlock(&cache->mutex);
    const enum status status = request->load(request->context, has_older, &series, &failure);
    pthread_mutex_lock(&cache->mutex);
    entry->is_loading = false;
    entry->load_count++;
    entry->last_status = status;
    if (status == STATUS_OK)
        set_series(cache, entry, series);
    else
        keep_failure(entry, &failure);
    pthread_cond_broadcast(&cache->loaded);
}

static void wait_for_load(struct series_cache *cache, struct entry *entry)
{
    const uint64_t load_count = entry->load_count;
    entry->waiting_count++;
    while (entry->load_count == load_count)
        pthread_cond_wait(&cache->loaded, &cache->mutex);
    entry->waiting_count--;
}

// Whether the series kept answers the request, after a load that ended or before any.
static bool is_good(const struct entry *entry, const struct series_request *request, bool is_tried)
{
    if (!entry->series) return false;
    if (entry->series->data_version >= request->data_version) return true;
    return request->is_older_welcome && (is_tried || entry->is_loading);
}

// With the mutex held, and let go of while a series is loaded.
static enum status get(struct series_cache *cache, struct entry *entry, const struct series_request *request,
                       const struct series **out_series, struct error *error)
{
    bool is_tried = false; // a load ended since the call began, and the caller would not have done more
    while (!is_good(entry, request, is_tried)) {
        if (is_tried && entry->last_status != STATUS_OK)
            return error_set(error, entry->last_status, entry->code, "%s", entry->message);
        if (entry->is_loading)
            wait_for_load(cache, entry);
        else
            load(cache, entry, request);
        is_tried = !entry->is_hurried || request->is_older_welcome;
    }
    *out_series = series_retain(entry->series);
    return STATUS_OK;
}

enum status series_cache_get(struct series_cache *cache, const struct series_request *request,
                             const struct series **out_series, struct error *error)
{
    pthread_mutex_lock(&cache->mutex);
    struct entry *entry = find_or_add(cache, request);
    enum status status = entry ? STATUS_OK : error_no_memory(error);
    if (entry) {
        status = get(cache, entry, request, out_series, error);
        trim(cache, entry);
    }
    pthread_mutex_unlock(&cache->mutex);
    return status;
}

bool series_cache_has(struct series_cache *cache, const struct series_request *request)
{
    pthread_mutex_lock(&cache->mutex);
    const struct entry *entry = find(cache, request);
    const bool has = entry && entry->series && entry->series->data_version >= request->data_version;
    pthread_mutex_unlock(&cache->mutex);
    return has;
}

void series_cache_free(struct series_cache *cache)
{
    if (!cache) return;
    for (struct entry *entry = cache->newest, *older; entry; entry = older) {
        older = entry->older;
        series_release(&entry->series);
        free(entry);
    }
    pthread_cond_destroy(&cache->loaded);
    pthread_mutex_destroy(&cache->mutex);
    free(cache);
}
