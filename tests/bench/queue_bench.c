// What the queue costs: jobs put into it, claimed and completed by the product's own functions, on a state
// database that is made for this.
//     queue-bench FILE | postgresql://…
// Prints a line a measurement: name, figure, unit, and what of, separated by tabs. tools/bench makes the
// table. A process makes one claim at a time, for all of its workers that are idle, so each thread here
// stands for a process.
#include "app/bootstrap.h"
#include "app/job.h"
#include "app/job_kind.h"
#include "app/notice.h"
#include "app/task.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/limits.h"
#include "db/db_notice.h"
#include "sql_statements.h"
#include "store/workspace_store.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    WORKSPACES = 500,
    THREADS_MAX = 8,
    WORKERS_MAX = 8,
    CLAIMS = 2000, // by all threads together
    ROUND = 200,   // of them that run at the same time
    SAMPLES = 200, // claims whose time is taken, one thread
    SPREAD = 10,   // workspaces then
    ENQUEUED_AT_ONCE = 1000,
    SECOND_US = 1000000,
};

static struct app app;
static struct arena names = {.max_bytes = 16 * MIB};
static struct str workspaces[WORKSPACES];

static void stop(const struct error *error)
{
    fprintf(stderr, "queue-bench: %s\n", error->message);
    exit(1);
}

#define MUST(expression)                                                                                     \
    do {                                                                                                     \
        struct error error = {0};                                                                            \
        if ((expression) != STATUS_OK) stop(&error);                                                         \
    } while (0)

