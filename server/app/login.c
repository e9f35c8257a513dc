#include "app/login.h"

#include "app/audit.h"
#include "app/authenticator.h"
#include "app/login_flood.h"
#include "app/password.h"
#include "app/session.h"
#include "app/throttle.h"
#include "app/user.h"
#include "base/ip_range.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/authenticator_store.h"
#include "store/credential_store.h"
#include "store/secret_store.h"
#include "json/writer.h"

#include <sodium.h>
#include <string.h>

#define DEVICE_KEY STR("device")

// ---- browsers that are known

// "random.signature over the account and it": nobody can make one for an account that was never signed in to.
static struct str device_text(struct str key, struct str account, struct str random, struct arena *arena)
{
    char text[SECRET_TEXT_LEN + 1];
    const struct str both = str_format(arena, "%.*s %.*s", STR_ARG(account), STR_ARG(random));
    const struct hash hash = hash_signed(key, both);
    hash_to_text(&hash, text);
    return both.ptr ? str_format(arena, "%.*s.%s", STR_ARG(random), text) : (struct str){0};
}

static bool is_known_device(struct str key, struct str account, struct str device, struct arena *arena)
{
    const struct str random = str_slice(device, 0, str_find(device, '.'));
    const struct str right = device_text(key, account, random, arena);
    return random.len == SECRET_TEXT_LEN && right.len == device.len &&
           sodium_memcmp(right.ptr, device.ptr, right.len) == 0;
}

static struct str new_device(struct str key, struct str account, struct arena *arena)
{
    const struct secret random = secret_new();
    return device_text(key, account, secret_str(&random), arena);
}

// ---- an attempt

struct attempt {
    const struct app *app;
    const struct actor *actor;
    const struct login_request *request;
    struct arena *arena;
    struct str account; // the e-mail as it is compared
    struct str device_key;
    bool is_known; // comes from a browser that is known
    struct credential credential;
    struct password_verdict verdict;
    bool needs_code; // the account has an authenticator
    enum code_use code_use;
    bool is_outdated; // how the user signs in was changed meanwhile
};

static enum throttle_kind account_kind(const struct attempt *attempt)
{
    return attempt->is_known ? THROTTLE_DEVICE : THROTTLE_ACCOUNT;
}

static struct str account_key(const struct attempt *attempt)
{
    return attempt->is_known ? attempt->request->device : attempt->account;
}

static enum status load_authenticator(struct attempt *attempt, struct db_tx *tx, struct error *error)
{
    struct authenticator authenticator;
    bool exists;
    TRY(authenticator_store_get(tx, attempt->credential.user_id, attempt->arena, &exists, &authenticator,
                                error));
    attempt->needs_code = exists && authenticator.confirmed_at_us != 0;
    return STATUS_OK;
}

static enum status load(struct attempt *attempt, struct db_tx *tx, struct error *error)
{
    TRY(secret_store_get(tx, DEVICE_KEY, attempt->arena, &attempt->device_key, error));
    attempt->is_known =
        is_known_device(attempt->device_key, attempt->account, attempt->request->device, attempt->arena);
    attempt->credential = (struct credential){.user_id = STR(""), .hash = STR("")};
    struct error ignored = {0};
    const enum status status =
        credential_store_find(tx, attempt->account, attempt->arena, &attempt->credential, &ignored);
    if (status == STATUS_OK) return load_authenticator(attempt, tx, error);
    if (status == STATUS_NOT_FOUND) return STATUS_OK;
    *error = ignored;
    return status;
}

// While logins fail all over the server, those who were there before go on.
static enum status check_flood(const struct attempt *attempt, struct db_tx *tx, struct error *error)
{
    const struct actor *actor = attempt->actor;
    if (attempt->is_known) return STATUS_OK;
    if (ip_ranges_hold(attempt->app->people.login_networks, actor->address)) return STATUS_OK;
    return login_flood_check(tx, actor->now_us, error);
}

// A known browser has a count of its own, and no other: whoever floods from the same address, or through the
// same proxy, keeps nobody out.
static enum status charge(struct attempt *attempt, struct error *error)
{
    const int64_t now_us = attempt->actor->now_us;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(attempt->app->db, DB_WRITE, &tx, error));
    TRY(load(attempt, tx, error));
    TRY(check_flood(attempt, tx, error));
    TRY(throttle_charge(tx, account_kind(attempt), account_key(attempt), now_us, error));
    if (!attempt->is_known)
        TRY(throttle_charge(tx, THROTTLE_ADDRESS, attempt->actor->address, now_us, error));
    return db_commit(&tx, error);
}

