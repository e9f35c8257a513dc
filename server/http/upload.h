// Bodies that go to a file: the file's side. Everything here but uploads_start and upload_new works on the
// disk and is for the writers (server.h), never for an event thread.
#pragma once

#include "base/error.h"
#include "base/str.h"
#include "http/fault.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct uploads {
    struct str folder; // "": none; borrowed
    size_t max_count;
    _Atomic size_t count;
};

// Takes the files that a crash left behind a day ago or longer out of `folder`. STATUS_INVALID when the
// folder cannot be read.
enum status uploads_start(struct uploads *uploads, struct str folder, size_t max_count, int64_t now_us,
                          struct error *error);

struct upload {
    struct uploads *uploads;
    int fd;                  // -1: no file yet, or closed
    bool has_place;          // is one of the uploads that there may be
    bool has_file;           // to be removed
    bool is_kept;            // not to be removed: somebody else's
    struct http_fault fault; // why it cannot be stored
    char path[];
};

// No file yet. NULL without a folder, and when memory is short. `id` is unique and becomes a part of the
// name.
struct upload *upload_new(struct uploads *uploads, struct str id);

// Appends to the file, which the first call creates with mode 0600. What goes wrong, and that there are
// max_count already, is remembered in `fault` and the file removed; after it nothing more is written.
void upload_write(struct upload *upload, struct str bytes);

// Nothing more comes: the file can be used by its path.
void upload_close(struct upload *upload);

// Removes the file unless it is kept. NULL is fine.
void upload_free(struct upload *upload);
