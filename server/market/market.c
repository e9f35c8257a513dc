#include "market/market.h"
#include "market/download/download_holdings.h"

#include "base/clock.h"
#include "base/log.h"
#include "market/cache.h"
#include "market/candle_file.h"
#include "market/catalog_builder.h"
#include "market/category_source.h"
#include "market/coverage_keeper.h"
#include "market/market_fetch.h"
#include "market/preload.h"
#include "market/provenance_reader.h"
#include "market/watch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    WATCH_INTERVAL_MS = 500,
    FIRST_CATALOG_PATIENCE_MS = 5000,
    RECORDS_PATIENCE_MS = 5000,
    LOOK_PATIENCE_MS = 100, // how long one look waits for a locked file; the next look comes soon
    REST_MAX_US = 1000000,  // between two readings of a file that keeps changing
    RETRY_US = 1000000,     // between two tries to read a file that is wrong
};

struct market {
    char path[512];
    struct candle_file *file;
    struct series_cache *cache;
    struct category_source *categories;
    struct coverage_keeper *coverage;
    struct watch *watch;
    void (*on_change)(void *context, uint64_t version);
    void *context;
    atomic_bool is_urgent; // the next look does not care for the rest

    // Only the watching thread:
    struct file_stamp seen;   // of the catalogue
    int64_t not_before_us;    // the file rests from being read until then
    enum status last_failure; // that was logged

    pthread_mutex_t mutex; // guards what follows; no other lock is taken under it
    pthread_cond_t looked;
    const struct catalog *catalog; // NULL until the first was made
    bool has_looked;
    bool is_locked_out; // the last look found the file locked
    bool is_connected;
    char detail[256];
};

static void publish(struct market *market, const struct catalog *catalog)
{
    pthread_mutex_lock(&market->mutex);
    const struct catalog *old = market->catalog;
    market->catalog = catalog;
    market->has_looked = market->is_connected = true;
    market->is_locked_out = false;
    market->detail[0] = '\0';
    pthread_cond_broadcast(&market->looked);
    pthread_mutex_unlock(&market->mutex);
    catalog_release(&old);
}

static void publish_failure(struct market *market, const struct error *error)
{
    const char *what_to_do = error->status == STATUS_NOT_FOUND ? "; tlab import or tlab demo makes one" : "";
    pthread_mutex_lock(&market->mutex);
    market->has_looked = true;
    market->is_locked_out = error->status == STATUS_UNAVAILABLE;
    // an importer at work is no reason to worry: what was read before is served meanwhile
    if (!market->is_locked_out || !market->catalog) {
        market->is_connected = false;
        (void)snprintf(market->detail, sizeof market->detail, "%.200s%s", error->message, what_to_do);
    }
    pthread_cond_broadcast(&market->looked);
    pthread_mutex_unlock(&market->mutex);
}

static enum status read_catalog(struct market *market, const struct catalog **out_catalog,
                                struct error *error)
{
    CANDLE_SESSION_SCOPE session = {0};
    TRY(candle_session_begin(market->file, LOOK_PATIENCE_MS, &session, error));
    TRY(catalog_build(&session, out_catalog, error));
    market->seen = session.stamp;
    return STATUS_OK;
}

static void tell_failure(struct market *market, const struct error *error)
{
    if (error->status == market->last_failure) return;
    market->last_failure = error->status;
    const enum log_level level =
        error->status == STATUS_UNAVAILABLE ? LOG_INFO : LOG_WARN; // an importer at work
    LOG(level, "market data cannot be read", LOG_C("path", market->path), LOG_C("reason", error->message));
}

static void tell_catalog(struct market *market, const struct catalog *catalog, int64_t took_us)
{
    market->last_failure = STATUS_OK;
    LOG(LOG_INFO, "market data read", LOG_C("path", market->path),
        LOG_INT("data_version", (int64_t)catalog->data_version),
        LOG_INT("symbols", (int64_t)catalog->symbol_count), LOG_INT("took_ms", took_us / 1000));
}

static uint64_t data_version_of(struct market *market)
{
    pthread_mutex_lock(&market->mutex);
    const uint64_t data_version = market->catalog ? market->catalog->data_version : 0;
    pthread_mutex_unlock(&market->mutex);
    return data_version;
}

// Both only rise, and so does their sum. What is there before the first catalogue is told together with it.
static void tell_change(struct market *market)
{
    const uint64_t data_version = data_version_of(market);
    CATEGORY_SET_SCOPE categories = category_source_get(market->categories);
    if (data_version && market->on_change)
        market->on_change(market->context, data_version + categories->version);
}

static void read_anew(struct market *market)
{
    const int64_t began_us = clock_monotonic_us();
    const struct catalog *catalog = NULL;
    struct error error = {0};
    if (read_catalog(market, &catalog, &error) != STATUS_OK) {
        if (error.status != STATUS_UNAVAILABLE) market->not_before_us = clock_monotonic_us() + RETRY_US;
        tell_failure(market, &error);
        publish_failure(market, &error);
        return;
    }
    const int64_t took_us = clock_monotonic_us() - began_us;
    market->not_before_us = began_us + took_us + (2 * took_us < REST_MAX_US ? 2 * took_us : REST_MAX_US);
    tell_catalog(market, catalog, took_us);
    publish(market, catalog);
    tell_change(market);
}

