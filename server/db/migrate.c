#include "db/db_engine.h"

#include "base/clock.h"
#include "base/log.h"

// The one table this folder owns. Its statements carry ids behind those of the caller.
static const char CREATE_TABLE[][256] = {
    [DB_SQLITE] = "CREATE TABLE IF NOT EXISTS schema_migrations ("
                  "version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT",
    [DB_POSTGRESQL] = "CREATE TABLE IF NOT EXISTS schema_migrations ("
                      "version bigint PRIMARY KEY, name text NOT NULL, applied_at bigint NOT NULL)",
};

static struct db_statement version_statement(const struct db *db)
{
    static const char sql[] = "SELECT coalesce(max(version), 0) FROM schema_migrations";
    return (struct db_statement){
        .id = (uint32_t)db->statement_count, .name = "migration_version", .sql = {sql, sql}};
}

static struct db_statement record_statement(const struct db *db)
{
    static const char sql[] = "INSERT INTO schema_migrations (version, name, applied_at) VALUES ($1, $2, $3)";
    return (struct db_statement){
        .id = (uint32_t)db->statement_count + 1, .name = "migration_record", .sql = {sql, sql}};
}

static enum status read_version(struct db_tx *tx, uint32_t *out_version, struct error *error)
{
    const struct db_statement statement = version_statement(tx->db);
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &statement, DB_NO_PARAMS, &rows, error));
    TRY(db_next(rows, &has_row, error));
    *out_version = has_row ? (uint32_t)db_int(rows, 0) : 0;
    return STATUS_OK;
}

static const struct db_migration *first_after(const struct db_migration *migrations, size_t count,
                                              uint32_t version)
{
    for (size_t i = 0; i < count; i++)
        if (migrations[i].version > version) return &migrations[i];
    return NULL;
}

static enum status apply(struct db_tx *tx, const struct db_migration *migration, struct error *error)
{
    const struct db_statement record = record_statement(tx->db);
    TRY(tx->db->ops->script(tx, migration->sql[tx->db->engine], error));
    return db_execute(
        tx, &record,
        DB_PARAMS(DB_INT(migration->version), DB_TEXT(str_from_c(migration->name)), DB_INT(clock_wall_us())),
        NULL, error);
}

// One call of db_migrate on its way.
struct run {
    const struct db_migration *migrations;
    size_t count;
    bool has_begun;   // later steps are on what earlier ones made: one run keeps one copy, of what was there
                      // before
    uint32_t version; // in force
    uint32_t newest;
};

// Inside a write transaction: keeps other processes out, makes the table where it is absent, reads the
// version.
static enum status lock_and_read(struct db_tx *tx, uint32_t *out_version, struct error *error)
{
    TRY(tx->db->ops->migration_lock(tx, error));
    TRY(tx->db->ops->script(tx, CREATE_TABLE[tx->db->engine], error));
    return read_version(tx, out_version, error);
}

enum status db_schema_version(struct db *db, uint32_t *out_version, struct error *error)
{
    DB_TX_SCOPE tx = NULL; // rolled back: a question leaves nothing behind
    TRY(db_begin(db, DB_WRITE, &tx, error));
    return lock_and_read(tx, out_version, error);
}

// Applies the next missing migration, if there is one.
static enum status migrate_once(struct db *db, struct run *run, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(db, DB_WRITE, &tx, error));
    TRY(lock_and_read(tx, &run->version, error));
    if (run->version > run->newest)
        return error_set(error, STATUS_CONFLICT, "state_newer",
                         "the state database has version %u, this program knows %u: use a newer program",
                         run->version, run->newest);
    const struct db_migration *next = first_after(run->migrations, run->count, run->version);
    const bool held_data = !run->has_begun && run->version > 0;
    run->has_begun = true;
    if (next && held_data) TRY(db->ops->keep_copy(tx, next->version, error));
    if (next) TRY(apply(tx, next, error));
    TRY(db_commit(&tx, error));
    if (!next) return STATUS_OK;
    LOG(LOG_INFO, "state_migrated", LOG_INT("version", next->version), LOG_C("name", next->name));
    run->version = next->version;
    return STATUS_OK;
}

enum status db_migrate(struct db *db, const struct db_migration *migrations, size_t count,
                       uint32_t *out_version, struct error *error)
{
    struct run run = {
        .migrations = migrations, .count = count, .newest = count ? migrations[count - 1].version : 0};
    do
        TRY(migrate_once(db, &run, error));
    while (run.version < run.newest);
    *out_version = run.version;
    return STATUS_OK;
}
