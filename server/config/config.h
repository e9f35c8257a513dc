// Settings of the server: one table, read from the environment at start, never changed afterwards.
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CONFIG_AUTO = -1 }; // of an integer that may be "auto"

struct config {
    struct decimal paper_starting_balance; // first: it is aligned to 16 bytes
    struct str host;
    int64_t port;
    struct str auth_mode;
    struct str default_user_password;
    struct str public_url;
    struct str trusted_proxies; // separated by commas
    struct str login_networks;  // the same
    bool allow_insecure_http;
    bool require_password_change;
    bool require_totp;
    bool public_market_data;
    bool csrf_strict;
    bool allow_insecure_bind;
    int64_t session_idle_minutes;
    int64_t session_hours;
    struct str workspace_create;
    struct str cors_origins; // separated by commas
    struct str smtp_url;
    struct str smtp_from;
    struct str market_db_path;
    struct str binance_data_url;
    struct str binance_api_url;
    int64_t market_cache_mb;
    struct str symbol_categories_path;
    struct str state_db_path;
    struct str state_database_url;
    int64_t state_pool_size;
    struct str allowed_hosts; // separated by commas
    int64_t worker_threads;
    int64_t event_threads;
    int64_t job_workers; // or CONFIG_AUTO
    int64_t jobs_running_per_workspace;
    int64_t jobs_queued_per_workspace;
    int64_t backtest_wait_ms;
    struct str trading_mode;         // "readonly" | "paper"
    struct str upload_dir;           // "": beside the market data
    struct str download_dir;         // "": beside the market data
    int64_t connections_per_address; // 0: no limit
    int64_t shutdown_grace_s;
    struct str log_level;
};

// Reads one variable; NULL when it is not set. getenv(3) in the program, a table in tests.
typedef const char *config_source(const char *name);

// Defaults, then what the source has. Every bad value is a member of the error, named by its variable;
// STATUS_INVALID. Texts live in the arena.
enum status config_load(config_source *source, struct arena *arena, struct config *out_config,
                        struct error *error);

// The table as text: name, default, meaning; for --help.
void config_help(struct buf *out_text);

// config.log_level as a level.
enum log_level config_log_level(const struct config *config);
