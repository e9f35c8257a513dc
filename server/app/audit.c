#include "app/audit.h"

#include "app/secret.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"

#include <string.h>

enum { WALK_AT_ONCE = 1000, TOLD_AMONG = 1000 };
#define TOLD_FOR_US ((int64_t)60 * 1000000)

static const char *const outcome_names[] = {"ok", "failed", "denied"};

static void add_text(struct buf *buf, struct str text)
{
    buf_append_format(buf, "%zu:", text.len);
    buf_append_str(buf, text);
}

static void add_integer(struct buf *buf, int64_t value)
{
    buf_append_format(buf, "%lld,", (long long)value);
}

static enum status hash_entry(const struct audit_entry *entry, struct str previous, struct hash *out_hash,
                              struct error *error)
{
    BUF_SCOPE(buf, LIMIT_AUDIT_ENTRY_BYTES);
    buf_append_str(&buf, previous);
    add_text(&buf, entry->log);
    add_integer(&buf, entry->number);
    add_integer(&buf, entry->created_at_us);
    const struct str texts[] = {entry->actor_id,   entry->actor_email, entry->via,       entry->action,
                                entry->outcome,    entry->object_type, entry->object_id, entry->address,
                                entry->request_id, entry->detail};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        add_text(&buf, texts[i]);
    if (buf.failed) return error_no_memory(error);
    *out_hash = hash_of(buf_str(&buf));
    return STATUS_OK;
}

static struct str text_or_empty(struct str text)
{
    return text.ptr ? text : STR("");
}

// Without its number, e-mail and hash.
static struct audit_entry entry_of(const struct actor *actor, const struct audit_event *event)
{
    return (struct audit_entry){
        .log = event->log,
        .created_at_us = actor->now_us,
        .actor_id = text_or_empty(actor->user_id),
        .via = text_or_empty(actor->via),
        .action = str_from_c(event->action),
        .outcome = str_from_c(outcome_names[event->outcome]),
        .object_type = str_from_c(event->object_type),
        .object_id = text_or_empty(event->object_id),
        .address = text_or_empty(actor->address),
        .request_id = text_or_empty(actor->request_id),
        .detail = event->detail_json.ptr ? event->detail_json : STR("{}"),
    };
}

// The log is held, and ends with `end`.
static enum status append_behind(struct db_tx *tx, const struct audit_end *end,
                                 const struct audit_entry *entry, struct error *error)
{
    struct hash hash;
    struct audit_entry whole = *entry;
    whole.number = end->last_number + 1;
    whole.actor_email = end->actor_email;
    TRY(hash_entry(&whole, end->last_hash, &hash, error));
    whole.hash = hash_str(&hash);
    return audit_store_append(tx, &whole, error);
}

enum status audit_append(struct db_tx *tx, const struct actor *actor, const struct audit_event *event,
                         struct error *error)
{
    ARENA_SCOPE(arena, 16 * KIB);
    struct audit_end end;
    const struct audit_entry entry = entry_of(actor, event);
    TRY(audit_store_lock(tx, entry.log, entry.actor_id, &arena, &end, error));
    return append_behind(tx, &end, &entry, error);
}

enum status audit_record(const struct app *app, const struct actor *actor, const struct audit_event *event,
                         struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(audit_append(tx, actor, event, error));
    return db_commit(&tx, error);
}

// ---- refusals

// A clock that was set back by more than that keeps nothing untold.
static enum status is_told(struct db_tx *tx, const struct audit_entry *entry, bool *out_is_told,
                           struct error *error)
{
    const struct audit_same same = {entry, entry->created_at_us - TOLD_FOR_US,
                                    entry->created_at_us + TOLD_FOR_US, TOLD_AMONG};
    int64_t count;
    TRY(audit_store_count_same(tx, &same, &count, error));
    *out_is_told = count > 0;
    return STATUS_OK;
}

static enum status look_up(const struct app *app, const struct audit_entry *entry, bool *out_is_told,
                           struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(is_told(tx, entry, out_is_told, error));
    return db_commit(&tx, error);
}

