// Private to db/: a listener (listener.c) and its link to those of other processes (pg_link.c).
//
// db_notify puts a notice into the inbox of each listener that hears its channel, and into the outbox of the
// first listener, whose link sends it. Each thread tells its handler what is in its inbox and what its link
// hears; it sleeps in one poll(2) on its eventfd and on the socket of its link.
#pragma once

#include "db/db_engine.h"
#include "db/db_notice.h"
#include "db/notice_queue.h"

struct db_link;

struct db_listener {
    struct db *db;
    char channels[LIMIT_NOTICE_CHANNELS][LIMIT_NOTICE_CHANNEL_BYTES + 1];
    size_t channel_count;
    db_notice_handler *handler;
    void *context;
    int wake_fd; // eventfd
    pthread_t thread;

    // guarded by db->listeners.mutex
    struct db_listener *next;
    struct notice_queue *inbox, *outbox;
    bool is_stopping;

    // of the thread alone
    struct db_link *link;
    struct notice_queue *spare; // takes the place of the queue that is read
    int64_t poll_us, poll_at_us;
    bool is_silent; // before the thread has begun and when it is about to end: the handler is not called

    struct notice_queue queues[3];
};

// A link is down while it has no connection, busy while something it sent is not answered, else idle.
enum link_state { LINK_DOWN, LINK_BUSY, LINK_IDLE };

// Used by the listener's thread alone, once it runs.
struct db_link_ops {
    // Listens when it returns.
    enum status (*open)(struct db_listener *listener, int64_t deadline_us, struct db_link **out_link,
                        struct error *error);
    void (*close)(struct db_link *link);
    // Does what can be done without waiting: find the connection again, hear, send. May be called at any
    // time.
    enum link_state (*step)(struct db_link *link);
    // What to wait for until the next step; *until_us is lowered to the time when one is due in any case.
    struct pollfd (*wait)(const struct db_link *link, int64_t *until_us);
};

// For the link. Calls the handler.
void listener_tell(struct db_listener *listener, struct str channel, struct str payload);

// What waits to be sent, valid until the step ends; NULL when that is nothing.
const struct notice_queue *listener_take_unsent(struct db_listener *listener);

// What was taken may not have arrived: other processes are to look at everything.
void listener_owe_everything(struct db_listener *listener);
