// Every maximum of the server in one table. A growable thing without a line here is a defect.
#pragma once

#include <stddef.h>

#define KIB ((size_t)1024)
#define MIB (KIB * 1024)

// HTTP (security.md 8.2)
#define LIMIT_URL_BYTES (8 * KIB)
#define LIMIT_HEADER_BYTES (16 * KIB)
#define LIMIT_HEADER_LINE_BYTES (8 * KIB)
#define LIMIT_HEADERS 64
#define LIMIT_JSON_BODY_BYTES (256 * KIB)
#define LIMIT_QUERY_PARAMETERS 32
#define LIMIT_CONNECTIONS 16384
#define LIMIT_CONNECTIONS_PER_ADDRESS 256
#define LIMIT_HEADER_DEADLINE_MS 10000
#define LIMIT_BODY_DEADLINE_MS 30000
#define LIMIT_UPLOADS 8                     // bodies on their way to a file at once; more are answered 503
#define LIMIT_UPLOAD_PIECE_BYTES (64 * KIB) // of each in memory
#define LIMIT_UPLOAD_DEADLINE_MS 900000
#define LIMIT_KEEP_ALIVE_IDLE_S 60
#define LIMIT_WRITE_STALL_MS 20000
#define LIMIT_REQUEST_QUEUE 1024 // requests waiting for a worker; more are answered 503
#define LIMIT_STREAMS 8192       // open at once; more are answered 503
#define LIMIT_REQUEST_ARENA_BYTES (64 * MIB)
#define LIMIT_RESPONSE_BYTES (64 * MIB)
#define LIMIT_KEPT_ANSWER_BYTES (4 * MIB) // one that is sent again without being made
#define LIMIT_KEPT_ANSWERS_BYTES (64 * MIB)

// JSON
#define LIMIT_JSON_DEPTH 16
#define LIMIT_JSON_VALUES 100000
#define LIMIT_JSON_NUMBER_BYTES 64

// Lists and pages
#define LIMIT_PAGE 1000
#define LIMIT_CANDLES 50000
#define LIMIT_INDICATORS 16
#define LIMIT_INDICATOR_BYTES (1024 * MIB) // columns of all indicators of one request over a whole series
#define LIMIT_CURSOR_BYTES 256

// Market data
#define LIMIT_SYMBOL_BYTES 32
#define LIMIT_ASSET_BYTES 20
#define LIMIT_SERIES_TERM_BYTES 78 // of an expression
#define LIMIT_SERIES_EXPRESSION_BYTES 160
#define LIMIT_IMPORT_FILE_BYTES (512 * MIB) // uncompressed
#define LIMIT_IMPORT_LINE_BYTES (4 * KIB)
#define LIMIT_IMPORT_ROWS 10000000
#define LIMIT_IMPORT_FILES 1000000
#define LIMIT_IMPORT_PATHS_BYTES (512 * MIB)
#define LIMIT_IMPORT_DEPTH 32 // folders in folders
#define LIMIT_SERIES_BARS 20000000
#define LIMIT_PRELOAD_ROWS ((size_t)4000000) // of all series that are read in one pass
#define LIMIT_CATALOG_SERIES 65536
#define LIMIT_QUALITY_BYTES ((size_t)LIMIT_SERIES_BARS * 16 + MIB) // two columns of a series
#define LIMIT_COVERAGE_BYTES (256 * MIB)
#define LIMIT_CATALOG_BYTES (128 * MIB)

// Fetching files of an exchange
#define LIMIT_FETCHES 32 // at once
#define LIMIT_DOWNLOAD_SPEC_BYTES MIB
#define LIMIT_DOWNLOAD_SPEC_ARENA_BYTES (16 * MIB)
#define LIMIT_DOWNLOAD_SYMBOLS 10000
#define LIMIT_DOWNLOAD_PLAN_BYTES (1024 * MIB)
#define LIMIT_DOWNLOAD_JOB_SYMBOLS 500  // of one job
#define LIMIT_DOWNLOAD_JOB_DAYS 1000000 // of one job: symbols times days
#define LIMIT_DOWNLOAD_JOB_PLAN_BYTES (64 * MIB)
#define LIMIT_CHECKSUM_FILE_BYTES (64 * KIB)
#define LIMIT_EXCHANGE_INFO_BYTES (64 * MIB)

// Categories of symbols
#define LIMIT_CATEGORY_FILE_BYTES (4 * MIB)
#define LIMIT_CATEGORY_FILE_EVENTS 1000000 // of YAML
#define LIMIT_CATEGORY_FILE_DEPTH 5
#define LIMIT_CATEGORY_SET_BYTES (64 * MIB)
#define LIMIT_CATEGORY_BYTES 48 // of a name
#define LIMIT_CATEGORIES 256
#define LIMIT_CATEGORY_MENTIONS 200000     // of a symbol, in all
#define LIMIT_CATEGORY_INDEX_BARS 20000000 // of all members of an index

// Sets of categories of a workspace (security.md 8.2, S39)
#define LIMIT_CATEGORY_BODY_BYTES MIB
#define LIMIT_CATEGORY_SETS 100          // of a workspace
#define LIMIT_CATEGORY_SET_VERSIONS 1000 // of a set
#define LIMIT_CATEGORY_SET_SYMBOLS 2000
#define LIMIT_CATEGORY_CACHE_SETS 64 // versions that are kept as they were read
#define LIMIT_CATEGORY_CACHE_BYTES (64 * MIB)

