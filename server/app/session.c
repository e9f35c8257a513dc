#include "app/session.h"

#include "app/audit.h"
#include "base/id.h"
#include "base/limits.h"
#include "store/user_store.h"

#define SECOND_US ((int64_t)1000000)
#define SEEN_EVERY_US (60 * SECOND_US)
#define ROTATE_EVERY_US (15 * 60 * SECOND_US)
#define OVERLAP_US (60 * SECOND_US) // for requests that were on their way with the old token
#define KEPT_US (30 * 24 * 3600 * SECOND_US)

static enum status unauthenticated(struct error *error)
{
    return error_set(error, STATUS_UNAUTHENTICATED, NULL, "you are not signed in, or your session has ended");
}

static bool has_ended(const struct session *session, int64_t now_us)
{
    return !session->is_user_active || now_us >= session->expires_at_us ||
           now_us >= session->seen_at_us + session->idle_us;
}

// ---- at each request

// One on its way.
struct visit {
    const struct app *app;
    const struct actor *actor;
    const struct session_use *use;
    struct hash hash; // of its token
    bool is_current;  // it is the newest
    struct session_found *found;
};

static enum status find(struct visit *visit, struct arena *arena, struct error *error)
{
    struct session *session = &visit->found->session;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(visit->app->db, DB_READ, &tx, error));
    const enum status status = session_store_find(tx, hash_str(&visit->hash), arena, session, error);
    if (status == STATUS_NOT_FOUND) return unauthenticated(error);
    TRY(status);
    visit->is_current = hash_is(session->token_hash, &visit->hash);
    return db_commit(&tx, error);
}

// Somebody has a copy of the token, the user or another: nobody keeps it.
static enum status end_reused(const struct visit *visit, struct error *error)
{
    const struct session *session = &visit->found->session;
    struct actor actor = *visit->actor;
    actor.user_id = session->user_id;
    const struct audit_event event = {.log = STR(""),
                                      .action = "session.reuse",
                                      .outcome = AUDIT_DENIED,
                                      .object_type = "session",
                                      .object_id = session->id};
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(visit->app->db, DB_WRITE, &tx, error));
    TRY(audit_append(tx, &actor, &event, error));
    TRY(session_store_delete_token(tx, hash_str(&visit->hash), error));
    TRY(db_commit(&tx, error));
    return unauthenticated(error);
}

static enum status renew(struct visit *visit, struct error *error)
{
    const int64_t now_us = visit->actor->now_us;
    const struct secret token = secret_new();
    const struct hash hash = hash_of(secret_str(&token));
    bool is_done;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(visit->app->db, DB_WRITE, &tx, error));
    TRY(session_store_rotate(tx, &visit->found->session, hash_str(&hash), now_us, &is_done, error));
    TRY(db_commit(&tx, error));
    visit->found->is_renewed = is_done; // another request was faster: its answer brings the new token
    visit->found->token = token;
    return STATUS_OK;
}

static enum status see(struct visit *visit, struct error *error)
{
    struct session *session = &visit->found->session;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(visit->app->db, DB_WRITE, &tx, error));
    TRY(session_store_see(tx, session->id, visit->actor->now_us, error));
    TRY(db_commit(&tx, error));
    session->is_confirmed = true;
    session->seen_at_us = visit->actor->now_us;
    return STATUS_OK;
}

// With the token before the last one.
static enum status use_previous(struct visit *visit, struct error *error)
{
    const struct session *session = &visit->found->session;
    if (visit->actor->now_us <= session->rotated_at_us + OVERLAP_US) return STATUS_OK;
    return session->is_confirmed ? end_reused(visit, error) : renew(visit, error);
}

static enum status use_current(struct visit *visit, struct error *error)
{
    const struct session *session = &visit->found->session;
    const int64_t now_us = visit->actor->now_us;
    if (!session->is_confirmed) return see(visit, error);
    if (visit->use->is_background) return STATUS_OK;
    if (now_us >= session->rotated_at_us + ROTATE_EVERY_US) return renew(visit, error);
    return now_us >= session->seen_at_us + SEEN_EVERY_US ? see(visit, error) : STATUS_OK;
}

