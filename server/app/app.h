// What the rules work on: the two databases and who asks. Built once at start, read by all threads.
#pragma once

#include "base/str.h"
#include "db/db.h"
#include "market/market.h"

#include <stdint.h>

#define LOCAL_USER_ID STR("local-user")
#define LOCAL_WORKSPACE_ID STR("local-workspace")

struct app {
    struct db *db;
    struct market *market;
    struct str auth_mode; // "none"
};

// Who does something, and when.
struct actor {
    struct str user_id;
    int64_t now_us;
};