// Text that users write
#define LIMIT_ID_BYTES 40
#define LIMIT_NAME 120 // characters, of workspaces and backtests
#define LIMIT_NOTES_BYTES (16 * KIB)
#define LIMIT_TAGS 20
#define LIMIT_TAG_BYTES 40
#define LIMIT_WORKSPACES_PER_USER 50 // that the user made

// People
#define LIMIT_EMAIL_BYTES 254
#define LIMIT_MEMBERS 1000         // of a workspace
#define LIMIT_INVITATIONS 200      // of a workspace that wait
#define LIMIT_USERS_MADE 1000      // by a user, for others
#define LIMIT_SESSIONS_PER_USER 20 // the oldest ends
#define LIMIT_USER_AGENT_BYTES 200
#define LIMIT_OTP_BYTES 64
#define LIMIT_TOKENS_PER_USER 50  // that are not revoked
#define LIMIT_TOKENS_LISTED 10000 // of all users
#define LIMIT_TOKEN_PLACES 10     // ranges of addresses of a token
#define LIMIT_TOKEN_REQUESTS_PER_S 20
#define LIMIT_TOKEN_BURST 60
#define LIMIT_TOKEN_RATES 8192 // tokens that are counted at once
#define LIMIT_AUDIT_ENTRY_BYTES (64 * KIB)
#define LIMIT_AUDIT_LOGS 100000
#define LIMIT_AUDIT_HEADS_ARENA_BYTES (64 * MIB) // for the last entry of each
#define LIMIT_PREFERENCES_BYTES (64 * KIB)
#define LIMIT_COOKIES_BYTES (4 * KIB)

// Backtests
#define LIMIT_BACKTEST_BARS 5000000
#define LIMIT_BACKTEST_ARENA_BYTES (1024 * MIB)
#define LIMIT_COMPARED_BACKTESTS 10
#define LIMIT_COMPARE_POINTS 5000
#define LIMIT_SWEEP_COMBINATIONS 10000
#define LIMIT_SWEEP_BARS 20000000000.0 // bars of the test times combinations
#define LIMIT_SWEEP_THREADS 8

// Backtests of a category
#define LIMIT_SIDE_SYMBOLS 1000            // that one side of the book holds
#define LIMIT_REBALANCE_BARS 10000         // of lookback, of skip, and between two rebalances
#define LIMIT_REBALANCE_VALUES 10000000    // scores that are kept: rebalances × symbols
#define LIMIT_REBALANCE_PAGE_VALUES 200000 // rebalances × symbols of one page, or one CSV file
#define LIMIT_REBALANCE_ROWS 50000         // of a CSV file; pages have LIMIT_PAGE
#define LIMIT_UNIVERSE_SYMBOLS 5000
#define LIMIT_UNIVERSE_VALUES ((size_t)25000000) // symbols times bars of one column
#define LIMIT_UNIVERSE_CACHE 8                   // that are kept for the next run over the same candles
#define LIMIT_UNIVERSE_CACHE_BYTES (64 * MIB)

// Scanners
#define LIMIT_SCAN_WINDOW 5000
#define LIMIT_SCAN_EXTENSION 100
#define LIMIT_SCAN_NAMES 1000 // bases, or quotes, that a request lists
#define LIMIT_SCAN_NAMES_BYTES (4 * KIB)
#define LIMIT_SCAN_HORIZON 5000            // bars
#define LIMIT_SCAN_BARS ((size_t)10000000) // of all series of a score card
#define LIMIT_SCAN_SPARKLINE 200
#define LIMIT_SCAN_ROWS 50000 // of a CSV file; pages have LIMIT_PAGE
#define LIMIT_SCAN_RUN 1000   // bars in a row that are looked back at
#define LIMIT_SCAN_PAIRS ((size_t)4000000)
#define LIMIT_SCAN_ARENA_BYTES (512 * MIB)

// Paper trading
#define LIMIT_PAPER_ACCOUNTS 100 // of a workspace
#define LIMIT_POSITIONS 10000    // of an account: symbols it is in (app/paper_room.h), and open legs of plans
#define LIMIT_MARKS 1000         // of one move
#define LIMIT_EQUITY_DAYS 10000
#define LIMIT_LEDGER_ARENA_BYTES (512 * MIB) // of the check of one account
#define LIMIT_NOTE_BYTES 1000                // of a deposit or an order
#define LIMIT_ORDERS 1000                    // of an account that rest
#define LIMIT_PLANS 10000                    // of a workspace, whatever became of them (security.md S39)
#define LIMIT_PLAN_LEGS 50
#define LIMIT_PLAN_TEXT_BYTES (4 * KIB) // of a thesis or an invalidation
#define LIMIT_PLAN_VERSIONS 10000       // of a plan, beyond which it is only closed or cancelled
#define LIMIT_REPLAY_FILLS 5000         // of a plan
#define LIMIT_RULE_LENGTH 5000          // of the average of an invalidation rule, in bars

// Notices between processes
#define LIMIT_NOTICES_WAITING 256 // different ones in one queue; of more only "look at everything" is left
#define LIMIT_NOTICE_CHANNELS 16  // of one listener
#define LIMIT_NOTICE_CHANNEL_BYTES 40
#define LIMIT_NOTICE_PAYLOAD_BYTES 200
