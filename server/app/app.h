// What the rules work on: the two databases, who asks, and how work is shared out. Built once at start, read
// by all threads.
#pragma once

#include "base/str.h"
#include "db/db.h"
#include "market/market.h"

#include <stdint.h>

#define LOCAL_USER_ID STR("local-user")
#define LOCAL_WORKSPACE_ID STR("local-workspace")

struct category_cache;
struct job_waits;

// How jobs are shared out; the same in all processes of a database, or whoever enqueues decides.
struct job_settings {
    int64_t running_per_workspace;
    int64_t queued_per_workspace;
    int64_t backtest_wait_ms; // how long a request waits for its backtest
    struct str process;       // "host:pid:random": who this process is among the workers
    struct str place;         // "host:/folder of uploads": jobs over a file there run where it is
    struct str upload_dir;    // absolute
    struct str market_db_path;
};

struct app {
    struct db *db;
    struct market *market;
    struct category_cache
        *category_cache;     // versions of category sets; NULL: each is read when it is asked for
    struct job_waits *waits; // of requests for their jobs; NULL: nobody waits
    struct str auth_mode;    // "none"
    struct job_settings jobs;
};

// Who does something, and when.
struct actor {
    struct str user_id;
    int64_t now_us;
};
