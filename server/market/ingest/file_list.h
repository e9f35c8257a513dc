// The files to import: what the user named, folders walked through, in an order that is the same everywhere.
#pragma once

#include "base/arena.h"
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct file_entry {
    const char *path; // in the list's arena
    int64_t bytes;    // 0 when the file cannot be looked at
};

struct file_list {
    struct arena arena;
    struct file_entry *entries; // heap
    size_t count, capacity;
    int64_t total_bytes;
};

void file_list_init(struct file_list *list);

// Adds a file as it is, or the ZIP, CSV, CSV.gz and Parquet files of a folder and the folders in it, by name
// in byte order; names that begin with a dot are skipped, links to folders are not followed inside. A path
// that cannot be read is added too: reading it later says why. STATUS_TOO_LARGE beyond LIMIT_IMPORT_FILES
// files or LIMIT_IMPORT_DEPTH folders.
enum status file_list_add(struct file_list *list, const char *path, struct error *error);

void file_list_done(struct file_list *list);
#define FILE_LIST_SCOPE __attribute__((cleanup(file_list_done))) struct file_list
