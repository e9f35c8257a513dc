#include "market/coverage_keeper.h"

#include "base/limits.h"
#include "market/candle_reader.h"
#include "market/coverage_reader.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { PATIENCE_MS = 5000, US_PER_S = 1000000, NS_PER_US = 1000 };

struct shared_coverage {
    struct coverage coverage; // first: a pointer to it is a pointer to the whole
    atomic_size_t owners;
    struct arena arena;
};

struct coverage_keeper {
    pthread_mutex_t mutex; // guards what follows; never held while the file is read
    pthread_cond_t made;
    const struct coverage *newest; // NULL until the first was made
    bool is_making;
};

// ---- a snapshot

// The count of owners is the one thing that changes behind the const that users see.
static struct shared_coverage *whole_of(const struct coverage *coverage)
{
    return (struct shared_coverage *)(uintptr_t)coverage;
}

const struct coverage *coverage_retain(const struct coverage *coverage)
{
    atomic_fetch_add_explicit(&whole_of(coverage)->owners, 1, memory_order_relaxed);
    return coverage;
}

void coverage_release(const struct coverage **coverage)
{
    if (!*coverage) return;
    struct shared_coverage *shared = whole_of(*coverage);
    *coverage = NULL;
    if (atomic_fetch_sub_explicit(&shared->owners, 1, memory_order_acq_rel) > 1) return;
    arena_clear(&shared->arena);
    free(shared);
}

static enum status shared_new(struct shared_coverage **out_shared, struct error *error)
{
    struct shared_coverage *shared = calloc(1, sizeof *shared);
    if (!shared) return error_no_memory(error);
    arena_init(&shared->arena, LIMIT_COVERAGE_BYTES);
    atomic_init(&shared->owners, 1);
    *out_shared = shared;
    return STATUS_OK;
}

// ---- making one

struct build {
    struct candle_file *file;
    struct shared_coverage *shared;
    struct coverage_series *series; // of the catalogue, in its order
    struct coverage_fact *facts;    // beside them
    size_t count;
    int64_t modified_us; // of the file
    struct error *error;
};

static size_t count_series(const struct catalog *catalog)
{
    size_t count = 0;
    for (size_t i = 0; i < catalog->symbol_count; i++)
        count += catalog->symbols[i].interval_count;
    return count;
}

static enum status list_series(struct build *build, const struct catalog *catalog, struct arena *scratch)
{
    struct arena *arena = &build->shared->arena;
    const size_t count = count_series(catalog);
    build->series = ARENA_ARRAY(arena, struct coverage_series, count);
    build->facts = ARENA_ARRAY(scratch, struct coverage_fact, count);
    if (!build->series || !build->facts) return error_no_memory(build->error);
    for (size_t i = 0; i < catalog->symbol_count; i++) {
        const struct symbol_info *info = &catalog->symbols[i];
        const struct str symbol = str_copy(arena, info->symbol), quote = str_copy(arena, info->quote_asset);
        if (!symbol.ptr) return error_no_memory(build->error);
        for (size_t k = 0; k < info->interval_count; k++)
            build->series[build->count++] = (struct coverage_series){
                .symbol = symbol, .quote_asset = quote, .interval = info->intervals[k].interval};
    }
    return STATUS_OK;
}