static int by_value(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

// ---- the database and what is in it

static void hear(void *context, struct str channel, struct str payload)
{
    (void)context, (void)channel, (void)payload;
}

static struct db_listener *open_app(const char *state)
{
    const bool is_url = str_starts_with(str_from_c(state), STR("postgresql:"));
    const struct db_options options = {
        .sqlite_path = is_url ? STR("") : str_from_c(state),
        .postgresql_url = is_url ? str_from_c(state) : STR(""),
        .pool_size = THREADS_MAX + 1,
        .statements = SQL_STATEMENTS,
        .statement_count = SQL_STATEMENT_COUNT,
    };
    const struct db_listening listening = {.channels = NOTICE_CHANNELS, .poll_ms = 1000, .handler = hear};
    struct db_listener *listener;
    app.people.auth_mode = STR("none");
    app.jobs = (struct job_settings){
        .queued_per_workspace = INT32_MAX, .process = STR("bench"), .place = STR("bench:/uploads")};
    MUST(db_open(&options, &app.db, &error));
    MUST(app_bootstrap(&app, clock_wall_us(), &error));
    MUST(db_listen(app.db, &listening, &listener, &error)); // it carries the notices, as in a server
    return listener;
}

static void make_workspaces(void)
{
    DB_TX_SCOPE tx = NULL;
    MUST(db_begin(app.db, DB_WRITE, &tx, &error));
    for (size_t i = 0; i < WORKSPACES; i++) {
        const int64_t now_us = clock_wall_us();
        const struct id id = id_new(now_us);
        workspaces[i] = str_copy(&names, id_str(&id));
        const struct workspace workspace = {.id = workspaces[i],
                                            .name = STR("bench"),
                                            .default_quote_asset = STR("USDT"),
                                            .created_at_us = now_us};
        MUST(workspace_store_insert(tx, &workspace, LOCAL_USER_ID, &error));
    }
    MUST(db_commit(&tx, &error));
}

static void enqueue(struct db_tx *tx, struct str workspace_id)
{
    ARENA_SCOPE(arena, MIB);
    const int64_t now_us = clock_wall_us();
    const struct id id = id_new(now_us);
    const struct job_spec spec = {
        .kind = job_kind_find(STR("backtest")),
        .id = id_str(&id),
        .workspace_id = workspace_id,
        .title = STR("a backtest"),
        .payload = STR("{\"strategy_id\":\"ma_cross\",\"symbol\":\"BTCUSDT\"}"),
        .created_by = LOCAL_USER_ID,
        .now_us = now_us,
    };
    struct job job;
    MUST(job_enqueue(&app, tx, &spec, &arena, &job, &error));
}

// Over the first `spread` workspaces in turn, each of which may run `width` at once.
static void fill(size_t count, size_t spread, int64_t width)
{
    app.jobs.running_per_workspace = width;
    for (size_t done = 0; done < count;) {
        DB_TX_SCOPE tx = NULL;
        MUST(db_begin(app.db, DB_WRITE, &tx, &error));
        for (size_t i = 0; i < ENQUEUED_AT_ONCE && done < count; i++, done++)
            enqueue(tx, workspaces[done % spread]);
        MUST(db_commit(&tx, &error));
    }
}

// ---- claiming

// Up to `count` of them, as for so many idle workers.
static size_t claim_some(const char *name, struct arena *arena, struct job *out_jobs, size_t count)
{
    const struct job_worker worker = {
        .name = str_from_c(name), .place = app.jobs.place, .lease_us = JOB_LEASE_US};
    struct job_place places[WORKERS_MAX];
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        places[i] = (struct job_place){.arena = arena};
    MUST(job_claim(&app, &worker, &(struct job_places){places, count}, &found, &error));
    for (size_t i = 0; i < found; i++)
        out_jobs[i] = places[i].job;
    return found;
}

static bool claim(const char *name, struct arena *arena, struct job *out_job)
{
    return claim_some(name, arena, out_job, 1) == 1;
}

static void complete(const struct job *job)
{
    struct task task;
    DB_TX_SCOPE tx = NULL;
    task_init(&task, &app, job);
    MUST(db_begin(app.db, DB_WRITE, &tx, &error));
    MUST(task_complete(&task, &tx, STR("{}"), &error));
}

// What one thread claimed; the jobs live in its arena.
struct claimer {
    pthread_t thread;
    char name[16];
    struct arena arena;
    struct job jobs[CLAIMS];
    size_t quota;
    size_t count;
};

static struct claimer claimers[THREADS_MAX];
static size_t workers = 1; // of each process

static void *claim_all(void *argument)
{
    struct claimer *claimer = argument;
    size_t found = 1;
    while (claimer->count < claimer->quota && found > 0) {
        const size_t left = claimer->quota - claimer->count;
        found = claim_some(claimer->name, &claimer->arena, &claimer->jobs[claimer->count],
                           left < workers ? left : workers);
        claimer->count += found;
    }
    return NULL;
}

static void *complete_all(void *argument)
{
    struct claimer *claimer = argument;
    for (size_t i = 0; i < claimer->count; i++)
        complete(&claimer->jobs[i]);
    return NULL;
}

static void *claim_and_complete(void *argument)
{
    struct claimer *claimer = argument;
    while (claimer->count < claimer->quota && claim(claimer->name, &claimer->arena, &claimer->jobs[0])) {
        complete(&claimer->jobs[0]);
        arena_reset(&claimer->arena);
        claimer->count++;
    }
    return NULL;
}

static double seconds_of(void *work(void *), size_t thread_count)
{
    const int64_t begin_us = clock_monotonic_us();
    for (size_t i = 0; i < thread_count; i++)
        if (pthread_create(&claimers[i].thread, NULL, work, &claimers[i]) != 0) abort();
    for (size_t i = 0; i < thread_count; i++)
        pthread_join(claimers[i].thread, NULL);
    return (double)(clock_monotonic_us() - begin_us) / SECOND_US;
}

// So many jobs, shared out among the threads.
static void ready(size_t thread_count, size_t count)
{
    for (size_t i = 0; i < thread_count; i++) {
        struct claimer *claimer = &claimers[i];
        arena_clear(&claimer->arena);
        arena_init(&claimer->arena, 64 * MIB);
        claimer->count = 0;
        claimer->quota = count / thread_count;
        (void)snprintf(claimer->name, sizeof claimer->name, "bench %zu", i);
    }
}

static double seconds_of_claims(size_t thread_count)
{
    double seconds = 0;
    fill(CLAIMS, WORKSPACES, 2);
    for (size_t done = 0; done < CLAIMS; done += ROUND) {
        ready(thread_count, ROUND);
        seconds += seconds_of(claim_all, thread_count);
        (void)seconds_of(complete_all, thread_count);
    }
    return seconds;
}

static void bench_rate(size_t processes, size_t workers_each)
{
    workers = workers_each;
    printf("claims, %zu processes of %zu workers\t%.0f\tclaims/s\t%d jobs in %d workspaces\n", processes,
           workers_each, CLAIMS / seconds_of_claims(processes), CLAIMS, WORKSPACES);
}

static void bench_rates(void)
{
    static const size_t counts[] = {1, 2, 4, 8};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        bench_rate(counts[i], 1);
    for (size_t i = 0; i < sizeof counts / sizeof *counts - 1; i++)
        bench_rate(counts[i], WORKERS_MAX);
    fill(CLAIMS, WORKSPACES, 2);
    ready(4, CLAIMS);
    printf("claims and ends, 4 at once\t%.0f\tjobs/s\t\n",
           (double)CLAIMS / seconds_of(claim_and_complete, 4));
}

// ---- how the cost of a claim grows with the queue

static double median_us(int64_t *taken)
{
    const size_t middle = SAMPLES / 2;
    qsort(taken, SAMPLES, sizeof *taken, by_value);
    return (double)taken[middle];
}

// The queue stays as long as it is.
static double median_claim_us(void)
{
    int64_t taken[SAMPLES];
    for (size_t i = 0; i < SAMPLES; i++) {
        ARENA_SCOPE(arena, MIB);
        struct job job;
        const int64_t begin_us = clock_monotonic_us();
        if (!claim("bench", &arena, &job)) abort();
        taken[i] = clock_monotonic_us() - begin_us;
        complete(&job);
        DB_TX_SCOPE tx = NULL;
        MUST(db_begin(app.db, DB_WRITE, &tx, &error));
        enqueue(tx, job.workspace_id);
        MUST(db_commit(&tx, &error));
    }
    return median_us(taken);
}

// Where every workspace runs what it may, all that waits is looked at.
static double median_refusal_us(void)
{
    int64_t taken[SAMPLES];
    struct job none;
    ready(1, CLAIMS);
    (void)claim_all(&claimers[0]);
    for (size_t i = 0; i < SAMPLES; i++) {
        ARENA_SCOPE(arena, MIB);
        const int64_t begin_us = clock_monotonic_us();
        if (claim("bench", &arena, &none)) abort();
        taken[i] = clock_monotonic_us() - begin_us;
    }
    (void)complete_all(&claimers[0]);
    return median_us(taken);
}

static void bench_growth(void)
{
    for (size_t queued = 100; queued <= 10000; queued *= 10) {
        fill(queued, SPREAD, 2);
        printf("claim, %zu queued\t%.0f\tµs p50\tin %d workspaces\n", queued, median_claim_us(), SPREAD);
        printf("claim in vain, %zu queued\t%.0f\tµs p50\t\n", queued, median_refusal_us());
        do
            ready(1, CLAIMS);
        while (claim_and_complete(&claimers[0]), claimers[0].count > 0);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: queue-bench FILE | postgresql://…\n", stderr);
        return 2;
    }
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    struct db_listener *listener = open_app(argv[1]);
    make_workspaces();
    bench_rates();
    bench_growth();
    db_unlisten(&listener);
    db_close(app.db);
    arena_clear(&names);
    for (size_t i = 0; i < THREADS_MAX; i++)
        arena_clear(&claimers[i].arena);
    return 0;
}
