#include "app/sweep_run.h"

#include "base/buf.h"
#include "base/limits.h"
#include "engine/sweep_batch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { COMBINATIONS_PER_THREAD = 8 }; // fewer are not worth a thread

struct crew;

// One of the things to do, from 0 on.
typedef enum status crew_work(const struct crew *crew, size_t index, struct arena *arena,
                              struct error *error);

// What the threads share. Each takes the next thing to do until there is none.
struct crew {
    struct task *task;
    struct sweep_batch *batch;
    struct sweep_row *rows;
    size_t combinations; // in all
    crew_work *work;
    size_t count; // of things to do
    bool tells_progress;
    atomic_size_t next;
    atomic_bool has_failed; // others need not go on
};

struct hand {
    struct crew *crew;
    struct arena *arena;
    pthread_t thread;
    struct error error;
    enum status status;
    bool is_first;
};

static bool must_stop(const struct crew *crew)
{
    return task_is_stopped(crew->task) || atomic_load_explicit(&crew->has_failed, memory_order_relaxed);
}

static void tell(const struct crew *crew, size_t done)
{
    char text[80];
    const int len = snprintf(text, sizeof text, "%zu of %zu combinations", done, crew->combinations);
    // the last twentieth is for what follows
    task_progress(crew->task, 0.95 * (double)done / (double)crew->combinations,
                  (struct str){.ptr = text, .len = (size_t)len});
}

static enum status work(struct hand *hand)
{
    struct crew *crew = hand->crew;
    while (!must_stop(crew)) {
        const size_t k = atomic_fetch_add_explicit(&crew->next, 1, memory_order_relaxed);
        if (k >= crew->count) break;
        TRY(crew->work(crew, k, hand->arena, &hand->error));
        if (hand->is_first && crew->tells_progress) tell(crew, crew->batch->first + k);
    }
    return STATUS_OK;
}

static void *run_hand(void *context)
{
    struct hand *hand = context;
    hand->status = work(hand);
    if (hand->status != STATUS_OK) atomic_store(&hand->crew->has_failed, true);
    return NULL;
}

static size_t thread_count(size_t combinations)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t count = processors > 0 ? (size_t)processors : 1;
    if (count > LIMIT_SWEEP_THREADS) count = LIMIT_SWEEP_THREADS;
    const size_t worth = combinations / COMBINATIONS_PER_THREAD + 1;
    return count < worth ? count : worth;
}

// The caller's thread is the first hand. A thread that cannot be had is done without.
static size_t start_others(struct hand *hands, size_t count)
{
    size_t started = 1;
    while (started < count && pthread_create(&hands[started].thread, NULL, run_hand, &hands[started]) == 0)
        started++;
    return started;
}

// All there is to do at this stage, by up to `wanted` hands with an arena each.
static enum status run_stage(struct crew *crew, struct arena *arenas, size_t wanted, struct error *error)
{
    struct hand hands[LIMIT_SWEEP_THREADS] = {{.crew = crew, .arena = arenas, .is_first = true}};
    for (size_t i = 1; i < wanted; i++)
        hands[i] = (struct hand){.crew = crew, .arena = &arenas[i]};
    atomic_store(&crew->next, 0);
    const size_t started = start_others(hands, crew->count > 1 ? wanted : 1);
    (void)run_hand(&hands[0]);
    for (size_t i = 1; i < started; i++)
        (void)pthread_join(hands[i].thread, NULL);
    if (task_is_stopped(crew->task)) return task_stopped(crew->task, error);
    for (size_t i = 0; i < started; i++)
        if (hands[i].status != STATUS_OK)
            return error_set(error, hands[i].status, NULL, "%s", hands[i].error.message);
    return STATUS_OK;
}

static enum status prepare_part(const struct crew *crew, size_t part, struct arena *arena,
                                struct error *error)
{
    return sweep_batch_prepare(crew->batch, part, arena, error);
}

static enum status run_combination(const struct crew *crew, size_t index, struct arena *arena,
                                   struct error *error)
{
    const size_t k = crew->batch->first + index;
    return sweep_batch_run(crew->batch, k, arena, &crew->rows[k], error);
}

static enum status run_batches(struct crew *crew, struct arena *arenas, struct error *error)
{
    const size_t wanted = thread_count(crew->combinations);
    for (size_t first = 0; first < crew->combinations; first += crew->batch->count) {
        crew->count = sweep_batch_begin(crew->batch, first);
        crew->work = prepare_part;
        crew->tells_progress = false;
        TRY(run_stage(crew, arenas, wanted, error));
        crew->count = crew->batch->count;
        crew->work = run_combination;
        crew->tells_progress = true;
        TRY(run_stage(crew, arenas, wanted, error));
    }
    return STATUS_OK;
}

enum status sweep_run_all(struct task *task, const struct sweep_input *input, size_t count,
                          struct sweep_row *rows, struct error *error)
{
    ARENA_SCOPE(shared, LIMIT_BACKTEST_ARENA_BYTES);
    struct arena arenas[LIMIT_SWEEP_THREADS];
    struct sweep_batch batch;
    TRY(sweep_batch_make(input, &shared, &batch, error));
    for (size_t i = 0; i < LIMIT_SWEEP_THREADS; i++)
        arenas[i] =
            (struct arena){.max_bytes = LIMIT_BACKTEST_ARENA_BYTES, .kept_bytes = LIMIT_BACKTEST_ARENA_BYTES};
    struct crew crew = {.task = task, .batch = &batch, .rows = rows, .combinations = count};
    const enum status status = run_batches(&crew, arenas, error);
    for (size_t i = 0; i < LIMIT_SWEEP_THREADS; i++)
        arena_clear(&arenas[i]);
    return status;
}
