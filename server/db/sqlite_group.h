// Writers that come while another one writes are committed together with it: one flush of the disk for all of
// them. Each keeps what a transaction of its own would have had: it may roll back alone (a savepoint), and
// its commit returns when its changes are on the disk.
#pragma once

#include "base/error.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

enum { SQLITE_GROUP_MAX = 64 }; // members that one flush is for

// One writer whose changes wait for the flush; on its stack.
struct sqlite_member {
    struct sqlite_member *next;
    struct error *error;
    enum status status;
    bool is_settled; // guarded by the group's mutex
};

// Whoever holds the writer's connection may call everything but sqlite_group_wait.
struct sqlite_group {
    pthread_mutex_t mutex;
    pthread_cond_t settled;
    struct sqlite_member *members;
    size_t count;
};

void sqlite_group_init(struct sqlite_group *group);
void sqlite_group_done(struct sqlite_group *group);

// Whether others' changes are in the transaction that is open on the connection.
static inline bool sqlite_group_is_open(const struct sqlite_group *group)
{
    return group->count > 0;
}

void sqlite_group_join(struct sqlite_group *group, struct sqlite_member *member);

// How it ended for all members; the group is empty then. `error` says why, unless the status is STATUS_OK.
void sqlite_group_settle(struct sqlite_group *group, enum status status, const struct error *error);

// Without the connection: how it ended for this one.
enum status sqlite_group_wait(struct sqlite_group *group, const struct sqlite_member *member);
