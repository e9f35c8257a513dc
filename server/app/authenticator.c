#include "app/authenticator.h"

#include "app/audit.h"
#include "app/login.h"
#include "app/session.h"
#include "app/throttle.h"
#include "base/limits.h"
#include "store/authenticator_store.h"
#include "store/credential_store.h"

#include <string.h>

static enum status load(struct db_tx *tx, struct str user_id, struct arena *arena, bool *out_exists,
                        struct authenticator *out_authenticator, struct error *error)
{
    *out_authenticator = (struct authenticator){0};
    return authenticator_store_get(tx, user_id, arena, out_exists, out_authenticator, error);
}

enum status authenticator_get_state(const struct app *app, struct str user_id,
                                    struct authenticator_state *out_state, struct error *error)
{
    ARENA_SCOPE(arena, KIB);
    struct authenticator authenticator;
    bool exists;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(load(tx, user_id, &arena, &exists, &authenticator, error));
    TRY(db_commit(&tx, error));
    *out_state = (struct authenticator_state){.confirmed_at_us = authenticator.confirmed_at_us,
                                              .recovery_codes = authenticator.recovery_codes};
    return STATUS_OK;
}

// ---- codes

static bool secret_of(const struct authenticator *authenticator, struct totp_secret *out_secret)
{
    if (authenticator->secret.len != TOTP_SECRET_BYTES) return false;
    memcpy(out_secret->bytes, authenticator->secret.ptr, TOTP_SECRET_BYTES);
    return true;
}

static bool find_step(const struct authenticator *authenticator, struct str code, int64_t now_us,
                      int64_t *out_step)
{
    struct totp_secret secret;
    return secret_of(authenticator, &secret) &&
           totp_find_step(&secret, code, now_us, authenticator->last_step, out_step);
}

static struct hash hash_of_code(const struct recovery_code *code)
{
    return hash_of(str_from_c(code->text));
}

static enum status use_recovery_code(struct db_tx *tx, struct str user_id, struct str text, int64_t now_us,
                                     enum code_use *out_use, struct error *error)
{
    struct recovery_code code;
    bool is_done = false;
    if (recovery_code_parse(text, &code)) {
        const struct hash hash = hash_of_code(&code);
        TRY(authenticator_store_use_recovery_code(tx, user_id, hash_str(&hash), now_us, &is_done, error));
    }
    *out_use = is_done ? CODE_OF_RECOVERY : CODE_WRONG;
    return STATUS_OK;
}

enum status authenticator_use(struct db_tx *tx, struct str user_id, struct str code, int64_t now_us,
                              enum code_use *out_use, struct error *error)
{
    ARENA_SCOPE(arena, KIB);
    struct authenticator authenticator;
    int64_t step;
    bool exists, is_done;
    *out_use = CODE_WRONG;
    TRY(load(tx, user_id, &arena, &exists, &authenticator, error));
    if (!exists || !authenticator.confirmed_at_us) return STATUS_OK;
    if (!find_step(&authenticator, code, now_us, &step))
        return use_recovery_code(tx, user_id, code, now_us, out_use, error);
    TRY(authenticator_store_use(tx, user_id, step, &is_done, error));
    if (is_done) *out_use = CODE_OF_AUTHENTICATOR;
    return STATUS_OK;
}

static enum status charge(const struct app *app, const struct actor *actor, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(throttle_charge(tx, THROTTLE_CODE, actor->user_id, actor->now_us, error));
    return db_commit(&tx, error);
}

static struct audit_event event_of(const struct actor *actor, const char *action, enum audit_outcome outcome)
{
    return (struct audit_event){.log = STR(""),
                                .action = action,
                                .outcome = outcome,
                                .object_type = "user",
                                .object_id = actor->user_id};
}

// The transaction in which it was found wrong has ended.
static enum status refuse(const struct app *app, const struct actor *actor, const char *action,
                          struct error *error)
{
    const struct audit_event event = event_of(actor, action, AUDIT_FAILED);
    TRY(audit_record(app, actor, &event, error));
    return error_set(error, STATUS_FORBIDDEN, "wrong_code",
                     "the code is wrong, or was used already; wait for the next one");
}

// Whose authenticator comes or goes, and in which session.
struct change {
    const struct app *app;
    const struct actor *actor;
    const struct session *session;
    struct str code;
    bool is_wrong; // the code: nothing was changed
};

// What both changes end with.
static enum status finish(struct db_tx **tx, const struct change *change, const char *action,
                          struct secret *out_token, struct error *error)
{
    const struct actor *actor = change->actor;
    const struct audit_event event = event_of(actor, action, AUDIT_OK);
    TRY(throttle_clear(*tx, THROTTLE_CODE, actor->user_id, actor->now_us, error));
    TRY(session_store_delete_others(*tx, actor->user_id, change->session->id, error));
    TRY(session_replace(*tx, change->session, actor->now_us, out_token, error));
    TRY(audit_append(*tx, actor, &event, error));
    return db_commit(tx, error);
}

