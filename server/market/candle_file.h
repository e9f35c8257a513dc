// The database file as it is read: opened, used and closed again within about a second, so that importers get
// their turn. One handle is shared by all threads that read at the same time, and for a moment afterwards, so
// that a burst of reads opens the file once.
//
// A lock belongs to the process, not to the handle: with two handles the one that closes first would drop the
// lock under the other. So there is one, and while it is being closed nobody opens.
#pragma once

#include "base/error.h"
#include "base/str.h"
#include "market/file_stamp.h"

#include <duckdb.h>
#include <stdint.h>

struct candle_file;

// Opens nothing yet. Starts the thread that closes the handle when nobody reads any more.
enum status candle_file_new(struct str path, struct candle_file **out_file, struct error *error);

// Closes the handle. No session may be left.
void candle_file_free(struct candle_file *file);

// One reader's view of the file. While it is open no other process can write, so everything read in it is of
// one version.
struct candle_session {
    struct candle_file *file;
    duckdb_connection connection; // with the view "candle" (candle_view.h)
    struct file_stamp stamp;      // of the file that is open
    uint64_t data_version;        // rises with each change that was seen when the file was opened, from 1
};

// Opens the file or joins those who read it. A file that another process has locked is tried again for
// `patience_ms` with short pauses. Errors: those of duck_open and candle_view_create.
enum status candle_session_begin(struct candle_file *file, int64_t patience_ms,
                                 struct candle_session *out_session, struct error *error);
void candle_session_end(struct candle_session *session); // one that was never begun is fine
#define CANDLE_SESSION_SCOPE __attribute__((cleanup(candle_session_end))) struct candle_session