static bool may_sign_in(const struct attempt *attempt)
{
    const struct credential *credential = &attempt->credential;
    return attempt->verdict.is_right && credential->is_user_active &&
           (credential->expires_at_us == 0 || attempt->actor->now_us < credential->expires_at_us);
}

static struct str detail_of(const struct attempt *attempt)
{
    BUF_SCOPE(buf, 4 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_str(&w, "email", attempt->account);
    json_put_c(&w, "method", "password");
    if (attempt->code_use != CODE_WRONG)
        json_put_c(&w, "code", attempt->code_use == CODE_OF_RECOVERY ? "recovery" : "authenticator");
    json_end_object(&w);
    return buf_copy(&buf, attempt->arena);
}

static struct audit_event event_of(const struct attempt *attempt, const char *action,
                                   enum audit_outcome outcome)
{
    return (struct audit_event){.log = STR(""),
                                .action = action,
                                .outcome = outcome,
                                .object_type = "user",
                                .object_id = attempt->credential.user_id,
                                .detail_json = detail_of(attempt)};
}

// The alarm: operators see it in the log of the instance, whoever watches the server's log there.
static enum status tell_of_flood(const struct attempt *attempt, struct db_tx *tx, struct error *error)
{
    const struct audit_event event = {
        .log = STR(""),
        .action = "session.flood",
        .outcome = AUDIT_DENIED,
        .object_type = "server",
        .object_id = STR(""),
        .detail_json = str_format(attempt->arena, "{\"failures\":%d,\"within_s\":%d,\"closed_for_s\":%d}",
                                  LOGIN_FLOOD_FAILURES, LOGIN_FLOOD_WINDOW_S, LOGIN_FLOOD_S)};
    LOG(LOG_WARN, "login_flood", LOG_TEXT("address", attempt->actor->address));
    return audit_append(tx, attempt->actor, &event, error);
}

static enum status note_failure(const struct attempt *attempt, const char *action, struct error *error)
{
    const struct audit_event event = event_of(attempt, action, AUDIT_FAILED);
    bool is_flood;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(attempt->app->db, DB_WRITE, &tx, error));
    TRY(login_flood_note(tx, attempt->actor->now_us, &is_flood, error));
    TRY(audit_append(tx, attempt->actor, &event, error));
    if (is_flood) TRY(tell_of_flood(attempt, tx, error));
    return db_commit(&tx, error);
}

static enum status refuse(const struct attempt *attempt, struct error *error)
{
    TRY(note_failure(attempt, "session.login", error));
    return error_set(error, STATUS_UNAUTHENTICATED, "wrong_credentials", "e-mail or password is wrong");
}

// The attempts at the password that were counted, now that it was right.
static enum status forgive(const struct attempt *attempt, struct db_tx *tx, struct error *error)
{
    const int64_t now_us = attempt->actor->now_us;
    TRY(throttle_clear(tx, account_kind(attempt), account_key(attempt), now_us, error));
    if (attempt->is_known) return STATUS_OK; // not counted by address
    return throttle_clear(tx, THROTTLE_ADDRESS, attempt->actor->address, now_us, error);
}

// ---- the second step

// Counted by the known browser or the user, as passwords are.
static struct str code_key(const struct attempt *attempt)
{
    return attempt->is_known ? attempt->request->device : attempt->credential.user_id;
}

static enum status ask_for_code(const struct attempt *attempt, struct error *error)
{
    const struct audit_event event = event_of(attempt, "session.password", AUDIT_OK);
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(attempt->app->db, DB_WRITE, &tx, error));
    TRY(forgive(attempt, tx, error));
    TRY(audit_append(tx, attempt->actor, &event, error));
    TRY(db_commit(&tx, error));
    return error_set(error, STATUS_UNAUTHENTICATED, "otp_required",
                     "send the code of your authenticator, or a recovery code, as otp");
}

static enum status charge_code(const struct attempt *attempt, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(attempt->app->db, DB_WRITE, &tx, error));
    TRY(throttle_charge(tx, THROTTLE_CODE, code_key(attempt), attempt->actor->now_us, error));
    return db_commit(&tx, error);
}

