// What the rules work on: the two databases, who asks, and how work is shared out. Built once at start, read
// by all threads.
#pragma once

#include "base/decimal.h"
#include "base/str.h"
#include "db/db.h"
#include "market/market.h"
#include "net/mail.h"
#include "store/role.h"

#include <stdbool.h>
#include <stdint.h>

#define LOCAL_USER_ID STR("local-user")
#define LOCAL_WORKSPACE_ID STR("local-workspace")

struct category_cache;
struct job_waits;
struct once;
struct password_gate;
struct token_rate;
struct universe_cache;

// How jobs are shared out; the same in all processes of a database, or whoever enqueues decides.
struct job_settings {
    int64_t running_per_workspace;
    int64_t queued_per_workspace;
    int64_t backtest_wait_ms; // how long a request waits for its backtest
    struct str process;       // "host:pid:random": who this process is among the workers
    struct str place;         // id of the folder of uploads: jobs over a file there run where it is; "": any
    struct str upload_dir;    // absolute
    struct str market_db_path;
    struct str download_dir;     // of the archives
    struct str binance_data_url; // where they come from
};

// How people sign in.
struct people_settings {
    struct str auth_mode;        // "none" | "password"
    bool allows_sample_password; // only this machine reaches the server
    bool requires_password_change;
    bool requires_totp;
    int64_t session_idle_us;
    int64_t session_us;
    struct str login_networks; // ranges of addresses, separated by commas (app/login_flood.h)
    struct mail_server mail;
};

struct paper_settings {
    struct decimal starting_balance; // of the first account of a workspace
    bool takes_orders;               // TRADING_MODE=paper
};

struct app {
    struct db *db;
    struct market *market;
    struct category_cache
        *category_cache;              // versions of category sets; NULL: each is read when it is asked for
    struct universe_cache *universes; // NULL: each is put together when it is asked for
    struct job_waits *waits;          // of requests for their jobs; NULL: nobody waits
    struct password_gate *passwords;  // NULL where nobody signs in with one
    struct token_rate *token_rate;    // NULL where no token comes with requests
    struct people_settings people;
    struct once *once; // of a request that must act once (app/once.h); NULL otherwise
    struct job_settings jobs;
    struct paper_settings paper;
};

// Who does something, when, and from where.
struct actor {
    struct str user_id;
    struct str workspace_id; // in which they act, as a member; "" where it is in none
    int64_t now_us;
    struct str via;        // "local", "session", "token", "host" (a command on the server's machine)
    struct str address;    // numeric; "" for commands
    struct str request_id; // "" for commands
    // of an API token, which may do less than its user
    struct str only_workspace_id; // ptr NULL: all of the user's
    enum role ceiling;            // ROLE_NONE: none
};

// What an actor may do where their user has this role.
static inline enum role actor_role(const struct actor *actor, enum role role)
{
    return actor->ceiling != ROLE_NONE && actor->ceiling < role ? actor->ceiling : role;
}

// Whether an actor sees a workspace at all, if their user does.
static inline bool actor_sees(const struct actor *actor, struct str workspace_id)
{
    return !actor->only_workspace_id.ptr || str_eq(actor->only_workspace_id, workspace_id);
}