enum status audit_record_refusal(const struct app *app, const struct actor *actor,
                                 const struct audit_event *event, struct error *error)
{
    ARENA_SCOPE(arena, 16 * KIB);
    struct audit_end end;
    const struct audit_entry entry = entry_of(actor, event);
    bool is_done = false;
    TRY(look_up(app, &entry, &is_done, error));
    if (is_done) return STATUS_OK;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(audit_store_lock(tx, entry.log, entry.actor_id, &arena, &end, error));
    TRY(is_told(tx, &entry, &is_done, error));
    if (is_done) return STATUS_OK; // by another process at this moment
    TRY(append_behind(tx, &end, &entry, error));
    return db_commit(&tx, error);
}

enum status audit_list(const struct app *app, const struct audit_filter *filter, struct arena *arena,
                       struct audit_list *out_list, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(audit_store_list(tx, filter, arena, out_list, error));
    return db_commit(&tx, error);
}

// ---- the chain

// One log on the way to its end.
struct walk {
    struct db_tx *tx;
    struct audit_entry end;
    int64_t number;
    unsigned char hash[HASH_BYTES];
    struct audit_fault fault;
};

static enum status fail(struct walk *walk, int64_t number, struct str what)
{
    walk->fault = (struct audit_fault){.log = walk->end.log, .number = number, .what = what};
    return STATUS_OK;
}

static enum status check_entry(struct walk *walk, const struct audit_entry *entry, struct error *error)
{
    struct hash hash;
    if (entry->number != walk->number + 1) return fail(walk, walk->number + 1, STR("the entry is missing"));
    TRY(hash_entry(entry, (struct str){(const char *)walk->hash, HASH_BYTES}, &hash, error));
    if (!hash_is(entry->hash, &hash)) return fail(walk, entry->number, STR("the entry was changed"));
    walk->number = entry->number;
    memcpy(walk->hash, hash.bytes, HASH_BYTES);
    return STATUS_OK;
}

static enum status walk_log(struct walk *walk, struct error *error)
{
    struct audit_list list;
    do {
        ARENA_SCOPE(arena, 64 * MIB);
        const struct audit_page page = {walk->end.log, walk->number, WALK_AT_ONCE};
        TRY(audit_store_walk(walk->tx, page, &arena, &list, error));
        for (size_t i = 0; i < list.count && !walk->fault.what.len; i++)
            TRY(check_entry(walk, &list.items[i], error));
    } while (list.count == WALK_AT_ONCE && !walk->fault.what.len);
    if (walk->fault.what.len) return STATUS_OK;
    if (walk->number < walk->end.number) return fail(walk, walk->number + 1, STR("the entry is missing"));
    const struct str last = {(const char *)walk->hash, HASH_BYTES};
    if (walk->number > walk->end.number || !str_eq(walk->end.hash, last))
        return fail(walk, walk->number, STR("the log does not end with this entry"));
    return STATUS_OK;
}

enum status audit_verify(const struct app *app, struct arena *arena, struct audit_fault *out_fault,
                         int64_t *out_checked, struct error *error)
{
    struct audit_list logs;
    DB_TX_SCOPE tx = NULL;
    *out_fault = (struct audit_fault){.what = STR("")};
    *out_checked = 0;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(audit_store_list_logs(tx, LIMIT_AUDIT_LOGS, arena, &logs, error));
    for (size_t i = 0; i < logs.count && !out_fault->what.len; i++) {
        struct walk walk = {.tx = tx, .end = logs.items[i], .fault.what = STR("")};
        TRY(walk_log(&walk, error));
        *out_fault = walk.fault;
        *out_checked += walk.number;
    }
    return db_commit(&tx, error);
}

static void log_head(const struct audit_entry *end)
{
    BUF_SCOPE(hex, KIB);
    for (size_t i = 0; i < end->hash.len; i++)
        buf_append_format(&hex, "%02x", (unsigned)(unsigned char)end->hash.ptr[i]);
    LOG(LOG_INFO, "audit_head", LOG_TEXT("log", end->log), LOG_INT("number", end->number),
        LOG_TEXT("hash", buf_str(&hex)));
}

enum status audit_log_heads(const struct app *app, struct error *error)
{
    ARENA_SCOPE(arena, LIMIT_AUDIT_HEADS_ARENA_BYTES);
    struct audit_list logs;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(audit_store_list_logs(tx, LIMIT_AUDIT_LOGS, &arena, &logs, error));
    TRY(db_commit(&tx, error));
    for (size_t i = 0; i < logs.count; i++)
        log_head(&logs.items[i]);
    return STATUS_OK;
}