static bool is_connected(struct market *market)
{
    pthread_mutex_lock(&market->mutex);
    const bool is_connected = market->is_connected;
    pthread_mutex_unlock(&market->mutex);
    return is_connected;
}

// Called by the watching thread. A file that could not be read is tried again without having changed.
static void look(void *context)
{
    struct market *market = context;
    if (category_source_look(market->categories)) tell_change(market);
    const struct file_stamp now = file_stamp_read(market->path);
    const bool is_changed = !file_stamp_eq(&now, &market->seen) || !is_connected(market);
    const bool is_urgent = atomic_exchange(&market->is_urgent, false);
    if (is_changed && (is_urgent || clock_monotonic_us() >= market->not_before_us)) read_anew(market);
}

static void init_sync(struct market *market)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&market->looked, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&market->mutex, NULL);
}

static enum status start(struct market *market, const struct market_options *options, struct error *error)
{
    if (!str_to_c(options->path, market->path, sizeof market->path))
        return error_set(error, STATUS_INVALID, NULL, "the path of the market data is longer than %zu bytes",
                         sizeof market->path - 1);
    market->on_change = options->on_change;
    market->context = options->context;
    TRY(candle_file_new(options->path, &market->file, error));
    TRY(series_cache_new(options->cache_bytes, &market->cache, error));
    TRY(coverage_keeper_new(&market->coverage, error));
    TRY(category_source_new(options->categories_path, &market->categories, error));
    const int interval_ms = options->watch_interval_ms ? options->watch_interval_ms : WATCH_INTERVAL_MS;
    return watch_start(interval_ms, look, market, &market->watch, error);
}

enum status market_open(const struct market_options *options, struct market **out_market, struct error *error)
{
    struct market *market = calloc(1, sizeof *market);
    if (!market) return error_no_memory(error);
    init_sync(market);
    const enum status status = start(market, options, error);
    if (status == STATUS_OK)
        *out_market = market;
    else
        market_close(market);
    return status;
}

void market_close(struct market *market)
{
    if (!market) return;
    watch_stop(market->watch);
    candle_file_free(market->file);
    series_cache_free(market->cache);
    category_source_free(market->categories);
    coverage_keeper_free(market->coverage);
    catalog_release(&market->catalog);
    pthread_cond_destroy(&market->looked);
    pthread_mutex_destroy(&market->mutex);
    free(market);
}

void market_look_now(struct market *market)
{
    atomic_store(&market->is_urgent, true);
    watch_look_now(market->watch);
}

// With the mutex held: while more may come, but no longer than anybody would wait for a first look.
static void wait_for_look(struct market *market, bool (*may_come)(const struct market *))
{
    const int64_t deadline_us = clock_monotonic_us() + FIRST_CATALOG_PATIENCE_MS * 1000;
    const struct timespec deadline = clock_timespec(deadline_us);
    while (may_come(market) && clock_monotonic_us() < deadline_us)
        (void)pthread_cond_timedwait(&market->looked, &market->mutex, &deadline);
}

static bool is_first_look(const struct market *market)
{
    return !market->has_looked;
}

void market_health(struct market *market, struct market_health *out_health)
{
    struct market_health health = {0};
    pthread_mutex_lock(&market->mutex);
    wait_for_look(market, is_first_look);
    health.is_connected = market->is_connected;
    health.data_version = market->catalog ? market->catalog->data_version : 0;
    const char *detail = market->has_looked ? market->detail : "it is being read for the first time";
    (void)str_to_c(str_from_c(detail), health.detail, sizeof health.detail);
    pthread_mutex_unlock(&market->mutex);
    (void)str_to_c(str_from_c(market->path), health.path, sizeof health.path);
    *out_health = health;
}

static void await_first_look(struct market *market)
{
    pthread_mutex_lock(&market->mutex);
    wait_for_look(market, is_first_look);
    pthread_mutex_unlock(&market->mutex);
}

const struct category_set *market_categories(struct market *market)
{
    await_first_look(market);
    return category_source_get(market->categories);
}

void market_category_health(struct market *market, struct category_health *out_health)
{
    struct category_health health = {0};
    CATEGORY_SET_SCOPE set = market_categories(market);
    health.category_count = set->category_count;
    health.symbol_count = set->entry_count;
    health.version = set->version;
    category_source_detail(market->categories, health.detail, sizeof health.detail);
    (void)str_to_c(str_from_c(category_source_path(market->categories)), health.path, sizeof health.path);
    *out_health = health;
}

// The first look is under way, or it found the file locked: the next one may find more. With the mutex held.
static bool may_come(const struct market *market)
{
    return !market->catalog && (!market->has_looked || market->is_locked_out);
}