// ---- setting one up

enum status authenticator_begin(const struct app *app, const struct actor *actor, struct arena *arena,
                                struct authenticator_setup *out_setup, struct error *error)
{
    const struct totp_secret secret = totp_secret_new();
    const struct str bytes = {(const char *)secret.bytes, TOTP_SECRET_BYTES};
    const struct audit_event event = event_of(actor, "totp.begin", AUDIT_OK);
    struct credential credential;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(credential_store_get(tx, actor->user_id, arena, &credential, error));
    TRY(authenticator_store_put(tx, actor->user_id, bytes, actor->now_us, error));
    TRY(audit_append(tx, actor, &event, error));
    TRY(db_commit(&tx, error));
    out_setup->uri = totp_uri(&secret, credential.email, arena);
    totp_secret_to_text(&secret, out_setup->secret);
    return out_setup->uri.ptr ? STATUS_OK : error_no_memory(error);
}

static enum status already_enabled(struct error *error)
{
    return error_set(error, STATUS_CONFLICT, "totp_enabled",
                     "your account has an authenticator; there is nothing to confirm");
}

static enum status check_pending(bool exists, const struct authenticator *authenticator, struct error *error)
{
    if (!exists)
        return error_set(error, STATUS_CONFLICT, "totp_missing",
                         "there is no authenticator to confirm; begin with POST /api/v1/auth/totp");
    return authenticator->confirmed_at_us ? already_enabled(error) : STATUS_OK;
}

static enum status add_codes(struct db_tx *tx, struct str user_id, struct recovery_code *codes,
                             struct error *error)
{
    for (size_t i = 0; i < RECOVERY_CODES; i++) {
        codes[i] = recovery_code_new();
        const struct hash hash = hash_of_code(&codes[i]);
        TRY(authenticator_store_add_recovery_code(tx, user_id, hash_str(&hash), error));
    }
    return STATUS_OK;
}

static enum status try_confirm(struct change *change, struct authenticator_confirmed *confirmed,
                               struct error *error)
{
    ARENA_SCOPE(arena, KIB);
    const struct actor *actor = change->actor;
    struct authenticator authenticator;
    int64_t step;
    bool exists, is_done;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(change->app->db, DB_WRITE, &tx, error));
    TRY(session_hold(tx, actor->user_id, error));
    TRY(load(tx, actor->user_id, &arena, &exists, &authenticator, error));
    TRY(check_pending(exists, &authenticator, error));
    change->is_wrong = !find_step(&authenticator, change->code, actor->now_us, &step);
    if (change->is_wrong) return STATUS_OK;
    TRY(authenticator_store_confirm(tx, actor->user_id, step, actor->now_us, &is_done, error));
    if (!is_done) return already_enabled(error);
    TRY(add_codes(tx, actor->user_id, confirmed->codes, error));
    return finish(&tx, change, "totp.enable", &confirmed->token, error);
}

enum status authenticator_confirm(const struct app *app, const struct actor *actor,
                                  const struct session *session, struct str code,
                                  struct authenticator_confirmed *out_confirmed, struct error *error)
{
    struct change change = {.app = app, .actor = actor, .session = session, .code = code};
    struct authenticator_confirmed confirmed;
    TRY(charge(app, actor, error));
    TRY(try_confirm(&change, &confirmed, error));
    if (change.is_wrong) return refuse(app, actor, "totp.enable", error);
    *out_confirmed = confirmed;
    return STATUS_OK;
}

// ---- removing it

static enum status check_enabled(const struct app *app, const struct actor *actor, struct error *error)
{
    struct authenticator_state state;
    TRY(authenticator_get_state(app, actor->user_id, &state, error));
    if (state.confirmed_at_us) return STATUS_OK;
    return error_set(error, STATUS_CONFLICT, "totp_missing", "your account has no authenticator");
}

static enum status try_remove(struct change *change, struct secret *out_token, struct error *error)
{
    const struct actor *actor = change->actor;
    enum code_use use;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(change->app->db, DB_WRITE, &tx, error));
    TRY(session_hold(tx, actor->user_id, error));
    TRY(authenticator_use(tx, actor->user_id, change->code, actor->now_us, &use, error));
    change->is_wrong = use == CODE_WRONG;
    if (change->is_wrong) return STATUS_OK;
    TRY(authenticator_store_delete(tx, actor->user_id, error));
    return finish(&tx, change, "totp.disable", out_token, error);
}

enum status authenticator_remove(const struct app *app, const struct actor *actor,
                                 const struct session *session, const struct authenticator_proof *proof,
                                 struct secret *out_token, struct error *error)
{
    struct change change = {.app = app, .actor = actor, .session = session, .code = proof->code};
    TRY(check_enabled(app, actor, error));
    TRY(login_check_password(app, actor, proof->password, error));
    TRY(charge(app, actor, error));
    TRY(try_remove(&change, out_token, error));
    return change.is_wrong ? refuse(app, actor, "totp.disable", error) : STATUS_OK;
}
