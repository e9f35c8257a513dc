// An ear keeps what its listener is told, for the tests of notices.
#pragma once

#include "harness.h"

#include "base/limits.h"
#include "db/db_notice.h"

#include <pthread.h>
#include <stdatomic.h>

enum { HEARD_MAX = 2000 }; // more ends the program

struct heard {
    char channel[LIMIT_NOTICE_CHANNEL_BYTES + 1], payload[LIMIT_NOTICE_PAYLOAD_BYTES + 1];
    int64_t when_us;
    pthread_t thread;
};

struct ear {
    struct db *db;
    struct db_listener *listener;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool is_held;    // the handler waits
    bool is_waiting; // it does so now
    size_t count;
    struct heard heard[HEARD_MAX];
};

extern const char *const CHANNELS[];    // "jobs", "plans"
extern const char *const NO_CHANNELS[]; // none

// The handler of an ear, which is the context.
void ear_keep(void *context, struct str channel, struct str payload);

struct ear *ear_new(struct db *db); // without a listener
struct ear *ear_of(struct db *db, const char *const *channels, int poll_ms);
struct ear *ear_on(struct db *db); // on CHANNELS, never polling
void ear_free(struct ear *ear);    // listens no more

// How often it was told so.
size_t ear_times(struct ear *ear, const char *channel, const char *payload);

// Wait for what has to come, and end the test when it does not.
void await(struct ear *ear, const char *channel, const char *payload);
void await_times(struct ear *ear, const char *channel, const char *payload, size_t wanted);
void await_more_than(struct ear *ear, size_t count);

// Until the handler stands in a call of which it does not come back before the release.
void ear_hold(struct ear *ear);
void ear_release(struct ear *ear);

// Gives a notice after each of many changes on `from`; a listener on `to` has to see the last change.
void write_in_a_burst(struct db *from, struct db *to);

// "0", "1", …
void notify_numbers(struct db *db, const char *channel, int count);

// A thread that gives notices until it is over.
struct crowd {
    struct db *db;
    atomic_bool is_over;
};
void *crowd_run(void *crowd);