enum status market_catalog(struct market *market, const struct catalog **out_catalog, struct error *error)
{
    enum status status = STATUS_OK;
    pthread_mutex_lock(&market->mutex);
    wait_for_look(market, may_come);
    if (market->catalog)
        *out_catalog = catalog_retain(market->catalog);
    else
        status = error_set(error, STATUS_UNAVAILABLE, "market_data_unavailable",
                           "the market data %.200s cannot be read: %s", market->path,
                           market->has_looked ? market->detail : "it takes longer than expected");
    pthread_mutex_unlock(&market->mutex);
    return status;
}

static enum status unreadable(const struct market *market, const struct error *cause, struct error *error)
{
    if (cause->status == STATUS_NO_MEMORY) return error_no_memory(error);
    return error_set(error, STATUS_UNAVAILABLE, "market_data_unavailable",
                     "the market data %.200s cannot be read: %s", market->path, cause->message);
}

enum status market_coverage(struct market *market, const struct coverage **out_coverage, struct error *error)
{
    struct error cause = {0};
    CATALOG_SCOPE catalog = NULL;
    TRY(market_catalog(market, &catalog, error));
    if (coverage_keeper_get(market->coverage, market->file, catalog, out_coverage, &cause) == STATUS_OK)
        return STATUS_OK;
    return unreadable(market, &cause, error);
}

// The records of the file in one session.
struct records {
    enum status (*read)(duckdb_connection connection, const struct provenance_query *query,
                        struct arena *arena, struct provenance_page *page, struct error *error);
    const struct provenance_query *query;
    struct arena *arena;
};

static enum status read_records(struct market *market, const struct records *records,
                                struct provenance_page *out_page, struct error *error)
{
    CANDLE_SESSION_SCOPE session = {0};
    struct provenance_page page = {0};
    TRY(candle_session_begin(market->file, RECORDS_PATIENCE_MS, &session, error));
    TRY(records->read(session.connection, records->query, records->arena, &page, error));
    page.data_version = session.data_version;
    *out_page = page;
    return STATUS_OK;
}

enum status market_origins(struct market *market, const struct provenance_query *query, struct arena *arena,
                           struct provenance_page *out_page, struct error *error)
{
    struct error cause = {0};
    const struct records records = {provenance_read_origins, query, arena};
    const enum status status = read_records(market, &records, out_page, &cause);
    return status == STATUS_OK ? STATUS_OK : unreadable(market, &cause, error);
}

enum status market_revisions(struct market *market, const struct provenance_query *query, struct arena *arena,
                             struct provenance_page *out_page, struct error *error)
{
    struct error cause = {0};
    const struct records records = {provenance_read_revisions, query, arena};
    const enum status status = read_records(market, &records, out_page, &cause);
    return status == STATUS_OK ? STATUS_OK : unreadable(market, &cause, error);
}

static enum status count_revisions(struct market *market, const struct provenance_query *query,
                                   struct arena *arena, struct revision_counts *out_counts,
                                   struct error *error)
{
    CANDLE_SESSION_SCOPE session = {0};
    TRY(candle_session_begin(market->file, RECORDS_PATIENCE_MS, &session, error));
    return provenance_count_revisions(session.connection, query, arena, out_counts, error);
}

enum status market_revision_counts(struct market *market, const struct provenance_query *query,
                                   struct arena *arena, struct revision_counts *out_counts,
                                   struct error *error)
{
    struct error cause = {0};
    const enum status status = count_revisions(market, query, arena, out_counts, &cause);
    return status == STATUS_OK ? STATUS_OK : unreadable(market, &cause, error);
}

enum status market_holdings(struct market *market, const struct download_spec *spec, struct arena *arena,
                            struct download_holdings *out_holdings, struct error *error)
{
    TRY(download_holdings_new(spec, arena, out_holdings, error));
    return download_holdings_read_file(out_holdings, spec, market->file, error);
}

const struct category_set *market_view_categories(struct market_view view)
{
    return view.categories ? category_set_retain(view.categories) : market_categories(view.market);
}

enum status market_series(struct market_view view, struct str expression, enum interval interval,
                          const struct series **out_series, struct error *error)
{
    struct market *market = view.market;
    struct series_expression parsed;
    TRY(series_expression_parse(expression, &parsed, error));
    CATALOG_SCOPE catalog = NULL;
    TRY(market_catalog(market, &catalog, error));
    CATEGORY_SET_SCOPE categories = market_view_categories(view);
    const struct market_source source = {
        .file = market->file, .cache = market->cache, .catalog = catalog, .categories = categories};
    return market_fetch(&source, &parsed, interval, out_series, error);
}

void market_preload(struct market *market, const struct symbol_list *symbols, enum interval interval)
{
    struct error ignored = {0};
    CATALOG_SCOPE catalog = NULL;
    if (market_catalog(market, &catalog, &ignored) != STATUS_OK) return;
    const struct market_source source = {.file = market->file, .cache = market->cache, .catalog = catalog};
    market_preload_series(&source, symbols, interval);
}