static enum status use_code(struct attempt *attempt, struct db_tx *tx, struct error *error)
{
    const int64_t now_us = attempt->actor->now_us;
    if (!attempt->needs_code) return STATUS_OK;
    TRY(authenticator_use(tx, attempt->credential.user_id, attempt->request->otp, now_us, &attempt->code_use,
                          error));
    if (attempt->code_use == CODE_WRONG) return STATUS_OK;
    return throttle_clear(tx, THROTTLE_CODE, code_key(attempt), now_us, error);
}

static bool is_code_wrong(const struct attempt *attempt)
{
    return attempt->needs_code && attempt->code_use == CODE_WRONG;
}

static enum status refuse_code(const struct attempt *attempt, struct error *error)
{
    TRY(note_failure(attempt, "session.code", error));
    return error_set(error, STATUS_UNAUTHENTICATED, "wrong_otp",
                     "the code is wrong, or was used already; wait for the next one");
}

// ---- the session

// The same password with today's cost.
static enum status hash_anew(const struct attempt *attempt, struct db_tx *tx, struct str new_hash,
                             struct error *error)
{
    return new_hash.len ? credential_store_rehash(tx, &attempt->credential, new_hash, error) : STATUS_OK;
}

// Whoever changes how the user signs in was before this, and what they changed is seen, or waits, and ends
// the session that begins.
static enum status look_again(struct attempt *attempt, struct db_tx *tx, struct error *error)
{
    const struct credential *seen = &attempt->credential;
    const bool needed_code = attempt->needs_code;
    struct credential now;
    TRY(session_hold(tx, seen->user_id, error));
    TRY(credential_store_get(tx, seen->user_id, attempt->arena, &now, error));
    TRY(load_authenticator(attempt, tx, error));
    attempt->is_outdated = !str_eq(now.hash, seen->hash) || now.is_user_active != seen->is_user_active ||
                           now.expires_at_us != seen->expires_at_us || attempt->needs_code != needed_code;
    return STATUS_OK;
}

// Nothing is changed where the code was wrong, or what was looked at is no longer so.
static enum status sign_in(struct attempt *attempt, struct str new_hash, struct login_result *result,
                           struct error *error)
{
    struct actor actor = *attempt->actor;
    actor.user_id = attempt->credential.user_id;
    const struct session_start start = {.method = STR("password"),
                                        .user_agent = attempt->request->user_agent,
                                        .old_token = attempt->request->old_token,
                                        .is_kept = attempt->request->is_kept};
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(attempt->app->db, DB_WRITE, &tx, error));
    TRY(look_again(attempt, tx, error));
    if (attempt->is_outdated) return STATUS_OK;
    TRY(use_code(attempt, tx, error));
    if (is_code_wrong(attempt)) return STATUS_OK;
    TRY(forgive(attempt, tx, error));
    TRY(hash_anew(attempt, tx, new_hash, error));
    TRY(session_begin(tx, attempt->app, &actor, &start, &result->session, error));
    const struct audit_event event = event_of(attempt, "session.login", AUDIT_OK);
    TRY(audit_append(tx, &actor, &event, error));
    return db_commit(&tx, error);
}

static enum status try_login(struct attempt *attempt, struct login_result *out_result, struct error *error)
{
    const struct app *app = attempt->app;
    const struct login_request *request = attempt->request;
    struct str new_hash = {0};
    TRY(charge(attempt, error));
    TRY(password_verify(app->passwords, request->password, attempt->credential.hash, &attempt->verdict,
                        error));
    if (!may_sign_in(attempt)) return refuse(attempt, error);
    if (attempt->needs_code && !request->otp.len) return ask_for_code(attempt, error);
    if (attempt->needs_code) TRY(charge_code(attempt, error));
    if (attempt->verdict.is_weak)
        TRY(password_hash(app->passwords, request->password, attempt->arena, &new_hash, error));
    *out_result = (struct login_result){.user_id = attempt->credential.user_id,
                                        .must_change_password = attempt->credential.must_change,
                                        .has_totp = attempt->needs_code};
    TRY(sign_in(attempt, new_hash, out_result, error));
    return is_code_wrong(attempt) && !attempt->is_outdated ? refuse_code(attempt, error) : STATUS_OK;
}

