#include "unit/market/series_fixture.h"

#include "market/cache.h"

#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 8, ROUNDS = 300, NAMES = 7 };

// A loader that makes one candle whose close is the version, or fails.
struct source {
    atomic_int loads;
    atomic_int version;
    enum status status;
    size_t candles; // 0: one
};

static enum status load(void *context, bool has_older, const struct series **out_series, struct error *error)
{
    (void)has_older;
    struct source *source = context;
    atomic_fetch_add(&source->loads, 1);
    if (source->status != STATUS_OK) return error_set(error, source->status, "a_code", "a reason");
    const int version = atomic_load(&source->version);
    SERIES_BUILDER_SCOPE builder = {0};
    for (size_t i = 0; i < (source->candles ? source->candles : 1); i++)
        TRY(series_builder_append(&builder, (struct candle){(int64_t)i, 1, 1, 1, version, 1}, error));
    const struct series description = {.interval = INTERVAL_1D, .data_version = (uint64_t)version};
    return series_builder_finish(&builder, &description, out_series, error);
}

static struct series_request request_for(struct source *source, const char *name, uint64_t version)
{
    return (struct series_request){.name = str_from_c(name),
                                   .interval = INTERVAL_1D,
                                   .data_version = version,
                                   .is_older_welcome = true,
                                   .load = load,
                                   .context = source};
}

static enum status get(struct series_cache *cache, struct source *source, const char *name, uint64_t version,
                       uint64_t *out_version)
{
    const struct series_request request = request_for(source, name, version);
    SERIES_SCOPE series = NULL;
    struct error error = {0};
    TRY(series_cache_get(cache, &request, &series, &error));
    *out_version = series->data_version;
    return STATUS_OK;
}

static struct series_cache *cache_of(size_t max_bytes)
{
    struct series_cache *cache = NULL;
    assert_ok(series_cache_new(max_bytes, &cache, NULL));
    return cache;
}

// Bytes in which so many series of the source are kept and not one more: of a thousand candles each, beside
// which what the cache needs for itself is little.
static size_t room_for(struct source *source, size_t count)
{
    SERIES_SCOPE series = NULL;
    struct error error = {0};
    source->candles = 1000;
    assert_ok(load(source, false, &series, &error));
    source->loads = 0;
    return count * (series_bytes(series) + 1024);
}

static bool has(struct series_cache *cache, struct source *source, const char *name, uint64_t version)
{
    const struct series_request request = request_for(source, name, version);
    return series_cache_has(cache, &request);
}

static void a_series_is_loaded_once(void **state)
{
    (void)state;
    struct series_cache *cache = cache_of(1 << 20);
    struct source source = {.version = 1};
    uint64_t version = 0;
    for (int i = 0; i < 3; i++)
        assert_ok(get(cache, &source, "A", 1, &version));
    assert_int_equal(source.loads, 1);
    struct series_request other = request_for(&source, "A", 1);
    other.interval = INTERVAL_1H; // the interval is part of the key
    SERIES_SCOPE series = NULL;
    assert_ok(series_cache_get(cache, &other, &series, NULL));
    assert_int_equal(source.loads, 2);
    series_cache_free(cache);
    assert_candle(series, 0, (struct candle){0, 1, 1, 1, 1, 1}); // owners keep what the cache let go of
}

static void a_newer_version_replaces_the_older_one(void **state)
{
    (void)state;
    struct source source = {.version = 1};
    struct series_cache *cache = cache_of(room_for(&source, 2));
    uint64_t version = 0;
    assert_ok(get(cache, &source, "B", 1, &version));
    assert_ok(get(cache, &source, "A", 1, &version));
    source.version = 2;
    assert_ok(get(cache, &source, "A", 2, &version));
    assert_int_equal(version, 2);
    assert_true(has(cache, &source, "B", 1));         // the older A takes no room any more
    assert_ok(get(cache, &source, "A", 1, &version)); // newer than wanted is fine
    assert_int_equal(source.loads, 3);
    series_cache_free(cache);
}

