#include "harness.h"

#include "base/log.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct error seen_error;
static char folder[64];

const struct db_statement VALUE_INSERT = {
    0, "value_insert",
    BOTH_ENGINES("INSERT INTO all_values (id, whole, real, words, bytes) VALUES ($1, $2, $3, $4, $5)")};
const struct db_statement VALUE_SELECT = {
    1, "value_select", BOTH_ENGINES("SELECT whole, real, words, bytes FROM all_values WHERE id = $1")};
const struct db_statement VALUE_COUNT = {2, "value_count", BOTH_ENGINES("SELECT count(*) FROM all_values")};
const struct db_statement VALUE_DELETE = {3, "value_delete",
                                          BOTH_ENGINES("DELETE FROM all_values WHERE id >= $1")};
const struct db_statement PARENT_INSERT = {4, "parent_insert",
                                           BOTH_ENGINES("INSERT INTO parent (id, size) VALUES ($1, $2)")};
const struct db_statement CHILD_INSERT = {5, "child_insert",
                                          BOTH_ENGINES("INSERT INTO child (parent_id) VALUES ($1)")};
const struct db_statement COUNTER_ADD = {6, "counter_add",
                                         BOTH_ENGINES("UPDATE counter SET total = total + $2 WHERE id = $1")};
const struct db_statement COUNTER_READ = {7, "counter_read",
                                          BOTH_ENGINES("SELECT total FROM counter WHERE id = $1")};
const struct db_statement ORDER_OF_PARAMS = {
    8, "order_of_params",
    BOTH_ENGINES("SELECT $3 || $1 || $2 || $1, count(*) FROM counter WHERE id > CAST($4 AS bigint)")};
const struct db_statement COUNTER_RETURNING = {
    9, "counter_returning",
    BOTH_ENGINES("UPDATE counter SET total = total + 1 WHERE id = $1 RETURNING total, id")};
