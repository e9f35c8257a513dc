#include "market/candle_compact.h"

#include "base/buf.h"
#include "base/limits.h"
#include "market/duck_scratch.h"
#include "market/file_stamp.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SQL_MAX_BYTES = 32 * 1024, TABLES_SQL_MAX_BYTES = 1024 * 1024, MEMORY_MIB = 1024 };

// What DuckDB makes beside a database while it writes, of the old file and of the new one.
enum beside {
    BESIDE_FILE,
    BESIDE_LOG,
    BESIDE_NEW,
    BESIDE_NEW_LOG,
    BESIDE_NEW_LOG_CHECKPOINT,
    BESIDE_NEW_LOG_RECOVERY,
    BESIDE_TEMP,
    BESIDE_COUNT,
};

struct beside_paths {
    char text[BESIDE_COUNT][PATH_MAX];
    struct str path[BESIDE_COUNT];
};

static enum status make_paths(const char *path, struct beside_paths *paths, struct error *error)
{
    static const char *const endings[BESIDE_COUNT] = {"",
                                                      ".wal",
                                                      ".sorting",
                                                      ".sorting.wal",
                                                      ".sorting.wal.checkpoint",
                                                      ".sorting.wal.recovery",
                                                      ".sorting.tmp"};
    for (size_t i = 0; i < BESIDE_COUNT; i++) {
        const int len = snprintf(paths->text[i], PATH_MAX, "%s%s", path, endings[i]);
        if (len >= PATH_MAX) return error_set(error, STATUS_INVALID, NULL, "the path is too long");
        paths->path[i] = (struct str){.ptr = paths->text[i], .len = (size_t)len};
    }
    return STATUS_OK;
}

static enum status attach_both(duckdb_connection connection, const struct beside_paths *paths,
                               struct error *error)
{
    BUF_SCOPE(sql, SQL_MAX_BYTES);
    buf_append_str(&sql, STR("ATTACH "));
    duck_append_literal(&sql, paths->path[BESIDE_FILE]);
    buf_append_str(&sql, STR(" AS old (READ_ONLY); ATTACH "));
    duck_append_literal(&sql, paths->path[BESIDE_NEW]);
    buf_append_str(&sql, STR(" AS sorted; COPY FROM DATABASE old TO sorted (SCHEMA)"));
    buf_append_char(&sql, '\0');
    return sql.failed ? error_no_memory(error) : duck_execute(connection, sql.data, error);
}

static void append_copy(struct buf *sql, struct str schema, struct str table)
{
    const bool is_candles = str_eq(schema, STR("main")) && str_eq(table, STR("binance_candles"));
    buf_append_str(sql, STR("INSERT INTO sorted."));
    duck_append_identifier(sql, schema);
    buf_append_char(sql, '.');
    duck_append_identifier(sql, table);
    buf_append_str(sql, STR(" SELECT * FROM old."));
    duck_append_identifier(sql, schema);
    buf_append_char(sql, '.');
    duck_append_identifier(sql, table);
    if (is_candles) buf_append_str(sql, STR(" ORDER BY symbol, \"interval\", open_time"));
    buf_append_char(sql, '\0');
}

// One INSERT for each table of the file, the schema's own spelling quoted; each ends with a NUL.
static enum status append_copies(struct buf *sql, duckdb_connection connection, struct error *error)
{
    DUCK_QUERY_SCOPE tables = {0};
    TRY(duck_query_prepare(&tables, connection,
                           "SELECT schema_name, table_name FROM duckdb_tables() "
                           "WHERE database_name = 'old' AND NOT temporary ORDER BY table_oid",
                           error));
    TRY(duck_query_start(&tables, error));
    for (;;) {
        TRY(duck_query_next(&tables, error));
        if (tables.row_count == 0) return STATUS_OK;
        for (size_t row = 0; row < tables.row_count; row++)
            append_copy(sql, duck_query_text(&tables, 0, row), duck_query_text(&tables, 1, row));
    }
}

static enum status copy_table(duckdb_connection connection, const char *sql, const atomic_bool *is_cancelled,
                              struct error *error)
{
    DUCK_QUERY_SCOPE copy = {.is_cancelled = is_cancelled};
    TRY(duck_query_prepare(&copy, connection, sql, error));
    return duck_query_run(&copy, error);
}

