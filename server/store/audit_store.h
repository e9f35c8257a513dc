// The audit log in the state database. Every function runs inside the caller's transaction.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct audit_entry {
    struct str log;
    int64_t number; // from 1, without gaps
    int64_t created_at_us;
    struct str actor_id;
    struct str actor_email; // at that time
    struct str via;
    struct str action;
    struct str outcome; // "ok" | "failed" | "denied"
    struct str object_type;
    struct str object_id;
    struct str address;
    struct str request_id;
    struct str detail; // JSON object
    struct str hash;   // 32 bytes
};

struct audit_list {
    struct audit_entry *items;
    size_t count;
};

// The end of a log, held to the end of the transaction.
struct audit_end {
    int64_t last_number;
    struct str last_hash;
    struct str actor_email;
};

enum status audit_store_lock(struct db_tx *tx, struct str log, struct str actor_id, struct arena *arena,
                             struct audit_end *out_end, struct error *error);
enum status audit_store_append(struct db_tx *tx, const struct audit_entry *entry, struct error *error);

// What entries are looked for; the other members of `like` do not count.
struct audit_same {
    const struct audit_entry *like; // log, actor_id, via, action, outcome, object_id
    int64_t after_us, before_us;
    int64_t newest; // of so many of the log's last entries
};
enum status audit_store_count_same(struct db_tx *tx, const struct audit_same *same, int64_t *out_count,
                                   struct error *error);

struct audit_filter {
    struct str log;
    int64_t before_number; // INT64_MAX: from the newest
    struct str action;     // or the part before its point; "": any
    struct str actor_id;   // "": anybody
    struct str object_id;  // "": anything
    struct str outcome;    // "": any
    int64_t from_us, to_us;
    size_t limit;
};

// Newest first.
enum status audit_store_list(struct db_tx *tx, const struct audit_filter *filter, struct arena *arena,
                             struct audit_list *out_list, struct error *error);

struct audit_page {
    struct str log;
    int64_t after_number;
    size_t limit;
};

// Oldest first.
enum status audit_store_walk(struct db_tx *tx, struct audit_page page, struct arena *arena,
                             struct audit_list *out_list, struct error *error);

// Each log with its last number and hash as an entry of which nothing else is filled; at most `limit`.
enum status audit_store_list_logs(struct db_tx *tx, size_t limit, struct arena *arena,
                                  struct audit_list *out_list, struct error *error);
