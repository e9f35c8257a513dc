#include "app/ledger_ahead.h"

#include "base/limits.h"

#include <pthread.h>
#include <stdlib.h>

enum { ENTRIES = 512, BATCHES = 4, TEXTS_MAX = 64 * MIB };

struct batch {
    struct arena texts; // of its entries
    size_t count;
    struct ledger_entry entries[ENTRIES];
};

// Batch i is batches[i % BATCHES]; checked <= read <= checked + BATCHES. The reader writes the one at `read`,
// the checker reads the one at `checked`.
struct ahead {
    struct db_tx *tx; // the reader's while it runs
    struct position_owner owner;
    size_t filled; // the reader's: entries in the batch that it writes
    pthread_mutex_t
        mutex; // guards what follows up to the batches; not held while entries are read or checked
    pthread_cond_t changed;
    size_t read, checked;
    bool is_read_out; // nothing comes behind the batches that were read
    bool is_stopping;
    enum status status; // the reader's
    struct error error;
    struct batch batches[BATCHES];
};

// ---- the reader

// Waits until there is room for it.
static enum status begin_batch(struct ahead *ahead, struct batch *batch, struct error *error)
{
    pthread_mutex_lock(&ahead->mutex);
    while (!ahead->is_stopping && ahead->read == ahead->checked + BATCHES)
        pthread_cond_wait(&ahead->changed, &ahead->mutex);
    const bool is_stopping = ahead->is_stopping;
    pthread_mutex_unlock(&ahead->mutex);
    if (is_stopping) return error_set(error, STATUS_CANCELLED, NULL, "nobody waits for more entries");
    arena_reset(&batch->texts);
    return STATUS_OK;
}

static void end_batch(struct ahead *ahead, struct batch *batch)
{
    batch->count = ahead->filled;
    ahead->filled = 0;
    pthread_mutex_lock(&ahead->mutex);
    ahead->read++;
    pthread_cond_signal(&ahead->changed);
    pthread_mutex_unlock(&ahead->mutex);
}

// False when memory is short. A text that is not there stays so.
static bool own(struct batch *batch, struct str *text)
{
    if (!text->ptr) return true;
    *text = str_copy(&batch->texts, *text);
    return text->ptr;
}

static enum status put(void *context, const struct ledger_entry *row, struct error *error)
{
    struct ahead *ahead = context;
    struct batch *batch = &ahead->batches[ahead->read % BATCHES]; // only this thread changes `read`
    if (ahead->filled == 0) TRY(begin_batch(ahead, batch, error));
    struct ledger_entry *copy = &batch->entries[ahead->filled];
    *copy = *row;
    if (!own(batch, &copy->entry.plan_id) || !own(batch, &copy->entry.leg_id) ||
        !own(batch, &copy->entry.order_id) || !own(batch, &copy->entry.symbol) ||
        !own(batch, &copy->damage.text))
        return error_no_memory(error);
    if (++ahead->filled == ENTRIES) end_batch(ahead, batch);
    return STATUS_OK;
}

static void *read_entries(void *context)
{
    struct ahead *ahead = context;
    const struct ledger_visitor visitor = {.context = ahead, .entry = put};
    const enum status status = ledger_store_walk_entries(ahead->tx, ahead->owner, &visitor, &ahead->error);
    if (ahead->filled > 0) end_batch(ahead, &ahead->batches[ahead->read % BATCHES]);
    pthread_mutex_lock(&ahead->mutex);
    ahead->status = status;
    ahead->is_read_out = true;
    pthread_cond_signal(&ahead->changed);
    pthread_mutex_unlock(&ahead->mutex);
    return NULL;
}

// ---- the checker

// Waits for the next batch; NULL behind the last one.
static const struct batch *next_batch(struct ahead *ahead)
{
    pthread_mutex_lock(&ahead->mutex);
    while (!ahead->is_read_out && ahead->read == ahead->checked)
        pthread_cond_wait(&ahead->changed, &ahead->mutex);
    const bool has_batch = ahead->read > ahead->checked;
    pthread_mutex_unlock(&ahead->mutex);
    return has_batch ? &ahead->batches[ahead->checked % BATCHES] : NULL;
}

static void give_back(struct ahead *ahead)
{
    pthread_mutex_lock(&ahead->mutex);
    ahead->checked++;
    pthread_cond_signal(&ahead->changed);
    pthread_mutex_unlock(&ahead->mutex);
}

static enum status check_batches(struct ahead *ahead, const struct ledger_visitor *visitor,
                                 struct error *error)
{
    const struct batch *batch;
    while ((batch = next_batch(ahead))) {
        for (size_t i = 0; i < batch->count; i++)
            TRY(visitor->entry(visitor->context, &batch->entries[i], error));
        give_back(ahead);
    }
    return STATUS_OK;
}

static void stop(struct ahead *ahead, pthread_t reader)
{
    pthread_mutex_lock(&ahead->mutex);
    ahead->is_stopping = true;
    pthread_cond_signal(&ahead->changed);
    pthread_mutex_unlock(&ahead->mutex);
    (void)pthread_join(reader, NULL);
}

static enum status walk(struct ahead *ahead, const struct ledger_visitor *visitor, struct error *error)
{
    pthread_t reader;
    if (pthread_create(&reader, NULL, read_entries, ahead) != 0)
        return ledger_store_walk_entries(ahead->tx, ahead->owner, visitor, error);
    const enum status status = check_batches(ahead, visitor, error);
    stop(ahead, reader);
    if (status != STATUS_OK || ahead->status == STATUS_OK) return status;
    if (error) *error = ahead->error;
    return ahead->status;
}

enum status ledger_ahead_walk(struct db_tx *tx, struct position_owner owner,
                              const struct ledger_visitor *visitor, struct error *error)
{
    struct ahead *ahead = calloc(1, sizeof *ahead);
    if (!ahead) return error_no_memory(error);
    ahead->tx = tx;
    ahead->owner = owner;
    pthread_mutex_init(&ahead->mutex, NULL);
    pthread_cond_init(&ahead->changed, NULL);
    for (size_t i = 0; i < BATCHES; i++)
        arena_init(&ahead->batches[i].texts, TEXTS_MAX);
    const enum status status = walk(ahead, visitor, error);
    for (size_t i = 0; i < BATCHES; i++)
        arena_clear(&ahead->batches[i].texts);
    pthread_cond_destroy(&ahead->changed);
    pthread_mutex_destroy(&ahead->mutex);
    free(ahead);
    return status;
}
