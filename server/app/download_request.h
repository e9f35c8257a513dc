// What a download over the API is asked for, which is also the payload of its job.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "market/download/download_plan.h"
#include "market/download/download_spec.h"
#include "json/json.h"
#include "json/writer.h"

#include <stdbool.h>
#include <stdint.h>

struct download_request {
    struct download_spec spec; // without destination_dir, which is the server's
    enum download_freq freq;
    bool rechecks;
};

// Members: asset (spot, um, cm), interval, symbols, from, to (default: `today` less one), freq (default
// auto), recheck. Texts live in the arena. Every fault is named with its pointer: STATUS_INVALID; more than
// LIMIT_DOWNLOAD_JOB_SYMBOLS, or symbols times days above LIMIT_DOWNLOAD_JOB_DAYS, are "/symbols" and
// "/from".
enum status download_request_decode(const struct json_value *object, int64_t today, struct arena *arena,
                                    struct download_request *out_request, struct error *error);

// The same of a payload's text.
enum status download_request_parse(struct str json, int64_t today, struct arena *arena,
                                   struct download_request *out_request, struct error *error);

// Its members, with the defaults that were taken, inside an object that has begun.
void download_request_put(struct json_writer *w, const struct download_request *request);

// As an object; ptr NULL on lack of memory.
struct str download_request_encode(const struct download_request *request, struct arena *arena);

// "spot 1d BTCUSDT, ETHUSDT and 3 more"; ptr NULL on lack of memory.
struct str download_request_title(const struct download_request *request, struct arena *arena);
