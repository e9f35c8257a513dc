// Files to import, made on the spot: candles as text, ZIP and gzip archives, and looks into a database.
#pragma once

#include "unit/market/market_fixture.h"

#include "base/buf.h"
#include "market/ingest/importer.h"
#include "market/ingest/ingest_file.h"

// Appends `count` rows as Binance writes them (12 columns, milliseconds): one-hour candles from `first_hour`
// of 2024-01-01 on, whose prices tell the hour and whose volume is `volume`.
void put_candles(struct buf *text, int64_t first_hour, int64_t count, double volume);
#define FIRST_HOUR_S INT64_C(1704067200)

// Each writes a file into the test's folder and answers its path, which lives until the next call.
const char *write_text(void **state, const char *name, struct str text);
const char *write_candles(void **state, const char *name, int64_t first_hour, int64_t count);
const char *write_gzip(void **state, const char *name, struct str text);

struct zip_content {
    const char *name;
    struct str text;
};
const char *write_zip(void **state, const char *name, const struct zip_content *members, size_t count);
const char *write_checksum(void **state, const char *name, const char *text); // beside it

// Reads a file, and frees it with INGEST_FILE_SCOPE. `error` may be NULL.
enum status read_strict(const char *path, struct ingest_file *file, struct error *error);
enum status read_skipping(const char *path, struct ingest_file *file, struct error *error);
#define INGEST_FILE_SCOPE __attribute__((cleanup(ingest_file_done))) struct ingest_file

// Imports files or folders (NULL ends the list) and closes the writer. Fails the test when the database does.
struct import_summary import_paths(const char *database, const char *const *paths, bool skips_bad_rows);

// One number out of a database.
int64_t query_number(const char *database, const char *sql);

// The shared data's folder, or NULL: the test is to skip.
const char *shared_data(void);