static void an_older_version_serves_where_the_newer_cannot_be_had(void **state)
{
    (void)state;
    struct series_cache *cache = cache_of(1 << 20);
    struct source source = {.version = 1};
    uint64_t version = 0;
    assert_ok(get(cache, &source, "A", 1, &version));
    source.status = STATUS_UNAVAILABLE;
    assert_ok(get(cache, &source, "A", 2, &version));
    assert_int_equal(version, 1);
    struct series_request strict = request_for(&source, "A", 2);
    strict.is_older_welcome = false;
    const struct series *series = NULL;
    assert_int_equal(series_cache_get(cache, &strict, &series, NULL), STATUS_UNAVAILABLE);
    source.status = STATUS_OK;
    source.version = 2;
    assert_ok(get(cache, &source, "A", 2, &version));
    assert_int_equal(version, 2);
    series_cache_free(cache);
}

static void a_failure_is_told_and_not_kept(void **state)
{
    (void)state;
    struct series_cache *cache = cache_of(1 << 20);
    struct source source = {.version = 1, .status = STATUS_NOT_FOUND};
    const struct series_request request = request_for(&source, "A", 1);
    SERIES_SCOPE series = NULL;
    struct error error = {0};
    assert_int_equal(series_cache_get(cache, &request, &series, &error), STATUS_NOT_FOUND);
    assert_string_equal(error.code, "a_code");
    assert_string_equal(error.message, "a reason");
    assert_false(has(cache, &source, "A", 1));
    source.status = STATUS_OK;
    assert_ok(series_cache_get(cache, &request, &series, &error));
    series_cache_free(cache);
}

static void the_least_recently_used_goes_first(void **state)
{
    (void)state;
    struct source source = {.version = 1};
    uint64_t version = 0;
    struct series_cache *cache = cache_of(room_for(&source, 2));
    assert_ok(get(cache, &source, "A", 1, &version));
    assert_ok(get(cache, &source, "B", 1, &version));
    assert_ok(get(cache, &source, "A", 1, &version));
    assert_ok(get(cache, &source, "C", 1, &version)); // B goes
    source.loads = 0;
    assert_ok(get(cache, &source, "A", 1, &version));
    assert_ok(get(cache, &source, "C", 1, &version));
    assert_int_equal(source.loads, 0);
    assert_ok(get(cache, &source, "B", 1, &version));
    assert_int_equal(source.loads, 1);
    series_cache_free(cache);
}

static void a_series_larger_than_the_bound_is_served_and_not_kept(void **state)
{
    (void)state;
    struct series_cache *cache = cache_of(1000);
    struct source source = {.version = 1, .candles = 1000};
    const struct series_request request = request_for(&source, "A", 1);
    SERIES_SCOPE series = NULL;
    assert_ok(series_cache_get(cache, &request, &series, NULL));
    assert_int_equal(series->candles.count, 1000);
    assert_false(has(cache, &source, "A", 1));
    series_cache_free(cache);
}

// A loader that lasts until it is let go, and counts how many run at the same time.
struct gate {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool is_open;
    int inside;
    int loads;
    enum status status;
};

static enum status load_behind_gate(void *context, bool has_older, const struct series **out_series,
                                    struct error *error)
{
    struct gate *gate = context;
    pthread_mutex_lock(&gate->mutex);
    gate->loads++;
    gate->inside++;
    pthread_cond_broadcast(&gate->changed);
    while (!gate->is_open)
        pthread_cond_wait(&gate->changed, &gate->mutex);
    pthread_mutex_unlock(&gate->mutex);
    struct source source = {.version = 1, .status = gate->status};
    return load(&source, has_older, out_series, error);
}

struct caller {
    pthread_t thread;
    struct series_cache *cache;
    struct gate *gate;
    enum status status;
};

