// What a process that works on a state database holds while it runs: for `tlab serve` and `tlab worker`.
#pragma once

#include "app/app.h"
#include "app/feed.h"
#include "base/arena.h"
#include "base/error.h"
#include "config/config.h"
#include "db/db_notice.h"
#include "jobs/runner.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct instance {
    const struct config *config;
    struct app app;
    struct feed *feed; // NULL in a worker
    struct db_listener *listener;
    pthread_mutex_t mutex; // guards runner against the listener's thread
    struct runner *runner;
    int signals; // descriptor in which SIGTERM and SIGINT wait
};

struct instance_options {
    const struct config *config;
    uint64_t process_tag; // random
    bool has_feed;
    size_t waiting_requests; // that may wait for their jobs at once; 0: none
    size_t job_workers;
    size_t password_threads; // that may be busy with passwords at once; 0: nobody signs in here
};

// Opens everything, in order; SIGTERM and SIGINT are held from here on, in all threads that follow. Texts
// live in the arena. Close it after a failure, too.
enum status instance_open(const struct instance_options *options, struct arena *arena,
                          struct instance *out_instance, struct error *error);

// Whether only this machine reaches an address.
bool instance_is_loopback(struct str host);

// Whether TRADING_MODE lets people order for paper money.
bool instance_takes_orders(const struct config *config);

// By the setting, or one less than there are cores.
size_t instance_job_workers(const struct config *config);

// Until SIGTERM or SIGINT.
void instance_wait(const struct instance *instance);

// Claims nothing more; what runs goes on.
void instance_close_queue(struct instance *instance);

// Jobs get `grace_ms` to end; the others go back into the queue.
void instance_close(struct instance *instance, int grace_ms);
