// Many workers, two of them processes of their own where the database allows it, and one queue.
#include "unit/app/app_fixture.h"

#include "app/task.h"
#include "base/limits.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { LANES = 8, JOBS_PER_LANE = 25, WORKERS = 4, WIDTH = 2 };

struct race {
    struct app *apps[2];
    struct str lanes[LANES];
    atomic_int running[LANES];
    atomic_int most[LANES];
    atomic_int done;
};

struct racer {
    struct race *race;
    const struct app *app;
    char name[16];
};

static size_t lane_of(const struct race *race, struct str workspace_id)
{
    size_t lane = 0;
    while (!str_eq(race->lanes[lane], workspace_id))
        lane++;
    return lane;
}

static void note_running(struct race *race, size_t lane)
{
    const int running = atomic_fetch_add(&race->running[lane], 1) + 1;
    int most = atomic_load(&race->most[lane]);
    while (running > most && !atomic_compare_exchange_weak(&race->most[lane], &most, running))
        continue;
}

// Up to two at once, as a process does for its workers.
static size_t claim(const struct racer *racer, struct arena *arena, struct job_place places[static 2])
{
    const struct job_worker worker = {
        .name = str_from_c(racer->name), .place = STR(""), .lease_us = JOB_LEASE_US};
    size_t count = 0;
    struct error error = {0};
    places[0].arena = places[1].arena = arena;
    // a slot may be taken by others again and again: that is no failure
    (void)job_claim(racer->app, &worker, &(struct job_places){places, 2}, &count, &error);
    return count;
}

static void complete(const struct racer *racer, const struct job *job)
{
    struct race *race = racer->race;
    struct task task;
    struct error error = {0};
    DB_TX_SCOPE tx = NULL;
    task_init(&task, racer->app, job);
    if (db_begin(racer->app->db, DB_WRITE, &tx, &error) != STATUS_OK) return;
    // before the commit: a slot may be used at once after it
    atomic_fetch_sub(&race->running[lane_of(race, job->workspace_id)], 1);
    if (task_complete(&task, &tx, STR("{}"), &error) == STATUS_OK) atomic_fetch_add(&race->done, 1);
}

static void *work(void *argument)
{
    struct racer *racer = argument;
    struct race *race = racer->race;
    while (atomic_load(&race->done) < LANES * JOBS_PER_LANE) {
        ARENA_SCOPE(arena, MIB);
        struct job_place places[2];
        const size_t count = claim(racer, &arena, places);
        for (size_t i = 0; i < count; i++)
            note_running(race, lane_of(race, places[i].job.workspace_id));
        for (size_t i = 0; i < count; i++)
            complete(racer, &places[i].job);
    }
    return NULL;
}

static void every_job_is_done_once_and_no_lane_runs_more_than_its_width(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, 16 * MIB);
    struct race race = {.apps = {fixture_app()}};
    struct racer racers[WORKERS];
    pthread_t threads[WORKERS];
    const bool is_shared = fixture_engine == DB_POSTGRESQL;
    race.apps[1] = is_shared ? fixture_app_beside(race.apps[0]) : race.apps[0];
    for (size_t lane = 0; lane < LANES; lane++) {
        race.lanes[lane] = fixture_workspace(race.apps[0], &arena, "a lane");
        for (int i = 0; i < JOBS_PER_LANE; i++)
            (void)fixture_enqueue(race.apps[0], race.lanes[lane], &arena);
    }
    for (size_t i = 0; i < WORKERS; i++) {
        racers[i] = (struct racer){.race = &race, .app = race.apps[i % 2]};
        (void)snprintf(racers[i].name, sizeof racers[i].name, "worker %zu", i);
        assert_int_equal(pthread_create(&threads[i], NULL, work, &racers[i]), 0);
    }
    for (size_t i = 0; i < WORKERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(race.done, LANES * JOBS_PER_LANE);
    for (size_t lane = 0; lane < LANES; lane++)
        assert_in_range(race.most[lane], 1, WIDTH);
    if (is_shared) fixture_app_free(race.apps[1]);
    fixture_app_free(race.apps[0]);
}

static int run(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_job_is_done_once_and_no_lane_runs_more_than_its_width),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    return harness_run_on_both(run, &fixture_engine);
}
