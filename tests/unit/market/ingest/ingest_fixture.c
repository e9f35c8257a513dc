#include "unit/market/ingest/ingest_fixture.h"

#include "base/limits.h"
#include "market/duck.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <zip.h>
#include <zlib.h>

void put_candles(struct buf *text, int64_t first_hour, int64_t count, double volume)
{
    const int64_t hour_ms = 3600000;
    for (int64_t hour = first_hour; hour < first_hour + count; hour++) {
        const int64_t open_ms = FIRST_HOUR_S * 1000 + hour * hour_ms;
        buf_append_format(text,
                          "%" PRId64 ",%" PRId64 ".5,%" PRId64 ".75,%" PRId64 ".25,%" PRId64
                          ".5,%.8f,%" PRId64 ",1000.5,7,1.5,500.25,0\n",
                          open_ms, 100 + hour, 100 + hour, 100 + hour, 100 + hour, volume,
                          open_ms + hour_ms - 1);
    }
}

const char *write_text(void **state, const char *name, struct str text)
{
    const char *path = path_in(state, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text.ptr ? text.ptr : "", 1, text.len, file), text.len);
    assert_int_equal(fclose(file), 0);
    return path;
}

const char *write_candles(void **state, const char *name, int64_t first_hour, int64_t count)
{
    BUF_SCOPE(text, 64 * MIB);
    put_candles(&text, first_hour, count, 2);
    assert_false(text.failed);
    return write_text(state, name, buf_str(&text));
}

const char *write_gzip(void **state, const char *name, struct str text)
{
    const char *path = path_in(state, name);
    gzFile file = gzopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, text.ptr, (unsigned)text.len), text.len);
    assert_int_equal(gzclose(file), Z_OK);
    return path;
}

const char *write_zip(void **state, const char *name, const struct zip_content *members, size_t count)
{
    const char *path = path_in(state, name);
    zip_t *archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    assert_non_null(archive);
    for (size_t i = 0; i < count; i++) {
        zip_source_t *source = zip_source_buffer(archive, members[i].text.ptr, members[i].text.len, 0);
        assert_true(zip_file_add(archive, members[i].name, source, ZIP_FL_ENC_UTF_8) >= 0);
    }
    assert_int_equal(zip_close(archive), 0);
    return path;
}

const char *write_checksum(void **state, const char *name, const char *text)
{
    char beside[256];
    (void)snprintf(beside, sizeof beside, "%s.CHECKSUM", name);
    return write_text(state, beside, str_from_c(text));
}

static enum status read_with(const char *path, bool skips_bad_rows, struct ingest_file *file,
                             struct error *error)
{
    const struct ingest_file_rules rules = {.skips_bad_rows = skips_bad_rows};
    struct error own = {0};
    return ingest_file_read(path, &rules, file, error ? error : &own);
}

enum status read_strict(const char *path, struct ingest_file *file, struct error *error)
{
    return read_with(path, false, file, error);
}

enum status read_skipping(const char *path, struct ingest_file *file, struct error *error)
{
    return read_with(path, true, file, error);
}

struct import_summary import_paths(const char *database, const char *const *paths, bool skips_bad_rows)
{
    struct error error = {0};
    struct file_list files;
    struct candle_writer *writer = NULL;
    struct import_summary summary = {0};
    const struct import_options options = {.rules = {.skips_bad_rows = skips_bad_rows}};
    char path[4096]; // the caller's text may be the fixture's own
    (void)str_to_c(str_from_c(database), path, sizeof path);
    file_list_init(&files);
    for (; *paths; paths++)
        assert_ok(file_list_add(&files, *paths, &error));
    assert_ok(candle_writer_open(str_from_c(path), 1700000000000000, &writer, &error));
    assert_ok(import_run(writer, &files, &options, &summary, &error));
    assert_ok(candle_writer_close(&writer, &error));
    file_list_done(&files);
    return summary;
}

int64_t query_number(const char *database, const char *sql)
{
    const struct duck_options options = {.access = DUCK_READ, .memory_limit_bytes = 256 * MIB};
    struct error error = {0};
    DUCK_DATABASE_SCOPE handle = NULL;
    DUCK_CONNECTION_SCOPE connection = NULL;
    DUCK_QUERY_SCOPE query = {0};
    const enum status status = duck_open(str_from_c(database), &options, &handle, &error);
    if (status != STATUS_OK) fail_msg("%s: %s", database, error.message);
    assert_ok(duck_connect(handle, &connection, &error));
    if (duck_query_prepare(&query, connection, sql, &error) != STATUS_OK) fail_msg("%s", error.message);
    assert_ok(duck_query_start(&query, &error));
    assert_ok(duck_query_next(&query, &error));
    assert_int_equal(query.row_count, 1);
    return duck_query_int64s(&query, 0)[0];
}

const char *shared_data(void)
{
    static char path[4096];
    const char *given = getenv("TLAB_SHARED_DIR"), *root = getenv("TLAB_SOURCE_DIR");
    if (given)
        (void)snprintf(path, sizeof path, "%s/data", given);
    else
        (void)snprintf(path, sizeof path, "%s/../shared/data", root ? root : ".");
    struct stat folder;
    return stat(path, &folder) == 0 ? path : NULL;
}
