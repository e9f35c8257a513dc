#include "app/sweep_run.h"

#include "base/buf.h"
#include "base/limits.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { COMBINATIONS_PER_THREAD = 8 }; // fewer are not worth a thread

// What the threads share. Each takes the next combination until there is none.
struct crew {
    struct task *task;
    const struct sweep_input *input;
    size_t count;
    struct sweep_row *rows;
    atomic_size_t next;
    atomic_bool has_failed; // others need not go on
};

struct hand {
    struct crew *crew;
    bool tells_progress;
    enum status status;
    struct error error;
    pthread_t thread;
};

static bool must_stop(const struct crew *crew)
{
    return task_is_stopped(crew->task) || atomic_load_explicit(&crew->has_failed, memory_order_relaxed);
}

static void tell(const struct crew *crew, size_t done)
{
    char text[80];
    const int len = snprintf(text, sizeof text, "%zu of %zu combinations", done, crew->count);
    // the last twentieth is for what follows
    task_progress(crew->task, 0.95 * (double)done / (double)crew->count,
                  (struct str){.ptr = text, .len = (size_t)len});
}

static enum status work(struct hand *hand)
{
    struct crew *crew = hand->crew;
    ARENA_SCOPE(arena, LIMIT_BACKTEST_ARENA_BYTES);
    arena.kept_bytes = LIMIT_BACKTEST_ARENA_BYTES;
    while (!must_stop(crew)) {
        const size_t k = atomic_fetch_add_explicit(&crew->next, 1, memory_order_relaxed);
        if (k >= crew->count) break;
        TRY(sweep_run(crew->input, k, &arena, &crew->rows[k], &hand->error));
        if (hand->tells_progress) tell(crew, k);
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

enum status sweep_run_all(struct task *task, const struct sweep_input *input, size_t count,
                          struct sweep_row *rows, struct error *error)
{
    struct crew crew = {.task = task, .input = input, .count = count, .rows = rows};
    struct hand hands[LIMIT_SWEEP_THREADS] = {{.crew = &crew, .tells_progress = true}};
    const size_t wanted = thread_count(count);
    for (size_t i = 1; i < wanted; i++)
        hands[i] = (struct hand){.crew = &crew};
    const size_t started = start_others(hands, wanted);
    (void)run_hand(&hands[0]);
    for (size_t i = 1; i < started; i++)
        (void)pthread_join(hands[i].thread, NULL);
    if (task_is_stopped(task)) return task_stopped(task, error);
    for (size_t i = 0; i < started; i++)
        if (hands[i].status != STATUS_OK)
            return error_set(error, hands[i].status, NULL, "%s", hands[i].error.message);
    return STATUS_OK;
}
