#include "market/series.h"

#include "market/series_check.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHA256_BYTES = 32,
    CAPACITY_MIN = 64,
    SHA256_TEXT_BYTES = 2 * SHA256_BYTES + 1,
    SLICE_BYTES = 4 * 1024 * 1024, // hashed between two looks at whether to stop: some milliseconds
};

// The fingerprint that was asked for last: run after run over the same candles asks for the same one.
struct known_fingerprint {
    size_t from;
    size_t to;
    char hex[SHA256_TEXT_BYTES]; // "": none yet
};

// The same of its checks.
struct known_checks {
    size_t from;
    size_t to;
    size_t bars_each;
    uint32_t *checks; // NULL: none yet
};

struct shared_series {
    struct series series; // first: a pointer to it is a pointer to the whole
    atomic_size_t owners;
    pthread_mutex_t lock; // of what is known, held for no longer than a copy
    struct known_fingerprint known;
    struct known_checks known_checks;
};

// The count of owners and what is known of the candles are all that changes behind the const that users see.
static struct shared_series *whole_of(const struct series *series)
{
    return (struct shared_series *)(uintptr_t)series;
}

const struct series *series_retain(const struct series *series)
{
    atomic_fetch_add_explicit(&whole_of(series)->owners, 1, memory_order_relaxed);
    return series;
}

static void free_column(const void *column)
{
    free((void *)(uintptr_t)column);
}

void series_release(const struct series **series)
{
    if (!*series) return;
    struct shared_series *shared = whole_of(*series);
    *series = NULL;
    if (atomic_fetch_sub_explicit(&shared->owners, 1, memory_order_acq_rel) > 1) return;
    const struct candles *candles = &shared->series.candles;
    free_column(candles->time);
    free_column(candles->open);
    free_column(candles->high);
    free_column(candles->low);
    free_column(candles->close);
    free_column(candles->volume);
    free_column(shared->series.member_counts);
    free(shared->known_checks.checks);
    pthread_mutex_destroy(&shared->lock);
    free(shared);
}

size_t series_bytes(const struct series *series)
{
    const size_t members = series->member_counts ? sizeof(uint32_t) : 0;
    return sizeof(struct shared_series) +
           series->candles.count * (sizeof(int64_t) + 5 * sizeof(double) + members);
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "fingerprints hash columns as they lie in memory");

// False when it was stopped on the way.
static bool update(EVP_MD_CTX *hash, const char *bytes, size_t len, const atomic_bool *is_stopped)
{
    for (size_t done = 0; done < len; done += SLICE_BYTES) {
        const size_t left = len - done, count = left < SLICE_BYTES ? left : SLICE_BYTES;
        if (is_stopped && atomic_load_explicit(is_stopped, memory_order_relaxed)) return false;
        if (EVP_DigestUpdate(hash, bytes + done, count) != 1) abort();
    }
    return true;
}

static void write_hex(const unsigned char *digest, char out_hex[static SHA256_TEXT_BYTES])
{
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        out_hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        out_hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    out_hex[2 * SHA256_BYTES] = '\0';
}

static bool hash_columns(const struct candles *candles, size_t from, size_t to, const atomic_bool *is_stopped,
                         char out_hex[static SHA256_TEXT_BYTES])
{
    const void *columns[] = {candles->time + from, candles->open + from,  candles->high + from,
                             candles->low + from,  candles->close + from, candles->volume + from};
    unsigned char digest[SHA256_BYTES];
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    if (!hash || EVP_DigestInit_ex(hash, EVP_sha256(), NULL) != 1) abort();
    bool is_whole = true;
    for (size_t i = 0; i < sizeof columns / sizeof columns[0] && is_whole; i++)
        is_whole = update(hash, columns[i], (to - from) * sizeof(double), is_stopped);
    if (EVP_DigestFinal_ex(hash, digest, NULL) != 1) abort();
    EVP_MD_CTX_free(hash);
    write_hex(digest, out_hex);
    return is_whole;
}

static struct known_fingerprint read_known(struct shared_series *shared)
{
    pthread_mutex_lock(&shared->lock);
    const struct known_fingerprint known = shared->known;
    pthread_mutex_unlock(&shared->lock);
    return known;
}

bool series_fingerprint(const struct series *series, size_t from, size_t to, const atomic_bool *is_stopped,
                        char out_hex[static 65])
{
    struct shared_series *shared = whole_of(series);
    struct known_fingerprint known = read_known(shared);
    if (!known.hex[0] || known.from != from || known.to != to) {
        if (!hash_columns(&series->candles, from, to, is_stopped, known.hex)) return false;
        known.from = from;
        known.to = to;
        pthread_mutex_lock(&shared->lock);
        shared->known = known;
        pthread_mutex_unlock(&shared->lock);
    }
    memcpy(out_hex, known.hex, sizeof known.hex);
    return true;
}

static bool copy_known_checks(struct shared_series *shared, size_t from, size_t to, size_t bars_each,
                              uint32_t *out_checks)
{
    pthread_mutex_lock(&shared->lock);
    const struct known_checks *known = &shared->known_checks;
    const bool is_known =
        known->checks && known->from == from && known->to == to && known->bars_each == bars_each;
    if (is_known)
        memcpy(out_checks, known->checks, series_check_count(to - from, bars_each) * sizeof *out_checks);
    pthread_mutex_unlock(&shared->lock);
    return is_known;
}