const struct db_statement TERMINATE_OTHERS = {
    10,
    "terminate_others",
    {"SELECT 1", "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                 " WHERE pid <> pg_backend_pid() AND datname = current_database()"}};
const struct db_statement SETTING = {11, "setting", {"SELECT $1", "SELECT current_setting($1)"}};

static const struct db_statement *const STATEMENTS[] = {
    &VALUE_INSERT, &VALUE_SELECT, &VALUE_COUNT,     &VALUE_DELETE,      &PARENT_INSERT,    &CHILD_INSERT,
    &COUNTER_ADD,  &COUNTER_READ, &ORDER_OF_PARAMS, &COUNTER_RETURNING, &TERMINATE_OTHERS, &SETTING,
};

const struct db_migration MIGRATIONS[MIGRATION_COUNT] = {
    {1,
     "first",
     {"CREATE TABLE all_values (id INTEGER PRIMARY KEY, whole INTEGER, real REAL, words TEXT, bytes BLOB) STRICT;"
      "CREATE TABLE parent (id TEXT PRIMARY KEY, size INTEGER NOT NULL CONSTRAINT parent_size CHECK (size > 0)) STRICT;"
      "CREATE TABLE child (parent_id TEXT NOT NULL REFERENCES parent (id)) STRICT;"
      "CREATE TABLE counter (id INTEGER PRIMARY KEY, total INTEGER NOT NULL) STRICT;"
      "INSERT INTO counter VALUES (1, 0), (2, 0);",
      "CREATE TABLE all_values (id bigint PRIMARY KEY, whole bigint, real double precision, words text, bytes bytea);"
      "CREATE TABLE parent (id text PRIMARY KEY, size bigint NOT NULL CONSTRAINT parent_size CHECK (size > 0));"
      "CREATE TABLE child (parent_id text NOT NULL REFERENCES parent (id));"
      "CREATE TABLE counter (id bigint PRIMARY KEY, total bigint NOT NULL);"
      "INSERT INTO counter VALUES (1, 0), (2, 0);"}},
};

bool harness_init(void)
{
    log_set_level(LOG_ERROR);
    const char *parent = getenv("TMPDIR");
    (void)snprintf(folder, sizeof folder, "%s/tlab-db-XXXXXX",
                   parent && strlen(parent) < 40 ? parent : "/tmp");
    return mkdtemp(folder) != NULL && chmod(folder, 0755) == 0; // the cluster's user has to pass
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)about, (void)kind, (void)place;
    return remove(path);
}

void harness_done(void)
{
    (void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *harness_folder(void)
{
    return folder;
}

const char *harness_path(const char *format, ...)
{
    static char paths[4][512];
    static size_t next;
    char *path = paths[next++ % 4];
    const size_t len = (size_t)snprintf(path, sizeof paths[0], "%s/", folder);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(path + len, sizeof paths[0] - len, format, arguments);
    va_end(arguments);
    return path;
}

static struct str new_path(void)
{
    static unsigned serial;
    static char path[512];
    (void)snprintf(path, sizeof path, "%s", harness_path("state-%u.db", serial++));
    return str_from_c(path);
}

struct db_options fresh_options(enum db_engine engine)
{
    struct db_options options = {.statements = STATEMENTS,
                                 .statement_count = sizeof STATEMENTS / sizeof *STATEMENTS};
    if (engine == DB_POSTGRESQL)
        options.postgresql_url = str_from_c(cluster_new_url());
    else
        options.sqlite_path = new_path();
    return options;
}

static void copy_file(const char *from, const char *to)
{
    char bytes[65536];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    assert_true(in && out);
    for (size_t len; (len = fread(bytes, 1, sizeof bytes, in)) > 0;)
        assert_int_equal(fwrite(bytes, 1, len, out), len);
    assert_int_equal(fclose(in), 0);
    assert_int_equal(fclose(out), 0);
}

struct db_options copied_options(const struct db_options *original)
{
    struct db_options options = *original;
    if (original->postgresql_url.len > 0) {
        options.postgresql_url = str_from_c(cluster_copy_url(original->postgresql_url.ptr));
        return options;
    }
    options.sqlite_path = new_path();
    copy_file(original->sqlite_path.ptr, options.sqlite_path.ptr);
    return options;
}

struct db *open_database(const struct db_options *options)
{
    struct db *db = NULL;
    assert_ok(db_open(options, &db, &seen_error));
    return db;
}

struct db *fresh_database(enum db_engine engine)
{
    const struct db_options options = fresh_options(engine);
    struct db *db = open_database(&options);
    uint32_t version = 0;
    assert_ok(db_migrate(db, MIGRATIONS, MIGRATION_COUNT, &version, &seen_error));
    assert_int_equal(version, MIGRATION_COUNT);
    return db;
}

void insert_value(struct db *db, int64_t id)
{
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(db, DB_WRITE, &tx, &seen_error));
    assert_ok(db_execute(tx, &VALUE_INSERT, DB_PARAMS(DB_INT(id), DB_NULL, DB_NULL, DB_NULL, DB_NULL), NULL,
                         &seen_error));
    assert_ok(db_commit(&tx, &seen_error));
}

int64_t count_in(struct db_tx *tx)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row = false;
    assert_ok(db_query(tx, &VALUE_COUNT, DB_NO_PARAMS, &rows, &seen_error));
    assert_ok(db_next(rows, &has_row, &seen_error));
    assert_true(has_row);
    return db_int(rows, 0);
}

int64_t count_values(struct db *db)
{
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(db, DB_READ, &tx, &seen_error));
    return count_in(tx);
}

int harness_run_on_both(int (*run)(const char *name), enum db_engine *engine)
{
    if (!harness_init()) return EXIT_FAILURE;
    *engine = DB_SQLITE;
    int failed = run("sqlite");
    const enum cluster_state cluster = cluster_init();
    *engine = DB_POSTGRESQL;
    if (cluster == CLUSTER_READY) failed += run("postgresql");
    cluster_done();
    harness_done();
    return failed || cluster == CLUSTER_BROKEN ? EXIT_FAILURE : EXIT_SUCCESS;
}

int harness_run_on_postgresql(int (*run)(const char *name))
{
    enum { SKIPPED = 77 }; // as meson knows it
    if (!harness_init()) return EXIT_FAILURE;
    const enum cluster_state cluster = cluster_init();
    const bool failed = cluster == CLUSTER_READY && run("postgresql") != 0;
    cluster_done();
    harness_done();
    if (cluster == CLUSTER_MISSING) return SKIPPED;
    return failed || cluster == CLUSTER_BROKEN ? EXIT_FAILURE : EXIT_SUCCESS;
}
