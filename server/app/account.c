#include "app/account.h"

#include "app/audit.h"
#include "app/member.h"
#include "app/name.h"
#include "app/password.h"
#include "app/session.h"
#include "app/user.h"
#include "base/limits.h"
#include "store/credential_store.h"
#include "store/session_store.h"
#include "json/writer.h"

enum status account_list(const struct app *app, struct account_page page, struct arena *arena,
                         struct account_list *out_list, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(account_store_list(tx, page, arena, out_list, error));
    return db_commit(&tx, error);
}

enum status account_get(const struct app *app, struct str id, struct arena *arena,
                        struct account *out_account, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(account_store_get(tx, id, arena, out_account, error));
    return db_commit(&tx, error);
}

enum status account_find(const struct app *app, struct str email, struct arena *arena,
                         struct account *out_account, struct error *error)
{
    struct str id;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(user_find(tx, email, arena, &id, error));
    TRY(account_store_get(tx, id, arena, out_account, error));
    return db_commit(&tx, error);
}

static enum status audit(struct db_tx *tx, const struct actor *actor, const char *action, struct str id,
                         struct str detail, struct error *error)
{
    const struct audit_event event = {
        .log = STR(""), .action = action, .object_type = "user", .object_id = id, .detail_json = detail};
    return audit_append(tx, actor, &event, error);
}

// ---- who may sign in

static struct str detail_of(const struct account *account, struct arena *arena)
{
    BUF_SCOPE(buf, KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_c(&w, "status", account->is_active ? "active" : "disabled");
    json_put_bool(&w, "is_operator", account->is_operator);
    json_end_object(&w);
    return buf_copy(&buf, arena);
}

static enum status check_operator_left(struct db_tx *tx, const struct account *before,
                                       const struct account *after, struct error *error)
{
    int64_t count;
    if (!before->is_operator || !before->is_active || (after->is_operator && after->is_active))
        return STATUS_OK;
    TRY(account_store_count_operators(tx, &count, error));
    if (count > 1) return STATUS_OK;
    return error_set(error, STATUS_CONFLICT, "last_operator",
                     "nobody would be left who runs the server; make somebody else an operator first");
}

static enum status put(struct db_tx *tx, const struct actor *actor, const struct account *before,
                       const struct account *after, struct arena *arena, struct error *error)
{
    const bool is_disabled = before->is_active && !after->is_active;
    // workspaces before users, as whoever adds a member holds them
    if (is_disabled) TRY(member_check_replaceable(tx, after->id, arena, error));
    TRY(check_operator_left(tx, before, after, error));
    TRY(account_store_put(tx, after, error));
    // and those that they were made an owner of meanwhile, which nobody can from here on
    if (is_disabled) TRY(member_check_replaceable(tx, after->id, arena, error));
    if (is_disabled) TRY(session_store_delete_others(tx, after->id, STR(""), error));
    const char *action = after->is_active == before->is_active ? "user.change"
                         : after->is_active                    ? "user.enable"
                                                               : "user.disable";
    return audit(tx, actor, action, after->id, detail_of(after, arena), error);
}

enum status account_change(const struct app *app, const struct actor *actor,
                           const struct account_change *change, struct account *account, struct error *error)
{
    ARENA_SCOPE(arena, MIB);
    struct account now;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(account_store_get(tx, account->id, &arena, &now, error));
    if (now.version != account->version)
        return error_set(error, STATUS_STALE, NULL,
                         "the user has changed since they were read; read them again and repeat the change");
    struct account after = now;
    after.is_active = change->is_active;
    after.is_operator = change->is_operator;
    TRY(put(tx, actor, &now, &after, &arena, error));
    TRY(db_commit(&tx, error));
    account->is_active = change->is_active;
    account->is_operator = change->is_operator;
    if (!account->is_active) account->seen_at_us = 0; // no session is left
    account->version++;
    return STATUS_OK;
}

enum status account_end_sessions(const struct app *app, const struct actor *actor, struct str id,
                                 struct error *error)
{
    ARENA_SCOPE(arena, 64 * KIB);
    struct account account;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(account_store_get(tx, id, &arena, &account, error));
    TRY(session_store_delete_others(tx, id, STR(""), error));
    TRY(audit(tx, actor, "user.end_sessions", id, (struct str){0}, error));
    return db_commit(&tx, error);
}

// ---- from the host

static enum status check_new(const struct app *app, const struct account_new *account, struct error *error)
{
    (void)user_check_email(account->email, "EMAIL", error);
    if (account->display_name.ptr) (void)name_check(account->display_name, "--name", error);
    (void)password_check(account->password, account->email, app->people.allows_sample_password, "password",
                         error);
    return error->field_count ? STATUS_INVALID : STATUS_OK;
}

static enum status make_operator(struct db_tx *tx, struct str id, struct arena *arena, struct error *error)
{
    struct account account;
    TRY(account_store_get(tx, id, arena, &account, error));
    account.is_operator = true;
    return account_store_put(tx, &account, error);
}

enum status account_add(const struct app *app, const struct actor *actor, const struct account_new *account,
                        struct arena *arena, struct str *out_id, struct error *error)
{
    struct user_input input = {.email = account->email, .display_name = account->display_name};
    TRY(check_new(app, account, error));
    TRY(password_hash(app->passwords, account->password, arena, &input.hash, error));
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(user_create(tx, &input, actor->now_us, arena, out_id, error));
    if (account->is_operator) TRY(make_operator(tx, *out_id, arena, error));
    TRY(audit(tx, actor, "user.add", *out_id, (struct str){0}, error));
    return db_commit(&tx, error);
}

enum status account_set_password(const struct app *app, const struct actor *actor, struct str email,
                                 struct str password, struct error *error)
{
    ARENA_SCOPE(arena, 64 * KIB);
    struct credential credential = {0};
    TRY(password_check(password, email, app->people.allows_sample_password, "password", error));
    TRY(password_hash(app->passwords, password, &arena, &credential.hash, error));
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(user_find(tx, email, &arena, &credential.user_id, error));
    TRY(session_hold(tx, credential.user_id, error));
    TRY(credential_store_put(tx, &credential, actor->now_us, error));
    TRY(session_store_delete_others(tx, credential.user_id, STR(""), error));
    TRY(audit(tx, actor, "user.password", credential.user_id, (struct str){0}, error));
    return db_commit(&tx, error);
}
