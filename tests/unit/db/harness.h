// What the tests of the state database share: a folder of their own, fresh databases of both engines, one
// small schema.
#pragma once

#include "db/db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// ---- the folder and the databases in it

bool harness_init(void);          // false: no folder can be made
void harness_done(void);          // removes it
const char *harness_folder(void); // of this program alone
const char *harness_path(const char *format, ...)
    __attribute__((format(printf, 1, 2))); // until the next call but 3

// Options of a database that did not exist before, with the statements below and a wait of 5 s.
// SQLite: sqlite_path is NUL-terminated. PostgreSQL: an own database in the cluster.
struct db_options fresh_options(enum db_engine engine);

// Options of a database that is what another one is, which nobody has open: quicker than to make it again.
struct db_options copied_options(const struct db_options *original);

// A fresh database with the schema below. Ends the test when that fails.
struct db *fresh_database(enum db_engine engine);

// Opens, or ends the test.
struct db *open_database(const struct db_options *options);

// ---- a throw-away PostgreSQL cluster (cluster.c): unix socket only, run by an unprivileged user

enum cluster_state { CLUSTER_READY, CLUSTER_MISSING, CLUSTER_BROKEN };
enum cluster_state cluster_init(void); // initdb and start; says so when it is not installed or does not start
void cluster_start(void);              // returns when it accepts connections
void cluster_stop(void);               // fast shutdown: sessions are told and cut
void cluster_crash(void);              // immediate shutdown, as if the power had failed
void cluster_freeze(bool is_frozen);   // nobody new is answered; sessions that are there go on
const char *cluster_new_url(void);     // of a new database
const char *cluster_copy_url(const char *url); // of a copy of the database with that URL
const char *cluster_url(const char *database);
void cluster_run(const char *sql); // in the database postgres
void cluster_done(void);

// ---- the schema of the tests: all_values(id, whole, real, words, bytes), parent, child, counter

enum { MIGRATION_COUNT = 1 };
extern const struct db_migration MIGRATIONS[MIGRATION_COUNT];

extern const struct db_statement VALUE_INSERT, VALUE_SELECT, VALUE_COUNT, VALUE_DELETE, PARENT_INSERT,
    CHILD_INSERT, COUNTER_ADD, COUNTER_READ, ORDER_OF_PARAMS, COUNTER_RETURNING, TERMINATE_OTHERS, SETTING;

// ---- short forms; each ends the test on a failure

#define assert_ok(expression)                                                                                \
    do {                                                                                                     \
        struct error *const seen_ = &seen_error;                                                             \
        *seen_ = (struct error){0};                                                                          \
        if ((expression) != STATUS_OK) fail_msg("%s: %s %s", #expression, seen_->code, seen_->message);      \
    } while (0)

// The status and code of a failure; its message is in seen_error then.
#define assert_fails(expression, expected_status, expected_code)                                             \
    do {                                                                                                     \
        seen_error = (struct error){0};                                                                      \
        const enum status status_ = (expression);                                                            \
        if (status_ != (expected_status) || strcmp(seen_error.code, expected_code) != 0)                     \
            fail_msg("%s: %d %s %s", #expression, status_, seen_error.code, seen_error.message);             \
    } while (0)

extern struct error seen_error; // pass &seen_error

#define BOTH_ENGINES(text)                                                                                   \
    {                                                                                                        \
        text, text                                                                                           \
    }

// The main of a test program: runs `run` with *engine set to each engine; PostgreSQL is skipped, and said to
// be, where it is not installed. The exit status.
int harness_run_on_both(int (*run)(const char *name), enum db_engine *engine);
int harness_run_on_postgresql(int (*run)(const char *name)); // on that alone

void insert_value(struct db *db, int64_t id); // in a transaction of its own
int64_t count_values(struct db *db);          // likewise
int64_t count_in(struct db_tx *tx);
