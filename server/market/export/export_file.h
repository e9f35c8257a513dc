// Stored series as files of their own, each whole or not at all.
#pragma once

#include "market/export/export_source.h"

#include <limits.h>

enum export_format { EXPORT_CSV, EXPORT_PARQUET };

// "csv", "parquet"
const char *export_format_name(enum export_format format);
bool export_format_parse(struct str text, enum export_format *out_format);

// Writes files into one folder, by way of a hidden folder in it: whole, flushed, renamed.
struct export_writer {
    struct export_reader reader;
    char folder[PATH_MAX];  // hidden; "" for a stream
    char partial[PATH_MAX]; // in it: the file that is written,
    char spill[PATH_MAX];   // and the folder where a sort beyond memory goes
};

// For files beside `path`; NULL: for a stream. Borrows `database_path`. STATUS_UNAVAILABLE,
// STATUS_STORAGE_FULL: the hidden folder cannot be made.
enum status export_writer_open(struct str database_path, const char *path, struct export_writer *writer,
                               struct error *error);

// Removes the hidden folder, and a file that is not whole.
void export_writer_close(struct export_writer *writer);
#define EXPORT_WRITER_SCOPE __attribute__((cleanup(export_writer_close))) struct export_writer

struct export_target {
    const char *path;
    enum export_format format;
    bool overwrites; // a file of this name is replaced; else it is STATUS_CONFLICT, and stays
};

// Whatever fails leaves the target as it was. Errors: STATUS_STORAGE_FULL, STATUS_UNAVAILABLE, and those of
// export_source_begin.
enum status export_to_file(struct export_writer *writer, const struct export_request *request,
                           const struct export_target *target, int64_t *out_rows, struct error *error);

// CSV to a stream that is open already.
enum status export_to_stream(struct export_writer *writer, const struct export_request *request, int fd,
                             int64_t *out_rows, struct error *error);
