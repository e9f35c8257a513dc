// The log of what happened, for those who watch: one per workspace and one of the instance, numbered without
// gaps in the order of the commits. Every function runs inside the caller's transaction.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

#include <stddef.h>
#include <stdint.h>

enum { EVENT_LOG_LENGTH = 2000 }; // older events are forgotten

struct event_row {
    int64_t number; // from 1
    struct str type;
    struct str data; // JSON
};

struct event_list {
    struct event_row *items;
    size_t count;
};

// Other transactions that append to the same log wait until this one has ended: do it last.
enum status event_store_append(struct db_tx *tx, struct str log, struct str type, struct str data,
                               int64_t now_us, struct error *error);

// 0 when nothing was ever appended.
enum status event_store_last_number(struct db_tx *tx, struct str log, int64_t *out_number,
                                    struct error *error);

struct event_page {
    struct str log;
    int64_t after;
    size_t limit;
};

// Events behind `after`, oldest first. The first may be later than after + 1: what is between is forgotten.
enum status event_store_list(struct db_tx *tx, struct event_page page, struct arena *arena,
                             struct event_list *out_list, struct error *error);
