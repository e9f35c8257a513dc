#include "app/invitation.h"

#include "app/audit.h"
#include "app/event.h"
#include "app/login.h"
#include "app/member.h"
#include "app/name.h"
#include "app/once.h"
#include "app/password.h"
#include "app/throttle.h"
#include "app/user.h"
#include "app/workspace.h"
#include "base/datetime.h"
#include "base/id.h"
#include "base/limits.h"
#include "store/credential_store.h"
#include "store/workspace_store.h"
#include "json/writer.h"

static struct str detail_of(const struct invitation *invitation, struct arena *arena)
{
    BUF_SCOPE(buf, 4 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_str(&w, "email", invitation->email);
    json_put_c(&w, "role", role_name(invitation->role));
    json_end_object(&w);
    return buf_copy(&buf, arena);
}

static enum status audit(struct db_tx *tx, const struct actor *actor, const char *action,
                         const struct invitation *invitation, struct error *error)
{
    ARENA_SCOPE(arena, 16 * KIB);
    const struct audit_event event = {.log = invitation->workspace_id,
                                      .action = action,
                                      .object_type = "invitation",
                                      .object_id = invitation->id,
                                      .detail_json = detail_of(invitation, &arena)};
    return audit_append(tx, actor, &event, error);
}

// ---- for owners

static int64_t end_of(const struct actor *actor, int64_t hours)
{
    return actor->now_us + (hours ? hours : INVITATION_HOURS) * 3600 * 1000000;
}

static enum status check_no_member(struct db_tx *tx, const struct invitation *invitation, struct arena *arena,
                                   struct error *error)
{
    struct str user_id;
    struct member member;
    struct error ignored = {0};
    if (user_find(tx, invitation->email, arena, &user_id, &ignored) != STATUS_OK) return STATUS_OK;
    if (member_store_get(tx, invitation->workspace_id, user_id, arena, &member, &ignored) != STATUS_OK)
        return STATUS_OK;
    return error_set(error, STATUS_CONFLICT, "already_member",
                     "%.*s is a member already; change the role instead", STR_ARG(invitation->email));
}

static enum status check_room(struct db_tx *tx, const struct actor *actor, struct error *error)
{
    int64_t count;
    TRY(invitation_store_count(tx, actor->workspace_id, actor->now_us, &count, error));
    if (count < LIMIT_INVITATIONS) return STATUS_OK;
    return error_set(error, STATUS_CONFLICT, "too_many_invitations",
                     "%lld invitations wait, which is the most that may; revoke some first",
                     (long long)count);
}

enum status invitation_create(const struct app *app, const struct actor *actor,
                              const struct invitation_input *input, struct arena *arena,
                              struct invitation_link *out_link, struct error *error)
{
    const struct secret token = secret_new();
    const struct hash hash = hash_of(secret_str(&token));
    const struct id id = id_new(actor->now_us);
    struct invitation invitation = {
        .id = id_str(&id),
        .workspace_id = actor->workspace_id,
        .email = str_trim(input->email),
        .email_key = email_key(input->email, arena),
        .role = input->role,
        .created_by = actor->user_id,
        .created_at_us = actor->now_us,
        .expires_at_us = end_of(actor, input->hours),
    };
    TRY(user_check_email(invitation.email, "/email", error));
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(workspace_hold(tx, actor, ROLE_OWNER, error));
    TRY(once_mark_secret(tx, app, actor->now_us, error));
    TRY(check_no_member(tx, &invitation, arena, error));
    TRY(invitation_store_revoke_same(tx, &invitation, actor->now_us, error));
    TRY(check_room(tx, actor, error));
    TRY(invitation_store_insert(tx, &invitation, hash_str(&hash), error));
    TRY(audit(tx, actor, "invitation.create", &invitation, error));
    TRY(invitation_store_get(tx, actor->workspace_id, invitation.id, arena, &out_link->invitation, error));
    TRY(db_commit(&tx, error));
    out_link->token = token;
    return STATUS_OK;
}

enum status invitation_renew(const struct app *app, const struct actor *actor,
                             struct invitation_renewal renewal, struct arena *arena,
                             struct invitation_link *out_link, struct error *error)
{
    const struct secret token = secret_new();
    const struct hash hash = hash_of(secret_str(&token));
    struct invitation invitation;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(workspace_hold(tx, actor, ROLE_OWNER, error));
    TRY(once_mark_secret(tx, app, actor->now_us, error));
    TRY(invitation_store_get(tx, actor->workspace_id, renewal.id, arena, &invitation, error));
    invitation.expires_at_us = end_of(actor, renewal.hours);
    invitation.sent_at_us = 0;
    TRY(invitation_store_renew(tx, &invitation, hash_str(&hash), error));
    TRY(audit(tx, actor, "invitation.renew", &invitation, error));
    TRY(db_commit(&tx, error));
    *out_link = (struct invitation_link){.invitation = invitation, .token = token};
    return STATUS_OK;
}

enum status invitation_revoke(const struct app *app, const struct actor *actor, struct str id,
                              struct error *error)
{
    ARENA_SCOPE(arena, 64 * KIB);
    struct invitation invitation;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(workspace_hold(tx, actor, ROLE_OWNER, error));
    TRY(invitation_store_get(tx, actor->workspace_id, id, &arena, &invitation, error));
    TRY(invitation_store_revoke(tx, actor->workspace_id, id, actor->now_us, error));
    TRY(audit(tx, actor, "invitation.revoke", &invitation, error));
    return db_commit(&tx, error);
}

enum status invitation_list(const struct app *app, struct str workspace_id, struct invitation_page page,
                            struct arena *arena, struct invitation_list *out_list, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(invitation_store_list(tx, workspace_id, page, arena, out_list, error));
    return db_commit(&tx, error);
}

// The workspace's name and the sender's are what others wrote: they stand in the text, never in a header
// alone.
static enum status write_mail(const struct invitation *invitation, struct str link, struct buf *subject,
                              struct buf *text, struct error *error)
{
    char buffer[DATETIME_TEXT_MAX];
    const struct str end = datetime_format_us(invitation->expires_at_us, buffer);
    buf_append_format(subject, "%.*s invites you to %.*s", STR_ARG(invitation->created_by_name),
                      STR_ARG(invitation->workspace_name));
    buf_append_format(
        text,
        "%.*s invites you to the workspace \"%.*s\" of Trading Lab, as %s.\n\n"
        "Open this link to accept. It is good once, until %.*s %.*s UTC, and for %.*s only:\n\n%.*s\n\n"
        "If you did not expect it, do nothing.\n",
        STR_ARG(invitation->created_by_name), STR_ARG(invitation->workspace_name),
        role_name(invitation->role), STR_ARG(str_slice(end, 0, 10)), STR_ARG(str_slice(end, 11, 5)),
        STR_ARG(invitation->email), STR_ARG(link));
    return subject->failed || text->failed ? error_no_memory(error) : STATUS_OK;
}

static enum status note_sent(const struct app *app, const struct invitation *invitation, int64_t now_us,
                             struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(invitation_store_set_sent(tx, invitation->id, now_us, error));
    return db_commit(&tx, error);
}

enum status invitation_send(const struct app *app, struct invitation *invitation, struct str link,
                            int64_t now_us, struct error *error)
{
    BUF_SCOPE(subject, KIB);
    BUF_SCOPE(text, 8 * KIB);
    if (app->people.mail.url.len == 0) return STATUS_OK;
    TRY(write_mail(invitation, link, &subject, &text, error));
    const struct mail mail = {.to = invitation->email, .subject = buf_str(&subject), .text = buf_str(&text)};
    TRY(mail_send(&app->people.mail, &mail, error));
    TRY(note_sent(app, invitation, now_us, error));
    invitation->sent_at_us = now_us;
    return STATUS_OK;
}

// ---- for whoever has the link

static enum status find(struct db_tx *tx, const struct actor *actor, struct str token, struct arena *arena,
                        struct invitation *out_invitation, struct error *error)
{
    const struct hash hash = hash_of(token);
    return invitation_store_find(tx, hash_str(&hash), actor->now_us, arena, out_invitation, error);
}

static enum status charge(const struct app *app, const struct actor *actor, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(throttle_charge(tx, THROTTLE_LINK, actor->address, actor->now_us, error));
    return db_commit(&tx, error);
}

enum status invitation_look_up(const struct app *app, const struct actor *actor, struct str token,
                               struct arena *arena, struct invitation *out_invitation, struct error *error)
{
    TRY(charge(app, actor, error));
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(find(tx, actor, token, arena, out_invitation, error));
    return db_commit(&tx, error);
}

// Whoever holds the workspace's row decides who is a member: a second acceptance waits, and finds it used,
// and so does the one of an invitation whose sender is no owner any more.
static enum status take(struct db_tx *tx, const struct actor *actor, struct str token, struct arena *arena,
                        struct invitation *invitation, struct error *error)
{
    TRY(workspace_store_lock(tx, invitation->workspace_id, error));
    TRY(find(tx, actor, token, arena, invitation, error));
    TRY(invitation_store_accept(tx, invitation->id, actor->user_id, actor->now_us, error));
    TRY(member_join(tx, invitation->workspace_id, actor->user_id, invitation->role, actor->now_us, error));
    TRY(audit(tx, actor, "invitation.accept", invitation, error));
    return event_append_member(tx, invitation->workspace_id, actor->user_id, actor->now_us, error);
}

static enum status is_for(struct db_tx *tx, const struct actor *actor, const struct invitation *invitation,
                          struct arena *arena, bool *out_is_for, struct error *error)
{
    struct credential credential;
    TRY(credential_store_get(tx, actor->user_id, arena, &credential, error));
    *out_is_for = str_eq(email_key(credential.email, arena), invitation->email_key);
    return STATUS_OK;
}

// Whoever tries another's link learns no more than whoever invents one. Operators see that it was tried.
static enum status refuse_other(const struct app *app, const struct actor *actor,
                                const struct invitation *invitation, struct error *error)
{
    const struct audit_event event = {.log = STR(""),
                                      .action = "invitation.accept",
                                      .outcome = AUDIT_DENIED,
                                      .object_type = "invitation",
                                      .object_id = invitation->id};
    TRY(audit_record_refusal(app, actor, &event, error));
    return invitation_store_not_found(error);
}

struct acceptance {
    struct invitation invitation;
    bool is_for_actor; // otherwise nothing was changed
};

static enum status try_to_accept(const struct app *app, const struct actor *actor, struct str token,
                                 struct arena *arena, struct acceptance *acceptance, struct error *error)
{
    struct invitation *invitation = &acceptance->invitation;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(find(tx, actor, token, arena, invitation, error));
    TRY(is_for(tx, actor, invitation, arena, &acceptance->is_for_actor, error));
    if (!acceptance->is_for_actor) return STATUS_OK;
    TRY(take(tx, actor, token, arena, invitation, error));
    return event_commit(app, &tx, invitation->workspace_id, error);
}

enum status invitation_accept(const struct app *app, const struct actor *actor, struct str token,
                              struct arena *arena, struct invitation *out_invitation, struct error *error)
{
    struct acceptance acceptance;
    TRY(charge(app, actor, error));
    TRY(try_to_accept(app, actor, token, arena, &acceptance, error));
    if (!acceptance.is_for_actor) return refuse_other(app, actor, &acceptance.invitation, error);
    *out_invitation = acceptance.invitation;
    return STATUS_OK;
}

static enum status check_account(const struct app *app, const struct invitation_account *account,
                                 const struct invitation *invitation, struct arena *arena,
                                 struct error *error)
{
    if (account->email.ptr && !str_eq(email_key(account->email, arena), invitation->email_key))
        return invitation_store_not_found(error);
    if (account->display_name.ptr) TRY(name_check(account->display_name, "/display_name", error));
    return password_check(account->password, invitation->email, app->people.allows_sample_password,
                          "/password", error);
}

enum status invitation_register(const struct app *app, const struct actor *actor,
                                const struct invitation_account *account, struct arena *arena,
                                struct invitation *out_invitation, struct error *error)
{
    struct invitation invitation;
    struct user_input user = {.display_name = account->display_name};
    TRY(invitation_look_up(app, actor, account->token, arena, &invitation, error));
    TRY(check_account(app, account, &invitation, arena, error));
    TRY(password_hash(app->passwords, account->password, arena, &user.hash, error));
    struct actor new_user = *actor;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(find(tx, actor, account->token, arena, &invitation, error));
    user.email = invitation.email;
    TRY(user_create(tx, &user, actor->now_us, arena, &new_user.user_id, error));
    TRY(take(tx, &new_user, account->token, arena, &invitation, error));
    TRY(event_commit(app, &tx, invitation.workspace_id, error));
    *out_invitation = invitation;
    return STATUS_OK;
}