static void *call(void *context)
{
    struct caller *caller = context;
    const struct series_request request = {.name = STR("A"),
                                           .interval = INTERVAL_1D,
                                           .data_version = 1,
                                           .load = load_behind_gate,
                                           .context = caller->gate};
    SERIES_SCOPE series = NULL;
    caller->status = series_cache_get(caller->cache, &request, &series, NULL);
    return NULL;
}

static void assert_callers_share(enum status status)
{
    struct series_cache *cache = cache_of(1 << 20);
    struct gate gate = {
        .mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER, .status = status};
    struct caller callers[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        callers[i] = (struct caller){.cache = cache, .gate = &gate};
        assert_int_equal(pthread_create(&callers[i].thread, NULL, call, &callers[i]), 0);
    }
    pthread_mutex_lock(&gate.mutex);
    while (gate.inside == 0)
        pthread_cond_wait(&gate.changed, &gate.mutex);
    assert_int_equal(gate.inside, 1);
    gate.is_open = true;
    pthread_cond_broadcast(&gate.changed);
    pthread_mutex_unlock(&gate.mutex);
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(callers[i].thread, NULL);
        assert_int_equal(callers[i].status, status);
    }
    if (status == STATUS_OK) assert_int_equal(gate.loads, 1);
    series_cache_free(cache);
}

static void callers_at_the_same_time_share_one_load(void **state)
{
    (void)state;
    assert_callers_share(STATUS_OK);
}

static void callers_at_the_same_time_share_a_failure(void **state)
{
    (void)state;
    assert_callers_share(STATUS_UNAVAILABLE);
}

struct worker {
    pthread_t thread;
    struct series_cache *cache;
    struct source *source;
    unsigned seed;
    bool is_right;
};

static void *work(void *context)
{
    struct worker *worker = context;
    worker->is_right = true;
    for (int i = 0; i < ROUNDS; i++) {
        worker->seed = worker->seed * 1103515245 + 12345;
        const unsigned pick = worker->seed >> 16;
        const char name[] = {(char)('A' + pick % NAMES), '\0'};
        if (pick % 50 == 0) atomic_fetch_add(&worker->source->version, 1);
        const uint64_t wanted = (uint64_t)atomic_load(&worker->source->version);
        struct series_request request = request_for(worker->source, name, wanted);
        request.is_older_welcome = pick % 3 == 0;
        SERIES_SCOPE series = NULL;
        if (series_cache_get(worker->cache, &request, &series, NULL) != STATUS_OK) worker->is_right = false;
        if (!series) continue;
        if (!request.is_older_welcome && series->data_version < wanted) worker->is_right = false;
        if (series->candles.close[0] != (double)series->data_version) worker->is_right = false;
    }
    return NULL;
}

static void many_threads_always_get_whole_series_of_the_version_they_asked_for(void **state)
{
    (void)state;
    struct source source = {.version = 1};
    struct series_cache *cache = cache_of(room_for(&source, 3)); // fewer than there are names
    size_t kept = 0;
    struct worker workers[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.cache = cache, .source = &source, .seed = i + 1};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        assert_true(workers[i].is_right);
    }
    for (char name[] = "A"; *name < 'A' + NAMES; ++*name)
        kept += has(cache, &source, name, 0);
    assert_int_equal(kept, 3);
    series_cache_free(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_series_is_loaded_once),
        cmocka_unit_test(a_newer_version_replaces_the_older_one),
        cmocka_unit_test(an_older_version_serves_where_the_newer_cannot_be_had),
        cmocka_unit_test(a_failure_is_told_and_not_kept),
        cmocka_unit_test(the_least_recently_used_goes_first),
        cmocka_unit_test(a_series_larger_than_the_bound_is_served_and_not_kept),
        cmocka_unit_test(callers_at_the_same_time_share_one_load),
        cmocka_unit_test(callers_at_the_same_time_share_a_failure),
        cmocka_unit_test(many_threads_always_get_whole_series_of_the_version_they_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
