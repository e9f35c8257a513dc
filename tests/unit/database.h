// A new, empty state database for one test, on either engine.
#pragma once

#include "db/db.h"

struct test_database {
    enum db_engine engine;
    char name[64];      // of the database in PostgreSQL
    char location[512]; // the folder of SQLite's file, or the URL of PostgreSQL's database
    char path[600];     // SQLite's file
};

// False where no PostgreSQL server is at hand (tools/with-postgresql gives one): the test is to skip then.
bool test_database_init(struct test_database *database, enum db_engine engine);

// The options to open it with, for these statements.
struct db_options test_database_options(const struct test_database *database,
                                        const struct db_statement *const *statements, size_t count);

// Removes it; it must be closed.
void test_database_done(struct test_database *database);