enum status login(const struct app *app, const struct actor *actor, const struct login_request *request,
                  struct arena *arena, struct login_result *out_result, struct error *error)
{
    struct attempt attempt = {.app = app,
                              .actor = actor,
                              .request = request,
                              .arena = arena,
                              .account = email_key(request->email, arena)};
    struct login_result result;
    if (!attempt.account.ptr) return error_no_memory(error);
    TRY(try_login(&attempt, &result, error));
    if (attempt.is_outdated) TRY(try_login(&attempt, &result, error));
    if (attempt.is_outdated) return refuse(&attempt, error);
    result.device =
        attempt.is_known ? request->device : new_device(attempt.device_key, attempt.account, arena);
    if (!result.device.ptr) return error_no_memory(error);
    *out_result = result;
    return STATUS_OK;
}

// ---- those who are signed in

static enum status check_current(const struct app *app, const struct actor *actor, struct str password,
                                 struct arena *arena, struct credential *out_credential, struct error *error)
{
    struct password_verdict verdict;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(credential_store_get(tx, actor->user_id, arena, out_credential, error));
    TRY(throttle_charge(tx, THROTTLE_DEVICE, actor->user_id, actor->now_us, error));
    TRY(db_commit(&tx, error));
    TRY(password_verify(app->passwords, password, out_credential->hash, &verdict, error));
    if (verdict.is_right) return STATUS_OK;
    const struct audit_event event = {.log = STR(""),
                                      .action = "session.prove",
                                      .outcome = AUDIT_FAILED,
                                      .object_type = "user",
                                      .object_id = actor->user_id};
    TRY(audit_record(app, actor, &event, error));
    return error_set(error, STATUS_FORBIDDEN, "wrong_password", "that is not your password");
}

enum status login_check_password(const struct app *app, const struct actor *actor, struct str password,
                                 struct error *error)
{
    ARENA_SCOPE(arena, 64 * KIB);
    struct credential credential;
    TRY(check_current(app, actor, password, &arena, &credential, error));
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(throttle_clear(tx, THROTTLE_DEVICE, actor->user_id, actor->now_us, error));
    return db_commit(&tx, error);
}

enum status login_prove(const struct app *app, const struct actor *actor, const struct session *session,
                        struct str password, struct secret *out_token, struct error *error)
{
    ARENA_SCOPE(arena, 64 * KIB);
    struct credential credential;
    const struct audit_event event = {
        .log = STR(""), .action = "session.prove", .object_type = "user", .object_id = actor->user_id};
    TRY(check_current(app, actor, password, &arena, &credential, error));
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(throttle_clear(tx, THROTTLE_DEVICE, actor->user_id, actor->now_us, error));
    TRY(session_replace(tx, session, actor->now_us, out_token, error));
    TRY(audit_append(tx, actor, &event, error));
    return db_commit(&tx, error);
}

// Whoever knows the current password and chooses a new one that may not be one was guessing nothing.
static enum status check_wanted(const struct app *app, const struct actor *actor, struct str email,
                                struct str wanted, struct error *error)
{
    struct error fault = {0};
    const enum status status =
        password_check(wanted, email, app->people.allows_sample_password, "/new_password", &fault);
    if (status == STATUS_OK) return STATUS_OK;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(throttle_clear(tx, THROTTLE_DEVICE, actor->user_id, actor->now_us, error));
    TRY(db_commit(&tx, error));
    *error = fault;
    return status;
}

enum status login_change_password(const struct app *app, const struct actor *actor,
                                  const struct session *session, const struct password_change *change,
                                  struct secret *out_token, struct error *error)
{
    ARENA_SCOPE(arena, 64 * KIB);
    struct credential credential;
    const struct audit_event event = {
        .log = STR(""), .action = "user.password", .object_type = "user", .object_id = actor->user_id};
    TRY(check_current(app, actor, change->current, &arena, &credential, error));
    TRY(check_wanted(app, actor, credential.email, change->wanted, error));
    struct credential changed = {.user_id = actor->user_id};
    TRY(password_hash(app->passwords, change->wanted, &arena, &changed.hash, error));
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(session_hold(tx, actor->user_id, error));
    TRY(throttle_clear(tx, THROTTLE_DEVICE, actor->user_id, actor->now_us, error));
    TRY(credential_store_put(tx, &changed, actor->now_us, error));
    TRY(session_store_delete_others(tx, actor->user_id, session->id, error));
    TRY(session_replace(tx, session, actor->now_us, out_token, error));
    TRY(audit_append(tx, actor, &event, error));
    return db_commit(&tx, error);
}
