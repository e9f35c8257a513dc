#include "app/member.h"

#include "app/audit.h"
#include "app/event.h"
#include "app/name.h"
#include "app/once.h"
#include "app/password.h"
#include "app/user.h"
#include "app/workspace.h"
#include "base/id.h"
#include "base/limits.h"
#include "store/api_token_store.h"
#include "store/user_store.h"
#include "store/workspace_store.h"
#include "json/writer.h"

// ---- what the log and the watchers are told

static struct str detail_of(const struct member *member, enum role before, struct arena *arena)
{
    BUF_SCOPE(buf, 4 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_str(&w, "email", member->email);
    json_put_c(&w, "role", role_name(member->role));
    if (before != ROLE_NONE) json_put_c(&w, "role_before", role_name(before));
    json_end_object(&w);
    return buf_copy(&buf, arena);
}

static enum status tell(struct db_tx *tx, const struct actor *actor, const char *action,
                        const struct member *member, enum role before, struct error *error)
{
    ARENA_SCOPE(arena, 16 * KIB);
    const struct audit_event event = {.log = actor->workspace_id,
                                      .action = action,
                                      .object_type = "user",
                                      .object_id = member->user_id,
                                      .detail_json = detail_of(member, before, &arena)};
    TRY(audit_append(tx, actor, &event, error));
    return event_append_member(tx, actor->workspace_id, member->user_id, actor->now_us, error);
}

// ---- the last owner

// Before one stops being an owner, with the workspace's row: the schema, too, keeps the last one.
static enum status check_other_owner(struct db_tx *tx, struct str workspace_id, struct str user_id,
                                     struct error *error)
{
    int64_t owners;
    TRY(member_store_count_owners(tx, workspace_id, user_id, &owners, error));
    if (owners > 0) return STATUS_OK;
    return error_set(
        error, STATUS_CONFLICT, "last_owner",
        "the workspace %.*s would be left without an owner; make somebody else an owner of it first",
        STR_ARG(workspace_id));
}

enum status member_check_replaceable(struct db_tx *tx, struct str user_id, struct arena *arena,
                                     struct error *error)
{
    struct owned_page page = {.user_id = user_id, .after_workspace_id = STR(""), .limit = 100};
    struct id_list owned;
    do {
        TRY(member_store_list_owned(tx, page, arena, &owned, error));
        for (size_t i = 0; i < owned.count; i++) {
            page.after_workspace_id = owned.items[i];
            TRY(workspace_store_lock(tx, owned.items[i], error));
            TRY(check_other_owner(tx, owned.items[i], user_id, error));
        }
    } while (owned.count == page.limit);
    return STATUS_OK;
}

// Nobody is made an owner while their account is being disabled: each of the two would count on the other.
// Behind the workspace's row, which whoever disables holds first, too.
static enum status hold_owner_to_be(struct db_tx *tx, struct str user_id, enum role role, struct error *error)
{
    bool is_active;
    return role == ROLE_OWNER ? user_store_hold(tx, user_id, &is_active, error) : STATUS_OK;
}

// ---- adding

static enum status put_role(struct db_tx *tx, struct str workspace_id, const struct member *member,
                            enum role role, struct error *error)
{
    if (member->role == role) return STATUS_OK;
    if (member->role == ROLE_OWNER) TRY(check_other_owner(tx, workspace_id, member->user_id, error));
    return member_store_set_role(tx, workspace_id, member->user_id, role, error);
}

// What is known before the transaction.
struct adding {
    const struct actor *actor;
    const struct member_input *input;
    struct str hash; // of the password that was given
};

static enum status check_may_make(struct db_tx *tx, const struct actor *actor, struct error *error)
{
    int64_t count;
    TRY(user_store_count_made_by(tx, actor->user_id, &count, error));
    if (count < LIMIT_USERS_MADE) return STATUS_OK;
    return error_set(
        error, STATUS_CONFLICT, "too_many_users",
        "you have made %lld accounts for others, which is the most; whoever runs the server makes more "
        "with tlab user add",
        (long long)count);
}

static enum status new_account(struct db_tx *tx, const struct adding *adding, struct arena *arena,
                               struct str *out_user_id, struct error *error)
{
    const struct actor *actor = adding->actor;
    TRY(check_may_make(tx, actor, error));
    const struct user_input account = {.email = adding->input->email,
                                       .display_name = adding->input->display_name,
                                       .hash = adding->hash,
                                       .created_by = actor->user_id,
                                       .must_change_password = true,
                                       .password_until_us = actor->now_us + MEMBER_PASSWORD_US};
    return user_create(tx, &account, actor->now_us, arena, out_user_id, error);
}

static enum status find_account(struct db_tx *tx, const struct adding *adding, struct arena *arena,
                                struct str *out_user_id, struct member_added *added, struct error *error)
{
    const struct member_input *input = adding->input;
    const enum status status = user_find(tx, input->email, arena, out_user_id, error);
    added->is_password_ignored = status == STATUS_OK && input->password.ptr;
    if (status != STATUS_NOT_FOUND) return status;
    if (!input->password.ptr)
        return error_set(error, STATUS_NOT_FOUND, "no_such_user",
                         "nobody has the e-mail %.*s here; give a password, or invite them",
                         STR_ARG(input->email));
    added->is_new_user = true;
    return new_account(tx, adding, arena, out_user_id, error);
}

// One more, in a workspace whose row is held.
static enum status insert(struct db_tx *tx, struct str workspace_id, const struct member *member,
                          int64_t now_us, struct error *error)
{
    int64_t count;
    TRY(member_store_count(tx, workspace_id, &count, error));
    if (count >= LIMIT_MEMBERS)
        return error_set(error, STATUS_CONFLICT, "too_many_members",
                         "the workspace has %lld members, which is the most it may have; remove some first",
                         (long long)count);
    return member_store_insert_if_absent(tx, workspace_id, member->user_id, member->role, now_us, error);
}

static enum status add_locked(struct db_tx *tx, const struct adding *adding, struct str user_id,
                              struct arena *arena, struct member_added *added, struct error *error)
{
    struct error ignored = {0};
    struct member *member = &added->member;
    TRY(hold_owner_to_be(tx, user_id, adding->input->role, error));
    const enum status status =
        member_store_get(tx, adding->actor->workspace_id, user_id, arena, member, &ignored);
    added->is_new_member = status == STATUS_NOT_FOUND;
    if (status == STATUS_NOT_FOUND) {
        const struct member new_member = {.user_id = user_id, .role = adding->input->role};
        TRY(insert(tx, adding->actor->workspace_id, &new_member, adding->actor->now_us, error));
    } else {
        TRY(status);
        TRY(put_role(tx, adding->actor->workspace_id, member, adding->input->role, error));
    }
    const enum role before = added->is_new_member ? ROLE_NONE : member->role;
    TRY(member_store_get(tx, adding->actor->workspace_id, user_id, arena, member, error));
    return tell(tx, adding->actor, added->is_new_member ? "member.add" : "member.role", member, before,
                error);
}

static enum status add(const struct app *app, const struct adding *adding, struct arena *arena,
                       struct member_added *added, struct error *error)
{
    struct str user_id;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(workspace_hold(tx, adding->actor, ROLE_OWNER, error));
    TRY(find_account(tx, adding, arena, &user_id, added, error));
    TRY(add_locked(tx, adding, user_id, arena, added, error));
    TRY(once_mark(tx, app, user_id, adding->actor->now_us, error));
    return event_commit(app, &tx, adding->actor->workspace_id, error);
}

static enum status check_input(const struct app *app, const struct member_input *input, struct error *error)
{
    (void)user_check_email(input->email, "/email", error);
    if (input->display_name.ptr) (void)name_check(input->display_name, "/display_name", error);
    if (input->password.ptr)
        (void)password_check(input->password, input->email, app->people.allows_sample_password, "/password",
                             error);
    return error->field_count ? STATUS_INVALID : STATUS_OK;
}

enum status member_add(const struct app *app, const struct actor *actor, const struct member_input *input,
                       struct arena *arena, struct member_added *out_added, struct error *error)
{
    struct adding adding = {.actor = actor, .input = input};
    struct member_added added = {0};
    TRY(check_input(app, input, error));
    if (input->password.ptr) TRY(password_hash(app->passwords, input->password, arena, &adding.hash, error));
    TRY(add(app, &adding, arena, &added, error));
    *out_added = added;
    return STATUS_OK;
}

enum status member_join(struct db_tx *tx, struct str workspace_id, struct str user_id, enum role role,
                        int64_t now_us, struct error *error)
{
    ARENA_SCOPE(arena, 16 * KIB);
    struct member member;
    struct error ignored = {0};
    TRY(hold_owner_to_be(tx, user_id, role, error));
    const enum status status = member_store_get(tx, workspace_id, user_id, &arena, &member, &ignored);
    const struct member new_member = {.user_id = user_id, .role = role};
    if (status == STATUS_NOT_FOUND) return insert(tx, workspace_id, &new_member, now_us, error);
    TRY(status);
    return member.role < role ? member_store_set_role(tx, workspace_id, user_id, role, error) : STATUS_OK;
}

// ---- reading

enum status member_list(const struct app *app, struct str workspace_id, struct member_page page,
                        struct arena *arena, struct member_list *out_list, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(member_store_list(tx, workspace_id, page, arena, out_list, error));
    return db_commit(&tx, error);
}

enum status member_get(const struct app *app, struct str workspace_id, struct str user_id,
                       struct arena *arena, struct member *out_member, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(member_store_get(tx, workspace_id, user_id, arena, out_member, error));
    return db_commit(&tx, error);
}

// ---- changing

enum status member_set_role(const struct app *app, const struct actor *actor, enum role role,
                            struct member *member, struct error *error)
{
    const struct str workspace_id = actor->workspace_id;
    ARENA_SCOPE(arena, 64 * KIB);
    struct member now;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(workspace_hold(tx, actor, ROLE_OWNER, error));
    TRY(member_store_get(tx, workspace_id, member->user_id, &arena, &now, error));
    if (now.version != member->version)
        return error_set(error, STATUS_STALE, NULL,
                         "the member has changed since it was read; read it again and repeat the change");
    if (now.role == role) return STATUS_OK;
    TRY(hold_owner_to_be(tx, member->user_id, role, error));
    TRY(put_role(tx, workspace_id, &now, role, error));
    const enum role before = now.role;
    now.role = role;
    TRY(tell(tx, actor, "member.role", &now, before, error));
    TRY(event_commit(app, &tx, workspace_id, error));
    member->role = role;
    member->version++;
    return STATUS_OK;
}

enum status member_remove(const struct app *app, const struct actor *actor, struct str user_id,
                          struct error *error)
{
    const struct str workspace_id = actor->workspace_id;
    const bool is_self = str_eq(user_id, actor->user_id);
    ARENA_SCOPE(arena, 64 * KIB);
    struct member member;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(workspace_hold(tx, actor, is_self ? ROLE_VIEWER : ROLE_OWNER, error));
    TRY(member_store_get(tx, workspace_id, user_id, &arena, &member, error));
    if (member.role == ROLE_OWNER) TRY(check_other_owner(tx, workspace_id, user_id, error));
    TRY(member_store_delete(tx, workspace_id, user_id, error));
    TRY(api_token_store_revoke_of_member(tx, workspace_id, user_id, actor->now_us, error));
    const char *action = is_self ? "member.leave" : "member.remove";
    TRY(tell(tx, actor, action, &member, ROLE_NONE, error));
    return event_commit(app, &tx, workspace_id, error);
}

enum status member_transfer(const struct app *app, const struct actor *actor, struct str user_id,
                            struct arena *arena, struct member *out_owner, struct error *error)
{
    const struct str workspace_id = actor->workspace_id;
    struct member member;
    if (str_eq(user_id, actor->user_id))
        return error_add_field(error, "/user_id", "is you: name the member who becomes the owner");
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(workspace_hold(tx, actor, ROLE_OWNER, error));
    TRY(member_store_get(tx, workspace_id, user_id, arena, &member, error));
    TRY(hold_owner_to_be(tx, user_id, ROLE_OWNER, error));
    TRY(member_store_set_role(tx, workspace_id, user_id, ROLE_OWNER, error));
    TRY(check_other_owner(tx, workspace_id, actor->user_id, error)); // one who may sign in
    TRY(member_store_set_role(tx, workspace_id, actor->user_id, ROLE_EDITOR, error));
    const enum role before = member.role;
    TRY(member_store_get(tx, workspace_id, user_id, arena, &member, error));
    TRY(tell(tx, actor, "workspace.transfer", &member, before, error));
    TRY(once_mark(tx, app, user_id, actor->now_us, error));
    TRY(event_commit(app, &tx, workspace_id, error));
    *out_owner = member;
    return STATUS_OK;
}