static enum status copy_tables(duckdb_connection connection, const atomic_bool *is_cancelled,
                               struct error *error)
{
    BUF_SCOPE(copies, TABLES_SQL_MAX_BYTES);
    TRY(append_copies(&copies, connection, error));
    if (copies.failed) return error_no_memory(error);
    for (size_t at = 0; at < copies.len; at += strlen(copies.data + at) + 1)
        TRY(copy_table(connection, copies.data + at, is_cancelled, error));
    return duck_execute(connection,
                        "UPDATE sorted.candle_state SET unsorted_rows = 0; DETACH old; DETACH sorted", error);
}

static enum status write_sorted(const struct beside_paths *paths, const atomic_bool *is_cancelled,
                                struct error *error)
{
    const struct duck_scratch_options options = {.files = paths->path,
                                                 .file_count = BESIDE_TEMP,
                                                 .memory_limit_bytes = MEMORY_MIB * MIB,
                                                 .temp_directory = paths->path[BESIDE_TEMP]};
    DUCK_SCRATCH_SCOPE scratch = {0};
    TRY(duck_scratch_open(&options, &scratch, error));
    TRY(attach_both(scratch.connection, paths, error));
    return copy_tables(scratch.connection, is_cancelled, error);
}

static enum status sync_path(const char *path, int flags, struct error *error)
{
    const int fd = open(path, flags | O_CLOEXEC);
    const bool is_synced = fd >= 0 && fsync(fd) == 0;
    const int cause = errno;
    if (fd >= 0) (void)close(fd);
    if (is_synced) return STATUS_OK;
    return error_set(error, cause == ENOSPC ? STATUS_STORAGE_FULL : STATUS_UNAVAILABLE, NULL,
                     "cannot be written: %s", strerrordesc_np(cause));
}

// The new file takes the place, the mode and (where that is permitted) the owner of the old one.
static enum status take_place(const struct beside_paths *paths, const struct file_stamp *before,
                              struct error *error)
{
    struct stat old;
    if (stat(paths->text[BESIDE_FILE], &old) != 0 || chmod(paths->text[BESIDE_NEW], old.st_mode & 07777) != 0)
        return error_set(error, STATUS_UNAVAILABLE, NULL, "cannot be replaced: %s", strerrordesc_np(errno));
    if (chown(paths->text[BESIDE_NEW], old.st_uid, old.st_gid) != 0 && errno != EPERM)
        return error_set(error, STATUS_UNAVAILABLE, NULL, "cannot be replaced: %s", strerrordesc_np(errno));
    TRY(sync_path(paths->text[BESIDE_NEW], O_RDWR, error));
    const struct file_stamp now = file_stamp_read(paths->text[BESIDE_FILE]);
    if (!file_stamp_eq(&now, before) || now.log.exists)
        return error_set(error, STATUS_UNAVAILABLE, NULL,
                         "another program changed the file while it was sorted");
    if (rename(paths->text[BESIDE_NEW], paths->text[BESIDE_FILE]) != 0)
        return error_set(error, STATUS_UNAVAILABLE, NULL, "cannot be replaced: %s", strerrordesc_np(errno));
    char folder[PATH_MAX];
    (void)str_to_c(paths->path[BESIDE_FILE], folder, sizeof folder);
    return sync_path(dirname(folder), O_RDONLY | O_DIRECTORY, error);
}

enum status candle_compact(const char *path, const atomic_bool *is_cancelled, struct error *error)
{
    struct beside_paths paths;
    TRY(make_paths(path, &paths, error));
    const struct file_stamp before = file_stamp_read(path);
    enum status status = write_sorted(&paths, is_cancelled, error);
    if (status == STATUS_OK) status = take_place(&paths, &before, error);
    candle_compact_clean(path);
    return status;
}

void candle_compact_clean(const char *path)
{
    struct beside_paths paths;
    if (make_paths(path, &paths, NULL) != STATUS_OK) return;
    for (size_t i = BESIDE_NEW; i < BESIDE_TEMP; i++)
        (void)unlink(paths.text[i]);
    (void)rmdir(paths.text[BESIDE_TEMP]); // DuckDB empties it
}