static struct coverage_fact *find_fact(void *context, struct str symbol, enum interval interval)
{
    const struct build *build = context;
    size_t low = 0, high = build->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct coverage_series *series = &build->series[middle];
        const int by_symbol = str_compare(series->symbol, symbol);
        const int order = by_symbol ? by_symbol : (int)series->interval - (int)interval;
        if (order == 0) return &build->facts[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static enum status read_facts(struct build *build)
{
    const struct coverage_facts facts = {find_fact, build};
    CANDLE_SESSION_SCOPE session = {0};
    TRY(candle_session_begin(build->file, PATIENCE_MS, &session, build->error));
    build->shared->coverage.data_version = session.data_version;
    build->modified_us = session.stamp.data.modified_ns / NS_PER_US;
    return coverage_reader_facts(session.connection, &facts, build->error);
}

static enum status read_candles(const struct build *build, const struct coverage_series *series,
                                struct series_builder *builder)
{
    CANDLE_SESSION_SCOPE session = {0};
    TRY(candle_session_begin(build->file, PATIENCE_MS, &session, build->error));
    TRY(candle_reader_series(session.connection, series->symbol, series->interval, builder, build->error));
    return series_builder_order(builder, build->error);
}

static void take_fact(const struct coverage_fact *fact, struct coverage_series *series)
{
    series->last_import_us = fact->last_import_us;
    series->files = fact->files;
    series->revisions = fact->revisions;
    series->without_source = series->quality.count > fact->added ? series->quality.count - fact->added : 0;
}

// A series that went away since the catalogue was made has no candles and is left out.
static enum status measure(struct build *build, size_t i, struct arena *scratch, bool *out_is_there)
{
    struct coverage_series *series = &build->series[i];
    const struct coverage_fact *fact = &build->facts[i];
    const struct quality_rules rules = quality_rules_default();
    SERIES_BUILDER_SCOPE builder = {0};
    TRY(read_candles(build, series, &builder));
    *out_is_there = builder.count > 0;
    if (builder.count == 0) return STATUS_OK;
    const struct candles candles = {.count = builder.count,
                                    .time = builder.time,
                                    .open = builder.open,
                                    .high = builder.high,
                                    .low = builder.low,
                                    .close = builder.close,
                                    .volume = builder.volume};
    const int64_t known_us = fact->last_import_us ? fact->last_import_us : build->modified_us;
    const struct quality_input input = {.candles = &candles,
                                        .interval = series->interval,
                                        .known_at = known_us / US_PER_S,
                                        .cut_by_closing = fact->cut_bars};
    TRY(quality_measure(&input, &rules, &build->shared->arena, scratch, &series->quality, build->error));
    take_fact(fact, series);
    return STATUS_OK;
}

static enum status measure_all(struct build *build)
{
    ARENA_SCOPE(scratch, LIMIT_QUALITY_BYTES);
    size_t kept = 0;
    for (size_t i = 0; i < build->count; i++) {
        bool is_there = false;
        arena_reset(&scratch);
        TRY(measure(build, i, &scratch, &is_there));
        if (is_there) build->series[kept++] = build->series[i];
    }
    build->shared->coverage.series = build->series;
    build->shared->coverage.count = kept;
    return STATUS_OK;
}

static enum status make(struct candle_file *file, const struct catalog *catalog,
                        const struct coverage **out_coverage, struct error *error)
{
    ARENA_SCOPE(facts, LIMIT_COVERAGE_BYTES);
    struct build build = {.file = file, .error = error};
    TRY(shared_new(&build.shared, error));
    COVERAGE_SCOPE owned = &build.shared->coverage;
    TRY(list_series(&build, catalog, &facts));
    TRY(read_facts(&build));
    TRY(measure_all(&build));
    *out_coverage = coverage_retain(owned);
    return STATUS_OK;
}

// ---- keeping it

enum status coverage_keeper_new(struct coverage_keeper **out_keeper, struct error *error)
{
    struct coverage_keeper *keeper = calloc(1, sizeof *keeper);
    if (!keeper) return error_no_memory(error);
    pthread_mutex_init(&keeper->mutex, NULL);
    pthread_cond_init(&keeper->made, NULL);
    *out_keeper = keeper;
    return STATUS_OK;
}

void coverage_keeper_free(struct coverage_keeper *keeper)
{
    if (!keeper) return;
    coverage_release(&keeper->newest);
    pthread_cond_destroy(&keeper->made);
    pthread_mutex_destroy(&keeper->mutex);
    free(keeper);
}

// With the mutex held.
static bool is_new_enough(const struct coverage_keeper *keeper, const struct catalog *catalog)
{
    return keeper->newest && keeper->newest->data_version >= catalog->data_version;
}

// Waits while another thread makes it; true when it is there, with one owner more, false when the caller is
// to make it.
static bool find_or_begin(struct coverage_keeper *keeper, const struct catalog *catalog,
                          const struct coverage **out_coverage)
{
    pthread_mutex_lock(&keeper->mutex);
    while (keeper->is_making && !is_new_enough(keeper, catalog))
        pthread_cond_wait(&keeper->made, &keeper->mutex);
    const bool is_there = is_new_enough(keeper, catalog);
    if (is_there)
        *out_coverage = coverage_retain(keeper->newest);
    else
        keeper->is_making = true;
    pthread_mutex_unlock(&keeper->mutex);
    return is_there;
}

// `made` is NULL when it failed.
static void end_making(struct coverage_keeper *keeper, const struct coverage *made)
{
    pthread_mutex_lock(&keeper->mutex);
    const struct coverage *old = made ? keeper->newest : NULL;
    if (made) keeper->newest = coverage_retain(made);
    keeper->is_making = false;
    pthread_cond_broadcast(&keeper->made);
    pthread_mutex_unlock(&keeper->mutex);
    coverage_release(&old);
}

enum status coverage_keeper_get(struct coverage_keeper *keeper, struct candle_file *file,
                                const struct catalog *catalog, const struct coverage **out_coverage,
                                struct error *error)
{
    if (find_or_begin(keeper, catalog, out_coverage)) return STATUS_OK;
    const struct coverage *made = NULL;
    const enum status status = make(file, catalog, &made, error);
    end_making(keeper, made);
    if (status == STATUS_OK) *out_coverage = made;
    return status;
}
