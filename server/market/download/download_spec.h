// What a user wants to have: the YAML file of `tlab download`.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/interval.h"
#include "market/download/download_archive.h"

#include <stddef.h>
#include <stdint.h>

enum { DOWNLOAD_UNKNOWN_MAX = 8 };

struct download_spec {
    enum download_asset asset;
    enum interval interval;
    const struct str *symbols; // in upper case, in byte order, each once
    size_t symbol_count;
    int64_t first_day, last_day; // counted from 1970-01-01, both included
    struct str destination_dir;
    struct str unknown[DOWNLOAD_UNKNOWN_MAX]; // members of the file that mean nothing
    size_t unknown_count;
};

// Texts live in the arena. Members: asset (spot, um, cm; default spot), data_type (klines, which is the
// default), interval, symbols (a list; may be absent), start_date, end_date (default: `today` less one),
// destination_dir (default "data"). Errors name the member with its line: STATUS_MALFORMED no YAML,
// STATUS_INVALID, STATUS_UNSUPPORTED another data_type.
enum status download_spec_parse(struct str yaml, int64_t today, struct arena *arena,
                                struct download_spec *out_spec, struct error *error);

// The same for a file. STATUS_NOT_FOUND, STATUS_TOO_LARGE, STATUS_UNAVAILABLE.
enum status download_spec_read(const char *path, int64_t today, struct arena *arena,
                               struct download_spec *out_spec, struct error *error);

// Whether a name may be a symbol, and so a folder: letters and digits of any script, no way elsewhere.
bool download_spec_knows_symbol(struct str name);

// Checks the names, which become parts of paths, and brings them into order. STATUS_INVALID.
enum status download_spec_take_symbols(struct download_spec *spec, const struct str *names, size_t count,
                                       struct arena *arena, struct error *error);