// Without memory for them they are made again the next time.
static void keep_checks(struct shared_series *shared, size_t from, size_t to, size_t bars_each,
                        const uint32_t *checks)
{
    const size_t bytes = series_check_count(to - from, bars_each) * sizeof *checks;
    struct known_checks known = {from, to, bars_each, malloc(bytes ? bytes : 1)};
    if (!known.checks) return;
    memcpy(known.checks, checks, bytes);
    pthread_mutex_lock(&shared->lock);
    uint32_t *before = shared->known_checks.checks;
    shared->known_checks = known;
    pthread_mutex_unlock(&shared->lock);
    free(before);
}

bool series_checks(const struct series *series, size_t from, size_t to, size_t bars_each,
                   const atomic_bool *is_stopped, uint32_t *out_checks)
{
    struct shared_series *shared = whole_of(series);
    if (copy_known_checks(shared, from, to, bars_each, out_checks)) return true;
    if (!series_check(&series->candles, from, to, bars_each, is_stopped, out_checks)) return false;
    keep_checks(shared, from, to, bars_each, out_checks);
    return true;
}

void text_fingerprint(struct str text, char out_hex[static 65])
{
    unsigned char digest[SHA256_BYTES];
    if (EVP_Digest(text.ptr, text.len, digest, NULL, EVP_sha256(), NULL) != 1) abort();
    write_hex(digest, out_hex);
}

static bool resize_times(int64_t **column, size_t count)
{
    int64_t *resized = realloc(*column, count * sizeof *resized);
    if (resized) *column = resized;
    return resized != NULL;
}

static bool resize_values(double **column, size_t count)
{
    double *resized = realloc(*column, count * sizeof *resized);
    if (resized) *column = resized;
    return resized != NULL;
}

static bool resize(struct series_builder *builder, size_t count)
{
    return resize_times(&builder->time, count) && resize_values(&builder->open, count) &&
           resize_values(&builder->high, count) && resize_values(&builder->low, count) &&
           resize_values(&builder->close, count) && resize_values(&builder->volume, count);
}

enum status series_builder_reserve(struct series_builder *builder, size_t count, struct error *error)
{
    if (count <= builder->capacity) return STATUS_OK;
    if (count > LIMIT_SERIES_BARS)
        return error_set(error, STATUS_TOO_LARGE, NULL, "the series has more than %d candles",
                         LIMIT_SERIES_BARS);
    size_t capacity = builder->capacity ? builder->capacity * 2 : CAPACITY_MIN;
    if (capacity < count) capacity = count;
    if (!resize(builder, capacity)) return error_no_memory(error);
    builder->capacity = capacity;
    return STATUS_OK;
}

enum status series_builder_append(struct series_builder *builder, struct candle candle, struct error *error)
{
    TRY(series_builder_reserve(builder, builder->count + 1, error));
    series_builder_put(builder, candle);
    return STATUS_OK;
}

static struct candle candle_at(const struct series_builder *builder, size_t i)
{
    return (struct candle){builder->time[i], builder->open[i],  builder->high[i],
                           builder->low[i],  builder->close[i], builder->volume[i]};
}

// Where a candle came to stand, to sort by.
struct place {
    int64_t time;
    size_t index;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static enum status copy_in_order(const struct series_builder *from, const struct place *places,
                                 struct series_builder *to, struct error *error)
{
    TRY(series_builder_reserve(to, from->count, error));
    for (size_t i = 0; i < from->count; i++)
        if (i + 1 == from->count || places[i + 1].time != places[i].time)
            series_builder_put(to, candle_at(from, places[i].index));
    return STATUS_OK;
}

enum status series_builder_order(struct series_builder *builder, struct error *error)
{
    if (!builder->is_unordered) return STATUS_OK;
    struct place *places = calloc(builder->count, sizeof *places);
    if (!places) return error_no_memory(error);
    for (size_t i = 0; i < builder->count; i++)
        places[i] = (struct place){builder->time[i], i};
    qsort(places, builder->count, sizeof *places, compare_places);
    struct series_builder ordered = {0};
    const enum status status = copy_in_order(builder, places, &ordered, error);
    free(places);
    if (status == STATUS_OK) {
        series_builder_done(builder);
        *builder = ordered;
    } else {
        series_builder_done(&ordered);
    }
    return status;
}

static uint64_t next_id(void)
{
    static atomic_uint_fast64_t last;
    return atomic_fetch_add_explicit(&last, 1, memory_order_relaxed) + 1;
}

enum status series_builder_finish(struct series_builder *builder, const struct series *description,
                                  const struct series **out_series, struct error *error)
{
    TRY(series_builder_reserve(builder, 1, error)); // columns are never NULL
    const size_t kept = builder->count ? builder->count : 1;
    struct shared_series *shared = malloc(sizeof *shared);
    if (!shared || !resize(builder, kept)) {
        free(shared);
        return error_no_memory(error);
    }
    shared->series = *description;
    shared->series.id = next_id();
    shared->series.member_counts = builder->member_counts;
    shared->series.candles = (struct candles){.count = builder->count,
                                              .time = builder->time,
                                              .open = builder->open,
                                              .high = builder->high,
                                              .low = builder->low,
                                              .close = builder->close,
                                              .volume = builder->volume};
    atomic_init(&shared->owners, 1);
    pthread_mutex_init(&shared->lock, NULL);
    shared->known = (struct known_fingerprint){0};
    shared->known_checks = (struct known_checks){0};
    *builder = (struct series_builder){0};
    *out_series = &shared->series;
    return STATUS_OK;
}

void series_builder_done(struct series_builder *builder)
{
    free(builder->time);
    free(builder->open);
    free(builder->high);
    free(builder->low);
    free(builder->close);
    free(builder->volume);
    free(builder->member_counts);
    *builder = (struct series_builder){0};
}