enum status session_authenticate(const struct app *app, const struct actor *actor,
                                 const struct session_use *use, struct arena *arena,
                                 struct session_found *out_found, struct error *error)
{
    struct session_found found = {0};
    struct visit visit = {
        .app = app, .actor = actor, .use = use, .hash = hash_of(use->token), .found = &found};
    if (use->token.len != SECRET_TEXT_LEN) return unauthenticated(error);
    TRY(find(&visit, arena, error));
    if (has_ended(&found.session, actor->now_us)) return unauthenticated(error);
    TRY(visit.is_current ? use_current(&visit, error) : use_previous(&visit, error));
    *out_found = found;
    return STATUS_OK;
}

bool session_is_proved(const struct session *session, int64_t now_us)
{
    return now_us < session->proved_at_us + SESSION_PROOF_US;
}

// ---- beginning and ending

enum status session_begin(struct db_tx *tx, const struct app *app, const struct actor *actor,
                          const struct session_start *start, struct session_begun *out_begun,
                          struct error *error)
{
    const struct secret token = secret_new();
    const struct hash hash = hash_of(secret_str(&token)), old = hash_of(start->old_token);
    const struct id id = id_new(actor->now_us);
    const struct session session = {
        .id = id_str(&id),
        .user_id = actor->user_id,
        .token_hash = hash_str(&hash),
        .created_at_us = actor->now_us,
        .idle_us = start->is_kept ? KEPT_US : app->people.session_idle_us,
        .expires_at_us = actor->now_us + (start->is_kept ? KEPT_US : app->people.session_us),
        .method = start->method,
        .address = actor->address,
        .user_agent = str_prefix(start->user_agent, LIMIT_USER_AGENT_BYTES),
    };
    if (start->old_token.len) TRY(session_store_delete_token(tx, hash_str(&old), error));
    TRY(session_store_insert(tx, &session, error));
    TRY(session_store_delete_oldest(tx, actor->user_id, LIMIT_SESSIONS_PER_USER, error));
    *out_begun = (struct session_begun){.token = token, .expires_at_us = session.expires_at_us};
    return STATUS_OK;
}

enum status session_replace(struct db_tx *tx, const struct session *session, int64_t now_us,
                            struct secret *out_token, struct error *error)
{
    const struct secret token = secret_new();
    const struct hash hash = hash_of(secret_str(&token));
    TRY(session_store_replace(tx, session->id, hash_str(&hash), now_us, error));
    *out_token = token;
    return STATUS_OK;
}

enum status session_hold(struct db_tx *tx, struct str user_id, struct error *error)
{
    bool is_active;
    return user_store_hold(tx, user_id, &is_active, error);
}

static enum status audit_end(struct db_tx *tx, const struct actor *actor, const char *action, struct str id,
                             struct error *error)
{
    const struct audit_event event = {
        .log = STR(""), .action = action, .object_type = "session", .object_id = id};
    return audit_append(tx, actor, &event, error);
}

enum status session_end(const struct app *app, const struct actor *actor, struct str token,
                        struct error *error)
{
    ARENA_SCOPE(arena, 64 * KIB);
    const struct hash hash = hash_of(token);
    struct session session;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    const enum status status = session_store_find(tx, hash_str(&hash), &arena, &session, error);
    if (status == STATUS_NOT_FOUND) return STATUS_OK;
    TRY(status);
    struct actor leaver = *actor;
    leaver.user_id = session.user_id;
    TRY(audit_end(tx, &leaver, "session.logout", session.id, error));
    TRY(session_store_delete_token(tx, hash_str(&hash), error));
    return db_commit(&tx, error);
}

enum status session_end_one(const struct app *app, const struct actor *actor, struct str id,
                            struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(session_store_delete(tx, id, actor->user_id, error));
    TRY(audit_end(tx, actor, "session.end", id, error));
    return db_commit(&tx, error);
}

enum status session_end_others(const struct app *app, const struct actor *actor, struct str kept_id,
                               struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(audit_end(tx, actor, "session.end_all", kept_id, error));
    TRY(session_store_delete_others(tx, actor->user_id, kept_id, error));
    return db_commit(&tx, error);
}

enum status session_list(const struct app *app, struct str user_id, int64_t now_us, struct arena *arena,
                         struct session_list *out_list, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(session_store_list(tx, user_id, now_us, arena, out_list, error));
    return db_commit(&tx, error);
}
